"""Real road networks: what is in them must come in, and fast enough."""

import importlib.util
import time
import zipfile
from pathlib import Path

import geopandas as gpd
import networkx as nx
import pytest
import shapely
from shapely import box

from geodata.roads import ROAD_CLASSES, RoadsReport, clip_roads, read_roads

pytestmark = pytest.mark.real


def timed(path: Path, limit_s: float) -> tuple[gpd.GeoDataFrame, RoadsReport]:
    """Return the roads, checked against the contract and the time allowed (CPU seconds)."""
    start = time.process_time()
    frame, report = read_roads(path)
    assert time.process_time() - start < limit_s
    assert frame["road_class"].isin(ROAD_CLASSES).all()
    assert frame["oneway"].isin((-1, 0, 1)).all()
    assert (shapely.length(frame.geometry.array) > 0).all()
    assert (frame.geom_type == "LineString").all()
    assert not frame.has_z.any()
    assert frame.crs.to_epsg() == 4326
    assert len(frame) == report.pieces
    return frame, report


def test_helsinki_is_clipped_and_says_so(real_data: Path) -> None:
    """828 of 7,738 highway nodes are absent and 191 ways cut (counted apart with pyosmium)."""
    frame, report = timed(real_data / "roads" / "helsinki_centre.osm.pbf", 5)
    assert (report.lines_read, report.absent_nodes, report.ways_cut) == (2650, 828, 191)
    assert len(frame) > 4000
    assert set(frame["source_id"]) & {"4236349"}
    assert len(set(frame["source_id"])) + report.lines_refused >= report.lines_read


def test_andorra(real_data: Path) -> None:
    frame, report = timed(real_data / "roads" / "andorra.osm.pbf", 5)
    assert (report.absent_nodes, report.ways_cut) == (0, 0)
    assert report.lines_read == len(set(frame["source_id"])) + report.lines_refused
    west, south, east, north = frame.total_bounds
    assert 1.3 < west < east < 1.9
    assert 42.3 < south < north < 42.8


def test_futian_holds_each_road_once(real_data: Path) -> None:
    """Every directed edge of the graph can be driven in the frame, and no other."""
    path = real_data / "roads" / "shenzhen_futian_all.graphml"
    frame, report = timed(path, 5)
    graph = nx.read_graphml(path, force_multigraph=True)
    closed = {"no", "['no', 'private']", "['private', 'no']"}
    edges = {
        (tail, head)
        for tail, head, told in graph.edges(data=True)
        if told.get("access") not in closed
    }
    ends = list(zip(frame["from_node"], frame["to_node"], frame["oneway"], strict=True))
    driven = {(a, b) for a, b, oneway in ends if oneway >= 0}
    driven |= {(b, a) for a, b, oneway in ends if oneway <= 0}
    assert driven == edges
    assert report.lines_read == 4009
    twice = frame.assign(wkb=frame.geometry.normalize().to_wkb()).duplicated(
        ["wkb", "from_node", "to_node"]
    )
    assert not twice.any()
    assert frame["name"].str.contains("路").sum() > 500


def test_wuhan_is_undirected_unnamed_and_in_metres(real_data: Path) -> None:
    frame, report = timed(real_data / "roads" / "wuhan_8989_streets.parquet", 10)
    assert len(frame) == report.lines_read == 92_667
    assert (frame["oneway"] == 0).all()
    assert (report.shares.name, report.shares.speed) == (0, 0)
    ends = shapely.get_coordinates(
        [shapely.get_point(frame.geometry.array, 0), shapely.get_point(frame.geometry.array, -1)]
    )
    # Ends that met in metres still meet in degrees: 82,902 ids lie at 82,891 places in both.
    assert len({tuple(end) for end in ends.tolist()}) == 82_891
    area = box(114.24, 30.57, 114.30, 30.63)
    cut = clip_roads(frame, area)
    expected = float(shapely.length(shapely.intersection(frame.geometry.array, area)).sum())
    assert float(shapely.length(cut.geometry.array).sum()) == pytest.approx(expected, rel=1e-9)


def coquimbo(folder: Path) -> Path:
    """Return the project of Coquimbo out of the installed package aequilibrae."""
    found = importlib.util.find_spec("aequilibrae")
    if found is None or found.origin is None:
        pytest.skip("the package aequilibrae is not installed")
    with zipfile.ZipFile(Path(found.origin).parent / "reference_files" / "coquimbo.zip") as archive:
        return Path(archive.extract("project_database.sqlite", folder))


def test_coquimbo_from_the_package(tmp_path: Path) -> None:
    """19,983 links of which 137 join zones to the network and are no roads."""
    frame, report = timed(coquimbo(tmp_path), 5)
    assert report.layer == "links"
    assert (report.lines_read, report.lines_refused, len(frame)) == (19_983, 137, 19_846)
    assert int((frame["oneway"] == 1).sum()) == 5_420
    assert set(frame["road_class"]) >= {"motorway", "primary", "residential"}
    assert report.shares.name > 0.9
    assert (frame["from_node"] != "").all()
