"""What every map stands on: water, roads and the borders of subdistricts, from the district."""

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from desks.folder import BASEMAP
from desks.onemap import OneMap
from geodata.road_classes import ROAD_CLASSES
from language import Sentence, say

from .paper import MapLayer

Extent = tuple[float, float, float, float]
MAJOR = frozenset(ROAD_CLASSES.index(name) for name in ROAD_CLASSES[:8])
"""Motorways to secondary roads."""

_ACROSS, _UP = 1.1, 0.55
_WATER_ZOOM = 14
_MINOR_WITHIN_M = 24_000.0
"""Beyond so wide a frame small roads would be one grey."""


def ground_layers(onemap: OneMap, extent_m: Extent) -> tuple[MapLayer, ...]:
    """Return water, roads and the subdistricts' borders around the extent, the back one first.

    Where a frame is wide only major roads are drawn. What the frame does not hold has no layer.
    """
    extent_m = _widened(extent_m)
    lines = np.asarray(onemap.network.lines, dtype=object)
    inside = onemap.network.line_tree.query(shapely.box(*extent_m))
    inside = np.sort(np.asarray(inside, np.int64))
    major = np.isin(onemap.network.road_class[inside], list(MAJOR))
    wide = max(extent_m[2] - extent_m[0], extent_m[3] - extent_m[1]) > _MINOR_WITHIN_M
    minor = lines[inside[~major]] if not wide else lines[:0]
    found = (
        ("water", say("Water"), _within(onemap.once(_water), extent_m)),
        ("road_minor", say("Roads"), minor),
        ("road_major", say("Main roads"), lines[inside[major]]),
        ("neighbours", say("Borders of subdistricts"), _borders(onemap, extent_m)),
    )
    return tuple(_layer(key, title, shapes) for key, title, shapes in found if len(shapes))


def _widened(extent_m: Extent) -> Extent:
    """Return the ground that a sheet around the extent may show: up to two to one, never upright.

    The frame above a legend is at least as wide as high, so that it shows no more upwards than the
    extent's longer side, and up to twice as much across.
    """
    west, south, east, north = extent_m
    longer = max(east - west, north - south)
    x, y = (west + east) / 2, (south + north) / 2
    across, up = longer * _ACROSS, longer * _UP
    return (x - across, y - up, x + across, y + up)


def _layer(key: str, title: Sentence, shapes: NDArray[np.object_]) -> MapLayer:
    return MapLayer(key, title, tuple(shapes), ("",) * len(shapes))


def _borders(onemap: OneMap, extent_m: Extent) -> NDArray[np.object_]:
    shapes = onemap.shapes.get("subdistrict")
    return (
        np.empty(0, object)
        if shapes is None
        else _within(np.asarray(shapely.boundary(shapes), dtype=object), extent_m)
    )


def _within(shapes: NDArray[np.object_], extent_m: Extent) -> NDArray[np.object_]:
    """Return the shapes that the frame holds something of."""
    if not len(shapes):
        return shapes
    return np.asarray(shapes[shapely.intersects(shapes, shapely.box(*extent_m))], dtype=object)


def _water(onemap: OneMap) -> NDArray[np.object_]:
    """Return the water of the base map in metres of the map's CRS; empty where it has none."""
    path = onemap.folder / BASEMAP
    try:
        frame = pyogrio.read_dataframe(path, layer="water", ZOOM_LEVEL=_WATER_ZOOM)
    except (DataLayerError, DataSourceError):
        return np.empty(0, object)
    whole = shapely.union_all(shapely.make_valid(frame.geometry.to_crs(onemap.crs).to_numpy()))
    parts = shapely.get_parts(whole)
    return np.asarray(parts[shapely.get_dimensions(parts) == 2], dtype=object)  # noqa: PLR2004
