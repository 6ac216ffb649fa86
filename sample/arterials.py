"""Main roads: evenly spaced lines along the street field, as in Jobard and Lefer (1997)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.ndimage import distance_transform_edt

from .field import CELL_M, Field
from .land import Floats, Land, one_line, one_polygon, smooth

STEP_M = 30.0
_LONGEST_STEPS = 900
_SHORE_M = 55.0
_BANK_ROAD_M = 85.0
_SHORTEST_BANK_ROAD_M = 2000.0
_FEWEST_POINTS = 3

LEVELS = (("primary", 1700.0, 500.0), ("secondary", 900.0, 350.0), ("tertiary", 500.0, 260.0))
"""Class, spacing where the town is half dense, and the shortest course kept, metres."""


@dataclass(frozen=True)
class Course:
    """One road along its whole course; ``bridge`` counts the bridges from 1, 0 for none."""

    road_class: str
    line: shapely.LineString
    bridge: int = 0


class _Spacing:
    """Metres to the nearest course of either family, kept as rasters while lines are traced."""

    def __init__(self, field: Field) -> None:
        """Start with an empty land."""
        self._field = field
        self._taken = [np.zeros(field.density.shape, dtype=bool) for _ in range(2)]
        self.away_m = [np.full(field.density.shape, 1e9) for _ in range(2)]

    def take(self, points: Floats) -> None:
        """Mark the points, each in the family its own course runs in there."""
        field = self._field
        dense = shapely.get_coordinates(shapely.segmentize(shapely.LineString(points), CELL_M / 2))
        course = np.gradient(dense[:, 0]) + 1j * np.gradient(dense[:, 1])
        double = field.sample(field.double_cos, dense) + 1j * field.sample(field.double_sin, dense)
        crosswise = (np.exp(2j * np.angle(course)) * np.conj(double)).real < 0.0
        for family in (0, 1):
            for x, y in dense[crosswise == bool(family)]:
                self._taken[family][field.cell(x, y)] = True
            if self._taken[family].any():
                self.away_m[family] = distance_transform_edt(~self._taken[family]) * CELL_M


def spacing_factor(density: Floats | float) -> Floats | float:
    """Return how much wider than at half density the roads stand: 0.8 in the core, 3 on hills."""
    return np.clip(0.62 * np.maximum(density, 0.02) ** -0.42, 0.75, 3.2)


def trace_arterials(land: Land, field: Field, rng: np.random.Generator) -> list[Course]:
    """Return the main roads: banks, bridges, the lake's ring, then three levels of fill."""
    spacing = _Spacing(field)
    courses = list(_given(land))
    for course in courses:
        spacing.take(shapely.get_coordinates(course.line))
    for number, axis in enumerate(land.bridges, start=1):
        line = _through_bridge(axis, field, spacing)
        spacing.take(shapely.get_coordinates(line))
        courses.append(Course("primary", line, bridge=number))
    area_km2 = land.outline.area / 1e6
    for road_class, apart_m, shortest_m in LEVELS:
        seeds = int(area_km2 * 14.0 * (900.0 / apart_m) ** 1.5)
        corner = np.asarray(field.corner_m)
        for seed in corner + rng.random((seeds, 2)) * np.asarray(land.extent_m):
            found = _fill(seed, apart_m, field, spacing)
            if found is not None and found.length >= shortest_m:
                spacing.take(shapely.get_coordinates(found))
                courses.append(Course(road_class, found))
    return courses


def _given(land: Land) -> Iterator[Course]:
    """Yield the roads that the land itself asks for: one on each bank, one around the lake."""
    for side in (_BANK_ROAD_M, -_BANK_ROAD_M):
        shore = one_polygon(land.whole_river.buffer(abs(side)).simplify(12.0))
        for part in shapely.get_parts(shapely.intersection(shore.exterior, land.outline)):
            middle = part.interpolate(0.5, normalized=True)
            if part.length > _SHORTEST_BANK_ROAD_M and _left(land.river_line, middle) == (side > 0):
                points = smooth(shapely.get_coordinates(part), 2, closed=False)
                yield Course("primary", shapely.LineString(points))
    ring = smooth(shapely.get_coordinates(land.lake.buffer(70.0).exterior)[:-1], 1, closed=True)
    yield Course("tertiary", shapely.LineString(np.vstack((ring, ring[:1]))))


def _left(line: shapely.LineString, point: shapely.Point) -> bool:
    """Return whether the point lies to the left of the line's course."""
    at = line.project(point)
    here, ahead = line.interpolate(at), line.interpolate(at + 50.0)
    cross = (ahead.x - here.x) * (point.y - here.y) - (ahead.y - here.y) * (point.x - here.x)
    return bool(cross > 0.0)


def _through_bridge(
    axis: shapely.LineString, field: Field, spacing: _Spacing
) -> shapely.LineString:
    """Return the bridge's road, led inland from both of its ends."""
    points = shapely.get_coordinates(axis)
    ahead = _walk(points[-1], points[-1] - points[-2], 800.0, field, spacing)
    back = _walk(points[0], points[0] - points[1], 800.0, field, spacing)
    return shapely.LineString(np.vstack((back[::-1], points, ahead)))


def _fill(
    seed: Floats, apart_m: float, field: Field, spacing: _Spacing
) -> shapely.LineString | None:
    """Return the line through the seed in the emptier family, None where that is too close."""
    cell = field.cell(*seed)
    if not field.inside[cell] or field.water_m[cell] < _SHORE_M:
        return None
    needed = apart_m * float(spacing_factor(field.density[cell]))
    family = int(spacing.away_m[1][cell] > spacing.away_m[0][cell])
    if spacing.away_m[family][cell] < needed:
        return None
    angle = 0.5 * np.arctan2(field.double_sin[cell], field.double_cos[cell]) + family * np.pi / 2
    course = np.array((np.cos(angle), np.sin(angle)))
    ahead = _walk(seed, course, apart_m, field, spacing)
    back = _walk(seed, -course, apart_m, field, spacing)
    points = np.vstack((back[::-1], seed[None], ahead))
    if len(points) < _FEWEST_POINTS:
        return None
    return one_line(shapely.LineString(smooth(points, 1, closed=False)).simplify(1.2))


def _walk(start: Floats, course: Floats, apart_m: float, field: Field, spacing: _Spacing) -> Floats:
    """Return the points walked along the field, without the start, until something stops it."""
    x, y = float(start[0]), float(start[1])
    size = float(np.hypot(*course))
    dx, dy = float(course[0]) / size, float(course[1]) / size
    walked: list[tuple[float, float]] = []
    for _ in range(_LONGEST_STEPS):
        dx, dy = _turn(field, x + dx * STEP_M / 2, y + dy * STEP_M / 2, dx, dy)
        x, y = x + dx * STEP_M, y + dy * STEP_M
        cell = field.cell(x, y)
        walked.append((x, y))
        if not field.inside[cell] or field.water_m[cell] < _SHORE_M:
            break
        double = dx * dx - dy * dy, 2.0 * dx * dy
        along = double[0] * field.double_cos[cell] + double[1] * field.double_sin[cell]
        family = 0 if along >= 0.0 else 1
        closest = 0.55 * apart_m * float(spacing_factor(field.density[cell]))
        if spacing.away_m[family][cell] < closest:
            break
    return np.array(walked).reshape(-1, 2)


def _turn(field: Field, x: float, y: float, dx: float, dy: float) -> tuple[float, float]:
    """Return the field's direction at the point in the sense and family nearest to the course."""
    gx, gy = (x - field.corner_m[0]) / CELL_M - 0.5, (y - field.corner_m[1]) / CELL_M - 0.5
    rows, columns = field.density.shape
    column, row = min(max(int(gx), 0), columns - 2), min(max(int(gy), 0), rows - 2)
    fx, fy = min(max(gx - column, 0.0), 1.0), min(max(gy - row, 0.0), 1.0)
    weights = ((1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy)
    cells = ((row, column), (row, column + 1), (row + 1, column), (row + 1, column + 1))
    cosine = sum(w * float(field.double_cos[c]) for w, c in zip(weights, cells, strict=True))
    sine = sum(w * float(field.double_sin[c]) for w, c in zip(weights, cells, strict=True))
    angle = 0.5 * np.arctan2(sine, cosine)
    ux, uy = float(np.cos(angle)), float(np.sin(angle))
    if abs(ux * dx + uy * dy) < abs(-uy * dx + ux * dy):
        ux, uy = -uy, ux
    return (ux, uy) if ux * dx + uy * dy >= 0.0 else (-ux, -uy)
