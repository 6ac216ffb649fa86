"""The declared columns of a table, each cell typed, each oddity named."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geodata.faults import Fault, UserError, Weight
from geodata.tables import Table, bare_heading_key, heading_key
from geodata.workbook import Cell
from language import say

from .cells import Typed, cell_text, heading_factor, typed_cell
from .headings import match_headings
from .remarks import Remark, remark
from .spec import ColumnKind, ColumnSpec

_TECHNICAL = frozenset(
    {"description", "timestamp", "begin", "end", "altitudemode", "tessellate", "extrude",
     "visibility", "draworder", "icon", "snippet", "folder", "fid", "objectid", "shapeleng",
     "shapearea", "shapelength", "记录号", "recordid"}
)  # fmt: skip
"""Columns that programs, ours too, write into files by themselves; nobody misses them."""

_CUT = (".shp", ".zip")
"""Kinds of file, a zipped shapefile too, whose headings are cut to ten bytes."""
_DTYPES: dict[ColumnKind, str] = {"integer": "Int64", "number": "float64"}


@dataclass(frozen=True)
class Columns:
    """Typed values of every declared column, the headings they came from, and what was odd."""

    typed: Mapping[str, "pd.Series[Any]"]
    headings: Mapping[str, str]
    notices: tuple[Fault, ...]


def read_columns(
    columns: Sequence[ColumnSpec],
    table: Table,
    *,
    made: Collection[str] = (),
    other: Collection[str] = (),
    today: dt.date | None = None,
) -> Columns:
    """Return the declared columns of the table, typed, in its order.

    ``made`` are keys of required columns that the caller can make where they are absent;
    ``other`` are headings, in compared form, that someone else reads. With ``today`` it is a
    rehearsal: cells mended beyond doubt and those hardly true are named too, personal ones quoted.

    Raises:
        UserError: naming every required column that is absent and the headings found.

    """
    headings = [str(heading) for heading in table.frame]
    matched = match_headings(columns, headings, cut=table.file.lower().endswith(_CUT))
    absent = [c for c in columns if c.required and c.key not in matched.headings]
    faults = [_absent(table, column, headings) for column in absent if column.key not in made]
    if faults:
        raise UserError(faults)
    mine = [h for h in matched.unread if not {heading_key(h), bare_heading_key(h)} & set(other)]
    notices = _unread(table, mine)
    values: dict[str, pd.Series[Any]] = {}
    for column in columns:
        heading = matched.headings.get(column.key)
        cells = [""] * len(table.rows) if heading is None else table.frame[heading].tolist()
        must = column.required and column.key not in made
        judge = _Judge(column, must=must, today=today)
        values[column.key], said = _column(judge, table, heading or "", cells)
        notices.extend(said if heading is not None else ())
    return Columns(values, matched.headings, tuple(notices))


def _absent(table: Table, column: ColumnSpec, headings: Sequence[str]) -> Fault:
    problem = say(
        "The column {title} ({english}) is missing.",
        title=column.title_zh,
        english=column.title_en,
    )
    mend = say(
        "Add or rename it; the headings found are: {found}.", found="、".join(headings)[:400]
    )
    return Fault(table.file, problem, mend, sheet=table.sheet)


def _unread(table: Table, headings: Sequence[str]) -> list[Fault]:
    """Return one notice that names the columns nobody reads, if they hold anything."""
    missed = [
        heading
        for heading in headings
        if heading_key(heading) not in _TECHNICAL
        and any(cell != "" for cell in table.frame[heading].tolist())
    ]
    if not missed:
        return []
    problem = say("These columns were not read: {columns}.", columns="、".join(missed)[:400])
    mend = say("Rename them to a heading of the layer if they belong to it.")
    return [Fault(table.file, problem, mend, sheet=table.sheet, code="columns_unread")]


@dataclass(frozen=True)
class _Judge:
    """What is to be said of one column's cells."""

    column: ColumnSpec
    must: bool
    today: dt.date | None

    def said(self, cell: Cell, found: Typed) -> Remark | None:
        """Return what is to be said of the cell, None for nothing."""
        empty = self.must and found.value in ("", None)
        if found.problem is not None and found.mend is not None:
            weight: Weight = "decide" if empty else "confirm"
            return Remark(found.problem, found.mend, found.code, weight)
        if empty:
            problem, mend = say("A required cell is empty."), say("The row is kept; fill the cell.")
            if self.today is not None:
                mend = say("Fill the cell; the row stays out until then.")
            return Remark(problem, mend, "required_empty", "decide")
        return None if self.today is None else remark(self.column, cell, found, self.today)

    def quoted(self, cell: Cell) -> str:
        """Return the cell as a fault quotes it: personal ones only to who holds the file."""
        return "" if self.column.personal and self.today is None else cell_text(cell)[:60]


def _column(
    judge: _Judge, table: Table, heading: str, cells: Sequence[Cell]
) -> tuple["pd.Series[Any]", list[Fault]]:
    column = judge.column
    factor = heading_factor(column, heading)
    typed = [typed_cell(column, cell, 1.0 if factor is None else factor) for cell in cells]
    notices = []
    if factor is None:
        problem = say("The unit in the heading is not known; {unit} is assumed.", unit=column.unit)
        mend = say("Give the numbers in {unit}.", unit=column.unit)
        notices.append(
            Fault(table.file, problem, mend, None, heading, "", table.sheet, code="unit_of_heading")
        )
    for row, cell, found in zip(table.rows, cells, typed, strict=True):
        said = judge.said(cell, found)
        if said is not None:
            notices.append(
                Fault(
                    table.file,
                    said.problem,
                    said.mend,
                    row,
                    heading,
                    judge.quoted(cell),
                    table.sheet,
                    said.code,
                    said.weight,
                )
            )
    series = pd.Series([found.value for found in typed], dtype=_DTYPES.get(column.kind, "str"))
    return series, notices
