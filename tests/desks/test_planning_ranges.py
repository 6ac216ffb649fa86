"""Ranges over all best assignments and 'everyone to the nearest', held against every assignment."""

from itertools import product as every

import numpy as np

from desks.planning.answers import LongArray, Reach
from desks.planning.filling import fill
from desks.planning.ranges import Ranges, to_nearest, unit_ranges

from .reaches import grid_town, random_rows, reach_of


def _whole(*values: int) -> LongArray:
    return np.array(values, np.int64)


def _by_trying(
    reach: Reach, people: LongArray, capacity: LongArray, unit: LongArray, units: int
) -> Ranges:
    """Return the ranges by trying every assignment and keeping those that cover most."""
    point = np.repeat(np.arange(len(people)), np.diff(reach.first))
    tries = np.array(list(every(*(range(int(people[i]) + 1) for i in point))), np.int64)
    tries = tries.reshape(len(tries), len(point))
    sent = np.array([tries[:, point == i].sum(axis=1) for i in range(len(people))]).T
    load = np.array([tries[:, reach.place == j].sum(axis=1) for j in range(len(capacity))]).T
    good = (sent <= people).all(axis=1) & (load <= capacity).all(axis=1)
    covered = sent[good]
    best = covered[covered.sum(axis=1) == covered.sum(axis=1).max()]
    sums = np.array([best[:, unit == u].sum(axis=1) for u in range(units)])
    return Ranges(sums.min(axis=1), sums.max(axis=1))


def test_equal_every_best_assignment_tried_one_by_one() -> None:
    rng = np.random.default_rng(21)
    moved = 0
    for _ in range(200):
        points, places = int(rng.integers(2, 5)), int(rng.integers(1, 4))
        reach = reach_of(random_rows(rng, points, places))
        people, capacity = rng.integers(1, 3, points), rng.integers(0, 3, places)
        unit = rng.integers(0, 3, points)
        found = unit_ranges(reach, people, capacity, unit, 3)
        tried = _by_trying(reach, people, capacity, unit, 3)
        assert found.least.tolist() == tried.least.tolist()
        assert found.most.tolist() == tried.most.tolist()
        moved += int((found.least < found.most).any())
    assert moved > 20, "too few towns in which a range is open"


def test_hold_the_assignment_that_is_shown_and_close_where_there_is_room() -> None:
    rng = np.random.default_rng(22)
    reach = grid_town(rng, 600, 90, held=4)
    people, unit = rng.integers(0, 30, 600), rng.integers(0, 25, 600)
    for beds in (20, 90, 10**6):
        capacity = rng.integers(0, 2 * beds, 90)
        found = unit_ranges(reach, people, capacity, unit, 25)
        filled = fill(reach, people, capacity)
        sent = np.add.reduceat(filled.assigned, reach.first[:-1])
        shown = np.array([sent[unit == u].sum() for u in range(25)])
        assert (found.least <= shown).all()
        assert (shown <= found.most).all()
        assert found.least.sum() <= filled.people_covered <= found.most.sum()


def test_two_units_at_one_full_place_may_each_be_left_out() -> None:
    reach = reach_of([[(0, 10)], [(0, 900)]])
    found = unit_ranges(reach, _whole(8, 5), _whole(10), _whole(0, 1), 2)
    assert found.least.tolist() == [5, 2]
    assert found.most.tolist() == [8, 5]


def test_unlimited_places_leave_no_range_and_units_without_a_place_have_none() -> None:
    reach = reach_of([[(0, 10)], [(0, 20), (1, 5)], []])
    found = unit_ranges(reach, _whole(8, 5, 7), _whole(-1, 1), _whole(0, 1, 2), 4)
    assert found.least.tolist() == [8, 5, 0, 0]
    assert found.most.tolist() == [8, 5, 0, 0]


def test_more_places_than_bits_of_a_word_are_told_apart() -> None:
    """Places 0, 62 and 63 stand at the edges of words."""
    reach = reach_of([[(0, 1)], [(62, 1)], [(63, 1)], [(124, 1)], [(62, 2), (124, 2)]])
    capacity = np.ones(130, np.int64)
    found = unit_ranges(reach, _whole(2, 2, 2, 1, 1), capacity, _whole(0, 1, 2, 3, 4), 5)
    assert found.least.tolist() == [1, 0, 1, 0, 0]
    assert found.most.tolist() == [1, 1, 1, 1, 1]


def test_everyone_to_the_nearest_fills_from_the_nearest_home() -> None:
    reach = reach_of([[(0, 300), (1, 400)], [(0, 100)], [(1, 50), (0, 60)], [], [(0, 300)]])
    found = to_nearest(reach, _whole(4, 5, 6, 9, 4), _whole(10, 2))
    assert found.tolist() == [4, 5, 2, 0, 1]


def test_everyone_to_the_nearest_never_covers_more_than_the_best_assignment() -> None:
    rng = np.random.default_rng(23)
    for _ in range(100):
        reach = reach_of(random_rows(rng, 8, 4))
        people, capacity = rng.integers(0, 9, 8), rng.integers(-1, 16, 4)
        found = to_nearest(reach, people, capacity)
        assert (found <= people).all()
        assert int(found.sum()) <= fill(reach, people, capacity).people_covered


def test_nobody_anywhere_is_no_error() -> None:
    empty = reach_of([])
    assert to_nearest(empty, _whole(), _whole(3)).tolist() == []
    assert unit_ranges(empty, _whole(), _whole(3), _whole(), 2).most.tolist() == [0, 0]
