"""Who is covered by a service, by four definitions side by side, to the last person."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from desks.command.situation import Closures, Incident
from desks.onemap import OneMap
from language import Sentence, say
from routing import closed_arcs

from .answers import DEFINITIONS, Coverage, Demand, LongArray, Places, Reach, Service, Share
from .demand import demand_cautions, demand_of
from .harmless import Harmless, harmless
from .joint import jointly
from .method import method_of
from .places import places_of, split
from .reaching import limit_of, lines_mm, reach_of
from .room import Room, assigned, only_places, ranges_of
from .services import RULES
from .sums import (
    Answers,
    Ranges,
    communities_of,
    subdistrict_names,
    subdistrict_rows,
    subdistricts_of,
    total_of,
)

BoolArray = NDArray[np.bool_]
Closed = Closures | BoolArray | None

NO_PLACES = say("The register has no such layer.")
NO_INCIDENT = say("No incident is chosen.")
NO_CAPACITY = say("These places cannot be full.")
NO_CIRCLE = say("A time by road has no straight line.")


def coverage(
    onemap: OneMap,
    service: Service,
    *,
    share: Share = "night",
    incident: Incident | None = None,
    places: Places | None = None,
    closed: Closed = None,
) -> Coverage:
    """Return people covered per community, subdistrict and district, by every definition.

    ``places`` stand in for those on file (variants, moved markers); ``closed`` are closures or
    arcs (m,) that nobody passes. Community = subdistrict = district, and circle >= network >=
    capacity >= safe at every point.

    Raises:
        UserError: where nobody has residents on file, the incident's closures name no road, or a
            new place is asked about jointly, whose kind nobody stated.

    """
    asked = Asked(share, incident, closed)
    if service.all_of:
        own = {} if places is None else split(onemap, service, places)
        return jointly(
            onemap,
            service,
            lambda part: _covered(
                onemap, part, asked, own.get(part.key) or places_of(onemap, part)
            ),
        )
    return _covered(onemap, service, asked, places or places_of(onemap, service)).coverage


@dataclass(frozen=True, eq=False)
class Asked:
    """Whose presence, in which incident, with what closed."""

    share: Share
    incident: Incident | None
    closed: Closed


@dataclass(frozen=True, eq=False)
class Pointwise:
    """A coverage, and behind it the people covered at each point (n,) by definition."""

    coverage: Coverage
    answers: Answers


@dataclass(frozen=True, eq=False)
class _About:
    """What a coverage is about."""

    service: Service
    demand: Demand
    places: Places
    reach: Reach

    @property
    def near(self) -> BoolArray:
        """Return which points (n,) have a place within reach."""
        near: BoolArray = np.diff(self.reach.first) > 0
        return near


def _covered(onemap: OneMap, service: Service, asked: Asked, places: Places) -> Pointwise:
    demand = demand_of(onemap, asked.share)
    reach = reach_of(onemap, demand, places, service, closed=asked.closed)
    about = _About(service, demand, places, reach)
    if service.layer not in onemap.records and not places.ids:
        none: Answers = dict.fromkeys(DEFINITIONS, NO_PLACES)
        return Pointwise(_answer(onemap, about, none, None, ()), none)
    room = None
    if service.has_capacity:
        room = assigned(service, demand, reach, demand.point_people, places.capacity)
    safe = _safe(onemap, about, asked, room)
    answers: Answers = {
        "circle": _circle(about),
        "network": np.where(about.near, demand.point_people, 0),
        "capacity": NO_CAPACITY if room is None else room.people,
        "safe": NO_INCIDENT if safe is None else safe.people,
    }
    found = _answer(onemap, about, answers, room, () if safe is None else safe.cautions)
    return Pointwise(replace(found, safe_assigned=None if safe is None else safe.assigned), answers)


def _answer(
    onemap: OneMap, about: _About, answers: Answers, room: Room | None, more: tuple[Sentence, ...]
) -> Coverage:
    demand, places = about.demand, about.places
    own: Ranges = {}
    whole: Ranges = {}
    if room is not None:
        units, rows = len(demand.units), subdistrict_rows(onemap, demand.units)
        own = ranges_of(room, places.capacity, np.arange(units), units)
        names = len(subdistrict_names(onemap, demand.units))
        whole = ranges_of(room, places.capacity, rows, names)
    communities = communities_of(demand, answers, own)
    subdistricts = subdistricts_of(onemap, demand, communities, whole)
    return Coverage(
        service=about.service,
        demand=demand,
        places=places,
        reach=about.reach,
        communities=communities,
        subdistricts=subdistricts,
        totals=total_of(onemap, subdistricts),
        assigned=None if room is None else room.filled.assigned,
        safe_assigned=None,
        price=None if room is None else room.filled.price,
        value=None if room is None else room.filled.value,
        method=method_of(onemap, about.service, demand),
        cautions=_cautions(onemap, about, more),
        stamp=onemap.stamp,
        unit_reach=room.reach if room is not None and room.by_unit else None,
    )


def _cautions(onemap: OneMap, about: _About, more: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    cut_off = _no_way(about.demand, about.reach)
    return (*cut_off, *demand_cautions(onemap, about.demand), *about.places.cautions, *more)


def _no_way(demand: Demand, reach: Reach) -> tuple[Sentence, ...]:
    """Return how many people no way joins to any place."""
    cut_off = int(demand.point_people[reach.nearest < 0].sum())
    if not cut_off or (reach.nearest < 0).all():
        return ()
    return (say("From {people:,} people no way leads to any place.", people=cut_off),)


def _circle(about: _About) -> LongArray | Sentence:
    """Return the people (n,) within the straight line; whoever is within by ways is within."""
    limit = limit_of(about.service)
    demand, xy_m = about.demand, about.places.xy_m
    if about.service.within_ms is not None:
        if about.service.travel == "road":
            return NO_CIRCLE
        limit = RULES.pace(demand.share).within_mm(limit)
    within = about.near
    if len(xy_m):
        nearest = cKDTree(xy_m).query(demand.xy_m)[1]
        within = within | (lines_mm(demand.xy_m, xy_m[nearest]) <= limit)
    return np.where(within, demand.point_people, 0)


@dataclass(frozen=True, eq=False)
class _Safe:
    """Who is safe: people (n,) at each point, and per held pair of what was filled."""

    people: LongArray
    assigned: LongArray | None
    cautions: tuple[Sentence, ...]


def _safe(onemap: OneMap, about: _About, asked: Asked, room: Room | None) -> _Safe | None:
    """Return who of those covered is so without harm, ``None`` without an incident."""
    if asked.incident is None:
        return None
    service, demand, places = about.service, about.demand, about.places
    left = harmless(onemap, asked.incident, service, demand, places)
    kept = only_places(_safe_ways(onemap, about, asked, left), left.places)
    covered = np.where(about.near, demand.point_people, 0) if room is None else room.people
    people = np.where(left.points, covered, 0)
    if room is None:
        within = np.where(np.diff(kept.first) > 0, people, 0)
        return _Safe(within, None, left.cautions)
    capacity = np.where(left.places, places.capacity, 0)
    found = assigned(service, demand, kept, people, capacity)
    return _Safe(found.people, _on_pairs(found, room.reach, len(places.ids)), left.cautions)


def _safe_ways(onemap: OneMap, about: _About, asked: Asked, left: Harmless) -> Reach:
    """Return the table along ways out of harm."""
    if left.closed is None:
        return about.reach
    closed = left.closed
    if isinstance(asked.closed, np.ndarray):
        closed = closed | asked.closed
    elif asked.closed:
        closed = closed | closed_arcs(
            onemap.network, polygons=asked.closed.polygons, roads=asked.closed.roads
        )
    return reach_of(onemap, about.demand, about.places, about.service, closed=closed)


def _on_pairs(found: Room, whole: Reach, places: int) -> LongArray:
    """Return the people of the filled pairs at their places in the table without the incident."""
    keys, order = _keys(whole, places)
    own = _keys(found.reach, places)
    spots = order[np.searchsorted(keys[order], own[0])]
    people: LongArray = np.zeros(len(whole.cost), np.int64)
    people[spots] = found.filled.assigned
    return people


def _keys(reach: Reach, places: int) -> tuple[LongArray, LongArray]:
    row = np.repeat(np.arange(len(reach.first) - 1), np.diff(reach.first))
    keys = row * max(places, 1) + reach.place
    return keys, np.argsort(keys)
