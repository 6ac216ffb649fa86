"""Made-up road networks for the benchmark: organic and grid-like, same seed same network."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

SPACING_M = 120.0
CLASSES = ("residential", "tertiary", "secondary", "primary")
CLASS_SHARE = (0.5, 0.25, 0.15, 0.1)
ONEWAY_SHARE = 0.08
EXTRA_SHARE = 0.35
MISSING_SHARE = 0.2


def organic_roads(nodes: int, seed: int) -> gpd.GeoDataFrame:
    """Return roads over scattered nodes: a spanning tree of a triangulation and 35 % more."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(nodes)))
    lattice = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)
    scattered = (lattice + rng.uniform(-0.45, 0.45, lattice.shape)) * SPACING_M
    xy_m = scattered[rng.permutation(len(scattered))[:nodes]]
    corners = Delaunay(xy_m).simplices
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    edges = np.unique(np.sort(sides, axis=1), axis=0).astype(np.int64)
    gap = xy_m[edges[:, 0]] - xy_m[edges[:, 1]]
    cost = np.sqrt((gap**2).sum(axis=1)) * rng.uniform(0.6, 1.4, len(edges))
    sparse = coo_array((cost, (edges[:, 0], edges[:, 1])), shape=(nodes, nodes))
    spanning = minimum_spanning_tree(sparse.tocsr()).tocoo()
    code = edges[:, 0] * nodes + edges[:, 1]
    kept = np.isin(code, spanning.row.astype(np.int64) * nodes + spanning.col)
    rest = np.flatnonzero(~kept)
    kept[rest[np.argsort(cost[rest])[: int(EXTRA_SHARE * nodes)]]] = True
    return _roads(xy_m, edges[kept], rng)


def grid_roads(nodes: int, seed: int) -> gpd.GeoDataFrame:
    """Return the roads of a shaken checkerboard in which two in ten streets are missing."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(nodes)))
    number = np.arange(side * side).reshape(side, side)
    lattice = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)
    xy_m = (lattice + rng.uniform(-0.2, 0.2, lattice.shape)) * SPACING_M
    across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    along = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    edges = np.concatenate([across, along])
    return _roads(xy_m, edges[rng.random(len(edges)) > MISSING_SHARE], rng)


def _roads(xy_m: Floats, edges: Longs, rng: np.random.Generator) -> gpd.GeoDataFrame:
    count = len(edges)
    columns = {
        "road_class": rng.choice(CLASSES, count, p=CLASS_SHARE),
        "oneway": np.where(rng.random(count) < ONEWAY_SHARE, 1, 0),
        **dict.fromkeys(("speed_kmh", "width_m", "height_m", "weight_t"), np.nan),
        "name": "",
        "source_id": np.arange(count).astype(str),
        "from_node": edges[:, 0].astype(str),
        "to_node": edges[:, 1].astype(str),
    }
    lines = shapely.linestrings(xy_m[edges] + 500_000.0)
    return gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:32649")
