"""A user's file as rows of a layer: every row kept or named."""

import time
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from geodata.faults import Fault, UserError
from layers import CATALOG, layer, read_child, read_layer
from layers.spec import ColumnSpec, LayerSpec
from tests.geodata.zips import named, shapefile, shelters, zipped

SHELTER = layer("shelter")
DEPOT = layer("depot")
HEADINGS = "编号,名称,室内外,经度,纬度,联系人,联系电话"


def csv(
    tmp_path: Path, *rows: str, headings: list[str] = HEADINGS, name: str = "避难场所.csv"
) -> Path:
    path = tmp_path / name
    path.write_text("\n".join((headings, *rows)) + "\n", encoding="utf-8")
    return path


def said(faults: Iterable[Fault]) -> list[str]:
    return [str(fault) for fault in faults]


def test_a_plain_table(tmp_path: Path) -> None:
    found = read_layer(SHELTER, csv(tmp_path, "1,广场,室外,113.1,22.9,张三,555-0101"))
    assert list(found.frame) == [c.key for c in SHELTER.public_columns] + ["geometry"]
    assert found.frame.crs == "EPSG:4326"
    row = found.frame.iloc[0]
    assert (row["id"], row["name"], row["space"], row.geometry) == (
        "1", "广场", "室外", Point(113.1, 22.9),
    )  # fmt: skip
    assert found.contacts.to_dict("records") == [
        {"layer": "shelter", "id": "1", "contact": "张三", "phone": "555-0101"}
    ]
    assert (found.rows, found.notices, found.refused) == ((2,), (), ())


def test_types_of_the_columns(tmp_path: Path) -> None:
    found = read_layer(
        SHELTER,
        csv(tmp_path, "1,甲,室外,1.2万人,3亩,2026/5/1", "2,乙,室内,,,",
            headings="编号,名称,室内外,容量,面积,核实日期"),
    )  # fmt: skip
    frame = found.frame
    assert str(frame["capacity_people"].dtype) == "Int64"
    assert frame["capacity_people"].tolist() == [12_000, pd.NA]
    assert str(frame["area_m2"].dtype) == "float64"
    assert frame["area_m2"].iloc[0] == pytest.approx(2000)
    assert frame["last_verified"].tolist() == ["2026-05-01", ""]
    texts = [c.key for c in SHELTER.public_columns if c.kind not in ("integer", "number")]
    assert not frame[texts].isna().any().any()


def test_the_six_registers_keep_every_row_and_name_what_lacks(tmp_path: Path) -> None:
    """S0-1: 51/12/64/420/27/34 rows in, as many out; no contact or position: listed by name."""
    counts = {"depot": 51, "team": 12, "expert": 64, "plan": 420, "department": 27, "shelter": 34}
    extra = {
        "team": ("队伍类型", "综合消防"),
        "expert": ("专业", "危化"),
        "shelter": ("室内外", "室外"),
    }
    for key, count in counts.items():
        heading, value = extra.get(key, ("地址", "某路"))
        rows = [
            f"{i},{key}{i},{value},{'' if i == 3 else 113.1},{'' if i == 3 else 22.9},"
            f"{'' if i == 5 else '张'},{'' if i == 5 else '555'},2026-05-01"
            for i in range(1, count + 1)
        ]
        headings = f"编号,名称,{heading},经度,纬度,联系人,联系电话,最近核实日期"
        path = csv(tmp_path, *rows, name=f"{key}.csv", headings=headings)
        found = read_layer(layer(key), path)
        assert len(found.frame) == len(found.rows) == count
        assert found.refused == ()
        assert found.frame.geometry.is_empty.sum() == 1
        assert (found.frame["last_verified"] == "2026-05-01").all()
        assert len(found.contacts) == count - 1
        words = said(found.notices)
        assert len(words) == 2
        assert f"row 4, column 经度, 纬度: {key}3 has no position." in words[0]
        assert f"row 6, column 联系人: {key}5 has no contact." in words[1]


def test_a_table_without_position_columns_is_kept_whole(tmp_path: Path) -> None:
    found = read_layer(layer("expert"), csv(tmp_path, "1,王,危化", headings="编号,姓名,专业"))
    assert found.frame.geometry.is_empty.all()
    assert ["王 has no position" in text for text in said(found.notices)] == [True, False]


def test_personal_columns_stay_out_of_frame_and_notices(tmp_path: Path) -> None:
    path = csv(tmp_path, "1,甲,室外,x,y,机密,=555", "2,乙,室外,0,0,机密,555")
    found = read_layer(SHELTER, path)
    assert not {"contact", "phone"} & set(found.frame)
    assert "机密" not in found.frame.to_json() + "".join(said(found.notices))
    assert not any("机密" in fault.value or "555" in fault.value for fault in found.notices)
    assert found.contacts["phone"].tolist() == ["=555", "555"]


def test_all_missing_columns_are_named_with_those_found(tmp_path: Path) -> None:
    path = csv(tmp_path, "1,x", headings="编号,颜色")
    with pytest.raises(UserError) as caught:
        read_layer(SHELTER, path)
    words = said(caught.value.faults)
    assert len(words) == 2
    assert "名称 (Name) is missing" in words[0]
    assert "室内外" in words[1]
    assert "编号、颜色" in words[0]


def test_an_id_twice_names_every_row(tmp_path: Path) -> None:
    path = csv(tmp_path, "1,甲,室外,113,22,,", "1,乙,室外,113,22,,", "2,丙,室外,113,22,,",
               "1,丁,室外,113,22,,")  # fmt: skip
    with pytest.raises(UserError) as caught:
        read_layer(SHELTER, path)
    assert [fault.row for fault in caught.value.faults] == [3, 5]
    assert "stands in row 2 too" in str(caught.value)


def test_a_copy_of_a_row_is_refused_by_name_and_the_first_kept(tmp_path: Path) -> None:
    row = "1,甲,室外,113,22,,"
    found = read_layer(SHELTER, csv(tmp_path, row, "2,乙,室外,113,22,,", row))
    assert found.frame["id"].tolist() == ["1", "2"]
    assert found.rows == (2, 3)
    assert "row 4: This row repeats row 2." in said(found.refused)[0]


def test_totals_and_repeated_headings_are_refused_by_name(tmp_path: Path) -> None:
    path = csv(tmp_path, "1,甲,室外,113,22,张,5", HEADINGS, "2,乙,室外,113,22,李,5", "合计,2,,,,,")
    found = read_layer(SHELTER, path)
    assert found.frame["name"].tolist() == ["甲", "乙"]
    assert [fault.row for fault in found.refused] == [3, 5]


def test_empty_ids_are_made_from_the_row_and_said(tmp_path: Path) -> None:
    path = csv(tmp_path, ",甲,室外,113,22,张,5", "shelter-2,乙,室外,113,22,李,5")
    found = read_layer(SHELTER, path)
    assert found.frame["id"].tolist() == ["shelter-2+", "shelter-2"]
    assert found.contacts["id"].tolist() == ["shelter-2+", "shelter-2"]
    assert "shelter-2+ was made from the row number" in said(found.notices)[0]


def test_without_a_column_of_ids_it_is_said_once(tmp_path: Path) -> None:
    path = csv(tmp_path, "甲,室外,张", "乙,室外,李", headings="名称,室内外,联系人")
    found = read_layer(SHELTER, path)
    assert found.frame["id"].tolist() == ["shelter-2", "shelter-3"]
    assert sum("no column of ids" in text for text in said(found.notices)) == 1


def test_bad_cells_are_emptied_and_named(tmp_path: Path) -> None:
    path = csv(tmp_path, "1,甲,半室外,abc,soon,张",
               headings="编号,名称,室内外,容量,核实日期,联系人")  # fmt: skip
    found = read_layer(SHELTER, path)
    assert found.frame["space"][0] == "半室外"
    assert found.frame["capacity_people"].isna().all()
    assert found.frame["last_verified"][0] == ""
    named = {(f.row, f.column, f.value) for f in found.notices if f.column}
    assert named == {(2, "室内外", "半室外"), (2, "容量", "abc"), (2, "核实日期", "soon")}


def test_unread_columns_are_named_unless_empty(tmp_path: Path) -> None:
    path = csv(tmp_path, "1,甲,室外,红,", headings="编号,名称,室内外,颜色,备注")
    assert "not read: 颜色." in said(read_layer(SHELTER, path).notices)[0]


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return path


STOCK = [["库编号", "物资名称", "数量", "单位", "有效期"], [1, "沙袋", 1200, "个", "2027-01-01"],
         [2, "水泵", 3, "台", ""], [9, "帐篷", 5, "顶", ""]]  # fmt: skip
LIST = [["编号", "名称", "经度", "纬度"], [1, "甲库", 113.1, 22.9], [2, "乙库", 113.2, 22.8]]


def test_a_workbook_with_a_child_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path / "库.xlsx", 库存=STOCK, 物资库清单=LIST, 说明=[["x"]])
    found = read_layer(DEPOT, path)
    assert found.frame["id"].tolist() == ["1", "2"]
    stock = found.children["stock"]
    assert stock["depot_id"].tolist() == ["1", "2", "9"]
    assert stock["quantity"].tolist() == [1200.0, 3.0, 5.0]
    assert stock["expiry"].tolist() == ["2027-01-01", "", ""]
    words = " ".join(said(found.notices))
    assert "[库存], row 4, column 库编号: There is no 9 in the layer." in words
    assert "These sheets were not read: 说明." in words


def test_the_sheet_with_the_layers_title_goes_before_the_first(tmp_path: Path) -> None:
    path = workbook(tmp_path / "库.xlsx", 封面=[["a", "b"], [1, 2]], 应急物资库=LIST)
    assert len(read_layer(DEPOT, path).frame) == 2
    with pytest.raises(UserError, match="missing"):
        read_layer(DEPOT, path, layer="封面")


def test_children_of_a_file_without_their_sheet_are_empty_and_typed(tmp_path: Path) -> None:
    found = read_layer(DEPOT, workbook(tmp_path / "库.xlsx", 物资库=LIST))
    assert list(found.children["stock"]) == [c.key for c in DEPOT.children[0].columns]
    assert len(found.children["stock"]) == 0
    assert str(found.children["stock"]["quantity"].dtype) == "float64"


def test_a_child_of_its_own_file(tmp_path: Path) -> None:
    path = csv(tmp_path, "1,沙袋,约10,个", headings="库编号,物资名称,数量,单位", name="s.csv")
    child = read_child(DEPOT.children[0], path, parents=("1",))
    assert child.frame["quantity"].tolist() == [10.0]
    assert len(child.notices) == 1
    with pytest.raises(UserError, match="单位"):
        read_child(DEPOT.children[0], csv(tmp_path, "1,x,2", headings="库编号,物资名称,数量"))


def test_swapped_null_and_impossible_positions(tmp_path: Path) -> None:
    path = csv(tmp_path, "1,甲,室外,22.9,113.1,a,", "2,乙,室外,0,0,a,", "3,丙,室外,999,22.9,a,",
               "4,丁,室外,500000,2540000,a,", "5,戊,室外,113.1,,a,")  # fmt: skip
    found = read_layer(SHELTER, path)
    assert found.frame.geometry[0] == Point(113.1, 22.9)
    assert found.frame.geometry.is_empty.tolist() == [False, True, True, True, True]
    words = said(found.notices)
    for row, problem in (
        (2, "each other's place"),
        (3, "stands for none"),
        (4, "off the globe"),
        (5, "metres, not degrees"),
        (6, "no position"),
    ):
        assert any(f"row {row}," in text and problem in text for text in words)
    assert sum("has no position" in text for text in words) == 4


def test_swapped_outside_china_needs_the_district(tmp_path: Path) -> None:
    path = csv(tmp_path, "1,a,室外,-30.0,-71.3,x,")
    assert read_layer(SHELTER, path).frame.geometry[0] == Point(-30.0, -71.3)
    near = read_layer(SHELTER, path, near_deg=(-72, -31, -71, -29))
    assert near.frame.geometry[0] == Point(-71.3, -30.0)


def test_pairs_degrees_minutes_seconds_and_datums(tmp_path: Path) -> None:
    path = csv(tmp_path, '1,a,室外,"113.1,22.9",x', "2,b,室外,N22°54′ E113°06′,x",
               headings="编号,名称,室内外,经纬度,联系人")  # fmt: skip
    for point in read_layer(SHELTER, path).frame.geometry:
        assert (point.x, point.y) == pytest.approx((113.1, 22.9))


def test_shifted_datums_and_headings_that_name_one(tmp_path: Path) -> None:
    path = csv(tmp_path, "1,a,室外,112.897024052,22.897036466,x",
               headings="编号,名称,室内外,经度(GCJ02),纬度(GCJ02),联系人")  # fmt: skip
    right = read_layer(SHELTER, path, datum="gcj02")
    point = right.frame.geometry[0]
    assert (point.x, point.y) == pytest.approx((112.892, 22.9), abs=2e-9)
    assert right.notices == ()
    assert "names gcj02, but wgs84 is used" in said(read_layer(SHELTER, path).notices)[0]


def test_survey_tables_with_x_north_are_turned_and_said_once(tmp_path: Path) -> None:
    rows = [f"{i},a{i},室外,{2_544_537.5786},{500_000},x" for i in range(3)]
    path = csv(tmp_path, *rows, headings="编号,名称,室内外,X,Y,联系人")
    found = read_layer(SHELTER, path, datum="EPSG:4547")
    for point in found.frame.geometry:
        assert (point.x, point.y) == pytest.approx((114, 23), abs=1e-8)
    assert "exchanged in 3 rows" in said(found.notices)[0]
    assert len(found.notices) == 1


def test_headings_cut_by_a_shapefile_are_found_in_its_archive(tmp_path: Path) -> None:
    """最近核实日期 has more than the ten bytes that a shapefile keeps."""
    frame = shelters().assign(最近核实日=["2026-05-01", "2026-05-02"])
    held = named(shapefile(tmp_path / "made", frame), "避难")
    plain = read_layer(SHELTER, tmp_path / "made" / "a.shp")
    packed = read_layer(SHELTER, zipped(tmp_path / "a.zip", held))
    assert packed.frame.equals(plain.frame)
    assert packed.headings == plain.headings
    assert packed.frame["last_verified"].tolist() == ["2026-05-01", "2026-05-02"]
    assert [str(n.problem) for n in packed.notices] == [str(n.problem) for n in plain.notices]


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp"])
def test_geometry_files(tmp_path: Path, name: str) -> None:
    frame = gpd.GeoDataFrame(
        {"编号": ["1", "2"], "名称": ["甲", "乙"], "室内外": ["室外", "室内"], "人数": [3, 4]},
        geometry=[Point(113.1, 22.9), Point(113.2, 22.8)], crs="EPSG:4326",
    )  # fmt: skip
    options = {"encoding": "GBK"} if name == "a.shp" else {}
    frame.to_file(tmp_path / name, **options)
    found = read_layer(SHELTER, tmp_path / name)
    assert found.frame["name"].tolist() == ["甲", "乙"]
    assert found.frame.geometry[1] == Point(113.2, 22.8)
    assert found.rows == (1, 2)
    assert "not read: 人数." in said(found.notices)[0]


def test_areas_stand_for_points_and_are_said(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"编号": ["1", "2"], "名称": ["甲", "乙"], "室内外": ["室外", "室外"]},
        geometry=[box(113, 22, 113.1, 22.1), None], crs="EPSG:4326",
    )  # fmt: skip
    frame.to_file(tmp_path / "a.gpkg")
    found = read_layer(SHELTER, tmp_path / "a.gpkg")
    assert found.frame.geometry.geom_type.tolist() == ["Point", "Point"]
    assert box(113, 22, 113.1, 22.1).contains(found.frame.geometry[0])
    assert found.frame.geometry[1].is_empty
    words = said(found.notices)
    assert any("1 shapes are no single points" in text for text in words)
    assert any("row 2: 乙 has no position" in text for text in words)


def test_units_need_areas_and_lines_need_lines(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"code": ["440608001", "440608002"], "name": ["荷城", "杨和"], "人口": ["1.2万", "9000"]},
        geometry=[box(113, 22, 113.1, 22.1), Point(113, 22)], crs="EPSG:4326",
    )  # fmt: skip
    frame.to_file(tmp_path / "a.gpkg")
    found = read_layer(layer("subdistrict"), tmp_path / "a.gpkg")
    assert found.frame["residents_night"].tolist() == [12_000, 9000]
    assert found.frame.geometry.is_empty.tolist() == [False, True]
    assert "another kind" in " ".join(said(found.notices))
    assert len(found.contacts) == 0
    line = gpd.GeoDataFrame({"id": ["1"], "name": ["管"]},
                            geometry=[LineString([(113, 22), (114, 22)])],
                            crs="EPSG:4326")  # fmt: skip
    line.to_file(tmp_path / "b.geojson")
    pipes = read_layer(layer("pipeline"), tmp_path / "b.geojson")
    assert pipes.frame.geometry.geom_type.tolist() == ["LineString"]
    with pytest.raises(UserError, match="no shapes"):
        read_layer(layer("pipeline"), csv(tmp_path, "1,x", headings="编号,名称"))


def test_other_files_are_refused_with_what_is_read(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"\.xlsx"):
        read_layer(SHELTER, tmp_path / "a.pdf")


def test_headings_without_rows_give_an_empty_layer(tmp_path: Path) -> None:
    found = read_layer(SHELTER, csv(tmp_path))
    assert (len(found.frame), len(found.contacts)) == (0, 0)
    assert found.frame.crs == "EPSG:4326"
    assert str(found.frame["capacity_people"].dtype) == "Int64"
    assert "no rows" in said(found.notices)[0]


def _example(column: ColumnSpec) -> str:
    if column.choices:
        return column.choices[0]
    return {"integer": "1,200", "number": "2.5", "date": "2026年5月1日"}.get(
        column.kind, f"某{column.key}"
    )


@pytest.mark.parametrize("spec", [s for s in CATALOG if s.geometry == "point"], ids=lambda s: s.key)
@pytest.mark.parametrize("title", ["title_zh", "title_en", "key"])
def test_every_layer_of_points_reads_a_table_under_its_own_titles(
    tmp_path: Path, spec: LayerSpec, title: str
) -> None:
    """S0-2, S1-13, S1-16, S1-17, S1-20, S2-17: every register is read like the others.

    Declared risks, drill sites, mini stations, crowded places, gas service points, nursing homes
    and schools among them.
    """
    headings = [getattr(column, title) for column in spec.columns]
    path = workbook(
        tmp_path / "a.xlsx", 表=[[*headings, "经度", "纬度"],
                                [*map(_example, spec.columns), 113.1, 22.9]],
    )  # fmt: skip
    found = read_layer(spec, path)
    assert found.notices == ()
    row = found.frame.iloc[0]
    for column in spec.public_columns:
        expected = {"integer": 1200, "number": 2.5, "date": "2026-05-01"}.get(
            column.kind, _example(column)
        )
        assert row[column.key] == expected
    assert len(found.contacts) == 1


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.lists(st.text(max_size=12), min_size=7, max_size=7), max_size=6))
def test_any_rows_are_kept_or_named(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.csv"
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    text = "\n".join((HEADINGS, *quoted)) + "\n"
    path.write_bytes(text.encode("utf-8", errors="ignore").replace(b"\x00", b""))
    try:
        found = read_layer(SHELTER, path)
    except UserError:
        return
    assert len(found.frame) == len(found.rows)
    assert len(found.rows) + len(found.refused) <= len(rows)
    assert found.frame["id"].is_unique
    assert (found.frame["id"] != "").all()


def test_seventeen_thousand_rows_take_seconds(tmp_path: Path) -> None:
    """The firms of a whole district (16,900) with a text number each."""
    rows = [f'{i},场所{i},{113 + i / 1e5:.6f},22.9,"1,{i % 900 + 100}人",x' for i in range(16_900)]
    path = csv(tmp_path, *rows, headings="编号,名称,经度,纬度,人数,联系人")
    start = time.process_time()
    found = read_layer(layer("crowded_place"), path)
    assert time.process_time() - start < 10
    assert len(found.frame) == 16_900
    assert found.notices == ()
