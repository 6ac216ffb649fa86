"""The water that a base map draws, as polygons to ask what lies between two places."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import pyogrio.errors as ogr
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

ZOOM = 14
"""At this zoom a tile's grid is about 0.6 m wide: the shapes are what the map shows."""

JOINT = 1.0
"""Pieces of neighbouring tiles that are twice so near, in units of the tiles, are one water."""


@dataclass(frozen=True, eq=False)
class DrawnWater:
    """Pieces of water cut at the tiles' edges, in metres, and the name drawn in each, or ""."""

    shapes: NDArray[np.object_]
    names: tuple[str, ...]

    def between(self, line: shapely.LineString) -> tuple[str, ...]:
        """Return the names of the water that the line crosses, "" for one without a name."""
        met = [i for i, shape in enumerate(self.shapes) if shapely.intersects(shape, line)]
        return tuple(dict.fromkeys(self.names[i] for i in met))


NONE = DrawnWater(np.empty(0, object), ())


def read_water(path: Path, crs: str) -> DrawnWater:
    """Return the water of a base map in the CRS; none where the file cannot be read or has none.

    Pieces that touch are one water; it bears the names of the labels that lie in or nearest to it,
    a river and the creek that it takes up both.
    """
    try:
        pieces = pyogrio.read_dataframe(path, layer="water", ZOOM_LEVEL=ZOOM)
        labels = pyogrio.read_dataframe(path, layer="labels", ZOOM_LEVEL=ZOOM)
    except (ogr.DataSourceError, ogr.DataLayerError, OSError):
        return NONE
    if not len(pieces):
        return NONE
    drawn = shapely.make_valid(np.asarray(pieces.geometry))
    joined = shapely.buffer(shapely.union_all(shapely.buffer(drawn, JOINT)), -JOINT)
    whole = shapely.get_parts(joined)
    shapes = whole[shapely.get_dimensions(whole) == 2]  # noqa: PLR2004 - areas have two dimensions
    marks = labels[labels["kind"] == "water"]
    names: list[list[str]] = [[] for _ in shapes]
    for text, place in zip(marks["name"], marks.geometry, strict=True):
        if len(shapes):
            names[int(np.argmin(shapely.distance(shapes, place)))].append(str(text))
    to_metres = Transformer.from_crs(pieces.crs, crs, always_xy=True)
    metric = shapely.transform(
        shapes, lambda xy: np.column_stack(to_metres.transform(xy[:, 0], xy[:, 1]))
    )
    told = tuple("、".join(sorted(set(own))) for own in names)
    return DrawnWater(np.asarray(metric, dtype=object), told)
