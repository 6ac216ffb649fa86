"""Where vehicles gather: outside the zones, upwind, nearest; and which roads they keep out of."""

import math
import random
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
import shapely

from desks.command import Closures, Incident, compare, situation_brief
from desks.command.approach_zones import UPWIND_DEG, approached, bearing_deg, holds
from desks.command.cautions import still_felt
from desks.command.zoning import zones_of
from desks.onemap import ANY_VEHICLE, OneMap
from routing import Conditions
from tests.desks.harms import zone, zone_set
from tests.desks.making import CALM, at_town, town_place
from tests.desks.teams import hazmat, with_teams, zoned


def off_wind_deg(bearing: float, wind_from: float) -> float:
    """Return how far a bearing lies off the wind's own, 0 to 180 degrees."""
    return abs((bearing - wind_from + 180) % 360 - 180)


def disc(x_m: float, y_m: float, radius_m: float) -> shapely.Polygon:
    return shapely.Point(town_place(x_m, y_m)).buffer(radius_m)


@pytest.mark.parametrize(
    ("wind_from", "at"),
    [(90.0, (1000.0, 500.0)), (270.0, (500.0, 500.0))],
)
def test_vehicles_gather_upwind(town: OneMap, wind_from: float, at: tuple[float, float]) -> None:
    """The zone of 100 m closes 人民路 from x = 500 to 1000: its two ends are the choice."""
    brief = situation_brief(town, zoned(750, 500, 100, wind_from_deg=wind_from, wind_ms=2.0))
    assert brief.approach is not None
    gather = brief.approach.stand_off
    assert gather is not None
    assert gather.at == pytest.approx(town_place(*at), abs=0.01)
    assert gather.distance_m == 250
    assert gather.from_deg == pytest.approx(wind_from)
    assert "upwind" in str(gather.said)
    assert gather.said in [caution.text for caution in brief.cautions]


def test_times_and_ways_are_to_the_stand_off_point(town: OneMap) -> None:
    """From x = 0 to 500 on 人民路 at 24 m/s: 20.83 s, rounded up to 21."""
    onemap = with_teams(town, [hazmat("A", (0.0, 500.0), kind="建筑坍塌")])
    incident = zoned(750, 500, 100, wind_from_deg=270.0, wind_ms=2.0)
    team = situation_brief(onemap, incident).responders[0]
    assert (team.drive_s, team.distance_m) == (21, 500)
    assert team.route is not None
    assert team.route.points[-1] == pytest.approx(town_place(500, 500), abs=0.01)


def test_ways_keep_out_of_the_zones(town: OneMap) -> None:
    """From the west to the east end, 人民路 through the zone is 1,000 m and not taken."""
    onemap = with_teams(town, [hazmat("A", (0.0, 500.0), kind="建筑坍塌")])
    incident = zoned(750, 500, 100, wind_from_deg=90.0, wind_ms=2.0)
    team = situation_brief(onemap, incident).responders[0]
    assert team.route is not None
    assert not shapely.LineString(team.route.points).intersects(incident.drawn[0])
    assert (team.distance_m or 0) > 1_000


def test_without_wind_the_nearest_side_is_taken_and_it_is_said(town: OneMap) -> None:
    brief = situation_brief(town, zoned(700, 500, 100))
    assert brief.approach is not None
    gather = brief.approach.stand_off
    assert gather is not None
    assert gather.at == pytest.approx(town_place(500, 500), abs=0.01)
    assert "wind is not known" in str(gather.said)


def test_no_road_upwind_is_said(town: OneMap) -> None:
    """Wind from the south at the southern edge, and every road to the south is closed."""
    x_m, y_m = town_place(0, 0)
    south = Closures((shapely.box(x_m - 9_000, y_m - 9_000, x_m + 9_000, y_m - 60),))
    incident = zoned(750, 0, 60, wind_from_deg=180.0, wind_ms=3.0, closures=south)
    brief = situation_brief(town, incident)
    assert brief.approach is not None
    assert brief.approach.stand_off is not None
    assert "No open road lies upwind" in str(brief.approach.stand_off.said)


def test_no_road_outside_the_zones_is_said_and_times_go_through_them(town: OneMap) -> None:
    brief = situation_brief(town, zoned(750, 500, 30_000))
    assert brief.approach is not None
    assert brief.approach.stand_off is None
    assert any("the ways shown lead through them" in str(c.text) for c in brief.cautions)
    assert any(team.reachable for team in brief.responders)
    assert all(team.in_zone for team in brief.responders if team.reachable)


def test_without_a_zone_nothing_changes(town: OneMap) -> None:
    incident = at_town(750, 500, kind="fire")
    brief = situation_brief(town, incident)
    assert brief.approach is not None
    assert (brief.approach.closed, brief.approach.stand_off) == ((), None)
    assert brief.responders[0].drive_s == 32  # as worked out by hand in tests/golden


def test_a_zone_elsewhere_bars_its_roads_and_moves_nobody(town: OneMap) -> None:
    """The incident lies outside the drawn zone: vehicles come to it, around the zone."""
    onemap = with_teams(town, [hazmat("A", (0.0, 500.0), kind="建筑坍塌")])
    incident = replace(at_town(1500, 500, kind="building_collapse"), drawn=(disc(750, 500, 100),))
    brief = situation_brief(onemap, incident)
    assert brief.approach is not None
    assert brief.approach.stand_off is None
    team = brief.responders[0]
    assert team.route is not None
    assert team.route.points[-1] == pytest.approx(town_place(1500, 500), abs=0.01)
    assert not shapely.LineString(team.route.points).intersects(incident.drawn[0])


def test_every_way_through_the_zones_is_said(town: OneMap) -> None:
    """A band across the town parts west from east: who stands east cannot come."""
    x_m, y_m = town_place(0, 0)
    band = shapely.box(x_m + 600, y_m - 9_000, x_m + 700, y_m + 9_000)
    rows = [
        hazmat("A", (2000.0, 500.0), kind="建筑坍塌"),
        hazmat("B", (0.0, 500.0), kind="建筑坍塌"),
    ]
    incident = replace(at_town(250, 500, kind="building_collapse"), drawn=(band,))
    brief = situation_brief(with_teams(town, rows), incident)
    reasons = {team.id: team.reason for team in brief.responders}
    assert str(reasons["A"]) == "Every way leads through the zones."
    assert reasons["B"] is None


def test_a_base_beside_the_zone_leaves_on_its_own_side(town: OneMap) -> None:
    """The piece x = 500..1000 meets the zone at 900; a base at 550 on it still comes."""
    rows = [hazmat("A", (550.0, 500.0), kind="建筑坍塌")]
    incident = replace(at_town(100, 500, kind="building_collapse"), drawn=(disc(900, 500, 50),))
    team = situation_brief(with_teams(town, rows), incident).responders[0]
    assert team.reachable
    assert not team.in_zone
    assert team.distance_m == 450


def test_flooded_ground_closes_roads_and_the_loss_is_told(town: OneMap) -> None:
    """Row S1-19: water over 人民路 sends the team round; what each team loses is compared."""
    onemap = with_teams(town, [hazmat("A", (0.0, 500.0), kind="防汛抗旱")])
    dry = at_town(750, 500, kind="flood")
    wet = replace(dry, flooded=(disc(250, 500, 50),))
    before, after = situation_brief(onemap, dry), situation_brief(onemap, wet)
    team = after.responders[0]
    assert team.route is not None
    assert not shapely.LineString(team.route.points).intersects(wet.flooded[0])
    (change,) = compare(before, after)
    assert change.delta_s is not None
    assert change.delta_s > 60
    assert any("flooded ground count as closed" in str(c.text) for c in after.cautions)


def test_at_flooded_ground_vehicles_stop_at_its_edge_whatever_the_wind(town: OneMap) -> None:
    """Row S1-19: boats set out from the nearest dry road; water is not carried by the wind."""
    incident = replace(
        at_town(700, 500, kind="flood"),
        flooded=(disc(700, 500, 120),),
        wind_from_deg=90.0,
        wind_ms=9.0,
    )
    brief = situation_brief(town, incident)
    assert brief.approach is not None
    gather = brief.approach.stand_off
    assert gather is not None
    assert gather.at == pytest.approx(town_place(500, 500), abs=0.01)
    assert "flooded ground" in str(gather.said)


def samples(onemap: OneMap, incident: Incident, barred: tuple[shapely.Geometry, ...]) -> np.ndarray:
    """Return positions (k, 2) each 3 m along the open roads that most teams can come to."""
    network = onemap.network
    usable = onemap.open_weights(Conditions(hour=None, vehicle=ANY_VEHICLE)).usable_roads.copy()
    for area in (*barred, *incident.closures.polygons, *incident.flooded):
        usable &= ~shapely.intersects(network.lines, area)
    nearest = int(onemap.locator.snap(np.asarray([incident.at]), limit_m=math.inf).road[0])
    own = network.island[network.road_start[nearest]]
    usable &= network.island[network.road_start] == own
    usable &= with_most_teams(onemap, usable)
    return np.concatenate(
        [shapely.get_coordinates(shapely.segmentize(line, 3.0)) for line in network.lines[usable]]
    )


def with_most_teams(onemap: OneMap, usable: np.ndarray) -> np.ndarray:
    """Return which pieces (r,) belong to the part of the open roads that holds most teams."""
    network = onemap.network
    ends = list(zip(network.road_start.tolist(), network.road_end.tolist(), strict=True))
    roads = nx.MultiGraph([ends[piece] for piece in np.flatnonzero(usable)])
    parts = list(nx.connected_components(roads))
    bases = [int(road) for key in ("team", "fire_station") for road in onemap.access[key].road]

    def worth(part: set[int]) -> tuple[int, int]:
        teams = sum(usable[road] and ends[road][0] in part for road in bases if road >= 0)
        return teams, roads.subgraph(part).number_of_edges()

    best = max(parts, key=worth)
    return np.array([start in best for start, _ in ends])


def test_the_stand_off_point_is_the_nearest_upwind_of_all_positions(district: OneMap) -> None:
    """Against every position each 3 m along every open road, for 5 seeded leaks."""
    chance = random.Random(4)  # noqa: S311 - reproducible, not secret
    west, south, east, north = district.extent_m
    for _ in range(5):
        incident = Incident(
            (chance.uniform(west, east), chance.uniform(south, north)),
            CALM.replace(hour=chance.randrange(24)),
            "hazmat_leak",
            substance=chance.choice(["chlorine", "ammonia"]),
            quantity_t=chance.choice([0.05, 1.0, 5.0]),
            wind_from_deg=chance.uniform(0, 360),
            wind_ms=chance.uniform(1, 6),
            closures=Closures((disc(0, 0, 1),)),
        )
        found = approached(district, incident, zones_of(district, incident))
        gather = found.stand_off
        if gather is None:
            continue
        wind = incident.wind_from_deg or 0.0
        assert not holds(found.closed, gather.at)
        places = samples(district, incident, found.closed)
        distance_m = np.hypot(*(places - np.asarray(incident.at)).T)
        bearings = np.array([bearing_deg(incident.at, tuple(place)) for place in places])
        upwind = off_wind_deg(bearings, wind) <= UPWIND_DEG  # type: ignore[arg-type]  # as an array
        is_upwind = off_wind_deg(gather.from_deg, wind) <= UPWIND_DEG + 0.01
        if is_upwind:
            assert gather.distance_m <= math.ceil(distance_m[upwind].min()) + 1
        reach_m = math.dist(gather.at, incident.at)
        assert abs(reach_m - gather.distance_m) <= 1


@pytest.mark.parametrize(
    ("end", "bearing"), [((0, 1), 0), ((1, 0), 90), ((0, -1), 180), ((-1, 0), 270)]
)
def test_bearings_are_clockwise_from_north(end: tuple[float, float], bearing: float) -> None:
    assert bearing_deg((0.0, 0.0), end) == pytest.approx(bearing)


@pytest.mark.parametrize(
    ("level", "told"), [("thermal_pain", "heat still hurts"), ("overpressure_glass", "panes may")]
)
def test_a_place_to_gather_within_a_milder_line_is_told(
    town: OneMap, level: str, told: str
) -> None:
    """Outside the injuring heat is not outside the heat: 96 m from a fire that hurts to 138 m."""
    incident = at_town(0, 1_000, kind="fire")
    fatal, mild = (
        zone(shapely.Point(incident.at).buffer(radius_m), name, reach_m=float(radius_m))
        for radius_m, name in ((50, "thermal_fatal"), (5_000, level))
    )
    found = approached(town, incident, zone_set(fatal))
    assert found.stand_off is not None
    said = [str(one) for one in still_felt(zone_set(fatal, mild), found.stand_off)]
    assert len(said) == 1
    assert told in said[0]
    assert "to 5000 m" in said[0]
    assert list(still_felt(zone_set(fatal), found.stand_off)) == []
