"""OpenStreetMap by hand: junctions, clipped ways, access, limits, broken files."""

from pathlib import Path

import pytest
from shapely import Point

from geodata.faults import UserError
from geodata.roads import ROAD_CLASSES, RoadSchema, read_roads

NODES = {
    1: (114.00, 30.0),
    2: (114.01, 30.0),
    3: (114.02, 30.0),
    4: (114.03, 30.0),
    5: (114.01, 30.01),
    6: (114.01, 29.99),
}


def osm(
    path: Path,
    ways: dict[int, tuple[list[int], dict[str, str]]],
    *,
    nodes: dict[int, tuple[float, float]] | None = None,
    barriers: tuple[int, ...] = (),
) -> Path:
    """Write an .osm file by hand and return its path."""
    text = ["<?xml version='1.0' encoding='UTF-8'?><osm version='0.6'>"]
    for number, (lon, lat) in (NODES if nodes is None else nodes).items():
        tag = "<tag k='barrier' v='bollard'/>" if number in barriers else ""
        text.append(f"<node id='{number}' version='1' lon='{lon}' lat='{lat}'>{tag}</node>")
    for number, (refs, tags) in ways.items():
        told = "".join(f"<nd ref='{ref}'/>" for ref in refs)
        told += "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        text.append(f"<way id='{number}' version='1'>{told}</way>")
    path.write_text("\n".join([*text, "</osm>"]), encoding="utf-8")
    return path


ROAD = {"highway": "residential"}


def test_ways_are_split_where_two_meet(tmp_path: Path) -> None:
    path = osm(tmp_path / "a.osm", {10: ([1, 2, 3, 4], ROAD), 11: ([5, 2, 6], ROAD)})
    frame, report = read_roads(path)
    ends = list(zip(frame["from_node"], frame["to_node"], strict=True))
    assert ends == [("1", "2"), ("2", "4"), ("5", "2"), ("2", "6")]
    assert frame["source_id"].tolist() == ["10", "10", "11", "11"]
    assert list(frame.geometry[1].coords) == [(114.01, 30.0), (114.02, 30.0), (114.03, 30.0)]
    assert frame.crs.to_epsg() == 4326
    assert (report.lines_read, report.pieces, report.ways_cut, report.absent_nodes) == (2, 4, 0, 0)


def test_the_frame_is_the_contracts(tmp_path: Path) -> None:
    frame, _ = read_roads(osm(tmp_path / "a.osm", {10: ([1, 2], ROAD)}))
    assert list(frame.columns) == [
        "road_class", "oneway", "speed_kmh", "width_m", "height_m", "weight_t", "name",
        "source_id", "from_node", "to_node", "geometry",
    ]  # fmt: skip
    assert frame["oneway"].dtype == "int8"
    assert all(frame[key].dtype == "float64" for key in ("speed_kmh", "width_m", "weight_t"))
    assert frame["road_class"].isin(ROAD_CLASSES).all()


def test_a_clipped_way_is_cut_at_its_absent_nodes_and_never_joined(tmp_path: Path) -> None:
    """Nodes 90 to 93 lie outside the extract; way 12 has one node left and is named."""
    ways = {10: ([1, 2, 90, 91, 3, 4, 92], ROAD), 11: ([5, 6], ROAD), 12: ([90, 5, 93], ROAD)}
    frame, report = read_roads(osm(tmp_path / "a.osm", ways))
    ends = list(zip(frame["source_id"], frame["from_node"], frame["to_node"], strict=True))
    assert ends == [("10", "1", "2"), ("10", "3", "4"), ("11", "5", "6")]
    assert (report.ways_cut, report.absent_nodes) == (2, 4)
    (lost,) = report.refused
    assert lost.first == ("12",)
    assert any("4 nodes are absent, 2 ways were cut" in str(s) for s in report.sentences())


def test_loops_and_a_way_that_crosses_itself(tmp_path: Path) -> None:
    square = {1: (0.0, 0.0), 2: (0.01, 0.0), 3: (0.01, 0.01), 4: (0.0, 0.01)}
    frame, _ = read_roads(
        osm(
            tmp_path / "a.osm",
            {10: ([1, 2, 3, 4, 1], {**ROAD, "junction": "roundabout"})},
            nodes=square,
        )
    )
    assert list(zip(frame["from_node"], frame["to_node"], strict=True)) == [("1", "1")]
    assert frame["oneway"].tolist() == [1]
    frame, _ = read_roads(osm(tmp_path / "b.osm", {10: ([1, 2, 3, 2, 4], ROAD)}, nodes=square))
    assert list(zip(frame["from_node"], frame["to_node"], strict=True)) == [
        ("1", "2"), ("2", "2"), ("2", "4")]  # fmt: skip


def test_tags_become_columns(tmp_path: Path) -> None:
    tags = {
        "highway": "trunk", "oneway": "-1", "maxspeed": "50 mph", "width": "9", "maxwidth": "3.5 m",
        "maxheight": "4.2", "maxweight": "3500 kg", "name": "Nanjing Road", "name:zh": "南京路",
    }  # fmt: skip
    ways = {
        10: ([1, 2], tags),
        11: ([2, 3], {"highway": "steps", "name": "天梯", "maxspeed": "fast"}),
        12: (
            [3, 4],
            {
                "highway": "motorway",
                "ref": "G4",
                "maxspeed:forward": "80",
                "maxspeed:backward": "60",
            },
        ),
    }
    frame, report = read_roads(osm(tmp_path / "a.osm", ways))
    first = frame.iloc[0]
    assert first["road_class"] == "trunk"
    assert first["oneway"] == -1
    assert first["speed_kmh"] == pytest.approx(80.4672)
    assert (first["width_m"], first["height_m"], first["weight_t"]) == (3.5, 4.2, 3.5)
    assert frame["name"].tolist() == ["南京路", "天梯", "G4"]
    assert frame["road_class"].tolist() == ["trunk", "footway", "motorway"]
    assert frame["oneway"].tolist() == [-1, 0, 1]
    assert frame["speed_kmh"].iat[2] == 60
    assert report.unread == {"maxspeed": 1}


def test_closed_private_unknown_and_unbuilt_ways_are_told(tmp_path: Path) -> None:
    ways = {
        10: ([1, 2], {**ROAD, "access": "private"}),
        11: ([2, 3], {**ROAD, "access": "no"}),
        12: ([3, 4], {**ROAD, "motor_vehicle": "no"}),
        13: ([2, 5], {"highway": "construction"}),
        14: ([2, 6], {"highway": "hovercraft"}),
        15: ([5, 6], {"railway": "rail"}),
    }
    frame, report = read_roads(osm(tmp_path / "a.osm", ways, barriers=(2,)))
    kept = dict(zip(frame["source_id"], frame["road_class"], strict=True))
    assert kept == {"10": "residential", "12": "pedestrian", "14": "unknown"}
    assert {item.first for item in report.refused} == {("11",), ("13",)}
    assert report.unknown_classes == {"hovercraft": 1}
    assert report.lines_read == len(kept) + report.lines_refused == 5
    said = " ".join(str(sentence) for sentence in report.sentences())
    assert "1 ways are private" in said
    assert "1 gates, bollards or other barriers" in said
    assert "hovercraft" in said


def test_a_piece_without_length_does_not_tear_the_way(tmp_path: Path) -> None:
    """Nodes 2 and 3 lie on one spot: their piece goes, and they become one node."""
    nodes = {1: (0.0, 0.0), 2: (0.01, 0.0), 3: (0.01, 0.0), 4: (0.02, 0.0)}
    ways = {10: ([1, 2], ROAD), 11: ([2, 3], ROAD), 12: ([3, 4], ROAD)}
    frame, report = read_roads(osm(tmp_path / "a.osm", ways, nodes=nodes))
    assert list(zip(frame["from_node"], frame["to_node"], strict=True)) == [("1", "2"), ("2", "4")]
    (flat,) = report.refused
    assert flat.first == ("11",)


@pytest.mark.parametrize("name", ["a.osm", "a.osm.pbf", "a.graphml", "a.gpkg"])
@pytest.mark.parametrize("data", [b"", b"hello", b"<?xml version='1.0'?><osm", b"\0" * 500])
def test_broken_files_get_a_sentence(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        read_roads(path)
    assert caught.value.faults[0].file == name


def test_truncated_pbf_and_xml(tmp_path: Path, real_data: Path) -> None:
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes((real_data / "roads" / "andorra.osm.pbf").read_bytes()[:300_000])
    with pytest.raises(UserError, match="cannot be read as OSM"):
        read_roads(path)
    whole = osm(tmp_path / "a.osm", {10: ([1, 2], ROAD)})
    whole.write_text(whole.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    with pytest.raises(UserError, match="cannot be read as OSM"):
        read_roads(whole)


def test_entities_in_osm_are_not_read(tmp_path: Path) -> None:
    path = osm(tmp_path / "a.osm", {10: ([1, 2], {**ROAD, "name": "X"})})
    (tmp_path / "secret.txt").write_text("TOPSECRET")
    text = path.read_text(encoding="utf-8").replace('v="X"', 'v="&x;"')
    head = f"<!DOCTYPE osm [<!ENTITY x SYSTEM '{tmp_path}/secret.txt'>]><osm"
    path.write_text(text.replace("<osm", head, 1), encoding="utf-8")
    with pytest.raises(UserError):
        read_roads(path)


@pytest.mark.parametrize(
    "ways", [{}, {10: ([90, 91], ROAD)}, {10: ([1, 2], {"highway": "platform"})}]
)
def test_no_road_left(tmp_path: Path, ways: dict[int, tuple[list[int], dict[str, str]]]) -> None:
    with pytest.raises(UserError, match="No road is left"):
        read_roads(osm(tmp_path / "a.osm", ways))


def test_equal_input_gives_equal_frames(tmp_path: Path) -> None:
    path = osm(tmp_path / "a.osm", {10: ([1, 2, 3, 4], ROAD), 11: ([5, 2, 6], ROAD)})
    first, again = read_roads(path)[0], read_roads(path)[0]
    assert first.equals(again)
    assert first.geometry[0].distance(Point(114.0, 30.0)) == 0


def test_a_layer_or_schema_for_osm_is_not_ignored_in_silence(tmp_path: Path) -> None:
    path = osm(tmp_path / "a.osm", {10: ([1, 2], ROAD)})
    for asked in ({"layer": "roads"}, {"schema": RoadSchema(name="x")}):
        with pytest.raises(UserError, match="no layers"):
            read_roads(path, **asked)
