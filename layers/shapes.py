"""Shapes brought to the kind that their layer declares."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geodata.faults import Fault
from geodata.tables import Table
from language import say

from .spec import GeometryKind

_EMPTY: dict[GeometryKind, BaseGeometry] = {
    "point": Point(),
    "line": LineString(),
    "polygon": Polygon(),
}
_DIMENSIONS: dict[GeometryKind, int] = {"point": 0, "line": 1, "polygon": 2}


def points(lon_deg: NDArray[np.float64], lat_deg: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return points in EPSG:4326, empty ones where a coordinate is NaN."""
    found = np.full(len(lon_deg), Point(), dtype=object)
    there = np.isfinite(lon_deg) & np.isfinite(lat_deg)
    found[there] = shapely.points(lon_deg[there], lat_deg[there])
    return found


def fitted_shapes(
    kind: GeometryKind, table: Table, shapes: NDArray[np.object_]
) -> tuple[NDArray[np.object_], tuple[Fault, ...]]:
    """Return shapes of the kind, empty where there is none, and notices.

    For a layer of points a line or area becomes a point on it, and several points their first;
    one notice says how many. A shape of too few dimensions (a point for an area) becomes empty
    and is named.
    """
    fitted = np.full(len(shapes), _EMPTY[kind], dtype=object)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    flat = there & (shapely.get_dimensions(shapes) >= _DIMENSIONS[kind])
    notices = [
        Fault(
            table.file,
            say("The shape is of another kind than this layer's."),
            say("The row is kept without a position; draw it as the layer needs it."),
            table.rows[int(i)],
            sheet=table.sheet,
            code="shape_kind",
        )
        for i in np.flatnonzero(there & ~flat)
    ]
    fitted[flat] = shapes[flat]
    if kind == "point":
        other = flat & (shapely.get_type_id(shapes) != shapely.GeometryType.POINT)
        fitted[other] = shapely.point_on_surface(shapes[other])
        if other.any():
            problem = say("{rows} shapes are no single points.", rows=int(other.sum()))
            mend = say("A point on each stands for it.")
            notices.append(
                Fault(table.file, problem, mend, sheet=table.sheet, code="shape_for_point")
            )
    return fitted, tuple(notices)
