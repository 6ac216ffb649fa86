"""The store as the desks see it: read, edit, note, erase, prove, copy, exchange."""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, func, select, true

from .allowing import seen_events, shown_features
from .copies import copy_tables, fresh_copy, require_spare
from .editing import (
    Batch,
    Rights,
    apply_changes,
    begin_batch,
    owners_of,
    require_head,
    require_unchanged,
    write_batch,
)
from .engine import (
    POST,
    SILENT_S,
    Database,
    Place,
    all_meta,
    meta,
    open_database,
    require_free,
    set_meta,
    sweep,
)
from .exchange import (
    Merged,
    conflicts_in,
    fresh_rows,
    knowledge,
    read_changes,
    remove_persons,
    take_in,
    write_changes,
)
from .keepable import require_body, require_keepable, require_texts
from .persons import personal_columns, persons_of
from .posts import IDENTITY, RESTORER, SECRET, become_new_post, identity_of, new_post
from .records import Author, Change, Conflict, Event, Feature, Head, Keep
from .replay import PERSONAL, SHAPE, STATE_KINDS, open_conflicts, replay
from .rows import (
    event_of,
    events_of,
    events_on,
    features_at,
    features_of,
    removed_states,
    stamp_text,
    states_of,
)
from .schema import EVENT, FEATURE, PERSON
from .scope import WHOLE, Scope
from .sealing import PERSON_OF, Keys
from .verifying import Verdict, head_of, verify_tables

Personal = dict[str, dict[str, str]]
ERASED = "~erased"
"""Beside the layers in ``Store.layers``: how many erasures there were."""


@dataclass(frozen=True, eq=False)
class Store:
    """An open register; may be shared by the threads of a process."""

    database: Database

    def close(self) -> None:
        """Let go of every connection."""
        self.database.engine.dispose()

    def __enter__(self) -> Self:
        """Return the store."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the store."""
        self.close()

    @property
    def place(self) -> Place:
        """Return the file or address of the store."""
        return self.database.place

    def edit(
        self,
        author: Author,
        changes: Sequence[Change],
        *,
        scope: Scope = WHOLE,
        at: datetime | None = None,
        seen: Mapping[str, int] | None = None,
    ) -> tuple[Event, ...]:
        """Return the events of the changes, on the disk: all of them, or none and an error.

        A change that changes nothing makes no event. ``seen`` are layers on which the changes
        rest as a whole, with the numbers of events that ``layers`` gave before they were read.

        Raises:
            StaleEdit: where a feature has another version than the change was made on, or a layer
                that was seen has changed.
            UserError: where the scope refuses one, the disk is full, or the store is busy.

        """
        return self._write(author, changes, Rights(scope, seen=seen or {}), at)

    def settle(self, author: Author, change: Change, *, scope: Scope = WHOLE) -> tuple[Event, ...]:
        """Return the event that settles the conflicts on a feature as the change has it.

        A contested column that the change leaves out is settled as it stands.

        Raises:
            StaleEdit, UserError: as for ``edit``.

        """
        whole = self._decided(change) if change.operation == "set" else change
        return self._write(author, [whole], Rights(scope, settles=True), None)

    def note(
        self,
        author: Author,
        kind: str,
        body: Mapping[str, Any],
        *,
        layer: str = "",
        id: str = "",  # noqa: A002 - the column's name
        after: str = "",
    ) -> Event:
        """Return an event that changes no feature, such as a decision or an unmasking.

        ``after`` is the hash of the head that was seen when it was made ("" whatever it is).

        Raises:
            StaleEdit: where the head is another one.
            UserError: where the disk is full, the store is busy, or the body is no text.
            ValueError: for a kind that changes features.

        """
        if kind in STATE_KINDS:
            raise ValueError(kind)
        require_texts(author, kind, layer, id)
        require_body(body)
        with self.database.writing() as connection:
            require_head(connection, after)
            batch = self._batch(connection, author, None)
            batch.add(kind, (layer, id), 0, {}, dict(body))
            write_batch(connection, batch)
        return event_of(batch.events[-1])

    def erase(self, author: Author, layer: str, id: str) -> int:  # noqa: A002 - the column's name
        """Destroy the keys of every person who ever stood in a record; return their number.

        What they stood for can then be read nowhere, neither here nor in the history; the same
        person in other records is erased with it. Events and their hashes stay as they are.
        """
        with self.database.writing() as connection:
            persons = persons_of(connection, layer, id)
            if not persons:
                return 0
            batch = self._batch(connection, author, None)
            batch.add("erase", (layer, id), 0, {}, {"persons": persons})
            write_batch(connection, batch)
            remove_persons(connection, persons)
        if self.database.is_file:
            sweep(self.database)
        return len(persons)

    def read(
        self, layer: str, *, scope: Scope = WHOLE, as_of: datetime | None = None
    ) -> tuple[Feature, ...]:
        """Return the layer's features that the scope shows, in the order of adding."""
        return self.read_layers([layer], scope=scope, as_of=as_of)[layer]

    def read_layers(
        self, layers: Collection[str], *, scope: Scope = WHOLE, as_of: datetime | None = None
    ) -> dict[str, tuple[Feature, ...]]:
        """Return the features of several layers as they are at one moment, by layer."""
        found: dict[str, tuple[Feature, ...]] = dict.fromkeys(layers, ())
        shown = [layer for layer in found if scope.of(layer).read is not None]
        if not shown:
            return found
        with self.database.reading() as connection:
            living = _living(connection)
            for layer in shown:
                features = _features(connection, layer, living, as_of)
                found[layer] = shown_features(features, scope)
        return found

    def find(
        self,
        layer: str,
        id: str,  # noqa: A002 - the column's name
        *,
        scope: Scope = WHOLE,
        as_of: datetime | None = None,
    ) -> Feature | None:
        """Return one feature, ``None`` where it is not there or the scope does not show it."""
        if scope.of(layer).read is None:
            return None
        with self.database.reading() as connection:
            if as_of is None:
                states = states_of(connection, [(layer, id)])
            else:
                known = [e for e in events_on(connection, [(layer, id)]) if e.known_at <= as_of]
                states = replay(known, knowledge(connection))
            persons = [state.personal.get(PERSON_OF, "") for state in states.values()]
            features = features_at(states, _living(connection, persons))
        return next(iter(shown_features(features, scope)), None)

    def layers(self, *, as_of: datetime | None = None) -> dict[str, int]:
        """Return for each layer how many of the events known then changed it.

        Under ``ERASED`` stands how many persons' records were erased, which shows in any layer.
        """
        known = EVENT.c.known_at <= stamp_text(as_of) if as_of is not None else true()
        states = EVENT.c.kind.in_(STATE_KINDS) & known
        question = select(EVENT.c.layer, func.count()).where(states).group_by(EVENT.c.layer)
        erased = select(func.count()).where(EVENT.c.kind == "erase")
        with self.database.reading() as connection:
            counts = {str(layer): int(count) for layer, count in connection.execute(question)}
            return {**counts, ERASED: int(connection.execute(erased).scalar() or 0)}

    def personal(self, layer: str, ids: Collection[str], *, scope: Scope = WHOLE) -> Personal:
        """Return the personal columns of these features in clear, masked ones as "".

        A feature without any, or one that the scope does not show, is left out.
        """
        found = self.personal_of([(layer, name) for name in ids], scope=scope)
        return {name: columns for (_, name), columns in found.items()}

    def personal_of(
        self, keys: Collection[tuple[str, str]], *, scope: Scope = WHOLE
    ) -> dict[tuple[str, str], dict[str, str]]:
        """Return the same of features of several layers, by layer and id, from one reading."""
        if not keys:
            return {}
        with self.database.reading() as connection:
            return personal_columns(connection, keys, scope, meta(connection, SECRET))

    def history(self, layer: str, id: str, *, scope: Scope = WHOLE) -> tuple[Event, ...]:  # noqa: A002 - the column's name
        """Return every event on a feature that the scope shows, in the order they apply."""
        with self.database.reading() as connection:
            events = events_on(connection, [(layer, id)])
        told = sorted(events, key=lambda e: (e.clock, e.post, e.seq))
        return seen_events(told, scope, partial(self.read_layers, scope=scope))

    def events(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        kinds: Collection[str] = (),
        layer: str = "",
        scope: Scope = WHOLE,
    ) -> tuple[Event, ...]:
        """Return the events known after ``since`` and until ``until``, as they became known."""
        question = select(EVENT)
        if since is not None:
            question = question.where(EVENT.c.known_at > stamp_text(since))
        if until is not None:
            question = question.where(EVENT.c.known_at <= stamp_text(until))
        if kinds:
            question = question.where(EVENT.c.kind.in_(sorted(kinds)))
        if layer:
            question = question.where(EVENT.c.layer == layer)
        order = (EVENT.c.known_at, EVENT.c.clock, EVENT.c.post, EVENT.c.seq)
        with self.database.reading() as connection:
            found = events_of(connection, question.order_by(*order))
        return seen_events(found, scope, partial(self.read_layers, scope=scope))

    def unseal(self, sealed: Sequence[Mapping[str, str]]) -> tuple[dict[str, str], ...]:
        """Return personal columns of events in clear, {} for those of erased persons."""
        with self.database.reading() as connection:
            keys = Keys(connection, meta(connection, SECRET))
            keys.prefetch(sealed)
            return tuple(keys.unseal(part) for part in sealed)

    def head(self, *, as_of: datetime | None = None, layers: Collection[str] | None = None) -> Head:
        """Return the end of this post's chain, as it was then.

        A copied register goes on as a new post: the head of a day before is that of the chain it
        was copied from. The last event has the greatest clock, whoever's chain it stands in.
        ``layers`` asks for the last event that changed one of these; notes change none.
        """
        question = select(EVENT).order_by(EVENT.c.clock.desc()).limit(1)
        if as_of is not None:
            question = question.where(EVENT.c.known_at <= stamp_text(as_of))
        if layers is not None:
            states = EVENT.c.kind.in_(STATE_KINDS)
            question = question.where(states, EVENT.c.layer.in_(sorted(layers)))
        with self.database.reading() as connection:
            last = connection.execute(question).mappings().first()
            return head_of(last, meta(connection, POST))

    def verify(self) -> Verdict:
        """Return whether every chain is whole and the tables are what the chains say."""
        with self.database.reading() as connection:
            return verify_tables(connection, meta(connection, POST), meta(connection, SECRET))

    def backup(self, path: Path) -> int:
        """Write a whole copy as one SQLite file; return the number of events in it.

        Raises:
            UserError: where the file cannot be written, or is a register in use.

        """
        require_spare(path, self.place)
        with fresh_copy(path) as copy, Store(open_database(copy, create=True)) as other:
            with self.database.reading() as source, other.database.writing() as target:
                number = copy_tables(source, target)
                set_meta(target, IDENTITY, "")
            other.seal_file()
        return number

    def export_changes(self, path: Path) -> int:
        """Write every event known here to a file for another post; return their number.

        Raises:
            UserError: where the file cannot be written.

        """
        with self.database.reading() as connection:
            return write_changes(connection, meta(connection, POST), path)

    def import_changes(self, path: Path, author: Author, *, related: bool = False) -> Merged:
        """Return how many events of the file were new, and what is now contradicted.

        ``related`` refuses a file that shares no event with this store: that of another district.

        Raises:
            UserError: where the file is damaged, contradicts a chain that is known here, or is
                not related.

        """
        package = read_changes(path)
        with self.database.writing() as connection:
            fresh = fresh_rows(connection, package, related=related)
            if fresh:
                batch = self._batch(connection, author, None)
                keys = Keys(connection, meta(connection, SECRET))
                take_in(connection, batch, package, fresh, keys)
        return Merged(len(fresh), self.conflicts())

    def conflicts(self) -> tuple[Conflict, ...]:
        """Return what two posts decided differently and nobody has settled."""
        with self.database.reading() as connection:
            return conflicts_in(connection, Keys(connection, meta(connection, SECRET)))

    def seal_file(self) -> None:
        """Bring everything into the one file of an SQLite store, so that it can be moved."""
        if self.database.is_file:
            sweep(self.database)

    def _decided(self, change: Change) -> Change:
        """Return the change with every contested column that it leaves out, as it stands."""
        key = (change.layer, change.id)
        with self.database.reading() as connection:
            events = events_on(connection, [key])
            found = open_conflicts(events, knowledge(connection))
            contested = {column for conflict in found for column in conflict.columns}
            state = states_of(connection, [key]).get(key)
            keys = Keys(connection, meta(connection, SECRET))
            personal = keys.unseal(state.personal) if state and PERSONAL in contested else {}
        if state is None:
            return change
        here = features_at({key: state}, frozenset())[0]
        stands = {c: here.props.get(c) for c in sorted(contested - {SHAPE, PERSONAL})}
        keeps = isinstance(change.shape, Keep) and SHAPE in contested
        return replace(
            change,
            props={**stands, **change.props},
            shape=here.shape if keeps else change.shape,
            personal={**personal, **change.personal},
        )

    def _write(
        self, author: Author, changes: Sequence[Change], rights: Rights, at: datetime | None
    ) -> tuple[Event, ...]:
        require_keepable(changes)
        touched = {(change.layer, change.id) for change in changes}
        with self.database.writing() as connection:
            require_unchanged(connection, rights.seen)
            batch = self._batch(connection, author, at)
            found = states_of(connection, touched)
            found |= removed_states(connection, touched - found.keys())
            above = owners_of(changes, found, rights.scope) - touched
            found |= states_of(connection, above)
            keys = Keys(connection, meta(connection, SECRET))
            keys.prefetch(state.personal for state in found.values())
            keys.expect(change.personal for change in changes if change.personal)
            apply_changes(batch, changes, found, keys, rights)
            keys.write()
            write_batch(connection, batch)
        return tuple(event_of(row) for row in batch.events)

    def _batch(self, connection: Connection, author: Author, at: datetime | None) -> Batch:
        """Return an empty batch; a copied file goes on as a new post first.

        Two files that both continued one chain could never be merged.
        """
        identity = identity_of(self.database)
        known = all_meta(connection)
        if known.get(IDENTITY) != identity:
            become_new_post(connection, identity, author)
            known = all_meta(connection)
        return begin_batch(connection, known[POST], author, at)


def create_store(place: Place) -> Store:
    """Return a new empty store in an SQLite file or a PostgreSQL database.

    Raises:
        UserError: where there is a store already, or the place cannot be written.

    """

    def found(store: Store) -> None:
        with store.database.writing() as connection:
            set_meta(connection, POST, new_post())
            set_meta(connection, SECRET, secrets.token_hex(32))
            set_meta(connection, IDENTITY, identity_of(store.database))

    return _made(place, found)


def open_store(place: Place, *, silent_s: float = SILENT_S) -> Store:
    """Return the store, migrated to the newest revision; a server may be silent for so long.

    Raises:
        UserError: where there is none, it is damaged, of a newer program, or does not answer.

    """
    return Store(open_database(place, create=False, silent_s=silent_s))


def restore(copy: Path, place: Place) -> Store:
    """Return the store at ``place`` made from a copy; it goes on as a new post.

    Raises:
        UserError: where the copy is none, or there is a store at the place already.

    """

    def fill(store: Store) -> None:
        with source.database.reading() as old, store.database.writing() as connection:
            copy_tables(old, connection)
            become_new_post(connection, identity_of(store.database), RESTORER)

    with fresh_copy(copy, keep=False) as passing, open_store(passing) as source:
        return _made(place, fill)


def _made(place: Place, fill: Callable[[Store], None]) -> Store:
    """Return a new store that was filled to the end; where that fails there is none."""
    if not isinstance(place, Path):
        with ExitStack() as undo:
            store = undo.enter_context(Store(open_database(place, create=True)))
            fill(store)
            undo.pop_all()
        return store
    require_free(place)
    with fresh_copy(place) as fresh, Store(open_database(fresh, create=True)) as passing:
        fill(passing)
        passing.seal_file()
    return open_store(place)


def _features(
    connection: Connection, layer: str, living: frozenset[str], as_of: datetime | None
) -> tuple[Feature, ...]:
    if as_of is None:
        question = select(FEATURE).where(FEATURE.c.layer == layer)
        return features_of(connection.execute(question.order_by(FEATURE.c.born)).all(), living)
    known = EVENT.c.known_at <= stamp_text(as_of)
    own = events_of(connection, select(EVENT).where(known, EVENT.c.layer == layer))
    return features_at(replay(own, knowledge(connection)), living)


def _living(connection: Connection, among: Collection[str] | None = None) -> frozenset[str]:
    """Return the persons who were not erased, all or those among some."""
    question = select(PERSON.c.id).where(true() if among is None else PERSON.c.id.in_(among))
    return frozenset(str(name) for name in connection.execute(question).scalars())
