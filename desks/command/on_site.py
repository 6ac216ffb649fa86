"""Teams that reported on site: one line of the log each, the first one counts (row S2-3)."""

from collections.abc import Iterable
from datetime import datetime

from geodata.store import WHOLE, Author, Event, Scope, Store

from .journal import Entry, read_log, write


def arrive(
    store: Store, author: Author, reported: Entry, *, scope: Scope = WHOLE
) -> tuple[Event, ...]:
    """Add that a team is on site (see ``arrival``); nothing where that is written already.

    Raises:
        UserError: as for ``journal.decide``.

    """
    if (reported.layer, reported.record) in arrived(
        read_log(store, reported.incident, scope=scope)
    ):
        return ()
    return write(store, author, [reported], scope=scope)


def arrival(incident: str, team: tuple[str, str, str], *, at: datetime, who: str) -> Entry:
    """Return the line that a team (layer, id, name) is on site."""
    layer, record, name = team
    return Entry("", incident, "arrived", at, who, name, layer=layer, record=record)


def arrived(entries: Iterable[Entry]) -> dict[tuple[str, str], datetime]:
    """Return when each team, by layer and id, was first reported to be on site."""
    found: dict[tuple[str, str], datetime] = {}
    for entry in entries:
        if entry.kind == "arrived":
            key = (entry.layer, entry.record)
            found[key] = min(entry.at, found.get(key, entry.at))
    return found
