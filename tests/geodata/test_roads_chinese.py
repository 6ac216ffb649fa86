"""Roads as Chinese offices hand them over: GBK shapefiles, KML of phone maps, CGCS2000."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString

from geodata.faults import UserError
from geodata.roads import load_schema, read_roads
from geodata.roads_lines import plain_lines

A, B, C = (112.89, 22.90), (112.90, 22.90), (112.90, 22.91)
OFFICE = {
    "道路名称": ["沧江路", "跃华路"],
    "道路等级": ["主干路", "巷道"],
    "路宽": ["24米", "3.5m"],
    "单行道": ["否", "是"],
    "限高": [None, "2.8"],
}


def office() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(OFFICE, geometry=[LineString([A, B]), LineString([B, C])], crs=4490)


@pytest.mark.parametrize("code_page", ["GBK", None])
def test_gbk_shapefile_with_chinese_headings(tmp_path: Path, code_page: str | None) -> None:
    path = tmp_path / "道路.shp"
    office().to_file(path, encoding="GBK")
    path.with_suffix(".cpg").unlink()
    if code_page:
        path.with_suffix(".cpg").write_text(code_page)
    frame, report = read_roads(path)
    assert frame["name"].tolist() == ["沧江路", "跃华路"]
    assert frame["road_class"].tolist() == ["primary", "service"]
    assert frame["width_m"].tolist() == [24, 3.5]
    assert frame["oneway"].tolist() == [0, 1]
    assert frame["height_m"].iat[1] == 2.8
    assert np.isnan(frame["height_m"].iat[0])
    assert not report.unread
    assert not report.unknown_classes


def test_cgcs2000_gauss_kruger_comes_back_in_degrees_without_a_doubt(tmp_path: Path) -> None:
    office().to_crs(4526).to_file(tmp_path / "a.gpkg")
    frame, report = read_roads(tmp_path / "a.gpkg")
    np.testing.assert_allclose(
        shapely.get_coordinates(frame.geometry.array), [A, B, B, C], atol=2e-9
    )
    assert not any("datum" in str(note) for note in report.notes)


def test_kml_lines_of_two_folders(tmp_path: Path) -> None:
    line = "<LineString><coordinates>{}</coordinates></LineString>"
    mark = f"<Placemark><name>{{}}</name>{line}</Placemark>"
    first = mark.format("机耕路", "112.89,22.90,0 112.90,22.90,0")
    second = mark.format("新修路", "112.90,22.90,0 112.90,22.91,0")
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<Folder><name>一</name>{first}</Folder><Folder><name>二</name>{second}</Folder>"
        "</Document></kml>"
    )
    (tmp_path / "a.kml").write_text(text, encoding="utf-8")
    frame, report = read_roads(tmp_path / "a.kml")
    assert frame["name"].tolist() == ["机耕路", "新修路"]
    assert not frame.has_z.any()
    assert report.format == "KML"


def test_a_read_only_file_in_a_read_only_folder(tmp_path: Path) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    office().to_file(folder / "a.gpkg")
    (folder / "a.gpkg").chmod(0o444)
    folder.chmod(0o555)
    try:
        assert len(read_roads(folder / "a.gpkg")[0]) == 2
    finally:
        folder.chmod(0o755)
    assert [file.name for file in folder.iterdir()] == ["a.gpkg"]


def test_a_schema_with_a_byte_order_mark_from_notepad(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_bytes(b"\xef\xbb\xbf" + '[columns]\nname = "道路名称"\n'.encode())
    assert load_schema(path).name == "道路名称"
    path.write_bytes('[columns]\nname = "道路名称"\n'.encode("gbk"))
    with pytest.raises(UserError, match="not TOML"):
        load_schema(path)


def test_node_ids_of_a_road_in_parts_are_not_believed(tmp_path: Path) -> None:
    shape = MultiLineString([[A, B], [C, (112.91, 22.91)]])
    frame = gpd.GeoDataFrame({"u": ["1"], "v": ["2"]}, geometry=[shape], crs=4326)
    frame.to_file(tmp_path / "a.gpkg")
    roads, _ = read_roads(tmp_path / "a.gpkg")
    assert len(roads) == 2
    assert set(roads["from_node"]) | set(roads["to_node"]) == {""}


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.floats(113.1, 114.9), st.floats(22.1, 30.9)),
        min_size=2,
        max_size=6,
        unique=True,
    )
)
def test_the_same_end_in_metres_is_the_same_end_in_degrees(
    points: list[tuple[float, float]],
) -> None:
    """Two lines that share an end share it to the last bit after the transform, within 0.2 mm."""
    lines = gpd.GeoSeries([LineString(points), LineString(points[::-1])], crs=4326)
    turned = plain_lines(lines.to_crs(4547), ["1", "2"], "a").geometry
    there, back = (shapely.get_coordinates(line) for line in turned)
    assert (there == back[::-1]).all()
    np.testing.assert_allclose(there, points, atol=2e-9)
