"""What the loss of one road, bridge or place costs: people covered, people cut off, longer ways.

Every piece of road between two junctions is closed in turn, and every place; all else stands. A
road that is on nobody's way to the nearest place is not searched: while that way stands, nothing
that closes elsewhere makes it longer (`routing.detours`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from desks.onemap import OneMap
from geodata.faults import Fault, UserError
from language import Sentence, say
from routing.detours import Detours, detours

from .answers import NO_WAY, Demand, FloatArray, LongArray, Places, Service, Share
from .bridges import is_bridge
from .demand import demand_cautions, demand_of
from .method import cited
from .places import places_of
from .reaching import limit_of, reach_of, roots_of
from .room import room_lost

BoolArray = NDArray[np.bool_]
Kind = Literal["road", "bridge", "place"]


@dataclass(frozen=True, eq=False)
class Loss:
    """What one loss costs against all that stands.

    ``id`` is the number of the piece of road or the id of the place, ``line_m`` (p, 2) its line or
    point in metres of the map. ``people_lost`` were within reach and are not, of whom and of all
    others ``people_cut_off`` have no way left; ``extra`` are the person-millimetres or
    -milliseconds more of those who still have one. ``p90`` is the cost within which nine in ten of
    all people are, ``None`` where fewer have a way. ``room_lost`` are the people fewer who find
    room, ``None`` where room does not apply or the loss is a road's.
    """

    kind: Kind
    id: str
    name: str
    line_m: FloatArray
    people_lost: int
    people_cut_off: int
    extra: int
    p90: int | None
    room_lost: int | None = None


@dataclass(frozen=True, eq=False)
class Fragility:
    """Every loss that costs anything, worst first.

    Most people lost, or without room where that is more, then cut off, then longer ways.
    ``people_covered`` are within reach along ways as all stands, ``people`` all; ``roads`` counts
    the pieces of the district, ``roads_on_ways`` those that any way uses.
    """

    service: Service
    share: Share
    people: int
    people_covered: int
    p90: int | None
    losses: tuple[Loss, ...]
    roads: int
    roads_on_ways: int
    method: tuple[Sentence, ...]
    cautions: tuple[Sentence, ...]
    stamp: str

    @property
    def by_arrival(self) -> tuple[Loss, ...]:
        """Return the losses by how far nine in ten then are, then by how much farther all are."""
        return tuple(sorted(self.losses, key=_latest_first))


def fragility(
    onemap: OneMap, service: Service, *, share: Share = "night", places: Places | None = None
) -> Fragility:
    """Return what every single closed road and every single lost place costs the service.

    ``places`` stand for those on file, as in a variant.

    Raises:
        UserError: for several services at once.

    """
    if service.all_of:
        raise UserError([_several(service)])
    demand = demand_of(onemap, share)
    standing = places_of(onemap, service) if places is None else places
    found = detours(roots_of(onemap, demand, standing, service), len(demand.xy_m))
    people = _People(demand.point_people, found.cost, limit_of(service))
    losses = [*_roads(onemap, people, found), *_places(onemap, service, demand, standing, found)]
    return Fragility(
        service=service,
        share=share,
        people=people.total,
        people_covered=people.covered,
        p90=people.p90,
        losses=tuple(sorted((one for one in losses if _costs(one)), key=_worst_first)),
        roads=len(onemap.network.road_length_m),
        roads_on_ways=len(np.unique(found.road)),
        method=_method(service),
        cautions=(*demand_cautions(onemap, demand), *standing.cautions, *_cautions()),
        stamp=onemap.stamp,
    )


def _several(service: Service) -> Fault:
    problem = say("It joins several services, each with losses of its own.")
    return Fault("", problem, say("Ask for one of them."), value=", ".join(service.all_of))


def _costs(loss: Loss) -> bool:
    return any((loss.people_lost, loss.people_cut_off, loss.extra, loss.room_lost))


def _order(loss: Loss) -> tuple[str, int, str]:
    """Return the order of equal losses: kind, then number, then id."""
    return loss.kind, int(loss.id) if loss.kind != "place" else 0, loss.id


def _worst_first(loss: Loss) -> tuple[Any, ...]:
    most = max(loss.people_lost, loss.room_lost or 0)
    return -most, -loss.people_lost, -loss.people_cut_off, -loss.extra, *_order(loss)


def _latest_first(loss: Loss) -> tuple[Any, ...]:
    late = (0, 0) if loss.p90 is None else (1, -loss.p90)
    return *late, -loss.extra, -loss.people_cut_off, *_order(loss)


@dataclass(frozen=True, eq=False)
class _Change:
    """The points (q,) of one loss, those without people left out, and their costs without it."""

    point: LongArray
    without: LongArray


class _People:
    """Who is within reach as all stands, and what a change of some costs."""

    def __init__(self, people: LongArray, cost: LongArray, limit: int) -> None:
        self._people, self._cost, self._limit = people, cost, limit
        self.total = int(people.sum())
        self.covered = int(people[(cost != NO_WAY) & (cost <= limit)].sum())
        there = np.flatnonzero((cost != NO_WAY) & (people > 0))
        order = there[np.argsort(cost[there], kind="stable")]
        self._sorted, self._sums = cost[order], np.cumsum(people[order])
        self.p90 = self._p90_at(self._sorted, self._sums)

    def loss(self, change: _Change) -> tuple[int, int, int, int | None]:
        """Return people lost, people cut off, the extra of all others, and the p90 after."""
        people, before = self._people[change.point], self._cost[change.point]
        away = change.without == NO_WAY
        late = (before <= self._limit) & (away | (change.without > self._limit))
        extra = np.where(away, 0, change.without - before)
        more = sum(a * b for a, b in zip(extra.tolist(), people.tolist(), strict=True) if a)
        lost, cut = int(people[late].sum()), int(people[away].sum())
        return lost, cut, more, self._p90_after(change, people, before)

    def _p90_after(self, change: _Change, people: LongArray, before: LongArray) -> int | None:
        """Return the p90 after a change; costs only grow, so that it never falls."""
        if self.p90 is None:
            return None
        away = change.without == NO_WAY
        left = (before <= self.p90) & (away | (change.without > self.p90))
        within = int(self._sums[np.searchsorted(self._sorted, self.p90, side="right") - 1])
        if 10 * (within - int(people[left].sum())) >= 9 * self.total:
            return self.p90
        cost = np.concatenate([self._sorted, before, change.without[~away]])
        weight = np.concatenate([np.diff(self._sums, prepend=0), -people, people[~away]])
        order = np.argsort(cost, kind="stable")
        return self._p90_at(cost[order], np.cumsum(weight[order]))

    def _p90_at(self, cost: LongArray, sums: LongArray) -> int | None:
        """Return the least cost within which nine in ten are; ``sums`` count up to each cost."""
        last = np.append(cost[1:] != cost[:-1], True) if len(cost) else np.zeros(0, np.bool_)
        enough = np.flatnonzero(last & (10 * sums >= 9 * self.total))
        return int(cost[enough[0]]) if len(enough) else None


def _roads(onemap: OneMap, people: _People, found: Detours) -> Iterator[Loss]:
    """Yield what each piece of road costs that somebody's way uses."""
    network = onemap.network
    starts = np.flatnonzero(np.diff(found.road, prepend=-1)).tolist()
    for start, end in pairwise([*starts, len(found.road)]):
        piece = int(found.road[start])
        change = _Change(found.point[start:end], found.without[start:end])
        name = str(network.names[network.road_name[piece]])
        kind: Kind = "bridge" if is_bridge(name) else "road"
        costs = people.loss(change)
        yield Loss(kind, str(piece), name, network.road_points_m(piece), *costs)


def _places(
    onemap: OneMap, service: Service, demand: Demand, places: Places, found: Detours
) -> Iterator[Loss]:
    """Yield what each place costs: its people go to the next nearest, or find no room."""
    people = _People(demand.point_people, found.cost, limit_of(service))
    fewer = _room_lost(onemap, service, demand, places)
    for row, place in enumerate(places.ids):
        point = np.flatnonzero(found.nearest == row)
        costs = people.loss(_Change(point, found.second[point]))
        at = places.xy_m[row : row + 1]
        yield Loss("place", place, places.names[row], at, *costs, room_lost=fewer[row])


def _room_lost(
    onemap: OneMap, service: Service, demand: Demand, places: Places
) -> Sequence[int | None]:
    """Return how many people fewer find room without each place; None where room is not asked."""
    if not service.has_capacity:
        return [None] * len(places.ids)
    reach = reach_of(onemap, demand, places, service)
    fewer = room_lost(service, demand, reach, demand.point_people, places.capacity)
    return [int(people) for people in fewer]


def _method(service: Service) -> tuple[Sentence, ...]:
    """Return how every figure came about."""
    said = [
        say(
            "Each piece of road between two junctions is closed alone, in both directions, and"
            " each place is lost alone; all else stands."
        ),
        say(
            "Lost are people who are within reach along ways and then are not; cut off are people"
            " to whom no way is left; all others are counted by how much farther they then are."
        ),
        say(
            "Pieces of road on nobody's way to the nearest place cost nothing and are left out:"
            " while that way stands it stays the shortest."
        ),
    ]
    if service.has_capacity:
        said.append(
            say("Room is counted for lost places only: for roads, whoever is within reach counts.")
        )
    return (*said, *cited(service))


def _cautions() -> tuple[Sentence, ...]:
    return (say("Bridges are told by their names; a bridge without one counts as a road."),)
