"""Every way to write a position is read again, and only readings in the district are tried."""

import csv
from pathlib import Path

import numpy as np
import pyproj
import pytest

from geodata.datum import to_wgs84
from geodata.forensics_readings import (
    ALIKE_DEG,
    degree_readings,
    metre_readings,
    near_district,
    sort_numbers,
)

NEAR = (112.9, 22.9, 113.1, 23.1)
CHANCE = np.random.default_rng(3)
LON, LAT = CHANCE.uniform(112.95, 113.05, 40), CHANCE.uniform(22.95, 23.05, 40)


def grid(code: int) -> tuple[np.ndarray, np.ndarray]:
    to = pyproj.Transformer.from_crs("EPSG:4326", code, always_xy=True)
    x, y = to.transform(LON, LAT)
    return np.asarray(x), np.asarray(y)


def test_degrees_metres_swaps_and_gaps_are_told_apart_row_by_row() -> None:
    x = np.array([113.0, 23.0, 389_411.0, 0.0, np.nan, 113.0, 500.0])
    y = np.array([23.0, 113.0, 2_538_439.0, 0.0, 23.0, np.nan, 23.0])
    numbers = sort_numbers(x, y, NEAR)
    assert numbers.degrees.tolist() == [True, True, False, False, False, False, False]
    assert numbers.metres.tolist() == [False, False, True, False, False, False, False]
    assert numbers.swapped.tolist() == [False, True] + [False] * 5
    assert (numbers.x[1], numbers.y[1]) == (113.0, 23.0)


def test_degrees_are_read_in_each_datum_the_declared_one_first() -> None:
    for declared in ("wgs84", "gcj02", "bd09"):
        readings = degree_readings(sort_numbers(LON, LAT, NEAR), declared)
        assert readings[0].datum == declared
        assert {reading.datum for reading in readings} == {"wgs84", "gcj02", "bd09"}
        for reading in readings:
            assert np.array_equal(reading.lon_deg, to_wgs84(LON, LAT, reading.datum)[0])
    assert degree_readings(sort_numbers(LON, LAT, NEAR), "cgcs2000")[0].datum == "wgs84"


def test_outside_china_nothing_is_shifted_and_one_reading_is_left() -> None:
    lon, lat = LON - 88.0, LAT + 37.0
    readings = degree_readings(sort_numbers(lon, lat, (24.8, 59.8, 25.2, 60.2)), "wgs84")
    assert [(r.datum, r.alike) for r in readings] == [("wgs84", ("gcj02", "bd09"))]


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        (4547, "EPSG:4547"),  # CGCS2000, 3 degrees, meridian 114, no zone number
        (4526, "EPSG:4526"),  # the same with zone number 38
        (4497, "EPSG:4497"),  # CGCS2000, 6 degrees, zone number 19
        (2383, "EPSG:4547"),  # Xian 1980 cannot be told from CGCS2000
        (2435, "EPSG:4547"),  # nor Beijing 1954, 77 m off without its parameters
        (32649, "EPSG:32649"),  # UTM lies 400 m a thousand kilometres beside it
        (3857, "EPSG:3857"),
    ],
)
def test_a_grid_is_told_by_where_it_puts_the_rows(code: int, wanted: str) -> None:
    """S0-1: positions in a survey grid are taken in as what they are."""
    readings = metre_readings(sort_numbers(*grid(code), NEAR), NEAR, "wgs84")
    assert wanted in {reading.datum for reading in readings}
    names = {name for r in readings for name in (r.datum, *r.alike)}
    assert f"EPSG:{code}" in names
    best = next(r for r in readings if f"EPSG:{code}" in (r.datum, *r.alike))
    assert np.abs(best.lon_deg - LON).max() < ALIKE_DEG


def test_a_survey_table_with_northing_first_is_read_too() -> None:
    x, y = grid(4547)
    readings = metre_readings(sort_numbers(y, x, NEAR), NEAR, "wgs84")
    assert readings[0].datum == "EPSG:4547"
    assert np.abs(readings[0].lat_deg - LAT).max() < 1e-6


def test_the_declared_grid_stands_for_those_it_cannot_be_told_from() -> None:
    readings = metre_readings(sort_numbers(*grid(2383), NEAR), NEAR, "EPSG:2383")
    assert readings[0].datum == "EPSG:2383"
    assert "EPSG:4547" in readings[0].alike


def test_metres_of_another_district_have_no_reading() -> None:
    x, y = grid(4547)
    assert metre_readings(sort_numbers(x + 80_000, y, NEAR), NEAR, "wgs84") == ()
    assert metre_readings(sort_numbers(LON, LAT, NEAR), NEAR, "wgs84") == ()


def test_rows_a_little_outside_are_the_district_s_still() -> None:
    lon = np.array([113.0, 113.14, 113.3])
    reading = degree_readings(sort_numbers(lon, np.full(3, 23.0), NEAR), "wgs84")[0]
    assert near_district(reading, NEAR).tolist() == [True, True, False]


def test_published_points_of_three_datums_come_back(real_data: Path) -> None:
    """The shifts undone here are those of the published vectors, to a metre."""
    path = real_data.parent / "standards" / "gcj02_bd09_test_vectors.csv"
    if not path.exists():
        pytest.skip("the vectors are not beside this checkout")
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        lon, lat = float(row["wgs_lon"]), float(row["wgs_lat"])
        area = (lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1)
        for name, datum in (("gcj", "gcj02"), ("bd", "bd09")):
            given = np.array([float(row[f"{name}_lon"])]), np.array([float(row[f"{name}_lat"])])
            readings = degree_readings(sort_numbers(*given, area), "wgs84")
            found = next(r for r in readings if r.datum == datum)
            assert abs(found.lon_deg[0] - lon) < 1e-5
            assert abs(found.lat_deg[0] - lat) < 1e-5
