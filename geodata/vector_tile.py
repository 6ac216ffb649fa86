"""Mapbox vector tiles: integer geometry and plain properties as protobuf bytes.

Written out here because the format is small (Mapbox Vector Tile Specification 2.1) and because the
same features must give the same bytes on every machine.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

EXTENT: Final = 4096
"""Units along the side of a tile."""

Value = str | int
_POINT, _LINE, _POLYGON = 1, 2, 3
_MOVE, _LINE_TO, _CLOSE = 1, 2, 7
_RING_POINTS = 4


@dataclass(frozen=True)
class TileFeature:
    """One feature: shapely geometries in tile units (y down), drawn as one, and its properties."""

    parts: Sequence[shapely.Geometry]
    properties: Mapping[str, Value]


@dataclass
class _Layer:
    """The bytes of a layer while its keys and values are being gathered."""

    features: list[bytes] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    values: dict[Value, int] = field(default_factory=dict)


def encode_tile(layers: Mapping[str, Iterable[TileFeature]]) -> bytes:
    """Return the tile's bytes, b"" if nothing leaves a mark; layers and features keep their order.

    Coordinates are rounded to the unit; what shrinks to nothing is left out: a tile is a picture.
    """
    out = bytearray()
    for name, features in layers.items():
        layer = _Layer()
        for feature in features:
            _add(layer, feature)
        if layer.features:
            out += _block(3, _encode_layer(name, layer))
    return bytes(out)


def _encode_layer(name: str, layer: _Layer) -> bytes:
    out = bytearray(_number(15, 2) + _block(1, name.encode()))
    for feature in layer.features:
        out += _block(2, feature)
    for key in layer.keys:
        out += _block(3, key.encode())
    for value in layer.values:
        text = isinstance(value, str)
        out += _block(4, _block(1, str(value).encode()) if text else _number(5, int(value)))
    return bytes(out + _number(5, EXTENT))


def _add(layer: _Layer, feature: TileFeature) -> None:
    """Encode the feature into the layer, unless nothing of it is left."""
    commands: list[int] = []
    kind = 0
    cursor = (0, 0)
    singles = shapely.get_parts(np.array(feature.parts, dtype=object))
    sizes = shapely.get_dimensions(singles)
    # An area cut along its edge leaves lines and points beside it: they are no part of the area.
    for single in singles[sizes == sizes.max(initial=0)].tolist():
        found, cursor = _draw(single, commands, cursor)
        kind = found or kind
    if not commands:
        return
    tags: list[int] = []
    for key, value in feature.properties.items():
        tags.append(layer.keys.setdefault(key, len(layer.keys)))
        tags.append(layer.values.setdefault(value, len(layer.values)))
    body = _block(2, varints(tags)) + _number(3, kind) + _block(4, varints(commands))
    layer.features.append(body)


def _draw(
    single: shapely.Geometry, commands: list[int], cursor: tuple[int, int]
) -> tuple[int, tuple[int, int]]:
    """Append the commands of a simple geometry; return its kind (0: nothing) and the cursor."""
    if isinstance(single, shapely.Polygon):
        before = len(commands)
        cursor = _ring(single.exterior, commands, cursor, outer=True)
        if len(commands) == before:
            return 0, cursor
        for hole in single.interiors:
            cursor = _ring(hole, commands, cursor, outer=False)
        return _POLYGON, cursor
    points = _rounded(single)
    if isinstance(single, shapely.Point) and points:
        return _POINT, _path(points, commands, cursor)
    if isinstance(single, shapely.LineString) and len(points) > 1:
        return _LINE, _path(points, commands, cursor)
    return 0, cursor


def _ring(
    ring: shapely.LinearRing, commands: list[int], cursor: tuple[int, int], *, outer: bool
) -> tuple[int, int]:
    """Append a closed ring; outer rings run with positive area where y points down."""
    points = _rounded(ring)
    area = _area(points) if len(points) >= _RING_POINTS else 0
    if area == 0:
        return cursor
    points = points[:-1] if (area > 0) == outer else points[:0:-1]
    cursor = _path(points, commands, cursor)
    commands.append(_CLOSE | 1 << 3)
    return cursor


def _path(
    points: Sequence[tuple[int, int]], commands: list[int], cursor: tuple[int, int]
) -> tuple[int, int]:
    x, y = cursor
    commands.append(_MOVE | 1 << 3)
    for index, (to_x, to_y) in enumerate(points):
        if index == 1:
            commands.append(_LINE_TO | (len(points) - 1) << 3)
        dx, dy = to_x - x, to_y - y
        commands += ((dx << 1) ^ (dx >> 31), (dy << 1) ^ (dy >> 31))
        x, y = to_x, to_y
    return x, y


def _rounded(geometry: shapely.Geometry) -> list[tuple[int, int]]:
    """Return the geometry's points on the grid, equal neighbours once."""
    grid: npt.NDArray[np.int64] = np.rint(shapely.get_coordinates(geometry)).astype(np.int64)
    points = [(x, y) for x, y in grid.tolist()]
    return [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]


def _area(ring: Sequence[tuple[int, int]]) -> int:
    """Return twice the signed area of a closed ring (shoelace)."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


def _number(tag: int, value: int) -> bytes:
    return varints((tag << 3, value))


def _block(tag: int, body: bytes) -> bytes:
    return varints((tag << 3 | 2, len(body))) + body


def varints(values: Iterable[int]) -> bytes:
    """Return protobuf's base-128 numbers, low bits first."""
    out = bytearray()
    for number in values:
        rest = number
        while rest > 0x7F:  # noqa: PLR2004 - seven bits a byte are the encoding itself
            out.append(rest & 0x7F | 0x80)
            rest >>= 7
        out.append(rest)
    return bytes(out)
