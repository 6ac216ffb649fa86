"""The open schema of an exported register: tables, columns and code sets, from the table of layers.

``docs/schemas/register-export.json`` is ``schema_text()``; a test holds it so.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from language import Catalogue
from layers import CATALOG, ColumnSpec
from layers.exchange import RECORD_ID, child_titles
from layers.spec import GeometryKind

SCHEMA, VERSION = "shouwang-register-export", 1
_CJK_FIRST = "\u4e00"


@dataclass(frozen=True)
class ExportTable:
    """One table of an export: a layer, or the rows that belong to a layer's rows.

    ``key`` is the store's layer; ``name`` the table or file. The first column is the identity of
    a layer's row or, in a table with ``parent``, the id of the row it belongs to.
    """

    key: str
    title_zh: str
    title_en: str
    columns: tuple[ColumnSpec, ...]
    geometry: GeometryKind | None = None
    parent: str = ""
    officials: bool = False

    @property
    def name(self) -> str:
        """Return the name of the table, its layer in a GeoPackage, its file."""
        return self.key.replace(".", "_")

    def title(self, language: str) -> str:
        """Return the title in the language."""
        return self.title_zh if language == "zh" else self.title_en


RECORD = ColumnSpec("record_id", *RECORD_ID)
"""The id of a row of a table with a parent."""


def _tables() -> Iterable[ExportTable]:
    for spec in CATALOG:
        yield ExportTable(
            spec.key,
            spec.title_zh,
            spec.title_en,
            spec.columns,
            spec.geometry,
            officials=spec.officials,
        )
        for child in spec.children:
            key, titles = f"{spec.key}.{child.key}", child_titles(spec, child)
            yield ExportTable(
                key, *titles, child.columns, parent=spec.key, officials=spec.officials
            )


TABLES = tuple(_tables())


def table_of_key(key: str) -> ExportTable:
    """Return the table of a layer of the store.

    Raises:
        KeyError: for a layer that no export holds.

    """
    for table in TABLES:
        if table.key == key:
            return table
    raise KeyError(key)


def heading(column: ColumnSpec, language: str) -> str:
    """Return the column's heading with its unit; a Chinese measure word stays out of English."""
    title = column.title_zh if language == "zh" else column.title_en
    foreign = language != "zh" and any(c >= _CJK_FIRST for c in column.unit)
    if not column.unit or foreign:
        return title
    return f"{title}（{column.unit}）" if language == "zh" else f"{title} ({column.unit})"


def schema_document(tables: Iterable[ExportTable] = TABLES) -> dict[str, Any]:
    """Return the schema of these tables as plain data."""
    english = Catalogue.load("en")
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "crs": "EPSG:4326 (WGS 84), longitude before latitude, degrees; full precision",
        "rules": _RULES,
        "tables": [_table(table, english) for table in tables],
    }


def schema_text(tables: Iterable[ExportTable] = TABLES) -> str:
    """Return the schema as JSON text, the same for the same tables."""
    return json.dumps(schema_document(tables), ensure_ascii=False, indent=1) + "\n"


_RULES = {
    "missing": "an empty cell, an empty field of CSV, null; there is no other sign for it",
    "text": "UTF-8 as stored, line breaks included; never a formula",
    "integer": "whole number in the unit of the column",
    "number": "decimal number in the unit of the column, the shortest that gives every bit back",
    "date": "ISO 8601 YYYY-MM-DD; a day cell in XLSX",
    "choice": "one of the codes of the column; an unlisted word is kept as filed",
    "list": "texts parted by ';' without spaces; where one holds ; ； 、 , ， | or / or begins or "
    "ends with a space, the whole is a JSON array of texts",
    "position": "GeoPackage and GeoJSON: geometry. CSV and XLSX: lon and lat for layers of points, "
    "well-known text (wkt) for lines and areas; in XLSX a text over 32,000 characters goes on in "
    "columns wkt 2, wkt 3",
    "csv": "comma, CRLF, every text in quotation marks, UTF-8 with byte order mark. A text that "
    "begins, after white space, with = + - @ or their full-width twins or an apostrophe, or begins "
    "with a tab or a line break, has one apostrophe in front; a reader takes it off again",
    "children": "a table with a parent names in its first column the row it belongs to; record_id "
    "is the row's own id",
    "personal": "personal columns are there only if the person exporting may see them",
    "names": "XLSX has the titles as sheet names and headings (unit in brackets); every other "
    "form has the names",
}


def _table(table: ExportTable, english: Catalogue) -> dict[str, Any]:
    own = [RECORD] if table.parent else []
    return {
        "name": table.name,
        "title_zh": table.title_zh,
        "title_en": table.title_en,
        "geometry": table.geometry,
        "parent": table.parent or None,
        "officials_only": table.officials,
        "columns": [_column(column, english) for column in (*own, *table.columns)],
    }


def _column(column: ColumnSpec, english: Catalogue) -> dict[str, Any]:
    codes = [{"code": code, "meaning_en": english.text(code)} for code in column.choices]
    return {
        "name": column.key,
        "title_zh": column.title_zh,
        "title_en": column.title_en,
        "kind": column.kind,
        "unit": column.unit or None,
        "required": column.required,
        "personal": column.personal,
        "codes": codes or None,
    }
