"""The offline base map: the district's own shapes as vector tiles in one PMTiles file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from .pmtiles import archive
from .vector_tile import EXTENT, TileFeature, encode_tile
from .writing import write_file

MIN_ZOOM: Final = 9
MAX_ZOOM: Final = 15
TILE_LIMIT: Final = 40_000
"""Very wide extents stop at a lower zoom, so that the file stays one a laptop can hold."""

AREAS: Final = ("green", "industry", "water")
UNITS: Final = ("community", "subdistrict")
FIRST_ZOOM: Final[Mapping[str, int]] = {
    "motorway": 9, "trunk": 9, "motorway_link": 11, "trunk_link": 11, "primary": 9,
    "primary_link": 11, "secondary": 10, "secondary_link": 12, "tertiary": 11,
    "tertiary_link": 12, "unclassified": 12, "residential": 12, "unknown": 12,
    "living_street": 13, "service": 13, "track": 13, "pedestrian": 13, "footway": 14,
    "community": 12, "subdistrict": 9,
}  # fmt: skip
"""The lowest zoom at which a class of roads or units is in the tiles; 12 for a class not named."""

_WORLD_M = 2 * np.pi * 6_378_137.0
_MARGIN = 160
_FUZZ = 2.0
"""Tile units by which lines may be simplified: a quarter of a screen pixel."""


_Row = tuple[Mapping[str, str], npt.NDArray[np.object_], int]


@dataclass(frozen=True)
class _Shapes:
    """Geometries of one tile layer in Web Mercator metres, with what is written beside each."""

    geometry: npt.NDArray[np.object_]
    group: npt.NDArray[np.int64]
    properties: tuple[Mapping[str, str], ...]
    first_zoom: npt.NDArray[np.int64]


def write_basemap(path: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> int:
    """Write the PMTiles file in one step, the same bytes for the same input; return its tile count.

    ``layers`` may hold ``roads`` (columns ``road_class``, ``name``), areas ``water``, ``green``,
    ``industry`` (``name`` or none) and the units ``subdistrict``, ``community`` (polygons with
    ``name``), each in any CRS. The tiles (zooms 9 to 15) hold the layers ``green, industry, water,
    boundaries`` (lines, ``level``), ``roads`` (``class``, ``name``) and ``labels`` (points,
    ``kind``, ``name``); minor roads and communities come in at the zooms of ``FIRST_ZOOM``.

    Raises:
        ValueError: for an unknown layer, a frame without CRS, or nothing to draw.
        UserError: if it cannot be written or the disk is full.

    """
    unknown = set(layers) - {"roads", *AREAS, *UNITS}
    if unknown:
        msg = f"a base map has no layer {sorted(unknown)}"
        raise ValueError(msg)
    frames = {key: _mercator(key, frame) for key, frame in layers.items()}
    tables: dict[str, _Shapes] = {
        **{key: _areas(frames[key]) for key in AREAS if key in frames},
        "boundaries": _boundaries(frames),
        "roads": _roads(frames["roads"]) if "roads" in frames else _shapes([]),
        "labels": _labels(frames),
    }
    tables = {key: shapes for key, shapes in tables.items() if len(shapes.geometry)}
    if not tables:
        msg = "a base map needs something to draw"
        raise ValueError(msg)
    tiles = dict(_tiles(tables))
    fields = {"roads": ["class", "name"], "labels": ["kind", "name"], "boundaries": ["level"]}
    about = {
        "name": "shouwang",
        "vector_layers": [
            {"id": key, "fields": dict.fromkeys(fields.get(key, []), "String")} for key in tables
        ],
    }
    with write_file(path) as fresh:
        fresh.write_bytes(archive(tiles, _bounds_deg(tables), about))
    return len(tiles)


def _mercator(key: str, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the frame in Web Mercator without rows that have no shape."""
    if frame.crs is None:
        msg = f"{key}: the frame has no CRS"
        raise ValueError(msg)
    placed = frame[~(frame.geometry.isna() | frame.geometry.is_empty)].to_crs(3857)
    finite = np.isfinite(placed.geometry.bounds.to_numpy()).all(axis=1)
    kept: gpd.GeoDataFrame = placed[finite]
    return kept


def _text(frame: gpd.GeoDataFrame, column: str) -> list[str]:
    """Return the column as text, "" where it is absent or empty."""
    if column not in frame.columns:
        return [""] * len(frame)
    return ["" if pd.isna(value) else str(value) for value in frame[column]]


def _shapes(rows: Sequence[_Row]) -> _Shapes:
    """Return the shapes of (properties, geometries, first zoom), a group for each row."""
    counts = [len(geometry) for _, geometry, _ in rows]
    none = np.empty(0, dtype=object)
    return _Shapes(
        geometry=np.concatenate([none, *(geometry for _, geometry, _ in rows)]),
        group=np.repeat(np.arange(len(rows)), counts),
        properties=tuple(properties for properties, _, _ in rows),
        first_zoom=np.repeat(np.array([zoom for *_, zoom in rows], dtype=np.int64), counts),
    )


def _roads(frame: gpd.GeoDataFrame) -> _Shapes:
    """Return the roads joined by class and name, so that a name finds room along all its length."""
    lines = frame.geometry.to_numpy()
    groups: dict[tuple[str, str], list[int]] = {}
    for row, key in enumerate(
        zip(_text(frame, "road_class"), _text(frame, "name"), strict=True),
    ):
        groups.setdefault(key, []).append(row)
    rows = []
    for (road_class, name), at in sorted(groups.items()):
        joined = shapely.union_all(lines[at]) if name else _multi(lines[at])
        merged = shapely.line_merge(joined)
        properties = {"class": road_class} | ({"name": name} if name else {})
        rows.append((properties, shapely.get_parts(merged), FIRST_ZOOM.get(road_class, 12)))
    return _shapes(rows)


def _multi(lines: npt.NDArray[np.object_]) -> shapely.MultiLineString:
    return shapely.MultiLineString(shapely.get_parts(lines).tolist())


def _areas(frame: gpd.GeoDataFrame) -> _Shapes:
    polygons = shapely.get_parts(shapely.make_valid(frame.geometry.to_numpy()))
    polygons = polygons[shapely.get_dimensions(polygons) == 2]  # noqa: PLR2004 - areas
    return _shapes([({}, polygons, MIN_ZOOM)] if len(polygons) else [])


def _boundaries(frames: Mapping[str, gpd.GeoDataFrame]) -> _Shapes:
    """Return each border line once: what units share is one line, of the higher level."""
    rows = []
    drawn: shapely.Geometry = shapely.MultiLineString()
    for level in reversed(UNITS):
        if level not in frames or frames[level].empty:
            continue
        polygons = shapely.make_valid(frames[level].geometry.to_numpy())
        lines = shapely.union_all(shapely.boundary(polygons))
        own = shapely.get_parts(shapely.line_merge(shapely.difference(lines, drawn)))
        drawn = shapely.union(drawn, lines)
        rows.append(({"level": level}, own, FIRST_ZOOM[level]))
    return _shapes(rows)


def _labels(frames: Mapping[str, gpd.GeoDataFrame]) -> _Shapes:
    """Return a point inside each named unit and area."""
    rows = []
    for kind in (*reversed(UNITS), *AREAS):
        if kind not in frames:
            continue
        frame = frames[kind]
        points = shapely.point_on_surface(shapely.make_valid(frame.geometry.to_numpy()))
        for name, point in zip(_text(frame, "name"), points, strict=True):
            if name:
                cell = np.array([point], dtype=object)
                rows.append(({"kind": kind, "name": name}, cell, FIRST_ZOOM.get(kind, MIN_ZOOM)))
    return _shapes(rows)


def _bounds_deg(tables: Mapping[str, _Shapes]) -> tuple[float, float, float, float]:
    bounds = shapely.total_bounds(np.concatenate([t.geometry for t in tables.values()]))
    west, south, east, north = (
        gpd.GeoSeries([shapely.Point(bounds[:2]), shapely.Point(bounds[2:])], crs=3857)
        .to_crs(4326)
        .total_bounds
    )
    return float(west), float(south), float(east), float(north)


def _tiles(tables: Mapping[str, _Shapes]) -> Iterator[tuple[tuple[int, int, int], bytes]]:
    """Yield (zoom, column, row) and the tile's bytes, empty tiles left out."""
    bounds = shapely.total_bounds(np.concatenate([t.geometry for t in tables.values()]))
    for zoom in range(MIN_ZOOM, MAX_ZOOM + 1):
        size_m = _WORLD_M / 2**zoom
        first = np.floor((bounds[[0, 3]] * (1, -1) + _WORLD_M / 2) / size_m).astype(int)
        last = np.floor((bounds[[2, 1]] * (1, -1) + _WORLD_M / 2) / size_m).astype(int)
        spans = np.clip([first, last], 0, 2**zoom - 1)
        if zoom > MIN_ZOOM and np.prod(spans[1] - spans[0] + 1) > TILE_LIMIT:
            return
        cut = {key: _cut(shapes, zoom, spans) for key, shapes in tables.items()}
        for row in range(spans[0][1], spans[1][1] + 1):
            for column in range(spans[0][0], spans[1][0] + 1):
                body = encode_tile(
                    {key: found.get((column, row), []) for key, found in cut.items()}
                )
                if body:
                    yield (zoom, column, row), body


def _cut(
    shapes: _Shapes, zoom: int, spans: npt.NDArray[np.int64]
) -> dict[tuple[int, int], list[TileFeature]]:
    """Return the features of each (column, row): shapes cut to the tile, one feature a group."""
    shown = shapes.first_zoom <= zoom
    units = 2**zoom * EXTENT / _WORLD_M
    half = _WORLD_M / 2
    plane = shapely.transform(shapes.geometry[shown], lambda xy: (xy * (1, -1) + half) * units)
    plane = shapely.simplify(plane, _FUZZ, preserve_topology=False)
    group = shapes.group[shown]
    columns, rows = (np.arange(spans[0][axis], spans[1][axis] + 1) for axis in (0, 1))
    column, row = (grid.ravel() for grid in np.meshgrid(columns, rows))
    low = np.stack([column, row], axis=1) * float(EXTENT) - _MARGIN
    high = low + EXTENT + 2 * _MARGIN
    boxes = np.asarray(shapely.box(*low.T, *high.T), dtype=object)
    tile, item = shapely.STRtree(plane).query(boxes, predicate="intersects")
    order = np.lexsort((item, tile))
    tile, item = tile[order], item[order]
    cut = plane[item]
    outside = ~shapely.contains_properly(boxes[tile], cut)
    cut[outside] = shapely.intersection(cut[outside], boxes[tile[outside]])
    return _gathered(cut, tile, group[item], shapes, np.stack([column, row], axis=1))


def _gathered(
    cut: npt.NDArray[np.object_],
    tile: npt.NDArray[np.int64],
    group: npt.NDArray[np.int64],
    shapes: _Shapes,
    places: npt.NDArray[np.int64],
) -> dict[tuple[int, int], list[TileFeature]]:
    found: dict[tuple[int, int], list[TileFeature]] = {}
    edges = np.flatnonzero((np.diff(tile) != 0) | (np.diff(group) != 0)) + 1
    for part, start in zip(np.split(cut, edges), (0, *edges), strict=True):
        if not len(part):
            continue
        column, row = places[tile[start]].tolist()
        corner = np.array([column, row]) * float(EXTENT)
        local = shapely.transform(part, partial(_shifted, corner=corner))
        feature = TileFeature(local.tolist(), shapes.properties[group[start]])
        found.setdefault((column, row), []).append(feature)
    return found


def _shifted(
    xy: npt.NDArray[np.float64], corner: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    shifted: npt.NDArray[np.float64] = xy - corner
    return shifted
