"""The last step of an import: how many rows go in, why the button is off, and writing them."""

from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from desks.register.taking_in import stocktake_of, take_in
from desks.stock import LEDGER
from desks.stocktake import Stocktake
from geodata.faults import UserError

from . import register_hand as hand
from . import register_trial as trials
from .register_desk import Desk
from .register_trial import Trial

HOW = "reg_how_rows"
WHY = "reg_why"


@dataclass(frozen=True)
class Asked:
    """What is still open: the datum, defects to decide, mends that nobody confirmed."""

    datum: bool
    decide: int
    confirm: int


def open_questions(kept: Trial) -> Asked:
    """Return what is still open before the file may be written."""
    found = kept.rehearsal
    unsure = [
        n for n, d in enumerate(found.defects) if d.weight == "confirm" and n not in kept.adopted
    ]
    return Asked(
        datum=found.datum.stop and not kept.keep_why,
        decide=trials.tally_of(found).decide,
        confirm=len({(found.defects[n].sheet, found.defects[n].row) for n in unsure}),
    )


def why_off(desk: Desk, kept: Trial, *, whole: bool) -> str:
    """Return why the file cannot be written now, "" where it can."""
    asked, text = open_questions(kept), desk.view.text
    out = asked.decide + len(trials.held_back(kept)) + trials.stock_held_back(kept)
    if asked.datum:
        return text("First decide on the coordinates.")
    if whole and out:
        return text("All or nothing: {count} rows are not in order.", count=out)
    if not trials.going_in(kept) and not moved(stock_of(desk, kept)):
        return text("Nothing to write: every row is on file as it stands, or is held back.")
    if not str(st.session_state.get(WHY, "")).strip():
        return text("Say why: it stands in the history.")
    return ""


def draw_commit(desk: Desk, kept: Trial) -> None:
    """Draw the line below the rehearsal and write the rows when it is pressed."""
    text = desk.view.text
    hows = {"good": text("Good rows first"), "whole": text("All or nothing")}
    with st.container(key="reg_how"):
        whole = (
            st.segmented_control(
                text("How"), ["good", "whole"], default="good", key=HOW, required=True,
                format_func=hows.__getitem__,
                label_visibility="collapsed",
            )
            == "whole"
        )  # fmt: skip
    st.text_input(
        text("Why"), key=WHY, placeholder=text("Why, such as: yearly check of 2026"),
        label_visibility="collapsed", max_chars=300,
    )  # fmt: skip
    reason = why_off(desk, kept, whole=whole)
    pressed = st.button(_label(desk, kept), type="primary", disabled=bool(reason), key="reg_write")
    if reason:
        st.html(Markup('<span class="commit-why">{}</span>').format(reason))
    if pressed and not reason:
        _write(desk, kept, whole=whole)


def stock_of(desk: Desk, kept: Trial) -> Stocktake | None:
    """Return what the file's stock would change in the ledger, ``None`` where it lists none."""
    return stocktake_of(desk.store, trials.chosen(kept))


def moved(found: Stocktake | None) -> int:
    """Return how many movements bring the ledger to the list."""
    return 0 if found is None else len(found.movements)


def _label(desk: Desk, kept: Trial) -> str:
    count, moves = len(trials.going_in(kept)), moved(stock_of(desk, kept))
    if not moves:
        return desk.view.text("Write {count:,} rows", count=count)
    return desk.view.text(
        "Write {count:,} rows and {moves:,} movements of stock", count=count, moves=moves
    )


def _write(desk: Desk, kept: Trial, *, whole: bool) -> None:
    why = str(st.session_state.get(WHY, "")).strip()
    if kept.keep_why:
        why = f"{why} · {desk.view.text('datum kept: {why}', why=kept.keep_why)}"
    try:
        done = take_in(
            desk.store, trials.chosen(kept), desk.author(why),
            whole=whole, scope=desk.scope,
        )  # fmt: skip
    except UserError as error:
        hand.say_refused(desk, error)
        st.rerun()
    out = open_questions(kept).decide + len(trials.held_back(kept)) + trials.stock_held_back(kept)
    moves = sum(event.layer == LEDGER for event in done.events)
    said = desk.view.text(
        "Written: {written:,} of {read:,} rows; {out:,} stay out. Chain {head}.",
        written=len(done.events) - moves, read=kept.rehearsal.rows_read, out=out,
        head=desk.store.head().hash[:12],
    )  # fmt: skip
    entered = desk.view.text("Stock: {moves:,} movements entered.", moves=moves) if moves else ""
    hand.say_done(f"{said} {entered}".strip())
    trials.drop()
    st.rerun()
