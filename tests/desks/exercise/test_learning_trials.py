"""Learning on a truth of another family, a few replications; ``make try-learning`` runs 200."""

from math import sqrt

import numpy as np
import pytest

from desks.onemap import OneMap
from tests.desks.learning_trials import Trial, routes, table, trial

TIMES = 20
SPREAD = 0.05
"""Standard deviation of the coverage of one replication: 200 of them spread from 0.82 to 0.97."""


@pytest.fixture(scope="module")
def trials(district: OneMap) -> list[Trial]:
    ways = routes(district, 40, seed=1)
    assert len(ways) >= 30
    return [trial(ways, seed) for seed in range(TIMES)]


def mean(values: list[float]) -> float:
    return float(np.mean(values))


def test_nine_in_ten_of_the_arrivals_to_come_lie_under_the_p90(trials: list[Trial]) -> None:
    """Three standard errors about 0.9: the spread of one over the root of how many there are."""
    off = 3 * SPREAD / sqrt(TIMES)
    covered = mean([one.learned.under_p90 for one in trials])
    assert 0.9 - off <= covered <= 0.9 + off, "\n".join(table(trials))
    in_force = mean([one.in_force.under_p90 for one in trials])
    assert in_force < 0.8, "the model in force covers as much: the trial would show nothing"


def test_about_half_of_them_lie_under_the_p50(trials: list[Trial]) -> None:
    assert 0.42 <= mean([one.learned.under_p50 for one in trials]) <= 0.58, "\n".join(table(trials))


def test_the_mean_error_falls_by_half_against_free_flow(trials: list[Trial]) -> None:
    """And below that of the congested factors that ship with the program."""
    learned = mean([one.learned.mean_error_s for one in trials])
    assert learned <= 0.53 * mean([one.free_flow_error_s for one in trials]), table(trials)
    assert learned < 0.85 * mean([one.in_force.mean_error_s for one in trials]), table(trials)
    better = [one.learned.mean_error_s < one.in_force.mean_error_s for one in trials]
    assert sum(better) >= TIMES - 2


def test_what_a_proposal_claims_of_itself_is_what_comes(trials: list[Trial]) -> None:
    """The person who accepts it reads this share: it must not promise more than comes."""
    claimed = mean([one.claimed for one in trials])
    assert abs(claimed - mean([one.learned.under_p90 for one in trials])) < 0.04
