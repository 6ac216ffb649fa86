"""Rows of a layer into features and back: nothing lost, nothing made up, no id that moves."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
import shapely

from desks.holding import (
    cell_text,
    child_changes,
    child_frame,
    child_ids,
    column_of,
    is_stock,
    layer_changes,
    layer_frame,
    row_props,
)
from geodata.store import Change, Feature, create_store
from geodata.store.records import Value
from layers import CATALOG, ColumnSpec, LayerSpec, layer
from layers.rows import read_layer
from sample import SampleFiles
from tests.desks.making import write_csv
from tests.geodata.store.making import WHO

TEAM, HAZARD, DEPOT = layer("team"), layer("hazard"), layer("depot")
SUBSTANCE, STOCK = HAZARD.children[0], DEPOT.children[0]
POINT = shapely.Point(113.0061, 23.0061)


def feature(name: str, props: Mapping[str, Value], *, has: Sequence[str] = ()) -> Feature:
    return Feature("team", name, 1, "", 0, props, POINT, frozenset(has))


@pytest.mark.parametrize(
    ("kind", "cell", "kept"),
    [
        ("text", "", None),
        ("text", None, None),
        ("text", "0", "0"),
        ("integer", 0, 0),
        ("integer", np.int64(7), 7),
        ("integer", pd.NA, None),
        ("integer", 12.0, 12),
        ("number", math.nan, None),
        ("number", 0.0, 0.0),
        ("number", np.float64(2.5), 2.5),
        ("number", 3, 3.0),
        ("date", "2026-09-16", "2026-09-16"),
        ("choice", "特勤站", "特勤站"),
        ("list", "侦检;堵漏", ("侦检", "堵漏")),
        ("list", " 侦检 ; ;堵漏;", ("侦检", "堵漏")),
        ("list", ["侦检", " "], ("侦检",)),
        ("list", " ; ", None),
        ("list", "", None),
    ],
)
def test_a_cell_is_kept_as_what_it_is(kind: str, cell: object, kept: Value) -> None:
    """A nought is a figure; an empty cell has no key, so that it is never mistaken for one."""
    column = ColumnSpec("x", "某", "X", kind)  # type: ignore[arg-type]
    found = row_props([column], {"x": cell})
    assert found == ({} if kept is None else {"x": kept})
    for value in found.values():
        assert type(value) in {str, int, float, tuple}


def test_a_row_keeps_its_declared_columns_alone() -> None:
    row = {"name": "队", "people": 3, "else": "x"}
    assert row_props(TEAM.public_columns[1:], row) == {"name": "队", "people": 3}


def test_a_file_becomes_one_addition_for_each_row(tmp_path: Path) -> None:
    headings = ["编号", "名称", "经度", "纬度", "类别", "危化装备", "人数", "联系人", "联系电话"]
    rows = [
        ["T9", "九队", "113.0061", "23.0061", "综合消防", "侦检;堵漏", "0", "示范·李九", ""],
        ["T7", "七队", "", "", "志愿者", "", "", "", ""],
    ]
    read = read_layer(TEAM, write_csv(tmp_path / "teams.csv", headings, rows))
    one, other = layer_changes(read)
    assert (one.operation, one.layer, one.id, one.base) == ("add", "team", "T9", 0)
    assert one.props == {
        "name": "九队", "kind": "综合消防", "people": 0, "equipment": ("侦检", "堵漏"),
    }  # fmt: skip
    assert one.shape == POINT
    assert one.personal == {"contact": "示范·李九"}
    assert (other.id, other.props, other.personal) == (
        "T7", {"name": "七队", "kind": "志愿者"}, {},
    )  # fmt: skip
    assert isinstance(other.shape, shapely.Geometry)
    assert other.shape.is_empty


def test_no_personal_column_stands_among_the_public_ones(tmp_path: Path) -> None:
    headings = ["编号", "名称", "经度", "纬度", "类别", "联系人", "联系电话"]
    row = ["T9", "九队", "113.0061", "23.0061", "综合消防", "示范·李九", "555-0109"]
    (change,) = layer_changes(read_layer(TEAM, write_csv(tmp_path / "t.csv", headings, [row])))
    assert "示范·李九" not in str(change.props)
    assert "555-0109" not in str(change.props)


def test_rows_come_back_from_the_store_as_they_went_in(tmp_path: Path) -> None:
    headings = ["编号", "名称", "经度", "纬度", "类别", "危化装备", "人数", "车宽", "最近核实日期"]
    rows = [
        ["T9", "九队", "113.0061", "23.0061", "综合消防", "侦检;堵漏", "0", "2.5", "2026-09-01"],
        ["T7", "七队", "", "", "志愿者", "", "", "", ""],
    ]
    read = read_layer(TEAM, write_csv(tmp_path / "teams.csv", headings, rows))
    with create_store(tmp_path / "r.sqlite") as store:
        store.edit(WHO, layer_changes(read))
        frame = layer_frame(TEAM, store.read("team"))
    assert frame.crs == "EPSG:4326"
    assert list(frame["id"]) == ["T9", "T7"]
    for column in TEAM.public_columns:
        before, after = read.frame[column.key], frame[column.key]
        assert after.dtype == before.dtype, column.key
        assert [None if pd.isna(v) else v for v in after] == [
            None if pd.isna(v) else v for v in before
        ], column.key
    assert frame.geometry.iloc[0] == POINT
    assert frame.geometry.iloc[1].is_empty
    assert frame["has_contact"].tolist() == [False, False]


def test_whether_a_phone_is_there_is_told_but_not_which() -> None:
    frame = layer_frame(
        TEAM, [feature("A", {"name": "甲"}, has=["phone"]), feature("B", {"name": "乙"})]
    )
    assert frame["has_phone"].tolist() == [True, False]
    assert frame["has_contact"].tolist() == [False, False]
    assert "phone" not in frame
    assert "contact" not in frame


@pytest.mark.parametrize("spec", CATALOG, ids=lambda spec: spec.key)
def test_every_layer_has_a_frame_without_any_row(spec: LayerSpec) -> None:
    """An emptied layer is read like any other: its columns keep their kinds."""
    frame = layer_frame(spec, ())
    expected = [c.key for c in spec.public_columns]
    expected += [f"has_{c.key}" for c in spec.personal_columns]
    assert list(frame.columns) == [*expected, "geometry"]
    kinds = {c.key: c.kind for c in spec.public_columns}
    assert {str(frame[k].dtype) for k, kind in kinds.items() if kind == "integer"} <= {"Int64"}
    assert {str(frame[k].dtype) for k, kind in kinds.items() if kind == "number"} <= {"float64"}


@pytest.mark.parametrize(
    ("key", "kind"), [("team", "Point"), ("pipeline", "LineString"), ("subdistrict", "Polygon")]
)
def test_who_has_no_place_has_an_empty_shape_of_the_layers_kind(key: str, kind: str) -> None:
    nowhere = Feature(key, "X", 1, "", 0, MappingProxyType({"name": "无"}), None, frozenset())
    shape = layer_frame(layer(key), [nowhere]).geometry.iloc[0]
    assert (shape.geom_type, shape.is_empty) == (kind, True)


def test_rows_of_a_child_are_named_by_parent_and_thing() -> None:
    rows: list[Mapping[str, Value]] = [
        {"source_id": "H1", "substance": "液氨", "quantity_t": 2.0},
        {"source_id": "H1", "substance": "液氯"},
        {"source_id": "H2", "substance": "液氨"},
        {"source_id": "H1", "substance": "液氨", "quantity_t": 5.0},
        {"source_id": "H1"},
    ]
    assert child_ids(SUBSTANCE, rows) == ["H1|液氨", "H1|液氯", "H2|液氨", "H1|液氨|2", "H1|"]


def test_the_order_of_other_rows_changes_no_childs_id() -> None:
    """Else the same list in another order would be read as all removed and all new."""
    rows: list[Mapping[str, Value]] = [
        {"source_id": f"H{k % 3}", "substance": f"物{k}"} for k in range(9)
    ]
    names = dict(zip(map(str, rows), child_ids(SUBSTANCE, rows), strict=True))
    turned = rows[::-1]
    assert dict(zip(map(str, turned), child_ids(SUBSTANCE, turned), strict=True)) == names


def test_children_are_added_without_a_place_and_read_back() -> None:
    frame = pd.DataFrame(
        {"source_id": ["H1", "H1"], "substance": ["液氨", "液氯"], "quantity_t": [2.0, math.nan]}
    )
    changes = child_changes(HAZARD, SUBSTANCE, frame)
    assert [(c.layer, c.id, c.shape) for c in changes] == [
        ("hazard.substance", "H1|液氨", None),
        ("hazard.substance", "H1|液氯", None),
    ]
    back = child_frame(SUBSTANCE, [_kept(change) for change in changes])
    assert list(back.columns) == ["source_id", "substance", "quantity_t", "unit", "unit_kind"]
    assert back["substance"].tolist() == ["液氨", "液氯"]
    assert back["unit"].tolist() == ["", ""]
    assert back["quantity_t"].iloc[0] == 2.0
    assert math.isnan(back["quantity_t"].iloc[1])


def _kept(change: Change) -> Feature:
    return Feature(change.layer, change.id, 1, "", 0, change.props, None, frozenset())


def test_only_lists_of_quantity_and_unit_are_a_ledgers_balance() -> None:
    children = {child.key: is_stock(child) for spec in CATALOG for child in spec.children}
    assert is_stock(STOCK)
    assert not is_stock(SUBSTANCE)
    assert [key for key, stock in children.items() if stock] == ["stock"]


def test_stock_is_left_to_the_ledger(town_files: SampleFiles) -> None:
    """The sums of stock are the ledger's: written as rows too, each thing would stand twice."""
    path = town_files.layers["depot"]
    read = read_layer(DEPOT, path)
    assert len(read.children["stock"]) > 0
    assert {change.layer for change in layer_changes(read)} == {"depot"}


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("甲", "甲"), (("甲", "乙"), "甲;乙"), ([], ""), (0, "0"), (2.5, "2.5")],
)
def test_a_value_as_the_text_of_a_cell(value: Value, text: str) -> None:
    assert cell_text(value) == text


def test_a_column_that_no_feature_fills_keeps_its_kind() -> None:
    bare = [feature("A", {}), feature("B", {})]
    assert column_of(TEAM.column("people"), bare).isna().all()
    assert str(column_of(TEAM.column("people"), bare).dtype) == "Int64"
    assert column_of(TEAM.column("equipment"), bare).tolist() == ["", ""]
