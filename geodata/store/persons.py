"""Whose personal columns a record holds, and what of them a scope lets one read."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from .allowing import may_read
from .replay import State
from .rows import events_on, features_at, states_of
from .schema import PERSON
from .scope import Scope
from .sealing import PERSON_OF, Keys

Key = tuple[str, str]
Columns = dict[str, str]


def personal_columns(
    connection: Connection, keys: Collection[Key], scope: Scope, secret: str
) -> dict[Key, Columns]:
    """Return the personal columns of these features in clear, masked ones as ""."""
    readable = [key for key in keys if scope.of(key[0]).read is not None]
    states = _shown(states_of(connection, readable), scope)
    ring = Keys(connection, secret)
    ring.prefetch(state.personal for state in states.values())
    found: dict[Key, Columns] = {}
    for key, state in states.items():
        masked = scope.of(key[0]).masked
        told = ring.unseal(state.personal)
        if told:
            found[key] = {c: "" if c in masked else text for c, text in told.items()}
    return found


def _shown(states: Mapping[Key, State], scope: Scope) -> dict[Key, State]:
    features = features_at(states, frozenset())
    seen = {(f.layer, f.id) for f in features if may_read(scope.of(f.layer).read, f.shape, f.props)}
    return {key: state for key, state in states.items() if key in seen}


def persons_of(connection: Connection, layer: str, name: str) -> list[str]:
    """Return every person who ever stood in a record, and who is the same elsewhere."""
    sealed = [event.after.get("personal", {}) for event in events_on(connection, [(layer, name)])]
    persons = {part[PERSON_OF] for part in sealed if PERSON_OF in part}
    rows = {str(row.id): str(row.tag) for row in connection.execute(select(PERSON))}
    tags = {rows[person].partition(":")[0] for person in persons if person in rows}
    return sorted(person for person, tag in rows.items() if tag.partition(":")[0] in tags)
