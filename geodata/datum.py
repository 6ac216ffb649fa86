"""Exact shifts between WGS 84 and the shifted Chinese datums, and any given datum to WGS 84.

Formulas: the transform published by eviltransform, coord-convert and prcoords (MIT), which agree;
checked against six points computed with two of them (tests/geodata/test_datum.py). CGCS2000 is
taken as equal to WGS 84: they differ by centimetres to decimetres.
"""

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray

from language import say

from .faults import Fault, UserError

Floats = NDArray[np.float64]
LonLat = tuple[Floats, Floats]

CHINA_RECTANGLE_DEG = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of where GCJ-02 and BD-09 shift; outside they are taken as WGS 84.

The rectangle of the published transform: it holds Hong Kong, Macau, Taiwan and neighbouring
countries too, where map services differ. A point is judged by the coordinates given.
"""

DATUMS = ("wgs84", "gcj02", "bd09", "cgcs2000")
"""Datums by name, all in degrees; ``EPSG:n`` is accepted beside them."""

_A_M = 6378245.0
_EE = 0.00669342162296594323
_BD_PI = np.pi * 3000.0 / 180.0
_CONVERGED_DEG = 1e-12
_MOST_ROUNDS = 30
_NORTHINGS_M = (1e6, 1e7)
_EASTINGS_M = (1e5, 9e5)
_EASTINGS_WITH_ZONE_M = (1.3e7, 4.6e7)
_ZONE_M = 1e6
"""Zone numbers (13-23 of six degrees, 25-45 of three) stand before six digits of easting."""
_EPSG = re.compile(r"epsg:(\d{4,6})", re.IGNORECASE)


@dataclass(frozen=True)
class Straightened:
    """Eastings and northings in metres, and which rows (bool) had to be turned or cut."""

    east_m: Floats
    north_m: Floats
    turned: NDArray[np.bool_]
    zone_cut: NDArray[np.bool_]


def wgs84_to_gcj02(lon_deg: ArrayLike, lat_deg: ArrayLike) -> LonLat:
    """Return GCJ-02 longitudes and latitudes in degrees; NaN stays NaN."""
    lon, lat = _degrees(lon_deg, lat_deg)
    east, north = _shift(lon, lat)
    inside = _in_rectangle(lon, lat)
    return np.where(inside, lon + east, lon), np.where(inside, lat + north, lat)


def gcj02_to_wgs84(lon_deg: ArrayLike, lat_deg: ArrayLike) -> LonLat:
    """Return WGS 84 longitudes and latitudes in degrees, exact to well under a millimetre."""
    lon, lat = _degrees(lon_deg, lat_deg)
    inside = _in_rectangle(lon, lat)
    found = _unshift(lon, lat)
    return np.where(inside, found[0], lon), np.where(inside, found[1], lat)


def gcj02_to_bd09(lon_deg: ArrayLike, lat_deg: ArrayLike) -> LonLat:
    """Return BD-09 longitudes and latitudes in degrees."""
    lon, lat = _degrees(lon_deg, lat_deg)
    inside = _in_rectangle(lon, lat)
    bd_lon, bd_lat = _baidu(lon, lat)
    return np.where(inside, bd_lon, lon), np.where(inside, bd_lat, lat)


def bd09_to_gcj02(lon_deg: ArrayLike, lat_deg: ArrayLike) -> LonLat:
    """Return GCJ-02 longitudes and latitudes in degrees, exact to well under a millimetre."""
    lon, lat = _degrees(lon_deg, lat_deg)
    inside = _in_rectangle(lon, lat)
    found = _unbaidu(lon, lat)
    return np.where(inside, found[0], lon), np.where(inside, found[1], lat)


def wgs84_to_bd09(lon_deg: ArrayLike, lat_deg: ArrayLike) -> LonLat:
    """Return BD-09 longitudes and latitudes in degrees."""
    lon, lat = _degrees(lon_deg, lat_deg)
    inside = _in_rectangle(lon, lat)
    east, north = _shift(lon, lat)
    bd_lon, bd_lat = _baidu(lon + east, lat + north)
    return np.where(inside, bd_lon, lon), np.where(inside, bd_lat, lat)


def bd09_to_wgs84(lon_deg: ArrayLike, lat_deg: ArrayLike) -> LonLat:
    """Return WGS 84 longitudes and latitudes in degrees, exact to well under a millimetre."""
    lon, lat = _degrees(lon_deg, lat_deg)
    inside = _in_rectangle(lon, lat)
    found = _unshift(*_unbaidu(lon, lat))
    return np.where(inside, found[0], lon), np.where(inside, found[1], lat)


def to_wgs84(x: ArrayLike, y: ArrayLike, datum: str) -> LonLat:
    """Return WGS 84 longitudes and latitudes in degrees, NaN where there is none.

    ``x`` is the longitude or easting and ``y`` the latitude or northing, whatever the order of
    axes the EPSG register gives; ``straighten_grid`` mends survey tables before.

    Raises:
        UserError: if the datum is none of ``DATUMS`` nor a known ``EPSG:n``.

    """
    name = checked_datum(datum)
    if name == "gcj02":
        return gcj02_to_wgs84(x, y)
    if name == "bd09":
        return bd09_to_wgs84(x, y)
    first, second = _degrees(x, y)
    if name in {"wgs84", "cgcs2000"}:
        return first.copy(), second.copy()
    lon, lat = _transformer(name).transform(first, second)
    good = np.isfinite(lon) & np.isfinite(lat)
    return np.where(good, lon, np.nan), np.where(good, lat, np.nan)


def checked_datum(datum: str) -> str:
    """Return the datum in its one spelling: a member of ``DATUMS`` or ``EPSG:n``.

    Raises:
        UserError: if it is neither.

    """
    name = datum.strip().lower().replace("-", "").replace("_", "")
    if name in DATUMS:
        return name
    match = _EPSG.fullmatch(datum.strip())
    if match is None or not _known(int(match[1])):
        raise UserError(
            [
                Fault(
                    "--datum",
                    say("The datum {datum} is not known.", datum=datum[:40]),
                    say("Give wgs84, gcj02, bd09, cgcs2000 or EPSG:n."),
                )
            ]
        )
    return f"EPSG:{int(match[1])}"


def is_projected(datum: str) -> bool:
    """Return whether coordinates of the datum are metres on a grid, not degrees.

    Raises:
        UserError: if the datum is not known.

    """
    name = checked_datum(datum)
    return name not in DATUMS and pyproj.CRS.from_user_input(name).is_projected


def straighten_grid(x: ArrayLike, y: ArrayLike, datum: str) -> Straightened:
    """Return eastings and northings of a Gauss-Krüger table, rows mended where unambiguous.

    Chinese survey tables call the northing X and the easting Y. A row whose first number is over
    1,000 km and whose second is an easting (100 to 900 km, or 25 to 45 thousand km with the zone
    number before it) is turned; no place in a Gauss-Krüger zone north of 9° reads so otherwise.
    A zone number before an easting is cut where it is the number of this zone.
    """
    east, north = _degrees(x, y)
    nothing = np.zeros(east.shape, dtype=bool)
    grid = _gauss_kruger(checked_datum(datum))
    if grid is None:
        return Straightened(east, north, nothing, nothing)
    turned = _may_be_easting(north) & _between(east, _NORTHINGS_M)
    east, north = np.where(turned, north, east), np.where(turned, east, north)
    central_deg, false_east_m = grid
    if false_east_m > _ZONE_M:
        return Straightened(east, north, turned, nothing)
    zones = (central_deg / 3.0, (central_deg + 3.0) / 6.0)
    zone_cut = np.isin(np.floor(east / _ZONE_M), [z for z in zones if z == int(z)])
    return Straightened(np.where(zone_cut, east % _ZONE_M, east), north, turned, zone_cut)


def _degrees(x: ArrayLike, y: ArrayLike) -> LonLat:
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def _in_rectangle(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    west, south, east, north = CHINA_RECTANGLE_DEG
    inside: NDArray[np.bool_] = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside


def _shift(lon: Floats, lat: Floats) -> LonLat:
    """Return the shift WGS 84 to GCJ-02 in degrees east and north."""
    x, y, pi = lon - 105.0, lat - 35.0, np.pi
    root = np.sqrt(np.abs(x))
    fast = (20.0 * np.sin(6.0 * x * pi) + 20.0 * np.sin(2.0 * x * pi)) * 2.0 / 3.0
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + fast
    north_m += (20.0 * np.sin(y * pi) + 40.0 * np.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north_m += (160.0 * np.sin(y / 12.0 * pi) + 320.0 * np.sin(y * pi / 30.0)) * 2.0 / 3.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + fast
    east_m += (20.0 * np.sin(x * pi) + 40.0 * np.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east_m += (150.0 * np.sin(x / 12.0 * pi) + 300.0 * np.sin(x / 30.0 * pi)) * 2.0 / 3.0
    angle = lat / 180.0 * pi
    magic = 1.0 - _EE * np.sin(angle) ** 2
    root_magic = np.sqrt(magic)
    east = east_m * 180.0 / (_A_M / root_magic * np.cos(angle) * pi)
    north = north_m * 180.0 / ((_A_M * (1.0 - _EE)) / (magic * root_magic) * pi)
    return east, north


def _unshift(lon: Floats, lat: Floats) -> LonLat:
    """Return the points that shift to the given ones, by fixed-point iteration."""
    found_lon, found_lat = lon, lat
    for _ in range(_MOST_ROUNDS):
        east, north = _shift(found_lon, found_lat)
        off_lon, off_lat = found_lon + east - lon, found_lat + north - lat
        found_lon, found_lat = found_lon - off_lon, found_lat - off_lat
        if _settled(off_lon, off_lat):
            break
    return found_lon, found_lat


def _baidu(lon: Floats, lat: Floats) -> LonLat:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_PI)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _unbaidu(lon: Floats, lat: Floats) -> LonLat:
    found_lon, found_lat = lon - 0.0065, lat - 0.006
    for _ in range(_MOST_ROUNDS):
        bd_lon, bd_lat = _baidu(found_lon, found_lat)
        off_lon, off_lat = bd_lon - lon, bd_lat - lat
        found_lon, found_lat = found_lon - off_lon, found_lat - off_lat
        if _settled(off_lon, off_lat):
            break
    return found_lon, found_lat


def _settled(off_lon: Floats, off_lat: Floats) -> bool:
    """Return whether every finite point moved less than the tolerance; NaN never settles."""
    off = np.maximum(np.abs(off_lon), np.abs(off_lat))
    return bool(np.all(~(off >= _CONVERGED_DEG)))


def _may_be_easting(metres: Floats) -> NDArray[np.bool_]:
    return _between(metres, _EASTINGS_M) | _between(metres, _EASTINGS_WITH_ZONE_M)


def _between(metres: Floats, limits_m: tuple[float, float]) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (metres >= limits_m[0]) & (metres <= limits_m[1])
    return inside


@cache
def _known(epsg: int) -> bool:
    try:
        pyproj.CRS.from_epsg(epsg)
    except pyproj.exceptions.CRSError:
        return False
    return True


@cache
def _transformer(name: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(name, "EPSG:4326", always_xy=True)


@cache
def _gauss_kruger(name: str) -> tuple[float, float] | None:
    """Return central meridian and false easting where the axes are (north, east), else None."""
    if name in DATUMS:
        return None
    crs = pyproj.CRS.from_user_input(name)
    operation = crs.coordinate_operation
    northing_first = crs.is_projected and crs.axis_info[0].direction.lower() == "north"
    if not northing_first or operation is None:
        return None
    values = {item.name: item.value for item in operation.params}
    central = values.get("Longitude of natural origin")
    false_east = values.get("False easting")
    return None if central is None or false_east is None else (float(central), float(false_east))
