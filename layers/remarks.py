"""What a rehearsal says of a cell that was read: mended beyond doubt, odd, or hardly true."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geodata.faults import Weight
from geodata.workbook import Cell
from language import Sentence, say

from .cells import CODE_COLUMNS, Typed, cell_text
from .codes import credit_code_fault, item_code_fault, phones_of
from .spec import ColumnSpec

MOST_LIKELY: Mapping[str, float] = MappingProxyType(
    {
        "people": 200_000, "capacity_people": 500_000, "residents_day": 5_000_000,
        "residents_night": 5_000_000, "residents": 500_000, "vehicles": 500,
        "vehicle_width_m": 4, "vehicle_height_m": 5, "vehicle_weight_t": 100,
        "area_m2": 20_000_000, "beds": 10_000, "flow_l_s": 200, "tank_m3": 200_000,
        "cylinders": 50_000, "pressure_mpa": 40, "passages": 200, "quantity_t": 2_000_000,
        "quantity": 10_000_000,
    }
)  # fmt: skip
"""The most that a column is believed to hold; more is nearly always a unit or a slip of the key.

Judgement, not a standard; vehicles by GB 1589-2016 (width 2.55 m, height 4 m, 49 t) with room for
special ones.
"""

LEAST_LIKELY: Mapping[str, float] = MappingProxyType(
    {"vehicle_width_m": 1, "vehicle_height_m": 1, "vehicle_weight_t": 0.3}
)
"""The least that a column is believed to hold."""

PAST = frozenset({"last_verified", "issued", "filed"})
"""Dates of what was done: tomorrow's is a slip."""

FIRST_DAY = dt.date(1949, 10, 1)
"""Nothing in a register was verified, issued or filed before."""

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T].*)?")
_FULL_WIDTH = re.compile("[０-９Ａ-Ｚａ-ｚ．－＋％]")
_UNITS = re.compile(r"[^\W\d_]|[²³㎡㎥/%]")


@dataclass(frozen=True)
class Remark:
    """A sentence on a cell, its mend, its kind and who has to act."""

    problem: Sentence
    mend: Sentence
    code: str
    weight: Weight


def remark(column: ColumnSpec, cell: Cell, found: Typed, today: dt.date) -> Remark | None:
    """Return what is to be said of a cell that could be read, None where nothing is."""
    text = cell_text(cell)
    if found.value in ("", None):
        return None
    if column.kind in {"integer", "number"}:
        return _of_number(column, cell, found)
    if column.kind == "date":
        return _of_date(column, cell, str(found.value), today)
    if column.kind == "choice":
        return _read("choice_form", found.value) if text != found.value else None
    if column.kind == "list":
        return _read("full_width", found.value) if _FULL_WIDTH.search(text) else None
    return _of_code(column, text, str(found.value))


def _of_number(column: ColumnSpec, cell: Cell, found: Typed) -> Remark | None:
    value = found.value
    if not isinstance(value, int | float):
        return None
    most = MOST_LIKELY.get(column.key)
    if most is not None and value > most:
        problem = say("{value} is hardly true: more than {most}.", value=value, most=most)
        return Remark(problem, _check(), "absurd", "confirm")
    least = LEAST_LIKELY.get(column.key)
    if least is not None and value < least:
        problem = say("{value} is hardly true: less than {least}.", value=value, least=least)
        return Remark(problem, _check(), "absurd", "confirm")
    if not isinstance(cell, str):
        return None
    shown = f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else value  # noqa: PLR2004 -- %g rounds from here
    said = f"{shown} {column.unit}".strip()
    if _FULL_WIDTH.search(cell):
        return _read("full_width", said)
    return _read("unit", said) if _UNITS.search(cell) else None


def _of_date(column: ColumnSpec, cell: Cell, value: str, today: dt.date) -> Remark | None:
    day = dt.date.fromisoformat(value)
    if column.key in PAST and day > today:
        problem = say("The date lies in the future.")
        return Remark(problem, _check(), "date_future", "confirm")
    if day < FIRST_DAY:
        return Remark(say("The date lies before 1949."), _check(), "date_old", "confirm")
    if not isinstance(cell, str):
        return _read("date_serial", value)
    if _FULL_WIDTH.search(cell):
        return _read("full_width", value)
    return None if _ISO_DATE.fullmatch(cell.strip()) else _read("date_text", value)


def _of_code(column: ColumnSpec, text: str, value: str) -> Remark | None:
    if column.key == "uscc":
        problem = credit_code_fault(value)
        if problem is not None:
            mend = say("Look it up in the licence and correct it; the row stays out.")
            return Remark(problem, mend, "uscc", "decide")
    if column.key == "item_code":
        problem = item_code_fault(value)
        if problem is not None:
            mend = say("It is kept; look it up in GB/T 38565.")
            return Remark(problem, mend, "item_code", "confirm")
    if column.key == "phone":
        return _of_phone(text, value)
    if column.key in CODE_COLUMNS and _FULL_WIDTH.search(text):
        return _read("full_width", value)
    return None


def _of_phone(text: str, value: str) -> Remark | None:
    phones = phones_of(text)
    if phones.odd:
        problem = say("This is no telephone number: {number}.", number=phones.odd[0][:40])
        return Remark(problem, say("It is kept; call it once and correct it."), "phone", "confirm")
    if len(phones.numbers) > 1:
        return _read("several_phones", value)
    return _read("full_width", value) if _FULL_WIDTH.search(text) else None


def _check() -> Sentence:
    return say("It is kept; check it at its source.")


def _read(code: str, value: object) -> Remark:
    """Return the remark on a reading beyond doubt."""
    mend = say("Read as {value}.", value=str(value)[:60])
    return Remark(_PROBLEMS[code], mend, code, "auto")


_PROBLEMS: Mapping[str, Sentence] = MappingProxyType(
    {
        "full_width": say("The digits are full-width."),
        "unit": say("The number stands with a unit or word."),
        "date_text": say("The date is text in another form."),
        "date_serial": say("The date is the day number of a spreadsheet."),
        "choice_form": say("The choice is written in another form."),
        "several_phones": say("There are several telephone numbers in one cell."),
    }
)
