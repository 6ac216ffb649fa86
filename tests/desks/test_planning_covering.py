"""Whole people on few points by hand: groups, most people of a set, who is short and why."""

import copy

import numpy as np
import pytest

from desks.planning.best_places import LIMIT_S, cheapest, fewest, most_people
from desks.planning.covering import UNLIMITED, covered_people, grouped, shortage
from desks.planning.searching import Picked
from tests.desks.covering_questions import question


@pytest.mark.parametrize(
    ("people", "reach", "capacity", "covered"),
    [
        ([], [], [], 0),
        ([5], [[]], [9], 0),
        ([0], [[0]], [9], 0),
        ([5], [[0]], [0], 0),
        ([5], [[0]], [5], 5),
        ([5], [[0]], [4], 4),
        ([5], [[0]], [UNLIMITED], 5),
        ([5, 5], [[0], [0]], [9], 9),
        ([5, 5], [[0], [0, 1]], [5, 3], 8),
        ([5, 5], [[0, 1], [0]], [5, 5], 10),
        ([5, 5, 5], [[0], [0, 1], [1]], [6, 6], 12),
        ([5, 5, 5], [[0], [0, 1], [1]], [UNLIMITED, 0], 10),
        ([2_000_000_000], [[0]], [1_999_999_999], 1_999_999_999),
    ],
)
def test_the_most_people_by_hand(
    people: list[int], reach: list[list[int]], capacity: list[int], covered: int
) -> None:
    assert covered_people(question(people, reach, capacity)) == covered


def test_a_candidate_covers_nobody_until_it_is_chosen() -> None:
    asked = question([5, 7], [[0, 1], [2]], [3, 9, 9], on_file=1)
    assert covered_people(asked, ()) == 3
    assert covered_people(asked, (1,)) == 5
    assert covered_people(asked, (2,)) == 3 + 7
    assert covered_people(asked, (1, 2)) == covered_people(asked) == 12


def test_choosing_the_same_place_twice_gives_its_room_once() -> None:
    asked = question([9], [[0]], [4])
    assert covered_people(asked, (0, 0)) == 4


def test_points_of_the_same_places_are_one_group_in_the_order_of_the_first() -> None:
    found = grouped(question([3, 4, 5, 6, 0, 8], [[1], [0, 1], [1], [1, 0], [0], []], [9, 9]))
    assert found.people.tolist() == [3 + 5, 4 + 6]
    assert found.first.tolist() == [0, 1, 3]
    assert found.place.tolist() == [1, 0, 1]


def test_more_than_eight_places_are_told_apart() -> None:
    """The ninth place stands in the second byte of a packed row."""
    found = grouped(question([1, 2, 4], [[0, 8], [0], [0, 9]], [1] * 10))
    assert found.people.tolist() == [1, 2, 4]
    assert found.place.tolist() == [0, 8, 0, 0, 9]


@pytest.mark.parametrize("people", [[], [0, 0], [3, 4]])
def test_nobody_or_nowhere_makes_no_group(people: list[int]) -> None:
    reach: list[list[int]] = [[0] if not one else [] for one in people]
    found = grouped(question(people, reach, [5]))
    assert (found.people.tolist(), found.first.tolist(), found.place.tolist()) == ([], [0], [])
    assert found.capacity.tolist() == [5]


def test_grouping_changes_nothing_that_it_was_given() -> None:
    asked = question([3, 4], [[0], [0]], [5])
    before = copy.deepcopy(list(vars(asked).values()))
    grouped(asked)
    covered_people(asked, (0,))
    shortage(asked)
    assert all(np.array_equal(a, b) for a, b in zip(before, vars(asked).values(), strict=True))


@pytest.mark.parametrize(
    ("people", "reach", "capacity", "unreached", "short", "room"),
    [
        ([5], [[0]], [5], [], [], 0),
        ([6], [[0]], [5], [], [0], 5),
        ([6, 1], [[0], []], [5], [1], [0], 5),
        ([0, 0], [[], [0]], [5], [], [], 0),
        ([6, 1], [[0], [0, 1]], [5, 1], [], [0], 5),
        ([6, 3], [[0], [0, 1]], [5, 1], [], [0, 1], 6),
        ([6, 3], [[0], [0, 1]], [5, UNLIMITED], [], [0], 5),
        ([6, 9], [[0], [1]], [5, 9], [], [0], 5),
        ([6, 9], [[0], [1]], [5, 8], [], [0, 1], 13),
        ([4], [[]], [], [0], [], 0),
    ],
)
def test_who_is_short_shares_less_room_than_they_are(
    people: list[int],
    reach: list[list[int]],
    capacity: list[int],
    unreached: list[int],
    short: list[int],
    room: int,
) -> None:
    """Hall's condition fails for exactly those: their places hold ``room``, they are more."""
    asked = question(people, reach, capacity)
    found = shortage(asked)
    assert np.flatnonzero(found.is_unreached).tolist() == unreached
    assert np.flatnonzero(found.is_short).tolist() == short
    assert found.room == room
    lost = sum(people[i] for i in unreached) + sum(people[i] for i in short) - found.room
    assert covered_people(asked) == sum(people) - lost


@pytest.mark.parametrize("seed", range(12))
def test_who_is_short_explains_all_who_stay_uncovered(seed: int) -> None:
    """Uncovered = unreached + short − their room, whatever the question: max-flow min-cut."""
    dice = np.random.default_rng(seed)
    near = dice.random((7, 5)) < 0.4
    asked = question(
        dice.integers(0, 30, 7).tolist(),
        [np.flatnonzero(row).tolist() for row in near],
        dice.integers(0, 40, 5).tolist(),
    )
    found = shortage(asked)
    lost = int(asked.people[found.is_unreached | found.is_short].sum()) - found.room
    assert covered_people(asked) == int(asked.people.sum()) - lost


def test_equal_answers_go_to_the_cheapest_then_the_first() -> None:
    three = [[0, 1, 2]]
    assert fewest(question([5], three, [5, 5, 5], cost=[3, 1, 2])).chosen == (1,)
    assert fewest(question([5], three, [5, 5, 5], cost=[2, 1, 1])).chosen == (1,)
    assert fewest(question([5], three, [5, 5, 5])).chosen == (0,)
    assert most_people(question([5], three, [4, 5, 5]), count=1).chosen == (1,)


def test_fewer_places_stand_before_cheaper_ones() -> None:
    """One place for 100 beats two for 1 each where the fewest are asked for, not the cheapest."""
    asked = question([4, 4], [[0, 1], [0, 2]], [8, 4, 4], cost=[100, 1, 1])
    assert fewest(asked).chosen == (0,)
    assert cheapest(asked, 8).chosen == (1, 2)
    assert cheapest(asked, 8).value == 2


@pytest.mark.parametrize(
    ("budget", "chosen", "covered"),
    [(1, (), 0), (2, (1,), 4), (3, (2,), 5), (4, (2,), 5), (5, (1, 2), 9), (9, (0, 2), 12)],
)
def test_a_budget_is_spent_to_the_last_yuan_and_no_further(
    budget: int, chosen: tuple[int, ...], covered: int
) -> None:
    asked = question([7, 4, 5], [[0], [1], [2]], [7, 4, 5], cost=[6, 2, 3])
    found = most_people(asked, budget=budget)
    assert (found.chosen, found.covered, found.value, found.bound) == (
        chosen, covered, covered, covered,
    )  # fmt: skip


def test_costs_in_yuan_up_to_billions_are_compared_exactly() -> None:
    """The last yuan of two billion decides; costs count in their greatest common measure."""
    dear = 2_000_000_001
    asked = question([5, 5], [[0], [1]], [5, 5], cost=[dear, dear - 1])
    assert most_people(asked, budget=dear - 1).chosen == (1,)
    both = most_people(asked, budget=2 * dear - 1)
    assert both.covered == 10


@pytest.mark.parametrize("count", [1, 2, 3, 50])
def test_no_place_is_opened_that_covers_nobody_more(count: int) -> None:
    asked = question([5, 5], [[0, 1, 2], [3]], [5, 5, 5, 5], on_file=1)
    found = most_people(asked, count=count)
    assert found.chosen == (3,)
    assert found.covered == 10


def test_a_target_that_is_met_already_opens_nothing() -> None:
    asked = question([5, 5], [[0], [1]], [5, 5], on_file=1)
    assert fewest(asked, 5).chosen == ()
    assert fewest(asked, 0).chosen == ()
    assert fewest(asked, 6).chosen == (1,)
    assert fewest(asked, 6).covered == 10


def test_a_target_beyond_what_all_could_is_what_all_could() -> None:
    asked = question([5, 9], [[0], [1]], [5, 4])
    found = fewest(asked, 10**9)
    assert (found.chosen, found.covered, found.gap) == ((0, 1), 9, 0)


def test_certain_points_come_first_even_where_others_are_cheaper() -> None:
    """Four places of room beside each: point 0 costs 9, point 1 costs 1, the target is four."""
    asked = question([4, 4], [[0], [1]], [4, 4], cost=[9, 1])
    free = cheapest(asked, 4)
    held = cheapest(asked, 4, must=np.array([True, False]))
    assert (free.chosen, free.value) == ((1,), 1)
    assert (held.chosen, held.value) == ((0,), 9)


def test_without_candidates_there_is_nothing_to_open() -> None:
    asked = question([5], [[0]], [3], on_file=1)
    for found in (fewest(asked), most_people(asked, count=3), most_people(asked, budget=9)):
        assert found.chosen == ()
        assert found.covered == 3
        assert found.gap == 0


def test_far_apart_parts_are_put_together_in_the_order_of_the_places() -> None:
    asked = question([5, 5, 5], [[2], [0], [1]], [5, 5, 5])
    assert fewest(asked).chosen == (0, 1, 2)
    assert fewest(asked).value == fewest(asked).bound == 3


@pytest.mark.parametrize(
    ("value", "bound", "gap"),
    [(4, 4, 0.0), (4, 3, 0.25), (0, 0, 0.0), (0, 2, 2.0), (100, 150, 0.5)],
)
def test_a_gap_is_a_share_of_the_value(value: int, bound: int, gap: float) -> None:
    assert Picked((), 0, value, bound, is_unique=True).gap == gap


def test_the_search_has_an_end() -> None:
    assert 0 < LIMIT_S <= 60
