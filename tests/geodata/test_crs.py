"""The one metric system of a district."""

import math
import threading
import time

import numpy as np
import pytest

from geodata.crs import district_crs, in_china, projection


@pytest.mark.parametrize(
    ("bounds", "crs"),
    [
        ((112.4, 22.6, 113.0, 23.1), "EPSG:4547"),  # Gaoming
        ((113.17, 23.04, 113.27, 23.16), "EPSG:4547"),  # Liwan
        ((113.15, 34.32, 113.7, 34.67), "EPSG:4547"),  # Xinmi
        ((118.85, 29.93, 119.87, 30.45), "EPSG:4549"),  # Lin'an
        ((111.8, 21.6, 112.1, 21.95), "EPSG:4546"),  # Yangjiang
        ((73.5, 39.0, 73.6, 39.1), "EPSG:4534"),
        ((134.7, 48.3, 134.8, 48.4), "EPSG:4554"),
        ((1.4, 42.4, 1.8, 42.7), "EPSG:32631"),  # Andorra
        ((-71.6, -30.3, -71.2, -29.8), "EPSG:32719"),  # Coquimbo
        ((24.9, 60.15, 24.97, 60.19), "EPSG:32635"),  # Helsinki
        ((179.9, 0.0, 180.0, 0.0), "EPSG:32660"),
        ((-180.0, -1.0, -180.0, -0.5), "EPSG:32701"),
    ],
)
def test_the_system_of_a_district(bounds: tuple[float, float, float, float], crs: str) -> None:
    """The five Chinese districts and codes are those of china_codes (EPSG, pyproj 3.7.2)."""
    assert district_crs(bounds) == crs


def test_the_zone_is_never_more_than_half_a_zone_away() -> None:
    for lon in range(74, 136):
        meridian = 75 + 3 * (int(district_crs((lon, 30, lon, 30))[5:]) - 4534)
        assert abs(meridian - lon) <= 1.5


@pytest.mark.parametrize(
    "bounds", [(math.nan, 0, 1, 1), (500_000, 2_500_000, 510_000, 2_510_000), (0, 91, 0, 92)]
)
def test_bounds_that_are_no_degrees_are_refused(bounds: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="degrees"):
        district_crs(bounds)


def test_single_points_go_there_and_back() -> None:
    # The integral of a (1 - e²) / (1 - e² sin² φ)^1.5 from the equator to 23° N on GRS 80
    # (a 6,378,137 m, 1/f 298.257222101) is 2,544,537.5786 m.
    kept = projection("EPSG:4547")
    assert kept.to_m(114.0, 23.0) == pytest.approx((500_000.0, 2_544_537.5786), abs=0.001)
    assert kept.to_deg(*kept.to_m(113.2, 22.9)) == pytest.approx((113.2, 22.9), abs=1e-10)
    assert projection("EPSG:4547") is kept


def test_a_point_outside_the_projection_is_infinite_not_a_failure() -> None:
    assert not math.isfinite(projection("EPSG:4547").to_m(114.0, 900.0)[0])


def test_the_rectangle_of_china_includes_its_borders() -> None:
    assert in_china(73.0, 3.0)
    assert in_china(136.0, 54.0)
    assert not in_china(23.0, 113.0)
    assert not in_china(math.nan, 30.0)


def test_a_new_thread_answers_as_fast_as_the_first() -> None:
    kept = projection("EPSG:4547")
    kept.to_m(114.0, 23.0)
    taken_s: list[float] = []

    def click() -> None:
        start = time.perf_counter()
        kept.to_m(114.1, 23.1)
        taken_s.append(time.perf_counter() - start)

    for _ in range(5):
        thread = threading.Thread(target=click)
        thread.start()
        thread.join()
    # Built anew in each thread a transformer takes 50 ms and more; kept, far below one.
    assert min(taken_s) < 0.01


def test_many_points_are_the_single_ones() -> None:
    kept = projection("EPSG:4547")
    xy_m = np.array([[500_000.0, 2_544_537.5], [520_000.0, 2_530_000.0]])
    singles = [kept.to_deg(*map(float, point)) for point in xy_m]
    assert kept.many_to_deg(xy_m) == pytest.approx(np.array(singles), abs=1e-12)
    assert kept.many_to_deg(np.empty((0, 2))).shape == (0, 2)


def test_many_points_to_metres_are_those_of_one_by_one_and_come_back() -> None:
    kept = projection("EPSG:4547")
    degrees = np.array([[113.1, 22.9], [113.2, 22.8]])
    metres = kept.many_to_m(degrees)
    assert [tuple(row) for row in metres.tolist()] == [kept.to_m(*row) for row in degrees.tolist()]
    assert kept.many_to_deg(metres) == pytest.approx(degrees, abs=1e-10)
    assert kept.many_to_m(np.empty((0, 2))).shape == (0, 2)
