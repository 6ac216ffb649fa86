"""The declared columns of a table: found, typed, and every oddity named with its cell."""

import pandas as pd
import pytest

from geodata.faults import UserError
from geodata.tables import Table
from layers import layer
from layers.columns import Columns, read_columns
from layers.spec import ColumnSpec

ID = ColumnSpec("id", "编号", "ID", required=True)
NAME = ColumnSpec("name", "名称", "Name", aliases=("单位名称",), required=True)
PEOPLE = ColumnSpec("people", "人数", "People", "integer", unit="人")
AREA = ColumnSpec("area_m2", "面积", "Area", "number", unit="m²")
DAY = ColumnSpec("day", "日期", "Day", "date")
PHONE = ColumnSpec("phone", "电话", "Phone", personal=True)
GEAR = ColumnSpec("gear", "装备", "Gear", "list", choices=("车辆", "侦检"))
ALL = (ID, NAME, PEOPLE, AREA, DAY, PHONE, GEAR)


def table(held: dict[str, list[object]], *, file: str = "表.xlsx", sheet: str = "一") -> Table:
    frame = pd.DataFrame(held, dtype=object)
    return Table(file, sheet, frame, tuple(range(2, 2 + len(frame))))


def read(held: dict[str, list[object]], **kwargs: object) -> Columns:
    return read_columns(ALL, table(held), **kwargs)  # type: ignore[arg-type]  # made and other


PLAIN: dict[str, list[object]] = {"编号": ["1", "2"], "名称": ["甲", "乙"]}


def said(columns: Columns) -> list[str]:
    return [str(notice) for notice in columns.notices]


def test_every_declared_column_is_there_even_where_the_table_has_none() -> None:
    found = read(PLAIN)
    assert list(found.typed) == [column.key for column in ALL]
    assert found.headings == {"id": "编号", "name": "名称"}
    assert said(found) == []
    assert all(len(series) == 2 for series in found.typed.values())


@pytest.mark.parametrize(
    ("key", "dtype", "empty"),
    [("people", "Int64", True), ("area_m2", "float64", True), ("day", "str", False),
     ("gear", "str", False), ("phone", "str", False)],
)  # fmt: skip
def test_absent_columns_are_typed_and_empty(key: str, dtype: str, *, empty: bool) -> None:
    series = read(PLAIN).typed[key]
    assert str(series.dtype) == dtype
    assert series.isna().all() if empty else (series == "").all()


def test_a_table_without_rows_gives_typed_empty_columns() -> None:
    found = read({"编号": [], "名称": [], "人数": []})
    assert [len(series) for series in found.typed.values()] == [0] * len(ALL)
    assert str(found.typed["people"].dtype) == "Int64"


def test_whole_numbers_stay_whole_beside_a_gap() -> None:
    """Beside a gap numbers must not become fractions, which lose their last digit."""
    found = read({**PLAIN, "人数": [999_999_999_999_999, ""]})
    assert found.typed["people"].tolist() == [999_999_999_999_999, pd.NA]


def test_a_number_that_no_count_can_be_is_emptied_not_rounded() -> None:
    found = read({**PLAIN, "人数": ["9007199254740993", "1"]})
    assert found.typed["people"].tolist() == [pd.NA, 1]
    assert "too large" in said(found)[0]


def test_every_missing_column_is_named_at_once_with_the_headings_found() -> None:
    with pytest.raises(UserError) as caught:
        read({"颜色": ["红"], "电话": ["555"]})
    told = [str(fault) for fault in caught.value.faults]
    assert len(told) == 2
    assert "编号" in told[0]
    assert "名称" in told[1]
    assert all("颜色、电话" in one for one in told)
    assert all("表.xlsx" in one for one in told)


def test_a_column_that_can_be_made_may_be_absent() -> None:
    found = read({"名称": ["甲"]}, made=("id",))
    assert found.typed["id"].tolist() == [""]
    assert said(found) == []


def test_a_wide_table_does_not_flood_the_fault() -> None:
    held: dict[str, list[object]] = {f"列{number}": ["x"] for number in range(600)}
    with pytest.raises(UserError) as caught:
        read(held)
    assert all(len(str(fault)) < 700 for fault in caught.value.faults)


def test_required_cells_that_are_empty_are_named_by_row() -> None:
    found = read({"编号": ["1", "2", "3"], "名称": ["甲", "", "丙"]})
    assert [notice.row for notice in found.notices] == [3]
    assert found.notices[0].column == "名称"
    assert "required" in said(found)[0]


def test_empty_cells_of_a_made_column_are_left_to_its_maker() -> None:
    found = read({"编号": ["", "2"], "名称": ["甲", "乙"]}, made=("id",))
    assert said(found) == []


def test_a_bad_cell_is_named_with_file_sheet_row_heading_and_value() -> None:
    found = read({**PLAIN, "人数": ["三个", "5"]})
    notice = found.notices[0]
    assert (notice.file, notice.sheet, notice.row, notice.column, notice.value) == (
        "表.xlsx",
        "一",
        2,
        "人数",
        "三个",
    )
    assert found.typed["people"].tolist() == [pd.NA, 5]


def test_a_personal_cell_is_never_quoted() -> None:
    personal = ColumnSpec("born", "生日", "Born", "date", personal=True)
    found = read_columns((NAME, personal), table({"名称": ["甲"], "生日": ["绝密"]}))
    assert found.notices[0].value == ""
    assert "绝密" not in said(found)[0]


def test_long_cells_are_quoted_short() -> None:
    found = read({**PLAIN, "人数": ["x" * 5_000, "1"]})
    assert len(found.notices[0].value) == 60


@pytest.mark.parametrize(
    ("heading", "cell", "value"),
    [
        ("面积", "10", 10.0),
        ("面积(公顷)", "10", 100_000.0),
        ("面积（亩）", "3", 2_000.0),
        ("面积(万平方米)", "1.5", 15_000.0),
        ("面积（km²）", "0.5", 500_000.0),
        ("面积(公顷)", "10㎡", 10.0),
        ("Area (ha)", "2", 20_000.0),
        ("area_m2", "7", 7.0),
    ],
)
def test_the_heading_gives_the_unit_and_the_cell_may_overrule_it(
    heading: str, cell: str, value: float
) -> None:
    found = read({**PLAIN, heading: [cell, ""]})
    assert found.typed["area_m2"].iloc[0] == pytest.approx(value)
    assert said(found) == []


def test_an_unknown_unit_in_the_heading_is_said_once_not_per_row() -> None:
    found = read({**PLAIN, "面积(平方海里)": ["1", "2"]})
    assert len(found.notices) == 1
    assert found.notices[0].column == "面积(平方海里)"
    assert found.notices[0].row is None
    assert found.typed["area_m2"].tolist() == [1.0, 2.0]


def test_columns_nobody_reads_are_named_in_one_notice() -> None:
    found = read({**PLAIN, "颜色": ["红", ""], "备注": ["", ""], "FID": ["1", "2"]})
    assert len(found.notices) == 1
    assert "颜色" in said(found)[0]
    assert "备注" not in said(found)[0]
    assert "FID" not in said(found)[0]


def test_headings_that_another_reads_are_not_called_unread() -> None:
    found = read({**PLAIN, "经度": ["113", "113"]}, other=("经度",))
    assert said(found) == []


def test_one_heading_serves_one_column_only() -> None:
    one = ColumnSpec("a", "甲", "A", aliases=("值",))
    other = ColumnSpec("b", "乙", "B", aliases=("值",))
    found = read_columns((one, other), table({"值": ["1"]}))
    assert found.headings == {"a": "值"}
    assert found.typed["b"].tolist() == [""]


def test_lists_and_days_come_in_one_form() -> None:
    found = read({**PLAIN, "装备": ["侦检，车辆", "侦检;侦检"], "日期": ["2026年5月1日", "46143"]})
    assert found.typed["gear"].tolist() == ["侦检;车辆", "侦检"]
    assert found.typed["day"].tolist() == ["2026-05-01", "2026-05-01"]
    assert said(found) == []


def test_the_table_given_is_left_as_it_was() -> None:
    given = table({**PLAIN, "人数": ["三个", "5"]})
    before = given.frame.copy(deep=True)
    read_columns(ALL, given)
    pd.testing.assert_frame_equal(given.frame, before)


def test_a_shapefiles_cut_headings_are_found_only_there() -> None:
    columns = layer("shelter").columns
    held: dict[str, list[object]] = {
        "id": ["1"], "name": ["甲"], "space": ["室内"], "capacity_p": ["50"],
    }  # fmt: skip
    cut = read_columns(columns, table(held, file="避难.SHP", sheet=""))
    assert cut.typed["capacity_people"].tolist() == [50]
    whole = read_columns(columns, table(held, file="避难.csv", sheet=""))
    assert whole.typed["capacity_people"].isna().all()
    assert "capacity_p" in str(whole.notices[0])
