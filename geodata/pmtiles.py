"""PMTiles version 3: one file of tiles that a browser reads by byte ranges.

Tiles and directories are stored uncompressed: the file stays on this machine, and its bytes then
do not depend on the compression library. Source: PMTiles specification, version 3.
"""

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .vector_tile import varints

HEADER_BYTES: Final = 127
ROOT_LIMIT_BYTES: Final = 16_384 - HEADER_BYTES
"""Header and root directory lie in the first 16 KiB."""

_LEAF_ENTRIES = 2048
_NO_COMPRESSION, _VECTOR = 1, 1


@dataclass(frozen=True)
class Entry:
    """Tiles ``first … first + run - 1`` all hold the bytes at ``offset``; ``run`` 0 is a leaf."""

    first: int
    offset: int
    length: int
    run: int


def tile_number(zoom: int, column: int, row: int) -> int:
    """Return the tile's place along the Hilbert curves of all zooms from 0."""
    number, x, y = ((1 << 2 * zoom) - 1) // 3, column, row
    side = 1 << zoom >> 1
    while side:
        right, low = int(x & side > 0), int(y & side > 0)
        number += side * side * ((3 * right) ^ low)
        if not low:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        side >>= 1
    return number


def archive(
    tiles: Mapping[tuple[int, int, int], bytes],
    bounds: tuple[float, float, float, float],
    metadata: Mapping[str, Any],
) -> bytes:
    """Return the file of tiles by (zoom, column, row); bounds are west, south, east, north degrees.

    Raises:
        ValueError: without any tile.

    """
    if not tiles:
        msg = "an archive needs a tile"
        raise ValueError(msg)
    numbered = sorted((tile_number(*key), body) for key, body in tiles.items())
    entries, data = _pack(numbered)
    root, leaves = _directories(entries)
    about = json.dumps(metadata, ensure_ascii=False, sort_keys=True).encode()
    zooms = [key[0] for key in tiles]
    places = (HEADER_BYTES, HEADER_BYTES + len(root))
    sections = (root, about, leaves, data)
    offsets = (*places, places[1] + len(about), places[1] + len(about) + len(leaves))
    spans = [n for pair in zip(offsets, map(len, sections), strict=True) for n in pair]
    stored = len({entry.offset for entry in entries})
    west, south, east, north = (round(value * 10_000_000) for value in bounds)
    header = struct.pack(
        "<7sB8Q3Q6B4iB2i",
        b"PMTiles", 3, *spans, len(numbered), len(entries), stored,
        1, _NO_COMPRESSION, _NO_COMPRESSION, _VECTOR, min(zooms), max(zooms),
        west, south, east, north, min(zooms), (west + east) // 2, (south + north) // 2,
    )  # fmt: skip
    return header + root + about + leaves + data


def _pack(numbered: Sequence[tuple[int, bytes]]) -> tuple[list[Entry], bytes]:
    """Return the entries and the tiles' bytes, equal tiles once and neighbours as one run."""
    entries: list[Entry] = []
    offsets: dict[bytes, int] = {}
    data = bytearray()
    for number, body in numbered:
        if body not in offsets:
            offsets[body] = len(data)
            data += body
        offset = offsets[body]
        last = entries[-1] if entries else None
        if last and last.offset == offset and last.first + last.run == number:
            entries[-1] = Entry(last.first, offset, last.length, last.run + 1)
        else:
            entries.append(Entry(number, offset, len(body), 1))
    return entries, bytes(data)


def _directories(entries: Sequence[Entry]) -> tuple[bytes, bytes]:
    """Return the root directory and the leaves behind it (b"" where the root holds all)."""
    root = _directory(entries)
    if len(root) <= ROOT_LIMIT_BYTES:
        return root, b""
    leaves = bytearray()
    pointers: list[Entry] = []
    for start in range(0, len(entries), _LEAF_ENTRIES):
        part = entries[start : start + _LEAF_ENTRIES]
        body = _directory(part)
        pointers.append(Entry(part[0].first, len(leaves), len(body), 0))
        leaves += body
    return _directory(pointers), bytes(leaves)


def _directory(entries: Sequence[Entry]) -> bytes:
    """Return the columns of the entries, one after the other."""
    numbers: list[int] = [len(entries)]
    numbers += _steps(entry.first for entry in entries)
    numbers += [entry.run for entry in entries]
    numbers += [entry.length for entry in entries]
    end = -1
    for entry in entries:
        numbers.append(0 if entry.offset == end else entry.offset + 1)
        end = entry.offset + entry.length
    return varints(numbers)


def _steps(values: Iterable[int]) -> list[int]:
    """Return each value less the one before it."""
    steps: list[int] = []
    last = 0
    for value in values:
        steps.append(value - last)
        last = value
    return steps
