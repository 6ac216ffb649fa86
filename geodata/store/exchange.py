"""Two posts without a network: all chains out to one file, and in at the other post.

The file is gzip over JSON lines: a head, then events and the keys of the persons in them. It is
as secret as the register itself. Foreign events are copied unchanged; this post's chain records
how far it knew the others, so that nobody can later leave out what was merged.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, func, select

from geodata.chain import Link, breaks
from geodata.faults import Fault, UserError
from geodata.writing import write_file
from language import Sentence, say

from .editing import Batch, write_states
from .filling import insert_rows
from .records import Conflict, Event
from .replay import MERGE_KINDS, PERSONAL, STATE_KINDS, Knowledge, State, open_conflicts, replay
from .rows import HASHED, Values, event_body, event_of, events_of, events_on
from .schema import EVENT, PERSON
from .sealing import PERSON_OF, Keys

WHAT = "shouwang-changes"
FORMAT = 1
MOST_BYTES = 2 << 30
"""A file of changes that unpacks to more is refused."""

_LINE_BYTES = 64 << 20
_TEXTS = ("post", "at", "who", "why", "kind", "layer", "id", "before", "after", "previous", "hash")
_NUMBERS = ("seq", "clock", "version")
_KEPT = (*HASHED, "before", "after", "previous", "hash")


@dataclass(frozen=True)
class Merged:
    """How many events were new, and what is contradicted between the posts since then."""

    events: int
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True)
class Package:
    """What a file of changes holds, checked in itself: rows by post, keys by person."""

    file: str
    post: str
    rows: Mapping[str, tuple[Values, ...]]
    persons: Mapping[str, str]


def write_changes(connection: Connection, post: str, path: Path) -> int:
    """Write every event and key to the file and return the number of events.

    Raises:
        UserError: where the file cannot be written.

    """
    number = 0
    with write_file(path) as fresh, gzip.open(fresh, "wt", encoding="utf-8", newline="\n") as out:
        out.write(_line({"what": WHAT, "format": FORMAT, "post": post}))
        question = select(EVENT).order_by(EVENT.c.post, EVENT.c.seq)
        for row in connection.execute(question).mappings():
            out.write(_line({"event": {name: row[name] for name in _KEPT}}))
            number += 1
        for person in connection.execute(select(PERSON).order_by(PERSON.c.id)):
            out.write(_line({"person": person.id, "key": person.key}))
    return number


def read_changes(path: Path) -> Package:
    """Return what the file holds, each chain whole in itself.

    Raises:
        UserError: where it is no file of changes, is cut off, damaged or changed.

    """
    events: dict[str, list[Values]] = {}
    persons: dict[str, str] = {}
    lines = _lines(path)
    head = next(lines, {})
    if head.get("what") != WHAT or not isinstance(head.get("post"), str):
        raise _fault(path.name, say("This is no file of changes of a register."), _ANEW)
    if head.get("format") != FORMAT:
        raise _fault(path.name, say("The file is of another version of this program."), _ANEW)
    for line in lines:
        if isinstance(line.get("event"), dict):
            row = _event_row(path, line["event"])
            events.setdefault(row["post"], []).append(row)
        elif isinstance(line.get("person"), str) and isinstance(line.get("key"), str):
            persons[line["person"]] = line["key"]
        else:
            raise _fault(path.name, say("A line of the file is not understood."), _ANEW)
    rows = {post: tuple(own) for post, own in events.items()}
    for post, own in rows.items():
        broken = next(breaks(_links(own)), None)
        if broken is not None:
            problem = say(
                "The chain of post {post} is broken at event {seq}.", post=post, seq=broken
            )
            raise _fault(path.name, problem, _ANEW)
    return Package(path.name, head["post"], rows, persons)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    total = 0
    try:
        with gzip.open(path, "rb") as stream:
            while line := stream.readline(_LINE_BYTES + 1):
                total += len(line)
                if len(line) > _LINE_BYTES or total > MOST_BYTES:
                    raise _fault(path.name, say("The file unpacks to more than 2 GB."), _ANEW)
                yield dict(json.loads(line))
    except (OSError, EOFError, zlib.error, ValueError, TypeError, RecursionError) as error:
        if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
            raise
        raise _fault(path.name, say("This is no file of changes of a register."), _ANEW) from error


def _event_row(path: Path, told: Mapping[str, Any]) -> Values:
    try:
        row = {name: told[name] for name in _KEPT}
        _require(all(isinstance(row[name], str) for name in _TEXTS))
        _require(all(type(row[name]) is int for name in _NUMBERS))
        _require_shape(event_of({**row, "known_at": row["at"]}))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _fault(path.name, say("A line of the file is not understood."), _ANEW) from error
    return row


def _require_shape(event: Event) -> None:
    """Refuse an event whose parts are of another kind than those that the store writes."""
    for part in (event.before, event.after):
        personal = part.get("personal", {})
        _require(isinstance(part.get("props", {}), dict))
        _require(isinstance(part.get("shape"), str | None))
        _require(isinstance(personal, dict))
        _require(all(isinstance(text, str) for text in personal.values()))
    if event.kind in MERGE_KINDS:
        for seq, told in event.after["heads"].values():
            _require(type(seq) is int and isinstance(told, str))


def _require(right: bool) -> None:  # noqa: FBT001 - a plain assertion of what was read
    if not right:
        raise TypeError


def _links(rows: Sequence[Values]) -> Iterator[Link]:
    for row in rows:
        yield Link(row["seq"], row["previous"], event_body(row), row["hash"])


def fresh_rows(connection: Connection, package: Package, *, related: bool) -> list[Values]:
    """Return the events that are not here yet.

    Raises:
        UserError: where the file contradicts a chain that is known here, or with ``related``
            where no event of it is known here.

    """
    fresh: list[Values] = []
    for post, rows in package.rows.items():
        own = EVENT.c.post == post
        known = {
            row.seq: row.hash
            for row in connection.execute(select(EVENT.c.seq, EVENT.c.hash).where(own))
        }
        for row in rows:
            if row["seq"] not in known:
                fresh.append(row)
            elif known[row["seq"]] != row["hash"]:
                problem = say(
                    "Event {seq} of post {post} is another one here: two registers were both "
                    "continued under one name.",
                    seq=row["seq"], post=post,
                )  # fmt: skip
                mend = say("Restore one of them from its copy; it then goes on as a new post.")
                raise _fault(package.file, problem, mend)
    if related and fresh and len(fresh) == sum(len(rows) for rows in package.rows.values()):
        problem = say("The file has no event in common with this register.")
        mend = say("Is it of another district? Two posts of one begin with a copy of one register.")
        raise _fault(package.file, problem, mend)
    return fresh


def take_in(
    connection: Connection, batch: Batch, package: Package, fresh: Sequence[Values], keys: Keys
) -> None:
    """Write the new events, the keys of their persons, this post's merge and the new states.

    Raises:
        UserError: where a key does not open what it is said to open, or a shape cannot be read.

    """
    batch.clock = max([batch.clock, *(row["clock"] for row in fresh)])
    batch.add("merge", ("", ""), 0, {}, {"heads": _heads(connection, package, batch)})
    merged_at = batch.events[-1]["at"]
    arrived = [
        {**row, "known_at": row["at"] if row["post"] == batch.post else merged_at} for row in fresh
    ]
    insert_rows(connection, EVENT, [*arrived, *batch.events])
    events = [event_of(row) for row in arrived]
    _take_keys(connection, events, package, keys)
    touched = {(e.layer, e.id) for e in events if e.kind in STATE_KINDS}
    states = replay(events_on(connection, touched), knowledge(connection))
    gone = {key: State("", there=False) for key in touched}
    try:
        write_states(connection, {**gone, **states})
    except ValueError as error:
        raise _fault(package.file, say("A shape in the file cannot be read."), _ANEW) from error


def _heads(connection: Connection, package: Package, batch: Batch) -> dict[str, tuple[int, str]]:
    """Return how far every other chain is known after the merge."""
    ends = {post: (rows[-1]["seq"], rows[-1]["hash"]) for post, rows in package.rows.items()}
    for post, (seq, told) in heads(connection).items():
        if seq > ends.get(post, (0, ""))[0]:
            ends[post] = (seq, told)
    return {post: end for post, end in sorted(ends.items()) if post != batch.post}


def heads(connection: Connection) -> dict[str, tuple[int, str]]:
    """Return number and hash of the last event of each chain."""
    last = select(EVENT.c.post, func.max(EVENT.c.seq).label("seq")).group_by(EVENT.c.post)
    ends = last.subquery()
    question = select(EVENT.c.post, EVENT.c.seq, EVENT.c.hash).join(
        ends, (EVENT.c.post == ends.c.post) & (EVENT.c.seq == ends.c.seq)
    )
    return {row.post: (row.seq, row.hash) for row in connection.execute(question)}


def _take_keys(
    connection: Connection, events: Sequence[Event], package: Package, keys: Keys
) -> None:
    erased = {str(p) for e in events if e.kind == "erase" for p in e.after.get("persons", ())}
    erased |= erased_persons(connection)
    here = {str(name) for name in connection.execute(select(PERSON.c.id)).scalars()}
    sealed = {
        e.after["personal"][PERSON_OF]: e.after["personal"]
        for e in events
        if e.after.get("personal", {}).get(PERSON_OF)
    }
    for person in sorted(sealed.keys() - here - erased):
        if person not in package.persons:
            continue
        try:
            keys.adopt(person, package.persons[person], sealed[person])
        except (InvalidTag, ValueError) as error:
            raise _fault(package.file, say("A key in the file fits nothing."), _ANEW) from error
    keys.write()
    remove_persons(connection, erased & here)


def erased_persons(connection: Connection) -> set[str]:
    """Return the persons whom an event erased."""
    found = events_of(connection, select(EVENT).where(EVENT.c.kind == "erase"))
    return {str(person) for event in found for person in event.after.get("persons", ())}


def remove_persons(connection: Connection, persons: Iterable[str]) -> None:
    """Take the keys of these persons out for good."""
    for person in sorted(persons):
        connection.execute(PERSON.delete().where(PERSON.c.id == person))


def knowledge(connection: Connection) -> Knowledge:
    """Return what each post knew when."""
    return Knowledge(events_of(connection, select(EVENT).where(EVENT.c.kind.in_(MERGE_KINDS))))


def conflicts_in(connection: Connection, keys: Keys) -> tuple[Conflict, ...]:
    """Return the conflicts that nobody has settled; equal personal columns are none."""
    several = (
        select(EVENT.c.layer, EVENT.c.id)
        .where(EVENT.c.kind.in_(STATE_KINDS))
        .group_by(EVENT.c.layer, EVENT.c.id)
        .having(func.count(EVENT.c.post.distinct()) > 1)
    )
    touched = [(row.layer, row.id) for row in connection.execute(several)]
    found = open_conflicts(events_on(connection, touched), knowledge(connection))
    real = (_without_equal_persons(conflict, keys) for conflict in found)
    return tuple(conflict for conflict in real if conflict is not None)


def _without_equal_persons(conflict: Conflict, keys: Keys) -> Conflict | None:
    """Return the conflict without personal columns that read alike, None where no other is left.

    Equal texts have unequal ciphertexts.
    """
    if PERSONAL not in conflict.columns:
        return conflict
    one, other = (keys.unseal(e.after[PERSONAL]) for e in (conflict.one, conflict.other))
    if one != other:
        return conflict
    columns = tuple(column for column in conflict.columns if column != PERSONAL)
    return replace(conflict, columns=columns) if columns else None


def _line(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


_ANEW = say("Have the changes exported anew at the other post.")


def _fault(file: str, problem: Sentence, mend: Sentence) -> UserError:
    return UserError([Fault(file, problem, mend)])
