"""Shapes as text that gives back every bit: WKT whose numbers are the shortest exact ones."""

import json
import re
from typing import Any

import shapely

_WKT = re.compile(
    r"\s*(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*Z?\s*\(|\s*GEOMETRYCOLLECTION\s*Z?\s*\(",
    re.IGNORECASE,
)
_SYSTEM = re.compile(r"\s*SRID\s*=\s*(?P<code>\d{1,6})\s*;", re.IGNORECASE)
_DEGREES = "4326"


def exact_wkt(shape: shapely.Geometry) -> str:
    """Return the shape as well-known text; ``read_wkt`` gives the same coordinates bit for bit.

    Why not GEOS's own writer: at its highest precision it still drops the last digit of one
    coordinate in two hundred.
    """
    if shapely.is_empty(shape):
        return shapely.to_wkt(shape)
    return _text(json.loads(shapely.to_geojson(shape)), z=bool(shapely.has_z(shape)))


def _text(shape: dict[str, Any], *, z: bool) -> str:
    kind = str(shape["type"]).upper() + (" Z" if z else "")
    parts = shape.get("geometries")
    if isinstance(parts, list):
        return f"{kind} ({', '.join(_text(part, z=z) for part in parts)})"
    numbers = _numbers(shape["coordinates"])
    return f"{kind} ({numbers})" if kind.startswith("POINT") else f"{kind} {numbers}"


def _numbers(part: list[Any]) -> str:
    """Return one position as numbers parted by spaces, more of them in brackets."""
    texts = [_numbers(item) if isinstance(item, list) else repr(item) for item in part]
    nested = any(isinstance(item, list) for item in part)
    return f"({', '.join(texts)})" if nested else " ".join(texts)


def looks_like_wkt(text: str) -> bool:
    """Return whether the text begins as well-known text of a shape does."""
    return _WKT.match(_SYSTEM.sub("", text, count=1)) is not None


def read_wkt(text: str) -> shapely.Geometry | None:
    """Return the shape of well-known text in degrees, ``None`` where it is none.

    A leading ``SRID=4326;`` is read over; another system is no shape here.
    """
    system = _SYSTEM.match(text)
    if system is not None and system["code"] != _DEGREES:
        return None
    plain = text[system.end() :] if system else text
    if _WKT.match(plain) is None:
        return None
    try:
        return shapely.from_wkt(plain)
    except (shapely.GEOSException, ValueError):
        return None
