"""Materials against stock: the first moment at which all is there, and what stays short."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from desks.command import Incident, situation_brief
from desks.command.answers import Supplies
from desks.command.supplies import supplies
from desks.command.ways import ways_of
from desks.onemap import OneMap
from risk import needs
from routing import UNREACHED
from tests.desks.making import CALM, at_town
from tests.desks.worlds import put, stocked

NEAR, MIDDLE, FAR = (1000.0, 500.0), (500.0, 500.0), (0.0, 500.0)
PUMPS = {"flood": {"移动泵车": 1, "潜水泵": 6, "编织袋": 5000, "冲锋舟": 2, "救生衣": 40}}


def depot(depot_id: str, at: tuple[float, float]) -> dict[str, object]:
    return {"id": depot_id, "name": f"{depot_id}库", "at": at}


def town_stock(town: OneMap, lines: list[tuple[str, str, float, str, str]]) -> OneMap:
    """Return the town with three depots, near, in the middle and far, and this stock."""
    depots = [depot("N", NEAR), depot("M", MIDDLE), depot("F", FAR)]
    return stocked(put(town, "depot", depots), lines)


def outage(onemap: OneMap, **known: object) -> Supplies:
    """Return what a power outage at (900, 500) needs: 6 generators and 2 lighting towers."""
    incident = replace(at_town(900, 500, kind="power_outage"), **known)  # type: ignore[arg-type]  # the tests name its own fields
    return supplies(onemap, ways_of(onemap, incident), incident, None)


def test_the_nearest_depots_that_cover_are_taken(town: OneMap) -> None:
    lines = [
        ("N", "发电机", 4.0, "台", ""),
        ("M", "发电机", 2.0, "台", ""),
        ("M", "移动照明灯塔", 1.0, "台", ""),
        ("F", "移动照明灯塔", 5.0, "台", ""),
        ("F", "发电机", 9.0, "台", ""),
    ]
    found = outage(town_stock(town, lines))
    gives = {load.id: load.gives for load in found.depots}
    assert list(gives) == ["N", "M", "F"]
    assert gives["N"] == (("发电机", 4.0, "台"),)
    assert gives["M"] == (("发电机", 2.0, "台"), ("移动照明灯塔", 1.0, "台"))
    assert gives["F"] == (("移动照明灯塔", 1.0, "台"),)
    assert found.covered_s == found.depots[-1].travel_s
    assert [(need.item, need.held, need.short) for need in found.needs] == [
        ("发电机", 15.0, 0.0),
        ("移动照明灯塔", 6.0, 0.0),
    ]


def test_a_farther_depot_is_left_out_once_all_is_there(town: OneMap) -> None:
    lines = [
        ("N", "发电机", 6.0, "台", ""),
        ("M", "移动照明灯塔", 2.0, "台", ""),
        ("F", "发电机", 99.0, "台", ""),
    ]
    found = outage(town_stock(town, lines))
    assert [load.id for load in found.depots] == ["N", "M"]


def test_a_shortage_is_named_with_its_amount(town: OneMap) -> None:
    found = outage(town_stock(town, [("F", "发电机", 4.0, "台", "")]))
    assert found.covered_s is None
    assert {need.item: need.short for need in found.needs} == {"发电机": 2.0, "移动照明灯塔": 2.0}
    assert str(found.said) == "Short of what the depots hold: 发电机 2 台、移动照明灯塔 2 台."


@pytest.mark.parametrize(
    ("line", "held"),
    [
        (("N", "发电机", 6.0, "台", "2026-09-16"), 6.0),
        (("N", "发电机", 6.0, "台", "2026-09-15"), 0.0),
        (("N", "发电机", 6.0, "箱", ""), 0.0),
        (("N", "发电机", -6.0, "台", ""), 0.0),
        (("N", "发 电 机", 6.0, "台", ""), 6.0),
        (("N", "发电机组", 6.0, "台", ""), 0.0),
        (("gone", "发电机", 6.0, "台", ""), 0.0),
    ],
)
def test_only_usable_stock_in_a_unit_that_converts_counts(
    town: OneMap, line: tuple[str, str, float, str, str], held: float
) -> None:
    """Expired stock, another unit, a deficit and a depot nobody knows are nothing to bring."""
    assert outage(town_stock(town, [line])).needs[0].held == held


def test_units_of_stock_are_turned_into_the_needs(town: OneMap) -> None:
    leak = replace(at_town(900, 500, kind="hazmat_leak"), substance="chlorine", quantity_t=1.0)
    onemap = town_stock(town, [("N", "中和剂(碳酸氢钠)", 0.4, "吨", "")])
    found = supplies(onemap, ways_of(onemap, leak), leak, None)
    lines = {need.item: need for need in found.needs}
    assert lines["中和剂（碳酸氢钠）"].held == 400.0
    assert lines["中和剂（碳酸氢钠）"].short == 100.0


def test_a_depot_that_cannot_be_reached_does_not_count_and_is_told(town: OneMap) -> None:
    depots = [depot("N", NEAR), depot("I", (2550.0, -500.0))]
    lines = [("N", "发电机", 6.0, "台", ""), ("I", "移动照明灯塔", 2.0, "台", "")]
    found = outage(stocked(put(town, "depot", depots), lines))
    assert found.covered_s is None
    assert "1 depots with such stock cannot be reached" in str(found.said)


def test_a_kind_without_needs_says_so(town: OneMap) -> None:
    assert situation_brief(town, at_town(900, 500)).supplies == Supplies(
        (), (), None, outage_none(town)
    )


def outage_none(town: OneMap) -> object:
    incident = at_town(900, 500)
    return supplies(town, ways_of(town, incident), incident, None).said


def brute(onemap: OneMap, incident: Incident) -> int | None:
    """Return the first second at which the depots' sums cover all needs, tried moment by moment."""
    ways = ways_of(onemap, incident)
    time_ms = ways.without_siren().time_ms(onemap.access["depot"])
    asked = needs(incident.kind, incident.substance, tonnes=incident.quantity_t, people=None)
    stock = onemap.child_values["depot.stock"]
    ids = onemap.records["depot"].ids
    day = incident.time.date().isoformat()
    for moment in sorted({int(ms) for ms in time_ms if ms != UNREACHED}):
        there = {ids[row] for row, ms in enumerate(time_ms) if UNREACHED < ms <= moment}
        held: Counter[tuple[object, object]] = Counter()
        for depot_id, item, quantity, unit, expiry in zip(
            stock["depot_id"], stock["item"], stock["quantity"], stock["unit"], stock["expiry"],
            strict=True,
        ):  # fmt: skip
            if depot_id in there and (not expiry or str(expiry) >= day):
                held[item, unit] += quantity  # type: ignore[assignment]  # quantities are numbers
        if all(held[need.item, need.unit] >= need.amount for need in asked):
            return -(-moment // 1000)
    return None


def test_the_first_moment_is_that_of_a_search_through_all_moments(district: OneMap) -> None:
    """Exact: 25 seeded incidents against every moment at which a depot arrives."""
    chance = random.Random(11)  # noqa: S311 - reproducible, not secret
    west, south, east, north = district.extent_m
    outcomes = set()
    for _ in range(25):
        incident = Incident(
            (chance.uniform(west, east), chance.uniform(south, north)),
            CALM.replace(hour=chance.randrange(24)),
            chance.choice(["flood", "fire", "hazmat_leak", "mass_casualty", "power_outage"]),
            substance=chance.choice(["", "chlorine", "petrol"]),
            quantity_t=chance.choice([None, 1.0, 30.0]),
        )
        found = supplies(district, ways_of(district, incident), incident, None)
        assert found.covered_s == brute(district, incident)
        outcomes.add(found.covered_s is None)
        given: Counter[str] = Counter()
        for load in found.depots:
            given.update({item: amount for item, amount, _ in load.gives})  # type: ignore[misc]  # sums of numbers
        for need in found.needs:
            assert given[need.item] == pytest.approx(min(need.needed, need.held))
    assert outcomes == {True, False}
