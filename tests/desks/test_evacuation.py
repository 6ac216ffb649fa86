"""Who walks where in the town, by hand, and in the district, against a linear program.

On foot one walks 0.83 m/s along every street, both ways. The town's communities set out from
(250, 1250), (2500, 1250), (250, -250) and (2500, -250), on the street nearest to that point: from
the north-west that is the corner of 学堂路 and 北一街, 250 m to each side of it.
"""

import random
from dataclasses import replace

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from scipy.optimize import linprog

from desks.command import Incident
from desks.command.answers import Evacuation, Exposure
from desks.command.assigning import NO_WAY
from desks.command.bands import harm_of
from desks.command.evacuation import evacuation
from desks.command.exposure import exposure
from desks.command.population import inhabited
from desks.command.refuges import WALK
from desks.command.walking import walk_table
from desks.onemap import OneMap
from risk.release import ZoneSet
from tests.desks.harms import town_box, with_residents, zone, zone_set
from tests.desks.making import CALM, at_town, town_place
from tests.desks.worlds import Row, put, without

HERE = at_town(0, 1_500)
NORTH_WEST = town_box(-500, 1_001, 900, 2_000)
WEST_HALF = town_box(-500, 500, 250, 2_000)


def shelter(name: str, x_m: float, y_m: float, capacity: int | None) -> Row:
    return {
        "id": name,
        "name": name,
        "at": (x_m, y_m),
        "space": "室外",
        "capacity_people": capacity,
    }


def asked(onemap: OneMap, zones: ZoneSet, incident: Incident = HERE) -> Evacuation:
    return evacuation(onemap, incident, zones, exposure(onemap, incident, zones))


def in_west(*rows: Row, town: OneMap) -> Evacuation:
    """Return who walks where with 50 people in the zone and these shelters, the wind unknown."""
    return asked(put(town, "shelter", list(rows)), zone_set(zone(WEST_HALF), weather=None))


def test_everybody_walks_to_the_nearest_safe_place(town: OneMap) -> None:
    """From (250, 1000) to (1000, 1000) are 750 m, and 250 m from the point to the street."""
    found = in_west(shelter("N", 1_000, 1_000, 80), shelter("F", 2_000, 500, 80), town=town)
    assert [(w.community_code, w.shelter_id, w.people) for w in found.walks] == [
        ("440199001001", "N", 50)
    ]
    assert found.walks[0].distance_m == pytest.approx(750 + 250, abs=2)
    assert found.walks[0].walk_s == pytest.approx(750 / 0.83 + 250 / (5 / 3.6), abs=3)
    assert (found.demand_people, found.placed_people, found.spare_people) == (50, 50, 110)
    assert str(found.said) == (
        "Enough: 50 people find a place in safe shelters; 110 places stay free. The longest walk is"
        " 1000 m."
    )
    assert {r.id: r.assigned_people for r in found.refuges} == {"N": 50, "F": 0}
    assert found.short == ()


def test_what_is_full_sends_on(town: OneMap) -> None:
    found = in_west(shelter("N", 1_000, 1_000, 30), shelter("F", 2_000, 500, 80), town=town)
    assert [(w.shelter_id, w.people) for w in found.walks] == [("F", 20), ("N", 30)]


def test_too_little_room_is_a_number_by_community(town: OneMap) -> None:
    """Is there enough room? 20 of 50 people find none, and it is said whose they are."""
    found = in_west(shelter("N", 1_000, 1_000, 30), town=town)
    name = town.records["community"].names[0]
    assert found.short == ((name, "440199001001", 20),)
    assert (found.placed_people, found.spare_people) == (30, 0)
    assert str(found.said) == (
        f"Not enough: 20 of 50 people find no place ({name} 20); safe shelters hold 30. The longest"
        " walk is 1000 m."
    )


def test_an_unsafe_shelter_takes_nobody_and_is_listed(town: OneMap) -> None:
    found = in_west(shelter("in", 0, 1_000, 900), shelter("N", 1_000, 1_000, 50), town=town)
    assert {r.id: (r.safe, r.assigned_people) for r in found.refuges} == {
        "N": (True, 50),
        "in": (False, 0),
    }


def test_no_safe_shelter_is_said(town: OneMap) -> None:
    found = in_west(shelter("in", 0, 1_000, 900), town=town)
    assert str(found.said) == "No safe shelter can be used: 50 people have no place."
    assert found.short[0][2] == 50
    unknown = in_west(shelter("N", 1_000, 1_000, None), town=town)
    assert str(unknown.said) == "No safe shelter can be used: 50 people have no place."
    assert unknown.refuges[0].safe


def test_a_place_beyond_the_longest_walk_is_no_place(town: OneMap) -> None:
    """2500 m and no more: 300 free places an hour off are told, and are not "enough"."""
    rim = in_west(shelter("F", 2_000, 500, 80), town=town)
    assert (rim.walks[0].distance_m, rim.short) == (2_500, ())
    found = in_west(shelter("F", 2_010, 500, 80), town=town)
    name = town.records["community"].names[0]
    assert (found.walks, found.placed_people, found.spare_people) == ((), 0, 80)
    assert found.short == ((name, "440199001001", 50),)
    assert f"none of 50 people ({name} 50)" in str(found.said)
    assert "within 2500 m; 80 places stay free farther off" in str(found.said)


def test_no_register_of_shelters_is_said(town: OneMap) -> None:
    found = asked(without(town, "shelter"), zone_set(zone(WEST_HALF)))
    assert str(found.said) == "The register has no shelters: 50 people have no place."
    assert found.refuges == ()


def test_a_shelter_nobody_can_walk_to_is_said(town: OneMap) -> None:
    """The island's road leads nowhere: its 900 places help nobody."""
    found = in_west(shelter("island", 2_550, -500, 900), town=town)
    name = town.records["community"].names[0]
    assert str(found.said) == (
        f"Not enough: none of 50 people ({name} 50) can walk to a safe shelter within 2500 m;"
        " 900 places stay free farther off, for who is driven there."
    )
    assert str(found.refuges[0].reason) == "No way on foot leads there from inside the zone."
    assert found.refuges[0].safe


def test_unknown_people_and_no_zone_are_said(town: OneMap) -> None:
    empty = [None] * 4
    bare = with_residents(town, "community", residents_day=empty, residents_night=empty)
    bare = with_residents(bare, "subdistrict", residents_day=empty[:2], residents_night=empty[:2])
    assert str(asked(bare, zone_set(zone(WEST_HALF))).said) == (
        "How many people must leave is not known."
    )
    found = asked(town, zone_set(governing=""))
    assert str(found.said) == "How many people must leave is not known."
    assert (found.demand_people, found.walks, found.short) == (0, (), ())
    assert found.spare_people == 1_900


def test_nobody_inside_is_enough(town: OneMap) -> None:
    none = with_residents(town, "community", residents_day=[0] * 4, residents_night=[0] * 4)
    found = asked(none, zone_set(zone(WEST_HALF)))
    assert str(found.said) == "Nobody on file is inside the zone now."


def test_who_is_in_the_isolation_circle_goes_too(town: OneMap) -> None:
    """25 people stand upwind of the plume, inside the first isolation: they need a place too."""
    plume = town_box(-500, 1_250, 250, 2_000)
    upwind = town_box(-500, 500, 250, 1_250)
    zones = zone_set(zone(plume), zone(upwind, "isolation", model="erg"), weather=None)
    found = asked(put(town, "shelter", [shelter("N", 1_000, 1_000, 80)]), zones)
    assert found.demand_people == 50


def test_flooded_ways_are_not_walked_and_closed_ones_are(town: OneMap) -> None:
    """北一街 between 500 and 1000: flooded, one walks round by 人民路; closed to cars, through."""
    world = put(town, "shelter", [shelter("N", 1_000, 1_000, 80)])
    zones = zone_set(zone(town_box(-500, 1_300, 900, 2_000)), weather=None)
    water = town_box(600, 900, 700, 1_100)
    dry = asked(world, zones).walks[0]
    wet = asked(world, zones, replace(HERE, flooded=(water,))).walks[0]
    assert wet.distance_m == pytest.approx(dry.distance_m + 1_000, abs=2)
    both = shapely.MultiPolygon([water, town_box(600, 400, 700, 600)])
    wetter = walk_table(world, (both,)).distance_m[0]
    assert wetter == pytest.approx(dry.distance_m + 2_000, abs=2)
    assert asked(world, zones, replace(HERE, flooded=(both,))).walks == ()
    closed = replace(HERE.closures, polygons=(water,))
    shut = asked(world, zones, replace(HERE, closures=closed)).walks[0]
    assert shut.distance_m == dry.distance_m


def test_the_ways_are_searched_once_per_map(town: OneMap) -> None:
    assert walk_table(town) is walk_table(town)
    assert walk_table(town, (town_box(0, 0, 9, 9),)) is not walk_table(town)


def test_a_clipped_lane_is_no_island(town: OneMap) -> None:
    """The south-east's point is nearest to the island's road; the main streets cross it as well.

    Who lives there walks along 南一街, and is not given up.
    """
    table = walk_table(town)
    units = inhabited(town)
    start = units.community_codes.index("440199002002")
    assert units.points_m[start] == pytest.approx(town_place(2_500, -250))
    assert (table.distance_m[start] != NO_WAY).all()


def disc(district: OneMap, chance: random.Random) -> tuple[Incident, ZoneSet]:
    west, south, east, north = district.extent_m
    at = (chance.uniform(west, east), chance.uniform(south, north))
    inner = shapely.Point(at).buffer(chance.uniform(500, 3_500))
    time = CALM.replace(hour=chance.randrange(24))
    zones = zone_set(zone(inner, reach_m=chance.uniform(500, 3_500)))
    return Incident(at, time), zones


def optimum(
    people: NDArray[np.int64], room: list[int], metres: NDArray[np.int64]
) -> tuple[int, int]:
    """Return the most people placed and then the least person-metres, by HiGHS."""
    ways = [(i, j) for i, j in np.ndindex(*metres.shape) if metres[i, j] != NO_WAY]
    rows = np.zeros((len(people) + len(room), len(ways)))
    for column, (i, j) in enumerate(ways):
        rows[i, column] = rows[len(people) + j, column] = 1
    bounds = np.concatenate([people, np.array(room, np.int64)])
    ones = np.ones(len(ways))
    most = round(-(linprog(-ones, A_ub=rows, b_ub=bounds).fun or 0.0))
    costs = [float(metres[way]) for way in ways]
    least = linprog(costs, A_ub=rows, b_ub=bounds, A_eq=ones[None, :], b_eq=[float(most)])
    return most, round(least.fun or 0.0)


def check_sums(found: Evacuation, exposed: Exposure) -> None:
    assert found.demand_people == (exposed.people_now or 0)
    assert found.demand_people == found.placed_people + sum(many for *_, many in found.short)
    assert found.placed_people == sum(walk.people for walk in found.walks)
    assert all(walk.people > 0 for walk in found.walks)
    for refuge in found.refuges:
        sent = sum(walk.people for walk in found.walks if walk.shelter_id == refuge.id)
        assert sent == refuge.assigned_people <= max(refuge.capacity_people or 0, 0)
        assert not sent or (refuge.safe and refuge.reason is None)


@pytest.mark.parametrize("seed", range(8))
def test_the_district_against_a_linear_program(district: OneMap, seed: int) -> None:
    """Nobody who could be placed is left, nobody walks a metre too far, all sums are exact."""
    incident, zones = disc(district, random.Random(seed))  # noqa: S311 - reproducible
    exposed = exposure(district, incident, zones)
    found = evacuation(district, incident, zones, exposed)
    check_sums(found, exposed)
    units, table = inhabited(district), walk_table(district)
    level = harm_of(zones).protective_level
    inside = {u.community_code: u.people_now for u in exposed.units if u.level == level}
    rows = [units.community_codes.index(code) for code in inside]
    usable = [refuge for refuge in found.refuges if refuge.safe]
    columns = [table.column[refuge.layer, refuge.id] for refuge in usable]
    most, least = optimum(
        np.array(list(inside.values()), np.int64),
        [refuge.capacity_people or 0 for refuge in usable],
        within_a_walk(table.distance_m[rows][:, columns]),
    )
    walked = sum(walk.people * walk.distance_m for walk in found.walks)
    assert (found.placed_people, walked) == (most, least)


def within_a_walk(distance_m: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(distance_m <= WALK.longest_m, distance_m, NO_WAY)


def test_who_lives_on_an_island_is_named(district: OneMap) -> None:
    """No bridge leads off: all of that community find no place; the others only past the limit."""
    units, table = inhabited(district), walk_table(district)
    row = int(np.flatnonzero((table.distance_m == NO_WAY).all(axis=1))[0])
    at = (float(units.points_m[row, 0]), float(units.points_m[row, 1]))
    zones = zone_set(zone(shapely.Point(at).buffer(900), reach_m=900), weather=None)
    incident = Incident(at, CALM)
    found = evacuation(district, incident, zones, exposure(district, incident, zones))
    assert (units.name(row), units.community_codes[row], int(units.night[row])) in found.short
    assert found.placed_people > 0
    longest_m = max(walk.distance_m for walk in found.walks)
    assert str(found.said).endswith(f"The longest walk is {longest_m} m.")
    assert "find no place within 2500 m on foot" in str(found.said)


def test_everybody_at_once(district: OneMap) -> None:
    """The whole district must go and everything is unsafe but what lies outside: all is said."""
    whole = zone_set(zone(shapely.box(*district.extent_m).buffer(9_000)))
    incident = Incident((400_000.0, 2_545_000.0), CALM)
    exposed = exposure(district, incident, whole)
    found = evacuation(district, incident, whole, exposed)
    check_sums(found, exposed)
    assert found.placed_people == 0
    assert found.demand_people == sum(inhabited(district).night)
    assert "No safe shelter" in str(found.said)
