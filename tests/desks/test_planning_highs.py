"""The linear programs behind siting: what comes back of each."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from desks.planning.highs import Block, Found, least

BOTH = np.array([True, True])
LIMITS = (np.zeros(2), np.ones(2))


def _row(weights: list[float], low: float, high: float) -> Block:
    return csr_array(np.array([weights])), np.array([low]), np.array([high])


def test_shares_cost_less_than_wholes() -> None:
    """Of two places that hold 2 and 3 of 4 people, dear by 1 and 2: both whole, or 1 and 2/3."""
    goal, rows = np.array([1.0, 2.0]), [_row([2, 3], 4, np.inf)]
    shares = least(goal, rows, LIMITS, s=1)
    wholes = least(goal, rows, LIMITS, s=1, whole=BOTH)
    assert shares.value == pytest.approx(1 + 2 * 2 / 3)
    assert (wholes.value, wholes.bound) == (3, 3)
    assert wholes.x is not None
    assert wholes.x.tolist() == [1, 1]
    assert shares.status == wholes.status == Found.BEST


def test_prices_say_what_a_limit_is_worth() -> None:
    """One person more costs 2/3 where the cheaper place is already full; a loose row nothing."""
    rows = [_row([2, 3], 4, np.inf), _row([1, 0], -np.inf, 5)]
    found = least(np.array([1.0, 2.0]), rows, LIMITS, s=1)
    assert found.price.tolist() == pytest.approx([2 / 3, 0])


def test_what_cannot_be_is_told() -> None:
    found = least(np.ones(2), [_row([1, 1], 3, np.inf)], LIMITS, s=1, whole=BOTH)
    assert (found.status, found.x) == (Found.NONE, None)


@pytest.mark.parametrize("whole", [None, BOTH])
def test_without_rows_the_limits_alone_count(whole: np.ndarray | None) -> None:
    found = least(np.array([1.0, -1.0]), [], LIMITS, s=1, whole=whole)
    assert found.x is not None
    assert found.x.tolist() == [0, 1]


def test_a_start_is_kept_where_nothing_is_better() -> None:
    start = np.array([0.0, 1.0])
    found = least(np.ones(2), [_row([1, 1], 1, np.inf)], LIMITS, s=1, whole=BOTH, start=start)
    assert found.value == 1


def test_out_of_time_is_no_answer_and_no_proof() -> None:
    """Forty equal places and one odd row keep the search busy for longer than a hundredth."""
    dice = np.random.default_rng(3)
    weights = dice.integers(10, 99, (30, 60)).astype(float)
    rows = [(csr_array(weights), weights.sum(axis=1) / 2 + 0.5, weights.sum(axis=1) / 2 + 1)]
    whole = np.ones(60, np.bool_)
    found = least(np.ones(60), rows, (np.zeros(60), np.ones(60)), s=0.0, whole=whole)
    assert found.status == Found.TIME
