"""Where a drill stands by its log, and one writer at a time: whoever comes second is told so."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from geodata.faults import Fault, UserError
from geodata.store import Store
from language import say

from .clock import DAY, clock_text
from .log import Entry, entries, head, open_log, write

CLOCK_SLACK = timedelta(seconds=2)
"""So much a clock may step back when it is set right; more is refused."""


VOIDS_ALLOWED = 2
"""So many draws of one drill may be voided; after one more it is given up (docs/drills.md)."""


@dataclass
class Turn:
    """What was in the log when the turn began, and the only hand that may go on writing it.

    ``at`` is the clock (with its offset) by which the turn acts; ``last`` the head it rests on.
    """

    log: Store
    at: datetime
    last: str
    entries: tuple[Entry, ...]

    def write(self, who: str, kind: str, told: Mapping[str, Any], *, key: str = "") -> Entry:
        """Return the new line, which follows the last one that this turn knows.

        Raises:
            UserError: where somebody else wrote to the log meanwhile, or as ``log.write`` does.

        """
        entry = write(self.log, who, kind, told, key=key, after=self.last)
        self.last = entry.hash
        self.entries = (*self.entries, entry)
        return entry


@contextmanager
def begin(place: Path | Store, at: datetime) -> Iterator[Turn]:
    """Yield a turn on a drill's log (its file, or the open store).

    Raises:
        UserError: where there is no log, it is damaged, or the clock stands before its last entry.

    """
    log = open_log(place) if isinstance(place, Path) else place
    try:
        last, found = head(log), entries(log)
        require_clock(found, at)
        yield Turn(log, at, last, found)
    finally:
        if isinstance(place, Path):
            log.close()


def require_clock(found: Sequence[Entry], at: datetime) -> None:
    """Refuse a clock that stands before what was written last.

    Raises:
        UserError: with both times.

    """
    if found and at + CLOCK_SLACK < found[-1].at:
        problem = say(
            "The clock says {now}, but the last entry was written at {last}: it was set back.",
            now=at.isoformat(timespec="seconds"),
            last=found[-1].at.astimezone(at.tzinfo).isoformat(timespec="seconds"),
        )
        raise UserError([Fault("log", problem, say("Set the clock right, then try again."))])


def current(found: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the lines since the last sealing, with it; () where nothing is sealed now."""
    for at in range(len(found) - 1, -1, -1):
        if found[at].kind == "voided":
            return ()
        if found[at].kind == "sealed":
            return tuple(found[at:])
    return ()


def voids(found: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the draws of this drill that were voided."""
    return tuple(entry for entry in found if entry.kind == "voided")


def require_unsealed(found: Sequence[Entry], number: str) -> None:
    """Refuse a drill that is sealed or given up: neither pool nor T0 can be replaced then.

    Raises:
        UserError: naming when it was sealed, or how many draws were voided.

    """
    count = len(voids(found))
    if count > VOIDS_ALLOWED:
        problem = say("{count} draws of this drill were voided; it is given up.", count=count)
        raise UserError([Fault(number[:60], problem, say("Give another drill a new number."))])
    now = current(found)
    if now:
        when = clock_text(now[0].at, DAY)
        problem = say("This drill was sealed at {when}; nothing was changed.", when=when)
        raise UserError([Fault(number[:60], problem, say("Give another drill a new number."))])
