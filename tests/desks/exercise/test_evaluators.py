"""What evaluators bring back is merged once, in any order, and never into another drill."""

import hashlib
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from desks.exercise import running
from desks.exercise.course import Stamp, course_of
from desks.exercise.evaluators import counting, hand_out, merge, read_evaluator_file
from desks.exercise.folder import Control
from desks.exercise.log import entries, open_log, write
from desks.exercise.packaging import EVALUATORS
from desks.exercise.review import review_of
from geodata.faults import UserError
from tests.desks.exercise.drills import NUMBER, copied, later, make_drill, seeded, stamped
from tests.desks.exercise.pages import EvaluatorPage, ms
from tests.desks.exercise.pools import scenario


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a drill that began at T0; tests work on copies."""
    folder = tmp_path_factory.mktemp("begun")
    running.start(make_drill(folder), NUMBER, later(0))
    return folder


@pytest.fixture
def control(begun: Path, tmp_path: Path) -> Control:
    """Return a running drill of the test's own."""
    return copied(begun, tmp_path / "drill")


def hand_in(control: Control, page: EvaluatorPage) -> tuple[Stamp, ...]:
    """Merge the page's file and return what is new of it."""
    return merge(control, NUMBER, read_evaluator_file(page.file())).stamps


def one_page(evaluator: str = "评估员甲", copy: str = "a" * 32, **more: int) -> EvaluatorPage:
    page = EvaluatorPage(evaluator, copy, **more)
    page.clock(-30)
    page.stamp(61, "called")
    return page


def logged(control: Control, kind: str) -> list[dict[str, object]]:
    return [dict(e.told) for e in running.state(control, NUMBER).entries if e.kind == kind]


def counted(control: Control) -> set[tuple[str, str, str]]:
    """Return who timed which node when, as it counts in the end."""
    found = counting(running.state(control, NUMBER).entries)
    return {(one.evaluator, one.node, one.at.isoformat()) for one in found}


def test_a_stamp_lands_in_the_log_corrected_with_what_the_device_showed(control: Control) -> None:
    page = one_page(behind_ms=4_000)
    page.line(70, "line", text="警戒线过近")
    page.photo(80)
    done = merge(control, NUMBER, read_evaluator_file(page.file()))
    assert [(s.node, s.at, s.raw, s.offset_ms) for s in done.stamps] == [
        ("called", later(61), later(57), 4_000)
    ]
    assert (done.known, done.lines, done.faults) == (0, 2, ())
    assert logged(control, "noted")[0]["text"] == "警戒线过近"
    told = logged(control, "handed_in")[0]
    assert (told["offset_ms"], told["head"]) == (4_000, page.chain[-1]["hash"])
    kept = list((control.drill(NUMBER) / EVALUATORS).iterdir())
    assert [path.read_bytes() for path in kept] == [page.file()], "kept as it came"


def test_a_file_in_the_name_of_who_was_handed_no_page_is_said(control: Control) -> None:
    """Any device can write any name: control must ask who it was."""
    told = "No page was handed out to 评估员甲: ask who wrote this file."
    file = read_evaluator_file(one_page().file())
    assert told in map(str, merge(control, NUMBER, file).said)
    hand_out(control, NUMBER, "评估员甲", "<html>")
    assert told not in map(str, merge(control, NUMBER, file).said)


def test_twice_is_once(control: Control) -> None:
    page = one_page()
    page.line(70, "line", text="一句")
    hand_in(control, page)
    before = running.state(control, NUMBER).entries
    again = merge(control, NUMBER, read_evaluator_file(page.file()))
    assert (again.stamps, again.known, again.lines) == ((), 1, 0)
    assert running.state(control, NUMBER).entries == before


def test_a_crash_between_stamps_and_the_end_of_merging_loses_and_doubles_nothing(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = one_page()
    page.stamp(600, "arrived")
    page.line(601, "line", text="一句")

    def fails(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("desks.exercise.evaluators._keep", fails)
    with pytest.raises(KeyboardInterrupt):
        hand_in(control, page)
    monkeypatch.undo()
    hand_in(control, page)
    assert len(logged(control, "stamped")) == 2
    assert len(logged(control, "noted")) == 1
    assert len(logged(control, "handed_in")) == 1


def test_evaluators_and_devices_stand_side_by_side(control: Control) -> None:
    hand_in(control, one_page("甲", "a" * 32))
    hand_in(control, one_page("乙", "b" * 32, behind_ms=1_000))
    hand_in(control, one_page("甲", "c" * 32, behind_ms=2_000))
    running.stamp(control, NUMBER, stamped("called", 62, "丙"), now=later(99))
    found = counting(running.state(control, NUMBER).entries)
    assert sorted(one.evaluator for one in found) == ["丙", "乙", "甲", "甲"]


def test_a_later_file_of_the_device_adds_and_an_earlier_one_then_adds_nothing(
    control: Control,
) -> None:
    page = one_page()
    first = page.file()
    page.line(62, "change", node="called", to=ms(later(60)), why="看错")
    page.stamp(640, "arrived")
    hand_in(control, page)
    assert merge(control, NUMBER, read_evaluator_file(first)).stamps == ()
    assert {one[1:] for one in counted(control)} == {
        ("called", later(60).isoformat()), ("arrived", later(640).isoformat()),
    }  # fmt: skip


def test_a_press_stands_again_once_what_replaced_it_is_taken_back(control: Control) -> None:
    page = one_page()
    page.clock(62)
    hand_in(control, page)
    second = page.line(70, "change", node="called", to=ms(later(50)), why="看错")
    hand_in(control, page)
    assert counted(control) == {(page.evaluator, "called", later(50).isoformat())}
    page.line(80, "undo", of=second)
    hand_in(control, page)
    first = {(page.evaluator, "called", later(61).isoformat())}
    assert counted(control) == first
    hand_in(control, page)
    found = running.state(control, NUMBER).entries
    assert course_of(found).reached("called") == later(61), "what waits for the node sees it too"
    assert sum("stands" in entry.told for entry in found) == 1
    page.line(90, "change", node="called", to=ms(later(55)), why="再看")
    hand_in(control, page)
    assert counted(control) == {(page.evaluator, "called", later(55).isoformat())}
    page.line(95, "undo", of=len(page.chain))
    hand_in(control, page)
    assert counted(control) == first, "as often as the evaluator changes it"
    assert review_of(control, NUMBER).remarks == (), "none of this is an evaluator's remark"


def test_what_was_taken_back_after_a_first_file_counts_no_more(control: Control) -> None:
    page = one_page()
    hand_in(control, page)
    page.line(70, "undo", of=3)
    hand_in(control, page)
    assert counted(control) == set()
    assert len(logged(control, "stamped")) == 1, "nothing is removed from the log"


def test_a_file_of_another_drill_or_scenario_is_refused_with_both_faults(control: Control) -> None:
    """Replaying an old file: neither another drill's nor another scenario's is taken."""
    other = replace(scenario(), title="另一个")
    page = EvaluatorPage(drill="2025-9", scenario=other)
    page.stamp(1, "called")
    with pytest.raises(UserError) as caught:
        hand_in(control, page)
    assert len(caught.value.faults) == 2
    same = EvaluatorPage(scenario=other)
    same.stamp(1, "called")
    with pytest.raises(UserError, match="another scenario"):
        hand_in(control, same)
    assert not logged(control, "handed_in")


def test_two_files_of_one_device_that_contradict_each_other_are_refused(control: Control) -> None:
    page, forged = one_page(), one_page()
    hand_in(control, page)
    forged.chain.pop()
    forged.stamp(30, "called")
    forged.stamp(640, "arrived")
    with pytest.raises(UserError, match="says otherwise"):
        hand_in(control, forged)
    assert counted(control) == {("评估员甲", "called", later(61).isoformat())}


def test_a_trial_press_before_t0_costs_no_other_stamp(control: Control) -> None:
    page = EvaluatorPage()
    page.clock(-40)
    page.stamp(-20, "arrived")
    page.stamp(61, "called")
    done = merge(control, NUMBER, read_evaluator_file(page.file()))
    assert [one.node for one in done.stamps] == ["called"]
    assert "earlier than the start" in str(done.faults[0])
    assert merge(control, NUMBER, read_evaluator_file(page.file())).stamps == ()


def test_where_no_stamp_is_taken_the_file_is_refused_and_not_kept(control: Control) -> None:
    page = EvaluatorPage()
    page.stamp(-20, "arrived")
    with pytest.raises(UserError, match="earlier than the start"):
        hand_in(control, page)
    assert not (control.drill(NUMBER) / EVALUATORS).exists()
    assert not logged(control, "handed_in")


def test_before_t0_and_after_the_freeze_nothing_is_merged(tmp_path: Path, control: Control) -> None:
    waiting = make_drill(tmp_path / "waiting")
    with pytest.raises(UserError, match="has not begun"):
        hand_in(waiting, one_page())
    running.end(control, NUMBER, later(900))
    hand_in(control, one_page())
    with open_log(control.drill(NUMBER) / "log.sqlite") as log:
        write(log, "导调", "frozen", {"head": "0" * 64})
    with pytest.raises(UserError, match="frozen"):
        hand_in(control, one_page("乙", "b" * 32))


def test_the_page_that_was_handed_out_stands_in_the_log_by_its_hash(control: Control) -> None:
    entry = hand_out(control, NUMBER, "评估员甲", "<html>")
    assert entry.told["file"] == hashlib.sha256(b"<html>").hexdigest()
    for name in ("", " 甲", "a:b", "a/b", "x" * 61, "甲\u202e"):
        with pytest.raises(UserError, match="A name has"):
            hand_out(control, NUMBER, name, "<html>")


def test_any_order_of_merging_gives_the_same_stamps(begun: Path, tmp_path: Path) -> None:
    """Seeded: three devices, one of them handing in twice; each order, each file once or twice."""
    chance = seeded(11)
    files = []
    for number, name in enumerate(("甲", "乙", "甲")):
        page = EvaluatorPage(name, f"{number}" * 32, behind_ms=chance.randrange(-3_000, 3_000))
        page.clock(-chance.uniform(1, 99))
        page.stamp(chance.uniform(30, 300), "called")
        if number == 0:
            files.append(page.file())
            page.line(301, "undo", of=3)
            page.stamp(chance.uniform(302, 400), "called")
        page.stamp(chance.uniform(400, 900), "arrived")
        page.clock(1_000, "in", late_ms=chance.randrange(300))
        files.append(page.file())
    seen = []
    orders = list(permutations(range(len(files))))
    for at, order in enumerate(chance.sample(orders, 6)):
        control = copied(begun, tmp_path / str(at))
        for number in (*order, *chance.choices(order, k=2)):
            merge(control, NUMBER, read_evaluator_file(files[number]))
        seen.append(counted(control))
        with open_log(control.drill(NUMBER) / "log.sqlite") as log:
            assert log.verify().intact
            keys = [e.key for e in entries(log) if e.kind == "stamped"]
        assert len(keys) == len(set(keys))
    assert len(seen[0]) == 6
    assert all(one == seen[0] for one in seen)
