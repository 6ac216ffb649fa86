"""Who finds room where: most people, then least cost, then lowest codes, and the proof of it."""

from dataclasses import replace
from itertools import product as every

import networkx as nx
import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from desks.planning.answers import LongArray, Reach
from desks.planning.filling import Filled, fill, proves

from .reaches import grid_town, random_rows, reach_of


def _whole(*values: int) -> LongArray:
    return np.array(values, np.int64)


def _points(reach: Reach) -> LongArray:
    return np.repeat(np.arange(len(reach.first) - 1), np.diff(reach.first))


def _highs(reach: Reach, people: LongArray, capacity: LongArray) -> tuple[int, int]:
    """Return most people and their least cost as HiGHS finds them, one objective after another."""
    count, pair = len(reach.cost), np.arange(len(reach.cost))
    if not count:
        return 0, 0
    rows = np.concatenate([_points(reach), len(people) + reach.place])
    table = csr_array((np.ones(2 * count), (rows, np.tile(pair, 2))),
                      shape=(len(people) + len(capacity), count))  # fmt: skip
    bound = np.concatenate([people, capacity]).astype(float)
    most = linprog(-np.ones(count), A_ub=table, b_ub=bound, method="highs")
    covered = round(-most.fun)
    least = linprog(reach.cost.astype(float), A_ub=table, b_ub=bound, A_eq=np.ones((1, count)),
                    b_eq=[covered], method="highs")  # fmt: skip
    return covered, round(least.fun)


def _case(rng: np.random.Generator) -> tuple[Reach, LongArray, LongArray]:
    points, places = int(rng.integers(1, 9)), int(rng.integers(1, 6))
    reach = reach_of(random_rows(rng, points, places, most=int(rng.choice([2, 9, 10**6]))))
    return reach, rng.integers(0, 9, points), rng.integers(0, 16, places)


def test_equals_highs_and_proves_itself_on_300_random_towns() -> None:
    rng = np.random.default_rng(5)
    for _ in range(300):
        reach, people, capacity = _case(rng)
        filled = fill(reach, people, capacity)
        assert (filled.people_covered, filled.cost) == _highs(reach, people, capacity)
        assert proves(reach, people, capacity, filled)


def test_equals_the_min_cost_flow_of_networkx() -> None:
    rng = np.random.default_rng(6)
    for _ in range(40):
        reach, people, capacity = _case(rng)
        graph = nx.DiGraph()
        graph.add_nodes_from(["from", "to"])
        for i, many in enumerate(people.tolist()):
            graph.add_edge("from", ("point", i), capacity=many, weight=0)
        for j, beds in enumerate(capacity.tolist()):
            graph.add_edge(("place", j), "to", capacity=beds, weight=0)
        for i, j, cost in zip(_points(reach).tolist(), reach.place.tolist(), reach.cost.tolist(),
                              strict=True):  # fmt: skip
            graph.add_edge(("point", i), ("place", j), weight=cost)
        flow = nx.max_flow_min_cost(graph, "from", "to")
        filled = fill(reach, people, capacity)
        assert filled.people_covered == sum(flow["from"].values())
        assert filled.cost == nx.cost_of_flow(graph, flow)


def _lowest_codes(reach: Reach, people: LongArray, capacity: LongArray) -> list[int]:
    """Return the answer by trying every one: people of the pairs by (point, place)."""
    order = np.lexsort((reach.place, _points(reach)))
    point, place, cost = _points(reach)[order], reach.place[order], reach.cost[order]
    tries = np.array(list(every(*(range(int(people[i]) + 1) for i in point))), np.int64)
    sent = np.array([tries[:, point == i].sum(axis=1) for i in range(len(people))]).T
    load = np.array([tries[:, place == j].sum(axis=1) for j in range(len(capacity))]).T
    tries = tries[(sent <= people).all(axis=1) & (load <= capacity).all(axis=1)]
    keys = [(-int(one.sum()), int(one @ cost), *(-one).tolist()) for one in tries]
    return [-value for value in min(keys)[2:]]


def test_of_equal_answers_the_lowest_codes_as_found_by_trying_every_one() -> None:
    rng = np.random.default_rng(7)
    for _ in range(150):
        points, places = int(rng.integers(1, 5)), int(rng.integers(1, 4))
        reach = reach_of(random_rows(rng, points, places, most=int(rng.choice([1, 2, 4]))))
        people, capacity = rng.integers(0, 3, points), rng.integers(0, 5, places)
        assigned = fill(reach, people, capacity).assigned
        by_code = assigned[np.lexsort((reach.place, _points(reach)))]
        assert by_code.tolist() == _lowest_codes(reach, people, capacity)


def test_two_points_as_far_from_two_places_go_in_the_order_of_their_codes() -> None:
    reach = reach_of([[(0, 100), (1, 100)], [(0, 100), (1, 100)]])
    filled = fill(reach, _whole(4, 4), _whole(5, 3))
    assert filled.assigned.tolist() == [4, 0, 1, 3]


def test_lowest_codes_may_leave_spare_room_elsewhere_than_the_search_did() -> None:
    """Two answers of 3 in all: the first point wholly at place 0 fills place 1, not place 2."""
    reach = reach_of([[(0, 1), (2, 2), (1, 3)], [(0, 0), (1, 1)]])
    filled = fill(reach, _whole(2, 2), _whole(3, 1, 4))
    assert filled.cost == 3
    assert filled.assigned.tolist() == [2, 0, 0, 1, 1]


def test_where_room_is_short_the_last_of_equal_points_stays_out() -> None:
    reach = reach_of([[(0, 100)], [(0, 100)], [(0, 100)]])
    assert fill(reach, _whole(3, 3, 3), _whole(5)).assigned.tolist() == [3, 2, 0]


def test_most_people_come_before_any_distance() -> None:
    """Both are covered only if the one who could stay near walks far."""
    reach = reach_of([[(0, 1), (1, 9_000_000)], [(0, 2)]])
    filled = fill(reach, _whole(1, 1), _whole(1, 1))
    assert filled.assigned.tolist() == [0, 1, 1]
    assert filled.cost == 9_000_002


def test_a_chain_of_moves_frees_room_at_its_other_end() -> None:
    rows = [[(j, 10), (j + 1, 11)] for j in range(30)] + [[(0, 5)]]
    filled = fill(reach_of(rows), np.ones(31, np.int64), np.ones(31, np.int64))
    assert filled.people_covered == 31
    assert filled.cost == 30 * 11 + 5


def test_no_room_no_places_no_points_and_nobody() -> None:
    reach = reach_of([[(0, 5), (1, 6)], []])
    nothing = fill(reach, _whole(7, 7), _whole(0, 0))
    assert nothing.people_covered == 0
    assert proves(reach, _whole(7, 7), _whole(0, 0), nothing)
    assert fill(reach, _whole(0, 0), _whole(9, 9)).assigned.tolist() == [0, 0]
    assert fill(reach_of([[], []]), _whole(1, 2), _whole()).people_covered == 0
    empty = fill(reach_of([]), _whole(), _whole(3))
    assert (empty.people_covered, empty.price.tolist()) == (0, [0])


def test_unlimited_places_are_never_full_and_have_no_price() -> None:
    reach = reach_of([[(0, 5), (1, 6)], [(0, 1)]])
    filled = fill(reach, _whole(7, 8), _whole(-1, 0))
    assert filled.assigned.tolist() == [7, 0, 8]
    assert filled.price[0] == 0
    assert proves(reach, _whole(7, 8), _whole(-1, 0), filled)


def test_sums_beyond_64_bits_stay_exact() -> None:
    reach = reach_of([[(0, 2_499_999)], [(0, 2_500_000)]])
    many = 10**15
    filled = fill(reach, _whole(many, many), _whole(many + 1))
    assert filled.people_covered == many + 1
    assert filled.cost == many * 2_499_999 + 2_500_000
    assert proves(reach, _whole(many, many), _whole(many + 1), filled)


def test_the_order_of_places_and_points_changes_no_sum() -> None:
    rng = np.random.default_rng(8)
    for _ in range(30):
        rows = random_rows(rng, 7, 5)
        people, capacity = rng.integers(0, 9, 7), rng.integers(0, 9, 5)
        named, turned = rng.permutation(5), rng.permutation(7)
        moved = [[(int(named[j]), cost) for j, cost in rows[i]] for i in turned]
        other = np.zeros(5, np.int64)
        other[named] = capacity
        one = fill(reach_of(rows), people, capacity)
        two = fill(reach_of(moved), people[turned], other)
        assert (one.people_covered, one.cost) == (two.people_covered, two.cost)


def _changed(rng: np.random.Generator, filled: Filled) -> Filled:
    """Return the answer with one number one higher or lower."""
    name = str(rng.choice(["assigned", "price", "value"]))
    numbers: LongArray = getattr(filled, name).copy()
    numbers[rng.integers(len(numbers))] += int(rng.choice([-1, 1]))
    return replace(filled, **{name: numbers})


def test_no_single_changed_number_of_people_passes_the_proof() -> None:
    """A changed price may prove the same; people moved, added or dropped never do."""
    rng = np.random.default_rng(9)
    reach = grid_town(rng, 40, 6, held=4)
    people, capacity = rng.integers(1, 9, 40), rng.integers(10, 30, 6)
    filled = fill(reach, people, capacity)
    for pair in range(len(reach.cost)):
        for by in (-1, 1):
            assigned = filled.assigned.copy()
            assigned[pair] += by
            assert not proves(reach, people, capacity, replace(filled, assigned=assigned))
    for field in ("people_covered", "cost", "unplaced"):
        wrong = replace(filled, **{field: getattr(filled, field) + 1})
        assert not proves(reach, people, capacity, wrong)
    assert proves(reach, people, capacity, filled)


def test_whoever_alters_a_proof_gains_nothing() -> None:
    """An altered answer that still passes covers as many at the same cost: it is as good."""
    rng = np.random.default_rng(10)
    reach = grid_town(rng, 30, 5, held=5)
    people, capacity = rng.integers(1, 9, 30), rng.integers(5, 30, 5)
    filled = fill(reach, people, capacity)
    for _ in range(300):
        other = _changed(rng, filled)
        if proves(reach, people, capacity, other):
            assert other.assigned.tolist() == filled.assigned.tolist()


@pytest.mark.parametrize(("load", "held"), [(0.95, 10), (1.5, 10), (5.0, 3)])
def test_a_large_town_is_proved(load: float, held: int) -> None:
    rng = np.random.default_rng(11)
    reach = grid_town(rng, 3000, 34, held=held)
    people = rng.integers(0, 60, 3000)
    beds = rng.integers(1, 100, 34)
    capacity = (beds * people.sum() / load / beds.sum()).astype(np.int64)
    filled = fill(reach, people, capacity)
    assert proves(reach, people, capacity, filled)
    assert filled.people_covered <= int(capacity.sum())
    again = fill(reach, people, capacity)
    assert (again.assigned == filled.assigned).all()
    assert (again.price == filled.price).all()


def test_faults_of_the_table_are_refused_all_at_once() -> None:
    twice = reach_of([[(0, 5), (0, 6)]])
    with pytest.raises(ValueError, match="twice in a row"):
        fill(twice, _whole(1), _whole(1))
    with pytest.raises(ValueError, match="below 0, no such place"):
        fill(reach_of([[(3, 5)]]), _whole(-1), _whole(1))
    with pytest.raises(ValueError, match="rows do not fit"):
        fill(reach_of([[(0, 5)]]), _whole(1, 1), _whole(1))
