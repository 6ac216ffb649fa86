"""The row between answer and map: kind of incident, hour, closures, and the end of it."""

import streamlit as st
from markupsafe import Markup

from desks.onemap import OneMap
from language import Catalogue, say
from risk import INCIDENT_KINDS
from ui import access, language, session

KIND = "incident_kind"
UNSPECIFIED = "unspecified"
HOUR = "incident_hour"
AS_CLICKED = -1
HOURS = (AS_CLICKED, *range(24))
REOPEN_DRAWN = 6


def controls(onemap: OneMap, scene: session.Scene, words: Catalogue) -> None:
    """Draw the row; every choice changes the scene before the fragment runs again."""
    if st.session_state.get(KIND) not in INCIDENT_KINDS:
        st.session_state[KIND] = scene.kind
    if st.session_state.get(HOUR) not in HOURS:
        st.session_state[HOUR] = AS_CLICKED if scene.hour is None else scene.hour
    st.pills(
        words.text("Kind of incident"),
        list(INCIDENT_KINDS),
        key=KIND,
        format_func=lambda key: language.title(INCIDENT_KINDS[key], words),
        label_visibility="collapsed",
        required=True,
        on_change=_take_kind,
    )
    st.selectbox(
        words.text("Hour"),
        HOURS,
        key=HOUR,
        format_func=lambda hour: _hour(hour, words),
        label_visibility="collapsed",
        on_change=_take_hour,
        width=150,
    )
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


def _hour(hour: int, words: Catalogue) -> str:
    """Return the hour's label, the same in every run: the browser answers with the label."""
    return words.text("Its own hour") if hour == AS_CLICKED else f"{hour:02d}:00"


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
    session.change(kind=kind if kind in INCIDENT_KINDS else UNSPECIFIED)


def _take_hour() -> None:
    hour = st.session_state[HOUR]
    session.change(hour=hour if hour in range(24) else None)


def _reopen(number: int | None = None) -> None:
    session.reopen(number)


def _close() -> None:
    session.close_incident()
    for key in (KIND, HOUR):
        st.session_state.pop(key, None)
