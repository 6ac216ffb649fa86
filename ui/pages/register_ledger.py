"""Tab 物资台账: what each depot holds, every movement, requisitions and what they cost."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st
from markupsafe import Markup

from desks.register.compensation import write_compensation
from desks.register.ledger import enter, read_ledger, reversal, shortfalls
from desks.register.requisition import CompensationSheet, compensation
from desks.stock import (
    CHINA,
    KINDS,
    Ledger,
    Lot,
    account_kind,
    balances,
    deficits,
    effective,
    plain,
)
from geodata.faults import UserError
from ui import language
from ui.live_panel import Act, live_panel, pending_act
from ui.panels.register_ledger import (
    LEDGER_VIEWS,
    MoveLine,
    OwedLine,
    StockLine,
    ledger_head,
    moves,
    owed,
    proof,
    stock,
)

from . import register_hand as hand
from .register_desk import Desk, name_of
from .register_move import draw_move

LEDGER = "ledger"
DEPOT = "depot"
VIEW = "reg_ledger_view"
AT = "reg_ledger_depot"
TEXT = "reg_ledger_text"


def draw_ledger(desk: Desk) -> None:
    """Draw the tab; what was done in it is taken before anything is drawn."""
    ledger = read_ledger(desk.store, scope=desk.scope, as_of=desk.as_of)
    _take(desk, ledger, pending_act("reg_ledger_head"))
    _take(desk, ledger, pending_act("reg_book"))
    held = desk.store.read(DEPOT, scope=desk.scope, as_of=desk.as_of)
    depots = {feature.id: name_of(feature) for feature in held}
    ledger = read_ledger(desk.store, scope=desk.scope, as_of=desk.as_of)
    with st.container(key="reg_body"):
        with st.container(key="reg_main"):
            live_panel(_head(desk, ledger, depots), key="reg_ledger_head")
            live_panel(_book(desk, ledger, depots), key="reg_book")
        with st.container(key="reg_side"):
            hand.said_line()
            if desk.may(LEDGER, "write"):
                draw_move(desk, ledger, depots)
            else:
                st.html(Markup('<p class="empty card">{}</p>').format(desk.why_not))
            if _view() == "owed":
                _sheet(desk, ledger)


def _view() -> str:
    chosen = st.session_state.get(VIEW)
    return chosen if chosen in LEDGER_VIEWS else LEDGER_VIEWS[0]


def _take(desk: Desk, ledger: Ledger, act: Act | None) -> None:
    if act is None:
        return
    if act.verb == "ledger_view":
        st.session_state[VIEW] = act.value
    elif act.verb == "depot":
        st.session_state[AT] = act.text
    elif act.verb == "find":
        st.session_state[TEXT] = act.text
    elif act.verb == "reverse":
        _reverse(desk, ledger, act.value)


def _reverse(desk: Desk, ledger: Ledger, movement_id: str) -> None:
    """Enter the reversal of a movement: what was entered wrongly stays readable."""
    wrong = next((m for m in ledger.movements if m.id == movement_id), None)
    if wrong is None:
        return
    said = desk.view.text("entered by mistake")
    try:
        back = reversal(wrong, at=datetime.now(tz=CHINA), note=said)
        enter(desk.store, desk.author(said), [back], scope=desk.scope)
    except UserError as error:
        hand.say_refused(desk, error)
    else:
        hand.say_done(desk.view.text("Reversed: {item}", item=wrong.item))


def _head(desk: Desk, ledger: Ledger, depots: dict[str, str]) -> Markup:
    troubles = [desk.view.word(said) for said in shortfalls(ledger)]
    sums: dict[Lot, Decimal] = {}
    for (_, lot), amount in balances(ledger.movements).items():
        sums[lot] = sums.get(lot, Decimal(0)) + amount
    options = sorted(depots.items(), key=lambda pair: pair[1])
    at, text = str(st.session_state.get(AT, "")), str(st.session_state.get(TEXT, ""))
    return Markup("{}{}").format(
        ledger_head(_view(), options, at, text, desk.view),
        proof(len(ledger.movements), troubles, desk.view, zero=not any(sums.values())),
    )


def _book(desk: Desk, ledger: Ledger, depots: dict[str, str]) -> Markup:
    if _view() == "moves":
        return moves(move_lines(desk, ledger, depots), desk.view, may=desk.may(LEDGER, "write"))
    if _view() == "owed":
        return owed(owed_lines(compensation(ledger.movements, until=desk.today)), desk.view)
    return stock(stock_lines(desk, ledger, depots), desk.view)


def account(desk: Desk, name: str, depots: dict[str, str]) -> str:
    """Return what an account is called: a depot by its name, the others by their kind."""
    kind, _, rest = name.partition(":")
    if kind == DEPOT:
        return depots.get(rest, rest)
    words = {
        "use": desk.view.text("in use: {where}", where=rest),
        "owner": desk.view.text("owner: {name}", name=rest),
        "source": desk.view.text("delivery"),
        "loss": desk.view.text("loss"),
    }
    return words.get(kind, name)


def _asked(account_name: str, lot: Lot) -> bool:
    """Return whether the line belongs to the depot that is looked at, and holds the text."""
    at = str(st.session_state.get(AT, ""))
    text = str(st.session_state.get(TEXT, "")).strip().lower()
    return (not at or account_name == f"{DEPOT}:{at}") and (
        text in lot.item.lower() or text in lot.item_code
    )


def stock_lines(desk: Desk, ledger: Ledger, depots: dict[str, str]) -> tuple[StockLine, ...]:
    """Return what the depots hold, by depot and item; deficits first."""
    sums = balances(ledger.movements)
    short = {(row.account, row.lot) for row in deficits(sums)}
    day = desk.today.isoformat()
    lines = [
        StockLine(
            account(desk, name, depots), lot.item, lot.item_code, plain(amount), lot.unit,
            lot.expiry, bool(lot.expiry) and lot.expiry < day, (name, lot) in short,
        )
        for (name, lot), amount in sums.items()
        if account_kind(name) == DEPOT and amount and _asked(name, lot)
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: (not line.short, line.account, line.item)))


def move_lines(desk: Desk, ledger: Ledger, depots: dict[str, str]) -> tuple[MoveLine, ...]:
    """Return the movements, the latest first."""
    live = {movement.id for movement in effective(ledger.movements)}
    found = [
        m for m in ledger.movements if _asked(m.from_account, m.lot) or _asked(m.to_account, m.lot)
    ]
    return tuple(
        MoveLine(
            m.id, m.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"),
            language.title(KINDS[m.kind], desk.view.words) if m.kind in KINDS else m.kind,
            m.item, f"{plain(m.quantity)} {m.unit}", account(desk, m.from_account, depots),
            account(desk, m.to_account, depots), " · ".join(filter(None, (m.requisition, m.note))),
            m.id not in live,
        )
        for m in reversed(found)
    )  # fmt: skip


def owed_lines(sheet: CompensationSheet) -> tuple[OwedLine, ...]:
    """Return the compensation sheet as lines; what is not known stays open."""
    return tuple(
        OwedLine(
            row.requisition, row.owner, row.lot.item, f"{plain(row.out)} {row.lot.unit}",
            plain(row.back), plain(row.open), str(row.days), row.damage,
            f"¥{row.amount_yuan:,.2f}" if row.amount_yuan is not None else "",
        )
        for row in sheet.rows
    )  # fmt: skip


def _sheet(desk: Desk, ledger: Ledger) -> None:
    """Offer the compensation sheet as a workbook to fill in and sign."""
    sheet = compensation(ledger.movements, until=desk.today)
    if sheet.rows:
        st.download_button(
            desk.view.text("Download the compensation sheet"), lambda: workbook(desk, sheet),
            file_name=f"compensation-{sheet.until.isoformat()}.xlsx", key="reg_sheet",
            on_click="ignore",
        )  # fmt: skip


def workbook(desk: Desk, sheet: CompensationSheet) -> bytes:
    """Return the compensation sheet as an .xlsx file."""
    with TemporaryDirectory(prefix="shouwang-sheet-") as folder:
        path = Path(folder) / "sheet.xlsx"
        write_compensation(path, sheet, desk.view.words)
        return path.read_bytes()
