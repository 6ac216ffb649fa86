"""The user's own table with its defects in their cells, and mended there imported again."""

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pytest
import python_calamine
import shapely
import xlsxwriter

from desks.register import marked
from desks.register.current import Register
from desks.register.marked import Marked, marked_workbook
from desks.register.rehearsal import Rehearsal, rehearse
from desks.register.sheets import WEIGHT_FILLS
from geodata.faults import UserError
from layers import layer, read_layer

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HEADS = ["编号", "名称", "室内外", "容量（人）", "联系电话", "经度", "纬度", "最近核实日期"]
ROWS: list[list[object]] = [
    ["S-1", "东广场", "室外", "１，２００人", "020-5550100", 113.25001, 23.10001, "2026-05-01"],
    ["S-2", "西校\n操场", "半室外", 300, "=cmd|' /C calc'!A0", 113.26001, 23.11001, "上个月"],
    ["S-3", "<b>南</b>", "室内", "很多", "555-0101", 23.12001, 113.27001, "2026-05-03"],
]


def book_of(path: Path, rows: Sequence[Sequence[object]] = ROWS) -> Path:
    """Write a workbook as an office has it: a title, two empty rows, the list; two more sheets."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        cover = book.add_worksheet("封面")
        cover.write_row(4, 2, ["2026 年统计"])
        sheet = book.add_worksheet("避难场所")
        sheet.write(0, 0, "云溪区避难场所一览")
        for at, row in enumerate([HEADS, *rows]):
            for column, cell in enumerate(row):
                sheet.write(at + 3, column, cell)
        old = book.add_worksheet("旧表")
        old.write_row(0, 0, ["编号", "名称"])
        old.hide()
    return path


def rehearsal_of(path: Path, key: str = "shelter", layer_name: str | None = None) -> Rehearsal:
    return rehearse(Register(), layer(key), path, layer=layer_name)


def rows_in(path: Path, sheet: str) -> list[list[object]]:
    book = python_calamine.CalamineWorkbook.from_path(path)
    return [list(row) for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)]


def part(path: Path, name: str) -> ET.Element:
    with zipfile.ZipFile(path) as archive:
        return ET.fromstring(archive.read(name))  # noqa: S314 -- our own


def fills_of(path: Path, at: int) -> dict[str, str]:
    """Return the fill of every coloured cell of the n-th sheet, by its name."""
    looks = part(path, "xl/styles.xml")
    fills = [
        (fill.find(f".//{MAIN}fgColor").get("rgb") if fill.find(f".//{MAIN}fgColor") is not None
         else "") for fill in looks.findall(f"{MAIN}fills/{MAIN}fill")
    ]  # type: ignore[union-attr]  # fmt: skip
    styles = [int(xf.get("fillId") or 0) for xf in looks.findall(f"{MAIN}cellXfs/{MAIN}xf")]
    sheet = part(path, f"xl/worksheets/sheet{at}.xml")
    cells = {
        str(c.get("r")): str(fills[styles[int(c.get("s") or 0)]])[2:]
        for c in sheet.iter(f"{MAIN}c")
    }
    return {name: fill for name, fill in cells.items() if fill}


def comments_of(path: Path, number: int = 1) -> dict[str, str]:
    found = part(path, f"xl/comments{number}.xml")
    return {
        str(c.get("ref")): "".join(t.text or "" for t in c.iter(f"{MAIN}t"))
        for c in found.iter(f"{MAIN}comment")
    }


@pytest.fixture
def dirty(tmp_path: Path) -> Path:
    return book_of(tmp_path / "避难场所2026.xlsx")


def test_every_defect_of_a_cell_is_coloured_there_and_said(dirty: Path, tmp_path: Path) -> None:
    rehearsal = rehearsal_of(dirty)
    out = tmp_path / "out.xlsx"
    found = marked_workbook(dirty, rehearsal, out)
    assert found.listed == len(rehearsal.defects)
    placed = {(d.row, d.column.split(", ")[0]) for d in rehearsal.defects if d.row and d.column}
    assert {(6, "室内外"), (7, "容量（人）"), (6, "最近核实日期"), (7, "经度")} <= placed
    fills = fills_of(out, 3)
    letters = dict(zip(HEADS, "ABCDEFGH", strict=True))
    for row, column in placed:
        name = f"{letters[column]}{row}"
        worst = min(
            (d.weight for d in rehearsal.defects if d.row == row and column in d.column),
            key=("decide", "confirm", "auto").index,
        )
        assert fills[name] == WEIGHT_FILLS[worst].lstrip("#"), name
    comments = comments_of(out)
    assert set(comments) == set(fills)
    assert "半室外 不在可选值中" in comments["C6"]
    assert "→" in comments["C6"]
    assert len(comments) == found.cells


def test_the_rest_of_the_table_is_as_it_was(dirty: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    marked_workbook(dirty, rehearsal_of(dirty), out)
    book = python_calamine.CalamineWorkbook.from_path(out)
    assert book.sheet_names == ["缺陷清单", "封面", "避难场所"]
    for sheet in ("封面", "避难场所"):
        assert rows_in(out, sheet) == rows_in(dirty, sheet)


def test_the_list_has_the_place_of_each_defect(dirty: Path, tmp_path: Path) -> None:
    rehearsal = rehearsal_of(dirty)
    out = tmp_path / "out.xlsx"
    marked_workbook(dirty, rehearsal, out)
    head, *rows = rows_in(out, "缺陷清单")
    assert head == ["轻重", "表", "行", "列", "原值", "问题", "改法", "单元格"]
    weights = [row[0] for row in rows]
    assert weights == sorted(weights, key=["须人定", "请确认", "可自动"].index)
    line = next(row for row in rows if row[3] == "室内外")
    assert line[1:5] == ["避难场所", 6, "室内外", "半室外"]
    assert line[7] == "C6"
    sheet = part(out, "xl/worksheets/sheet1.xml")
    links = {link.get("location") for link in sheet.iter(f"{MAIN}hyperlink")}
    assert "'避难场所'!C6" in links
    assert next(row for row in rows if row[1] == "旧表")[7] == "", "a hidden sheet has no cell"


def test_mended_in_place_it_is_imported_as_it_is(dirty: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    marked_workbook(dirty, rehearsal_of(dirty), out)
    spec = layer("shelter")
    before, after = read_layer(spec, dirty), read_layer(spec, out)
    assert after.frame.equals(before.frame)
    assert after.rows == before.rows
    again = tmp_path / "again.xlsx"
    marked_workbook(out, rehearsal_of(out), again)
    book = python_calamine.CalamineWorkbook.from_path(again)
    assert book.sheet_names == ["缺陷清单", "封面", "避难场所"], "the old list gives way"


def test_nothing_of_the_users_text_comes_alive(dirty: Path, tmp_path: Path) -> None:
    """Payloads: a formula stays text, markup stays text, an address is no link."""
    out = tmp_path / "out.xlsx"
    marked_workbook(dirty, rehearsal_of(dirty), out)
    with zipfile.ZipFile(out) as archive:
        sheets = [archive.read(n) for n in archive.namelist() if "worksheets/sheet" in n]
        assert not any(b"<f>" in data for data in sheets)
        assert not any(b"calc" in archive.read(n) for n in archive.namelist() if ".rels" in n)
        assert b"&lt;b&gt;" in archive.read("xl/sharedStrings.xml")


def test_a_text_table_becomes_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a[1]：'场所'.csv"
    lines = [
        ",".join(HEADS),
        "S-1,甲,露天,12,555,113.2,23.1,2026-05-01",
        "",
        "S-2,乙,室内,x,555,,,",
    ]
    path.write_bytes("\n".join(lines).encode("gb18030"))
    out = tmp_path / "out.xlsx"
    marked_workbook(path, rehearsal_of(path), out)
    (title,) = python_calamine.CalamineWorkbook.from_path(out).sheet_names[1:]
    assert title == "a_1_：_场所_"
    assert rows_in(out, title)[3][:2] == ["S-2", "乙"]
    assert {"C2", "D4", "F4", "G4"} <= set(fills_of(out, 2)), "empty cells too"
    assert "没有位置" in comments_of(out)["F4"]


def test_a_defect_without_a_column_stands_at_the_rows_first_cell(
    dirty: Path, tmp_path: Path
) -> None:
    found = rehearsal_of(dirty)
    row, heading = found.defects[-1], found.defects[-2]
    lost = replace(row, sheet="避难场所", row=7, column="")
    headed = replace(heading, sheet="避难场所", row=None, column="名称")
    nowhere = replace(row, sheet="不在", row=3, column="名称")
    rehearsal = replace(found, defects=(lost, headed, nowhere))
    assert marked_workbook(dirty, rehearsal, tmp_path / "out.xlsx") == Marked(cells=2, listed=3)
    assert set(comments_of(tmp_path / "out.xlsx")) == {"A7", "B4"}


def test_two_heading_rows_and_positions_in_one_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, ["编号", "名称", "室内外", "位置", ""])
        sheet.write_row(1, 0, ["", "", "", "经度", "纬度"])
        sheet.write_row(2, 0, ["1", "甲", "室外", "东边", "不详"])
    out = tmp_path / "out.xlsx"
    marked_workbook(path, rehearsal_of(path), out)
    assert {"D3", "E3"} <= set(fills_of(out, 2))


def test_a_geometry_file_becomes_its_table(tmp_path: Path) -> None:
    path = tmp_path / "管道.geojson"
    shape = shapely.LineString([(113, 23), (113.1, 23.1)])
    frame = gpd.GeoDataFrame(
        {"编号": ["1", "2"], "名称": ["甲", "乙"], "压力": ["1.6", "高压"]},
        geometry=[shape, shape], crs=4326,
    )  # fmt: skip
    frame.to_file(path)
    out = tmp_path / "out.xlsx"
    marked_workbook(path, rehearsal_of(path, "pipeline"), out)
    assert rows_in(out, "管道")[2] == ["2", "乙", "高压"]
    assert "C3" in fills_of(out, 2)


def test_what_a_workbook_cannot_hold_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "编号,名称,室内外,备注栏\n1,甲,室内," + "长" * 40_000 + "\n2,乙,室内,\n3,丙,室内,\n",
        encoding="utf-8",
    )
    rehearsal = rehearsal_of(path)
    marked_workbook(path, rehearsal, tmp_path / "out.xlsx")
    told = [str(row[5]) for row in rows_in(tmp_path / "out.xlsx", "缺陷清单")]
    assert "有单元格超出工作簿所能容纳的长度，此处已截断。" in told
    assert len(str(rows_in(tmp_path / "out.xlsx", "a")[1][3])) == 32_767
    monkeypatch.setattr(marked, "MOST_ROWS", 3)
    marked_workbook(path, rehearsal, tmp_path / "few.xlsx")
    assert len(rows_in(tmp_path / "few.xlsx", "a")) == 3


def test_in_english_and_the_same_bytes(dirty: Path, tmp_path: Path) -> None:
    rehearsal = rehearsal_of(dirty)
    for name in ("one.xlsx", "two.xlsx"):
        marked_workbook(dirty, rehearsal, tmp_path / name, language="en")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    head = rows_in(tmp_path / "one.xlsx", "Defects")[0]
    assert head == ["Weight", "Sheet", "Row", "Column", "Value", "Problem", "Mend", "Cell"]


def test_a_place_that_cannot_be_written_is_a_sentence(dirty: Path, tmp_path: Path) -> None:
    (tmp_path / "out.xlsx").mkdir()
    with pytest.raises(UserError, match="folder"):
        marked_workbook(dirty, rehearsal_of(dirty), tmp_path / "out.xlsx")
