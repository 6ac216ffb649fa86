"""Cells as people type them: a table of edges, each with the value and whether it is said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.cells import BLANK_WORDS, UNIT_FACTORS, cell_text, heading_factor, typed_cell
from layers.spec import ColumnSpec

PEOPLE = ColumnSpec("people", "人数", "People", "integer", unit="人")
VEHICLES = ColumnSpec("vehicles", "车辆数", "Vehicles", "integer", unit="辆")
WIDTH = ColumnSpec("vehicle_width_m", "车宽", "Width", "number", unit="m")
AREA = ColumnSpec("area_m2", "面积", "Area", "number", unit="m²")
VOLUME = ColumnSpec("tank_m3", "罐容", "Tank", "number", unit="m³")
TONNES = ColumnSpec("quantity_t", "存量", "Quantity", "number", unit="t")
PRESSURE = ColumnSpec("pressure_mpa", "压力", "Pressure", "number", unit="MPa")
FLOW = ColumnSpec("flow_l_s", "流量", "Flow", "number", unit="L/s")
PLAIN = ColumnSpec("quantity", "数量", "Quantity", "number")
DAY = ColumnSpec("day", "日期", "Day", "date")
SPACE = ColumnSpec("space", "室内外", "Space", "choice", choices=("室内", "室外"))
YES = ColumnSpec("on_duty", "在岗", "On duty", "choice", choices=("是", "否"))
GEAR = ColumnSpec("gear", "装备", "Gear", "list", choices=("车辆", "侦检", "堵漏"))
TEXT = ColumnSpec("name", "名称", "Name")


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        (WIDTH, "2.5", 2.5),
        (WIDTH, "2.5m", 2.5),
        (WIDTH, "2.5 米", 2.5),
        (WIDTH, "250cm", 2.5),
        (WIDTH, "2500毫米", 2.5),
        (WIDTH, "２．５ｍ", 2.5),
        (AREA, "1.2万㎡", 12_000.0),
        (AREA, "3千平方米", 3_000.0),
        (AREA, "0.5平方公里", 500_000.0),
        (AREA, "12ha", 120_000.0),
        (AREA, "1,200.50", 1_200.5),
        (VOLUME, "60方", 60.0),
        (VOLUME, "60m³", 60.0),
        (VOLUME, "500升", 0.5),
        (TONNES, "45吨", 45.0),
        (TONNES, "45T", 45.0),
        (TONNES, "800公斤", 0.8),
        (TONNES, "0.5千克", 0.0005),
        (PRESSURE, "4.0MPa", 4.0),
        (PRESSURE, "400千帕", 0.4),
        (PRESSURE, "16bar", 1.6),
        (FLOW, "15L/s", 15.0),
        (FLOW, "15升/秒", 15.0),
        (VEHICLES, "3台", 3),
        (PEOPLE, "120人次", 120),
        (PEOPLE, "12位", 12),
        (PEOPLE, "+12", 12),
        (PLAIN, "0", 0.0),
        (PLAIN, "-0", 0.0),
        (PLAIN, "5.", 5.0),
        (PLAIN, "1e3", 1_000.0),
        (PLAIN, "  7  ", 7.0),
    ],
)
def test_numbers_as_people_write_them(column: ColumnSpec, cell: str, value: float) -> None:
    found = typed_cell(column, cell)
    assert found.value == pytest.approx(value)
    assert found.problem is None


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        (PEOPLE, "-3", "negative"),
        (WIDTH, "-2.5m", "negative"),
        (PEOPLE, "2.5", "whole"),
        (PEOPLE, "1.23456万", "whole"),
        (PEOPLE, "5米", "unit"),
        (WIDTH, "5吨", "unit"),
        (AREA, "5件", "unit"),
        (PLAIN, "12-15", "no number"),
        (PLAIN, "12~15", "no number"),
        (PLAIN, "1 2", "no number"),
        (PLAIN, "1，2", "no number"),
        (PLAIN, "0x10", "no number"),
        (PLAIN, "∞", "no number"),
        (PLAIN, "inf", "no number"),
        (PLAIN, "三十", "no number"),
        (PLAIN, "第3", "no number"),
        (PLAIN, "#REF!", "no number"),
        (PLAIN, "1e20", "too large"),
        (PEOPLE, "999999999999999999", "too large"),
    ],
)
def test_what_is_no_such_number_is_empty_and_says_why(
    column: ColumnSpec, cell: str, words: str
) -> None:
    found = typed_cell(column, cell)
    assert found.value is None
    assert words in str(found.problem)
    assert "left empty" in str(found.mend)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("约300", 300), ("≈300人", 300), ("~300", 300), ("300多人", 300), ("300余", 300),
     ("300人以上", 300), ("近300", 300), ("大约1.2万人", 12_000), ("300来人", 300)],
)  # fmt: skip
def test_about_is_read_and_said(cell: str, value: int) -> None:
    found = typed_cell(PEOPLE, cell)
    assert found.value == value
    assert "approximate" in str(found.problem)


@pytest.mark.parametrize(
    ("cell", "unit"), [("500千克", "千克"), ("30千瓦", "千瓦"), ("2千米", "千米"), ("80台", "台")]
)
def test_a_unit_that_begins_like_a_multiple_is_left_out_whole(cell: str, unit: str) -> None:
    """Stock of 500千克 is 500, with its unit in a column of its own: never 500,000."""
    found = typed_cell(PLAIN, cell)
    assert found.value == float(cell.removesuffix(unit))
    assert str(found.problem) == f"The unit {unit} was left out."


@pytest.mark.parametrize("word", sorted(BLANK_WORDS))
@pytest.mark.parametrize("column", [PEOPLE, AREA, DAY, SPACE, GEAR], ids=lambda c: c.key)
def test_every_word_for_unknown_in_any_case_and_width(column: ColumnSpec, word: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)
    for written in (word, word.upper(), f" {word} ", wide):
        found = typed_cell(column, written)
        assert found.value in (None, "")
        assert found.problem is None, written


def test_unknown_is_kept_where_it_is_text() -> None:
    """A road may be called 未知 and a person 无: text is nobody's to empty."""
    assert typed_cell(TEXT, "未知").value == "未知"
    assert typed_cell(TEXT, "-").value == "-"


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-02-29", "2024-02-29"),
        ("2024/2/9", "2024-02-09"),
        ("2024.12.31", "2024-12-31"),
        ("2024年12月31日", "2024-12-31"),
        ("2024年1月1", "2024-01-01"),
        ("20240229", "2024-02-29"),
        ("2024-02-29T23:59:59+08:00", "2024-02-29"),
        ("2024-02-29 上午", "2024-02-29"),
        (45_351, "2024-02-29"),
        (45_351.999, "2024-02-29"),
        ("45351", "2024-02-29"),
        ("1900-01-01", "1900-01-01"),
        ("2100-12-31", "2100-12-31"),
    ],
    ids=repr,
)
def test_days(cell: str | float, day: str) -> None:
    found = typed_cell(DAY, cell)
    assert (found.value, found.problem) == (day, None)


@pytest.mark.parametrize(
    "cell",
    ["2023-02-29", "2024-00-10", "2024-10-00", "2024-10", "2024", "24-10-10", "10/12/2024",
     "1899-12-31", "2101-01-01", "下周", "2024-1-1-1", "00046143", "46_143", "4.6e4",
     "20241301", 9_999, 73_051, -1, 0, 1.5],
)  # fmt: skip
def test_what_is_no_day_is_never_guessed(cell: str | float) -> None:
    """10/12/2024 is October in one country and December in another: neither is taken."""
    found = typed_cell(DAY, cell)
    assert found.value == ""
    assert "no date" in str(found.problem)


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        (SPACE, "室内", "室内"),
        (SPACE, "\u3000室外 ", "室外"),
        (YES, "是", "是"),
        (YES, "Yes", "是"),
        (YES, "TRUE", "是"),
        (YES, "Ｙ", "是"),
        (YES, "✔", "是"),
        (YES, "×", "否"),
        (YES, "false", "否"),
        (YES, 1.0, "是"),
        (YES, 0.0, "否"),
    ],
)
def test_choices_are_recognised(column: ColumnSpec, cell: str | float, value: str) -> None:
    found = typed_cell(column, cell)
    assert (found.value, found.problem) == (value, None)


@pytest.mark.parametrize(
    ("column", "cell"), [(SPACE, "TRUE"), (SPACE, "1"), (YES, "也许"), (YES, "2"), (SPACE, "室")]
)
def test_other_choices_are_kept_as_they_stand_and_said(column: ColumnSpec, cell: str) -> None:
    found = typed_cell(column, cell)
    assert found.value == cell
    assert "not on the list" in str(found.problem)
    assert all(choice in str(found.mend) for choice in column.choices)


@pytest.mark.parametrize(
    ("cell", "value", "odd"),
    [
        ("车辆", "车辆", ""),
        ("车辆;;侦检", "车辆;侦检", ""),
        (";车辆;", "车辆", ""),
        ("车辆 ；侦检 、堵漏", "车辆;侦检;堵漏", ""),
        ("车辆|侦检/堵漏", "车辆;侦检;堵漏", ""),
        ("车辆,侦检，车辆", "车辆;侦检", ""),
        ("车辆;无人机;机器人", "车辆;无人机;机器人", "无人机、机器人"),
        (";;", "", ""),
    ],
)
def test_lists(cell: str, value: str, odd: str) -> None:
    found = typed_cell(GEAR, cell)
    assert found.value == value
    assert (found.problem is None) == (not odd)
    assert odd in str(found.problem)


@pytest.mark.parametrize(
    ("cell", "text"),
    [(1.0, "1"), (-0.0, "0"), (1.5, "1.5"), (1e15, "1000000000000000"), (7, "7"),
     ("  a b ", "a b"), ("", ""), ("1.0", "1.0"), ("007", "007"),
     (13_800_000_000.0, "13800000000")],
    ids=repr,
)  # fmt: skip
def test_cells_as_text_lose_no_digit(cell: str | float, text: str) -> None:
    assert cell_text(cell) == text


@pytest.mark.parametrize("declared", sorted(UNIT_FACTORS))
def test_every_unit_is_read_in_the_cell_as_in_the_heading(declared: str) -> None:
    """Ten thousand square metres are the same whether the cell or the heading says so."""
    column = ColumnSpec("value", "数值", "Value", "number", unit=declared)
    for unit, factor in UNIT_FACTORS[declared].items():
        assert heading_factor(column, f"数值({unit})") == pytest.approx(factor), unit
        if not unit[0].isdigit():
            assert typed_cell(column, f"8{unit}").value == pytest.approx(8.0 * factor), unit


@pytest.mark.parametrize(
    ("heading", "factor"),
    [
        ("面积", 1.0),
        ("面积(m2)", 1.0),
        ("面积（㎡）", 1.0),
        ("面积[公顷]", 1e4),
        ("面积(万㎡)", 1e4),
        ("面积（万平方米）", 1e4),
        ("面积(km2)", 1e6),
        ("面积(KM²)", 1e6),
        ("面积(光年)", None),
    ],
)
def test_units_of_headings(heading: str, factor: float | None) -> None:
    assert heading_factor(AREA, heading) == factor


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.integers(0, 10**12))
def test_a_whole_number_survives_every_way_of_writing_it(number: int) -> None:
    for written in (number, str(number), f"{number:,}", f"{number}人", float(number)):
        assert typed_cell(PEOPLE, written).value == number


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.dates())
def test_a_day_survives_every_way_of_writing_it_or_is_refused(day: object) -> None:
    written = str(day)
    year = int(written[:4])
    forms = (written, written.replace("-", "/"), written.replace("-", ""), f"{written} 08:00")
    values = {typed_cell(DAY, form).value for form in forms}
    assert values == ({written} if 1900 <= year <= 2100 else {""})


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(max_size=60), st.sampled_from([PEOPLE, AREA, DAY, SPACE, GEAR, TEXT]))
def test_reading_what_was_read_changes_nothing(text: str, column: ColumnSpec) -> None:
    """What one export wrote the next import reads as the same."""
    first = typed_cell(column, text)
    if first.value not in (None, ""):
        again = typed_cell(column, first.value)
        assert again.value == first.value
