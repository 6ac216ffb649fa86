"""The cheapest changes that turn a community or subdistrict green, or raise it as far as can be.

Each is counted again by the coverage itself.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desks.onemap import OneMap
from desks.records import Records
from language import say

from .answers import Coverage, LongArray, Mend, Places
from .best_places import cheapest
from .candidates import Candidate, Candidates, people_on, with_sites
from .covering import Sites, covered_people
from .enlarging import enlarged
from .mending import Red, left_of, mend_of, placed_in, red_of, without
from .searching import Picked
from .site_rules import RULES
from .siting import covered_of, pairs_of, sites_of, unit_of_rows

BoolArray = NDArray[np.bool_]

_ROUNDS = 4
NO_CANDIDATES = Candidates((), (), (), ())


def mends(
    onemap: OneMap, found: Coverage, unit: str, *, candidates: Candidates = NO_CANDIDATES
) -> tuple[Mend, ...]:
    """Return what turns a community or subdistrict (its code) green, the cheapest first.

    Rows of the register whose room nobody verified and candidates are chosen together; one full
    place may be made larger. Nobody else loses a place by the choice: as many more are covered in
    all. Empty where the unit is green. Where nothing turns it green the answers raise it, the one
    that covers most first, and say who is left and why; where nothing even raises it the one answer
    says so and has no gap. ``found`` is without incident and closures.

    Raises:
        UserError: for a code that no unit has.

    """
    red = red_of(onemap, found, unit)
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
    ways = [*made.values(), *(one for one in enlarged(red) if one.is_green)]
    ways.sort(key=lambda one: (one.cost_cny is None, one.cost_cny or 0))
    return tuple(ways) or _raised(red, kinds[0], known)


def _raised(red: Red, sites: tuple[Candidate, ...], known: frozenset[str]) -> tuple[Mend, ...]:
    """Return what raises the units that nothing turns green, who covers most people first."""
    opened = _opened(red, sites, known, partly=True)
    larger = sorted(enlarged(red), key=lambda one: -one.covered_after)[:1]
    ways = [one for one in (opened, *larger) if one is not None]
    ways.sort(key=lambda one: -one.covered_after)
    return tuple(ways) or (hopeless(red, sites),)


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


def _opened(
    red: Red, sites: tuple[Candidate, ...], known: frozenset[str], *, partly: bool = False
) -> Mend | None:
    """Return the cheapest set of the sites that turns the units green, ``None`` where none does.

    ``partly`` asks for as many of their people as all the sites together cover.
    """
    places = without(red.found.places, known & {site.id for site in sites})
    wide = red.again(with_sites(places, sites))
    question = sites_of(wide, replace(NO_CANDIDATES, sites=sites))
    goal = red.covered_in(wide) if partly else red.people
    must = red.units[unit_of_rows(wide)]
    alone = replace(question, people=np.where(must, question.people, 0))
    most = covered_people(alone)
    if goal <= red.covered or most < goal:
        return None
    asked = _Asked(
        question, placed_in(wide) if partly else question.people, placed_in(red.found), most
    )
    return _cheapest(red, (places, sites, known), wide, asked, goal)


@dataclass(frozen=True, eq=False)
class _Asked:
    """The question, its people asked for and those covered today (n,), the most of the units."""

    question: Sites
    held: LongArray
    today: LongArray
    most: int


def _cheapest(
    red: Red,
    choice: tuple[Places, tuple[Candidate, ...], frozenset[str]],
    wide: Coverage,
    asked: _Asked,
    goal: int,
) -> Mend | None:
    places, sites, known = choice
    must = red.units[unit_of_rows(wide)] & (asked.held > 0)
    base, first = covered_of(red.found.totals), None
    for _ in range(_ROUNDS):
        question = replace(asked.question, people=np.where(must, asked.held, asked.question.people))
        target = base + int((asked.held - asked.today)[must].sum())
        owed = replace(question, people=np.where(must, question.people, 0))
        if covered_people(owed) < owed.people.sum() or covered_people(question) < target:
            break
        picked = cheapest(question, target, must=must)
        first = first or picked
        chosen = tuple(sites[place - len(places.ids)] for place in picked.chosen)
        after = red.again(with_sites(places, chosen))
        if red.covered_in(after) >= goal:
            return mend_of(red, (chosen, known), after, _gap(picked, first), asked.most)
        wider = _rivals(wide, must, asked.question.people)
        if (wider == must).all():
            break
        must = wider
    if first is None or red.covered_in(wide) < goal:
        return None
    everything = replace(first, value=sum(site.cost_cny or 0 for site in sites))
    return mend_of(red, (sites, known), wide, _gap(everything, first), asked.most)


def _rivals(wide: Coverage, must: BoolArray, people: LongArray) -> BoolArray:
    """Return the points with all who share a place with them.

    They took the room, being nearer: where all of them are covered, so is the unit.
    """
    reach = pairs_of(wide)
    row = np.repeat(np.arange(len(must)), np.diff(reach.first))
    shared = np.zeros(len(wide.places.ids), np.bool_)
    shared[reach.place[must[row]]] = True
    wider = must.copy()
    wider[row[shared[reach.place]]] = True
    return wider & (people > 0)


def _gap(picked: Picked, first: Picked) -> float:
    return (picked.value - first.bound) / max(picked.value, 1)


def hopeless(red: Red, sites: tuple[Candidate, ...]) -> Mend:
    """Return that nothing raises the units, and why whom."""
    known = frozenset(site.id for site in sites)
    after = red.again(with_sites(without(red.found.places, known), sites))
    return Mend(
        title=say("Nothing that is on file turns this green."),
        adds=(),
        verifies=(),
        cost_cny=None,
        covered_before=red.covered,
        covered_after=red.covered_in(after),
        gap=None,
        proof=say(
            "With every candidate and every unverified place {people:,} of {all:,} people would be"
            " covered: new sites are needed.",
            people=red.covered_in(after),
            all=red.people,
        ),
        people=red.people,
        left=left_of(red, after),
    )
