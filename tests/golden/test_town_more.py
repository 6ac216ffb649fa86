"""More of the town by hand: vehicles, limits, closures, the islet, the farm, every hour.

Lengths, speeds and delays as in test_town.py.
"""

import math
from dataclasses import replace

import pytest
from shapely import Polygon, box

from desks.command import Closures, Responder, situation_brief
from desks.onemap import OneMap
from tests.desks.making import CALM, at_town, town_place


def teams(
    town: OneMap, x_m: float, y_m: float, closures: Closures | None = None
) -> dict[str, Responder]:
    """Return the responders by id at a place of the town, at three in the morning."""
    brief = situation_brief(town, at_town(x_m, y_m, closures=closures))
    return {team.id: team for team in brief.responders}


def area(west: float, south: float, east: float, north: float) -> Polygon:
    low, high = town_place(west, south), town_place(east, north)
    return box(*low, *high)


PLACES = {
    # place: (T1 drive in s before rounding up, its metres)
    (0.0, 500.0): (0.0, 0),  # at the station's own door
    (500.0, 500.0): (500 / 24, 500),  # the main road has no delay
    (250.0, 500.0): (250 / 24, 250),
    (0.0, 250.0): (250 / 12, 250),  # down 西街
    (0.0, 1000.0): (500 / 12, 500),  # a corner of two ends has no delay
    (1000.0, 750.0): (1000 / 24 + 250 / 12, 1250),
}


@pytest.mark.parametrize(("place", "expected"), PLACES.items())
def test_the_first_team_everywhere(
    town: OneMap, place: tuple[float, float], expected: tuple[float, int]
) -> None:
    drive_s, distance_m = expected
    team = teams(town, *place)["T1"]
    assert (team.drive_s, team.distance_m) == (math.ceil(round(drive_s, 3)), distance_m)
    assert team.eta_s == 60 + 60 + math.ceil(round(drive_s, 3))
    assert team.p90_s == 120 + 80 + math.ceil(round(1.5 * drive_s, 3))


@pytest.mark.parametrize("beside_m", [1, 100, 499])
def test_beside_the_road_one_walks(town: OneMap, beside_m: int) -> None:
    """From (2000, 500) straight east: no road nearer, at 5 km/h, up to 500 m."""
    team = teams(town, 2000 + beside_m, 250)["T2"]
    assert team.on_foot_m == beside_m
    assert team.distance_m == 250 + beside_m
    assert team.drive_s == math.ceil(round(250 / 12 + beside_m * 3.6 / 5, 3))


def test_beyond_the_limit_nobody_comes(town: OneMap) -> None:
    for team in teams(town, 2501, 1000).values():
        assert not team.reachable
        assert str(team.reason) == "The incident lies 501 m from the nearest road."


def test_the_small_bridge_carries_ten_tonnes(town: OneMap) -> None:
    """T1 and T2 weigh 18 t: 小桥路 is barred, by 南环路 one comes round from (500, 0).

    T1: 500 m each of 西街 and 南一街, then 1,000 m of 南环路.
    """
    team = teams(town, 0, -500)["T1"]
    assert team.route is not None
    assert [name for name, _ in team.route.roads] == ["西街", "南一街", "南环路"]
    assert team.distance_m == 2000


def test_on_the_bridge_itself_they_stop_at_the_nearer_end(town: OneMap) -> None:
    """100 m onto the bridge: the stop is at (0, 0), 100 m on foot; 300 m onto it the far end."""
    near, far = teams(town, 0, -100)["T1"], teams(town, 0, -300)["T1"]
    assert (near.on_foot_m, near.distance_m) == (100, 600)
    assert near.drive_s == math.ceil(500 / 12 + 72)
    assert (far.on_foot_m, far.distance_m) == (200, 2000 + 200)


def test_closing_the_way_round_leaves_the_bridge_on_foot(town: OneMap) -> None:
    """With 南环路 closed one stops at (0, 0); up to 500 m over the bridge are within the limit."""
    shut = Closures(roads=("南环路",))
    whole = teams(town, 0, -500, shut)["T1"]
    assert (whole.on_foot_m, whole.distance_m) == (500, 1000)
    beyond = teams(town, 100, -500, shut)["T1"]
    assert not beyond.reachable
    assert "within 500 m" in str(beyond.reason)


def test_the_same_closure_by_name_and_by_polygon(town: OneMap) -> None:
    """Polygons over the four pieces of 人民路 and nothing else close what its name does."""
    strips = tuple(area(x + 100, 499, x + 400, 501) for x in (0, 500, 1000, 1500))
    for place in ((750, 500), (1000, 250), (250, 1000), (1500, 500)):
        by_name = teams(town, *place, Closures(roads=("人民路",)))
        by_area = teams(town, *place, Closures(strips))
        assert {k: (t.eta_s, t.distance_m, t.on_foot_m) for k, t in by_name.items()} == {
            k: (t.eta_s, t.distance_m, t.on_foot_m) for k, t in by_area.items()
        }


def test_a_polygon_that_only_touches_closes(town: OneMap) -> None:
    """Its border lies a centimetre over 人民路: the piece is closed; 1 m off it is not."""
    touching = teams(town, 750, 500, Closures((area(200, 499.99, 300, 520),)))["T1"]
    beside = teams(town, 750, 500, Closures((area(200, 501, 300, 520),)))["T1"]
    assert touching.distance_m == 1750
    assert beside.distance_m == 750


def test_a_hole_in_a_closure_is_open(town: OneMap) -> None:
    """A ring round the incident: the piece inside is open, every way to it is closed.

    The ring runs 20 to 60 m from (750, 500): it closes the whole piece from x = 500 to 1000.
    """
    outer, inner = area(690, 440, 810, 560), area(730, 480, 770, 520)
    ring = Polygon(outer.exterior, [inner.exterior])
    team = teams(town, 740, 500, Closures((ring,)))["T1"]
    assert (team.reachable, team.on_foot_m, team.distance_m) == (True, 240, 740)


def test_two_closures_add_up(town: OneMap) -> None:
    both = Closures((area(100, 490, 200, 510),), ("南一街",))
    one = teams(town, 750, 500, Closures((area(100, 490, 200, 510),)))["T1"]
    two = teams(town, 750, 500, both)["T1"]
    assert (one.drive_s, two.drive_s) == (146, 191)
    assert two.route is not None
    assert [name for name, _ in two.route.roads] == ["西街", "北一街", "中街", "人民路"]


def test_the_islet_has_its_own_team_and_no_other(town: OneMap) -> None:
    """T3 stands at (2600, -400): 100 m down 沙洲路 to the corner, 100 m on: 36 km/h x 1.1."""
    found = teams(town, 2500, -500)
    assert found["T3"].drive_s == math.ceil(200 / 11)
    assert found["T3"].distance_m == 200
    assert found["T3"].on_foot_m == 0
    for key in ("T1", "T2"):
        assert str(found[key].reason) == (
            "No road joins its part of the network to the incident's."
        )


def test_between_islet_and_mainland_the_nearer_road_decides(town: OneMap) -> None:
    """(2240, -250) is 346 m from (2000, 0) and 361 m from (2500, -500): the mainland's teams."""
    found = teams(town, 2240, -250)
    assert (found["T2"].reachable, found["T3"].reachable) == (True, False)
    found = teams(town, 2270, -250)
    assert (found["T2"].reachable, found["T3"].reachable) == (False, True)


def test_the_farm_is_nobodys(town: OneMap) -> None:
    """孤山农场 at (3500, 1500) lies 1,500 m east of (2000, 1500)."""
    for team in teams(town, 3500, 1500).values():
        assert str(team.reason) == "The incident lies 1500 m from the nearest road."
        assert team.on_foot_m is None


@pytest.mark.parametrize("hour", range(24))
def test_every_hour_has_its_congestion(town: OneMap, hour: int) -> None:
    """T1's 750 m of primary road: 31.25 s free, times the hour's factor."""
    incident = replace(at_town(750, 500), time=CALM.replace(hour=hour))
    team = {t.id: t for t in situation_brief(town, incident).responders}["T1"]
    factor = town.speed_model.congestion("primary", hour)
    assert team.drive_s == pytest.approx(750 / 24 * factor, abs=1.001)
    assert team.drive_s == math.ceil(round(750 / 24 * factor, 3))
    assert team.free_flow_s == 152
    assert (team.eta_s or 0) >= team.free_flow_s


def test_the_rush_hour_is_slower_than_the_night(town: OneMap) -> None:
    factors = [town.speed_model.congestion("primary", hour) for hour in range(24)]
    assert factors[3] == 1.0
    assert factors[8] == max(factors) > 1.2


def test_twenty_times_the_same_click_is_one_answer(town: OneMap) -> None:
    answers = {tuple(t.eta_s for t in teams(town, 1200, 300).values()) for _ in range(20)}
    assert len(answers) == 1
