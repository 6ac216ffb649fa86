"""Who stops short of an incident: where, how far on foot, and never across the water."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from desks.build import Source, Sources, build_district
from desks.command import Closures, Incident, Responder, situation_brief
from desks.command.ways import ways_of
from desks.onemap import ANY_VEHICLE, OneMap, load_onemap
from routing import UNREACHED
from tests.desks.making import CALM, TOWN_ORIGIN_M, at_town, town_place, write_csv

Line = tuple[str, str, tuple[tuple[float, float], ...]]
HEADINGS = ["编号", "名称", "队伍类型", "经度", "纬度"]


def settled(folder: Path, lines: list[Line], teams: dict[str, tuple[float, float]]) -> OneMap:
    """Return a district of these roads (class, name, metres from the origin) and teams."""
    placed = [
        shapely.LineString(np.asarray(points) + np.asarray(TOWN_ORIGIN_M)) for *_, points in lines
    ]
    columns = {"highway": [row[0] for row in lines], "name": [row[1] for row in lines]}
    roads = gpd.GeoDataFrame(columns, geometry=placed, crs=4547)
    roads["oneway"] = ["yes" if row[0] == "service" else "no" for row in lines]
    roads.to_file(folder / "roads.gpkg")
    spots = gpd.GeoSeries([shapely.Point(town_place(*at)) for at in teams.values()], crs=4547)
    rows = [
        [key, f"队{key}", "综合消防", shapely.get_x(point), shapely.get_y(point)]
        for key, point in zip(teams, spots.to_crs(4326), strict=True)
    ]
    team = write_csv(folder / "team.csv", HEADINGS, rows)
    sources = Sources(Source(folder / "roads.gpkg"), layers={"team": Source(team)})
    build_district(folder / "d", sources)
    return load_onemap(folder / "d")


def ask(onemap: OneMap, x_m: float, y_m: float, *closed: shapely.Polygon) -> dict[str, Responder]:
    """Return the responders by id to an incident that many metres from the town's origin."""
    at = _in(onemap, x_m, y_m)
    areas = tuple(
        shapely.Polygon([_in(onemap, *corner) for corner in area.exterior.coords])
        for area in closed
    )
    incident = Incident(at, CALM, closures=Closures(areas))
    return {team.id: team for team in situation_brief(onemap, incident).responders}


def _in(onemap: OneMap, x_m: float, y_m: float) -> tuple[float, float]:
    """Return the place in the metres of the district's own CRS."""
    point = gpd.GeoSeries([shapely.Point(town_place(x_m, y_m))], crs=4547).to_crs(onemap.crs)[0]
    return float(shapely.get_x(point)), float(shapely.get_y(point))


RIVER: list[Line] = [
    # two banks, 60 m apart, joined by a bridge 2 km east; S is the south bank's road
    ("secondary", "南岸路", ((0, 0), (200, 0), (400, 0), (2000, 0))),
    ("secondary", "北岸路", ((200, 60), (400, 60), (2000, 60))),
    ("secondary", "大桥", ((2000, 0), (2000, 60))),
    ("residential", "北巷", ((200, 60), (200, 460))),
]
NORTH_SHUT = shapely.box(150, 50, 2100, 70)
"""Closes the north bank's road and what meets it, not the south bank's."""


@pytest.fixture(scope="module")
def river(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return settled(tmp_path_factory.mktemp("river"), RIVER, {"S": (0, 0), "N": (200, 460)})


def test_nobody_walks_through_the_river(river: OneMap) -> None:
    """The north bank is closed: the south bank's road, 60 m off over water, is no stop.

    On foot it is 1,700 m to the bridge and back, over the limit of 500 m: unreachable, in words.
    """
    team = ask(river, 300, 60, NORTH_SHUT)["S"]
    assert not team.reachable
    assert str(team.reason) == (
        "No road open to its vehicle lies within 500 m of the incident on foot."
    )


def test_without_the_closure_one_drives_over_the_bridge(river: OneMap) -> None:
    team = ask(river, 300, 60)["S"]
    assert team.reachable
    assert team.on_foot_m == 0
    assert team.distance_m == 2000 + 60 + 1700
    assert team.route is not None
    assert [name for name, _ in team.route.roads] == ["南岸路", "大桥", "北岸路"]


def test_a_foot_bridge_makes_the_south_bank_a_stop(tmp_path: Path) -> None:
    """With steps over the river at x = 400 one walks 100 m of the closed road and 60 m of steps."""
    steps: Line = ("footway", "人行桥", ((400, 0), (400, 60)))
    onemap = settled(tmp_path, [*RIVER, steps], {"S": (0, 0)})
    team = ask(onemap, 300, 60, NORTH_SHUT)["S"]
    assert team.reachable
    assert team.on_foot_m == 160
    assert team.distance_m == 400 + 160
    assert team.drive_s is not None
    assert team.drive_s >= 160 * 3.6 / 5  # the walk alone, at the access speed of 5 km/h
    assert team.route is not None
    corner = _in(onemap, 400, 60)
    assert min(np.hypot(x - corner[0], y - corner[1]) for x, y in team.route.points) < 0.05
    assert [name for name, _ in team.route.roads] == ["南岸路"]


def test_the_route_ends_at_the_incident_and_is_as_long_as_it_says(tmp_path: Path) -> None:
    steps: Line = ("footway", "人行桥", ((400, 0), (400, 60)))
    onemap = settled(tmp_path, [*RIVER, steps], {"S": (0, 0)})
    team = ask(onemap, 300, 75, NORTH_SHUT)["S"]
    assert team.route is not None
    assert team.route.points[-1] == _in(onemap, 300, 75)
    assert team.on_foot_m == 175  # 15 m beside the road, 100 m along it, 60 m of steps
    assert shapely.LineString(team.route.points).length == pytest.approx(575, abs=0.5)
    assert team.route.length_m == 575


LANE: list[Line] = [
    ("secondary", "干路", ((0, 0), (1000, 0), (2000, 0))),
    ("residential", "支路", ((1000, 0), (1000, 100))),
    ("residential", "支路", ((1000, 100), (1000, 200))),
    ("residential", "支路", ((1000, 200), (1000, 300))),
]


def test_the_stop_is_the_nearest_on_foot_that_can_be_reached(tmp_path: Path) -> None:
    """The middle piece is closed: its far end is 40 m off and cut off, its near end 60 m.

    Between two closures the open piece in the middle is cut off from every team.
    """
    onemap = settled(tmp_path, LANE, {"A": (0, 0)})
    team = ask(onemap, 1000, 160, shapely.box(990, 120, 1010, 180))["A"]
    assert (team.reachable, team.on_foot_m, team.distance_m) == (True, 60, 1160)
    cut = (shapely.box(990, 20, 1010, 60), shapely.box(990, 220, 1010, 260))
    team = ask(onemap, 1000, 150, *cut)["A"]
    assert (team.reachable, team.on_foot_m) == (True, 150)  # walks from (1000, 0)


def test_an_open_piece_between_closures_is_walked_to(tmp_path: Path) -> None:
    """The incident's own road is open and cut off: the team stops before the closure."""
    onemap = settled(tmp_path, LANE, {"A": (0, 0), "B": (1000, 150)})
    teams = ask(onemap, 1000, 150, shapely.box(990, 20, 1010, 60))
    assert (teams["B"].on_foot_m, teams["B"].distance_m) == (0, 0)
    assert (teams["A"].reachable, teams["A"].on_foot_m, teams["A"].distance_m) == (True, 150, 1150)


@pytest.mark.parametrize(("y_m", "reachable"), [(500.0, True), (500.4, False)])
def test_the_limit_counts_along_the_way(tmp_path: Path, y_m: float, *, reachable: bool) -> None:
    """Exactly 500 m on foot is within the limit, 500.4 m is not."""
    lines: list[Line] = [
        ("secondary", "干路", ((0, 0), (1000, 0), (2000, 0))),
        ("footway", "山路", ((1000, 0), (1000, 250), (1000, 600))),
        ("residential", "孤路", ((1000, 600), (1400, 600))),
    ]
    onemap = settled(tmp_path, lines, {"A": (0, 0)})
    team = ask(onemap, 1000, y_m, shapely.box(1001, 590, 1500, 610))["A"]
    assert team.reachable is reachable
    assert team.on_foot_m == (500 if reachable else None)


def test_one_way_into_nowhere_is_walked_out_of(tmp_path: Path) -> None:
    """A lane that is one way *out* of the incident: the team stops at its mouth and walks in."""
    lines: list[Line] = [
        ("secondary", "干路", ((0, 0), (1000, 0), (2000, 0))),
        ("service", "出巷", ((1000, 200), (1000, 0))),
    ]
    team = ask(settled(tmp_path, lines, {"A": (0, 0)}), 1000, 120)["A"]
    assert (team.reachable, team.on_foot_m, team.distance_m) == (True, 120, 1120)


def test_a_caution_names_the_metres_of_each_of_the_first_three(town: OneMap) -> None:
    closed = Closures(roads=("人民路",))
    brief = situation_brief(town, at_town(750, 500, closures=closed))
    said = [str(c.text) for c in brief.cautions if "walks on" in str(c.text)]
    coming = [team for team in brief.responders if team.reachable]
    assert len(said) == len(coming) == 2
    for team, text in zip(coming, said, strict=True):
        assert text.startswith(f"{team.name} stops {team.on_foot_m} m from the incident")


def test_whoever_drives_up_walks_only_the_access_leg(town: OneMap) -> None:
    brief = situation_brief(town, at_town(750, 540))
    assert [team.on_foot_m for team in brief.responders] == [40, 40, None]
    assert not any("walks on" in str(c.text) for c in brief.cautions)


def test_walkers_pass_the_closure_and_evacuees_do_not(town: OneMap) -> None:
    """Closures bar vehicles: the crew walks in. People led out are kept off closed roads."""
    area = shapely.Point(town_place(750, 500)).buffer(100)
    ways = ways_of(town, at_town(750, 500, closures=Closures((area,))))
    assert ways.by_road(ANY_VEHICLE).has_stop
    outward = ways.on_foot_from().time_ms(town.access["shelter"])
    assert (outward == UNREACHED).all()


def test_what_is_not_needed_is_not_searched(town: OneMap) -> None:
    """Where everyone drives up, no way on foot is looked for."""
    ways = ways_of(town, at_town(750, 500))
    approach = ways.by_road(ANY_VEHICLE)
    approach.time_ms(town.access["team"])
    assert "_doors" not in vars(approach)
    assert list(approach._stops) == [-1]


def test_the_time_of_a_way_is_the_time_that_was_promised(district: OneMap) -> None:
    """For every stop short the drawn way takes exactly what the table says."""
    x_m, y_m = district.records["school"].xy_m[3]
    at = float(x_m), float(y_m)
    closed = Closures((shapely.Point(at).buffer(150),))
    ways = ways_of(district, Incident(at, CALM.replace(hour=8), closures=closed))
    access = district.access["team"]
    short = 0
    for vehicle in set(district.vehicles["team"]):
        approach = ways.by_road(vehicle)
        times = approach.time_ms(access)
        for row in range(len(access)):
            way = approach.way(access, row)
            assert (way is None) == (times[row] == UNREACHED)
            if way is not None:
                assert way.path.time_ms == times[row]
                assert tuple(way.path.xy_m[-1]) == at
                assert way.stop.short_m <= district.speed_model.access_limit_m + 0.1
                short += way.stop.walk is not None
    assert short


def test_the_unreachable_come_last_whatever_their_fitness(town_folder: Path) -> None:
    """The one fit team stands on the islet; the others help and can come: they stand first."""
    onemap = load_onemap(town_folder)
    records = onemap.records["team"]
    kinds = ("志愿者", "医疗救护", "矿山")  # T1 unsuited, T2 helps, T3 on the islet is fit
    columns = {**records.columns, "kind": kinds}
    changed = replace(onemap, records={**onemap.records, "team": replace(records, columns=columns)})
    brief = situation_brief(changed, at_town(750, 500, kind="mine_flood"))
    order = [(team.id, team.reachable, team.fit) for team in brief.responders]
    assert order == [("T2", True, False), ("T1", True, False), ("T3", False, True)]
    assert [team.rank for team in brief.responders] == [1, 2, 3]
    assert "沙洲志愿队 is fit but cannot come" in str(brief.why_first)
    assert "No fit team can reach the incident" in str(brief.cautions[0].text)
