"""Exercise control's screen: one page, on this machine alone, marked as an exercise throughout."""

import os
import tomllib
from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import streamlit as st
from markupsafe import Markup

from desks.exercise.compose_rules import RULES
from desks.exercise.folder import Control, open_control
from desks.exercise.log import Entry
from desks.exercise.private import close_to_others
from desks.folder import DISTRICT
from desks.stock import CHINA
from geodata.faults import Fault, UserError
from language import Catalogue, say
from ui import language, login, theme
from ui.pages.following import follow
from ui.panels.door import refusal
from ui.panels.drill import drill_look
from ui.panels.faults import fault_list
from ui.panels.markup import View
from ui.panels.topbar import brand, status

from . import board
from .coming import Done, warned
from .composing import Offered, compose_work
from .desk import Desk, checks, chosen, folder, keys_of, read_entries, read_known
from .directing import director_foot, director_line
from .doing import LOOK, do
from .drawing import draw_work
from .ending import judged
from .footer import footer
from .knowing import ROOMS, STAGES, Known, Room, Stage, timed
from .reviewing import review_work
from .rooms import room_work, tabs
from .running import UNANSWERED_S, run_work
from .sealing import seal_work
from .steps import steps
from .ticking import go_on, others, others_line, trouble_line, trouble_of
from .wishing import options

HERE = Path(__file__).parent
PANELS = HERE.parent / "panels"
STYLES = (
    PANELS / "panels.css", PANELS / "drill.css", PANELS / "register.css", HERE / "control.css",
)  # fmt: skip
TITLE = "【演练】导调"
CLOSED = "control_closed"
PLAYERS = "SHOUWANG_PLAYERS"
"""The address of the players' screen, where whoever started this knows it."""


def show() -> None:
    """Draw the page, or say in a sentence why there is none."""
    st.set_page_config(page_title=TITLE, layout="wide", initial_sidebar_state="collapsed")
    _look()
    words = language.switch()
    view = View(words)
    refused = _refusals()
    if refused:
        st.html(refusal(refused, view))
        return
    try:
        control = open_control(folder())
    except UserError as error:
        st.html(fault_list(view.text("Exercise control cannot be shown"), error.faults, view))
        return
    st.html(_bar(control, words) + drill_bar(view))
    _page(control, view)


def _refusals() -> tuple[Fault, ...]:
    """Return why nothing is shown on this address: control serves its own machine alone."""
    if login.is_local(str(st.get_option("server.address") or "")):
        return ()
    problem = say("Exercise control serves its own machine alone, whatever login there is.")
    return (Fault("server.address", problem, say("Start it with: make control")),)


def _look() -> None:
    css = "\n".join(path.read_text(encoding="utf-8") for path in STYLES)
    clock = (PANELS / "clock.js").read_text(encoding="utf-8")
    st.html(f"<style>{theme.stylesheet()}\n{css}</style>")
    # A constant of this program: nothing a user wrote goes into the script.
    st.html(f"<script>{clock}</script>", unsafe_allow_javascript=True)


def _bar(control: Control, words: Catalogue) -> Markup:
    view = View(words)
    told = _district(control)
    name = str(
        told.get("name_zh" if words.language == "zh" else "name_en") or control.district.name
    )
    as_of = str(told.get("as_of") or view.text("unknown"))
    return Markup('{}<i data-zone="Asia/Shanghai"></i>{}').format(
        brand(name, view),
        status(sample=told.get("sample") is True, as_of=as_of, view=view),
    )


def _district(control: Control) -> dict[str, object]:
    try:
        return tomllib.loads((control.district / DISTRICT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def drill_bar(view: View) -> Markup:
    """Return frame and bar: whatever this page shows is an exercise."""
    seat = view.text("Control's seat · its own process and port · the players see nothing of it")
    return drill_look(view, seat)


def _page(control: Control, view: View) -> None:
    sent = board.sent()
    before = Desk(control, chosen(control), view)
    came = do(before, sent)
    desk = Desk(control, chosen(control), view)
    try:
        known = read_known(desk)
    except UserError as error:
        st.html(fault_list(view.text("This drill cannot be shown"), error.faults, view))
        known = Known(desk.number)
    board.board(page(known, desk, came), came.download)
    follow(lambda: _seen(desk, known), _mark(desk, known))


def page(known: Known, desk: Desk, came: Done) -> Markup:
    """Return the page: the steps, the work of the one looked at, the log's line."""
    view = desk.view
    kept = st.session_state.get(LOOK)
    looking: Stage | Room = kept if kept in (*STAGES, *ROOMS) else known.stage
    return Markup(
        '{}<main class="ec-page">{}<div class="ec-work">{}{}{}{}{}</div>{}</main>'
    ).format(
        tabs(looking, view),
        steps(known, looking, view),
        _closed_line(desk) + director_line(desk),
        others_line(others(desk), view),
        trouble_line(trouble_of(desk.number), view),
        came.said,
        _work(known, looking, desk),
        footer(known, desk.control.drills, os.environ.get(PLAYERS, ""), view, director_foot(desk)),
    )


def _closed_line(desk: Desk) -> Markup:
    """Return what of control's folder was open to others when this page was opened."""
    if CLOSED not in st.session_state:
        st.session_state[CLOSED] = close_to_others(desk.control)
    return warned(desk.view, *st.session_state[CLOSED])


def _work(known: Known, looking: Stage | Room, desk: Desk) -> Markup:
    view = desk.view
    if looking in ROOMS:
        return room_work(looking, desk, known)
    if looking == "compose":
        return compose_work(known, offered(known, desk), view)
    if looking == "seal":
        return seal_work(known, keys_of(desk.control), view)
    if looking == "draw":
        return draw_work(known, view)
    if looking == "run":
        return run_work(known, checks(known, desk), view, desk.now())
    return review_work(known, judged(known, desk), view)


def offered(known: Known, desk: Desk) -> Offered:
    """Return what may be wished for, and a number that no drill has yet."""
    today = datetime.now(tz=CHINA).date()
    number = known.number
    if not number or known.sealed is not None:
        free = (f"{today:%Y-%m}-{one}" for one in count(1))
        number = next(one for one in free if one not in desk.control.drills)
    days = (today + timedelta(days=1), today + timedelta(days=5))
    first, last = (day.isoformat() for day in days)
    tables = (RULES.types, RULES.classes, RULES.avoid)
    return Offered(number, first, last, *(options(rows, desk.view) for rows in tables))


def _seen(desk: Desk, known: Known) -> Hashable:
    """Let what is due happen, and return what would make the page another one."""
    go_on(desk)
    try:
        found = read_entries(desk)
    except UserError:
        return "unreadable"
    return _told(found, desk, known)


def _mark(desk: Desk, known: Known) -> Hashable:
    return _told(known.entries, desk, known)


def _told(found: Sequence[Entry], desk: Desk, known: Known) -> Hashable:
    head = found[-1].hash if found else ""
    return (head, others(desk), trouble_of(desk.number), *_late(desk, known))


def _late(desk: Desk, known: Known) -> tuple[str, ...]:
    """Return what time alone has made late: nodes, and injects that nobody acknowledged."""
    if not known.running or known.paused:
        return ()
    now = desk.now()
    now_ms = known.ran_ms(now)
    slow = (
        one.key
        for one in known.course.released
        if one.answered is None and (now - one.at).total_seconds() >= UNANSWERED_S
    )
    return (*(one.node.key for one in timed(known) if one.late(now_ms)), *slow)
