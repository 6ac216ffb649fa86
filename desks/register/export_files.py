"""The four forms of an export, each the same bytes for the same rows."""

import csv
import json
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
import xlsxwriter
from pyogrio.errors import DataLayerError, DataSourceError

from geodata.guarded_text import guarded
from geodata.workbook import Cell
from geodata.writing import write_file
from language import Catalogue
from layers import ColumnSpec
from layers.exchange import CODE_SETS, COLUMN_NOTES

from .export_rows import WKT, TableRows, with_positions
from .schema import RECORD, ExportTable, heading, schema_text
from .sheets import Styles, put, put_day, styles, width_of, workbook

SCHEMA_FILE = "schema.json"
CODE_TABLE, COLUMN_TABLE = "code_set", "column_note"
PART_CHARACTERS = 32_000
"""How much of a shape's text stands in one cell of a workbook."""

_CRS = "EPSG:4326"
_SETTINGS = {"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z", "OGR_SQLITE_SYNCHRONOUS": "OFF"}
_CLOCK = threading.Lock()
_DTYPES = {"integer": "Int64", "number": "float64"}
_NARROW, _WIDEST, _ROWS_WEIGHED = 8, 36, 200
_ENTRY_TIME = (1980, 1, 1, 0, 0, 0)


def write_csv(folder: Path, tables: Sequence[TableRows]) -> None:
    """Write one CSV file a table, the schema beside them."""
    for rows in map(with_positions, tables):
        path = folder / f"{rows.table.name}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC)
            writer.writerow([column.key for column in rows.columns])
            writer.writerows([_csv_cell(cell) for cell in row] for row in rows.cells)
    _write_schema(folder, tables)


def _csv_cell(cell: Cell | None) -> Cell:
    if cell is None:
        return ""
    return guarded(cell) if isinstance(cell, str) else cell


def write_geojson(folder: Path, tables: Sequence[TableRows]) -> None:
    """Write one GeoJSON file a table (RFC 7946), the schema beside them; one feature a line."""
    for rows in tables:
        keys = [column.key for column in rows.columns]
        shapes = rows.shapes or (None,) * len(rows.cells)
        lines = [
            '{"type":"Feature","properties":'
            + json.dumps(dict(zip(keys, row, strict=True)), ensure_ascii=False)
            + f',"geometry":{"null" if shape is None else shapely.to_geojson(shape)}}}'
            for row, shape in zip(rows.cells, shapes, strict=True)
        ]
        text = ",\n".join(lines)
        name = json.dumps(rows.table.name)
        whole = f'{{"type":"FeatureCollection","name":{name},"features":[\n{text}\n]}}\n'
        (folder / f"{rows.table.name}.geojson").write_text(whole, encoding="utf-8", newline="")
    _write_schema(folder, tables)


def _write_schema(folder: Path, tables: Sequence[TableRows]) -> None:
    text = schema_text([rows.table for rows in tables])
    (folder / SCHEMA_FILE).write_text(text, encoding="utf-8", newline="")


def write_gpkg(path: Path, tables: Sequence[TableRows]) -> None:
    """Write one layer a table into a GeoPackage, and two tables that explain columns and codes."""
    with write_file(path) as fresh, fixed_clock():
        try:
            for rows in tables:
                _write_layer(fresh, rows)
            for name, frame in explaining([rows.table for rows in tables]).items():
                pyogrio.write_dataframe(frame, fresh, layer=name, driver="GPKG")
        except (DataLayerError, DataSourceError) as error:
            raise OSError(str(error)) from error


def _write_layer(path: Path, rows: TableRows) -> None:
    columns = list(zip(*rows.cells, strict=True)) or [()] * len(rows.columns)
    held: dict[str, pd.Series[Any]] = {
        column.key: pd.Series(list(cells), dtype=_DTYPES.get(column.kind, "str"))
        for column, cells in zip(rows.columns, columns, strict=True)
    }
    if rows.table.geometry is None:
        pyogrio.write_dataframe(pd.DataFrame(held), path, layer=rows.table.name, driver="GPKG")
        return
    frame = gpd.GeoDataFrame(held, geometry=np.array(rows.shapes, dtype=object), crs=_CRS)
    points = all(shape is None or isinstance(shape, shapely.Point) for shape in rows.shapes)
    pyogrio.write_dataframe(
        frame,
        path,
        layer=rows.table.name,
        driver="GPKG",
        geometry_type="Point" if rows.table.geometry == "point" and points else "Unknown",
        promote_to_multi=False,
    )


@contextmanager
def fixed_clock() -> Iterator[None]:
    """Let GDAL stamp files with a day of ours, and leave it to us to bring them to the disk.

    Both are settings of the whole process, so that one writes at a time.
    """
    with _CLOCK:
        before = {name: pyogrio.get_gdal_config_option(name) for name in _SETTINGS}
        pyogrio.set_gdal_config_options(_SETTINGS)
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options(before)


def explaining(tables: Sequence[ExportTable]) -> Mapping[str, pd.DataFrame]:
    """Return the tables that explain: one row a column, one row a code."""
    columns = [(table, column) for table in tables for column in _columns(table)]
    english = Catalogue.load("en")
    notes = [
        (t.name, c.key, c.title_zh, c.title_en, c.kind, c.unit, int(c.required), int(c.personal))
        for t, c in columns
    ]
    codes = [(t.name, c.key, code, english.text(code)) for t, c in columns for code in c.choices]
    names = ("table", "column", "title_zh", "title_en", "kind", "unit", "required", "personal")
    return {
        COLUMN_TABLE: pd.DataFrame(notes, columns=list(names)),
        CODE_TABLE: pd.DataFrame(codes, columns=["table", "column", "code", "meaning_en"]),
    }


def _columns(table: ExportTable) -> tuple[ColumnSpec, ...]:
    return (RECORD, *table.columns) if table.parent else table.columns


def write_xlsx(path: Path, tables: Sequence[TableRows], language: str) -> None:
    """Write one sheet a table, and two sheets that explain columns and codes."""
    at = 0 if language == "zh" else 1
    with workbook(path, title=tables[0].table.title(language) if len(tables) == 1 else "") as book:
        looks = styles(book)
        for rows in tables:
            _write_sheet(book, looks, with_positions(rows), language)
        sheets = (COLUMN_NOTES[at], CODE_SETS[at])
        frames = explaining([rows.table for rows in tables]).values()
        for name, frame in zip(sheets, frames, strict=True):
            _write_notes(book, looks, name, frame)


def _write_sheet(book: xlsxwriter.Workbook, looks: Styles, rows: TableRows, language: str) -> None:
    sheet = book.add_worksheet(rows.table.title(language))
    heads, columns = _sheet_columns(rows, language)
    for at, (head, (column, cells)) in enumerate(zip(heads, columns, strict=True)):
        put(sheet, 0, at, head, looks.required if column.required else looks.heading)
        style = looks.day if column.kind == "date" else looks.text
        number = column.kind in {"integer", "number"}
        sheet.set_column(at, at, _width(head, cells), None if number else style)
        for row, cell in enumerate(cells, start=1):
            if column.kind == "date" and isinstance(cell, str):
                put_day(sheet, row, at, cell, looks.day)
            elif cell is not None:
                put(sheet, row, at, cell, None if number else looks.text)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(rows.cells), 1), len(heads) - 1)


def _sheet_columns(
    rows: TableRows, language: str
) -> tuple[list[str], list[tuple[ColumnSpec, list[Cell | None]]]]:
    """Return headings and columns of a sheet; the text of long shapes over several of them."""
    heads: list[str] = []
    columns: list[tuple[ColumnSpec, list[Cell | None]]] = []
    for at, column in enumerate(rows.columns):
        cells = [row[at] for row in rows.cells]
        head = heading(column, language)
        if column is not WKT:
            heads.append(head)
            columns.append((column, cells))
            continue
        texts = [str(cell or "") for cell in cells]
        parts = -(-max(map(len, texts), default=1) // PART_CHARACTERS) or 1
        for part in range(parts):
            start = part * PART_CHARACTERS
            heads.append(head if part == 0 else f"{head} {part + 1}")
            cut = [text[start : start + PART_CHARACTERS] or None for text in texts]
            columns.append((column, list(cut)))
    return heads, columns


def _write_notes(book: xlsxwriter.Workbook, looks: Styles, name: str, frame: pd.DataFrame) -> None:
    sheet = book.add_worksheet(name)
    for at, head in enumerate(frame):
        cells = frame[head].tolist()
        put(sheet, 0, at, str(head), looks.heading)
        sheet.set_column(at, at, _width(str(head), cells))
        for row, cell in enumerate(cells, start=1):
            put(sheet, row, at, cell, looks.text)
    sheet.freeze_panes(1, 0)


def _width(head: str, cells: Sequence[Cell | None]) -> int:
    """Return the width of a column in characters, by its heading and first cells."""
    widths = [width_of(str(cell)) for cell in cells[:_ROWS_WEIGHED] if cell is not None]
    return min(max(_NARROW, width_of(head) + 2, *widths, 0), _WIDEST)


def pack(folder: Path, path: Path) -> None:
    """Write the files of the folder as a ZIP: stored, sorted, with a fixed time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(file.name, _ENTRY_TIME), file.read_bytes())


FOLDER_FORMS: Mapping[str, Callable[[Path, Sequence[TableRows]], None]] = MappingProxyType(
    {"csv": write_csv, "geojson": write_geojson}
)
"""Forms of one file a table: a folder of them, or a ZIP."""
