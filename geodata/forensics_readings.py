"""The ways in which a file's position numbers can be read, and where each puts the rows.

Codes of the Gauss-Krüger grids: EPSG register. CGCS2000 4491-4554 (GB/T 17798 zones), Xian 1980
2327-2390, Beijing 1954 2401-2442 and 21413-21463; UTM on WGS 84 32601-32660; web maps 3857.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .coordinates import is_null_island, is_swapped, on_globe
from .crs import Bounds, in_china
from .datum import DATUMS, checked_datum, straighten_grid, to_wgs84

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DEGREE_DATUMS = ("wgs84", "gcj02", "bd09")
MARGIN_DEG = 0.05
"""A place may lie this far beyond the district's rectangle, about 5 km: branches and neighbours."""

ALIKE_DEG = 0.0012
"""Readings that differ by less, about 120 m, are one: no list tells them apart."""

_DEGREES_AT_MOST = 360.0
_LEAST_SHARE = 0.5
_SAMPLE = 500
_ZONE_M = 1e6
_THREE_DEGREE_ZONES = range(25, 46)
_SIX_DEGREE_ZONES = range(13, 24)
_FIRST_THREE, _FIRST_SIX = 25, 13
_THREE_DEGREE_CODES = (4513, 2349, 2401)
_SIX_DEGREE_CODES = (4491, 2327, 21413)
_MERIDIAN_CODES = (4534, 2370, 2422)


@dataclass(frozen=True)
class Numbers:
    """The two position numbers of each row as written, longitude or easting first.

    ``degrees`` and ``metres`` say which rows are which; ``swapped`` rows of degrees have been put
    right already. A row that is neither has no position.
    """

    x: Floats
    y: Floats
    degrees: Flags
    metres: Flags
    swapped: Flags


@dataclass(frozen=True)
class Reading:
    """One way to read the numbers: its datum, those it cannot be told from, and the degrees."""

    datum: str
    alike: tuple[str, ...]
    lon_deg: Floats
    lat_deg: Floats


def sort_numbers(x: Floats, y: Floats, near_deg: Bounds) -> Numbers:
    """Return the numbers with each row's kind, swapped degrees put right.

    ``near_deg`` is the district's rectangle in WGS 84, by which swaps are told.
    """
    given = np.isfinite(x) & np.isfinite(y)
    area = _wider(near_deg)
    pairs = list(zip(x.tolist(), y.tolist(), strict=True))
    small = given & (np.abs(x) <= _DEGREES_AT_MOST) & (np.abs(y) <= _DEGREES_AT_MOST)
    small &= ~np.array([is_null_island(*pair) for pair in pairs], dtype=bool)
    swapped = small & np.array([is_swapped(*pair, area) for pair in pairs], dtype=bool)
    lon, lat = np.where(swapped, y, x), np.where(swapped, x, y)
    globe = np.array([on_globe(*pair) for pair in zip(lon, lat, strict=True)], dtype=bool)
    metres = given & (np.abs(x) > _DEGREES_AT_MOST) & (np.abs(y) > _DEGREES_AT_MOST)
    return Numbers(lon, lat, small & globe, metres, swapped)


def degree_readings(numbers: Numbers, declared: str) -> tuple[Reading, ...]:
    """Return the rows of degrees under each datum of degrees, the declared one first."""
    names = sorted(DEGREE_DATUMS, key=lambda datum: datum != _plain(declared))
    return _distinct(_read(numbers, datum, numbers.degrees) for datum in names)


def metre_readings(numbers: Numbers, near_deg: Bounds, declared: str) -> tuple[Reading, ...]:
    """Return the rows of metres under each grid that puts at least half of them near the district.

    Only grids whose zone the district lies in or beside are tried; empty where none fits.
    """
    rows = np.flatnonzero(numbers.metres)
    if len(rows) == 0:
        return ()
    few = rows[:: len(rows) // _SAMPLE + 1]
    tried = [
        (_inside(to_wgs84(*_metres(numbers, few, datum), datum), near_deg), datum)
        for datum in _grids(numbers, near_deg, declared)
    ]
    fitting = [datum for share, datum in tried if share >= _LEAST_SHARE]
    return _distinct(_read(numbers, datum, numbers.metres) for datum in fitting)


def near_district(reading: Reading, near_deg: Bounds) -> Flags:
    """Return which rows the reading puts into the district's rectangle or within its margin."""
    west, south, east, north = _wider(near_deg)
    lon, lat = reading.lon_deg, reading.lat_deg
    inside: Flags = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside


def _wider(near_deg: Bounds) -> Bounds:
    west, south, east, north = near_deg
    return west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG


def _plain(datum: str) -> str:
    name = checked_datum(datum)
    return "wgs84" if name == "cgcs2000" else name


def _read(numbers: Numbers, datum: str, rows: Flags) -> Reading:
    lon, lat = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    at = np.flatnonzero(rows)
    lon[at], lat[at] = to_wgs84(*_metres(numbers, at, datum), datum)
    return Reading(datum, (), lon, lat)


def _metres(numbers: Numbers, rows: NDArray[np.intp], datum: str) -> tuple[Floats, Floats]:
    """Return the numbers of the rows, a survey table's axes turned and zone numbers cut."""
    straight = straighten_grid(numbers.x[rows], numbers.y[rows], datum)
    return straight.east_m, straight.north_m


def _inside(places: tuple[Floats, Floats], near_deg: Bounds) -> float:
    reading = Reading("", (), *places)
    return float(np.mean(near_district(reading, near_deg)))


def _grids(numbers: Numbers, near_deg: Bounds, declared: str) -> tuple[str, ...]:
    """Return the grids worth a try, the declared one first, CGCS2000 before older systems."""
    middle_deg = (near_deg[0] + near_deg[2]) / 2.0
    codes: list[int] = []
    if in_china(middle_deg, (near_deg[1] + near_deg[3]) / 2.0):
        zone = round(middle_deg / 3.0)
        zones = [z for z in (zone, zone - 1, zone + 1) if z in _THREE_DEGREE_ZONES]
        prefixes = _zone_numbers(numbers)
        for three, six, meridian in zip(
            _THREE_DEGREE_CODES, _SIX_DEGREE_CODES, _MERIDIAN_CODES, strict=True
        ):
            codes.extend(three + z - _FIRST_THREE for z in prefixes if z in _THREE_DEGREE_ZONES)
            codes.extend(six + z - _FIRST_SIX for z in prefixes if z in _SIX_DEGREE_ZONES)
            codes.extend(meridian + z - _FIRST_THREE for z in zones)
    six_zone = int((middle_deg + 180.0) // 6.0) + 1
    north = 32600 if near_deg[3] > 0 else 32700
    codes.extend(north + z for z in (six_zone, six_zone - 1, six_zone + 1) if 1 <= z <= 60)  # noqa: PLR2004 -- UTM
    names = [f"EPSG:{code}" for code in (*codes, 3857)]
    own = _plain(declared)
    return tuple(dict.fromkeys([own, *names] if own not in DATUMS else names))


def _zone_numbers(numbers: Numbers) -> tuple[int, ...]:
    """Return the zone numbers that stand before the eastings of at least a tenth of the rows."""
    rows = numbers.metres
    largest = np.maximum(numbers.x[rows], numbers.y[rows]) // _ZONE_M
    found, count = np.unique(largest, return_counts=True)
    return tuple(int(z) for z in found[count * 10 >= rows.sum()])


def _distinct(readings: Iterator[Reading]) -> tuple[Reading, ...]:
    """Return the readings that put the rows elsewhere than every earlier one; others as alike."""
    kept: list[Reading] = []
    for reading in readings:
        twin = next((i for i, other in enumerate(kept) if _alike(reading, other)), None)
        if twin is None:
            kept.append(reading)
        else:
            first = kept[twin]
            names = (*first.alike, reading.datum)
            kept[twin] = Reading(first.datum, names, first.lon_deg, first.lat_deg)
    return tuple(kept)


def _alike(one: Reading, other: Reading) -> bool:
    lon = np.abs(one.lon_deg - other.lon_deg)
    lat = np.abs(one.lat_deg - other.lat_deg)
    both = np.isfinite(lon) & np.isfinite(lat)
    if not both.any():
        return True
    return bool(np.median(np.maximum(lon, lat)[both]) < ALIKE_DEG)
