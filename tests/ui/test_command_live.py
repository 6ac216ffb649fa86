"""What becomes live is written, what is turned is not; drills, teams on site, what is asked for."""

import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import streamlit as st

from desks.command import journal
from desks.command.card import card_keys
from desks.command.situation import ForeignZone, Incident
from desks.command.wind import WindReading, last_wind
from desks.onemap import load_onemap
from desks.register.opening import open_register
from desks.register.roles import Viewer
from language import Catalogue
from risk.erg_tables import ROWS_3
from tests.ui import answers, fakes
from ui import session
from ui.pages import command_live, command_matter, command_papers
from ui.pages.asking import asks_cloud, container_name, containers
from ui.pages.command_book import Journal, Reading
from ui.pages.command_live import Hand, live_entries
from ui.panels.band import band
from ui.panels.calls import calls_tile
from ui.panels.drill import drill_look
from ui.panels.markup import View
from ui.panels.on_site import coming, on_site_tile

ENGLISH = View(Catalogue.load("en"), kind="Hazmat leak", substance="Chlorine")
CHINESE = View(Catalogue.load("zh"), kind="危化品泄漏", substance="氯")
HAND = Hand("SJ-1", "林晏", fakes.TIME, Catalogue.load("zh"))
LIVE = session.Knobs(kind="hazmat_leak", wind_from_deg=70.0, wind_ms=2.0, quantity_t=1.0)


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Return a plain dictionary in the place of Streamlit's session."""
    kept: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


def text(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(markup))).strip()


# ---- the log --------------------------------------------------------------------------------


def test_a_new_wind_is_one_reading_with_its_figures_and_who() -> None:
    """Row S3-9: the reports read the wind from the log, so it stands there as figures."""
    (entry,) = live_entries(LIVE, replace(LIVE, wind_from_deg=105.0, cloud_oktas=3), HAND)
    assert (entry.kind, entry.incident, entry.who, entry.at) == (
        "wind", "SJ-1", "林晏", fakes.TIME,
    )  # fmt: skip
    reading = last_wind([entry], fakes.TIME)
    assert reading is not None
    assert (reading.from_deg, reading.speed_ms, reading.cloud_oktas) == (105.0, 2.0, 3)


def test_half_a_wind_is_written_without_figures_nobody_read() -> None:
    (entry,) = live_entries(session.Knobs(), session.Knobs(wind_from_deg=70.0), HAND)
    assert entry.text.startswith("070° ")
    assert entry.facts == {}
    assert last_wind([entry], fakes.TIME) is None


def test_other_values_are_one_line_from_what_to_what() -> None:
    after = replace(LIVE, quantity_t=2.0, container="ton_cylinders", withdrawn=(("team", "T1"),))
    (entry,) = live_entries(LIVE, after, HAND)
    assert entry.kind == "live"
    assert entry.text == "数量 1 t → 2 t · 容器 不详 → 多个吨瓶 · 撤下队伍 0 → 1"
    assert live_entries(LIVE, LIVE, HAND) == []


def test_a_turn_of_the_panel_is_never_written(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is taken as live is; the first drawing of a case writes nothing either."""
    written: list[journal.Entry] = []
    monkeypatch.setattr(journal, "write", lambda _s, _a, entries, **_: written.extend(entries))
    onemap = load_onemap(town)
    with open_register(town) as store:
        book = Journal(onemap, store, Viewer("local", "administrator"), HAND.words)
        monkeypatch.setattr(command_live, "open_journal", lambda *_: book)
        session.set_incident((113.0, 23.0))
        session.report(wind_from_deg=70.0, wind_ms=2.0)
        command_live.keep_live(onemap, session.change(case="SJ-1"), HAND.words)
        command_live.keep_live(onemap, session.change(wind_ms=5.0), HAND.words)
        assert written == []
        scene = session.scene()
        after = session.change(live=session.knobs_of(scene))
        command_live.keep_live(onemap, after, HAND.words)
        command_live.keep_live(onemap, after, HAND.words)
        assert [entry.text for entry in written] == ["070° 5 m/s"]
        assert written[0].who == book.author.who


def test_who_takes_the_case_from_the_board_gets_its_fresh_wind_and_its_drill() -> None:
    base = answers.open_incident(drill=True, at_deg=(113.0, 23.0))
    now = session.now()
    scene = session.take_case(base, WindReading(70.0, 2.0, now, "x", cloud_oktas=4))
    assert (scene.wind_from_deg, scene.wind_ms, scene.cloud_oktas) == (70.0, 2.0, 4)
    assert scene.drill
    assert session.is_live(scene)
    old = WindReading(70.0, 2.0, now - timedelta(hours=2), "x")
    assert session.take_case(base, old).wind_from_deg is None
    assert not session.close_incident().drill


# ---- a drill is unmistakable ----------------------------------------------------------------


def test_a_drill_is_said_in_bar_cell_and_title_of_both_languages() -> None:
    for view, word in ((ENGLISH, "Exercise"), (CHINESE, "演练")):
        look = str(drill_look(view))
        assert f'data-drill="【{word}】"' in look
        assert text(look).count(word) >= 6
        cell = str(band(answers.brief(), replace(view, drill=True))).partition("伤害")[0]
        assert re.search(r'class="cell what[a-z ]* drill"', cell)
        assert f">{word}</b>" in cell
        assert "drill" not in str(band(answers.brief(), view))


def test_a_second_click_within_a_drill_stays_a_drill() -> None:
    session.set_incident((113.0, 23.0))
    session.change(case="SJ-1", drill=True)
    scene = session.set_incident((113.1, 23.1))
    assert (scene.case, scene.drill) == ("", True)


# ---- teams on site --------------------------------------------------------------------------


def test_one_press_says_that_a_team_is_on_site_and_then_its_time() -> None:
    brief = fakes.brief()
    before = str(on_site_tile(brief, ENGLISH, may_tell=True))
    assert before.count('data-act="arrived"') == len(coming(brief, ENGLISH)) == 5
    there = replace(ENGLISH, arrived={("team", "T3"): "14:31:02"})
    after = str(on_site_tile(brief, there, may_tell=True))
    assert 'data-value="team|T3"' not in after
    assert text(after).startswith("On site 1 teams ✓ 3 救援3队 14:31:02")
    assert "data-act" not in str(on_site_tile(brief, there, may_tell=False))
    assert "14:31:02" in str(calls_tile(answers.brief(), there))


def test_a_team_on_site_stays_listed_where_no_road_leads_any_more() -> None:
    there = replace(ENGLISH, arrived={("team", "T6"): "14:31:02"})
    assert coming(fakes.brief(), there)[0].id == "T6"
    assert all(team.id != "T6" for team in coming(fakes.brief(), ENGLISH))


# ---- what is asked for ----------------------------------------------------------------------


def test_only_the_gases_of_table_3_ask_for_a_container() -> None:
    assert set(containers("chlorine")) == set(ROWS_3["1017"])
    assert containers("") == containers("no such") == ()
    assert containers("petrol") == ()
    assert container_name("rail_tank_car", HAND.words) == "铁路罐车"
    assert container_name("", HAND.words) == ""


def test_cloud_is_asked_for_where_air_decides() -> None:
    brief = answers.brief()
    assert asks_cloud(brief)
    for governing in ("erg", "pool_fire", "drawn", ""):
        assert not asks_cloud(replace(brief, zones=replace(brief.zones, governing=governing)))


def test_containers_and_clouds_the_browser_made_up_are_not_known(state: dict[str, object]) -> None:
    state[command_matter.CONTAINER], state[command_matter.CLOUD] = "<b>", 9
    command_matter._take_container()
    command_matter._take_cloud()
    assert (session.scene().container, session.scene().cloud_oktas) == ("", None)
    state[command_matter.CONTAINER], state[command_matter.CLOUD] = "rail_tank_car", 8
    command_matter._take_container()
    command_matter._take_cloud()
    state[command_matter.SUBSTANCE] = "ammonia"
    asked = session.incident(session.change(at=(113.0, 23.0)), lambda x, y: (x, y))
    assert isinstance(asked, Incident)
    assert (asked.container, asked.cloud_oktas) == ("rail_tank_car", 8)
    command_matter._take_substance()
    # Another substance came in another container: what was said of the first one is gone.
    assert session.scene().container == ""


def test_imported_zones_are_live_until_they_are_taken_out() -> None:
    zone = ForeignZone("a.kml", "Red", answers.SQUARE)
    session.set_incident((113.0, 23.0))
    scene = session.report(foreign=(zone,))
    assert session.is_live(scene)
    asked = session.incident(scene, lambda x, y: (x, y))
    assert asked is not None
    assert asked.foreign == (zone,)
    assert hash(session.knobs_of(scene)) == hash(session.knobs_of(session.scene()))


# ---- papers ---------------------------------------------------------------------------------


def test_cards_of_a_drill_say_so(sample_district: Path) -> None:
    district = load_onemap(sample_district)
    key = card_keys(district)[0]
    session.change(drill=True)
    with open_register(sample_district) as store:
        book = Journal(district, store, Viewer("local", "administrator"), HAND.words)
        made = command_papers.card_files(book, (key,))
        with zipfile.ZipFile(BytesIO(made)) as folder:
            assert folder.namelist() == [f"01-{key[0]}.html"]
            assert "演练 演练 演练" in folder.read(folder.namelist()[0]).decode()
        case = command_papers.paper_case(book, fakes.brief(), Reading("", "", None, ()))
        assert case.is_drill
        assert case.head == ""
        session.change(drill=False)
        assert not command_papers.paper_case(
            book, fakes.brief(), Reading("", "", None, ())
        ).is_drill
