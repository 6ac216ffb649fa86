"""Who answers for each source, which review is late, which plan is in force."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from desks.onemap import OneMap
from desks.register.filing import (
    FIELDS,
    SOON_DAYS,
    STATUSES,
    filings,
    overdue,
    risk_sources,
    upkeep,
    upkeep_document,
    upkeep_lines,
)
from language import Catalogue
from layers import layer
from tests.desks.worlds import NORTH, SOUTH, bare, put

DAY = date(2026, 9, 16)
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "upkeep.schema.json"
EVERYTHING = {"measure": "每日巡检", "responsible_unit": "应急办", "next_review": "2026-12-01",
              "has": ["contact", "phone", "responsible_person"]}  # fmt: skip


def source(number: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any column
    row = {"id": f"H{number}", "name": f"{number}号储罐", "at": (100.0 * number, 700.0)}
    return {**row, **EVERYTHING, **more}


def plan(number: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any column
    row = {"id": f"P{number}", "name": f"{number}号预案", "at": (100.0 * number, 800.0)}
    return {**row, "filing": "已备案", "filed": "2025-01-01", "expiry": "2028-01-01", **more}


@pytest.mark.parametrize(
    ("more", "lacks"),
    [
        ({}, ()),
        ({"measure": ""}, ("measure",)),
        ({"responsible_unit": ""}, ("responsible_unit",)),
        ({"has": ["contact", "phone"]}, ("responsible_person",)),
        ({"next_review": "", "measure": ""}, ("measure", "next_review")),
    ],
)
def test_each_source_has_four_fields_or_says_which_it_lacks(
    town: OneMap, more: dict[str, Any], lacks: tuple[str, ...]
) -> None:
    """Row S0-4: measure, responsible unit, named person, next review."""
    (found,) = risk_sources(put(bare(town), "hazard", [source(1, **more)]), as_of=DAY)
    assert found.lacks == lacks


@pytest.mark.parametrize(
    ("review", "days"),
    [("2026-09-15", 1), ("2026-09-16", 0), ("2026-09-17", 0), ("", 0), ("2025-09-16", 365)],
)
def test_a_review_is_late_from_the_day_after(town: OneMap, review: str, days: int) -> None:
    """Row S0-4: the day itself is in time; no day at all is a gap, not a delay."""
    world = put(bare(town), "hazard", [source(1, next_review=review)])
    (found,) = risk_sources(world, as_of=DAY)
    assert found.overdue_days == days
    assert bool(overdue((found,))) == bool(days)


def test_completeness_per_subdistrict_and_the_overdue_list(town: OneMap) -> None:
    """Row S0-4: 7 of 8 cells are filled in the north, 4 of 4 in the south; the latest first."""
    rows = [
        source(1, measure="", next_review="2026-09-01"),
        source(2),
        source(3, code=SOUTH, next_review="2026-01-01"),
    ]
    world = put(bare(town), "hazard", rows)
    north, south = upkeep(world, as_of=DAY)
    assert (north.code, south.code) == (NORTH, SOUTH)
    assert (north.completeness, south.completeness) == (87.5, 100.0)
    assert (north.complete, north.sources, north.overdue) == (1, 2, 1)
    assert [one.id for one in overdue(risk_sources(world, as_of=DAY))] == ["H3", "H1"]


def test_what_lies_in_no_subdistrict_is_a_row_of_its_own(town: OneMap) -> None:
    rows = upkeep(put(bare(town), "hazard", [source(1, code="")]), as_of=DAY)
    assert [(row.code, row.sources) for row in rows] == [(NORTH, 0), (SOUTH, 0), ("", 1)]
    assert rows[0].completeness is None
    assert rows[0].in_force is None


@pytest.mark.parametrize(
    ("more", "status", "left"),
    [
        ({}, "in_force", 472),
        ({"expiry": "2026-12-16"}, "in_force", SOON_DAYS + 1),
        ({"expiry": "2026-12-15"}, "expiring", SOON_DAYS),
        ({"expiry": "2026-09-16"}, "expiring", 0),
        ({"expiry": "2026-09-15"}, "expired", -1),
        ({"expiry": ""}, "undated", None),
        ({"filing": "待备案", "expiry": ""}, "waiting", None),
        ({"filing": "未备案", "expiry": "2020-01-01"}, "not_filed", -2450),
        ({"filing": "", "expiry": ""}, "unsaid", None),
    ],
)
def test_a_plan_is_filed_and_in_force_or_says_why_not(
    town: OneMap, more: dict[str, Any], status: str, left: int | None
) -> None:
    """Rows S1-34 and S3-5: filing status and expiry; the last day is still in force."""
    (found,) = filings(put(bare(town), "plan", [plan(1, **more)]), as_of=DAY)
    assert (found.status, found.days_left) == (status, left)


def test_the_plans_of_a_subdistrict_are_counted_by_status(town: OneMap) -> None:
    """Row S1-34: every plan is in exactly one status."""
    rows = [plan(1), plan(2, expiry="2026-01-01"), plan(3, filing="待备案"), plan(4, code=SOUTH)]
    north, south = upkeep(put(bare(town), "plan", rows), as_of=DAY)
    assert {key: count for key, count in north.plans.items() if count} == {
        "in_force": 1,
        "expired": 1,
        "waiting": 1,
    }
    assert set(north.plans) == set(STATUSES)
    assert north.in_force == pytest.approx(100 / 3)
    assert south.in_force == 100.0


def test_a_later_day_finds_more_overdue_and_expired(district: OneMap) -> None:
    """Row S0-4: at any date; nothing that was late becomes punctual by waiting."""
    today = upkeep(district, as_of=DAY)
    later = upkeep(district, as_of=date(2027, 9, 16))
    assert sum(row.overdue for row in today) < sum(row.overdue for row in later)
    assert sum(row.plans["expired"] for row in today) < sum(row.plans["expired"] for row in later)


def test_the_district_adds_up(district: OneMap) -> None:
    """Row S0-4: every source and plan is in one subdistrict's row."""
    rows = upkeep(district)
    hazards = [
        key
        for key in district.records
        if set(FIELDS) <= {column.key for column in layer(key).columns}
    ]
    assert len(hazards) == 7
    assert sum(row.sources for row in rows) == sum(len(district.records[k].ids) for k in hazards)
    assert sum(sum(row.plans.values()) for row in rows) == 420
    assert 0 < sum(row.overdue for row in rows) < sum(row.sources for row in rows) / 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_document_and_the_terminal(town: OneMap, language: str) -> None:
    """Rows S0-4 and S3-5: both lists by name, in both languages, nothing personal."""
    world = put(bare(town), "hazard", [source(1, measure="", next_review="2026-09-01")])
    world = put(world, "plan", [plan(1, expiry="2026-09-20")])
    catalogue = Catalogue.load(language)
    document = upkeep_document(world, catalogue, as_of=DAY)
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))
    assert document["incomplete"][0]["lacks"] == ["measure"]
    assert document["overdue"][0]["days"] == 15
    assert document["plans"][0]["status"] == "expiring"
    lines = list(upkeep_lines(world, catalogue, as_of=DAY))
    assert len(lines) == 3
    assert lines[-1].startswith("▲ 1号储罐")
