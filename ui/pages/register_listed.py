"""What the stock of a file changes in the ledger, shown before it is entered."""

from decimal import Decimal

import streamlit as st

from desks.register.ledger import read_ledger
from desks.stock import Lot, Movement, balances, plain
from ui.panels.register_listed import AbsentLine, EntryLine, stock_changes

from .register_commit import stock_of
from .register_desk import Desk, name_of
from .register_trial import Trial

DEPOT = "depot"


def draw_stock(desk: Desk, kept: Trial) -> None:
    """Draw the movements that bring the ledger to the file's list; nothing where it has none."""
    found = stock_of(desk, kept)
    if found is None:
        return
    names = {f.id: name_of(f) for f in desk.store.read(DEPOT, scope=desk.scope)}
    names |= {c.id: str(c.props.get("name") or c.id) for c in kept.rehearsal.changes}
    held = balances(read_ledger(desk.store).movements)
    lines = []
    for movement in found.movements:
        account = _depot(movement)
        own = (held[key] for key in held if key[0] == account and _same(key[1], movement))
        before = sum(own, Decimal(0))
        change = movement.quantity if movement.to_account == account else -movement.quantity
        key = account.partition(":")[2]
        lines.append(
            EntryLine(
                names.get(key, key), movement.item, movement.expiry,
                f"{plain(before)} {movement.unit}",
                f"{plain(before + change)} {movement.unit}",
            )
        )  # fmt: skip
    absent = [
        AbsentLine(names.get(depot, depot), lot.item, f"{plain(amount)} {lot.unit}")
        for depot, lot, amount in found.absent
    ]
    st.html(stock_changes(lines, absent, found.same, desk.view))


def _depot(movement: Movement) -> str:
    ends = (movement.from_account, movement.to_account)
    return next(end for end in ends if end.startswith(f"{DEPOT}:"))


def _same(lot: Lot, movement: Movement) -> bool:
    mine = (movement.item_code, movement.item, movement.unit, movement.expiry)
    return (lot.item_code, lot.item, lot.unit, lot.expiry) == mine
