"""The one metric coordinate system of a district, and fast transforms of single points."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj
from numpy.typing import NDArray

Bounds = tuple[float, float, float, float]
"""West, south, east, north."""

CHINA_LON_DEG = (73.0, 136.0)
CHINA_LAT_DEG = (3.0, 54.0)
"""The ranges a place in China lies in; they do not overlap, so a swapped pair shows."""

_FIRST_GK_EPSG = 4534
_FIRST_GK_MERIDIAN_DEG = 75


@dataclass(frozen=True)
class Projection:
    """Kept transformers between WGS 84 degrees and metres of one coordinate system.

    All transforms run on one kept thread: pyproj builds its transformer anew in every thread that
    first uses it, which takes 50 to 100 ms, and a server may answer each click on a new thread.
    """

    crs: str
    _forward: pyproj.Transformer
    _inverse: pyproj.Transformer
    _worker: ThreadPoolExecutor

    def to_m(self, lon_deg: float, lat_deg: float) -> tuple[float, float]:
        """Return x (east) and y (north) in metres; infinite where the point has none."""
        x_m, y_m = self._worker.submit(self._forward.transform, lon_deg, lat_deg).result()
        return float(x_m), float(y_m)

    def to_deg(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Return longitude and latitude in degrees; infinite where the point has none."""
        lon_deg, lat_deg = self._worker.submit(self._inverse.transform, x_m, y_m).result()
        return float(lon_deg), float(lat_deg)

    def many_to_m(self, lon_lat_deg: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return x and y (n, 2) in metres of points (n, 2) in degrees, longitude first."""
        if len(lon_lat_deg) == 0:
            return np.empty((0, 2))
        transform = self._forward.transform
        lon, lat = lon_lat_deg[:, 0], lon_lat_deg[:, 1]
        return np.column_stack(self._worker.submit(transform, lon, lat).result())

    def many_to_deg(self, xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return longitudes and latitudes (n, 2) in degrees of points (n, 2) in metres."""
        if len(xy_m) == 0:
            return np.empty((0, 2))
        transform = self._inverse.transform
        return np.column_stack(self._worker.submit(transform, xy_m[:, 0], xy_m[:, 1]).result())


def is_metric(crs: str) -> bool:
    """Return whether the text names a coordinate system in metres."""
    try:
        found = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        return False
    return found.is_projected and all(axis.unit_name == "metre" for axis in found.axis_info)


@cache
def projection(crs: str) -> Projection:
    """Return the kept transformers of a coordinate system such as ``EPSG:4547``.

    Raises:
        pyproj.exceptions.CRSError: if there is no such coordinate system.

    """
    make = pyproj.Transformer.from_crs
    return Projection(
        crs,
        make("EPSG:4326", crs, always_xy=True),
        make(crs, "EPSG:4326", always_xy=True),
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="projection"),
    )


def in_china(lon_deg: float, lat_deg: float) -> bool:
    """Return whether the point lies in the rectangle of ``CHINA_LON_DEG`` and ``CHINA_LAT_DEG``.

    A rectangle, not the border: neighbours inside it get the same kind of grid, to no harm.
    """
    west, east = CHINA_LON_DEG
    south, north = CHINA_LAT_DEG
    return west <= lon_deg <= east and south <= lat_deg <= north


def district_crs(bounds_deg: Bounds) -> str:
    """Return the metric coordinate system (``EPSG:n``) by the middle of the bounds in WGS 84.

    In China CGCS2000 3-degree Gauss-Krüger without zone number (EPSG:4534 at 75° E to EPSG:4554
    at 135° E, GB/T 17798), elsewhere UTM on WGS 84 by plain six-degree zones.

    Raises:
        ValueError: if the bounds are not finite degrees.

    """
    west, south, east, north = bounds_deg
    lon, lat = (west + east) / 2.0, (south + north) / 2.0
    if not (abs(lon) <= 180.0 and abs(lat) <= 90.0):  # noqa: PLR2004 -- the globe
        msg = f"bounds must be degrees, not {bounds_deg}"
        raise ValueError(msg)
    if in_china(lon, lat):
        meridian = min(max(3 * math.floor(lon / 3.0 + 0.5), _FIRST_GK_MERIDIAN_DEG), 135)
        return f"EPSG:{_FIRST_GK_EPSG + (meridian - _FIRST_GK_MERIDIAN_DEG) // 3}"
    zone = min(int((lon + 180.0) // 6.0) + 1, 60)
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"
