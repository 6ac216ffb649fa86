"""A user's file checked against the declaration of its layer: every row kept or named."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.coordinates import position_headings
from geodata.crs import Bounds
from geodata.faults import Fault, UserError
from geodata.tables import Table, sheet_names
from language import say

from .columns import Columns, read_columns
from .placing import Placed, place_rows, placing_remarks
from .sources import Source, child_sheet, child_source, hidden_remarks, layer_source
from .spec import ChildSpec, LayerSpec


@dataclass(frozen=True)
class ChildRows:
    """Rows of a child's table: the declared columns typed as in ``LayerRows``, in file order.

    ``rows`` are the row numbers in the file or in ``sheet``, ``headings`` its own by column key.
    """

    frame: pd.DataFrame
    notices: tuple[Fault, ...]
    refused: tuple[Fault, ...]
    rows: tuple[int, ...] = ()
    sheet: str = ""
    headings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LayerRows:
    """What a file gives to a layer.

    ``frame`` is in EPSG:4326 with a RangeIndex, in file order: the public columns as declared
    (text, choice, list joined by ``;`` and ISO date as str, "" where missing; integers as Int64;
    numbers as float64, NaN where missing), then ``geometry``, empty where a row has no position.
    ``rows`` are the row numbers in the file. ``contacts`` has ``layer``, ``id`` and the personal
    columns, one row for each record that has any. ``children`` holds a frame for each child
    declared. ``notices`` name what was guessed, mended or emptied and the rows that lack a
    contact or position; ``refused`` name the rows that are not in ``frame``. ``personal`` has the
    personal columns row by row beside ``frame``, ``placed`` the positions as they were written.
    ``headings`` are the file's, by column key, and ``sheet`` the one read.
    """

    spec: LayerSpec
    frame: gpd.GeoDataFrame
    rows: tuple[int, ...]
    contacts: pd.DataFrame
    children: Mapping[str, pd.DataFrame]
    notices: tuple[Fault, ...]
    refused: tuple[Fault, ...]
    personal: pd.DataFrame
    child_rows: Mapping[str, ChildRows]
    placed: Placed
    headings: Mapping[str, str]
    sheet: str = ""


def read_layer(
    spec: LayerSpec,
    path: Path,
    *,
    datum: str = "wgs84",
    layer: str | None = None,
    near_deg: Bounds | None = None,
    today: dt.date | None = None,
) -> LayerRows:
    """Return the rows of a table or geometry file as the layer declares them.

    ``layer`` is the sheet of a workbook or the layer of a geometry file. Without it a sheet with
    the layer's title is read, else the first visible one; child sheets are found by their titles.
    ``near_deg`` (west, south, east, north in WGS 84) is where the district lies, by which swapped
    coordinates are told outside China. A row without id gets one made of layer and row number.
    With ``today`` it is a rehearsal: everything mended is named, and what would end the reading
    of one row (an id twice) is a notice on it, so that ids may stand twice in ``frame``.

    Raises:
        UserError: if the file cannot be read, lacks a required column other than the id, has an
            id twice (except in a rehearsal), or has no shapes for a layer of lines or polygons.

    """
    source = layer_source(spec, path, datum=datum, layer=layer)
    table = source.table
    identity = spec.columns[0].key
    columns = read_columns(
        spec.columns, table, made=(identity,), other=position_headings(), today=today
    )
    ids, made = _identities(spec, source, columns, strict=today is None)
    values = {**columns.typed, identity: ids}
    placed = place_rows(spec, source, lambda i: _name(values, i), datum=datum, near_deg=near_deg)
    public = pd.DataFrame({column.key: values[column.key] for column in spec.public_columns})
    children = _children(spec, path, [str(name) for name in ids.tolist()], today=today)
    parts = list(children.values())
    remarks: list[Fault] = []
    if today is not None:
        remarks = [*hidden_remarks(path), *source.remarks, *placing_remarks(spec, source, datum)]
    return LayerRows(
        spec,
        gpd.GeoDataFrame(public, geometry=placed.shapes, crs="EPSG:4326"),
        table.rows,
        _contacts(spec, values),
        {key: child.frame for key, child in children.items()},
        (
            *source.notices,
            *remarks,
            *columns.notices,
            *made,
            *placed.notices,
            *_without_contact(spec, source, columns, values),
            *(notice for child in parts for notice in child.notices),
        ),
        (*source.refused, *(fault for child in parts for fault in child.refused)),
        pd.DataFrame({column.key: values[column.key] for column in spec.personal_columns}),
        children,
        placed,
        columns.headings,
        table.sheet,
    )


def read_child(
    child: ChildSpec,
    path: Path,
    *,
    sheet: str | None = None,
    parents: Sequence[str] | None = None,
    today: dt.date | None = None,
) -> ChildRows:
    """Return the child rows of a table file or of one sheet of a workbook.

    ``parents`` are the ids of the layer's rows; a child row of another parent is kept and named.
    With ``today`` everything mended is named.

    Raises:
        UserError: if the file cannot be read or lacks a required column.

    """
    source = child_source(child, path, sheet=sheet)
    table = source.table
    columns = read_columns(child.columns, table, today=today)
    remarks = source.remarks if today is not None else ()
    notices = [*source.notices, *remarks, *columns.notices]
    names = [str(name) for name in columns.typed[child.parent_column].tolist()]
    known = frozenset(names if parents is None else parents)
    heading = columns.headings[child.parent_column]
    for row, name in zip(table.rows, names, strict=True):
        if name not in known:
            problem = say("There is no {parent} in the layer.", parent=name or "—")
            mend = say("The row is kept but shown nowhere; correct the number.")
            said = Fault(table.file, problem, mend, row, heading, name, table.sheet)
            notices.append(replace(said, code="parent_unknown", weight="decide"))
    frame = pd.DataFrame(dict(columns.typed))
    return ChildRows(
        frame, tuple(notices), source.refused, table.rows, table.sheet, columns.headings
    )


def _identities(
    spec: LayerSpec, source: Source, columns: Columns, *, strict: bool
) -> tuple["pd.Series[Any]", list[Fault]]:
    """Return an id for each row, with notices for those made here and, if not strict, for twins.

    Raises:
        UserError: if strict, naming every row whose id an earlier row has.

    """
    column = spec.columns[0]
    heading = columns.headings.get(column.key, "")
    ids = [str(value) for value in columns.typed[column.key].tolist()]
    twins = _twins(source.table, ids, heading)
    first = {name: row for row, name in reversed(list(zip(source.table.rows, ids, strict=True)))}
    later = [fault for fault in twins if fault.row != first[fault.value]]
    if strict and later:
        raise UserError(later)
    filled, made = _filled(spec, source, ids, first, heading)
    return filled, [*twins, *made]


def _twins(table: Table, ids: Sequence[str], heading: str) -> list[Fault]:
    """Return a fault for each row whose id another row has, naming the first other."""
    rows: dict[str, list[int]] = {}
    for row, name in zip(table.rows, ids, strict=True):
        rows.setdefault(name, []).append(row)
    faults = []
    for row, name in zip(table.rows, ids, strict=True):
        others = [other for other in rows[name][:2] if other != row]
        if name and others:
            problem = say("The id {id} stands in row {row} too.", id=name, row=others[0])
            said = Fault(table.file, problem, say("Give each row its own id."), row, heading, name)
            faults.append(replace(said, sheet=table.sheet, code="id_twice", weight="decide"))
    return faults


def _filled(
    spec: LayerSpec, source: Source, ids: list[str], taken: Mapping[str, int], heading: str
) -> tuple["pd.Series[Any]", list[Fault]]:
    """Return the ids with ``KEY-ROW`` for empty ones, told once where the column is absent."""
    table = source.table
    made = [i for i, name in enumerate(ids) if not name]
    filled = list(ids)
    for i in made:
        filled[i] = f"{spec.key}-{table.rows[i]}"
        while filled[i] in taken:
            filled[i] += "+"
    mend = say("Write ids into the file, so that they stay when rows move.")
    problem = say("There is no column of ids; they were made from the row numbers.")
    if made and not heading:
        return _text(filled), [Fault(table.file, problem, mend, sheet=table.sheet, code="id_made")]
    return _text(filled), [
        Fault(
            table.file,
            say("The id is empty; {id} was made from the row number.", id=filled[i]),
            mend,
            table.rows[i],
            heading,
            sheet=table.sheet,
            code="id_made",
        )
        for i in made
    ]


def _text(values: Sequence[str]) -> "pd.Series[Any]":
    return pd.Series(values, dtype="str")


def _without_contact(
    spec: LayerSpec, source: Source, columns: Columns, values: Mapping[str, "pd.Series[Any]"]
) -> list[Fault]:
    """Return a notice by name for each row that has none of the personal columns."""
    keys = [column.key for column in spec.personal_columns]
    if not keys:
        return []
    table = source.table
    blank = np.all([values[key].to_numpy() == "" for key in keys], axis=0)
    mend = say("The row is kept; fill in 联系人 and 联系电话.")
    return [
        Fault(
            table.file,
            say("{name} has no contact.", name=_name(values, int(i))),
            mend,
            table.rows[int(i)],
            next((columns.headings[key] for key in keys if key in columns.headings), ""),
            sheet=table.sheet,
            code="contact_missing",
        )
        for i in np.flatnonzero(blank)
    ]


def _name(values: Mapping[str, "pd.Series[Any]"], i: int) -> str:
    """Return the name of the row, its id where it has none."""
    name = str(values["name"].iloc[i])
    return (name or str(next(iter(values.values())).iloc[i]))[:60]


def _contacts(spec: LayerSpec, values: Mapping[str, "pd.Series[Any]"]) -> pd.DataFrame:
    """Return layer, id and personal columns of the rows that have any of these."""
    identity = values[spec.columns[0].key]
    columns = {column.key: values[column.key] for column in spec.personal_columns}
    frame = pd.DataFrame({"layer": _text([spec.key] * len(identity)), "id": identity, **columns})
    there = (frame[list(columns)] != "").any(axis="columns")
    return frame[there].reset_index(drop=True)


def _children(
    spec: LayerSpec, path: Path, parents: Sequence[str], *, today: dt.date | None
) -> dict[str, ChildRows]:
    """Return the rows of each child declared, none where the workbook has no sheet for it."""
    sheets = sheet_names(path)
    found: dict[str, ChildRows] = {}
    for child in spec.children:
        sheet = child_sheet(child, sheets, spec)
        if sheet is None:
            found[child.key] = ChildRows(empty_child(child), (), ())
        else:
            found[child.key] = read_child(child, path, sheet=sheet, parents=parents, today=today)
    return found


def empty_child(child: ChildSpec) -> pd.DataFrame:
    """Return a frame without rows that has the child's columns, typed."""
    dtypes = {"integer": "Int64", "number": "float64"}
    return pd.DataFrame(
        {c.key: pd.Series([], dtype=dtypes.get(c.kind, "str")) for c in child.columns}
    )
