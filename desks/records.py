"""The rows of a layer as plain columns, so that a click touches no frame."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers import CATALOG, LayerSpec, layer

PERSONAL = tuple(dict.fromkeys(c.key for spec in CATALOG for c in spec.personal_columns))
JOINED = ("subdistrict_code", "community_code", "outside_m", *(f"has_{key}" for key in PERSONAL))

Value = str | int | float | tuple[str, ...] | None


@dataclass(frozen=True)
class Records:
    """The rows of one layer as plain columns, so that a click touches no frame.

    ``xy_m`` (n, 2) is the position, for lines and polygons a point on them, NaN where there is
    none; ``columns`` holds each public column, ``None`` where a number is not on file; ``order``
    (n,) ranks the ids as text, the last resort of every tie.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    xy_m: NDArray[np.float64]
    placed: NDArray[np.bool_]
    order: NDArray[np.int64]
    columns: Mapping[str, tuple[Value, ...]]

    def value(self, column: str, row: int) -> Value:
        """Return the row's value, ``None`` where the layer has no such column."""
        values = self.columns.get(column)
        return values[row] if values is not None else None

    def text(self, column: str, row: int) -> str:
        """Return the row's value as text, "" where there is none."""
        value = self.value(column, row)
        return value if isinstance(value, str) else ""

    def whole(self, column: str, row: int) -> int | None:
        """Return the row's value as a whole number, ``None`` where there is none."""
        value = self.value(column, row)
        return round(value) if isinstance(value, int | float) else None


def records_of(spec: LayerSpec, frame: gpd.GeoDataFrame) -> Records:
    """Return the rows of a layer's frame, indexed by id, in metres."""
    points = np.asarray(frame.geometry.array)
    if spec.geometry != "point":
        points = shapely.point_on_surface(points)
    xy_m = np.full((len(frame), 2), np.nan)
    there = ~(shapely.is_missing(points) | shapely.is_empty(points))
    xy_m[there] = shapely.get_coordinates(points[there])
    placed: NDArray[np.bool_] = np.asarray(np.isfinite(xy_m).all(axis=1))
    xy_m[~placed] = np.nan
    ids = tuple(str(value) for value in frame.index)
    columns = [c.key for c in spec.public_columns if c.key in frame.columns]
    columns += [key for key in JOINED if key in frame.columns]
    lists = {column.key for column in spec.columns if column.kind == "list"}
    order = np.empty(len(ids), dtype=np.int64)
    order[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return Records(
        ids=ids,
        names=tuple(str(value) for value in frame["name"]),
        xy_m=xy_m,
        placed=placed,
        order=order,
        columns=MappingProxyType(
            {key: _column_values(frame[key], is_list=key in lists) for key in columns}
        ),
    )


def _column_values(column: pd.Series, *, is_list: bool) -> tuple[Value, ...]:
    values = plain_values(column)
    return tuple(_items(value) for value in values) if is_list else values


def _items(value: Value) -> tuple[str, ...]:
    """Return the texts of a list column, which its file parts by semicolons."""
    if isinstance(value, tuple):
        return value
    return tuple(item.strip() for item in str(value or "").split(";") if item.strip())


def plain_values(column: pd.Series) -> tuple[Value, ...]:
    """Return a column without NaN and without numpy's own numbers."""
    return tuple(_plain(value) for value in column.tolist())


def _plain(value: object) -> Value:
    """Return a text, number, tuple of texts or None: never NaN, never a numpy scalar."""
    if isinstance(value, list | tuple | np.ndarray):
        return tuple(str(item) for item in value)
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, str | int | float):
        return value
    return str(value)[: len("2026-01-01")] if isinstance(value, date) else str(value)


def rows_by_parent(key: str, frame: pd.DataFrame) -> Mapping[str, tuple[int, ...]]:
    """Return the row numbers of a child's table by the parent's id."""
    layer_key, child_key = key.split(".")
    child = next(child for child in layer(layer_key).children if child.key == child_key)
    rows: dict[str, list[int]] = {}
    for number, parent in enumerate(frame[child.parent_column].astype(str)):
        rows.setdefault(parent, []).append(number)
    return MappingProxyType({parent: tuple(numbers) for parent, numbers in rows.items()})
