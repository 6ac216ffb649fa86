"""A user's file as rows of cells, with shapes where it has them, before any column is read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.coordinates import position_headings
from geodata.faults import Fault, UserError
from geodata.features import FEATURE_SUFFIXES, read_features, read_shapes
from geodata.tables import (
    TABLE_SUFFIXES,
    WORKBOOK_SUFFIXES,
    Table,
    clean_text,
    heading_key,
    read_table,
    sheet_names,
)
from geodata.workbook import Cell, hidden_sheets
from language import Sentence, say

from .cells import cell_text
from .exchange import child_titles, is_beside, is_example, shape_headings
from .headings import known_names
from .spec import ChildSpec, LayerSpec

LAYER_SUFFIXES = TABLE_SUFFIXES | FEATURE_SUFFIXES
"""The kinds of file that are read as a layer."""
_OTHER_TABLES = frozenset({".xls", ".xlsb", ".xlt", ".ods", ".et"})
_OTHER_MAPS = frozenset({".tab", ".mif", ".dwg", ".dxf"})
"""What office programs and GIS programs open and can save as a kind that is read."""

_TOTALS = frozenset({"合计", "总计", "小计", "共计", "total", "sum"})
_COUNTED = re.compile(r"(?:合计|总计|小计|共计)[::]?\d+[^\W\d]{0,2}")
"""A total with its figure in the same cell; nothing but figures may stand beside it."""
_NOTE = re.compile(r"(?:注|备注|说明|填表|制表|审核|填报|单位负责人|note)[^\W\d]{0,4}[::].*")
_NOTE_CELLS = 3
"""A note under a table fills no more cells than this."""

_QUOTED = frozenset({"total", "note"})
"""What is left out with its first cell quoted; a copy's may be somebody's name."""

_Why = tuple[Sentence, str]
"""Why a row is no record, and the code of that."""


@dataclass(frozen=True)
class Source:
    """Cells, and shapes in EPSG:4326 where the file has shapes; what was noticed and left out.

    ``remarks`` are what only a rehearsal says, of rows that are kept.
    """

    table: Table
    shapes: NDArray[np.object_] | None
    notices: tuple[Fault, ...] = ()
    refused: tuple[Fault, ...] = ()

    @property
    def remarks(self) -> tuple[Fault, ...]:
        """Return what only a rehearsal says, of the file and of rows that are kept."""
        kept = frozenset(self.table.rows)
        return tuple(f for f in self.table.remarks if f.row is None or f.row in kept)


def layer_source(spec: LayerSpec, path: Path, *, datum: str, layer: str | None) -> Source:
    """Return the rows of a layer's file without totals, repeated headings and exact copies.

    Raises:
        UserError: if the file cannot be read, or has no shapes for lines or polygons.

    """
    suffix = path.suffix.lower()
    if suffix not in LAYER_SUFFIXES:
        raise _unread_kind(path)
    if suffix in FEATURE_SUFFIXES:
        source = _feature_source(path, datum=datum, layer=layer)
    else:
        source = _with_shapes(_table_source(spec, path, layer), datum)
    if source.shapes is None and spec.geometry != "point":
        problem = say("A table has no shapes, and this layer is drawn as lines or areas.")
        mend = say("Give a GeoPackage, GeoJSON, Shapefile or KML file, or a column WKT.")
        raise UserError([Fault(path.name, problem, mend)])
    records = _without(source, _no_records(source.table))
    return _without(records, _copies(records))


def _unread_kind(path: Path) -> UserError:
    """Return the refusal of a kind of file that is not read, and what to make of it."""
    suffix = path.suffix.lower()
    problem = say("Files ending in {suffix} are not read as a layer.", suffix=suffix or "—")
    if suffix in _OTHER_TABLES:
        return UserError([Fault(path.name, problem, say("Save it as .xlsx."))])
    if suffix in _OTHER_MAPS:
        mend = say("Export it from the GIS program as GeoPackage or as a zipped shapefile.")
        return UserError([Fault(path.name, problem, mend)])
    formats = ", ".join(sorted(LAYER_SUFFIXES))
    return UserError([Fault(path.name, problem, say("Use one of {formats}.", formats=formats))])


def child_source(child: ChildSpec, path: Path, *, sheet: str | None) -> Source:
    """Return the rows of a child's table or sheet without totals and repeated headings.

    Raises:
        UserError: if the file cannot be read.

    """
    table = read_table(path, sheet=sheet, known=known_names(child.columns))
    return _without(Source(table, None, table.notices), _no_records(table))


def child_sheet(
    child: ChildSpec, sheets: Sequence[str], spec: LayerSpec | None = None
) -> str | None:
    """Return the sheet with the child's title, before it one with the layer's too; else None."""
    whole = () if spec is None else child_titles(spec, child)
    titled = _titled(sheets, *whole) if whole else None
    return titled or _titled(sheets, child.title_zh, child.title_en, child.key)


def _table_source(spec: LayerSpec, path: Path, layer: str | None) -> Source:
    notices: list[Fault] = []
    sheet = layer or _layer_sheet(spec, path, notices)
    table = read_table(path, sheet=sheet, known=known_names(spec.columns) | position_headings())
    return Source(table, None, (*notices, *table.notices))


def _with_shapes(source: Source, datum: str) -> Source:
    """Return the source with the shapes that stand in its cells as well-known text."""
    table = source.table
    headings = shape_headings([str(heading) for heading in table.frame])
    if not headings:
        return source
    parts = table.frame[list(headings)].to_numpy(dtype=object).tolist()
    texts = ["".join(map(cell_text, row)) for row in parts]
    shapes, said = read_shapes(table.file, texts, table.rows, datum=datum)
    notices = [replace(fault, column=headings[0], sheet=table.sheet) for fault in said]
    kept = replace(table, frame=table.frame.drop(columns=list(headings)))
    return replace(source, table=kept, shapes=shapes, notices=(*source.notices, *notices))


def _layer_sheet(spec: LayerSpec, path: Path, notices: list[Fault]) -> str | None:
    """Return the sheet with the layer's title, else the first that is no child's; name the rest."""
    sheets = [sheet for sheet in sheet_names(path) if not is_beside(sheet)]
    children = [child_sheet(child, sheets, spec) for child in spec.children]
    rest = [sheet for sheet in sheets if sheet not in children]
    own = _titled(rest, spec.title_zh, spec.title_en, spec.key)
    chosen = own or next(iter(rest), None)
    unread = [sheet for sheet in rest if sheet != chosen]
    if unread:
        problem = say("These sheets were not read: {sheets}.", sheets=", ".join(unread)[:300])
        mend = say("Give FILE:SHEET to read another one.")
        notices.append(Fault(path.name, problem, mend, code="sheets_unread"))
    return chosen


def _titled(sheets: Sequence[str], *titles: str) -> str | None:
    wanted = {heading_key(title) for title in titles}
    return next((sheet for sheet in sheets if heading_key(sheet) in wanted), None)


def _feature_source(path: Path, *, datum: str, layer: str | None) -> Source:
    features = read_features(path, layer=layer, datum=datum)
    columns = features.frame.drop(columns="geometry")
    cells: dict[str, list[Cell]] = {}
    twice: list[Fault] = []
    for at, name in enumerate(clean_text(str(name)) for name in columns):
        if name in cells:
            problem = say("Two columns have the heading {heading}.", heading=name[:60])
            mend = say("Rename one; which of them was read is not known.")
            twice.append(
                Fault(features.file, problem, mend, column=name[:60], code="heading_twice")
            )
        heading = f"{name} #{at + 1}" if name in cells else name
        cells[heading] = _attributes(columns.iloc[:, at])
    frame = pd.DataFrame(cells, index=range(len(columns)), dtype=object)
    table = Table(features.file, "", frame, features.rows)
    return Source(table, features.frame.geometry.to_numpy(), (*features.notices, *twice))


def _attributes(column: "pd.Series[Any]") -> list[Cell]:
    """Return an attribute column as cells of a table: "" for missing, ISO dates."""
    pairs = zip(column.tolist(), column.isna().tolist(), strict=True)
    return ["" if missing else _attribute(value) for value, missing in pairs]


def _attribute(value: object) -> Cell:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return value
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return clean_text(str(value))


def hidden_remarks(path: Path) -> list[Fault]:
    """Return a remark for each hidden sheet of a workbook that has rows; none for other files."""
    if path.suffix.lower() not in WORKBOOK_SUFFIXES:
        return []
    problem = say("The sheet is hidden.")
    mend = say("It is not read; unhide it and import it by its name if it belongs here.")
    return [
        Fault(path.name, problem, mend, None, "", str(rows), name, "hidden_sheet")
        for name, rows in hidden_sheets(path)
        if rows
    ]


def _without(source: Source, reasons: Sequence[_Why | None]) -> Source:
    """Return the source without the rows that have a reason, each named in ``refused``.

    What was noticed on such a row goes with it: nothing of it is kept.
    """
    table = source.table
    mend = say("It was left out.")
    refused = [
        Fault(table.file, why[0], mend, row, "", quoted, table.sheet, why[1], "auto")
        for row, why, first in zip(table.rows, reasons, _firsts(table), strict=True)
        if why is not None
        for quoted in [first if why[1] in _QUOTED else ""]
    ]
    keep = [i for i, why in enumerate(reasons) if why is None]
    kept = replace(
        table,
        frame=table.frame.iloc[keep].reset_index(drop=True),
        rows=tuple(table.rows[i] for i in keep),
    )
    shapes = None if source.shapes is None else source.shapes[keep]
    gone = {fault.row for fault in refused}
    notices = tuple(fault for fault in source.notices if fault.row not in gone)
    return Source(kept, shapes, notices, (*source.refused, *refused))


def _firsts(table: Table) -> list[str]:
    """Return the first filled cell of each row."""
    return [
        cell_text(next((cell for cell in cells if cell != ""), ""))[:60] for cells in _cells(table)
    ]


def _no_records(table: Table) -> list[_Why | None]:
    """Return for each row why it is a total, a note or repeats the headings, None for a record."""
    headings = [heading_key(str(heading)) for heading in table.frame]
    return [_no_record(cells, headings) for cells in _cells(table)]


def _no_record(cells: Sequence[Cell], headings: Sequence[str]) -> _Why | None:
    filled = [cell for cell in cells if cell != ""]
    first = filled[0] if filled else ""
    plain = heading_key(cell_text(first))
    counted = _COUNTED.fullmatch(plain) and all(_is_figure(cell) for cell in filled[1:])
    if plain in _TOTALS or counted:
        return say("This row is a total, not a record."), "total"
    if is_example(cells):
        return say("This row is the template's example, not a record."), "example"
    if len(filled) <= _NOTE_CELLS < len(cells) and _NOTE.fullmatch(plain):
        return say("This row is a note, not a record."), "note"
    pairs = zip(cells, headings, strict=True)
    if first != "" and all(c == "" or heading_key(cell_text(c)) == h for c, h in pairs):
        return say("This row repeats the headings."), "heading_repeated"
    return None


def _is_figure(cell: Cell) -> bool:
    return not isinstance(cell, str) or not any(sign.isalpha() for sign in cell)


def _copies(source: Source) -> list[_Why | None]:
    """Return for each row the earlier one whose cells and shape are all the same, None for none."""
    shapes = source.shapes
    rows = source.table.rows
    marks = [b""] * len(rows) if shapes is None else shapely.to_wkb(shapes).tolist()
    first: dict[tuple[object, ...], int] = {}
    found: list[_Why | None] = []
    for row, cells, mark in zip(rows, _cells(source.table), marks, strict=True):
        earlier = first.setdefault((*cells, mark), row)
        why = (say("This row repeats row {row}.", row=earlier), "copy")
        found.append(None if earlier == row else why)
    return found


def _cells(table: Table) -> list[list[Cell]]:
    cells: list[list[Cell]] = table.frame.to_numpy(dtype=object).tolist()
    return cells
