"""Long tables of times, compiled: at the nearer of two nodes, and in order by row."""

import numpy as np

from .arrays import LongArray
from .engine import IMPASSABLE, UNREACHED
from .kernels import compiled

_SHORT = 32
"""Rows up to this length are put in order by insertion, longer ones by merging."""


@compiled
def over_either(
    node_ms: LongArray, node: LongArray, part_ms: LongArray, rows: LongArray
) -> LongArray:
    """Return the lesser time (k,) in ms over two nodes, for each of the rows; IMPASSABLE for none.

    ``node`` and ``part_ms`` (n, 2) are the nodes and the time from there, ``node_ms`` the time of
    each node, UNREACHED where none.
    """
    best = np.empty(len(rows), np.int64)
    for i in range(len(rows)):
        row = rows[i]
        least = IMPASSABLE
        for side in range(2):
            there = node_ms[node[row, side]]
            if there != UNREACHED and there + part_ms[row, side] < least:
                least = there + part_ms[row, side]
        best[i] = least
    return best


@compiled
def by_row(row: LongArray, cost: LongArray, rows: int) -> tuple[LongArray, LongArray]:
    """Return where each row begins (rows + 1,) and the order (k,) by row, then cost, as it was."""
    first = np.zeros(rows + 1, np.int64)
    for one in row:
        first[one + 1] += 1
    for one in range(rows):
        first[one + 1] += first[one]
    order = np.empty(len(row), np.int64)
    end = first[:-1].copy()
    for i in range(len(row)):
        order[end[row[i]]] = i
        end[row[i]] += 1
    for one in range(rows):
        begin, stop = first[one], first[one + 1]
        if stop - begin > _SHORT:
            own = order[begin:stop].copy()
            order[begin:stop] = own[np.argsort(cost[own], kind="mergesort")]
            continue
        for i in range(begin + 1, stop):
            held, at = order[i], i
            while at > begin and cost[order[at - 1]] > cost[held]:
                order[at] = order[at - 1]
                at -= 1
            order[at] = held
    return first, order
