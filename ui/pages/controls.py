"""The row between answer and map: what is reported, what is closed, and the end of it."""

import math

import streamlit as st
from markupsafe import Markup

from desks.onemap import OneMap
from language import Catalogue, say
from risk import INCIDENT_KINDS
from risk.substances import SUBSTANCES
from ui import access, language, session

from .asking import UNSPECIFIED, asks_substance, choices, substance_label

KIND = "incident_kind"
SUBSTANCE = "incident_substance"
QUANTITY = "incident_quantity"
MOST_T = 1_000_000.0
REOPEN_DRAWN = 6


def controls(onemap: OneMap, scene: session.Scene, words: Catalogue) -> None:
    """Draw the row; every choice changes the scene before the fragment runs again."""
    if st.session_state.get(KIND) not in INCIDENT_KINDS:
        st.session_state[KIND] = scene.kind
    st.pills(
        words.text("Kind of incident"),
        list(INCIDENT_KINDS),
        key=KIND,
        format_func=lambda key: language.title(INCIDENT_KINDS[key], words),
        label_visibility="collapsed",
        required=True,
        on_change=_take_kind,
    )
    if asks_substance(scene.kind) or scene.live.substance:
        _substance(scene, words)
    _closures(scene, words)
    _numbers(onemap, words)
    st.button(words.text("Close incident"), key="close_incident", on_click=_close)


def _numbers(onemap: OneMap, words: Catalogue) -> None:
    """Draw the one press that shows every number of the incident, and what could not be logged."""
    if access.is_open():
        st.html(Markup('<span class="tag ac">☎ {}</span>').format(words.text("All numbers shown")))
    elif access.may_open(onemap):
        st.button(
            words.text("☎ Show all numbers"),
            key="open_numbers",
            help=words.text("For this incident, until it is closed; it is logged"),
            on_click=access.open_incident,
        )
    said = access.notice()
    if said is not None:
        st.html(Markup('<span class="tag bad">▲ {}</span>').format(words.word(said)))


def _substance(scene: session.Scene, words: Catalogue) -> None:
    """Draw what was released and how much; both may stay unknown."""
    st.session_state[SUBSTANCE] = scene.live.substance
    st.session_state[QUANTITY] = scene.live.quantity_t
    st.selectbox(
        words.text("Substance"),
        choices(words),
        key=SUBSTANCE,
        format_func=lambda key: (
            substance_label(key, words) if key else words.text("Which substance?")
        ),
        label_visibility="collapsed",
        on_change=_take_substance,
        width=190,
    )
    st.number_input(
        words.text("Quantity in tonnes"),
        min_value=0.0,
        max_value=MOST_T,
        key=QUANTITY,
        placeholder=words.text("how many t?"),
        label_visibility="collapsed",
        on_change=_take_quantity,
        format="%.4g",
        width=110,
    )


def _closures(scene: session.Scene, words: Catalogue) -> None:
    """Draw one button for each closure, that lifts it, and one for all."""
    names = [
        words.word(say("area {number}", number=number))
        for number in range(1, len(scene.closed) + 1)
    ]
    names += scene.closed_roads
    for number, name in enumerate(names[:REOPEN_DRAWN]):
        st.button(
            words.word(say("✕ closed: {name}", name=_plain(name))),
            key=f"reopen_{number}",
            on_click=_reopen,
            args=(number,),
        )
    if len(names) > 1:
        label = words.word(say("Reopen all {count}", count=len(names)))
        st.button(label, key="reopen_all", on_click=_reopen)


def _plain(name: str) -> str:
    """Return the name without the signs that a button would read as Markdown."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|<>~:$" else c for c in name)


def _take_kind() -> None:
    kind = st.session_state[KIND]
    session.report(kind=kind if kind in INCIDENT_KINDS else UNSPECIFIED)


def _take_substance() -> None:
    key = st.session_state[SUBSTANCE]
    session.report(substance=key if key in SUBSTANCES else "")


def _take_quantity() -> None:
    tonnes = st.session_state[QUANTITY]
    known = isinstance(tonnes, int | float) and math.isfinite(tonnes) and 0 < tonnes <= MOST_T
    session.report(quantity_t=float(tonnes) if known else None)


def _reopen(number: int | None = None) -> None:
    session.reopen(number)


def _close() -> None:
    session.close_incident()
    for key in (KIND, SUBSTANCE, QUANTITY):
        st.session_state.pop(key, None)
