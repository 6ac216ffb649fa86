"""The town: lengths to the millimetre, counts, and what its docstring promises."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely

from sample import SampleFiles
from sample.town import ORIGIN, town

from .conftest import read_child, read_register, read_shapes


@pytest.fixture(scope="module")
def town_roads(town_files: SampleFiles) -> gpd.GeoDataFrame:
    return read_shapes(town_files.roads)


def test_lengths_come_back_within_a_millimetre(town_roads: gpd.GeoDataFrame) -> None:
    length = town_roads.length.to_numpy()
    assert np.abs(length - np.round(length, -2)).max() < 1e-3
    assert set(np.round(length).astype(int)) == {100, 500}


def test_thirty_nodes_one_island_of_three(town_roads: gpd.GeoDataFrame) -> None:
    graph = nx.Graph()
    for shape in town_roads.geometry:
        ends = np.round(shapely.get_coordinates(shape) - np.array(ORIGIN)).astype(int)
        graph.add_edge(*(tuple(end) for end in ends.tolist()))
    assert graph.number_of_nodes() == 30
    parts = sorted(nx.connected_components(graph), key=len)
    assert parts[0] == {(2500, -500), (2600, -500), (2600, -400)}
    assert len(parts) == 2


def test_the_roads_of_the_docstring(town_roads: gpd.GeoDataFrame) -> None:
    by_name = town_roads.groupby("name")
    assert by_name["maxspeed"].first()["人民路"] == 72
    assert by_name["maxspeed"].first()["窄巷"] == 18
    assert by_name["maxspeed"].first()["中街"] == 36
    assert by_name["width"].first()["窄巷"] == 2.0
    assert by_name["maxheight"].first()["低涵洞"] == 3.0
    assert by_name["maxweight"].first()["小桥路"] == 10.0
    assert set(town_roads.loc[town_roads["oneway"] == "yes", "name"]) == {"学堂路"}
    assert (town_roads["oneway"] == "-1").sum() == 0


def test_one_way_runs_north(town_roads: gpd.GeoDataFrame) -> None:
    for shape in town_roads.loc[town_roads["name"] == "学堂路", "geometry"]:
        points = shapely.get_coordinates(shape)
        assert points[-1, 1] - points[0, 1] == pytest.approx(500.0, abs=1e-3)


def test_units_and_people(town_files: SampleFiles) -> None:
    subdistricts = read_shapes(town_files.subdistricts)
    communities = read_shapes(town_files.communities)
    assert communities["residents_night"].tolist() == [100, 200, 300, 400]
    assert communities["residents_day"].tolist() == [120, 180, 350, 450]
    assert subdistricts["residents_night"].tolist() == [300, 700]
    assert subdistricts["residents_day"].tolist() == [300, 800]
    assert communities["subdistrict"].tolist() == ["北街街道"] * 2 + ["南街街道"] * 2
    assert subdistricts.area.sum() == pytest.approx(4500.0 * 3000.0, abs=1.0)
    assert communities.area.sum() == pytest.approx(subdistricts.area.sum(), abs=0.1)


@pytest.mark.parametrize(
    ("key", "at"),
    [
        ("team", [(0, 500), (2000, 500), (2600, -400)]),
        ("depot", [(500, 1000), (500, 0)]),
        ("shelter", [(600, 600), (1500, 0)]),
        ("expert", [(1000, 1000), (1000, 0)]),
        ("village", [(3500, 1500)]),
    ],
)
def test_registers_stand_where_the_docstring_says(
    town_files: SampleFiles, key: str, at: list[tuple[int, int]]
) -> None:
    frame = read_register(town_files.layers[key], key)
    points = gpd.GeoSeries.from_xy(frame["经度"], frame["纬度"], crs="EPSG:4326")
    found = shapely.get_coordinates(points.to_crs("EPSG:4547").to_numpy()) - np.array(ORIGIN)
    assert np.abs(found - np.array(at)).max() < 1e-3
    assert frame["phone"].str.startswith("555-").all()


def test_the_farm_is_far_from_every_road(town_roads: gpd.GeoDataFrame) -> None:
    farm = shapely.Point(ORIGIN[0] + 3500.0, ORIGIN[1] + 1500.0)
    nearest = float(town_roads.distance(farm).min())
    assert nearest == pytest.approx(1500.0, abs=1e-2)


def test_stock_of_the_depots(town_files: SampleFiles) -> None:
    stock = read_child(town_files.layers["depot"], "depot")
    assert stock["quantity"].tolist() == [6, 2000, 0, 300]
    assert stock["depot_id"].tolist() == ["D1", "D1", "D2", "D2"]


def test_the_town_is_the_same_each_time() -> None:
    assert town().roads.equals(town().roads)
