"""Positions as people write them: degrees in every notation, pairs in one cell, swapped columns."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from .crs import in_china
from .tables import bare_heading_key, heading_key
from .workbook import Cell

Axis = Literal["lon", "lat", ""]
Order = Literal["named", "range", "assumed"]

_MOST_CHARACTERS = 100
_FULL_CIRCLE_DEG = 180.0
_QUARTER_DEG = 90.0
_SIXTY = 60.0

# The marks of degrees, minutes and seconds, and the words of the axes, in one spelling; done
# before NFKC, which would turn a double prime into two primes.
_SPELLINGS = (
    ("°º˚度⁰", "°"),
    ("′’‘'`´分ˊ", "'"),
    ('″”“"秒〃', '"'),
    ("−–—‐‑", "-"),
    ("，、；;|", ","),
    ("：＝=", ":"),
    ("（［【[{", "("),
    ("）］】]}", ")"),
)
_MARKS = {ord(mark): plain for marks, plain in _SPELLINGS for mark in marks}
_WORDS = (
    (re.compile(r"经度|longitude|lng|lon", re.IGNORECASE), "X"),
    (re.compile(r"纬度|latitude|lat", re.IGNORECASE), "Y"),
    (re.compile(r"东经|东"), "E"),
    (re.compile(r"西经|西"), "W"),
    (re.compile(r"北纬|北"), "N"),
    (re.compile(r"南纬|南"), "S"),
)
_AXES: dict[str, Axis] = {"E": "lon", "W": "lon", "X": "lon", "N": "lat", "S": "lat", "Y": "lat"}
_LON_HEADINGS = (
    "经度", "东经", "lon", "lng", "longitude", "long", "x", "x坐标", "坐标x", "东坐标", "横坐标",
    "easting", "gps经度", "经度坐标", "坐标经度", "point_x", "wgs84经度", "lon_wgs84",
    "高德经度", "百度经度", "gcj02经度", "bd09经度", "lng_gcj02", "lng_bd09",
)  # fmt: skip
_LAT_HEADINGS = (
    "纬度", "北纬", "lat", "latitude", "lati", "y", "y坐标", "坐标y", "北坐标", "纵坐标",
    "northing", "gps纬度", "纬度坐标", "坐标纬度", "point_y", "wgs84纬度", "lat_wgs84",
    "高德纬度", "百度纬度", "gcj02纬度", "bd09纬度", "lat_gcj02", "lat_bd09",
)  # fmt: skip
_PAIR_HEADINGS = (
    "坐标", "经纬度", "经纬度坐标", "gps坐标", "gps", "地理坐标", "位置坐标", "坐标位置", "坐标点",
    "经度纬度", "经度,纬度", "经度/纬度", "coordinates", "coordinate", "lonlat", "lnglat",
    "lon,lat", "lng,lat", "position",
)  # fmt: skip
_LAT_FIRST_HEADINGS = (
    "纬经度", "纬度,经度", "纬度/经度", "纬度经度", "latlon", "latlng", "lat,lon", "lat,lng",
)  # fmt: skip
_DATUM_WORDS = (
    ("gcj02", ("gcj", "火星", "高德", "腾讯", "amap")),
    ("bd09", ("bd09", "百度", "baidu")),
    ("cgcs2000", ("cgcs", "2000坐标", "国家2000")),
    ("wgs84", ("wgs", "gps")),
)
_NUMBER = r"(?:\d{1,12}(?:\.\d{0,15})?|\.\d{1,15})"
_ANGLE = re.compile(
    r"(?:(?P<before>[NSEW])[\s:\-]*|(?P<axis>[XY])[\s:]*)?(?P<sign>[+-]?)\s*(?:"
    rf"(?P<d1>{_NUMBER})\s*°\s*(?:(?P<m1>{_NUMBER})\s*'?\s*(?:(?P<s1>{_NUMBER})\s*(?:\"|'')?)?)?"
    rf"|(?P<d2>\d{{1,3}})\s*[-:\s]\s*(?P<m2>{_NUMBER})(?:\s*[-:\s]\s*(?P<s2>{_NUMBER}))?"
    rf"|(?P<d3>{_NUMBER})"
    r")\s*(?P<after>[NSEW])?"
)
_PLAIN = re.compile(rf"[+-]?{_NUMBER}")


@dataclass(frozen=True)
class Angle:
    """Degrees, or metres of a grid, and the axis where the writing names it.

    ``step`` is the unit of the last digit written, ``sixty`` whether minutes were written.
    """

    value: float
    axis: Axis
    step: float = field(default=0.0, compare=False)
    sixty: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Pair:
    """Longitude and latitude (or easting and northing) of one cell, and how the order was known.

    ``steps`` are the units of the last digits written, ``sixty`` whether minutes were written.
    """

    lon: float
    lat: float
    order: Order
    steps: tuple[float, float] = field(default=(0.0, 0.0), compare=False)
    sixty: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class PositionColumns:
    """The headings that hold positions: two columns, or one with pairs; and the datum they name."""

    lon: str = ""
    lat: str = ""
    pair: str = ""
    latitude_first: bool = False
    datum_named: str = ""


def position_headings() -> frozenset[str]:
    """Return every heading of a position that is known, in the form of ``heading_key``."""
    names = (*_LON_HEADINGS, *_LAT_HEADINGS, *_PAIR_HEADINGS, *_LAT_FIRST_HEADINGS)
    return frozenset(heading_key(name) for name in names)


def find_position_columns(headings: Sequence[str]) -> PositionColumns | None:
    """Return which headings hold positions, two columns before one, or None.

    Chinese survey tables call the northing X; ``datum.straighten_grid`` sees to that.
    """
    lon, lat = _first(headings, _LON_HEADINGS), _first(headings, _LAT_HEADINGS)
    if lon and lat:
        return PositionColumns(lon, lat, datum_named=_datum_named(lon + lat))
    for names, latitude_first in ((_PAIR_HEADINGS, False), (_LAT_FIRST_HEADINGS, True)):
        pair = _first(headings, names)
        if pair:
            return PositionColumns(
                pair=pair, latitude_first=latitude_first, datum_named=_datum_named(pair)
            )
    return None


def parse_angle(cell: Cell) -> Angle | None:
    """Return the angle of one cell, or None where it cannot be read without a guess.

    Reads decimal degrees, degrees-minutes-seconds with marks, words, dashes, colons or spaces,
    full-width digits and hemispheres before or after. South and west are negative.
    """
    if not isinstance(cell, str):
        return Angle(float(cell), "", _step(repr(cell)))
    return _angle(_plain(cell)) if len(cell) <= _MOST_CHARACTERS else None


def parse_pair(cell: Cell, *, latitude_first: bool = False) -> Pair | None:
    """Return the position of one cell such as ``113.24,23.12`` or ``N23°07' E113°14'``.

    The order is taken from named axes, else from the ranges of China (longitude 73 to 136,
    latitude 3 to 54, which cannot be mistaken) or of the globe, else as ``latitude_first`` says.
    None where the cell is no pair or the axes contradict each other.
    """
    if not isinstance(cell, str) or len(cell) > _MOST_CHARACTERS:
        return None
    text = _plain(cell)
    text = text.removeprefix("POINT").replace("(", " ").replace(")", " ").strip().strip(",")
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 3 and all(_PLAIN.fullmatch(part) for part in parts):  # noqa: PLR2004 -- with height
        parts = parts[:2]
    if len(parts) == 2:  # noqa: PLR2004 -- a pair
        found = {_ordered(_angle(parts[0]), _angle(parts[1]), latitude_first=latitude_first)}
    else:
        found = {
            _ordered(_angle(one), _angle(other), latitude_first=latitude_first)
            for one, other in _halves(text)
        }
    pairs = found - {None}
    return pairs.pop() if len(pairs) == 1 else None


def is_null_island(lon_deg: float, lat_deg: float) -> bool:
    """Return whether the point is 0, 0: what programs write for a missing position."""
    return lon_deg == 0.0 and lat_deg == 0.0


def on_globe(lon_deg: float, lat_deg: float) -> bool:
    """Return whether the point is a longitude and a latitude at all; not for NaN."""
    return abs(lon_deg) <= _FULL_CIRCLE_DEG and abs(lat_deg) <= _QUARTER_DEG


def is_swapped(
    lon_deg: float, lat_deg: float, near_deg: tuple[float, float, float, float] | None = None
) -> bool:
    """Return whether longitude and latitude stand in each other's place, beyond doubt.

    Beyond doubt: swapped the point lies in the rectangle ``near_deg`` (west, south, east, north)
    and as given it does not; else the same for China; else the latitude is over 90 and makes
    sense as a longitude.
    """
    if near_deg is not None and (
        _in(near_deg, lon_deg, lat_deg) or _in(near_deg, lat_deg, lon_deg)
    ):
        return not _in(near_deg, lon_deg, lat_deg)
    if in_china(lon_deg, lat_deg):
        return False
    if in_china(lat_deg, lon_deg):
        return True
    return not on_globe(lon_deg, lat_deg) and on_globe(lat_deg, lon_deg)


def _first(headings: Sequence[str], names: Sequence[str]) -> str:
    """Return the heading that the earliest name fits, whole first, then without its brackets."""
    for form in (heading_key, bare_heading_key):
        forms = {form(heading): heading for heading in reversed(headings)}
        for name in names:
            if heading_key(name) in forms:
                return forms[heading_key(name)]
    return ""


def _datum_named(text: str) -> str:
    plain = heading_key(text)
    for datum, words in _DATUM_WORDS:
        if any(word in plain for word in words):
            return datum
    return ""


def _in(area: tuple[float, float, float, float], lon: float, lat: float) -> bool:
    west, south, east, north = area
    return west <= lon <= east and south <= lat <= north


def _plain(text: str) -> str:
    for word, mark in _WORDS:
        text = word.sub(mark, text)
    return unicodedata.normalize("NFKC", text.translate(_MARKS)).strip().upper()


def _angle(text: str) -> Angle | None:
    match = _ANGLE.fullmatch(text)
    if match is None:
        return None
    marks = [mark for mark in (match["before"], match["after"]) if mark]
    signed = bool(match["sign"])
    if len(marks) > 1 or (marks and (signed or match["axis"])):
        return None
    value = _degrees(match)
    if value is None:
        return None
    hemisphere = marks[0] if marks else match["axis"] or ""
    negative = match["sign"] == "-" or hemisphere in {"S", "W"}
    axis = _AXES.get(hemisphere, "")
    return Angle(-value if negative else value, axis, _finest(match), match["d3"] is None)


def _degrees(match: re.Match[str]) -> float | None:
    """Return degrees from whole degrees, minutes under 60 and seconds under 60."""
    if match["d3"]:
        return float(match["d3"])
    parts = [match[name] for name in (("d1", "m1", "s1") if match["d1"] else ("d2", "m2", "s2"))]
    numbers = [float(part) for part in parts if part is not None]
    if any(not number.is_integer() for number in numbers[:-1]):
        return None
    if any(number >= _SIXTY for number in numbers[1:]):
        return None
    return sum(number / _SIXTY**power for power, number in enumerate(numbers))


def _finest(match: re.Match[str]) -> float:
    """Return the unit of the last digit written, in degrees where they are degrees."""
    for power, names in ((2, ("s1", "s2")), (1, ("m1", "m2")), (0, ("d1", "d2", "d3"))):
        for name in names:
            if match[name]:
                return _step(match[name]) / _SIXTY**power
    return 0.0


def _step(number: str) -> float:
    """Return the unit of the last digit of a written number: 0.01 for 113.24."""
    exponent = Decimal(number).as_tuple().exponent
    return 10.0**exponent if isinstance(exponent, int) and exponent < 0 else 1.0


def _halves(text: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to cut a text in two: at white space, before and after a hemisphere."""
    for at in range(1, len(text)):
        if text[at].isspace() or text[at] in _AXES or text[at - 1] in _AXES:
            yield text[:at].strip(" ,"), text[at:].strip(" ,")


def _ordered(one: Angle | None, other: Angle | None, *, latitude_first: bool) -> Pair | None:
    if one is None or other is None or (one.axis and one.axis == other.axis):
        return None
    if one.axis or other.axis:
        longitude_first = one.axis == "lon" or other.axis == "lat"
        return _pair(one, other, longitude_first=longitude_first, order="named")
    for longitude_first in (True, False):
        lon, lat = (one, other) if longitude_first else (other, one)
        if in_china(lon.value, lat.value):
            return _pair(one, other, longitude_first=longitude_first, order="range")
    if on_globe(one.value, other.value) != on_globe(other.value, one.value):
        longitude_first = on_globe(one.value, other.value)
        return _pair(one, other, longitude_first=longitude_first, order="range")
    return _pair(one, other, longitude_first=not latitude_first, order="assumed")


def _pair(one: Angle, other: Angle, *, longitude_first: bool, order: Order) -> Pair:
    lon, lat = (one, other) if longitude_first else (other, one)
    return Pair(lon.value, lat.value, order, (lon.step, lat.step), lon.sixty or lat.sixty)
