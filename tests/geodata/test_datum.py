"""Datum shifts: published vectors, inverses over all of China, grids and their axes."""

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.datum import (
    CHINA_RECTANGLE_DEG,
    bd09_to_gcj02,
    bd09_to_wgs84,
    checked_datum,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    is_projected,
    straighten_grid,
    to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from geodata.faults import UserError

# WGS 84, GCJ-02 and BD-09 (lon, lat) of six places. Computed with our own 25 lines and equal, to
# 1e-9 m, to the packages coord-convert and prcoords (MIT), printed to nine decimals.
VECTORS = {
    "Gaoming": (112.892, 22.9, 112.897024052, 22.897036466, 112.903481069, 22.903154532),
    "Liwan": (113.244, 23.126, 113.249323919, 23.123318702, 113.255807965, 23.129302919),
    "Xinmi": (113.391, 34.54, 113.397515543, 34.538983227, 113.403895746, 34.545315350),
    "Linan": (119.725, 30.234, 119.729894423, 30.231524726, 119.736386599, 30.237520638),
    "Yangjiang": (111.983, 21.858, 111.988077802, 21.855271393, 111.994585290, 21.861307897),
    "Tiananmen": (116.397428, 39.90923, 116.403671626, 39.910633506, 116.410044102, 39.916972856),
}
GEOD = pyproj.Geod(ellps="WGS84")
SEEDED = settings(derandomize=True, deadline=None, max_examples=300)
# Half a kilometre inside the rectangle, so that a shifted point is still inside it.
LON = st.floats(72.02, 137.82)
LAT = st.floats(0.85, 55.81)


@pytest.mark.parametrize("place", VECTORS)
def test_forward_equals_the_published_vectors(place: str) -> None:
    lon, lat, gcj_lon, gcj_lat, bd_lon, bd_lat = VECTORS[place]
    assert wgs84_to_gcj02(lon, lat) == pytest.approx((gcj_lon, gcj_lat), abs=1e-9)
    assert wgs84_to_bd09(lon, lat) == pytest.approx((bd_lon, bd_lat), abs=1e-9)
    assert gcj02_to_bd09(gcj_lon, gcj_lat) == pytest.approx((bd_lon, bd_lat), abs=2e-9)


@pytest.mark.parametrize("place", VECTORS)
def test_inverse_gives_the_place_back(place: str) -> None:
    lon, lat, gcj_lon, gcj_lat, bd_lon, bd_lat = VECTORS[place]
    assert to_wgs84(gcj_lon, gcj_lat, "gcj02") == pytest.approx((lon, lat), abs=2e-9)
    assert to_wgs84(bd_lon, bd_lat, "bd09") == pytest.approx((lon, lat), abs=2e-9)


def _error_m(one: tuple[object, object], other: tuple[object, object]) -> float:
    return GEOD.inv(*map(float, one), *map(float, other))[2]


@SEEDED
@given(LON, LAT)
def test_every_inverse_is_exact_to_a_millimetre(lon: float, lat: float) -> None:
    assert _error_m(gcj02_to_wgs84(*wgs84_to_gcj02(lon, lat)), (lon, lat)) < 1e-3
    assert _error_m(bd09_to_gcj02(*gcj02_to_bd09(lon, lat)), (lon, lat)) < 1e-3
    assert _error_m(bd09_to_wgs84(*wgs84_to_bd09(lon, lat)), (lon, lat)) < 1e-3


def test_the_inverse_error_over_a_grid_is_under_a_micrometre() -> None:
    lon, lat = (a.ravel() for a in np.meshgrid(np.linspace(73, 135, 63), np.linspace(4, 53, 50)))
    back = gcj02_to_wgs84(*wgs84_to_gcj02(lon, lat))
    assert GEOD.inv(lon, lat, *back)[2].max() < 1e-6


def test_the_shift_is_hundreds_of_metres_in_china_and_none_outside() -> None:
    assert 400 < _error_m(wgs84_to_gcj02(113.0, 23.0), (113.0, 23.0)) < 700
    for lon, lat in ((1.5, 42.5), (-71.3, -30.0), (140.0, 35.0), (113.0, 0.5)):
        for shift in (wgs84_to_gcj02, gcj02_to_wgs84, gcj02_to_bd09, bd09_to_wgs84, wgs84_to_bd09):
            assert tuple(map(float, shift(lon, lat))) == (lon, lat)


def test_the_rectangle_is_judged_by_the_given_point_borders_included() -> None:
    west, south, east, north = CHINA_RECTANGLE_DEG
    for lon, lat in ((west, south), (east, north)):
        assert tuple(map(float, wgs84_to_gcj02(lon, lat))) != (lon, lat)
    assert float(wgs84_to_gcj02(np.nextafter(west, 0), 30.0)[0]) == np.nextafter(west, 0)


def test_nan_stays_nan_and_does_not_disturb_its_neighbours() -> None:
    lon, lat = gcj02_to_wgs84([np.nan, 112.897024052], [np.nan, 22.897036466])
    assert np.isnan([lon[0], lat[0]]).all()
    assert (lon[1], lat[1]) == pytest.approx((112.892, 22.9), abs=1e-9)


def test_empty_arrays_stay_empty() -> None:
    lon, lat = to_wgs84([], [], "bd09")
    assert lon.shape == lat.shape == (0,)


def test_arguments_are_not_changed() -> None:
    lon, lat = np.array([113.0]), np.array([23.0])
    for datum in ("wgs84", "gcj02", "bd09", "cgcs2000"):
        shifted = to_wgs84(lon, lat, datum)
        shifted[0][:] = 0
        assert (lon[0], lat[0]) == (113.0, 23.0)


def test_projected_coordinates_are_east_then_north() -> None:
    # EPSG:4547 is CGCS2000 / 3-degree Gauss-Krüger at 114° E: on the meridian x is 500 km, and
    # the meridian arc to 23° N on GRS 80 is 2,544,537.58 m (see test_crs).
    lon, lat = to_wgs84([500_000.0], [2_544_537.5786], "EPSG:4547")
    assert (lon[0], lat[0]) == pytest.approx((114.0, 23.0), abs=1e-6)


def test_points_outside_a_projection_are_nan() -> None:
    lon, lat = to_wgs84([1e12, 500_000.0], [1e12, 2_544_537.5786], "EPSG:4547")
    assert np.isnan([lon[0], lat[0]]).all()
    assert np.isfinite([lon[1], lat[1]]).all()


@pytest.mark.parametrize(
    ("said", "name"),
    [(" GCJ-02 ", "gcj02"), ("WGS84", "wgs84"), ("bd_09", "bd09"), ("epsg:4547", "EPSG:4547")],
)
def test_spellings_of_a_datum(said: str, name: str) -> None:
    assert checked_datum(said) == name


@pytest.mark.parametrize("wrong", ["", "mars", "EPSG:999999", "EPSG:12", "4547", "+proj=longlat"])
def test_an_unknown_datum_is_a_users_fault(wrong: str) -> None:
    with pytest.raises(UserError, match="not known"):
        to_wgs84([1.0], [1.0], wrong)


def test_degrees_and_metres_are_told_apart() -> None:
    assert is_projected("EPSG:4547")
    assert not any(map(is_projected, ("EPSG:4490", "wgs84", "gcj02")))


def test_survey_axes_are_turned_and_zone_numbers_cut() -> None:
    """X is north in Chinese survey tables; zone 38 of three degrees is the one at 114° E."""
    found = straighten_grid(
        [2_538_000.0, 38_456_789.0, 456_789.0, 2_538_000.0],
        [456_789.0, 2_538_000.0, 2_538_000.0, 38_456_789.0],
        "EPSG:4547",
    )
    assert found.east_m.tolist() == [456_789.0] * 4
    assert found.north_m.tolist() == [2_538_000.0] * 4
    assert found.turned.tolist() == [True, False, False, True]
    assert found.zone_cut.tolist() == [False, True, False, True]


def test_the_zone_number_of_another_zone_is_not_cut() -> None:
    found = straighten_grid([39_456_789.0], [2_538_000.0], "EPSG:4547")
    assert found.east_m.tolist() == [39_456_789.0]
    assert not found.zone_cut.any()


def test_a_grid_with_zone_number_keeps_it() -> None:
    # EPSG:4526 is the same zone with its number 38 before the easting.
    found = straighten_grid([2_538_000.0], [38_456_789.0], "EPSG:4526")
    assert (found.east_m[0], found.north_m[0]) == (38_456_789.0, 2_538_000.0)
    with_zone = to_wgs84(found.east_m, found.north_m, "EPSG:4526")
    without = to_wgs84([456_789.0], [2_538_000.0], "EPSG:4547")
    assert np.allclose(with_zone, without, atol=1e-12)


@pytest.mark.parametrize("datum", ["EPSG:32649", "wgs84", "EPSG:4326"])
def test_other_grids_are_left_alone(datum: str) -> None:
    found = straighten_grid([2_538_000.0], [456_789.0], datum)
    assert found.east_m.tolist() == [2_538_000.0]
    assert not found.turned.any()
