"""The cheapest changes that turn a community or subdistrict green, each counted again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desks.onemap import OneMap
from desks.records import Records
from geodata.faults import Fault, UserError
from language import say

from .answers import Coverage, LongArray, Mend, Places
from .best_places import Picked, cheapest, percent_up
from .candidates import Candidate, Candidates, people_on, with_sites
from .coverage import coverage
from .covering import covered_people
from .site_rules import RULES
from .siting import covered_of, pairs_of, sites_of, unit_of_rows

BoolArray = NDArray[np.bool_]

_ENLARGED = 3
"""So many full places, those in reach of most people left over, are tried with more room."""

_ROUNDS = 4
_NAMED = 5
NO_CANDIDATES = Candidates((), (), (), ())


@dataclass(frozen=True, eq=False)
class _Red:
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


def mends(
    onemap: OneMap, found: Coverage, unit: str, *, candidates: Candidates = NO_CANDIDATES
) -> tuple[Mend, ...]:
    """Return what turns a community or subdistrict (its code) green, the cheapest first.

    Rows of the register whose room nobody verified and candidates are chosen together; one full
    place may be made larger. Nobody else loses a place by the choice: as many more are covered in
    all. Empty where the unit is green; where nothing turns it green the one answer says so and
    has no gap. ``found`` is without incident and closures.

    Raises:
        UserError: for a code that no unit has, and for several services jointly.

    """
    red = _red(onemap, found, unit)
    if red.covered >= red.people:
        return ()
    waiting = unverified(onemap, found)
    known = frozenset(site.id for site in waiting)
    kinds = [(*waiting, *candidates.sites)]
    kinds += [waiting, candidates.sites] if waiting and candidates.sites else []
    made: dict[tuple[str, ...], Mend] = {}
    for sites in kinds:
        mend = _opened(red, sites, known)
        if mend is not None:
            made.setdefault((*mend.adds, *mend.verifies), mend)
    ways = [*made.values(), *_enlarged(red)]
    ways.sort(key=lambda one: (one.cost_cny is None, one.cost_cny or 0))
    return tuple(ways) or (_hopeless(red, (*waiting, *candidates.sites)),)


def unverified(onemap: OneMap, found: Coverage) -> tuple[Candidate, ...]:
    """Return the rows of the service's layer that count for nobody until somebody looks there.

    They have a position, nothing on file speaks against them, and their area on file would hold
    people; what is missing is their capacity, or the column by which the service is told.
    """
    service = found.service
    records = onemap.records.get(service.layer)
    if records is None or not service.has_capacity:
        return ()
    m2 = RULES.room(service).m2
    counted = dict(zip(found.places.ids, found.places.capacity.tolist(), strict=True))
    rows = []
    for row in sorted(range(len(records.ids)), key=records.order.__getitem__):
        if not records.placed[row] or counted.get(records.ids[row], 0) > 0:
            continue
        own = [records.text(column, row) for column, _ in service.filters]
        wrong = any(
            value and value not in wanted
            for value, (_, wanted) in zip(own, service.filters, strict=True)
        )
        room = _room(records, row, m2)
        if not wrong and room:
            x, y = records.xy_m[row].tolist()
            rows.append(Candidate(records.ids[row], records.names[row], (x, y), None, room, 0))
    return tuple(rows)


def _room(records: Records, row: int, m2: float) -> int | None:
    stated, area = records.whole("capacity_people", row), records.value("area_m2", row)
    if stated is not None:
        return stated
    return people_on(float(area), m2) if isinstance(area, int | float) else None


def _red(onemap: OneMap, found: Coverage, unit: str) -> _Red:
    if found.service.all_of:
        problem = say("Several services that must all be within reach cannot be mended at once.")
        mend = say("Ask for one of them: {keys}.", keys=", ".join(found.service.all_of))
        raise UserError([Fault("--service", problem, mend, value=found.service.key)])
    asked = np.array(
        [unit in (one.code, one.subdistrict_code) for one in found.demand.units], np.bool_
    )
    if not unit or not asked.any():
        problem = say("No community or subdistrict has this code.")
        raise UserError([Fault("--community", problem, say("Look it up."), value=unit[:60])])
    people = int(found.demand.people[asked].sum())
    red = _Red(onemap, found, asked, people, 0)
    return replace(red, covered=red.covered_in(found))


def _opened(red: _Red, sites: tuple[Candidate, ...], known: frozenset[str]) -> Mend | None:
    """Return the cheapest set of the sites that turns the units green, ``None`` where none does."""
    places = _without(red.found.places, known & {site.id for site in sites})
    wide = red.again(with_sites(places, sites))
    question = sites_of(wide, replace(NO_CANDIDATES, sites=sites))
    must = red.units[unit_of_rows(wide)] & (question.people > 0)
    short = red.people - red.covered
    base = covered_of(red.found.totals)
    alone = replace(question, people=np.where(must, question.people, 0))
    if covered_people(alone) < red.people or covered_people(question) < base + short:
        return None
    first: Picked | None = None
    for _ in range(_ROUNDS):
        picked = cheapest(question, base + short, must=must)
        first = first or picked
        chosen = tuple(sites[place - len(places.ids)] for place in picked.chosen)
        after = red.again(with_sites(places, chosen))
        if red.covered_in(after) >= red.people:
            return _mend(red, chosen, known, after, _gap(picked, first))
        must, more = _rivals(wide, must, question.people)
        alone = replace(question, people=np.where(must, question.people, 0))
        short += more
        if not more or covered_people(alone) < int(question.people[must].sum()):
            break
    if first is None or red.covered_in(wide) < red.people:
        return None
    everything = replace(first, value=sum(site.cost_cny or 0 for site in sites))
    return _mend(red, sites, known, wide, _gap(everything, first))


def _without(places: Places, ids: frozenset[str]) -> Places:
    """Return the places without those that stand again among the sites."""
    kept = [i for i, one in enumerate(places.ids) if one not in ids]
    return replace(
        places,
        ids=tuple(places.ids[i] for i in kept),
        names=tuple(places.names[i] for i in kept),
        xy_m=places.xy_m[kept].reshape(-1, 2),
        capacity=places.capacity[kept],
    )


def _rivals(wide: Coverage, must: BoolArray, people: LongArray) -> tuple[BoolArray, int]:
    """Return the points with all who share a place with them, and how many people that adds.

    They took the room, being nearer: where all of them are covered, so is the unit.
    """
    reach = pairs_of(wide)
    row = np.repeat(np.arange(len(must)), np.diff(reach.first))
    shared = np.zeros(len(wide.places.ids), np.bool_)
    shared[reach.place[must[row]]] = True
    wider = must.copy()
    wider[row[shared[reach.place]]] = True
    wider &= people > 0
    return wider, int(people[wider & ~must].sum())


def _gap(picked: Picked, first: Picked) -> float:
    return (picked.value - first.bound) / max(picked.value, 1)


def _mend(
    red: _Red, chosen: tuple[Candidate, ...], known: frozenset[str], after: Coverage, gap: float
) -> Mend:
    verifies = tuple(site.id for site in chosen if site.id in known)
    costs = [site.cost_cny for site in chosen]
    names = [f"{site.name} ({site.id})" for site in chosen]
    if len(verifies) == len(chosen):
        title = say("Verify {names}.", names=_listed(names))
    elif verifies:
        title = say("Verify or open {names}.", names=_listed(names))
    else:
        title = say("Open {names}.", names=_listed(names))
    proof = say("Proven cheapest by HiGHS (gap 0 %); counted again by the coverage itself.")
    if gap > 0:
        proof = say(
            "Not proven cheapest: it may be up to {percent} % dearer than need be.",
            percent=percent_up(gap),
        )
    return Mend(
        title=title,
        adds=tuple(site.id for site in chosen if site.id not in known),
        verifies=verifies,
        cost_cny=None if None in costs else sum(cost for cost in costs if cost is not None),
        covered_before=red.covered,
        covered_after=red.covered_in(after),
        gap=gap,
        proof=proof,
    )


def _listed(names: list[str]) -> str:
    more = f" (+{len(names) - _NAMED})" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _enlarged(red: _Red) -> Iterator[Mend]:
    """Yield the full places that turn the units green alone, with the room they would need."""
    found = red.found
    if found.assigned is None:
        return
    reach = pairs_of(found)
    rows = len(reach.first) - 1
    row = np.repeat(np.arange(rows), np.diff(reach.first))
    people = found.demand.people if found.unit_reach is not None else found.demand.point_people
    placed = np.zeros(rows, np.int64)
    np.add.at(placed, row, found.assigned)
    left = np.where(red.units[unit_of_rows(found)], people - placed, 0)
    helped = np.zeros(len(found.places.ids), np.int64)
    np.add.at(helped, reach.place, left[row])
    best = sorted(np.flatnonzero(helped > 0).tolist(), key=lambda i: (-helped[i], i))
    for place in best[:_ENLARGED]:
        capacity = found.places.capacity.copy()
        capacity[place] += red.people - red.covered
        after = red.again(replace(found.places, capacity=capacity))
        if red.covered_in(after) >= red.people:
            yield Mend(
                title=say(
                    "Make room for {people} more people in {name} ({id}).",
                    people=red.people - red.covered,
                    name=found.places.names[place],
                    id=found.places.ids[place],
                ),
                adds=(),
                verifies=(),
                cost_cny=None,
                covered_before=red.covered,
                covered_after=red.covered_in(after),
                gap=None,
                proof=say(
                    "With less room others would lose theirs; counted again by the coverage itself."
                    " Its cost is not on file."
                ),
            )


def _hopeless(red: _Red, sites: tuple[Candidate, ...]) -> Mend:
    """Return that nothing turns the units green, and what everything together would do."""
    known = frozenset(site.id for site in sites)
    after = red.again(with_sites(_without(red.found.places, known), sites))
    return Mend(
        title=say("Nothing that is on file turns this green."),
        adds=(),
        verifies=(),
        cost_cny=None,
        covered_before=red.covered,
        covered_after=red.covered_in(after),
        gap=None,
        proof=say(
            "With every candidate and every unverified place {people} of {all} people would be"
            " covered: new sites are needed.",
            people=red.covered_in(after),
            all=red.people,
        ),
    )
