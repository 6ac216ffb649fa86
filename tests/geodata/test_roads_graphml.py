"""Graphs of osmnx: each road once, directions right, nothing from outside the file."""

from collections.abc import Iterable
from pathlib import Path

import networkx as nx
import pytest
from shapely import LineString

from geodata.faults import UserError
from geodata.roads import read_roads

PLACES = {"1": (114.00, 30.0), "2": (114.01, 30.0), "3": (114.02, 30.0)}
Edge = tuple[str, str, dict[str, str]]


def graphml(
    path: Path, edges: Iterable[Edge], *, directed: bool = True, crs: str = "epsg:4326"
) -> Path:
    """Write a graph as osmnx does, all attributes as text, and return its path."""
    graph = nx.MultiDiGraph() if directed else nx.MultiGraph()
    if crs:
        graph.graph["crs"] = crs
    for node, (x, y) in PLACES.items():
        graph.add_node(node, x=str(x), y=str(y))
    for tail, head, told in edges:
        graph.add_edge(tail, head, **told)
    nx.write_graphml(graph, path)
    return path


def street(oneway: str = "False", **told: str) -> dict[str, str]:
    return {"highway": "residential", "oneway": oneway, "osmid": "7", **told}


def test_two_opposite_edges_are_one_road(tmp_path: Path) -> None:
    """A straight edge and its opposite, a bent edge with its reversed line, a lone one-way."""
    bent = [(114.01, 30.0), (114.015, 30.002), (114.02, 30.0)]
    there = street(geometry=LineString(bent).wkt)
    back = street(geometry=LineString(bent[::-1]).wkt, reversed="True")
    edges = [
        ("1", "2", street()),
        ("2", "1", street()),
        ("2", "3", there),
        ("3", "2", back),
        ("1", "3", street("True")),
    ]
    frame, report = read_roads(graphml(tmp_path / "a.graphml", edges))
    found = {
        (row.from_node, row.to_node): (row.oneway, len(row.geometry.coords))
        for row in frame.itertuples()
    }
    assert found == {("1", "2"): (0, 2), ("2", "3"): (0, 3), ("1", "3"): (1, 2)}
    assert (report.lines_read, report.pieces) == (5, 3)


def test_parallel_roads_stay_two_and_equal_edges_count_once(tmp_path: Path) -> None:
    bent = LineString([(114.0, 30.0), (114.005, 30.002), (114.01, 30.0)]).wkt
    edges = [
        ("1", "2", street("True")),
        ("1", "2", street("True", geometry=bent)),
        ("1", "2", street("True")),
    ]
    frame, report = read_roads(graphml(tmp_path / "a.graphml", edges))
    assert frame["oneway"].tolist() == [1, 1]
    assert any(s.template.startswith("{count} edges are equal") for s in report.notes)


def test_a_line_stored_backwards_runs_from_tail_to_head(tmp_path: Path) -> None:
    line = LineString([(114.01, 30.0), (114.005, 30.001), (114.0, 30.0)]).wkt
    frame, _ = read_roads(
        graphml(tmp_path / "a.graphml", [("1", "2", street("True", geometry=line))])
    )
    assert frame.geometry[0].coords[0] == (114.0, 30.0)
    assert frame["oneway"].tolist() == [1]


def test_a_line_that_stops_short_is_led_to_its_nodes(tmp_path: Path) -> None:
    line = LineString([(114.001, 30.0), (114.009, 30.0)]).wkt
    frame, _ = read_roads(
        graphml(tmp_path / "a.graphml", [("1", "2", street("True", geometry=line))])
    )
    assert [x for x, _ in frame.geometry[0].coords] == [114.0, 114.001, 114.009, 114.01]
    assert frame["from_node"].tolist() == ["1"]


def test_a_lone_edge_that_says_two_way_is_kept_so_and_told(tmp_path: Path) -> None:
    frame, report = read_roads(graphml(tmp_path / "a.graphml", [("1", "2", street("False"))]))
    assert frame["oneway"].tolist() == [0]
    assert any("without an opposite" in str(sentence) for sentence in report.notes)


def test_a_two_way_loop(tmp_path: Path) -> None:
    ring = [(114.0, 30.0), (114.001, 30.0), (114.001, 30.001), (114.0, 30.0)]
    edges = [
        ("1", "1", street(geometry=LineString(ring).wkt)),
        ("1", "1", street(geometry=LineString(ring[::-1]).wkt, reversed="True")),
        ("1", "2", street("True")),
    ]
    frame, _ = read_roads(graphml(tmp_path / "a.graphml", edges))
    assert frame["oneway"].tolist() == [0, 1]


def test_undirected_graph_follows_oneway_and_from(tmp_path: Path) -> None:
    edges = [
        ("1", "2", street()),
        ("2", "3", {**street("True"), "from": "3", "to": "2"}),
        ("1", "3", street("True")),
    ]
    frame, report = read_roads(graphml(tmp_path / "a.graphml", edges, directed=False))
    ways = {frozenset((r.from_node, r.to_node)): r for r in frame.itertuples()}
    assert ways[frozenset("12")].oneway == 0
    against = ways[frozenset("23")]
    assert against.oneway == (1 if against.from_node == "3" else -1)
    assert report.format == "GraphML"


def test_lists_in_attributes(tmp_path: Path) -> None:
    told = {
        "highway": "['primary', 'tertiary']", "maxspeed": "['40', '60 mph']", "osmid": "[5, 6]",
        "name": "['人民路', '解放路']", "width": "['3.5', '9']", "oneway": "True",
    }  # fmt: skip
    frame, report = read_roads(graphml(tmp_path / "a.graphml", [("1", "2", told)]))
    row = frame.iloc[0]
    assert (row["road_class"], row["speed_kmh"], row["width_m"]) == ("tertiary", 40.0, 3.5)
    assert (row["name"], row["source_id"]) == ("人民路;解放路", "5;6")
    assert "speed = maxspeed" in " ".join(map(str, report.guessed))
    assert "height" in str(report.guessed[1])


def test_closed_edges_and_pedestrian_ones(tmp_path: Path) -> None:
    edges = [
        ("1", "2", street("True", access="no")),
        ("2", "3", street("True", access="no", foot="yes")),
        ("1", "3", street("True", access="private")),
    ]
    frame, report = read_roads(graphml(tmp_path / "a.graphml", edges))
    assert sorted(frame["road_class"]) == ["pedestrian", "residential"]
    assert report.lines_refused == 1


def test_coordinates_in_metres_and_without_a_system(tmp_path: Path) -> None:
    frame, report = read_roads(
        graphml(tmp_path / "a.graphml", [("1", "2", street("True"))], crs="")
    )
    assert frame.geometry[0].coords[0] == (114.0, 30.0)
    assert any("taken as WGS 84" in str(sentence) for sentence in report.notes)
    with pytest.raises(UserError, match="'EPSG:0' is not known"):
        read_roads(graphml(tmp_path / "b.graphml", [("1", "2", street())], crs="EPSG:0"))


def test_nodes_without_coordinates(tmp_path: Path) -> None:
    path = graphml(tmp_path / "a.graphml", [("1", "2", street("True")), ("2", "4", street("True"))])
    frame, report = read_roads(path)
    assert len(frame) == 1
    assert report.refused[0].first == ("7",)
    bare = graphml(tmp_path / "b.graphml", [("4", "5", street("True"))])
    with pytest.raises(UserError, match="No road is left"):
        read_roads(bare)


def test_unreadable_lines_are_named(tmp_path: Path) -> None:
    edges = [
        ("1", "2", street("True")),
        ("2", "3", street("True", geometry="LINESTRING (1", osmid="8")),
        ("1", "3", street("True", geometry="POINT (1 1)", osmid="9")),
    ]
    frame, report = read_roads(graphml(tmp_path / "a.graphml", edges))
    assert len(frame) == 1
    assert set(report.refused[0].first) == {"8", "9"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(tmp_path: Path, encoding: str) -> None:
    path = graphml(tmp_path / "a.graphml", [("1", "2", street("True", name="X"))])
    (tmp_path / "secret.txt").write_text("TOPSECRET")
    head, rest = path.read_text(encoding="utf-8").split("?>", 1)
    text = head.replace("utf-8", encoding) + '?><!DOCTYPE g [<!ENTITY x SYSTEM "secret.txt">]>'
    path.write_bytes((text + rest.replace(">X<", ">&x;<")).encode(encoding))
    with pytest.raises(UserError, match="entities"):
        read_roads(path)


def test_xml_that_is_no_graph(tmp_path: Path) -> None:
    path = tmp_path / "a.graphml"
    path.write_text("<html></html>")
    with pytest.raises(UserError, match="cannot be read as GraphML"):
        read_roads(path)
