"""Who finds room where: whole people to places, exact, unique, and with prices that prove it."""

from dataclasses import dataclass
from itertools import starmap
from operator import mul

import numpy as np

from routing.transport import transport

from .answers import LongArray, Reach

UNLIMITED = -1
"""A capacity of this value is room for all, by declaration."""


@dataclass(frozen=True, eq=False)
class Filled:
    """Who goes where and the proof: people, and costs in whole mm or ms as in the reach.

    ``assigned`` (k,) are people per held pair of the reach; ``people_covered`` and ``cost`` (the
    person-millimetres or -milliseconds) are their sums. ``price`` (m,) of a bed at each place and
    ``value`` (n,) of a person at each point prove it by sums alone (`proves`): with the gain
    ``unplaced - cost`` of a person placed, value + price is at least the gain of every pair, and
    people x value + capacity x price is the gain of all assigned. ``unplaced`` is more than any
    chain of moves can save, so that most people come before least cost.
    """

    assigned: LongArray
    price: LongArray
    value: LongArray
    unplaced: int
    people_covered: int
    cost: int


def fill(reach: Reach, point_people: LongArray, capacity: LongArray) -> Filled:
    """Return the one assignment with most people covered, then least cost, then lowest codes.

    ``point_people`` (n,) are whole people, ``capacity`` (m,) beds, -1 where unlimited. Lowest
    codes: of all equally good answers the one with most people of the first point at the first
    place, then at its second, and so on; then of the second point. The transportation problem
    (Hitchcock 1941) by successive shortest paths in integers.

    Raises:
        ValueError: for arrays that do not fit the reach, or negative people.

    """
    room = room_for(capacity, point_people)
    found = transport(reach.first, reach.place, reach.cost, point_people, room)
    return Filled(
        assigned=found.flow,
        price=found.price,
        value=_values(reach, found.price, found.unplaced),
        unplaced=found.unplaced,
        people_covered=total(found.flow),
        cost=product(reach.cost, found.flow),
    )


def proves(reach: Reach, point_people: LongArray, capacity: LongArray, filled: Filled) -> bool:
    """Return whether the prices prove that most people are covered at the least cost.

    Feasible (nobody counted twice, no place over its room), and weak duality holds with equality
    (Gale, Kuhn and Tucker 1951). Written with sums alone and apart from what finds the answer.
    """
    people, room = point_people, room_for(capacity, point_people)
    point = _points(reach)
    gain = filled.unplaced - reach.cost
    sent = _sums(filled.assigned, point, len(people))
    load = _sums(filled.assigned, reach.place, len(room))
    signs = all(int(x.min(initial=0)) >= 0 for x in (filled.assigned, filled.price, filled.value))
    feasible = signs and bool((sent <= people).all() and (load <= room).all())
    bounded = bool((filled.value[point] + filled.price[reach.place] >= gain).all())
    bound = product(people, filled.value) + product(room, filled.price)
    first_people = filled.unplaced > len(room) * int(reach.cost.max(initial=0))
    stated = (filled.people_covered, filled.cost)
    summed = (total(filled.assigned), product(reach.cost, filled.assigned))
    equal = bound == product(gain, filled.assigned) and stated == summed
    return feasible and bounded and first_people and equal


def total(whole: LongArray) -> int:
    """Return the sum as a whole number of any size."""
    return sum(whole.tolist())


def product(one: LongArray, other: LongArray) -> int:
    """Return the sum of products as a whole number of any size; 64 bits would overflow."""
    some = np.flatnonzero(other)
    return sum(starmap(mul, zip(one[some].tolist(), other[some].tolist(), strict=True)))


def room_for(capacity: LongArray, point_people: LongArray) -> LongArray:
    """Return the beds (m,), all people where a place is unlimited."""
    room: LongArray = np.where(capacity == UNLIMITED, total(point_people), capacity)
    return room


def _points(reach: Reach) -> LongArray:
    """Return the point (k,) of each held pair."""
    return np.repeat(np.arange(len(reach.first) - 1), np.diff(reach.first))


def _sums(people: LongArray, index: LongArray, count: int) -> LongArray:
    """Return the people (count,) by index; in integers, as doubles hold 53 bits only."""
    sums: LongArray = np.zeros(count, np.int64)
    np.add.at(sums, index, people)
    return sums


def _values(reach: Reach, price: LongArray, unplaced: int) -> LongArray:
    """Return what a person at each point (n,) is worth: unplaced less cost and price, or 0."""
    dear: LongArray = np.full(len(reach.first) - 1, unplaced, np.int64)
    np.minimum.at(dear, _points(reach), reach.cost + price[reach.place])
    return unplaced - dear
