"""One cell as the kind its column declares."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.cells import heading_factor, typed_cell
from layers.spec import ColumnSpec

PEOPLE = ColumnSpec("people", "人数", "People", "integer", unit="人")
AREA = ColumnSpec("area_m2", "面积", "Area", "number", unit="m²")
TONNES = ColumnSpec("quantity_t", "存量", "Quantity", "number", unit="t")
QUANTITY = ColumnSpec("quantity", "数量", "Quantity", "number")
DATE = ColumnSpec("last_verified", "核实日期", "Last verified", "date")
CHOICE = ColumnSpec("space", "室内外", "Space", "choice", choices=("室内", "室外"))
YES = ColumnSpec("on_duty", "在岗", "On duty", "choice", choices=("是", "否"))
LIST = ColumnSpec("equipment", "装备", "Equipment", "list", choices=("车辆", "侦检", "堵漏"))
FREE = ColumnSpec("specialty", "专业", "Specialty", "list")
TEXT = ColumnSpec("name", "名称", "Name")


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        (1200, 1200),
        (1200.0, 1200),
        ("1200", 1200),
        ("1,200人", 1200),
        ("１，２００人", 1200),
        ("1200 人", 1200),
        ("1.2万", 12000),
        ("1.2万人", 12000),
        ("3千人", 3000),
        ("0", 0),
        ("1.2e3", 1200),
        ("35名", 35),
    ],
    ids=repr,
)
def test_people_are_whole_numbers(cell: str | float, people: int) -> None:
    found = typed_cell(PEOPLE, cell)
    assert (found.value, found.problem) == (people, None)
    assert isinstance(found.value, int)


@pytest.mark.parametrize(
    ("cell", "people"), [("约1200人", 1200), ("500余人", 500), ("80人左右", 80)]
)
def test_approximate_numbers_are_read_and_said(cell: str | float, people: int) -> None:
    found = typed_cell(PEOPLE, cell)
    assert found.value == people
    assert "approximate" in str(found.problem)


@pytest.mark.parametrize("cell", ["", "-", "—", "N/A", "不详", "未知", " / "])
@pytest.mark.parametrize("column", [PEOPLE, AREA, DATE, CHOICE, LIST])
def test_what_people_write_for_unknown_is_empty_without_a_word(
    column: ColumnSpec, cell: str | float
) -> None:
    found = typed_cell(column, cell)
    assert found.value in ("", None)
    assert found.problem is None


@pytest.mark.parametrize(
    "cell",
    ["abc", "-5", "12.5人", "10-20", "1,2", "12,34人", "1.2.3", "无", "5吨", "=1+1", "9" * 40,
     "1e99", "二十", "nan人", 12.5, -3],
)  # fmt: skip
def test_what_is_no_number_of_people_is_emptied_and_said(cell: str | float) -> None:
    found = typed_cell(PEOPLE, cell)
    assert found.value is None
    assert found.problem is not None
    assert found.mend is not None


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        (AREA, "1200㎡", 1200.0),
        (AREA, "1200平方米", 1200.0),
        (AREA, "1.5公顷", 15_000.0),
        (AREA, "3亩", 2000.0),
        (AREA, "1200 m²", 1200.0),
        (TONNES, "500kg", 0.5),
        (TONNES, "2.5吨", 2.5),
        (TONNES, ".5", 0.5),
        (QUANTITY, "1,234,567.5", 1_234_567.5),
    ],
)
def test_units_of_a_cell_are_turned_into_the_columns(
    column: ColumnSpec, cell: str | float, value: object
) -> None:
    found = typed_cell(column, cell)
    assert found.value == pytest.approx(value)
    assert found.problem is None


def test_a_unit_where_none_is_declared_is_left_out_and_said() -> None:
    found = typed_cell(QUANTITY, "50件")
    assert found.value == 50
    assert "件" in str(found.problem)


@pytest.mark.parametrize(
    ("column", "heading", "factor"),
    [
        (AREA, "面积(㎡)", 1.0),
        (AREA, "面积（公顷）", 10_000.0),
        (AREA, "面积", 1.0),
        (AREA, "面积(海里)", None),
        (PEOPLE, "人口（万人）", 10_000.0),
        (TONNES, "存量(kg)", 0.001),
        (TEXT, "街道(镇)", 1.0),
    ],
)
def test_units_of_a_heading(column: ColumnSpec, heading: str, factor: float | None) -> None:
    assert heading_factor(column, heading) == factor


def test_a_headings_unit_holds_where_the_cell_has_none() -> None:
    assert typed_cell(PEOPLE, "1.25", 10_000.0).value == 12_500
    assert typed_cell(AREA, "3公顷", 1.0).value == typed_cell(AREA, "3", 10_000.0).value == 30_000


@pytest.mark.parametrize(
    "cell",
    ["2026-05-01", "2026/5/1", "2026年5月1日", "2026.5.1", "20260501", "２０２６－０５－０１",
     46143, 46143.6, "46143", "2026-05-01 08:30:00", "2026-05-01T08:30:00Z"],
    ids=repr,
)  # fmt: skip
def test_dates_in_every_usual_form(cell: str | float) -> None:
    """46143 is the day number that spreadsheets show for 1 May 2026."""
    assert typed_cell(DATE, cell).value == "2026-05-01"


@pytest.mark.parametrize(
    "cell",
    ["2026-02-30", "2026-13-01", "5/1/2026", "26-5-1", "2026年5月", "soon", 3, 1e9, "1026-05-01"],
)
def test_what_is_no_date_is_emptied_and_said(cell: str | float) -> None:
    found = typed_cell(DATE, cell)
    assert found.value == ""
    assert "no date" in str(found.problem)


def test_choices_not_on_the_list_are_kept_and_said() -> None:
    assert typed_cell(CHOICE, " 室内 ").value == "室内"
    found = typed_cell(CHOICE, "半室外")
    assert found.value == "半室外"
    assert "室内、室外" in str(found.mend)


@pytest.mark.parametrize(
    ("cell", "value"), [("TRUE", "是"), ("√", "是"), ("N", "否"), (1, "是"), (0, "否")]
)
def test_truth_values_of_a_yes_or_no(cell: str | float, value: object) -> None:
    found = typed_cell(YES, cell)
    assert (found.value, found.problem) == (value, None)


def test_lists_are_joined_in_one_way() -> None:
    assert typed_cell(LIST, "车辆、侦检；堵漏, 车辆").value == "车辆;侦检;堵漏"
    assert typed_cell(FREE, "危险化学品/消防").value == "危险化学品;消防"
    found = typed_cell(LIST, "车辆;飞船")
    assert found.value == "车辆;飞船"
    assert "飞船" in str(found.problem)


def test_text_is_kept_as_it_stands() -> None:
    assert typed_cell(TEXT, "=SUM(A1)").value == "=SUM(A1)"
    assert typed_cell(TEXT, 13800000000.0).value == "13800000000"
    assert typed_cell(TEXT, 1.5).value == "1.5"


def test_a_name_that_no_card_has_room_for_is_cut_and_said() -> None:
    found = typed_cell(TEXT, "甲" * 10_000)
    assert found.value == "甲" * 119 + "…"
    assert "10000 characters" in str(found.problem)
    assert typed_cell(TEXT, "甲" * 120).problem is None
    address = ColumnSpec("address", "地址", "Address")
    assert typed_cell(address, "甲" * 300).value == "甲" * 300
    assert len(str(typed_cell(CHOICE, "甲" * 10_000).value)) == 120
    assert len(str(typed_cell(LIST, "甲" * 10_000).value)) == 120


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    st.sampled_from([PEOPLE, AREA, QUANTITY, DATE, CHOICE, YES, LIST, TEXT]),
    st.one_of(
        st.text(max_size=80), st.integers(), st.floats(allow_nan=False, allow_infinity=False)
    ),
)
def test_every_cell_gives_a_value_of_its_kind_or_a_sentence(
    column: ColumnSpec, cell: str | float
) -> None:
    found = typed_cell(column, cell)
    if column.kind == "integer":
        assert found.value is None or (isinstance(found.value, int) and found.value >= 0)
    elif column.kind == "number":
        assert found.value is None or 0 <= found.value <= 1e15
    else:
        assert isinstance(found.value, str)
    assert (found.problem is None) == (found.mend is None)
