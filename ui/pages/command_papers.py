"""出件: the papers of the incident in hand, one step away, each made when it is asked for."""

import io
import zipfile
from collections.abc import Callable

import streamlit as st
from markupsafe import Markup

from desks.command.bulletins import bulletin
from desks.command.cap import FORBIDDEN, cap_alert
from desks.command.card import CardCase, record_card
from desks.command.case import Case, Key
from desks.command.log_time import line_time
from desks.command.phones import phones, sheet_keys
from desks.command.reporting import report_text, stage
from desks.command.reporting_rules import reporting_rules
from desks.command.sheet import situation_sheet
from desks.command.situation import SituationBrief
from desks.command.stored import proposal_at
from desks.register.masking import personal_for
from ui import session
from ui.panels.markup import View

from .command_book import Journal, Reading
from .lazy import menu

COLOUR = "paper_colour"
SENDER = "paper_sender"
SENDER_KEPT = "paper_sender_kept"
PLANS = 3
MOMENT = "%Y%m%d-%H%M%S"

Making = Callable[[], str | bytes]


def paper_case(book: Journal, brief: SituationBrief, read: Reading) -> Case:
    """Return what a paper is drawn from, with the telephones this viewer may have."""
    return Case(
        onemap=book.onemap,
        brief=brief,
        at=line_time(read.entries, session.now()),
        catalogue=book.words,
        incident=read.incident,
        log=read.entries,
        phones=phones(book.store, book.onemap, book.viewer, sheet_keys(brief)),
        drill=session.scene().drill,
        head=read.mark,
    )


def papers(book: Journal, brief: SituationBrief, read: Reading, view: View) -> None:
    """Draw the one quiet menu of all papers; in an exercise every file is named one."""
    menu(view.text("Papers"), lambda: _papers(book, brief, read, view), key="do_papers")


def _papers(book: Journal, brief: SituationBrief, read: Reading, view: View) -> None:
    def case() -> Case:
        return paper_case(book, brief, read)

    _file(view, view.text("Situation sheet A4"), "situation.html",
          lambda: situation_sheet(case()))  # fmt: skip
    with st.container(horizontal=True):
        for key, of in reporting_rules().stages.items():
            title = of.title_zh if view.words.language == "zh" else of.title_en
            _file(view, title, f"report-{key}.txt", _report(case, key, book.author.who))
    cards = card_keys(book, brief)
    if cards:
        label = view.text("Cards of source and plans {count}", count=len(cards))
        _file(view, label, "cards.zip", lambda: card_files(book, cards))
    _warning(view, case)


def _report(case: Callable[[], Case], key: str, who: str) -> Making:
    return lambda: report_text(case(), stage(key), who)


def _warning(view: View, case: Callable[[], Case]) -> None:
    """Draw colour and sender, and the warning as a text and as CAP 1.2."""
    colours = reporting_rules().colours
    chinese = view.words.language == "zh"
    key = st.selectbox(
        view.text("Warning"),
        list(colours),
        key=COLOUR,
        format_func=lambda key: colours[key].title_zh if chinese else colours[key].title_en,
    )
    colour = key if key in colours else next(iter(colours))
    _file(view, view.text("Warning bulletin"), f"bulletin-{colour}.txt",
          lambda: bulletin(case(), colour).text)  # fmt: skip
    st.session_state.setdefault(SENDER, st.session_state.get(SENDER_KEPT, ""))
    typed = st.text_input(
        view.text("Sender's address, for CAP"),
        key=SENDER,
        placeholder="duty@office.example",
        max_chars=80,
    )
    sender = (typed or "").strip()
    st.session_state[SENDER_KEPT] = sender
    good = bool(sender) and not FORBIDDEN & set(sender)
    if sender and not good:
        said = view.text("The sender must be an address without blanks, commas, < and &.")
        st.html(Markup('<span class="tag bad">▲ {}</span>').format(said))
    _file(view, "CAP 1.2", f"cap-{colour}.xml", lambda: cap_alert(case(), colour, sender),
          off=not good)  # fmt: skip


def _file(view: View, label: str, name: str, make: Making, *, off: bool = False) -> None:
    """Draw one paper to take along; it is made when it is asked for."""
    mark = view.text("EXERCISE-") if session.scene().drill else ""
    stem, _, ending = name.rpartition(".")
    st.download_button(
        label,
        data=lambda: _bytes(make()),
        file_name=f"{mark}{stem}-{session.now().strftime(MOMENT)}.{ending}",
        on_click="ignore",
        key=f"paper_{name}",
        disabled=off,
    )


def _bytes(made: str | bytes) -> bytes:
    return made.encode() if isinstance(made, str) else made


def card_keys(book: Journal, brief: SituationBrief) -> tuple[Key, ...]:
    """Return the source of risk at the incident and the first plans that apply."""
    proposal = proposal_at(book.onemap, brief.incident)
    source = [(proposal.layer, proposal.id)] if proposal is not None else []
    plans = [("plan", plan.id) for plan in brief.plan_cards[:PLANS]]
    return (*source, *plans)


def card_files(book: Journal, keys: tuple[Key, ...]) -> bytes:
    """Return a ZIP of the cards, with persons and telephones as this viewer may have them."""
    found = personal_for(book.store, book.onemap, book.viewer, keys)
    case = CardCase(
        book.onemap, book.words, session.now(),
        personal={key: own.columns for key, own in found.items()},
        drill=session.scene().drill,
    )  # fmt: skip
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as folder:
        for number, (layer, record) in enumerate(keys, start=1):
            folder.writestr(f"{number:02d}-{layer}.html", record_card(case, layer, record))
    return made.getvalue()
