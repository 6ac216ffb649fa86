"""The one way between control and players: busy, gone, full, forged; nothing else crosses it."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from desks import outbox
from desks.exercise import acting, running
from desks.exercise.folder import Control
from desks.exercise.running import state
from geodata.faults import Fault, UserError
from geodata.store import Author, Change, engine
from language import say
from tests.desks.exercise.drills import (
    COMMITMENT,
    NUMBER,
    T0,
    answer,
    later,
    notice,
    players_of,
    require_whole,
    shown,
    stamped,
)

PLAYER = Author("值班员", "")


@pytest.fixture
def begun(control: Control) -> Control:
    """Return a drill in which I2 is due two minutes and two seconds after T0."""
    running.start(control, NUMBER, T0)
    running.stamp(control, NUMBER, stamped("called", 2), now=later(2))
    return control


@contextmanager
def busy(path: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep a register locked, as another program does that writes for long."""
    patch.setattr(engine, "BUSY_MS", 30)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield
        other.execute("rollback")


def test_a_busy_register_is_waited_for_and_said(
    begun: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    with busy(begun.district / "register.sqlite", monkeypatch):
        beat = running.beat(begun, NUMBER, later(125))
        assert beat.released == ()
        (fault,) = beat.faults
        assert str(fault.problem) == "The register is busy; nothing was changed."
        assert [one.inject.key for one in state(begun, NUMBER).waiting] == ["I2", "I3"]
        running.stamp(begun, NUMBER, stamped("arrived", 126), now=later(126))
    beat = running.beat(begun, NUMBER, later(135))
    assert [(one.key, one.late_ms) for one in beat.released] == [("I2", 13_000)]
    assert beat.faults == ()
    require_whole(begun, over=False)


def test_an_abort_stands_in_the_log_though_the_players_are_out_of_reach(begun: Control) -> None:
    begun.district.rename(begun.district.with_name("unplugged"))
    beat = running.abort(begun, NUMBER, "真实警情", later(9))
    assert "There is no such district folder" in str(beat.faults[0])
    assert state(begun, NUMBER).phase == "aborted"
    begun.district.with_name("unplugged").rename(begun.district)
    running.tick(begun, NUMBER, later(10))
    told = notice(begun)
    assert told is not None
    assert told.state == "aborted"


def test_a_start_counts_though_the_players_are_out_of_reach(control: Control) -> None:
    control.district.rename(control.district.with_name("unplugged"))
    beat = running.start(control, NUMBER, T0)
    assert len(beat.faults) == 1
    assert [page.what for page in beat.printed] == ["start"]
    control.district.with_name("unplugged").rename(control.district)
    (one,) = running.tick(control, NUMBER, later(30))
    assert (one.key, one.late_ms, notice(control) is not None) == ("I1", 30_000, True)


def _full(*_: object, **__: object) -> None:
    problem = say("The disk is full; nothing was changed.")
    raise UserError([Fault("log.sqlite", problem, say("Free some space and try again."))])


def test_a_full_disk_of_control_holds_nothing_back_and_is_made_up_for(
    begun: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the players got is logged with its own time as soon as there is space again."""
    with monkeypatch.context() as patch:
        patch.setattr(acting, "write", _full)
        beat = running.beat(begun, NUMBER, later(123))
        assert "The disk is full" in str(beat.faults[0])
        with pytest.raises(UserError, match="The disk is full"):
            running.pause(begun, NUMBER, later(124))
    assert [one.key for one in shown(begun)] == ["I1", "I2"]
    (one,) = running.tick(begun, NUMBER, later(400))
    assert (one.key, one.at, one.late_ms) == ("I2", later(123), 1_000)
    require_whole(begun, over=False)


def test_full_disks_on_both_sides_are_over_when_there_is_space(begun: Control) -> None:
    free = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, free[1]))
    try:
        with pytest.raises(UserError, match="The disk is full"):
            running.stamp(begun, NUMBER, stamped("called", 3), now=later(4))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, free)
    running.stamp(begun, NUMBER, stamped("called", 3), now=later(4))
    assert [one.key for one in running.tick(begun, NUMBER, later(130))] == ["I2"]
    require_whole(begun, over=False)


def test_each_answer_is_read_back_once_with_the_players_own_time(begun: Control) -> None:
    assert answer(begun, "I1", later(40))
    assert not answer(begun, "I1", later(50), "另一人")
    for second in (60, 61, 62):
        running.tick(begun, NUMBER, later(second))
    told = [e for e in state(begun, NUMBER).entries if e.kind == "acknowledged"]
    assert [(e.key, dict(e.told)) for e in told] == [
        ("I1", {"at": later(40).isoformat(), "by": "值班员"})
    ]


def forge(control: Control, *changes: Change) -> None:
    """Write into the players' register as one does who sits before their disk."""
    with players_of(control) as players:
        players.edit(PLAYER, changes)


def test_only_answers_to_what_was_released_are_believed(begun: Control) -> None:
    """A player who knows the keys of injects, or invents some, gets nothing into the log."""
    for key in ("I2", "I9", "../x"):
        answer(begun, key, later(5))
    props = {"drill": NUMBER, "key": "I1", "at": "gleich", "by": "x" * 900}
    forge(begun, Change("add", outbox.ANSWER_LAYER, f"{NUMBER}/I1", props=props, shape=None))
    beat = running.beat(begun, NUMBER, later(30))
    assert [(one.key, one.answered, len(one.by)) for one in beat.answered] == [
        ("I1", later(30), 200)
    ]
    assert [e.key for e in state(begun, NUMBER).entries if e.kind == "acknowledged"] == ["I1"]


@pytest.mark.parametrize("claimed", [-3600, 5, 3600])
def test_an_answer_before_the_question_or_ahead_of_now_has_the_time_of_control(
    begun: Control, claimed: float
) -> None:
    """Whoever answers every inject to come at once, or backdates his answers, is not the faster."""
    answer(begun, "I2", later(claimed))
    assert running.beat(begun, NUMBER, later(30)).said == ()
    running.tick(begun, NUMBER, later(122))
    beat = running.beat(begun, NUMBER, later(140))
    assert [(one.key, one.answered) for one in beat.answered] == [("I2", later(140))]
    assert [str(said) for said in beat.said] == [
        "I2 was acknowledged at a time before its release or ahead of now: ours stands."
    ]
    told = state(begun, NUMBER).entries[-1].told
    assert (told["at"], told["claimed"]) == (later(140).isoformat(), later(claimed).isoformat())
    require_whole(begun, over=False)


@pytest.mark.parametrize("how", ["altered", "removed", "moved"])
def test_what_the_players_side_lost_or_altered_is_put_back_and_logged(
    begun: Control, how: str
) -> None:
    row = (outbox.INJECT_LAYER, f"{NUMBER}/I1")
    changes = {
        "altered": Change("set", *row, 1, {"text": "演练取消，请回"}),
        "removed": Change("remove", *row, 1),
        "moved": Change("set", *row, 1, {"drill": "2020-1"}),
    }
    forge(begun, changes[how])
    beat = running.beat(begun, NUMBER, later(9))
    assert [str(said) for said in beat.said] == [
        "“I1” was altered or lost on the players' side and put back."
    ]
    assert [(one.key, one.text) for one in shown(begun)] == [
        ("I1", "接到报警：示例化工厂有刺鼻气味。")
    ]
    last = state(begun, NUMBER).entries[-1]
    assert (last.kind, last.told["put_back"]) == ("noted", "I1")
    assert running.beat(begun, NUMBER, later(10)).said == ()
    require_whole(begun, over=False)


def test_an_inject_that_lies_there_before_its_time_with_another_text_is_replaced(
    begun: Control,
) -> None:
    """Whoever plants an inject under a key to come neither hides the true one nor times it."""
    planted = outbox.Released(NUMBER, "I2", "假消息", "指挥部", later(1).isoformat())
    with players_of(begun) as players:
        outbox.release(players, PLAYER, planted)
    early = running.beat(begun, NUMBER, later(30))
    assert [str(said) for said in early.said] == [
        "The players' register holds an inject that was never released: I2."
    ]
    assert early.released == ()
    (one,) = running.tick(begun, NUMBER, later(122))
    assert (one.text, one.late_ms) == ("风向转变。\n请重新判断。", 0)
    assert [told.text for told in shown(begun)][1] == "风向转变。\n请重新判断。"
    require_whole(begun, over=False)


def test_the_time_on_the_players_side_is_believed_within_reason_only(begun: Control) -> None:
    true = state(begun, NUMBER).scenario.injects[1]
    planted = outbox.Released(NUMBER, "I2", true.text, true.to, "9999-12-31T00:00:00+00:00")
    with players_of(begun) as players:
        outbox.release(players, PLAYER, planted)
    (one,) = running.tick(begun, NUMBER, later(132))
    assert (one.at, one.late_ms) == (later(132), 10_000)


def test_a_notice_that_was_altered_is_put_right(begun: Control) -> None:
    forge(begun, Change("set", outbox.NOTICE_LAYER, NUMBER, 1, {"state": "ended"}))
    running.tick(begun, NUMBER, later(5))
    told = notice(begun)
    assert told is not None
    assert told.state == "running"


def test_the_day_of_sealing_stays_as_it_was_announced(control: Control) -> None:
    with players_of(control) as players:
        outbox.publish(players, PLAYER, outbox.Notice(NUMBER, "2026-09-01", COMMITMENT))
    running.start(control, NUMBER, T0)
    told = notice(control)
    assert told is not None
    assert (told.sealed_on, told.state) == ("2026-09-01", "running")


def test_the_outbox_writes_nothing_twice(control: Control) -> None:
    told = outbox.Notice(NUMBER, "2026-09-01", COMMITMENT)
    news = outbox.Released(NUMBER, "I1", "信息", "指挥部", T0.isoformat())
    with players_of(control) as players:
        for _ in range(3):
            outbox.publish(players, PLAYER, told)
        assert outbox.release(players, PLAYER, news)
        assert not outbox.release(players, PLAYER, replace(news, at=later(9).isoformat()))
        assert outbox.acknowledge(players, PLAYER, NUMBER, "I1", at=later(3))
        assert not outbox.acknowledge(players, PLAYER, NUMBER, "I1", at=later(4))
        assert len(players.events()) == 3
        assert outbox.released(players, NUMBER) == (
            replace(news, answered=later(3).isoformat(), by="值班员"),
        )
        assert outbox.released(players, "2026-2") == ()


def test_of_two_who_write_at_the_same_moment_both_end_well(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one wrote between our look and our write: his text stands, or ours replaces it."""
    news = outbox.Released(NUMBER, "I1", "信息", "指挥部", T0.isoformat())
    with players_of(control) as players, players_of(control) as others:
        real, raced = type(players).find, [0]

        def late(store: object, layer: str, name: str) -> object:
            found = real(players, layer, name)
            if store is players and not raced[0]:
                raced[0] = 1
                outbox.release(others, PLAYER, replace(news, at=later(1).isoformat()))
                outbox.acknowledge(others, PLAYER, NUMBER, "I1", at=later(2))
            return found

        monkeypatch.setattr(type(players), "find", late)
        assert not outbox.release(players, PLAYER, news)
        raced[0] = 0
        assert not outbox.acknowledge(players, PLAYER, NUMBER, "I1", at=later(9))
        (told,) = outbox.released(players, NUMBER)
    assert (told.at, told.answered) == (later(1).isoformat(), later(2).isoformat())
