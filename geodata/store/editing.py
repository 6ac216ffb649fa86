"""The one way in: changes become events and a new state in one transaction, or nothing happens."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import shapely
from sqlalchemy import Connection, func, select, true

from geodata.chain import GENESIS, canonical, link_hash
from geodata.faults import Fault, UserError
from language import Sentence, say

from .allowing import may_write, owners
from .filling import insert_rows
from .keepable import require_texts
from .records import Author, Change, Feature, Keep
from .replay import PERSONAL, PROPS, SHAPE, STATE_KINDS, State
from .rows import (
    Values,
    event_body,
    feature_row,
    features_at,
    remove_rows,
    stamp_text,
    stamp_time,
    wkt,
)
from .schema import EVENT, FEATURE
from .scope import Rows, Scope
from .sealing import Keys

Key = tuple[str, str]


class StaleEdit(UserError):  # noqa: N818 - what it is called in the field
    """A change was made on a version that is no longer the newest; ``newer`` is how it stands."""

    def __init__(self, faults: Iterable[Fault], newer: tuple[Feature, ...]) -> None:
        """Keep the faults and the features as they stand now."""
        super().__init__(faults)
        self.newer = newer


@dataclass(frozen=True)
class Rights:
    """What the author may change, on which layers' numbers of events, and whether it settles.

    What settles ends a conflict of two posts.
    """

    scope: Scope
    settles: bool = False
    seen: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Batch:
    """What one transaction writes: events after the chain's end, and the states they lead to."""

    post: str
    author: Author
    at: datetime
    seq: int
    clock: int
    previous: str
    events: list[Values] = field(default_factory=list)
    states: dict[Key, State] = field(default_factory=dict)
    changed: dict[Key, bool] = field(default_factory=dict)

    def add(self, kind: str, key: Key, version: int, before: Values, after: Values) -> str:
        """Append an event and return its hash."""
        self.seq += 1
        self.clock += 1
        row: Values = {
            "post": self.post,
            "seq": self.seq,
            "clock": self.clock,
            "at": stamp_text(self.at),
            "who": self.author.who,
            "why": self.author.why,
            "kind": kind,
            "layer": key[0],
            "id": key[1],
            "version": version,
            "before": canonical(before),
            "after": canonical(after),
        }
        row["known_at"] = row["at"]
        row["previous"] = self.previous
        row["hash"] = self.previous = link_hash(row["previous"], event_body(row))
        self.events.append(row)
        return self.previous


def begin_batch(connection: Connection, post: str, author: Author, at: datetime | None) -> Batch:
    """Return an empty batch at the end of the post's chain.

    Time never runs backwards in a chain, nor in a file from the chains that a copy brought along: a
    clock that was set back counts as standing still. On a server other machines write too, and one
    whose clock stands ahead holds up nobody else.

    Raises:
        UserError: where the author's name or reason is no text.

    """
    require_texts(author)
    clock = select(func.max(EVENT.c.clock)).scalar_subquery().label("newest")
    among = true() if connection.dialect.name == "sqlite" else EVENT.c.post == post
    known = select(func.max(EVENT.c.known_at)).where(among).scalar_subquery().label("latest")
    newest = connection.execute(select(clock, known)).one()
    own = select(EVENT.c.seq, EVENT.c.hash).where(EVENT.c.post == post)
    last = connection.execute(own.order_by(EVENT.c.seq.desc()).limit(1)).first()
    when = at or datetime.now(tz=UTC)
    if newest.latest is not None:
        when = max(when, stamp_time(newest.latest))
    seq, head = (0, GENESIS) if last is None else (last.seq, last.hash)
    return Batch(post, author, when, seq, newest.newest or 0, head)


def require_head(connection: Connection, seen: str) -> None:
    """Refuse where something was written since the head was seen; "" was not looked at.

    Raises:
        StaleEdit: saying so.

    """
    last = select(EVENT.c.hash).order_by(EVENT.c.clock.desc()).limit(1)
    if seen and (connection.execute(last).scalar() or GENESIS) != seen:
        problem = say("Somebody else wrote here meanwhile; nothing was changed.")
        raise StaleEdit([Fault("log", problem, say("Look at it again, then try again."))], ())


def require_unchanged(connection: Connection, seen: Mapping[str, int]) -> None:
    """Refuse where a layer has another number of events than when it was read.

    Raises:
        StaleEdit: naming each such layer.

    """
    faults: list[Fault] = []
    for layer, number in seen.items():
        own = (EVENT.c.layer == layer) & EVENT.c.kind.in_(sorted(STATE_KINDS))
        if (
            connection.execute(select(func.count()).select_from(EVENT).where(own)).scalar()
            != number
        ):
            problem = say("Somebody changed this part of the register meanwhile.")
            faults.append(Fault(layer, problem, say("Look at it again, then save again.")))
    if faults:
        raise StaleEdit(faults, ())


def apply_changes(
    batch: Batch,
    changes: Sequence[Change],
    found: Mapping[Key, State],
    keys: Keys,
    rights: Rights,
) -> None:
    """Add an event for each change that changes something; ``found`` is the state before.

    Raises:
        StaleEdit: naming every feature that has another version than the change was made on.
        UserError: naming every change that the scope does not allow or that cannot be kept.

    """
    batch.states.update(found)
    stale: dict[Key, Fault] = {}
    faults: list[Fault] = []
    for change in changes:
        key = (change.layer, change.id)
        state = batch.states.get(key)
        fault, refused = _stale(change, state), _refused(change, batch.states, rights.scope)
        gone = state is None or not state.there
        # Who may not change a feature learns neither how it stands nor whether it is there.
        known = rights.scope.of(change.layer).write is not None and (refused is None or gone)
        if fault is not None and known:
            stale[key] = fault
        elif refused is not None:
            faults.append(refused)
        elif not faults:
            _apply(batch, change, keys, settles=rights.settles)
    if faults:
        raise UserError(faults)
    if stale:
        there = {key: found[key] for key in stale if key in found}
        persons = frozenset(state.personal.get("person", "") for state in there.values())
        raise StaleEdit(stale.values(), features_at(there, persons))


def write_batch(connection: Connection, batch: Batch) -> None:
    """Write the events and the states that changed."""
    insert_rows(connection, EVENT, batch.events)
    write_states(connection, {key: batch.states[key] for key in batch.changed})


def write_states(connection: Connection, states: Mapping[Key, State]) -> None:
    """Put these states into the table of features; what is no longer there goes."""
    remove_rows(connection, states)
    there = [feature_row(key, state) for key, state in states.items() if state.there]
    insert_rows(connection, FEATURE, there)


def _stale(change: Change, state: State | None) -> Fault | None:
    """Return why the change was made on another version, None where it was not."""
    version = state.version if state is not None and state.there else 0
    if change.operation == "add":
        if not version:
            return None
        problem = say("{id} is in the register already.", id=change.id)
    elif not version:
        problem = say("{id} was removed meanwhile.", id=change.id)
    elif version == change.base:
        return None
    else:
        problem = say("Somebody changed {id} meanwhile.", id=change.id)
    mend = say("Look at both versions, then save again.")
    return Fault(change.layer, problem, mend, value=change.id)


def owners_of(changes: Sequence[Change], found: Mapping[Key, State], scope: Scope) -> set[Key]:
    """Return the features that say whether the changes are allowed: those they belong to."""
    keys: set[Key] = set()
    for change in changes:
        rights, old = scope.of(change.layer).write, found.get((change.layer, change.id))
        for props in (change.props, old.props if old is not None else {}):
            keys.update(owners(rights, props))
    return keys


def _refused(change: Change, states: Mapping[Key, State], scope: Scope) -> Fault | None:
    """Return why the change is not allowed, None where it may be made."""
    rights = scope.of(change.layer).write
    state = states.get((change.layer, change.id))
    old = None if state is None or not state.there else (_shape(state.shape), state.props)
    shape = old[0] if old and isinstance(change.shape, Keep) else change.shape
    props = {**(old[1] if old else {}), **change.props}
    new = (None if isinstance(shape, Keep) else shape, props)
    sides = [old] if change.operation == "remove" else [old, new]
    there = [side for side in sides if side is not None]
    if rights is None or not all(_allowed(rights, side, states, scope) for side in there):
        problem = say("You may not change {id}.", id=change.id)
        return _fault(change, problem, say("Ask who keeps this part of the register."))
    return None


def _allowed(
    rights: Rows,
    side: tuple[shapely.Geometry | None, Mapping[str, Any]],
    states: Mapping[Key, State],
    scope: Scope,
) -> bool:
    """Return whether a feature may be changed as it is on one side of the change."""
    if not rights.belongs:
        return may_write(rights, *side)
    own = [(layer, states.get((layer, name))) for layer, name in owners(rights, side[1])]
    return bool(own) and all(
        state is not None
        and state.there
        and may_write(scope.of(layer).write, _shape(state.shape), state.props)
        for layer, state in own
    )


def _apply(batch: Batch, change: Change, keys: Keys, *, settles: bool) -> None:
    key = (change.layer, change.id)
    state = batch.states.get(key)
    kind = "settle" if settles else change.operation
    if change.operation == "remove" and state is not None:
        gone = State(state.born, state.version + 1, "", there=False)
        gone.head = batch.add(kind, key, gone.version, _whole(state), {"removed": True})
        batch.states[key], batch.changed[key] = gone, True
        return
    if state is None or not state.there:
        state = State("", _versions(state))
    before, after = _difference(state, change, keys, settles=settles)
    if not after and kind == "set":
        return
    version = state.version + 1
    head = batch.add(kind, key, version, before, after)
    born = state.born or f"{batch.clock:012d}:{batch.post}:{batch.seq:012d}"
    props = state.props | after.get(PROPS, {})
    batch.states[key] = State(
        born,
        version,
        head,
        {column: value for column, value in props.items() if value is not None},
        after.get(SHAPE, state.shape),
        after.get(PERSONAL, state.personal),
    )
    batch.changed[key] = True


def _versions(state: State | None) -> int:
    return 0 if state is None else state.version


def _difference(
    state: State, change: Change, keys: Keys, *, settles: bool
) -> tuple[Values, Values]:
    """Return the columns that change, as they were and as they become.

    Who settles decides every column that is given, also one that stays: another post may have
    settled it otherwise, and that must show.
    """
    before: Values = {}
    after: Values = {}
    new = {column: _plain(value) for column, value in change.props.items()}
    props = {c: v for c, v in new.items() if settles or state.props.get(c) != v}
    if props:
        before[PROPS] = {column: state.props.get(column) for column in props}
        after[PROPS] = props
    if not isinstance(change.shape, Keep):
        shape = _text(change.shape)
        if settles or shape != state.shape:
            before[SHAPE], after[SHAPE] = state.shape, shape
    if change.personal:
        told = keys.unseal(state.personal)
        wanted = {**told, **change.personal}
        if settles or any(told.get(column, "") != text for column, text in wanted.items()):
            before[PERSONAL], after[PERSONAL] = state.personal, keys.seal(wanted)
    return before, after


def _text(shape: shapely.Geometry | None) -> str | None:
    """Return the shape as text, ``None`` for no place."""
    return None if shape is None or shapely.is_empty(shape) else wkt(shape)


def _whole(state: State) -> Values:
    return {PROPS: state.props, SHAPE: state.shape, PERSONAL: state.personal}


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON holds
    return list(value) if isinstance(value, tuple | list | frozenset) else value


def _shape(text: str | None) -> shapely.Geometry | None:
    return None if text is None else shapely.from_wkt(text)


def _fault(change: Change, problem: Sentence, mend: Sentence) -> Fault:
    return Fault(change.layer, problem, mend, value=change.id)
