"""What the rows of a file would change in the register, and what is kept against the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from desks.holding import child_ids, row_props
from geodata.store import KEEP, Change, Feature
from geodata.store.records import Keep, Value
from language import say
from layers import ChildSpec, ColumnSpec, LayerRows
from layers.rows import ChildRows

from .current import Register
from .defects import Defect

SAME_DEG = 1e-9
"""Coordinates nearer than a tenth of a millimetre are the same place."""

STOCK = "stock"
"""The child whose rows are the sum of a ledger and no features."""

_SHORT = 60


@dataclass(frozen=True)
class Row:
    """One row as features have it: missing columns absent, lists as lists, no place ``None``."""

    id: str
    props: Mapping[str, Value]
    shape: shapely.Geometry | None
    personal: Mapping[str, str]
    at: int


@dataclass(frozen=True)
class Changes:
    """The changes, how many rows of each kind, and what the file says nothing of."""

    changes: tuple[Change, ...]
    added: int
    changed: int
    same: int
    absent: tuple[str, ...]
    defects: tuple[Defect, ...]


def rows_of(
    read: LayerRows, names: Mapping[str, Mapping[int, str]], good: Sequence[int]
) -> list[Row]:
    """Return the good rows (places in the frame); ``names`` are official names of units."""
    columns = read.spec.public_columns[1:]
    ids = read.frame[read.spec.columns[0].key].tolist()
    shapes = read.frame.geometry.to_numpy()
    cells = {column.key: read.frame[column.key].tolist() for column in columns}
    personal = {key: read.personal[key].tolist() for key in read.personal.columns}
    found = []
    for at in good:
        props = _props(columns, cells, at)
        props |= {level: told[at] for level, told in names.items() if at in told}
        shape = None if shapely.is_empty(shapes[at]) else shapes[at]
        told_personal = {key: str(held[at]) for key, held in personal.items() if held[at]}
        found.append(Row(str(ids[at]), props, shape, told_personal, at))
    return found


def child_rows_of(child: ChildSpec, read: ChildRows, good: Sequence[int]) -> list[Row]:
    """Return the good rows of a child: their ids are parent and first own required column.

    A second row of the same parent and name gets a number, counted in file order.
    """
    cells = {column.key: read.frame[column.key].tolist() for column in child.columns}
    rows = [_props(child.columns, cells, at) for at in good]
    ids = child_ids(child, rows)
    return [Row(name, row, None, {}, at) for name, row, at in zip(ids, rows, good, strict=True)]


def changes_of(
    current: Register, layer: str, rows: Sequence[Row], read: LayerRows | ChildRows
) -> Changes:
    """Return what the rows change: nothing that a blank cell or a missing column stands for.

    A record that the file does not name stays; it is counted as ``absent``.
    """
    features = {feature.id: feature for feature in current.of(layer)}
    changes: list[Change] = []
    defects: list[Defect] = []
    added = 0
    for row in rows:
        feature = features.get(row.id)
        if feature is None:
            added += 1
            changes.append(Change("add", layer, row.id, 0, row.props, row.shape, row.personal))
            continue
        change = _against(current, feature, row)
        if change is not None:
            changes.append(change)
        if isinstance(read, LayerRows):
            defects.extend(_kept(feature, row, read))
            if layer not in current.personal:
                defects.extend(_unread(feature, row, read))
    named = {row.id for row in rows}
    absent = tuple(name for name in features if name not in named)
    changed = len(changes) - added
    same = len(rows) - len(changes)
    return Changes(tuple(changes), added, changed, same, absent, tuple(defects))


def _props(
    columns: Sequence[ColumnSpec], cells: Mapping[str, Sequence[Any]], at: int
) -> dict[str, Value]:
    """Return the filled columns of a row."""
    return row_props(columns, {column.key: cells[column.key][at] for column in columns})


def _against(current: Register, feature: Feature, row: Row) -> Change | None:
    """Return the change that brings the feature to the row, None where there is none."""
    props = {k: v for k, v in row.props.items() if not _same(feature.props.get(k), v)}
    shape: shapely.Geometry | Keep | None = KEEP
    if row.shape is not None and not _same_shape(feature.shape, row.shape):
        shape = row.shape
    told = current.personal.get(feature.layer)
    known = {} if told is None else told.get(feature.id, {})
    personal = {
        key: text
        for key, text in row.personal.items()
        if known.get(key, "") != text and (told is not None or key not in feature.has_personal)
    }
    if not props and not personal and isinstance(shape, Keep):
        return None
    return Change("set", feature.layer, feature.id, feature.version, props, shape, personal)


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return list(one) == list(other)
    return one == other


def _same_shape(one: shapely.Geometry | None, other: shapely.Geometry) -> bool:
    return one is not None and bool(shapely.equals_exact(one, other, tolerance=SAME_DEG))


def _unread(feature: Feature, row: Row, read: LayerRows) -> Iterator[Defect]:
    """Yield a defect for each personal cell that the importer may not compare with the register."""
    problem = say("The register has an entry here that you may not see; this one is not taken.")
    mend = say("Have it imported by somebody who may see it.")
    for column in read.spec.personal_columns:
        if column.key in row.personal and column.key in feature.has_personal:
            heading = read.headings.get(column.key, column.title_zh)
            place = (read.sheet, read.rows[row.at], heading, "")
            yield Defect(*place, problem, mend, "confirm", "personal_unread")


def _kept(feature: Feature, row: Row, read: LayerRows) -> Iterator[Defect]:
    """Yield a defect for each filled column of the feature that the file leaves blank."""
    mend = say("It is kept; empty it in the register if it is wrong.")
    for column in read.spec.public_columns[1:]:
        held = feature.props.get(column.key)
        if column.key in row.props or held in (None, "") or column.key not in read.headings:
            continue
        problem = say("The cell is empty; the register has {value}.", value=str(held)[:_SHORT])
        place = (read.sheet, read.rows[row.at], read.headings[column.key], "")
        yield Defect(*place, problem, mend, "confirm", "blank_kept")
