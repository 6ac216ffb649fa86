"""What osmnx itself writes is read: the graph of its own save_graphml, not one like it."""

from pathlib import Path

import networkx as nx
import osmnx as ox
import pytest
from shapely import LineString

from geodata.roads import read_roads

PLACES = {11: (114.00, 30.0), 12: (114.01, 30.0), 13: (114.02, 30.0), 14: (114.02, 30.01)}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Return a file of a two-way road, a bent one-way road with a limit, and a service lane."""
    graph = nx.MultiDiGraph(crs="epsg:4326", simplified=True)
    for node, (x, y) in PLACES.items():
        graph.add_node(node, x=x, y=y, street_count=2)
    named = {"osmid": 1, "highway": "primary", "name": "滨江大道", "oneway": False, "length": 965.0}
    graph.add_edge(11, 12, reversed=False, **named)
    graph.add_edge(12, 11, reversed=True, **named)
    bent = LineString([(114.01, 30.0), (114.015, 30.002), (114.02, 30.0)])
    graph.add_edge(
        12, 13, osmid=[2, 3], highway="residential", oneway=True, reversed=False, length=1050.0,
        maxspeed="30", width="3.5", geometry=bent,
    )  # fmt: skip
    graph.add_edge(
        13, 14, osmid=4, highway=["service", "residential"], oneway=True, reversed=False,
        length=1110.0,
    )  # fmt: skip
    path = tmp_path / "saved.graphml"
    ox.save_graphml(graph, path)
    return path


def test_a_graph_saved_by_osmnx_keeps_directions_names_and_limits(saved: Path) -> None:
    frame, report = read_roads(saved)
    found = frame.set_index(["from_node", "to_node"])
    assert report.refused == ()
    assert sorted(found.index) == [("11", "12"), ("12", "13"), ("13", "14")]
    assert found.oneway.to_dict() == {("11", "12"): 0, ("12", "13"): 1, ("13", "14"): 1}
    assert found.loc[("11", "12"), "name"] == "滨江大道"
    assert found.loc[("11", "12"), "road_class"] == "primary"
    assert found.loc[("12", "13"), "speed_kmh"] == 30
    assert found.loc[("12", "13"), "width_m"] == 3.5
    assert len(found.loc[("12", "13"), "geometry"].coords) == 3


def test_osmnx_and_ours_agree_on_what_is_in_the_file(saved: Path) -> None:
    """It loads four directed edges; ours are the same roads, the two-way one once."""
    theirs = ox.load_graphml(saved)
    frame, _ = read_roads(saved)
    ours = sum(2 if oneway == 0 else 1 for oneway in frame.oneway)
    assert ours == theirs.number_of_edges() == 4
    assert {*frame.from_node, *frame.to_node} == {str(node) for node in theirs.nodes}
