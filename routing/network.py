"""The compiled road network: plain arrays that a search, a snap and a drawing can share."""

from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from .arrays import BoolArray, CodeArray, FloatArray, IntArray, LineArray, LongArray, SignArray
from .storing import read_primary, write_primary
from .table import Primary, RoadTable


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """A road network in metres of ``crs``; every piece of road has one arc in each direction.

    n nodes, r road pieces, m = 2 r arcs, p points. Nodes are numbered along a Hilbert curve,
    arcs are sorted by (tail, piece, direction). ``arc_against`` is true where the arc runs
    against the piece's geometry; a one-way street keeps its second arc, which walkers use.
    ``island`` numbers the weakly connected parts by size: 0 is the largest.
    """

    crs: str
    names: tuple[str, ...]
    node_xy_m: FloatArray
    tail: IntArray
    head: IntArray
    first_out: IntArray
    first_in: IntArray
    in_arc: IntArray
    arc_road: IntArray
    arc_against: BoolArray
    road_arc: IntArray
    road_start: IntArray
    road_end: IntArray
    road_oneway: SignArray
    road_length_m: FloatArray
    road_class: CodeArray
    road_speed_kmh: FloatArray
    road_width_m: FloatArray
    road_height_m: FloatArray
    road_weight_t: FloatArray
    road_name: IntArray
    road_xy_m: FloatArray
    road_first_point: IntArray
    island: IntArray

    @property
    def node_count(self) -> int:
        """Return the number of nodes."""
        return len(self.node_xy_m)

    @property
    def arc_count(self) -> int:
        """Return the number of arcs, two for each piece of road."""
        return len(self.tail)

    @property
    def road_count(self) -> int:
        """Return the number of road pieces."""
        return len(self.road_start)

    def road_points_m(self, road: int) -> FloatArray:
        """Return the points (p, 2) of one piece, in the direction of its geometry."""
        return self.road_xy_m[self.road_first_point[road] : self.road_first_point[road + 1]]

    @cached_property
    def name_code(self) -> dict[str, int]:
        """Return the number of each name but the empty one; made once, at the first need."""
        return {name: number for number, name in enumerate(self.names) if name}

    @cached_property
    def lines(self) -> LineArray:
        """Return the pieces as lines (r,), in order; made once, at the first need."""
        index = np.repeat(np.arange(self.road_count), np.diff(self.road_first_point))
        return np.asarray(shapely.linestrings(self.road_xy_m, indices=index), np.object_)

    @cached_property
    def line_tree(self) -> shapely.STRtree:
        """Return the spatial index over ``lines``; made once, at the first need."""
        return shapely.STRtree(self.lines)

    def save(self, path: Path) -> None:
        """Write the network, whole or not at all; equal networks give equal bytes."""
        roads = RoadTable(
            **{
                item.name: getattr(self, f"road_{item.name}".replace("road_road", "road"))
                for item in fields(RoadTable)
            }
        )
        write_primary(Primary(self.crs, self.names, self.node_xy_m, roads), path)

    @classmethod
    def load(cls, path: Path) -> "RoadNetwork":
        """Return the network of a file that ``save`` wrote.

        Raises:
            UserError: if the file is absent, damaged or of another format.

        """
        return compile_network(read_primary(path))


def compile_network(primary: Primary) -> RoadNetwork:
    """Return the network with arcs, both adjacencies and islands worked out.

    Parallel pieces stay separate arcs: a sparse matrix made from coordinates would add them up.
    """
    roads = primary.roads
    n, r = len(primary.node_xy_m), len(roads.start)
    tail = np.concatenate([roads.start, roads.end])
    head = np.concatenate([roads.end, roads.start])
    against = np.repeat([False, True], r)
    road = np.tile(np.arange(r, dtype=np.int32), 2)
    order = np.lexsort((against, road, tail))
    tail, head, road, against = tail[order], head[order], road[order], against[order]
    place = np.empty(2 * r, np.int32)
    place[order] = np.arange(2 * r, dtype=np.int32)
    return RoadNetwork(
        crs=primary.crs,
        names=primary.names,
        node_xy_m=primary.node_xy_m,
        tail=tail,
        head=head,
        first_out=_first(tail, n),
        first_in=_first(head, n),
        in_arc=np.argsort(head, kind="stable").astype(np.int32),
        arc_road=road,
        arc_against=against,
        road_arc=np.column_stack([place[:r], place[r:]]),
        road_start=roads.start,
        road_end=roads.end,
        road_oneway=roads.oneway,
        road_length_m=roads.length_m,
        road_class=roads.road_class,
        road_speed_kmh=roads.speed_kmh,
        road_width_m=roads.width_m,
        road_height_m=roads.height_m,
        road_weight_t=roads.weight_t,
        road_name=roads.name,
        road_xy_m=roads.xy_m,
        road_first_point=roads.first_point,
        island=_islands(n, roads.start, roads.end),
    )


def _first(node: IntArray, n: int) -> IntArray:
    """Return where each node's run begins in a sorted list of nodes, (n + 1,)."""
    count = np.bincount(node, minlength=n)
    return np.concatenate([[0], np.cumsum(count)]).astype(np.int32)


def _islands(n: int, start: IntArray, end: IntArray) -> IntArray:
    """Return the weakly connected part of each node, 0 the largest; equal sizes by first node."""
    links = csr_array((np.ones(len(start), np.int8), (start, end)), shape=(n, n))
    count, label = connected_components(links, directed=False)
    size: LongArray = np.bincount(label, minlength=count)
    first = np.full(count, n)
    np.minimum.at(first, label, np.arange(n))
    rank = np.empty(count, np.int32)
    rank[np.lexsort((first, -size))] = np.arange(count, dtype=np.int32)
    return rank[label]
