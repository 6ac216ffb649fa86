"""What is due, against a simulation that counts the drill's running seconds one by one."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from desks.exercise.course import Pause, course_of
from desks.exercise.due import due, late_ms, moment, ran, waiting
from desks.exercise.log import Entry
from desks.exercise.scenario import Inject, Scenario, Trigger
from tests.desks.exercise.drills import T0, later, random_scenario, seeded
from tests.desks.exercise.pools import scenario as small_scenario

SEEDS = range(40)
LAST_S = 400


def entry(number: int, kind: str, second: float, key: str = "", **told: object) -> Entry:
    return Entry(number, later(second), "导调", kind, key, told, "")


def script(chance: random.Random, scenario: Scenario) -> list[Entry]:
    """Return a random drill: pauses, stamps of nodes by several evaluators, orders by hand."""
    made = [entry(1, "started", 0, t0=T0.isoformat())]
    nodes = [node.key for node in scenario.nodes]
    stopped = False
    for second in sorted(chance.sample(range(1, LAST_S), 12)):
        what = chance.choice(("turn", "turn", "stamp", "stamp", "order", "remark"))
        if what == "turn":
            made.append(entry(len(made) + 1, "resumed" if stopped else "paused", second))
            stopped = not stopped
        elif what == "stamp":
            at = later(chance.randrange(second + 1))
            told = {"node": chance.choice(nodes), "at": at.isoformat()}
            made.append(entry(len(made) + 1, "stamped", second, **told))
        elif what == "order":
            key = chance.choice(scenario.injects).key
            at_s = later(second).isoformat()
            made.append(entry(len(made) + 1, "noted", second, release=key, at=at_s))
        else:
            made.append(entry(len(made) + 1, "noted", second, text="…"))
    return made


def simulated(scenario: Scenario, entries: Sequence[Entry], now_s: int) -> set[str]:
    """Return the keys that are due, by going through the drill second by second."""
    running, ticks, stopped = {0: 0}, 0, False
    turns = {(e.at - T0).seconds: e.kind for e in entries if e.kind in ("paused", "resumed")}
    for second in range(1, now_s + 1):
        ticks += not stopped
        running[second] = ticks
        if second in turns:
            stopped = turns[second] == "paused"
    if stopped:
        return set()
    found = set()
    for inject in scenario.injects:
        orders = [e for e in entries if e.told.get("release") == inject.key]
        if inject.trigger.kind == "clock":
            is_due = running[now_s] >= inject.trigger.after_s
        elif inject.trigger.kind == "node":
            seen = [
                (datetime.fromisoformat(str(e.told["at"])) - T0).seconds
                for e in entries
                if e.kind == "stamped" and e.told["node"] == inject.trigger.node
            ]
            is_due = bool(seen) and (running[now_s] >= running[min(seen)] + inject.trigger.after_s)
        else:
            is_due = False
        if is_due or orders:
            found.add(inject.key)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_random_drills_are_due_as_a_simulation_second_by_second(seed: int) -> None:
    chance = seeded(seed)
    scenario = random_scenario(chance, within_s=LAST_S)
    whole = script(chance, scenario)
    for now_s in sorted(chance.sample(range(LAST_S), 25)):
        known = [e for e in whole if e.at <= later(now_s)]
        found = [one.inject.key for one in due(scenario, known, later(now_s))]
        assert len(set(found)) == len(found)
        assert set(found) == simulated(scenario, known, now_s), now_s


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_is_that_of_the_moments_and_released_ones_never_come_back(seed: int) -> None:
    chance = seeded(1_000 + seed)
    scenario = random_scenario(chance, within_s=LAST_S)
    known = script(chance, scenario)
    known = [e for e in known if e.kind != "paused"]
    found = due(scenario, known, later(LAST_S))
    moments = [one.due for one in found if one.due is not None]
    assert moments == sorted(moments)
    gone = found[: len(found) // 2]
    known += [entry(99 + n, "released", LAST_S, one.inject.key) for n, one in enumerate(gone)]
    left = due(scenario, known, later(LAST_S))
    assert [one.inject.key for one in left] == [one.inject.key for one in found[len(gone) :]]
    everything = {one.inject.key for one in waiting(scenario, course_of(known))}
    assert everything == {i.key for i in scenario.injects} - {one.inject.key for one in gone}


def random_pauses(chance: random.Random) -> tuple[Pause, ...]:
    ends = sorted(chance.sample(range(1, 1_000), 2 * chance.randrange(5)))
    pairs = zip(ends[::2], ends[1::2], strict=True)
    closed: list[Pause] = [(later(begun), later(over)) for begun, over in pairs]
    if chance.random() < 0.3:
        closed.append((later(1_000), None))
    return tuple(closed)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_moment_is_the_first_at_which_the_drill_has_run_so_long(seed: int) -> None:
    chance = seeded(2_000 + seed)
    pauses = random_pauses(chance)
    for _ in range(20):
        running = timedelta(milliseconds=chance.randrange(1_400_000))
        at = moment(T0, pauses, running)
        if at is None:
            assert ran(T0, pauses, later(10_000)) < running
            continue
        assert ran(T0, pauses, at) == running
        assert ran(T0, pauses, at - timedelta(milliseconds=1)) < running


@pytest.mark.parametrize("seed", SEEDS)
def test_the_drill_never_runs_backwards_nor_faster_than_the_clock(seed: int) -> None:
    chance = seeded(3_000 + seed)
    pauses = random_pauses(chance)
    moments = sorted(chance.uniform(0, 1_500) for _ in range(30))
    ran_for = [ran(T0, pauses, later(at)) for at in moments]
    both = zip(pairwise(ran_for), pairwise(moments), strict=True)
    for (one, other), (before, after) in both:
        assert timedelta() <= other - one <= later(after) - later(before)


def one_inject(trigger: Trigger) -> Scenario:
    return small_scenario(injects=(Inject("X", trigger, "…", "甲"),))


BEGUN = entry(1, "started", 0, t0=T0.isoformat())


def test_it_is_due_on_the_millisecond_and_not_before() -> None:
    scenario = one_inject(Trigger("clock", 60))
    assert due(scenario, [BEGUN], later(59.999)) == ()
    (one,) = due(scenario, [BEGUN], later(60))
    assert one.due == later(60)


def test_nothing_is_due_before_the_start_nor_after_the_end() -> None:
    scenario = one_inject(Trigger("clock", 0))
    assert due(scenario, [], later(5)) == ()
    for kind in ("ended", "aborted", "paused"):
        assert due(scenario, [BEGUN, entry(2, kind, 1)], later(9)) == ()
    resumed = [BEGUN, entry(2, "paused", 0), entry(3, "resumed", 5)]
    assert [one.inject.key for one in due(scenario, resumed, later(5))] == ["X"]
    over = [BEGUN, entry(2, "aborted", 1), entry(3, "resumed", 2)]
    assert due(scenario, over, later(9)) == ()


def test_the_first_of_several_stamps_of_a_node_counts_whenever_it_was_handed_in() -> None:
    scenario = one_inject(Trigger("node", 30, "called"))
    late = entry(2, "stamped", 50, node="called", at=later(50).isoformat())
    early = entry(3, "stamped", 90, node="called", at=later(20).isoformat())
    other = entry(4, "stamped", 91, node="arrived", at=later(1).isoformat())
    assert due(scenario, [BEGUN, other], later(99)) == ()
    assert due(scenario, [BEGUN, late], later(79)) == ()
    (one,) = due(scenario, [BEGUN, late, early, other], later(91))
    assert one.due == later(50)


def test_a_stamp_that_was_taken_back_triggers_nothing() -> None:
    scenario = one_inject(Trigger("node", 30, "called"))
    made = {"node": "called", "evaluator": "甲", "source": "a1:1"}
    wrong = entry(2, "stamped", 5, at=later(5).isoformat(), **made)
    back = entry(3, "noted", 8, text="…", evaluator="甲", undone="a1:1")
    right = entry(4, "stamped", 50, at=later(50).isoformat(), **{**made, "source": "a1:2"})
    assert due(scenario, [BEGUN, wrong], later(35)) != ()
    assert due(scenario, [BEGUN, wrong, back], later(35)) == ()
    (one,) = due(scenario, [BEGUN, wrong, back, right], later(90))
    assert one.due == later(80)
    others = entry(3, "noted", 8, text="…", evaluator="乙", undone="a1:1")
    assert due(scenario, [BEGUN, wrong, others], later(35)) != ()


def test_a_stamp_within_a_pause_counts_from_its_beginning() -> None:
    scenario = one_inject(Trigger("node", 10, "called"))
    pause = [BEGUN, entry(2, "paused", 100), entry(3, "resumed", 200)]
    seen = entry(4, "stamped", 200, node="called", at=later(150).isoformat())
    (one,) = due(scenario, [*pause, seen], later(210))
    assert one.due == later(210)
    assert due(scenario, [*pause, seen], later(209)) == ()


def test_an_order_by_hand_hastens_and_never_delays() -> None:
    scenario = one_inject(Trigger("clock", 60))
    soon = entry(2, "noted", 10, release="X", at=later(10).isoformat())
    (one,) = due(scenario, [BEGUN, soon], later(10))
    assert (one.due, one.by_hand) == (later(10), True)
    after = entry(2, "noted", 70, release="X", at=later(70).isoformat())
    (one,) = due(scenario, [BEGUN, after], later(80))
    assert (one.due, one.by_hand) == (later(60), False)


def test_lateness_counts_running_time_only() -> None:
    course = course_of([BEGUN, entry(2, "paused", 10), entry(3, "resumed", 70)])
    assert late_ms(course, later(5), later(75)) == 10_000
    assert late_ms(course, later(75), later(5)) == 0
    assert late_ms(replace(course, t0=None), later(5), later(75)) == 0


@pytest.mark.parametrize("spoilt", ["", "soon", "2026-09-16", 5, None, "9999-12-31T23:59:59+00:00"])
def test_an_entry_with_a_spoilt_time_stops_nothing(spoilt: object) -> None:
    """Logs of other versions, and answers of players, may hold any text for a time."""
    scenario = one_inject(Trigger("clock", 60))
    odd = [
        entry(2, "released", 61, "X", due=spoilt, late_ms="x", at=spoilt),
        entry(3, "acknowledged", 62, "X", at=spoilt, by=7),
        entry(4, "noted", 63, added={"key": 1}),
        entry(5, "stamped", 64, node=3, at=spoilt, offset_ms="1"),
    ]
    course = course_of([BEGUN, *odd])
    assert [one.key for one in course.released] == ["X"]
    assert due(scenario, [BEGUN, *odd], later(99)) == ()
