"""The row between answer and map: what is reported, what is closed, and the end of it."""

import streamlit as st
from markupsafe import Markup

from desks.command.situation import SituationBrief
from desks.onemap import OneMap
from language import Catalogue, say
from risk import INCIDENT_KINDS
from ui import access, language, session

from . import command_matter, command_zones
from .asking import UNSPECIFIED, asks_cloud
from .command_zones import plain
from .lazy import menu

KIND = "incident_kind"
REOPEN_DRAWN = 6


def controls(
    onemap: OneMap, scene: session.Scene, brief: SituationBrief, released: str, words: Catalogue
) -> None:
    """Draw the row; every choice changes the scene before the fragment runs again.

    ``released`` is the key of the substance as stated, or as the hazard here holds it.
    """
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
    command_matter.matter(scene, released, words)
    _closures(scene, words)
    menu(words.text("More"), lambda: _more(onemap, scene, brief, words), key="do_more")
    command_zones.files_taken(scene, words)
    _numbers(onemap, words)
    st.button(words.text("Close incident"), key="close_incident", on_click=_close)


def _more(onemap: OneMap, scene: session.Scene, brief: SituationBrief, words: Catalogue) -> None:
    """Draw what few incidents need: the sky, and the zones that others computed."""
    if asks_cloud(brief) or scene.live.cloud_oktas is not None:
        command_matter.cloud(scene, words)
    command_zones.zone_file(onemap, words)


def _numbers(onemap: OneMap, words: Catalogue) -> None:
    """Draw the one press that shows every number of the incident, and what could not be logged."""
    if access.is_open():
        st.html(Markup('<span class="tag ac">☎ {}</span>').format(words.text("All numbers shown")))
    elif access.may_open(onemap):
        st.button(
            words.text("☎ All numbers"),
            key="open_numbers",
            help=words.text("For this incident, until it is closed; it is logged"),
            on_click=access.open_incident,
        )
    said = access.notice()
    if said is not None:
        st.html(Markup('<span class="tag bad">▲ {}</span>').format(words.word(said)))


def _closures(scene: session.Scene, words: Catalogue) -> None:
    """Draw one button for each closure, that lifts it, and one for all."""
    names = [
        words.word(say("area {number}", number=number))
        for number in range(1, len(scene.closed) + 1)
    ]
    names += scene.closed_roads
    for number, name in enumerate(names[:REOPEN_DRAWN]):
        st.button(
            words.word(say("✕ closed: {name}", name=plain(name))),
            key=f"reopen_{number}",
            on_click=_reopen,
            args=(number,),
        )
    if len(names) > 1:
        label = words.word(say("Reopen all {count}", count=len(names)))
        st.button(label, key="reopen_all", on_click=_reopen)


def _take_kind() -> None:
    if session.is_news(KIND, session.scene().live.kind):
        kind = st.session_state[KIND]
        session.report(kind=kind if kind in INCIDENT_KINDS else UNSPECIFIED)


def _reopen(number: int | None = None) -> None:
    session.reopen(number)


def _close() -> None:
    session.close_incident()
    st.session_state.pop(KIND, None)
    command_matter.forget()
    command_zones.forget()
