"""What changed in the registers between two dates, by layer and subdistrict.

Both dates are read as this post knew them then, so that the same question gives the same answer
whenever it is asked.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import geopandas as gpd
import shapely

from desks.stock import LEDGER, depot_stock, ledger_of
from geodata.join import join_units
from geodata.store import EVERY, WHOLE, Event, Feature, Scope, Store
from geodata.wkt import exact_wkt
from layers import CATALOG

from .history import SHAPE, Changed

UNIT = "subdistrict"
DEPOT = "depot"
STOCK = "depot.stock"
PERSONAL = "personal"
"""Stands for every personal column: that they changed is told, not what they hold."""

Operation = Literal["added", "removed", "changed"]
Where = Literal["unit", "outside", "unplaced"]
_DEGREES = "EPSG:4326"
_ORDER: tuple[Operation, ...] = ("added", "removed", "changed")


@dataclass(frozen=True)
class Cell:
    """Where a row is counted: in a subdistrict by its code, outside all, or without position."""

    where: Where
    code: str = ""


@dataclass(frozen=True)
class UnitCount:
    """One subdistrict's rows of a layer at both dates.

    ``after = before + added + moved_in - removed - moved_out``; ``changed`` rows are in it at the
    later date.
    """

    cell: Cell
    name: str
    before: int
    after: int
    added: int
    removed: int
    moved_in: int
    moved_out: int
    changed: int


@dataclass(frozen=True)
class RowChange:
    """One row that is not as it was; ``before`` and ``after`` say where it lies, if it is there."""

    operation: Operation
    id: str
    name: str
    before: Cell | None
    after: Cell | None
    columns: tuple[Changed, ...]


@dataclass(frozen=True)
class LayerDifference:
    """One layer: its counts by subdistrict, those outside and unplaced last, and every change."""

    layer: str
    counts: tuple[UnitCount, ...]
    rows: tuple[RowChange, ...]


@dataclass(frozen=True)
class Difference:
    """What lies between two dates; ``heads`` are the ends of this post's chain at each."""

    since: datetime
    until: datetime
    heads: tuple[str, str]
    layers: tuple[LayerDifference, ...]


@dataclass(frozen=True)
class _Row:
    """A row at one date: what a person calls it, its columns, where it lies."""

    name: str
    columns: Mapping[str, Any]
    cell: Cell


Snapshot = Mapping[str, Mapping[str, _Row]]
"""The rows at one date by layer and id."""


def difference(
    store: Store, since: datetime, until: datetime, *, crs: str, scope: Scope = WHOLE
) -> Difference:
    """Return what changed after ``since`` and until ``until``, each inclusive (S1-28, S2-20).

    ``crs`` is the district's metric system, in which rows are joined to the subdistricts as they
    were at each date. Layers that the scope does not show are not there.
    """
    read_old = _read(store, since, scope, {})
    read_new = _read(store, until, scope, read_old)
    old, new = (
        _snapshot({key: part.features for key, part in read.items()}, crs, scope)
        for read in (read_old, read_new)
    )
    names = {**_unit_names(old), **_unit_names(new)}
    touched = _personal(store.events(since=since, until=until))
    found = [
        _layer(key, old.get(key, {}), new.get(key, {}), names, touched)
        for key in _layer_order(old, new)
    ]
    heads = tuple(store.head(as_of=at).hash for at in (since, until))
    return Difference(since, until, (heads[0], heads[1]), tuple(found))


@dataclass(frozen=True)
class _Part:
    """A layer's features at one date, and of how many events they are the outcome."""

    events: int
    features: tuple[Feature, ...]


def _read(store: Store, at: datetime, scope: Scope, known: Mapping[str, _Part]) -> dict[str, _Part]:
    """Return the layers at that date; one that had no event since it was read is not read again."""
    catalogue = {LEDGER, *(spec.key for spec in CATALOG)}
    numbers = {k: n for k, n in store.layers(as_of=at).items() if k.partition(".")[0] in catalogue}
    return {
        key: known[key]
        if key in known and known[key].events == number
        else _Part(number, store.read(key, scope=WHOLE if key == LEDGER else scope, as_of=at))
        for key, number in numbers.items()
    }


def _snapshot(read: Mapping[str, Sequence[Feature]], crs: str, scope: Scope) -> Snapshot:
    layers = {key: part for key, part in read.items() if key != LEDGER}
    cells = _cells(layers, crs)
    rows = {key: {f.id: _row(key, f, cells) for f in part} for key, part in layers.items()}
    rights = scope.of(DEPOT).read
    if rights is not None:
        shown = {feature.id for feature in read.get(DEPOT, ())} if rights != EVERY else None
        rows[STOCK] = _stock(read.get(LEDGER, ()), shown, cells)
    return {key: part for key, part in rows.items() if part}


def _cells(read: Mapping[str, Sequence[Feature]], crs: str) -> dict[tuple[str, str], Cell]:
    """Return where each row of the catalogue's layers lies, from one join for all."""
    features = [f for key, part in read.items() if "." not in key for f in part]
    units = _metric(read.get(UNIT, ()), crs)
    units["code"] = [feature.id for feature in read.get(UNIT, ())]
    joined = join_units(_metric(features, crs), units)
    return {
        (f.layer, f.id): Cell("unit" if code else "outside" if placed else "unplaced", code)
        for f, code, placed in zip(features, joined["code"], joined["placed"], strict=True)
    }


def _metric(features: Sequence[Feature], crs: str) -> gpd.GeoDataFrame:
    shapes = [f.shape if f.shape is not None else shapely.Point() for f in features]
    return gpd.GeoDataFrame(geometry=shapes, crs=_DEGREES).to_crs(crs)


def _row(layer: str, feature: Feature, cells: Mapping[tuple[str, str], Cell]) -> _Row:
    """Return the row; a child row lies where its parent does."""
    parent = (layer.partition(".")[0], feature.id.partition("|")[0])
    cell = cells.get(parent if "." in layer else (layer, feature.id), Cell("unplaced"))
    shape = None if feature.shape is None else exact_wkt(feature.shape)
    name = str(feature.props.get("name") or feature.id)
    return _Row(name, {**feature.props, SHAPE: shape}, cell)


def _stock(
    features: Iterable[Feature],
    shown: Collection[str] | None,
    cells: Mapping[tuple[str, str], Cell],
) -> dict[str, _Row]:
    """Return the stock by depot and lot, of the depots that are shown only, ``None`` for all."""
    rows: dict[str, _Row] = {}
    for held in depot_stock(ledger_of(features).movements).to_dict("records"):
        depot, item = str(held["depot_id"]), str(held["item"])
        if shown is not None and depot not in shown:
            continue
        key = (depot, held["item_code"], item, held["unit"], held["expiry"])
        cell = cells.get((DEPOT, depot), Cell("unplaced"))
        rows["|".join(map(str, key))] = _Row(item, {str(k): v for k, v in held.items()}, cell)
    return rows


def _layer(
    key: str,
    old: Mapping[str, _Row],
    new: Mapping[str, _Row],
    names: Mapping[str, str],
    touched: frozenset[tuple[str, str]],
) -> LayerDifference:
    changes = [
        change
        for row_id in {**old, **new}
        if (change := _change(row_id, old, new, personal=(key, row_id) in touched)) is not None
    ]
    changes.sort(key=lambda change: (_ORDER.index(change.operation), change.id))
    return LayerDifference(key, _counts(old, new, changes, names), tuple(changes))


def _change(
    row_id: str, old: Mapping[str, _Row], new: Mapping[str, _Row], *, personal: bool
) -> RowChange | None:
    before, after = old.get(row_id), new.get(row_id)
    if before is None or after is None:
        row = after or before
        assert row is not None  # noqa: S101 - the id stands on one of the two sides
        operation: Operation = "added" if after else "removed"
        cells = (before.cell if before else None, after.cell if after else None)
        return RowChange(operation, row_id, row.name, *cells, ())
    columns = [
        Changed(column, before.columns.get(column), after.columns.get(column))
        for column in {**before.columns, **after.columns}
        if before.columns.get(column) != after.columns.get(column)
    ]
    if personal:
        columns.append(Changed(PERSONAL, None, None, hidden=True))
    if not columns and before.cell == after.cell:
        return None
    return RowChange("changed", row_id, after.name, before.cell, after.cell, tuple(columns))


def _counts(
    old: Mapping[str, _Row],
    new: Mapping[str, _Row],
    changes: Sequence[RowChange],
    names: Mapping[str, str],
) -> tuple[UnitCount, ...]:
    before, after = (Counter(row.cell for row in rows.values()) for rows in (old, new))
    moved = [c for c in changes if c.operation == "changed" and c.before != c.after]
    tallies = {
        "added": Counter(c.after for c in changes if c.operation == "added"),
        "removed": Counter(c.before for c in changes if c.operation == "removed"),
        "moved_in": Counter(c.after for c in moved),
        "moved_out": Counter(c.before for c in moved),
        "changed": Counter(c.after for c in changes if c.operation == "changed"),
    }
    cells = [*(Cell("unit", code) for code in sorted(names)), Cell("outside"), Cell("unplaced")]
    return tuple(
        UnitCount(
            cell,
            names.get(cell.code, ""),
            before[cell],
            after[cell],
            **{name: tally[cell] for name, tally in tallies.items()},
        )
        for cell in cells
        if cell.where == "unit" or before[cell] or after[cell]
    )


def _unit_names(snapshot: Snapshot) -> dict[str, str]:
    return {code: row.name for code, row in snapshot.get(UNIT, {}).items()}


def _personal(events: Iterable[Event]) -> frozenset[tuple[str, str]]:
    """Return the records whose personal columns were written; that is told for good."""
    return frozenset((e.layer, e.id) for e in events if PERSONAL in e.after)


def _layer_order(*snapshots: Snapshot) -> list[str]:
    order = {spec.key: number for number, spec in enumerate(CATALOG)}
    keys = {key for snapshot in snapshots for key in snapshot}
    return sorted(keys, key=lambda key: (order[key.partition(".")[0]], key))
