"""Requisitions (征用): what was taken from whom, what came back, and what is owed for it (补偿)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from desks.stock import CHINA, LEDGER, Lot, Movement, account_kind, effective, plain
from geodata.faults import Fault
from language import Sentence, say

_CENT = Decimal("0.01")
_NONE = Decimal(0)


@dataclass(frozen=True)
class Rate:
    """What the district declares to pay for an item: yuan per unit and day, and per unit lost.

    It is for the item of that code, or, where it has none, of that name, and of that unit.
    """

    item_code: str
    item: str
    unit: str
    yuan_per_day: Decimal
    yuan_per_lost: Decimal
    source: str


@dataclass(frozen=True)
class SheetRow:
    """One lot under one order: ``out = back + lost + open``, always.

    A day begun counts as one, from the day of taking to that of return, both included; ``days``
    spans the first to the last, ``unit_days`` adds up those of each unit. ``amount_yuan`` is
    ``None`` where no rate is declared and people must fill it in; ``basis`` is the rate's source.
    """

    requisition: str
    owner: str
    lot: Lot
    out: Decimal
    back: Decimal
    lost: Decimal
    open: Decimal
    first_out: date
    last_back: date | None
    days: int
    unit_days: Decimal
    damage: str
    amount_yuan: Decimal | None
    basis: str


@dataclass(frozen=True)
class CompensationSheet:
    """What is owed on a day: its rows by order, owner and item; the sum of the amounts known.

    ``unfilled`` is how many rows still wait for an amount, so that the sum is never taken for all.
    """

    until: date
    rows: tuple[SheetRow, ...]
    total_yuan: Decimal
    unfilled: int


def compensation(
    movements: Iterable[Movement], *, until: date, rates: Sequence[Rate] = ()
) -> CompensationSheet:
    """Return the compensation sheet of every order (S3-3), as of the end of a day.

    What came back under an order that took nothing, as a merge may bring it, has a row as well.
    """
    known = [m for m in effective(movements) if m.requisition and _day(m) <= until and _counts(m)]
    owners = {m.requisition: _owner(m) for m in known if _is_out(m)}
    groups: dict[tuple[str, str, Lot], list[Movement]] = {}
    for movement in known:
        owner = _owner(movement) or owners.get(movement.requisition, "")
        groups.setdefault((movement.requisition, owner, movement.lot), []).append(movement)
    rows = [_row(key, group, until, rates) for key, group in groups.items()]
    rows.sort(key=lambda row: (row.requisition, row.owner, row.lot.item_code, row.lot.item))
    amounts = [row.amount_yuan for row in rows if row.amount_yuan is not None]
    return CompensationSheet(until, tuple(rows), sum(amounts, _NONE), len(rows) - len(amounts))


def order_refusals(ledger: Iterable[Movement], fresh: Sequence[Movement]) -> tuple[Fault, ...]:
    """Return why movements cannot stand under their orders, judged one after the other.

    An order has one owner, and no more comes back or is lost under it than was taken.
    """
    known = list(ledger)
    faults: list[Fault] = []
    for movement in fresh:
        before, known = known, [*known, movement]
        if not movement.requisition:
            continue
        owners = {_owner(m) for m in effective(known) if _is_order(m, movement.requisition)}
        owners.discard("")
        if len(owners) > 1:
            problem = say("Order {order} is of another owner.", order=movement.requisition)
            faults.append(_fault(movement, problem))
        there = _open(before, movement)
        if _open(known, movement) < min(there, _NONE):
            problem = say(
                "Under order {order} only {there} {unit} of {item} are still out.",
                order=movement.requisition,
                there=plain(max(there, _NONE)),
                unit=movement.unit,
                item=movement.item,
            )
            faults.append(_fault(movement, problem))
    return tuple(faults)


def _row(
    key: tuple[str, str, Lot], group: Sequence[Movement], until: date, rates: Sequence[Rate]
) -> SheetRow:
    requisition, owner, lot = key
    out, back, lost = (_sum(group, test) for test in (_is_out, _is_back, _is_lost))
    first = min(_day(m) for m in group)
    ends = [_day(m) for m in group if not _is_out(m)]
    still = out - back - lost
    days = ((until if still > 0 else max(ends, default=until)) - first).days + 1
    unit_days = _unit_days(group, until)
    rate = _rate(lot, rates)
    amount = None
    if rate is not None:
        owed = rate.yuan_per_day * unit_days + rate.yuan_per_lost * lost
        amount = owed.quantize(_CENT, ROUND_HALF_UP)
    return SheetRow(
        requisition,
        owner,
        lot,
        out,
        back,
        lost,
        still,
        first,
        max((_day(m) for m in group if _is_back(m)), default=None),
        days,
        unit_days,
        "；".join(dict.fromkeys(m.damage for m in group if m.damage)),
        amount,
        rate.source if rate is not None else "",
    )


def _unit_days(group: Iterable[Movement], until: date) -> Decimal:
    """Return the days that each unit was out, added up: sum(out·(T-d+1)) - sum(back·(T-d))."""
    total = _NONE
    for movement in group:
        days = (until - _day(movement)).days
        if _is_out(movement):
            total += movement.quantity * (days + 1)
        else:
            total -= movement.quantity * days
    return total


def _rate(lot: Lot, rates: Iterable[Rate]) -> Rate | None:
    for rate in rates:
        same = rate.item_code == lot.item_code if rate.item_code else rate.item == lot.item
        if same and rate.unit == lot.unit:
            return rate
    return None


def _open(movements: Iterable[Movement], like: Movement) -> Decimal:
    """Return how much of the movement's lot is still out under its order."""
    group = [
        m for m in effective(movements) if m.requisition == like.requisition and m.lot == like.lot
    ]
    return _sum(group, _is_out) - _sum(group, _is_back) - _sum(group, _is_lost)


def _sum(group: Iterable[Movement], test: Callable[[Movement], bool]) -> Decimal:
    return sum((m.quantity for m in group if test(m)), _NONE)


def _counts(movement: Movement) -> bool:
    return _is_out(movement) or _is_back(movement) or _is_lost(movement)


def _is_out(movement: Movement) -> bool:
    return movement.kind == "requisition_out"


def _is_back(movement: Movement) -> bool:
    return movement.kind == "requisition_in"


def _is_lost(movement: Movement) -> bool:
    return movement.kind == "loss"


def _is_order(movement: Movement, requisition: str) -> bool:
    return movement.requisition == requisition and (_is_out(movement) or _is_back(movement))


def _owner(movement: Movement) -> str:
    """Return the name of the owner on either side, "" where neither account is an owner's."""
    for account in (movement.from_account, movement.to_account):
        if account_kind(account) == "owner":
            return account.partition(":")[2]
    return ""


def _day(movement: Movement) -> date:
    return movement.at.astimezone(CHINA).date()


def _fault(movement: Movement, problem: Sentence) -> Fault:
    mend = say("Correct the entry; nothing was entered.")
    return Fault(LEDGER, problem, mend, column="requisition", value=movement.requisition)
