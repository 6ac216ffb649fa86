"""Who lies in the zones of the town, by hand, and of the district, against a plain computation.

The town's communities: 一 in the north-west, 1500 x 1500 m with 100 residents by night and 120 by
day; two in the north-east, 3000 x 1500 m, 200 and 180; south-west 300 and 350; south-east 400 and
450. Its curve: three at night is night, ten is day.
"""

import random
from dataclasses import replace
from datetime import datetime

import pytest
import shapely

from desks.command import Incident
from desks.command.answers import Exposure
from desks.command.exposure import exposure
from desks.command.population import counts, inhabited
from desks.onemap import OneMap
from risk.release import ZoneSet
from tests.desks.harms import town_box, unpeopled, with_residents, zone, zone_set
from tests.desks.making import CALM, at_town, town_place
from tests.desks.worlds import put, without

HERE = at_town(0, 1_000)
HALF_WEST = town_box(-500, 500, 250, 2_000)
QUARTER = town_box(-500, 500, 250, 1_250)
WEST = town_box(-500, -1_000, 1_000, 2_000)


def at_hour(hour: int) -> Incident:
    return replace(HERE, time=CALM.replace(hour=hour))


def notes(found: Exposure) -> str:
    return " ".join(str(note) for note in found.notes)


def test_half_a_community_is_half_its_people(town: OneMap) -> None:
    found = exposure(town, HERE, zone_set(zone(HALF_WEST)))
    assert (found.people_now, found.people_day, found.people_night) == (50, 60, 50)
    assert [(u.community_code, u.people_now) for u in found.units] == [("440199001001", 50)]
    assert found.units[0].subdistrict == "北街街道"
    assert "spread evenly" in notes(found)


def test_exposure_changes_with_the_hour(town: OneMap) -> None:
    """Row S1-18: the same zone holds 50 people at three in the morning and 60 at ten."""
    zones = zone_set(zone(HALF_WEST))
    night, day = (exposure(town, at_hour(hour), zones) for hour in (3, 10))
    assert (night.people_now, day.people_now) == (50, 60)
    assert night.by_hour == day.by_hour
    assert len(night.by_hour) == 24
    assert (night.by_hour[3], night.by_hour[10]) == (50, 60)
    assert night.by_hour[7] == 54  # 107 of 100 to 120, half of them inside, rounded to the worse


@pytest.mark.parametrize("hour", range(24))
def test_now_is_the_hour_of_the_day(town: OneMap, hour: int) -> None:
    """Row S1-18: whatever the hour, the people now are the entry of that hour."""
    found = exposure(town, at_hour(hour), zone_set(zone(HALF_WEST), zone(QUARTER, "aegl_3")))
    assert found.people_now == found.by_hour[hour]
    assert found.people_now == sum(u.people_now for u in found.units if u.level == "aegl_2")


def test_a_sunday_is_quieter(town: OneMap) -> None:
    sunday = replace(HERE, time=datetime(2026, 9, 20, 10))  # noqa: DTZ001 - the district's clock
    found = exposure(town, sunday, zone_set(zone(HALF_WEST)))
    assert found.people_now == 55
    assert "rest days" in notes(found)


def test_levels_are_nested_and_whole(town: OneMap) -> None:
    found = exposure(
        town, HERE, zone_set(zone(WEST, "aegl_1"), zone(QUARTER, "aegl_3"), zone(HALF_WEST))
    )
    people = {(u.level, u.community_code): u.people_night for u in found.units}
    assert people == {
        ("aegl_3", "440199001001"): 25,
        ("aegl_2", "440199001001"): 50,
        ("aegl_1", "440199001001"): 100,
        ("aegl_1", "440199002001"): 300,
    }
    assert found.people_night == 50


def test_people_in_isolation_upwind_are_counted_too(town: OneMap) -> None:
    """The plume goes north of y = 1250; the isolation circle reaches south of it."""
    north = town_box(-500, 1_250, 1_000, 2_000)
    south = town_box(-500, 500, 250, 1_250)
    found = exposure(town, HERE, zone_set(zone(north), zone(south, "isolation", model="erg")))
    assert found.people_night == 75
    assert {(u.level, u.people_night) for u in found.units} == {("isolation", 25), ("aegl_2", 75)}
    assert "isolation" in notes(found)


def test_the_spread_holds_at_least_the_zone(town: OneMap) -> None:
    found = exposure(town, HERE, zone_set(zone(HALF_WEST, spread=WEST)))
    assert found.spread_people == 400
    small = exposure(town, HERE, zone_set(zone(HALF_WEST, spread=QUARTER)))
    assert small.spread_people == small.people_now == 50
    assert exposure(town, HERE, zone_set(zone(HALF_WEST))).spread_people is None


def test_without_a_zone_nobody_knows(town: OneMap) -> None:
    found = exposure(town, HERE, zone_set(governing=""))
    assert (found.people_now, found.people_day, found.spread_people) == (None, None, None)
    assert found.by_hour == ()
    assert not found.units
    assert not found.receptors
    assert not found.domino
    assert "No zone can be told" in notes(found)


def test_unknown_residents_are_none_and_named(town: OneMap) -> None:
    """The subdistrict has no figure either: nobody is counted, the communities are named."""
    bare = with_residents(town, "community", residents_day=[None] * 4, residents_night=[None] * 4)
    bare = with_residents(bare, "subdistrict", residents_day=[None] * 2, residents_night=[None] * 2)
    found = exposure(bare, HERE, zone_set(zone(HALF_WEST)))
    assert found.people_now is None
    name = bare.records["community"].names[0]
    assert f"for 1 of the communities inside: {name}." in notes(found)


def test_a_part_that_is_unknown_is_named_and_the_rest_counted(town: OneMap) -> None:
    half = with_residents(
        town,
        "community",
        residents_day=[None, 180, 350, 450],
        residents_night=[None, 200, 300, 400],
    )
    found = exposure(half, HERE, zone_set(zone(WEST)))
    assert found.people_night == 300
    assert "not counted, for 1 of the communities" in notes(found)


def test_one_figure_for_every_hour_is_said(town: OneMap) -> None:
    half = with_residents(town, "community", residents_night=[None, 200, 300, 400])
    found = exposure(half, HERE, zone_set(zone(HALF_WEST)))
    assert (found.people_night, found.people_day) == (60, 60)
    assert "Only the residents of day or night" in notes(found)


def test_a_subdistrict_without_communities_counts(town: OneMap) -> None:
    found = exposure(unpeopled(town), HERE, zone_set(zone(town_box(-500, 500, 4_000, 2_000))))
    assert found.people_night == 300
    assert found.units[0].community == ""
    assert "whole subdistrict" in notes(found)


def test_without_any_unit_it_is_said(town: OneMap) -> None:
    bare = without(town, "community", "subdistrict")
    found = exposure(bare, HERE, zone_set(zone(HALF_WEST)))
    assert found.people_now is None
    assert "no communities" in notes(found)


def test_ground_outside_the_district_is_said(town: OneMap) -> None:
    """Half of the zone lies west of x = -500, where no community is on file."""
    found = exposure(town, HERE, zone_set(zone(town_box(-1_250, 500, 250, 2_000))))
    assert found.people_night == 50
    assert "50 % of the protective zone lies outside" in notes(found)
    away = exposure(town, HERE, zone_set(zone(town_box(-9_000, 0, -8_000, 500))))
    assert away.people_now is None
    assert "100 % of the protective zone" in notes(away)


def test_receptors_nearest_first_with_their_worst_level(town: OneMap) -> None:
    world = put(put(town, "school", [
        {"id": "far", "name": "远小学", "kind": "小学", "people": 300, "at": (250, 1_800)},
        {"id": "near", "name": "近小学", "kind": "小学", "people": None, "at": (0, 900)},
        {"id": "out", "name": "外小学", "kind": "小学", "people": 9, "at": (900, 1_800)},
        {"id": "lost", "name": "无址小学", "kind": "小学", "people": 9},
    ]), "hospital", [{"id": "H", "name": "医院", "people": 80, "at": (0, 1_100)}])  # fmt: skip
    found = exposure(world, HERE, zone_set(zone(HALF_WEST), zone(QUARTER, "aegl_3")))
    told = [(r.layer, r.id, r.level, r.distance_m, r.people) for r in found.receptors]
    assert told == [
        ("school", "near", "aegl_3", 100, None),
        ("hospital", "H", "aegl_3", 100, 80),
        ("school", "far", "aegl_2", 838, 300),
    ]
    assert "1 places with many people have no position" in notes(found)


def test_officials_layers_stay_out(town: OneMap) -> None:
    """Who is bedridden and where is not told to everybody who opens a brief."""
    world = put(town, "vulnerable_resident", [{"id": "V", "name": "户", "at": (0, 900)}])
    found = exposure(world, HERE, zone_set(zone(HALF_WEST)))
    assert "vulnerable_resident" not in {r.layer for r in found.receptors}


def discs(district: OneMap, chance: random.Random) -> tuple[Incident, ZoneSet]:
    west, south, east, north = district.extent_m
    at = (chance.uniform(west, east), chance.uniform(south, north))
    radii = sorted(chance.uniform(50, 5_000) for _ in range(3))
    levels = ("aegl_3", "aegl_2", "aegl_1")
    made = [
        zone(shapely.Point(at).buffer(radius), level)
        for radius, level in zip(radii, levels, strict=True)
    ]
    time = CALM.replace(hour=chance.randrange(24))
    return Incident(at, time), zone_set(*made)


def test_the_district_against_a_plain_computation(district: OneMap) -> None:
    """Row S1-18: 25 random zone sets; each community within one person of its plain share."""
    chance = random.Random(18)  # noqa: S311 - reproducible, not secret
    units = inhabited(district)
    place = {code: row for row, code in enumerate(units.community_codes)}
    for _ in range(25):
        incident, zones = discs(district, chance)
        found = exposure(district, incident, zones)
        total = counts(units, incident.time.date())[incident.time.hour]
        for level, made in zip(("aegl_3", "aegl_2", "aegl_1"), zones.lines, strict=True):
            told = {u.community_code: u.people_now for u in found.units if u.level == level}
            for code, row in place.items():
                shape = units.shapes[row]
                plain = total[row] * shape.intersection(made.shape).area / shape.area
                assert abs(told.get(code, 0) - plain) < 1
        inner = {(u.level, u.community_code): u.people_now for u in found.units}
        for (level, code), people in inner.items():
            if level != "aegl_1":
                assert people <= inner["aegl_1", code] <= total[place[code]]
        assert (found.people_now or 0) == sum(
            u.people_now for u in found.units if u.level == "aegl_2"
        )


def test_receptors_of_the_district_against_a_loop(district: OneMap) -> None:
    chance = random.Random(5)  # noqa: S311 - reproducible, not secret
    for _ in range(5):
        incident, zones = discs(district, chance)
        found = {(r.layer, r.id): r.level for r in exposure(district, incident, zones).receptors}
        for key in ("school", "hospital", "nursing_home", "crowded_place"):
            records = district.records[key]
            for row, record_id in enumerate(records.ids):
                point = shapely.Point(records.xy_m[row])
                inside = [z.level for z in zones.lines if z.shape.intersects(point)]
                assert found.get((key, record_id)) == (inside[0] if inside else None)


def test_a_tangled_outline_is_counted_and_not_an_error(town: OneMap) -> None:
    bow = shapely.Polygon(
        [town_place(-500, 500), town_place(1_000, 2_000), town_place(1_000, 500),
         town_place(-500, 2_000)]
    )  # fmt: skip
    found = exposure(town, HERE, zone_set(zone(bow, "drawn"), governing="plume"))
    assert found.people_night == 50
