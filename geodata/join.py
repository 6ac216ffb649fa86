"""Which unit each place lies in: exactly one or none, so that counts always add up."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from language import say

from .faults import Fault

BORDER_M = 0.01
"""A place in a crack between units at most this wide belongs to the unit beside it."""

NOISE_M = 0.001
"""So near to a unit is on its border: turning degrees into metres leaves the last digits open."""

_LEAST_OUTSIDE_M = 0.1
_NOTABLE_M2 = 1.0


def join_units(places: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return ``code``, ``outside_m``, ``unit_near`` and ``placed`` for each place, in its order.

    Both frames are in the same metric CRS; ``units`` has a column ``code``. Lines and polygons
    count by a point on them. A place within 1 mm of a border, or where units overlap, belongs to
    the unit with the lowest code (compared as text). Inside, ``outside_m`` is 0 and ``unit_near``
    equals ``code``. Outside all units ``code`` is "", ``unit_near`` the nearest unit (the lowest
    code of several) and ``outside_m`` its distance in metres to one decimal, at least 0.1. Without
    a position ``placed`` is false, the codes are "" and ``outside_m`` is NaN.

    Raises:
        ValueError: if the frames have different coordinate systems.

    """
    if places.crs != units.crs:
        msg = f"places are in {places.crs}, units in {units.crs}"
        raise ValueError(msg)
    points = _points(places.geometry.to_numpy())
    codes, shapes = _sorted_units(units)
    placed = ~shapely.is_empty(points)
    inside = _lowest(points, shapes, placed)
    outside = placed & (inside < 0)
    near, distance_m = _nearest(points, shapes, outside)
    crack = outside & (near >= 0) & (distance_m <= BORDER_M)
    inside = np.where(crack, near, inside)
    near = np.where(inside >= 0, inside, near)
    names = np.append(codes, "")
    rounded_m = np.maximum(np.round(distance_m, 1), _LEAST_OUTSIDE_M)
    outside_m = np.where(inside >= 0, 0.0, np.where(near >= 0, rounded_m, np.nan))
    return pd.DataFrame(
        {
            "code": pd.Series(names[inside], dtype="str"),
            "outside_m": outside_m,
            "unit_near": pd.Series(names[near], dtype="str"),
            "placed": placed,
        }
    )


def check_units(units: gpd.GeoDataFrame, *, file: str = "") -> tuple[Fault, ...]:
    """Return a fault for each empty unit, shared code, overlap and enclosed gap of over 1 m².

    ``units`` is in a metric CRS with columns ``code`` and, if any, ``name``. Gaps open to the
    outside cannot be told from the outer border and are not found.
    """
    faults = [*_empty_units(units, file), *_shared_codes(units, file)]
    shapes = units.geometry.to_numpy()
    names = [str(code) for code in units["code"]]
    tree = shapely.STRtree(shapes)
    for one, other in sorted(zip(*map(list, tree.query(shapes, "intersects")), strict=True)):
        if one >= other:
            continue
        area_m2 = shapely.area(shapely.intersection(shapes[one], shapes[other]))
        if area_m2 > _NOTABLE_M2:
            problem = say(
                "{one} and {other} overlap by {area_m2} m².",
                one=names[one],
                other=names[other],
                area_m2=round(float(area_m2)),
            )
            mend = say("What lies there counts for the lower code; correct the border.")
            faults.append(Fault(file, problem, mend, row=int(one) + 1))
    faults.extend(_gaps(shapes, file))
    return tuple(faults)


def _points(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return a point for each shape: itself, a point on it, or an empty point for none."""
    points = np.full(len(shapes), shapely.Point(), dtype=object)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    points[there] = shapely.point_on_surface(shapes[there])
    return points


def _sorted_units(units: gpd.GeoDataFrame) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return codes and shapes by code, without units that have no shape."""
    codes = units["code"].astype(str).to_numpy(dtype=object)
    shapes = units.geometry.to_numpy()
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    order = np.argsort(codes[there].astype(str), kind="stable")
    return codes[there][order], shapes[there][order]


def _lowest(
    points: NDArray[np.object_], shapes: NDArray[np.object_], placed: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the first unit that each point lies in or on, -1 for none."""
    found = np.full(len(points), len(shapes), dtype=np.int64)
    if len(shapes):
        tree = shapely.STRtree(shapes)
        point, unit = tree.query(points[placed], "dwithin", NOISE_M)
        np.minimum.at(found, np.flatnonzero(placed)[point], unit)
    return np.where(found == len(shapes), -1, found)


def _nearest(
    points: NDArray[np.object_], shapes: NDArray[np.object_], asked: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the nearest unit and its distance in metres for the points asked, -1 and NaN else."""
    near = np.full(len(points), -1, dtype=np.int64)
    distance_m = np.full(len(points), np.nan)
    if len(shapes) == 0 or not asked.any():
        return near, distance_m
    tree = shapely.STRtree(shapes)
    (point, unit), far = tree.query_nearest(points[asked], return_distance=True, all_matches=True)
    rows = np.flatnonzero(asked)[point]
    best = np.full(len(points), len(shapes), dtype=np.int64)
    np.minimum.at(best, rows, unit)
    near[asked] = best[asked]
    distance_m[rows] = far
    return near, distance_m


def _empty_units(units: gpd.GeoDataFrame, file: str) -> list[Fault]:
    shapes = units.geometry.to_numpy()
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    return [
        Fault(
            file,
            say("{code} has no shape.", code=str(units["code"].iloc[i])),
            say("Draw it; nothing can lie in it until then."),
            row=int(i) + 1,
        )
        for i in np.flatnonzero(empty)
    ]


def _shared_codes(units: gpd.GeoDataFrame, file: str) -> list[Fault]:
    codes = units["code"].astype(str)
    return [
        Fault(
            file,
            say("Several units have the code {code}.", code=str(code)),
            say("Give each unit its own code."),
            row=int(i) + 1,
        )
        for i, code in codes[codes.duplicated()].items()
        if isinstance(i, int)
    ]


def _gaps(shapes: NDArray[np.object_], file: str) -> list[Fault]:
    """Return a fault for each hole in the union that is no whole unit's own business."""
    there = shapes[~shapely.is_missing(shapes)]
    holes = [
        shapely.Polygon(ring)
        for part in shapely.get_parts(shapely.union_all(there))
        if part.geom_type == "Polygon"
        for ring in part.interiors
    ]
    return [
        Fault(
            file,
            say(
                "There is a gap of {area_m2} m² between the units near {x} {y}.",
                area_m2=round(hole.area),
                x=round(hole.centroid.x),
                y=round(hole.centroid.y),
            ),
            say("What lies there counts as outside; close the gap."),
        )
        for hole in sorted(holes, key=lambda hole: hole.bounds)
        if hole.area > _NOTABLE_M2
    ]
