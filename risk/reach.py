"""How far the harm of one release reaches, by its governing model in the one weather it has."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from .models import MODELS
from .release import PROTECTIVE, Contour, Release, Shape
from .weather import is_calm, stand_in
from .zones import circle, farthest_m, governing


@dataclass(frozen=True, eq=False)
class Reach:
    """The protective line of the governing model about the release's place, without its spread."""

    model: str
    level: str
    reach_m: float
    shape: Shape


def reach(release: Release) -> Reach | None:
    """Return how far the release reaches, ``None`` where no model can say.

    The line is the one of ``ZoneSet.protective``, at a small part of the cost of ``zones``, which
    computes every model in every plausible weather.
    """
    left = {model.key: model for model in MODELS}
    weather = stand_in(release)
    while left:
        model = left.pop(governing(release, tuple(left)))
        said = model.contours(release, weather) if model.applies(release) else ()
        contours = sorted(said, key=lambda line: line.rank)
        if contours:
            line = _protective(contours)
            shape = _joined(contours[: contours.index(line) + 1])
            placed = _placed(shape, release, weather.wind_from_deg, turned=model.by_weather)
            return Reach(model.key, line.level, farthest_m(placed, release.at), placed)
    return None


def _protective(contours: list[Contour]) -> Contour:
    return next((line for line in contours if line.level in PROTECTIVE), contours[-1])


def _joined(contours: list[Contour]) -> Shape:
    shape = shapely.union_all([line.shape for line in contours])
    return shape if isinstance(shape, Polygon | MultiPolygon) else contours[-1].shape


def _placed(shape: Shape, release: Release, wind_from_deg: float, *, turned: bool) -> Shape:
    """Return the shape turned into the wind at the place; a circle where no direction holds."""
    if turned and is_calm(release):
        return circle(release.at, farthest_m(shape, (0.0, 0.0)))
    towards = np.radians(wind_from_deg + 180.0)
    turn = np.array([[np.sin(towards), np.cos(towards)], [-np.cos(towards), np.sin(towards)]])
    return shapely.transform(shape, lambda xy: xy @ turn + np.array(release.at))
