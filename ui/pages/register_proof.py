"""Part of tab 历史: the chain proven whole, and the head to keep on paper."""

import streamlit as st
from markupsafe import Markup

from desks.register.proof import proof_lines
from desks.stock import CHINA
from geodata.store import Head, Verdict
from ui import day
from ui.panels.register_proof import HeadLine, proof_card

from .register_desk import Desk
from .register_differences import begun

VERDICT = "reg_verdict"
PAPER = "reg_paper"
LEAST = 8
"""Signs of a hash from the paper below which two heads cannot be told apart."""


def draw_proof(desk: Desk) -> None:
    """Draw the proof that was asked for, what to keep on paper, and the choice of a day."""
    text = desk.view.text
    with st.container(key="reg_main"):
        head = desk.store.head(as_of=desk.as_of)
        st.html(_boxed(desk, head))
    with st.container(key="reg_side"), st.container(key="reg_form"):
        if desk.viewer.role in {"administrator", "auditor"}:
            typed = st.text_input(text("Head kept on paper (may be left empty)"), key=PAPER,
                                  max_chars=64)  # fmt: skip
            if st.button(text("Prove it now"), type="primary", key="reg_prove"):
                with st.spinner(text("Reading every event…")):
                    st.session_state[VERDICT] = (desk.store.verify(), typed.strip().lower())
                st.rerun()
        else:
            said = text("Only an auditor or administrator proves the chain.")
            st.html(Markup('<p class="empty">{}</p>').format(said))
        _look_back(desk)


def _look_back(desk: Desk) -> None:
    """Draw the choice of a past day for every page."""
    text = desk.view.text
    st.html(Markup('<div class="form-head"><b>{}</b><span class="mut">{}</span></div>').format(
        text("Show another day"), text("on every page, to read only")))  # fmt: skip
    chosen = st.date_input(
        text("As it was at the end of"), desk.today, min_value=begun(desk.store),
        max_value=day.today(), key="reg_day", format="YYYY-MM-DD",
    )  # fmt: skip
    if st.button(text("Show that day"), key="reg_show_day"):
        if chosen == day.today():
            day.back()
        else:
            day.show(chosen)
        st.rerun(scope="app")


def _boxed(desk: Desk, head: Head) -> Markup:
    kept = st.session_state.get(VERDICT)
    verdict, paper = kept if isinstance(kept, tuple) else (None, "")
    lines = tuple(proof_lines(verdict, head, desk.view.words)) if verdict else ()
    known = head_known(desk, paper) if verdict and paper else None
    good = verdict is not None and verdict.intact and known is not False
    at = head.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if head.at else ""
    return proof_card(
        HeadLine(head.post, head.seq, head.hash, at),
        lines,
        _on_paper(desk, verdict, known=known),
        desk.view,
        good=None if verdict is None else good,
    )


def head_known(desk: Desk, paper: str) -> bool:
    """Return whether the head from the paper is that of an event in a chain known here."""
    return len(paper) >= LEAST and any(e.hash.startswith(paper) for e in desk.store.events())


def _on_paper(desk: Desk, verdict: Verdict | None, *, known: bool | None) -> str:
    if verdict is None or known is None:
        return ""
    if known:
        return desk.view.text("The head on paper is in the chain: nothing before it was changed.")
    return desk.view.text(
        "The head on paper is in no chain: misread, or the register was replaced."
    )
