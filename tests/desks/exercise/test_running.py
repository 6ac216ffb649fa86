"""A running drill: what is released when, what the log says, and who is refused what."""

from datetime import timedelta

import pytest

from desks.exercise import running
from desks.exercise.acting import Beat, late_said
from desks.exercise.course import Released, Stamp
from desks.exercise.folder import Control
from desks.exercise.log import open_log, write
from desks.exercise.running import state
from geodata.faults import UserError
from language import Catalogue
from tests.desks.exercise.drills import (
    COMMITMENT,
    NUMBER,
    T0,
    answer,
    later,
    notice,
    require_whole,
    shown,
    stamped,
)


def keys(beat: Beat) -> list[str]:
    return [one.key for one in beat.released]


def kinds(control: Control) -> list[str]:
    return [entry.kind for entry in state(control, NUMBER).entries][3:]


def test_a_drill_from_its_start_to_its_end(control: Control) -> None:
    """Rows S2-10 and S4-4: injects by clock, node and hand; answers; heads for paper."""
    begun = running.start(control, NUMBER, T0, who="林导调")
    assert keys(begun) == ["I1"]
    assert [page.what for page in begun.printed] == ["start"]
    assert running.tick(control, NUMBER, later(300)) == ()
    running.stamp(control, NUMBER, stamped("called", 310), now=later(311))
    assert running.tick(control, NUMBER, later(429.9)) == ()
    assert [one.key for one in running.tick(control, NUMBER, later(430))] == ["I2"]
    assert keys(running.release_now(control, NUMBER, "I3", later(500))) == ["I3"]
    assert answer(control, "I1", later(42))
    told = running.beat(control, NUMBER, later(501))
    assert [(one.key, one.answered, one.by) for one in told.answered] == [
        ("I1", later(42), "值班员")
    ]
    over = running.end(control, NUMBER, later(900))
    assert [page.what for page in over.printed] == ["end"]
    run = state(control, NUMBER)
    assert (run.phase, run.t0, run.by, run.waiting) == ("ended", T0, "林导调", ())
    assert [(one.key, one.trigger, one.late_ms) for one in run.released] == [
        ("I1", "clock", 0), ("I2", "node", 0), ("I3", "hand", 0),
    ]  # fmt: skip
    assert run.stamps == (stamped("called", 310),)
    assert run.ran(later(900)) == timedelta(seconds=900)
    require_whole(control)


def test_the_players_learn_that_it_runs_and_what_is_released_and_nothing_else(
    control: Control,
) -> None:
    assert notice(control) is None
    with pytest.raises(UserError, match="has not begun"):
        running.pause(control, NUMBER, T0)
    assert shown(control) == ()
    running.start(control, NUMBER, T0)
    told = notice(control)
    assert told is not None
    assert (told.state, told.commitment, told.started) == ("running", COMMITMENT, T0.isoformat())
    assert [one.text for one in shown(control)] == ["接到报警：示例化工厂有刺鼻气味。"]
    for act, expected in (("pause", "paused"), ("resume", "running"), ("end", "ended")):
        getattr(running, act)(control, NUMBER, later(5))
        told = notice(control)
        assert told is not None
        assert told.state == expected


def test_ticks_do_nothing_twice(control: Control) -> None:
    running.start(control, NUMBER, T0)
    answer(control, "I1", later(3))
    running.tick(control, NUMBER, later(4))
    before = kinds(control)
    for _ in range(5):
        assert running.tick(control, NUMBER, later(4)) == ()
    assert kinds(control) == before


def test_what_was_due_while_control_was_down_comes_at_once_and_is_said(control: Control) -> None:
    running.start(control, NUMBER, T0)
    running.stamp(control, NUMBER, stamped("called", 60), now=later(60))
    beat = running.beat(control, NUMBER, later(3_600))
    (late,) = beat.released
    assert (late.key, late.due, late.at, late.late_ms) == (
        "I2", later(180), later(3_600), 3_420_000,
    )  # fmt: skip
    assert [str(one) for one in beat.said] == ["“I2” was released 3420 s late."]
    assert [str(one) for one in state(control, NUMBER).said] == ["“I2” was released 3420 s late."]


def test_paused_time_does_not_count(control: Control) -> None:
    running.start(control, NUMBER, T0)
    running.stamp(control, NUMBER, stamped("called", 10), now=later(10))
    running.pause(control, NUMBER, later(100))
    assert running.tick(control, NUMBER, later(500)) == ()
    assert state(control, NUMBER).paused
    running.resume(control, NUMBER, later(500))
    assert running.tick(control, NUMBER, later(529)) == ()
    (one,) = running.tick(control, NUMBER, later(532))
    assert (one.due, one.late_ms) == (later(530), 2_000)
    assert state(control, NUMBER).ran(later(600)) == timedelta(seconds=200)


def test_what_is_due_when_it_is_paused_comes_before_the_pause(control: Control) -> None:
    running.start(control, NUMBER, T0)
    running.stamp(control, NUMBER, stamped("called", 10), now=later(10))
    assert keys(running.pause(control, NUMBER, later(130))) == ["I2"]
    assert kinds(control)[-2:] == ["released", "paused"]


def test_an_inject_added_by_hand_is_marked_so(control: Control) -> None:
    running.start(control, NUMBER, T0)
    for number in (1, 2):
        beat = running.add_inject(control, NUMBER, ("道路塌方。", "指挥部"), later(number))
        assert [(one.key, one.added, one.trigger) for one in beat.released] == [
            (f"added-{number}", True, "hand")
        ]
    assert [one.key for one in shown(control)] == ["I1", "added-1", "added-2"]
    entry = [e for e in state(control, NUMBER).entries if e.kind == "released"][-1]
    assert entry.told["added"] is True
    assert entry.told["text"] == "道路塌方。"
    require_whole(control, over=False)


@pytest.mark.parametrize(
    ("text", "to"), [("", "指挥部"), ("信息", ""), ("a\u202eb", "指挥部"), ("x" * 5000, "甲")]
)
def test_an_added_inject_is_text_for_somebody(control: Control, text: str, to: str) -> None:
    running.start(control, NUMBER, T0)
    with pytest.raises(UserError):
        running.add_inject(control, NUMBER, (text, to), later(1))
    assert len(shown(control)) == 1


def test_an_aborted_drill_stays_so(control: Control) -> None:
    """A real emergency ends a drill for good: nobody may take it for one that goes on."""
    running.start(control, NUMBER, T0)
    running.stamp(control, NUMBER, stamped("called", 10), now=later(10))
    beat = running.abort(control, NUMBER, "真实警情", later(20))
    assert [page.what for page in beat.printed] == ["end"]
    told = notice(control)
    assert told is not None
    assert told.state == "aborted"
    for refused in (running.resume, running.pause, running.end, running.start):
        with pytest.raises(UserError, match="aborted and stays so: 真实警情"):
            refused(control, NUMBER, later(30))
    with pytest.raises(UserError, match="aborted"):
        running.release_now(control, NUMBER, "I3", later(30))
    assert running.tick(control, NUMBER, later(9_000)) == ()
    assert len(shown(control)) == 1
    assert state(control, NUMBER).why == "真实警情"


def test_a_drill_can_be_aborted_before_it_began(control: Control) -> None:
    running.abort(control, NUMBER, "真实警情", T0)
    with pytest.raises(UserError, match="aborted"):
        running.start(control, NUMBER, later(1))
    assert shown(control) == ()


def test_an_abort_needs_a_reason(control: Control) -> None:
    running.start(control, NUMBER, T0)
    with pytest.raises(UserError, match="--why"):
        running.abort(control, NUMBER, " \n"[:0], later(1))
    assert state(control, NUMBER).phase == "running"


def test_what_is_out_of_order_is_refused_and_says_how_it_stands(control: Control) -> None:
    for refused in (running.end, running.pause, running.resume):
        with pytest.raises(UserError, match="has not begun"):
            refused(control, NUMBER, T0)
    with pytest.raises(UserError, match="has not begun"):
        running.stamp(control, NUMBER, stamped("called", 1), now=later(1))
    running.start(control, NUMBER, T0, who="林导调")
    with pytest.raises(UserError, match="runs since 14:00:00; 林导调 began it"):
        running.start(control, NUMBER, later(1), who="赵导调")
    with pytest.raises(UserError, match="runs since"):
        running.resume(control, NUMBER, later(1))
    running.pause(control, NUMBER, later(2))
    with pytest.raises(UserError, match="is paused"):
        running.pause(control, NUMBER, later(3))
    with pytest.raises(UserError, match="is paused"):
        running.release_now(control, NUMBER, "I3", later(3))
    running.end(control, NUMBER, later(4))
    with pytest.raises(UserError, match="has ended"):
        running.end(control, NUMBER, later(5))
    assert kinds(control).count("started") == 1


def test_injects_that_cannot_be_released_are_named(control: Control) -> None:
    running.start(control, NUMBER, T0)
    with pytest.raises(UserError, match="no such inject; those left: I2, I3"):
        running.release_now(control, NUMBER, "I9", later(1))
    with pytest.raises(UserError, match="released at 14:00:00 already"):
        running.release_now(control, NUMBER, "I1", later(1))
    running.release_now(control, NUMBER, "I2", later(5))
    running.stamp(control, NUMBER, stamped("called", 6), now=later(6))
    assert running.tick(control, NUMBER, later(600)) == ()


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (stamped("nowhere", 10), "no such node; there are: called, arrived"),
        (stamped("called", -1), "earlier than the start of the drill, 14:00:00"),
        (stamped("called", 3_600), "lies in the future"),
        (stamped("called", 10, evaluator=""), "--evaluator"),
        (stamped("called", 10, evaluator="x" * 90), "--evaluator"),
        (Stamp("called", later(10).replace(tzinfo=None), later(10), 0, "甲", ""), "time zone"),
        (Stamp("called", later(10), later(10), 10**9, "甲", ""), "offset_ms"),
    ],
)
def test_a_stamp_that_cannot_be_meant_is_refused(control: Control, made: Stamp, said: str) -> None:
    running.start(control, NUMBER, T0)
    before = kinds(control)
    with pytest.raises(UserError, match=said):
        running.stamp(control, NUMBER, made, now=later(60))
    assert kinds(control) == before


def test_the_same_stamp_twice_is_one(control: Control) -> None:
    running.start(control, NUMBER, T0)
    made = Stamp("called", later(12), later(15), 3_000, "评估员甲", "evaluator-1.json")
    first = running.stamp(control, NUMBER, made, now=later(60))
    assert running.stamp(control, NUMBER, made, now=later(70)).hash == first.hash
    other = running.stamp(control, NUMBER, stamped("called", 13), now=later(70))
    assert (first.key, other.key) == ("评估员甲:called:1", "评估员甲:called:2")
    assert state(control, NUMBER).stamps == (made, stamped("called", 13))
    assert first.told["offset_ms"] == 3_000


def test_evaluators_may_hand_in_after_the_end_but_not_after_the_freeze(control: Control) -> None:
    running.start(control, NUMBER, T0)
    running.end(control, NUMBER, later(100))
    running.stamp(control, NUMBER, stamped("called", 50), now=later(300))
    answer(control, "I1", later(40))
    assert len(running.beat(control, NUMBER, later(301)).answered) == 1
    with open_log(control.drill(NUMBER) / "log.sqlite") as log:
        write(log, "组长", "frozen", {"head": ""})
    with pytest.raises(UserError, match="frozen"):
        running.stamp(control, NUMBER, stamped("arrived", 50), now=later(300))
    with pytest.raises(UserError, match="frozen"):
        running.note(control, NUMBER, "晚了", later(300))
    answer(control, "I2", later(40))
    assert running.beat(control, NUMBER, later(302)) == Beat()


def test_a_remark_stands_in_the_log(control: Control) -> None:
    running.start(control, NUMBER, T0)
    entry = running.note(control, NUMBER, "通信中断两分钟", later(5), who="赵导调")
    assert (entry.kind, entry.who, entry.told["text"]) == ("noted", "赵导调", "通信中断两分钟")
    with pytest.raises(UserError):
        running.note(control, NUMBER, "", later(6))


def test_a_drill_that_was_not_opened_cannot_run(control: Control) -> None:
    (control.drill(NUMBER) / "opened.json").unlink()
    for act in (running.start, running.tick, running.end):
        with pytest.raises(UserError, match="not been opened"):
            act(control, NUMBER, T0)
    with pytest.raises(UserError, match="not been opened"):
        state(control, NUMBER)


def test_the_key_of_an_inject_is_never_translated() -> None:
    """An inject “people” was called 人, and no such key could be released by hand."""
    late = Released("people", "居民询问", "街道", "clock", later(0), later(9), 9000)
    (said,) = late_said((late,))
    assert "“people”" in Catalogue.load("zh").word(said)
