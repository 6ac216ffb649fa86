"""Which characters a font file can show, read from its ``cmap`` table (ISO/IEC 14496-22, 5.2.1)."""

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_COLLECTION = b"ttcf"
_SEGMENTS, _GROUPS = 4, 12
_LAST = 0xFFFF
_LAST_OF_ALL = 0x10FFFF
"""No code point is higher; a damaged file may name four thousand million of them."""


@cache
def characters(path: Path, index: int) -> frozenset[int]:
    """Return the code points that the face ``index`` of a font file has a sign for.

    Raises:
        ValueError: for a file that is no font.

    """
    data = path.read_bytes()
    try:
        return frozenset(_mapped(data, _table(data, _face(data, index), b"cmap")))
    except (struct.error, IndexError) as error:
        msg = f"{path.name} is no font file"
        raise ValueError(msg) from error


def _face(data: bytes, index: int) -> int:
    """Return where the face's table of tables begins."""
    if data[:4] != _COLLECTION:
        return 0
    return int(struct.unpack_from(">I", data, 12 + 4 * index)[0])


def _table(data: bytes, face: int, name: bytes) -> int:
    (count,) = struct.unpack_from(">H", data, face + 4)
    for number in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, face + 12 + 16 * number)
        if tag == name:
            return int(offset)
    msg = f"the font has no table {name.decode()}"
    raise ValueError(msg)


def _mapped(data: bytes, cmap: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    for number in range(count):
        _, _, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * number)
        at = cmap + offset
        (kind,) = struct.unpack_from(">H", data, at)
        if kind == _SEGMENTS:
            yield from _segments(data, at)
        elif kind == _GROUPS:
            yield from _groups(data, at)


def _segments(data: bytes, at: int) -> Iterator[int]:
    """Yield the code points of a table of format 4."""
    (twice,) = struct.unpack_from(">H", data, at + 6)
    row = f">{twice // 2}H"
    ends = struct.unpack_from(row, data, at + 14)
    starts = struct.unpack_from(row, data, at + 16 + twice)
    steps = struct.unpack_from(row, data, at + 16 + 2 * twice)
    places = at + 16 + 3 * twice
    offsets = struct.unpack_from(row, data, places)
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        for code in range(start, min(end, _LAST - 1) + 1):
            if offsets[number]:
                place = places + 2 * number + offsets[number] + 2 * (code - start)
                (glyph,) = struct.unpack_from(">H", data, place)
            else:
                glyph = (code + steps[number]) & _LAST
            if glyph:
                yield code


def _groups(data: bytes, at: int) -> Iterator[int]:
    """Yield the code points of a table of format 12."""
    (count,) = struct.unpack_from(">I", data, at + 12)
    for start, end, glyph in struct.iter_unpack(">III", data[at + 16 : at + 16 + 12 * count]):
        yield from range(start + (not glyph), min(end, _LAST_OF_ALL) + 1)
