"""Signals into the register's chain: who was warned of what, and when, for good."""

from geodata.store import Author, Event, Store

from .station import Station

KIND = "signal"


def announce(store: Store, station: Station, author: Author) -> tuple[Event, ...]:
    """Return the events of the signals that the chain did not hold yet.

    Where the program ends between the two files a signal may stand twice in the chain, never not
    at all.

    Raises:
        UserError: where either file cannot be written.

    """
    events = []
    for number, signal in station.untold():
        body = {
            "rule": signal.rule,
            "phase": signal.phase,
            "value": signal.value,
            "at": signal.at.isoformat(),
            "rules": station.pack.version,
        }
        events.append(store.note(author, KIND, body, layer=signal.layer, id=signal.id))
        station.told([number])
    return tuple(events)
