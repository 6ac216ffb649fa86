"""Trees with parents, and what they become without one road, compiled by numba.

Without a road only the nodes beyond it in the tree change (Malik, Mittal and Gupta 1989): they are
searched anew from the arcs that lead into them from the rest, whose times stand.
"""

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from .arrays import IntArray, LongArray
from .kernels import compiled

NEVER = 1 << 60


class Arcs(NamedTuple):
    """Arcs of a search: ``first`` (n + 1,), ``arc`` (m, 2) head and ms (-1 closed), ``road``."""

    first: IntArray
    arc: IntArray
    road: IntArray


class Grown(NamedTuple):
    """A tree: ms (n,), NEVER where not reached; the node before and the road from it, -1 at seeds.

    ``rank`` (n,) is the node's place in preorder, -1 where not reached; ``size`` counts the nodes
    at and beyond it; ``node`` lists them in preorder. ``child`` (r,) is the node a road leads to.
    """

    ms: LongArray
    before: IntArray
    road: IntArray
    rank: IntArray
    size: IntArray
    node: IntArray
    child: IntArray


class Meets(NamedTuple):
    """How points meet the nodes: up to four ways (p, 4) of node and ms on top, -1 for none.

    ``direct`` (p,) is the time along a piece shared with the root, NEVER for none; ``same`` (p,)
    that of a point at the root's very position, which no closure parts; ``own`` (p,) the piece a
    point stands on midway, -1 where it stands at a node; ``line`` (p,) the least.
    """

    node: IntArray
    extra: LongArray
    direct: LongArray
    same: LongArray
    own: IntArray
    line: LongArray


class Asked(NamedTuple):
    """Which road is lost for which point, CSR by road: ``best`` (q,) is the least cost so far.

    ``low`` (q,) is what the root asked of and its like cannot better; ``roads`` (k,) are those
    where that is not met.
    """

    first: LongArray
    point: LongArray
    best: LongArray
    low: LongArray
    roads: LongArray


Scale = tuple[int, int, int]
"""Cost = ms x first / second, rounded up, + third."""


@compiled
def grow(arcs: Arcs, seeds: IntArray, initial: LongArray, roads: int) -> Grown:
    """Return the tree of least times from the seeds; of equal ways the first found."""
    count = len(arcs.first) - 1
    ms = np.full(count, NEVER, np.int64)
    before, road = np.full(count, -1, np.int32), np.full(count, -1, np.int32)
    order, done = np.empty(count, np.int32), np.zeros(count, np.bool_)
    heap = [(np.int64(0), np.int64(0))]
    heap.pop()
    for k in range(len(seeds)):
        if initial[k] < ms[seeds[k]]:
            ms[seeds[k]] = initial[k]
            heappush(heap, (np.int64(initial[k]), np.int64(seeds[k])))
    reached = 0
    while heap:
        so_far, here = heappop(heap)
        if done[here]:
            continue
        done[here] = True
        order[reached] = here
        reached += 1
        for k in range(arcs.first[here], arcs.first[here + 1]):
            there, step = arcs.arc[k, 0], arcs.arc[k, 1]
            if step >= 0 and so_far + step < ms[there]:
                ms[there] = so_far + step
                before[there], road[there] = here, arcs.road[k]
                heappush(heap, (np.int64(so_far + step), np.int64(there)))
    return numbered(ms, before, road, order[:reached], roads)


@compiled
def numbered(ms: LongArray, before: IntArray, road: IntArray, order: IntArray, roads: int) -> Grown:
    """Return the tree with its nodes in preorder; ``order`` has each node after the one before."""
    count = len(ms)
    size, rank = np.zeros(count, np.int32), np.full(count, -1, np.int32)
    after, node = np.zeros(count, np.int32), np.empty(len(order), np.int32)
    child = np.full(roads, -1, np.int32)
    for k in range(len(order) - 1, -1, -1):
        here = order[k]
        size[here] += 1
        if before[here] >= 0:
            size[before[here]] += size[here]
            child[road[here]] = here
    top = 0
    for here in order:
        if before[here] >= 0:
            rank[here] = after[before[here]]
            after[before[here]] += size[here]
        else:
            rank[here] = top
            top += size[here]
        after[here] = rank[here] + 1
        node[rank[here]] = here
    return Grown(ms, before, road, rank, size, node, child)


@compiled
def met(meets: Meets, ms: LongArray, point: int) -> int:
    """Return the least ms of a point, NEVER where no way leads."""
    best: int = meets.direct[point]
    for k in range(4):
        here = meets.node[point, k]
        if here >= 0 and ms[here] < NEVER:
            best = min(best, meets.extra[point, k] + ms[here])
    return best


@compiled
def cost_of(ms: int, line: int, scale: Scale) -> int:
    """Return the cost of a time or length, which is never below the line; NEVER stays NEVER."""
    if ms >= NEVER:
        return NEVER
    cost: int = -(-max(ms, line) * scale[0] // scale[1]) + scale[2]
    return cost


@compiled
def costs(meets: Meets, tree: Grown, scale: Scale) -> LongArray:
    """Return the cost (p,) of each point, NEVER where no way leads."""
    count = len(meets.direct)
    found = np.empty(count, np.int64)
    for point in range(count):
        found[point] = cost_of(met(meets, tree.ms, point), meets.line[point], scale)
    return found


@compiled
def roads_to(meets: Meets, tree: Grown, point: int, out: IntArray) -> int:
    """Write the roads of the way between a point and the root; return how many they are.

    The piece the root stands on midway is left out, as it is the same for every way.
    """
    count = 0
    if meets.own[point] >= 0:
        out[0], count = meets.own[point], 1
    best, here = meets.direct[point], -1
    for k in range(4):
        node = meets.node[point, k]
        if node >= 0 and tree.ms[node] < NEVER and meets.extra[point, k] + tree.ms[node] < best:
            best, here = meets.extra[point, k] + tree.ms[node], node
    while here >= 0 and tree.before[here] >= 0:
        out[count] = tree.road[here]
        count += 1
        here = tree.before[here]
    return count


@compiled
def within(tree: Grown, top: int, node: int) -> bool:
    """Return whether a node is at or beyond ``top`` in the tree."""
    rank = tree.rank[node]
    return bool(rank >= tree.rank[top] and rank < tree.rank[top] + tree.size[top])


@compiled
def inside(spans: IntArray, rank: int) -> bool:
    """Return whether a place in preorder is within any of the spans (k, 2)."""
    within_any = False
    for k in range(len(spans)):
        within_any = within_any or spans[k, 0] <= rank < spans[k, 1]
    return within_any


@compiled
def span_of(tree: Grown, top: int, spans: IntArray, count: int) -> int:
    """Write the span in preorder of all at and beyond a node; return how many spans there are."""
    spans[count, 0], spans[count, 1] = tree.rank[top], tree.rank[top] + tree.size[top]
    return count + 1


@compiled
def search_again(
    arcs: tuple[Arcs, Arcs],
    tree: Grown,
    seeds: tuple[LongArray, IntArray],
    lost: tuple[int, IntArray],
    ms: LongArray,
    owner: IntArray,
) -> None:
    """Put time and root without a road into ``ms`` and ``owner`` (n,) for the nodes it changes.

    ``arcs`` are those of the search and the same turned round; ``seeds`` are the seeds' own times
    (n,), NEVER elsewhere, and roots; ``lost`` is the road, and the spans (k, 2) in preorder of all
    nodes that it changes. The rest of ``ms`` and ``owner`` is the tree's.
    """
    (out, into), (road, spans) = arcs, lost
    heap = [(np.int64(0), np.int64(0))]
    heap.pop()
    for span in range(len(spans)):
        for k in range(spans[span, 0], spans[span, 1]):
            here = tree.node[k]
            best, whose = seeds[0][here], seeds[1][here]
            for a in range(into.first[here], into.first[here + 1]):
                there, step = into.arc[a, 0], into.arc[a, 1]
                stands = tree.rank[there] >= 0 and not inside(spans, tree.rank[there])
                passes = stands and step >= 0 and into.road[a] != road
                if passes and tree.ms[there] + step < best:
                    best, whose = tree.ms[there] + step, owner[there]
            ms[here], owner[here] = best, whose
            if best < NEVER:
                heappush(heap, (np.int64(best), np.int64(here)))
    while heap:
        so_far, here = heappop(heap)
        if so_far > ms[here]:
            continue
        for a in range(out.first[here], out.first[here + 1]):
            there, step = out.arc[a, 0], out.arc[a, 1]
            changes = inside(spans, tree.rank[there])
            if changes and step >= 0 and out.road[a] != road and so_far + step < ms[there]:
                ms[there], owner[there] = so_far + step, owner[here]
                heappush(heap, (np.int64(so_far + step), np.int64(there)))


@compiled
def stand_again(tree: Grown, spans: IntArray, ms: LongArray) -> None:
    """Put the times of the tree back into ``ms`` (n,) for the nodes of the spans (k, 2)."""
    for span in range(len(spans)):
        for k in range(spans[span, 0], spans[span, 1]):
            ms[tree.node[k]] = tree.ms[tree.node[k]]


@compiled
def is_beyond(meets: Meets, tree: Grown, point: int, lost: int) -> bool:
    """Return whether the point meets a node beyond the lost road."""
    top = tree.child[lost]
    if top < 0:
        return False
    for k in range(4):
        node = meets.node[point, k]
        if node >= 0 and within(tree, top, node):
            return True
    return False


@compiled
def met_before(meets: Meets, tree: Grown, point: int, lost: int) -> int:
    """Return the least ms of a point by nodes that no lost road lies before, NEVER for none."""
    top = tree.child[lost]
    best: int = meets.direct[point]
    for k in range(4):
        here = meets.node[point, k]
        if here < 0 or tree.ms[here] >= NEVER or (top >= 0 and within(tree, top, here)):
            continue
        best = min(best, meets.extra[point, k] + tree.ms[here])
    return best


@compiled
def stand_each(tree: Grown, meets: Meets, asked: Asked, midway: int, scale: Scale) -> None:
    """Lower ``asked.best`` to the costs to this root by ways that stand without the road lost.

    ``midway`` is the piece that the root stands on, -1 for none: with it only who stands at the
    root's very position still comes there.
    """
    base = costs(meets, tree, scale)
    for lost in asked.roads:
        for q in range(asked.first[lost], asked.first[lost + 1]):
            point = asked.point[q]
            if asked.low[q] >= asked.best[q] or base[point] >= asked.best[q]:
                continue
            time = meets.same[point]
            if lost != midway and lost != meets.own[point]:
                time = met_before(meets, tree, point, lost)
            asked.best[q] = min(asked.best[q], cost_of(time, meets.line[point], scale))


@compiled
def is_worth(meets: Meets, tree: Grown, asked: Asked, base: LongArray, lost: int) -> bool:
    """Return whether, searched anew, this root could be nearer for a point beyond the lost road."""
    for q in range(asked.first[lost], asked.first[lost + 1]):
        point = asked.point[q]
        nearer = max(asked.low[q], base[point]) < asked.best[q] and meets.own[point] != lost
        if nearer and is_beyond(meets, tree, point, lost):
            return True
    return False


@compiled
def lose_each(
    arcs: tuple[Arcs, Arcs],
    tree: Grown,
    meets: Meets,
    asked: Asked,
    root: tuple[int, LongArray],
    scale: Scale,
) -> int:
    """Lower ``asked.best`` to the costs to this root without each road; return the searches made.

    What stands is known by `stand_each`. ``arcs`` are those of the search and the same turned
    round; ``root`` is the piece that the root stands on midway (-1 for none) and the seeds' own
    times (n,).
    """
    base = costs(meets, tree, scale)
    ms, owner = tree.ms.copy(), np.zeros(len(tree.ms), np.int32)
    seeds, span = (root[1], owner.copy()), np.empty((1, 2), np.int32)
    searches = 0
    for lost in asked.roads:
        if lost == root[0] or not is_worth(meets, tree, asked, base, lost):
            continue
        span_of(tree, tree.child[lost], span, 0)
        search_again(arcs, tree, seeds, (lost, span), ms, owner)
        searches += 1
        for q in range(asked.first[lost], asked.first[lost + 1]):
            point = asked.point[q]
            if lost != meets.own[point]:
                cost = cost_of(met(meets, ms, point), meets.line[point], scale)
                asked.best[q] = min(asked.best[q], cost)
        stand_again(tree, span, ms)
    return searches
