"""Workbooks as this program writes them: text stays text, and the same input gives the same bytes.

Colours are quiet and never alone: each goes with a word, a sign or a comment.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from geodata.workbook import Cell
from geodata.writing import write_file

MOST_CHARACTERS = 32_767
"""What a cell of a workbook holds (ECMA-376 leaves it open; Excel's own limit)."""

TEXT_FORMAT, DATE_FORMAT = 49, "yyyy-mm-dd"
"""49 is the built-in format of text: what is typed under it stays as typed."""

FONT, INK, QUIET, LINE = "Microsoft YaHei", "#1A2733", "#6B7785", "#C9D1D9"
HEADING, HEADING_REQUIRED, HEADING_INK = "#DCE4EC", "#2F4A66", "#FFFFFF"
EXAMPLE = "#F1F0EA"
WEIGHT_FILLS = {"auto": "#DDEFE9", "confirm": "#FBEBC4", "decide": "#F6D5CC"}

_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - the format has no time zone
_FIRST_DAY = date(1900, 3, 1)
"""From here on the day numbers of all spreadsheet programs agree."""
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_WIDE = 0x2E80


class _Exact(float):
    """A number that a workbook gets to its last bit: xlsxwriter writes 16 digits, some need 17."""

    def __format__(self, _spec: str) -> str:
        return repr(float(self))


@dataclass(frozen=True)
class Styles:
    """The looks of the cells of one workbook."""

    text: Format
    wrapped: Format
    plain: Format
    day: Format
    heading: Format
    required: Format
    example: Format
    example_day: Format
    title: Format
    quiet: Format


@contextmanager
def workbook(path: Path, *, title: str) -> Iterator[xlsxwriter.Workbook]:
    """Yield a workbook that appears whole at ``path`` when the block ends well.

    Raises:
        UserError: if the place cannot be written or the disk is full.

    """
    with write_file(path) as fresh:
        try:
            with xlsxwriter.Workbook(str(fresh), _OPTIONS) as book:
                book.set_properties({"created": _CREATED, "title": title})
                book.set_size(2400, 1600)
                yield book
        except FileCreateError as error:
            cause = error.args[0] if error.args else error
            raise (cause if isinstance(cause, OSError) else OSError(str(cause))) from error


def styles(book: xlsxwriter.Workbook) -> Styles:
    """Return the styles of our own sheets, made in the workbook."""
    face = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
    head = {**face, "bold": True, "text_wrap": True, "bottom": 1, "border_color": LINE}
    shown = {**face, "italic": True, "font_color": QUIET, "bg_color": EXAMPLE, "align": "left"}
    return Styles(
        text=book.add_format({**face, "num_format": TEXT_FORMAT}),
        wrapped=book.add_format({**face, "text_wrap": True, "valign": "top"}),
        plain=book.add_format(face),
        day=book.add_format({**face, "num_format": DATE_FORMAT, "align": "left"}),
        heading=book.add_format({**head, "bg_color": HEADING}),
        required=book.add_format({**head, "bg_color": HEADING_REQUIRED, "font_color": HEADING_INK}),
        example=book.add_format(shown),
        example_day=book.add_format({**shown, "num_format": DATE_FORMAT}),
        title=book.add_format({**face, "bold": True, "font_size": 14}),
        quiet=book.add_format({**face, "font_color": QUIET, "text_wrap": True, "valign": "top"}),
    )


def put(
    sheet: Worksheet, row: int, column: int, value: Cell | None, style: Format | None = None
) -> None:
    """Write one cell: a number to its last bit, a text as text whatever it begins with.

    Raises:
        ValueError: for a text longer than a cell.

    """
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, float):
        sheet.write_number(row, column, _Exact(value), style)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, style)
    elif sheet.write_string(row, column, value, style) != 0:
        msg = f"a cell cannot hold {len(value)} characters"
        raise ValueError(msg)


def put_day(sheet: Worksheet, row: int, column: int, value: str, style: Format) -> None:
    """Write an ISO date as a day of the spreadsheet, any other text as text."""
    day = as_day(value)
    if day is None:
        put(sheet, row, column, value)
    else:
        sheet.write_datetime(row, column, datetime(day.year, day.month, day.day), style)  # noqa: DTZ001


def as_day(text: str) -> date | None:
    """Return the day of a text ``YYYY-MM-DD`` from March 1900 on, else ``None``."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= _FIRST_DAY and day.isoformat() == text else None


def width_of(text: str) -> int:
    """Return how many characters of a column the text's longest line takes; a Chinese one two."""
    return max(sum(2 if ord(c) >= _WIDE else 1 for c in line) for line in text.split("\n"))
