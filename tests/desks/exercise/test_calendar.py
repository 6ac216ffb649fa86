"""Who must drill by when: at any date, by every rule, school by plan by drill."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from desks.exercise.calendar import Cell, Held, drill_calendar, held_in_register, matrix
from desks.exercise.calendar_document import calendar_document, calendar_lines
from desks.exercise.calendar_rules import TABLE, DrillRule, load_drill_rules
from desks.onemap import OneMap
from desks.records import Records
from geodata.faults import UserError
from language import Catalogue

RULES = load_drill_rules()
DAY = date(2026, 9, 16)


def rows(**columns: tuple[str, ...]) -> Records:
    ids = columns.pop("id")
    return Records(
        ids, tuple(f"示例{id_}" for id_ in ids), np.zeros((len(ids), 2)),
        np.ones(len(ids), np.bool_), np.arange(len(ids)), columns,
    )  # fmt: skip


def lines(parent: str, *held: tuple[str, str, str, str]) -> dict[str, tuple[str, ...]]:
    """Return a child table: id, subject, day held, day of the plan."""
    columns = list(zip(*held, strict=True)) if held else [(), (), (), ()]
    return dict(zip((parent, "subject", "held", "plan_issued"), columns, strict=True))


def district_of(**children: dict[str, tuple[str, ...]]) -> Any:  # noqa: ANN401 - stands in for a map
    return SimpleNamespace(
        name_zh="示例区",
        records={
            "firm": rows(id=("Q1", "Q2", "Q3"), key_firm=("是", "是", "否")),
            "school": rows(id=("X1", "X2"), kind=("小学", "幼儿园")),
        },
        child_values={key.replace("_", "."): table for key, table in children.items()},
    )


def only(*keys: str) -> tuple[DrillRule, ...]:
    return tuple(rule for rule in RULES if rule.key in keys)


def test_firms_are_counted_by_year_and_listed_when_overdue() -> None:
    """Row S0-12: once a year at least; who drilled last year has until the end of this one."""
    table = lines("firm_id", ("Q1", "火灾", "2025-03-01", ""), ("Q1", "泄漏", "2025-11-30", ""))
    onemap = district_of(firm_drill=table)
    expected = {
        date(2025, 1, 1): (True, 0, None),
        date(2025, 3, 1): (False, 1, date(2026, 12, 31)),
        date(2025, 12, 31): (False, 2, date(2026, 12, 31)),
        date(2026, 12, 31): (False, 0, date(2026, 12, 31)),
        date(2027, 1, 1): (True, 0, date(2026, 12, 31)),
    }
    for on, (overdue, times, due) in expected.items():
        calendar = drill_calendar(onemap, on, rules=only("firm_yearly"))
        duty = next(one for one in calendar.duties if one.id == "Q1")
        assert (duty.overdue, duty.times, duty.due) == (overdue, times, due), on
        assert {one.id for one in calendar.duties} == {"Q1", "Q2"}, "Q3 is no key firm"
        assert "Q2" in {one.id for one in calendar.overdue}, "who never drilled is always overdue"


def test_schools_by_plan_by_drill() -> None:
    """Row S1-27: crush, fire, drowning, typhoon: a plan for each, and a drill of each."""
    table = lines(
        "school_id",
        ("X1", "踩踏", "2026-05-12", "2024-09-01"), ("X1", "火灾", "", "2024-09-01"),
        ("X1", "溺水", "2026-06-01", ""), ("X1", "地震", "2026-06-02", "2024-09-01"),
    )  # fmt: skip
    calendar = drill_calendar(district_of(school_drill=table), DAY, rules=only("school_plans"))
    found = matrix(calendar, "school_plans")
    assert list(found) == [("X1", "示例X1"), ("X2", "示例X2")]
    assert found["X1", "示例X1"] == {
        "踩踏": Cell(plan=True, times=1, overdue=False),
        "火灾": Cell(plan=True, times=0, overdue=True),
        "溺水": Cell(plan=False, times=1, overdue=False),
        "台风": Cell(plan=False, times=0, overdue=True),
    }
    assert all(cell.overdue for cell in found["X2", "示例X2"].values())
    said = {(one.id, one.subject): str(one.why) for one in calendar.duties}
    assert said["X1", "台风"] == "Neither a plan nor a drill is on file."
    assert "without a plan" in said["X1", "溺水"]


def test_schools_drill_yearly_whatever_the_subject() -> None:
    """Row S3-10: primary and secondary schools, once a year; a kindergarten is another rule."""
    table = lines("school_id", ("X1", "地震", "2026-05-12", ""))
    calendar = drill_calendar(district_of(school_drill=table), DAY, rules=only("pupils_yearly"))
    (duty,) = calendar.duties
    assert (duty.id, duty.times, duty.overdue, duty.plan) == ("X1", 1, False, None)


@pytest.mark.parametrize(
    ("period", "last", "due"),
    [
        ("month", "2026-08-31", "2026-09-30"),
        ("month", "2026-12-01", "2027-01-31"),
        ("quarter", "2026-07-01", "2026-12-31"),
        ("half", "2026-06-30", "2026-12-31"),
        ("year", "2024-02-29", "2025-12-31"),
        ("two_years", "2026-01-01", "2029-12-31"),
        ("two_years", "2025-12-31", "2027-12-31"),
    ],
)
def test_a_period_ends_with_the_calendars(period: str, last: str, due: str) -> None:
    (rule,) = only("firm_yearly")
    made = DrillRule(**{**vars(rule), "period": period})
    day = date.fromisoformat(last)
    assert made.last_day(made.number(day) + 1).isoformat() == due
    assert made.number(date.fromisoformat(due)) == made.number(day) + 1


def test_drills_of_controls_archive_count_too() -> None:
    onemap = district_of()
    archive = [Held("firm", "Q1", "", date(2026, 3, 3)), Held("district", "", "", date(2025, 1, 2))]
    calendar = drill_calendar(
        onemap, DAY, archived=archive, rules=only("firm_yearly", "district_two_years")
    )
    by_id = {(one.layer, one.id): one for one in calendar.duties}
    assert not by_id["firm", "Q1"].overdue
    assert by_id["district", ""].name == "示例区"
    assert by_id["district", ""].due == date(2027, 12, 31)
    assert [one.id for one in calendar.duties] == ["Q2", "", "Q1"], "overdue first, then by due"


def test_a_plan_of_later_does_not_count_yet() -> None:
    table = lines("school_id", ("X1", "火灾", "", "2026-10-01"))
    onemap = district_of(school_drill=table)
    for on, plan in ((DAY, ""), (date(2026, 10, 1), "2026-10-01")):
        calendar = drill_calendar(onemap, on, rules=only("school_plans"))
        duty = next(d for d in calendar.duties if (d.id, d.subject) == ("X1", "火灾"))
        assert duty.plan == plan


def test_the_sample_district_has_drills_overdue_and_in_time(district: OneMap) -> None:
    """Rows S0-12, S1-27: the made-up registers hold both, and every line belongs to a body."""
    for one in held_in_register(district):
        assert one.id in district.records[one.layer].ids
    calendar = drill_calendar(district, DAY)
    for key in ("firm_yearly", "school_plans", "pupils_monthly"):
        duties = [duty for duty in calendar.duties if duty.rule == key]
        assert {duty.overdue for duty in duties} == {True, False}, key
    assert len({(d.rule, d.id, d.subject) for d in calendar.duties}) == len(calendar.duties)
    lacking = [str(one) for one in calendar.cautions]
    assert any("not verified" in one for one in lacking)
    document = calendar_document(calendar, Catalogue.load("en"))
    assert document["overdue"] == sum(rule["overdue"] for rule in document["rules"])
    assert len(document["duties"]) == len(calendar.duties)
    told = list(calendar_lines(calendar, Catalogue.load("zh")))
    assert any("另有" in line for line in told)


def test_spoiled_rules_are_refused_with_every_fault(tmp_path: Path) -> None:
    text = TABLE.read_text(encoding="utf-8")
    for good, bad in (
        ('period = "month"', 'period = "week"'), ('layer = "firm"', 'layer = "shop"'),
        ("{ kind = [", "{ stage = ["), ('"溺水"', '"雪崩"'), ('key = "pupils_monthly"',
        'key = "pupils_yearly"'),
    ):  # fmt: skip
        text = text.replace(good, bad, 1)
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_drill_rules(path)
    told = [str(fault.problem) for fault in caught.value.faults]
    for word in ("week", "shop", "stage", "雪崩", "twice"):
        assert any(word in one for one in told), word


def test_every_figure_of_the_rules_names_its_source() -> None:
    assert all(rule.source for rule in RULES)
    assert not next(rule for rule in RULES if rule.key == "district_two_years").verified
