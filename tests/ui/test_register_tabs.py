"""Tabs of page 登记 beside the table: truth, campaign, ledger, history, and who may do what."""

from pathlib import Path

import pytest
import shapely

from desks.register.ledger import read_ledger
from desks.register.opening import open_register
from desks.register.roles import Viewer
from desks.stock import balances
from geodata.store import Author, Change
from tests.ui.fakes import HOSTILE
from tests.ui.test_register_page import (
    Opened,
    did,
    drawn,
    folder,
    opened,
    pick,
    read,
    rows,
)
from ui import access

__all__ = ["folder", "opened"]


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
