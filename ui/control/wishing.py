"""From the form of a wish to what the composer is asked: every slip gets its sentence, at once."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from desks.exercise.compose_rules import RULES
from desks.exercise.compose_wish import Wish
from geodata.faults import Fault, UserError
from language import Sentence, say
from ui.panels.markup import View

from .board import Sent
from .fields import Option

T = TypeVar("T")
LAST_HOUR = 23


def options(rows: Mapping[str, Mapping[str, Any]], view: View) -> tuple[Option, ...]:
    """Return the rows of a table of the composer as they are read."""
    title = "title_zh" if view.words.language == "zh" else "title_en"
    return tuple((key, str(row[title])) for key, row in rows.items())


def wish_of(sent: Sent, language: str) -> Wish:
    """Return what is wished for; which words and numbers may stand there the composer says.

    No class ticked is every class.

    Raises:
        UserError: with every field that holds no day or number.

    """
    faults: list[Fault] = []

    def read(name: str, kind: Callable[[str], T], instead: T, problem: Sentence) -> T:
        try:
            return kind(sent.one(name))
        except ValueError:
            mend = say("Fill it in anew.")
            faults.append(Fault(name, problem, mend, value=sent.one(name)[:60]))
            return instead

    days = [read(name, date.fromisoformat, date.min, say("A day is missing."))
            for name in ("first", "last")]  # fmt: skip
    hours = [read(name, int, 0, say("An hour is a whole number from 0 to 23."))
             for name in ("hour_from", "hour_until")]  # fmt: skip
    band = [read(name, _minutes, 0, say("Minutes are a whole number."))
            for name in ("p90_from", "p90_until")]  # fmt: skip
    size = read("size", int, 0, say("The pool is a whole number of scenarios."))
    if faults:
        raise UserError(faults)
    return Wish(
        drill=sent.one("number"),
        type=sent.one("type"),
        classes=sent.many("classes") or tuple(RULES.classes),
        days=(days[0], days[1]),
        hours=_hours(hours[0], hours[1]),
        pool=size,
        band_s=(band[0], band[1]) if any(band) else None,
        avoid=sent.many("avoid"),
        language=language,
    )


def _minutes(text: str) -> int:
    """Return minutes as seconds; nothing filled in is 0."""
    return int(text) * 60 if text else 0


def _hours(first: int, last: int) -> tuple[int, ...]:
    """Return the hours from first to last, past midnight where the last is the smaller."""
    if not (0 <= first <= LAST_HOUR and 0 <= last <= LAST_HOUR):
        return (first, last)
    return tuple((first + step) % 24 for step in range((last - first) % 24 + 1))
