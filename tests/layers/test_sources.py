"""What is a record at all: totals, repeated headings and copies are left out, each by name."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pytest
import xlsxwriter
from shapely import Point

from geodata.faults import UserError
from layers import layer, read_layer
from layers.sources import LAYER_SUFFIXES, Source, child_sheet, child_source, layer_source

SCHOOL, DEPOT = layer("school"), layer("depot")
HEADINGS = ("编号", "名称", "人数")


def csv(folder: Path, *rows: str, headings: str = ",".join(HEADINGS)) -> Path:
    path = folder / "学校.csv"
    path.write_text("\n".join((headings, *rows)) + "\n", encoding="utf-8")
    return path


def book(folder: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    path = folder / "册.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return path


def read(path: Path) -> Source:
    return layer_source(SCHOOL, path, datum="wgs84", layer=None)


@pytest.mark.parametrize(
    "row",
    ["合计,,300", "合 计,,300", "总计：,,300", ",小计,300", "共计,2,300", "TOTAL,,300", "Sum,,300",
     ",,合计"],
)  # fmt: skip
def test_totals_are_no_schools(tmp_path: Path, row: str) -> None:
    found = read(csv(tmp_path, "1,甲小学,100", row, "2,乙小学,200"))
    assert found.table.rows == (2, 4)
    assert [fault.row for fault in found.refused] == [3]
    assert "total" in str(found.refused[0])


@pytest.mark.parametrize(
    "row", ["3,合计路小学,100", "4,合计,100", "总计1,甲小学,100", "5,小计算学校,10"]
)
def test_a_school_with_such_a_word_in_its_name_is_a_school(tmp_path: Path, row: str) -> None:
    """Only the first filled cell tells a total: a name after an id is a name."""
    found = read(csv(tmp_path, row))
    assert found.table.rows == (2,)
    assert found.refused == ()


@pytest.mark.parametrize("row", ["编号,名称,人数", " 编 号 ,名称,人数", "编号,,", ",名称,人数"])
def test_headings_printed_again_on_each_page_are_no_schools(tmp_path: Path, row: str) -> None:
    found = read(csv(tmp_path, "1,甲小学,100", row, "2,乙小学,200"))
    assert [fault.row for fault in found.refused] == [3]
    assert "repeats the headings" in str(found.refused[0])


def test_a_copy_names_the_row_it_repeats_and_a_third_names_the_first(tmp_path: Path) -> None:
    found = read(csv(tmp_path, "1,甲小学,100", "2,乙小学,200", "1,甲小学,100", "1,甲小学,100"))
    assert found.table.rows == (2, 3)
    assert [(fault.row, "row 2." in str(fault)) for fault in found.refused] == [
        (4, True),
        (5, True),
    ]


@pytest.mark.parametrize("row", ["1,甲小学,101", "1,甲小学,", "1,甲小学分校,100", "01,甲小学,100"])
def test_rows_that_differ_anywhere_are_no_copies(tmp_path: Path, row: str) -> None:
    """Whether two such rows are one school is the user's to say, never ours to guess."""
    found = read(csv(tmp_path, "1,甲小学,100", row))
    assert found.table.rows == (2, 3)


def test_rows_kept_and_refused_are_all_rows(tmp_path: Path) -> None:
    rows = ["1,甲,1", "合计,,1", "1,甲,1", "编号,名称,人数", "2,乙,2", "总计,,3"]
    found = read(csv(tmp_path, *rows))
    assert len(found.table.rows) + len(found.refused) == len(rows)
    assert sorted([*found.table.rows, *(fault.row or 0 for fault in found.refused)]) == [
        2, 3, 4, 5, 6, 7,
    ]  # fmt: skip


def test_a_table_of_totals_only_is_an_empty_layer(tmp_path: Path) -> None:
    rows = read_layer(SCHOOL, csv(tmp_path, "合计,,300"))
    assert len(rows.frame) == 0
    assert len(rows.refused) == 1


@pytest.mark.parametrize(
    ("sheets", "chosen", "unread"),
    [
        (["学校"], "学校", ""),
        (["封面", "学校"], "学校", "封面"),
        (["Schools", "x"], "Schools", "x"),
        (["school"], "school", ""),
        (["一", "二"], "一", "二"),
    ],
    ids=str,
)
def test_which_sheet_is_the_layers(
    tmp_path: Path, sheets: list[str], chosen: str, unread: str
) -> None:
    path = book(tmp_path, {name: [HEADINGS, ["1", name, 5]] for name in sheets})
    found = read(path)
    assert found.table.sheet == chosen
    assert found.table.frame["名称"].tolist() == [chosen]
    assert [unread in str(notice) for notice in found.notices] == [True] * bool(unread)


def test_the_stock_sheet_is_never_taken_for_the_depots(tmp_path: Path) -> None:
    stock = [["物资库编号", "物资名称", "数量", "单位"], ["K1", "沙袋", 5, "条"]]
    path = book(tmp_path, {"库存": stock, "物资库": [["编号", "名称"], ["K1", "甲库"]]})
    rows = read_layer(DEPOT, path)
    assert rows.frame["name"].tolist() == ["甲库"]
    assert rows.children["stock"]["item"].tolist() == ["沙袋"]
    assert not any("not read" in str(notice) for notice in rows.notices)


@pytest.mark.parametrize("name", ["库存", " 库 存", "Stock", "STOCK"])
def test_a_childs_sheet_is_found_by_its_title(name: str) -> None:
    assert child_sheet(DEPOT.children[0], ["物资库", name]) == name
    assert child_sheet(DEPOT.children[0], ["物资库", "库存2026"]) is None


def test_equal_stock_twice_is_kept_but_its_sum_is_not(tmp_path: Path) -> None:
    """Two boxes of one item may lie in one depot; only a line of totals is no stock."""
    stock = [["物资库编号", "物资名称", "数量", "单位"], ["K1", "沙袋", 5, "条"]]
    path = book(tmp_path, {"库存": [*stock, stock[1], ["合计", "", 10, ""]]})
    found = child_source(DEPOT.children[0], path, sheet="库存")
    assert found.table.rows == (2, 3)
    assert [fault.row for fault in found.refused] == [4]


@pytest.mark.parametrize("name", ["学校.docx", "学校.pdf", "学校", "学校.txt.exe"])
def test_a_file_of_another_kind_is_refused_with_what_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("x", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read(path)
    assert ".xlsx" in str(caught.value)
    assert ".geojson" in str(caught.value)


def test_two_columns_of_one_name_in_a_shapefile_are_said(
    tmp_path: Path,
) -> None:
    """Found by spoiling files at random: a .dbf may name two fields alike."""
    path = tmp_path / "a.shp"
    columns = {"id": ["1"], "name": ["甲"], "nama": ["乙"]}
    gpd.GeoDataFrame(columns, geometry=[Point(113.01234, 22.81234)], crs="EPSG:4326").to_file(path)
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace(b"nama", b"name"))
    found = read_layer(layer("school"), path)
    assert found.frame["name"].tolist()[0] in {"甲", "乙"}, "GDAL knows fields by name alone"
    assert [f.code for f in found.notices if f.code in {"heading_twice", "columns_unread"}] == [
        "heading_twice",
        "columns_unread",
    ]


@pytest.mark.parametrize(
    ("suffix", "mend"),
    [
        (".xls", "Save it as .xlsx."), (".ods", "Save it as .xlsx."), (".ET", "Save it as .xlsx."),
        (".tab", "zipped shapefile"), (".rar", ".zip"), ("", ".xlsx"),
    ],
)  # fmt: skip
def test_a_kind_that_is_not_read_says_what_to_make_of_it(
    tmp_path: Path, suffix: str, mend: str
) -> None:
    path = tmp_path / f"学校{suffix}"
    path.write_bytes(b"x")
    with pytest.raises(UserError, match="are not read as a layer") as caught:
        read(path)
    assert mend in str(caught.value.faults[0].mend)


@pytest.mark.parametrize("suffix", sorted(LAYER_SUFFIXES))
def test_every_kind_that_is_named_is_asked_for_its_rows(tmp_path: Path, suffix: str) -> None:
    """A kind without a reader would be refused by its ending, not by what is in it."""
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"\0 no file of any kind")
    with pytest.raises(UserError) as caught:
        read(path)
    assert "not read" not in str(caught.value)
