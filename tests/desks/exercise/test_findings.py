"""Findings: proposed by late nodes, given to somebody by a day, closed, overdue, archived."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from desks.exercise import running
from desks.exercise.findings import Finding, all_findings, close, dismiss, find, overdue
from desks.exercise.folder import Control
from desks.exercise.log import head, open_log, write
from desks.exercise.packaging import LOG, PACKAGE
from desks.exercise.review import archive, count_people, proposal_said, review_of
from geodata.faults import UserError
from language import Catalogue
from tests.desks.exercise.drills import NUMBER, T0, later, make_drill, stamped

BY = "秘书"
DUE = "2026-10-31"


def _freeze(control: Control) -> None:
    """Write what freezing leaves: its line in the log, and the package."""
    with open_log(control.drill(NUMBER) / LOG) as log:
        write(log, "control", "frozen", {"head": head(log)})
    (control.drill(NUMBER) / PACKAGE).write_bytes(b"PK")


@pytest.fixture
def over(tmp_path: Path) -> Control:
    """Return a drill that is over and frozen: one node in time, one late."""
    control = _ended(tmp_path)
    _freeze(control)
    return control


def _ended(tmp_path: Path) -> Control:
    control = make_drill(tmp_path)
    running.start(control, NUMBER, T0)
    running.stamp(control, NUMBER, stamped("called", 30), now=later(1000))
    running.stamp(control, NUMBER, stamped("arrived", 861), now=later(1000))
    running.end(control, NUMBER, later(1000))
    return control


def _told(caught: pytest.ExceptionInfo[UserError]) -> str:
    words = Catalogue.load("en")
    return " ".join(f"{one.file} {words.word(one.problem)}" for one in caught.value.faults)


def _late(control: Control, **changes: str) -> Finding:
    told = {"owner": "示例甲", "due": DUE, "by": BY, "id_": "node:arrived"} | changes
    whose = (told["owner"], told["due"])
    return find(control, NUMBER, "首队到场晚", whose=whose, by=told["by"], id_=told["id_"])


def test_a_late_node_proposes_a_finding_and_a_person_accepts_it(over: Control) -> None:
    """S4-6: findings of each drill become tracked items."""
    (node,) = review_of(over, NUMBER).proposed
    assert Catalogue.load("en").word(proposal_said(node)).endswith("61 s after its band.")
    assert all_findings(over) == (), "a proposal is no finding before a person says so"
    _late(over)
    after = review_of(over, NUMBER)
    assert after.proposed == ()
    assert [(one.id, one.owner, one.due) for one in after.findings] == [
        ("node:arrived", "示例甲", DUE)
    ]


def test_a_drill_with_an_untracked_finding_is_not_archived_and_each_is_named(
    over: Control,
) -> None:
    """S4-6: no drill can be archived with untracked findings."""
    find(over, NUMBER, "通信不畅", whose=("示例乙", ""), by=BY)
    find(over, NUMBER, "器材不足", whose=("", DUE), by=BY)
    find(over, NUMBER, "无人负责", whose=("", ""), by=BY)
    with pytest.raises(UserError) as caught:
        archive(over, NUMBER, BY)
    told = _told(caught)
    assert "F-1 通信不畅: no day." in told
    assert "F-2 器材不足: no owner." in told
    assert "F-3 无人负责: no owner, no day." in told
    assert "node:arrived 首支力量到场: proposed, not decided." in told
    assert not review_of(over, NUMBER).archived


def test_tracked_open_findings_let_a_drill_be_archived_and_close_later(over: Control) -> None:
    """S4-6: they stay on the list across all drills until they are closed."""
    _late(over)
    archive(over, NUMBER, BY)
    assert review_of(over, NUMBER).archived
    day = date.fromisoformat(DUE)
    assert overdue(over, day) == ()
    assert [one.id for one in overdue(over, day + timedelta(1))] == ["node:arrived"]
    closed = close(over, NUMBER, "node:arrived", how="换道路", by="示例甲")
    assert (closed.how, closed.by) == ("换道路", "示例甲")
    assert overdue(over, date(2099, 1, 1)) == ()
    assert [one.id for one in overdue(over, day + timedelta(1))] == ["node:arrived"], "as of then"


def test_after_archiving_nothing_is_added(over: Control) -> None:
    _late(over)
    archive(over, NUMBER, BY)
    with pytest.raises(UserError, match=r"archived|归档"):
        find(over, NUMBER, "又一条", whose=("甲", DUE), by=BY)
    with pytest.raises(UserError):
        archive(over, NUMBER, BY)


def test_what_is_no_finding_is_said_with_who_and_why(over: Control) -> None:
    """S4-6: dismissing a proposal is a decision in the log as well."""
    made = dismiss(over, NUMBER, "node:arrived", "首队到场晚", why="铁路道口关闭", by=BY)
    assert made.is_none
    assert made.tracked
    archive(over, NUMBER, BY)
    assert overdue(over, date(2099, 1, 1)) == ()
    with pytest.raises(UserError):
        dismiss(over, NUMBER, "node:arrived", "x", why="y", by=BY)


def test_a_finding_told_anew_keeps_its_id_and_is_open_again(over: Control) -> None:
    first = find(over, NUMBER, "通信不畅", whose=("", ""), by=BY)
    close(over, NUMBER, first.id, how="修好", by="示例乙")
    again = find(over, NUMBER, "通信仍不畅", whose=("示例乙", DUE), by=BY, id_=first.id)
    assert (again.id, again.closed, again.found) == (first.id, None, first.found)
    assert len(all_findings(over)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"owner": "甲\u202e乙"}, {"owner": "长" * 81}, {"due": "2026-02-30"}, {"due": "soon"},
        {"due": "2026-09-15"}, {"by": ""}, {"id_": "a b"}, {"id_": "../x"},
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_and_nothing_written(
    over: Control, wrong: dict[str, str]
) -> None:
    with pytest.raises(UserError):
        _late(over, **wrong)
    assert all_findings(over) == ()


def test_closing_needs_a_finding_that_is_open_and_how(over: Control) -> None:
    _late(over)
    with pytest.raises(UserError):
        close(over, NUMBER, "F-9", how="x", by=BY)
    with pytest.raises(UserError):
        close(over, NUMBER, "node:arrived", how="", by=BY)
    close(over, NUMBER, "node:arrived", how="x", by=BY)
    with pytest.raises(UserError):
        close(over, NUMBER, "node:arrived", how="again", by=BY)


def test_a_drill_that_is_not_over_is_not_archived(tmp_path: Path) -> None:
    control = make_drill(tmp_path)
    running.start(control, NUMBER, T0)
    with pytest.raises(UserError) as caught:
        archive(control, NUMBER, BY)
    assert "not over" in _told(caught)
    assert not review_of(control, NUMBER).archived


def test_a_drill_without_its_package_is_not_archived(tmp_path: Path) -> None:
    """What is archived can be proven by anybody; without the package nothing can."""
    control = _ended(tmp_path)
    _late(control)
    with pytest.raises(UserError) as caught:
        archive(control, NUMBER, BY)
    assert "never frozen" in _told(caught)
    assert "drill freeze" in Catalogue.load("en").word(caught.value.faults[0].mend)
    _freeze(control)
    (control.drill(NUMBER) / PACKAGE).unlink()
    with pytest.raises(UserError) as caught:
        archive(control, NUMBER, BY)
    assert f"{PACKAGE} is not in" in _told(caught)
    _freeze(control)
    archive(control, NUMBER, BY)


@pytest.mark.parametrize("day", ["9999-12-31", "2140-01-01"])
def test_nothing_is_due_in_another_century(over: Control, day: str) -> None:
    with pytest.raises(UserError) as caught:
        _late(over, due=day)
    assert "--due The day lies too far off" in _told(caught)


def test_people_are_counted_while_and_after_it_runs_not_before(tmp_path: Path) -> None:
    control = make_drill(tmp_path)
    with pytest.raises(UserError):
        count_people(control, NUMBER, 12, "清点员")
    running.start(control, NUMBER, T0)
    assert count_people(control, NUMBER, 12, "清点员").told["people"] == 12
    with pytest.raises(UserError):
        count_people(control, NUMBER, -1, "清点员")


@pytest.mark.parametrize(("days", "late"), [(-1, False), (0, False), (1, True), (400, True)])
def test_due_today_is_in_time_and_due_yesterday_is_overdue(
    over: Control,
    days: int,
    late: bool,  # noqa: FBT001 - a case of a table
) -> None:
    """S4-6: the day itself is whole: nobody is late on it."""
    _late(over)
    day = date.fromisoformat(DUE) + timedelta(days)
    assert [one.id for one in overdue(over, day)] == (["node:arrived"] if late else [])


def test_what_closes_after_midnight_in_china_was_late_though_not_in_utc() -> None:
    """The day is the office's: 16:30 UTC on the 31st is the 1st of November in Beijing."""
    kept = {"text": "x", "owner": "甲", "due": DUE, "found": T0, "found_by": "乙"}
    closed_at = datetime(2026, 10, 31, 16, 30, tzinfo=UTC)
    one = Finding(drill="1", id="F-1", **kept, closed=closed_at)  # type: ignore[arg-type]
    assert not one.overdue(date(2026, 10, 31))
    assert not one.overdue(date(2026, 11, 1)), "closed on that day"
    later_one = replace(one, closed=closed_at + timedelta(days=1))
    assert later_one.overdue(date(2026, 11, 1))
    assert not later_one.overdue(date(2026, 11, 2))


def test_without_a_day_nothing_is_overdue_and_nothing_is_tracked(over: Control) -> None:
    """S4-6: no invented day; the archive refuses it instead."""
    made = find(over, NUMBER, "通信不畅", whose=("示例乙", ""), by=BY)
    assert overdue(over, date.max) == ()
    assert not made.tracked


def test_the_day_of_the_drill_itself_can_be_the_day_and_the_one_before_cannot(
    over: Control,
) -> None:
    assert _late(over, due="2026-09-16").due == "2026-09-16"
    with pytest.raises(UserError) as caught:
        _late(over, due="2026-09-15", id_="")
    assert "before the drill" in _told(caught)


def test_new_findings_never_take_the_id_of_another_one(over: Control) -> None:
    find(over, NUMBER, "手写编号", whose=("", ""), by=BY, id_="F-2")
    made = [find(over, NUMBER, f"第{n}条", whose=("", ""), by=BY).id for n in range(3)]
    assert made == ["F-3", "F-4", "F-5"]
    assert len(all_findings(over)) == 4


def test_a_dismissed_one_that_is_found_after_all_must_be_tracked_again(over: Control) -> None:
    """S4-6: who changes their mind cannot leave it without owner and day."""
    dismiss(over, NUMBER, "node:arrived", "首队到场晚", why="道口关闭", by=BY)
    again = _late(over, owner="", due="")
    assert (again.is_none, again.how, again.closed, again.tracked) == (False, "", None, False)
    with pytest.raises(UserError) as caught:
        archive(over, NUMBER, BY)
    assert "no owner, no day" in _told(caught)


def test_an_archived_drill_refuses_counts_and_dismissals_too(over: Control) -> None:
    _late(over)
    archive(over, NUMBER, BY)
    for act in (
        lambda: count_people(over, NUMBER, 3, BY),
        lambda: dismiss(over, NUMBER, "node:called", "x", why="y", by=BY),
    ):
        with pytest.raises(UserError) as caught:
            act()
        assert "archived" in _told(caught)
    assert len(all_findings(over)) == 1


def test_who_archives_says_who_they_are_and_gets_every_reason_at_once(tmp_path: Path) -> None:
    control = make_drill(tmp_path)
    running.start(control, NUMBER, T0)
    running.stamp(control, NUMBER, stamped("arrived", 861), now=later(1000))
    find(control, NUMBER, "无人负责", whose=("", ""), by=BY)
    with pytest.raises(UserError) as caught:
        archive(control, NUMBER, BY)
    told = _told(caught)
    assert all(part in told for part in ("not over", "F-1 无人负责", "node:arrived"))
    running.end(control, NUMBER, later(1000))
    for name in ("", "长" * 81, "甲\u202e乙"):
        with pytest.raises(UserError) as caught:
            archive(control, NUMBER, name)
        assert "--by" in _told(caught)
