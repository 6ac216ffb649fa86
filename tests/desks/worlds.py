"""The town with registers put in by hand: every score can be worked out on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from desks.onemap import OneMap
from desks.records import JOINED, records_of
from layers import layer
from tests.desks.making import town_place

NORTH, SOUTH = "440199001", "440199002"
"""Subdistricts of the town: 北街街道 (300 residents by night) and 南街街道 (700)."""

Row = Mapping[str, Any]


def put(onemap: OneMap, key: str, rows: Sequence[Row]) -> OneMap:
    """Return the map with a layer of points: rows have id, name, code, ``at`` in town metres.

    Left out columns are empty; ``at`` left out is no position; ``has`` names the personal columns
    that are filled in.
    """
    spec = layer(key)
    empty: dict[str, Any] = {c.key: None if c.unit or c.kind in {"integer", "number"} else ""
                             for c in spec.public_columns}  # fmt: skip
    held = [_row(row, empty, [c.key for c in spec.personal_columns]) for row in rows]
    columns = [*empty, *(c for c in JOINED if not held or c in held[0])]
    shapes = [
        shapely.Point(town_place(*row["at"])) if row.get("at") else shapely.Point() for row in rows
    ]
    frame = gpd.GeoDataFrame(pd.DataFrame(held, columns=columns), geometry=shapes, crs=onemap.crs)
    frame = frame.set_index(frame[spec.columns[0].key].rename("id"))
    records = records_of(spec, frame)
    layers = {**onemap.layers, key: frame}
    access = dict(onemap.access)
    if spec.arrives:
        locator = onemap.locator if spec.arrives == "road" else onemap.foot_locator
        access[key] = locator.snap(records.xy_m, limit_m=onemap.speed_model.access_limit_m)
    return replace(
        onemap,
        layers=MappingProxyType(layers),
        records=MappingProxyType({**onemap.records, key: records}),
        access=MappingProxyType(access),
    )


def _row(row: Row, empty: Mapping[str, Any], personal: Sequence[str]) -> dict[str, Any]:
    known = {**empty, **{k: v for k, v in row.items() if k not in {"at", "has", "code"}}}
    known["subdistrict_code"] = row.get("code", NORTH)
    known["community_code"] = row.get("community_code", "")
    known["outside_m"] = 0.0 if row.get("at") else np.nan
    has = row.get("has", personal)
    return {**known, **{f"has_{key}": key in has for key in personal}}


def stocked(onemap: OneMap, lines: Sequence[tuple[str, str, float, str, str]]) -> OneMap:
    """Return the map with this stock of its depots: (depot, item, quantity, unit, expiry)."""
    columns = ["depot_id", "item", "quantity", "unit", "expiry"]
    frame = pd.DataFrame(list(lines), columns=columns)
    frame = frame.astype({"quantity": float, **dict.fromkeys(columns[:2], "str")})
    frame["item_code"] = ""
    return replace(onemap, children=MappingProxyType({**onemap.children, "depot.stock": frame}))


def without(onemap: OneMap, *keys: str) -> OneMap:
    """Return the map without these layers."""
    return replace(
        onemap,
        layers=MappingProxyType({k: v for k, v in onemap.layers.items() if k not in keys}),
        records=MappingProxyType({k: v for k, v in onemap.records.items() if k not in keys}),
    )


def bare(onemap: OneMap) -> OneMap:
    """Return the map with its units alone."""
    return without(onemap, *(key for key in onemap.layers if layer(key).purpose != "unit"))
