"""The clock of a running drill: it neither jumps nor runs backwards, whatever the machine's does.

It is set once, when a program begins to run a drill, by the machine's clock and by the log, and
goes on by the time that passes; a clock that somebody sets meanwhile moves no inject.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from desks.stock import CHINA
from language import Sentence, say

from .course import course_of
from .log import Entry

SLACK = timedelta(seconds=2)
"""So far two clocks may part before it is said."""

TIME, DAY = "%H:%M:%S", "%Y-%m-%d %H:%M:%S"
"""How a moment is told within a drill, and where its day matters."""


def clock_text(at: datetime, pattern: str = TIME) -> str:
    """Return a moment as the district's wall clock shows it, on screens, papers and terminals."""
    return at.astimezone(CHINA).strftime(pattern)


@dataclass(frozen=True)
class Clock:
    """A drill's clock: ``base`` (UTC) was the moment at ``began_s`` of the passing time.

    ``behind`` is by how much the machine's clock stood before the last entry when it was set.
    """

    base: datetime
    began_s: float
    behind: timedelta = timedelta()

    def now(self) -> datetime:
        """Return the moment (UTC)."""
        return self.base + timedelta(seconds=passing_s() - self.began_s)

    def off_by(self, wall: datetime | None = None) -> timedelta:
        """Return by how much the machine's clock was set since, forward positive."""
        return (wall or datetime.now(tz=UTC)) - self.now() + self.behind


def passing_s() -> float:
    """Return seconds that only grow, sleep of the machine counted where the system can tell."""
    kind = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
    return time.monotonic() if kind is None else time.clock_gettime(kind)


def clock_of(entries: Sequence[Entry], *, wall: datetime | None = None) -> Clock:
    """Return a clock that begins now, or at the last entry where the machine's is behind it."""
    now = wall or datetime.now(tz=UTC)
    told = course_of(entries).floor
    base = max([now, *(entry.at for entry in entries), *([told] if told else [])])
    return Clock(base, passing_s(), base - now)


def set_back(behind: timedelta) -> Sentence:
    """Return what is said of a clock that stands before the log."""
    return say(
        "The machine's clock stands {seconds} s before the last entry: it was set back. The drill"
        " goes on by the time of its log.",
        seconds=round(behind.total_seconds()),
    )


def was_set(by: timedelta) -> Sentence:
    """Return what is said of a clock that was set while a drill ran."""
    return say(
        "The machine's clock was set by {seconds} s. The drill goes on by the time that passed.",
        seconds=round(by.total_seconds()),
    )
