"""The drill's clock, who runs a drill, and the opened scenario: what they believe and what not."""

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from desks.exercise import clock as clocks
from desks.exercise import running
from desks.exercise.clock import DAY, Clock, clock_of, clock_text, passing_s
from desks.exercise.directors import FRESH_S, RUNNER, beside
from desks.exercise.folder import Control
from desks.exercise.log import Entry, open_log
from desks.exercise.opened import opened_path
from desks.exercise.packaging import links
from desks.exercise.running import state
from geodata.faults import UserError
from geodata.store import Author, editing
from geodata.store.posts import IDENTITY
from tests.desks.exercise.drills import (
    NUMBER,
    T0,
    answer,
    later,
    notice,
    require_whole,
    shown,
    stamped,
)


def begun(*entries: tuple[str, float]) -> list[Entry]:
    return [
        Entry(n, later(second), "导调", kind, "", {"at": later(second).isoformat()}, "")
        for n, (kind, second) in enumerate(entries)
    ]


def test_a_clock_goes_on_from_the_machine_s_or_from_the_log_whichever_is_later() -> None:
    log = begun(("started", 0), ("released", 100))
    assert clock_of(log, wall=later(500)).base == later(500)
    back = clock_of(log, wall=later(-3_600))
    assert (back.base, back.behind) == (later(100), timedelta(seconds=3_700))
    assert clock_of([], wall=later(7)).base == later(7)


def test_a_player_s_or_a_device_s_time_does_not_move_the_clock() -> None:
    """Who could push the clock by an acknowledgement in the year 2099 would stop the drill."""
    far = datetime(2099, 1, 1, tzinfo=UTC).isoformat()
    forged = [
        Entry(1, later(5), "甲", kind, "", {"at": far, "text": "…"}, "")
        for kind in ("acknowledged", "stamped", "noted", "handed_in")
    ]
    assert clock_of([*begun(("started", 0)), *forged], wall=later(9)).base == later(9)


def test_a_clock_that_is_set_meanwhile_moves_nothing_and_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = Clock(T0, passing_s())
    monkeypatch.setattr(clocks, "passing_s", lambda: one.began_s + 60)
    assert one.now() == later(60)
    assert one.off_by(later(60)) == timedelta()
    assert one.off_by(later(3_660)) == timedelta(hours=1)
    assert one.off_by(later(-3_540)) == timedelta(hours=-1)
    behind = Clock(T0, one.began_s, timedelta(seconds=30))
    assert behind.off_by(later(30)) == timedelta()


def test_passing_time_only_grows() -> None:
    found = [passing_s() for _ in range(1_000)]
    assert found == sorted(found)


def test_a_tick_with_a_clock_set_back_says_so_and_stands_still(control: Control) -> None:
    running.start(control, NUMBER, T0)
    running.stamp(control, NUMBER, stamped("called", 1), now=later(2))
    running.release_now(control, NUMBER, "I3", later(60))
    beat = running.beat(control, NUMBER, later(-600))
    (said,) = beat.said
    assert str(said).startswith("The machine's clock stands 660 s before the last entry")
    running.pause(control, NUMBER, later(-600))
    run = state(control, NUMBER)
    assert run.pauses == ((later(60), None),)
    running.resume(control, NUMBER, later(70))
    assert [one.key for one in running.tick(control, NUMBER, later(131))] == ["I2"]
    require_whole(control, over=False)


def carried(control: Control) -> None:
    """Make the log that of another file, as a copy on another machine is."""
    with closing(sqlite3.connect(control.drill(NUMBER) / "log.sqlite")) as behind, behind:
        behind.execute("update meta set value = 'elsewhere' where key = ?", (IDENTITY,))


def require_aborted(control: Control) -> None:
    run = state(control, NUMBER)
    assert run.phase == "aborted"
    assert [one.kind for one in run.entries if one.kind in {"started", "aborted"}] == [
        "started", "aborted",
    ]  # fmt: skip
    assert running.tick(control, NUMBER, later(9_000)) == ()
    assert [one.key for one in shown(control)] == ["I1"]
    told = notice(control)
    assert told is not None
    assert told.state == "aborted"


def test_what_was_aborted_on_a_machine_behind_stays_aborted(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control's folder is carried to a second laptop in the middle of a drill."""
    running.start(control, NUMBER, T0)
    carried(control)
    at_eight_hours_less = Mock(wraps=datetime)
    at_eight_hours_less.now.side_effect = lambda tz: datetime.now(tz) - timedelta(hours=8)
    monkeypatch.setattr(editing, "datetime", at_eight_hours_less)
    running.abort(control, NUMBER, "真实警情", later(10))
    require_aborted(control)
    with open_log(control.drill(NUMBER) / "log.sqlite") as log:
        kinds = [event.kind for event in log.events()]
    assert kinds.index("started") < kinds.index("copy") < kinds.index("aborted")


def test_a_log_whose_times_run_backwards_is_read_as_it_was_written(control: Control) -> None:
    """Logs of before that law: their times say that the abort came before the start."""
    running.start(control, NUMBER, T0)
    told = {"at": later(10).isoformat(), "why": "真实警情"}
    path = control.drill(NUMBER) / "log.sqlite"
    with open_log(path) as log, log.database.writing() as connection:
        post = editing.begin_batch(connection, log.head().post, Author("导调", ""), None)
        post.at -= timedelta(hours=8)
        post.add("aborted", ("drill", ""), 0, {}, told)
        editing.write_batch(connection, post)
    require_aborted(control)
    with open_log(control.drill(NUMBER) / "log.sqlite") as log:
        numbers = [link["seq"] for link in links(log)]
    assert numbers == sorted(numbers)


def test_an_answer_from_the_future_does_not_stop_the_drill(control: Control) -> None:
    running.start(control, NUMBER, T0)
    running.stamp(control, NUMBER, stamped("called", 1), now=later(2))
    answer(control, "I1", datetime(2099, 1, 1, tzinfo=UTC))
    running.tick(control, NUMBER, later(3))
    (one,) = running.tick(control, NUMBER, later(121))
    assert (one.key, one.late_ms) == ("I2", 0)


def test_who_comes_second_is_told_who_runs_it(tmp_path: Path) -> None:
    assert beside(tmp_path, "林导调", 1_000.0) is None
    told = beside(tmp_path, "赵导调", 1_002.0)
    assert "林导调 runs this drill on" in str(told)
    assert beside(tmp_path, "林导调", 1_004.0) is None
    assert beside(tmp_path, "赵导调", 1_004.0 + FRESH_S / 2) is not None
    assert beside(tmp_path, "赵导调", 1_004.0 + FRESH_S) is None
    assert "赵导调" in str(beside(tmp_path, "林导调", 1_006.0 + FRESH_S))


@pytest.mark.parametrize("text", ["", "{", "[1]", "9" * 5_000, '{"who": null}', "\udcff"])
def test_what_is_no_word_of_a_director_is_written_over(tmp_path: Path, text: str) -> None:
    (tmp_path / RUNNER).write_bytes(text.encode("utf-8", "surrogateescape"))
    os.utime(tmp_path / RUNNER, (1_000, 1_000))
    beside(tmp_path, "林导调", 1_000.0 + FRESH_S)
    assert json.loads((tmp_path / RUNNER).read_text("utf-8"))["who"] == "林导调"


def test_two_directors_tick_and_only_the_second_is_told(control: Control) -> None:
    running.start(control, NUMBER, T0)
    assert running.beat(control, NUMBER, later(1), who="林导调").said == ()
    (told,) = running.beat(control, NUMBER, later(2), who="赵导调").said
    assert "nothing is released twice" in str(told)
    (control.drill(NUMBER) / RUNNER).unlink()
    (control.drill(NUMBER) / RUNNER).mkdir()
    assert running.beat(control, NUMBER, later(3), who="赵导调").said == ()


Spoil = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda told: told["scenario"].update(number=7), "not the one that the log names"),
        (lambda told: told.update(commitment="00" * 32), "not the one that the log names"),
        (lambda told: told.update(drill="2026-2"), "not the one that the log names"),
        (lambda told: told.pop("scenario"), "line is missing"),
        (lambda told: told.update(scenario=[]), "no object of plain values"),
        (lambda told: told["scenario"]["injects"].append({}), "line is missing"),
        (lambda told: told.update(type="real"), "none of"),
    ],
    ids=("number", "commitment", "drill", "without", "list", "inject", "type"),
)
def test_a_scenario_that_is_not_what_was_opened_is_refused(
    control: Control, spoil: Spoil, said: str
) -> None:
    path = opened_path(control, NUMBER)
    told = json.loads(path.read_text("utf-8"))
    spoil(told)
    path.write_text(json.dumps(told), encoding="utf-8")
    for asked in (lambda: running.start(control, NUMBER, T0), lambda: state(control, NUMBER)):
        with pytest.raises(UserError, match=said):
            asked()


def test_a_scenario_that_is_swapped_while_it_runs_is_refused(control: Control) -> None:
    """The same number with other words: the digest that was logged at the start tells."""
    running.start(control, NUMBER, T0)
    path = opened_path(control, NUMBER)
    text = path.read_text("utf-8")
    path.write_text(text.replace("有记者到场", "无事发生"), encoding="utf-8")
    with pytest.raises(UserError, match="not the one that the log names"):
        running.release_now(control, NUMBER, "I3", later(5))
    path.write_text(text, encoding="utf-8")
    running.release_now(control, NUMBER, "I3", later(6))
    require_whole(control, over=False)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[]", b"[" * 100_000, b'"x"'])
def test_a_damaged_scenario_gets_a_sentence(control: Control, data: bytes) -> None:
    opened_path(control, NUMBER).write_bytes(data)
    with pytest.raises(UserError, match=r"cannot be read|line is missing"):
        state(control, NUMBER)


def test_a_moment_is_told_by_the_districts_clock_wherever_it_was_written() -> None:
    """A machine in another zone once told another day on paper than on the screen."""
    late = datetime(2026, 9, 16, 16, 0, 5, tzinfo=UTC)
    assert clock_text(late) == "00:00:05"
    west = late.astimezone(timezone(timedelta(hours=-5)))
    assert clock_text(west, DAY) == "2026-09-17 00:00:05"
