"""Readings as they come: a line of a CSV file or a JSON message, checked one by one."""

import csv
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO

from language import Sentence, say

LONGEST = 200
"""Characters of a text in a reading; what is longer is no name of anything."""

AHEAD = timedelta(minutes=5)
"""A clock may run so far ahead of ours; a reading further in the future is kept aside."""

LATER = say("The time lies in the future; the reading is kept aside until then.")
COLUMNS = ("layer", "id", "quantity", "value", "unit", "at")


@dataclass(frozen=True)
class Reading:
    """One measured value of one object, at a moment with its zone."""

    layer: str
    id: str
    quantity: str
    value: float
    unit: str
    at: datetime


@dataclass(frozen=True)
class Refused:
    """One line that is no reading: its number, what it held, and why.

    ``ahead`` are its readings where only their time speaks against it: they are to be kept aside.
    """

    line: int
    text: str
    reason: Sentence
    ahead: tuple[Reading, ...] = ()


def of_message(payload: bytes, now: datetime) -> tuple[Reading, ...] | Refused:
    """Return the readings of one message: a JSON object, or a list of them; all or none."""
    try:
        said = json.loads(payload.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        return Refused(1, repr(payload[:LONGEST]), say("This is no JSON."))
    found: list[Reading] = []
    for row in said if isinstance(said, list) else [said]:
        checked = _reading(row if isinstance(row, dict) else {})
        if isinstance(checked, Sentence):
            return Refused(1, str(row)[:LONGEST], checked)
        found.append(checked)
    if any(one.at > now + AHEAD for one in found):
        return Refused(1, str(said)[:LONGEST], LATER, tuple(found))
    return tuple(found)


def all_ahead(readings: Sequence[Reading], refused: Sequence[Refused]) -> bool:
    """Return whether everything that came lies in the future: then our own clock is in doubt."""
    return not readings and bool(refused) and all(one.ahead for one in refused)


def of_csv(text: str, now: datetime) -> Iterator[Reading | Refused]:
    """Yield each line of a CSV with the headings layer, id, quantity, value, unit, at."""
    rows = csv.DictReader(StringIO(text.removeprefix("\ufeff")), strict=False)
    try:
        missing = [key for key in COLUMNS if key not in (rows.fieldnames or ())]
        if missing:
            reason = say("The headings {names} are missing.", names=", ".join(missing))
            yield Refused(1, str(rows.fieldnames)[:LONGEST], reason)
            return
        for row in rows:
            checked, held = _reading(row), str(list(row.values()))[:LONGEST]
            if isinstance(checked, Sentence):
                yield Refused(rows.line_num, held, checked)
            elif checked.at > now + AHEAD:
                yield Refused(rows.line_num, held, LATER, (checked,))
            else:
                yield checked
    except csv.Error as error:
        reason = say("This is no CSV: {detail}.", detail=str(error))
        yield Refused(rows.line_num, "", reason)


def _reading(row: Mapping[str, object]) -> Reading | Sentence:
    """Return the reading, or why it is none."""
    texts = {key: row.get(key) for key in ("layer", "id", "quantity", "unit")}
    for key, text in texts.items():
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
            return say("{key} is no text.", key=key)
        if any("\ud800" <= sign <= "\udfff" for sign in text):  # half a sign: no file takes it
            return say("{key} is no text.", key=key)
    value = _number(row.get("value"))
    if value is None:
        return say("The value is no number.")
    at = _moment(row.get("at"))
    if at is None:
        return say("The time is none like 2026-09-16T14:22:00+08:00.")
    plain = {key: str(text).strip() for key, text in texts.items()}
    return Reading(plain["layer"], plain["id"], plain["quantity"], value, plain["unit"], at)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _moment(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
        return None if at is None or at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
