"""In which encoding the texts of a shapefile's table stand."""

import codecs
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_HEAD_BYTES = 32
_MAX_TEXTS = 20_000
_END_OF_FIELDS = 0x0D
_FIRST_BEYOND_ASCII = 0x80
# A code page as programs write it into .cpg; what is unknown here is tried as Python knows it.
_CODE_PAGES = {"936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "65001": "utf-8"}


def dbf_encoding(table: Path, code_page: str = "") -> str:
    """Return the encoding of a .dbf: the .cpg's if the texts agree with it, else UTF-8 or GB 18030.

    Many Chinese shapefiles carry no .cpg or a wrong one, so the texts themselves are tried. Where
    none fits, ISO 8859-1 comes back, which reads any byte.

    Raises:
        ValueError: if the table is damaged or cut off.

    """
    texts = _texts(table)
    said = code_page.strip().lower().removeprefix("ansi").removeprefix("cp").strip(" -_")
    for encoding in (_CODE_PAGES.get(said, said), "utf-8", "gb18030"):
        try:
            codec = codecs.lookup(encoding).name
        except LookupError:
            continue
        if all(_reads(text, codec) for text in texts):
            return "GB18030" if codec == "gb18030" else codec.upper()
    return "ISO-8859-1"


def _reads(text: bytes, encoding: str) -> bool:
    """Return whether the text decodes; a last character cut by the field's width is forgiven."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(text, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _texts(table: Path) -> list[bytes]:
    """Return field names and distinct texts that are not plain ASCII."""
    data = table.read_bytes()
    if len(data) < _HEAD_BYTES + 1:
        msg = "the .dbf table is cut off"
        raise ValueError(msg)
    count, head_bytes, row_bytes = struct.unpack_from("<IHH", data, 4)
    if len(data) < head_bytes + count * row_bytes or row_bytes == 0:
        msg = "the .dbf table is cut off"
        raise ValueError(msg)
    fields = []
    for at in range(_HEAD_BYTES, head_bytes - 1, _HEAD_BYTES):
        if data[at] == _END_OF_FIELDS:
            break
        fields.append(data[at : at + _HEAD_BYTES])
    rows = np.frombuffer(data, np.uint8, count * row_bytes, head_bytes).reshape(count, row_bytes)
    found = {field[:11].split(b"\0")[0] for field in fields}
    start = 1
    for field in fields:
        if field[11:12] == b"C":
            found |= _foreign(rows[:, start : start + field[16]])
        start += field[16]
    return [text for text in found if not text.isascii()]


def _foreign(cells: NDArray[np.uint8]) -> set[bytes]:
    odd = cells[(cells >= _FIRST_BEYOND_ASCII).any(axis=1)][:_MAX_TEXTS]
    return {row.tobytes().rstrip(b" \0") for row in odd}
