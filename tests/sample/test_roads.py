"""The road network: its size, that one gets everywhere, and that it looks like no chessboard."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely

from sample import SampleFiles

from .conftest import read_shapes

FEWEST_NODES, MOST_NODES = 18_000, 22_000
LEAST_ENTROPY = 0.88
"""Of street bearings, 1 is every direction alike; a chessboard's is below 0.25 (2 of 36 bins)."""


@pytest.fixture(scope="module")
def graph(roads: gpd.GeoDataFrame) -> nx.MultiDiGraph:
    made = nx.MultiDiGraph()
    for row in roads.itertuples():
        points = np.round(shapely.get_coordinates(row.geometry), 2)
        tail, head = tuple(points[0]), tuple(points[-1])
        made.add_nodes_from((tail, head))
        if row.oneway != "-1":
            made.add_edge(tail, head, row=row.Index)
        if row.oneway != "yes":
            made.add_edge(head, tail, row=row.Index)
    return made


def test_about_twenty_thousand_nodes(graph: nx.MultiDiGraph) -> None:
    assert FEWEST_NODES <= graph.number_of_nodes() <= MOST_NODES


def test_nearly_all_nodes_reach_each_other(graph: nx.MultiDiGraph) -> None:
    largest = max(nx.strongly_connected_components(graph), key=len)
    assert len(largest) > 0.97 * graph.number_of_nodes()


def test_three_real_islands_are_kept(graph: nx.MultiDiGraph, roads: gpd.GeoDataFrame) -> None:
    parts = sorted(nx.weakly_connected_components(graph), key=len)
    assert [len(part) for part in parts[:-1]] == [4, 4, 4]
    rows = {row for part in parts[:-1] for _, _, row in graph.edges(part, data="row")}
    assert set(roads.loc[sorted(rows), "name"]) == {"江心洲路", "护林道", "厂内路"}


def test_bearings_are_spread_as_in_a_grown_town(roads: gpd.GeoDataFrame) -> None:
    xy, row = shapely.get_coordinates(roads.geometry.to_numpy(), return_index=True)
    steps = np.diff(xy, axis=0)[np.diff(row) == 0]
    bearing = np.mod(np.arctan2(steps[:, 1], steps[:, 0]), np.pi)
    share, _ = np.histogram(bearing, 36, (0.0, np.pi), weights=np.hypot(*steps.T))
    share = share / share.sum()
    entropy = -float((share * np.log(share)).sum()) / np.log(36)
    assert entropy > LEAST_ENTROPY


def test_most_junctions_are_tees_and_there_are_dead_ends(graph: nx.MultiDiGraph) -> None:
    joined = nx.Graph(graph)
    degree = np.array([count for _, count in joined.degree()])
    assert np.mean(degree == 3) > 0.6
    assert 0.03 < np.mean(degree == 1) < 0.12
    assert 0.08 < np.mean(degree == 4) < 0.3


def test_every_class_of_road_is_there(roads: gpd.GeoDataFrame) -> None:
    found = roads["highway"].value_counts()
    wanted = {
        "motorway", "motorway_link", "trunk", "primary", "secondary", "tertiary",
        "unclassified", "residential", "living_street", "service", "track",
    }  # fmt: skip
    assert set(found.index) == wanted
    assert found["residential"] > found["tertiary"] > found["secondary"]


def test_about_eight_in_a_hundred_are_one_way(roads: gpd.GeoDataFrame) -> None:
    assert set(roads["oneway"]) == {"no", "yes", "-1"}
    assert 0.05 < (roads["oneway"] != "no").mean() < 0.12
    assert (roads.loc[roads["highway"].str.startswith("motorway"), "oneway"] == "yes").all()


def test_expressway_ramps_join_the_town(graph: nx.MultiDiGraph, roads: gpd.GeoDataFrame) -> None:
    ramps = roads[roads["highway"] == "motorway_link"]
    assert len(ramps) >= 12
    largest = max(nx.strongly_connected_components(graph), key=len)
    joined = max(nx.weakly_connected_components(graph), key=len)
    for shape in ramps.geometry:
        ends = {tuple(point) for point in np.round(shapely.get_coordinates(shape), 2)[[0, -1]]}
        # The first way down comes from beyond the outline, the last way up leads there.
        assert ends & largest
        assert ends <= joined


def test_few_named_bridges_cross_the_river_some_with_limits(
    roads: gpd.GeoDataFrame, district: SampleFiles
) -> None:
    water = read_shapes(district.backdrop["water"])
    river = water.loc[water["name"] == "云溪江", "geometry"].iloc[0]
    land = river.boundary
    over = roads[shapely.intersects(roads.geometry.to_numpy(), river)]
    across = over[shapely.length(shapely.intersection(over.geometry.to_numpy(), river)) > 200.0]
    across = across[shapely.intersects(across.geometry.to_numpy(), land)]
    named = across[~across["highway"].str.startswith("motorway")]
    assert 4 <= len(named) <= 6
    assert named["name"].str.endswith("大桥").all()
    assert named["name"].is_unique
    assert named["maxweight"].notna().sum() >= 1
    assert named["maxheight"].notna().sum() >= 1
    assert (across["name"] == "云环高速").any()


def test_a_long_road_keeps_one_name_along_one_course(roads: gpd.GeoDataFrame) -> None:
    bank = roads[roads["name"] == "滨江大道"]
    whole = shapely.get_parts(shapely.line_merge(shapely.union_all(bank.geometry.to_numpy())))
    assert bank.length.sum() > 10_000.0
    assert max(part.length for part in whole) > 0.9 * bank.length.sum()
    main = roads[roads["highway"].isin(["trunk", "primary", "secondary"])]
    assert (main["name"] != "").all()


def test_village_lanes_are_too_narrow_for_an_engine(roads: gpd.GeoDataFrame) -> None:
    """Row S1-21: inner lanes carry their width, 1.8 to 3 m; an engine needs 2.5."""
    lanes = roads[(roads["highway"] == "service") & (roads["width"] <= 3.0)]
    assert len(lanes) > 500
    assert lanes["width"].min() >= 1.8
    assert (lanes["width"] < 2.5).sum() > 200


def test_widths_follow_the_class(roads: gpd.GeoDataFrame) -> None:
    width = roads.groupby("highway")["width"].median()
    assert width["primary"] > width["secondary"] > width["tertiary"] > width["residential"]
    assert roads["width"].between(1.8, 40.0).all()


def test_speeds_are_on_file_for_main_roads_only(roads: gpd.GeoDataFrame) -> None:
    main = roads["highway"].isin(["motorway", "trunk", "primary", "secondary"])
    assert roads.loc[main, "maxspeed"].notna().all()
    assert roads.loc[roads["highway"] == "service", "maxspeed"].isna().all()


def test_ids_are_unique_and_lines_have_length(roads: gpd.GeoDataFrame) -> None:
    assert roads["id"].is_unique
    assert roads.length.min() > 5.0
    assert roads.geometry.is_valid.all()
    assert (roads.geometry.geom_type == "LineString").all()


def test_the_place_lies_in_the_zone_of_114_degrees(district: SampleFiles) -> None:
    west, south, east, north = gpd.read_file(district.subdistricts, engine="pyogrio").total_bounds
    assert 112.9 < west < 113.0 < east < 113.1
    assert 22.9 < south < 23.0 < north < 23.1


def test_hills_have_few_roads(roads: gpd.GeoDataFrame, district: SampleFiles) -> None:
    green = read_shapes(district.backdrop["green"])
    hill = green.loc[green["name"] == "青岭", "geometry"].iloc[0]
    middle = shapely.line_interpolate_point(roads.geometry.to_numpy(), 0.5, normalized=True)
    inside = shapely.contains(hill, middle)
    on_hill_m_per_km2 = roads.length[inside].sum() / (hill.area / 1e6)
    assert on_hill_m_per_km2 < 5_000.0
    assert roads.length.sum() / 190.0 > 10_000.0


def test_no_road_leaves_the_district(
    roads: gpd.GeoDataFrame, subdistricts: gpd.GeoDataFrame
) -> None:
    whole = shapely.coverage_union_all(subdistricts.geometry.to_numpy()).buffer(60.0)
    assert shapely.contains(whole, roads.geometry.to_numpy()).all()
