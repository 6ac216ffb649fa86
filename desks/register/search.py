"""Finding a place by Chinese name, pinyin or initials."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
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
    names, spelt, initials, entries = _index(onemap)
    rows = zip(names, spelt, initials, strict=True)
    found = [
        (grade, len(entries[at].name), at)
        for at, (name, pinyin, letters) in enumerate(rows)
        if (wanted in name or wanted in pinyin or letters.startswith(wanted))
        and (grade := _grade(name, pinyin, letters, wanted)) is not None
    ]
    return tuple(entries[at] for *_, at in sorted(found)[:most])


@lru_cache(maxsize=2)
def _index(
    onemap: OneMap,
) -> tuple[list[str], list[str], list[str], tuple[SearchEntry, ...]]:
    """Return names made plain, spellings, initials and the entries, made once for a map."""
    entries = search_entries(onemap)
    names = [fold(entry.name) for entry in entries]
    return names, [e.pinyin for e in entries], [e.initials for e in entries], entries


def fold(text: str) -> str:
    """Return the text in plain width and small letters, without spaces, synonyms made one."""
    plain = "".join(unicodedata.normalize("NFKC", text).lower().split())
    for word, meant in SYNONYMS:
        plain = plain.replace(word, meant)
    return plain


def _grade(name: str, pinyin: str, initials: str, wanted: str) -> int | None:
    tests = (
        name == wanted,
        name.startswith(wanted),
        wanted in name,
        initials == wanted,
        pinyin.startswith(wanted),
        initials.startswith(wanted),
        wanted in pinyin,
    )
    return next((grade for grade, passed in enumerate(tests) if passed), None)
