"""What our own files hold beside records: examples, explanations, shapes, lists, child sheets."""

from pathlib import Path

import pytest
import shapely
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from geodata.faults import UserError
from layers import layer, read_layer
from layers.cells import typed_cell
from layers.exchange import (
    CODE_SETS,
    DEFECTS,
    NOTES,
    child_titles,
    is_beside,
    is_example,
    list_items,
    list_text,
    shape_headings,
)
from layers.sources import child_sheet

HAZARD, PIPELINE, ZONE = layer("hazard"), layer("pipeline"), layer("chemical_zone")
SHELTER = layer("shelter")
LINE = "LINESTRING (113.1 23.1, 113.2 23.2)"


def table(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@given(st.lists(st.text(alphabet="甲乙a;；、/,|[]\"' ", max_size=5), max_size=4))
def test_every_list_comes_back(items: list[str]) -> None:
    text = list_text(items)
    back = list_items(text)
    assert back == tuple(items) if back is not None else text.split(";") == (items or [""])


def test_plain_lists_stay_as_people_write_them() -> None:
    assert list_text(("侦检", "堵漏")) == "侦检;堵漏"
    assert list_text(("a/b",)) == '["a/b"]'
    assert list_text(()) == ""


@pytest.mark.parametrize("text", ["侦检;堵漏", "[1, 2]", '["a"', "[" * 9000, "{}", ""])
def test_what_is_no_array_of_texts_is_parted_by_signs(text: str) -> None:
    assert list_items(text) is None


def test_a_cell_with_an_array_is_read_as_its_items() -> None:
    column = layer("expert").column("specialty")
    assert typed_cell(column, '["防火/防爆", "给排水"]').value == '["防火/防爆", "给排水"]'
    assert typed_cell(column, "防火/防爆").value == "防火;防爆"


def test_an_example_is_known_by_its_id_or_its_name() -> None:
    assert is_example(("", "示例（导入前请删除）", "x"))
    assert is_example(("S-1", "示例避难场所"))
    assert is_example(("EXAMPLE, delete this row",))
    assert not is_example(("S-1", "实例小学", "示例"))
    assert not is_example(())


def test_the_example_of_a_template_is_refused_and_said(tmp_path: Path) -> None:
    found = read_layer(
        SHELTER,
        table(
            tmp_path, "编号,名称,室内外,经度,纬度", "示例,示例广场,室外,113,23", "1,甲,室内,113,23"
        ),
    )
    assert found.frame["id"].tolist() == ["1"]
    assert [(fault.row, str(fault.problem)) for fault in found.refused] == [
        (2, "This row is the template's example, not a record.")
    ]


def test_the_sheets_that_explain_are_passed_over_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in (DEFECTS[0], "表", NOTES[0], CODE_SETS[1]):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["编号", "名称", "室内外", "联系人", "经度", "纬度"])
            sheet.write_row(1, 0, [name, "甲", "室内", "乙", 113.1, 23.1])
    found = read_layer(SHELTER, path)
    assert found.frame["id"].tolist() == ["表"]
    assert found.notices == ()
    assert not is_beside("说明"), "a sheet of the user's own is named where it is not read"


def test_a_child_sheet_of_another_layer_is_not_taken() -> None:
    """Hazards and risk sources both have substances: in one workbook each takes its own."""
    child = HAZARD.children[0]
    mine, other = child_titles(HAZARD, child)[0], child_titles(layer("declared_risk"), child)[0]
    assert child_sheet(child, [other, mine], HAZARD) == mine
    assert child_sheet(child, [other], HAZARD) is None
    assert child_sheet(child, ["危险物质"], HAZARD) == "危险物质"


def test_lines_and_areas_come_from_a_column_of_a_table(tmp_path: Path) -> None:
    path = table(
        tmp_path, "编号,名称,介质,联系人,形状WKT", f'1,甲线,油,张,"{LINE}"', "2,乙线,气,李,不详"
    )
    found = read_layer(PIPELINE, path)
    assert found.frame.geometry[0] == shapely.from_wkt(LINE)
    assert found.frame.geometry[1].is_empty
    assert [(f.row, str(f.problem)) for f in found.notices] == [
        (3, "This is no shape that can be read."),
        (3, "乙线 has no position."),
    ]
    assert found.notices[0].column == "形状WKT"


def test_a_shape_goes_on_in_the_next_column(tmp_path: Path) -> None:
    assert shape_headings(["WKT 2", "id", "wkt", "wkt10"]) == ("wkt", "WKT 2", "wkt10")
    path = table(tmp_path, "code,name,wkt 2,wkt", '1,区,"4 4, 0 0))","POLYGON ((0 0, 4 0, "')
    shape = read_layer(ZONE, path).frame.geometry[0]
    assert shape == shapely.Polygon([(0, 0), (4, 0), (4, 4)])


def test_shapes_in_a_table_have_the_datum_that_is_given(tmp_path: Path) -> None:
    path = table(tmp_path, "编号,名称,wkt", f'1,甲线,"{LINE}"')
    moved = read_layer(PIPELINE, path, datum="gcj02").frame.geometry[0]
    assert 0.002 < moved.distance(shapely.from_wkt(LINE)) < 0.01


def test_a_table_without_shapes_is_no_layer_of_lines(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no shapes"):
        read_layer(PIPELINE, table(tmp_path, "编号,名称", "1,甲线"))
