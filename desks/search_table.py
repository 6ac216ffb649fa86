"""The table that search works on: every name with its spelling and its place."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .spelling import spell

COLUMNS = ("layer", "id", "name", "pinyin", "initials", "lon_deg", "lat_deg")
FIRST = ("subdistrict", "community")
Row = tuple[str, str, str, float, float]
_NONE: Mapping[str, tuple[str, str]] = MappingProxyType({})


def search_order(parts: Mapping[str, pd.DataFrame], roads: pd.DataFrame) -> pd.DataFrame:
    """Return one table of the layers' parts: units, roads, then the other layers in order."""
    units = [parts[key] for key in FIRST if key in parts]
    rest = [part for key, part in parts.items() if key not in FIRST]
    return pd.concat([*units, roads, *rest], ignore_index=True)


def layer_search(
    key: str, frame: gpd.GeoDataFrame, before: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the rows of a layer (EPSG:4326) that have a name and a position, with spelling.

    Names that the table ``before`` has are not spelt again: 17,000 of them take two seconds.
    """
    known: dict[str, tuple[str, str]] = {}
    if before is not None:
        spelt = zip(before["pinyin"], before["initials"], strict=True)
        known = dict(zip(before["name"], spelt, strict=True))
    return _spelt(_of_layer(key, frame), known)


def road_search(roads: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return each named road (EPSG:4326) once, at the middle of its longest line."""
    return _spelt(_of_roads(roads))


def _spelt(rows: Iterable[Row], known: Mapping[str, tuple[str, str]] = _NONE) -> pd.DataFrame:
    spelt = [
        (key, i, name, *(known.get(name) or spell(name)), lon, lat)
        for key, i, name, lon, lat in rows
    ]
    table = pd.DataFrame(spelt, columns=list(COLUMNS))
    return table.astype(dict.fromkeys(COLUMNS[:5], "str") | dict.fromkeys(COLUMNS[5:], float))


def _of_layer(key: str, frame: gpd.GeoDataFrame) -> Iterator[Row]:
    points = shapely.point_on_surface(np.asarray(frame.geometry.array))
    identity = "id" if "id" in frame.columns else "code"
    ids, names = frame[identity].astype(str), frame["name"].astype(str)
    for row_id, name, point in zip(ids, names, points, strict=True):
        if name and point is not None and not point.is_empty:
            yield key, row_id, name, round(point.x, 7), round(point.y, 7)


def _of_roads(roads: gpd.GeoDataFrame) -> Iterator[Row]:
    named = roads[roads["name"] != ""]
    lines = np.asarray(named.geometry.array)
    order = np.lexsort((-shapely.length(lines), named["name"].to_numpy(dtype=object).astype(str)))
    seen: set[str] = set()
    for row in order:
        name = str(named["name"].iloc[row])
        if name not in seen:
            seen.add(name)
            middle = shapely.line_interpolate_point(lines[row], 0.5, normalized=True)
            yield "road", name, name, round(middle.x, 7), round(middle.y, 7)
