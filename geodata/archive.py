"""The one ZIP that some files make: stored, sorted, with a fixed time and nothing else.

The same files are the same bytes on every machine, so that a reader may demand every one of them.
"""

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO

ENTRY_TIME = (1980, 1, 1, 0, 0, 0)
MOST_BYTES = 2**31 - 1
MOST_FILES = 2**16 - 1
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_PLAIN_FILE = 0o644 << 16


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return the bytes of the ZIP.

    Raises:
        ValueError: for a file name that is not plain, more than 65,535 files or than 2 GiB.

    """
    odd = sorted(name for name in files if not _NAME.fullmatch(name))
    if odd or len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        msg = f"these names are not plain, or the files too many or too large: {odd}"
        raise ValueError(msg)
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as made:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, ENTRY_TIME)
            entry.create_system, entry.external_attr = 3, _PLAIN_FILE
            made.writestr(entry, files[name])
    return target.getvalue()
