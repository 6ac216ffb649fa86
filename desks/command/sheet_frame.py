"""The window of a printed map: which metres it shows, and where they fall on the paper."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from .paper import width
from .situation import Point

WIDTH, HEIGHT = 1880, 1800
"""The drawing in tenths of a millimetre; the paper cuts off what is too high for its place."""

CORE = 1120
"""What lies within this height about the middle is seen on every paper."""

MARGIN = 0.09
EDGE = 20
"""What lies nearer to the paper's edge than this is half cut off."""

LEAST_M = 1200.0
ROUND_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Frame:
    """A window on the district: its lower left corner, and units of the drawing per metre."""

    west_m: float
    south_m: float
    scale: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north in metres."""
        return (
            self.west_m,
            self.south_m,
            self.west_m + WIDTH / self.scale,
            self.south_m + HEIGHT / self.scale,
        )

    def at(self, point: Point) -> tuple[float, float]:
        """Return where a point of the district's metres falls on the drawing."""
        return (
            (point[0] - self.west_m) * self.scale,
            HEIGHT - (point[1] - self.south_m) * self.scale,
        )

    def holds(self, point: Point) -> bool:
        """Return whether the point is on every paper."""
        x, y = self.at(point)
        return EDGE < x < WIDTH - EDGE and (HEIGHT - CORE) / 2 < y < (HEIGHT + CORE) / 2

    def path(self, shape: shapely.Geometry) -> str:
        """Return lines and areas as the data of an SVG path, cut to a little beyond the window."""
        grown = shapely.box(*self.box).buffer(40 / self.scale)
        return "".join(
            self._ring(np.asarray(ring.coords), closed=closed)
            for part in shapely.get_parts(shapely.intersection(shape, grown))
            for ring, closed in _rings(part)
        )

    def _ring(self, xy_m: NDArray[np.float64], *, closed: bool) -> str:
        x = np.rint((xy_m[:, 0] - self.west_m) * self.scale).astype(int)
        y = np.rint(HEIGHT - (xy_m[:, 1] - self.south_m) * self.scale).astype(int)
        steps = [f"{a} {b}" for a, b in zip(x.tolist(), y.tolist(), strict=True)]
        return f"M{'L'.join(steps)}{'Z' if closed else ''}"

    @property
    def bar_m(self) -> int:
        """Return a round length that is about a ninth of the map's breadth."""
        most = WIDTH / self.scale / 7
        power = 10 ** math.floor(math.log10(most))
        return int(max(step * power for step in ROUND_STEPS if step * power <= most))


def _rings(part: shapely.Geometry) -> Iterable[tuple[shapely.LineString, bool]]:
    if shapely.is_empty(part):
        return []
    if isinstance(part, shapely.Polygon):
        return [(part.exterior, True), *((hole, True) for hole in part.interiors)]
    if isinstance(part, shapely.LineString):
        return [(part, False)]
    return []


def frame_around(points: Sequence[Point]) -> Frame:
    """Return the window that shows these points on every paper, never less than 1,200 m high.

    Points must be finite; there is at least one.
    """
    xy = np.asarray(points, dtype=float)
    low, high = xy.min(axis=0), xy.max(axis=0)
    broad, tall = (high - low) * (1 + 2 * MARGIN)
    scale = min(WIDTH / max(broad, LEAST_M), CORE / max(tall, LEAST_M / 2))
    middle = (low + high) / 2
    return Frame(
        float(middle[0] - WIDTH / scale / 2), float(middle[1] - HEIGHT / scale / 2), float(scale)
    )


class Labels:
    """Where names have been written on the drawing, so that none lies on another."""

    def __init__(self) -> None:
        """Begin with an empty drawing."""
        self._taken: list[tuple[float, float, float, float]] = []

    def keep(self, x: float, y: float, half: float) -> None:
        """Keep a square about a sign free of names."""
        self._taken.append((x - half, y - half, x + half, y + half))

    def place(
        self, at: tuple[float, float], text: str, size: float, gap: float
    ) -> tuple[float, float] | None:
        """Return the left end of the text's middle line beside a sign, ``None`` for no room."""
        x, y = at
        long, high = width(text) * size, size * 1.2
        corners = (
            (x + gap, y),
            (x - gap - long, y),
            (x - long / 2, y - gap - high / 2),
            (x - long / 2, y + gap + high / 2),
        )
        for left, middle in corners:
            box = (left - 4, middle - high / 2, left + long + 4, middle + high / 2)
            if self._free(box):
                self._taken.append(box)
                return left, middle
        return None

    def _free(self, box: tuple[float, float, float, float]) -> bool:
        west, top, east, bottom = box
        if west < 0 or east > WIDTH:
            return False
        return not any(
            west < right and left < east and top < low and high < bottom
            for left, high, right, low in self._taken
        )
