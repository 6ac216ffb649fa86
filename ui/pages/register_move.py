"""The form of a movement of stock: what, how much, from where, to where, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

import streamlit as st
from markupsafe import Markup

from desks.register.ledger import enter
from desks.stock import CHINA, KINDS, Ledger, Lot, Movement, account_kind, balances, plain
from geodata.faults import UserError
from ui import language

from . import register_hand as hand
from .register_desk import Desk

ENTERED = ("issue", "return", "transfer", "receipt", "loss", "requisition_out", "requisition_in")
"""The kinds that are entered by hand, in the order of the list."""

FROM = MappingProxyType(
    {
        "issue": "depot", "return": "use", "transfer": "depot", "receipt": "source",
        "loss": "depot", "requisition_out": "owner", "requisition_in": "use",
    }
)  # fmt: skip
TO = MappingProxyType(
    {
        "issue": "use", "return": "depot", "transfer": "depot", "receipt": "depot",
        "loss": "loss", "requisition_out": "use", "requisition_in": "owner",
    }
)  # fmt: skip
NEW = frozenset({"receipt", "requisition_out"})
"""Kinds that bring in what no account holds yet, so that the item is written and not chosen."""

Held = tuple[str, Lot, Decimal]


def draw_move(desk: Desk, ledger: Ledger, depots: Mapping[str, str]) -> None:
    """Draw the form for the chosen kind, and enter what is submitted."""
    text = desk.view.text
    with st.container(key="reg_form"):
        st.html(Markup('<div class="form-head"><b>{}</b></div>').format(text("Enter a movement")))
        kind = st.selectbox(
            text("Kind"), ENTERED, key="reg_move_kind",
            format_func=lambda key: language.title(KINDS[key], desk.view.words),
        )  # fmt: skip
        made = _new(desk, kind, depots) if kind in NEW else _held(desk, ledger, kind, depots)
        if made is None:
            return
        order = ""
        if kind.startswith("requisition"):
            order = st.text_input(text("Order no."), key="reg_move_order", max_chars=60)
        damage = ""
        if kind == "requisition_in":
            damage = st.text_input(text("Damage"), key="reg_move_damage", max_chars=200)
        why = st.text_input(text("Why (stands in the history for good)"), key="reg_move_note")
        if st.button(text("Enter"), type="primary", key="reg_move_enter"):
            _enter(desk, replace(made, requisition=order.strip(), damage=damage.strip(), note=why))


def _enter(desk: Desk, movement: Movement) -> None:
    try:
        enter(desk.store, desk.author(movement.note), [movement], scope=desk.scope)
    except UserError as error:
        hand.say_refused(desk, error)
    else:
        said = f"{movement.item} {plain(movement.quantity)} {movement.unit}"
        hand.say_done(desk.view.text("Entered: {what}", what=said))
        for key in ("reg_move_quantity", "reg_move_note"):
            st.session_state.pop(key, None)
    st.rerun()


def _new(desk: Desk, kind: str, depots: Mapping[str, str]) -> Movement | None:
    """Draw the fields of what comes from outside: item, code, unit, quantity, expiry."""
    text = desk.view.text
    source = "source"
    if FROM[kind] == "owner":
        owner = st.text_input(text("Owner"), key="reg_move_owner", max_chars=120).strip()
        source = f"owner:{owner}"
    item = st.text_input(text("Item"), key="reg_move_item", max_chars=120)
    left, right = st.columns(2)
    code = left.text_input(text("Item code (7 digits)"), key="reg_move_code", max_chars=7)
    unit = right.text_input(text("Unit"), key="reg_move_unit", max_chars=20)
    expiry = st.date_input(text("Expiry"), value=None, key="reg_move_expiry", format="YYYY-MM-DD")
    quantity = _quantity(desk)
    target = _target(desk, kind, depots)
    if quantity is None or not target:
        return None
    ends = expiry.isoformat() if expiry else ""
    return Movement(
        kind=kind, item_code=code.strip(), item=item.strip(), quantity=quantity,
        unit=unit.strip(), from_account=source, to_account=target, at=datetime.now(tz=CHINA),
        expiry=ends,
    )  # fmt: skip


def _held(desk: Desk, ledger: Ledger, kind: str, depots: Mapping[str, str]) -> Movement | None:
    """Draw the fields of what an account holds: which lot, how much, where to."""
    held = holdings(ledger, FROM[kind], depots)
    if not held:
        st.html(Markup('<p class="empty">{}</p>').format(
            desk.view.text("No account holds anything that could be moved so.")))  # fmt: skip
        return None
    labels = [_label(one, depots) for one in held]
    chosen = st.selectbox(desk.view.text("From"), range(len(held)), key="reg_move_from",
                          format_func=labels.__getitem__)  # fmt: skip
    name, lot, _ = held[min(chosen, len(held) - 1)]
    quantity = _quantity(desk)
    target = _target(desk, kind, depots, apart=name)
    if quantity is None or not target:
        return None
    return Movement(
        kind=kind, item_code=lot.item_code, item=lot.item, quantity=quantity, unit=lot.unit,
        from_account=name, to_account=target, at=datetime.now(tz=CHINA), expiry=lot.expiry,
        batch=lot.batch,
    )  # fmt: skip


def holdings(ledger: Ledger, kind: str, depots: Mapping[str, str]) -> Sequence[Held]:
    """Return what accounts of a kind hold, by account, item and the day it expires."""
    held = [
        (name, lot, amount)
        for (name, lot), amount in balances(ledger.movements).items()
        if account_kind(name) == kind and amount > 0
    ]
    return sorted(held, key=lambda one: (_named(one[0], depots), one[1].item, one[1].expiry or "9"))


def _label(held: Held, depots: Mapping[str, str]) -> str:
    name, lot, amount = held
    parts = (_named(name, depots), lot.item, f"{plain(amount)} {lot.unit}", lot.expiry)
    return " · ".join(part for part in parts if part)


def _named(name: str, depots: Mapping[str, str]) -> str:
    _, _, rest = name.partition(":")
    return depots.get(rest, rest or name)


def _quantity(desk: Desk) -> Decimal | None:
    """Return the quantity as it was written, exact; ``None`` until it is a number."""
    typed = st.text_input(desk.view.text("Quantity"), key="reg_move_quantity", max_chars=20)
    try:
        return Decimal(typed.strip()) if typed.strip() else Decimal(0)
    except InvalidOperation:
        st.html(Markup('<p class="bad">✕ {}</p>').format(desk.view.text("This is no number.")))
        return None


def _target(desk: Desk, kind: str, depots: Mapping[str, str], apart: str = "") -> str:
    """Return the account it goes to: a depot, a place of use, an owner, or the loss."""
    if TO[kind] == "depot":
        options = [key for key in depots if f"depot:{key}" != apart]
        chosen = st.selectbox(
            desk.view.text("To"), options, key="reg_move_to", format_func=depots.__getitem__
        )
        return f"depot:{chosen}" if chosen else ""
    if TO[kind] == "use":
        where = st.text_input(desk.view.text("Where it is used"), key="reg_move_use", max_chars=120)
        return f"use:{where.strip()}"
    if TO[kind] == "owner":
        owner = st.text_input(desk.view.text("Owner"), key="reg_move_back", max_chars=120)
        return f"owner:{owner.strip()}"
    return "loss"
