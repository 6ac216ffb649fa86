"""Several posts without a network, driven at random, and what they must agree on.

The posts remember by themselves, apart from the store, which event each of them knew when: from
that follows which edits contradict one another, and the store must say the same.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import shapely

from geodata.store import Author, Change, Event, Feature, Store, create_store, open_store

LAYERS = ("shelter", "depot")
START = Change(
    "add", "shelter", "A", 0, {"name": "渡口", "capacity_people": 300},
    shapely.Point(114.25, 30.58), {"phone": "555-0218"},
)  # fmt: skip

Key = tuple[str, str]
File = tuple[Path, frozenset[str]]
"""A file of changes, and the hashes of the events in it."""

Pair = tuple[str, str, tuple[str, ...], frozenset[str]]
"""Layer, id, columns, the hashes of the two events."""


@dataclass
class Posts:
    """The posts, the folder their files go through, and every event with what was known at it."""

    stores: list[Store]
    folder: Path
    events: dict[str, Event] = field(default_factory=dict)
    before: dict[str, frozenset[str]] = field(default_factory=dict)
    known: list[set[str]] = field(default_factory=list)
    personal: dict[str, dict[str, str]] = field(default_factory=dict)
    files: int = 0

    def edit(self, post: int, change: Change, *, settles: bool = False) -> tuple[Event, ...]:
        """Make the change at the post, on the version that it has there."""
        store = self.stores[post]
        author = Author(f"员{post}", "值班")
        made = store.settle(author, change) if settles else store.edit(author, [change])
        for event in made:
            self.events[event.hash] = event
            self.before[event.hash] = frozenset(self.known[post])
            self.known[post].add(event.hash)
            if "personal" in event.after:
                self.personal[event.hash] = store.unseal([event.after["personal"]])[0]
        return made

    def carry(self, source: int, target: int) -> int:
        """Bring the changes of one post to another and return how many were new."""
        return self.take(target, self.give(source))

    def give(self, source: int) -> File:
        """Return a file of the post's changes, to be taken in at any later time."""
        self.files += 1
        path = self.folder / f"changes{self.files}.gz"
        self.stores[source].export_changes(path)
        return path, frozenset(self.known[source])

    def take(self, target: int, file: File) -> int:
        """Take the file in and return how many events were new."""
        merged = self.stores[target].import_changes(file[0], Author(f"员{target}", "合并"))
        self.known[target] |= file[1]
        return merged.events

    def carry_all(self) -> None:
        """Bring everything to the first post and from there to all."""
        others = range(1, len(self.stores))
        for source in others:
            self.carry(source, 0)
        for target in others:
            self.carry(0, target)

    def contradictions(self) -> set[Pair]:
        """Return which events contradict one another, told from who knew what.

        Two events of a record of which neither was known at the other contradict in the columns
        that both wrote differently, and as a whole where only one removed it; but only with their
        last word: what was written over by somebody who knew it, and not yet the other, is none.
        """
        pairs = combinations(self.events.values(), 2)
        found = ((one, other, self._columns(one, other)) for one, other in pairs)
        return {
            (one.layer, one.id, columns, frozenset((one.hash, other.hash)))
            for one, other, columns in found
            if columns is not None and not self._settled(one, other)
        }

    def _columns(self, one: Event, other: Event) -> tuple[str, ...] | None:
        same = (one.layer, one.id) == (other.layer, other.id)
        if not same or one.hash in self.before[other.hash] or other.hash in self.before[one.hash]:
            return None
        if _removes(one) or _removes(other):
            last = self._stands(one, other, None) and self._stands(other, one, None)
            return () if last and _removes(one) != _removes(other) else None
        mine, theirs = (_written(e) | self._clear(e) for e in (one, other))
        both = (c for c in mine.keys() & theirs.keys() if mine[c] != theirs[c])
        columns = (c for c in both if self._stands(one, other, c) and self._stands(other, one, c))
        return tuple(sorted(columns)) or None

    def _clear(self, event: Event) -> dict[str, Any]:
        """Return the personal columns in clear: equal texts have unequal ciphertexts."""
        return {"personal": self.personal[event.hash]} if event.hash in self.personal else {}

    def _stands(self, event: Event, other: Event, column: str | None) -> bool:
        """Return whether nobody who knew the event, and not the other, wrote it over."""
        return not any(
            event.hash in self.before[later.hash]
            and other.hash not in self.before[later.hash]
            and later.hash != other.hash
            and (later.layer, later.id) == (event.layer, event.id)
            and (column is None or _removes(later) or column in _written(later))
            for later in self.events.values()
        )

    def _settled(self, one: Event, other: Event) -> bool:
        return any(
            event.kind == "settle"
            and (event.layer, event.id) == (one.layer, one.id)
            and {one.hash, other.hash} <= self.before[event.hash]
            for event in self.events.values()
        )


@contextmanager
def posts(folder: Path, count: int = 2) -> Iterator[Posts]:
    """Yield posts that begin with the same shelter: the others are copies of the first."""
    with ExitStack() as opened:
        first = opened.enter_context(create_store(folder / "post0.sqlite"))
        made = Posts([first], folder, known=[set()])
        made.edit(0, START)
        for number in range(1, count):
            first.backup(folder / f"post{number}.sqlite")
            made.stores.append(opened.enter_context(open_store(folder / f"post{number}.sqlite")))
            made.known.append(set(made.known[0]))
        yield made


def change_of(store: Store, name: str, **parts: Any) -> Change:  # noqa: ANN401 - parts of a change
    """Return an edit of the shelter as it stands at the post, or its adding where it is not."""
    found = store.find("shelter", name)
    if found is None:
        return Change("add", "shelter", name, 0, **{"shape": None, **parts})
    return Change("set", "shelter", name, found.version, **parts)


def state_of(store: Store) -> dict[Key, tuple[object, ...]]:
    """Return everything that can be read of every feature, personal columns in clear."""
    told: dict[Key, tuple[object, ...]] = {}
    for layer in (*LAYERS, "ledger"):
        features = store.read(layer)
        personal = store.personal(layer, [feature.id for feature in features])
        for order, feature in enumerate(features):
            told[layer, feature.id] = (order, *plain(feature), personal.get(feature.id))
    return told


def plain(feature: Feature) -> tuple[object, ...]:
    """Return a feature's parts in an order of their own."""
    shape = None if feature.shape is None else feature.shape.wkt
    props = tuple(sorted((key, str(value)) for key, value in feature.props.items()))
    return (feature.version, feature.head, props, shape, sorted(feature.has_personal))


def conflicts_of(store: Store) -> set[Pair]:
    """Return what the post lists as contradicted."""
    return {
        (c.layer, c.id, tuple(sorted(c.columns)), frozenset((c.one.hash, c.other.hash)))
        for c in store.conflicts()
    }


def _removes(event: Event) -> bool:
    return bool(event.after.get("removed"))


def _written(event: Event) -> dict[str, Any]:
    written = dict(event.after.get("props", {}))
    return written | {k: event.after[k] for k in ("shape", "personal") if k in event.after}
