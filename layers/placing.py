"""Where the rows of a layer's file lie: shapes of the file, or positions in its table."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.coordinates import PositionColumns, find_position_columns
from geodata.crs import Bounds
from geodata.datum import checked_datum, is_projected
from geodata.faults import Fault
from geodata.tables import Table
from language import say

from .position_remarks import position_remarks, shape_remarks
from .positions import table_positions
from .shapes import fitted_shapes, points
from .sources import Source
from .spec import LayerSpec


@dataclass(frozen=True)
class Placed:
    """A shape in EPSG:4326 for each row, empty where it has none, and what was odd.

    ``written`` (n, 2) are the numbers of the positions as they stand in a table, and points on
    the shapes of a geometry file; NaN where there are none. ``heading`` names their columns.
    """

    shapes: NDArray[np.object_]
    notices: tuple[Fault, ...]
    written: NDArray[np.float64]
    heading: str = ""


def place_rows(
    spec: LayerSpec,
    source: Source,
    name_of: Callable[[int], str],
    *,
    datum: str,
    near_deg: Bounds | None,
) -> Placed:
    """Return where the rows lie, with a notice by name for each row that has no place."""
    placed = (
        _from_table(source.table, datum=datum, near_deg=near_deg)
        if source.shapes is None
        else _from_shapes(spec, source.table, source.shapes)
    )
    table = source.table
    mend = say("The row is kept and listed without a place; fill in 经度 and 纬度.")
    lacking = [
        Fault(
            table.file,
            say("{name} has no position.", name=name_of(int(i))),
            mend,
            table.rows[int(i)],
            placed.heading,
            sheet=table.sheet,
            code="position_missing",
        )
        for i in np.flatnonzero(shapely.is_empty(placed.shapes))
    ]
    notices = (*placed.notices, *lacking)
    return Placed(placed.shapes, notices, placed.written, placed.heading)


def placing_remarks(spec: LayerSpec, source: Source, datum: str) -> list[Fault]:
    """Return what a rehearsal says of the positions of a table or of points in a geometry file."""
    if source.shapes is not None:
        if spec.geometry != "point" or checked_datum(datum) != "wgs84":
            return []
        shapes, _ = fitted_shapes(spec.geometry, source.table, source.shapes)
        return shape_remarks(source.table, shapes)
    found = _position_columns(source.table)
    if found is None:
        return []
    return position_remarks(source.table, found, degrees=not is_projected(datum))


def _from_shapes(spec: LayerSpec, table: Table, given: NDArray[np.object_]) -> Placed:
    shapes, odd = fitted_shapes(spec.geometry, table, given)
    written = np.full((len(shapes), 2), np.nan)
    there = ~shapely.is_empty(shapes)
    written[there] = shapely.get_coordinates(shapely.point_on_surface(shapes[there]))
    return Placed(shapes, odd, written)


def _from_table(table: Table, *, datum: str, near_deg: Bounds | None) -> Placed:
    found = _position_columns(table)
    if found is None:
        nowhere = np.full((len(table.rows), 2), np.nan)
        return Placed(points(nowhere[:, 0], nowhere[:, 1]), (), nowhere)
    positions = table_positions(table, found, datum=datum, near_deg=near_deg)
    shapes = points(positions.lon_deg, positions.lat_deg)
    heading = found.pair or f"{found.lon}, {found.lat}"
    return Placed(shapes, positions.notices, positions.written, heading)


def _position_columns(table: Table) -> PositionColumns | None:
    return find_position_columns([str(heading) for heading in table.frame])
