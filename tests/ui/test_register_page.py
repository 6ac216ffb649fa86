"""Page 登记 run whole, without a browser: every tab, each act a hand can do, what is refused."""

import html
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from streamlit.testing.v1 import AppTest

from desks.register.opening import open_register
from desks.spelling import spell
from geodata.store import Author, Change, Feature
from tests.ui.test_pages import bodies, text
from ui.pages import register_hand as hand

Opened = Callable[..., AppTest]
PAGE = """
from ui import district, language
from ui.pages.register import register
register(district.open_district(district.folder(), language.current()))
"""
TABS = ("table", "map", "import", "truth", "campaign", "ledger", "history")


@pytest.fixture
def folder(town: Path, tmp_path: Path) -> Path:
    """Return a copy of the town that a test may write to."""
    return Path(shutil.copytree(town, tmp_path / "town"))


@pytest.fixture
def opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Return a way to open the page on a tab, with whatever the address says."""
    return _opening(folder, monkeypatch)


@pytest.fixture
def looked(town: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Return a way to open the page of the town that all tests share, which nobody writes to."""
    return _opening(town, monkeypatch)


def _opening(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    def open_tab(tab: str, **asked: str) -> AppTest:
        monkeypatch.setenv("SHOUWANG_DISTRICT", str(folder))
        app = AppTest.from_string(PAGE, default_timeout=60)
        app.query_params["tab"] = tab
        for key, value in asked.items():
            app.query_params[key] = value
        return app.run()

    return open_tab


def did(app: AppTest, panel: str, verb: str, **what: Any) -> AppTest:  # noqa: ANN401 - what a browser sends
    """Run the page as after an act in that panel; the act is gone in the next run."""
    app.session_state[panel] = {"act": {"verb": verb, "value": "", "text": "", **what}}
    app.run()
    assert not app.exception
    app.session_state[panel] = {}
    return app


def drawn(app: AppTest) -> str:
    """Return the HTML of the page and of its live panels."""
    found = [bodies(app)]

    def walk(node: object) -> None:
        for child in getattr(node, "children", {}).values():
            raw = getattr(getattr(child, "proto", None), "json", "")
            if raw:
                found.append(str(json.loads(raw).get("html", "")))
            walk(child)

    walk(app.main)
    return "\n".join(found)


def read(app: AppTest) -> str:
    return html.unescape(text(drawn(app)))


def rows(folder: Path, layer: str) -> tuple[Feature, ...]:
    with open_register(folder) as store:
        return store.read(layer)


def pick(app: AppTest, record: str) -> AppTest:
    return did(app, "reg_table", "pick", value=record)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_in_each_language(looked: Opened, tab: str, lang: str) -> None:
    app = looked(tab, lang=lang)
    assert not app.exception
    assert app.session_state["reg_tab"] == tab
    assert "nan" not in read(app).lower().split()


def test_an_unknown_tab_and_layer_show_the_first(looked: Opened) -> None:
    app = looked("<script>", layer="../etc")
    assert not app.exception
    assert app.session_state["reg_tab"] == "table"
    assert "应急救援队伍" in read(app)


def test_the_address_keeps_tab_and_layer(looked: Opened) -> None:
    app = did(looked("table"), "reg_table", "layer", text="shelter")
    assert app.query_params["layer"] in ("shelter", ["shelter"])
    assert app.session_state[hand.LAYER] == "shelter"


def test_the_table_finds_by_name_pinyin_width_and_synonym(looked: Opened, town: Path) -> None:
    """Search forgives pinyin, width and 避护 = 避难."""
    app = did(looked("table"), "reg_table", "layer", text="shelter")
    every = rows(town, "shelter")
    name = str(every[0].props["name"])
    for asked in (name, spell(name)[0], every[0].id.lower()):
        did(app, "reg_table", "search", text=asked)
        assert f'data-value="{every[0].id}"' in drawn(app)
    did(app, "reg_table", "search", text="没有这样的名字")
    assert "没有一行" in read(app)


def test_a_record_shows_gaps_in_words_and_masks_whom_to_call(opened: Opened, folder: Path) -> None:
    team = rows(folder, "team")[0]
    with open_register(folder) as store:
        phone = store.personal("team", [team.id])[team.id]["phone"]
    app = pick(opened("table"), team.id)
    assert str(team.props["name"]) in read(app)
    assert phone not in drawn(app)
    did(app, "reg_record", "unmask", value="phone")
    assert phone in drawn(app)
    with open_register(folder) as store:
        logged = store.events(kinds=("unmask",))
    assert [(event.layer, event.id) for event in logged] == [("team", team.id)]


def test_an_edit_is_written_with_who_and_why(opened: Opened, folder: Path) -> None:
    team = rows(folder, "team")[0]
    app = did(pick(opened("table"), team.id), "reg_record", "edit")
    field(app, "people").set_value(77)
    field(app, "why").set_value("点名")
    app.button[0].click().run()
    assert not app.exception
    found = rows(folder, "team")[0]
    assert found.props["people"] == 77
    assert found.version == team.version + 1
    with open_register(folder) as store:
        last = store.history("team", team.id)[-1]
    assert last.why == "点名"
    assert last.after["props"] == {"people": 77}


def field(app: AppTest, ending: str) -> Any:  # noqa: ANN401 - any widget
    """Return the field of the form whose key ends so."""
    kinds = (app.number_input, app.text_input, app.selectbox, app.date_input, app.multiselect)
    return next(one for kind in kinds for one in kind if str(one.key).endswith(f"_{ending}"))


def test_an_untouched_form_writes_nothing(opened: Opened, folder: Path) -> None:
    team = rows(folder, "team")[0]
    app = did(pick(opened("table"), team.id), "reg_record", "edit")
    app.button[0].click().run()
    assert not app.exception
    assert rows(folder, "team")[0].version == team.version
    assert "没有差别" in read(app)


def test_a_stale_edit_stands_beside_the_newer_and_can_be_retried(
    opened: Opened, folder: Path
) -> None:
    """Row S0-8 of the store's promise: a stale edit is refused, shown, retried."""
    team = rows(folder, "team")[0]
    app = did(pick(opened("table"), team.id), "reg_record", "edit")
    with open_register(folder) as store:
        other = Change("set", "team", team.id, team.version, {"people": 5, "vehicles": 1})
        store.edit(Author("别人", "抢先"), [other])
    # The fragment still holds what was seen: the form of the older version is submitted.
    late = hand.Late(
        Change("set", "team", team.id, team.version, {"people": 77}), team, rows(folder, "team")[0]
    )
    app.session_state[hand.CLASH] = late
    app.session_state[hand.DOING] = ""
    app.run()
    assert "刚被别人改过" in read(app)
    assert "别人" in read(app)
    assert "两边都改了" in read(app)
    did(app, "reg_record", "retry")
    found = rows(folder, "team")[0]
    assert found.props["people"] == 77
    assert found.props["vehicles"] == 1


def test_whoever_keeps_what_is_on_file_changes_nothing(opened: Opened, folder: Path) -> None:
    team = rows(folder, "team")[0]
    app = pick(opened("table"), team.id)
    app.session_state[hand.CLASH] = hand.Late(
        Change("set", "team", team.id, 1, {"people": 1}), team, team
    )
    app.run()
    did(app, "reg_record", "drop")
    assert hand.CLASH not in app.session_state
    assert rows(folder, "team")[0].version == team.version


def test_verified_today_is_one_press(opened: Opened, folder: Path) -> None:
    team = rows(folder, "team")[0]
    did(pick(opened("table"), team.id), "reg_record", "verify")
    found = rows(folder, "team")[0]
    assert str(found.props["last_verified"]) > "2026"
    assert found.version == team.version + 1


def test_a_record_is_removed_and_its_story_stays(opened: Opened, folder: Path) -> None:
    team = rows(folder, "team")[0]
    app = did(pick(opened("table"), team.id), "reg_record", "remove")
    field(app, "why").set_value("撤销")
    app.button[0].click().run()
    assert not app.exception
    assert team.id not in {one.id for one in rows(folder, "team")}
    with open_register(folder) as store:
        assert [e.kind for e in store.history("team", team.id)][-1] == "remove"


def test_the_story_names_who_when_why_and_the_chain(opened: Opened, folder: Path) -> None:
    team = rows(folder, "team")[0]
    app = did(pick(opened("table"), team.id), "reg_record", "verify")
    app = did(app, "reg_record", "history")
    said = read(app)
    assert "本机操作者" in said
    assert "已核实" in said
    with open_register(folder) as store:
        assert store.history("team", team.id)[-1].hash[:16] in said


def test_a_record_is_added_with_every_required_column(opened: Opened, folder: Path) -> None:
    app = did(opened("table"), "reg_table", "add")
    field(app, "id").set_value("TEAM-NEW")
    field(app, "name").set_value("新队 <b>甲</b>")
    field(app, "kind").set_value("矿山")
    field(app, "lon").set_value(113.0)
    field(app, "lat").set_value(23.0)
    app.button[0].click().run()
    assert not app.exception
    made = next(one for one in rows(folder, "team") if one.id == "TEAM-NEW")
    assert made.props["name"] == "新队 <b>甲</b>"
    assert "<b>甲</b>" not in drawn(app)


def test_a_record_without_its_required_columns_is_refused(opened: Opened, folder: Path) -> None:
    app = did(opened("table"), "reg_table", "add")
    field(app, "id").set_value("TEAM-NEW")
    app.button[0].click().run()
    assert not app.exception
    assert "TEAM-NEW" not in {one.id for one in rows(folder, "team")}
    assert "没有写入" in read(app)


# ---- map ------------------------------------------------------------------------------------


def sent(app: AppTest, part: str) -> dict[str, Any]:
    """Return what the map was sent."""
    found: list[dict[str, Any]] = []

    def walk(node: object) -> None:
        for child in getattr(node, "children", {}).values():
            raw = getattr(getattr(child, "proto", None), "json", "")
            if raw and part in json.loads(raw):
                found.append(json.loads(raw))
            walk(child)

    walk(app.main)
    return found[0]


def test_the_map_sends_one_layer_as_whole_numbers_and_no_name(looked: Opened, town: Path) -> None:
    app = looked("map", layer="shelter")
    points = sent(app, "points")["points"]
    assert len(points["lon"]) == len(rows(town, "shelter"))
    assert all(isinstance(step, int) for step in points["lon"])
    assert str(rows(town, "shelter")[0].props["name"]) not in json.dumps(points)


def test_a_record_is_moved_by_a_click_and_a_reason(opened: Opened, folder: Path) -> None:
    team = rows(folder, "team")[0]
    app = opened("map", layer="team")
    stamp = sent(app, "points")["points"]["stamp"]
    app.session_state["reg_map"] = {"picked": {"row": 0, "stamp": stamp}}
    app.run()
    app.session_state["reg_map"] = {}
    assert app.session_state[hand.PICKED] == team.id
    app.session_state[hand.DOING] = "move"
    app.session_state["reg_map"] = {"placed": {"lon": 113.01, "lat": 22.99}}
    app.run()
    app.session_state["reg_map"] = {}
    assert not app.exception
    next(one for one in app.text_input if one.key == "reg_move_why").set_value("实地定位")
    app.button[0].click().run()
    assert not app.exception
    moved = rows(folder, "team")[0]
    assert shapely.get_coordinates(moved.shape).tolist() == [[113.01, 22.99]]
    with open_register(folder) as store:
        assert store.history("team", team.id)[-1].why == "实地定位"


def test_a_row_of_an_older_map_is_not_picked(looked: Opened) -> None:
    app = looked("map", layer="team")
    app.session_state["reg_map"] = {"picked": {"row": 0, "stamp": "of another map"}}
    app.run()
    assert hand.PICKED not in app.session_state
