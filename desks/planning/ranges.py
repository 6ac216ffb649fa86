"""How far a unit's coverage is free: its range over all best assignments, and 'to the nearest'."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from routing.transport import most_placed

from .answers import LongArray, Reach
from .filling import UNLIMITED, total

BoolArray = NDArray[np.bool_]

_BITS = 62
"""Places are noted as bits of whole words of this many."""


@dataclass(frozen=True, eq=False)
class Ranges:
    """The fewest and the most people covered of each unit (u,).

    Over all assignments that cover as many people of the district as any does; how far they walk
    does not count here. Each end is reached by some assignment, not all ends by one.
    """

    least: LongArray
    most: LongArray


@dataclass(frozen=True, eq=False)
class _Groups:
    """Whose people may use the same places: the places of each group (CSR), people by unit.

    ``people`` (s,) are those of ``unit`` (s,) in ``group`` (s,).
    """

    first: LongArray
    place: LongArray
    group: LongArray
    unit: LongArray
    people: LongArray


def unit_ranges(
    reach: Reach, point_people: LongArray, capacity: LongArray, unit: LongArray, units: int
) -> Ranges:
    """Return the ranges of the ``units``; ``unit`` (n,) is each point's.

    The most of a unit is what fits if it comes first: any such choice can be completed to a best
    one, as what fits forms a polymatroid (Edmonds 1970). The fewest is what the best assignment
    covers beyond what fits without the unit.
    """
    wide = np.diff(reach.first)
    point = np.repeat(np.arange(len(wide)), wide)
    room = np.where(capacity == UNLIMITED, total(point_people), capacity)
    sure = _sure(point, reach.place, point_people, room)
    fixed: LongArray = np.zeros(units, np.int64)
    np.add.at(fixed, unit[sure], point_people[sure])
    core = np.flatnonzero((wide > 0) & ~sure & (point_people > 0))
    least, most = fixed.copy(), fixed
    if len(core):
        groups = _grouped(reach, core, point_people, unit, len(room))
        for part in _parts(groups, len(room)):
            _add_part(groups, part, room, least, most)
    return Ranges(least, most)


def _sure(point: LongArray, place: LongArray, people: LongArray, room: LongArray) -> BoolArray:
    """Return which points (n,) are covered by every best assignment.

    A place with room for all who may come and are not sure elsewhere is never short.
    """
    sure = np.zeros(len(people), np.bool_)
    while True:
        coming: LongArray = np.zeros(len(room), np.int64)
        open_ = ~sure[point]
        np.add.at(coming, place[open_], people[point[open_]])
        found = point[open_ & (coming <= room)[place]]
        if not len(found):
            return sure
        sure[found] = True


def _grouped(
    reach: Reach, core: LongArray, people: LongArray, unit: LongArray, places: int
) -> _Groups:
    """Return the core's points grouped by the places they may use, and by unit."""
    words: LongArray = np.zeros((len(core), places // _BITS + 1), np.int64)
    wide = reach.first[core + 1] - reach.first[core]
    row = np.repeat(np.arange(len(core)), wide)
    pair = np.arange(len(row)) + np.repeat(reach.first[core] - np.cumsum(wide) + wide, wide)
    place = reach.place[pair]
    np.bitwise_or.at(words, (row, place // _BITS), np.int64(1) << (place % _BITS))
    _, one, group = np.unique(words, axis=0, return_index=True, return_inverse=True)
    chosen = [np.arange(reach.first[i], reach.first[i + 1]) for i in core[one]]
    both = np.column_stack([group.reshape(-1), unit[core]])
    share, index = np.unique(both, axis=0, return_inverse=True)
    many: LongArray = np.zeros(len(share), np.int64)
    np.add.at(many, index.reshape(-1), people[core])
    first = np.append(0, np.cumsum(wide[one]))
    return _Groups(first, reach.place[np.concatenate(chosen)], share[:, 0], share[:, 1], many)


def _parts(groups: _Groups, places: int) -> list[LongArray]:
    """Return the groups of each part of town that shares no place with another."""
    count = len(groups.first) - 1
    group = np.repeat(np.arange(count), np.diff(groups.first))
    shape = (count + places, count + places)
    joined = coo_array((np.ones(len(group)), (group, count + groups.place)), shape=shape)
    label = connected_components(joined, directed=False)[1][:count]
    order = np.argsort(label, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(label[order])) + 1)


def _add_part(
    groups: _Groups, part: LongArray, room: LongArray, least: LongArray, most: LongArray
) -> None:
    """Add the ranges of one part of town to those of its units."""
    shares = np.flatnonzero(np.isin(groups.group, part))
    everyone: LongArray = np.zeros(len(groups.first) - 1, np.int64)
    np.add.at(everyone, groups.group[shares], groups.people[shares])
    best = _fits(groups, everyone, room)
    for unit in np.unique(groups.unit[shares]).tolist():
        own: LongArray = np.zeros(len(everyone), np.int64)
        mine = shares[groups.unit[shares] == unit]
        own[groups.group[mine]] = groups.people[mine]
        most[unit] += _fits(groups, own, room)
        least[unit] += best - _fits(groups, everyone - own, room)


def _fits(groups: _Groups, people: LongArray, room: LongArray) -> int:
    """Return how many of the people (g,) find room if nobody else comes."""
    some = np.flatnonzero(people)
    if not len(some):
        return 0
    rows = [groups.place[groups.first[i] : groups.first[i + 1]] for i in some.tolist()]
    there, place = np.unique(np.concatenate(rows), return_inverse=True)
    first = np.append(0, np.cumsum([len(row) for row in rows]))
    return most_placed(first, place, people[some], room[there])


def to_nearest(reach: Reach, point_people: LongArray, capacity: LongArray) -> LongArray:
    """Return the people (n,) of each point who find room if everyone goes to the nearest place.

    The nearest within the reach's limit, of equals the lowest code; who finds it full stays out
    and goes nowhere else. Those who live nearest come first, of equals the lowest code.
    """
    room = np.where(capacity == UNLIMITED, total(point_people), capacity)
    going = np.flatnonzero(np.diff(reach.first))
    place, cost = reach.place[reach.first[going]], reach.cost[reach.first[going]]
    order = np.lexsort((going, cost, place))
    who, where = going[order], place[order]
    before = np.cumsum(point_people[who]) - point_people[who]
    start = np.searchsorted(where, where)
    earlier = before - before[start] if len(who) else before
    found: LongArray = np.zeros(len(point_people), np.int64)
    found[who] = np.clip(room[where] - earlier, 0, point_people[who])
    return found
