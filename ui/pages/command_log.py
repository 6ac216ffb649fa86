"""Beside the brief: who is told, the log, what is open; seen by every role within two seconds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import streamlit as st
from markupsafe import Markup

from desks.command import journal
from desks.command.case import Case
from desks.command.phones import phones, sheet_keys
from desks.command.reporting import due_reports, report_text, stage
from desks.command.sheet import situation_sheet
from desks.command.situation import SituationBrief
from desks.onemap import OneMap
from desks.register.masking import LOCAL
from desks.register.roles import Viewer, allowed, areas_of, scope_of
from geodata.faults import UserError
from geodata.store import Author, Scope, Store
from language import Catalogue, Sentence, say
from risk import INCIDENT_KINDS
from ui import access, language, session
from ui.live_panel import Act, live_panel, pending_act
from ui.panels.calls import calls_tile
from ui.panels.log import Log, board_table, clock, log_tile
from ui.panels.markup import Key, Told, View, joined

POLL_S = 1.0
PANEL = "command_log"
BOARD = "command_board"
READ = "journal_read"
SAID = "journal_said"
WRITTEN = "note_text"
MOST_PEOPLE = 1_000_000
WHY = "incident"
PREFIX = "intake_"


@dataclass(frozen=True)
class Journal:
    """The journal as this viewer may use it."""

    onemap: OneMap
    store: Store
    viewer: Viewer
    words: Catalogue

    @property
    def author(self) -> Author:
        """Return who writes."""
        return Author(self.viewer.subject or LOCAL, WHY)

    @property
    def scope(self) -> Scope:
        """Return what the viewer may write."""
        return scope_of(self.viewer, areas_of(self.onemap))

    @property
    def why_not(self) -> str:
        """Return why this viewer writes nothing, "" where they may."""
        if allowed(self.viewer, journal.ENTRY, "write"):
            return ""
        return self.words.text("Your role may read the log, not write it.")


@dataclass(frozen=True)
class Reading:
    """What the journal held at a mark; read anew only when the mark changes."""

    mark: str
    case: str
    incident: journal.OpenIncident | None
    entries: tuple[journal.Entry, ...]


def open_journal(onemap: OneMap, words: Catalogue) -> Journal:
    """Return the journal of the district's register.

    Raises:
        UserError: where the register does not answer.

    """
    store = access.register(onemap)
    return Journal(onemap, store, access.viewer(store), words)


@st.fragment(run_every=POLL_S)
def log_part(onemap: OneMap, brief: SituationBrief, view: View) -> None:
    """Draw who is told and the log; it reads what others wrote without a hand."""
    try:
        book = open_journal(onemap, view.words)
        _take(book, brief, pending_act(PANEL))
        read = reading(book, session.scene().case)
    except UserError as error:
        st.html(_faults(error, view))
        return
    log = Log(
        read.incident,
        read.entries,
        due_reports(read.incident, session.now()) if read.incident else (),
        read.mark,
        book.why_not,
    )
    told = replace(view, told=told_of(read.entries))
    may_tell = read.incident is not None and not book.why_not
    live_panel(
        Markup('<section class="tiles beside">{}{}</section>').format(
            calls_tile(brief, told, may_tell=may_tell) if brief.calls else "",
            log_tile(log, told),
        ),
        key=PANEL,
    )
    with st.container(key="sw_log_do"):
        _forms(book, brief, read, view)


def reading(book: Journal, case: str) -> Reading:
    """Return the log of the case, read again only when anything was written since."""
    mark = journal.board_mark(book.store)
    kept = st.session_state.get(READ)
    if isinstance(kept, Reading) and (kept.mark, kept.case) == (mark, case):
        return kept
    found = journal.board(book.store, closed=True) if case else ()
    incident = next((one for one in found if one.id == case), None)
    entries = journal.read_log(book.store, case) if incident else ()
    made = Reading(mark, case, incident, entries)
    st.session_state[READ] = made
    return made


def told_of(entries: tuple[journal.Entry, ...]) -> Mapping[Key, Told]:
    """Return when each body was told and answered, as clock times."""
    return {
        (one.layer, one.record): Told(
            sent=clock(one.sent) if one.sent else "",
            acknowledged=clock(one.acknowledged) if one.acknowledged else "",
        )
        for one in journal.told(entries)
    }


def _take(book: Journal, brief: SituationBrief, act: Act | None) -> None:
    """Write what was pressed: a body told, a body that answered, a report made."""
    case = session.scene().case
    if act is None or not case or book.why_not:
        return
    try:
        if act.verb in {"sent", "acknowledged"}:
            _tell(book, brief, case, act)
        elif act.verb == "report":
            _report(book, brief, case, act.value)
    except UserError as error:
        st.session_state[SAID] = _first(error)


def _tell(book: Journal, brief: SituationBrief, case: str, act: Act) -> None:
    layer, _, record = act.value.partition("|")
    call = next((call for call in brief.calls if (call.layer, call.id) == (layer, record)), None)
    if call is None:
        return
    state: journal.CallState = "sent" if act.verb == "sent" else "acknowledged"
    body = (call.layer, call.id, call.name)
    at = session.now()
    entry = journal.call_entry(case, body, state, at=at, who=book.author.who)
    journal.tell(book.store, book.author, entry, scope=book.scope)


def _report(book: Journal, brief: SituationBrief, case: str, key: str) -> None:
    read, of = reading(book, case), stage(key)
    text = report_text(paper_case(book, brief, read), of, book.author.who)
    made = journal.Entry("", case, "report", session.now(), book.author.who, text, stage=of.key)
    journal.report(book.store, book.author, made, scope=book.scope)


def paper_case(book: Journal, brief: SituationBrief, read: Reading) -> Case:
    """Return what a paper is drawn from, with the telephones this viewer may have."""
    return Case(
        onemap=book.onemap,
        brief=brief,
        at=session.now(),
        catalogue=book.words,
        incident=read.incident,
        log=read.entries,
        phones=phones(book.store, book.onemap, book.viewer, sheet_keys(brief)),
        head=read.mark,
    )


def _forms(book: Journal, brief: SituationBrief, read: Reading, view: View) -> None:
    """Draw the sheet to print, and either the intake or what to add to the log."""
    said = st.session_state.pop(SAID, None)
    if isinstance(said, Sentence):
        st.html(Markup('<span class="tag bad">▲ {}</span>').format(view.word(said)))
    st.download_button(
        view.text("A4 sheet"),
        data=lambda: situation_sheet(paper_case(book, brief, read)).encode(),
        file_name=f"situation-{session.now():%Y%m%d-%H%M%S}.html",
        mime="text/html",
        on_click="ignore",
        key="sheet_file",
    )
    if book.why_not:
        return
    # Two places, so that the one that was open does not stay open as the other.
    intake, add = st.container(), st.container()
    if read.incident is None:
        with intake, st.popover(view.text("＋ Take report")):
            _intake_form(book, brief, view)
    else:
        with add, st.popover(view.text("＋ Add")):
            _note_form(book, view)


def _intake_form(book: Journal, brief: SituationBrief, view: View) -> None:
    with st.form("intake", clear_on_submit=True, border=False):
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
        st.checkbox(view.text("Exercise"), key=f"{PREFIX}drill")
        st.form_submit_button(
            view.text("Begin the log"), type="primary", on_click=_open, args=(book, brief)
        )


def _open(book: Journal, brief: SituationBrief) -> None:
    """Enter the incident with what the page knows of it."""
    scene, kept = session.scene(), st.session_state
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
    _written(lambda: session.change(case=_opened(book, intake)))


def _opened(book: Journal, intake: journal.Intake) -> str:
    at = session.now()
    return journal.open_incident(book.store, book.author, intake, at=at, scope=book.scope)


def _note_form(book: Journal, view: View) -> None:
    verbs = {
        "note": view.text("Noted"), "decide": view.text("Decision"),
        "close": view.text("Close the case"),
    }  # fmt: skip
    with st.form("note", clear_on_submit=True, border=False):
        st.radio(
            view.text("What to add"),
            list(verbs),
            format_func=verbs.__getitem__,
            horizontal=True,
            key="note_kind",
            label_visibility="collapsed",
        )
        st.text_area(view.text("In words"), key=WRITTEN, max_chars=journal.LONGEST)
        st.form_submit_button(view.text("Write down"), type="primary", on_click=_note, args=(book,))


def _note(book: Journal) -> None:
    verbs: dict[str, Callable[..., object]] = {
        "note": journal.note, "decide": journal.decide, "close": journal.close,
    }  # fmt: skip
    verb = verbs.get(str(st.session_state.get("note_kind")), journal.note)
    text = str(st.session_state.get(WRITTEN) or "")
    case = session.scene().case
    _written(lambda: verb(book.store, book.author, case, text, at=session.now(), scope=book.scope))


def _written(write: Callable[[], object]) -> None:
    """Write, and keep for the next drawing why it could not be."""
    try:
        write()
    except UserError as error:
        st.session_state[SAID] = _first(error)


def _first(error: UserError) -> Sentence:
    words = language.current()
    told = " ".join(words.word(fault.problem) for fault in error.faults)
    return say("Not entered: {told}", told=told)


def _faults(error: UserError, view: View) -> Markup:
    rows = joined(
        Markup('<p class="empty warn">▲ {}</p>').format(view.word(fault.problem))
        for fault in error.faults
    )
    return Markup(
        '<section class="tiles beside"><section class="card tile"><header><h3>{}</h3></header>'
        "{}</section></section>"
    ).format(view.text("Log"), rows)


@st.fragment(run_every=POLL_S)
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
        return
    act = pending_act(BOARD)
    chosen = next((one for one in found if act and act.value == one.id and one.at_deg), None)
    if chosen is not None:
        session.take_case(chosen)
        st.rerun()
    titles = {key: language.title(kind, view.words) for key, kind in INCIDENT_KINDS.items()}
    live_panel(board_table(found, titles, view), key=BOARD)
