"""What a hazard would do around it, which hazards hang together, and the fixed points."""

from collections import Counter
from itertools import pairwise

import pytest
import shapely

from desks.hazards.domino_graph import breaks, domino_graph
from desks.hazards.fixed_points import fixed_points, nearest_teams, planned
from desks.hazards.grades import graded
from desks.hazards.impact import own_zones, surroundings_of
from desks.onemap import OneMap
from tests.desks.making import town_place
from tests.desks.plants import holding, peopled, plant
from tests.desks.worlds import put


def stations(onemap: OneMap, *at: tuple[float, float], tank_m3: float = 400.0) -> OneMap:
    rows = [
        {"id": f"Y{number}", "name": f"{number}号站", "tank_m3": tank_m3, "at": place}
        for number, place in enumerate(at, 1)
    ]
    return put(onemap, "lpg_station", rows)


def test_a_zone_lies_about_its_hazard(town: OneMap) -> None:
    """S1-6: the surroundings are computed from what the hazard holds."""
    zone = own_zones(plant(town, (250, 1250), [("H1", "液氯", 6.0)]))["hazard", "H1"]
    assert zone.shape is not None
    assert zone.reach_m is not None
    place = shapely.Point(town_place(250, 1250))
    assert shapely.contains(zone.shape, place)
    assert shapely.hausdorff_distance(zone.shape, place) == pytest.approx(zone.reach_m, abs=1)
    assert str(zone.reach_m) in str(zone.said)


def test_the_farthest_of_what_it_holds_counts(town: OneMap) -> None:
    both = [("H1", "汽油", 50.0), ("H1", "液氯", 1.0)]
    alone = own_zones(plant(town, (250, 1250), both[:1]))["hazard", "H1"]
    zone = own_zones(plant(town, (250, 1250), both))["hazard", "H1"]
    assert zone.substance == "液氯"
    assert (zone.reach_m or 0) > (alone.reach_m or 0) > 0


@pytest.mark.parametrize("substance", ["液氯", "液氨", "汽油", "LPG", "甲醇"])
def test_more_of_it_never_reaches_less(town: OneMap, substance: str) -> None:
    reaches = [
        own_zones(plant(town, (250, 1250), [("H1", substance, tonnes)]))["hazard", "H1"].reach_m
        for tonnes in (0.1, 1.0, 5.0, 20.0, 100.0)
    ]
    assert all(less is not None and more is not None and less <= more
               for less, more in pairwise(reaches))  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "said"),
    [([], "not on file"), ([("H1", "液氯", None)], "How much"), ([("H1", "面粉", 9.0)], "No model"),
     ([("H1", "火星土", 9.0)], "No model")],
)  # fmt: skip
def test_where_no_reach_can_be_said_the_reason_stands(
    town: OneMap, lines: list[tuple[str, str, float | None]], said: str
) -> None:
    onemap = plant(town, (250, 1250), lines)
    zone = own_zones(onemap)["hazard", "H1"]
    assert (zone.reach_m, zone.shape) == (None, None)
    assert said in str(zone.said)
    around = surroundings_of(onemap, "hazard", "H1")
    assert (around.people_day, around.people_night, around.receptors) == (None, None, ())


def test_people_by_day_and_night_by_hand(town: OneMap) -> None:
    """All four communities lie within some kilometres: 1,100 by day, 1,000 by night."""
    onemap = plant(town, (1000, 500), [("H1", "液氯", 100.0)])
    around = surroundings_of(onemap, "hazard", "H1")
    assert around.zone.reach_m is not None
    assert around.zone.reach_m > 4300
    assert (around.people_day, around.people_night) == (1100, 1000)
    few = surroundings_of(peopled(onemap, c001001=None), "hazard", "H1")
    assert (few.people_day, few.people_night) == (980, 900)
    assert any("西北社区" in str(note) for note in few.notes)


def test_receptors_of_the_zone_nearest_first(town: OneMap) -> None:
    rows = [
        {"id": "S1", "name": "远校", "people": 500, "at": (250, 1800)},
        {"id": "S2", "name": "近校", "at": (250, 1300)},
        {"id": "S3", "name": "天边", "people": 9, "at": (250, 90000)},
        {"id": "S4", "name": "无处", "people": 9},
    ]
    onemap = put(plant(town, (250, 1250), [("H1", "液氯", 6.0)]), "school", rows)
    near = surroundings_of(onemap, "hazard", "H1").receptors
    assert [(one.name, one.distance_m, one.people) for one in near] == [
        ("近校", 50, None),
        ("远校", 550, 500),
    ]


def test_a_station_within_the_fireball_is_an_edge_and_one_beyond_is_none(town: OneMap) -> None:
    onemap = stations(town, (0, 1000), (300, 1000), (90000, 1000))
    reach = own_zones(onemap)["lpg_station", "Y1"].reach_m
    assert reach is not None
    assert 300 < reach < 80000
    graph = domino_graph(onemap, graded(onemap))
    assert {(edge.cause[1], edge.hit[1], edge.distance_m) for edge in graph.edges} == {
        ("Y1", "Y2", 300),
        ("Y2", "Y1", 300),
    }
    assert graph.groups == ((("lpg_station", "Y1"), ("lpg_station", "Y2")),)
    assert len(graph.nodes) == 3


def test_the_greater_fire_reaches_the_smaller_one_and_not_back(town: OneMap) -> None:
    large = stations(town, (0, 1000))
    rows = [{"id": "J1", "name": "油站", "tank_m3": 30.0, "at": (400, 1000)}]
    onemap = put(large, "petrol_station", rows)
    edges = domino_graph(onemap, graded(onemap)).edges
    assert [(edge.cause[1], edge.hit[1]) for edge in edges] == [("Y1", "J1")]


def test_a_toxic_cloud_makes_no_edge(town: OneMap) -> None:
    onemap = put(plant(town, (0, 1000), [("H1", "液氯", 50.0)]), "petrol_station",
                 [{"id": "J1", "name": "油站", "tank_m3": 30.0, "at": (400, 1000)}])  # fmt: skip
    assert not breaks(own_zones(onemap)["hazard", "H1"])
    graph = domino_graph(onemap, graded(onemap))
    assert graph.edges == ()
    assert graph.groups == ()
    assert any("toxic cloud" in str(note) for note in graph.notes)


def test_the_graph_of_the_district_has_every_hazard_and_no_self(district: OneMap) -> None:
    found = graded(district)
    graph = domino_graph(district, found)
    assert len(graph.nodes) == sum(hazard.at is not None for hazard in found.hazards)
    assert all(edge.cause != edge.hit for edge in graph.edges)
    zones = own_zones(district)
    for edge in graph.edges:
        reach = zones[edge.cause].reach_m
        assert reach is not None
        assert edge.distance_m <= reach + 1
    joined = {key for group in graph.groups for key in group}
    assert joined == {key for edge in graph.edges for key in (edge.cause, edge.hit)}
    sizes = [len(group) for group in graph.groups]
    assert sizes == sorted(sizes, reverse=True)


def test_37_fixed_points_with_substance_quantity_and_zone(district: OneMap) -> None:
    """S1-1: 22 petrol, 7 gas filling, 6 chlorine or ammonia, 2 LPG: each has zone and teams."""
    points = fixed_points(district, graded(district))
    assert len(points) == 37
    assert Counter(point.layer for point in points) == {
        "petrol_station": 22, "gas_filling_station": 7, "hazard": 6, "lpg_station": 2,
    }  # fmt: skip
    assert dict(planned()) == Counter(point.layer for point in points)
    for point in points:
        assert point.substance
        assert point.quantity_t
        assert point.zone_m
        assert str(point.zone_said)
    first = nearest_teams(district, points[0])
    assert len(first) == 3
    assert all(team.eta_s > 0 and team.name for team in first)


def test_a_point_without_a_place_has_no_teams_and_says_so(town: OneMap) -> None:
    """S1-1: what cannot be asked is told, not left out."""
    onemap = plant(town, None, [("H1", "液氯", 6.0)])
    (point,) = fixed_points(onemap, graded(onemap))
    assert (point.at, point.zone_m) == (None, None)
    assert "position" in str(point.zone_said)
    assert nearest_teams(onemap, point) == ()


def test_teams_of_a_point_are_those_of_a_brief_there(town: OneMap) -> None:
    """S1-1: the nearest teams come with their seconds, the first one first."""
    onemap = plant(town, (0, 500), [("H1", "液氯", 6.0)])
    (point,) = fixed_points(onemap, graded(onemap))
    teams = nearest_teams(onemap, point)
    assert teams
    assert {team.id for team in teams} <= {"T1", "T2", "T3"}


def test_stock_that_changes_changes_the_zone(town: OneMap) -> None:
    onemap = plant(town, (250, 1250), [("H1", "汽油", 1.0)])
    more = holding(onemap, "hazard", [("H1", "汽油", 500.0)])
    before, after = (own_zones(one)["hazard", "H1"].reach_m for one in (onemap, more))
    assert before is not None
    assert after is not None
    assert after > before
