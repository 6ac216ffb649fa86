"""Compiled tables against numpy, row by row."""

import numpy as np
import pytest

from routing import IMPASSABLE, UNREACHED
from routing.tables import by_row, over_either


@pytest.mark.parametrize("seed", range(6))
def test_the_order_is_that_of_numpy(seed: int) -> None:
    """By row, then cost, then as it was: short rows by insertion, long ones by merging."""
    dice = np.random.default_rng(seed)
    rows = int(dice.integers(1, 12))
    row = dice.integers(0, rows, 400)
    cost = dice.integers(0, 9 if seed % 2 else 1 << 62, 400)
    first, order = by_row(row, cost, rows + 3)
    assert order.tolist() == np.lexsort((np.arange(400), cost, row)).tolist()
    counts = np.bincount(row, minlength=rows + 3)
    assert first.tolist() == [0, *np.cumsum(counts).tolist()]


def test_no_pairs_make_empty_rows() -> None:
    none = np.empty(0, np.int64)
    first, order = by_row(none, none, 2)
    assert (first.tolist(), order.tolist()) == ([0, 0, 0], [])


@pytest.mark.parametrize("seed", range(6))
def test_the_nearer_of_two_nodes_is_taken(seed: int) -> None:
    dice = np.random.default_rng(seed)
    node_ms = dice.integers(0, 99, 30)
    node_ms[dice.random(30) < 0.3] = UNREACHED
    node, part = dice.integers(0, 30, (50, 2)), dice.integers(0, 99, (50, 2))
    part[dice.random((50, 2)) < 0.2] = IMPASSABLE
    rows = dice.permutation(50)[:20]
    there = np.where(node_ms == UNREACHED, IMPASSABLE, node_ms)
    expected = np.minimum((there[node] + part)[rows].min(axis=1), IMPASSABLE)
    assert over_either(node_ms, node, part, rows).tolist() == expected.tolist()
