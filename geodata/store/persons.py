"""Whose personal columns a record holds, and what of them a scope lets one read."""

import json
from collections.abc import Collection
from typing import Any

import shapely
from sqlalchemy import Connection, Row, select

from .allowing import may_read
from .keepable import require_plain
from .rows import CHUNK, events_on
from .schema import FEATURE, PERSON
from .scope import EVERY, Scope
from .sealing import PERSON_OF, Keys

Key = tuple[str, str]
Columns = dict[str, str]


def personal_columns(
    connection: Connection, keys: Collection[Key], scope: Scope, secret: str
) -> dict[Key, Columns]:
    """Return the personal columns of these features in clear, masked ones as ""."""
    wanted = frozenset(key for key in keys if scope.of(key[0]).read is not None)
    sealed = _sealed(connection, wanted, scope)
    ring = Keys(connection, secret)
    ring.prefetch(sealed.values())
    found: dict[Key, Columns] = {}
    for key, texts in sealed.items():
        masked = scope.of(key[0]).masked
        told = ring.unseal(texts)
        if told:
            found[key] = {c: "" if c in masked else text for c, text in told.items()}
    return found


def _sealed(connection: Connection, wanted: frozenset[Key], scope: Scope) -> dict[Key, Columns]:
    """Return the ciphertexts of those features that have any and that the scope shows.

    One question for all layers: whom to call is asked at every click.
    """
    layers = sorted({layer for layer, _ in wanted})
    ids = sorted({name for _, name in wanted})
    require_plain(*ids)
    found: dict[Key, Columns] = {}
    for start in range(0, len(ids), CHUNK):
        part = FEATURE.c.id.in_(ids[start : start + CHUNK])
        question = select(FEATURE).where(FEATURE.c.layer.in_(layers), part)
        for row in connection.execute(question):
            key = (str(row.layer), str(row.id))
            if key in wanted and row.sealed != "{}" and _is_shown(row, scope):
                found[key] = json.loads(row.sealed)
    return found


def _is_shown(row: Row[Any], scope: Scope) -> bool:
    rows = scope.of(row.layer).read
    if rows == EVERY:
        return True
    shape = None if row.shape is None else shapely.from_wkb(row.shape)
    return may_read(rows, shape, json.loads(row.props))


def persons_of(connection: Connection, layer: str, name: str) -> list[str]:
    """Return every person who ever stood in a record, and who is the same elsewhere."""
    sealed = [event.after.get("personal", {}) for event in events_on(connection, [(layer, name)])]
    persons = {part[PERSON_OF] for part in sealed if PERSON_OF in part}
    rows = {str(row.id): str(row.tag) for row in connection.execute(select(PERSON))}
    tags = {rows[person].partition(":")[0] for person in persons if person in rows}
    return sorted(person for person, tag in rows.items() if tag.partition(":")[0] in tags)
