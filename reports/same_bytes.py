"""Archives of a paper that are the same bytes on every machine."""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from .deflating import deflated

ENTRY_TIME = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP archive can hold."""

_DOS_DATE = 1 << 5 | 1
_PLAIN_FILE = 0o644 << 16
_FIRST = "[Content_Types].xml"
_VERSION, _UNIX, _UTF8 = 20, 3 << 8, 1 << 11
_STORED, _DEFLATED = 0, 8


def sealed(archive: bytes, replaced: Mapping[str, bytes] | None = None) -> bytes:
    """Return the archive with its entries sorted, at a fixed time, packed by `deflating`.

    What does not become smaller, such as a picture, is stored. ``replaced`` are entries that take
    the place of those of their name.
    """
    fresh = dict(replaced or {})
    with zipfile.ZipFile(BytesIO(archive)) as given:
        entries = {name: given.read(name) for name in given.namelist()} | fresh
    bodies: list[bytes] = []
    listed: list[bytes] = []
    at = 0
    for name in sorted(entries, key=lambda name: (name != _FIRST, name)):
        data, own = entries[name], name.encode()
        packed = deflated(data)
        is_smaller = len(packed) < len(data)
        held = packed if is_smaller else data
        flags = 0 if name.isascii() else _UTF8
        shape = struct.pack(
            "<5H3L2H", _VERSION, flags, _DEFLATED if is_smaller else _STORED, 0, _DOS_DATE,
            zlib.crc32(data), len(held), len(data), len(own), 0,
        )  # fmt: skip
        bodies += [b"PK\3\4", shape, own, held]
        listed += [b"PK\1\2", struct.pack("<H", _UNIX | _VERSION), shape,
                   struct.pack("<3H2L", 0, 0, 0, _PLAIN_FILE, at), own]  # fmt: skip
        at += 4 + len(shape) + len(own) + len(held)
    table = b"".join(listed)
    end = struct.pack("<4H2LH", 0, 0, len(entries), len(entries), len(table), at, 0)
    return b"".join([*bodies, table, b"PK\5\6", end])
