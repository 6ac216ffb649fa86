"""Tables of a user's file as they stand: headings found, cells cleaned, row numbers kept."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from language import Sentence, say

from .faults import Fault, UserError, Weight
from .guarded_text import unguarded
from .wkt import looks_like_wkt
from .workbook import (
    MOST_CELLS,
    Cell,
    Grid,
    Mark,
    NumberedRow,
    read_sheet,
    visible_sheets,
)

T = TypeVar("T", bound=Cell)

CSV_SUFFIXES = frozenset({".csv", ".txt", ".tsv"})
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm"})
TABLE_SUFFIXES = CSV_SUFFIXES | WORKBOOK_SUFFIXES

_MOST_BYTES = 200_000_000
_MOST_COLUMNS = 1000
_MOST_CHARACTERS = 4000
_MOST_SHAPE_CHARACTERS = 16_000_000
_HEADING_ROWS = 30
_TELLING_CHARACTERS = 20
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff]"
)
_QUOTED = re.compile(r'"(?:[^"]|"")*(?:"|$)')
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】")


@dataclass(frozen=True)
class Table:
    """Rows under their headings.

    ``frame`` has one object column per heading and a RangeIndex; cells are ``str``, ``int`` or
    ``float``, "" where empty, dates as ISO text. ``rows`` are the numbers that the user's own
    program shows. ``notices`` are what was found odd while reading; ``remarks`` what was mended
    beyond doubt, which only a rehearsal says.
    """

    file: str
    sheet: str
    frame: pd.DataFrame
    rows: tuple[int, ...]
    notices: tuple[Fault, ...] = ()
    remarks: tuple[Fault, ...] = ()


def read_table(path: Path, *, sheet: str | None = None, known: Collection[str] = ()) -> Table:
    """Return the table of a CSV file (UTF-8, UTF-16, GB18030) or of one sheet of a workbook.

    ``known`` are headings, as ``heading_key`` gives them, by which the heading row is told from
    title rows above it. Without ``sheet`` the first visible sheet is read.

    Raises:
        UserError: if the file is empty, cut off, too large, or not a table.

    """
    table = table_of(read_grid(path, sheet=sheet), known=known)
    if path.suffix.lower() in CSV_SUFFIXES and _is_gb18030(path):
        problem = say("The text is in GBK (GB18030), not in UTF-8.")
        mend = say("It was read as such.")
        said = Fault(path.name, problem, mend, code="gbk", weight="auto")
        return replace(table, remarks=(said, *table.remarks))
    return table


def read_grid(path: Path, *, sheet: str | None = None) -> Grid:
    """Return the cells of the file as they stand, cleaned, without empty rows.

    Raises:
        UserError: if the file is empty, cut off, too large, or not a table.

    """
    grid = raw_grid(path, sheet=sheet)
    _check_width(grid)
    filled = tuple(row for row in map(_clean_row, grid.rows) if any(c != "" for c in row.cells))
    if not filled:
        raise _refused(path, say("The table is empty."), say("Fill it or leave it out."), sheet)
    return Grid(grid.file, grid.sheet, filled, (*grid.marks, *_cleaned(grid.rows)))


def raw_grid(path: Path, *, sheet: str | None = None) -> Grid:
    """Return the cells of the file to the last space, empty rows and all.

    Raises:
        UserError: if the file is empty, cut off, too large, or not a table.

    """
    suffix = path.suffix.lower()
    _check_file(path)
    if suffix in WORKBOOK_SUFFIXES:
        grid = read_sheet(path, sheet)
    elif suffix in CSV_SUFFIXES:
        grid = Grid(path.name, "", _read_csv(path))
    else:
        raise _refused(
            path,
            say("This is not a table file that can be read: {suffix}.", suffix=suffix or "—"),
            say("Save it as .xlsx or .csv."),
        )
    return grid


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of the visible sheets of a workbook, in order; none for a CSV file.

    Raises:
        UserError: if the workbook cannot be read.

    """
    if path.suffix.lower() not in WORKBOOK_SUFFIXES:
        return ()
    _check_file(path)
    return visible_sheets(path)


def heading_key(heading: str) -> str:
    """Return the heading in the one form that headings are compared in.

    Full-width characters become plain ones, case, white space, ``_``, ``*`` and a colon at the
    end are dropped; brackets stay.
    """
    plain = unicodedata.normalize("NFKC", heading).casefold()
    return re.sub(r"[\s_*]", "", plain).rstrip(":")


def bare_heading_key(heading: str) -> str:
    """Return the compared form without what stands in brackets: ``面积(㎡)`` becomes ``面积``."""
    return _BRACKETS.sub("", heading_key(heading))


def heading_unit(heading: str) -> str:
    """Return what stands in the heading's last brackets, such as ``m2``; "" without brackets."""
    found = _BRACKETS.findall(heading_key(heading))
    return "".join(found[-1]) if found else ""


def clean_text(text: str) -> str:
    """Return the text on one line without control and direction marks, at most 4,000 long.

    The text of a shape may be longer: a border of some thousand corners is whole or nothing.
    """
    # What is printable has no unseen signs and no space but the plain one.
    plain = text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " "
    line = text if plain else " ".join(_UNSEEN.sub("", text).split())
    if len(line) <= _MOST_CHARACTERS:
        return line
    return line[: _MOST_SHAPE_CHARACTERS if looks_like_wkt(line) else _MOST_CHARACTERS]


def heading_columns(grid: Grid, *, known: Collection[str] = ()) -> tuple[int, dict[str, int]]:
    """Return the number of the heading row and where each heading of ``table_of`` stands.

    Columns count from 0; of two heading rows the upper one is named.
    """
    at = _heading_row(grid.rows, known)
    lower = _second_heading(grid.rows, at, known)
    body = grid.rows[(at if lower is None else lower) + 1 :]
    width = max(len(row.cells) for row in grid.rows[at:])
    _check_width(grid)
    texts = [_joined_heading(grid.rows, at, lower, i) for i in range(width)]
    headings, _ = _headings(grid, texts, body, grid.rows[at].number)
    return grid.rows[at].number, {heading: i for i, heading in enumerate(headings) if heading}


def table_of(grid: Grid, *, known: Collection[str] = ()) -> Table:
    """Return the table under the grid's heading row.

    The heading row is the one of the first thirty with the most known headings, else the first
    with several texts and no number. A second heading row under merged headings is taken in.

    Raises:
        UserError: if the grid has too many columns.

    """
    at = _heading_row(grid.rows, known)
    lower = _second_heading(grid.rows, at, known)
    body = grid.rows[(at if lower is None else lower) + 1 :]
    width = max(len(row.cells) for row in grid.rows[at:])
    if width > _MOST_COLUMNS:
        problem = say("The table has {columns} columns.", columns=width)
        mend = say("Keep at most {most} columns.", most=_MOST_COLUMNS)
        raise UserError([Fault(grid.file, problem, mend, sheet=grid.sheet)])
    texts = [_joined_heading(grid.rows, at, lower, i) for i in range(width)]
    headings, notices = _headings(grid, texts, body, grid.rows[at].number)
    columns = {
        heading: pd.Series([_cell(row, i) for row in body], dtype=object)
        for i, heading in enumerate(headings)
        if heading
    }
    frame = pd.DataFrame(columns, index=range(len(body)), dtype=object)
    if not body:
        problem = say("There are no rows under the headings.")
        mend = say("Fill in the rows or leave the table out.")
        notices.append(Fault(grid.file, problem, mend, sheet=grid.sheet, code="no_rows"))
    numbers = tuple(row.number for row in body)
    remarks = tuple(_remarks(grid, headings, body))
    return Table(grid.file, grid.sheet, frame, numbers, tuple(notices), remarks)


def _check_width(grid: Grid) -> None:
    width = max((len(trimmed(row.cells)) for row in grid.rows), default=0)
    if width > _MOST_COLUMNS:
        raise _too_wide(grid.file, grid.sheet, width)


def _too_wide(file: str, sheet: str, width: int) -> UserError:
    problem = say("The table has {columns} columns.", columns=width)
    mend = say("Keep at most {most} columns.", most=_MOST_COLUMNS)
    return UserError([Fault(file, problem, mend, sheet=sheet)])


def trimmed(cells: Sequence[T]) -> Sequence[T]:
    """Return the cells without the empty ones at their end."""
    end = len(cells)
    while end and cells[end - 1] == "":
        end -= 1
    return cells[:end]


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise _refused(path, say("There is no such file."), say("Check the name and folder."))
    size = path.stat().st_size
    if size == 0:
        raise _refused(path, say("The file is empty."), say("Export or copy it again."))
    if size > _MOST_BYTES:
        problem = say("The file is larger than {most} MB.", most=_MOST_BYTES // 1_000_000)
        raise _refused(path, problem, say("Split it or keep only the columns needed."))


def _refused(path: Path, problem: Sentence, mend: Sentence, sheet: str | None = None) -> UserError:
    return UserError([Fault(path.name, problem, mend, sheet=sheet or "")])


def _read_csv(path: Path) -> tuple[NumberedRow, ...]:
    text = _decoded(path, path.read_bytes())
    csv.field_size_limit(_MOST_SHAPE_CHARACTERS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[NumberedRow] = []
    try:
        cells_left = MOST_CELLS
        for number, cells in enumerate(reader, 1):
            rows.append(NumberedRow(number, tuple(map(unguarded, trimmed(cells)))))
            if len(rows[-1].cells) > _MOST_COLUMNS:
                raise _too_wide(path.name, "", len(rows[-1].cells))
            cells_left -= len(rows[-1].cells)
            if cells_left < 0:
                problem = say("The table has more than {most} cells.", most=MOST_CELLS)
                mend = say("Split it or keep only the columns needed.")
                raise _refused(path, problem, mend)
    except csv.Error as error:
        raise UserError(
            [
                Fault(
                    path.name,
                    say("The table breaks off or a quotation mark is not closed."),
                    say("Close the quotation mark at or after this row, or export again."),
                    row=len(rows) + 1,
                )
            ]
        ) from error
    return tuple(rows)


def _decoded(path: Path, raw: bytes) -> str:
    """Return the text, its encoding found by mark, then UTF-8, then GB18030, never by guess."""
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        problem = say("This is a workbook with the name of a text table.")
        raise _refused(path, problem, say("Save it as .xlsx or export it as .csv."))
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strict(path, raw, "utf-16")
    if b"\x00" in raw:
        raise _refused(path, say("This is not a text table."), say("Export it as .csv again."))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", errors="ignore")
        if sum(not c.isascii() for c in before) >= _TELLING_CHARACTERS:
            raise _undecodable(path, raw, error.start) from error
    return _strict(path, raw, "gb18030")


def _strict(path: Path, raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(path, raw, error.start) from error


def _is_gb18030(path: Path) -> bool:
    """Return whether the text, which was read already, is in no encoding of Unicode."""
    raw = path.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return True
    return False


def _undecodable(path: Path, raw: bytes, start: int) -> UserError:
    return UserError(
        [
            Fault(
                path.name,
                say("The text cannot be read here: it is damaged, cut off or in two encodings."),
                say("Export the table again as UTF-8."),
                row=raw.count(b"\n", 0, start) + 1,
            )
        ]
    )


def _delimiter(text: str) -> str:
    """Return the delimiter most frequent in the first lines outside quotation marks.

    A comma where none is.
    """
    counts = Counter(_QUOTED.sub("", text[:5000]))
    return max(",\t;", key=lambda mark: counts[mark])


def _clean_row(row: NumberedRow) -> NumberedRow:
    cells = (clean_text(c) if c and isinstance(c, str) else c for c in trimmed(row.cells))
    return NumberedRow(row.number, tuple(cells))


def _cleaned(rows: Sequence[NumberedRow]) -> list[Mark]:
    """Return a mark for each cell that loses unseen signs or its end when it is cleaned."""
    marks = []
    for row in rows:
        for at, cell in enumerate(row.cells):
            if not isinstance(cell, str) or (cell.isprintable() and len(cell) <= _MOST_CHARACTERS):
                continue
            if _UNSEEN.search(cell):
                marks.append(Mark(row.number, at, "unseen", cell[:60]))
            elif len(cell) > _MOST_CHARACTERS and len(clean_text(cell)) < len(cell):
                marks.append(Mark(row.number, at, "cut", cell[:60]))
    return marks


def _remarks(grid: Grid, headings: Sequence[str], body: Sequence[NumberedRow]) -> Iterator[Fault]:
    """Yield what the grid's marks say about cells of the body, each under its heading."""
    numbers = {row.number for row in body}
    for mark in grid.marks:
        heading = headings[mark.column] if mark.column < len(headings) else ""
        if mark.row not in numbers or not heading:
            continue
        weight: Weight = "auto" if mark.kind in {"merged", "unseen"} else "confirm"
        problem, mend = _marked(mark)
        value = "" if mark.kind.startswith("merged") else mark.value
        yield Fault(
            grid.file, problem, mend, mark.row, heading, value, grid.sheet, mark.kind, weight
        )


def _marked(mark: Mark) -> tuple[Sentence, Sentence]:
    value = clean_text(mark.value)[:60]
    if mark.kind == "merged":
        return (
            say("The cell is merged with those above it; only the first has a value."),
            say("{value} was filled down.", value=value),
        )
    if mark.kind == "merged_across":
        return (
            say("The cell is merged with those beside it; only the first has a value."),
            say("It is read as empty; unmerge the cells and fill them."),
        )
    if mark.kind == "unseen":
        return (
            say("The cell holds signs that cannot be seen."),
            say("Read as {value}.", value=value),
        )
    return (
        say("The text has more than {most} characters.", most=_MOST_CHARACTERS),
        say("It is cut there."),
    )


def _cell(row: NumberedRow, at: int) -> Cell:
    return row.cells[at] if at < len(row.cells) else ""


def _heading_row(rows: Sequence[NumberedRow], known: Collection[str]) -> int:
    scores = [_known_cells(row, known) for row in rows[:_HEADING_ROWS]]
    if max(scores) > 0:
        return scores.index(max(scores))
    for at, row in enumerate(rows[:_HEADING_ROWS]):
        filled = [cell for cell in row.cells if cell != ""]
        if len(filled) > 1 and all(isinstance(cell, str) for cell in filled):
            return at
    return 0


def _known_cells(row: NumberedRow, known: Collection[str]) -> int:
    return sum(_is_known(cell, known) for cell in row.cells)


def _is_known(cell: Cell, known: Collection[str]) -> bool:
    return isinstance(cell, str) and (heading_key(cell) in known or bare_heading_key(cell) in known)


def _second_heading(rows: Sequence[NumberedRow], at: int, known: Collection[str]) -> int | None:
    """Return the row under the heading row where it completes it: known words in its gaps only."""
    if at + 1 >= len(rows):
        return None
    upper, lower = rows[at], rows[at + 1]
    named = [i for i, cell in enumerate(lower.cells) if _is_known(cell, known)]
    filled = [i for i, cell in enumerate(lower.cells) if cell != ""]
    completes = (
        bool(named) and len(named) * 2 >= len(filled) and any(_cell(upper, i) == "" for i in named)
    )
    return at + 1 if completes else None


def _joined_heading(rows: Sequence[NumberedRow], at: int, lower: int | None, i: int) -> str:
    below = "" if lower is None else str(_cell(rows[lower], i))
    return below or str(_cell(rows[at], i))


def _headings(
    grid: Grid, texts: Sequence[str], body: Sequence[NumberedRow], row: int
) -> tuple[list[str], list[Fault]]:
    """Return one heading per column, "" for columns without heading and cells, and notices."""
    headings: list[str] = []
    notices: list[Fault] = []
    for i, text in enumerate(texts):
        heading = text
        if not text and any(_cell(entry, i) != "" for entry in body):
            heading = f"#{i + 1}"
            problem = say("Column {number} has cells but no heading.", number=i + 1)
            mend = say("Give it a heading, or empty it.")
            code = "heading_missing"
            notices.append(Fault(grid.file, problem, mend, row, sheet=grid.sheet, code=code))
        elif text and text in headings:
            heading = f"{text} #{i + 1}"
            problem = say("Two columns have the heading {heading}.", heading=text)
            mend = say("Rename one; the first is read.")
            code = "heading_twice"
            notices.append(Fault(grid.file, problem, mend, row, text, "", grid.sheet, code))
        headings.append(heading)
    return headings, notices
