"""Pages run whole, without a browser: calm, incident, nobody, hostile names, English, registers."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from desks.command.situation import SituationBrief
from desks.onemap import OneMap, load_onemap
from desks.register.contacts import personal_of
from desks.register.opening import open_register
from language import Catalogue
from layers import CATALOG
from tests.ui import fakes
from ui import feed, language, records, session
from ui.pages import command as page
from ui.pages import lists as lists_page
from ui.panels.markup import View

OpenApp = Callable[[Path], AppTest]
LISTS = """
from ui import district, language
from ui.pages.lists import lists
lists(district.open_district(district.folder(), language.current()))
"""


@pytest.fixture(scope="module")
def onemap(town: Path) -> OneMap:
    return load_onemap(town)


def bodies(app: AppTest) -> str:
    """Return all HTML of the page, style sheets left out."""
    found: list[str] = []

    def walk(node: object) -> None:
        for child in getattr(node, "children", {}).values():
            found.append(str(getattr(getattr(child, "proto", None), "body", "")))
            walk(child)

    walk(app.main)
    return "\n".join(found)


def text(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup))


def middle(onemap: OneMap) -> tuple[float, float]:
    west, south, east, north = onemap.extent_m
    return onemap.to_degrees((west + east) / 2, (south + north) / 2)


def with_incident(app: AppTest, at: tuple[float, float], **changed: object) -> AppTest:
    scene = session.Scene(at=at, clicked=fakes.TIME, seq=1)
    app.session_state[session.SCENE] = replace(scene, **changed)  # type: ignore[arg-type]
    return app


def test_calm_page_shows_what_is_on_file(town: Path, open_app: OpenApp) -> None:
    app = open_app(town).run()
    assert not app.exception
    words = text(bodies(app))
    assert "登记在册 队伍" in words
    assert "示范数据" in words
    assert 'data-state="calm"' in bodies(app)
    assert "十秒看懂" not in bodies(app)


def test_incident_page_ranks_every_team(town: Path, open_app: OpenApp, onemap: OneMap) -> None:
    app = with_incident(open_app(town), middle(onemap)).run()
    assert not app.exception
    drawn = bodies(app)
    teams = [s.key for s in onemap.layers_for("responder") if s.ranked]
    names = [name for key in teams for name in onemap.records[key].names]
    assert names
    for name in names:
        assert name in drawn
    assert "事件 14:22:20" in text(drawn)
    assert "nan" not in text(drawn).lower()


def test_address_sets_the_incident(town: Path, open_app: OpenApp, onemap: OneMap) -> None:
    app = open_app(town)
    app.query_params["at"] = "{:.5f},{:.5f}".format(*middle(onemap))
    app.run()
    assert not app.exception
    assert 'data-state="incident"' in bodies(app)


@pytest.mark.parametrize("asked", ["", "113", "a,b", "nan,23", "inf,1", "113,23,4", "200,23"])
def test_address_that_is_no_place_is_no_incident(asked: str) -> None:
    assert session.asked_in_address(asked) is None


def test_incident_far_outside_is_said_in_words(town: Path, open_app: OpenApp) -> None:
    app = with_incident(open_app(town), (100.0, 30.0)).run()
    assert not app.exception
    assert "区外" in text(bodies(app))
    assert "到不了" in text(bodies(app))


def patched(monkeypatch: pytest.MonkeyPatch, onemap: OneMap, brief: SituationBrief) -> None:
    """Let the page answer with this brief, its points moved into the district."""
    west, south, _, _ = onemap.extent_m
    at = (west, south)
    moved = replace(
        brief,
        responders=tuple(replace(r, at=at, route=None) for r in brief.responders),
        nearby={
            key: tuple(replace(row, at=at) for row in rows) for key, rows in brief.nearby.items()
        },
    )
    monkeypatch.setattr(page, "situation_brief", lambda _onemap, _incident: moved)


def test_nobody_registered_and_nobody_able_to_come(
    town: Path, open_app: OpenApp, onemap: OneMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    patched(monkeypatch, onemap, fakes.brief(responders=()))
    app = with_incident(open_app(town), middle(onemap)).run()
    assert not app.exception
    assert "没有登记队伍" in text(bodies(app))
    patched(monkeypatch, onemap, fakes.brief(responders=(fakes.unreachable(1),)))
    app = with_incident(open_app(town), middle(onemap)).run()
    assert not app.exception
    assert "到不了" in text(bodies(app))


def test_hostile_names_are_inert_on_the_whole_page(
    town: Path, open_app: OpenApp, onemap: OneMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    brief = fakes.brief(
        responders=(fakes.responder(1, name=fakes.HOSTILE),),
        nearby={"depot": (fakes.nearby("depot", 1, name=fakes.HOSTILE),)},
        place=fakes.place(community=fakes.HOSTILE),
    )
    patched(monkeypatch, onemap, brief)
    app = with_incident(open_app(town), middle(onemap), label=fakes.HOSTILE).run()
    assert not app.exception
    drawn = bodies(app)
    assert "&lt;img src=x onerror=" in drawn
    assert "<img" not in drawn
    assert drawn.count("<script>") == 1  # the clock, a constant


def test_english_page_translates_labels_and_keeps_the_data(
    town: Path, open_app: OpenApp, onemap: OneMap
) -> None:
    app = open_app(town)
    app.query_params["lang"] = "en"
    with_incident(app, middle(onemap)).run()
    assert not app.exception
    words = text(bodies(app))
    for label in ("Sample data", "First fit team", "Teams", "Shelters", "Why this order?"):
        assert label in words
    assert "首支合适队伍" not in words


def test_language_switch_is_a_control(town: Path, open_app: OpenApp) -> None:
    app = open_app(town).run()
    assert "登记在册" in bodies(app)
    app.session_state[language.CHOICE] = "en"
    app.run()
    assert not app.exception
    assert "On the register" in bodies(app)


def test_kind_and_hour_change_the_question(town: Path, open_app: OpenApp, onemap: OneMap) -> None:
    app = with_incident(open_app(town), middle(onemap), hour=3).run()
    assert not app.exception
    assert "事件 03:00:00" in text(bodies(app))
    assert "推演" in text(bodies(app))
    app.button_group(key="incident_kind").set_value("hazmat_leak").run()
    assert not app.exception
    assert app.session_state[session.SCENE].live.kind == "hazmat_leak"
    assert "危化品泄漏" in text(bodies(app))


def test_substance_and_quantity_are_asked_where_the_kind_asks_for_them(
    town: Path, open_app: OpenApp, onemap: OneMap
) -> None:
    """Row S2-1: a leak of a named substance draws its zones, counts people, names who is told."""
    app = with_incident(open_app(town), middle(onemap), kind="traffic").run()
    assert "incident_substance" not in [box.key for box in app.selectbox]
    app = with_incident(open_app(town), middle(onemap), kind="hazmat_leak").run()
    app.selectbox(key="incident_substance").set_value("chlorine").run()
    app.number_input(key="incident_quantity").set_value(1.0).run()
    assert not app.exception
    scene = app.session_state[session.SCENE]
    assert (scene.live.substance, scene.live.quantity_t) == ("chlorine", 1.0)
    said = text(bodies(app))
    assert "氯泄漏" in said
    assert "伤害到多远" in said
    assert "区内人数" in said
    assert "1 t" in said


def test_a_what_if_is_told_against_the_live_values(
    town: Path, open_app: OpenApp, onemap: OneMap
) -> None:
    live = session.Knobs(
        kind="hazmat_leak", substance="chlorine", quantity_t=1.0, wind_from_deg=0.0, wind_ms=3.0
    )
    turned = vars(live) | {"quantity_t": 8.0}
    app = with_incident(open_app(town), middle(onemap), live=live, **turned).run()
    assert not app.exception
    said = bodies(app)
    assert 'class="delta framed"' in said
    assert "推演" in text(said)


def test_closure_is_compared_and_can_be_lifted(
    town: Path, open_app: OpenApp, onemap: OneMap
) -> None:
    west, south, east, north = onemap.extent_m
    corners = ((west, south), (east, south), (east, north), (west, north))
    ring = tuple(onemap.to_degrees(*corner) for corner in corners)
    app = with_incident(open_app(town), middle(onemap), closed=(ring,)).run()
    assert not app.exception
    assert 'class="changed"' in bodies(app)
    assert "到不了了" in text(bodies(app))
    app.button(key="reopen_0").click().run()
    assert not app.exception
    assert app.session_state[session.SCENE].closures == 0
    assert 'class="changed"' not in bodies(app)


def test_closing_the_incident_returns_to_calm(
    town: Path, open_app: OpenApp, onemap: OneMap
) -> None:
    app = with_incident(open_app(town), middle(onemap)).run()
    app.button(key="close_incident").click().run()
    assert not app.exception
    assert 'data-state="calm"' in bodies(app)


def test_missing_district_is_a_sentence_with_the_command(open_app: OpenApp, tmp_path: Path) -> None:
    app = open_app(tmp_path / "nowhere").run()
    assert not app.exception
    assert "无法显示本区" in bodies(app)
    assert "python cli.py sample" in bodies(app)


def test_half_a_district_names_the_missing_file(
    open_app: OpenApp, town: Path, tmp_path: Path
) -> None:
    half = tmp_path / "half"
    half.mkdir()
    (half / "district.toml").write_bytes((town / "district.toml").read_bytes())
    app = open_app(half).run()
    assert not app.exception
    assert "network.npz" in bodies(app)
    assert "cli.py sample" not in bodies(app)  # it would overwrite what is left of the district


def test_feed_holds_no_phone(onemap: OneMap) -> None:
    made = json.dumps(feed.made(onemap, "x", Catalogue.load("zh")).payload(), ensure_ascii=False)
    keys = [(k, i) for k, rows in onemap.records.items() for i in rows.ids]
    with open_register(onemap.folder) as store:
        found = personal_of(store, keys)
    assert found
    for columns in found.values():
        assert not [text for text in columns.values() if text in made]


def test_every_column_of_a_layer_has_its_own_title() -> None:
    for lang in ("zh", "en"):
        words = Catalogue.load(lang)
        for spec in CATALOG:
            titles = [language.column_title(column, words) for column in spec.columns]
            assert len(set(titles)) == len(titles), spec.key


def test_registers_draw_every_layer(
    town: Path, onemap: OneMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUWANG_DISTRICT", str(town))
    for key in onemap.records:
        app = AppTest.from_string(LISTS, default_timeout=60)
        app.session_state[lists_page.LAYER] = key
        app.run()
        assert not app.exception, key
        assert "合得上" in bodies(app)
        assert len(app.dataframe[0].value) == len(onemap.records[key].ids)


def test_filter_that_finds_nothing_says_so(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUWANG_DISTRICT", str(town))
    app = AppTest.from_string(LISTS, default_timeout=60).run()
    app.text_input(key=lists_page.FILTER).set_value("没有这个名字").run()
    assert not app.exception
    assert not app.dataframe
    assert "没有一行" in bodies(app)


def test_counts_on_screen_equal_the_registers(sample_district: Path) -> None:
    """Rows S0-1, S0-2, S1-16, S1-30: what page 一览 counts is what is on file."""
    onemap = load_onemap(sample_district)
    words = Catalogue.load("zh")
    counts = {
        "depot": 51, "team": 12, "expert": 64, "plan": 420, "department": 27, "shelter": 300,
        "declared_risk": 307, "community": 175, "village": 18,
    }  # fmt: skip
    for key, total in counts.items():
        shown = lists_page.opened(onemap, key, "", words)
        assert shown.counts.total == total, key
        assert shown.counts.sums_up
        assert len(shown.table) == total
    parts = {
        ("declared_risk", "申报等级"): {"重点": 116, "较大": 71, "一般": 120},
        ("mini_station", "类型"): {"社区": 139, "重点单位": 139},
        ("grid_cell", "层级"): {"大": 22, "中": 175, "小": 500},
    }
    for (key, title), values in parts.items():
        shown = lists_page.opened(onemap, key, "", words)
        assert {b.title: dict(b.parts) for b in shown.breakdowns}[title] == values


def test_picked_record_shows_facts_and_whom_to_call(onemap: OneMap) -> None:
    view = View(Catalogue.load("en"))
    key = "depot" if "depot" in onemap.records else next(iter(onemap.records))
    record_id = onemap.records[key].ids[0]
    detail = records.detail(onemap, (key, record_id), view)
    assert detail is not None
    assert "Phone" in dict(detail.rows)
    assert records.detail(onemap, (key, "no such id"), view) is None
    assert records.detail(onemap, ("no such layer", "x"), view) is None
