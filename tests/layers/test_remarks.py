"""What a rehearsal says of cells and positions that could be read."""

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter

from geodata.workbook import Cell
from layers import layer, read_layer
from layers.cells import typed_cell
from layers.remarks import remark

TODAY = dt.date(2026, 9, 16)
SHELTER = layer("shelter")


def code(layer_key: str, column: str, cell: Cell) -> str | None:
    spec = layer(layer_key).column(column)
    said = remark(spec, cell, typed_cell(spec, cell), TODAY)
    return None if said is None else f"{said.code} {said.weight}"


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [("capacity_people", 1200, None), ("capacity_people", "1200", None),
     ("capacity_people", "1,200", None), ("capacity_people", "１２００", "full_width auto"),
     ("capacity_people", "1200人", "unit auto"), ("capacity_people", "1.2万", "unit auto"),
     ("capacity_people", 500_000, None), ("capacity_people", 500_001, "absurd confirm"),
     ("area_m2", "3亩", "unit auto"), ("area_m2", 2000.5, None),
     ("last_verified", "2026-05-01", None), ("last_verified", "2026-05-01 08:00", None),
     ("last_verified", "2026/5/1", "date_text auto"), ("last_verified", 46_000, "date_serial auto"),
     ("last_verified", "2026-09-16", None), ("last_verified", "2026-09-17", "date_future confirm"),
     ("last_verified", "1949-09-30", "date_old confirm"),
     ("space", "室外", None), ("space", " 室外", None), ("name", "３号广场", None),
     ("id", "Ｓ-1", "full_width auto"), ("id", "S-1", None),
     ("phone", "13900000000", None), ("phone", "机密", "phone confirm"),
     ("phone", "5550117/555-0218", "several_phones auto"), ("phone", "", None)],
    ids=repr,
)  # fmt: skip
def test_cells(column: str, cell: Cell, expected: str | None) -> None:
    assert code("shelter", column, cell) == expected


def test_measures_of_a_vehicle_have_a_least_and_a_most() -> None:
    assert code("team", "vehicle_width_m", 2.5) is None
    assert code("team", "vehicle_width_m", 25) == "absurd confirm"
    assert code("team", "vehicle_width_m", 0.25) == "absurd confirm"


def test_a_wrong_credit_code_keeps_its_row_out() -> None:
    assert code("firm", "uscc", "9144030071526726XG") is None
    assert code("firm", "uscc", "9144030071526726XH") == "uscc decide"


def positions(folder: Path, lon: Cell, lat: Cell) -> set[tuple[str, str, str]]:
    path = folder / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["编号", "名称", "室内外", "联系人", "经度", "纬度"])
        page.write_row(1, 0, ["S-1", "广场", "室外", "张三", lon, lat])
    found = read_layer(SHELTER, path, today=TODAY)
    return {(f.column, f.code, f.weight) for f in found.notices}


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [(113.01234, 22.81234, set()),
     (113.1, 22.81234, {("经度", "coarse", "decide")}),
     (113.12, 22.81, {("经度", "coarse", "decide"), ("纬度", "coarse", "decide")}),
     (113.12, 22.81234, {("经度", "coarse", "confirm")}),
     (113.123, 22.812, {("经度", "coarse", "confirm"), ("纬度", "coarse", "confirm")}),
     (113.123, 22.81234, set()),
     ("113.100000", "22.800000", set()),
     ("113°06′", "22°54′30″", {("经度", "coarse", "confirm"), ("经度", "dms", "auto"),
                               ("纬度", "dms", "auto")}),
     ("１１３.01234", 22.81234, {("经度", "full_width", "auto")})],
)  # fmt: skip
def test_positions(
    tmp_path: Path, lon: Cell, lat: Cell, expected: set[tuple[str, str, str]]
) -> None:
    assert positions(tmp_path, lon, lat) == expected


def test_the_build_reads_the_same_and_says_only_what_wants_a_person(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "编号,名称,室内外,容量,核实日期,联系人,联系电话,经度,纬度\n"
        "Ｓ-1,广场,室外,1.2万人,2026/5/1,张三,5550117/555-0218,113.1,22.8\n",
        encoding="utf-8",
    )
    built, rehearsed = read_layer(SHELTER, path), read_layer(SHELTER, path, today=TODAY)
    assert built.notices == ()
    assert built.frame.equals(rehearsed.frame)
    assert built.contacts.equals(rehearsed.contacts)
    assert built.contacts["phone"].tolist() == ["5550117; 555-0218"]
    assert {f.code for f in rehearsed.notices} == {
        "full_width", "unit", "date_text", "several_phones", "coarse",
    }  # fmt: skip
