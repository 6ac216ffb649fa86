"""Control dies between any two writes, two directors act at once: nothing lost, nothing twice."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desks.exercise import acting, running
from desks.exercise.due import MS
from desks.exercise.folder import Control
from desks.exercise.log import open_log, write
from desks.exercise.running import state
from geodata.faults import UserError
from tests.desks.exercise.drills import (
    NUMBER,
    T0,
    answer,
    later,
    make_drill,
    notice,
    players_of,
    random_scenario,
    require_whole,
    seeded,
    shown,
    stamped,
)

WRITES = 19
"""What one short drill writes to log and players; a test holds it so."""


class Killed(BaseException):
    """The process is gone: nothing after this line happens."""


class Countdown:
    """Lets so many writes pass, to the log and to the players, and dies before the next."""

    def __init__(self, patch: pytest.MonkeyPatch, passing: int) -> None:
        """Watch every way in which control writes."""
        self.left, self.written = passing, 0
        for name in ("write", "put", "publish"):
            patch.setattr(acting, name, self._watched(getattr(acting, name)))

    def _watched(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **more: Any) -> Any:  # noqa: ANN401 - whatever it is
            if self.left == 0:
                self.left = -1
                raise Killed
            self.left -= 1
            self.written += 1
            return real(*args, **more)

        return watched


def until_done(act: Callable[[], object], done: Callable[[], bool]) -> None:
    """Act as a director does whose program died: start it again, look, act again if need be."""
    while not done():
        try:
            act()
        except Killed:
            continue


def short_drill(control: Control) -> None:
    """Play a drill with one crash at most; whoever acts looks at the log first."""

    def has(kind: str) -> Callable[[], bool]:
        return lambda: any(e.kind == kind for e in state(control, NUMBER).entries)

    def out(key: str) -> Callable[[], bool]:
        return lambda: any(one.key == key for one in state(control, NUMBER).released)

    def at(seconds: float) -> datetime:
        return later(seconds)

    until_done(lambda: running.start(control, NUMBER, at(0)), has("started"))
    until_done(lambda: running.tick(control, NUMBER, at(1)), out("I1"))
    stamp = stamped("called", 2)
    until_done(lambda: running.stamp(control, NUMBER, stamp, now=at(3)), has("stamped"))
    until_done(lambda: running.tick(control, NUMBER, at(122)), out("I2"))
    add = ("道路塌方。", "指挥部")
    until_done(lambda: running.add_inject(control, NUMBER, add, at(125)), has("noted"))
    until_done(lambda: running.tick(control, NUMBER, at(130)), out("added-1"))
    answer(control, "I1", at(140))
    until_done(lambda: running.tick(control, NUMBER, at(141)), has("acknowledged"))
    until_done(lambda: running.end(control, NUMBER, at(150)), has("ended"))
    ended = [False]

    def settle() -> None:
        running.tick(control, NUMBER, at(151))
        ended[0] = True

    until_done(settle, lambda: ended[0])


def test_the_short_drill_writes_as_often_as_it_is_killed_below(control: Control) -> None:
    with pytest.MonkeyPatch.context() as patch:
        counted = Countdown(patch, 10_000)
        short_drill(control)
    writes = [e.kind for e in state(control, NUMBER).entries][3:]
    assert writes == [
        "started", "printed", "released", "stamped", "released", "noted", "released",
        "acknowledged", "ended", "printed",
    ]  # fmt: skip
    assert counted.written == WRITES, counted.written
    require_whole(control)


@pytest.mark.parametrize("passing", range(WRITES))
def test_a_crash_before_any_write_loses_and_doubles_nothing(control: Control, passing: int) -> None:
    """Row S4-4: the drill stands on the disk alone, whatever the machine does to its program."""
    with pytest.MonkeyPatch.context() as patch:
        Countdown(patch, passing)
        short_drill(control)
    require_whole(control)
    run = state(control, NUMBER)
    assert [one.key for one in run.released] == ["I1", "I2", "added-1"]
    assert [one.key for one in run.released if one.answered] == ["I1"]
    assert [page.what for page in run.printed] == ["seal", "start", "end"]
    told = notice(control)
    assert told is not None
    assert told.state == "ended"


def test_what_the_players_got_before_a_crash_keeps_its_time(control: Control) -> None:
    running.start(control, NUMBER, T0)
    running.stamp(control, NUMBER, stamped("called", 2), now=later(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acting, "write", _dies)
        with pytest.raises(Killed):
            running.tick(control, NUMBER, later(125))
    assert [one.key for one in shown(control)] == ["I1", "I2"]
    (again,) = running.tick(control, NUMBER, later(900))
    assert (again.at, again.late_ms) == (later(125), 3_000)
    require_whole(control, over=False)


def test_what_the_players_got_before_a_crash_is_logged_even_after_an_abort(
    control: Control,
) -> None:
    """The log lacked it when the next director broke off: it must not lack it for good."""
    running.start(control, NUMBER, T0)
    running.stamp(control, NUMBER, stamped("called", 2), now=later(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acting, "write", _dies)
        with pytest.raises(Killed):
            running.tick(control, NUMBER, later(125))
    beat = running.abort(control, NUMBER, "真实警情", later(130))
    assert [(one.key, one.at) for one in beat.released] == [("I2", later(125))]
    require_whole(control, over=False)


def _dies(*_: object, **__: object) -> None:
    raise Killed


def together(count: int, act: Callable[[int], object]) -> list[str]:
    """Run at once in threads, each with a number; return what was refused."""
    refused: list[str] = []
    begin = threading.Barrier(count)

    def one(number: int) -> None:
        begin.wait()
        try:
            act(number)
        except UserError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_of_several_directors_who_begin_at_once_one_begins(control: Control) -> None:
    refused = together(4, lambda n: running.start(control, NUMBER, later(n), who=f"导调{n}"))
    assert len(refused) == 3
    assert all("runs since" in said and "导调" in said for said in refused)
    require_whole(control, over=False)


def test_several_directors_who_tick_at_once_release_each_inject_once(tmp_path: Path) -> None:
    scenario = random_scenario(seeded(7), injects=10, within_s=30)
    control = make_drill(tmp_path, scenario)
    running.start(control, NUMBER, T0)
    for node in ("called", "arrived"):
        running.stamp(control, NUMBER, stamped(node, 1), now=later(1))

    def direct(number: int) -> None:
        for step in range(6):
            running.tick(control, NUMBER, later(5 * step + number), who=f"导调{number}")
            running.stamp(
                control, NUMBER, stamped("called", 5 * step, f"评估员{number}"), now=later(40)
            )

    assert together(3, direct) == []
    running.tick(control, NUMBER, later(60))
    planned = {one.key for one in scenario.injects if one.trigger.kind != "hand"}
    run = state(control, NUMBER)
    assert {one.key for one in run.released} == planned
    assert len(run.stamps) == 2 + 3 * 6
    require_whole(control, over=False)


def test_directors_who_order_the_same_inject_release_it_once(control: Control) -> None:
    running.start(control, NUMBER, T0)
    refused = together(4, lambda n: running.release_now(control, NUMBER, "I3", later(10 + n)))
    assert all("already" in said for said in refused)
    assert [one.key for one in state(control, NUMBER).released] == ["I1", "I3"]
    require_whole(control, over=False)


@pytest.mark.parametrize("seed", range(4))
def test_random_drills_with_random_crashes_end_whole(tmp_path: Path, seed: int) -> None:
    """Whatever was due by the end has come, on its second or with its lateness said."""
    chance = seeded(seed)
    scenario = random_scenario(chance, injects=8, within_s=100)
    control = make_drill(tmp_path, scenario)
    running.start(control, NUMBER, T0)
    now, stopped = 0, False
    while now < 200:
        now += chance.randrange(1, 40)
        with pytest.MonkeyPatch.context() as patch:
            Countdown(patch, chance.randrange(12))
            try:
                running.tick(control, NUMBER, later(now))
                what = chance.choice(("stamp", "turn", "none"))
                if what == "stamp":
                    made = stamped(chance.choice(("called", "arrived")), now)
                    running.stamp(control, NUMBER, made, now=later(now))
                elif what == "turn":
                    turn = running.resume if state(control, NUMBER).paused else running.pause
                    turn(control, NUMBER, later(now))
            except Killed:
                pass
    stopped = state(control, NUMBER).paused
    if stopped:
        running.resume(control, NUMBER, later(now + 1))
    running.tick(control, NUMBER, later(now + 1))
    run = state(control, NUMBER)
    assert [one for one in run.waiting if one.due and one.due <= later(now + 1)] == []
    for one in run.released:
        assert one.at - one.due >= timedelta(milliseconds=one.late_ms)
        assert (one.late_ms == 0) == (run.ran(one.at) - run.ran(one.due) < MS)
    running.end(control, NUMBER, later(now + 2))
    require_whole(control)
    with players_of(control) as players:
        assert len(players.read("drill_inject")) == len(run.released)


def test_a_freeze_in_the_midst_of_a_tick_ends_what_the_log_takes(control: Control) -> None:
    """The review is frozen by another hand while an answer is about to be written."""
    running.start(control, NUMBER, T0)
    answer(control, "I1", later(2))
    real = acting.answers

    def late(*told: Any) -> Any:  # noqa: ANN401 - what it is given and gives
        with open_log(control.drill(NUMBER) / acting.LOG) as log:
            write(log, "组长", "frozen", {"head": ""})
        return real(*told)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acting, "answers", late)
        assert running.beat(control, NUMBER, later(3)).answered == ()
    assert state(control, NUMBER).entries[-1].kind == "frozen"
