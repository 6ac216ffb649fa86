"""The log on page 指挥 while the register refuses: nothing twice, nothing lost, nothing as real."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from desks.command import journal
from desks.onemap import OneMap, load_onemap
from desks.register.opening import open_register
from desks.register.roles import Viewer
from geodata.faults import Fault, UserError
from geodata.store import Store
from language import Catalogue, say
from tests.ui import answers, fakes
from ui import session
from ui.live_panel import Act
from ui.pages import command_live, command_log, command_resume, command_wind
from ui.pages.command_book import SAID, Journal, written

ENGLISH = Catalogue.load("en")
AT = (113.0, 23.0)


class Refusing:
    """A register that refuses the writes of these numbers, the first being 1."""

    def __init__(self, store: Store, *numbers: int) -> None:
        """Keep which."""
        self.store, self.numbers, self.writes = store, numbers, 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        """Return what the store has."""
        return getattr(self.store, name)

    def edit(self, *what: Any, **how: Any) -> object:  # noqa: ANN401 - as the store's
        """Refuse, or write."""
        self.writes += 1
        if self.writes in self.numbers:
            problem = say("The register is busy; nothing was changed.")
            raise UserError([Fault("register.sqlite", problem, say("Try again in a moment."))])
        return self.store.edit(*what, **how)


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Return a plain dictionary in the place of Streamlit's session."""
    kept: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


@pytest.fixture
def onemap(town: Path, tmp_path: Path) -> OneMap:
    return load_onemap(Path(shutil.copytree(town, tmp_path / "own")))


@pytest.fixture
def store(onemap: OneMap) -> Iterator[Store]:
    with open_register(onemap.folder) as opened:
        yield opened


def book_of(onemap: OneMap, store: object) -> Journal:
    return Journal(onemap, store, Viewer("local", "administrator"), ENGLISH)  # type: ignore[arg-type]


def kinds(store: Store, case: str) -> list[str]:
    return [entry.kind for entry in journal.read_log(store, case)]


@pytest.mark.parametrize("refused", [1, 2])
def test_a_refused_intake_is_not_in_the_register_and_opens_once(
    onemap: OneMap, store: Store, state: dict[str, object], refused: int
) -> None:
    """The second press opened a second incident, for the first was in the register all along."""
    session.set_incident(AT)
    session.report(wind_from_deg=70.0, wind_ms=2.0)
    book = book_of(onemap, Refusing(store, refused))
    intake = journal.Intake(session.now(), AT, said="液氯泄漏")
    while not session.scene().case:
        state.pop(SAID, None)
        written(lambda: session.change(case=command_log._opened(book, intake)))
        assert (SAID in state) == (not journal.board(store))
    assert [one.id for one in journal.board(store)] == [session.scene().case]
    assert sorted(kinds(store, session.scene().case)) == ["intake", "wind"]


def test_a_live_wind_that_was_refused_is_written_at_the_next_drawing(
    onemap: OneMap, store: Store, state: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = book_of(onemap, Refusing(store, 2))
    monkeypatch.setattr(command_live, "open_journal", lambda *_: book)
    session.set_incident(AT)
    session.change(case=command_log._opened(book, journal.Intake(session.now(), AT)))
    draw(onemap)
    session.report(wind_from_deg=90.0, wind_ms=3.0)
    draw(onemap)
    assert SAID in state
    assert kinds(store, session.scene().case) == ["intake"]
    draw(onemap)
    draw(onemap)
    assert kinds(store, session.scene().case) == ["intake", "wind"]


def test_what_becomes_live_after_the_end_is_refused_once(
    onemap: OneMap, store: Store, state: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No later press can write it, so the page does not say so at each drawing."""
    book = book_of(onemap, store)
    monkeypatch.setattr(command_live, "open_journal", lambda *_: book)
    session.set_incident(AT)
    case = session.change(case=command_log._opened(book, journal.Intake(session.now(), AT))).case
    journal.close(store, book.author, case, "移交", at=session.now())
    draw(onemap)
    session.report(wind_from_deg=90.0, wind_ms=3.0)
    draw(onemap)
    assert state.pop(SAID, None) is not None
    draw(onemap)
    assert SAID not in state


def draw(onemap: OneMap) -> None:
    command_live.keep_live(onemap, session.scene(), ENGLISH)


def note_page() -> None:
    """Draw the form of a line over the register that the test keeps."""
    import streamlit as st  # noqa: PLC0415 - AppTest runs this text alone

    from language import Catalogue  # noqa: PLC0415
    from ui.pages import command_log as page  # noqa: PLC0415
    from ui.panels.markup import View  # noqa: PLC0415

    book = st.session_state["book"]
    page._note_form(book, View(Catalogue.load("en")))


def intake_page() -> None:
    """Draw the form of the intake over the register that the test keeps."""
    import streamlit as st  # noqa: PLC0415 - AppTest runs this text alone

    from language import Catalogue  # noqa: PLC0415
    from tests.ui import fakes  # noqa: PLC0415
    from ui.pages import command_log as page  # noqa: PLC0415
    from ui.panels.markup import View  # noqa: PLC0415

    book = st.session_state["book"]
    mark = page.reading(book, "").mark
    page._intake_form(book, fakes.brief(), mark, View(Catalogue.load("en")))


def form(page: Any, book: Journal, case: str = "") -> AppTest:  # noqa: ANN401 - a function
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["book"] = book
    app.session_state[session.SCENE] = session.Scene(at=AT, clicked=session.now(), case=case)
    return app.run()


def opened(book: Journal) -> str:
    intake = journal.Intake(session.now(), AT)
    return journal.open_incident(book.store, book.author, intake, at=session.now())


def test_a_refused_line_stays_typed_and_an_entered_one_does_not(
    onemap: OneMap, store: Store
) -> None:
    """Row S2-3: the browser emptied the form though nothing of it was entered."""
    book = book_of(onemap, Refusing(store, 2))
    case = opened(book)
    app = form(note_page, book, case)
    assert not app.get("form")[0].proto.form.clear_on_submit
    app.radio(command_log.VERB).set_value("decide")
    app.text_area(command_log.WRITTEN).set_value("疏散 500 米")
    app.button[0].click().run()
    assert SAID in app.session_state
    assert app.text_area(command_log.WRITTEN).value == "疏散 500 米"
    assert app.radio(command_log.VERB).value == "decide"
    app.button[0].click().run()
    assert app.text_area(command_log.WRITTEN).value == ""
    assert app.radio(command_log.VERB).value == "note"
    assert kinds(store, case) == ["intake", "decision"]
    app.text_area(command_log.WRITTEN).set_value("疏散 500 米")
    app.button[0].click().run()
    assert kinds(store, case) == ["intake", "decision", "note"]


def test_a_refused_intake_stays_typed_and_an_entered_one_does_not(
    onemap: OneMap, store: Store
) -> None:
    book = book_of(onemap, Refusing(store, 1))
    app = form(intake_page, book)
    assert not app.get("form")[0].proto.form.clear_on_submit
    typed = {"said": "液氯泄漏", "caller": "张三丰", "phone": "13800001234"}
    for name, said in typed.items():
        field = app.text_area if name == "said" else app.text_input
        field(f"{command_log.PREFIX}{name}").set_value(said)
    app.number_input(f"{command_log.PREFIX}hurt").set_value(2)
    app.button[0].click().run()
    assert SAID in app.session_state
    assert [one.value for one in (*app.text_area, *app.text_input)] == [*typed.values()]
    assert [one.value for one in app.number_input] == [2, None]
    app.button[0].click().run()
    assert [one.value for one in (*app.text_area, *app.text_input)] == ["", "", ""]
    assert [one.value for one in app.number_input] == [None, None]
    (entered,) = journal.board(store)
    assert (entered.said, entered.hurt_people) == ("液氯泄漏", 2)
    assert app.session_state[session.SCENE].case == entered.id


def test_a_second_press_on_the_same_form_enters_nothing_more(
    onemap: OneMap, store: Store, state: dict[str, object]
) -> None:
    """Two presses before the page answers are two calls with what the first one sent."""
    book, brief = book_of(onemap, store), fakes.brief()
    session.set_incident(AT)
    for _ in range(2):
        state[f"{command_log.PREFIX}said"] = "液氯泄漏"
        command_log._open(book, brief, "mark")
    assert len(journal.board(store)) == 1
    for number, text in ((0, "增援"), (0, "增援"), (0, ""), (1, "增援"), (0, "增援两队")):
        state[command_log.WRITTEN] = text
        command_log._note(book, number)
    assert SAID not in state
    assert kinds(store, session.scene().case) == ["intake", "note", "note", "note"]


def test_no_line_is_refused_or_put_before_the_last_for_a_clock_set_back(
    onemap: OneMap, store: Store, state: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows S2-3 and S3-9: a correction of 3 s hid the wind and refused true answers."""
    book, brief = book_of(onemap, store), answers.brief()
    for page in (command_live, command_log, command_resume, command_wind):
        monkeypatch.setattr(page, "open_journal", lambda *_: book)
    noon = session.now().replace(microsecond=0)
    monkeypatch.setattr(session, "now", lambda: noon)
    session.set_incident(AT)
    case = session.change(case=opened(book)).case
    draw(onemap)
    session.report(wind_from_deg=70.0, wind_ms=2.0)
    draw(onemap)
    command_log._take(book, brief, Act("sent", "department|c1"))
    monkeypatch.setattr(session, "now", lambda: noon - timedelta(seconds=3))
    (found,) = command_wind._known(onemap, session.scene(), ENGLISH)[:1]
    assert found is not None
    other = session.take_case(journal.board(store)[0], found)
    assert (other.wind_from_deg, other.wind_ms) == (70.0, 2.0)
    draw(onemap)
    session.report(wind_from_deg=90.0)
    draw(onemap)
    command_log._take(book, brief, Act("acknowledged", "department|c1"))
    state[command_log.WRITTEN] = "增援"
    command_log._note(book, 0)
    assert SAID not in state
    assert kinds(store, case) == ["intake", "wind", "call", "wind", "call", "note"]
    times = [entry.at for entry in journal.read_log(store, case)]
    assert len(set(times[1:])) == len(times) - 1
    (found,) = command_wind._known(onemap, session.scene(), ENGLISH)[:1]
    assert found is not None
    assert found.from_deg == 90.0
