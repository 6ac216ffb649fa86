"""A made-up town for datum forensics: crooked streets, units, known places, lists of its own."""

from collections.abc import Sequence

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geodata.forensics import Ground, Listing, UnitLevel

CRS = "EPSG:4547"
MIDDLE_M = (397_500.0, 2_545_000.0)
HALF_M = 4000.0
Floats = NDArray[np.float64]


def town(seed: int = 1, *, units: bool = True, places: int = 400, roads: bool = True) -> Ground:
    """Return the ground: streets every 60 to 340 m, 25 units, places beside the streets."""
    chance = np.random.default_rng(seed)
    lines = _streets(chance)
    xy_m = beside(lines, places, chance)
    seeds = chance.uniform(-HALF_M, HALF_M, (25, 2)) + MIDDLE_M
    area = shapely.box(*(np.array(MIDDLE_M) - HALF_M), *(np.array(MIDDLE_M) + HALF_M))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=area))
    shapes = shapely.intersection(cells, area)
    level = UnitLevel("subdistrict", tuple(f"街道{i}" for i in range(25)), shapes)
    back = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    west, south, east, north = back.transform_bounds(*area.bounds)
    return Ground(
        CRS,
        (west, south, east, north),
        lines if roads else lines[:0],
        (level,) if units else (),
        xy_m,
        tuple(f"地点{i}" for i in range(places)),
    )


def beside(lines: NDArray[np.object_], count: int, chance: np.random.Generator) -> Floats:
    """Return positions (count, 2) within 25 m of the lines."""
    on = shapely.line_interpolate_point(
        lines[chance.integers(len(lines), size=count)], chance.random(count), normalized=True
    )
    return np.asarray(shapely.get_coordinates(on) + chance.uniform(-18, 18, (count, 2)))


def anywhere(count: int, chance: np.random.Generator) -> Floats:
    """Return positions (count, 2) anywhere in the town but at its edge."""
    return np.asarray(chance.uniform(-HALF_M + 300, HALF_M - 300, (count, 2)) + MIDDLE_M)


def degrees(xy_m: Floats) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes in WGS 84."""
    back = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    lon, lat = back.transform(xy_m[:, 0], xy_m[:, 1])
    return np.asarray(lon), np.asarray(lat)


def stated(ground: Ground, xy_m: Floats) -> tuple[str, ...]:
    """Return the unit that each position lies in."""
    unit = ground.units[0]
    near = shapely.STRtree(unit.shapes).nearest(shapely.points(xy_m))
    return tuple(unit.keys[i] for i in near)


def listing(
    numbers: tuple[Floats, Floats],
    *,
    keys: Sequence[str] = (),
    units: Sequence[str] = (),
) -> Listing:
    """Return the list whose rows begin in row 2, as in a workbook."""
    rows = tuple(range(2, len(numbers[0]) + 2))
    said = {"subdistrict": tuple(units)} if units else {}
    return Listing(numbers[0], numbers[1], rows, tuple(keys), said)


def _streets(chance: np.random.Generator) -> NDArray[np.object_]:
    """Return streets of both directions at uneven distances, none of them straight."""
    found = []
    along = np.linspace(-HALF_M, HALF_M, 41)
    for turned in (False, True):
        at = -HALF_M
        while at < HALF_M:
            wave = np.cumsum(chance.normal(0.0, 18.0, len(along)))
            across = at + wave - wave.mean()
            xy = np.column_stack([across, along] if turned else [along, across])
            found.append(shapely.linestrings(xy + MIDDLE_M))
            at += chance.uniform(60.0, 340.0)
    return np.array(found, dtype=object)
