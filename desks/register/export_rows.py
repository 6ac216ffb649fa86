"""Features of the store as rows of an export's tables: one cell a column, nothing rounded."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely

from geodata.faults import Fault
from geodata.store import Feature
from geodata.wkt import exact_wkt
from geodata.workbook import Cell
from language import say
from layers import ColumnSpec
from layers.exchange import SHAPE, list_text

from .schema import RECORD, ExportTable

LON = ColumnSpec("lon", "经度", "Longitude", "number")
LAT = ColumnSpec("lat", "纬度", "Latitude", "number")
WKT = ColumnSpec("wkt", *SHAPE)

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot carry, so that no form of export does."""

Personal = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class TableRows:
    """Rows of one table, in the order of the features; a missing cell or shape is ``None``."""

    table: ExportTable
    columns: tuple[ColumnSpec, ...]
    cells: tuple[tuple[Cell | None, ...], ...]
    shapes: tuple[shapely.Geometry | None, ...]


def rows_of(
    table: ExportTable,
    features: Sequence[Feature],
    *,
    personal: Personal | None,
    most: int | None = None,
) -> tuple[TableRows, tuple[Fault, ...]]:
    """Return the features as rows, and a fault for each value that the table cannot hold.

    Personal columns are there only where ``personal`` (by id) is given. ``most`` is how many
    characters a cell holds.
    """
    declared = [c for c in table.columns if personal is not None or not c.personal]
    columns = (RECORD, *declared) if table.parent else tuple(declared)
    faults: list[Fault] = []
    cells = []
    for feature in features:
        held = _held(table, feature, (personal or {}).get(feature.id, {}))
        row: list[Cell | None] = []
        for column in columns:
            cell, fits = _cell(column, held.get(column.key), most)
            row.append(cell)
            if not fits:
                faults.append(_unfit(table, column, feature.id))
        faults.extend(_undeclared(table, feature))
        cells.append(tuple(row))
    shapes = tuple(_shape(feature.shape) for feature in features) if table.geometry else ()
    return TableRows(table, columns, tuple(cells), shapes), tuple(faults)


def with_positions(rows: TableRows) -> TableRows:
    """Return the rows with their shapes as cells, for forms that have no geometry.

    Longitude and latitude where every shape is a plain point, else well-known text.
    """
    if rows.table.geometry is None:
        return rows
    points = [_is_point(shape) for shape in rows.shapes]
    if rows.table.geometry == "point" and all(points):
        columns = (*rows.columns, LON, LAT)
        places: list[tuple[Cell | None, ...]] = [_degrees(shape) for shape in rows.shapes]
    else:
        columns = (*rows.columns, WKT)
        places = [(None if shape is None else exact_wkt(shape),) for shape in rows.shapes]
    cells = tuple((*row, *place) for row, place in zip(rows.cells, places, strict=True))
    return TableRows(rows.table, columns, cells, rows.shapes)


def _held(table: ExportTable, feature: Feature, personal: Mapping[str, str]) -> dict[str, object]:
    """Return what the feature holds by column; its id stands in the column that is the identity."""
    first = table.columns[0].key
    if table.parent:
        parent = feature.id.partition("|")[0]
        return {first: parent, **feature.props, **personal, RECORD.key: feature.id}
    return {**feature.props, **personal, first: feature.id}


def _undeclared(table: ExportTable, feature: Feature) -> list[Fault]:
    declared = {column.key for column in table.columns}
    return [
        Fault(
            table.name,
            say("{id} has a column {column} that the layer does not declare.", id=feature.id,
                column=key),
            say("It was not exported."),
            sheet=table.title_zh,
        )
        for key, value in feature.props.items()
        if key not in declared and not _is_missing(value)
    ]  # fmt: skip


def _unfit(table: ExportTable, column: ColumnSpec, record: str) -> Fault:
    problem = say("The value of {id} does not fit its column.", id=record)
    mend = say("It was not exported; correct it in the register.")
    return Fault(table.name, problem, mend, column=column.title_zh, sheet=table.title_zh)


def _is_missing(value: object) -> bool:
    empty = isinstance(value, (str, list, tuple)) and len(value) == 0
    return value is None or empty or (isinstance(value, float) and math.isnan(value))


def _cell(column: ColumnSpec, value: object, most: int | None) -> tuple[Cell | None, bool]:
    """Return the cell, and whether it says all that the value says."""
    if _is_missing(value):
        return None, True
    if column.kind in {"integer", "number"}:
        return _number(column, value)
    if column.kind == "list" and isinstance(value, (list, tuple)):
        value = list_text([str(item) for item in value])
    if not isinstance(value, str):
        return None, False
    text = _UNFIT.sub("", value)
    if most is not None and len(text) > most:
        return None, False
    return text or None, text == value


def _number(column: ColumnSpec, value: object) -> tuple[Cell | None, bool]:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None, False
    if column.kind == "number":
        return float(value), True
    return (int(value), True) if value == int(value) else (None, False)


def _shape(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    return None if shape is None or shapely.is_empty(shape) else shape


def _is_point(shape: shapely.Geometry | None) -> bool:
    plain = isinstance(shape, shapely.Point) and not bool(shapely.has_z(shape))
    return shape is None or plain


def _degrees(shape: shapely.Geometry | None) -> tuple[float | None, float | None]:
    return (shape.x, shape.y) if isinstance(shape, shapely.Point) else (None, None)
