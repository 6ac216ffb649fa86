"""Tab 历史 beyond its list: two days, two posts, changes out and in, the proof."""

import html
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from desks.register.opening import open_register
from desks.register.roles import Viewer
from geodata.store import Author, Change, open_store
from language import Catalogue
from tests.ui.fakes import HOSTILE
from tests.ui.test_register_page import did, drawn, folder, opened, read, rows
from ui import access, day
from ui.panels.markup import View
from ui.panels.register_differences import DifferenceRow, difference_table, difference_words
from ui.panels.register_posts import ConflictCard, Side, conflicts_panel
from ui.panels.register_proof import HeadLine, proof_card

__all__ = ["folder", "opened"]

Opened = Callable[..., AppTest]
VIEW = View(Catalogue.load("zh"))
THERE = Author("李示范", "现场清点")


def looked(app: AppTest, view: str) -> AppTest:
    return did(app, "reg_history_views", "history_view", value=view)


def contradict(folder: Path, tmp_path: Path, name: str = "乙队") -> Path:
    """Have two posts name a team differently; return the other post's file of changes."""
    other, file = tmp_path / "other.sqlite", tmp_path / "other.gz"
    with open_register(folder) as store:
        team = store.read("team")[0]
        store.backup(other)
        here = Change("set", "team", team.id, team.version, {"name": "甲队", "people": 5})
        store.edit(Author("周与安", "更名"), [here])
    with open_store(other) as store:
        there = Change("set", "team", team.id, team.version, {"name": name})
        store.edit(THERE, [there])
        store.export_changes(file)
    return file


def merge(folder: Path, file: Path) -> None:
    with open_register(folder) as store:
        store.import_changes(file, Author("周与安", "合并"))


def test_what_changed_between_two_days_stands_in_a_table_and_in_words(
    opened: Opened, folder: Path
) -> None:
    """S1-28, S2-20: the difference between two dates, by layer, in words and as a table."""
    team = rows(folder, "team")[0]
    with open_register(folder) as store:
        gone = Change("remove", "team", team.id, team.version)
        store.edit(Author("周与安", "撤销"), [gone])
    app = looked(opened("history"), "differences")
    said = read(app)
    assert "应急救援队伍" in said
    assert str(team.props["name"]) in said
    assert "没有变化" not in said


def test_days_in_the_wrong_order_are_a_sentence(opened: Opened) -> None:
    app = looked(opened("history"), "differences")
    since = next(one for one in app.date_input if one.key == "reg_since")
    until = next(one for one in app.date_input if one.key == "reg_until")
    until.set_value(day.today() - timedelta(days=20))
    since.set_value(day.today())
    app.run()
    assert not app.exception
    assert "晚于" in read(app)


def test_days_without_a_change_say_so(opened: Opened) -> None:
    assert "没有变化" in read(looked(opened("history"), "differences"))


def test_a_contradiction_stands_side_by_side_until_one_side_is_kept(
    opened: Opened, folder: Path, tmp_path: Path
) -> None:
    """Conflicts are listed, none is decided silently; the kept side holds."""
    merge(folder, contradict(folder, tmp_path))
    app = looked(opened("history"), "posts")
    assert "甲队" in read(app)
    assert "乙队" in read(app)
    with open_register(folder) as store:
        conflict = store.conflicts()[0]
    kept = next(e for e in (conflict.one, conflict.other) if e.who == "李示范")
    pair = conflict.one.hash[:8] + conflict.other.hash[:8]
    next(one for one in app.text_input if one.key == "reg_settle_why").set_value("当面核对")
    did(app, "reg_conflicts", "keep", value=f"{pair}|{kept.hash}")
    assert rows(folder, "team")[0].props["name"] == "乙队"
    assert rows(folder, "team")[0].props["people"] == 5
    with open_register(folder) as store:
        assert store.conflicts() == ()
        assert store.history("team", conflict.id)[-1].why == "当面核对"
    did(app, "reg_conflicts", "keep", value=f"{pair}|{kept.hash}")
    assert "已经定过" in read(app)


def test_who_may_not_write_settles_nothing(
    opened: Opened, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S0-24: the store refuses, not only the button."""
    merge(folder, contradict(folder, tmp_path))
    monkeypatch.setattr(access, "viewer", lambda _store: Viewer("访客", "viewer"))
    app = looked(opened("history"), "posts")
    assert 'data-act="keep" data-value="' in drawn(app)
    assert "disabled" in drawn(app)
    with open_register(folder) as store:
        conflict = store.conflicts()[0]
    pair = conflict.one.hash[:8] + conflict.other.hash[:8]
    did(app, "reg_conflicts", "keep", value=f"{pair}|{conflict.one.hash}")
    assert "没有写入" in read(app)
    with open_register(folder) as store:
        assert store.conflicts() == (conflict,)


@pytest.mark.parametrize("role", ["viewer", "planner", "director", "auditor"])
def test_only_an_administrator_carries_changes_with_their_keys(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    """S0-24: the file holds the key of every person."""
    app = looked(opened("history"), "posts")
    assert app.get("download_button")
    assert "同等保密" in read(app)
    monkeypatch.setattr(access, "viewer", lambda _store: Viewer("某", role))  # type: ignore[arg-type]  # a role
    app = looked(opened("history"), "posts")
    assert not app.get("download_button")
    assert not app.file_uploader
    assert "只有管理员" in read(app)


def test_changes_of_another_post_come_in_once(opened: Opened, folder: Path, tmp_path: Path) -> None:
    file = contradict(folder, tmp_path)
    app = looked(opened("history"), "posts")
    app.file_uploader[0].set_value(("席位乙.gz", file.read_bytes(), "application/gzip")).run()
    assert not app.exception
    assert "新收 0 条" not in read(app)
    assert "尚有 1 处" in read(app)
    app.file_uploader[0].set_value(("席位乙.gz", file.read_bytes(), "application/gzip")).run()
    assert "新收 0 条" in read(app)


@pytest.mark.parametrize("content", [b"", b"no gzip", b"\x1f\x8b broken"])
def test_a_file_that_holds_no_changes_is_refused_in_a_sentence(
    opened: Opened, folder: Path, content: bytes
) -> None:
    app = looked(opened("history"), "posts")
    app.file_uploader[0].set_value(("x.gz", content, "application/gzip")).run()
    assert not app.exception
    assert "没有写入" in read(app)
    with open_register(folder) as store:
        assert store.conflicts() == ()


def test_the_proof_compares_with_the_head_on_paper(opened: Opened, folder: Path) -> None:
    """The chain is proven against what was kept outside the machine."""
    with open_register(folder) as store:
        paper = store.head().hash
        team = store.read("team")[0]
        store.edit(THERE, [Change("set", "team", team.id, team.version, {"people": 9})])
    app = looked(opened("history"), "proof")
    assert "本次尚未校验" in read(app)
    for typed, said in ((paper[:16], "未被改动"), ("0" * 64, "不在任何链中"), ("", "完好")):
        next(one for one in app.text_input if one.key == "reg_paper").set_value(typed)
        next(one for one in app.button if one.key == "reg_prove").click().run()
        assert not app.exception
        assert said in read(app)


def test_who_may_not_prove_is_told_who_may(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "viewer", lambda _store: Viewer("访客", "viewer"))
    app = looked(opened("history"), "proof")
    assert not [one for one in app.button if one.key == "reg_prove"]
    assert "只有审计员或管理员" in read(app)


def test_a_past_day_is_chosen_for_every_page(opened: Opened) -> None:
    app = looked(opened("history"), "proof")
    chosen = next(one for one in app.date_input if one.key == "reg_day")
    chosen.set_value(day.today() - timedelta(days=10)).run()
    next(one for one in app.button if one.key == "reg_show_day").click().run()
    assert not app.exception
    assert app.session_state[day.KEPT] == (day.today() - timedelta(days=10)).isoformat()


def test_hostile_posts_are_inert(opened: Opened, folder: Path, tmp_path: Path) -> None:
    merge(folder, contradict(folder, tmp_path, HOSTILE))
    app = looked(opened("history"), "posts")
    assert "&lt;img" in drawn(app)
    assert "<img" not in drawn(app)
    assert "<img" not in drawn(looked(app, "differences"))


def side(**what: object) -> Side:
    made = {"key": "k", "who": "", "when": "2026-09-16", "why": "", "post": "ab",
            "columns": (("名称", HOSTILE),), "removed": False}  # fmt: skip
    return Side(**{**made, **what})  # type: ignore[arg-type]  # its own fields


def test_a_conflict_names_who_when_and_why_and_hides_nothing() -> None:
    card = ConflictCard(
        "team", "队伍", HOSTILE, "T1", (side(), side(removed=True, who="李")), may=True
    )
    drawn_card = conflicts_panel([card], 3, VIEW)
    assert "<img" not in drawn_card
    said = html.unescape(drawn_card)
    assert "本机操作者" in said
    assert "已删除" in said
    assert "3 处待定" in said
    assert "定完后还有 2 处" in said
    assert "✓" in conflicts_panel([], 0, VIEW)


def test_a_difference_leaves_zeros_out_but_not_the_sums() -> None:
    row = DifferenceRow("team", HOSTILE, "民权街道", (0, 1, 0, 0, 0, 0, 1))
    drawn_table = difference_table([row], VIEW)
    assert "<img" not in drawn_table
    assert drawn_table.count('<td class="num">0</td>') == 1
    assert drawn_table.count('<td class="num"></td>') == 4
    assert "没有变化" in difference_table([], VIEW)
    words = difference_words([HOSTILE], 7, VIEW)
    assert "<img" not in words
    assert "另有 7 行" in words


@pytest.mark.parametrize(("good", "said"), [(None, "尚未校验"), (True, "完好"), (False, "被改动")])
def test_the_head_is_written_in_groups_to_be_copied(good: bool | None, said: str) -> None:  # noqa: FBT001 - a parameter of the test
    drawn_card = proof_card(
        HeadLine("post1", 5, "0123456789abcdef", "2026-09-16"), [HOSTILE], "", VIEW, good=good
    )
    assert "01234567 89abcdef" in drawn_card
    assert said in drawn_card
    assert "<img" not in drawn_card
