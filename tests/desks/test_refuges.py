"""Which shelters are safe: outside every line and its spread, and not below the wind."""

from pathlib import Path

import pytest
import shapely

from desks.command.exposure import exposure
from desks.command.refuges import (
    RULE,
    TABLE,
    downwind,
    load_safe_rule,
    refuges,
    unplaced,
)
from desks.onemap import OneMap
from geodata.faults import UserError
from tests.desks.harms import WIND_FROM_WEST, town_box, zone, zone_set
from tests.desks.making import at_town, town_place
from tests.desks.worlds import Row, put, without

HERE = at_town(0, 500)
DISC = shapely.Point(town_place(0, 500)).buffer(300)


def shelters(town: OneMap, *places: tuple[str, float, float]) -> OneMap:
    rows = [
        {"id": name, "name": name, "at": (x, y), "space": "室内", "capacity_people": 100}
        for name, x, y in places
    ]
    return put(town, "shelter", rows)


def said(onemap: OneMap, *args: object, **kinds: object) -> dict[str, tuple[bool, str]]:
    found = refuges(onemap, HERE, zone_set(*args, **kinds))  # type: ignore[arg-type]
    return {refuge.id: (refuge.safe, str(refuge.reason or "")) for refuge in found}


def test_inside_a_line_is_not_safe_even_of_mere_discomfort(town: OneMap) -> None:
    world = shelters(town, ("A", 100, 500), ("B", -450, 500), ("C", 0, 1_000))
    wide = shapely.Point(town_place(0, 500)).buffer(460)
    told = said(world, zone(DISC), zone(wide, "aegl_1"), weather=None)
    assert told["A"] == (False, "It lies inside a zone.")
    assert told["B"] == (False, "It lies inside a zone.")
    assert told["C"] == (True, "")


def test_the_border_of_a_zone_is_inside(town: OneMap) -> None:
    world = shelters(town, ("A", 1_000, 500), ("B", 1_001, 500))
    told = said(world, zone(town_box(0, 0, 1_000, 1_000)), weather=None)
    assert told["A"][0] is False
    assert told["B"][0] is True


def test_where_other_weather_may_bring_it_is_not_safe(town: OneMap) -> None:
    world = shelters(town, ("A", -700, 500))
    spread = shapely.Point(town_place(0, 500)).buffer(800)
    told = said(world, zone(DISC, spread=spread), weather=None)
    assert told["A"] == (False, "It lies where the zone may reach in other weather.")


def test_below_the_wind_is_not_safe(town: OneMap) -> None:
    """Wind from the west, reach 500 m: within 45 degrees of east nothing nearer than 1,000 m is."""
    world = shelters(
        town, ("axis", 999, 500), ("end", 1_000, 500), ("edge", 700, 1_200),
        ("beside", 690, 1_210), ("upwind", -400, 500),
    )  # fmt: skip
    told = said(world, zone(DISC, reach_m=500))
    assert told["axis"] == (
        False,
        "It lies downwind, within 45° of the wind's axis and 1000 m of the incident.",
    )
    assert told["end"][0] is True
    assert told["edge"][0] is False
    assert told["beside"][0] is True
    assert told["upwind"][0] is True


def test_the_spread_counts_where_it_reaches_farther() -> None:
    sector = downwind(HERE, zone_set(zone(DISC, reach_m=500, spread=DISC, spread_m=800)))
    assert sector is not None
    assert (sector.towards_deg, sector.within_m) == (90, 1_600)


def test_a_northerly_wraps_round(town: OneMap) -> None:
    """Wind from the south blows to 0 degrees: 350 and 10 degrees are both below it."""
    from_south = WIND_FROM_WEST.__class__(180.0, 2.0, "D", 20.0)
    world = shelters(town, ("left", -70, 900), ("right", 70, 900), ("behind", 0, 150))
    told = said(world, zone(DISC, reach_m=500), weather=from_south)
    assert [told[key][0] for key in ("left", "right", "behind")] == [False, False, True]


def test_without_wind_no_side_is_below_it() -> None:
    assert downwind(HERE, zone_set(zone(DISC), weather=None)) is None
    assert downwind(HERE, zone_set(governing="")) is None


def test_without_a_zone_every_shelter_is_safe(town: OneMap) -> None:
    told = said(town, governing="")
    assert told == {"S1": (True, ""), "S2": (True, "")}


def test_a_safe_one_that_cannot_be_used_says_why(town: OneMap) -> None:
    rows: list[Row] = [
        {"id": "A", "name": "甲", "at": (0, 0), "capacity_people": None},
        {"id": "B", "name": "乙", "at": (0, 0), "capacity_people": 0},
        {"id": "C", "name": "丙", "at": (3_500, 1_500), "capacity_people": 9},
        {"id": "D", "name": "丁", "capacity_people": 9},
    ]
    world = put(town, "shelter", rows)
    told = said(world, governing="")
    assert told["A"] == (True, "Its capacity is not on file.")
    assert told["B"] == (True, "It holds nobody.")
    assert told["C"] == (True, "It lies 1500 m from the nearest road.")
    assert "D" not in told  # it has no place to draw or to walk to, and is counted
    assert unplaced(world) == 1
    notes = [str(note) for note in exposure(world, HERE, zone_set(governing="")).notes]
    assert "1 shelters have no position on file: nobody is sent there." in notes


def test_without_a_register_there_are_none(town: OneMap) -> None:
    assert refuges(without(town, "shelter"), HERE, zone_set(zone(DISC))) == ()


def test_the_rule_is_a_house_rule_and_says_so(tmp_path: Path) -> None:
    assert (RULE.downwind_deg, RULE.downwind_times, RULE.verified) == (45, 2, False)
    path = tmp_path / "refuges.toml"
    path.write_text(TABLE.read_text(encoding="utf-8").replace("= 45", "= 181"), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_safe_rule(path)
    assert [fault.column for fault in caught.value.faults] == ["safe, downwind_deg"]
    path.write_text("", encoding="utf-8")
    with pytest.raises(UserError):
        load_safe_rule(path)
