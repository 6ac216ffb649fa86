"""Beside the brief: who is told, the log, what is open; seen by every role within two seconds."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from datetime import datetime

import streamlit as st
from markupsafe import Markup

from desks.command import journal
from desks.command.log_time import answer_time, line_time
from desks.command.on_site import arrival, arrive, arrived
from desks.command.reporting import due_reports, report_text, stage
from desks.command.situation import SituationBrief
from desks.command.wind import last_wind
from desks.onemap import OneMap
from geodata.faults import UserError
from language import Sentence
from risk import INCIDENT_KINDS
from ui import language, session
from ui.live_panel import Act, live_panel, pending_act
from ui.panels.calls import calls_tile
from ui.panels.log import Log, board_table, clock, log_tile
from ui.panels.markup import Key, Told, View, joined
from ui.panels.on_site import on_site_tile

from .command_book import SAID, Journal, Reading, first, open_journal, reading, written
from .command_live import Hand, live_entries
from .command_papers import paper_case, papers
from .command_wind import shown_mark, wind_mark
from .following import follow
from .lazy import menu

PANEL = "command_log"
BOARD = "command_board"
WRITTEN, VERB = "note_text", "note_kind"
MOST_PEOPLE = 1_000_000
PREFIX = "intake_"
TAKEN, NOTED = "intake_taken", "note_noted"
"""Where the session holds what a form entered last, and at which mark or number it was drawn."""


@st.fragment
def log_part(onemap: OneMap, brief: SituationBrief, view: View) -> None:
    """Draw who is told and the log; it reads what others wrote without a hand."""
    wind = shown_mark()
    try:
        book = open_journal(onemap, view.words)
        _take(book, brief, pending_act(PANEL))
        read = reading(book, session.scene().case)
    except UserError as error:
        st.html(_faults(error, view))
        follow(lambda: _log_mark(onemap, view), ("", wind))
        return
    log = Log(
        read.incident,
        read.entries,
        due_reports(read.incident, session.now()) if read.incident else (),
        read.mark,
        book.why_not,
    )
    if session.scene().drill != view.drill:
        # An exercise was begun in here: the page around must look like one.
        st.rerun()
    told = replace(view, told=told_of(read.entries), arrived=arrived_of(read.entries))
    may_tell = read.incident is not None and not book.why_not
    live_panel(
        Markup('<section class="tiles beside">{}{}{}</section>').format(
            on_site_tile(brief, told, may_tell=may_tell) if read.incident else "",
            calls_tile(brief, told, may_tell=may_tell) if brief.calls else "",
            log_tile(log, told),
        ),
        key=PANEL,
    )
    with st.container(key="sw_log_do"):
        _forms(book, brief, read, view)
    follow(lambda: _log_mark(onemap, view), (read.mark, log.due, False, wind))


def _log_mark(onemap: OneMap, view: View) -> Hashable:
    """Return what changes with every line, every report that falls due, refusal and new wind."""
    try:
        read = reading(open_journal(onemap, view.words), session.scene().case)
    except UserError:
        return "", wind_mark(onemap, view.words)
    due = due_reports(read.incident, session.now()) if read.incident else ()
    return (read.mark, due, SAID in st.session_state, wind_mark(onemap, view.words))


def told_of(entries: tuple[journal.Entry, ...]) -> Mapping[Key, Told]:
    """Return when each body was told and answered, as clock times."""
    return {
        (one.layer, one.record): Told(
            sent=clock(one.sent) if one.sent else "",
            acknowledged=clock(one.acknowledged) if one.acknowledged else "",
        )
        for one in journal.told(entries)
    }


def arrived_of(entries: tuple[journal.Entry, ...]) -> Mapping[Key, str]:
    """Return since when each team is on site, as clock times."""
    return {team: clock(at) for team, at in arrived(entries).items()}


def _take(book: Journal, brief: SituationBrief, act: Act | None) -> None:
    """Write what was pressed: a body told or that answered, a team on site, a report made."""
    case = session.scene().case
    if act is None or not case or book.why_not:
        return
    try:
        if act.verb in {"sent", "acknowledged"}:
            _tell(book, brief, case, act)
        elif act.verb == "arrived":
            _arrive(book, brief, case, act)
        elif act.verb == "report":
            _report(book, brief, case, act.value)
    except UserError as error:
        st.session_state[SAID] = first(error)


def _tell(book: Journal, brief: SituationBrief, case: str, act: Act) -> None:
    layer, _, record = act.value.partition("|")
    call = next((call for call in brief.calls if (call.layer, call.id) == (layer, record)), None)
    if call is None:
        return
    state: journal.CallState = "sent" if act.verb == "sent" else "acknowledged"
    body = (call.layer, call.id, call.name)
    log, now = reading(book, case).entries, session.now()
    at = answer_time(log, body[:2], now) if state == "acknowledged" else line_time(log, now)
    entry = journal.call_entry(case, body, state, at=at, who=book.author.who)
    journal.tell(book.store, book.author, entry, scope=book.scope)


def _arrive(book: Journal, brief: SituationBrief, case: str, act: Act) -> None:
    layer, _, record = act.value.partition("|")
    team = next((t for t in brief.responders if (t.layer, t.id) == (layer, record)), None)
    if team is None:
        return
    body = (team.layer, team.id, team.name)
    reported = arrival(case, body, at=_now(book, case), who=book.author.who)
    arrive(book.store, book.author, reported, scope=book.scope)


def _report(book: Journal, brief: SituationBrief, case: str, key: str) -> None:
    read, of = reading(book, case), stage(key)
    text = report_text(paper_case(book, brief, read), of, book.author.who)
    at, who = line_time(read.entries, session.now()), book.author.who
    made = journal.Entry("", case, "report", at, who, text, stage=of.key)
    journal.report(book.store, book.author, made, scope=book.scope)


def _now(book: Journal, case: str) -> datetime:
    """Return when a line that is written now is."""
    return line_time(reading(book, case).entries, session.now())


def _forms(book: Journal, brief: SituationBrief, read: Reading, view: View) -> None:
    """Draw the papers to take along, and either the intake or what to add to the log."""
    said = st.session_state.pop(SAID, None)
    if isinstance(said, Sentence):
        st.html(Markup('<span class="tag bad">▲ {}</span>').format(view.word(said)))
    papers(book, brief, read, view)
    if book.why_not:
        return
    # Two places, so that the one that was open does not stay open as the other.
    intake, add = st.container(), st.container()
    if read.incident is None:
        with intake:
            menu(
                view.text("＋ Take report"),
                lambda: _intake_form(book, brief, read.mark, view),
                key="do_intake",
            )
    else:
        with add:
            menu(view.text("＋ Add"), lambda: _note_form(book, view), key="do_note")


def _intake_form(book: Journal, brief: SituationBrief, mark: str, view: View) -> None:
    # Never cleared by the browser: it would be before a refusal, with what the caller said.
    with st.form("intake", clear_on_submit=False, border=False):
        st.text_area(view.text("What was said"), key=f"{PREFIX}said", max_chars=500)
        st.text_input(view.text("Caller"), key=f"{PREFIX}caller", max_chars=60)
        st.text_input(view.text("Telephone"), key=f"{PREFIX}phone", max_chars=40)
        for name, label in (("hurt", view.text("Hurt")), ("dead", view.text("Dead"))):
            st.number_input(
                label,
                min_value=0,
                max_value=MOST_PEOPLE,
                value=None,
                step=1,
                key=f"{PREFIX}{name}",
                placeholder=view.text("not known"),
            )
        st.checkbox(view.text("Exercise"), value=view.drill, key=f"{PREFIX}drill")
        st.form_submit_button(
            view.text("Begin the log"), type="primary", on_click=_open, args=(book, brief, mark)
        )


def _open(book: Journal, brief: SituationBrief, mark: str) -> None:
    """Enter the incident with what the page knows of it."""
    scene, kept = session.scene(), st.session_state
    if scene.case and kept.get(TAKEN) == (mark, scene.case):
        return  # A second press, made while the first was being entered.
    place = brief.place
    intake = journal.Intake(
        time=scene.clicked or session.now(),
        at_deg=scene.at,
        place=scene.label or " ".join(filter(None, (place.subdistrict, place.community))),
        said=str(kept.get(f"{PREFIX}said") or ""),
        kind=scene.live.kind,
        substance=scene.live.substance,
        quantity_t=scene.live.quantity_t,
        hurt_people=kept.get(f"{PREFIX}hurt"),
        dead_people=kept.get(f"{PREFIX}dead"),
        caller=str(kept.get(f"{PREFIX}caller") or ""),
        phone=str(kept.get(f"{PREFIX}phone") or ""),
        drill=bool(kept.get(f"{PREFIX}drill")),
    )
    if written(lambda: session.change(case=_opened(book, intake), drill=intake.drill)):
        kept[TAKEN] = (mark, session.scene().case)
        kept.update({f"{PREFIX}{name}": "" for name in ("said", "caller", "phone")})
        kept.update({f"{PREFIX}{name}": None for name in ("hurt", "dead")})


def _opened(book: Journal, intake: journal.Intake) -> str:
    """Enter the incident and the wind that is known by now: one refused alone would hide both."""
    at, scene, who = session.now(), session.scene(), book.author.who
    hand = Hand("", who, scene.wind_said or at, book.words)
    known = live_entries(session.Knobs(), scene.live, hand)
    wind = [line for line in known if line.kind == "wind"]
    return journal.open_incident(
        book.store, book.author, intake, at=at, lines=wind, scope=book.scope
    )


def _note_form(book: Journal, view: View) -> None:
    verbs = {
        "note": view.text("Noted"), "decide": view.text("Decision"),
        "close": view.text("Close the case"),
    }  # fmt: skip
    # Another form after each line: a second press on the one that is entered tells itself apart.
    number, _ = st.session_state.get(NOTED, (0, ""))
    with st.form(f"note_{number}", clear_on_submit=False, border=False):
        st.radio(
            view.text("What to add"),
            list(verbs),
            format_func=verbs.__getitem__,
            horizontal=True,
            key=VERB,
            label_visibility="collapsed",
        )
        st.text_area(view.text("In words"), key=WRITTEN, max_chars=journal.LONGEST)
        st.form_submit_button(
            view.text("Write down"), type="primary", on_click=_note, args=(book, number)
        )


def _note(book: Journal, number: int) -> None:
    """Add the line as it was typed; the form is emptied once it is entered."""
    verbs: dict[str, Callable[..., object]] = {
        "note": journal.note, "decide": journal.decide, "close": journal.close,
    }  # fmt: skip
    kept, case = st.session_state, session.scene().case
    verb = verbs.get(str(kept.get(VERB)), journal.note)
    text = str(kept.get(WRITTEN) or "")
    last, entered = kept.get(NOTED, (0, ""))
    if number < last and text in {"", entered}:
        return  # A second press, made while the first was being entered.

    def enter() -> None:
        verb(book.store, book.author, case, text, at=_now(book, case), scope=book.scope)

    if written(enter):
        kept.update({NOTED: (last + 1, text), WRITTEN: "", VERB: "note"})


def _faults(error: UserError, view: View) -> Markup:
    rows = joined(
        Markup('<p class="empty warn">▲ {}</p>').format(view.word(fault.problem))
        for fault in error.faults
    )
    return Markup(
        '<section class="tiles beside"><section class="card tile"><header><h3>{}</h3></header>'
        "{}</section></section>"
    ).format(view.text("Log"), rows)


@st.fragment
def board_part(onemap: OneMap, view: View) -> None:
    """Draw the board of open incidents; a press on one brings it onto the map."""
    try:
        book = open_journal(onemap, view.words)
        mark = journal.board_mark(book.store)
        kept = st.session_state.get(BOARD + "_read")
        found = kept[1] if kept and kept[0] == mark else journal.board(book.store)
        st.session_state[BOARD + "_read"] = (mark, found)
    except UserError as error:
        st.html(_faults(error, view))
        follow(lambda: _board_mark(onemap, view), "")
        return
    act = pending_act(BOARD)
    chosen = next((one for one in found if act and act.value == one.id and one.at_deg), None)
    if chosen is not None:
        log = journal.read_log(book.store, chosen.id)
        session.take_case(chosen, last_wind(log, line_time(log, session.now())))
        st.rerun()
    titles = {key: language.title(kind, view.words) for key, kind in INCIDENT_KINDS.items()}
    live_panel(board_table(found, titles, view), key=BOARD)
    follow(lambda: _board_mark(onemap, view), mark)


def _board_mark(onemap: OneMap, view: View) -> Hashable:
    try:
        return journal.board_mark(open_journal(onemap, view.words).store)
    except UserError:
        return ""
