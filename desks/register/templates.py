"""The empty form of a layer: what an office fills in, and what import reads without a question."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from geodata.faults import Fault, UserError
from geodata.writing import write_file
from language import Catalogue, say
from layers import ColumnSpec, LayerSpec
from layers.exchange import CODE_SETS, NOTES

from .export_files import explaining, fixed_clock
from .export_rows import LAT, LON
from .schema import ExportTable, heading, table_of_key
from .sheets import Styles, put, put_day, styles, width_of, workbook
from .template_words import example, meaning

ROWS = 2000
"""Rows that are prepared: formats, lists to choose from, checks."""

_CRS = "EPSG:4326"
_DTYPES = {"integer": "Int64", "number": "float64"}
_NARROW, _WIDEST = 10, 30
_MOST_DEGREES = {LON.key: 180, LAT.key: 90}
_KIND_RULES: Mapping[str, dict[str, Any]] = {
    "integer": {"validate": "integer", "criteria": ">=", "value": 0},
    "number": {"validate": "decimal", "criteria": ">=", "value": 0},
    "date": {"validate": "date", "criteria": ">=", "value": "=DATE(1900,3,1)"},
}
_AFTER = "community"
_NOTE_WIDTHS = (20, 24, 8, 60, 10)


@dataclass(frozen=True)
class _Sheet:
    """One sheet to fill in: its title, its columns, and what its example is called."""

    title: str
    table: ExportTable
    columns: tuple[ColumnSpec, ...]


def template_suffixes(spec: LayerSpec) -> tuple[str, ...]:
    """Return the endings that a layer's template may have, the best first."""
    return (".xlsx",) if spec.geometry == "point" else (".gpkg", ".geojson")


def template(spec: LayerSpec, path: Path, *, language: str = "zh") -> None:
    """Write the template of a layer: a workbook, or for lines and areas a file with shapes.

    Headings carry units and ``*`` where a cell is required; the one row in it is an example that
    import refuses by name. Same layer, same bytes.

    Raises:
        UserError: for an ending that the layer's template cannot have, or a place that cannot be
            written.

    """
    suffix = path.suffix.lower()
    if suffix not in template_suffixes(spec):
        problem = say("The template of this layer is no {suffix} file.", suffix=suffix or "—")
        mend = say(
            "Give a name that ends in {endings}.", endings=" / ".join(template_suffixes(spec))
        )
        raise UserError([Fault(path.name, problem, mend)])
    if suffix == ".xlsx":
        _write_workbook(spec, path, language)
    elif suffix == ".gpkg":
        _write_gpkg(spec, path, language)
    else:
        _write_geojson(spec, path, language)


def _write_workbook(spec: LayerSpec, path: Path, language: str) -> None:
    sheets = _sheets(spec, language)
    words = Catalogue.load(language)
    with workbook(path, title=_title(spec, language)) as book:
        looks = styles(book)
        places = {sheet.title: book.add_worksheet(sheet.title) for sheet in sheets}
        notes, codes = (book.add_worksheet(_named(pair, language)) for pair in (NOTES, CODE_SETS))
        ranges = _write_codes(codes, looks, sheets, words)
        for sheet in sheets:
            _write_form(places[sheet.title], looks, sheet, ranges, words)
        _write_notes(book, notes, looks, (spec, sheets), words)


def _sheets(spec: LayerSpec, language: str) -> tuple[_Sheet, ...]:
    """Return the layer's sheet, with longitude and latitude where one looks for them, and more."""
    at = 1 + max([i for i, c in enumerate(spec.columns) if c.key == _AFTER], default=-1)
    at = at or len(spec.columns)
    columns = (*spec.columns[:at], LON, LAT, *spec.columns[at:])
    own = _Sheet(_title(spec, language), table_of_key(spec.key), columns)
    return (
        own,
        *(
            _Sheet(
                child.title_zh if language == "zh" else child.title_en,
                table_of_key(f"{spec.key}.{child.key}"),
                child.columns,
            )
            for child in spec.children
        ),
    )


def _title(spec: LayerSpec, language: str) -> str:
    return spec.title_zh if language == "zh" else spec.title_en


def _named(pair: tuple[str, str], language: str) -> str:
    return pair[0 if language == "zh" else 1]


def _write_form(
    place: Worksheet,
    looks: Styles,
    sheet: _Sheet,
    ranges: dict[tuple[str, str], str],
    words: Catalogue,
) -> None:
    """Write headings, the example and the checks of one sheet."""
    language = words.language
    for at, column in enumerate(sheet.columns):
        head = heading(column, language) + (" *" if column.required else "")
        put(place, 0, at, head, looks.required if column.required else looks.heading)
        cell = example(column, sheet.title, language, identity=at == 0)
        if column.kind == "date":
            put_day(place, 1, at, str(cell), looks.example_day)
        else:
            put(place, 1, at, cell, looks.example)
        width = min(max(_NARROW, width_of(head) + 3, width_of(str(cell)) + 2), _WIDEST)
        place.set_column(at, at, width, _style(column, looks))
        source = ranges.get((sheet.title, column.key))
        place.data_validation(1, at, ROWS, at, _check(column, source, words, at))
    place.set_row(0, 30)
    place.freeze_panes(1, 2)
    place.set_landscape()
    place.set_paper(9)
    place.fit_to_pages(1, 0)
    place.repeat_rows(0)


def _style(column: ColumnSpec, looks: Styles) -> Any:  # noqa: ANN401 -- a format, or none
    """Return the style of a column to fill in; text stays text, so that 007 keeps its zeros."""
    if column.kind in {"integer", "number"}:
        return looks.plain
    return looks.day if column.kind == "date" else looks.text


def _check(column: ColumnSpec, source: str | None, words: Catalogue, at: int) -> dict[str, Any]:
    """Return what the spreadsheet program says and checks in a cell; it warns and never forbids."""
    said = words.word(meaning(column))
    title = (column.title_zh if words.language == "zh" else column.title_en)[:32]
    rule: dict[str, Any] = {
        "input_title": title,
        "input_message": said[:255],
        "error_type": "warning",
        "error_title": title,
        "error_message": said[:255],
    }
    return {**rule, **_rule(column, source, identity=at == 0)}


def _rule(column: ColumnSpec, source: str | None, *, identity: bool) -> dict[str, Any]:
    if source is not None and column.kind == "choice":
        return {"validate": "list", "source": source}
    if identity and column.key in {"id", "code"}:
        return {"validate": "custom", "value": f"=COUNTIF($A$2:$A${ROWS + 1},A2)=1"}
    if column.key in _MOST_DEGREES:
        most = _MOST_DEGREES[column.key]
        between = {"criteria": "between", "minimum": -most, "maximum": most}
        return {"validate": "decimal", **between}
    return _KIND_RULES.get(column.kind, {"validate": "any"})


def _write_codes(
    place: Worksheet, looks: Styles, sheets: Sequence[_Sheet], words: Catalogue
) -> dict[tuple[str, str], str]:
    """Write the lists to choose from, one a column; return where each stands, by sheet and key."""
    ranges: dict[tuple[str, str], str] = {}
    at = 0
    for sheet in sheets:
        for column in sheet.columns:
            if not column.choices:
                continue
            head = heading(column, words.language)
            put(place, 0, at, head, looks.heading)
            widths = [width_of(head), *(width_of(choice) for choice in column.choices)]
            place.set_column(at, at, max(widths) + 3)
            for row, choice in enumerate(column.choices, start=1):
                put(place, row, at, choice, looks.text)
            letter = _letter(at)
            last = len(column.choices) + 1
            name = _named(CODE_SETS, words.language)
            ranges[sheet.title, column.key] = f"='{name}'!${letter}$2:${letter}${last}"
            at += 1
            if words.language != "zh":
                put(place, 0, at, f"{head} (English)", looks.heading)
                place.set_column(at, at, 24)
                for row, choice in enumerate(column.choices, start=1):
                    put(place, row, at, words.text(choice), looks.quiet)
                at += 1
    place.freeze_panes(1, 0)
    return ranges


def _letter(at: int) -> str:
    return str(xlsxwriter.utility.xl_col_to_name(at))


def _write_notes(
    book: xlsxwriter.Workbook,
    place: Worksheet,
    looks: Styles,
    layer_and_sheets: tuple[LayerSpec, Sequence[_Sheet]],
    words: Catalogue,
) -> None:
    """Write how to fill in the form, then one line a column."""
    spec, sheets = layer_and_sheets
    for at, width in enumerate(_NOTE_WIDTHS):
        place.set_column(at, at, width)
    title = words.word(say("Template: {layer}", layer=_title(spec, words.language)))
    put(place, 0, 0, title, looks.title)
    row = 1
    for said in _how_to():
        place.merge_range(row, 0, row, len(_NOTE_WIDTHS) - 1, "", looks.wrapped)
        put(place, row, 0, words.word(said), looks.wrapped)
        row += 1
    for sheet in sheets:
        row = _write_columns(place, looks, sheet, row + 1, words)
    place.set_landscape()
    place.set_paper(9)
    place.fit_to_pages(1, 0)
    place.hide_gridlines(2)
    book.worksheets()[0].activate()


def _how_to() -> tuple[Any, ...]:
    return (
        say("One row is one record. Dark headings with * must be filled in."),
        say("The grey row is an example: delete it. If it is left, import refuses it by name."),
        say("Do not merge cells or add totals, titles or columns of your own."),
        say("Leave empty what is not known; do not write 0, — or “unknown”."),
        say("Import rehearses first: it names every defect and changes nothing until you agree."),
        say("Import leaves out this sheet and the sheet of lists."),
    )


def _write_columns(
    place: Worksheet, looks: Styles, sheet: _Sheet, row: int, words: Catalogue
) -> int:
    """Write one line for each column of a sheet; return the row below."""
    heads = (
        words.word(say("Sheet {sheet}: column", sheet=sheet.title)),
        words.word(say("Other name")),
        words.word(say("Required")),
        words.word(say("What to write")),
        words.word(say("Unit")),
    )
    for at, head in enumerate(heads):
        put(place, row, at, head, looks.heading)
    for column in sheet.columns:
        row += 1
        other = column.title_en if words.language == "zh" else column.title_zh
        cells = (
            heading(column, words.language),
            other,
            words.word(say("yes")) if column.required else "",
            f"{words.word(meaning(column))}{_listed(column, words)}",
            column.unit,
        )
        for at, cell in enumerate(cells):
            put(place, row, at, cell, looks.wrapped)
    return row + 1


def _listed(column: ColumnSpec, words: Catalogue) -> str:
    """Return the words to choose from in brackets, "" for a column that has none."""
    if not column.choices:
        return ""
    if words.language == "zh":
        return f"（{'、'.join(column.choices)}）"
    return f" ({', '.join(f'{choice} = {words.text(choice)}' for choice in column.choices)})"


def _example_row(spec: LayerSpec, language: str) -> dict[str, Any]:
    """Return the example by heading, without units: a file with shapes keeps them in its notes."""
    title = _title(spec, language)
    return {
        (column.title_zh if language == "zh" else column.title_en): example(
            column, title, language, identity=at == 0
        )
        for at, column in enumerate(spec.columns)
    }


def _write_gpkg(spec: LayerSpec, path: Path, language: str) -> None:
    """Write a layer with the example, which has no shape, and the tables that explain."""
    row = _example_row(spec, language)
    held: dict[str, pd.Series[Any]] = {
        head: pd.Series([cell], dtype=_DTYPES.get(column.kind, "str"))
        for column, (head, cell) in zip(spec.columns, row.items(), strict=True)
    }
    shapes = np.array([None], dtype=object)
    with write_file(path) as fresh, fixed_clock():
        frame = gpd.GeoDataFrame(held, geometry=shapes, crs=_CRS)
        kind = "Unknown" if spec.geometry == "polygon" else "LineString"
        pyogrio.write_dataframe(frame, fresh, layer=spec.key, driver="GPKG", geometry_type=kind)
        for name, table in explaining([table_of_key(spec.key)]).items():
            pyogrio.write_dataframe(table, fresh, layer=name, driver="GPKG")


def _write_geojson(spec: LayerSpec, path: Path, language: str) -> None:
    """Write the example, which has no shape; what each column means stands before it."""
    words = Catalogue.load(language)
    row = _example_row(spec, language)
    told = {
        head: " ".join(filter(None, (words.word(meaning(column)), column.unit)))
        for column, head in zip(spec.columns, row, strict=True)
    }
    feature = {"type": "Feature", "properties": row, "geometry": None}
    whole = {"type": "FeatureCollection", "columns": told, "features": [feature]}
    with write_file(path) as fresh:
        text = json.dumps(whole, ensure_ascii=False, indent=1)
        fresh.write_text(text + "\n", encoding="utf-8", newline="")
