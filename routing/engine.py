"""The engine's three questions on plain arrays: one-to-all, nearest, matrix. Knows no roads.

Exact in whole milliseconds. ``UNREACHED`` (-1) stands for a node that no allowed arc leads to;
an arc of ``IMPASSABLE`` ms is never used. Every answer is independent of the order of search.
"""

from typing import NamedTuple

import numpy as np

from . import kernels
from .arrays import BoolArray, IntArray, LongArray

UNREACHED = -1
IMPASSABLE = 1 << 60
"""The weight of an arc that may not be used, and what no time reaches (36 million years)."""

LONGEST_ARC_MS = (1 << 31) - 1
"""The longest time of one arc and the latest start (24 days): arcs are kept in 32 bits."""

_MOST_BUCKETS = 1 << 15
_ALL: BoolArray = np.zeros(0, np.bool_)
_NO_OWNER: IntArray = np.zeros(0, np.int32)


class Graph(NamedTuple):
    """Arcs out of node v are first[v]:first[v + 1]; ``arc`` (m, 2) is head and ms, -1 for never.

    ``shift`` is the width of the search's buckets as a power of two, ``longest_ms`` the longest
    arc that may be used.
    """

    first: IntArray
    arc: IntArray
    shift: int
    longest_ms: int

    def without(self, closed: BoolArray) -> "Graph":
        """Return the graph without the ``closed`` arcs (m,), its buckets as they were."""
        arc = self.arc.copy()
        arc[closed, 1] = -1
        return self._replace(arc=arc)


def csr_graph(first: IntArray, head: IntArray, weight: LongArray) -> Graph:
    """Return the graph, with the bucket width that suits its weights.

    Raises:
        ValueError: for a negative weight or one above ``LONGEST_ARC_MS`` that is not IMPASSABLE.

    """
    usable = weight < IMPASSABLE
    longest = int(weight.max(where=usable, initial=0))
    if longest > LONGEST_ARC_MS or int(weight.min(initial=0)) < 0:
        msg = f"weights must be 0 to {LONGEST_ARC_MS} ms or IMPASSABLE"
        raise ValueError(msg)
    count = int(np.count_nonzero(usable))
    mean = int(weight.sum(where=usable)) // count if count else 0
    return Graph(
        np.ascontiguousarray(first, np.int32),
        np.column_stack([head, np.where(usable, weight, -1)]).astype(np.int32),
        max(mean.bit_length() - 1, 0),
        longest,
    )


def _csr(g: Graph) -> kernels.Csr:
    return (g.first, g.arc)


def _buckets(g: Graph, initial: LongArray) -> tuple[int, int]:
    """Return (shift, number): the buckets span the longest arc and the spread of the seeds."""
    spread = int(initial.max() - initial.min()) if len(initial) else 0
    span = max(g.longest_ms, spread)
    shift = g.shift
    while (span >> shift) + 2 > _MOST_BUCKETS:
        shift += 1
    return shift, 1 << ((span >> shift) + 1).bit_length()


def _seeds(g: Graph, seeds: object, initial_ms: object) -> tuple[IntArray, LongArray]:
    """Return seeds and their times as arrays that the kernels may trust.

    Raises:
        ValueError: for a node out of range, times of another length, or a time out of range.

    """
    nodes = np.ascontiguousarray(seeds, np.int32).reshape(-1)
    times = (
        np.zeros(len(nodes), np.int64)
        if initial_ms is None
        else np.ascontiguousarray(initial_ms, np.int64).reshape(-1)
    )
    n = len(g.first) - 1
    if len(nodes) and not 0 <= int(nodes.min()) <= int(nodes.max()) < n:
        msg = f"seeds must be nodes 0 to {n - 1}"
        raise ValueError(msg)
    if len(times) != len(nodes):
        msg = "one initial time for each seed"
        raise ValueError(msg)
    if len(times) and not 0 <= int(times.min()) <= int(times.max()) <= LONGEST_ARC_MS:
        msg = f"initial times must be 0 to {LONGEST_ARC_MS} ms"
        raise ValueError(msg)
    return nodes, times


def _end(limit_ms: int | None) -> int:
    """Return the least time that counts as unreached; the limit itself is reached."""
    return IMPASSABLE if limit_ms is None else min(limit_ms + 1, IMPASSABLE)


def one_to_all(
    g: Graph, seeds: object, *, initial_ms: object = None, limit_ms: int | None = None
) -> LongArray:
    """Return the least time (n,) in ms from any seed to each node, UNREACHED where none.

    Each seed starts at its ``initial_ms``, else at 0. Times above ``limit_ms`` are UNREACHED.

    Raises:
        ValueError: for a seed or a time out of range.

    """
    starts = _seeds(g, seeds, initial_ms)
    end = _end(limit_ms)
    return kernels.spread(_csr(g), starts, _buckets(g, starts[1]), end, _NO_OWNER, _ALL)


def nearest(
    g: Graph, sources: object, *, initial_ms: object = None, limit_ms: int | None = None
) -> tuple[LongArray, IntArray]:
    """Return time (n,) in ms and owner (n,), the index into ``sources``, -1 where unreached.

    Among sources of equal time the first in ``sources`` owns the node.

    Raises:
        ValueError: for a source or a time out of range.

    """
    starts = _seeds(g, sources, initial_ms)
    owner: IntArray = np.full(len(g.first) - 1, -1, np.int32)
    end = _end(limit_ms)
    time_ms = kernels.spread(_csr(g), starts, _buckets(g, starts[1]), end, owner, _ALL)
    return time_ms, owner


def matrix(g: Graph, sources: object, targets: object) -> LongArray:
    """Return the times (sources, targets) in ms, UNREACHED where no way leads.

    Raises:
        ValueError: for a node out of range.

    """
    rows, initial = _seeds(g, sources, None)
    columns, _ = _seeds(g, targets, None)
    wanted: BoolArray = np.zeros(len(g.first) - 1, np.bool_)
    wanted[columns] = True
    times: LongArray = np.empty((len(rows), len(columns)), np.int64)
    buckets = _buckets(g, initial[:1])
    for i in range(len(rows)):
        one = (rows[i : i + 1], initial[i : i + 1])
        times[i] = kernels.spread(_csr(g), one, buckets, IMPASSABLE, _NO_OWNER, wanted)[columns]
    return times


def warm() -> None:
    """Compile the kernels, or read them from disk, ahead of the first question."""
    g = csr_graph(np.array([0, 1, 1], np.int32), np.array([1], np.int32), np.array([1], np.int64))
    times = one_to_all(g, [0])
    nearest(g, [0])
    matrix(g, [0], [1])
    kernels.descend(_csr(g), times[::-1].copy(), 0, np.array([False, True]))
