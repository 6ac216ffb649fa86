"""Places and sentences as they stand in JSON: degrees WGS 84, worded text."""

from typing import Any

from desks.onemap import OneMap
from language import Catalogue, Sentence

from .situation import Point

DEGREE_DIGITS = 7
"""1e-7 degrees is about 1 cm."""

Document = dict[str, Any]


def degrees(onemap: OneMap, at: Point | None) -> list[float] | None:
    """Return longitude and latitude of a place in metres, ``None`` where there is none."""
    if at is None:
        return None
    lon_deg, lat_deg = onemap.to_degrees(*at)
    return [round(lon_deg, DEGREE_DIGITS), round(lat_deg, DEGREE_DIGITS)]


def worded(sentence: Sentence | None, catalogue: Catalogue) -> str | None:
    """Return the sentence in the catalogue's language, ``None`` where there is none."""
    return None if sentence is None else catalogue.word(sentence)


def listed(value: Any) -> Any:  # noqa: ANN401 - any part of a document
    """Return the part of a document with lists where it has tuples, as JSON reads it back."""
    if isinstance(value, dict):
        return {key: listed(part) for key, part in value.items()}
    return [listed(part) for part in value] if isinstance(value, list | tuple) else value
