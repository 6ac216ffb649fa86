"""The head of the log for paper: what binds everything before it, once it left this machine."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from geodata.faults import Fault, UserError
from geodata.store import Store
from language import Sentence, say

from .course import OVER
from .log import Entry
from .standing import begin, current

OCCASIONS = ("seal", "draw", "start", "end")
"""After the sealing, between commitments and reveals, between draw and opening, after the end."""


def note_head(log: Path | Store, what: str, *, at: datetime, who: str = "control") -> str:
    """Return the 64 hex digits to print; that they were printed is the next line of the log.

    Raises:
        UserError: where the occasion has not come (the verifier would refute the drill for it),
            somebody else writes, or the clock was set back.
        ValueError: for an occasion that is not in OCCASIONS.

    """
    if what not in OCCASIONS:
        raise ValueError(what)
    with begin(log, at) as turn:
        _require_come(turn.entries, what)
        head = turn.last
        turn.write(who, "printed", {"head": head, "what": what})
    return head


def note_draw(log: Path | Store, *, at: datetime, who: str = "control") -> str | None:
    """Return the head to print between draw and opening; ``None`` where none is owed.

    Only this paper proves that the envelope was closed until then.

    Raises:
        UserError: where somebody else writes, or the clock was set back.

    """
    with begin(log, at) as turn:
        if not is_owed(turn.entries):
            return None
        head = turn.last
        turn.write(who, "printed", {"head": head, "what": "start"})
    return head


def is_owed(found: Sequence[Entry]) -> bool:
    """Return whether the draw is complete and no head was printed since, nothing opened."""
    kinds = [entry.kind for entry in current(found)]
    if "drawn" not in kinds or "opened" in kinds:
        return False
    return "printed" not in kinds[kinds.index("drawn") :]


def head_of_seal(found: Sequence[Entry]) -> str:
    """Return the head that was last printed for the sealing that counts now, "" for none."""
    heads = [
        str(entry.told.get("head"))
        for entry in current(found)
        if entry.kind == "printed" and entry.told.get("what") == "seal"
    ]
    return heads[-1] if heads else ""


def _require_come(found: Sequence[Entry], what: str) -> None:
    """Refuse a head whose occasion has not come.

    Raises:
        UserError: saying what comes first.

    """
    kinds = {entry.kind for entry in current(found)}
    first: Mapping[str, tuple[set[str], Sentence]] = {
        "seal": ({"sealed"}, say("The drill is not sealed yet.")),
        "draw": ({"committed"}, say("Nobody has committed yet.")),
        "start": ({"drawn", "opened"}, say("The draw is not complete yet.")),
        "end": ({*OVER}, say("The drill is not over.")),
    }
    needed, problem = first[what]
    if not kinds & needed:
        mend = say("Print the head once it has come to this.")
        raise UserError([Fault("--what", problem, mend, value=what)])
