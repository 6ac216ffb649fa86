"""Page 演练: what control released is read and acknowledged; nothing else of a drill is here."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import streamlit as st

from desks.onemap import OneMap
from desks.outbox import (
    ANSWER_LAYER,
    NOTICE_LAYER,
    OUTBOX_LAYERS,
    Notice,
    acknowledge,
    notices,
    released,
)
from desks.register.masking import LOCAL
from desks.register.roles import allowed
from geodata.faults import UserError
from geodata.store import Author, Store
from language import Catalogue
from ui import access, language
from ui.live_panel import Act, live_panel, pending_act
from ui.panels.drill import drill_look
from ui.panels.exercise import LIVE, Drilled, exercise_page, told_bar
from ui.panels.faults import fault_lines
from ui.panels.markup import View

from .following import follow

PANEL = "exercise_panel"
WHY = "exercise"
SHOUTED = timedelta(hours=1)
"""So long every page says that a drill was aborted for a real emergency."""


def exercise(onemap: OneMap) -> None:
    """Draw the page, with the look of an exercise while one runs."""
    view = View(language.current())
    try:
        notice = drilled_in(onemap.folder).notice
    except UserError as error:
        st.html(fault_lines(error.faults, view))
        return
    if notice is not None and notice.state in LIVE:
        st.html(drill_look(view))
    _fragment(onemap)


@st.fragment
def _fragment(onemap: OneMap) -> None:
    view = View(language.current())
    try:
        _take(onemap, pending_act(PANEL))
        live_panel(exercise_page(drilled_in(onemap.folder), view), key=PANEL)
    except UserError as error:
        st.html(fault_lines(error.faults, view))


def announced(folder: Path, words: Catalogue, *, to: st.Page | None) -> None:
    """Draw on any page that a drill runs, and the page anew once anything of one changes.

    ``to`` is the page 演练, ``None`` where the viewer is there already. While nothing changes
    nothing is sent.
    """
    mark = _mark(folder)
    try:
        told = _told(folder) if to is not None else Drilled(None)
    except UserError:
        told = Drilled(None)
    if told.notice is not None and to is not None:
        with st.container(key="sw_drill_told"):
            st.html(told_bar(told, View(words)))
            st.page_link(to, label=words.text("Open the page Exercise"))
    follow(lambda: _mark(folder), mark)


def drilled_in(folder: Path) -> Drilled:
    """Return what the page shows: the drill that runs, else the last that began, else none.

    Raises:
        UserError: where the register does not answer.

    """
    store = access.register_in(folder)
    found = notices(store)
    begun = sorted(
        (one for one in found if one.state != "sealed"),
        key=lambda one: (one.state in LIVE, one.started, one.drill),
        reverse=True,
    )
    shown = begun[0] if begun else None
    return Drilled(
        shown,
        released(store, shown.drill) if shown else (),
        tuple(one for one in found if one.state == "sealed"),
        tuple(begun[1:]),
        may=allowed(access.viewer_in(folder), ANSWER_LAYER, "write"),
    )


def _told(folder: Path) -> Drilled:
    """Return the drill of which every page tells: one that runs, or was aborted just now."""
    found = drilled_in(folder)
    notice = found.notice
    if notice is None or notice.state in LIVE:
        return found
    lately = notice.state == "aborted" and _since(access.register_in(folder), notice) < SHOUTED
    return found if lately else Drilled(None)


def _since(store: Store, notice: Notice) -> timedelta:
    """Return how long the notice has been as it is."""
    events = store.history(NOTICE_LAYER, notice.drill)
    return datetime.now(tz=UTC) - events[-1].at if events else SHOUTED


def _mark(folder: Path) -> str:
    """Return what changes with everything control releases and everyone who answers."""
    try:
        return access.register_in(folder).head(layers=OUTBOX_LAYERS).hash
    except UserError:
        return ""


def _take(onemap: OneMap, act: Act | None) -> None:
    """Write that the inject was read: who and when; one that was never released is none."""
    if act is None or act.verb != "read":
        return
    viewer = access.viewer_in(onemap.folder)
    if not allowed(viewer, ANSWER_LAYER, "write"):
        return
    drill, _, key = act.value.partition("/")
    store = access.register(onemap)
    if any(one.key == key and not one.answered for one in released(store, drill)):
        author = Author(viewer.subject or LOCAL, WHY)
        acknowledge(store, author, drill, key, at=datetime.now(tz=UTC))
