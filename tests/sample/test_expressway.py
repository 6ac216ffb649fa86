"""The expressway and the islands alone: what joins, what passes over, which way traffic runs."""

import networkx as nx
import numpy as np
import pytest
import shapely

from sample.expressway import Extra, add_expressway
from sample.islands import _islet, add_islands
from sample.land import Land, make_land
from sample.names import EXPRESSWAY

from .worlds import SEEDS, World, road_graph, world

ISLANDS = ("江心洲路", "护林道", "厂内路")


@pytest.fixture(scope="module", params=SEEDS)
def held(request: pytest.FixtureRequest) -> World:
    return world(request.param)


@pytest.fixture
def extras(held: World) -> list[Extra]:
    town = held.streets.frame.iloc[: len(held.streets.net.lines)]
    return add_expressway(held.land, held.streets.net, town)


def ends(line: shapely.LineString) -> tuple[tuple[float, ...], tuple[float, ...]]:
    points = np.round(shapely.get_coordinates(line), 2)
    return tuple(points[0].tolist()), tuple(points[-1].tolist())


def axis_of(land: Land) -> shapely.LineString:
    return max(
        shapely.get_parts(land.expressway.intersection(land.outline)), key=lambda part: part.length
    )


def side(axis: shapely.LineString, point: shapely.Point) -> float:
    """Return 1 left of the axis, -1 right of it."""
    at = axis.project(point)
    here, ahead = axis.interpolate(at), axis.interpolate(at + 1.0)
    cross = (ahead.x - here.x) * (point.y - here.y) - (ahead.y - here.y) * (point.x - here.x)
    return float(np.sign(cross))


def test_all_of_it_is_one_way_named_and_wide_enough(extras: list[Extra]) -> None:
    assert {extra.road_class for extra in extras} == {"motorway", "motorway_link"}
    assert all(extra.oneway and extra.name.startswith(EXPRESSWAY) for extra in extras)
    assert all(extra.line.is_valid and extra.line.length > 50.0 for extra in extras)
    width = {extra.road_class: extra.width_m for extra in extras}
    assert width["motorway"] > width["motorway_link"] > 3.5


def test_traffic_keeps_right(held: World, extras: list[Extra]) -> None:
    """The carriageway right of the axis runs along it, the one on the left against it."""
    axis = axis_of(held.land)
    for extra in extras:
        if extra.road_class == "motorway":
            middle = extra.line.interpolate(0.5, normalized=True)
            first, last = (axis.project(shapely.Point(end)) for end in ends(extra.line))
            assert side(axis, middle) == (-1.0 if last > first else 1.0)
            assert middle.distance(axis) == pytest.approx(14.0, abs=1.0)


def test_each_carriageway_is_one_unbroken_drive(held: World, extras: list[Extra]) -> None:
    pieces = np.array([x.line for x in extras if x.road_class == "motorway"], dtype=object)
    graph = nx.DiGraph([ends(line) for line in pieces])
    drives = list(nx.weakly_connected_components(graph))
    assert len(drives) == 2
    for own in drives:
        assert nx.is_directed_acyclic_graph(graph.subgraph(own))
        assert nx.dag_longest_path_length(graph.subgraph(own)) == len(own) - 1
    axis = axis_of(held.land)
    assert shapely.length(pieces).sum() == pytest.approx(2.0 * axis.length, rel=0.02)


def test_ramps_leave_and_enter_in_the_direction_of_travel(held: World, extras: list[Extra]) -> None:
    """Half of the ramps begin on the carriageway and come down, half begin in town and go up."""
    high = {end for x in extras if x.road_class == "motorway" for end in ends(x.line)}
    ground = {tuple(point) for point in np.round(held.streets.net.node_xy_m, 2).tolist()}
    ramps = [ends(x.line) for x in extras if x.road_class == "motorway_link"]
    down = [(first, last) for first, last in ramps if first in high and last in ground]
    up = [(first, last) for first, last in ramps if first in ground and last in high]
    assert len(down) == len(up) == len(ramps) / 2
    assert len(ramps) % 4 == 0
    assert len(ramps) >= 4


def test_interchanges_stand_apart(held: World, extras: list[Extra]) -> None:
    axis = axis_of(held.land)
    ground = {tuple(point) for point in np.round(held.streets.net.node_xy_m, 2).tolist()}
    right = sorted(
        axis.project(shapely.Point(last))
        for first, last in (ends(x.line) for x in extras if x.road_class == "motorway_link")
        if last in ground and side(axis, shapely.Point(last)) < 0
    )
    assert (np.diff(right) > 1_200.0).all()


def test_one_gets_on_drives_and_gets_off_again(held: World) -> None:
    """Between the first way up and the last way down the expressway is part of the town."""
    frame = held.streets.frame
    graph = road_graph(frame.geometry.to_numpy(), frame["oneway"].to_numpy())
    whole = max(nx.strongly_connected_components(graph), key=len)
    ramps = frame[frame["highway"] == "motorway_link"].geometry
    assert all(set(ends(line)) & whole for line in ramps)
    motorway = frame[frame["highway"] == "motorway"].geometry
    driven = [line for line in motorway if set(ends(line)) <= whole]
    assert len(driven) >= len(motorway) - 8
    assert driven


def test_the_expressway_shares_no_node_with_a_road_it_passes_over(
    held: World, extras: list[Extra]
) -> None:
    ground = {tuple(point) for point in np.round(held.streets.net.node_xy_m, 2).tolist()}
    for extra in extras:
        points = {tuple(point) for point in np.round(extra.line.coords, 2).tolist()}
        shared = points & ground
        assert len(shared) == (extra.road_class == "motorway_link")


def test_streets_below_may_be_low_and_say_so(held: World) -> None:
    frame = held.streets.frame
    low = frame[frame["maxheight"] == 3.2]
    assert shapely.intersects(low.geometry.to_numpy(), held.land.expressway).all()
    assert not low["highway"].isin(["trunk", "primary", "secondary"]).any()


def test_islands_touch_no_road_and_hold_together(held: World) -> None:
    """At a third of the extent a bridge passes over the islet and still shares no end with it."""
    frame = held.streets.frame
    town = frame[~frame["name"].isin(ISLANDS) & ~frame["highway"].str.startswith("motorway")]
    ground = {end for line in town.geometry for end in ends(line)}
    for name in ISLANDS:
        own = frame[frame["name"] == name]
        assert not ground & {end for line in own.geometry for end in ends(line)}
        graph = road_graph(own.geometry.to_numpy(), own["oneway"].to_numpy())
        assert nx.is_strongly_connected(graph)
    forks = frame.loc[frame["name"].isin(ISLANDS[1:]), "geometry"].to_numpy()
    _, away = shapely.STRtree(town.geometry.to_numpy()).query_nearest(forks, return_distance=True)
    assert away.min() > 15.0


@pytest.mark.parametrize("seed", range(30))
def test_the_islets_loop_stays_dry_and_clear_of_every_bridge(seed: int) -> None:
    land = make_land(1.0, np.random.default_rng(seed))
    loop = shapely.union_all(np.array([extra.line for extra in _islet(land)], dtype=object))
    assert land.islet.contains(loop)
    assert min(bridge.distance(land.islet) for bridge in land.bridges) > 50.0
    assert land.expressway.distance(land.islet) > 50.0


def test_forks_stand_in_the_hill_and_in_the_works(held: World) -> None:
    frame = held.streets.frame
    for name, shape in (("护林道", held.land.hills[0]), ("厂内路", held.land.industry[0])):
        fork = frame[frame["name"] == name]
        assert len(fork) == 3
        assert shape.contains(shapely.union_all(fork.geometry.to_numpy()))
        assert fork.length.nunique() <= 3
        assert fork.length.min() > 20.0


def test_island_coordinates_are_exact_to_the_centimetre(held: World) -> None:
    found = add_islands(held.land, held.streets.net, np.random.default_rng(0))
    for extra in found:
        points = shapely.get_coordinates(extra.line)
        assert points == pytest.approx(np.round(points, 2), abs=1e-9)
        assert not extra.oneway
