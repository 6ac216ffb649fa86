"""What a lost road costs at least: one search for all roots alike, in place of one for each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from .arrays import IntArray, LongArray
from .detour_forest_kernels import Forest, Stays, bound_each, owners
from .detour_kernels import NEVER, Asked, grow
from .detour_roots import GrownRoot


def bounds(grown: Sequence[GrownRoot], asked: Asked) -> tuple[list[LongArray], int]:
    """Return per root what (q,) none of its like betters, and how many searches it took.

    ``asked.best`` falls to what is met by the ways found. Roots are alike that search the same
    ways, in the same direction, for the same points, and count alike; one alone is not bounded.
    """
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for row, one in enumerate(grown):
        root = one.root
        alike[id(one.meets.node), id(root.weights), root.toward, root.scale].append(row)
    low, searches = [np.zeros_like(asked.low)] * len(grown), 0
    for rows in alike.values():
        if len(rows) > 1:
            mine = asked._replace(low=np.zeros_like(asked.low))
            searches += _bound([grown[row] for row in rows], mine)
            for row in rows:
                low[row] = mine.low
    return low, searches


def asked_roads(asked: Asked) -> LongArray:
    """Return the road (q,) that is lost in each pair asked of."""
    return np.repeat(np.arange(len(asked.first) - 1), np.diff(asked.first))


def _bound(like: Sequence[GrownRoot], asked: Asked) -> int:
    """Write what no such root betters and lower what is best; return how many searches it took."""
    root = like[0].root
    arcs, (direct, direct_of) = root.both_arcs, _directs(like)
    way_ms: LongArray = np.full(len(asked.point), NEVER, np.int64)
    way_root: IntArray = np.full(len(asked.point), -1, np.int32)
    meets = like[0].meets._replace(direct=direct)
    forest = _forest(like, direct_of)
    searches = bound_each(arcs, forest, meets, asked, root.scale, (way_ms, way_root))
    _take_ways(like, asked, way_ms, way_root)
    return int(searches)


def _forest(like: Sequence[GrownRoot], direct_of: IntArray) -> Forest:
    """Return the tree from all roots, and its seeds where those of one road are taken away."""
    network = like[0].root.weights.network
    start: LongArray = np.full(network.node_count, NEVER, np.int64)
    of_seed: IntArray = np.full(network.node_count, -1, np.int32)
    at = _by_node(like)
    for node, seeds in at.items():
        start[node], of_seed[node] = min(seeds)
    nodes = np.array(sorted(at), np.int32)
    tree = grow(like[0].root.both_arcs[0], nodes, start[nodes], len(network.road_start))
    stays = _stays(like, at, len(network.road_start))
    return Forest(tree, owners(tree, of_seed), start, of_seed, stays, direct_of)


def _by_node(like: Sequence[GrownRoot]) -> dict[int, list[tuple[int, int]]]:
    """Return the ms and root of each seed, by its node."""
    at: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row, one in enumerate(like):
        for node, ms in zip(*(part.tolist() for part in one.root.seeds()), strict=True):
            at[node].append((ms, row))
    return at


def _stays(
    like: Sequence[GrownRoot], at: Mapping[int, Sequence[tuple[int, int]]], roads: int
) -> Stays:
    midway = [one.root.midway for one in like]
    taken = {
        (midway[row], node)
        for node, seeds in at.items()
        for _, row in seeds
        if midway[row] >= 0
    }  # fmt: skip
    rows = [
        (road, node, *min((one for one in at[node] if midway[one[1]] != road), default=(NEVER, -1)))
        for road, node in sorted(taken)
    ]  # fmt: skip
    road, node, ms, root = np.array(rows, np.int64).reshape(-1, 4).T.copy()
    first = np.append(0, np.cumsum(np.bincount(road, minlength=roads)))
    return Stays(first, node.astype(np.int32), ms, root.astype(np.int32))


def _directs(like: Sequence[GrownRoot]) -> tuple[LongArray, IntArray]:
    """Return the least ms (p,) along a piece shared with a root, and that root, else -1."""
    direct: LongArray = np.full(len(like[0].meets.direct), NEVER, np.int64)
    whose: IntArray = np.full(len(direct), -1, np.int32)
    for row, one in enumerate(like):
        nearer = one.meets.direct < direct
        direct[nearer], whose[nearer] = one.meets.direct[nearer], row
    return direct, whose


def _take_ways(
    like: Sequence[GrownRoot], asked: Asked, way_ms: LongArray, way_root: IntArray
) -> None:
    """Lower ``asked.best`` to the cost of each way found, not where the root's piece is lost."""
    lost = asked_roads(asked)
    first, second, third = like[0].root.scale
    for row in np.unique(way_root[way_root >= 0]).tolist():
        root = like[row].root
        at = np.flatnonzero((way_root == row) & (lost != root.midway))
        ms = np.maximum(way_ms[at], root.line[asked.point[at]])
        asked.best[at] = np.minimum(asked.best[at], -(-ms * first // second) + third)
