"""Shortest paths compiled by numba: a bucket queue over CSR arrays, times in whole milliseconds.

Times are int64 and never negative. A queue of circular buckets, each ``1 << shift`` ms wide,
holds the nodes to settle in doubly linked lists; a node that improves within the bucket at hand
is settled again, so any width is exact (Denardo and Fox 1979; Meyer and Sanders 2003 with one
processor). The first call compiles, some seconds; the result is kept on disk where a directory
can be written, else each process compiles anew.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba
import numpy as np

from .arrays import BoolArray, IntArray, LongArray

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function compiled at its first call, kept on disk where numba finds a place."""
    try:
        kernel: Callable[P, R] = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # no directory that can be written: numba says so when decorating
        kernel = numba.njit(nogil=True, error_model="numpy")(function)
    return kernel


Csr = tuple[IntArray, IntArray]
"""first (n + 1,), arc (m, 2): head and time in ms, beside each other in memory; -1 ms is closed."""


@compiled
def spread(  # noqa: C901, PLR0912, PLR0915 - with its lists as functions it takes twice the time
    csr: Csr,
    seeds: tuple[IntArray, LongArray],
    buckets: tuple[int, int],
    end: int,
    owner: IntArray,
    wanted: BoolArray,
) -> LongArray:
    """Return the least time (n,) from any seed to each node, -1 where none is below ``end``.

    ``seeds`` are nodes and their start times; ``buckets`` is (shift, number), a power of two that
    spans the longest arc and all those times. ``owner``, if not empty, is filled with the least
    index of a seed among those of least time. ``wanted`` (n,), if not empty, ends the search when
    its nodes are settled; only their times are final then.
    """
    first, arc = csr
    nodes, initial = seeds
    shift, number = buckets
    mask = number - 1
    n = len(first) - 1
    dist = np.full(n, end, np.int64)
    front = np.full(number, -1, np.int32)
    after, before, place = np.empty(n, np.int32), np.empty(n, np.int32), np.full(n, -1, np.int32)
    owned, some = len(owner) > 0, len(wanted) > 0
    missing, open_ = np.count_nonzero(wanted) if some else 1, wanted.copy()
    # first the seeds are relaxed, as if they were the arcs of a node in front of all others
    bucket = (initial.min() >> shift) & mask if len(initial) else 0
    held, begun = 0, False
    while not begun or (held > 0 and missing > 0):
        while not begun or front[bucket] >= 0:
            if begun:
                node = front[bucket]
                right = after[node]
                front[bucket] = right
                if right >= 0:
                    before[right] = -1
                place[node] = -1
                held -= 1
                if some and open_[node]:
                    open_[node] = False
                    missing -= 1
                so_far, mine = dist[node], owner[node] if owned else 0
                start, stop = first[node], first[node + 1]
            else:
                so_far, mine, start, stop = 0, 0, 0, len(nodes)
            for k in range(start, stop):
                if not begun:
                    other, arrival, mine = nodes[k], initial[k], k
                elif arc[k, 1] >= 0:
                    other, arrival = arc[k, 0], so_far + arc[k, 1]
                else:
                    continue
                if arrival > dist[other]:
                    continue
                if arrival == dist[other] and not (owned and mine < owner[other]):
                    continue
                dist[other] = arrival
                if owned:
                    owner[other] = mine
                new = np.int32((arrival >> shift) & mask)
                old = place[other]
                if old == new:
                    continue
                held += old < 0
                if old >= 0:
                    left, right = before[other], after[other]
                    if left >= 0:
                        after[left] = right
                    else:
                        front[old] = right
                    if right >= 0:
                        before[right] = left
                top = front[new]
                after[other], before[other], place[other] = top, -1, new
                if top >= 0:
                    before[top] = other
                front[new] = other
            begun = True
        bucket = (bucket + 1) & mask
    dist[dist == end] = -1
    return dist


@compiled
def descend(csr: Csr, dist: LongArray, origin: int, is_seed: BoolArray) -> IntArray:
    """Return the places in ``csr`` of the arcs from ``origin`` down to a seed of ``dist``.

    ``dist`` counts down along the arcs: an arc is tight where dist[tail] = time + dist[head]. Of
    several tight arcs the first in order is taken; arcs of no time could lead in a circle, so
    nodes are visited once and a dead end is stepped back from. Empty where nothing leads on.
    """
    first, arc = csr
    path = np.empty(len(dist), np.int32)
    at = np.empty(len(dist) + 1, np.int32)
    seen = np.zeros(len(dist), np.bool_)
    cursor = first[:-1].copy()
    at[0] = origin
    seen[origin] = True
    depth = 0
    while depth >= 0 and not is_seed[at[depth]]:
        node = at[depth]
        k = cursor[node]
        if k == first[node + 1]:
            depth -= 1
            continue
        cursor[node] = k + 1
        other, time = arc[k]
        if time >= 0 and not seen[other] and dist[node] == time + dist[other]:
            seen[other] = True
            path[depth] = k
            depth += 1
            at[depth] = other
    return path[: max(depth, 0)].copy()
