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


Csr = tuple[IntArray, IntArray, LongArray]
"""first (n + 1,), head (m,), time (m,) in ms."""

Queue = tuple[IntArray, IntArray, IntArray, IntArray]
"""first node of each bucket; next, previous and bucket of each node; -1 for none."""


@compiled
def _put(queue: Queue, node: int, bucket: int) -> int:
    """Move the node to the bucket; return 1 if it was in none, else 0."""
    front, after, before, place = queue
    old = place[node]
    if old == bucket:
        return 0
    if old >= 0:
        left, right = before[node], after[node]
        if left >= 0:
            after[left] = right
        else:
            front[old] = right
        if right >= 0:
            before[right] = left
    top = front[bucket]
    after[node] = top
    before[node] = -1
    if top >= 0:
        before[top] = node
    front[bucket] = node
    place[node] = bucket
    return 0 if old >= 0 else 1


@compiled
def _take(queue: Queue, bucket: int) -> int:
    """Return the first node of the bucket, removed."""
    front, after, before, place = queue
    node: int = front[bucket]
    right = after[node]
    front[bucket] = right
    if right >= 0:
        before[right] = -1
    place[node] = -1
    return node


@compiled
def _new_queue(n: int, buckets: int) -> Queue:
    return (
        np.full(buckets, -1, np.int32),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.full(n, -1, np.int32),
    )


@compiled
def _seed(queue: Queue, seeds: IntArray, initial: LongArray, shift: int, dist: LongArray) -> int:
    """Put the seeds into the queue; return how many nodes it holds."""
    mask = len(queue[0]) - 1
    held = 0
    for i in range(len(seeds)):
        node = seeds[i]
        if initial[i] < dist[node]:
            dist[node] = initial[i]
            held += _put(queue, node, (initial[i] >> shift) & mask)
    return held


@compiled
def spread(
    csr: Csr, seeds: IntArray, initial: LongArray, buckets: tuple[int, int], dist: LongArray
) -> None:
    """Fill ``dist`` (n,), which holds the unreached value above any time to be found.

    ``buckets`` is (shift, number), the number a power of two that spans the longest arc and all
    ``initial`` times.
    """
    first, head, time = csr
    shift, number = buckets
    mask = number - 1
    queue = _new_queue(len(dist), number)
    front = queue[0]
    held = _seed(queue, seeds, initial, shift, dist)
    bucket = (initial.min() >> shift) & mask if len(initial) else 0
    while held > 0:
        while front[bucket] >= 0:
            node = _take(queue, bucket)
            held -= 1
            so_far = dist[node]
            for k in range(first[node], first[node + 1]):
                other = head[k]
                arrival = so_far + time[k]
                if arrival < dist[other]:
                    dist[other] = arrival
                    held += _put(queue, other, (arrival >> shift) & mask)
        bucket = (bucket + 1) & mask


@compiled
def spread_until(
    csr: Csr, seeds: IntArray, buckets: tuple[int, int], dist: LongArray, wanted: BoolArray
) -> None:
    """Fill ``dist`` as ``spread`` does from one seed, until every ``wanted`` node is settled."""
    first, head, time = csr
    shift, number = buckets
    mask = number - 1
    queue = _new_queue(len(dist), number)
    front = queue[0]
    held = _seed(queue, seeds, np.zeros(len(seeds), np.int64), shift, dist)
    bucket = 0
    open_ = 0
    for node in range(len(wanted)):
        open_ += wanted[node]
    met = np.zeros(len(dist), np.bool_)
    while held > 0 and open_ > 0:
        while front[bucket] >= 0:
            node = _take(queue, bucket)
            held -= 1
            if wanted[node] and not met[node]:
                met[node] = True
                open_ -= 1
            so_far = dist[node]
            for k in range(first[node], first[node + 1]):
                other = head[k]
                arrival = so_far + time[k]
                if arrival < dist[other]:
                    dist[other] = arrival
                    held += _put(queue, other, (arrival >> shift) & mask)
        bucket = (bucket + 1) & mask


@compiled
def spread_owned(
    csr: Csr,
    seeds: IntArray,
    initial: LongArray,
    buckets: tuple[int, int],
    label: tuple[LongArray, IntArray],
) -> None:
    """Fill time and owner of each node: the least (time, index of the seed), in that order."""
    first, head, time = csr
    shift, number = buckets
    mask = number - 1
    dist, owner = label
    queue = _new_queue(len(dist), number)
    front = queue[0]
    held = 0
    for i in range(len(seeds)):
        node = seeds[i]
        if initial[i] < dist[node]:
            dist[node] = initial[i]
            owner[node] = i
            held += _put(queue, node, (initial[i] >> shift) & mask)
    bucket = (initial.min() >> shift) & mask if len(initial) else 0
    while held > 0:
        while front[bucket] >= 0:
            node = _take(queue, bucket)
            held -= 1
            so_far, mine = dist[node], owner[node]
            for k in range(first[node], first[node + 1]):
                other = head[k]
                arrival = so_far + time[k]
                if arrival < dist[other] or (arrival == dist[other] and mine < owner[other]):
                    dist[other] = arrival
                    owner[other] = mine
                    held += _put(queue, other, (arrival >> shift) & mask)
        bucket = (bucket + 1) & mask


@compiled
def descend(csr: Csr, dist: LongArray, origin: int, is_seed: BoolArray) -> IntArray:
    """Return the places in ``csr`` of the arcs from ``origin`` down to a seed of ``dist``.

    ``dist`` counts down along the arcs: an arc is tight where dist[tail] = time + dist[head]. Of
    several tight arcs the first in order is taken; arcs of no time could lead in a circle, so
    nodes are visited once and a dead end is stepped back from. Empty where nothing leads on.
    """
    first, head, time = csr
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
        other = head[k]
        if not seen[other] and dist[node] == time[k] + dist[other]:
            seen[other] = True
            path[depth] = k
            depth += 1
            at[depth] = other
    return path[: max(depth, 0)].copy()
