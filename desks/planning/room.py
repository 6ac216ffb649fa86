"""Who finds room: the exact assignment, from points or from communities, and how free it is."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from routing.shares import without_each

from .answers import NO_WAY, Demand, LongArray, Reach, Service, Share
from .demand import apportioned
from .filling import Filled, fill, room_for
from .ranges import to_nearest, unit_ranges
from .reaching import limit_of
from .services import RULES
from .sums import Ranges

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Room:
    """Who finds room, and the table that was filled: its rows are points, or communities.

    ``supply`` (r,) are the people of each row, ``unit`` (r,) its community; ``people`` (n,) those
    placed at each point.
    """

    filled: Filled
    reach: Reach
    supply: LongArray
    unit: LongArray
    people: LongArray
    by_unit: bool


def assigned(
    service: Service, demand: Demand, reach: Reach, people: LongArray, capacity: LongArray
) -> Room:
    """Return who goes where: from points, or from communities where the reach is long."""
    if not fills_by_unit(service, demand.share):
        filled = fill(reach, people, capacity)
        placed = _per_row(reach, filled.assigned)
        return Room(filled, reach, people, demand.unit, placed, by_unit=False)
    near, whole, supply = _by_unit(demand, reach, people)
    filled = fill(whole, supply, capacity)
    placed = apportioned(_per_row(whole, filled.assigned), demand.unit, near)
    return Room(filled, whole, supply, np.arange(len(supply)), placed, by_unit=True)


def room_lost(
    service: Service, demand: Demand, reach: Reach, people: LongArray, capacity: LongArray
) -> LongArray:
    """Return how many people fewer find room without each place (m,).

    Of a community those stay away who reach no other place: they are not sent where others go.
    """
    whole, supply, alone = reach, people, None
    if fills_by_unit(service, demand.share):
        near, whole, supply = _by_unit(demand, reach, people)
        alone = _alone(demand, reach, near, whole)
    room = room_for(capacity, supply)
    together, without = without_each((whole.first, whole.place), supply, room, alone)
    return together - without


def _alone(demand: Demand, reach: Reach, people: LongArray, whole: Reach) -> LongArray:
    """Return of each community's pair (k,) the people who reach no other place."""
    places = int(reach.place.max(initial=-1)) + 1
    table: LongArray = np.zeros((len(demand.units), places), np.int64)
    one = np.flatnonzero(np.diff(reach.first) == 1)
    np.add.at(table, (demand.unit[one], reach.place[reach.first[one]]), people[one])
    found: LongArray = table[np.repeat(np.arange(len(table)), np.diff(whole.first)), whole.place]
    return found


def _by_unit(demand: Demand, reach: Reach, people: LongArray) -> tuple[LongArray, Reach, LongArray]:
    """Return who reaches any place (n,), and the table by community with its people (u,)."""
    near = np.where(np.diff(reach.first) > 0, people, 0)
    supply: LongArray = np.zeros(len(demand.units), np.int64)
    np.add.at(supply, demand.unit, near)
    return near, unit_reach(demand, reach, near), supply


def ranges_of(room: Room, capacity: LongArray, group: LongArray, groups: int) -> Ranges:
    """Return the fewest, the most and to the nearest, per group of communities (``group``, u)."""
    of_row = group[room.unit]
    free = unit_ranges(room.reach, room.supply, capacity, of_row, groups)
    nearest: LongArray = np.zeros(groups, np.int64)
    np.add.at(nearest, of_row, to_nearest(room.reach, room.supply, capacity))
    return {"least": free.least, "most": free.most, "to_nearest": nearest}


def fills_by_unit(service: Service, share: Share) -> bool:
    """Return whether places are filled from communities, as the reach is too long for points."""
    limit = limit_of(service)
    if service.within_ms is not None:
        limit = RULES.pace(share).within_mm(limit)
    return limit > RULES.points_up_to_mm


def unit_reach(demand: Demand, reach: Reach, people: LongArray) -> Reach:
    """Return the table with communities for rows: the mean cost of their people within reach.

    Means are by people, rounded up, so that a whole number within the limit stays within it.
    """
    point = np.repeat(np.arange(len(reach.first) - 1), np.diff(reach.first))
    count = int(reach.place.max(initial=-1)) + 1
    pair = demand.unit[point] * count + reach.place
    keys, index = np.unique(pair[people[point] > 0], return_inverse=True)
    held = people[point] > 0
    sums = np.zeros((3, len(keys)), np.int64)
    for row, values in enumerate((np.ones(len(pair), np.int64), reach.cost, reach.line_mm)):
        np.add.at(sums[row], index, (values * people[point])[held])
    cost, line = (-(-part // np.maximum(sums[0], 1)) for part in sums[1:])
    unit, place = keys // max(count, 1), keys % max(count, 1)
    order = np.lexsort((place, cost, unit))
    first = np.zeros(len(demand.units) + 1, np.int64)
    np.cumsum(np.bincount(unit, minlength=len(demand.units)), out=first[1:])
    table = (first, place[order], cost[order], line[order])
    return _with_nearest(Reach(reach.is_time, reach.limit, *table, first, first))


def _per_row(reach: Reach, people: LongArray) -> LongArray:
    """Return the people (n,) of each row of the table."""
    sums: LongArray = np.append(0, np.cumsum(people))[reach.first]
    return np.diff(sums)


def only_places(reach: Reach, kept: BoolArray) -> Reach:
    """Return the table without the places that are not kept; what is nearest is of those left."""
    point = np.repeat(np.arange(len(reach.first) - 1), np.diff(reach.first))
    held = kept[reach.place]
    first = np.zeros_like(reach.first)
    np.cumsum(np.bincount(point[held], minlength=len(first) - 1), out=first[1:])
    table = (first, reach.place[held], reach.cost[held], reach.line_mm[held])
    return _with_nearest(Reach(reach.is_time, reach.limit, *table, first, first))


def _with_nearest(reach: Reach) -> Reach:
    """Return the table, the first pair of each row its nearest place."""
    nearest = np.full(len(reach.first) - 1, NO_WAY, np.int64)
    cost = nearest.copy()
    some = np.flatnonzero(np.diff(reach.first))
    nearest[some] = reach.place[reach.first[some]]
    cost[some] = reach.cost[reach.first[some]]
    return replace(reach, nearest=nearest, nearest_cost=cost)
