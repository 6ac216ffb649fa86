"""A depot's list of stock against the ledger: what differs becomes movements, nothing else."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

import pandas as pd

from geodata.faults import Fault
from language import say
from layers.codes import item_code_fault

from .stock import (
    CHINA,
    LEAST,
    LEDGER,
    MOST,
    Lot,
    Movement,
    Portion,
    account_kind,
    balances,
    digest_of,
    moving,
)

_NOISE = Decimal("1e-9")
_NONE = Decimal(0)


@dataclass(frozen=True)
class Stocktake:
    """What a list of stock changes.

    ``movements`` are what to enter; ``same`` counts the lots that stand as listed; ``absent`` are
    (depot, lot, quantity) that a listed depot holds by the ledger and the list does not name:
    they stay as they are. ``notices`` say what was read otherwise, ``refused`` which rows were
    not read.
    """

    movements: tuple[Movement, ...]
    same: int
    absent: tuple[tuple[str, Lot, Decimal], ...]
    notices: tuple[Fault, ...]
    refused: tuple[Fault, ...]


def stocktake(
    ledger: Sequence[Movement],
    listed: pd.DataFrame,
    rows: Sequence[int] | None = None,
    *,
    on: date,
    note: str = "",
) -> Stocktake:
    """Return the movements that bring the ledger to the list, none for a list read before.

    ``listed`` has the columns of ``depot.stock``, ``rows`` the row numbers of its file. Rows of
    one lot are added up. A lot new to its depot is an opening, any other difference a count. The
    ids follow from what was known: two posts that enter one list enter the same movements, and
    two that count differently from the same books meet as a conflict.
    """
    wanted, notices, refused = _read(listed, rows or range(2, len(listed) + 2))
    books = _Books.of(ledger)
    at = datetime.combine(on, time(), tzinfo=CHINA)
    movements: list[Movement] = []
    same = 0
    for (depot, lot), quantity in wanted.items():
        found = books.bring((depot, lot), quantity, at=at, note=note)
        movements.extend(found)
        same += not found
    depots = {depot for depot, _ in wanted}
    absent = [
        (depot, lot, amount)
        for (depot, lot), amount in books.sums.items()
        if depot in depots and amount and (depot, lot) not in wanted
    ]
    return Stocktake(tuple(movements), same, tuple(absent), tuple(notices), tuple(refused))


Place = tuple[str, Lot]
"""A depot and a lot without its batch, which lists of stock do not have."""


@dataclass(frozen=True)
class _Books:
    """The ledger by depot and lot: sums, the lots with their batches, the ids that made them."""

    sums: Mapping[Place, Decimal]
    batches: Mapping[Place, tuple[tuple[Lot, Decimal], ...]]
    basis: Mapping[Place, tuple[str, ...]]
    items: frozenset[Place]

    @classmethod
    def of(cls, ledger: Sequence[Movement]) -> "_Books":
        """Return the books of a ledger."""
        sums: dict[Place, Decimal] = {}
        batches: dict[Place, tuple[tuple[Lot, Decimal], ...]] = {}
        for (account, lot), amount in balances(ledger).items():
            if account_kind(account) == "depot":
                place = (account.partition(":")[2], _listed(lot))
                sums[place] = sums.get(place, _NONE) + amount
                batches[place] = (*batches.get(place, ()), (lot, amount))
        basis: dict[Place, list[str]] = {}
        for movement in ledger:
            for account in {movement.from_account, movement.to_account}:
                place = (account.partition(":")[2], _listed(movement.lot))
                basis.setdefault(place, []).append(movement.id)
        sorted_basis = {place: tuple(sorted(ids)) for place, ids in basis.items()}
        return cls(sums, batches, sorted_basis, frozenset(_item(place) for place in sums))

    def bring(self, place: Place, quantity: Decimal, *, at: datetime, note: str) -> list[Movement]:
        """Return what brings the lot to the quantity, at best nothing."""
        before = self.sums.get(place)
        if before is None:
            known = not quantity and _item(place) in self.items
            return [] if known else [_opening(place, quantity, at, note)]
        return [
            _count(place, lot, change, self.basis[place], at, note)
            for lot, change in self._changes(place, quantity - before)
        ]

    def _changes(self, place: Place, difference: Decimal) -> Iterator[tuple[Lot, Decimal]]:
        """Yield by how much each batch changes: what is over has none, what lacks is taken."""
        if difference > 0:
            yield place[1], difference
        for lot, held in self.batches[place]:
            part = max(difference, -held)
            if part < 0 < held:
                yield lot, part
                difference -= part


def _read(
    listed: pd.DataFrame, numbers: Sequence[int]
) -> tuple[dict[Place, Decimal], list[Fault], list[Fault]]:
    """Return the quantity of each lot listed, what was read otherwise and what was not read."""
    wanted: dict[Place, Decimal] = {}
    notices: list[Fault] = []
    refused: list[Fault] = []
    for number, row in zip(numbers, listed.to_dict("records"), strict=True):
        texts = {key: _text(row.get(key)) for key in ("depot_id", *_LOT)}
        lacking = [key for key in ("depot_id", "item", "unit") if not texts[key]]
        quantity = _quantity(row.get("quantity"))
        if quantity is None:
            lacking.append("quantity")
        for column in lacking:
            value = str(row.get(column, ""))
            refused.append(Fault(LEDGER, _LACKS, _COMPLETE, number, column, value))
        if lacking or quantity is None:
            continue
        exact = quantity.quantize(LEAST)
        place = (texts["depot_id"], Lot(*(texts[key] for key in _LOT)))
        notices.extend(_noticed(place, number, quantity, exact, again=place in wanted))
        wanted[place] = wanted.get(place, _NONE) + exact
    return wanted, notices, refused


def _noticed(
    place: Place, number: int, quantity: Decimal, exact: Decimal, *, again: bool
) -> Iterator[Fault]:
    lot = place[1]
    if abs(quantity - exact) > _NOISE:
        mend = say("It is entered as {quantity}.", quantity=str(exact))
        yield Fault(LEDGER, _THOUSANDTHS, mend, number, "quantity", str(quantity))
    if again:
        mend = say("Their quantities are added up.")
        yield Fault(LEDGER, _AGAIN, mend, number, "item", lot.item)
    problem = item_code_fault(lot.item_code) if lot.item_code else _NO_CODE
    if problem is not None:
        yield Fault(LEDGER, problem, _CODE, number, "item_code", lot.item_code)


def _quantity(value: object) -> Decimal | None:
    """Return the number as written, None where it is none that a depot can hold."""
    try:
        quantity = Decimal(str(value))
    except InvalidOperation:
        return None
    return quantity if quantity.is_finite() and 0 <= quantity <= MOST else None


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value).strip()


def _opening(place: Place, quantity: Decimal, at: datetime, note: str) -> Movement:
    depot, lot = place
    key = digest_of(depot, *astuple(lot))
    moved = Portion(lot, quantity)
    opening = moving("opening", moved, "source", f"depot:{depot}", at=at, note=note)
    return replace(opening, id=f"O-{key}")


def _count(
    place: Place, lot: Lot, change: Decimal, basis: Sequence[str], at: datetime, note: str
) -> Movement:
    depot = f"depot:{place[0]}"
    ends = ("source", depot) if change > 0 else (depot, "loss")
    key = digest_of(depot, *astuple(lot), *basis)
    count = moving("count", Portion(lot, abs(change)), *ends, at=at, note=note)
    return replace(count, id=f"C-{key}")


def _listed(lot: Lot) -> Lot:
    return replace(lot, batch="")


def _item(place: Place) -> Place:
    return place[0], replace(place[1], expiry="", batch="")


_LOT = ("item_code", "item", "unit", "expiry")
_LACKS = say("The stock has no usable value here.")
_COMPLETE = say("The row was not read; complete it and import the file again.")
_THOUSANDTHS = say("Stock is kept to the thousandth of its unit.")
_AGAIN = say("The depot has this item in an earlier row.")
_NO_CODE = say("The item has no code.")
_CODE = say("It is kept as it is; give it its code of GB/T 38565 when you can.")
