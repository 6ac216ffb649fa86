"""Places for the records: points beside roads, each known by its road, unit and surroundings."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from .field import Field
from .land import Floats, Land
from .network import Ints
from .roads import Streets
from .units import Units

_POOL_PER_NODE = 1.1
_OFF_ROAD_M = (6.0, 16.0)
_CLOSEST_M, _SHORTEST_ROAD_M = 20.0, 30.0

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Sites:
    """The pool of places, row by row; ``unit`` names are those of the units each place lies in."""

    xy_m: Floats
    road_class: NDArray[np.str_]
    road: NDArray[np.object_]
    number: Ints
    subdistrict: NDArray[np.object_]
    community: NDArray[np.object_]
    community_row: Ints
    density: Floats
    works: Mask
    shore_m: Floats
    village: Ints

    def __len__(self) -> int:
        """Return how many places there are."""
        return len(self.xy_m)

    def on(self, *road_classes: str) -> Mask:
        """Return which places stand beside a road of these classes."""
        return np.isin(self.road_class, road_classes)


@dataclass
class Chooser:
    """Gives every place away once, and every chooser of the same seed gives the same ones."""

    sites: Sites
    rng: np.random.Generator
    free: Mask

    def take(self, wanted: int, weight: Floats, *, apart_m: float = 0.0) -> Ints:
        """Return ``wanted`` free places drawn by weight, at least ``apart_m`` from each other.

        Where the distance leaves too few, it is halved and the draw goes on.

        Raises:
            ValueError: if fewer free places have a weight than are wanted.

        """
        odds = np.where(self.free, weight, 0.0)
        fit = np.flatnonzero(odds > 0.0)
        if len(fit) < wanted:
            msg = f"{wanted} places wanted, {len(fit)} fit"
            raise ValueError(msg)
        # Weighted order without putting back (Efraimidis and Spirakis 2006).
        order = fit[np.argsort(self.rng.exponential(size=len(fit)) / odds[fit], kind="stable")]
        chosen: list[int] = []
        while len(chosen) < wanted:
            chosen = self._spread(order, chosen, wanted, apart_m)
            apart_m = 0.0 if apart_m < _CLOSEST_M else apart_m / 2.0
        rows = np.array(chosen, dtype=np.int64)
        self.free[rows] = False
        return rows

    def _spread(self, order: Ints, chosen: list[int], wanted: int, apart_m: float) -> list[int]:
        """Return the chosen and the next of the order that stand far enough from them."""
        places = self.sites.xy_m
        kept = list(chosen)
        taken = set(chosen)
        for at in order.tolist():
            if len(kept) == wanted:
                break
            if at in taken:
                continue
            if not kept or apart_m <= 0.0:
                kept.append(at)
                continue
            gap = places[kept] - places[at]
            if float((gap**2).sum(axis=1).min()) >= apart_m**2:
                kept.append(at)
        return kept


def make_sites(
    land: Land, field: Field, streets: Streets, units: Units, rng: np.random.Generator
) -> Sites:
    """Return about 1.1 places per road node, beside roads that have a unit around them."""
    roads = streets.frame
    town = roads[~roads["highway"].str.startswith("motorway") & (roads["bridge"] == "")]
    island = town["name"].isin(["江心洲路", "护林道", "厂内路"])
    town = town[~island & (town.length > _SHORTEST_ROAD_M)].reset_index(drop=True)
    wanted = int(len(streets.net.node_xy_m) * _POOL_PER_NODE)
    length = town.length.to_numpy()
    row = np.sort(rng.choice(len(town), wanted, p=length / length.sum()))
    xy = _beside(town, row, rng)
    solid = ~shapely.intersects_xy(
        shapely.union_all([land.river, land.lake, *streets.blocks.parks]), xy[:, 0], xy[:, 1]
    )
    unit = np.full(wanted, -1, dtype=np.int64)
    points: NDArray[np.object_] = np.asarray(shapely.points(xy))
    point, inside = shapely.STRtree(units.communities.geometry.to_numpy()).query(
        points, predicate="within"
    )
    unit[point] = inside
    keep = np.flatnonzero(solid & (unit >= 0) & _by_own_road(roads, town, points, row))
    row, xy, unit, points = row[keep], xy[keep], unit[keep], points[keep]
    road = _nearest_names(town, points, row)
    return Sites(
        xy_m=xy,
        road_class=town["highway"].to_numpy()[row].astype(np.str_),
        road=road,
        number=rng.integers(1, 400, len(row)),
        subdistrict=units.communities["subdistrict"].to_numpy()[unit].astype(object),
        community=units.communities["name"].to_numpy()[unit].astype(object),
        community_row=unit,
        density=field.sample(field.density, xy),
        works=np.any([shapely.contains(park, points) for park in land.industry], axis=0),
        shore_m=np.asarray(shapely.distance(points, land.river)),
        village=_within(streets.blocks.villages, points),
    )


def _beside(town: gpd.GeoDataFrame, row: Ints, rng: np.random.Generator) -> Floats:
    """Return points a few metres off the kerb of the roads, away from their ends."""
    line = town.geometry.to_numpy()[row]
    length = shapely.length(line)
    at = length * rng.uniform(0.25, 0.75, len(row))
    here = shapely.get_coordinates(shapely.line_interpolate_point(line, at))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, at + 2.0)) - here
    right = np.column_stack((ahead[:, 1], -ahead[:, 0]))
    right /= np.maximum(np.hypot(*right.T), 1e-9)[:, None]
    off = town["width"].to_numpy()[row] / 2.0 + rng.uniform(*_OFF_ROAD_M, len(row))
    side = rng.choice((-1.0, 1.0), len(row))
    placed: Floats = np.round(here + right * (off * side)[:, None], 2)
    return placed


def _by_own_road(
    roads: gpd.GeoDataFrame, town: gpd.GeoDataFrame, points: NDArray[np.object_], row: Ints
) -> Mask:
    """Return which places stand nearer to their own road than to the expressway above it.

    Whoever sets out from there would else begin on a carriageway that no house is joined to.
    """
    raised = roads.loc[roads["highway"].str.startswith("motorway"), "geometry"].to_numpy()
    own = shapely.distance(points, town.geometry.to_numpy()[row])
    if not len(raised):
        return np.ones(len(points), dtype=bool)
    _, away = shapely.STRtree(raised).query_nearest(points, return_distance=True, all_matches=False)
    nearer: Mask = own < away
    return nearer


def _nearest_names(
    town: gpd.GeoDataFrame, points: NDArray[np.object_], row: Ints
) -> NDArray[np.object_]:
    """Return the name of each place's road, or of the nearest named one where it has none."""
    own = town["name"].to_numpy()[row].astype(object)
    named = town[town["name"] != ""]
    nameless = np.flatnonzero(own == "")
    _, nearest = shapely.STRtree(named.geometry.to_numpy()).query_nearest(
        points[nameless], all_matches=False
    )
    own[nameless] = named["name"].to_numpy()[nearest]
    return own


def _within(
    shapes: Sequence[shapely.Polygon] | NDArray[np.object_], points: NDArray[np.object_]
) -> Ints:
    """Return the row of the shape each point lies in, -1 for none."""
    held = np.full(len(points), -1, dtype=np.int64)
    point, shape = shapely.STRtree(shapes).query(points, predicate="within")
    held[point] = shape
    return held
