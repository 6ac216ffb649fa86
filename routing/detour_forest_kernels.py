"""The forest of many roots and what it becomes without each road, compiled by numba."""

from typing import NamedTuple

import numpy as np

from .arrays import IntArray, LongArray
from .detour_kernels import (
    NEVER,
    Arcs,
    Asked,
    Grown,
    Meets,
    Scale,
    cost_of,
    is_beyond,
    search_again,
    span_of,
    stand_again,
)
from .kernels import compiled


class Stays(NamedTuple):
    """The seeds (k,) of roots on each road midway, CSR by road: what they are without these.

    ``ms`` and ``root`` are of the next root at that node, NEVER and -1 for none.
    """

    first: LongArray
    node: IntArray
    ms: LongArray
    root: IntArray


class Forest(NamedTuple):
    """The tree of several roots: which one each node (n,) is reached from, -1 for none.

    ``start`` (n,) are the seeds' own times, NEVER elsewhere, ``of_seed`` (n,) their roots, and
    ``stays`` what they are without a road; ``direct_of`` (p,) is the root of the way along a
    shared piece.
    """

    tree: Grown
    owner: IntArray
    start: LongArray
    of_seed: IntArray
    stays: Stays
    direct_of: IntArray


@compiled
def owners(tree: Grown, of_seed: IntArray) -> IntArray:
    """Return the root (n,) that each node is reached from, -1 where none."""
    owner = np.full(len(tree.ms), -1, np.int32)
    for here in tree.node:
        before = tree.before[here]
        owner[here] = of_seed[here] if before < 0 else owner[before]
    return owner


@compiled
def met_whose(
    meets: Meets, direct_of: IntArray, ms: LongArray, owner: IntArray, point: int
) -> tuple[int, int]:
    """Return the least ms of a point and the root it is to, NEVER and -1 where no way leads."""
    best: int = meets.direct[point]
    whose: int = direct_of[point]
    for k in range(4):
        here = meets.node[point, k]
        if here >= 0 and ms[here] < NEVER and meets.extra[point, k] + ms[here] < best:
            best, whose = meets.extra[point, k] + ms[here], owner[here]
    return best, whose


@compiled
def any_beyond(meets: Meets, tree: Grown, asked: Asked, lost: int) -> bool:
    """Return whether the way of any point asked of, to any root, leads over the lost road."""
    for q in range(asked.first[lost], asked.first[lost + 1]):
        point = asked.point[q]
        if meets.own[point] != lost and is_beyond(meets, tree, point, lost):
            return True
    return False


@compiled
def leave(
    forest: Forest, seeds: tuple[LongArray, IntArray], lost: int, spans: IntArray, count: int
) -> int:
    """Take the seeds off whose roots stand on the lost road; return how many spans change."""
    stays = forest.stays
    for k in range(stays.first[lost], stays.first[lost + 1]):
        node = stays.node[k]
        seeds[0][node], seeds[1][node] = stays.ms[k], stays.root[k]
        if forest.tree.before[node] < 0 and forest.tree.rank[node] >= 0:
            count = span_of(forest.tree, node, spans, count)
    return count


@compiled
def come_back(
    forest: Forest, seeds: tuple[LongArray, IntArray], lost: int, spans: IntArray, owner: IntArray
) -> None:
    """Undo `leave`, and put the roots of all nodes of the spans back into ``owner`` (n,)."""
    stays = forest.stays
    for k in range(stays.first[lost], stays.first[lost + 1]):
        node = stays.node[k]
        seeds[0][node], seeds[1][node] = forest.start[node], forest.of_seed[node]
    for span in range(len(spans)):
        for k in range(spans[span, 0], spans[span, 1]):
            owner[forest.tree.node[k]] = forest.owner[forest.tree.node[k]]


@compiled
def bound_each(
    arcs: tuple[Arcs, Arcs],
    forest: Forest,
    meets: Meets,
    asked: Asked,
    scale: Scale,
    way: tuple[LongArray, IntArray],
) -> int:
    """Write into ``asked.low`` what no root betters, and by which way; return the searches made.

    ``way`` are ms and root (q,), -1 where none leads. A way along a piece that is lost itself is
    left open for who meets its end, so that this cost is a bound alone.
    """
    way_ms, way_root = way
    tree, ms, owner = forest.tree, forest.tree.ms.copy(), forest.owner.copy()
    seeds = (forest.start.copy(), forest.of_seed.copy())
    room = np.empty((1 + len(forest.stays.node), 2), np.int32)
    searches = 0
    for lost in range(len(asked.first) - 1):
        if asked.first[lost] == asked.first[lost + 1]:
            continue
        count = 0
        if any_beyond(meets, tree, asked, lost):
            count = span_of(tree, tree.child[lost], room, 0)
        count = leave(forest, seeds, lost, room, count)
        spans = room[:count]
        if count:
            search_again(arcs, tree, seeds, (lost, spans), ms, owner)
            searches += 1
        for q in range(asked.first[lost], asked.first[lost + 1]):
            point = asked.point[q]
            if meets.own[point] != lost:
                way_ms[q], way_root[q] = met_whose(meets, forest.direct_of, ms, owner, point)
                asked.low[q] = cost_of(way_ms[q], 0, scale)
        stand_again(tree, spans, ms)
        come_back(forest, seeds, lost, spans, owner)
    return searches
