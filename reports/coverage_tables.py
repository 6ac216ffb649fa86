"""The tables of a coverage report: subdistricts, communities, and what differs between two days."""

from collections.abc import Mapping, Sequence

from desks.planning.answers import DEFINITIONS, Coverage, Definition, Service
from language import Sentence, say

from .coverage_figures import (
    DEFINITION_SAID,
    METHOD_SAID,
    CoverageFigures,
    Figures,
    figures_of,
    worst_first,
)
from .edition import Edition
from .paper import Cell, Column, Percent, Table
from .public import public_rule
from .wording import NOT_APPLICABLE

MS_PER_MINUTE = 60_000
MM_PER_M = 1_000


def service_title(service: Service, edition: Edition) -> str:
    """Return the service's name in the paper's language."""
    return edition.name(service.title_zh, service.title_en)


def limit_said(service: Service) -> Sentence:
    """Return how far is near enough, and how one gets there."""
    if service.within_mm is not None:
        metres = _exactly(service.within_mm, MM_PER_M)
        if service.travel == "foot":
            return say("within {metres} m on foot", metres=metres)
        return say("within {metres} m by road", metres=metres)
    minutes = _exactly(service.within_ms or 0, MS_PER_MINUTE)
    if service.travel == "foot":
        return say("within {minutes} minutes on foot", minutes=minutes)
    return say("within {minutes} minutes by road", minutes=minutes)


def _exactly(amount: int, unit: int) -> str:
    """Return the amount in the larger unit with all of its decimals, at most five."""
    return f"{amount / unit:.5f}".rstrip("0").rstrip(".")


def method_of(coverage: Coverage, held: CoverageFigures, edition: Edition) -> tuple[Sentence, ...]:
    """Return what stands under every table of the coverage, what does not apply with its reason."""
    own = (public_rule(),) if edition.is_public else ()
    return (limit_said(coverage.service), *METHOD_SAID, *held.reasons(coverage), *own)


def subdistrict_table(coverage: Coverage, edition: Edition) -> Table:
    """Return one row a subdistrict, worst first: people, and all four definitions side by side."""
    held = figures_of(coverage, edition)
    title = service_title(coverage.service, edition)
    columns = [
        Column("subdistrict", say("Subdistrict"), is_name=True),
        Column("people", say("Residents"), is_figure=True),
    ]
    for key in DEFINITIONS:
        columns.append(Column(key, DEFINITION_SAID[key], is_figure=True))
        share = say("{definition}, %", definition=DEFINITION_SAID[key].template)
        columns.append(Column(f"{key}_share", share, is_figure=True, share_of=(key, "people")))
    columns.append(Column("uncovered", say("Not covered"), is_figure=True))
    rows = worst_first(held.subdistricts)
    return Table(
        key=f"coverage_{coverage.service.key}",
        title=say("{service}: people covered by subdistrict", service=title),
        columns=tuple(columns),
        rows=tuple(_cells(one, one.name) for one in rows),
        total=_cells(held.total, say("Total")),
        sums=("people", *_applying(held.total), *_summed_uncovered(held.total)),
        method=method_of(coverage, held, edition),
        codes=tuple(one.code for one in rows),
        parents=tuple("*" for _ in rows),
    )


def _applying(total: Figures) -> tuple[str, ...]:
    return tuple(key for key in DEFINITIONS if total.covered[key] is not None)


def _summed_uncovered(total: Figures) -> tuple[str, ...]:
    return ("uncovered",) if total.uncovered is not None else ()


def _cells(one: Figures, name: str | Sentence) -> tuple[Cell, ...]:
    cells: list[Cell] = [name, one.people]
    for key, share in zip(DEFINITIONS, one.shares(), strict=True):
        held = one.covered[key]
        cells += [NOT_APPLICABLE if held is None else held, share]
    return (*cells, one.uncovered)


def community_table(coverage: Coverage, edition: Edition, names: Mapping[str, str]) -> Table:
    """Return one row a community by code, with its range over all assignments that are optimal.

    ``names`` are the subdistricts' by code.
    """
    held = figures_of(coverage, edition)
    strictest = held.total.strictest
    columns = [
        Column("community", say("Community"), is_name=True),
        Column("subdistrict", say("Subdistrict"), is_name=True),
        Column("people", say("Residents"), is_figure=True),
        *(Column(key, DEFINITION_SAID[key], is_figure=True) for key in DEFINITIONS),
    ]
    if strictest is not None:
        share = say("{definition}, %", definition=DEFINITION_SAID[strictest].template)
        columns.append(Column("share", share, is_figure=True, share_of=(strictest, "people")))
    columns += [
        Column("range", say("③ least to most"), is_figure=True),
        Column("to_nearest", say("all to the nearest"), is_figure=True),
    ]
    title = service_title(coverage.service, edition)
    rows = held.communities
    return Table(
        key=f"coverage_{coverage.service.key}_communities",
        title=say("{service}: people covered by community", service=title),
        columns=tuple(columns),
        rows=tuple(_community(one, names.get(one.parent, ""), strictest) for one in rows),
        total=(say("Total"), "", *_community(held.total, "", strictest)[2:-2], None, None),
        sums=("people", *_applying(held.total)),
        method=method_of(coverage, held, edition),
        codes=tuple(one.code for one in rows),
        parents=tuple(one.parent for one in rows),
    )


def _community(one: Figures, subdistrict: str, strictest: Definition | None) -> tuple[Cell, ...]:
    """Return the cells of a row; one whose residents nobody stated has its share unknown."""
    counts = (one.covered[key] for key in DEFINITIONS)
    cells: list[Cell] = [NOT_APPLICABLE if held is None else held for held in counts]
    share = () if strictest is None else (one.share(strictest),)
    span = None if one.least is None or one.most is None else f"{one.least:,}–{one.most:,}"
    return (one.name, subdistrict, one.people, *cells, *share, span, one.to_nearest)


def difference_table(now: Coverage, before: Coverage, edition: Edition) -> Table:
    """Return what differs between two states, by subdistrict: only those where something does.

    Both days are judged by the strictest definition that applies on both.
    """
    new, old = figures_of(now, edition), figures_of(before, edition)
    keys = [d for d in DEFINITIONS if new.total.covered[d] is not None
            and old.total.covered[d] is not None]  # fmt: skip
    key = keys[-1] if keys else "circle"
    past = {one.code: one for one in old.subdistricts}
    rows: list[tuple[str, tuple[Cell, ...]]] = []
    for one in new.subdistricts:
        was = past.pop(one.code, None)
        if was is None or (was.people, was.covered[key]) != (one.people, one.covered[key]):
            rows.append((one.code, _change(one.name, was, one, key)))
    rows += [(code, _change(was.name, was, None, key)) for code, was in sorted(past.items())]
    heads = (
        Column("subdistrict", say("Subdistrict"), is_name=True),
        Column("people_before", say("Residents before"), is_figure=True),
        Column("people_after", say("Residents after"), is_figure=True),
        Column("covered_before", say("Covered before"), is_figure=True),
        Column("covered_after", say("Covered after"), is_figure=True),
        Column("share_before", say("Before, %"), is_figure=True,
               share_of=("covered_before", "people_before")),
        Column("share_after", say("After, %"), is_figure=True,
               share_of=("covered_after", "people_after")),
    )  # fmt: skip
    title = service_title(now.service, edition)
    said = say("Compared by {definition}.", definition=DEFINITION_SAID[key].template)
    return Table(
        key=f"difference_{now.service.key}",
        title=say("{service}: what differs by subdistrict", service=title),
        columns=heads,
        rows=tuple(cells for _, cells in rows),
        total=_change(say("Total"), old.total, new.total, key),
        method=(said, *method_of(now, new, edition)),
        codes=tuple(code for code, _ in rows),
    )


def _change(name: Cell, was: Figures | None, one: Figures | None, key: str) -> tuple[Cell, ...]:
    def covered(unit: Figures | None) -> int | None:
        return None if unit is None else next(v for d, v in unit.covered.items() if d == key)

    def share(unit: Figures | None) -> Percent | None:
        held = covered(unit)
        return None if unit is None or held is None else Percent(held, unit.people)

    people = [None if unit is None else unit.people for unit in (was, one)]
    return (name, *people, covered(was), covered(one), share(was), share(one))


def changed_places(now: Coverage, before: Coverage) -> Sequence[tuple[str, Sentence]]:
    """Return (name, what happened) of the places that came, went, moved or changed their room."""
    new, old = _places(now), _places(before)
    said: list[tuple[str, Sentence]] = []
    for record in sorted({*new, *old}):
        if record not in old:
            said.append((new[record][0], say("is new")))
        elif record not in new:
            said.append((old[record][0], say("counts no more")))
        elif new[record][1:3] != old[record][1:3]:
            said.append((new[record][0], say("has moved")))
        elif new[record][3] != old[record][3]:
            room = say("room for {before} became {after}", before=old[record][3],
                       after=new[record][3])  # fmt: skip
            said.append((new[record][0], room))
    return said


def _places(coverage: Coverage) -> Mapping[str, tuple[str, float, float, int]]:
    held = coverage.places
    return {
        record: (name, float(x), float(y), int(room))
        for record, name, (x, y), room in zip(
            held.ids, held.names, held.xy_m, held.capacity, strict=True
        )
    }
