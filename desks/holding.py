"""Between the rows of a layer and the features that the store holds of them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.store import Change, Feature
from geodata.store.records import Value
from layers import ChildSpec, ColumnSpec, LayerSpec
from layers.exchange import list_items
from layers.rows import LayerRows

WGS84 = "EPSG:4326"
_EMPTY = {
    "point": shapely.Point(),
    "line": shapely.LineString(),
    "polygon": shapely.Polygon(),
}


def row_props(columns: Iterable[ColumnSpec], row: Mapping[str, Any]) -> dict[str, Value]:
    """Return the columns of a row that are filled in, as the store keeps them.

    Lists become tuples, whole numbers int, other numbers float; a missing value has no key.
    """
    found = {column.key: _value(column, row.get(column.key)) for column in columns}
    return {key: value for key, value in found.items() if value is not None}


def _value(column: ColumnSpec, cell: Any) -> Value:  # noqa: ANN401 - a cell of any frame
    if cell is None or cell is pd.NA or cell == "":
        return None
    if isinstance(cell, float) and math.isnan(cell):
        return None
    if column.kind == "list":
        parts = cell if isinstance(cell, tuple | list) else list_items(cell) or cell.split(";")
        return tuple(str(part).strip() for part in parts if str(part).strip()) or None
    if column.kind == "integer":
        return int(cell)
    return float(cell) if column.kind == "number" else str(cell)


def layer_changes(rows: LayerRows) -> list[Change]:
    """Return an ``add`` for each row of a layer and of its children, stock left out.

    Stock is a ledger, whose first entries are ``desks.stocktake``'s to make.
    """
    spec = rows.spec
    identity = spec.columns[0].key
    frame = rows.frame
    people = _rows(rows.personal) or [{}] * len(frame)
    shapes = np.asarray(frame.geometry.array)
    table = _rows(frame.drop(columns="geometry"))
    made = [
        Change(
            "add",
            spec.key,
            str(row[identity]),
            props=row_props(spec.public_columns[1:], row),
            shape=shape,
            personal={key: str(text) for key, text in person.items() if text},
        )
        for row, shape, person in zip(table, shapes, people, strict=True)
    ]
    for child in spec.children:
        if child.key in rows.children and not is_stock(child):
            made += child_changes(spec, child, rows.children[child.key])
    return made


def child_changes(spec: LayerSpec, child: ChildSpec, frame: pd.DataFrame) -> list[Change]:
    """Return an ``add`` for each row of a child's table."""
    rows = [row_props(child.columns, row) for row in _rows(frame)]
    ids = child_ids(child, rows)
    key = f"{spec.key}.{child.key}"
    return [
        Change("add", key, name, props=props, shape=None)
        for name, props in zip(ids, rows, strict=True)
    ]


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): cell for key, cell in row.items()} for row in frame.to_dict("records")]


def child_ids(child: ChildSpec, rows: Sequence[Mapping[str, Value]]) -> list[str]:
    """Return an id for each child row: the parent's and what the row is of.

    The second and later rows of one parent with the same name get a number, so that the order of
    the other rows changes no id.
    """
    own = [c for c in child.columns if c.required and c.key != child.parent_column]
    naming = own[0].key
    seen: dict[str, int] = {}
    ids = []
    for row in rows:
        name = f"{row.get(child.parent_column, '')}|{row.get(naming, '')}"
        seen[name] = seen.get(name, 0) + 1
        ids.append(name if seen[name] == 1 else f"{name}|{seen[name]}")
    return ids


def is_stock(child: ChildSpec) -> bool:
    """Return whether the child's rows are the balance of a ledger: they have quantity and unit."""
    return {"quantity", "unit"} <= {column.key for column in child.columns}


def layer_frame(spec: LayerSpec, features: Sequence[Feature]) -> gpd.GeoDataFrame:
    """Return the features as rows of the layer in EPSG:4326, in their order.

    The columns are those of ``LayerRows.frame``, then ``has_KEY`` for each personal column.
    """
    columns = {column.key: column_of(column, features) for column in spec.public_columns}
    columns[spec.columns[0].key] = pd.Series([feature.id for feature in features], dtype="str")
    for column in spec.personal_columns:
        told = [column.key in feature.has_personal for feature in features]
        columns[f"has_{column.key}"] = pd.Series(told, dtype=bool)
    empty = _EMPTY[spec.geometry]
    shapes = [empty if feature.shape is None else feature.shape for feature in features]
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=gpd.GeoSeries(shapes, crs=WGS84))


def child_frame(child: ChildSpec, features: Sequence[Feature]) -> pd.DataFrame:
    """Return the features as rows of a child's table, typed as in ``ChildRows``."""
    return pd.DataFrame({column.key: column_of(column, features) for column in child.columns})


def column_of(column: ColumnSpec, features: Sequence[Feature]) -> "pd.Series[Any]":
    """Return one column of the features, typed as a file's column is."""
    cells = [feature.props.get(column.key) for feature in features]
    if column.kind == "integer":
        return pd.Series([pd.NA if v is None else v for v in cells], dtype="Int64")
    if column.kind == "number":
        return pd.Series([np.nan if v is None else v for v in cells], dtype="float64")
    return pd.Series([cell_text(value) for value in cells], dtype="str")


def cell_text(value: Value) -> str:
    """Return a value as the text of a cell: lists parted by semicolons, "" for none."""
    if value is None:
        return ""
    return ";".join(str(v) for v in value) if isinstance(value, tuple | list) else str(value)
