"""One root of the question what a lost road costs: its tree of ways, and how points meet it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import IntArray, LongArray
from .detour_kernels import NEVER, Arcs, Grown, Meets, Scale, grow
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

    @property
    def midway(self) -> int:
        """Return the piece that the root stands on between its ends, -1 where it is a node."""
        if not self.place.on_network[0] or not 0.0 < float(self.place.offset[0]) < 1.0:
            return -1
        return int(self.place.road[0])

    @property
    def both_arcs(self) -> tuple[Arcs, Arcs]:
        """Return the arcs of the search from the root, and the same turned round."""
        return self._arcs(toward=self.toward), self._arcs(toward=not self.toward)

    def _arcs(self, *, toward: bool) -> Arcs:
        weights, network = self.weights, self.weights.network
        graph = weights.backward if toward else weights.forward
        road = network.arc_road[network.in_arc] if toward else network.arc_road
        return Arcs(graph.first, graph.arc, road)

    def seeds(self) -> tuple[IntArray, LongArray]:
        """Return the nodes the root meets and their ms, its access leg counted."""
        if not self.place.on_network[0]:
            return np.zeros(0, np.int32), np.zeros(0, np.int64)
        ends = snap_ends(self.weights, self.place)
        seeds, initial, _ = seeds_of(ends, toward=self.toward)
        return seeds, initial + access_ms(self.place.distance_m, self.access_kmh)

    def start(self) -> LongArray:
        """Return the seeds' own ms (n,), NEVER elsewhere."""
        start: LongArray = np.full(self.weights.network.node_count, NEVER, np.int64)
        np.minimum.at(start, *self.seeds())
        return start


@dataclass(frozen=True, eq=False)
class GrownRoot:
    """A root with its tree as all stands, and how the points meet its nodes."""

    root: Root
    tree: Grown
    meets: Meets


def grown_roots(roots: Sequence[Root]) -> list[GrownRoot]:
    """Return the roots grown; how points meet the ways is worked out once for roots alike."""
    sides: dict[tuple[object, ...], tuple[IntArray, LongArray, IntArray]] = {}
    found = []
    for root in roots:
        key = (id(root.weights), id(root.points), root.toward, root.access_kmh)
        if key not in sides:
            sides[key] = _sides(root)
        arcs, _ = root.both_arcs
        tree = grow(arcs, *root.seeds(), len(root.weights.network.road_start))
        found.append(GrownRoot(root, tree, _meets(root, sides[key])))
    return found


def _sides(root: Root) -> tuple[IntArray, LongArray, IntArray]:
    """Return node and ms on top (p, 4), as `Tree` counts them, and the points' own pieces (p,)."""
    points, network = root.points, root.weights.network
    ends = snap_ends(root.weights, points)
    legs = access_ms(points.distance_m, root.access_kmh)[:, None]
    side = network.head[ends.arc] if root.toward else network.tail[ends.arc]
    part = ends.left_ms if root.toward else ends.done_ms
    node = np.column_stack([np.where(ends.at, ends.node, -1), np.where(ends.open_, side, -1)])
    extra = np.column_stack([np.zeros_like(part), part]) + legs
    midway = points.on_network & ~ends.at.any(axis=1)
    own = np.where(midway, points.road, -1).astype(np.int32)
    return node.astype(np.int32), np.ascontiguousarray(extra, np.int64), own


def _meets(root: Root, sides: tuple[IntArray, LongArray, IntArray]) -> Meets:
    node, extra, own = sides
    direct = _direct(root)
    there = root.points.on_network & (root.points.road == root.place.road)
    there &= root.place.on_network & (root.points.offset == root.place.offset)
    return Meets(node, extra, direct, np.where(there, direct, NEVER), own, root.line)


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
