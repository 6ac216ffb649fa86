"""A paper as one GeoPackage: its maps as layers, its tables as tables, and what they rest on.

Layers bear the keys of the paper's map layers; a shape that stands on several maps is written once
and names them. Tables have one row a row, the total last and marked, since a sum over a column
would else count everybody twice.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.geometry.base import BaseGeometry

from desks.register.export_files import fixed_clock
from geodata.writing import write_file
from language import Sentence, say

from .datums import DEFAULT, ExportDatum, export_datum, exported
from .draft import DRAFT, plan_bar
from .paper import Cell, Column, Heading, MapFigure, MapLayer, Paper, Paragraph, Percent, Table
from .wording import cell_text, clean, tenths, titles, word

PLANNED = "plan_"
"""Stands before the name of every layer and table of a plan, where a list of layers shows it."""

PERMILLE = "_permille"
SAID = "_said"
_NOT_PLAIN = re.compile(r"[^a-z0-9_]+")
_LONGEST_NAME = 60
_ROOM_BYTES = 8 * 2**20
_OURS = ("fid", "geom", "is_total", "unit_code", "parent_code")
"""Columns that GDAL or we add to a table."""


def write_geopackage(paper: Paper, path: Path, datum: str = DEFAULT) -> None:
    """Write every map layer and table of the paper, the same bytes for the same paper.

    ``datum`` is the name of an export datum; it stands in the layers' CRS, in the metadata of the
    file and in the table ``about``. The audience is the paper's: what it masks is not here either.

    Raises:
        UserError: for another datum, or where it cannot be written.

    """
    chosen = export_datum(datum)
    names = _Names("" if paper.plan is None else PLANNED)
    with write_file(path) as fresh, fixed_clock():
        try:
            for layer in _gathered(paper, chosen):
                _write_shapes(fresh, names.free(layer.key), layer, (chosen, plan_bar(paper)))
            for name, frame in _frames(paper, chosen, names):
                pyogrio.write_dataframe(frame, fresh, layer=name, driver="GPKG")
        except (DataLayerError, DataSourceError) as error:
            _ask_disk(fresh)
            raise OSError(str(error)) from error


def _ask_disk(path: Path) -> None:
    """Write to the file what is thrown away: GDAL never says that a disk is full, the disk does.

    Raises:
        OSError: with its number, where the disk takes no more.

    """
    with path.open("ab") as stream:
        stream.write(bytes(_ROOM_BYTES))
        stream.flush()


class _Names:
    """Names of layers and tables that are plain and all different."""

    def __init__(self, first: str = "") -> None:
        """Begin without names; ``first`` stands before each."""
        self._first = first
        self._used: set[str] = set()

    def free(self, key: str) -> str:
        """Return the key as a plain name that nothing has yet."""
        plain = (
            _NOT_PLAIN.sub("_", f"{self._first}{key}".lower()).strip("_")[:_LONGEST_NAME] or "layer"
        )
        name, number = plain, 1
        while name in self._used or name.startswith(("gpkg", "rtree", "sqlite")):
            number += 1
            name = f"x_{plain}_{number}"
        self._used.add(name)
        return name


@dataclass
class _Gathered:
    """The shapes of all map layers of one key, each once, with the maps that it stands on."""

    key: str
    title: str
    maps: dict[tuple[bytes, str, str, str], list[str]] = field(default_factory=dict)


def _gathered(paper: Paper, datum: ExportDatum) -> Iterable[_Gathered]:
    """Return the map layers by key, in the order in which the paper first shows them."""
    found: dict[str, _Gathered] = {}
    for figure in paper.blocks:
        if not isinstance(figure, MapFigure):
            continue
        for layer in figure.layers:
            held = found.setdefault(layer.key, _Gathered(layer.key, word(layer.title, paper.words)))
            for row in _rows(layer, paper, datum):
                maps = held.maps.setdefault(row, [])
                if figure.key not in maps:
                    maps.append(figure.key)
    return found.values()


def _rows(
    layer: MapLayer, paper: Paper, datum: ExportDatum
) -> Iterator[tuple[bytes, str, str, str]]:
    """Yield shape, name, class and colour of each shape of a layer."""
    # a shape that is none stands as an empty one, a shape without a name as one called ""
    shapes: list[BaseGeometry] = [shape or shapely.GeometryCollection() for shape in layer.shapes]
    names = [*layer.names, *[""] * (len(shapes) - len(layer.names))]
    moved = shapely.to_wkb(exported(shapes, paper.crs, datum)) if shapes else ()
    classes = list(layer.classes) or [-1] * len(shapes)
    for shape, name, at in zip(moved, names, classes, strict=True):
        said, colour = layer.legend[at] if at >= 0 else (None, "")
        yield bytes(shape), clean(name), "" if said is None else word(said, paper.words), colour


def _write_shapes(path: Path, name: str, layer: _Gathered, stated: tuple[ExportDatum, str]) -> None:
    """Write a layer with what is stated of it: its datum, and the plan that it is of."""
    datum, plan = stated
    rows = list(layer.maps)
    held = {
        "name": [row[1] for row in rows],
        "class": [row[2] for row in rows],
        "colour": [row[3] for row in rows],
        "maps": [";".join(layer.maps[row]) for row in rows],
    }
    columns = {key: pd.Series(values, dtype="str") for key, values in held.items()}
    shapes = np.array([shapely.from_wkb(row[0]) for row in rows], dtype=object)
    pyogrio.write_dataframe(
        gpd.GeoDataFrame(columns, geometry=shapes, crs=datum.crs),
        path,
        layer=name,
        driver="GPKG",
        geometry_type=_kind(shapes),
        promote_to_multi=False,
        layer_metadata={"DATUM": datum.name, **({"PLAN": plan} if plan else {})},
        dataset_metadata={"DATUM": datum.name},
        layer_options={
            "IDENTIFIER": name,
            "DESCRIPTION": " · ".join(filter(None, (plan, layer.title))),
        },
    )


def _kind(shapes: Iterable[BaseGeometry]) -> str:
    kinds = {shape.geom_type for shape in shapes}
    return kinds.pop() if len(kinds) == 1 else "Unknown"


def _frames(paper: Paper, datum: ExportDatum, names: _Names) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield name and rows of every table, then of those that explain."""
    notes: list[tuple[str, str, str]] = []
    methods: list[tuple[str, str]] = []
    for table in (block for block in paper.blocks if isinstance(block, Table)):
        name = names.free(f"table_{table.key}")
        yield name, _table_frame(table, paper)
        notes += [(name, column.key, word(column.title, paper.words))
                  for column in _told_apart(table.columns)]  # fmt: skip
        methods += [(name, word(one, paper.words)) for one in (table.title, *table.method)]
    yield names.free("column_note"), _frame(("table_name", "column_key", "title"), notes)
    yield names.free("method"), _frame(("table_name", "said"), methods)
    yield names.free("text"), _frame(("number", "kind", "said"), _text(paper))
    yield names.free("defect"), _frame(("said",), [(word(o, paper.words),) for o in paper.defects])
    yield names.free("about"), _frame(("name", "value"), _about(paper, datum))


def _frame(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> pd.DataFrame:
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pd.DataFrame(
        {
            column: pd.Series([str(cell) for cell in held], dtype="str")
            for column, held in zip(columns, cells, strict=True)
        }
    )


def _text(paper: Paper) -> Iterator[tuple[str, str, str]]:
    """Yield number, kind and words of headings and paragraphs, in reading order."""
    numbered = zip(paper.blocks, titles(paper.blocks, paper.words), strict=True)
    for number, (block, title) in enumerate(numbered, start=1):
        if isinstance(block, Heading):
            yield f"{number:05d}", f"heading{block.level}", title
        elif isinstance(block, Paragraph):
            for one in block.text:
                yield f"{number:05d}", "paragraph", word(one, paper.words)


def _about(paper: Paper, datum: ExportDatum) -> list[tuple[str, str]]:
    """Return what the paper is and rests on, the marks of plan and draft first."""
    stated: Mapping[str, str] = {
        "title": word(paper.title, paper.words),
        "district": paper.district_zh,
        "issuer": paper.issuer,
        "day": paper.day,
        "audience": paper.audience,
        "secrecy": paper.secrecy,
        "review_no": paper.review_no,
        "sample": str(paper.sample).lower(),
        "stamp": paper.stamp,
        "export_datum": datum.name,
        "export_datum_said": word(datum.said, paper.words),
        "precision": word(_PRECISION, paper.words),
        **{f"fact_{name}": value for name, value in paper.facts.items()},
    }
    marks = [("plan", plan_bar(paper))] if paper.plan is not None else []
    marks += [("draft", DRAFT)] if paper.defects else []
    return [*marks, *((name, clean(value)) for name, value in stated.items())]


_PRECISION: Sentence = say("Degrees have eight decimals, about a millimetre.")


def _table_frame(table: Table, paper: Paper) -> pd.DataFrame:
    """Return the rows of a table, codes of units first, the total last and marked by 1."""
    rows = [*table.rows, *([] if table.total is None else [table.total])]
    blank = [""] * (len(rows) - len(table.rows))
    made: dict[str, pd.Series[str] | pd.Series[int]] = {}
    for key, codes in (("unit_code", table.codes), ("parent_code", table.parents)):
        if codes:
            made[key] = pd.Series([clean(code) for code in codes] + blank, dtype="str")
    for at, column in enumerate(_told_apart(table.columns)):
        made |= _columns(column, [row[at] for row in rows], paper)
    marks = [0] * len(table.rows) + [1] * len(blank)
    made["is_total"] = pd.Series(marks, dtype="int64")
    return pd.DataFrame(made)


def _told_apart(columns: Sequence[Column]) -> Iterator[Column]:
    """Yield the columns with keys that differ for SQLite, to which A and a are one name.

    Rules of the user's own name columns, so that any key may come twice or be one of ours.
    """
    used = set(_OURS)
    for column in columns:
        key, number = column.key, 1
        while any(f"{key}{end}".casefold() in used for end in ("", PERMILLE, SAID)):
            number += 1
            key = f"{column.key}_{number}"
        used |= {f"{key}{end}".casefold() for end in ("", PERMILLE, SAID)}
        yield replace(column, key=key)


def _columns(
    column: Column, cells: Sequence[Cell], paper: Paper
) -> dict[str, "pd.Series[str] | pd.Series[int]"]:
    """Return a column as numbers, and as text where a cell is none; a share as text and tenths."""
    text = pd.Series([cell_text(cell, paper.words) for cell in cells], dtype="str")
    if any(isinstance(cell, Percent) for cell in cells):
        shares = [tenths(cell) if isinstance(cell, Percent) else None for cell in cells]
        return {column.key: text, f"{column.key}{PERMILLE}": pd.Series(shares, dtype="Int64")}
    whole = [cell if isinstance(cell, int) else None for cell in cells]
    if not any(one is not None for one in whole):
        return {column.key: text}
    numbers = {column.key: pd.Series(whole, dtype="Int64")}
    plain = all(cell is None or isinstance(cell, int) for cell in cells)
    return numbers if plain else {**numbers, f"{column.key}{SAID}": text}
