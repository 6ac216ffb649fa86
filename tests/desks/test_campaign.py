"""A verification campaign from its start to its last tick, in a real store."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import shapely

from desks.onemap import OneMap
from desks.register.campaign import (
    Campaign,
    Check,
    Task,
    campaign_document,
    campaign_lines,
    make_tasks,
    open_first,
    progress,
    progress_by,
    read_campaigns,
    read_tasks,
    start_campaign,
    tick,
    why,
)
from geodata.faults import UserError
from geodata.store import Author, Change, LayerScope, Rows, Scope, Store, create_store
from geodata.store.scope import EVERY
from language import Catalogue
from tests.desks.worlds import NORTH, SOUTH, bare, put

AUTUMN = Campaign("K1", "2026年秋季核实", "2026-09-16", "2026-09-30")
WHO = {NORTH: "甲", SOUTH: "乙"}
ME = Author("甲", "核实")
TODAY = date(2026, 9, 20)
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "campaign.schema.json"
FULL = {"address": "人民路", "space": "室外", "grade": "固定", "area_m2": 9.0,
        "capacity_people": 9, "last_verified": "2026-09-01"}  # fmt: skip


def shelter(number: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any column
    row = {**FULL, "id": f"B{number}", "name": f"{number}号场所", "at": (100.0 * number, 700.0)}
    return {**row, **more}


ROWS = [
    shelter(1),
    shelter(2, last_verified=""),
    shelter(3, last_verified="2025-09-15"),
    shelter(4, last_verified="2025-09-16"),
    shelter(5, grade="", code=SOUTH),
]


@pytest.fixture
def world(town: OneMap) -> OneMap:
    return put(bare(town), "shelter", ROWS)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return a store with the shelters of the rows."""
    with create_store(tmp_path / "register.sqlite") as made:
        changes = [
            Change("add", "shelter", str(row["id"]),
                   props={"name": row["name"], "last_verified": row["last_verified"]},
                   shape=shapely.Point(112.0 + at / 100, 23.0))
            for at, row in enumerate(ROWS)
        ]  # fmt: skip
        made.edit(Author("办公室", "建册"), changes)
        yield made


def begun(store: Store, world: OneMap) -> tuple[Task, ...]:
    start_campaign(store, ME, AUTUMN, make_tasks(world, AUTUMN, WHO))
    return read_tasks(store, "K1")


def verified(store: Store, record: str) -> object:
    found = store.find("shelter", record)
    assert found is not None
    return found.props.get("last_verified")


def test_every_record_that_is_stale_or_lacks_a_cell_becomes_a_task(world: OneMap) -> None:
    """Row S0-7: never verified, over a year ago (365 days are not), or with an empty cell."""
    found = make_tasks(world, AUTUMN, WHO)
    assert [(task.record, task.reason, task.who) for task in found] == [
        ("B2", "never", "甲"), ("B3", "stale", "甲"), ("B5", "gaps", "乙"),
    ]  # fmt: skip
    assert [str(why(task)) for task in found] == [
        "It was never verified.",
        "It was last verified 366 days ago.",
        "1 cells are empty.",
    ]
    assert found[2].gaps == ("grade",)
    assert {task.due for task in found} == {"2026-09-30"}


def test_a_campaign_may_be_stricter_and_on_some_layers_only(world: OneMap) -> None:
    assert len(make_tasks(world, AUTUMN, WHO, days=10)) == 5
    assert make_tasks(world, AUTUMN, WHO, layers=["team"]) == ()


def test_where_nobody_was_named_the_task_is_there_without_a_name(world: OneMap) -> None:
    assert [task.who for task in make_tasks(world, AUTUMN, {})] == ["", "", ""]


def test_layers_for_officials_are_in_no_campaign(town: OneMap) -> None:
    """Row S1-33: a list of tasks is read by many; a household is never on it."""
    household = {"id": "HU1", "name": "1户", "at": (0.0, 700.0), "last_verified": ""}
    assert make_tasks(put(bare(town), "vulnerable_resident", [household]), AUTUMN, WHO) == ()


def test_what_is_started_is_read_back_whole(store: Store, world: OneMap) -> None:
    """Row S0-7: who checks what by when, kept in the store."""
    wanted = make_tasks(world, AUTUMN, WHO)
    events = start_campaign(store, ME, AUTUMN, wanted)
    assert len(events) == 1 + len(wanted)
    assert read_campaigns(store) == (AUTUMN,)
    found = read_tasks(store, "K1")
    for one, other in zip(found, wanted, strict=True):
        assert one.at_deg == pytest.approx(other.at_deg)
        assert replace(one, at_deg=None) == replace(other, at_deg=None)
    assert read_tasks(store, "K2") == ()


@pytest.mark.parametrize(
    ("campaign", "said"),
    [
        (replace(AUTUMN, title=" "), "no title"),
        (replace(AUTUMN, due="2026-09-15"), "not before the first"),
        (replace(AUTUMN, due="soon"), "not before the first"),
        (replace(AUTUMN, id="K2"), "another campaign"),
    ],
)
def test_an_unusable_campaign_is_refused_and_nothing_is_entered(
    store: Store, world: OneMap, campaign: Campaign, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        start_campaign(store, ME, campaign, make_tasks(world, AUTUMN, WHO))
    assert read_campaigns(store) == ()
    assert store.read("task") == ()


def test_a_campaign_with_nothing_to_check_is_refused(store: Store) -> None:
    with pytest.raises(UserError, match="nothing to check"):
        start_campaign(store, ME, AUTUMN, ())


def test_a_tick_closes_the_task_and_dates_the_record_in_one_transaction(
    store: Store, world: OneMap
) -> None:
    """Row S0-7: who checked what, when: both events, or none."""
    task = begun(store, world)[0]
    events = tick(store, ME, task.id, Check(TODAY, note=" 门牌已换 "))
    assert [(event.layer, event.id) for event in events] == [("task", task.id), ("shelter", "B2")]
    (done,) = [one for one in read_tasks(store, "K1") if one.done_on]
    assert (done.done_on, done.done_by, done.outcome, done.note) == (
        "2026-09-20", "甲", "confirmed", "门牌已换",
    )  # fmt: skip
    assert verified(store, "B2") == "2026-09-20"
    assert store.history("shelter", "B2")[-1].who == "甲"


def test_what_is_gone_closes_the_task_and_verifies_nothing(store: Store, world: OneMap) -> None:
    task = begun(store, world)[1]
    tick(store, ME, task.id, Check(TODAY, "gone"))
    assert verified(store, "B3") == "2025-09-15"
    assert {one.outcome for one in read_tasks(store, "K1")} == {"gone", ""}


def test_a_later_verification_keeps_its_date(store: Store, world: OneMap) -> None:
    """A tick that is entered late never makes a record older."""
    task = begun(store, world)[2]
    found = store.find("shelter", "B5")
    assert found is not None
    later = {"last_verified": "2026-09-25"}
    store.edit(ME, [Change("set", "shelter", "B5", found.version, later)])
    tick(store, ME, task.id, Check(TODAY))
    assert verified(store, "B5") == "2026-09-25"


def test_a_task_is_ticked_once(store: Store, world: OneMap) -> None:
    task = begun(store, world)[0]
    tick(store, ME, task.id, Check(TODAY))
    with pytest.raises(UserError, match="done already"):
        tick(store, Author("乙", "再来"), task.id, Check(date(2026, 9, 29)))
    with pytest.raises(UserError, match="no such open task"):
        tick(store, ME, "K1|shelter|B99", Check(TODAY))
    assert verified(store, "B2") == "2026-09-20"


def test_an_outcome_that_nobody_declared_is_refused(store: Store, world: OneMap) -> None:
    task = begun(store, world)[0]
    with pytest.raises(UserError, match="no such outcome"):
        tick(store, ME, task.id, Check(TODAY, "<b>"))  # type: ignore[arg-type]  # hostile
    assert not any(one.done_on for one in read_tasks(store, "K1"))


def test_a_record_removed_meanwhile_leaves_the_task_open(store: Store, world: OneMap) -> None:
    task = begun(store, world)[0]
    found = store.find("shelter", "B2")
    assert found is not None
    store.edit(ME, [Change("remove", "shelter", "B2", found.version)])
    with pytest.raises(UserError, match="no longer in the register"):
        tick(store, ME, task.id, Check(TODAY))
    assert not any(one.done_on for one in read_tasks(store, "K1"))
    tick(store, ME, task.id, Check(TODAY, "gone"))
    assert sum(bool(one.done_on) for one in read_tasks(store, "K1")) == 1


def test_who_may_not_write_the_record_ticks_nothing(store: Store, world: OneMap) -> None:
    """Row S0-24: a right on tasks alone dates no record, and the task stays open with it."""
    task = begun(store, world)[0]
    elsewhere = Rows(within=shapely.box(0, 0, 1, 1))
    scope = Scope({"task": LayerScope(EVERY, EVERY), "shelter": LayerScope(EVERY, elsewhere)})
    with pytest.raises(UserError):
        tick(store, ME, task.id, Check(TODAY), scope=scope)
    assert not any(one.done_on for one in read_tasks(store, "K1"))
    assert verified(store, "B2") == ""


def test_progress_in_whole_by_subdistrict_and_by_person(store: Store, world: OneMap) -> None:
    """Row S0-7: done, open and overdue add up; the last day itself is in time."""
    tick(store, ME, begun(store, world)[0].id, Check(TODAY))
    tasks = read_tasks(store, "K1")
    on_time = progress(tasks, date(2026, 9, 30))
    late = progress(tasks, date(2026, 10, 1))
    assert (on_time.tasks, on_time.done, on_time.overdue) == (3, 1, 0)
    assert (late.tasks, late.done, late.overdue) == (3, 1, 2)
    assert late.share == pytest.approx(100 / 3)
    by_who = progress_by(tasks, "who", date(2026, 10, 1))
    assert [(one.key, one.tasks, one.done, one.overdue) for one in by_who] == [
        ("乙", 1, 0, 1), ("甲", 2, 1, 1),
    ]  # fmt: skip
    by_unit = progress_by(tasks, "subdistrict", date(2026, 10, 1))
    assert sum(one.tasks for one in by_unit) == 3
    assert progress((), TODAY).share is None


def test_what_is_open_stands_before_what_is_done(store: Store, world: OneMap) -> None:
    tick(store, ME, begun(store, world)[0].id, Check(TODAY))
    order = [one.record for one in open_first(read_tasks(store, "K1"), TODAY)]
    assert order == ["B3", "B5", "B2"]


def test_the_chain_still_holds_after_a_campaign(store: Store, world: OneMap) -> None:
    for task in begun(store, world):
        tick(store, ME, task.id, Check(TODAY))
    assert store.verify().intact


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_document_and_the_terminal(store: Store, world: OneMap, language: str) -> None:
    catalogue = Catalogue.load(language)
    tick(store, ME, begun(store, world)[0].id, Check(TODAY))
    tasks = read_tasks(store, "K1")
    document = campaign_document(AUTUMN, tasks, date(2026, 10, 1), catalogue)
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))
    assert [one["overdue"] for one in document["list"]] == [True, True, False]
    lines = list(campaign_lines(AUTUMN, tasks, date(2026, 10, 1), catalogue))
    assert len(lines) == 1 + 2 + 2
    assert all(line.startswith("▲") for line in lines[3:])


def test_the_districts_campaign_has_every_stale_record_once(district: OneMap) -> None:
    """Row S0-7: as many tasks as records that are stale or lack something, none twice."""
    tasks = make_tasks(district, AUTUMN, {})
    assert len({task.id for task in tasks}) == len(tasks) > 100
    assert {task.reason for task in tasks} == {"stale", "gaps"}
    assert "vulnerable_resident" not in {task.layer for task in tasks}
