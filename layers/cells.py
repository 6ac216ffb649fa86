"""One cell of a register as the kind its column declares, or a sentence why not."""

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass

from geodata.tables import heading_unit
from geodata.workbook import Cell
from language import Sentence, say

from .codes import phones_of, plain_code
from .exchange import list_items, list_text
from .spec import ColumnSpec

Value = str | int | float | None

LONGEST_NAME = 120
"""Characters of a name or of a word from a list; no list, card or map has room for more."""

CODE_COLUMNS = frozenset({"id", "code", "depot_id", "source_id", "item_code", "uscc"})
"""Columns that programs compare: full-width digits in them are made plain."""

PHONE_JOINT = "; "
"""What stands between two telephone numbers of one person."""

BLANK_WORDS = frozenset(
    ("-", "--", "—", "——", "/", "\\", "n/a", "na", "null", "none", "nan", "#n/a", "#null!",
     "暂无", "不详", "未知", "待定", "待补充")
)  # fmt: skip
"""What people write into a number, date or choice that they do not know."""

UNIT_FACTORS: dict[str, dict[str, float]] = {
    "人": dict.fromkeys(("人", "名", "个", "位", "人次"), 1.0),
    "辆": dict.fromkeys(("辆", "台", "部"), 1.0),
    "张": dict.fromkeys(("张", "床", "个"), 1.0),
    "条": dict.fromkeys(("条", "个", "处"), 1.0),
    "瓶": dict.fromkeys(("瓶", "个"), 1.0),
    "m": {"m": 1.0, "米": 1.0, "cm": 0.01, "厘米": 0.01, "mm": 0.001, "毫米": 0.001},
    "m²": {
        **dict.fromkeys(("m2", "平方米", "平米", "平方"), 1.0),
        **dict.fromkeys(("公顷", "ha"), 1e4),
        **dict.fromkeys(("km2", "平方公里", "平方千米"), 1e6),
        "亩": 2000.0 / 3.0,
    },
    "m³": {**dict.fromkeys(("m3", "立方米", "立方", "方"), 1.0), "l": 0.001, "升": 0.001},
    "t": {"t": 1.0, "吨": 1.0, **dict.fromkeys(("kg", "公斤", "千克"), 0.001)},
    "MPa": {"mpa": 1.0, "兆帕": 1.0, "kpa": 0.001, "千帕": 0.001, "bar": 0.1},
    "L/s": {"l/s": 1.0, "升/秒": 1.0},
    "元": dict.fromkeys(("元", "cny", "rmb", "yuan"), 1.0),
}
"""What a number in another unit is multiplied with, by the unit that its column declares."""

_MULTIPLES = {"": 1.0, "百": 100.0, "千": 1000.0, "万": 10_000.0}
_NUMBER = re.compile(
    r"(?P<about>约|大约|近|≈|~)?\s*(?P<sign>[+-]?)"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?P<power>e[+-]?\d{1,2})?\s*"
    r"(?P<multiple>[百千万]?)(?P<more>[余多来]?)\s*(?P<unit>(?:[^\d\s,.+\-~]{1,6}?\d?)??)\s*"
    r"(?P<over>左右|以上|许)?"
)
_PREFIXED = frozenset(f"{prefix}{unit}" for prefix in "百千" for unit in "克帕瓦伏米升焦")
"""Units whose first character looks like a multiple: 500千克 are 500 of them, not 500,000."""
_MOST = 1e15
_ROUNDING = 1e-6
"""What a unit's factor may leave beside a whole number."""
_DATE = re.compile(
    r"(?P<y>\d{4})(?:[-/.]|年)(?P<m>\d{1,2})(?:[-/.]|月)(?P<d>\d{1,2})日?(?:[t\s].*)?"
    r"|(?P<y2>\d{4})(?P<m2>\d{2})(?P<d2>\d{2})"
)
_SERIAL = re.compile(r"[1-9]\d{4}(?:\.\d+)?")
_SERIAL_ZERO = dt.date(1899, 12, 30)
_SERIALS = (10_000, 73_050)
_YEARS = (1900, 2100)
_PARTS = re.compile(r"[;；、,，|/]+")
_TRUTHS = {
    **dict.fromkeys(("true", "yes", "y", "1", "√", "✓", "✔"), "是"),
    **dict.fromkeys(("false", "no", "n", "0", "×", "x"), "否"),
}


@dataclass(frozen=True)
class Typed:
    """A value of the column's kind and, where it is not what stood there, the sentences why.

    ``code`` names the kind of problem for programs.
    """

    value: Value
    problem: Sentence | None = None
    mend: Sentence | None = None
    code: str = ""


def typed_cell(column: ColumnSpec, cell: Cell, factor: float = 1.0) -> Typed:
    """Return the cell as the column's kind; what cannot be read becomes empty with a sentence.

    ``factor`` turns a number without unit of its own into the column's unit. Empty is "" for
    text, choice, list and date, None for numbers. Dates are ISO text; lists are joined by ``;``.
    """
    if column.kind == "text":
        return _text(column, cell_text(cell))
    if cell_text(cell) == "" or _plain(cell) in BLANK_WORDS:
        return Typed(None if column.kind in {"integer", "number"} else "")
    if column.kind in {"integer", "number"}:
        return _number(column, cell, factor)
    if column.kind == "date":
        return _date(cell)
    if column.kind == "list":
        return _list(column, cell_text(cell))
    return _choice(column, cell_text(cell))


def cell_text(cell: Cell) -> str:
    """Return the cell as text; a number without fraction has none."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    return str(cell).strip()


def heading_factor(column: ColumnSpec, heading: str) -> float | None:
    """Return what numbers under the heading are multiplied with, None for an unknown unit.

    ``面积(公顷)`` over a column in m² gives 10,000; a heading without unit gives 1.
    """
    unit = heading_unit(heading)
    if not unit or not column.unit:
        return 1.0
    return _factor(column, unit)


def _factor(column: ColumnSpec, unit: str) -> float | None:
    factors = UNIT_FACTORS.get(column.unit, {})
    plain = unit.strip().casefold()
    if plain in factors:
        return factors[plain]
    multiple = _MULTIPLES.get(plain[:1], 0.0)
    if multiple and plain[1:] in factors:
        return multiple * factors[plain[1:]]
    return 1.0 if plain == unicodedata.normalize("NFKC", column.unit).casefold() else None


def _plain_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _plain(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", cell_text(cell)).strip().casefold()


def _number(column: ColumnSpec, cell: Cell, factor: float) -> Typed:
    match = _NUMBER.fullmatch(_plain(cell)[:60])
    if match is None:
        return _unread(say("This is no number."), "no_number")
    multiple, unit = match["multiple"], match["unit"]
    whole_unit = f"{multiple}{unit}"
    if whole_unit in UNIT_FACTORS.get(column.unit, _PREFIXED):
        multiple, unit = "", whole_unit
    own = _factor(column, unit) if unit else factor
    if own is None and column.unit:
        return _unread(say("The unit {unit} is not known here.", unit=unit), "unit_unknown")
    value = float(match["digits"].replace(",", "") + (match["power"] or ""))
    value *= _MULTIPLES[multiple] * (1.0 if own is None else own)
    impossible = _impossible(column, value, negative=match["sign"] == "-" and value > 0)
    if impossible is not None:
        return _unread(*impossible)
    notice: Sentence | None = None
    code = ""
    if match["about"] or match["more"] or match["over"]:
        notice, code = say("The number is only approximate."), "approximate"
    elif own is None:
        notice, code = say("The unit {unit} was left out.", unit=unit), "unit_left_out"
    mend = None if notice is None else say("The number is read as it stands.")
    return Typed(round(value) if column.kind == "integer" else value, notice, mend, code)


def _impossible(column: ColumnSpec, value: float, *, negative: bool) -> tuple[Sentence, str] | None:
    """Return why the number cannot be a count or measure, None where it can."""
    if negative:
        return say("The number is negative."), "negative"
    if not math.isfinite(value) or value > _MOST:
        return say("The number is too large."), "too_large"
    if column.kind == "integer" and abs(value - round(value)) > _ROUNDING:
        return say("The number must be whole."), "not_whole"
    return None


def _unread(problem: Sentence, code: str) -> Typed:
    return Typed(None, problem, say("It is left empty; write a plain number such as 1200."), code)


def _date(cell: Cell) -> Typed:
    found = _serial(cell) or _written_date(_plain(cell))
    if found is not None and _YEARS[0] <= found.year <= _YEARS[1]:
        return Typed(found.isoformat())
    mend = say("It is left empty; write a date such as 2026-05-01.")
    return Typed("", say("This is no date."), mend, "no_date")


def _serial(cell: Cell) -> dt.date | None:
    """Return the date of a day number of a spreadsheet (1 January 1900 is 1), 1927 to 2099."""
    text = _plain(cell)
    if _SERIAL.fullmatch(text) is None:
        return None
    days = float(text)
    if not _SERIALS[0] <= days <= _SERIALS[1]:
        return None
    return _SERIAL_ZERO + dt.timedelta(days=int(days))


def _written_date(text: str) -> dt.date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (match[k] or match[f"{k}2"] for k in "ymd")
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _text(column: ColumnSpec, text: str) -> Typed:
    if column.key in CODE_COLUMNS:
        code = plain_code(text)
        return Typed(
            code.upper() if code.isascii() and column.key == "uscc" else _plain_width(text)
        )
    if column.key == "phone":
        phones = phones_of(text)
        return Typed(text if phones.odd else PHONE_JOINT.join(phones.numbers))
    if column.key != "name" or len(text) <= LONGEST_NAME:
        return Typed(text)
    problem = say("The name has {count} characters.", count=len(text))
    mend = say("It is cut after {most}; give it a short name.", most=LONGEST_NAME)
    return Typed(_cut(text), problem, mend, "name_cut")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"


def _choice(column: ColumnSpec, text: str) -> Typed:
    plain = unicodedata.normalize("NFKC", text).strip()
    for choice in column.choices:
        if unicodedata.normalize("NFKC", choice) == plain:
            return Typed(choice)
    if column.choices == ("是", "否") and plain.casefold() in _TRUTHS:
        return Typed(_TRUTHS[plain.casefold()])
    return Typed(_cut(text), *_unlisted(column, text)) if column.choices else Typed(_cut(text))


def _list(column: ColumnSpec, text: str) -> Typed:
    items = list_items(text) or _PARTS.split(text)
    parts = tuple(dict.fromkeys(_cut(p.strip()) for p in items if p.strip()))
    unlisted = [part for part in parts if column.choices and part not in column.choices]
    if not unlisted:
        return Typed(list_text(parts))
    return Typed(list_text(parts), *_unlisted(column, "、".join(unlisted)))


def _unlisted(column: ColumnSpec, text: str) -> tuple[Sentence, Sentence, str]:
    return (
        say("{value} is not on the list.", value=text[:60]),
        say("It is kept; the list is: {choices}.", choices="、".join(column.choices)),
        "unlisted",
    )
