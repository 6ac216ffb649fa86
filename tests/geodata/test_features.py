"""Shapes in WGS 84 from every geometry file, invalid and absent ones named."""

import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geodata.datum import wgs84_to_gcj02
from geodata.faults import UserError
from geodata.features import mend_shapes, read_features, read_shapes

BOW = Polygon([(113, 23), (113.01, 23.01), (113.01, 23), (113, 23.01)])


def written(
    path: Path, shapes: list[BaseGeometry], crs: str = "EPSG:4326", **columns: object
) -> Path:
    frame = gpd.GeoDataFrame({"name": [f"甲{i}" for i in range(len(shapes))], **columns},
                             geometry=shapes, crs=crs)  # fmt: skip
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".kml":
        places = "".join(
            f"<Placemark><name>{name}</name><Point><coordinates>{point.x},{point.y},9"
            "</coordinates></Point></Placemark>"
            for name, point in zip(frame["name"], shapes, strict=True)
        )
        path.write_text(f"<kml><Document>{places}</Document></kml>", encoding="utf-8")
    else:
        options = {"encoding": "GBK"} if path.suffix == ".shp" else {}
        frame.to_file(path, **options)
    return path


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp", "a.parquet", "a.kml"])
def test_every_format_gives_the_same_points(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name, [Point(113.1, 22.9), Point(113.2, 22.8)])
    found = read_features(path)
    assert found.frame.crs == "EPSG:4326"
    assert found.rows == (1, 2)
    assert found.file == name
    column = "Name" if name == "a.kml" else "name"
    assert found.frame[column].tolist() == ["甲0", "甲1"]
    assert shapely.get_coordinates(found.frame.geometry).ravel() == pytest.approx(
        [113.1, 22.9, 113.2, 22.8], abs=1e-12
    )
    assert found.notices == ()


def test_a_stated_system_is_believed(tmp_path: Path) -> None:
    # On the meridian of EPSG:4547, 23° N is 2,544,537.5786 m north (see test_crs).
    path = written(tmp_path / "a.gpkg", [Point(500_000, 2_544_537.5786)], "EPSG:4547")
    point = read_features(path).frame.geometry[0]
    assert (point.x, point.y) == pytest.approx((114, 23), abs=1e-8)


def test_a_given_system_holds_in_place_of_the_stated_one(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gpkg", [Point(500_000, 2_544_537.5786)], "EPSG:4549")
    point = read_features(path, datum="EPSG:4547").frame.geometry[0]
    assert (point.x, point.y) == pytest.approx((114, 23), abs=1e-8)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4547"])
def test_a_shift_is_undone_on_every_vertex(tmp_path: Path, crs: str) -> None:
    square = box(113.1, 22.9, 113.2, 23.0)
    shifted = shapely.transform(
        square, lambda xy: np.column_stack(wgs84_to_gcj02(xy[:, 0], xy[:, 1]))
    )
    frame = gpd.GeoDataFrame(geometry=[shifted], crs="EPSG:4326").to_crs(crs)
    frame.to_file(tmp_path / "a.gpkg")
    found = read_features(tmp_path / "a.gpkg", datum="gcj02").frame.geometry[0]
    assert shapely.get_coordinates(found) == pytest.approx(
        shapely.get_coordinates(square), abs=2e-9
    )


def test_a_file_without_system_in_degrees_is_taken_as_wgs84_and_said(tmp_path: Path) -> None:
    path = written(tmp_path / "a.shp", [Point(113.1, 22.9)])
    path.with_suffix(".prj").unlink()
    found = read_features(path)
    assert found.frame.crs == "EPSG:4326"
    assert ["states no coordinate system" in str(n) for n in found.notices] == [True]


def test_a_file_without_system_in_metres_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.shp", [Point(500_000, 2_500_000)], "EPSG:4547")
    path.with_suffix(".prj").unlink()
    with pytest.raises(UserError, match="EPSG:n"):
        read_features(path)
    assert read_features(path, datum="EPSG:4547").notices == ()


def test_invalid_polygons_are_mended_and_named(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gpkg", [box(113, 23, 113.1, 23.1), BOW])
    found = read_features(path)
    assert found.frame.geometry.is_valid.all()
    # The bow's two triangles of half the height each: a quarter of the square twice.
    assert found.frame.geometry[1].area == pytest.approx(0.01 * 0.01 / 2)
    assert [notice.row for notice in found.notices] == [2]
    assert "Self-intersection" in str(found.notices[0])


def test_mending_keeps_areas_only_and_the_argument_whole() -> None:
    spike = Polygon([(0, 0), (10, 0), (10, 10), (20, 10), (10, 10), (0, 10)])
    shapes = np.array([spike, None, Point(1, 1)], dtype=object)
    mended, said = mend_shapes(shapes, "a")
    assert isinstance(mended[0], Polygon | MultiPolygon)
    assert mended[0].area == 100
    assert [fault.row for fault in said] == [1]
    assert not shapes[0].is_valid


def test_absent_empty_and_impossible_shapes_are_named_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    geometries = [
        None,
        {"type": "Point", "coordinates": [113.1, 22.9]},
        {"type": "Point", "coordinates": [1131, 22.9]},
    ]
    path.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {"type": "Feature", "properties": {"name": f"n{i}"}, "geometry": geometry}
                    for i, geometry in enumerate(geometries)
                ],
            }
        )
    )
    found = read_features(path)
    assert len(found.frame) == 3
    assert found.frame.geometry.isna().tolist() == [True, False, True]
    assert [notice.row for notice in found.notices] == [1, 3]


def test_heights_are_left_out(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gpkg", [LineString([(113, 23, 5), (113.1, 23, 6)])])
    assert not read_features(path).frame.geometry.has_z.any()


def test_a_file_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}')
    assert len(read_features(path).frame) == 0


def test_an_unknown_datum_and_a_broken_file(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "FeatureColl')
    with pytest.raises(UserError):
        read_features(path)
    with pytest.raises(UserError, match="not known"):
        read_features(path, datum="mars")


@pytest.mark.real
def test_amap_boundaries_become_wgs84(real_data: Path) -> None:
    """Liwan's GCJ-02 boundary comes to lie on the generalised WGS 84 one of another source."""
    path = next((real_data / "boundaries").glob("440103_*gcj02*.geojson"))
    metric = "EPSG:4547"
    right = read_features(path, datum="gcj02").frame.to_crs(metric).union_all()
    wrong = read_features(path).frame.to_crs(metric).union_all()
    # GCJ-02 there lies 600 m from WGS 84.
    assert 550 < shapely.distance(right.centroid, wrong.centroid) < 650


def test_a_stated_system_that_cannot_be_used_gets_a_sentence(tmp_path: Path) -> None:
    """A .prj whose degree has no size opens, and fails only when positions are asked for."""
    path = tmp_path / "a.shp"
    frame = gpd.GeoDataFrame({"id": ["1"]}, geometry=[Point(113.1, 22.9)], crs="EPSG:4326")
    frame.to_file(path)
    prj = path.with_suffix(".prj")
    prj.write_text(re.sub(r'UNIT\["Degree",[\d.]+\]', 'UNIT["Degree",0]', prj.read_text()))
    with pytest.raises(UserError, match="cannot be used"):
        read_features(path)


def test_shapes_of_text_are_flat_valid_and_named_by_their_rows() -> None:
    bow = "POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))"
    texts = ("POINT Z (113 23 5)", "", "somewhere", bow, "POINT (999 23)")
    shapes, notices = read_shapes("a.csv", texts, (4, 5, 6, 9, 12))
    assert shapes[0] == shapely.Point(113, 23)
    assert not shapely.has_z(shapes[0])
    assert [shape is None for shape in shapes] == [False, True, True, False, True]
    assert shapely.is_valid(shapes[3])
    assert [(fault.row, str(fault.problem)[:24]) for fault in notices] == [
        (6, "This is no shape that ca"),
        (12, "The shape lies off the g"),
        (9, "The shape is invalid: Se"),
    ]


def test_shapes_of_text_are_moved_out_of_the_datum_given() -> None:
    (moved,), _ = read_shapes("a.csv", ("POINT (113.5 23.5)",), (2,), datum="gcj02")
    assert 0.002 < moved.distance(shapely.Point(113.5, 23.5)) < 0.01
    (metres,), _ = read_shapes("a.csv", ("POINT (500000 2600000)",), (2,), datum="EPSG:4547")
    assert metres.x == pytest.approx(114.0)
    with pytest.raises(UserError):
        read_shapes("a.csv", (), (), datum="mars")
