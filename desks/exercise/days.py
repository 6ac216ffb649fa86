"""Which days can be meant: one that lies centuries off is a slip of the hand, and is told so."""

from datetime import date, timedelta

from language import Sentence, say

EARLIEST, FARTHEST = date(1900, 1, 1), date(2100, 12, 31)
"""The register's own bounds of a day (layers/cells.py)."""

PLANNED = timedelta(days=3 * 366)
"""So far ahead a drill is planned: the longest period of drill_rules.toml is two years."""

MENDED = timedelta(days=10 * 366)
"""So much time at most is given to mend what was found."""


def known_problem(day: date) -> Sentence | None:
    """Return why nothing can be said of that day, ``None`` where it may be asked about."""
    if EARLIEST <= day <= FARTHEST:
        return None
    return say("A day lies from {first} to {last}.", first=str(EARLIEST), last=str(FARTHEST))


def planned_problem(day: date, today: date | None) -> Sentence | None:
    """Return why no drill is planned for that day; ``today`` unknown bounds it by FARTHEST."""
    return _ahead_problem(day, today, PLANNED)


def due_problem(day: date, today: date) -> Sentence | None:
    """Return why nothing is due by that day, ``None`` where it may be."""
    return _ahead_problem(day, today, MENDED)


def _ahead_problem(day: date, today: date | None, most: timedelta) -> Sentence | None:
    last = FARTHEST if today is None else min(today + most, FARTHEST)
    if EARLIEST <= day <= last:
        return None
    return say("The day lies too far off: {last} is the last one.", last=str(last))
