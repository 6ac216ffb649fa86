"""Whole people to places, against a linear program and against a flow network."""

import itertools
from typing import Any

import networkx as nx
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog

from desks.command.assigning import NO_WAY, Assignment, assign

LongArray = NDArray[np.int64]
Case = tuple[LongArray, LongArray, LongArray]


def whole(*values: int) -> LongArray:
    return np.array(values, np.int64)


def metres(found: Assignment, distance_m: LongArray) -> int:
    return int((found.placed * np.where(distance_m == NO_WAY, 0, distance_m)).sum())


def by_linear_program(case: Case) -> tuple[int, int]:
    """Return the most people placed and then the least person-metres, by HiGHS in two programs."""
    people, capacity, distance_m = case
    ways = [(i, j) for i, j in np.ndindex(*distance_m.shape) if distance_m[i, j] != NO_WAY]
    if not ways:
        return 0, 0
    rows = np.zeros((len(people) + len(capacity), len(ways)))
    for column, (i, j) in enumerate(ways):
        rows[i, column] = rows[len(people) + j, column] = 1
    bounds = np.concatenate([people, capacity])
    most = linprog(-np.ones(len(ways)), A_ub=rows, b_ub=bounds, method="highs")
    placed = round(-(most.fun or 0.0))
    costs = [float(distance_m[way]) for way in ways]
    least = linprog(
        costs,
        A_ub=rows,
        b_ub=bounds,
        A_eq=np.ones((1, len(ways))),
        b_eq=[float(placed)],
        method="highs",
    )
    return placed, round(least.fun or 0.0)


def by_flow_network(case: Case) -> tuple[int, int]:
    """Return the same by the network simplex of networkx."""
    people, capacity, distance_m = case
    unplaced = (int(distance_m.max(initial=0)) + 1) * (len(capacity) + 2)
    graph: Any = nx.DiGraph()
    graph.add_node("end", demand=int(people.sum()))
    for i, many in enumerate(people.tolist()):
        graph.add_node(("from", i), demand=-many)
        graph.add_edge(("from", i), "end", weight=unplaced)
    for j, room in enumerate(capacity.tolist()):
        graph.add_edge(("to", j), "end", capacity=room, weight=0)
    for i, j in np.argwhere(distance_m != NO_WAY).tolist():
        graph.add_edge(("from", i), ("to", j), weight=int(distance_m[i, j]))
    flow = nx.min_cost_flow(graph)
    moved = [(i, j, flow["from", i].get(("to", j), 0)) for i, j in np.ndindex(*distance_m.shape)]
    return sum(n for *_, n in moved), sum(n * int(distance_m[i, j]) for i, j, n in moved if n)


def random_case(chance: np.random.Generator) -> Case:
    """Return a case with ties, empty places, people nobody can take and too little room."""
    origins, places = int(chance.integers(1, 12)), int(chance.integers(1, 8))
    people = chance.integers(0, 60, origins)
    capacity = chance.integers(0, 90, places) * chance.integers(0, 2, places)
    distance_m = chance.integers(0, int(chance.choice([3, 40, 9_000])), (origins, places))
    distance_m[chance.random((origins, places)) < chance.choice([0.0, 0.3, 0.8])] = NO_WAY
    return people.astype(np.int64), capacity.astype(np.int64), distance_m.astype(np.int64)


def check_whole(found: Assignment, case: Case) -> None:
    people, capacity, distance_m = case
    assert found.placed.dtype == np.int64
    assert (found.placed >= 0).all()
    assert (found.short >= 0).all()
    assert (found.placed.sum(axis=1) + found.short == people).all()
    assert (found.placed.sum(axis=0) <= capacity).all()
    assert not found.placed[distance_m == NO_WAY].any()


@pytest.mark.parametrize("seed", range(6))
def test_as_good_as_the_linear_program(seed: int) -> None:
    """Over 300 random cases: as many people placed, as few person-metres, sums exact."""
    chance = np.random.default_rng(seed)
    for _ in range(50):
        case = random_case(chance)
        found = assign(*case)
        check_whole(found, case)
        assert (int(found.placed.sum()), metres(found, case[2])) == by_linear_program(case)


def test_as_good_as_a_flow_network() -> None:
    chance = np.random.default_rng(99)
    for _ in range(40):
        case = random_case(chance)
        found = assign(*case)
        assert (int(found.placed.sum()), metres(found, case[2])) == by_flow_network(case)


def test_a_whole_district_at_once() -> None:
    """175 communities, 34 shelters with too little room: optimal, everybody accounted for."""
    chance = np.random.default_rng(34)
    people = chance.integers(200, 8_000, 175)
    capacity = chance.integers(200, 30_000, 34)
    distance_m = chance.integers(100, 15_000, (175, 34))
    distance_m[chance.random((175, 34)) < 0.05] = NO_WAY
    found = assign(people, capacity, distance_m)
    check_whole(found, (people, capacity, distance_m))
    assert (int(found.placed.sum()), metres(found, distance_m)) == by_linear_program(
        (people, capacity, distance_m)
    )


def test_most_people_come_before_metres() -> None:
    """The far community can only go to the near one's place: so the near one walks 900 m."""
    found = assign(whole(10, 10), whole(10, 10), np.array([[1, 900], [5, NO_WAY]]))
    assert found.placed.tolist() == [[0, 10], [10, 0]]
    assert found.short.tolist() == [0, 0]


def test_the_overflow_goes_the_cheaper_way() -> None:
    """30 at a place for 20: the ten that lose 100 m move, not those that lose 400 m."""
    found = assign(whole(15, 15), whole(20, 99), np.array([[100, 200], [100, 500]]))
    assert found.placed.tolist() == [[5, 10], [15, 0]]


def test_equals_go_by_number() -> None:
    """All distances alike: the first community fills the first shelter, the last is short."""
    same = np.full((3, 2), 500)
    found = assign(whole(10, 10, 10), whole(15, 10), same)
    assert found.placed.tolist() == [[10, 0], [5, 5], [0, 5]]
    assert found.short.tolist() == [0, 0, 5]


def test_equals_are_the_least_of_all_assignments() -> None:
    """Of all assignments of the least metres the least sum of people x (n - origin) x place."""
    chance = np.random.default_rng(7)
    for _ in range(30):
        people, capacity = chance.integers(0, 3, 3), chance.integers(0, 4, 2)
        distance_m = chance.integers(1, 3, (3, 2))
        found = assign(people, capacity, distance_m)
        best = min(
            (key(people, capacity, distance_m, every) for every in splits(people.tolist())),
        )
        assert key(people, capacity, distance_m, found.placed.tolist()) == best


def splits(people: list[int]) -> list[list[list[int]]]:
    """Return every way to send whole people to two places or to leave them."""
    per_origin = [[[a, b] for a in range(n + 1) for b in range(n + 1 - a)] for n in people]
    return [list(every) for every in itertools.product(*per_origin)]


def key(
    people: LongArray, capacity: LongArray, distance_m: LongArray, placed: list[list[int]]
) -> tuple[float, int, int]:
    """Return what counts, the first first; infinite where a place is overfull."""
    flow = np.array(placed)
    if (flow.sum(axis=0) > capacity).any():
        return float("inf"), 0, 0
    short = people - flow.sum(axis=1)
    table = np.column_stack([flow, short])
    weight = (3 - np.arange(3))[:, None] * np.arange(3)[None, :]
    return float(short.sum()), int((flow * distance_m).sum()), int((table * weight).sum())


def test_the_same_again_and_nothing_is_changed() -> None:
    chance = np.random.default_rng(3)
    case = random_case(chance)
    before = [part.copy() for part in case]
    first, second = assign(*case), assign(*case)
    assert (first.placed == second.placed).all()
    assert all((part == kept).all() for part, kept in zip(case, before, strict=True))


@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 3)])
def test_nobody_or_nowhere(shape: tuple[int, int]) -> None:
    people, capacity = np.full(shape[0], 7, np.int64), np.full(shape[1], 7, np.int64)
    found = assign(people, capacity, np.zeros(shape, np.int64))
    assert found.placed.shape == shape
    assert found.short.tolist() == [7] * shape[0]


def test_a_whole_province_does_not_overflow() -> None:
    """2,000 x 600 with far distances: ties give way, people and metres stay exact."""
    chance = np.random.default_rng(5)
    people = chance.integers(0, 3, 2_000)
    people[3:] = 0
    distance_m = chance.integers(1, 400_000, (2_000, 600))
    found = assign(people, np.ones(600, np.int64), distance_m)
    assert int(found.placed.sum()) == int(people.sum())
    assert (found.placed.sum(axis=0) <= 1).all()
