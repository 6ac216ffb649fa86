"""Many searches, one set of points: where they meet the ways is worked out once for all.

As `routing.trees` counts it: a point at a node is that node, one along a piece may be met over
either end, or directly by a place on the same piece; both access legs count.
"""

from dataclasses import dataclass

import numpy as np

from routing import IMPASSABLE, UNREACHED, Snaps, Tree, Weights, nearest, tree_from, tree_to
from routing.tables import over_either
from routing.trees import access_ms, seeds_of, snap_ends

from .answers import LongArray


@dataclass(frozen=True, eq=False)
class Meeting:
    """Where k points meet the ways of given weights, and how they travel: to the places or not.

    ``node`` and ``part_ms`` (k, 2) are the nodes over which a point is met and the time from there,
    IMPASSABLE for none; ``leg_ms`` (k,) its access leg; ``between`` (k,) the piece it lies on
    between two nodes, -1 else.
    """

    weights: Weights
    points: Snaps
    access_kmh: float
    toward: bool
    node: LongArray
    part_ms: LongArray
    leg_ms: LongArray
    between: LongArray

    def times(self, tree: Tree, rows: LongArray) -> LongArray:
        """Return what ``tree.time_ms`` returns of these points, from what is known of them."""
        leg_ms = self.leg_ms[rows] + access_ms(tree.root.distance_m, self.access_kmh)[0]
        best = over_either(tree.node_ms, self.node, self.part_ms, rows)
        time = np.where(best < IMPASSABLE, best + leg_ms, UNREACHED)
        if not tree.root.on_network[0]:
            return np.full(len(rows), UNREACHED, np.int64)
        same = np.flatnonzero(self.between[rows] == tree.root.road[0])
        if len(same):
            time[same] = tree.time_ms(self.points.take(rows[same]))
        return time


def meeting_of(weights: Weights, points: Snaps, *, access_kmh: float, toward: bool) -> Meeting:
    """Return where the points meet the ways; ``toward``: they travel to the places."""
    ends, network = snap_ends(weights, points), weights.network
    side = network.head[ends.arc] if toward else network.tail[ends.arc]
    part = ends.left_ms if toward else ends.done_ms
    part_ms = np.where(ends.at, 0, np.where(ends.open_, part, IMPASSABLE))
    midway = points.on_network & ~ends.at.any(axis=1)
    return Meeting(
        weights=weights,
        points=points,
        access_kmh=access_kmh,
        toward=toward,
        node=np.where(ends.at, ends.node, side).astype(np.int64),
        part_ms=part_ms.astype(np.int64),
        leg_ms=access_ms(points.distance_m, access_kmh),
        between=np.where(midway, points.road, -1).astype(np.int64),
    )


def grown(meeting: Meeting, place: Snaps, limit_ms: int | None = None) -> Tree:
    """Return the tree of the ways between one place and everywhere, as the points travel."""
    grow = tree_to if meeting.toward else tree_from
    return grow(meeting.weights, place, access_kmh=meeting.access_kmh, limit_ms=limit_ms)


def nearest_sources(
    meeting: Meeting, sources: Snaps, rows: LongArray
) -> tuple[LongArray, LongArray]:
    """Return the least time (k,) in ms between the points of ``rows`` and any source, and which.

    UNREACHED and source 0 where no way leads. Of equal times the first source.
    """
    node_ms, node_owner = _over_nodes(meeting, sources)
    ways = node_ms[meeting.node[rows]] + meeting.part_ms[rows]
    best = ways.min(axis=1, initial=IMPASSABLE)
    owners = np.where(ways == best[:, None], node_owner[meeting.node[rows]], len(sources))
    owner = owners.min(axis=1, initial=len(sources))
    time = np.where(best < IMPASSABLE, best + meeting.leg_ms[rows], IMPASSABLE)
    between = meeting.between[rows]
    shared = np.isin(sources.road, between[between >= 0])
    for source in np.flatnonzero(sources.on_network & shared).tolist():
        same = np.flatnonzero(between == sources.road[source])
        tree = grown(meeting, sources.take(source), limit_ms=0)
        direct = tree.time_ms(meeting.points.take(rows[same]))
        direct = np.where(direct == UNREACHED, IMPASSABLE, direct)
        better = (direct < time[same]) | ((direct == time[same]) & (source < owner[same]))
        time[same[better]], owner[same[better]] = direct[better], source
    met = time < IMPASSABLE
    return np.where(met, time, UNREACHED), np.where(met, owner, 0)


def _over_nodes(meeting: Meeting, sources: Snaps) -> tuple[LongArray, LongArray]:
    """Return the time of each node (n,), IMPASSABLE for none, and the source it is from."""
    legs = access_ms(sources.distance_m, meeting.access_kmh)
    ends = snap_ends(meeting.weights, sources)
    seeds, times, source = seeds_of(ends, toward=meeting.toward)
    graph = meeting.weights.backward if meeting.toward else meeting.weights.forward
    node_ms, seed = nearest(graph, seeds, initial_ms=times + legs[source])
    owner = np.append(source, 0)[seed]
    return np.where(node_ms == UNREACHED, IMPASSABLE, node_ms), owner
