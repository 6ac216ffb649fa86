"""The table that search works on: every name with its spelling and its place."""

from collections.abc import Iterator, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers import layer

from .build_join import Joined
from .spelling import spell

COLUMNS = ("layer", "id", "name", "pinyin", "initials", "lon_deg", "lat_deg")
FIRST = ("subdistrict", "community")
Row = tuple[str, str, str, float, float]


def search_table(joined: Mapping[str, Joined], roads: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the rows with name and position: units, roads, then the other layers in order.

    A road stands once under its name, at the middle of its longest line. Layers for officials
    only are left out: this table is everybody's.
    """
    units = [key for key in FIRST if key in joined]
    rest = [key for key in joined if key not in FIRST and not layer(key).officials]
    rows: list[Row] = []
    for key in units:
        rows += _of_layer(key, joined[key].frame)
    rows += _of_roads(roads)
    for key in rest:
        rows += _of_layer(key, joined[key].frame)
    spelt = [(key, i, name, *spell(name), lon, lat) for key, i, name, lon, lat in rows]
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
