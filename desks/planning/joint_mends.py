"""The cheapest changes of a unit for one service, or for several that must all be in reach."""

from dataclasses import replace

from desks.onemap import OneMap
from language import say

from .answers import Coverage, Mend, Places, Service
from .candidates import Candidate, Candidates, for_part, with_sites
from .coverage import coverage
from .joint import parts_of
from .mending import Red, mend_of, red_of, without
from .mends import NO_CANDIDATES, hopeless, mends, unverified
from .places import joined, places_of


def mended(
    onemap: OneMap, found: Coverage, unit: str, *, candidates: Candidates = NO_CANDIDATES
) -> tuple[Mend, ...]:
    """Return what turns a unit green, the cheapest first, or raises it; `mends` says the rest.

    Everyone has all kinds exactly where everyone has each, so that the cheapest of each kind
    together are the cheapest of all.

    Raises:
        UserError: for a code that no unit has.

    """
    if not found.service.all_of:
        return mends(onemap, found, unit, candidates=candidates)
    red = red_of(onemap, found, unit)
    if red.covered >= red.people:
        return ()
    share = found.demand.share
    sites: dict[str, Candidate] = {}
    known: set[str] = set()
    used: list[Mend] = []
    for part in parts_of(found.service):
        today = coverage(onemap, part, share=share)
        own = for_part(candidates, part.key)
        waiting = unverified(onemap, today)
        made = mends(onemap, today, unit, candidates=own)
        used += made[:1]
        first = next((one for one in made if one.adds or one.verifies), None)
        if first is not None:
            known |= set(first.verifies)
            asked = {*first.adds, *first.verifies}
            for one in (*own.sites, *waiting):
                if one.id in asked:
                    kinds = (*sites.get(one.id, one).serves, part.key)
                    sites[one.id] = replace(one, serves=tuple(dict.fromkeys(kinds)))
    return (_together(red, tuple(sites.values()), frozenset(known), used),)


def _together(
    red: Red, sites: tuple[Candidate, ...], known: frozenset[str], used: list[Mend]
) -> Mend:
    places = [_places(red.onemap, part, sites, known) for part in parts_of(red.found.service)]
    share = red.found.demand.share
    after = coverage(red.onemap, red.found.service, share=share, places=joined(tuple(places)))
    if not sites or red.covered_in(after) <= red.covered:
        return hopeless(red, ())
    gap = max((one.gap or 0.0 for one in used), default=0.0)
    made = mend_of(red, (sites, known), after, gap, red.people)
    if made.is_green:
        return made
    proof = say(
        "Each kind of place is raised by itself, and what all of them cover together was counted"
        " by the coverage itself; not proven most."
    )
    return replace(made, proof=proof)


def _places(
    onemap: OneMap, part: Service, sites: tuple[Candidate, ...], known: frozenset[str]
) -> Places:
    mine = [one for one in sites if part.key in one.serves]
    held = without(places_of(onemap, part), known & {one.id for one in mine})
    return with_sites(held, mine)
