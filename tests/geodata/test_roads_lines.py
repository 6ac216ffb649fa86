"""Line layers of any maker: formats, shapes, coordinates, node ids, refusals."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, MultiLineString, Point, Polygon

from geodata.faults import UserError
from geodata.roads import RoadSchema, read_roads

A, B, C = (114.00, 30.0), (114.01, 30.0), (114.01, 30.01)


def streets(**columns: list[object]) -> gpd.GeoDataFrame:
    """Return two streets that meet, in WGS 84, with these columns."""
    return gpd.GeoDataFrame(
        columns or {"n": [1, 2]}, geometry=[LineString([A, B]), LineString([B, C])], crs=4326
    )


def save(frame: gpd.GeoDataFrame, path: Path) -> Path:
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".sqlite":
        frame.to_file(path, driver="SQLite", SPATIALITE="YES")
    else:
        frame.to_file(path)
    return path


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".shp", ".parquet", ".sqlite", ".fgb"])
def test_formats(tmp_path: Path, suffix: str) -> None:
    told = streets(highway=["primary", "支路"], oneway=["yes", "-1"], maxspeed=["60", "40;30"],
                   width=["12 m", "3.5"], name=["人民路", None])  # fmt: skip
    frame, report = read_roads(save(told, tmp_path / f"a{suffix}"))
    frame = frame.sort_values("speed_kmh", ascending=False)
    assert frame["road_class"].tolist() == ["primary", "tertiary"]
    assert frame["oneway"].tolist() == [1, -1]
    assert frame["speed_kmh"].tolist() == [60, 30]
    assert frame["width_m"].tolist() == [12, 3.5]
    assert frame["height_m"].isna().all()
    assert frame["name"].tolist() == ["人民路", ""]
    assert list(frame.geometry.iloc[0].coords) == [A, B]
    assert (report.lines_read, report.pieces) == (2, 2)
    assert report.shares.oneway == 1.0
    assert report.shares.name == 0.5


def test_bare_lines_are_undirected_unnamed_roads(tmp_path: Path) -> None:
    frame, report = read_roads(save(streets(), tmp_path / "a.gpkg"))
    assert frame["road_class"].tolist() == ["unknown", "unknown"]
    assert frame["oneway"].tolist() == [0, 0]
    assert frame["speed_kmh"].isna().all()
    assert frame["from_node"].tolist() == ["", ""]
    assert "class, one-way, speed, width, height, weight, name, from, to" in str(report.guessed[0])


def test_metres_come_back_in_degrees(tmp_path: Path) -> None:
    frame, report = read_roads(save(streets().to_crs(32650), tmp_path / "a.gpkg"))
    np.testing.assert_allclose(frame.geometry[0].coords, [A, B], atol=2e-9)
    assert frame.geometry[0].coords[1] == frame.geometry[1].coords[0]
    assert any("UTM zone 50N" in str(note) for note in report.notes)


def test_an_old_datum_is_cautioned(tmp_path: Path) -> None:
    _, report = read_roads(save(streets().set_crs(4214, allow_override=True), tmp_path / "a.gpkg"))
    assert any("Beijing 1954" in str(note) for note in report.notes)


def test_no_coordinate_system(tmp_path: Path) -> None:
    path = save(streets(), tmp_path / "a.shp")
    path.with_suffix(".prj").unlink()
    _, report = read_roads(path)
    assert any("taken as WGS 84" in str(note) for note in report.notes)
    metres = save(streets().to_crs(32650), tmp_path / "b.shp")
    metres.with_suffix(".prj").unlink()
    with pytest.raises(UserError, match="no coordinate system"):
        read_roads(metres)


def test_swapped_coordinates_name_their_rows(tmp_path: Path) -> None:
    swapped = gpd.GeoDataFrame(
        {"n": [1, 2]},
        geometry=[LineString([A, B]), LineString([(30.0, 114.0), (30.1, 114.1)])],
        crs=4326,
    )
    with pytest.raises(UserError) as caught:
        read_roads(save(swapped, tmp_path / "a.geojson"))
    (only,) = caught.value.faults
    assert (only.file, only.row) == ("a.geojson", 2)
    assert "swapped" in str(only.problem)


@pytest.mark.parametrize("far", [(2000.0, 3000.0), (181.0, 10.0), (-200.0, 95.0)])
def test_coordinates_off_the_globe(tmp_path: Path, far: tuple[float, float]) -> None:
    frame = streets()
    frame.geometry = [LineString([A, far]), frame.geometry[1]]
    with pytest.raises(UserError, match="row 1: The coordinates lie outside the globe"):
        read_roads(save(frame, tmp_path / "a.gpkg"))


def test_heights_go_and_parts_are_apart(tmp_path: Path) -> None:
    parts = MultiLineString([[(*A, 5), (*B, 6)], [(*B, 7), (*C, 8)]])
    frame = gpd.GeoDataFrame({"name": ["甲"]}, geometry=[parts], crs=4326)
    roads, report = read_roads(save(frame, tmp_path / "a.gpkg"))
    assert [list(line.coords) for line in roads.geometry] == [[A, B], [B, C]]
    assert roads["name"].tolist() == ["甲", "甲"]
    assert (report.lines_read, report.pieces) == (1, 2)


def test_what_is_left_out_is_counted_and_named(tmp_path: Path) -> None:
    shapes = [
        LineString([A, B]),
        None,
        LineString(),
        LineString([A, A]),
        Point(A),
        LineString([B, C]),
    ]
    frame = gpd.GeoDataFrame(
        {"id": ["r1", "r2", "r3", "r4", None, "r6"]}, geometry=shapes, crs=4326
    )
    roads, report = read_roads(save(frame, tmp_path / "a.parquet"))
    assert roads["source_id"].tolist() == ["r1", "r6"]
    refused = {item.reason.template: item.first for item in report.refused}
    assert refused == {
        "The geometry is empty.": ("r2", "r3"),
        "The shape is no line.": ("row 5",),
        "The length is zero.": ("r4",),
    }
    assert report.lines_read == report.pieces + report.lines_refused


def test_only_twenty_are_named_but_all_counted(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(geometry=[LineString([A, B]), *[LineString([A, A])] * 30], crs=4326)
    _, report = read_roads(save(frame, tmp_path / "a.gpkg"))
    (flat,) = report.refused
    assert (flat.count, len(flat.first), flat.first[0]) == (30, 20, "2")


@pytest.mark.parametrize(
    ("shape", "words"),
    [(Polygon([A, B, C]), "holds no lines"), (Point(A), "holds no lines"),
     (LineString([A, A]), "No road is left")],
)  # fmt: skip
def test_no_roads_at_all(tmp_path: Path, shape: object, words: str) -> None:
    with pytest.raises(UserError, match=words):
        read_roads(save(gpd.GeoDataFrame(geometry=[shape], crs=4326), tmp_path / "a.gpkg"))


def test_an_empty_layer_is_no_network(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no lines"):
        read_roads(save(streets().head(0), tmp_path / "a.gpkg"))


def test_the_only_line_layer_is_found_and_several_must_be_named(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame(geometry=[Point(A)], crs=4326).to_file(path, layer="nodes")
    streets().to_file(path, layer="links")
    frame, report = read_roads(path)
    assert len(frame) == 2
    assert report.layer == "links"
    streets().to_file(path, layer="rails")
    with pytest.raises(UserError, match=r"a\.gpkg:links"):
        read_roads(path)
    assert len(read_roads(path, layer="rails")[0]) == 2


def test_node_ids_are_kept_where_they_fit(tmp_path: Path) -> None:
    frame, report = read_roads(save(streets(u=[1.0, 2.0], v=[2.0, 3.0]), tmp_path / "a.gpkg"))
    assert list(zip(frame["from_node"], frame["to_node"], strict=True)) == [("1", "2"), ("2", "3")]
    assert not report.notes


@pytest.mark.parametrize(("u", "v"), [([1, 3], [2, 2]), ([1, 1], [2, 2]), ([1, None], [2, None])])
def test_node_ids_at_two_places_are_not_believed(
    tmp_path: Path, u: list[object], v: list[object]
) -> None:
    """An id at two places would be a tunnel between them."""
    frame, report = read_roads(save(streets(u=u, v=v), tmp_path / "a.gpkg"))
    assert set(frame["from_node"]) | set(frame["to_node"]) == {""}
    assert any("do not fit" in str(note) for note in report.notes)


def test_zone_connectors_are_no_roads_and_unknown_classes_are_counted(tmp_path: Path) -> None:
    told = pd.concat(
        [streets(link_type=["centroid_connector", "zebra"]), streets(link_type=["trunk", ""])]
    )
    frame, report = read_roads(save(gpd.GeoDataFrame(told, crs=4326), tmp_path / "a.gpkg"))
    assert frame["road_class"].tolist() == ["unknown", "trunk", "unknown"]
    assert report.unknown_classes == {"zebra": 1}
    assert [item.count for item in report.refused] == [1]
    assert any("such as zebra" in str(sentence) for sentence in report.sentences())


def test_nonsense_cells_are_counted_by_column(tmp_path: Path) -> None:
    told = streets(maxspeed=["fast", "30"], width=["wide", "narrow"], oneway=["maybe", "yes"])
    frame, report = read_roads(save(told, tmp_path / "a.gpkg"))
    assert report.unread == {"maxspeed": 1, "width": 2, "oneway": 1}
    assert frame["oneway"].tolist() == [0, 1]
    assert frame["width_m"].isna().all()


def test_a_column_of_the_schema_must_exist(tmp_path: Path) -> None:
    path = save(streets(n=[1, 2]), tmp_path / "a.gpkg")
    with pytest.raises(UserError) as caught:
        read_roads(path, schema=RoadSchema(width="kuan", name="ming"))
    assert {fault.column for fault in caught.value.faults} == {"ming", "kuan"}
    assert "The file has: n." in str(caught.value)


def test_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.dwg").write_bytes(b"AC1018")
    with pytest.raises(UserError, match=r"'\.dwg' are not read"):
        read_roads(tmp_path / "a.dwg")
