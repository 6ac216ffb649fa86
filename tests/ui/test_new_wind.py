"""A new wind is offered within seconds and taken by one press, never by itself (row S3-9)."""

import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st

from desks.command import journal
from desks.command.wind import WindReading, last_wind, wind_entry
from desks.onemap import OneMap, load_onemap
from desks.register.opening import open_register
from desks.register.roles import Viewer
from desks.watch import Reading, load_rules, open_station
from geodata.store import Author
from language import Catalogue
from tests.ui import fakes
from ui import session, warned
from ui.pages import command_live, command_log, command_wind
from ui.pages.command_book import Journal
from ui.panels.markup import View
from ui.panels.new_wind import new_wind

ENGLISH = Catalogue.load("en")
NOW = fakes.TIME


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Return a plain dictionary in the place of Streamlit's session, at a time that stands."""
    kept: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", kept)
    monkeypatch.setattr(session, "now", lambda: NOW)
    return kept


def read(from_deg: float, speed_ms: float, minutes_ago: float = 0.0) -> WindReading:
    return WindReading(from_deg, speed_ms, NOW - timedelta(minutes=minutes_ago), "值班员")


def incident(*, case: str = "", said: datetime = NOW - timedelta(minutes=10)) -> session.Scene:
    """Return an incident with the wind from 70° at 2 m/s, read ten minutes ago."""
    session.set_incident((113.0, 23.0))
    session.report(wind_from_deg=70.0, wind_ms=2.0, kind="hazmat_leak")
    return session.change(wind_said=said, case=case)


@pytest.mark.parametrize(
    ("known", "offered"),
    [
        ([read(30, 4)], 30.0), ([read(30, 4, 9.9), read(40, 4, 5)], 40.0),
        # No later than the live wind, the same to who decides, unknown, of the future: not offered.
        ([read(30, 4, 10)], None), ([read(30, 4, 20)], None), ([read(79.9, 2.4)], None),
        ([read(80, 2)], 80.0), ([read(70, 2.5)], 70.0), ([None], None), ([read(30, 4, -1)], None),
    ],
)  # fmt: skip
def test_only_a_later_and_other_wind_is_offered(
    known: list[WindReading | None], offered: float | None
) -> None:
    found = command_wind.newer(incident(), known, NOW)
    assert (found.from_deg if found else None) == offered


def test_a_wind_is_offered_where_none_was_known_but_not_without_an_incident() -> None:
    session.set_incident((113.0, 23.0))
    assert command_wind.newer(session.scene(), [read(30, 4)], NOW) is not None
    assert command_wind.newer(session.scene(), [read(30, 4, 31)], NOW) is None
    assert command_wind.newer(session.close_incident(), [read(30, 4)], NOW) is None


@pytest.fixture
def offering(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Return what is known and pressed, and what was drawn, in the place of log and browser."""
    kept = SimpleNamespace(known=(read(30, 4),), act=None, drawn=[])
    monkeypatch.setattr(command_wind, "_known", lambda *_: kept.known)
    monkeypatch.setattr(command_wind, "pending_act", lambda _: kept.act)
    monkeypatch.setattr(command_wind, "live_panel", lambda made, **_: kept.drawn.append(made))
    return kept


def press(verb: str, one: WindReading) -> SimpleNamespace:
    return SimpleNamespace(verb=verb, value=command_wind._mark(one))


def shown_line(view: View = View(ENGLISH)) -> None:  # noqa: B008 - never changed
    command_wind.wind_line(None, session.scene(), view)  # type: ignore[arg-type]


def mark() -> str:
    return command_wind.wind_mark(None, ENGLISH)  # type: ignore[arg-type]


def test_the_incident_keeps_its_wind_until_somebody_presses(offering: SimpleNamespace) -> None:
    before = incident()
    assert (command_wind.take_wind(), command_wind.shown_mark()) == (before, "")
    assert mark() != command_wind.shown_mark()
    shown_line()
    assert "NNE 030° 4 m/s at 22:2" in str(offering.drawn[0])
    assert mark() == command_wind.shown_mark()
    offering.act = press("use", read(30, 4))
    session.change(quantity_t=9.0)
    after = command_wind.take_wind()
    assert (after.wind_from_deg, after.live.wind_from_deg, after.live.wind_ms) == (30.0, 30.0, 4.0)
    assert after.wind_said == NOW
    # What else was turned in the what-if panel stays turned.
    assert (after.quantity_t, after.live.quantity_t) == (9.0, None)
    shown_line()
    assert len(offering.drawn) == 1
    assert mark() == command_wind.shown_mark() == ""


def test_a_press_takes_what_the_line_showed_and_nothing_that_the_browser_made_up(
    offering: SimpleNamespace,
) -> None:
    """Between the drawing and the press another reading came: nobody saw it, so it is not taken."""
    before = incident()
    shown_line()
    offering.act = SimpleNamespace(verb="use", value="<b>999|x")
    assert command_wind.take_wind() == before
    offering.known = (read(200, 9),)
    offering.act = press("use", read(200, 9))
    assert command_wind.take_wind() == before
    offering.act = press("use", read(30, 4))
    assert command_wind.take_wind().wind_from_deg == 30.0


def test_a_mast_that_reports_each_second_does_not_draw_the_page_each_second(
    offering: SimpleNamespace,
) -> None:
    """The line stands while the wind is the same to who decides, and follows one that is not."""
    incident()
    offering.known = (read(30, 4, 1.0),)
    shown_line()
    drawn = command_wind.shown_mark()
    for from_deg, speed in ((31.0, 4.1), (26.0, 3.9), (39.9, 4.4), (21.0, 3.6)):
        offering.known = (read(from_deg, speed),)
        assert mark() == drawn
    for from_deg, speed in ((40.0, 4.0), (30.0, 4.5), (19.9, 4.0)):
        offering.known = (read(from_deg, speed),)
        assert mark() not in {drawn, ""}


def test_who_goes_on_without_it_is_asked_again_only_by_another_wind(
    offering: SimpleNamespace,
) -> None:
    scene = incident()
    shown_line()
    offering.act = press("leave", read(30, 4))
    assert command_wind.take_wind() == scene
    shown_line()
    offering.known = (read(33, 4.2),)
    shown_line()
    assert len(offering.drawn) == 1
    offering.known = (read(90, 4),)
    shown_line()
    assert len(offering.drawn) == 2
    # Another incident has not been asked yet.
    offering.known = (read(30, 4),)
    session.change(clicked=NOW + timedelta(minutes=1))
    shown_line()
    assert len(offering.drawn) == 3


@pytest.fixture
def own(town: Path, tmp_path: Path) -> Path:
    """Return a copy of the town that may be written to."""
    return Path(shutil.copytree(town, tmp_path / "own"))


def test_a_wind_of_the_log_is_offered_and_its_taking_is_no_second_reading(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reading of 14:05 that is taken at 14:20 must not look as if it were read at 14:20."""
    onemap = load_onemap(own)
    with open_register(own) as store:
        author = Author("值班员", "incident")
        intake = journal.Intake(time=NOW, at_deg=(113.0, 23.0), kind="hazmat_leak")
        case = journal.open_incident(store, author, intake, at=NOW - timedelta(minutes=15))
        logged = replace(read(30, 4, 5), who=author.who)
        journal.write(store, author, [wind_entry(case, logged)])
        book = Journal(onemap, store, Viewer("local", "administrator"), ENGLISH)
        for page in (command_live, command_log, command_wind):
            monkeypatch.setattr(page, "open_journal", lambda *_: book)
        command_live.keep_live(onemap, incident(case=case), ENGLISH)
        (found,) = command_wind._known(onemap, session.scene(), ENGLISH)
        assert found == logged
        before = command_log._log_mark(onemap, View(ENGLISH))
        command_live.keep_live(onemap, session.take_wind(found), ENGLISH)
        assert command_log._log_mark(onemap, View(ENGLISH)) != before
        lines = journal.read_log(store, case)
        assert last_wind(lines, NOW) == logged
        assert [(one.kind, one.text) for one in lines[-1:]] == [("live", "Wind taken: 030° 4 m/s")]


def test_a_wind_of_a_mast_is_offered_and_logged_as_old_as_it_is(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    onemap: OneMap = load_onemap(own)
    station = open_station(own, load_rules())
    at = NOW - timedelta(minutes=3)
    station.take([Reading("hazard", "X1", "wind_from", 30.0, "°", at),
                  Reading("hazard", "X1", "wind_speed", 4.0, "m/s", at)])  # fmt: skip
    monkeypatch.setattr(warned, "_station", lambda _: station)
    monkeypatch.setattr(warned, "has_station", lambda _: True)
    (_, found) = command_wind._known(onemap, incident(), ENGLISH)
    assert found is not None
    assert (found.from_deg, found.speed_ms, found.at, found.where) == (30.0, 4.0, at, "X1")
    scene = session.take_wind(found)
    hand = command_live.Hand("SJ-1", "林晏", NOW, ENGLISH)
    (entry,) = command_live.live_entries(session.Knobs(), scene.live, hand)[:1]
    assert command_live._dated(entry, scene).at == at


def test_the_line_is_escaped_and_short() -> None:
    mast = replace(read(355, 3.25), where="<i>" + "甲" * 500)
    made = str(new_wind(mast, '"><b>', View(Catalogue.load("zh"))))
    assert "<i>" not in made
    assert "<b>" not in made
    assert made.count("甲") < 50
    assert "355°" in made
    assert made.count("<button") == 2
