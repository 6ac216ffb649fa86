"""Packed bytes (RFC 1951) that are the same on every machine: libdeflate, pinned.

What zlib makes of the same bytes hangs on its maker, its version and the processor: Python takes
the system's, Pillow and others bring zlib-ng. libdeflate's choices follow from the bytes alone.
"""

import deflate

_LEVEL = 9


def deflated(data: bytes) -> bytes:
    """Return the data as a raw deflate stream, as ZIP holds it."""
    return bytes(deflate.deflate_compress(data, _LEVEL))


def zlib_stream(data: bytes) -> bytes:
    """Return the data as a zlib stream (RFC 1950), as a PNG holds it."""
    return bytes(deflate.zlib_compress(data, _LEVEL))


def gzip_file(data: bytes) -> bytes:
    """Return the data as a gzip file (RFC 1952) without name and time."""
    return bytes(deflate.gzip_compress(data, _LEVEL))
