"""The log of one drill: a store of its own, append-only and hash-chained.

Every drill has its own chain, so that a package proves one drill and shows nothing of another. A
link's body is what ``geodata/store`` hashes (post, seq, clock, at, who, why, kind, layer, id,
version, before, after); ours stands in ``kind`` and ``after``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from geodata.store import Author, Event, Store, create_store, open_store

KINDS = (
    "composed", "sealed", "printed", "committed", "revealed", "voided", "drawn", "opened",
    "started", "released", "acknowledged", "stamped", "noted", "paused", "resumed", "aborted",
    "ended", "handed_out", "handed_in", "frozen", "found", "closed", "archived",
)  # fmt: skip
"""What can happen in a drill; docs/drills.md says what each entry holds."""

DRILL_LAYER = "drill"


@dataclass(frozen=True)
class Entry:
    """One line of the log: its number, when (UTC) and by whom it was written, what it says."""

    number: int
    at: datetime
    who: str
    kind: str
    key: str
    told: Mapping[str, Any]
    hash: str


def create_log(path: Path) -> Store:
    """Return the new, empty log of a drill (``log.sqlite`` in its folder)."""
    return create_store(path)


def open_log(path: Path) -> Store:
    """Return the log of a drill.

    Raises:
        UserError: where there is none, or it is damaged.

    """
    return open_store(path)


def write(
    log: Store, who: str, kind: str, told: Mapping[str, Any], *, key: str = "", after: str = ""
) -> Entry:
    """Return the line as it is on the disk; ``key`` names what it is about (an inject, a node).

    ``after`` is the hash that was the head when the writer looked ("" whatever it is).

    Raises:
        StaleEdit: where somebody else wrote since the writer looked.
        UserError: where the disk is full, the log is busy, or what is told is no text.
        ValueError: for a kind that is not in KINDS.

    """
    if kind not in KINDS:
        raise ValueError(kind)
    return _entry(log.note(Author(who, ""), kind, told, layer=DRILL_LAYER, id=key, after=after))


def entries(log: Store) -> tuple[Entry, ...]:
    """Return every line in the order in which it was written."""
    return tuple(_entry(event) for event in written(log, KINDS))


def written(log: Store, kinds: Collection[str]) -> list[Event]:
    """Return the events of these kinds in the order in which they were written.

    Their times may not tell it: a log that was carried to a machine whose clock stood behind may
    hold an abort that bears an earlier time than the start.
    """
    return sorted(log.events(kinds=kinds), key=lambda event: event.clock)


def head(log: Store) -> str:
    """Return the 64 hex digits that bind the whole log: print them."""
    return log.head().hash


def _entry(event: Event) -> Entry:
    return Entry(
        event.seq, event.at, event.who, event.kind, event.id, dict(event.after), event.hash
    )
