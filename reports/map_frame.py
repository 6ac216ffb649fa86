"""A map's frame: metres of the ground to millimetres of the sheet, north up, and its scale bar."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from .map_boxes import Box

MM_PER_M = 1000
LEAST_M = 50.0
"""No map shows less ground than this across: a single point has no extent of its own."""

DECIMALS = 2
"""Coordinates on the sheet are rounded to a hundredth of a millimetre, on every machine alike."""

_STEPS = (5, 2, 1)
_BAR_SHARE = 0.25
_GRID_MM = 0.05


@dataclass(frozen=True)
class Frame:
    """Where the ground lies on the sheet: ``m_per_mm``, and the ground at the box's corner."""

    box: Box
    m_per_mm: float
    west_m: float
    north_m: float

    def points_mm(self, xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return positions on the sheet, rounded to ``DECIMALS``."""
        corner = np.array([self.west_m, self.north_m])
        moved = (xy_m - corner) * np.array([1, -1]) / self.m_per_mm
        place = np.array([self.box.x, self.box.y])
        return np.asarray(np.round(moved + place, DECIMALS), np.float64)

    def on_sheet(self, shapes: Sequence[BaseGeometry]) -> NDArray[np.object_]:
        """Return the shapes in mm of the sheet, cut at the frame; one entry each, maybe empty."""
        held = np.asarray(shapes, dtype=object)
        if not len(held):
            return held
        east = self.west_m + self.box.width * self.m_per_mm
        south = self.north_m - self.box.height * self.m_per_mm
        cut = shapely.clip_by_rect(_valid(held), self.west_m, south, east, self.north_m)
        drawn = shapely.transform(cut, self.points_mm)
        return np.asarray(shapely.simplify(drawn, _GRID_MM / 2), dtype=object)


def _valid(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return shapes that can be cut; ``None`` counts as empty."""
    whole = shapes.copy()
    whole[shapely.is_missing(shapes)] = shapely.Point()
    broken = ~shapely.is_valid(whole)
    whole[broken] = shapely.make_valid(whole[broken])
    return whole


def frame_of(extent_m: tuple[float, float, float, float], box: Box) -> Frame:
    """Return the frame that shows the whole extent in the box, in its middle.

    Raises:
        ValueError: for an extent that is not finite.

    """
    west, south, east, north = extent_m
    if not all(map(math.isfinite, extent_m)):
        msg = f"a map has no frame around {extent_m}"
        raise ValueError(msg)
    across, up = max(east - west, LEAST_M), max(north - south, LEAST_M)
    m_per_mm = max(across / box.width, up / box.height)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return Frame(box, m_per_mm, middle_x - box.width * m_per_mm / 2,
                 middle_y + box.height * m_per_mm / 2)  # fmt: skip


def bar_m(frame: Frame) -> int:
    """Return the scale bar's metres: 1, 2 or 5 and noughts, at most a quarter of the frame."""
    most = frame.box.width * _BAR_SHARE * frame.m_per_mm
    power = 10 ** math.floor(math.log10(max(most, 1)))
    return next((step * power for step in _STEPS if step * power <= most), 1)


def length_text(metres: int) -> str:
    """Return metres as 500 m or 2 km."""
    return f"{metres // MM_PER_M} km" if metres % MM_PER_M == 0 and metres else f"{metres} m"
