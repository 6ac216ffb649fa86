"""The planning town's tables, reckoned by hand before the program was asked."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from desks.command.situation import Closures, Incident
from desks.onemap import OneMap
from desks.planning.answers import DEFINITIONS, Coverage, Places
from desks.planning.coverage import coverage
from desks.planning.demand import demand_of
from desks.planning.filling import Filled, proves
from desks.planning.places import places_of
from desks.planning.services import service_of, services
from geodata.faults import UserError
from tests.desks.making import CALM
from tests.desks.planning_town import POINTS, build_town, place

UNITS = ("K1", "K2", "K3", "K4", "K5", "丙")
Row = tuple[object, ...]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return build_town(tmp_path_factory.mktemp("planning"))


def table(found: Coverage, *, whole: bool = False) -> dict[str, Row]:
    """Return the four definitions of each community, or of each subdistrict and the district."""
    rows = (*found.subdistricts, found.totals) if whole else found.communities
    return {row.name: tuple(row.counts[d].people_covered for d in DEFINITIONS) for row in rows}


NOBODY: Row = (None, None, None, None)


@pytest.mark.parametrize(
    ("share", "units", "points"),
    [
        ("night", [101, 100, 90, 0], [51, 50, 34, 33, 33, 23, 23, 22, 22]),
        ("day", [200, 40, 31, 0], [100, 100, 14, 13, 13, 8, 8, 8, 7]),
        ("elderly", [19, 19, 17, 0], [10, 9, 7, 6, 6, 5, 4, 4, 4]),
    ],
)
def test_people_by_hand(town: OneMap, share: str, units: list[int], points: list[int]) -> None:
    """S1-25: residents by day and by night, and those of 60 and over, spread to the last person."""
    demand = demand_of(town, share)  # type: ignore[arg-type]
    assert demand.people[:4].tolist() == units
    assert demand.point_people[: len(POINTS)].tolist() == points
    assert demand.point_people[len(POINTS) :].sum() == 0
    assert [demand.units[row].name for row in demand.missing] == ["K5", "丙"]


def test_shelters_within_500_m(town: OneMap) -> None:
    """S1-4, S1-5: every cell; 500.0 m counts, the river parts e from P1, P4 is full from the start.

    Circle: all but i (300 m from P1 across the river is within). Ways: e is 1,000 m from P2.
    Capacity: P1 60 of a 51 and b; P5 10 of b; P2 60 = g 22, c 34, f 4; P3 30 of d 33; h none.
    """
    found = coverage(town, service_of("shelter"))
    assert table(found) == {
        "K1": (101, 101, 70, None),
        "K2": (100, 100, 64, None),
        "K3": (67, 44, 26, None),
        "K4": (0, 0, 0, None),
        "K5": NOBODY,
        "丙": NOBODY,
    }
    assert table(found, whole=True) == {
        "甲": (201, 201, 134, None),
        "乙": (67, 44, 26, None),
        "丙": NOBODY,
        "河镇": (268, 245, 160, None),
    }
    reasons = {row.name: str(row.counts["network"].reason) for row in found.communities}
    assert reasons["K4"] == "Nobody lives here: there is no share."
    assert reasons["K5"] == reasons["丙"] == "Its residents are not on file."


def test_the_reach_by_hand(town: OneMap) -> None:
    """Distances in whole millimetres, both access legs counted: c to P3 is 490 + 20 m, too far."""
    found = coverage(town, service_of("shelter"))
    reach, ids = found.reach, found.places.ids
    held = {
        name: [
            (ids[reach.place[k]], int(reach.cost[k]))
            for k in range(reach.first[row], reach.first[row + 1])
        ]
        for row, name in enumerate(POINTS)
    }
    assert held == {
        "a": [("P1", 0), ("P5", 500_000)],
        "b": [("P5", 0), ("P1", 500_000)],
        "c": [("P2", 300_000), ("P5", 500_000)],
        "d": [("P3", 30_000)],
        "h": [("P4", 30_000)],
        "e": [],
        "i": [],
        "f": [("P2", 500_000)],
        "g": [("P2", 0)],
    }
    nearest = dict(zip(POINTS, reach.nearest_cost.tolist(), strict=False))
    assert (nearest["e"], nearest["i"]) == (1_000_000, 1_500_000), "known beyond the limit too"
    assert int(reach.nearest_cost[len(POINTS) + 1]) == -1, "K5 lies off every way"


def test_the_assignment_is_proved_and_stands_beside_its_range(town: OneMap) -> None:
    """P5's ten beds may go to c, so that K1 has 60 to 70; to the nearest b finds ten beds only."""
    found = coverage(town, service_of("shelter"))
    freedom = {row.name: (row.least, row.most, row.to_nearest) for row in found.communities}
    assert freedom == {
        "K1": (60, 70, 61),
        "K2": (46, 64, 64),
        "K3": (26, 44, 26),
        "K4": (0, 0, 0),
        "K5": (None, None, None),
        "丙": (None, None, None),
    }
    wholes = {row.name: (row.least, row.most, row.to_nearest) for row in found.subdistricts}
    assert wholes == {"甲": (116, 134, 125), "乙": (26, 44, 26), "丙": (None, None, None)}
    assert (found.totals.least, found.totals.most, found.totals.to_nearest) == (160, 160, 151)
    assert found.assigned is not None
    assert found.assigned.tolist() == [51, 0, 10, 9, 34, 0, 30, 0, 4, 22, 0]


def test_the_prices_of_the_answer_prove_it(town: OneMap) -> None:
    """Who only sums can re-derive that nobody could do better: weak duality with equality."""
    found = coverage(town, service_of("shelter"))
    assert found.assigned is not None
    assert found.price is not None
    assert found.value is not None
    walked = int((found.reach.cost * found.assigned).sum())
    most = int((found.value + found.price.max()).max()) + 1
    held = [
        proves(found.reach, found.demand.point_people, found.places.capacity,
               Filled(found.assigned, found.price, found.value, unplaced, 160, walked))
        for unplaced in _unplaced(found, most)
    ]  # fmt: skip
    assert any(held)


def _unplaced(found: Coverage, most: int) -> list[int]:
    """Return what a person not placed may weigh by the prices: tight at some point with value."""
    assert found.price is not None
    assert found.value is not None
    point = np.repeat(np.arange(len(found.reach.first) - 1), np.diff(found.reach.first))
    tight = found.value[point] + found.price[found.reach.place] + found.reach.cost
    return sorted({int(one) for one in tight} | {most})


def test_both_kinds_of_shelter_jointly(town: OneMap) -> None:
    """S1-4: outdoor P1 and P4, indoor P2, P3 and P5; both are in reach of a and b alone.

    With capacity b has 9 beds outdoors (a took 51 of 60) and 10 indoors: 9 people have both.
    """
    joint = coverage(town, service_of("shelter_joint"))
    assert table(joint)["K1"] == (101, 101, 9, None)
    assert table(joint, whole=True)["河镇"] == (101, 101, 9, None)
    outdoor = coverage(town, service_of("shelter_outdoor"))
    indoor = coverage(town, service_of("shelter_indoor"))
    assert table(outdoor, whole=True)["河镇"] == (157, 134, 60, None)
    assert table(indoor, whole=True)["河镇"] == (212, 212, 100, None)
    assert [place for place, _ in outdoor.places.left_out] == ["P2", "P3", "P5", "P6"]
    assert [place for place, _ in joint.places.left_out] == ["P6"]
    nearest = dict(zip(POINTS, joint.reach.nearest_cost.tolist(), strict=False))
    assert nearest["a"] == 500_000, "the farther of the two nearest"
    assert len(joint.reach.cost) == len(outdoor.reach.cost) + len(indoor.reach.cost)


def test_grades_are_taken_as_they_stand(town: OneMap) -> None:
    """Urgent are P1 and P3 within 500 m, fixed P2 and P5 within 1 km, central there is none."""
    urgent = coverage(town, service_of("shelter_urgent"))
    assert table(urgent, whole=True)["河镇"] == (191, 134, 90, None)
    fixed = coverage(town, service_of("shelter_fixed"))
    assert table(fixed, whole=True)["河镇"] == (258, 235, 70, None)
    central = coverage(town, service_of("shelter_central"))
    assert table(central, whole=True)["河镇"] == (0, 0, 0, None), "a kind nobody has covers nobody"
    assert "P4" in dict(urgent.places.left_out)


def test_ten_minutes_are_500_m_inclusive_and_the_elderly_walk_480(town: OneMap) -> None:
    """S1-25: b to P1 takes 10:00 exactly; the elderly at b have P5, those at f 500 m are late."""
    walk = coverage(town, service_of("shelter", "10min"))
    assert table(walk, whole=True)["河镇"] == (268, 245, 160, None)
    assert 600_000 in walk.reach.cost.tolist()
    shorter = coverage(town, service_of("shelter", "599.999s"))
    assert table(shorter)["K3"] == (67, 22, 22, None), "f is 10:00 from P2 by ways"
    elderly = coverage(town, service_of("shelter", "10min"), share="elderly")
    assert elderly.totals.people == 55
    assert table(elderly, whole=True)["河镇"][1] == 10 + 9 + 7 + 6 + 6 + 4
    metres = coverage(town, service_of("shelter", "500m"), share="elderly")
    assert table(metres, whole=True)["河镇"][1] == 46, "a distance is one for all"


@pytest.mark.parametrize(
    ("within", "people"),
    [("5min", 268), ("153.91s", 135), ("153.909s", 101), ("60s", 51), ("59.999s", 0)],
)
def test_engines_with_turnout_to_the_millisecond(town: OneMap, within: str, people: int) -> None:
    """60 s of turnout; residential 36 km/h x 1.1 = 11 m/s; 3 s on entering the junction at c.

    b 105.455, c 153.910, d 199.365, g 181.183, f 226.638, h 253.910, e 272.093, i 317.548 s.
    """
    found = coverage(town, service_of("fire_station", within))
    assert table(found, whole=True)["河镇"] == (None, people, None, None)


def test_depots_come_by_lorry_without_siren(town: OneMap) -> None:
    """S3-2: from d at 10 m/s: h exactly 60 s, c 50 s and 3 s at the junction; no turnout."""
    found = coverage(town, service_of("depot", "60s"))
    assert table(found)["K2"] == (None, 100, None, None)
    assert table(coverage(town, service_of("depot", "59.999s")))["K2"] == (None, 67, None, None)
    assert coverage(town, services()["depot"]).totals.counts["network"].people_covered == 291


def test_mini_stations_and_hydrants(town: OneMap) -> None:
    """S2-12: three minutes on foot are 150 m; a hose of 150 m from the bridge reaches c, not g."""
    mini = coverage(town, service_of("mini_station"))
    assert table(mini, whole=True)["河镇"] == (50, 50, None, None)
    hydrant = coverage(town, service_of("hydrant"))
    assert table(hydrant, whole=True)["河镇"] == (34, 34, None, None)
    assert hydrant.reach.cost.tolist() == [100_000]


def zone(*, at: tuple[int, int] = (1000, 300)) -> Incident:
    """Return an incident with a square of 200 m drawn about a place."""
    x, y = at
    area = shapely.box(*place(x - 100, y - 100), *place(x + 100, y + 100))
    return Incident(place(x, y), CALM, drawn=(area,))


def test_a_zone_about_g_leaves_who_is_safe(town: OneMap) -> None:
    """P2 is within, g's 22 must go, and no way leads over the bridge: c finds P5 full of b."""
    found = coverage(town, service_of("shelter"), incident=zone())
    assert {name: row[3] for name, row in table(found).items()} == {
        "K1": 70, "K2": 30, "K3": 0, "K4": 0, "K5": None, "丙": None,
    }  # fmt: skip
    assert found.totals.counts["safe"].people_covered == 100
    assert found.safe_assigned is not None
    assert found.safe_assigned.tolist() == [51, 0, 10, 9, 0, 0, 30, 0, 0, 0, 0]
    assert any("22 people" in str(said) for said in found.cautions)


def test_safety_of_places_that_cannot_be_full(town: OneMap) -> None:
    engines = coverage(town, service_of("fire_station"), incident=zone())
    assert table(engines, whole=True)["河镇"] == (None, 268, None, 201), "no way to the north bank"
    station = coverage(town, service_of("fire_station"), incident=zone(at=(0, 0)))
    assert station.totals.counts["safe"].people_covered == 0, "the station itself is within"
    joint = coverage(town, service_of("shelter_joint"), incident=zone())
    assert joint.totals.counts["safe"].people_covered == 9


def test_a_closed_bridge_by_name_and_by_arcs(town: OneMap) -> None:
    """Without the bridge c keeps P5 only; what is closed is asked anew, what is open is kept."""
    before = coverage(town, service_of("shelter"))
    by_name = coverage(town, service_of("shelter"), closed=Closures(roads=("cg路",)))
    arcs = town.network.road_name[town.network.arc_road] == town.network.names.index("cg路")
    by_arcs = coverage(town, service_of("shelter"), closed=arcs)
    assert table(by_name) == table(by_arcs)
    assert table(by_name)["K2"] == (100, 100, 30, None)
    assert table(coverage(town, service_of("shelter"))) == table(before)


def moved(town: OneMap, x_m: float, y_m: float) -> Places:
    """Return the shelters, P4 given 40 beds and moved."""
    places = places_of(town, service_of("shelter"))
    xy_m = places.xy_m.copy()
    xy_m[3] = place(x_m, y_m)
    capacity = places.capacity.copy()
    capacity[3] = 40
    return Places(places.layer, places.ids, places.names, xy_m, capacity, (), ())


def test_a_moved_marker_changes_the_numbers(town: OneMap) -> None:
    """P4 at e with 40 beds: e 23 within, and f 17 more of its 22, as P2 had only 4 for them."""
    found = coverage(town, service_of("shelter"), places=moved(town, 0, 300))
    assert table(found)["K3"] == (90, 90, 22 + 4 + 40, None)
    assert table(found)["K2"][1] == 67, "h has lost P4"
    assert found.stamp == town.stamp


def test_places_moved_jointly_and_new_ones_that_have_no_kind(town: OneMap) -> None:
    """With P5, the indoor one at b, moved to h only h, by P4, has both: it is full outdoors."""
    service = service_of("shelter_joint")
    places = places_of(town, service)
    assert places.ids == ("P1", "P4", "P2", "P3", "P5")
    xy_m = places.xy_m.copy()
    xy_m[4] = place(2100, 0)
    found = coverage(town, service, places=replace(places, xy_m=xy_m))
    assert table(found, whole=True)["河镇"] == (33, 33, 0, None)
    strange = replace(places, ids=("P1", "P4", "P2", "P3", "NEW"))
    with pytest.raises(UserError, match="is not stated"):
        coverage(town, service, places=strange)


def test_a_layer_that_is_not_there_is_no_zero(town: OneMap) -> None:
    found = coverage(town, service_of("team"))
    assert table(found, whole=True)["河镇"] == NOBODY
    assert str(found.totals.counts["network"].reason) == "The register has no such layer."


def test_long_reaches_are_filled_from_communities(town: OneMap) -> None:
    """Within 5 km K1's mean way to P5 is 51 x 500 m over 101, rounded up; P2 takes K3 first.

    K1 to P5 252,476 mm; K3 to P2: (23 x 1,000 + 23 x 1,500 + 22 x 500) / 90 = 761,112 mm.
    """
    found = coverage(town, service_of("shelter_fixed", "5km"))
    assert found.unit_reach is not None
    assert found.assigned is not None
    rows = np.repeat(np.arange(len(UNITS)), np.diff(found.unit_reach.first))
    costs = {
        (UNITS[row], found.places.ids[p]): int(cost)
        for row, p, cost in zip(rows, found.unit_reach.place, found.unit_reach.cost, strict=True)
    }
    assert costs["K1", "P5"] == -(-51 * 500_000 // 101) == 252_476
    assert costs["K3", "P2"] == 761_112
    assert table(found)["K1"] == (101, 101, 10, None)
    assert table(found)["K3"] == (90, 90, 60, None)
    assert (found.totals.least, found.totals.most) == (70, 70)


def test_every_figure_has_its_method(town: OneMap) -> None:
    for service in services().values():
        found = coverage(town, service)
        told = " ".join(str(said) for said in found.method)
        assert "Network:" in told
        assert "Reach by:" in told
        assert ("not verified" in told) >= (not service.verified)
        applies = found.totals.counts["circle"].people_covered is not None
        assert not applies or "Circle:" in told


def test_nobody_is_lost_between_the_folder_and_the_answer(town: OneMap, tmp_path: Path) -> None:
    """S1-5: the same folder gives the same answer; the sums are those of the register."""
    records = town.records["community"].columns["residents_night"]
    stated = sum(int(one) for one in records if isinstance(one, int))
    assert coverage(town, service_of("shelter")).totals.people == stated == 291
    assert not list(tmp_path.iterdir())
