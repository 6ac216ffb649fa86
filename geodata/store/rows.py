"""Between the rows of the tables and what the desks see."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, Row, RowMapping, Select, func, select

from geodata.chain import Link, canonical
from geodata.wkt import exact_wkt

from .keepable import require_plain
from .records import Event, Feature
from .replay import STATE_KINDS, State
from .schema import EVENT, FEATURE
from .sealing import PERSON_OF

HASHED = ("post", "seq", "clock", "at", "who", "why", "kind", "layer", "id", "version")
"""The columns of an event that its hash covers, beside ``before`` and ``after``."""

PLAIN = ("post", "seq", "clock", "who", "why", "kind", "layer", "id", "version", "previous", "hash")
"""The columns of an event that need no reading."""

CHUNK = 500
"""Ids that stand in one question to the database."""

Values = dict[str, Any]


def stamp_text(at: datetime) -> str:
    """Return the time as UTC text whose order is that of time."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def stamp_time(text: str) -> datetime:
    """Return the time of such a text."""
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)


def event_body(row: Mapping[str, Any] | RowMapping) -> Values:
    """Return what the hash of an event's row covers.

    Raises:
        ValueError: where ``before`` or ``after`` is no JSON.

    """
    body = {name: row[name] for name in HASHED}
    return {**body, "before": json.loads(row["before"]), "after": json.loads(row["after"])}


def event_of(row: Mapping[str, Any] | RowMapping) -> Event:
    """Return the event of a row."""
    plain = {name: row[name] for name in PLAIN}
    return Event(
        **plain,
        at=stamp_time(row["at"]),
        known_at=stamp_time(row["known_at"]),
        before=json.loads(row["before"]),
        after=json.loads(row["after"]),
    )


def link_of(event: Event) -> Link:
    """Return the link of an event: what its hash covers, and the hash before it."""
    body = {name: getattr(event, name) for name in HASHED}
    body |= {"at": stamp_text(event.at), "before": event.before, "after": event.after}
    return Link(event.seq, event.previous, body, event.hash)


def events_of(connection: Connection, question: Select[Any]) -> list[Event]:
    """Return the events of a question to the table of events."""
    return [event_of(row) for row in connection.execute(question).mappings()]


def events_on(connection: Connection, keys: Iterable[tuple[str, str]]) -> list[Event]:
    """Return every event on these features."""
    found: list[Event] = []
    for layer, ids in _by_layer(keys).items():
        for part in _parts(ids):
            own = (EVENT.c.layer == layer) & EVENT.c.id.in_(part)
            found += events_of(connection, select(EVENT).where(own))
    return found


def states_of(
    connection: Connection, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], State]:
    """Return the present state of those of these features that are there."""
    found: dict[tuple[str, str], State] = {}
    for layer, ids in _by_layer(keys).items():
        for part in _parts(ids):
            own = (FEATURE.c.layer == layer) & FEATURE.c.id.in_(part)
            for row in connection.execute(select(FEATURE).where(own)):
                found[row.layer, row.id] = state_of(row)
    return found


def remove_rows(connection: Connection, keys: Iterable[tuple[str, str]]) -> None:
    """Take these features out of the table, whether they are in it or not."""
    for layer, ids in _by_layer(keys).items():
        for part in _parts(ids):
            own = (FEATURE.c.layer == layer) & FEATURE.c.id.in_(part)
            connection.execute(FEATURE.delete().where(own))


def state_of(row: Row[Any]) -> State:
    """Return the state that a row of the table of features holds."""
    shape = None if row.shape is None else wkt(shapely.from_wkb(row.shape))
    props, sealed = json.loads(row.props), json.loads(row.sealed)
    return State(row.born, row.version, row.head, props, shape, sealed)


def feature_row(key: tuple[str, str], state: State) -> Values:
    """Return the row of the table of features for a state."""
    return {
        "layer": key[0],
        "id": key[1],
        "born": state.born,
        "version": state.version,
        "head": state.head,
        "props": canonical(state.props),
        "shape": None if state.shape is None else shapely.to_wkb(shapely.from_wkt(state.shape)),
        "sealed": canonical(state.personal),
    }


def features_of(rows: Sequence[Row[Any]], living: frozenset[str]) -> tuple[Feature, ...]:
    """Return the features of rows; ``living`` are the persons who were not erased."""
    shapes = shapely.from_wkb(np.array([row.shape for row in rows], dtype=object))
    return tuple(
        Feature(
            row.layer,
            row.id,
            row.version,
            row.head,
            order,
            _props(json.loads(row.props)),
            shape,
            filled(json.loads(row.sealed), living),
        )
        for order, (row, shape) in enumerate(zip(rows, shapes.tolist(), strict=True))
    )


def features_at(
    states: Mapping[tuple[str, str], State], living: frozenset[str]
) -> tuple[Feature, ...]:
    """Return the features of replayed states, in their order."""
    texts = np.array([state.shape for state in states.values()], dtype=object)
    shapes = shapely.from_wkt(texts).tolist() if len(texts) else []
    return tuple(
        Feature(
            layer,
            name,
            state.version,
            state.head,
            order,
            _props(state.props),
            shape,
            filled(state.personal, living),
        )
        for order, (((layer, name), state), shape) in enumerate(
            zip(states.items(), shapes, strict=True)
        )
    )


def wkt(shape: shapely.Geometry) -> str:
    """Return the shape as text from which exactly the same shape is read."""
    return exact_wkt(shape)


def filled(sealed: Mapping[str, str], living: frozenset[str]) -> frozenset[str]:
    """Return the personal columns that can still be read."""
    if sealed.get(PERSON_OF) not in living:
        return frozenset()
    return frozenset(column for column in sealed if column != PERSON_OF)


def _props(props: Mapping[str, Any]) -> Values:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in props.items()}


def _by_layer(keys: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for layer, name in sorted(set(keys)):
        require_plain(layer, name)
        found.setdefault(layer, []).append(name)
    return found


def _parts(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def removed_states(
    connection: Connection, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], State]:
    """Return a state that is not there for each of these features that once was.

    Its version counts on where the removed one ended.
    """
    found: dict[tuple[str, str], State] = {}
    for layer, ids in _by_layer(keys).items():
        for part in _parts(ids):
            own = (EVENT.c.layer == layer) & EVENT.c.id.in_(part) & EVENT.c.kind.in_(STATE_KINDS)
            counted = select(EVENT.c.id, func.count()).where(own).group_by(EVENT.c.id)
            for name, number in connection.execute(counted):
                found[layer, name] = State("", number, there=False)
    return found
