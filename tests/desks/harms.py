"""Zones drawn by hand and registers put in by hand: who is inside can be worked out on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from desks.onemap import OneMap
from desks.records import records_of
from layers import layer
from risk.release import Shape, Weather, Zone, ZoneSet
from tests.desks.making import town_place
from tests.desks.worlds import without

WIND_FROM_WEST = Weather(wind_from_deg=270.0, wind_ms=2.0, stability="D", air_c=20.0)


def town_box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Return a rectangle in metres from the town's origin as one in metres of its CRS."""
    return shapely.box(*town_place(west, south), *town_place(east, north))


def zone(
    shape: Shape, level: str = "aegl_2", *, model: str = "plume", spread: Shape | None = None,
    reach_m: float = 500.0, spread_m: float | None = None,
) -> Zone:  # fmt: skip
    """Return a zone of that level; its rank follows from the number of the level's name."""
    ranks = {"aegl_3": 0, "aegl_2": 1, "aegl_1": 2}
    if spread is not None and spread_m is None:
        spread_m = reach_m
    return Zone(model=model, level=level, rank=ranks.get(level, 0), threshold=None, unit="m",
                reach_m=reach_m, shape=shape, spread_m=spread_m, spread=spread, source="by hand",
                verified=True, assumptions=())  # fmt: skip


def zone_set(
    *zones: Zone, governing: str = "plume", weather: Weather | None = WIND_FROM_WEST
) -> ZoneSet:
    """Return the zones with one model's lines governing."""
    return ZoneSet(zones, governing, weather, ())


def put_lines(onemap: OneMap, key: str, rows: Sequence[Mapping[str, Any]]) -> OneMap:
    """Return the map with a layer of lines: rows have id, name, ``course`` in town metres."""
    spec = layer(key)
    columns = [column.key for column in spec.public_columns]
    held = [{**dict.fromkeys(columns, ""), **row} for row in rows]
    shapes = [shapely.LineString([town_place(*point) for point in row["course"]]) for row in rows]
    frame = gpd.GeoDataFrame(pd.DataFrame(held), geometry=shapes, crs=onemap.crs)
    frame = frame.drop(columns="course").set_index(frame["id"].rename("id"))
    return with_frame(onemap, key, frame)


def with_frame(onemap: OneMap, key: str, frame: gpd.GeoDataFrame) -> OneMap:
    """Return the map with this frame as the layer."""
    records = records_of(layer(key), frame)
    return replace(
        onemap,
        layers=MappingProxyType({**onemap.layers, key: frame}),
        records=MappingProxyType({**onemap.records, key: records}),
    )


def with_residents(onemap: OneMap, key: str, **residents: Sequence[float | None]) -> OneMap:
    """Return the map with these figures in a layer of units, as ``residents_day=[…]``."""
    frame = onemap.layers[key].copy()
    for column, values in residents.items():
        frame[column] = pd.array(list(values), dtype="Int64")
    return with_frame(onemap, key, frame)


def holding(onemap: OneMap, key: str, held: Sequence[tuple[str, str, float]]) -> OneMap:
    """Return the map with these substances of a layer of hazards: (id, name, tonnes)."""
    frame = pd.DataFrame(list(held), columns=["source_id", "substance", "quantity_t"])
    children = {**onemap.children, f"{key}.substance": frame}
    return replace(onemap, children=MappingProxyType(children))


def unpeopled(onemap: OneMap) -> OneMap:
    """Return the map without its communities."""
    return without(onemap, "community")
