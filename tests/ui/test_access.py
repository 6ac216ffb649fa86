"""Whom to call on the pages: masked, shown by one press, noted in the chain, never left behind."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from desks.onemap import OneMap, load_onemap
from desks.register.accounts import Account, account_of, set_account
from desks.register.contacts import personal_of
from desks.register.opening import open_register
from geodata.faults import Fault, UserError
from geodata.store import Author, Store
from language import Catalogue, say
from ui import access, login, session
from ui.pages import controls, lists
from ui.panels.markup import Contact, View, phone

OpenApp = Callable[[Path], AppTest]
ASK = """
import streamlit as st
from ui import access, district, language
onemap = district.open_district(district.folder(), language.current())
access.ask(onemap, ("team", "T1"))
found = access.contacts(onemap, [("team", "T1"), ("team", "T2")])
st.session_state["found"] = found
st.session_state["said"] = access.notice()
"""


@pytest.fixture(scope="module")
def town(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the town: these tests write who asked for which number."""
    return Path(shutil.copytree(town, tmp_path_factory.mktemp("access") / "town"))


@pytest.fixture(scope="module")
def onemap(town: Path) -> OneMap:
    return load_onemap(town)


@pytest.fixture
def store(town: Path) -> Iterator[Store]:
    with open_register(town) as opened:
        yield opened


@pytest.fixture
def numbers(onemap: OneMap, store: Store) -> set[str]:
    """Return every personal text of the district that is long enough to be told apart."""
    keys = [(layer, i) for layer, rows in onemap.records.items() for i in rows.ids]
    found = personal_of(store, keys).values()
    return {text for columns in found for text in columns.values() if len(text) > 2}


@pytest.fixture
def logged_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a way to be somebody else: who logged in with that address."""

    def become(subject: str) -> None:
        monkeypatch.setattr(login, "configured", lambda: True)
        monkeypatch.setattr(login, "subject", lambda: subject)
        monkeypatch.setattr(login, "admitted", lambda _words: True)
        monkeypatch.setattr(login, "leave", lambda _words: None)

    return become


def sent(app: AppTest) -> str:
    """Return everything the page sent to the browser."""
    found: list[str] = []

    def walk(node: object) -> None:
        for child in getattr(node, "children", {}).values():
            found.append(str(getattr(child, "proto", "")))
            found.append(str(getattr(getattr(child, "proto", None), "body", "")))
            walk(child)

    walk(app.main)
    return "\n".join(found)


def incident(app: AppTest) -> AppTest:
    app.query_params["at"] = "113.0,23.0"
    return app.run()


def unmaskings(store: Store) -> int:
    return len(store.events(kinds=["unmask"]))


def test_no_page_sends_a_number_nobody_asked_for(
    town: Path, open_app: OpenApp, numbers: set[str]
) -> None:
    """Row S0-24: masked by default, on the brief's call list as on page 一览."""
    assert len(numbers) > 5
    app = incident(open_app(town))
    assert not app.exception
    text = sent(app)
    assert "555-••••" in text
    assert not [number for number in numbers if number in text]


def test_one_press_shows_every_number_until_the_incident_is_closed(
    town: Path, open_app: OpenApp, store: Store, numbers: set[str]
) -> None:
    before = unmaskings(store)
    app = incident(open_app(town))
    app.button(key="open_numbers").click().run()
    assert not app.exception
    shown = [number for number in numbers if number in sent(app)]
    assert shown
    assert "open_numbers" not in {button.key for button in app.button}
    access._clerk().submit(int).result()  # what was given to the clerk before is written
    assert unmaskings(store) == before + 1
    event = store.events(kinds=["unmask"])[-1]
    assert event.who == "local"
    assert "113.0" in event.why
    assert ["team", "T1"] in [list(key) for key in event.after["records"]]
    app.button(key="close_incident").click().run()
    again = incident(app)
    assert not [number for number in numbers if number in sent(again)]


def test_asking_again_writes_nothing_anew(town: Path, open_app: OpenApp, store: Store) -> None:
    app = incident(open_app(town))
    app.button(key="open_numbers").click().run()
    access._clerk().submit(int).result()
    before = unmaskings(store)
    app.run()
    app.run()
    access._clerk().submit(int).result()
    assert unmaskings(store) == before


def _asked(town: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("SHOUWANG_DISTRICT", str(town))
    app = AppTest.from_string(ASK, default_timeout=60).run()
    assert not app.exception
    return app


def test_one_number_is_shown_after_it_is_noted(
    town: Path, monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    before = len(store.history("team", "T1"))
    app = _asked(town, monkeypatch)
    found = app.session_state["found"]
    assert found["team", "T1"].phone == "555-0101"
    assert not found["team", "T1"].masked
    assert found["team", "T2"].masked
    assert len(store.history("team", "T1")) == before + 1


def _full(*_told: object, **_more: object) -> None:
    raise UserError([Fault("register", say("The disk is full."), say("Free some space."))])


def test_without_a_log_there_is_no_number_while_nothing_happens(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "unmask", _full)
    app = _asked(town, monkeypatch)
    assert app.session_state["found"]["team", "T1"].masked
    assert "could not be written into the log" in str(app.session_state["said"])


def test_in_an_incident_a_full_disk_withholds_no_number(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A life weighs more than a line of the log; that the line is missing is said."""
    monkeypatch.setattr(access, "unmask", _full)
    monkeypatch.setenv("SHOUWANG_DISTRICT", str(town))
    app = AppTest.from_string(ASK, default_timeout=60)
    app.session_state[session.SCENE] = session.Scene(at=(113.0, 23.0))
    app.run()
    assert app.session_state["found"]["team", "T1"].phone == "555-0101"
    assert "could not be written into the log" in str(app.session_state["said"])


def test_a_register_that_does_not_answer_leaves_the_brief(
    town: Path, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(town).run()
    monkeypatch.setattr(access, "personal_for", _full)
    incident(app)
    assert not app.exception
    text = sent(app)
    assert "data-route" in text
    assert Catalogue.load("zh").text("no phone on file") in text
    told = Catalogue.load("zh").text("The register does not give the numbers: {told}")
    assert told.partition("{")[0] in text


@pytest.mark.parametrize("role", ["viewer", "auditor"])
def test_who_may_not_call_gets_no_button_and_no_number(
    town: Path,
    open_app: OpenApp,
    store: Store,
    logged_in: Callable[[str], None],
    numbers: set[str],
    role: str,
) -> None:
    subject = f"{role}@example.test"
    _account(store, subject, role)
    logged_in(subject)
    app = open_app(town)
    app.session_state[access.OPENED] = access.Opened()
    app.session_state[access.UNMASKED] = frozenset({("team", "T1")})
    incident(app)
    assert not app.exception
    text = sent(app)
    assert not [number for number in numbers if number in text]
    assert '<button type="button" class="tel' not in text
    assert "open_numbers" not in {button.key for button in app.button}
    before = unmaskings(store)
    access._clerk().submit(int).result()
    assert unmaskings(store) == before


def test_whoever_is_on_duty_calls_everyone(
    town: Path, open_app: OpenApp, store: Store, logged_in: Callable[[str], None], numbers: set[str]
) -> None:
    _account(store, "duty@example.test", "viewer", on_duty=True)
    logged_in("duty@example.test")
    app = incident(open_app(town))
    app.button(key="open_numbers").click().run()
    assert not app.exception
    assert [number for number in numbers if number in sent(app)]


def test_the_top_bar_says_who_it_is_and_as_what(
    town: Path, open_app: OpenApp, store: Store, logged_in: Callable[[str], None]
) -> None:
    _account(store, "duty@example.test", "auditor", on_duty=True)
    logged_in("duty@example.test")
    assert "名字 · 审计员 · 当班" in sent(open_app(town).run())


def _account(store: Store, subject: str, role: str, *, on_duty: bool = False) -> None:
    made = account_of(subject, "名字", role, "", (), on_duty=on_duty)
    assert isinstance(made, Account)
    set_account(store, Author("test", "test"), made)


def test_a_press_on_a_masked_cell_of_a_register_asks_for_it(
    onemap: OneMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(access, "ask", lambda _onemap, key: asked.append(key))
    spec = next(spec for spec in onemap.layers_for("responder") if spec.key == "team")
    state = {"w": {"selection": {"cells": [(1, "联系电话")]}}}
    monkeypatch.setattr(lists.st, "session_state", state)
    lists._take_row(onemap, "w", spec, ("T1", "T2"))
    assert asked == [("team", "T2")]
    state["w"] = {"selection": {"cells": [(0, "名称")]}}
    lists._take_row(onemap, "w", spec, ("T1", "T2"))
    assert asked == [("team", "T2")]


@pytest.mark.parametrize("may", [True, False])
def test_a_masked_number_is_a_button_for_who_may_and_no_link(may: bool) -> None:  # noqa: FBT001
    hostile = ("team", '"><script>alert(1)</script>')
    view = View(Catalogue.load("en"))
    view = replace(
        view, contacts={hostile: Contact("林••", "555-••••", masked=True, may_unmask=may)}
    )
    drawn = str(phone(view, hostile))
    assert "555-••••" in drawn
    assert "href" not in drawn
    assert ("<button" in drawn) is may
    assert ("data-unmask" in drawn) is may
    assert "<script" not in drawn


def test_the_row_of_controls_asks_who_is_there(onemap: OneMap) -> None:
    assert access.may_open(onemap)
    assert controls.controls.__doc__
