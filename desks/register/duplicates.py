"""Records that seem to be one and the same: by name and place, within a file and the register."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import shapely
from numpy.typing import NDArray

from .search import fold

SAME_NAME_M = 300.0
"""Two records of one name nearer than this are taken for one."""

ALIKE_M = 60.0
"""Two records of nearly one name must be nearer than this."""

MOST_OF_A_NAME = 100
"""Of a name that more bear, each is compared with the one before only."""

MOST_IN_A_SQUARE = 25
"""Where more records crowd in 60 m, a tower of offices, only equal names are taken for one."""

ALIKE = 0.75
"""The share of common pairs of neighbouring signs (Dice) from which names are nearly one."""

_TELLING = frozenset(
    "0123456789一二三四五六七八九十百零甲乙丙丁戊己庚辛壬癸东西南北上下左右前后内外大小新老"
    "abcdefghijklmnopqrstuvwxyz男女正副"
)
"""Signs that tell one of a kind from the other: 东门 is not 西门, 1号 not 2号."""


@dataclass(frozen=True)
class Named:
    """Names, texts that must agree where there is no place, and points in metres (n, 2)."""

    names: tuple[str, ...]
    units: tuple[str, ...]
    xy_m: NDArray[np.float64]


@dataclass(frozen=True)
class Twin:
    """Record ``at`` seems to be the same as record ``other``; infinite metres without places."""

    at: int
    other: int
    metres: float


def twins_within(records: Named) -> tuple[Twin, ...]:
    """Return for each record the nearest earlier one that seems to be the same."""
    found: dict[int, Twin] = {}
    for twin in _twins(records, records):
        if twin.other < twin.at:
            _keep_nearer(found, twin)
    return tuple(found[at] for at in sorted(found))


def twins_between(records: Named, others: Named) -> tuple[Twin, ...]:
    """Return for each record the nearest of the others that seems to be the same."""
    found: dict[int, Twin] = {}
    for twin in _twins(records, others):
        _keep_nearer(found, twin)
    return tuple(found[at] for at in sorted(found))


def alike(one: str, other: str) -> bool:
    """Return whether two names in compared form are nearly one and nothing tells them apart."""
    if one == other:
        return bool(one)
    pairs, others = _pairs(one), _pairs(other)
    if not pairs or not others:
        return False
    if 2 * len(pairs & others) < ALIKE * (len(pairs) + len(others)):
        return False
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    changed = {
        sign for tag, a, b, c, d in blocks if tag != "equal" for sign in one[a:b] + other[c:d]
    }
    return not changed & _TELLING


def name_key(name: str) -> str:
    """Return the name in the form that is compared: plain width, no spaces or marks."""
    return "".join(sign for sign in fold(name) if sign.isalnum())


def _keep_nearer(found: dict[int, Twin], twin: Twin) -> None:
    before = found.get(twin.at)
    if before is None or (twin.metres, twin.other) < (before.metres, before.other):
        found[twin.at] = twin


def _twins(records: Named, others: Named) -> Iterator[Twin]:
    keys = _keys(records)
    other_keys = keys if records is others else _keys(others)
    yield from _same_names(records, others, keys, other_keys)
    yield from _near_names(records, others, keys, other_keys)


def _same_names(
    records: Named, others: Named, keys: Sequence[str], other_keys: Sequence[str]
) -> Iterator[Twin]:
    """Yield pairs of one name within 300 m, or in one stated unit where one has no place."""
    bearers: dict[str, list[int]] = {}
    for i, key in enumerate(other_keys):
        if key:
            bearers.setdefault(key, []).append(i)
    for at, key in enumerate(keys):
        same = bearers.get(key, [])
        if len(same) > MOST_OF_A_NAME:
            before = bisect_left(same, at)
            same = same[max(before - 1, 0) : before] if records is others else same[:1]
        for other in same:
            if records is others and at == other:
                continue
            metres = _metres(records, at, others, other)
            if metres <= SAME_NAME_M or (
                metres == np.inf and records.units[at] == others.units[other]
            ):
                yield Twin(at, other, metres)


def _near_names(
    records: Named, others: Named, keys: Sequence[str], other_keys: Sequence[str]
) -> Iterator[Twin]:
    """Yield pairs of nearly one name within 60 m, except where records crowd."""
    there, far = _apart(records), _apart(others)
    if not len(there) or not len(far):
        return
    tree = shapely.STRtree(np.asarray(shapely.points(others.xy_m[far]), dtype=object))
    points = shapely.points(records.xy_m[there])
    near = tree.query(points, predicate="dwithin", distance=ALIKE_M)
    for at, other in zip(there[near[0]].tolist(), far[near[1]].tolist(), strict=True):
        if keys[at] != other_keys[other] and alike(keys[at], other_keys[other]):
            yield Twin(at, other, _metres(records, at, others, other))


def _metres(records: Named, at: int, others: Named, other: int) -> float:
    """Return how far two records lie apart, infinite where one has no place."""
    apart = float(np.hypot(*(records.xy_m[at] - others.xy_m[other])))
    return apart if np.isfinite(apart) else float("inf")


def _apart(records: Named) -> NDArray[np.int64]:
    """Return the records with a place that do not crowd in one square of 60 m."""
    there = np.flatnonzero(np.isfinite(records.xy_m).all(axis=1))
    squares = np.floor(records.xy_m[there] / ALIKE_M)
    if not len(there):
        return there
    _, square, counts = np.unique(squares, axis=0, return_inverse=True, return_counts=True)
    return there[counts[square.ravel()] <= MOST_IN_A_SQUARE]


def _keys(records: Named) -> list[str]:
    return [name_key(name) for name in records.names]


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))
