"""Page 演练: before T0 number, day and hash only; then what control released, read by a press."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from markupsafe import escape
from streamlit.testing.v1 import AppTest

from desks import outbox
from desks.outbox import Notice, Released
from desks.register.opening import open_register
from desks.register.roles import Viewer
from geodata.store import Author
from language import Catalogue
from tests.payloads import PAYLOADS
from tests.ui.test_pages import bodies
from ui import access
from ui.live_panel import Act
from ui.pages import exercise as page
from ui.panels.exercise import Drilled, after, clock, exercise_page, told_bar
from ui.panels.markup import View

OpenApp = Callable[[Path], AppTest]
ZH, EN = (View(Catalogue.load(language)) for language in ("zh", "en"))
CONTROL = Author("导调", "exercise")
HASH = "5b8e" * 16
T0 = datetime(2026, 9, 16, 6, 0, tzinfo=UTC)
SEALED = Notice("2026-03", "2026-09-01", HASH)
RUNNING = replace(SEALED, state="running", started=T0.isoformat())
ONE = Released("2026-03", "i1", "液氯泄漏", "指挥部", (T0 + timedelta(seconds=542)).isoformat())
TWO = Released("2026-03", "i2", "风向转变", "", (T0 + timedelta(seconds=600)).isoformat())
DRAWN = page._fragment.__wrapped__  # type: ignore[attr-defined]
"""What the page's fragment runs."""

PAGE = """
from pathlib import Path
from types import SimpleNamespace
import streamlit as st
from ui.pages.exercise import exercise
exercise(SimpleNamespace(folder=Path(st.session_state["folder"])))
"""


@pytest.fixture
def folder(town: Path, tmp_path: Path) -> Path:
    """Return the folder of a district of the test's own."""
    return Path(shutil.copytree(town, tmp_path / "district"))


def publish(folder: Path, *notices: Notice, injects: tuple[Released, ...] = ()) -> None:
    """Let control announce and release."""
    with open_register(folder) as store:
        for notice in notices:
            outbox.publish(store, CONTROL, notice)
        for one in injects:
            outbox.release(store, CONTROL, one)


def opened(folder: Path, words: str = "zh") -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=60)
    app.session_state["folder"] = str(folder)
    app.query_params["lang"] = words
    return app


def panel(folder: Path, monkeypatch: pytest.MonkeyPatch, act: Act | None = None) -> str:
    """Return what the page's panel draws, after this was done in it."""
    drawn: list[str] = []
    monkeypatch.setattr(page, "pending_act", lambda key: act if key == page.PANEL else None)
    monkeypatch.setattr(page, "live_panel", lambda markup, key: drawn.append(f"{key}{markup}"))
    DRAWN(SimpleMap(folder))
    return drawn[0]


@dataclass(frozen=True)
class SimpleMap:
    """A district of which only the folder is asked for."""

    folder: Path


# ---- the markup ------------------------------------------------------------------------------
def test_before_t0_there_is_number_day_and_hash_and_nothing_else() -> None:
    """Row S0-5: a sealed drill shows what is on the paper beside it, and no look of an exercise."""
    drawn = exercise_page(Drilled(None, sealed=(SEALED,)), ZH)
    assert "2026-03" in drawn
    assert "2026-09-01 封存" in drawn
    assert HASH in drawn.replace(" ", "")
    assert "开始（T0）之前不发布任何内容" in drawn
    assert "data-act" not in drawn
    assert told_bar(Drilled(None, sealed=(SEALED,)), ZH) == ""


def test_where_nothing_was_announced_the_page_says_what_it_is_for() -> None:
    assert "目前没有已公告的演练" in exercise_page(Drilled(None), ZH)
    assert "No exercise is announced" in exercise_page(Drilled(None), EN)


def test_injects_stand_newest_first_with_whom_they_are_for_and_when() -> None:
    drawn = exercise_page(Drilled(RUNNING, (ONE, TWO), may=True), ZH)
    assert drawn.index("风向转变") < drawn.index("液氯泄漏")
    assert "致：指挥部" in drawn
    assert "致：全体" in drawn
    assert "T+9′02″" in drawn
    assert drawn.count('data-act="read"') == 2
    assert 'data-value="2026-03/i1"' in drawn
    assert "未读 2 条" in drawn


def test_who_read_it_and_when_stands_in_place_of_the_press() -> None:
    read = replace(ONE, answered=(T0 + timedelta(seconds=560)).isoformat(), by="lin@example.cn")
    drawn = exercise_page(Drilled(RUNNING, (read, TWO), may=True), ZH)
    assert "lin@example.cn" in drawn
    assert clock(read.answered) in drawn
    assert drawn.count('data-act="read"') == 1
    assert "未读 1 条" in drawn


def test_who_may_not_write_is_told_and_offered_no_press() -> None:
    drawn = exercise_page(Drilled(RUNNING, (ONE,), may=False), ZH)
    assert "data-act" not in drawn
    assert "可以阅读，不能签收" in drawn


@pytest.mark.parametrize("state", ["ended", "aborted"])
def test_what_is_over_is_acknowledged_no_more(state: str) -> None:
    drawn = exercise_page(Drilled(replace(RUNNING, state=state), (ONE,), may=True), ZH)
    assert "data-act" not in drawn
    assert "液氯泄漏" in drawn
    assert "data-since" not in drawn, "the clock of the drill stands still"


def test_an_abort_is_shouted_on_the_page_and_on_every_other() -> None:
    """中止（真实警情): said first, in words, and the bar looks like no exercise any more."""
    aborted = Drilled(replace(RUNNING, state="aborted"), (ONE,))
    for view, word in ((ZH, "真实警情"), (EN, "REAL emergency")):
        drawn = exercise_page(aborted, view)
        assert drawn.index(word) < drawn.index("液氯泄漏")
        assert 'role="alert"' in drawn
        bar = told_bar(aborted, view)
        assert word in bar
        assert 'role="alert"' in bar
        assert "drill-told aborted" in bar


def test_the_bar_says_state_and_unread_and_marks_no_map_as_an_exercise() -> None:
    bar = told_bar(Drilled(RUNNING, (ONE, replace(TWO, answered="x", by="y"))), ZH)
    assert "2026-03" in bar
    assert "进行中" in bar
    assert "未读 1 条" in bar
    assert "data-drill" not in bar, "an incident on that page may be real"
    assert "已暂停" in told_bar(Drilled(replace(RUNNING, state="paused")), ZH)
    assert 'class="new"' not in told_bar(Drilled(RUNNING), ZH)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_injects_and_notices_stay_text(payload: str) -> None:
    hostile = Released(payload, payload, payload, payload, payload, payload, payload)
    strange = Notice(payload, payload, payload, "running", payload)
    injects = (hostile, replace(hostile, answered=""))
    drilled = Drilled(strange, injects, (strange,), (strange,), may=True)
    for drawn in (str(exercise_page(drilled, ZH)), str(told_bar(drilled, EN))):
        assert str(escape(payload)) in drawn
        assert payload not in drawn or str(escape(payload)) == payload


@pytest.mark.parametrize(
    ("begun", "at", "shown"),
    [("", ONE.at, ""), (RUNNING.started, "?", ""), (RUNNING.started, ONE.at, "T+9′02″"),
     ("2026-09-16T06:00:00", ONE.at, ""), (RUNNING.started, RUNNING.started, "T+0′00″")],
)  # fmt: skip
def test_times_are_told_where_both_are_known(begun: str, at: str, shown: str) -> None:
    assert after(begun, at) == shown


# ---- the page ---------------------------------------------------------------------------------
def test_a_running_drill_gives_the_page_the_look_of_one(folder: Path) -> None:
    publish(folder, SEALED)
    assert "drill-frame" not in bodies(opened(folder).run())
    publish(folder, RUNNING, injects=(ONE,))
    app = opened(folder).run()
    assert not app.exception
    assert "drill-frame" in bodies(app)
    assert "演练 演练 演练" in bodies(app)
    assert "Exercise Exercise" in bodies(opened(folder, "en").run())
    publish(folder, replace(RUNNING, state="aborted"))
    assert "drill-frame" not in bodies(opened(folder).run()), "a real emergency looks real"


def test_a_press_writes_who_and_when_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(folder, RUNNING, injects=(ONE, TWO))
    press = Act("read", "2026-03/i1")
    drawn = panel(folder, monkeypatch, press)
    assert drawn.count('data-act="read"') == 1
    first = page.drilled_in(folder).injects[0]
    assert first.by == "local"
    assert datetime.now(UTC) - datetime.fromisoformat(first.answered) < timedelta(minutes=1)
    panel(folder, monkeypatch, press)
    assert page.drilled_in(folder).injects[0] == first


@pytest.mark.parametrize("value", ["", "2026-03", "2026-03/i9", "2026-04/i1", "/i1", "../i1"])
def test_what_was_never_released_is_not_acknowledged(
    folder: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    publish(folder, RUNNING, injects=(ONE,))
    panel(folder, monkeypatch, Act("read", value))
    with open_register(folder) as store:
        assert store.read(outbox.ANSWER_LAYER) == ()


@pytest.mark.parametrize(("role", "writes"), [("viewer", 0), ("auditor", 0), ("director", 1)])
def test_roles_are_asked_as_for_the_log(
    folder: Path, monkeypatch: pytest.MonkeyPatch, role: str, writes: int
) -> None:
    """A press that a browser sends without having been offered it writes nothing."""
    publish(folder, RUNNING, injects=(ONE,))
    viewer = Viewer("x", role, subject="x@example.cn")  # type: ignore[arg-type]
    monkeypatch.setattr(access, "viewer_in", lambda _: viewer)
    panel(folder, monkeypatch, Act("read", "2026-03/i1"))
    assert [one.by for one in page.drilled_in(folder).injects] == ["x@example.cn" if writes else ""]


def test_the_running_drill_is_shown_before_any_that_is_over(folder: Path) -> None:
    over = replace(RUNNING, drill="2026-09", state="ended", started=(T0 + timedelta(9)).isoformat())
    publish(folder, over, RUNNING, replace(SEALED, drill="2026-10"))
    found = page.drilled_in(folder)
    assert found.notice == RUNNING
    assert [one.drill for one in found.over] == ["2026-09"]
    assert [one.drill for one in found.sealed] == ["2026-10"]


def test_every_page_tells_of_a_drill_while_it_runs(folder: Path, open_app: OpenApp) -> None:
    publish(folder, SEALED)
    assert "drill-told" not in bodies(open_app(folder).run())
    publish(folder, RUNNING, injects=(ONE,))
    app = open_app(folder).run()
    assert not app.exception
    assert "未读 1 条" in bodies(app)
    assert "drill-frame" not in bodies(app), "what happens on page 指挥 may be real"
    publish(folder, replace(RUNNING, state="ended"))
    assert "drill-told" not in bodies(open_app(folder).run())


def test_an_abort_is_told_on_every_page_for_an_hour(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(folder, replace(RUNNING, state="aborted"))
    told = page._told(folder)
    assert told.notice is not None
    monkeypatch.setattr(page, "SHOUTED", timedelta(0))
    assert page._told(folder).notice is None
    assert page.drilled_in(folder).notice is not None


def test_the_mark_turns_with_every_release_and_answer_and_with_nothing_else(folder: Path) -> None:
    """A page is drawn anew when this turns: it must not turn for an edit of a register."""
    seen = [page._mark(folder)]
    publish(folder, SEALED)
    seen.append(page._mark(folder))
    publish(folder, RUNNING, injects=(ONE,))
    seen.append(page._mark(folder))
    with open_register(folder) as store:
        outbox.acknowledge(store, CONTROL, "2026-03", "i1", at=T0)
    seen.append(page._mark(folder))
    assert len(set(seen)) == 4
    publish(folder, RUNNING, injects=(ONE,))
    with open_register(folder) as store:
        store.note(CONTROL, "decision", {"text": "else"})
    assert page._mark(folder) == seen[-1]
