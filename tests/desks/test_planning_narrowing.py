"""What a fewest siting must open for certain, against every subset and the program unnarrowed."""

from itertools import combinations

import numpy as np
import pytest

from desks.planning import best_places
from desks.planning.best_places import fewest, most_people
from desks.planning.covering import UNLIMITED, Sites, covered_people
from desks.planning.narrowing import narrowed
from desks.planning.searching import Limits
from tests.desks.covering_questions import question


def _town(points: int, places: int, seed: int) -> Sites:
    dice = np.random.default_rng(seed)
    spots, sites = dice.random((points, 2)) * 4000, dice.random((places, 2)) * 4000
    near = np.hypot(*(spots[:, None] - sites[None]).transpose(2, 0, 1)) <= 900
    room = dice.integers(300, 6000, places)
    room[dice.random(places) < 0.1] = UNLIMITED
    return question(
        dice.integers(0, 900, points).tolist(),
        [np.flatnonzero(row).tolist() for row in near],
        room.tolist(),
        on_file=2,
        cost=dice.integers(1, 4, places).tolist(),
    )


def _best(sites: Sites) -> tuple[int, ...]:
    """Return the fewest, cheapest, earliest of all subsets that cover as many as all would."""
    most = covered_people(sites)
    own = np.flatnonzero(sites.is_candidate).tolist()
    return min(
        (
            chosen
            for size in range(len(own) + 1)
            for chosen in combinations(own, size)
            if covered_people(sites, chosen) == most
        ),
        key=lambda s: (
            len(s),
            int(sites.cost[list(s)].sum()),
            tuple(-int(place in s) for place in range(len(sites.capacity))),
        ),
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_answer_of_every_subset_opens_what_is_forced_and_nothing_that_is_out(seed: int) -> None:
    sites = _town(14, 8, seed)
    best, found = _best(sites), narrowed(sites)
    left = set(np.flatnonzero(found.rest.is_candidate).tolist())
    assert set(found.forced) <= set(best) <= set(found.forced) | left
    assert covered_people(found.rest) == int(found.rest.people.sum())


@pytest.mark.parametrize("seed", range(4))
def test_the_program_unnarrowed_gives_the_same_answer(seed: int) -> None:
    """The formulation of before: one sum of all people, nothing forced, nothing left out."""
    sites = _town(45, 22, seed)
    assert covered_people(sites) < int(sites.people.sum())  # so that a cut is in it
    before = best_places._fewest(sites, covered_people(sites), Limits.within(60))
    found = fewest(sites)
    assert (found.chosen, found.value) == (before.chosen, before.value)
    assert found.value == found.bound
    assert found.is_unique


def test_room_that_is_too_little_must_all_be_open_and_takes_nobody_else() -> None:
    """20 share places 0 and 1 of 12; the 4 who could go to 1 or 2 must go to 2."""
    found = narrowed(question([20, 4], [[0, 1], [1, 2]], [6, 6, 9]))
    assert found.forced == (0, 1, 2)
    assert not found.rest.is_candidate.any()


def test_of_two_smallest_cuts_the_larger_settles_more() -> None:
    """10 people and room for 10 in two places: nobody is left over, and both are needed."""
    assert narrowed(question([10], [[0, 1]], [4, 6])).forced == (0, 1)


def test_a_candidate_without_room_or_people_is_never_opened() -> None:
    found = narrowed(question([5, 0], [[0, 1], [2]], [0, 5, 5]))
    assert found.forced == (1,)
    assert not found.rest.is_candidate.any()


def test_without_room_for_all_in_reach_a_place_stands_in_for_no_other() -> None:
    """Place 0 reaches everyone whom 1 reaches, but its 9 do not hold the 12: both are needed."""
    assert fewest(question([6, 6], [[0, 1], [0, 1]], [9, 6])).chosen == (0, 1)


@pytest.mark.parametrize(("cost", "chosen"), [([2, 1], (1,)), ([1, 1], (0,)), ([1, 2], (0,))])
def test_of_two_that_do_the_same_the_cheaper_then_the_earlier(
    cost: list[int], chosen: tuple[int, ...]
) -> None:
    assert fewest(question([6, 6], [[0, 1], [0, 1]], [12, 12], cost=cost)).chosen == chosen


def test_who_has_room_on_file_needs_nobody() -> None:
    found = narrowed(question([6, 6], [[0, 1], [0, 2]], [12, 12, 12], on_file=1))
    assert found.forced == ()
    assert not len(found.rest.people)


def test_a_place_is_needed_for_its_room_though_nobody_reaches_it_alone() -> None:
    """Any two of the three hold 20 of the 21 people."""
    assert narrowed(question([21], [[0, 1, 2]], [10, 10, 10])).forced == (0, 1, 2)
    assert narrowed(question([20], [[0, 1, 2]], [10, 10, 10])).forced == ()


def test_nobody_at_all_is_answered() -> None:
    found = narrowed(question([], [], [5]))
    assert found.forced == ()
    assert not found.rest.is_candidate.any()


@pytest.mark.parametrize("seed", range(6))
def test_a_count_that_is_enough_for_everyone_is_answered_as_the_fewest(seed: int) -> None:
    sites = _town(14, 8, seed)
    best = _best(sites)
    found = most_people(sites, count=len(best) + 1)
    assert found.chosen == best
    assert found.value == found.bound == covered_people(sites)
    assert found.is_unique


def test_a_budget_that_holds_everyone_but_not_the_fewest_takes_more_places() -> None:
    """One place for 9 covers all 12; so do two for 2 together, which 5 pay for."""
    sites = question([6, 6], [[0, 1], [0, 2]], [12, 6, 6], cost=[9, 1, 1])
    assert most_people(sites, budget=9).chosen == (0,)
    found = most_people(sites, budget=5)
    assert (found.chosen, found.value, found.bound) == ((1, 2), 12, 12)
