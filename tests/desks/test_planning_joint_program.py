"""The program over several kinds of place, against every choice on small made-up towns."""

from itertools import chain, combinations

import numpy as np
import pytest

from desks.planning.covering import UNLIMITED, Sites, covered_people
from desks.planning.joint_program import BothKinds, best_jointly


def made(seed: int, *, roomy: bool = False) -> BothKinds:
    """Return two kinds over nine points: each one place on file and three candidates."""
    dice = np.random.default_rng(seed)
    people = dice.integers(0, 30, 9)
    kinds = []
    for _ in range(2):
        reached = dice.random((9, 4)) < 0.4
        row, place = np.nonzero(reached)
        room = np.full(4, UNLIMITED) if roomy else dice.integers(0, 60, 4)
        first = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=9))])
        candidate = np.array([False, True, True, True])
        kinds.append(Sites(people, first, place, room, candidate, np.zeros(4, np.int64)))
    costs = tuple(int(cost) for cost in dice.integers(1, 9, 6) * 10_000)
    return BothKinds((kinds[0], kinds[1]), ((0, 1, 2), (3, 4, 5)), costs)


def flows(both: BothKinds, chosen: tuple[int, ...]) -> int:
    """Return the most people who can have both kinds, place by place unlimited."""
    reached = []
    for kind, ranks in zip(both.kinds, both.ranks, strict=True):
        is_open = np.array([True, *(rank in chosen for rank in ranks)])
        row = np.repeat(np.arange(9), np.diff(kind.first))
        near = np.zeros(9, np.bool_)
        near[row[is_open[kind.place]]] = True
        reached.append(near)
    return int(both.kinds[0].people[reached[0] & reached[1]].sum())


def subsets(most: int) -> list[tuple[int, ...]]:
    return list(chain.from_iterable(combinations(range(6), n) for n in range(most + 1)))


@pytest.mark.parametrize("seed", range(8))
def test_where_nothing_is_ever_full_the_best_of_every_choice_is_found(seed: int) -> None:
    both = made(seed, roomy=True)
    for count in (1, 2, 4):
        best = max(flows(both, some) for some in subsets(count))
        found = best_jointly(both, "count", count)
        assert flows(both, found.chosen) == best == found.bound
        assert len(found.chosen) <= count


@pytest.mark.parametrize("seed", range(8))
def test_the_fewest_do_what_all_would_and_none_fewer_does(seed: int) -> None:
    both = made(seed, roomy=True)
    whole = flows(both, tuple(range(6)))
    found = best_jointly(both, "fewest", None)
    assert flows(both, found.chosen) == whole
    least = min(len(some) for some in subsets(6) if flows(both, some) == whole)
    assert len(found.chosen) == least == found.bound


@pytest.mark.parametrize("seed", range(4))
def test_a_budget_is_kept_and_the_best_for_it_is_found(seed: int) -> None:
    both, money = made(seed, roomy=True), 120_000

    def cost(some: tuple[int, ...]) -> int:
        return sum(both.costs[i] for i in some)

    best = max(flows(both, some) for some in subsets(6) if cost(some) <= money)
    found = best_jointly(both, "budget", money)
    assert flows(both, found.chosen) == best
    assert cost(found.chosen) <= money


@pytest.mark.parametrize("seed", range(8))
def test_with_room_the_bound_is_never_below_what_both_kinds_can_hold(seed: int) -> None:
    """Each kind alone holds no more than its greatest flow; both together no more than either."""
    both = made(seed)
    found = best_jointly(both, "count", 6)
    alone = []
    for kind, ranks in zip(both.kinds, both.ranks, strict=True):
        mine = [1 + i for i, rank in enumerate(ranks) if rank in found.chosen]
        alone.append(covered_people(kind, mine))
    assert 0 <= found.bound <= min(covered_people(kind) for kind in both.kinds)
    assert min(alone) >= 0
    more = best_jointly(both, "count", 3)
    assert more.bound <= found.bound


def test_without_candidates_or_people_the_answer_is_empty() -> None:
    none = Sites(
        np.zeros(2, np.int64), np.zeros(3, np.int64), np.zeros(0, np.int64),
        np.zeros(0, np.int64), np.zeros(0, np.bool_), np.zeros(0, np.int64),
    )  # fmt: skip
    found = best_jointly(BothKinds((none, none), ((), ()), ()), "count", 3)
    assert (found.chosen, found.bound) == ((), 0)


def test_when_time_is_over_a_bound_is_still_given() -> None:
    both = made(1)
    found = best_jointly(both, "count", 2, limit_s=0.0)
    assert set(found.chosen) <= set(range(6))
    assert found.bound >= 0


@pytest.mark.parametrize("price", [77_464_165, 101_947_087_807])
def test_a_budget_one_yuan_short_buys_nothing_of_several_kinds(price: int) -> None:
    one = Sites(
        np.array([85]), np.array([0, 1]), np.array([0]), np.array([UNLIMITED]),
        np.array([True]), np.array([price]),
    )  # fmt: skip
    both = BothKinds((one, one), ((0,), (0,)), (price,))
    assert best_jointly(both, "budget", price - 1).chosen == ()
    assert best_jointly(both, "budget", price).chosen == (0,)
