"""Entering movements of stock: every fault at once, and no account below zero."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from desks.stock import (
    CHINA,
    KINDS,
    LEDGER,
    SIDES,
    Ledger,
    Lot,
    Movement,
    Portion,
    account_kind,
    account_name,
    adding,
    balances,
    deficits,
    digest_of,
    is_exact,
    ledger_of,
    plain,
)
from geodata.faults import Fault, UserError
from geodata.store import WHOLE, Author, Event, Scope, Store
from language import Sentence, say
from layers.codes import item_code_fault

from .requisition import order_refusals

DEPOT = "depot"
_INCOMING = frozenset({"receipt", "requisition_out"})
_REQUISITION = frozenset({"requisition_out", "requisition_in"})


def read_ledger(store: Store, *, as_of: datetime | None = None, scope: Scope = WHOLE) -> Ledger:
    """Return the ledger as this post knew it at that time, in the order of adding."""
    return ledger_of(store.read(LEDGER, scope=scope, as_of=as_of))


def enter(
    store: Store, author: Author, movements: Sequence[Movement], *, scope: Scope = WHOLE
) -> tuple[Event, ...]:
    """Enter the movements, all or none, in their order; who has no id is given one.

    Raises:
        UserError: with every fault of every movement: its form, its accounts, a depot that is not
            in the register, more taken from an account than it holds.
        StaleEdit: where somebody else entered movements at the same moment; try again.

    """
    named = tuple(m if m.id else replace(m, id=f"M-{secrets.token_hex(8)}") for m in movements)
    seen = {LEDGER: store.layers().get(LEDGER, 0)}
    ledger = read_ledger(store).movements
    depots = {feature.id for feature in store.read(DEPOT)}
    faults = [fault for movement in named for fault in faults_of(movement)]
    if not faults:
        faults = [
            *_unknown_depots(named, depots),
            *refusals(ledger, named),
            *order_refusals(ledger, named),
        ]
    if faults:
        raise UserError(faults)
    return store.edit(author, [adding(m) for m in named], scope=scope, seen=seen)


def reversal(movement: Movement, *, at: datetime, note: str) -> Movement:
    """Return the movement that undoes another one.

    Its id follows from the other's, so that two posts cannot undo the same one twice.
    """
    return replace(
        movement,
        kind="reversal",
        from_account=movement.to_account,
        to_account=movement.from_account,
        at=at,
        note=note,
        reverses=movement.id,
        id=f"R-{digest_of(movement.id)}",
    )


def faults_of(movement: Movement) -> tuple[Fault, ...]:
    """Return what is wrong with the form of one movement, whatever the ledger holds."""
    tests = (
        ("kind", movement.kind, movement.kind in KINDS, _KIND),
        ("item", movement.item, bool(movement.item.strip()), _EMPTY),
        ("unit", movement.unit, bool(movement.unit.strip()), _EMPTY),
        ("item_code", movement.item_code, _has_code(movement), _CODE),
        ("quantity", str(movement.quantity), _is_quantity(movement), _QUANTITY),
        ("expiry", movement.expiry, _is_date(movement.expiry), _DATE),
        ("at", movement.at.isoformat(), movement.at.tzinfo is not None, _CLOCK),
        ("requisition", movement.requisition, _has_order(movement), _ORDER),
        ("reverses", movement.reverses, _names_reversed(movement), _REVERSED),
        ("from_account", _route(movement), _is_route(movement), _ROUTE),
    )
    return tuple(
        _fault(movement, problem, column=column, value=value)
        for column, value, good, problem in tests
        if not good
    )


def refusals(ledger: Iterable[Movement], fresh: Sequence[Movement]) -> tuple[Fault, ...]:
    """Return why movements of good form cannot follow the ledger, judged one after the other."""
    known = {movement.id: movement for movement in ledger}
    sums = dict(balances(known.values()))
    faults: list[Fault] = []
    for movement in fresh:
        if movement.id in known:
            faults.append(_fault(movement, say("There is a movement with this id already.")))
            continue
        if movement.kind == "reversal" and not _mirrors(movement, known.get(movement.reverses)):
            faults.append(_fault(movement, say("It does not undo the movement that it names.")))
        faults.extend(_overdrawn(movement, sums))
        known[movement.id] = movement
        for key, amount in balances([movement]).items():
            sums[key] = sums.get(key, Decimal(0)) + amount
    return tuple(faults)


def earliest_first(
    ledger: Iterable[Movement], account: str, item: str, quantity: Decimal, on: date
) -> tuple[Portion, ...]:
    """Return which lots to take from an account: first what expires first, nothing past its day.

    What does not age comes last.

    Raises:
        UserError: if less than the quantity is there and in date; it says how much is out of date.

    """
    held = [
        Portion(lot, amount)
        for (owner, lot), amount in balances(ledger).items()
        if owner == account and lot.item == item and amount > 0
    ]
    good = [portion for portion in held if not _is_past(portion.lot, on)]
    there = sum((portion.quantity for portion in good), Decimal(0))
    if there < quantity:
        past = sum((portion.quantity for portion in held), Decimal(0)) - there
        problem = say(
            "{account} holds {there} in date and {past} out of date; {wanted} are asked for.",
            account=account_name(account),
            there=plain(there),
            past=plain(past),
            wanted=plain(quantity),
        )
        raise UserError([Fault(LEDGER, problem, _LESS, column="quantity", value=item)])
    return _take(sorted(good, key=lambda p: (p.lot.expiry or "9999", p.lot.batch)), quantity)


def shortfalls(ledger: Ledger) -> tuple[Sentence, ...]:
    """Return a sentence for each account below zero and each entry that cannot be read.

    Within one post there is none; two posts that gave out the same goods make them at the merge.
    """
    told = [
        say(
            "{account} gave {missing} {unit} of {item} more than it had; count it anew.",
            account=account_name(row.account),
            missing=plain(row.missing),
            unit=row.lot.unit,
            item=row.lot.item,
        )
        for row in deficits(balances(ledger.movements))
    ]
    return (*told, *(fault.problem for fault in ledger.unreadable))


def _take(portions: Iterable[Portion], quantity: Decimal) -> tuple[Portion, ...]:
    taken: list[Portion] = []
    for portion in portions:
        part = min(portion.quantity, quantity)
        if part > 0:
            taken.append(Portion(portion.lot, part))
        quantity -= part
    return tuple(taken)


def _overdrawn(movement: Movement, sums: Mapping[tuple[str, Lot], Decimal]) -> Iterable[Fault]:
    """Yield a fault for each of the two accounts that would leave its side of zero."""
    for (account, lot), change in balances([movement]).items():
        side = SIDES[account_kind(account)]
        before = sums.get((account, lot), Decimal(0))
        if side * change < 0 and side * (before + change) < 0:
            problem = _beyond(movement, account, plain(max(side * before, Decimal(0))))
            column = "from_account" if account == movement.from_account else "to_account"
            yield _fault(movement, problem, column=column, mend=_LESS, value=account)


def _beyond(movement: Movement, account: str, there: str) -> Sentence:
    wanted = plain(movement.quantity)
    name, lot = account_name(account), movement.lot
    if account == movement.from_account:
        return say(
            "{account} has {there} {unit} of {item}; {wanted} cannot be taken.",
            account=name, there=there, unit=lot.unit, item=lot.item, wanted=wanted,
        )  # fmt: skip
    return say(
        "{account} is owed {there} {unit} of {item}; {wanted} are too many.",
        account=name, there=there, unit=lot.unit, item=lot.item, wanted=wanted,
    )  # fmt: skip


def _unknown_depots(movements: Iterable[Movement], depots: set[str]) -> Iterable[Fault]:
    for movement in movements:
        accounts = (("from_account", movement.from_account), ("to_account", movement.to_account))
        for column, account in accounts:
            if account_kind(account) == DEPOT and account.partition(":")[2] not in depots:
                problem = say("There is no such depot in the register.")
                yield _fault(movement, problem, column=column, value=account)


def _mirrors(movement: Movement, other: Movement | None) -> bool:
    """Return whether the reversal takes back exactly what the other movement moved."""
    if other is None or other.kind == "reversal":
        return False
    return movement == reversal(other, at=movement.at, note=movement.note)


def _has_code(movement: Movement) -> bool:
    """Return whether the code is one or none; lots that came from old lists keep theirs."""
    if movement.kind not in _INCOMING or not movement.item_code:
        return True
    return item_code_fault(movement.item_code) is None


def _is_quantity(movement: Movement) -> bool:
    """Return whether the quantity is exact; only a count or an opening may say 0."""
    stated = movement.kind in {"opening", "count"}
    return is_exact(movement.quantity) and (stated or movement.quantity > 0)


def _is_date(text: str) -> bool:
    if not text:
        return True
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_past(lot: Lot, on: date) -> bool:
    return bool(lot.expiry) and lot.expiry < on.isoformat()


def _has_order(movement: Movement) -> bool:
    return movement.kind not in _REQUISITION or bool(movement.requisition.strip())


def _names_reversed(movement: Movement) -> bool:
    return (movement.kind == "reversal") == bool(movement.reverses)


def _route(movement: Movement) -> str:
    return f"{movement.from_account} → {movement.to_account}"


def _is_route(movement: Movement) -> bool:
    """Return whether the kind may join the two accounts; a reversal joins what it undoes."""
    ends = (account_kind(movement.from_account), account_kind(movement.to_account))
    if not all(ends) or movement.from_account == movement.to_account:
        return False
    kind = KINDS.get(movement.kind)
    return kind is None or kind.key == "reversal" or ends in kind.routes


def _fault(
    movement: Movement,
    problem: Sentence,
    *,
    column: str = "",
    value: str = "",
    mend: Sentence | None = None,
) -> Fault:
    return Fault(LEDGER, problem, mend or _CORRECT, column=column, value=value or movement.item)


def day_of(at: datetime) -> date:
    """Return the day on the district's clock."""
    return at.astimezone(CHINA).date()


_CORRECT = say("Correct the entry; nothing was entered.")
_LESS = say("Take less, or count what is there and enter the count first.")
_KIND = say("There is no such kind of movement.")
_EMPTY = say("A required cell is empty.")
_CODE = say("An item code has seven digits: 1+2+2+2.")
_QUANTITY = say("The quantity must be above 0, with at most three decimals.")
_DATE = say("This is not a date such as 2026-09-16.")
_CLOCK = say("The time does not say its time zone.")
_ORDER = say("A requisition needs the number of its order.")
_REVERSED = say("Only a reversal names the movement that it undoes, and it must.")
_ROUTE = say("This kind of movement does not join these two accounts.")
