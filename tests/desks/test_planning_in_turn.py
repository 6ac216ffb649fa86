"""Sites when the solver has no time: chosen one by one, with a bound that holds, never "none"."""

from dataclasses import replace
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desks.onemap import OneMap
from desks.planning import cutting, joint_program, program
from desks.planning.best_places import fewest, most_people
from desks.planning.candidates import Candidates, read_candidates
from desks.planning.covering import UNLIMITED, Sites, covered_people
from desks.planning.highs import Found, least
from desks.planning.in_turn import Groups, most_possible, within
from desks.planning.joint_siting import sited
from desks.planning.services import service_of
from tests.desks.covering_questions import question
from tests.desks.planning_sites import SITES, sites_town, write_sites
from tests.desks.test_planning_joint import ROWS


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let HiGHS come to no answer and no bound, as on a machine that is busy elsewhere."""

    def nothing(*_: object, **__: object) -> Found:
        return Found(Found.TIME, None, np.inf, -np.inf, np.zeros(0))

    for module in (program, cutting, joint_program):
        monkeypatch.setattr(module, "least", nothing)


def made(seed: int) -> Sites:
    """Return a question of ten points, one place on file and five candidates with costs."""
    dice = np.random.default_rng(seed)
    row, place = np.nonzero(dice.random((10, 6)) < 0.4)
    first = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=10))])
    room = np.where(dice.random(6) < 0.2, UNLIMITED, dice.integers(5, 60, 6))
    return Sites(
        dice.integers(1, 30, 10), first, place, room, np.arange(6) > 0,
        np.append(0, dice.integers(0, 5, 5)),
    )  # fmt: skip


def best_of(sites: Sites, count: int, budget: int) -> int:
    sets = chain.from_iterable(combinations(range(1, 6), n) for n in range(count + 1))
    paid = (one for one in sets if sites.cost[list(one)].sum() <= budget)
    return max(covered_people(sites, one) for one in paid)


@pytest.mark.usefixtures("no_time")
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("count", "budget"), [(2, None), (None, 4), (3, 5)])
def test_without_time_the_answer_is_useful_and_its_bound_true(
    seed: int, count: int | None, budget: int | None
) -> None:
    sites = made(seed)
    found = most_people(sites, count=count, budget=budget)
    best = best_of(sites, count or 5, 99 if budget is None else budget)
    assert covered_people(sites, ()) <= found.value <= best <= found.bound
    assert best <= most_possible(sites, count=count, budget=budget)
    assert found.covered == found.value == covered_people(sites, found.chosen)
    assert 2 * found.value >= best, "a choice one by one is far better than none"
    assert len(found.chosen) <= (count or 5)
    assert budget is None or sites.cost[list(found.chosen)].sum() <= budget
    assert found.gap == 0 or not found.is_unique


@pytest.mark.usefixtures("no_time")
def test_the_place_that_most_people_lack_is_chosen_and_the_gap_is_small() -> None:
    asked = question([50, 30, 20], [[0], [1], [2]], [50, 30, 20])
    found = most_people(asked, count=1)
    assert (found.chosen, found.covered, found.bound, found.gap) == ((0,), 50, 50, 0)


@pytest.mark.usefixtures("no_time")
@pytest.mark.parametrize("seed", range(10))
def test_without_time_the_fewest_cover_everyone_by_fewer_than_all(seed: int) -> None:
    sites = made(seed)
    found = fewest(sites)
    assert found.covered == covered_people(sites)
    assert found.bound <= found.value == len(found.chosen) <= 5


@pytest.mark.usefixtures("no_time")
def test_a_place_that_is_not_needed_is_not_opened_for_want_of_time() -> None:
    people, reach = [9, 9, 9], [[0, 3], [1, 3], [2, 3, 4]]
    assert fewest(question(people, reach, [9, 9, 9, 27, 5]), 20).chosen == (3,)


def test_what_was_covered_in_full_is_not_lost_when_the_others_run_out_of_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first search covers everyone; those for the fewest and the cheapest have no time."""
    asked = question([9, 9], [[0, 2], [1, 2]], [9, 9, 18], cost=[1, 1, 3])
    calls = []

    def once(*told: Any, **named: Any) -> Found:  # noqa: ANN401 - what `least` is asked
        calls.append(1)
        if len(calls) == 1:
            return least(*told, **named)
        return Found(Found.TIME, None, np.inf, -np.inf, np.zeros(0))

    monkeypatch.setattr(program, "least", once)
    monkeypatch.setattr(cutting, "least", once)
    assert most_people(asked, budget=3).covered == 18


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return sites_town(tmp_path_factory.mktemp("in_turn"))


def listed(town: OneMap, key: str, folder: Path) -> Candidates:
    rows = ROWS if key == "shelter_joint" else SITES
    return read_candidates(town, service_of(key), write_sites(folder / "c.csv", rows))


@pytest.mark.parametrize("key", ["shelter_outdoor", "shelter_joint"])
@pytest.mark.parametrize("amount", [{"count": 2}, {"budget_cny": 300_000}, {}])
def test_time_that_ran_out_is_told_and_covers_more_than_today(
    town: OneMap, tmp_path: Path, key: str, amount: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    candidates = listed(town, key, tmp_path)
    proven = sited(town, service_of(key), candidates, **amount)
    request.getfixturevalue("no_time")
    cut = sited(town, service_of(key), candidates, **amount)
    assert not proven.is_cut_off
    assert cut.is_cut_off == (cut.gap > 0)
    if proven.covered_after > proven.covered_before:
        assert cut.covered_before < cut.covered_after
    if cut.gap > 0:
        assert "time ran out" in str(cut.proof)
    ahead = (cut.value - proven.value) * (1 if not amount else -1)
    assert ahead >= 0 or proven.gap > 0


def test_of_several_kinds_the_one_that_completes_comes_first() -> None:
    """Two kinds, in turn: whoever has one of them is helped before one who lacks both."""
    sites = question([5, 6], [[0, 1], [2, 3]], [-1, -1, -1, -1])
    asked = Groups(
        replace(sites, is_candidate=np.array([False, True, True, True])),
        np.array([0, 1, 0, 1]), np.array([-1, 0, 1, 2]), np.zeros(3, np.int64),
    )  # fmt: skip
    assert within(asked, count=1, budget=None) == ((0,),)
