"""What speaks against a record, at the very figure where doubt begins."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from desks.onemap import OneMap
from desks.register.doubts import (
    AHEAD,
    BACKWARDS,
    BEYOND,
    BOUNDS,
    ELSEWHERE,
    FILLER,
    OUTSIDE,
    asked_columns,
    implausible,
    missing,
    twins,
)
from language import Sentence
from layers import CATALOG, layer
from tests.desks.worlds import NORTH, bare, put

DAY = date(2026, 9, 16)


def doubted(
    onemap: OneMap, key: str, row: Mapping[str, Any], as_of: date | None = DAY
) -> tuple[Sentence, ...]:
    whole = {"id": "A", "name": "某处", "at": (100.0, 700.0), **row}
    world = put(bare(onemap), key, [whole])
    return implausible(world, world.records[key], 0, as_of)


@pytest.mark.parametrize(
    ("key", "column", "value", "good"),
    [
        ("shelter", "capacity_people", 1, True),
        ("shelter", "capacity_people", 0, False),
        ("shelter", "capacity_people", 500_000, True),
        ("shelter", "capacity_people", 500_001, False),
        ("team", "vehicles", 0, True),
        ("team", "vehicles", 501, False),
        ("team", "vehicle_width_m", 0.8, True),
        ("team", "vehicle_width_m", 250.0, False),
        ("team", "vehicle_weight_t", 0.29, False),
        ("team", "vehicle_weight_t", 100.0, True),
        ("hospital", "beds", 0, False),
        ("hydrant", "flow_l_s", 200.0, True),
    ],
)
def test_the_bounds_themselves_can_be(
    town: OneMap, key: str, column: str, value: float, *, good: bool
) -> None:
    """Thresholds are inclusive; a width of 250 is one in centimetres."""
    assert doubted(town, key, {column: value}) == (() if good else (BEYOND,))


def test_every_bound_is_a_column_of_some_layer() -> None:
    """A renamed column would never be looked at again."""
    numbers = {c.key for s in CATALOG for c in s.columns if c.kind in {"integer", "number"}}
    assert set(BOUNDS) <= numbers | {"residents"}
    assert all(least < most for least, most in BOUNDS.values())


@pytest.mark.parametrize(
    ("stamp", "good"), [("2027-09-17", True), ("2027-09-18", False), ("2026-09-16", True)]
)
def test_a_year_ahead_of_the_registers_is_the_end(town: OneMap, stamp: str, *, good: bool) -> None:
    assert doubted(town, "team", {"last_verified": stamp}) == (() if good else (AHEAD,))
    assert doubted(town, "team", {"last_verified": stamp}, None) == ()


@pytest.mark.parametrize(
    ("start", "end", "good"),
    [
        ("2026-02-01", "2026-02-01", True),
        ("2026-02-02", "2026-02-01", False),
        ("", "2026-02-01", True),
        ("2026-02-01", "", True),
    ],
)
def test_a_period_may_be_one_day_but_not_less(
    town: OneMap, start: str, end: str, *, good: bool
) -> None:
    found = doubted(town, "plan", {"filed": start, "expiry": end})
    assert found == (() if good else (BACKWARDS,))


@pytest.mark.parametrize("name", ["无", "待定", " 测 试 ", "ＴＥＳＴ", "", "  ", "-"])
def test_a_name_that_stands_for_none(town: OneMap, name: str) -> None:
    assert doubted(town, "team", {"name": name}) == (FILLER,)


@pytest.mark.parametrize("name", ["无锡路队", "测试中心", "待定街应急队"])
def test_a_name_that_only_begins_like_one(town: OneMap, name: str) -> None:
    assert doubted(town, "team", {"name": name}) == ()


def test_all_doubts_are_told_and_each_once(town: OneMap) -> None:
    row = {
        "name": "不详", "code": "", "vehicles": 999, "people": 0, "last_verified": "2099-01-01",
    }  # fmt: skip
    assert doubted(town, "team", row) == (OUTSIDE, BEYOND, AHEAD, FILLER)


def test_who_has_no_place_is_neither_outside_nor_elsewhere(town: OneMap) -> None:
    assert doubted(town, "team", {"at": None, "code": "", "subdistrict": "南街街道"}) == ()


@pytest.mark.parametrize(
    ("stated", "good"),
    [("北街街道", True), ("北街", True), (NORTH, True), ("", True), ("南街街道", False)],
)
def test_a_stated_subdistrict_is_met_with_the_one_it_lies_in(
    town: OneMap, stated: str, *, good: bool
) -> None:
    assert doubted(town, "team", {"subdistrict": stated}) == (() if good else (ELSEWHERE,))


def test_a_place_is_missing_like_a_cell_and_comes_last(town: OneMap) -> None:
    spec = layer("team")
    world = put(bare(town), "team", [{"id": "A", "name": "甲", "at": None, "has": ["phone"]}])
    found = missing(spec, world.records["team"], 0)
    assert found[-1] == "position"
    assert "contact" in found
    assert "phone" not in found
    assert set(found) <= {*asked_columns(spec), "position"}
    full = {"id": "A", "name": "甲", "at": (100.0, 700.0), "address": "某路", "kind": "综合消防",
            "order": "专业", "people": 3, "vehicles": 0, "vehicle_width_m": 2.0,
            "vehicle_height_m": 3.0, "vehicle_weight_t": 9.0}  # fmt: skip
    whole = put(bare(town), "team", [full])
    assert missing(spec, whole.records["team"], 0) == ()


@pytest.mark.parametrize("spec", CATALOG, ids=lambda spec: spec.key)
def test_identity_and_verification_are_asked_elsewhere(spec: Any) -> None:  # noqa: ANN401
    asked = asked_columns(spec)
    assert not {"id", "code", "name", "source", "last_verified"} & set(asked)
    assert set(asked) <= {column.key for column in spec.columns}
    assert not {column.key for column in spec.columns if column.optional} & set(asked)


def test_of_three_alike_each_later_one_names_an_earlier(town: OneMap) -> None:
    rows = [
        {"id": f"A{n}", "name": "人民广场", "at": (100.0 + n, 700.0), "subdistrict": ""}
        for n in range(3)
    ]
    world = put(bare(town), "shelter", [*rows, {"id": "B", "name": "中心小学", "at": (101.0, 700)}])
    found = twins(world.records["shelter"])
    assert set(found) == {1, 2}
    assert all(other < at for at, other in found.items())


def test_an_empty_credit_code_joins_nobody(town: OneMap) -> None:
    firms = [
        {"id": f"Q{n}", "name": name, "uscc": code, "at": (900.0 * n, 700.0)}
        for n, (name, code) in enumerate([("甲厂", ""), ("乙行", " "), ("丙社", "")])
    ]
    assert twins(put(bare(town), "firm", firms).records["firm"]) == {}
    lower = [
        {**firm, "uscc": code}
        for firm, code in zip(firms, ["91555010ma0000010x", "", " 91555010MA0000010X"], strict=True)
    ]
    assert twins(put(bare(town), "firm", lower).records["firm"]) == {2: 0}
