"""Archives of a paper that are the same bytes on every machine."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

ENTRY_TIME = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP archive can hold."""

_PLAIN_FILE = 0o644 << 16
_FIRST = "[Content_Types].xml"


def sealed(archive: bytes, replaced: Mapping[str, bytes] | None = None) -> bytes:
    """Return the archive with its entries sorted and stored, at a fixed time.

    Deflate is left out, since its bytes hang on the version of zlib. ``replaced`` are entries
    that take the place of those of their name.
    """
    fresh = dict(replaced or {})
    with zipfile.ZipFile(BytesIO(archive)) as given:
        entries = {name: given.read(name) for name in given.namelist()} | fresh
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as made:
        for name in sorted(entries, key=lambda name: (name != _FIRST, name)):
            entry = zipfile.ZipInfo(name, ENTRY_TIME)
            entry.create_system, entry.external_attr = 3, _PLAIN_FILE
            made.writestr(entry, entries[name])
    return target.getvalue()
