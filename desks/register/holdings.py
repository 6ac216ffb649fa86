"""From one installation's register to the files of an export, and from them into an empty one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

import pandas as pd

from desks.holding import child_ids
from desks.stock import adding, depot_stock
from desks.stocktake import stocktake
from geodata.faults import UserError
from geodata.store import WHOLE, Author, Change, Event, Feature, Scope, Store
from geodata.store.records import Value
from layers import layer

from .changes import STOCK
from .export_rows import Personal
from .ledger import DEPOT, read_ledger
from .reading_back import ReadBack
from .schema import TABLES

STOCK_TABLE = f"{DEPOT}.{STOCK}"


@dataclass(frozen=True)
class Holdings:
    """What ``export_register`` takes: features by table, personal columns by table and id."""

    features: Mapping[str, tuple[Feature, ...]]
    personal: Mapping[str, Personal] | None


def holdings(
    store: Store,
    *,
    layers: Collection[str] = (),
    scope: Scope = WHOLE,
    with_personal: bool = False,
    as_of: datetime | None = None,
) -> Holdings:
    """Return what the register holds of these layers and their child rows, all without ``layers``.

    A layer that the scope does not show is not there at all. Stock is the sum of the ledger.
    Personal columns are those of today, masked ones left out.
    """
    features: dict[str, tuple[Feature, ...]] = {}
    personal: dict[str, Personal] = {}
    for table in TABLES:
        layer = table.parent or table.key
        if (layers and layer not in layers) or scope.of(layer).read is None:
            continue
        if table.key == STOCK_TABLE:
            shown = {feature.id for feature in features[DEPOT]}
            features[table.key] = tuple(
                f for f in _stock(store, as_of) if f.props["depot_id"] in shown
            )
            continue
        features[table.key] = store.read(table.key, scope=scope, as_of=as_of)
        if with_personal:
            known = [feature.id for feature in features[table.key] if feature.has_personal]
            personal[table.key] = store.personal(table.key, known, scope=scope)
    told = MappingProxyType(personal) if with_personal else None
    return Holdings(MappingProxyType(features), told)


def take_over(
    store: Store, back: ReadBack, author: Author, *, on: date, scope: Scope = WHOLE
) -> tuple[Event, ...]:
    """Return the events by which an empty register takes over an export, in one transaction.

    Stock becomes opening entries of the ledger on the day ``on``.

    Raises:
        UserError: where the register holds one of the records already, where stock cannot be
            entered, or where the scope refuses.

    """
    own = [change for change in back.changes if change.layer != STOCK_TABLE]
    listed = [change.props for change in back.changes if change.layer == STOCK_TABLE]
    taken = stocktake(read_ledger(store).movements, _frame(listed), on=on)
    if taken.refused:
        raise UserError(taken.refused)
    entries: list[Change] = [adding(movement) for movement in taken.movements]
    return store.edit(author, [*own, *entries], scope=scope)


def _stock(store: Store, as_of: datetime | None) -> list[Feature]:
    """Return the rows of stock as features, ids as import gives them to child rows."""
    frame = depot_stock(read_ledger(store, as_of=as_of).movements)
    child = next(child for child in layer(DEPOT).children if child.key == STOCK)
    rows: list[dict[str, Value]] = [
        {str(key): value for key, value in row.items() if value != ""}
        for row in frame.to_dict("records")
    ]
    return [
        Feature(STOCK_TABLE, name, 1, "", at, props, None, frozenset())
        for at, (name, props) in enumerate(zip(child_ids(child, rows), rows, strict=True))
    ]


def _frame(listed: Sequence[Mapping[str, Value]]) -> pd.DataFrame:
    columns = ("depot_id", "item_code", "item", "quantity", "unit", "expiry")
    held = {key: [row.get(key, "") for row in listed] for key in columns}
    return pd.DataFrame(held, dtype=object)
