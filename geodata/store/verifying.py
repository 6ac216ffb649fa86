"""Whether the chains are whole and the tables are what the chains say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from cryptography.exceptions import InvalidTag
from shapely.errors import GEOSException
from sqlalchemy import Connection, RowMapping, select

from geodata.chain import Link, breaks
from language import Sentence, say

from .records import Event, Head
from .replay import MERGE_KINDS, STATE_KINDS, Knowledge, State, replay
from .rows import event_body, event_of, stamp_time, state_of
from .schema import EVENT, FEATURE, PERSON
from .sealing import PERSON_OF, Keys

Key = tuple[str, str]


@dataclass(frozen=True)
class Verdict:
    """What was found: a sentence for each break and difference, and the end of each chain.

    ``breaks`` tell of the chains, ``differences`` of the tables beside them; the register is
    ``intact`` where there are none. ``heads`` are to be compared with the paper.
    """

    breaks: tuple[Sentence, ...]
    differences: tuple[Sentence, ...]
    heads: tuple[Head, ...]
    events: int

    @property
    def intact(self) -> bool:
        """Return whether nothing was changed behind the program's back."""
        return not self.breaks and not self.differences


def verify_tables(connection: Connection, post: str, secret: str) -> Verdict:
    """Return the verdict over everything that the database holds."""
    question = select(EVENT).order_by(EVENT.c.post, EVENT.c.seq)
    rows = list(connection.execute(question).mappings())
    broken = [*_broken(rows), *_undated(rows)]
    events = [event_of(row) for row in rows if _readable(row)]
    heads = tuple(_head(list(own)) for _, own in groupby(events, key=lambda e: e.post))
    merged = list(_merges(events, post))
    differing: list[Sentence] = []
    if not broken:
        differing += _features(connection, events)
        differing += _persons(connection, events, secret)
    return Verdict(tuple(broken + merged), tuple(differing), heads, len(rows))


def _undated(rows: Sequence[RowMapping]) -> Iterator[Sentence]:
    """Yield the events whose date of arrival is none; no hash covers it."""
    for row in rows:
        try:
            stamp_time(row["known_at"])
        except (ValueError, TypeError):
            yield _misdated(row["post"], row["seq"])


def _misdated(post: str, seq: int) -> Sentence:
    return say(
        "Event {seq} of post {post} bears another date of arrival than it had.", post=post, seq=seq
    )


def _readable(row: RowMapping) -> bool:
    try:
        event_of(row)
    except (ValueError, TypeError):
        return False
    return True


def _broken(rows: Sequence[RowMapping]) -> Iterator[Sentence]:
    for post, own in groupby(rows, key=lambda row: row["post"]):
        links = []
        for row in own:
            try:
                body = event_body(row)
            except ValueError:
                body = {}
            links.append(Link(row["seq"], row["previous"], body, row["hash"]))
        for seq in breaks(links):
            yield say("The chain of post {post} is broken at event {seq}.", post=post, seq=seq)


def _merges(events: Sequence[Event], post: str) -> Iterator[Sentence]:
    """Yield what contradicts the heads that merges recorded, and wrong dates of arrival."""
    by_number = {(event.post, event.seq): event for event in events}
    arrived: dict[str, list[tuple[int, Event]]] = {}
    for event in events:
        if event.kind not in MERGE_KINDS:
            continue
        for other, (seq, told) in event.after["heads"].items():
            known = by_number.get((other, seq))
            if seq and (known is None or known.hash != told):
                yield say(
                    "Post {post} knew event {seq} of post {other}, which is missing or another.",
                    post=event.post, seq=seq, other=other,
                )  # fmt: skip
            if event.post == post:
                arrived.setdefault(other, []).append((seq, event))
    for event in events:
        expected = event.at if event.post == post else _arrival(event, arrived)
        if expected is not None and event.known_at != expected:
            yield _misdated(event.post, event.seq)


def _arrival(event: Event, arrived: Mapping[str, Sequence[tuple[int, Event]]]) -> Any:  # noqa: ANN401
    """Return when a foreign event came in by the merges of this post, None where it came first."""
    merges = [merge for seq, merge in arrived.get(event.post, ()) if seq >= event.seq]
    if not merges:
        return None
    first = min(merges, key=lambda merge: merge.seq)
    return event.known_at if first.kind == "copy" else first.at


def _features(connection: Connection, events: Sequence[Event]) -> Iterator[Sentence]:
    expected = replay(events, Knowledge(events))
    found: dict[Key, State] = {}
    for row in connection.execute(select(FEATURE)):
        try:
            found[row.layer, row.id] = state_of(row)
        except (ValueError, TypeError, AttributeError, GEOSException):
            found[row.layer, row.id] = State("")
    for key in sorted(expected.keys() | found.keys()):
        layer, name = key
        if key not in found:
            yield say("{layer} {id} was taken out of the table.", layer=layer, id=name)
        elif key not in expected:
            yield say("{layer} {id} was put into the table.", layer=layer, id=name)
        else:
            columns = _differing(expected[key], found[key])
            if columns:
                told = ", ".join(columns)[:300]
                yield say(
                    "{layer} {id} was changed in the table: {columns}.",
                    layer=layer, id=name, columns=told,
                )  # fmt: skip


def _differing(expected: State, found: State) -> list[str]:
    parts = ("born", "version", "head", "shape", "personal")
    names = [name for name in parts if getattr(expected, name) != getattr(found, name)]
    columns = sorted(expected.props.keys() | found.props.keys())
    return names + [c for c in columns if expected.props.get(c) != found.props.get(c)]


def _persons(connection: Connection, events: Sequence[Event], secret: str) -> Iterator[Sentence]:
    """Yield keys that vanished without an erasure, came back, or open nothing."""
    erased = {str(p) for e in events if e.kind == "erase" for p in e.after.get("persons", ())}
    sealed = {
        person: event.after["personal"]
        for event in events
        if event.kind in STATE_KINDS and (person := event.after.get("personal", {}).get(PERSON_OF))
    }
    tags = {str(row.id): str(row.tag) for row in connection.execute(select(PERSON))}
    living = tags.keys()
    keys = Keys(connection, secret)
    keys.prefetch(sealed.values())
    for person in sorted(sealed.keys() - living - erased):
        yield say("The key of person {person} was taken out.", person=person)
    for person in sorted(living & erased):
        yield say("The key of the erased person {person} is back.", person=person)
    for person in sorted(sealed.keys() & living):
        try:
            whole = tags[person].startswith(keys.tag(keys.unseal(sealed[person])))
        except (InvalidTag, ValueError):
            whole = False
        if not whole:
            yield say("The key of person {person} was changed.", person=person)


def _head(events: Sequence[Event]) -> Head:
    last = events[-1]
    return Head(last.post, last.seq, last.hash, last.at)


def head_of(row: RowMapping | None, post: str) -> Head:
    """Return the head that a last row gives, or that of a chain without events."""
    if row is None:
        return Head(post, 0, "0" * 64, None)
    return Head(post, row["seq"], row["hash"], stamp_time(row["at"]))
