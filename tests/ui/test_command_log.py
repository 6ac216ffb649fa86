"""The log on page 指挥 while the register refuses: nothing twice, nothing lost, nothing as real."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from desks.command import journal
from desks.onemap import OneMap, load_onemap
from desks.register.opening import open_register
from desks.register.roles import Viewer
from geodata.faults import Fault, UserError
from geodata.store import Store
from language import Catalogue, say
from ui import session
from ui.pages import command_live, command_log
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
