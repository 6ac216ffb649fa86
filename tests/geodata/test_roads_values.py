"""Cells of road files: speeds, widths, weights, classes, lists and nonsense."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.road_classes import ROAD_CLASSES
from geodata.roads_access import accessible, one_way
from geodata.roads_values import (
    FOREIGN_CLASSES,
    NO_ROAD,
    cell_text,
    items,
    read_class,
    read_column,
    read_metres,
    read_speed_kmh,
    read_tonnes,
    road_name,
)

NAN = math.nan


def same(found: float | None, expected: float | None) -> bool:
    if found is None or expected is None:
        return found is expected
    return math.isclose(found, expected) or (math.isnan(found) and math.isnan(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50", 50.0), ("50 mph", 80.4672), ("50mph", 80.4672), ("60;40", 40.0), ("60|80", 60.0),
        ("['40', '60']", 40.0), ("50 km/h", 50.0), ("60公里/小时", 60.0), ("30 knots", 55.56),
        ("", NAN), ("none", NAN), ("0", NAN), ("signals", NAN), ("nan", NAN), ("60;none", 60.0),
        ("fast", None), ("CN:urban", None), ("-50", None), ("999", None), ("60;fast", None),
        ("5e1", None), ("1" * 300, None), ("60 t", None),
    ],
)  # fmt: skip
def test_speed(text: str, expected: float | None) -> None:
    assert same(read_speed_kmh(text), expected)


def test_speed_in_the_schemas_unit_unless_the_cell_says_its_own() -> None:
    assert same(read_speed_kmh("30", "mph"), 48.28032)
    assert same(read_speed_kmh("10", "m/s"), 36.0)
    assert same(read_speed_kmh("30 km/h", "mph"), 30.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.5", 3.5), ("3.5 m", 3.5), ("3,5m", 3.5), ("3.5米", 3.5), ("350 cm", 3.5),
        ("14'6\"", 4.4196), ("11'", 3.3528), ("12 ft", 3.6576), ("3.5;2.8", 2.8), ("0", NAN),
        ("default", NAN), ("below_default", NAN), ("wide", None), ("3.5 kg", None),
        ("-3", None), ("5000", None), ("0.1", None),
    ],
)  # fmt: skip
def test_metres(text: str, expected: float | None) -> None:
    assert same(read_metres(text), expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("7.5", 7.5), ("7.5 t", 7.5), ("30吨", 30.0), ("3500 kg", 3.5), ("10 st", 9.0718474),
     ("8000 lbs", 3.62873896), ("heavy", None), ("9999", None), ("", NAN)],
)  # fmt: skip
def test_tonnes(text: str, expected: float | None) -> None:
    assert same(read_tonnes(text), expected)


def test_column_counts_each_nonsense() -> None:
    figures, nonsense = read_column(["50", "x", "", "x", "60"], read_speed_kmh)
    np.testing.assert_array_equal(figures, [50, NAN, NAN, NAN, 60])
    assert nonsense == {"x": 2}
    empty, none = read_column([], read_speed_kmh)
    assert len(empty) == 0
    assert not none


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, ""), (NAN, ""), (pd.NA, ""), (1.0, "1"), (2.5, "2.5"), (7, "7"), (True, "True"),
     (" a ", "a"), (["a", "b"], "a;b"), (np.array([1, 2]), "1;2"), (np.float64(3), "3"),
     (pd.NaT, "")],
)  # fmt: skip
def test_cell_text(value: object, expected: str) -> None:
    assert cell_text(value) == expected


def test_items_never_run_what_a_cell_says() -> None:
    assert items("['a', 'b']") == ("a", "b")
    assert items("[1, 2]") == ("1", "2")
    assert items("a; b|c") == ("a", "b", "c")
    assert items("[__import__('os').getcwd()]") == ("[__import__('os').getcwd()]",)
    assert items("[" * 500 + "]" * 500) == ("[" * 500 + "]" * 500,)
    assert items("") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("primary", "primary"), ("Primary_Link", "primary_link"), ("主干路", "primary"),
        ("高速公路", "motorway"), ("支路", "tertiary"), ("steps", "footway"), ("path", "footway"),
        ("", "unknown"), ("road", "unknown"), ("centroid_connector", NO_ROAD), ("zebra", None),
        # The slowest of several: a way that is partly a footway cannot be driven through.
        ("['primary', 'residential']", "residential"), ("residential;footway", "footway"),
        ("zebra;primary", "primary"), ("road;primary", "primary"),
    ],
)  # fmt: skip
def test_class(text: str, expected: str | None) -> None:
    assert read_class(text, {}) == expected


def test_the_users_own_codes_go_first() -> None:
    own = {"1": "trunk", "primary": "service", "": "residential"}
    assert read_class("1", own) == "trunk"
    assert read_class("primary", own) == "service"
    assert read_class("", own) == "residential"


def test_every_foreign_class_is_one_of_ours() -> None:
    assert set(FOREIGN_CLASSES.values()) <= {*ROAD_CLASSES, NO_ROAD}
    assert all(word == word.casefold() for word in FOREIGN_CLASSES)


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_speed_kmh, read_metres, read_tonnes):
        found = read(text)
        assert found is None or math.isnan(found) or found > 0
    assert read_class(text, {}) in {*ROAD_CLASSES, NO_ROAD, None}


@pytest.mark.parametrize(
    ("road_class", "tags", "expected"),
    [
        ("primary", {}, "primary"),
        ("primary", {"access": "private"}, "primary"),
        ("primary", {"access": "no"}, None),
        ("primary", {"access": "no", "emergency": "yes"}, "primary"),
        ("primary", {"access": "no", "foot": "yes"}, "pedestrian"),
        ("primary", {"access": "no", "motor_vehicle": "yes"}, "primary"),
        ("residential", {"motor_vehicle": "no"}, "pedestrian"),
        ("residential", {"motor_vehicle": "no", "foot": "no"}, None),
        ("residential", {"vehicle": "no", "motor_vehicle": "destination"}, "residential"),
        ("motorway", {"foot": "no"}, "motorway"),
        ("footway", {"access": "no"}, None),
        ("footway", {"access": "private"}, "footway"),
        ("footway", {"foot": "no"}, None),
        ("pedestrian", {"motor_vehicle": "no"}, "pedestrian"),
    ],
)
def test_access(road_class: str, tags: dict[str, str], expected: str | None) -> None:
    assert accessible(road_class, tags) == expected


@pytest.mark.parametrize(
    ("road_class", "tags", "expected"),
    [
        ("primary", {}, 0), ("primary", {"oneway": "yes"}, 1), ("primary", {"oneway": "-1"}, -1),
        ("primary", {"oneway": "no"}, 0), ("primary", {"oneway": "reversible"}, 0),
        ("motorway", {}, 1), ("motorway", {"oneway": "no"}, 0), ("motorway_link", {}, 0),
        ("tertiary", {"junction": "roundabout"}, 1), ("tertiary", {"junction": "circular"}, 1),
        ("tertiary", {"junction": "roundabout", "oneway": "-1"}, -1),
        ("footway", {"oneway": "yes"}, 0),
        ("primary", {"oneway": "yes", "oneway:emergency": "no"}, 0),
    ],
)  # fmt: skip
def test_one_way(road_class: str, tags: dict[str, str], expected: int) -> None:
    assert one_way(tags, road_class) == expected


def test_a_roads_name_has_no_unseen_marks_and_an_end() -> None:
    assert road_name("\u202egnp.exe\u202d路\x07\n西") == "gnp.exe路 西"
    assert road_name(None) == ""
    assert road_name("A" * 10_000) == "A" * 119 + "…"
