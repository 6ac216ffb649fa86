"""What is red and how a change of it is told: who is covered after, who is left and why."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desks.onemap import OneMap
from geodata.faults import Fault, UserError
from language import Sentence, say

from .answers import Coverage, LongArray, Mend, Places, Reason
from .candidates import Candidate, total_cny
from .coverage import coverage
from .reasons import reasons
from .searching import percent_up
from .siting import covered_of, pairs_of

BoolArray = NDArray[np.bool_]

_NAMED = 5


@dataclass(frozen=True, eq=False)
class Red:
    """What is red: the map, its coverage, the communities (u,) asked about, people covered now."""

    onemap: OneMap
    found: Coverage
    units: BoolArray
    people: int
    covered: int

    def again(self, places: Places) -> Coverage:
        """Return the coverage with other places."""
        return coverage(
            self.onemap, self.found.service, share=self.found.demand.share, places=places
        )

    def covered_in(self, found: Coverage) -> int:
        """Return the people of the communities asked about that are covered."""
        return sum(
            covered_of(row)
            for row, asked in zip(found.communities, self.units.tolist(), strict=True)
            if asked
        )


def red_of(onemap: OneMap, found: Coverage, unit: str) -> Red:
    """Return the communities of a code, of their own or their subdistrict's, and who is covered.

    Raises:
        UserError: for a code that no unit has.

    """
    asked = np.array(
        [unit in (one.code, one.subdistrict_code) for one in found.demand.units], np.bool_
    )
    if not unit or not asked.any():
        problem = say("No community or subdistrict has this code.")
        raise UserError([Fault("--community", problem, say("Look it up."), value=unit[:60])])
    people = int(found.demand.people[asked].sum())
    red = Red(onemap, found, asked, people, 0)
    return replace(red, covered=red.covered_in(found))


def placed_in(found: Coverage) -> LongArray:
    """Return the people covered (n,) of each row of the table that places are filled by."""
    reach = pairs_of(found)
    if found.assigned is None:
        return np.where(np.diff(reach.first) > 0, found.demand.point_people, 0)
    sums: LongArray = np.append(0, np.cumsum(found.assigned))[reach.first]
    return np.diff(sums)


def without(places: Places, ids: frozenset[str]) -> Places:
    """Return the places without those that stand again among the sites."""
    kept = [i for i, one in enumerate(places.ids) if one not in ids]
    return replace(
        places,
        ids=tuple(places.ids[i] for i in kept),
        names=tuple(places.names[i] for i in kept),
        xy_m=places.xy_m[kept].reshape(-1, 2),
        capacity=places.capacity[kept],
    )


def mend_of(
    red: Red,
    sites: tuple[tuple[Candidate, ...], frozenset[str]],
    after: Coverage,
    gap: float,
    most: int,
) -> Mend:
    """Return the opening of the sites, of which the ids given only wait to be verified.

    ``gap`` is that of its cost, ``most`` the people of the units whom no choice betters.
    """
    chosen, known = sites
    verifies = tuple(site.id for site in chosen if site.id in known)
    cost_cny = total_cny(chosen)
    names = [f"{site.name} ({site.id})" for site in chosen]
    if len(verifies) == len(chosen):
        title = say("Verify {names}.", names=_listed(names))
    elif verifies:
        title = say("Verify or open {names}.", names=_listed(names))
    else:
        title = say("Open {names}.", names=_listed(names))
    covered = red.covered_in(after)
    return Mend(
        title=title,
        adds=tuple(site.id for site in chosen if site.id not in known),
        verifies=verifies,
        cost_cny=cost_cny,
        covered_before=red.covered,
        covered_after=covered,
        gap=gap,
        proof=_proof(
            gap, None if covered == red.people else most - covered, is_priced=cost_cny is not None
        ),
        people=red.people,
        left=left_of(red, after),
    )


def _proof(gap: float, more: int | None, *, is_priced: bool) -> Sentence:
    """Return how far the choice is proven; ``more`` people are open, ``None`` where all are in.

    Without a price on every site nothing is called the cheapest.
    """
    if more:
        return say(
            "Not proven most: whoever lives nearer takes the room, so that up to {people:,} more"
            " might be covered by another choice.",
            people=more,
        )
    if gap > 0:
        return _dearer(gap, more)
    if more == 0 and not is_priced:
        return say(
            "No choice of what is on file covers more people here; a cost that nobody stated counts"
            " as 0 (HiGHS, gap 0 %). Counted again by the coverage itself."
        )
    if not is_priced:
        return say(
            "Proven by HiGHS (gap 0 %), where a cost that nobody stated counts as 0; counted again"
            " by the coverage itself."
        )
    if more == 0:
        return say(
            "No choice of what is on file covers more people here, and none that does as much is"
            " cheaper (HiGHS, gap 0 %); counted again by the coverage itself."
        )
    return say("Proven cheapest by HiGHS (gap 0 %); counted again by the coverage itself.")


def _dearer(gap: float, more: int | None) -> Sentence:
    """Return that a cheaper choice might do the same, and by how much."""
    if more == 0:
        return say(
            "No choice of what is on file covers more people here; not proven cheapest: it may be"
            " up to {percent} % dearer than need be.",
            percent=percent_up(gap),
        )
    return say(
        "Not proven cheapest: it may be up to {percent} % dearer than need be.",
        percent=percent_up(gap),
    )


def left_of(red: Red, after: Coverage) -> tuple[Reason, ...]:
    """Return why people of the units are not covered after a change, most people first."""
    if red.covered_in(after) >= red.people:
        return ()
    found = reasons(red.onemap, after, only=red.units)
    return tuple(
        sorted((one for one in found if one.people and one.kind != "covered"),
               key=lambda one: -one.people)
    )  # fmt: skip


def _listed(names: list[str]) -> str:
    more = f" (+{len(names) - _NAMED})" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
