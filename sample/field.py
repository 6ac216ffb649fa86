"""Which way streets run and how dense the town is, anywhere on the land: rasters on one grid."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from .land import ORIGIN_M, Floats, Land

CELL_M = 60.0
_MARGIN = 8
"""Cells of margin around the extent, so that a step over the edge still reads a value."""

_QUARTERS = 12
"""How many quarters with a direction of their own the land is laid out in."""


@dataclass(frozen=True)
class Field:
    """Rasters ``[row, column]`` from the south-west corner.

    Street direction as the cosine and sine of twice its angle, urban density 0-1, metres to the
    nearest open water, and which cells lie inside the outline.
    """

    corner_m: tuple[float, float]
    double_cos: Floats
    double_sin: Floats
    density: Floats
    water_m: Floats
    inside: NDArray[np.bool_]

    def cell(self, x_m: float, y_m: float) -> tuple[int, int]:
        """Return the row and column the point lies in, held to the raster."""
        rows, columns = self.density.shape
        row = int((y_m - self.corner_m[1]) / CELL_M)
        column = int((x_m - self.corner_m[0]) / CELL_M)
        return min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)

    def sample(self, raster: Floats, xy_m: Floats) -> Floats:
        """Return the raster's value at every point (k, 2)."""
        rows, columns = raster.shape
        at = ((xy_m - np.asarray(self.corner_m)) / CELL_M).astype(np.int64)
        held: Floats = raster[np.clip(at[:, 1], 0, rows - 1), np.clip(at[:, 0], 0, columns - 1)]
        return held


def make_field(land: Land, rng: np.random.Generator) -> Field:
    """Return the rasters of the land."""
    corner = np.asarray(ORIGIN_M) - _MARGIN * CELL_M
    count = (np.asarray(land.extent_m) / CELL_M).astype(int) + 2 * _MARGIN
    x, y = np.meshgrid(
        corner[0] + (np.arange(count[0]) + 0.5) * CELL_M,
        corner[1] + (np.arange(count[1]) + 0.5) * CELL_M,
    )
    points: NDArray[np.object_] = np.asarray(shapely.points(x, y))
    water = shapely.union_all([land.river, land.islet, land.lake])
    shapely.prepare(water)
    water_m: Floats = np.asarray(shapely.distance(points, water))
    double = _direction(land, points, np.stack((x, y)), rng)
    return Field(
        corner_m=(float(corner[0]), float(corner[1])),
        double_cos=double.real,
        double_sin=double.imag,
        density=_density(land, points, np.stack((x, y))),
        water_m=water_m,
        inside=np.asarray(shapely.contains_xy(land.outline, x, y)),
    )


def _density(land: Land, points: NDArray[np.object_], xy: Floats) -> Floats:
    """Return 0-1: bells around the centres over a rural floor; next to nothing on the hills."""
    density = np.full(xy.shape[1:], 0.14)
    for x, y, weight, reach in land.centres:
        squared = (xy[0] - x) ** 2 + (xy[1] - y) ** 2
        density = np.maximum(density, weight * np.exp(-0.5 * squared / reach**2))
    for park in land.industry:
        within = shapely.distance(points, park) < 1.0
        density = np.where(within, np.minimum(density, 0.20), density)
    for hill in land.hills:
        away = shapely.distance(points, hill)
        density = density * np.clip(0.04 + away / 500.0, 0.04, 1.0)
    return density


def _direction(
    land: Land, points: NDArray[np.object_], xy: Floats, rng: np.random.Generator
) -> NDArray[np.complex128]:
    """Return unit complex numbers of twice the angle: quarters, the old town's rings, the banks.

    A direction has no sense, so angles are doubled before they are averaged (as in tensor fields
    for street modelling, Chen et al. 2008).
    """
    extent = np.asarray(land.extent_m)
    double = np.zeros(xy.shape[1:], dtype=np.complex128)
    middles = np.asarray(ORIGIN_M) + rng.uniform(0.05, 0.95, (_QUARTERS, 2)) * extent
    for (x, y), lean in zip(middles, rng.normal(0.2, 0.55, _QUARTERS), strict=True):
        squared = ((xy[0] - x) ** 2 + (xy[1] - y) ** 2) / (extent[0] * 0.13) ** 2
        double += np.exp(-squared + 2j * lean) + 0.04 * np.exp(2j * lean)
    x, y, _, reach = land.centres[0]
    around = np.angle((xy[0] - x) + 1j * (xy[1] - y))
    away = np.hypot(xy[0] - x, xy[1] - y)
    double += 1.1 * np.exp(-0.5 * (away / (1.3 * reach)) ** 2 + 2j * around)
    for shore, pull, reach_m in ((land.river_line, 3.0, 800.0), (land.lake.exterior, 1.6, 450.0)):
        double += _along(shore, points, pull, reach_m)
    waves = _waves(xy, extent, rng)
    turned: NDArray[np.complex128] = double / np.maximum(np.abs(double), 1e-9) * np.exp(2j * waves)
    return turned


def _along(
    shore: shapely.LineString, points: NDArray[np.object_], pull: float, reach_m: float
) -> NDArray[np.complex128]:
    """Return the shore's own direction, fading with the distance from it."""
    at = shapely.line_locate_point(shore, points)
    before = shapely.line_interpolate_point(shore, np.maximum(at - 150.0, 0.0))
    after = shapely.line_interpolate_point(shore, np.minimum(at + 150.0, shore.length))
    course = np.angle(
        (shapely.get_x(after) - shapely.get_x(before))
        + 1j * (shapely.get_y(after) - shapely.get_y(before)),
    )
    away = shapely.distance(points, shore)
    fading = pull * np.exp(-away / reach_m)
    return np.asarray(fading * np.exp(2j * course), dtype=np.complex128)


def _waves(xy: Floats, extent: Floats, rng: np.random.Generator) -> Floats:
    """Return a gentle meander of the angle in radians, so that no road stays straight for long."""
    angle = np.zeros(xy.shape[1:])
    for _ in range(7):
        wave = rng.normal(0.0, 1.0, 2) * 2.0 * np.pi / rng.uniform(2500.0, 6000.0)
        phase = rng.uniform(0.0, 2.0 * np.pi)
        angle += 0.09 * np.sin(wave[0] * (xy[0] - extent[0]) + wave[1] * xy[1] + phase)
    return angle
