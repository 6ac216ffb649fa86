"""Rows learnt from cuts: each holds for every choice that covers everyone, by all subsets."""

from itertools import product

import numpy as np
import pytest

from desks.planning.covering import Sites, covered_people
from desks.planning.cuts import Cuts
from desks.planning.cutting import Cutting
from desks.planning.highs import Found
from desks.planning.program import Row


def _town(seed: int, *, places: int = 8) -> Sites:
    """Return a question in which all candidates together cover everyone."""
    dice = np.random.default_rng(seed)
    near = dice.random((14, places)) < 0.4
    near[np.arange(14), dice.integers(0, places, 14)] = True
    people = dice.integers(1, 40, 14)
    room = np.maximum(dice.integers(10, 160, places), (people @ near) // 3)
    first = np.concatenate([[0], np.cumsum(near.sum(axis=1))])
    found = Sites(
        people, first, np.nonzero(near)[1], room, np.arange(places) >= 1,
        dice.integers(1, 9, places) * 1000,
    )  # fmt: skip
    if covered_people(found) < people.sum():
        return _town(seed + 1000, places=places)
    return found


def _choices(sites: Sites) -> list[np.ndarray]:
    own = int(sites.is_candidate.sum())
    return [np.array(bits, np.float64) for bits in product((0, 1), repeat=own)]


def _covers(sites: Sites, choice: np.ndarray) -> bool:
    chosen = np.flatnonzero(sites.is_candidate)[choice > 0].tolist()
    return covered_people(sites, chosen) == int(sites.people.sum())


@pytest.mark.parametrize("seed", range(12))
def test_no_row_forbids_a_choice_that_covers_everyone(seed: int) -> None:
    sites = _town(seed)
    cuts, dice = Cuts.of(sites), np.random.default_rng(seed)
    own = int(sites.is_candidate.sum())
    asked = [*_choices(sites)[::5], *dice.random((20, own))]
    rows = [row for shares in asked for row in cuts.broken(shares, every=True)]
    good = np.array([choice for choice in _choices(sites) if _covers(sites, choice)])
    assert len(rows) > 20
    assert (np.array(rows) @ good.T >= 1 - 1e-9).all()


@pytest.mark.parametrize("seed", range(12))
def test_a_choice_breaks_a_row_exactly_where_somebody_is_left_out(seed: int) -> None:
    """To the last person: what one place more would cover is never taken for covered."""
    sites = _town(seed)
    cuts = Cuts.of(sites)
    for choice in _choices(sites):
        assert bool(cuts.broken(choice)) != _covers(sites, choice)


@pytest.mark.parametrize("seed", range(8))
def test_the_least_of_any_goal_equals_every_choice(seed: int) -> None:
    sites = _town(seed)
    model = Cutting.of(sites)
    own = len(model.candidates)
    limits = (np.zeros(own), np.ones(own))
    good = [choice for choice in _choices(sites) if _covers(sites, choice)]
    for goal in (model.places, model.costs, -model.costs):
        found = model.minimum(goal, [], limits, 10)
        assert found.status == Found.BEST
        assert found.value == pytest.approx(min(goal @ choice for choice in good))
    start = model.candidates[good[-1] > 0].tolist()
    begun = model.minimum(model.costs, [], limits, 10, start)
    assert begun.value == pytest.approx(min(model.costs @ choice for choice in good))


def test_rules_that_no_choice_keeps_are_told() -> None:
    model = Cutting.of(_town(1))
    own = len(model.candidates)
    rule = Row(model.places, -np.inf, 0.5)
    found = model.minimum(model.costs, [rule], (np.zeros(own), np.ones(own)), 10)
    assert (found.status, found.x) == (Found.NONE, None)


def test_without_time_the_bound_holds_all_the_same() -> None:
    sites = _town(2)
    model = Cutting.of(sites)
    own = len(model.candidates)
    found = model.minimum(model.places, [], (np.zeros(own), np.ones(own)), 0)
    least = min(choice.sum() for choice in _choices(sites) if _covers(sites, choice))
    assert found.bound <= least + 1e-6
    assert found.x is None or _covers(sites, np.round(found.x))


def test_a_million_people_are_still_counted_one_by_one() -> None:
    """Shares are told apart to a millionth, one person of two million is less: no share decides."""
    sites = Sites(
        np.array([2_000_000]), np.array([0, 2]), np.array([0, 1]), np.array([1_999_999, 1]),
        np.array([True, True]), np.array([0, 0]),
    )  # fmt: skip
    assert Cuts.of(sites).broken(np.array([1.0, 0.0]))
    assert not Cuts.of(sites).broken(np.array([1.0, 1.0]))
    model = Cutting.of(sites)
    found = model.minimum(model.places, [], (np.zeros(2), np.ones(2)), 10)
    assert (found.status, found.value) == (Found.BEST, 2)
