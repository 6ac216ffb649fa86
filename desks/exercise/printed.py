"""The head of the log for paper: what binds everything before it, once it left this machine."""

from datetime import datetime
from pathlib import Path

from geodata.store import Store

from .standing import begin

OCCASIONS = ("seal", "start", "end")
"""After the sealing, after the draw (before the drill starts), after its end."""


def note_head(log: Path | Store, what: str, *, at: datetime, who: str = "control") -> str:
    """Return the 64 hex digits to print; that they were printed is the next line of the log.

    Raises:
        UserError: where somebody else writes, or the clock was set back.
        ValueError: for an occasion that is not in OCCASIONS.

    """
    if what not in OCCASIONS:
        raise ValueError(what)
    with begin(log, at) as turn:
        head = turn.last
        turn.write(who, "printed", {"head": head, "what": what})
    return head
