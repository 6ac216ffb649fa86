"""Cells before anything is cleaned, where the headings stand, and what only long texts meet."""

from pathlib import Path

import pytest
import xlsxwriter

from geodata.faults import UserError
from geodata.tables import heading_columns, raw_grid, read_grid, read_table


def test_raw_cells_keep_every_space_and_empty_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('编号,名称\n\n1," 东  库\n二层 "\n', encoding="utf-8", newline="")
    assert [(row.number, row.cells) for row in raw_grid(path).rows] == [
        (1, ("编号", "名称")),
        (2, ()),
        (3, ("1", " 东  库\n二层 ")),
    ]
    assert read_table(path).frame["名称"].tolist() == ["东 库 二层"]


def test_an_apostrophe_that_guards_a_formula_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,名称\n1,'=1+1\n2,'90s\n3,''x\n", encoding="utf-8")
    assert read_table(path).frame["名称"].tolist() == ["=1+1", "'90s", "'x"]


def test_a_shape_of_many_corners_is_not_cut(tmp_path: Path) -> None:
    """A border of 9,000 corners has more characters than a name or Python's own limit of a cell."""
    ring = ", ".join(f"113.{i:07d} 23.{i:07d}" for i in range(9000))
    shape = f"POLYGON (({ring}, 113.0000000 23.0000000))"
    path = tmp_path / "a.csv"
    path.write_text(f'code,wkt,说明\n1,"{shape}",{"长" * 9000}\n', encoding="utf-8")
    table = read_table(path)
    assert table.frame["wkt"].tolist() == [shape]
    assert len(table.frame["说明"][0]) == 4000


@pytest.fixture
def two_heading_rows(tmp_path: Path) -> Path:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("队伍")
        sheet.write_row(1, 0, ["高明区应急队伍一览表"])
        sheet.write_row(3, 0, ["编号", "名称", "坐标", ""])
        sheet.write_row(4, 0, ["", "", "经度", "纬度"])
        sheet.write_row(5, 0, ["1", "一队", 113.1, 23.1])
    return path


def test_headings_are_found_where_they_stand(two_heading_rows: Path) -> None:
    grid = read_grid(two_heading_rows)
    row, columns = heading_columns(grid, known={"编号", "名称", "经度", "纬度"})
    assert row == 4
    assert columns == {"编号": 0, "名称": 1, "经度": 2, "纬度": 3}


def test_what_is_no_table_has_no_raw_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.exe"
    path.write_bytes(b"MZ")
    with pytest.raises(UserError, match=r"\.exe"):
        raw_grid(path)


def test_signs_inside_quotation_marks_are_no_delimiters(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = f'"id","name","说明"\n"1","甲","{";" * 300}""{";" * 300}"\n"2","乙","{chr(9) * 9000}"\n'
    path.write_text(text, encoding="utf-8")
    assert read_table(path).frame["name"].tolist() == ["甲", "乙"]
