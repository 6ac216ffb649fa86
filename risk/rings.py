"""Circles about an incident, each within the next, as the contours of a hazard model."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from shapely import Point, Polygon

from language import Sentence

from .harm import Limit, Method
from .release import Contour, Model

QUARTER_POINTS = 16
LEAST_REACH_M = 0.1
LONGEST_REACH_M = 100_000.0
"""Beyond it flat ground and these models say nothing; a reach is cut there."""


def disc(reach_m: float, at: tuple[float, float] = (0.0, 0.0)) -> Polygon:
    """Return a circle whose farthest points lie ``reach_m`` from ``at``, in metres."""
    return Point(at).buffer(reach_m, quad_segs=QUARTER_POINTS)


def rings(
    found: Sequence[tuple[Limit, float]],
    assumptions: tuple[Sentence, ...],
    *,
    verified: bool = True,
) -> tuple[Contour, ...]:
    """Return circles about the incident by limit and reach in metres, the worst level first.

    None is smaller than that of a worse level; ``verified`` tells of the figures of the substance.
    """
    contours = []
    reach = LEAST_REACH_M
    for rank, (limit, reach_m) in enumerate(found):
        reach = max(reach, min(reach_m, LONGEST_REACH_M))
        contours.append(
            Contour(
                level=limit.level,
                rank=rank,
                threshold=limit.value,
                unit=limit.unit,
                reach_m=reach,
                shape=disc(reach),
                assumptions=assumptions,
                verified=verified and limit.verified,
            )
        )
    return tuple(contours)


def by_probit(model: Model, contours: Callable[..., tuple[Contour, ...]]) -> tuple[Model, ...]:
    """Return the row of a model whose ``contours`` are drawn by probits, not by thresholds."""
    method: Method = "probit"
    return (replace(model, contours=partial(contours, method=method)),)
