"""Positions as people write them."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.coordinates import (
    PositionColumns,
    find_position_columns,
    is_null_island,
    is_swapped,
    on_globe,
    parse_angle,
    parse_pair,
    position_headings,
)

SEEDED = settings(derandomize=True, deadline=None, max_examples=200)


# 113 + 14/60 + 38.4/3600 = 113.244 exactly.
@pytest.mark.parametrize(
    "text",
    [
        "113.244",
        " 113.244 ",
        "１１３．２４４",
        "113.244°",
        "113.244 E",
        "E113.244",
        "东经113.244",
        "东经：113.244",
        "经度:113.244",
        "lon=113.244",
        "113°14′38.4″E",
        "113°14'38.4\"",
        "113°14’38.4”",
        "113°14'38.4''",
        "113º14′38.4″",
        "113度14分38.4秒",
        "东经113度14分38.4秒",
        "１１３度１４分３８．４秒",
        "113 ° 14 ′ 38.4 ″ E",
        "113-14-38.4",
        "E-113-14-38.4",
        "113:14:38.4",
        "113 14 38.4",
        "113°14.64'",
        "113度14.64分",
        "113 14.64",
    ],
)
def test_one_longitude_in_every_notation(text: str) -> None:
    angle = parse_angle(text)
    assert angle is not None
    assert angle.value == pytest.approx(113.244, abs=1e-12)
    assert angle.axis in ("", "lon")


@pytest.mark.parametrize(
    ("text", "value", "axis"),
    [
        ("N22°30'", 22.5, "lat"),
        ("北纬22度30分", 22.5, "lat"),
        ("S30°15'", -30.25, "lat"),
        ("南纬30.25", -30.25, "lat"),
        ("71°18'0\"W", -71.3, "lon"),
        ("西经71.3°", -71.3, "lon"),
        ("-71.3", -71.3, ""),
        ("−71.3", -71.3, ""),
        ("-71°18'", -71.3, ""),
        ("lon:-71.3", -71.3, "lon"),
        ("0", 0.0, ""),
    ],
)
def test_hemispheres_and_signs(text: str, value: object, axis: str) -> None:
    angle = parse_angle(text)
    assert angle is not None
    assert (angle.value, angle.axis) == (pytest.approx(value, abs=1e-12), axis)


@pytest.mark.parametrize("number", [113.244, 113, -71.3])
def test_numbers_pass(number: float) -> None:
    assert parse_angle(number).value == float(number)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "113°75'", "113°14'60\"", "113.5°14'", "-71.3W", "N22E", "1e5", "113°14'38.4\"N E",
     "113,244", "=1+1", "2026-05-01", "9" * 500, "113°" * 20, "nan", "inf"],
)  # fmt: skip
def test_what_cannot_be_read_is_none_not_a_guess(text: str) -> None:
    assert parse_angle(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "113.244,23.12",
        "23.12,113.244",
        "113.244，23.12",
        "113.244、23.12",
        "113.244;23.12",
        "113.244 23.12",
        "113.244\t23.12",
        "(113.244, 23.12)",
        "[113.244,23.12]",
        "（113.244，23.12）",
        "POINT (113.244 23.12)",
        "113.244,23.12,15.0",
        "113.244,23.12,",
        "东经113°14′38.4″，北纬23°07′12″",
        "N23°07'12\" E113°14'38.4\"",
        "N23°07'12\"E113°14'38.4\"",
        "23°07'12\"N113°14'38.4\"E",
        "23° 07' 12\" N 113° 14' 38.4\" E",
        "北纬23度7分12秒东经113度14分38.4秒",
        "113 14 38.4 23 7 12",
        "23-07-12, 113-14-38.4",
        "Lat 23.12, Lng 113.244",
        "经度113.244纬度23.12",
    ],
)
def test_one_position_in_every_notation_and_order(text: str) -> None:
    pair = parse_pair(text)
    assert pair is not None
    assert (pair.lon, pair.lat) == pytest.approx((113.244, 23.12), abs=1e-12)
    assert pair.order in ("range", "named")


def test_an_order_that_the_numbers_do_not_tell_is_assumed_and_said() -> None:
    assert parse_pair("1.5,42.5") == parse_pair("1.5 42.5")
    pair = parse_pair("1.5,42.5")
    assert (pair.lon, pair.lat, pair.order) == (1.5, 42.5, "assumed")
    turned = parse_pair("42.5,1.5", latitude_first=True)
    assert (turned.lon, turned.lat, turned.order) == (1.5, 42.5, "assumed")


def test_a_latitude_over_ninety_tells_the_order() -> None:
    pair = parse_pair("-33.4, -170.6")
    assert (pair.lon, pair.lat, pair.order) == (-170.6, -33.4, "range")


@pytest.mark.parametrize(
    "text", ["", "113.2", "a,b", "113.2,23.1,4,5", "E113,E114", "113.2;", "1" * 300, "N1 N2", 114]
)
def test_what_is_no_pair_is_none(text: str) -> None:
    assert parse_pair(text) is None


@SEEDED
@given(st.floats(73, 136), st.floats(3, 54))
def test_every_place_in_china_is_read_in_either_order(lon: float, lat: float) -> None:
    lon, lat = round(lon, 7), round(lat, 7)
    for text in (f"{lon},{lat}", f"{lat},{lon}"):
        pair = parse_pair(text)
        assert (pair.lon, pair.lat) == (lon, lat)


@SEEDED
@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 5999))
def test_degrees_minutes_seconds_are_exact_to_a_tenth_of_a_millimetre(
    degrees: int, minutes: int, hundredths: int
) -> None:
    seconds = f"{hundredths // 100}.{hundredths % 100:02}"
    expected = degrees + minutes / 60 + float(seconds) / 3600
    for text in (f"{degrees}°{minutes}′{seconds}″", f"{degrees}度{minutes}分{seconds}秒",
                 f"{degrees}-{minutes}-{seconds}"):  # fmt: skip
        assert math.isclose(parse_angle(text).value, expected, abs_tol=1e-9)


@SEEDED
@given(st.text(alphabet="0123456789.°′″'\"NSEW东经北纬度分秒-,: ()", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    angle, pair = parse_angle(text), parse_pair(text)
    assert angle is None or math.isfinite(angle.value)
    assert pair is None or math.isfinite(pair.lon + pair.lat)


def test_swapped_in_china() -> None:
    assert is_swapped(22.9, 113.1)
    assert not is_swapped(113.1, 22.9)
    assert not is_swapped(math.nan, math.nan)


def test_swapped_elsewhere_needs_the_district_or_an_impossible_latitude() -> None:
    chile = (-72.0, -31.0, -71.0, -29.0)
    assert not is_swapped(-30.0, -71.3)
    assert is_swapped(-30.0, -71.3, chile)
    assert not is_swapped(-71.3, -30.0, chile)
    assert is_swapped(40.0, -120.0)
    assert not is_swapped(200.0, 95.0)


def test_a_chinese_point_of_another_city_is_not_turned_by_the_district() -> None:
    gaoming = (112.4, 22.6, 113.0, 23.1)
    assert not is_swapped(116.4, 39.9, gaoming)
    assert is_swapped(39.9, 116.4, gaoming)
    assert is_swapped(22.9, 112.8, gaoming)


def test_null_island_and_globe() -> None:
    assert is_null_island(0.0, 0.0)
    assert not is_null_island(0.0, 51.5)
    assert on_globe(180.0, -90.0)
    assert not any((on_globe(180.1, 0), on_globe(0, 90.1), on_globe(math.nan, 0)))


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (["名称", "经度", "纬度"], PositionColumns("经度", "纬度")),
        (["LNG ", "LAT"], PositionColumns("LNG ", "LAT")),
        (["经度(°E)", "纬度(°N)"], PositionColumns("经度(°E)", "纬度(°N)")),
        (["X", "Y"], PositionColumns("X", "Y")),
        (["东经", "北纬"], PositionColumns("东经", "北纬")),
        (["Ｘ坐标", "Ｙ坐标"], PositionColumns("Ｘ坐标", "Ｙ坐标")),
        (["坐标", "经度", "纬度"], PositionColumns("经度", "纬度")),
        (["x", "y", "经度", "纬度"], PositionColumns("经度", "纬度")),
        (["名称", "经纬度"], PositionColumns(pair="经纬度")),
        (["lat,lon"], PositionColumns(pair="lat,lon", latitude_first=True)),
        (["经度(GCJ-02)", "纬度(GCJ-02)"],
         PositionColumns("经度(GCJ-02)", "纬度(GCJ-02)", datum_named="gcj02")),
        (["百度经度", "百度纬度"], PositionColumns("百度经度", "百度纬度", datum_named="bd09")),
        (["经度", "名称"], None),
        ([], None),
    ],
)  # fmt: skip
def test_which_headings_hold_positions(headings: list[str], found: PositionColumns | None) -> None:
    assert find_position_columns(headings) == found


def test_known_headings_are_in_compared_form() -> None:
    assert {"经度", "lat", "经纬度", "pointx"} <= position_headings()
