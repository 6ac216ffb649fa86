"""Names on a map: as many as have room, none over another, over a sign or beyond the frame."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .map_boxes import Box, Written, cut, width_mm

WIDEST_MM = 32.0
_LINE = 1.3
_PAD = 0.4


@dataclass(frozen=True)
class Named:
    """A name and the shape on the sheet that it belongs to; ``room_mm`` keeps it off a sign."""

    text: str
    shape: BaseGeometry
    room_mm: float


def place_names(
    wanted: Sequence[Named], frame: Box, taken: Sequence[Box], size_mm: float, most: int
) -> tuple[Written, ...]:
    """Return at most so many names in the order wanted, each where it first has room."""
    full = list(taken)
    placed: list[Written] = []
    for named in wanted:
        if len(placed) == most:
            break
        text = cut(named.text, size_mm, WIDEST_MM)
        found = next(
            (
                box
                for box in _places(named, text, size_mm)
                if frame.holds(box) and not any(box.meets(other) for other in full)
            ),
            None,
        )
        if found is not None:
            full.append(found)
            placed.append(Written(text, found, size_mm))
    return tuple(placed)


def _places(named: Named, text: str, size_mm: float) -> Iterator[Box]:
    """Yield where the name may stand: in an area's middle, beside a point."""
    middle = anchor(named.shape)
    if middle is None:
        return
    x, y = middle
    width, height = width_mm(text, size_mm) + 2 * _PAD, size_mm * _LINE
    half, off = width / 2, named.room_mm
    if not off:
        yield Box(x - half, y - height / 2, width, height)
        off = height
    yield Box(x + off, y - height / 2, width, height)
    yield Box(x - off - width, y - height / 2, width, height)
    yield Box(x - half, y - off - height, width, height)
    yield Box(x - half, y + off, width, height)


def anchor(shape: BaseGeometry) -> tuple[float, float] | None:
    """Return the point that stands for a shape: an area's widest place, a point itself."""
    if shape is None or shapely.is_empty(shape):
        return None
    if shapely.get_dimensions(shape) == 2:  # noqa: PLR2004 - an area
        parts = shapely.get_parts(shape)
        largest = parts[int(np.argmax(shapely.area(parts)))]
        point = shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=0.5), 0)
    else:
        point = shapely.point_on_surface(shape)
    return (round(float(shapely.get_x(point)), 2), round(float(shapely.get_y(point)), 2))
