"""What every single lost road costs: how far each point is from the nearest root without it.

Only a road on a point's way to its nearest root can make that way longer: as long as the way
stands, it stays the shortest, and nothing that is closed makes another one shorter. So every other
road is skipped, and the answer for all is exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import IntArray, LongArray
from .detour_kernels import (
    NEVER,
    Arcs,
    Asked,
    Grown,
    Meets,
    Scale,
    costs,
    grow,
    lose_each,
    roads_to,
)
from .engine import IMPASSABLE, UNREACHED
from .locating import Snaps
from .trees import access_ms, seeds_of, snap_ends, tree_from, tree_to
from .weights import Weights


@dataclass(frozen=True, eq=False)
class Root:
    """One root of the question: a place on the ways, and how people are or come there.

    ``points`` (p,) are the same people for every root; ``toward`` whether they travel to the root.
    A cost is the time in ms, at least ``line`` (p,), x ``scale[0]`` / ``scale[1]``, rounded up,
    + ``scale[2]``.
    """

    weights: Weights
    place: Snaps
    points: Snaps
    toward: bool
    access_kmh: float
    line: LongArray
    scale: Scale


@dataclass(frozen=True, eq=False)
class Detours:
    """The costs of each point's nearest root, as all stands and with something lost.

    ``nearest`` (p,) and ``cost`` (p,) as all stands, of equals the first root; ``second`` (p,) is
    the cost without that root. Road ``road`` (q,) lost costs ``point`` (q,) ``without`` (q,): all
    pairs that can change, by road, then point. UNREACHED where no way leads. ``searches`` counts
    the partial searches that were needed.
    """

    nearest: LongArray
    cost: LongArray
    second: LongArray
    road: LongArray
    point: LongArray
    without: LongArray
    searches: int


def detours(roots: Sequence[Root], count: int) -> Detours:
    """Return what each single closed piece of road costs the ``count`` points."""
    trees = [_tree(root) for root in roots]
    meets = [_meets(root) for root in roots]
    base: LongArray = np.full((len(roots), count), NEVER, np.int64)
    for row, root in enumerate(roots):
        base[row] = costs(meets[row], trees[row], root.scale)
    nearest, cost, second = _two_nearest(base)
    road, point = _ways(roots, trees, meets, nearest)
    roads = roots[0].weights.network.road_start if roots else np.zeros(0, np.int32)
    first = np.append(0, np.cumsum(np.bincount(road, minlength=len(roads))))
    asked = Asked(first, point, np.full(len(point), NEVER, np.int64))
    searches = 0
    for row, root in enumerate(roots):
        arcs, turned = _arcs(root, root.toward), _arcs(root, not root.toward)
        ends = (_midway(root), _start(root))
        searches += lose_each((arcs, turned), trees[row], meets[row], asked, ends, root.scale)
    return Detours(
        nearest,
        _known(cost),
        _known(second),
        road,
        point,
        _known(asked.best),
        searches,
    )


def _known(cost: LongArray) -> LongArray:
    return np.where(cost >= NEVER, UNREACHED, cost)


def _two_nearest(base: LongArray) -> tuple[LongArray, LongArray, LongArray]:
    """Return the nearest root of each point (-1 for none), its cost and that of the next."""
    count = base.shape[1]
    nearest, cost = np.full(count, -1, np.int64), np.full(count, NEVER, np.int64)
    second = cost.copy()
    for row in range(len(base)):
        nearer = base[row] < cost
        second = np.where(nearer, cost, np.minimum(second, base[row]))
        cost = np.where(nearer, base[row], cost)
        nearest[nearer] = row
    return nearest, cost, second


def _arcs(root: Root, toward: bool) -> Arcs:  # noqa: FBT001 - one of two directions
    weights, network = root.weights, root.weights.network
    graph = weights.backward if toward else weights.forward
    road = network.arc_road[network.in_arc] if toward else network.arc_road
    return Arcs(graph.first, graph.arc, road)


def _seeds(root: Root) -> tuple[IntArray, LongArray]:
    """Return the nodes the root meets and their ms, its access leg counted."""
    if not root.place.on_network[0]:
        return np.zeros(0, np.int32), np.zeros(0, np.int64)
    ends = snap_ends(root.weights, root.place)
    seeds, initial, _ = seeds_of(ends, toward=root.toward)
    return seeds, initial + access_ms(root.place.distance_m, root.access_kmh)


def _tree(root: Root) -> Grown:
    network = root.weights.network
    return grow(_arcs(root, root.toward), *_seeds(root), len(network.road_start))


def _start(root: Root) -> LongArray:
    """Return the seeds' own ms (n,), NEVER elsewhere."""
    start: LongArray = np.full(root.weights.network.node_count, NEVER, np.int64)
    np.minimum.at(start, *_seeds(root))
    return start


def _midway(root: Root) -> int:
    """Return the piece that the root stands on between its ends, -1 where it is a node."""
    offset = float(root.place.offset[0])
    return int(root.place.road[0]) if root.place.on_network[0] and 0.0 < offset < 1.0 else -1


def _meets(root: Root) -> Meets:
    """Return how the points meet the nodes, as `Tree` counts it; the access legs are within."""
    points, network = root.points, root.weights.network
    ends = snap_ends(root.weights, points)
    legs = access_ms(points.distance_m, root.access_kmh)[:, None]
    side = network.head[ends.arc] if root.toward else network.tail[ends.arc]
    part = ends.left_ms if root.toward else ends.done_ms
    node = np.column_stack([np.where(ends.at, ends.node, -1), np.where(ends.open_, side, -1)])
    extra = np.column_stack([np.zeros_like(part), part]) + legs
    midway = points.on_network & ~ends.at.any(axis=1)
    own = np.where(midway, points.road, -1)
    direct = _direct(root)
    there = points.on_network & (points.road == root.place.road) & root.place.on_network
    there &= points.offset == root.place.offset
    return Meets(
        node.astype(np.int32),
        np.ascontiguousarray(extra, np.int64),
        direct,
        np.where(there, direct, NEVER),
        own.astype(np.int32),
        root.line,
    )


def _direct(root: Root) -> LongArray:
    """Return the ms (p,) of points on the root's own piece along it, NEVER elsewhere."""
    direct: LongArray = np.full(len(root.points), NEVER, np.int64)
    if not root.place.on_network[0]:
        return direct
    same = np.flatnonzero(root.points.on_network & (root.points.road == root.place.road[0]))
    if len(same):
        direct[same] = _along(root, root.points.take(same))
    return direct


def _along(root: Root, points: Snaps) -> LongArray:
    """Return the ms of points on the root's piece that never leave it, NEVER where none does."""
    plan = tree_to if root.toward else tree_from
    tree = plan(root.weights, root.place, access_kmh=root.access_kmh, limit_ms=0)
    alone = type(tree)(tree.weights, tree.root, tree.toward, tree.access_kmh,
                       np.full_like(tree.node_ms, UNREACHED))  # fmt: skip
    found = alone.time_ms(points)
    return np.where((found == UNREACHED) | (found >= IMPASSABLE), NEVER, found)


def _ways(
    roots: Sequence[Root], trees: Sequence[Grown], meets: Sequence[Meets], nearest: LongArray
) -> tuple[LongArray, LongArray]:
    """Return each road on a point's way to its nearest root, with the point: by road, then point.

    The piece that the root stands on midway is on every way to it.
    """
    roads: list[IntArray] = []
    points: list[LongArray] = []
    for point in np.flatnonzero(nearest >= 0).tolist():
        row = int(nearest[point])
        buffer = np.empty(roots[row].weights.network.node_count + 2, np.int32)
        count = roads_to(meets[row], trees[row], point, buffer)
        way = np.unique(np.append(buffer[:count], _midway(roots[row])))
        way = way[way >= 0]
        roads.append(way)
        points.append(np.full(len(way), point, np.int64))
    if not roads:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    road, point_of = np.concatenate(roads).astype(np.int64), np.concatenate(points)
    order = np.lexsort((point_of, road))
    return road[order], point_of[order]
