"""The land a made-up district lies on: outline, river, lake, hills, centres; one plan, jittered."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

Floats = NDArray[np.float64]

EXTENT_M = (16_000.0, 13_000.0)
ORIGIN_M = (389_500.0, 2_538_400.0)
"""South-west corner in EPSG:4547: the middle of the district is near 113.0 E, 23.0 N."""

# All plans in shares of the extent, counter-clockwise or downstream.
_OUTLINE = (
    (0.03, 0.04), (0.09, 0.05), (0.15, 0.00), (0.21, 0.03), (0.29, 0.01), (0.33, 0.06),
    (0.42, 0.04), (0.47, 0.00), (0.56, 0.01), (0.60, 0.05), (0.69, 0.02), (0.78, 0.03),
    (0.84, 0.00), (0.93, 0.04), (0.96, 0.13), (0.93, 0.20), (0.98, 0.29), (0.97, 0.37),
    (0.93, 0.44), (0.97, 0.52), (1.00, 0.61), (0.97, 0.68), (0.98, 0.78), (1.01, 0.86),
    (0.97, 0.97), (0.90, 0.96), (0.85, 0.91), (0.77, 0.97), (0.70, 0.98), (0.66, 0.92),
    (0.57, 0.92), (0.53, 0.98), (0.45, 1.00), (0.38, 0.96), (0.31, 0.98), (0.22, 0.95),
    (0.14, 1.00), (0.05, 0.97), (0.01, 0.88), (0.03, 0.80), (0.06, 0.73), (0.04, 0.65),
    (0.05, 0.57), (0.00, 0.50), (0.01, 0.42), (0.05, 0.36), (0.03, 0.27), (-0.01, 0.20),
    (0.02, 0.12),
)  # fmt: skip
_RIVER = (
    (1.10, 0.99), (0.93, 0.83), (0.855, 0.70), (0.83, 0.56), (0.76, 0.42), (0.64, 0.345),
    (0.53, 0.30), (0.44, 0.21), (0.31, 0.165), (0.18, 0.175), (0.06, 0.13), (-0.10, 0.06),
)  # fmt: skip
_CREEK = ((0.26, 0.92), (0.30, 0.80), (0.27, 0.68), (0.33, 0.57), (0.36, 0.44), (0.45, 0.36),
          (0.50, 0.30), (0.525, 0.285))  # fmt: skip
_LAKE = (0.185, 0.355, 900.0, 620.0)
_HILLS = ((0.11, 0.83, 1900.0, 1500.0), (0.86, 0.22, 1300.0, 1150.0), (0.585, 0.765, 520.0, 430.0))
_INDUSTRY = ((0.12, 0.585, 1350.0, 950.0), (0.63, 0.145, 1150.0, 620.0))
_CENTRES = (
    (0.665, 0.475, 1.00, 1500.0), (0.44, 0.60, 0.78, 2100.0), (0.30, 0.30, 0.60, 1300.0),
    (0.74, 0.72, 0.62, 1700.0), (0.52, 0.14, 0.55, 1100.0), (0.40, 0.85, 0.42, 1300.0),
    (0.88, 0.46, 0.42, 1000.0),
)  # fmt: skip
_BRIDGES = (0.135, 0.30, 0.455, 0.60, 0.795)
_EXPRESSWAY = (
    (0.35, -0.06), (0.375, 0.08), (0.37, 0.19), (0.30, 0.33), (0.255, 0.48), (0.235, 0.63),
    (0.255, 0.76), (0.34, 0.865), (0.46, 0.88), (0.60, 0.855), (0.72, 0.85), (0.82, 0.86),
    (0.875, 0.93), (0.91, 1.05),
)  # fmt: skip
_RIVER_HALF_WIDTH_M = (150.0, 235.0)
_ISLET = (0.405, 620.0, 105.0)


@dataclass(frozen=True)
class Land:
    """The plan in metres of the sample's CRS; centres are rows of x, y, weight and reach."""

    extent_m: tuple[float, float]
    outline: shapely.Polygon
    river: shapely.Polygon
    river_line: shapely.LineString
    islet: shapely.Polygon
    creek: shapely.Polygon
    lake: shapely.Polygon
    hills: tuple[shapely.Polygon, ...]
    industry: tuple[shapely.Polygon, ...]
    centres: Floats
    bridges: tuple[shapely.LineString, ...]
    expressway: shapely.LineString

    @property
    def whole_river(self) -> shapely.Polygon:
        """Return the river with its islet."""
        return one_polygon(shapely.union(self.river, self.islet))


def smooth(points: Floats, rounds: int, *, closed: bool) -> Floats:
    """Return the polyline after Chaikin's corner cutting; open ends stay where they are."""
    for _ in range(rounds):
        follow = np.roll(points, -1, axis=0) if closed else points[1:]
        first = points if closed else points[:-1]
        cut = np.stack((0.75 * first + 0.25 * follow, 0.25 * first + 0.75 * follow), axis=1)
        cut = cut.reshape(-1, 2)
        points = cut if closed else np.vstack((points[:1], cut, points[-1:]))
    return points


def one_polygon(shape: BaseGeometry) -> shapely.Polygon:
    """Return the largest polygon of the shape.

    Raises:
        ValueError: if it holds none.

    """
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
    return max(parts, key=lambda part: part.area)


def one_line(shape: BaseGeometry) -> shapely.LineString:
    """Return the longest line of the shape.

    Raises:
        ValueError: if it holds none.

    """
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.LineString)]
    return max(parts, key=lambda part: part.length)


def make_land(scale: float, rng: np.random.Generator) -> Land:
    """Return the land, ``scale`` times as long and wide; its river keeps its width in metres."""
    extent = np.array(EXTENT_M) * scale
    ground = _Ground(extent, rng)
    outline = shapely.Polygon(ground.curve(_OUTLINE, 0.008, closed=True))
    line = shapely.LineString(ground.curve(_RIVER, 0.007, closed=False))
    islet, river = _river(line, rng)
    lake = ground.blob(*_LAKE[:2], *(np.array(_LAKE[2:]) * scale))
    creek = shapely.LineString(ground.curve(_CREEK, 0.006, closed=False)).buffer(16.0)
    centres = np.array(_CENTRES)
    centres[:, :2] = ground.place(centres[:, :2], 0.012)
    centres[:, 3] *= scale
    return Land(
        extent_m=(float(extent[0]), float(extent[1])),
        outline=outline,
        river=one_polygon(shapely.intersection(river, outline.buffer(400.0))),
        river_line=line,
        islet=islet,
        creek=one_polygon(creek.intersection(outline).difference(river)),
        lake=lake,
        hills=tuple(
            one_polygon(ground.blob(x, y, a * scale, b * scale).intersection(outline))
            for x, y, a, b in _HILLS
        ),
        industry=tuple(
            one_polygon(ground.blob(x, y, a * scale, b * scale).intersection(outline))
            for x, y, a, b in _INDUSTRY
        ),
        centres=centres,
        bridges=tuple(_bridge(line, share + rng.uniform(-0.012, 0.012)) for share in _BRIDGES),
        expressway=shapely.LineString(ground.curve(_EXPRESSWAY, 0.006, closed=False)),
    )


@dataclass(frozen=True)
class _Ground:
    """Turns shares of the extent into jittered metres."""

    extent: Floats
    rng: np.random.Generator

    def place(self, shares: Floats, jitter: float) -> Floats:
        moved = shares + self.rng.uniform(-jitter, jitter, shares.shape)
        return np.asarray(ORIGIN_M) + moved * self.extent

    def curve(
        self, shares: tuple[tuple[float, float], ...], jitter: float, *, closed: bool
    ) -> Floats:
        return smooth(self.place(np.array(shares), jitter), 4, closed=closed)

    def blob(self, x: float, y: float, half_x_m: float, half_y_m: float) -> shapely.Polygon:
        """Return a rounded, irregular, slightly turned ellipse."""
        turn = np.linspace(0.0, 2.0 * np.pi, 11)[:-1]
        reach = self.rng.uniform(0.72, 1.12, 10)
        lean = self.rng.uniform(-0.5, 0.5)
        flat = np.column_stack((half_x_m * np.cos(turn), half_y_m * np.sin(turn))) * reach[:, None]
        turned = flat @ np.array(((np.cos(lean), np.sin(lean)), (-np.sin(lean), np.cos(lean))))
        middle = self.place(np.array([(x, y)]), 0.012)
        return shapely.Polygon(smooth(turned + middle, 3, closed=True))


def _river(
    line: shapely.LineString, rng: np.random.Generator
) -> tuple[shapely.Polygon, shapely.Polygon]:
    """Return the islet and the water around it; the river widens where the islet lies."""
    share, half_length, half_width = _ISLET
    stations = np.linspace(0.0, 1.0, 160)
    low, high = _RIVER_HALF_WIDTH_M
    swell = np.interp(stations, np.linspace(0, 1, 12), rng.uniform(low, high, 12))
    swell += (half_width + 25.0) * np.exp(-(((stations - share) / 0.055) ** 2))
    at = shapely.line_interpolate_point(line, stations, normalized=True)
    water = shapely.union_all(shapely.buffer(at, swell))
    hulls = shapely.convex_hull(
        shapely.union(shapely.buffer(at[:-1], swell[:-1]), shapely.buffer(at[1:], swell[1:]))
    )
    water = shapely.union_all([water, *hulls]).simplify(6.0)
    length = line.length
    spine = one_line(substring(line, share * length - half_length, share * length + half_length))
    lens = np.sin(np.linspace(0.06, 0.94, 40) * np.pi) ** 0.7 * half_width
    beads = shapely.line_interpolate_point(spine, np.linspace(0.0, 1.0, 40), normalized=True)
    islet = shapely.union_all(shapely.buffer(beads, lens)).simplify(4.0)
    return one_polygon(islet), one_polygon(shapely.difference(water, islet))


def _bridge(line: shapely.LineString, share: float) -> shapely.LineString:
    """Return the straight axis of a bridge across the river, reaching inland on both banks."""
    here = np.array(line.interpolate(share, normalized=True).coords[0])
    ahead = np.array(line.interpolate(share + 0.01, normalized=True).coords[0])
    along = (ahead - here) / np.hypot(*(ahead - here))
    across = np.array((-along[1], along[0]))
    reach = np.linspace(-560.0, 560.0, 9)[:, None]
    return shapely.LineString(here + across * reach)
