"""Plain columns of a layer, and the table that search works on."""

import datetime as dt
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from desks.records import Value, plain_values, records_of, rows_by_parent
from desks.search_table import COLUMNS, layer_search, road_search, search_order
from desks.spelling import spell
from layers import layer

CRS = "EPSG:4547"


def teams(
    *rows: tuple[str, str, shapely.Geometry | None], **more: list[object]
) -> gpd.GeoDataFrame:
    ids, names, shapes = zip(*rows, strict=True)
    frame = gpd.GeoDataFrame({"name": list(names), **more}, geometry=list(shapes), crs=CRS)
    return frame.set_index(pd.Index(ids, name="id"))


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        (math.nan, None), (math.inf, None), (None, None), (pd.NA, None), (pd.NaT, None),
        ("甲", "甲"), ("", ""), (True, True),
        (["甲", 2], ("甲", "2")), (np.array(["甲"]), ("甲",)),
        (dt.date(2026, 9, 16), "2026-09-16"), (pd.Timestamp("2026-09-16 11:00"), "2026-09-16"),
    ],
)  # fmt: skip
def test_a_cell_is_plain(cell: object, plain: Value) -> None:
    """NaN in a brief is no JSON, and a numpy number is none either."""
    (found,) = plain_values(pd.Series([cell], dtype=object))
    assert found == plain
    assert type(found) in {str, int, float, bool, tuple, type(None)}


@pytest.mark.parametrize(
    ("column", "plain"),
    [
        (pd.Series([1, None, 3], dtype="Int64"), (1, None, 3)),
        (pd.Series([2.5, math.nan]), (2.5, None)),
        (pd.Series(["甲", ""], dtype="str"), ("甲", "")),
        (pd.Series([True, False]), (True, False)),
    ],
)
def test_a_typed_column_has_plain_numbers_and_no_nan(
    column: "pd.Series[object]", plain: tuple[Value, ...]
) -> None:
    found = plain_values(column)
    assert found == plain
    assert {type(value) for value in found} <= {str, int, float, bool, type(None)}


def test_ids_are_ranked_as_text_whatever_the_order_of_the_rows() -> None:
    """The last resort of every tie: the same whoever entered first."""
    point = shapely.Point(1, 2)
    records = records_of(
        layer("team"), teams(("T2", "二", point), ("T10", "十", point), ("T1", "一", point))
    )
    assert records.order.tolist() == [2, 1, 0]
    assert records.ids == ("T2", "T10", "T1")


def test_who_has_no_place_is_not_at_the_origin() -> None:
    records = records_of(
        layer("team"),
        teams(("A", "甲", shapely.Point(5, 6)), ("B", "乙", shapely.Point()), ("C", "丙", None)),
    )
    assert records.placed.tolist() == [True, False, False]
    assert records.xy_m[0].tolist() == [5, 6]
    assert np.isnan(records.xy_m[1:]).all()


def test_a_polygon_stands_for_a_point_inside_it() -> None:
    """The centroid of a bent subdistrict may lie in its neighbour."""
    bent = shapely.Polygon([(0, 0), (10, 0), (10, 1), (1, 1), (1, 10), (0, 10)])
    frame = gpd.GeoDataFrame({"name": ["弯"]}, geometry=[bent], index=["1"], crs=CRS)
    records = records_of(layer("subdistrict"), frame)
    assert not bent.contains(bent.centroid)
    assert bent.contains(shapely.Point(*records.xy_m[0]))


def test_lists_are_parted_and_unknown_columns_left_out() -> None:
    point = shapely.Point(0, 0)
    frame = teams(
        ("A", "甲", point), ("B", "乙", point), equipment=["侦检; 堵漏;", ""], phone=["555", ""]
    )
    records = records_of(layer("team"), frame)
    assert records.columns["equipment"] == (("侦检", "堵漏"), ())
    assert "phone" not in records.columns
    assert records.value("phone", 0) is None


def test_a_value_is_asked_for_as_text_or_whole_number() -> None:
    point = shapely.Point(0, 0)
    frame = teams(("A", "甲", point), people=[12.6], kind=["志愿者"])
    records = records_of(layer("team"), frame)
    assert (records.whole("people", 0), records.text("people", 0)) == (13, "")
    assert (records.whole("kind", 0), records.text("kind", 0)) == (None, "志愿者")
    assert (records.whole("none", 0), records.text("none", 0)) == (None, "")


def test_rows_of_a_child_by_parent_keep_their_order() -> None:
    frame = pd.DataFrame({"depot_id": ["D2", "D1", "D2"], "item": ["甲", "乙", "丙"]})
    assert dict(rows_by_parent("depot.stock", frame)) == {"D2": (0, 2), "D1": (1,)}


def places(*rows: tuple[str, str, shapely.Geometry | None]) -> gpd.GeoDataFrame:
    ids, names, shapes = zip(*rows, strict=True)
    return gpd.GeoDataFrame(
        {"id": list(ids), "name": list(names)}, geometry=list(shapes), crs="EPSG:4326"
    )


def test_only_what_has_a_name_and_a_place_can_be_found() -> None:
    """A find without a place would lead nowhere."""
    table = layer_search(
        "team",
        places(
            ("T1", "云溪队", shapely.Point(113.00000004, 23)),
            ("T2", "", shapely.Point(113, 23)),
            ("T3", "无处队", shapely.Point()),
            ("T4", "无形队", None),
        ),
    )
    assert list(table.columns) == list(COLUMNS)
    assert table.to_numpy().tolist() == [
        ["team", "T1", "云溪队", "yunxidui", "yxd", 113.0, 23.0],
    ]


def test_units_are_found_by_their_code() -> None:
    frame = places(("x", "北街街道", shapely.box(113, 23, 114, 24))).rename(columns={"id": "code"})
    frame["code"] = ["440199001"]
    table = layer_search("subdistrict", frame)
    assert table[["layer", "id"]].to_numpy().tolist() == [["subdistrict", "440199001"]]


def test_a_table_before_spares_the_spelling_and_changes_no_answer() -> None:
    frame = places(("T1", "云溪队", shapely.Point(1, 2)), ("T2", "重庆队", shapely.Point(1, 2)))
    before = layer_search("team", frame.iloc[:1])
    known = before.assign(pinyin="kept", initials="k")
    assert layer_search("team", frame, known)["pinyin"].tolist() == ["kept", "chongqingdui"]
    pd.testing.assert_frame_equal(layer_search("team", frame, before), layer_search("team", frame))


def test_an_emptied_layer_has_an_empty_table_of_the_same_kinds() -> None:
    full = layer_search("team", places(("T1", "云溪队", shapely.Point(1, 2))))
    empty = layer_search("team", places(("T1", "", None)))
    assert len(empty) == 0
    assert empty.dtypes.tolist() == full.dtypes.tolist()


def test_a_road_is_found_once_at_the_middle_of_its_longest_piece() -> None:
    lines = [
        shapely.LineString([(113, 23), (113.001, 23)]),
        shapely.LineString([(113.1, 23), (113.2, 23)]),
        shapely.LineString([(113, 23), (113.5, 23)]),
    ]
    roads = gpd.GeoDataFrame({"name": ["人民路", "人民路", ""]}, geometry=lines, crs="EPSG:4326")
    assert road_search(roads).to_numpy().tolist() == [
        ["road", "人民路", "人民路", "renminlu", "rml", 113.15, 23.0]
    ]


def test_units_come_first_then_roads_then_the_rest() -> None:
    parts = {
        key: layer_search(key, places((key, key, shapely.Point(1, 2))))
        for key in ("team", "depot", "community", "subdistrict")
    }
    table = search_order(parts, layer_search("road", places(("r", "路", shapely.Point(1, 2)))))
    assert table["layer"].tolist() == ["subdistrict", "community", "road", "team", "depot"]
    assert table.index.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("番禺", "panyu", "py"),
        ("重庆路", "chongqinglu", "cql"),
        ("Ａ座１２号", "azuo12hao", "az12h"),
        ("G107 国道", "g107guodao", None),
        ("", "", ""),
        ("（）", "", ""),
    ],
)
def test_a_name_is_spelt_as_it_is_typed(name: str, pinyin: str, initials: str | None) -> None:
    found = spell(name)
    assert found[0] == pinyin
    assert initials is None or found[1] == initials
