"""When reports are due and what they say; bulletins in four colours; wind entered by hand."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desks.command.brief import situation_brief
from desks.command.bulletins import advice, bulletin
from desks.command.bulletins import colour as colour_of
from desks.command.case import Case
from desks.command.journal import Entry, Intake, board, open_incident, read_log, write
from desks.command.reporting import Due, due_reports, report_text, stage
from desks.command.reporting_rules import RULES, load_reporting_rules, reporting_rules
from desks.command.sheet import situation_sheet
from desks.command.situation import Incident, Point
from desks.command.wind import WindReading, last_wind, wind_entry, wind_said, with_wind
from desks.onemap import OneMap
from desks.stock import CHINA
from geodata.faults import UserError
from geodata.store import Author, Store, create_store
from tests.desks.casework import WHEN, WRITTEN, bare_case, full_case, opened
from tests.desks.making import at_town

ME = Author("林晏", "值班")


def at(onemap: OneMap) -> Point:
    x_m, y_m = onemap.records["team"].xy_m[0]
    return float(x_m), float(y_m)


@pytest.fixture
def case(town: OneMap) -> Case:
    return full_case(town, at(town))


@pytest.fixture
def english(town: OneMap) -> Case:
    return full_case(town, at(town), "en")


def minutes(value: float) -> datetime:
    return WHEN + timedelta(minutes=value)


def due_of(dues: tuple[Due, ...]) -> list[tuple[str, datetime, bool]]:
    return [(one.stage.key, one.due, one.late) for one in dues]


def test_the_first_report_is_due_within_the_hour() -> None:
    """Row S2-9: one hour from the call; the very minute is still in time."""
    incident = opened()
    assert due_of(due_reports(incident, minutes(0))) == [("first", minutes(60), False)]
    assert due_of(due_reports(incident, minutes(60))) == [("first", minutes(60), False)]
    late = due_reports(incident, minutes(60) + timedelta(seconds=1))
    assert due_of(late) == [("first", minutes(60), True)]


def test_each_report_starts_the_clock_of_the_next() -> None:
    once = replace(opened(), reports=(("first", minutes(20)),))
    assert due_of(due_reports(once, minutes(30))) == [("further", minutes(140), False)]
    twice = replace(once, reports=(*once.reports, ("further", minutes(90))))
    assert due_of(due_reports(twice, minutes(100))) == [("further", minutes(210), False)]


def test_a_close_ends_the_further_reports_and_calls_for_the_final_one() -> None:
    closed = replace(opened(), closed=minutes(300), reports=(("first", minutes(20)),))
    assert due_of(due_reports(closed, minutes(301))) == [("final", minutes(300 + 1440), False)]
    done = replace(closed, reports=(*closed.reports, ("final", minutes(400))))
    assert due_reports(done, minutes(9999)) == ()


def test_a_first_report_that_was_forgotten_stays_due_after_the_close() -> None:
    closed = replace(opened(), closed=minutes(30))
    assert [one.stage.key for one in due_reports(closed, minutes(90))] == ["first", "final"]
    assert [one.late for one in due_reports(closed, minutes(90))] == [True, False]


def test_the_deadlines_are_those_of_the_users_file(tmp_path: Path) -> None:
    """A district edits the rule pack: its own minutes count."""
    text = RULES.read_text(encoding="utf-8").replace("within_min = 60", "within_min = 30")
    path = tmp_path / "reporting.toml"
    path.write_text(text, encoding="utf-8")
    rules = load_reporting_rules(path)
    assert due_of(due_reports(opened(), minutes(31), rules)) == [("first", minutes(30), True)]


def test_no_deadline_pretends_to_be_verified() -> None:
    """The clauses were not read at their source: each says so until somebody has."""
    rules = reporting_rules()
    assert set(rules.stages) == {"first", "further", "final"}
    assert not any(one.verified for one in rules.stages.values())
    assert not any(one.verified for one in rules.colours.values())
    assert all(one.source for one in (*rules.stages.values(), *rules.colours.values()))
    assert "493" in rules.stages["first"].source


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('after = "opened"', 'after = "someday"', "stage.first.after"),
        ("within_min = 60", 'within_min = "an hour"', "stage[1].within_min"),
        ("within_min = 60", "within_min = 0", "stage[1].within_min"),
        ("max_age_min = 30", "max_age_min = -1", "wind.max_age_min"),
        ('urgency = "Future"', 'hurry = "Future"', "bulletin[1].urgency"),
        ("[[stage]]", "[[stag]]", "stage"),
        ('version = "2026-01"', "version = ", "reporting"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_by_name(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    path = tmp_path / "reporting.toml"
    text = RULES.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(UserError) as refused:
        load_reporting_rules(path)
    assert any(named in str(fault.problem) + fault.file for fault in refused.value.faults)


def test_a_first_report_holds_what_the_article_asks_for(case: Case) -> None:
    """Row S2-9: unit, time and place, what happened, casualties, harm, measures, who was told."""
    text = report_text(case, stage("first"), "林晏")
    parts = (
        *("首报", "2026-09-16 14:22", "云溪水厂加氯间", "氯", "1 t", "有人倒地", "受伤：2"),
        *("死亡：不详", "1500 m", "8,640", "派 1、2 号队", "II", "林晏", "已应答 1"),
    )
    for part in parts:
        assert part in text, part
    assert "第九条" in text
    assert "未核实" in text
    assert "None" not in text
    assert "nan" not in text.casefold()


def test_an_english_report_says_the_same(english: Case) -> None:
    text = report_text(english, stage("further"), "Lin")
    for part in ("Further report", "Chlorine", "1 t", "1500 m", "8,640", "injured: 2", "Lin"):
        assert part in text, part


def test_a_report_of_which_nothing_is_known_says_so(town: OneMap) -> None:
    """Nothing unknown is written as zero."""
    text = report_text(bare_case(town, at(town)), stage("first"))
    assert "伤害范围不详" in text
    assert "伤亡情况：尚不清楚" in text
    assert "数量不详" in text
    assert "尚未记录任何决定" in text
    assert "0 人" not in text


def test_a_report_of_a_drill_says_so_first(town: OneMap) -> None:
    text = report_text(full_case(town, at(town), drill=True), stage("first"))
    assert text.startswith("【演练】")
    assert "演练" not in report_text(full_case(town, at(town)), stage("first"))


def test_unknown_stages_and_colours_are_refused_in_a_sentence() -> None:
    with pytest.raises(UserError, match="no such stage"):
        stage("last")
    with pytest.raises(UserError, match="no such colour"):
        colour_of("purple")


@pytest.mark.parametrize(
    ("key", "title", "grade", "hours"),
    [("blue", "蓝色", "四级", 24), ("yellow", "黄色", "三级", 12), ("orange", "橙色", "二级", 6),
     ("red", "红色", "一级", 3)],
)  # fmt: skip
def test_a_bulletin_of_each_colour(
    case: Case, key: str, title: str, grade: str, hours: int
) -> None:
    """Row S2-9: colour, grade, place, harm, what to do, until when, who issued it."""
    made = bulletin(case, key, "云溪区应急管理局")
    assert made.headline.startswith(f"{title}预警（{grade}）")
    assert made.expires - made.effective == timedelta(hours=hours)
    assert made.effective == WRITTEN
    text = made.text
    for part in ("云溪水厂加氯间", "1500 m", "关闭门窗", "70°", "云溪区应急管理局", "未核实"):
        assert part in text, part
    assert len(made.lines) == 6


def test_a_bulletin_names_only_shelters_that_are_safe_and_take_people(case: Case) -> None:
    evacuation = case.brief.evacuation
    assert evacuation is not None
    text = bulletin(case, "red").instruction
    for refuge in evacuation.refuges:
        assert (refuge.name in text) == (refuge.safe and refuge.assigned_people > 0)


def test_a_bulletin_without_a_zone_claims_none(town: OneMap) -> None:
    made = bulletin(bare_case(town, at(town)), "blue")
    assert "不详" in made.description
    assert "横穿风向" not in made.instruction


def test_the_bulletin_of_a_drill_cannot_be_taken_for_a_real_one(town: OneMap) -> None:
    made = bulletin(full_case(town, at(town), drill=True), "red")
    assert made.drill
    assert made.text.startswith("【演练】")


READ = WindReading(70.0, 2.1, WHEN, "林晏", "水厂风向袋", 4)


@pytest.mark.parametrize(
    ("seconds", "fresh", "age"),
    [(0, True, 0), (59, True, 0), (13 * 60, True, 13), (1800, True, 30), (1801, False, 30),
     (7200, False, 120), (-5, False, 0)],
)  # fmt: skip
def test_wind_grows_too_old_after_half_an_hour(seconds: int, fresh: bool, age: int) -> None:  # noqa: FBT001 - a column
    """Row S3-9: its age is shown; exactly 30 minutes still counts; the future's does not."""
    now = WHEN + timedelta(seconds=seconds)
    assert READ.fresh(now) == fresh
    assert READ.age_min(now) == age


def test_old_wind_is_used_only_by_hand() -> None:
    """Row S3-9: older than 30 minutes nothing is computed with it unless a person confirms it."""
    calm = Incident((0.0, 0.0), WHEN)
    assert with_wind(calm, READ, minutes(30), hand=False).wind_from_deg == 70.0
    assert with_wind(calm, READ, minutes(31), hand=False) == calm
    confirmed = with_wind(calm, READ, minutes(31), hand=True)
    assert (confirmed.wind_from_deg, confirmed.wind_ms, confirmed.cloud_oktas) == (70.0, 2.1, 4)


def test_wind_is_said_with_its_age() -> None:
    assert str(wind_said(READ, minutes(13))) == "Wind from 070°, 2.1 m/s, read 13 min ago."
    assert "too old" in str(wind_said(READ, minutes(31)))
    assert "No wind" in str(wind_said(None, WHEN))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with create_store(tmp_path / "register.sqlite") as made:
        yield made


def test_wind_typed_in_is_in_the_log_and_read_back_exactly(store: Store) -> None:
    """Row S3-9: no station, no network: a person reads it off, and the newest reading counts."""
    name = open_incident(store, ME, Intake(WHEN, place="水厂"), at=WHEN)
    write(store, ME, [wind_entry(name, READ)])
    newer = WindReading(360.0, 0.0, minutes(10), "周岚")
    write(store, ME, [wind_entry(name, newer)])
    log = read_log(store, name)
    assert last_wind(log, minutes(5)) == READ
    assert last_wind(log, minutes(11)) == replace(newer, from_deg=0.0)
    assert last_wind(log, WHEN - timedelta(seconds=1)) is None
    assert last_wind(read_log(store, "none"), WHEN) is None
    assert board(store)[0].id == name


@pytest.mark.parametrize(
    "wrong",
    [
        {"from_deg": 361.0}, {"from_deg": -1.0}, {"from_deg": float("nan")},
        {"speed_ms": -0.1}, {"speed_ms": 61.0}, {"speed_ms": float("inf")},
        {"cloud_oktas": 9}, {"cloud_oktas": -1},
    ],
)  # fmt: skip
def test_no_such_wind_blows(wrong: dict[str, float]) -> None:
    with pytest.raises(UserError) as refused:
        wind_entry("SJ-1", replace(READ, **wrong))  # type: ignore[arg-type]
    assert [fault.column for fault in refused.value.faults] == list(wrong)


def test_a_spoilt_reading_is_no_wind() -> None:
    line = Entry("1", "SJ-1", "wind", WHEN, "x", "?", facts={"from_deg": 70.0})
    assert last_wind([line], minutes(1)) is None


def test_times_on_paper_are_the_districts(case: Case) -> None:
    """A server in UTC must not print half past six for half past two."""
    utc = replace(case, at=case.at.astimezone(CHINA) + timedelta(0))
    assert report_text(case, stage("first")) == report_text(utc, stage("first"))
    naive = replace(case.brief.incident, time=WHEN.replace(tzinfo=None))
    assert replace(case, brief=replace(case.brief, incident=naive)).happened == WHEN


def test_papers_say_how_old_the_wind_is(case: Case) -> None:
    """Row S3-9: the sheet and the report of a log with a reading show its age."""
    entry = wind_entry("SJ-1", replace(READ, at=WRITTEN - timedelta(minutes=13)))
    read = replace(case, log=(*case.log, entry))
    old = replace(read, at=WRITTEN + timedelta(hours=1))
    for paper in (situation_sheet, lambda one: report_text(one, stage("first"))):
        assert "13 分钟前读取" in paper(read)
        assert "过旧" not in paper(read)
        assert "73 分钟前读取：过旧" in paper(old)
        assert "分钟前读取" not in paper(case)


def test_an_instruction_is_not_reported_as_uncertain(town: OneMap) -> None:
    """An uncertain “stay indoors” would undo the very thing it says."""
    leak = replace(
        at_town(0, 1_000, kind="hazmat_leak"),
        substance="chlorine", quantity_t=1.0, wind_from_deg=270.0, wind_ms=2.0,
    )  # fmt: skip
    case = bare_case(town, leak.at, "en")
    said = report_text(replace(case, brief=situation_brief(town, leak)), stage("first"))
    assert re.search(r"To note: Toxic cloud: .*stays indoors", said)
    assert "Not certain" not in said


@pytest.mark.parametrize(
    ("kind", "substance", "indoors", "flames"),
    [
        ("hazmat_leak", "chlorine", True, False), ("hazmat_leak", "", True, False),
        ("hazmat_leak", "hydrogen_sulfide", True, True), ("hazmat_leak", "lpg", False, True),
        ("gas_leak", "", False, True), ("fire", "lpg", False, False),
    ],
)  # fmt: skip
def test_nobody_is_told_to_shut_the_windows_on_a_gas_that_explodes(
    town: OneMap,
    kind: str,
    substance: str,
    indoors: bool,  # noqa: FBT001 - a column
    flames: bool,  # noqa: FBT001 - a column
) -> None:
    """Town gas that fills a house explodes; a toxic one is kept out by the house."""
    case = bare_case(town, at(town))
    incident = replace(case.brief.incident, kind=kind, substance=substance)
    told = " ".join(map(str, advice(replace(case, brief=replace(case.brief, incident=incident)))))
    assert ("Go indoors" in told) is indoors
    assert ("No flame" in told) is flames
