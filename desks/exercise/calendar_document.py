"""The drill calendar as plain JSON values and as lines for a terminal."""

from collections.abc import Iterator
from typing import Any

from language import Catalogue, say

from .calendar import Calendar, Duty

SHOWN = 50
"""So many overdue duties are listed on a terminal; the JSON has all."""


def calendar_document(calendar: Calendar, catalogue: Catalogue) -> dict[str, Any]:
    """Return every duty as JSON values, its sentences in the catalogue's language."""
    return {
        "format": 1,
        "on": calendar.on.isoformat(),
        "overdue": len(calendar.overdue),
        "rules": [
            {
                "key": rule.key,
                "title": rule.title,
                "period": rule.period,
                "source": rule.source,
                "verified": rule.verified,
                "duties": sum(duty.rule == rule.key for duty in calendar.duties),
                "overdue": sum(duty.rule == rule.key for duty in calendar.overdue),
            }
            for rule in calendar.rules
        ],
        "duties": [_duty(duty, catalogue) for duty in calendar.duties],
        "cautions": [catalogue.word(caution) for caution in calendar.cautions],
    }


def _duty(duty: Duty, catalogue: Catalogue) -> dict[str, Any]:
    days = {
        "last": None if duty.last is None else duty.last.isoformat(),
        "due": None if duty.due is None else duty.due.isoformat(),
    }
    return {**vars(duty), **days, "why": catalogue.word(duty.why)}


def calendar_lines(calendar: Calendar, catalogue: Catalogue) -> Iterator[str]:
    """Yield the calendar for people: each rule with its numbers, then who is overdue."""
    for rule in calendar.rules:
        duties = sum(duty.rule == rule.key for duty in calendar.duties)
        late = sum(duty.rule == rule.key for duty in calendar.overdue)
        told = say("{late} of {duties} overdue", late=late, duties=duties)
        yield f"{rule.title}: {catalogue.word(told)}"
    overdue = calendar.overdue
    for duty in overdue[:SHOWN]:
        subject = f" {duty.subject}" if duty.subject else ""
        yield f"{duty.id} {duty.name}{subject}: {catalogue.word(duty.why)}"
    if len(overdue) > SHOWN:
        yield catalogue.word(
            say("and {more} more; --format json has all", more=len(overdue) - SHOWN)
        )
    yield from (catalogue.word(caution) for caution in calendar.cautions)
