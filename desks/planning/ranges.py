"""How far a unit's coverage is free: its range over all best assignments, and 'to the nearest'."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.shares import Shares, shares

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
        found = _fits(groups, room, units)
        most += found.alone
        least += found.together - found.without
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
    one, group = _alike(words)
    chosen = [np.arange(reach.first[i], reach.first[i + 1]) for i in core[one]]
    units = int(unit.max()) + 1
    both: LongArray = group * units + unit[core]
    share, index = np.unique(both, return_inverse=True)
    many: LongArray = np.zeros(len(share), np.int64)
    np.add.at(many, index, people[core])
    first = np.append(0, np.cumsum(wide[one]))
    held = reach.place[np.concatenate(chosen)]
    owned: LongArray = share % units
    return _Groups(first, held, share // units, owned, many)


def _alike(rows: LongArray) -> tuple[LongArray, LongArray]:
    """Return one row of each kind of equal rows, and the kind of every row."""
    order = np.lexsort(rows.T)
    new = np.ones(len(rows), np.bool_)
    new[1:] = (rows[order[1:]] != rows[order[:-1]]).any(axis=1)
    kind: LongArray = np.zeros(len(rows), np.int64)
    kind[order] = np.cumsum(new) - 1
    return order[new], kind


def _fits(groups: _Groups, room: LongArray, units: int) -> Shares:
    """Return how many people of each unit find room alone, and of all others without them."""
    wide = np.diff(groups.first)[groups.group]
    first = np.append(0, np.cumsum(wide))
    pair = np.arange(first[-1]) + np.repeat(groups.first[groups.group] - first[:-1], wide)
    return shares((first, groups.place[pair]), groups.people, room, groups.unit, units)


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
