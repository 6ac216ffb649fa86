"""Where a place meets the roads: the nearest position on a piece of road, within a limit."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import shapely

from .arrays import BoolArray, FloatArray, IntArray, LineArray
from .network import RoadNetwork
from .weights import vehicle_roads, walkable_roads

AT_END_M = 0.001
"""A snap this near to the end of a piece is at its node."""

_FIRST_RADIUS_M = 50.0


@dataclass(frozen=True, eq=False)
class Snaps:
    """Where k places meet the roads.

    ``road`` is the piece, -1 where none lies within the limit; ``offset`` the share of its length
    from its start, 0 to 1; ``xy_m`` (k, 2) the position on it, the place itself where off the
    network; ``place_xy_m`` (k, 2) the places; ``distance_m`` from the place to the nearest usable
    road, beyond the limit too, infinite where there is no road at all or the place is not a
    point.
    """

    road: IntArray
    offset: FloatArray
    xy_m: FloatArray
    place_xy_m: FloatArray
    distance_m: FloatArray

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self.road)

    @property
    def on_network(self) -> BoolArray:
        """Return which places (k,) lie within the limit."""
        return self.road >= 0

    def take(self, index: object) -> "Snaps":
        """Return the places chosen by a whole number, an index array, a slice or a mask."""
        rows = np.atleast_1d(np.arange(len(self))[index])  # type: ignore[call-overload]
        return Snaps(
            self.road[rows],
            self.offset[rows],
            self.xy_m[rows],
            self.place_xy_m[rows],
            self.distance_m[rows],
        )


def joined_snaps(parts: Sequence[Snaps]) -> Snaps:
    """Return the places of all parts, one part after the other.

    Raises:
        ValueError: for no part at all.

    """
    return Snaps(
        *(np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(Snaps))
    )


class Locator:
    """Finds the nearest position on the pieces that vehicles (or walkers) may use at all."""

    def __init__(self, network: RoadNetwork, *, on_foot: bool = False) -> None:
        """Keep the network; the spatial index is made at the first need."""
        self._network = network
        self._on_foot = on_foot

    @cached_property
    def _pieces(self) -> IntArray:
        mask = walkable_roads(self._network) if self._on_foot else vehicle_roads(self._network)
        return np.flatnonzero(mask).astype(np.int32)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._network.lines[self._pieces])

    def snap(self, xy_m: FloatArray, *, limit_m: float, usable: BoolArray | None = None) -> Snaps:
        """Return where the places (k, 2) meet the roads; exactly ``limit_m`` away is within.

        ``usable`` (r,) narrows the pieces down, as to ``Weights.usable_roads``: so a fire engine
        too wide for the nearest lane stops on the nearest road it can take. Of several pieces at
        one distance, which is so wherever the nearest position is a junction, the first in order
        is taken.
        """
        places = np.asarray(xy_m, np.float64).reshape(-1, 2)
        points: LineArray = np.asarray(shapely.points(places), np.object_)
        good = np.isfinite(places).all(axis=1)
        found = np.full(len(places), -1, np.int32)
        if usable is None:
            found[good] = self._nearest(points[good])
        else:
            found[good] = self._nearest_usable(points[good], usable)
        return self._placed(places, points, found, limit_m)

    def _nearest(self, points: LineArray) -> IntArray:
        """Return the nearest piece of each point, -1 where there is none."""
        found = np.full(len(points), len(self._network.lines), np.int32)
        if len(self._pieces) and len(points):
            which, position = self._tree.query_nearest(points, all_matches=True)
            np.minimum.at(found, which, self._pieces[position])
        found[found == len(self._network.lines)] = -1
        return found

    def _nearest_usable(self, points: LineArray, usable: BoolArray) -> IntArray:
        """Return the nearest usable piece of each point: rings that widen until one is met."""
        found = np.full(len(points), -1, np.int32)
        allowed = usable[self._pieces]
        if not allowed.any() or not len(points):
            return found
        todo = np.arange(len(points))
        radius_m = _FIRST_RADIUS_M
        while len(todo):
            which, position = self._tree.query(points[todo], "dwithin", radius_m)
            kept = allowed[position]
            piece = self._pieces[position[kept]]
            asker = todo[which[kept]]
            distance_m = shapely.distance(points[asker], self._network.lines[piece])
            order = np.lexsort((piece, distance_m, asker))
            first = np.unique(asker[order], return_index=True)[1]
            found[asker[order][first]] = piece[order][first]
            todo = todo[found[todo] < 0]
            radius_m *= 4
        return found

    def _placed(
        self,
        places: FloatArray,
        points: LineArray,
        found: IntArray,
        limit_m: float,
    ) -> Snaps:
        network = self._network
        distance_m = np.full(len(places), np.inf)
        offset = np.zeros(len(places))
        xy_m = places.copy()
        any_ = np.flatnonzero(found >= 0)
        lines = network.lines[found[any_]]
        along_m = shapely.line_locate_point(lines, points[any_])
        distance_m[any_] = shapely.distance(lines, points[any_])
        length_m = network.road_length_m[found[any_]]
        along_m[along_m < AT_END_M] = 0.0
        at_end = along_m > length_m - AT_END_M
        along_m[at_end] = length_m[at_end]
        offset[any_] = np.divide(along_m, length_m, where=length_m > 0, out=np.zeros(len(any_)))
        xy_m[any_] = shapely.get_coordinates(shapely.line_interpolate_point(lines, along_m))
        off = ~(distance_m <= limit_m)
        xy_m[off] = places[off]
        offset[off] = 0.0
        road = np.where(off, -1, found).astype(np.int32)
        return Snaps(road, offset, xy_m, places, distance_m)
