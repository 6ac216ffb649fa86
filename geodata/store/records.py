"""What goes into the store and what comes out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

import shapely

Value = str | int | float | bool | Sequence[str] | None
Operation = Literal["add", "set", "remove"]


class Keep:
    """Says that a change leaves the shape as it is."""


KEEP = Keep()


@dataclass(frozen=True)
class Author:
    """Who changes something, and why: both stand in the chain for good."""

    who: str
    why: str


@dataclass(frozen=True)
class Change:
    """One change to one feature.

    ``base`` is the version that was seen when it was made (0 for ``add``); another version in
    the store refuses it. ``props`` are the columns to write, ``None`` to empty one; with ``add``
    all of them. ``shape`` is in EPSG:4326, ``None`` for no place. ``personal`` columns are
    encrypted; "" empties one, a column left out stays.
    """

    operation: Operation
    layer: str
    id: str
    base: int = 0
    props: Mapping[str, Value] = field(default_factory=dict)
    shape: shapely.Geometry | Keep | None = KEEP
    personal: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Feature:
    """One feature as the store has it: ``shape`` in EPSG:4326 or ``None``.

    ``head`` is the hash of the last event on it, ``order`` the place in which it was added.
    ``has_personal`` names the personal columns that are filled in, not what is in them.
    """

    layer: str
    id: str
    version: int
    head: str
    order: int
    props: Mapping[str, Value]
    shape: shapely.Geometry | None
    has_personal: frozenset[str]

    def __post_init__(self) -> None:
        """Freeze the columns."""
        object.__setattr__(self, "props", MappingProxyType(dict(self.props)))


@dataclass(frozen=True)
class Event:
    """One link of a post's chain.

    ``kind`` is add, set, remove, or a word of the desk that noted it (unmask, merge, decision).
    ``at`` is when it was recorded (UTC), ``known_at`` since when this post knows it; ``clock`` is
    greater than that of every event its post knew then. ``version`` is that of the feature after
    it. ``before`` and ``after`` hold the columns that changed under ``"props"``, a shape as WKT
    under ``"shape"``, personal columns as ciphertext under ``"personal"``.
    """

    post: str
    seq: int
    clock: int
    at: datetime
    known_at: datetime
    who: str
    why: str
    kind: str
    layer: str
    id: str
    version: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True)
class Conflict:
    """Two events of different posts, neither of which knew of the other, that cannot both hold.

    ``columns`` are those they changed differently; () where one of them removed the feature.
    """

    layer: str
    id: str
    columns: tuple[str, ...]
    one: Event
    other: Event


@dataclass(frozen=True)
class Head:
    """The end of a post's chain: what to print and keep on paper."""

    post: str
    seq: int
    hash: str
    at: datetime | None
