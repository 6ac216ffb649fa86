"""The maps of a coverage report: one per subdistrict, its communities by the share covered."""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from desks.onemap import OneMap
from desks.planning.answers import Coverage
from desks.register.counts import units_of
from language import Sentence, say

from .coverage_figures import DEFINITION_SAID, Figures, figures_of
from .coverage_tables import service_title
from .edition import Edition
from .map_ground import ground_layers
from .paper import Block, Heading, MapFigure, MapLayer
from .plan_chapter import Proposed, changed_ids, plan_layers
from .wording import HUNDRED, clean, tenths

CLASSES: tuple[tuple[Sentence, str, int], ...] = (
    (say("everybody covered"), "#1B7F6B", HUNDRED),
    (say("80% and more"), "#9CCFC0", 800),
    (say("50% to below 80%"), "#F3CF7A", 500),
    (say("below 50%"), "#D9694F", 0),
    (say("nobody, or not known"), "#E6EAEC", -1),
)
"""Title, colour and least tenths of a per cent of each class; a choice of drawing, no standard."""

_MARGIN = 0.06


def coverage_maps(
    onemap: OneMap, coverage: Coverage, edition: Edition, proposed: Proposed | None = None
) -> Iterator[Block]:
    """Yield a chapter with one map per subdistrict that the edition speaks of, by code.

    What a plan proposes has layers and signs of its own above what stands.
    """
    shapes = onemap.shapes.get("subdistrict")
    if shapes is None or not len(shapes):
        return
    yield Heading(1, say("Maps"))
    held = figures_of(coverage, edition)
    strictest = held.total.strictest or "circle"
    for code, name in units_of(onemap):
        shape = shapes[onemap.row_of("subdistrict", code)]
        if not edition.holds(code) or shapely.is_empty(shape):
            continue
        west, south, east, north = (float(v) for v in shapely.bounds(shape))
        edge = max(east - west, north - south) * _MARGIN
        extent = (west - edge, south - edge, east + edge, north + edge)
        title = say("{subdistrict}: {service}, {definition}", subdistrict=clean(name),
                    service=service_title(coverage.service, edition),
                    definition=DEFINITION_SAID[strictest].template)  # fmt: skip
        parts = [one for one in held.communities if one.parent == code]
        found = (
            *_communities(onemap, parts),
            *ground_layers(onemap, extent),
            *_border(shape, name),
            *_places(coverage, extent, proposed),
        )
        yield MapFigure(f"coverage_{code}", title, extent, found)


def _communities(onemap: OneMap, parts: Sequence[Figures]) -> Iterator[MapLayer]:
    shapes = onemap.shapes.get("community")
    # what is left of a subdistrict without communities is counted too, but has no row of its own
    known = frozenset(onemap.records["community"].ids) if shapes is not None else frozenset()
    parts = [one for one in parts if one.code in known]
    if shapes is None or not parts:
        return
    yield MapLayer(
        key="community",
        title=say("People covered"),
        shapes=tuple(shapes[onemap.row_of("community", one.code)] for one in parts),
        names=tuple(clean(one.name) for one in parts),
        legend=tuple((said, colour) for said, colour, _ in CLASSES),
        classes=tuple(map(_class, parts)),
    )


def _class(one: Figures) -> int:
    share = None if one.strictest is None else one.share(one.strictest)
    cut = None if share is None else tenths(share)
    least = -1 if cut is None else cut
    return next(at for at, (_, _, low) in enumerate(CLASSES) if least >= low)


def _border(shape: BaseGeometry, name: str) -> Iterator[MapLayer]:
    yield MapLayer("subdistrict", say("Border of the subdistrict"), (shapely.boundary(shape),),
                   (clean(name),))  # fmt: skip


def _places(
    coverage: Coverage, extent: tuple[float, float, float, float], proposed: Proposed | None
) -> Iterator[MapLayer]:
    """Yield the places of the service in the frame, those just outside the border too."""
    yield from _standing(coverage, extent, frozenset() if proposed is None
                         else changed_ids(proposed))  # fmt: skip
    if proposed is not None:
        yield from plan_layers(proposed, coverage, extent)


def _standing(
    coverage: Coverage, extent: tuple[float, float, float, float], apart: frozenset[str]
) -> Iterator[MapLayer]:
    """Yield the places that stand, but for those that are drawn apart."""
    held = coverage.places
    west, south, east, north = extent
    x, y = held.xy_m[:, 0], held.xy_m[:, 1]
    own = np.array([key not in apart for key in held.ids], np.bool_)
    inside = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north) & own)
    if not len(inside):
        return
    yield MapLayer(
        key=held.layer or coverage.service.key,
        title=say("Places that count"),
        shapes=tuple(shapely.Point(float(x[at]), float(y[at])) for at in inside),
        names=tuple(clean(held.names[at]) for at in inside),
        icon=held.layer,
    )
