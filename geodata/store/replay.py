"""The state that a set of events gives: the same events, the same state, at every post.

Events apply in the order of (clock, post, seq), column by column, so that edits of different
columns made at two posts without knowing of one another both hold. Where both changed one column,
the later in that order shows until somebody settles it, and the two are listed as a conflict. A
feature that one post removed while the other changed it stays, and is listed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .records import Conflict, Event

STATE_KINDS = frozenset({"add", "set", "remove", "settle"})
"""Kinds that change a feature; every other event is a note."""

MERGE_KINDS = frozenset({"merge", "copy"})
"""Kinds whose ``after["heads"]`` says how much of other posts' chains was known then."""

SHAPE = "shape"
PROPS = "props"
PERSONAL = "personal"


@dataclass
class State:
    """A feature while events are applied to it; ``shape`` is WKT or ``None``."""

    born: str
    version: int = 0
    head: str = ""
    props: dict[str, Any] = field(default_factory=dict)
    shape: str | None = None
    personal: dict[str, str] = field(default_factory=dict)
    there: bool = True


class Knowledge:
    """Which events a post knew when it made one of its own."""

    def __init__(self, events: Iterable[Event]) -> None:
        """Read the merges in every chain."""
        self._merges: dict[str, list[tuple[int, dict[str, int]]]] = {}
        for event in sorted(events, key=lambda e: (e.post, e.seq)):
            if event.kind in MERGE_KINDS:
                heads = {post: int(head[0]) for post, head in event.after["heads"].items()}
                self._merges.setdefault(event.post, []).append((event.seq, heads))

    def knew(self, later: Event, earlier: Event) -> bool:
        """Return whether ``earlier`` was known where and when ``later`` was made."""
        if later.post == earlier.post:
            return earlier.seq < later.seq
        merges = self._merges.get(later.post, ())
        return any(
            seq < later.seq and heads.get(earlier.post, 0) >= earlier.seq for seq, heads in merges
        )

    def horizon(self, event: Event) -> dict[str, int]:
        """Return how far each chain was known where and when the event was made."""
        known: dict[str, int] = {}
        for seq, heads in self._merges.get(event.post, ()):
            if seq < event.seq:
                known.update({p: max(end, known.get(p, 0)) for p, end in heads.items()})
        return {**known, event.post: event.seq - 1}


def in_order(events: Iterable[Event]) -> list[Event]:
    """Return the events in the one order of replay."""
    return sorted(events, key=lambda event: (event.clock, event.post, event.seq))


def replay(events: Iterable[Event], knowledge: Knowledge) -> dict[tuple[str, str], State]:
    """Return the features that are there after the events, by layer and id, in order of adding."""
    by_feature: dict[tuple[str, str], list[Event]] = {}
    for event in in_order(events):
        if event.kind in STATE_KINDS:
            by_feature.setdefault((event.layer, event.id), []).append(event)
    found = {key: _state(own, knowledge) for key, own in by_feature.items()}
    there = [(state.born, key) for key, state in found.items() if state.there]
    return {key: found[key] for _, key in sorted(there)}


def _state(events: Sequence[Event], knowledge: Knowledge) -> State:
    one_post = len({event.post for event in events}) == 1
    state = State(_born(events[0]))
    for number, event in enumerate(events):
        earlier = () if one_post else events[:number]
        _apply(state, event, earlier, knowledge)
        state.version = number + 1
        state.head = event.hash
    return state


def _apply(state: State, event: Event, earlier: Sequence[Event], knowledge: Knowledge) -> None:
    if event.kind == "remove" or event.after.get("removed"):
        unseen = any(not knowledge.knew(event, e) for e in earlier)
        state.there = state.there and unseen
        return
    if event.kind == "add" and not state.there:
        state.born, state.props, state.shape, state.personal = _born(event), {}, None, {}
    state.there = True
    for column, value in event.after.get(PROPS, {}).items():
        if value is None:
            state.props.pop(column, None)
        else:
            state.props[column] = value
    if SHAPE in event.after:
        state.shape = event.after[SHAPE]
    if PERSONAL in event.after:
        state.personal = dict(event.after[PERSONAL])


def _born(event: Event) -> str:
    return f"{event.clock:012d}:{event.post}:{event.seq:012d}"


def open_conflicts(events: Iterable[Event], knowledge: Knowledge) -> Iterator[Conflict]:
    """Yield what two posts decided differently and nobody has settled, by layer, id and order."""
    by_feature: dict[tuple[str, str], list[Event]] = {}
    for event in in_order(events):
        if event.kind in STATE_KINDS:
            by_feature.setdefault((event.layer, event.id), []).append(event)
    for key in sorted(by_feature):
        own = by_feature[key]
        if len({event.post for event in own}) > 1:
            yield from _conflicts(own, knowledge)


@dataclass(frozen=True)
class _Word:
    """An event with what contradictions rest on; the column "" stands for the whole feature."""

    event: Event
    columns: frozenset[str]
    removes: bool
    horizon: Mapping[str, int]

    def knew(self, earlier: "_Word") -> bool:
        """Return whether the other event was known when this one was made."""
        return self.horizon.get(earlier.event.post, 0) >= earlier.event.seq


def _conflicts(events: Sequence[Event], knowledge: Knowledge) -> Iterator[Conflict]:
    words = [
        _Word(e, frozenset(("", *_written(e.after))), _removes(e), knowledge.horizon(e))
        for e in events
    ]
    standing = [_standing(words, word) for word in words]
    for second, word in enumerate(words):
        rivals: dict[int, set[str]] = {}
        for first, column in standing[second]:
            if first < second and (second, column) in standing[first]:
                rivals.setdefault(first, set()).add(column)
        for first in sorted(rivals):
            one, other = words[first].event, word.event
            columns = _contradicted(one, other, rivals[first])
            if columns is not None and not _settled(words, words[first], word):
                yield Conflict(one.layer, one.id, columns, one, other)


def _standing(words: Sequence[_Word], other: _Word) -> set[tuple[int, str]]:
    """Return which columns of which events were the last word on them before ``other`` was known.

    Of what one post wrote several times, or others wrote over knowingly, only the last contradicts
    an event that none of them knew. Two events contradict where each stands before the other.
    """
    last: dict[str, list[_Word]] = {}
    removals: list[_Word] = []
    found: set[tuple[int, str]] = set()
    for at in reversed(range(len(words))):
        word = words[at]
        if word is other or word.knew(other):
            continue
        if any(later.knew(word) for later in removals):
            continue
        for column in word.columns:
            written = last.setdefault(column, [])
            if not any(later.knew(word) for later in written):
                written.append(word)
                found.add((at, column))
        if word.removes:
            removals.append(word)
    return found


def _settled(words: Sequence[_Word], one: _Word, other: _Word) -> bool:
    return any(w.event.kind == "settle" and w.knew(one) and w.knew(other) for w in words)


def _contradicted(one: Event, other: Event, columns: Collection[str]) -> tuple[str, ...] | None:
    """Return those of the columns that differ, () where one removes, None where both can hold."""
    if _removes(one) or _removes(other):
        return () if "" in columns and _removes(one) != _removes(other) else None
    mine, theirs = _written(one.after), _written(other.after)
    found = tuple(c for c in mine if c in columns and mine[c] != theirs[c])
    return found or None


def _removes(event: Event) -> bool:
    return event.kind == "remove" or bool(event.after.get("removed"))


def _written(after: Mapping[str, Any]) -> dict[str, Any]:
    written = dict(after.get(PROPS, {}))
    for part in (SHAPE, PERSONAL):
        if part in after:
            written[part] = after[part]
    return written
