"""One search, many answers: times and routes from many places to one, or from one to many.

A place joins the network in the middle of a piece of road, as if its snap were a node there: it
may leave or be met along the piece in every direction that the weights allow, and two places on
one piece meet directly. A snap at the very end of a piece is that node, its delay counted. Times
along a piece are rounded at the position counted from the arc's tail, so that parts always add up
to the whole; an access leg is rounded on its own.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from . import kernels
from .arrays import BoolArray, FloatArray, IntArray, LongArray
from .engine import IMPASSABLE, UNREACHED, Graph, one_to_all
from .locating import Snaps
from .network import RoadNetwork
from .weights import Weights


@dataclass(frozen=True, eq=False)
class RoutePath:
    """One way, from its origin's place to its target's place.

    ``xy_m`` (p, 2) includes both access legs, as does ``length_m``; ``roads`` are the names in
    order of travel with the metres on each, "" for unnamed, access legs left out; ``pieces`` are
    the road pieces travelled, in order; ``time_ms`` is the time the tree states for it.
    """

    xy_m: FloatArray
    length_m: float
    roads: tuple[tuple[str, float], ...]
    pieces: IntArray
    time_ms: int


def access_ms(distance_m: FloatArray, access_kmh: float) -> LongArray:
    """Return the whole milliseconds (k,) of access legs; those of infinite length take none."""
    finite = np.where(np.isfinite(distance_m), distance_m, 0.0)
    return np.rint(finite * 3600.0 / access_kmh).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Ends:
    """How k snaps meet the nodes of their pieces: column 0 is the start, column 1 the end.

    ``arc`` (k, 2) is the piece's arc along and against; ``open_`` (k, 2) whether a snap between
    the ends may use it; ``done_ms`` and ``left_ms`` (k, 2) the travel from that arc's tail to the
    snap and on to its head, the delay there included; ``at`` (k, 2) whether the snap is the node.
    """

    node: IntArray
    arc: IntArray
    open_: BoolArray
    done_ms: LongArray
    left_ms: LongArray
    at: BoolArray


def snap_ends(weights: Weights, snaps: Snaps) -> Ends:
    """Return how the snaps meet the nodes; those off the network meet none."""
    network = weights.network
    road = np.maximum(snaps.road, 0)
    on = snaps.on_network[:, None]
    at = on & np.column_stack([snaps.offset == 0.0, snaps.offset == 1.0])
    arc = network.road_arc[road]
    open_ = on & ~at.any(axis=1, keepdims=True) & (weights.ms[arc] < IMPASSABLE)
    travel = np.where(open_, weights.ms[arc] - weights.delay_ms[arc], 0)
    share = np.column_stack([snaps.offset, 1.0 - snaps.offset])
    done = np.rint(share * travel).astype(np.int64)
    left = travel - done + np.where(open_, weights.delay_ms[arc], 0)
    node = np.column_stack([network.road_start[road], network.road_end[road]])
    return Ends(node, arc, open_, done, left, at)


class Steps(NamedTuple):
    """The pieces of a way in order of travel, and the offsets it enters and leaves each at."""

    road: IntArray
    start: FloatArray
    stop: FloatArray


@dataclass(frozen=True, eq=False)
class Tree:
    """Times and routes between one place, the root, and any others.

    ``toward`` says whether the others travel to the root (true) or the root to them. ``node_ms``
    (n,) is the time between root and node, its access leg left out, UNREACHED where none.
    """

    weights: Weights
    root: Snaps
    toward: bool
    access_kmh: float
    node_ms: LongArray

    def time_ms(self, others: Snaps) -> LongArray:
        """Return the times (k,) in ms, both access legs counted, UNREACHED where no way leads."""
        return self._choices(others)[0]

    def route(self, others: Snaps, i: int) -> RoutePath | None:
        """Return the way of place ``i`` of ``others``, ``None`` where there is none.

        Of several ways of one time: the direct one on a shared piece, then by the piece's start
        before its end, then by the arcs of lowest number from there on.
        """
        one = others.take(i)
        total, choice = self._choices(one)
        if total[0] == UNREACHED:
            return None
        steps = self._steps(one, int(choice[0]))
        if not self.toward:
            steps = Steps(steps.road[::-1], steps.stop[::-1], steps.start[::-1])
        origin, target = (one, self.root) if self.toward else (self.root, one)
        return _drawn(self.weights.network, steps, origin, target, int(total[0]))

    @cached_property
    def _root_ends(self) -> Ends:
        return snap_ends(self.weights, self.root)

    @cached_property
    def _distance_ms(self) -> LongArray:
        """Return ``node_ms`` with IMPASSABLE in place of UNREACHED, as sums and searches need."""
        return np.where(self.node_ms == UNREACHED, IMPASSABLE, self.node_ms)

    def _choices(self, others: Snaps) -> tuple[LongArray, LongArray]:
        """Return times (k,) and which way gives them: 0, 1 direct, 2, 3 at a node, 4, 5 past it."""
        ends = snap_ends(self.weights, others)
        network = self.weights.network
        node_ms = self._distance_ms
        at = np.where(ends.at, node_ms[ends.node], IMPASSABLE)
        # to the root one leaves over the head of an arc; from it one comes over the tail
        side = network.head[ends.arc] if self.toward else network.tail[ends.arc]
        part = ends.left_ms if self.toward else ends.done_ms
        past = np.where(ends.open_, part + node_ms[side], IMPASSABLE)
        ways = np.column_stack([self._direct(others, ends), at, past])
        choice = np.argmin(ways, axis=1)
        best = ways[np.arange(len(others)), choice]
        legs = access_ms(others.distance_m, self.access_kmh)
        legs = legs + access_ms(self.root.distance_m, self.access_kmh)
        met = others.on_network & self.root.on_network & (best < IMPASSABLE)
        return np.where(met, best + legs, UNREACHED), choice

    def _direct(self, others: Snaps, ends: Ends) -> LongArray:
        """Return the times (k, 2) along and against a piece that the root is on as well."""
        root = self._root_ends
        gap = root.done_ms - ends.done_ms if self.toward else ends.done_ms - root.done_ms
        ahead = self.root.offset - others.offset
        ahead = ahead if self.toward else -ahead
        same = (others.road == self.root.road)[:, None] & ends.open_ & root.open_
        onward = same & np.column_stack([ahead >= 0, ahead <= 0])
        direct = np.where(onward, gap, IMPASSABLE)
        met = (others.road == self.root.road) & (others.offset == self.root.offset)
        direct[met & others.on_network] = 0
        return direct

    def _steps(self, one: Snaps, choice: int) -> Steps:
        """Return the steps from the place to the root, as if toward it."""
        road, offset = int(one.road[0]), float(one.offset[0])
        if choice in (0, 1):
            return _step(road, offset, float(self.root.offset[0]))
        network = self.weights.network
        side = choice % 2
        ends = (int(network.road_start[road]), int(network.road_end[road]))
        if choice in (2, 3):
            return self._down(ends[side])
        # over the head of the arc along (its end) or against (its start); from the root: tail
        far = side == 0 if self.toward else side == 1
        leaving = _step(road, offset, 1.0 if far else 0.0)
        return _joined(leaving, self._down(ends[1 if far else 0]))

    @cached_property
    def _seeds(self) -> tuple[IntArray, list[tuple[float, float]], BoolArray]:
        """Return the settled seeds, the step from each to the root, and their mask (n,)."""
        ends, offset = self._root_ends, float(self.root.offset[0])
        seeds, initial, _ = seeds_of(ends, toward=self.toward)
        far = (0.0, 1.0) if self.toward else (1.0, 0.0)
        begins = np.array([offset, offset, *far])[np.concatenate([ends.at[0], ends.open_[0]])]
        settled = np.flatnonzero(self.node_ms[seeds] == initial)
        is_seed = np.zeros(len(self.node_ms), np.bool_)
        is_seed[seeds[settled]] = True
        return seeds[settled], [(begin, offset) for begin in begins[settled].tolist()], is_seed

    def _down(self, node: int) -> Steps:
        """Return the steps from a node to the root."""
        network = self.weights.network
        seeds, last, is_seed = self._seeds
        graph = self.weights.forward if self.toward else self.weights.backward
        places = kernels.descend((graph.first, graph.arc), self._distance_ms, node, is_seed)
        arcs = places if self.toward else network.in_arc[places]
        start = np.where(network.arc_against[arcs] == self.toward, 1.0, 0.0)
        whole = Steps(network.arc_road[arcs], start, 1.0 - start)
        final = int(graph.arc[places[-1], 0]) if len(places) else node
        begin, stop = last[int(np.flatnonzero(seeds == final)[0])]
        return _joined(whole, _step(int(self.root.road[0]), begin, stop))


def seeds_of(ends: Ends, *, toward: bool) -> tuple[IntArray, LongArray, LongArray]:
    """Return seed nodes (s,), their times in ms and the snap of each, snap by snap.

    The node that a snap is at comes first, so that a route takes it before a step of no time; then
    the nodes that the arcs along and against its piece lead over.
    """
    far = ends.node if toward else ends.node[:, ::-1]
    nodes = np.column_stack([ends.node, far])
    past = ends.done_ms if toward else ends.left_ms
    times = np.column_stack([np.zeros_like(past), past])
    held = np.column_stack([ends.at, ends.open_])
    snap = np.nonzero(held)[0].astype(np.int64)
    return nodes[held].astype(np.int32), times[held].astype(np.int64), snap


def tree_to(
    weights: Weights, target: Snaps, *, access_kmh: float, limit_ms: int | None = None
) -> Tree:
    """Return the times of all ways that lead to one place: a single search against the arcs."""
    return _tree(weights, target, access_kmh, limit_ms, toward=True)


def tree_from(
    weights: Weights, source: Snaps, *, access_kmh: float, limit_ms: int | None = None
) -> Tree:
    """Return the times of all ways that lead from one place."""
    return _tree(weights, source, access_kmh, limit_ms, toward=False)


def _tree(
    weights: Weights, root: Snaps, access_kmh: float, limit_ms: int | None, *, toward: bool
) -> Tree:
    """Return the tree.

    Raises:
        ValueError: for another number of roots than one, or an access speed that is not positive.

    """
    if len(root) != 1 or not access_kmh > 0:
        msg = "a tree has one root and a positive access speed"
        raise ValueError(msg)
    seeds, initial, _ = seeds_of(snap_ends(weights, root), toward=toward)
    graph: Graph = weights.backward if toward else weights.forward
    node_ms = one_to_all(graph, seeds, initial_ms=initial, limit_ms=limit_ms)
    return Tree(weights, root, toward, access_kmh, node_ms)


def _step(road: int, start: float, stop: float) -> Steps:
    """Return one step, none where it leads nowhere."""
    kept = start != stop
    ends = (np.array([start])[:kept], np.array([stop])[:kept])
    return Steps(np.array([road], np.int32)[:kept], *ends)


def _joined(one: Steps, other: Steps) -> Steps:
    return Steps(
        np.concatenate([one.road, other.road]),
        np.concatenate([one.start, other.start]),
        np.concatenate([one.stop, other.stop]),
    )


def _drawn(
    network: RoadNetwork, steps: Steps, origin: Snaps, target: Snaps, time_ms: int
) -> RoutePath:
    """Return the steps as one line with the names and metres of its roads."""
    xy_m = np.concatenate(
        [
            origin.place_xy_m[:1],
            origin.xy_m[:1],
            *_parts(network, steps),
            target.xy_m[:1],
            target.place_xy_m[:1],
        ]
    )
    fresh = np.ones(len(xy_m), np.bool_)
    fresh[1:] = (xy_m[1:] != xy_m[:-1]).any(axis=1)
    roads = _named(network, steps)
    legs_m = float(origin.distance_m[0] + target.distance_m[0])
    length_m = sum(metres for _, metres in roads) + legs_m
    return RoutePath(xy_m[fresh], length_m, roads, steps.road, time_ms)


def _named(network: RoadNetwork, steps: Steps) -> tuple[tuple[str, float], ...]:
    """Return the names in order of travel with the metres on each."""
    if not len(steps.road):
        return ()
    name = network.road_name[steps.road]
    metres = np.abs(steps.stop - steps.start) * network.road_length_m[steps.road]
    first = np.flatnonzero(np.append(True, name[1:] != name[:-1]))
    sums = np.add.reduceat(metres, first)
    return tuple(
        (network.names[number], float(length))
        for number, length in zip(name[first].tolist(), sums.tolist(), strict=True)
    )


def _parts(network: RoadNetwork, steps: Steps) -> list[FloatArray]:
    """Return the points of the steps in order, runs of whole pieces gathered at once."""
    whole = np.abs(steps.stop - steps.start) == 1.0
    parts: list[FloatArray] = []
    i = 0
    while i < len(whole):
        if not whole[i]:
            parts.append(_part(network, int(steps.road[i]), steps.start[i], steps.stop[i]))
            i += 1
            continue
        partial = np.flatnonzero(~whole[i:])
        end = i + int(partial[0]) if len(partial) else len(whole)
        parts.append(_whole_points(network, steps.road[i:end], steps.start[i:end] == 1.0))
        i = end
    return parts


def _whole_points(network: RoadNetwork, road: IntArray, against: BoolArray) -> FloatArray:
    """Return the points of whole pieces one after the other, some of them turned round."""
    first = network.road_first_point[road].astype(np.int64)
    count = network.road_first_point[road + 1] - first
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    turned = np.repeat(against, count)
    step = np.where(turned, np.repeat(count, count) - 1 - within, within)
    points: FloatArray = network.road_xy_m[np.repeat(first, count) + step]
    return points


def _part(network: RoadNetwork, road: int, start: float, stop: float) -> FloatArray:
    """Return the points of a piece from one offset to another, in that order."""
    points = network.road_points_m(road)
    step = points[1:] - points[:-1]
    along = np.concatenate([[0.0], np.cumsum(np.sqrt((step**2).sum(axis=1)))])
    low, high = sorted((start, stop))
    low_m, high_m = low * along[-1], high * along[-1]
    inner = points[(along > low_m) & (along < high_m)]
    ends = [
        np.array([[np.interp(at_m, along, points[:, 0]), np.interp(at_m, along, points[:, 1])]])
        for at_m in (low_m, high_m)
    ]
    part = np.concatenate([ends[0], inner, ends[1]])
    return part if start <= stop else part[::-1]
