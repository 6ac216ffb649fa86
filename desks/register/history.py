"""The story of a record: who changed what and when, why, before and after, and at which post."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely

from desks.stock import CHINA
from geodata.store import Event
from language import Catalogue, Sentence, say
from layers import LayerSpec

from .wording import worded

SHAPE = "shape"
EARTH_M = 6_371_008.8
"""The mean radius of the Earth (IUGG): a distance on the sphere is within 0.5 % of the true one."""

_MASK = "••••"
_DEGREE_DIGITS = 6
Unseal = Callable[[Sequence[Mapping[str, str]]], Sequence[Mapping[str, str]]]


@dataclass(frozen=True)
class Changed:
    """One column before and after, as plain values; ``None`` is empty.

    Of a hidden (personal) column only whether it was filled is told, not with what.
    """

    column: str
    before: Any
    after: Any
    hidden: bool = False


@dataclass(frozen=True)
class Chapter:
    """One event on a record; ``moved_m`` is how far its point was moved, ``None`` if it was not.

    ``at`` is when it was made at its post, ``known_at`` since when this post knows it.
    """

    at: datetime
    known_at: datetime
    post: str
    seq: int
    who: str
    why: str
    kind: str
    changed: tuple[Changed, ...]
    moved_m: float | None
    hash: str


@dataclass(frozen=True)
class Told:
    """A chapter in words: ``changes`` are (title, before, after), "" for empty."""

    when: str
    who: str
    what: str
    why: str
    changes: tuple[tuple[str, str, str], ...]
    post: str
    seq: int
    hash: str


def story(events: Iterable[Event], unseal: Unseal | None = None) -> tuple[Chapter, ...]:
    """Return a chapter for each event, in their order.

    With ``unseal`` (the store's) only those personal columns are named whose content changed;
    without it every one that was written anew, since equal texts have unequal ciphertexts.
    """
    return tuple(_chapter(event, unseal) for event in events)


def tell(chapter: Chapter, spec: LayerSpec | None, catalogue: Catalogue) -> Told:
    """Return the chapter in words, its times on the district's clock.

    ``spec`` gives the columns' titles; a column that it does not declare is named by its key.
    """
    titles = column_titles(spec, catalogue)
    order = {column: number for number, column in enumerate(titles)}
    changes = tuple(
        (titles.get(change.column, change.column), *sides(change, catalogue))
        for change in sorted(chapter.changed, key=lambda c: order.get(c.column, len(order)))
    )
    what = catalogue.word(_what(chapter, [title for title, _, _ in changes], catalogue))
    if chapter.known_at > chapter.at:
        since = say("known here since {when}", when=_clock(chapter.known_at))
        what = f"{what} · {catalogue.word(since)}"
    return Told(
        when=_clock(chapter.at),
        who=chapter.who,
        what=what,
        why=chapter.why,
        changes=changes,
        post=chapter.post,
        seq=chapter.seq,
        hash=chapter.hash,
    )


def history_lines(told: Told, catalogue: Catalogue) -> tuple[str, ...]:
    """Return a chapter as lines for a terminal."""
    head = f"{told.when} · {told.who} · {told.what}"
    why = say("Why: {why}", why=told.why) if told.why else say("No reason was given.")
    changes = (
        f"  {title}: {before or '—'} → {after or '—'}" for title, before, after in told.changes
    )
    chain = f"  {told.post} {told.seq} {told.hash[:16]}"
    return (head, f"  {catalogue.word(why)}", *changes, chain)


def _chapter(event: Event, unseal: Unseal | None) -> Chapter:
    before, after = event.before, event.after
    old, new = before.get("props", {}), after.get("props", {})
    changed = [
        Changed(c, old.get(c), new.get(c)) for c in {**old, **new} if old.get(c) != new.get(c)
    ]
    if before.get(SHAPE) != after.get(SHAPE):
        changed.append(Changed(SHAPE, before.get(SHAPE), after.get(SHAPE)))
    changed.extend(_hidden(before.get("personal", {}), after.get("personal", {}), unseal))
    return Chapter(
        at=event.at,
        known_at=event.known_at,
        post=event.post,
        seq=event.seq,
        who=event.who,
        why=event.why,
        kind=event.kind,
        changed=tuple(changed),
        moved_m=_moved_m(before.get(SHAPE), after.get(SHAPE)),
        hash=event.hash,
    )


def _hidden(
    before: Mapping[str, str], after: Mapping[str, str], unseal: Unseal | None
) -> Iterable[Changed]:
    """Yield the personal columns that changed; whom they are about is no column."""
    told = unseal([before, after]) if unseal is not None else (before, after)
    for column in {**before, **after}:
        same = told[0].get(column) == told[1].get(column) and (column in before) == (
            column in after
        )
        readable = column in told[0] or column in told[1]
        if column != "person" and not (same and readable):
            yield Changed(column, column in before or None, column in after or None, hidden=True)


def sides(change: Changed, catalogue: Catalogue) -> tuple[str, str]:
    """Return the values before and after as a person reads them, hidden ones masked."""
    if change.hidden:
        return (_MASK if change.before else "", _MASK if change.after else "")
    if change.column == SHAPE:
        return _place(change.before, catalogue), _place(change.after, catalogue)
    return _value(change.before, catalogue), _value(change.after, catalogue)


def _value(value: Any, catalogue: Catalogue) -> str:  # noqa: ANN401 - whatever a column holds
    """Return the value as a person reads it; declared choices have their English."""
    if isinstance(value, list | tuple):
        return worded(tuple(catalogue.text(str(item)) for item in value))
    return catalogue.text(value) if isinstance(value, str) and value else worded(value)


def _place(text: str | None, catalogue: Catalogue) -> str:
    """Return a point as longitude and latitude, another shape by its number of corners."""
    if text is None:
        return ""
    shape = shapely.from_wkt(text)
    if isinstance(shape, shapely.Point):
        lon_deg, lat_deg = shapely.get_coordinates(shape)[0]
        return f"{lon_deg:.{_DEGREE_DIGITS}f}, {lat_deg:.{_DEGREE_DIGITS}f}"
    corners = int(shapely.get_num_coordinates(shape))
    return catalogue.word(say("a shape of {count} corners", count=corners))


def _what(chapter: Chapter, titles: Sequence[str], catalogue: Catalogue) -> Sentence:
    listed = ("、" if catalogue.language == "zh" else ", ").join(titles)
    if chapter.kind == "set" and chapter.moved_m is not None and len(titles) == 1:
        return say("Moved by {distance_m} m", distance_m=round(chapter.moved_m))
    if chapter.kind == "set" and not titles:
        return say("Entered anew without a change")
    said = {
        "add": say("Entered"),
        "set": say("Changed {columns}", columns=listed),
        "remove": say("Removed"),
        "settle": say("Settled what two posts had entered differently"),
        "erase": say("The person's data was destroyed"),
        "unmask": say("Looked at what is hidden"),
    }
    return said.get(chapter.kind, say("Noted: {kind}", kind=chapter.kind))


def column_titles(spec: LayerSpec | None, catalogue: Catalogue) -> dict[str, str]:
    """Return the titles of the layer's columns by key, in the order of its declaration."""
    chinese = catalogue.language == "zh"
    columns = spec.columns if spec is not None else ()
    titles = {c.key: c.title_zh if chinese else c.title_en for c in columns}
    return {**titles, SHAPE: catalogue.word(say("Place"))}


def _moved_m(before: str | None, after: str | None) -> float | None:
    """Return the way between two points in metres along the sphere (haversine formula)."""
    if before is None or after is None:
        return None
    ends = [shapely.from_wkt(text) for text in (before, after)]
    if not all(isinstance(end, shapely.Point) for end in ends):
        return None
    degrees = (shapely.get_coordinates(end)[0] for end in ends)
    (lon_1, lat_1), (lon_2, lat_2) = (map(math.radians, pair) for pair in degrees)
    half = (
        math.sin((lat_2 - lat_1) / 2) ** 2
        + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    )
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, half)))


def _clock(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"
