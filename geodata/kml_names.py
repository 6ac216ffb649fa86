"""Names of a KML's data columns through GDAL, which makes every sign but ASCII an underscore."""

import re

_NAMED = re.compile(
    r"""(<(?:\w+:)?(?:Data|SimpleData|SimpleField)\b[^<>]*?\bname\s*=\s*)("[^"<]*"|'[^'<]*')"""
)
_WRITTEN = re.compile(r"kml(?:_[0-9a-f]{1,6})+")


def with_plain_names(text: str) -> str:
    """Return the KML with each name of a data column that is not ASCII written in code points."""
    return _NAMED.sub(lambda found: found[1] + _plain(found[2]), text)


def true_name(name: str) -> str:
    """Return the name that ``with_plain_names`` wrote, any other name as it is."""
    if _WRITTEN.fullmatch(name) is None:
        return name
    codes = [int(code, 16) for code in name.split("_")[1:]]
    return "".join(map(chr, codes)) if max(codes) <= 0x10FFFF else name  # noqa: PLR2004 -- Unicode


def _plain(quoted: str) -> str:
    name = quoted[1:-1]
    if name.isascii():
        return quoted
    return quoted[0] + "kml" + "".join(f"_{ord(sign):x}" for sign in name) + quoted[0]
