"""Stock as a ledger: what a depot holds is the sum of every movement that was ever entered.

Each movement takes a quantity out of one account and puts it into another, so that all accounts
together are always zero. Movements are only ever added; a mistake is mended by its reversal.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

import pandas as pd

from geodata.chain import canonical
from geodata.faults import Fault
from geodata.store import Change, Feature
from geodata.store.records import Value
from language import say

LEDGER = "ledger"
"""The store's layer of movements."""

CHINA = timezone(timedelta(hours=8))
"""The one clock of all districts: a day of the ledger begins at its midnight."""

LEAST = Decimal("0.001")
"""Quantities are whole thousandths of their unit."""

MOST = Decimal(10) ** 12
"""So large a quantity is a slip; below it every sum of the ledger is exact."""

SIDES = MappingProxyType({"depot": 1, "use": 1, "loss": 1, "owner": -1, "source": -1})
"""The sign that the balance of each kind of account has: an owner gives and is given back."""


@dataclass(frozen=True)
class MovementKind:
    """One kind of movement: its names and the (from, to) kinds of accounts it may join."""

    key: str
    title_zh: str
    title_en: str
    routes: tuple[tuple[str, str], ...]


KINDS = MappingProxyType(
    {
        kind.key: kind
        for kind in (
            MovementKind("opening", "期初", "Opening stock", (("source", "depot"),)),
            MovementKind("receipt", "入库", "Receipt", (("source", "depot"),)),
            MovementKind("count", "盘点", "Count", (("source", "depot"), ("depot", "loss"))),
            MovementKind("issue", "发放", "Issue", (("depot", "use"),)),
            MovementKind("return", "归还", "Return", (("use", "depot"),)),
            MovementKind("transfer", "调拨", "Transfer", (("depot", "depot"),)),
            MovementKind("loss", "损耗", "Loss", (("use", "loss"), ("depot", "loss"))),
            MovementKind(
                "requisition_out", "征用", "Requisition", (("owner", "use"), ("owner", "depot"))
            ),
            MovementKind(
                "requisition_in",
                "征用返还",
                "Return to the owner",
                (("use", "owner"), ("depot", "owner")),
            ),
            MovementKind("reversal", "冲正", "Reversal", ()),
        )
    }
)


@dataclass(frozen=True)
class Lot:
    """What is counted together: one item of one unit, and what tells its deliveries apart.

    ``item_code`` is seven digits after GB/T 38565 (1+2+2+2), "" where an old list has none;
    ``expiry`` is an ISO date, "" for what does not age.
    """

    item_code: str
    item: str
    unit: str
    expiry: str = ""
    batch: str = ""


@dataclass(frozen=True, kw_only=True)
class Movement:
    """One entry: ``quantity`` of ``unit``, exact to the thousandth, from one account to another.

    Accounts are ``depot:ID``, ``use:WHERE``, ``owner:NAME``, ``source`` and ``loss``. ``at`` is
    when it happened. ``requisition`` is the number of the order under which an owner's goods
    were taken, ``damage`` what came back broken; ``reverses`` is the id of the movement that a
    reversal undoes.
    """

    kind: str
    item_code: str
    item: str
    quantity: Decimal
    unit: str
    from_account: str
    to_account: str
    at: datetime
    expiry: str = ""
    batch: str = ""
    note: str = ""
    requisition: str = ""
    damage: str = ""
    reverses: str = ""
    id: str = ""

    @property
    def lot(self) -> Lot:
        """Return what was moved."""
        return Lot(self.item_code, self.item, self.unit, self.expiry, self.batch)


@dataclass(frozen=True)
class Portion:
    """A quantity of one lot."""

    lot: Lot
    quantity: Decimal


@dataclass(frozen=True)
class Ledger:
    """The movements in the order of their adding, and a fault for each entry that is none."""

    movements: tuple[Movement, ...]
    unreadable: tuple[Fault, ...]


@dataclass(frozen=True)
class Deficit:
    """An account that gave more of a lot than it had, and by how much (of the lot's unit)."""

    account: str
    lot: Lot
    missing: Decimal


Balances = Mapping[tuple[str, Lot], Decimal]


def moving(
    kind: str, moved: Portion, from_account: str, to_account: str, *, at: datetime, note: str = ""
) -> Movement:
    """Return a movement of a portion; what is rarer is set with ``dataclasses.replace``."""
    lot = moved.lot
    return Movement(
        kind=kind,
        item_code=lot.item_code,
        item=lot.item,
        unit=lot.unit,
        expiry=lot.expiry,
        batch=lot.batch,
        quantity=moved.quantity,
        from_account=from_account,
        to_account=to_account,
        at=at,
        note=note,
    )


def account_kind(account: str) -> str:
    """Return ``depot``, ``use``, ``owner``, ``source`` or ``loss``; "" for no account of ours."""
    kind, colon, name = account.partition(":")
    named = kind in {"depot", "use", "owner"}
    return kind if kind in SIDES and named == bool(colon and name.strip()) else ""


def account_name(account: str) -> str:
    """Return the id or name of the account without its kind; the kind where it has no name."""
    kind, _, name = account.partition(":")
    return name or kind


def balances(movements: Iterable[Movement]) -> Balances:
    """Return the balance of every account and lot, in the order they were first moved.

    The sum over the accounts of a lot is zero, whatever the movements are.
    """
    sums: dict[tuple[str, Lot], Decimal] = {}
    for movement in movements:
        for account, sign in ((movement.from_account, -1), (movement.to_account, 1)):
            key = (account, movement.lot)
            sums[key] = sums.get(key, Decimal(0)) + sign * movement.quantity
    return MappingProxyType(sums)


def deficits(sums: Balances) -> tuple[Deficit, ...]:
    """Return the accounts on the wrong side of zero: after a merge a deficit is told, not hidden.

    The order is that of account, then item.
    """
    found = [
        Deficit(account, lot, abs(amount))
        for (account, lot), amount in sums.items()
        if amount * SIDES.get(account_kind(account), 1) < 0
    ]
    return tuple(sorted(found, key=lambda row: (row.account, _lot_key(row.lot))))


def depot_stock(movements: Iterable[Movement]) -> pd.DataFrame:
    """Return what the depots hold as the rows of ``depot.stock``, in the order of first entry.

    Batches of one expiry are one row. A lot that is used up is left out while the depot has
    another of the item; where all are used up, one row says 0. A deficit is negative.
    """
    rows: dict[tuple[str, Lot], Decimal] = {}
    for (account, lot), amount in balances(movements).items():
        if account_kind(account) == "depot":
            key = (account.partition(":")[2], Lot(lot.item_code, lot.item, lot.unit, lot.expiry))
            rows[key] = rows.get(key, Decimal(0)) + amount
    held = {(depot, _item(lot)) for (depot, lot), amount in rows.items() if amount}
    table: dict[tuple[str, Lot], Decimal] = {}
    for (depot, lot), amount in rows.items():
        if amount:
            table[depot, lot] = amount
        elif (depot, _item(lot)) not in held:
            table[depot, _item(lot)] = amount
    columns = {
        "depot_id": [depot for depot, _ in table],
        "item_code": [lot.item_code for _, lot in table],
        "item": [lot.item for _, lot in table],
        "quantity": [float(amount) for amount in table.values()],
        "unit": [lot.unit for _, lot in table],
        "expiry": [lot.expiry for _, lot in table],
    }
    kinds = {key: "float64" if key == "quantity" else "str" for key in columns}
    return pd.DataFrame(columns).astype(kinds)


def effective(movements: Iterable[Movement]) -> tuple[Movement, ...]:
    """Return the movements without those that were reversed and without their reversals."""
    every = tuple(movements)
    ids = {movement.id for movement in every}
    undone = {m.reverses for m in every if m.kind == "reversal" and m.reverses in ids}
    return tuple(
        m
        for m in every
        if m.id not in undone and not (m.kind == "reversal" and m.reverses in undone)
    )


def ledger_of(features: Iterable[Feature]) -> Ledger:
    """Return the movements that the features of the layer ``ledger`` hold.

    An entry that cannot be read, as a foreign post may bring it, is told and counts nowhere.
    """
    movements: list[Movement] = []
    unreadable: list[Fault] = []
    for feature in features:
        try:
            movements.append(_movement_of(feature))
        except (ValueError, InvalidOperation, KeyError) as error:
            problem = say("This movement cannot be read: {detail}.", detail=str(error))
            mend = say("It counts nowhere; enter it anew and tell the post that it came from.")
            unreadable.append(Fault(LEDGER, problem, mend, value=feature.id))
    return Ledger(tuple(movements), tuple(unreadable))


def adding(movement: Movement) -> Change:
    """Return the change that enters the movement into the store; only what is filled in is kept."""
    props: dict[str, Value] = {
        "kind": movement.kind,
        "item_code": movement.item_code,
        "item": movement.item,
        "quantity": plain(movement.quantity),
        "unit": movement.unit,
        "from_account": movement.from_account,
        "to_account": movement.to_account,
        "at": movement.at.astimezone(CHINA).isoformat(timespec="seconds"),
        "expiry": movement.expiry,
        "batch": movement.batch,
        "note": movement.note,
        "requisition": movement.requisition,
        "damage": movement.damage,
        "reverses": movement.reverses,
    }
    filled = {key: value for key, value in props.items() if value != ""}
    return Change("add", LEDGER, movement.id, props=filled, shape=None)


def plain(quantity: Decimal) -> str:
    """Return the quantity as digits without exponent and without idle noughts."""
    text = f"{quantity + 0:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def is_exact(quantity: Decimal) -> bool:
    """Return whether the quantity is one that the ledger can hold: finite, 0 or more, exact."""
    return quantity.is_finite() and 0 <= quantity <= MOST and quantity % LEAST == 0


def digest_of(*parts: object) -> str:
    """Return 16 hex digits over the parts: the same statement has the same id on every post."""
    return hashlib.sha256(canonical(parts).encode()).hexdigest()[:16]


def _movement_of(feature: Feature) -> Movement:
    given = {key: str(value) for key, value in feature.props.items() if value is not None}
    wanted = ("kind", "item", "quantity", "unit", "from_account", "to_account", "at")
    lacking = [key for key in wanted if not given.get(key)]
    if lacking:
        raise ValueError(", ".join(lacking))
    quantity, at = Decimal(given.pop("quantity")), datetime.fromisoformat(given.pop("at"))
    accounts = (given["from_account"], given["to_account"])
    if not is_exact(quantity):
        raise ValueError(str(quantity))
    if not all(account_kind(account) for account in accounts):
        raise ValueError(" → ".join(accounts))
    texts = {key: given.get(key, "") for key in _TEXTS}
    when = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Movement(**texts, quantity=quantity, at=when, id=feature.id)


_TEXTS = (
    "kind", "item_code", "item", "unit", "from_account", "to_account", "expiry", "batch", "note",
    "requisition", "damage", "reverses",
)  # fmt: skip


def _item(lot: Lot) -> Lot:
    return Lot(lot.item_code, lot.item, lot.unit)


def _lot_key(lot: Lot) -> tuple[str, ...]:
    return (lot.item_code, lot.item, lot.unit, lot.expiry, lot.batch)
