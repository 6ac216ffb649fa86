"""The figures of a coverage as a paper shows them: exact within the office, by the rule outside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from desks.planning.answers import DEFINITIONS, Coverage, Covered, Definition
from language import Sentence, say

from .edition import Edition
from .paper import Cell, Percent
from .public import public_part, public_people
from .wording import NOT_APPLICABLE


@dataclass(frozen=True)
class Figures:
    """People of one unit and how many are covered under each definition, ``None`` if it has none.

    ``least``, ``most`` and ``to_nearest`` are the community's as in ``Covered``; a public edition
    has none of them.
    """

    code: str
    name: str
    parent: str
    people: int
    covered: Mapping[Definition, int | None]
    least: int | None = None
    most: int | None = None
    to_nearest: int | None = None

    @property
    def strictest(self) -> Definition | None:
        """Return the last definition that applies, the hardest to meet."""
        return next((d for d in reversed(DEFINITIONS) if self.covered[d] is not None), None)

    @property
    def uncovered(self) -> int | None:
        """Return the people whom the strictest definition leaves uncovered."""
        key = self.strictest
        held = None if key is None else self.covered[key]
        return None if held is None else self.people - held

    def share(self, definition: Definition) -> Percent | None:
        """Return the share covered, ``None`` where the definition does not apply."""
        held = self.covered[definition]
        return None if held is None else Percent(held, self.people)

    def shares(self) -> tuple[Cell, ...]:
        """Return the four shares as cells; 不适用 where one does not apply."""
        return tuple(self.share(d) or NOT_APPLICABLE for d in DEFINITIONS)


@dataclass(frozen=True)
class CoverageFigures:
    """What one service's tables are made of; ``total`` is the sum of the subdistricts shown."""

    communities: tuple[Figures, ...]
    subdistricts: tuple[Figures, ...]
    total: Figures

    def reasons(self, coverage: Coverage) -> tuple[Sentence, ...]:
        """Return why definitions do not apply, each reason once."""
        counts = coverage.totals.counts
        said = (counts[d].reason for d in DEFINITIONS if counts[d].people_covered is None)
        return tuple(dict.fromkeys(one for one in said if one is not None))


def figures_of(coverage: Coverage, edition: Edition) -> CoverageFigures:
    """Return the figures of the subdistricts that the edition speaks of, by code.

    A public edition's are made of its communities' public counts; a subdistrict without communities
    has its own.
    """
    own = _public if edition.is_public else _exact
    communities = [own(one) for one in coverage.communities if edition.holds(one.parent)]
    subdistricts = [own(one) for one in coverage.subdistricts if edition.holds(one.code)]
    if edition.is_public:
        subdistricts = [_summed(one, communities) for one in subdistricts]
    total = _sum(own(coverage.totals), subdistricts)
    order = sorted(communities, key=lambda one: (one.parent, one.code))
    return CoverageFigures(
        tuple(order), tuple(sorted(subdistricts, key=lambda one: one.code)), total
    )


def worst_first(units: Iterable[Figures]) -> list[Figures]:
    """Return the units by the share that the strictest definition covers, the smallest first.

    Equal shares, and units without people or definition, go by code; the latter stand last.
    """

    def order(unit: Figures) -> tuple[bool, float, str]:
        key = unit.strictest
        held = None if key is None else unit.covered[key]
        judged = held is not None and unit.people > 0
        # exact: whole people of two units are compared by a fraction below 2 to the 53
        share = held / unit.people if judged and held is not None else 1.0
        return not judged, share, unit.code

    return sorted(units, key=order)


def _exact(unit: Covered) -> Figures:
    covered = {d: unit.counts[d].people_covered for d in DEFINITIONS}
    return Figures(unit.code, unit.name, unit.parent, unit.people, MappingProxyType(covered),
                   unit.least, unit.most, unit.to_nearest)  # fmt: skip


def _public(unit: Covered) -> Figures:
    covered: dict[Definition, int | None] = {}
    for key in DEFINITIONS:
        held = unit.counts[key].people_covered
        covered[key] = None if held is None else public_part(held, unit.people)
    return Figures(unit.code, unit.name, unit.parent, public_people(unit.people),
                   MappingProxyType(covered))  # fmt: skip


def _summed(unit: Figures, communities: Sequence[Figures]) -> Figures:
    """Return the subdistrict as the sum of its communities, itself where it has none."""
    parts = [one for one in communities if one.parent == unit.code]
    return _sum(unit, parts) if parts else unit


def _sum(whole: Figures, parts: Sequence[Figures]) -> Figures:
    """Return the whole with the sums of the parts; a definition that it lacks stays lacking."""
    covered = {
        d: None if whole.covered[d] is None else sum(one.covered[d] or 0 for one in parts)
        for d in DEFINITIONS
    }
    people = sum(one.people for one in parts)
    return replace(whole, people=people, covered=MappingProxyType(covered))


DEFINITION_SAID: Mapping[Definition, Sentence] = MappingProxyType(
    {
        "circle": say("① line"),
        "network": say("② ways"),
        "capacity": say("③ ways and room"),
        "safe": say("④ and safe"),
    }
)
"""The four definitions as the heads of columns and in running text."""

METHOD_SAID = (
    say("① by straight line; ② by ways, both access legs counted; ③ by ways and with room; ④ also "
        "outside the harm of the chosen incident. Distances and times equal to the limit count."),
    say("Community = subdistrict = district, in whole people; shares are cut after one decimal, "
        "never rounded up."),
)  # fmt: skip
