"""The bytes: every cell read back by another library, and hostile values kept as plain text."""

import json
import zipfile
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import python_calamine
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from layers import layer
from layers.spec import ColumnSpec
from sample import SampleFiles
from sample.made import CRS, MadeUp, Register
from sample.town import town
from sample.writing import (
    _plain,
    to_degrees,
    write_about,
    write_geojson,
    write_roads,
    write_workbook,
)

HOSTILE = (
    "=1+1", "+86", "-5", "@SUM(A1)", "http://example.org", "=cmd|' /C calc'!A0", "0012", "1e5",
    "TRUE", "2026-01-01", "  ", "𠮷野街", "a\nb", '"', "<b>&amp;", "示范·甲",
)  # fmt: skip


@pytest.fixture(scope="module")
def made() -> MadeUp:
    return town()


def sheet(path: Path, name: str) -> list[list[object]]:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return book.get_sheet_by_name(name).to_python()


def expected(column: ColumnSpec, value: object) -> object:
    """Return what a spreadsheet shows for the value under the column."""
    told = _plain(value)
    if told is None:
        return ""
    if column.kind == "date":
        return date.fromisoformat(str(told)) if told else ""
    return float(told) if isinstance(told, int | float) else told


@pytest.mark.parametrize("key", ["team", "depot", "shelter", "expert", "village"])
def test_every_cell_of_the_towns_workbooks(made: MadeUp, town_files: SampleFiles, key: str) -> None:
    spec, register = layer(key), made.registers[key]
    table = sheet(town_files.layers[key], spec.title_zh)
    columns = [column for column in spec.columns if column.key in register.rows]
    assert table[0] == [*(column.title_zh for column in columns), "经度", "纬度"]
    assert len(table) == 1 + len(register.rows)
    for cells, row in zip(table[1:], register.rows.to_dict("records"), strict=True):
        assert cells[:-2] == [expected(column, row[column.key]) for column in columns]


@pytest.mark.parametrize(("key", "child"), [("depot", "stock")])
def test_every_cell_of_the_towns_child_sheets(
    made: MadeUp, town_files: SampleFiles, key: str, child: str
) -> None:
    spec = next(one for one in layer(key).children if one.key == child)
    rows = made.registers[key].children[child]
    table = sheet(town_files.layers[key], spec.title_zh)
    columns = [column for column in spec.columns if column.key in rows]
    assert table[0] == [column.title_zh for column in columns]
    for cells, row in zip(table[1:], rows.to_dict("records"), strict=True):
        assert cells == [expected(column, row[column.key]) for column in columns]


def test_positions_in_the_sheet_are_where_the_records_stand(
    made: MadeUp, town_files: SampleFiles
) -> None:
    back = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    for key, register in made.registers.items():
        table = sheet(town_files.layers[key], layer(key).title_zh)
        lonlat = np.array([row[-2:] for row in table[1:]], dtype=float)
        found = np.column_stack(back.transform(*lonlat.T))
        wanted = shapely.get_coordinates(register.rows.geometry.to_numpy())
        assert np.abs(found - wanted).max() < 1e-3, key


def test_every_sheet_of_the_district_has_the_catalogues_title_and_its_types(
    district: SampleFiles,
) -> None:
    """Numbers are numbers, days are days, codes and telephones are text, in every workbook."""
    for key, path in district.layers.items():
        if path.suffix != ".xlsx":
            continue
        spec = layer(key)
        tables = [(spec.title_zh, spec.columns)]
        tables += [(child.title_zh, child.columns) for child in spec.children]
        names = python_calamine.CalamineWorkbook.from_path(str(path)).sheet_names
        assert names == [title for title, _ in tables]
        for title, columns in tables:
            head, *rows = sheet(path, title)
            kinds = {column.title_zh: column.kind for column in columns}
            for at, heading in enumerate(head):
                cells = [row[at] for row in rows if row[at] != ""]
                wanted = {"integer": float, "number": float, "date": date}
                kind = kinds.get(str(heading), "number")
                assert {type(cell) for cell in cells} <= {wanted.get(kind, str)}, heading


def test_no_number_of_the_district_shows_the_dust_of_arithmetic(district: SampleFiles) -> None:
    """42.800000000000004 t in a commander's table is 42.8 t."""
    for key, path in district.layers.items():
        if path.suffix != ".xlsx":
            continue
        for title in python_calamine.CalamineWorkbook.from_path(str(path)).sheet_names:
            head, *rows = sheet(path, title)
            for at, heading in enumerate(head):
                if heading in {"经度", "纬度"}:
                    continue
                numbers = [row[at] for row in rows if isinstance(row[at], float)]
                assert all(number == round(number, 3) for number in numbers), (key, heading)


def one_row(**cells: object) -> Register:
    """Return a register of one school with these cells."""
    held = {"id": "A1", "name": "示范小学", **cells}
    frame = gpd.GeoDataFrame(
        {name: [value] for name, value in held.items()},
        geometry=[shapely.Point(400_000.0, 2_545_000.0)],
        crs=CRS,
    )
    return Register(frame)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "school.xlsx"
    write_workbook(path, "school", one_row(name=text, phone=text))
    head, row = sheet(path, "学校")
    told = dict(zip(head, row, strict=True))
    assert told["名称"] == text
    assert told["联系电话"] == text
    with zipfile.ZipFile(path) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        assert b"hyperlink" not in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, None),
        (float("nan"), None),
        pytest.param(np.float64("nan"), None, id="nan of numpy"),
        (np.int64(7), 7),
        (np.bool_(True), True),  # noqa: FBT003 - a cell, not a switch
        (date(2026, 5, 1), "2026-05-01"),
        (("车辆", "侦检"), "车辆;侦检"),
        ([], ""),
        ("", ""),
        (0.0, 0.0),
    ],
)
def test_values_as_json_knows_them(value: object, told: object) -> None:
    found = _plain(value)
    assert found == told
    json.dumps(found, allow_nan=False)


def test_what_is_not_on_file_is_an_empty_cell(tmp_path: Path) -> None:
    path = tmp_path / "school.xlsx"
    write_workbook(path, "school", one_row(people=float("nan"), last_verified="", source=None))
    head, row = sheet(path, "学校")
    told = dict(zip(head, row, strict=True))
    assert (told["人数"], told["最近核实日期"], told["数据来源"]) == ("", "", "")


def test_columns_that_the_catalogue_does_not_know_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "school.xlsx"
    write_workbook(path, "school", one_row(colour="x"))
    assert "colour" not in sheet(path, "学校")[0]


def test_an_unknown_layer_is_a_bug(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write_workbook(tmp_path / "x.xlsx", "no_such_layer", one_row())


@pytest.mark.parametrize("text", HOSTILE)
def test_geojson_keeps_any_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "zones.geojson"
    frame = gpd.GeoDataFrame(
        {"name": [text]}, geometry=[shapely.box(4e5, 2.5e6, 4e5 + 9, 2.5e6 + 9)], crs=CRS
    )
    write_geojson(path, frame)
    feature = json.loads(path.read_text(encoding="utf-8"))["features"][0]
    assert feature["properties"] == {"name": text}
    assert gpd.read_file(path, engine="pyogrio").crs.to_epsg() == 4326


def test_geojson_says_null_for_what_is_not_on_file(tmp_path: Path) -> None:
    path = tmp_path / "zones.geojson"
    frame = gpd.GeoDataFrame({"a": [float("nan")]}, geometry=[shapely.Point(4e5, 2.5e6)], crs=CRS)
    write_geojson(path, frame)
    assert json.loads(path.read_text("utf-8"))["features"][0]["properties"] == {"a": None}


def test_geojson_of_a_layer_has_its_chinese_headings(tmp_path: Path) -> None:
    path = tmp_path / "zones.geojson"
    held = {"code": ["HG01"], "name": ["甲"], "residents_day": [0], "own": [1]}
    frame = gpd.GeoDataFrame(held, geometry=[shapely.box(4e5, 25e5, 4e5 + 9, 25e5 + 9)], crs=CRS)
    write_geojson(path, frame, "chemical_zone")
    feature = json.loads(path.read_text("utf-8"))["features"][0]
    assert list(feature["properties"]) == ["代码", "名称", "昼间人口", "own"]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.floats(380_000.0, 410_000.0), st.floats(2_530_000.0, 2_560_000.0)),
        min_size=1,
        max_size=6,
    )
)
def test_degrees_and_back_is_within_a_millimetre(places: list[tuple[float, float]]) -> None:
    points = gpd.GeoSeries([shapely.Point(place) for place in places], crs=CRS)
    turned = to_degrees(points)
    assert turned.crs.to_epsg() == 4326
    back = shapely.get_coordinates(turned.to_crs(CRS).to_numpy())
    assert np.abs(back - np.array(places)).max() < 1e-3


def test_shared_corners_stay_shared_in_degrees() -> None:
    one = shapely.box(4e5, 25e5, 4e5 + 50, 25e5 + 50)
    other = shapely.box(4e5 + 50, 25e5, 4e5 + 90, 25e5 + 50)
    turned = to_degrees(gpd.GeoSeries([one, other], crs=CRS)).to_numpy()
    corners = [{tuple(xy) for xy in shapely.get_coordinates(shape).tolist()} for shape in turned]
    assert len(corners[0] & corners[1]) == 2
    assert shapely.coverage_is_valid(turned)


def test_degrees_leave_their_argument_alone() -> None:
    points = gpd.GeoSeries([shapely.Point(4e5, 25e5)], crs=CRS, index=[7])
    assert to_degrees(points).index.tolist() == [7]
    assert points.iloc[0].x == 4e5


def test_the_clock_of_gdal_is_put_back(tmp_path: Path, made: MadeUp) -> None:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    write_roads(tmp_path / "roads.gpkg", made.roads)
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == before


def test_the_clock_of_gdal_is_put_back_after_a_failure(tmp_path: Path, made: MadeUp) -> None:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    with pytest.raises(Exception, match="roads"):
        write_roads(tmp_path / "no such folder" / "roads.gpkg", made.roads)
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == before


def test_roads_come_back_row_by_row(tmp_path: Path, made: MadeUp) -> None:
    write_roads(tmp_path / "roads.gpkg", made.roads)
    back = gpd.read_file(tmp_path / "roads.gpkg", layer="roads", engine="pyogrio")
    plain = made.roads.drop(columns="geometry")
    pd.testing.assert_frame_equal(
        pd.DataFrame(back.drop(columns="geometry")), pd.DataFrame(plain), check_dtype=False
    )


def test_about_is_four_lines_of_toml(tmp_path: Path, made: MadeUp) -> None:
    write_about(tmp_path / "about.toml", made)
    assert (tmp_path / "about.toml").read_text("utf-8").splitlines() == [
        'name_zh = "云溪镇区"',
        'name_en = "Yunxi Town"',
        "sample = true",
        'as_of = "2026-09-16"',
    ]
