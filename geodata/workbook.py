"""Cells of a workbook, opened only after its parts were weighed: zip bombs are refused."""

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Literal
from xml.parsers import expat

import python_calamine as calamine

from language import Sentence, say

from .faults import Fault, UserError
from .machine import machine_fault

Cell = str | int | float

MOST_UNPACKED_BYTES = 150_000_000
MOST_CELLS = 4_000_000
MOST_MARKS = 100_000
"""Cells covered by wide merged cells that are named one by one."""
_MOST_PARTS = 5000
_LOCAL_HEADER_BYTES = 30
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_REFERENCE = re.compile(r"([A-Za-z]*)(\d{1,9})")
# A count of eight or more signs: the fast reader asks for that much memory before it reads on.
_BOASTFUL = re.compile(rb"""\b(?:c|uniqueC)ount\s*=\s*["'][^"'<]{8,}["']""")
_MARKUP = (".xml", ".rels")


@dataclass(frozen=True)
class NumberedRow:
    """Cells of one row and the number that the user's program shows for it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Mark:
    """Something odd about one cell: its row number, its column from 0, what it is and holds."""

    row: int
    column: int
    kind: Literal["merged", "merged_across", "unseen", "cut"]
    value: str


@dataclass(frozen=True)
class Grid:
    """Rows of cells as they stand in a file or sheet, and what was odd about single cells."""

    file: str
    sheet: str
    rows: tuple[NumberedRow, ...]
    marks: tuple[Mark, ...] = ()


def visible_sheets(path: Path) -> tuple[str, ...]:
    """Return the names of the visible work sheets in order.

    Raises:
        UserError: if the workbook is damaged, locked, of another kind or too large unpacked.

    """
    with _opened(path) as book:
        return _visible(book)


def hidden_sheets(path: Path) -> tuple[tuple[str, int], ...]:
    """Return name and number of rows of each hidden work sheet in order.

    Raises:
        UserError: as ``visible_sheets``.

    """
    with _opened(path) as book:
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible != calamine.SheetVisibleEnum.Visible
            and sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        try:
            return tuple((name, int(book.get_sheet_by_name(name).height)) for name in names)
        except calamine.CalamineError as error:
            raise _damaged(path) from error


def read_sheet(path: Path, sheet: str | None) -> Grid:
    """Return the cells of the named, else of the first visible sheet, from row 1 and column A.

    Cells merged downwards hold their value in each row. Numbers without fraction are ``int``,
    dates ISO text, truth values ``TRUE`` or ``FALSE``; formulas give their stored result.

    Raises:
        UserError: if the workbook is damaged, locked, too large unpacked, or has no such sheet.

    """
    with _opened(path) as book:
        names = _visible(book)
        name = sheet if sheet is not None else next(iter(names), None)
        if name is None or name not in book.sheet_names:
            problem = say("The workbook has no sheet {sheet}.", sheet=sheet or "—")
            mend = say("Its sheets are: {sheets}.", sheets=", ".join(names)[:300])
            raise UserError([Fault(path.name, problem, mend)])
        try:
            found = book.get_sheet_by_name(name)
            rows = [list(map(_cell, row)) for row in found.to_python(skip_empty_area=False)]
            merged = found.merged_cell_ranges or []
        except calamine.CalamineError as error:
            raise _damaged(path) from error
    marks = (*_fill_down(rows, merged), *_across(rows, merged))
    numbered = tuple(NumberedRow(i, tuple(row)) for i, row in enumerate(rows, 1))
    return Grid(path.name, name, numbered, marks)


def _opened(path: Path) -> calamine.CalamineWorkbook:
    weigh_workbook(path)
    try:
        return calamine.CalamineWorkbook.from_path(path)
    except calamine.PasswordError as error:
        problem = say("The workbook is locked with a password.")
        raise _refused(path, problem, say("Save it without a password.")) from error
    except (calamine.CalamineError, OSError) as error:
        raise machine_fault(path.name, error) or _damaged(path) from error


def weigh_workbook(path: Path) -> None:
    """Check that the workbook is whole and unpacks to a bearable size.

    A file that was weighed and is still the same by time, size and place is not weighed again.

    Raises:
        UserError: if it cannot be read, is damaged, of another kind, or too large unpacked.

    """
    try:
        about = path.stat()
        _weighed(path, about.st_mtime_ns, about.st_size, about.st_ino)
    except OSError as error:
        raise machine_fault(path.name, error) or _damaged(path) from error


@lru_cache(maxsize=32)
def _weighed(path: Path, _changed_ns: int, _size: int, _place: int) -> None:
    with path.open("rb") as stream:
        if stream.read(4) == _OLD_OFFICE:
            problem = say("This is an old .xls workbook or one locked with a password.")
            raise _refused(path, problem, say("Save it as .xlsx without a password."))
        try:
            with zipfile.ZipFile(stream) as archive:
                parts = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise _damaged(path) from error
        if len(parts) > _MOST_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED_BYTES:
            raise _too_large(path)
        left = MOST_UNPACKED_BYTES
        for part in parts:
            content = _unpacked(path, stream, part, left)
            left -= len(content)
            if part.filename.lower().endswith(_MARKUP) or b"sheetData" in content:
                _check_markup(path, content)


def _unpacked(path: Path, stream: IO[bytes], part: zipfile.ZipInfo, left: int) -> bytes:
    """Return the part unpacked by what its bytes say, not by the size its header claims."""
    packed = part.compress_type == zipfile.ZIP_DEFLATED
    if part.flag_bits & 1 or not (packed or part.compress_type == zipfile.ZIP_STORED):
        raise _damaged(path)
    if part.header_offset < 0:
        raise _damaged(path)
    stream.seek(part.header_offset)
    header = stream.read(_LOCAL_HEADER_BYTES)
    if len(header) < _LOCAL_HEADER_BYTES:
        raise _damaged(path)
    skip = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    stream.seek(skip, 1)
    if part.compress_size > left and not packed:
        raise _too_large(path)
    content = stream.read(part.compress_size)
    if packed:
        try:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, left + 1)
        except zlib.error as error:
            raise _damaged(path) from error
    if len(content) > left:
        raise _too_large(path)
    if len(content) < part.file_size:
        raise _damaged(path)
    return content


class _Extent:
    """The farthest filled cell of a sheet, as a reader that lays out all cells before it sees it.

    One cell in the last row and column of a sheet makes such a reader ask for 17 thousand million.
    """

    def __init__(self) -> None:
        """Start above and left of the first cell."""
        self.row = self.column = self.last_row = self.last_column = 0
        self.in_cell = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take in a row, a cell, or what fills a cell; an empty cell does not count."""
        kind = name if ":" not in name else name.rpartition(":")[2]
        if kind == "row":
            self.row = int(attributes.get("r") or self.row + 1)
            self.column = 0
        elif kind == "c":
            self.in_cell = True
            self.column += 1
            if "r" in attributes:
                self._place(attributes["r"])
        elif self.in_cell:
            self.last_row = max(self.last_row, self.row)
            self.last_column = max(self.last_column, self.column)

    def end(self, name: str) -> None:
        """Leave a cell."""
        if name == "c" or name.endswith(":c"):
            self.in_cell = False

    def refuse(self, *_: object) -> None:
        """Refuse a document type: entities can unpack to anything."""
        msg = "document type"
        raise ValueError(msg)

    def _place(self, reference: str) -> None:
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            msg = "reference"
            raise ValueError(msg)
        self.row = int(match[2])
        if match[1]:
            self.column = _column_number(match[1])


def _check_markup(path: Path, content: bytes) -> None:
    """Refuse a part that is not strict XML or whose filled cells reach too far.

    Strictness counts: the fast reader forgives broken markup, and what it makes of it cannot be
    weighed here.
    """
    if _BOASTFUL.search(content):
        raise _too_large(path)
    extent = _Extent()
    parser = expat.ParserCreate("UTF-8")
    parser.StartDoctypeDeclHandler = extent.refuse
    if b"sheetData" in content:
        parser.StartElementHandler = extent.start
        parser.EndElementHandler = extent.end
    try:
        parser.Parse(content, True)  # noqa: FBT003 -- the C function takes no keywords
    except (expat.ExpatError, ValueError) as error:
        raise _damaged(path) from error
    if extent.last_row * max(extent.last_column, 1) > MOST_CELLS:
        raise _too_large(path)


@lru_cache(maxsize=20_000)
def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _visible(book: calamine.CalamineWorkbook) -> tuple[str, ...]:
    return tuple(
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == calamine.SheetVisibleEnum.Visible
        and sheet.typ == calamine.SheetTypeEnum.WorkSheet
    )


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, (str, int)):
        return value
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, dt.date) else str(value)


_Merged = tuple[tuple[int, int], tuple[int, int]]


def _fill_down(rows: list[list[Cell]], merged: Sequence[_Merged]) -> list[Mark]:
    """Write the value of cells merged downwards into each of their rows; wide ones stay titles."""
    left = MOST_CELLS
    marks = []
    for (top, column), (bottom, last_column) in merged:
        if column != last_column or top >= len(rows) or column >= len(rows[top]):
            continue
        value = rows[top][column]
        last = min(bottom + 1, len(rows), top + 1 + left)
        for at in range(top + 1, last):
            rows[at][column] = value
            if value != "":
                marks.append(Mark(at + 1, column, "merged", str(value)))
        left -= max(last - top, 0)
    return marks


def _across(rows: Sequence[Sequence[Cell]], merged: Sequence[_Merged]) -> list[Mark]:
    """Return a mark for each empty cell that a wide merged cell covers."""
    left = MOST_MARKS
    marks: list[Mark] = []
    for (top, column), (bottom, last_column) in merged:
        if column == last_column or top >= len(rows) or column >= len(rows[top]):
            continue
        value = str(rows[top][column])
        for at in range(top, min(bottom + 1, len(rows))):
            across = range(column, min(last_column + 1, len(rows[at])))
            here = [i for i in across if value and (at, i) != (top, column)][: left - len(marks)]
            marks.extend(Mark(at + 1, i, "merged_across", value) for i in here)
    return marks


def _refused(path: Path, problem: Sentence, mend: Sentence) -> UserError:
    return UserError([Fault(path.name, problem, mend)])


def _damaged(path: Path) -> UserError:
    return _refused(
        path,
        say("The workbook is damaged, cut off or not a workbook."),
        say("Open it in a spreadsheet program and save it again as .xlsx."),
    )


def _too_large(path: Path) -> UserError:
    return _refused(
        path,
        say("The workbook unpacks to more than can be read safely."),
        say("Keep only the sheets and cells in use, and save it again."),
    )
