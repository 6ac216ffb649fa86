"""A drawn picture made small: at most 256 colours, packed so that it is the same bytes anywhere.

A map has some ten flat colours and thousands of shades at the edges of lines and letters. The
flat ones are kept as they are; of the shades the nearest of what is left stands in, so that a
difference is smaller than what two printers make of one colour.
"""

import struct
import zlib
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .deflating import zlib_stream

COLOURS = 256
EXACT = 96
"""So many of the commonest colours are kept to the last bit."""

_HEAD = b"\x89PNG\r\n\x1a\n"
_BIT_DEPTH, _PALETTE = 8, 3
_MM_PER_M, _MM_PER_INCH = 1000, 25.4
_ASKED = "a picture of eight bits a channel is asked for"
_OPAQUE = _WHITE = 255
_STEP = 3
"""Shades that differ in the lowest bits alone are one when the rest of the colours is chosen."""

Colours = NDArray[np.int64]


def small_png(png: bytes, ppi: float) -> bytes:
    """Return a picture of eight bits a channel on white with at most 256 colours, as PNG.

    Raises:
        ValueError: for a picture of another kind, or one that is cut short or damaged.

    """
    width, height, pixels = _read(png)
    wide = pixels.reshape(-1, 3).astype(np.int32)
    codes = wide[:, 0] << 16 | wide[:, 1] << 8 | wide[:, 2]
    starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))
    runs = np.diff(np.append(starts, len(codes)))
    shades, of_run = _told_apart(codes[starts])
    counts = np.bincount(of_run, weights=runs).astype(np.int64)
    palette = _palette(shades, counts)
    index = _nearest(shades, palette)[of_run].astype(np.uint8)
    rows = np.zeros((height, width + 1), np.uint8)
    rows[:, 1:] = np.repeat(index, runs).reshape(height, width)
    per_metre = round(ppi / _MM_PER_INCH * _MM_PER_M)
    return b"".join((
        _HEAD,
        _chunk(b"IHDR", struct.pack(">2I5B", width, height, _BIT_DEPTH, _PALETTE, 0, 0, 0)),
        _chunk(b"pHYs", struct.pack(">2IB", per_metre, per_metre, 1)),
        _chunk(b"PLTE", _channels(palette).astype(np.uint8).tobytes()),
        _chunk(b"IDAT", zlib_stream(rows.tobytes())),
        _chunk(b"IEND", b""),
    ))  # fmt: skip


def _told_apart(codes: NDArray[np.int32]) -> tuple[Colours, NDArray[np.int64]]:
    """Return the different colours in order, and for each given one its place among them."""
    seen = np.zeros(1 << 24, np.bool_)
    seen[codes] = True
    shades = np.flatnonzero(seen)
    return shades, np.searchsorted(shades, codes)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _read(png: bytes) -> tuple[int, int, NDArray[np.uint8]]:
    """Return width, height and the colours (height, width, 3), on white where they are clear."""
    try:
        picture = Image.open(BytesIO(png), formats=["PNG"])
        picture.load()
    except (OSError, SyntaxError) as error:
        raise ValueError(_ASKED) from error
    if picture.mode not in {"RGB", "RGBA"}:
        raise ValueError(_ASKED)
    pixels = np.asarray(picture)
    height, width = pixels.shape[:2]
    if pixels.shape[2] == len("RGB"):
        return width, height, pixels
    if pixels[:, :, 3].min() == _OPAQUE:
        return width, height, pixels[:, :, :3]
    clear = pixels[:, :, 3:].astype(np.int64)
    mixed = (pixels[:, :, :3] * clear + _WHITE * (_OPAQUE - clear) + _OPAQUE // 2) // _OPAQUE
    return width, height, mixed.astype(np.uint8)


def _channels(codes: Colours) -> Colours:
    return np.column_stack([codes >> 16, codes >> 8 & 255, codes & 255])


def _palette(shades: Colours, counts: Colours) -> Colours:
    """Return the colours that stay: the commonest as they are, then the commonest of each box."""
    if len(shades) <= COLOURS:
        return shades
    order = np.lexsort((shades, -counts))
    exact, rest = order[:EXACT], order[EXACT:]
    mask = ~((1 << _STEP) - 1) & 255
    boxes = shades[rest] & (mask << 16 | mask << 8 | mask)
    _, first, of_box = np.unique(boxes, return_index=True, return_inverse=True)
    weight = np.bincount(of_box, weights=counts[rest]).astype(np.int64)
    # `rest` is in order, so that the first of a box is its commonest
    best = np.lexsort((first, -weight))[: COLOURS - EXACT]
    return np.sort(np.concatenate([shades[exact], shades[rest[first[best]]]]))


def _nearest(shades: Colours, palette: Colours) -> NDArray[np.int64]:
    """Return for each shade the place of the nearest colour, the lowest of several."""
    # whole numbers below two to the 24: sums of them are exact in whatever order they are made
    own, kept = (_channels(one).astype(np.float32) for one in (shades, palette))
    away = (kept * kept).sum(axis=1) - 2 * (own @ kept.T)
    return np.asarray(away.argmin(axis=1), np.int64)
