"""How a vehicle comes to the incident: to its road, or to a stop from which its people walk.

A vehicle that may not come to the nearest road, for its size, a closure or one-way roads, stops
at the position nearest to the incident on foot that it can reach. The last metres are the way
along what people walk on, never a straight line, which could cross a river. Closures bar vehicles
only, so people walk through them. Where the way on foot is longer than the limit there is none.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from routing import UNREACHED, Block, RoutePath, Snaps, Tree, Weights, nearest, tree_to

DIRECT = -1
"""The stop of a vehicle that comes to the incident's own road."""

SLACK_M = 0.1
"""Times on foot are whole milliseconds a piece; so much over the limit is rounding."""

LATEST_MS = 1 << 30
"""Start times within which every stop is ranked by its way on foot before any drive counts."""

IntArray = NDArray[np.int32]
LongArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Walks:
    """The ways on foot to the incident: ``nodes`` (k,) within the limit, nearest first."""

    tree: Tree
    nodes: IntArray


def walks_within(tree: Tree, *, limit_m: float, walk_m_per_s: float) -> Walks:
    """Return the nodes whose way on foot to the tree's root is no longer than the limit."""
    if not tree.root.on_network[0]:
        return Walks(tree, np.zeros(0, np.int32))
    metres = tree.node_ms * (walk_m_per_s / 1000) + float(tree.root.distance_m[0])
    near = np.flatnonzero((tree.node_ms != UNREACHED) & (metres <= limit_m + SLACK_M))
    order = np.lexsort((near, tree.node_ms[near]))
    return Walks(tree, near[order].astype(np.int32))


@dataclass(frozen=True, eq=False)
class Stop:
    """Where a vehicle stops, the ways of vehicles to it, and the way on foot from it."""

    tree: Tree
    walk: RoutePath | None
    walk_ms: int

    @property
    def short_m(self) -> float:
        """Return the metres from the stop to the incident, as one walks them."""
        return float(self.tree.root.distance_m[0]) if self.walk is None else self.walk.length_m


@dataclass(frozen=True, eq=False)
class Way:
    """One team's way, the part on foot included, and the stop that parts it."""

    path: RoutePath
    stop: Stop


@dataclass(frozen=True, eq=False)
class Approach:
    """The ways of one kind of vehicle to the incident, each team by the best stop for it.

    ``target`` is where the incident meets the roads and ``foot_target`` what people walk on;
    ``walks`` is asked only where a team cannot drive up.
    """

    weights: Weights
    target: Snaps
    foot_target: Snaps
    walks: Callable[[], Walks]
    access_kmh: float
    _stops: dict[int, Stop] = field(default_factory=dict)
    _chosen: dict[Snaps, tuple[LongArray, LongArray]] = field(default_factory=dict)

    def time_ms(self, others: Snaps) -> LongArray:
        """Return the times (k,) in ms, the way on foot included, UNREACHED where none leads."""
        return self._choices(others)[0]

    def way(self, others: Snaps, i: int) -> Way | None:
        """Return the way of place ``i`` of ``others``, ``None`` where there is none."""
        time_ms, chosen = self._choices(others)
        if time_ms[i] == UNREACHED:
            return None
        stop = self._stop(int(chosen[i]))
        path = stop.tree.route(others, i)
        return None if path is None else Way(_on_foot_from(path, stop), stop)

    @property
    def has_stop(self) -> bool:
        """Return whether a vehicle may stand anywhere that one can walk from."""
        return self._root is not None or len(self._doors) > 0

    @cached_property
    def _root(self) -> Snaps | None:
        """Return the position that the vehicle may drive up to, of the nearest road's two."""
        return next((s for s in (self.target, self.foot_target) if self._is_usable(s)), None)

    def _is_usable(self, snap: Snaps) -> bool:
        road = int(snap.road[0])
        arcs = self.weights.network.road_arc[road]
        return road >= 0 and bool((self.weights.block[arcs] == Block.OPEN).any())

    @cached_property
    def _doors(self) -> IntArray:
        """Return one open arc into each node that one may drive to and walk from, nearest first."""
        nodes = self.walks().nodes
        network = self.weights.network
        first, count = network.first_in[nodes], np.diff(network.first_in)[nodes]
        rank = np.repeat(np.arange(len(nodes)), count)
        place = np.arange(len(rank)) + np.repeat(first - np.cumsum(count) + count, count)
        into: IntArray = network.in_arc[place]
        is_open = self.weights.block[into] == Block.OPEN
        _, chosen = np.unique(rank[is_open], return_index=True)
        doors: IntArray = into[is_open][chosen]
        return doors

    def _choices(self, others: Snaps) -> tuple[LongArray, LongArray]:
        """Return times (k,) and the stop of each place, found once for all that ask."""
        if others not in self._chosen:
            self._chosen[others] = self._choose(others)
        return self._chosen[others]

    def _choose(self, others: Snaps) -> tuple[LongArray, LongArray]:
        """Return times (k,) and the stop of each place: the nearest on foot that it can reach."""
        time_ms: LongArray = np.full(len(others), UNREACHED, np.int64)
        chosen: LongArray = np.full(len(others), DIRECT, np.int64)
        if self._root is not None:
            time_ms = self._stop(DIRECT).tree.time_ms(others)
        left = self._left(others, time_ms)
        if not left.any() or not len(self._doors):
            return time_ms, chosen
        if self._root is None:
            self._take(0, others, time_ms, chosen)
            left = self._left(others, time_ms)
        if left.any():
            network = self.weights.network
            road = others.road[left]
            ends = np.concatenate([network.road_start[road], network.road_end[road]])
            for number in np.unique(self._nearest_door[ends]).tolist():
                if number >= 0:
                    self._take(number, others, time_ms, chosen)
        return time_ms, chosen

    def _take(self, number: int, others: Snaps, time_ms: LongArray, chosen: LongArray) -> None:
        """Fill in, where nothing stands yet, the times by the stop of that number."""
        stop = self._stop(number)
        by_stop = stop.tree.time_ms(others)
        fresh = (time_ms == UNREACHED) & (by_stop != UNREACHED)
        time_ms[fresh] = by_stop[fresh] + stop.walk_ms
        chosen[fresh] = number

    def _left(self, others: Snaps, time_ms: LongArray) -> NDArray[np.bool_]:
        """Return which places have no way yet and stand on the incident's part of the network."""
        network = self.weights.network
        island = network.island[network.road_start[others.road]]
        own = network.island[network.road_start[self.target.road[0]]]
        left: NDArray[np.bool_] = (time_ms == UNREACHED) & others.on_network & (island == own)
        return left

    @cached_property
    def _nearest_door(self) -> IntArray:
        """Return for each node (n,) the first of the doors that one can drive to, -1 for none."""
        doors = self.weights.network.head[self._doors]
        later_ms = LATEST_MS // len(doors)
        starts = np.arange(len(doors), dtype=np.int64) * later_ms
        return nearest(self.weights.backward, doors, initial_ms=starts)[1]

    def _stop(self, number: int) -> Stop:
        if number not in self._stops:
            self._stops[number] = self._made(number)
        return self._stops[number]

    def _made(self, number: int) -> Stop:
        if number == DIRECT:
            root = self._root if self._root is not None else self.target
            return Stop(self._tree(root), None, 0)
        stand = _at_head(self.weights, int(self._doors[number]))
        walk = self.walks().tree.route(stand, 0)
        metres = 0.0 if walk is None else walk.length_m
        return Stop(self._tree(stand), walk, round(metres * 3600 / self.access_kmh))

    def _tree(self, root: Snaps) -> Tree:
        return tree_to(self.weights, root, access_kmh=self.access_kmh)


def _at_head(weights: Weights, arc: int) -> Snaps:
    """Return the position at the node that the arc leads into."""
    network = weights.network
    xy_m = network.node_xy_m[network.head[arc : arc + 1]]
    return Snaps(
        road=network.arc_road[arc : arc + 1],
        offset=np.where(network.arc_against[arc : arc + 1], 0.0, 1.0),
        xy_m=xy_m,
        place_xy_m=xy_m,
        distance_m=np.zeros(1),
    )


def _on_foot_from(path: RoutePath, stop: Stop) -> RoutePath:
    """Return the drive and the walk as one way; its roads are those that are driven."""
    if stop.walk is None:
        return path
    return replace(
        path,
        xy_m=np.concatenate([path.xy_m, stop.walk.xy_m[1:]]),
        length_m=path.length_m + stop.walk.length_m,
        time_ms=path.time_ms + stop.walk_ms,
    )
