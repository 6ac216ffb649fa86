"""Plants in the hand-computed town: stock, boundaries and residents that tests put in."""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import shapely.affinity

from desks.onemap import OneMap
from desks.records import records_of
from layers import layer
from tests.desks.making import town_place
from tests.desks.worlds import put

Line = tuple[str, str, float | None] | tuple[str, str, float | None, str, str]
"""Source, substance, tonnes and, where known, unit and kind of unit."""


def plant(
    onemap: OneMap, at: tuple[float, float] | None, lines: Sequence[Line], **columns: object
) -> OneMap:
    """Return the map with one major hazard H1 that holds these lines."""
    row: dict[str, Any] = {"id": "H1", "name": "甲厂储罐", "firm": "甲厂", **columns}
    if at is not None:
        row["at"] = at
    return holding(put(onemap, "hazard", [row]), "hazard", lines)


def holding(onemap: OneMap, key: str, lines: Sequence[Line]) -> OneMap:
    """Return the map with these substances of the layer's rows."""
    columns = ["source_id", "substance", "quantity_t", "unit", "unit_kind"]
    full = [(*line, "", "")[:5] for line in lines]
    frame = pd.DataFrame(full, columns=columns).astype({"quantity_t": float})
    children = {**onemap.children, f"{key}.substance": frame}
    return replace(onemap, children=MappingProxyType(children))


def shaped(onemap: OneMap, key: str, rows: Sequence[dict[str, Any]]) -> OneMap:
    """Return the map with a layer of polygons: rows have columns and ``shape`` in town metres."""
    spec = layer(key)
    columns = [column.key for column in spec.public_columns]
    held = [{c: row.get(c, "") for c in columns} for row in rows]
    moved = [shapely.affinity.translate(row["shape"], *town_place(0, 0)) for row in rows]
    frame = gpd.GeoDataFrame(pd.DataFrame(held, columns=columns), geometry=moved, crs=onemap.crs)
    frame = frame.set_index(frame["code"].rename("id"))
    return replace(
        onemap,
        layers=MappingProxyType({**onemap.layers, key: frame}),
        records=MappingProxyType({**onemap.records, key: records_of(spec, frame)}),
    )


def peopled(onemap: OneMap, **night: int | None) -> OneMap:
    """Return the map with other residents by night of communities, named by their last signs."""
    frame = onemap.layers["community"].copy()
    for code in frame.index:
        people = night.get(f"c{str(code)[-6:]}", frame.loc[code, "residents_night"])
        frame.loc[code, "residents_night"] = np.nan if people is None else people
        if people is None:
            frame.loc[code, "residents_day"] = np.nan
    return replace(
        onemap,
        layers=MappingProxyType({**onemap.layers, "community": frame}),
        records=MappingProxyType(
            {**onemap.records, "community": records_of(layer("community"), frame)}
        ),
    )
