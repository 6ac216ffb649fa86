"""Page 登记 run whole, without a browser: every tab, each act a hand can do, what is refused."""

import html
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely
from streamlit.testing.v1 import AppTest

from desks.register.ledger import read_ledger
from desks.register.opening import open_register
from desks.register.roles import Viewer
from desks.spelling import spell
from desks.stock import balances
from geodata.store import Author, Change, Feature
from tests.ui.fakes import HOSTILE
from tests.ui.test_pages import bodies, text
from ui import access
from ui.pages import register_hand as hand
from ui.pages import register_trial as trials

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
def test_every_tab_opens_in_each_language(opened: Opened, tab: str, lang: str) -> None:
    app = opened(tab, lang=lang)
    assert not app.exception
    assert app.session_state["reg_tab"] == tab
    assert "nan" not in read(app).lower().split()


def test_an_unknown_tab_and_layer_show_the_first(opened: Opened) -> None:
    app = opened("<script>", layer="../etc")
    assert not app.exception
    assert app.session_state["reg_tab"] == "table"
    assert "应急救援队伍" in read(app)


def test_the_address_keeps_tab_and_layer(opened: Opened) -> None:
    app = did(opened("table"), "reg_table", "layer", text="shelter")
    assert app.query_params["layer"] in ("shelter", ["shelter"])
    assert app.session_state[hand.LAYER] == "shelter"


def test_the_table_finds_by_name_pinyin_width_and_synonym(opened: Opened, folder: Path) -> None:
    """Search forgives pinyin, width and 避护 = 避难."""
    app = did(opened("table"), "reg_table", "layer", text="shelter")
    every = rows(folder, "shelter")
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


def test_the_map_sends_one_layer_as_whole_numbers_and_no_name(opened: Opened, folder: Path) -> None:
    app = opened("map", layer="shelter")
    points = sent(app, "points")["points"]
    assert len(points["lon"]) == len(rows(folder, "shelter"))
    assert all(isinstance(step, int) for step in points["lon"])
    assert str(rows(folder, "shelter")[0].props["name"]) not in json.dumps(points)


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


def test_a_row_of_an_older_map_is_not_picked(opened: Opened) -> None:
    app = opened("map", layer="team")
    app.session_state["reg_map"] = {"picked": {"row": 0, "stamp": "of another map"}}
    app.run()
    assert hand.PICKED not in app.session_state


# ---- import ---------------------------------------------------------------------------------


def workbook(folder: Path, **changed: Any) -> bytes:  # noqa: ANN401 - cells of the first row
    """Return the teams of the register as a table of ours, the first row changed."""
    lines = []
    for number, team in enumerate(rows(folder, "team")):
        lon, lat = shapely.get_coordinates(team.shape)[0]
        cells = {
            "编号": team.id, "名称": team.props["name"], "队伍类型": team.props["kind"],
            "人数": team.props.get("people", ""), "经度": lon, "纬度": lat,
        }  # fmt: skip
        lines.append(cells | (changed if number == 0 else {}))
    heads = list(lines[0])
    text_rows = [",".join(str(line[head]) for head in heads) for line in lines]
    return "\n".join([",".join(heads), *text_rows]).encode("utf-8-sig")


@pytest.fixture
def trial(opened: Opened, folder: Path) -> Callable[..., AppTest]:
    """Return a way to upload a table of teams."""

    def upload(**changed: Any) -> AppTest:  # noqa: ANN401 - cells of the first row
        app = opened("import")
        next(one for one in app.selectbox if one.key == "reg_import_layer").set_value("team")
        app.run()
        app.file_uploader[0].set_value(("队伍.csv", workbook(folder, **changed), "text/csv"))
        app.run()
        assert not app.exception
        return app

    return upload


def test_a_rehearsal_counts_rows_that_add_up_and_writes_nothing(
    trial: Callable[..., AppTest], folder: Path
) -> None:
    before = rows(folder, "team")
    app = trial(人数="４４人")
    found = app.session_state[trials.TRIAL]
    assert trials.tally_of(found.rehearsal).sums_up
    assert trials.tally_of(found.rehearsal).read == len(before)
    assert "只读不写" in read(app)
    assert rows(folder, "team") == before


def test_the_button_says_how_many_and_why_it_is_off(
    trial: Callable[..., AppTest], folder: Path
) -> None:
    app = trial(人数="99")
    write = next(one for one in app.button if one.key == "reg_write")
    assert write.disabled
    assert "为何" in read(app)
    app.session_state[trials.TRIAL] = confirmed(app.session_state[trials.TRIAL])
    next(one for one in app.text_input if one.key == "reg_why").set_value("年度核实")
    app.run()
    write = next(one for one in app.button if one.key == "reg_write")
    assert not write.disabled
    write.click().run()
    assert not app.exception
    assert rows(folder, "team")[0].props["people"] == 99
    with open_register(folder) as store:
        assert "年度核实" in store.history("team", rows(folder, "team")[0].id)[-1].why
    assert trials.TRIAL not in app.session_state


def confirmed(kept: trials.Trial) -> trials.Trial:
    """Return the trial with every mend adopted."""
    return replace(kept, adopted=frozenset(range(len(kept.rehearsal.defects))))


def test_the_same_file_twice_has_nothing_to_write(
    trial: Callable[..., AppTest], folder: Path
) -> None:
    app = trial()
    kept = app.session_state[trials.TRIAL]
    assert kept.rehearsal.changed == kept.rehearsal.added == 0
    app.session_state[trials.TRIAL] = confirmed(kept)
    app.run()
    assert next(one for one in app.button if one.key == "reg_write").disabled
    assert "没有可入库的行" in read(app)
    del folder


def test_a_mend_that_is_not_adopted_holds_its_row_back(trial: Callable[..., AppTest]) -> None:
    app = trial(人数="４４人")
    kept = app.session_state[trials.TRIAL]
    number = next(
        n for n, d in enumerate(kept.rehearsal.defects) if d.row == 2 and d.weight == "auto"
    )
    all_in = confirmed(kept)
    app.session_state[trials.TRIAL] = all_in
    app.run()
    assert len(trials.going_in(all_in)) == 1
    did(app, "reg_defects", "adopt", value=str(number), on=False)
    assert trials.going_in(app.session_state[trials.TRIAL]) == ()
    did(app, "reg_defects", "adopt_all")
    assert len(trials.going_in(app.session_state[trials.TRIAL])) == 1


def test_a_file_that_is_no_table_is_refused_in_a_sentence(opened: Opened) -> None:
    app = opened("import")
    app.file_uploader[0].set_value(("../../x.xlsx", b"PK not a workbook", "application/zip")).run()
    assert not app.exception
    assert trials.TRIAL not in app.session_state
    assert "没有写入" in read(app)


def test_the_file_given_back_is_not_kept(trial: Callable[..., AppTest]) -> None:
    app = trial()
    path = app.session_state[trials.TRIAL].path
    assert path.exists()
    assert path.parent.name.startswith("shouwang-import-")
    did(app, "reg_datum", "datum", value="back")
    assert not path.exists()
    assert trials.TRIAL not in app.session_state


# ---- truth, campaign, ledger, history --------------------------------------------------------


def test_a_score_opens_the_records_behind_it(opened: Opened) -> None:
    app = opened("truth")
    assert "可信度分" in read(app)
    did(app, "reg_truth", "truth_view", value="six")
    for title in ("种类齐全", "数量丰富", "分布合理", "数据真实", "管理得当", "调度得力"):
        assert title in read(app)


def test_a_campaign_is_begun_and_ticked_off(opened: Opened, folder: Path) -> None:
    """Row S0-7: who checks what by when; a tick sets the date of verification with it."""
    app = opened("campaign")
    next(one for one in app.text_input if one.label == "名称").set_value("秋季核实")
    next(one for one in app.text_input if one.label == "由谁核实").set_value("示范员")
    app.button[0].click().run()
    assert not app.exception
    with open_register(folder) as store:
        tasks = store.read("task")
    assert tasks
    app.run()
    assert "秋季核实" in read(app)
    task = tasks[0]
    did(app, "reg_tasks", "tick", value=task.id)
    with open_register(folder) as store:
        done = store.find("task", task.id)
        record = store.find(str(task.props["layer"]), str(task.props["record"]))
    assert done is not None
    assert done.props["outcome"] == "confirmed"
    assert record is not None
    assert record.props["last_verified"] == done.props["done_on"]


def test_an_issue_leaves_the_ledger_balanced(opened: Opened, folder: Path) -> None:
    """Row S0-6: stock before = after + issued."""
    app = opened("ledger")
    with open_register(folder) as store:
        before = read_ledger(store).movements
    next(one for one in app.text_input if one.key == "reg_move_quantity").set_value("1")
    next(one for one in app.text_input if one.key == "reg_move_use").set_value("渡口")
    next(one for one in app.button if one.key == "reg_move_enter").click().run()
    assert not app.exception
    with open_register(folder) as store:
        after = read_ledger(store).movements
    assert len(after) == len(before) + 1
    assert after[-1].to_account == "use:渡口"
    held = balances(after)
    assert sum(held.values()) == 0
    assert "✓ 平" in read(app)
    did(app, "reg_book", "reverse", value=after[-1].id)
    with open_register(folder) as store:
        assert read_ledger(store).movements[-1].reverses == after[-1].id


def test_more_than_a_depot_holds_is_refused(opened: Opened, folder: Path) -> None:
    app = opened("ledger")
    next(one for one in app.text_input if one.key == "reg_move_quantity").set_value("999999999")
    next(one for one in app.text_input if one.key == "reg_move_use").set_value("渡口")
    next(one for one in app.button if one.key == "reg_move_enter").click().run()
    assert not app.exception
    assert "没有写入" in read(app)
    with open_register(folder) as store:
        assert all(m.to_account != "use:渡口" for m in read_ledger(store).movements)


def test_the_history_lists_the_last_changes_and_opens_one(opened: Opened, folder: Path) -> None:
    team = rows(folder, "team")[0]
    with open_register(folder) as store:
        store.edit(Author("周与安", "换装备"), [Change("set", "team", team.id, 1, {"people": 3})])
    app = opened("history")
    assert "周与安" in read(app)
    did(app, "reg_log", "story", value=f"team|{team.id}")
    assert "换装备" in read(app)


def test_the_history_tells_a_subdistrict_nothing_of_anothers_residents(
    opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row S1-33: neither the log nor a story that is asked for by a guessed id."""
    own = rows(folder, "subdistrict")[0].id
    with open_register(folder) as store:
        elsewhere = shapely.Point(100, 30)
        add = Change(
            "add", "vulnerable_resident", "V-91", props={"name": "守密户"}, shape=elsewhere
        )
        store.edit(Author("别街办事员", "核实病情"), [add])
    for viewer, seen in (
        (Viewer("办事员", "editor", subdistrict=own), False),
        (Viewer("管理员", "administrator"), True),
    ):
        monkeypatch.setattr(access, "viewer", lambda _store, who=viewer: who)
        app = opened("history")
        assert ("V-91" in read(app)) == seen
        did(app, "reg_log", "story", value="vulnerable_resident|V-91")
        assert ("核实病情" in read(app)) == seen


def test_a_viewer_reads_and_changes_nothing(
    opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row S0-24: rights are enforced where data is written, not only where a button is drawn."""
    team = rows(folder, "team")[0]
    monkeypatch.setattr(access, "viewer", lambda _store: Viewer("访客", "viewer"))
    app = pick(opened("table"), team.id)
    assert 'data-act="edit"' not in drawn(app)
    assert 'data-act="add"' not in drawn(app)
    did(app, "reg_record", "verify")
    assert "没有写入" in read(app)
    did(app, "reg_record", "unmask", value="phone")
    with open_register(folder) as store:
        assert store.find("team", team.id).version == team.version  # type: ignore[union-attr]
        assert not store.events(kinds=("unmask",))


def test_hostile_names_are_inert_in_every_tab(opened: Opened, folder: Path) -> None:
    team = rows(folder, "team")[0]
    with open_register(folder) as store:
        evil = Change("set", "team", team.id, team.version, {"name": HOSTILE, "address": HOSTILE})
        store.edit(Author(HOSTILE, HOSTILE), [evil])
    for tab in ("table", "map", "history", "truth"):
        app = opened(tab, layer="team")
        assert not app.exception
        assert "<img" not in drawn(app)
        assert "<script>" not in drawn(app)
    app = pick(opened("table"), team.id)
    assert "&lt;img" in drawn(app)
    assert "<img" not in drawn(did(app, "reg_record", "history"))
