"""Finding a place by Chinese name, pinyin or initials."""

import unicodedata
from dataclasses import dataclass
from itertools import starmap

from desks.onemap import OneMap

SYNONYMS = (("避护", "避难"),)
"""Guangdong writes 避护 where the nation writes 避难."""

MOST = 12


@dataclass(frozen=True)
class SearchEntry:
    """One thing that can be found: a row of a layer, or a named road (layer ``road``)."""

    layer: str
    id: str
    name: str
    pinyin: str
    initials: str
    lon_deg: float
    lat_deg: float


def search_entries(onemap: OneMap) -> tuple[SearchEntry, ...]:
    """Return everything with a name and a position: units, roads, then layers by the table."""
    table = onemap.search_table
    texts = (table[key].tolist() for key in ("layer", "id", "name", "pinyin", "initials"))
    degrees = (table[key].tolist() for key in ("lon_deg", "lat_deg"))
    return tuple(starmap(SearchEntry, zip(*texts, *degrees, strict=True)))


def search(onemap: OneMap, text: str, *, most: int = MOST) -> tuple[SearchEntry, ...]:
    """Return the best finds: exact name, its beginning, within it, then pinyin, then initials."""
    wanted = fold(text)
    if not wanted:
        return ()
    graded = (
        (_grade(entry, wanted), number, entry)
        for number, entry in enumerate(search_entries(onemap))
    )
    found = sorted((g, len(e.name), n, e) for g, n, e in graded if g is not None)
    return tuple(entry for *_, entry in found[:most])


def fold(text: str) -> str:
    """Return the text in plain width and small letters, without spaces, synonyms made one."""
    plain = "".join(unicodedata.normalize("NFKC", text).lower().split())
    for word, meant in SYNONYMS:
        plain = plain.replace(word, meant)
    return plain


def _grade(entry: SearchEntry, wanted: str) -> int | None:
    name = fold(entry.name)
    tests = (
        name == wanted,
        name.startswith(wanted),
        wanted in name,
        entry.initials == wanted,
        entry.pinyin.startswith(wanted),
        entry.initials.startswith(wanted),
        wanted in entry.pinyin,
    )
    return next((grade for grade, passed in enumerate(tests) if passed), None)
