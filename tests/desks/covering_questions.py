"""Covering questions written by hand: who may go where, and how much room there is."""

import numpy as np

from desks.planning.covering import Sites


def question(
    people: list[int],
    reach: list[list[int]],
    capacity: list[int],
    *,
    on_file: int = 0,
    cost: list[int] | None = None,
) -> Sites:
    """Return a question: each point's places, of which the first ``on_file`` are open."""
    return Sites(
        np.array(people, np.int64),
        np.concatenate([[0], np.cumsum([len(row) for row in reach])]).astype(np.int64),
        np.array([place for row in reach for place in row], np.int64),
        np.array(capacity, np.int64),
        np.arange(len(capacity)) >= on_file,
        np.array(cost or [0] * len(capacity), np.int64),
    )
