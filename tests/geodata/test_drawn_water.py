"""The water that a base map draws: whole across tiles, named, and asked for what lies between."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geodata.basemap import write_basemap
from geodata.drawn_water import DrawnWater, read_water

CRS = "EPSG:4547"
X0, Y0 = 397_500.0, 2_545_000.0


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(X0 + west, Y0 + south, X0 + east, Y0 + north)


def line(x1: float, y1: float, x2: float, y2: float) -> shapely.LineString:
    return shapely.LineString([(X0 + x1, Y0 + y1), (X0 + x2, Y0 + y2)])


@pytest.fixture(scope="module")
def water(tmp_path_factory: pytest.TempPathFactory) -> DrawnWater:
    """Return a river of 12 km (several tiles), a pond without a name, and a lake beside."""
    frame = gpd.GeoDataFrame(
        {"name": ["云江", "", "镜湖"]},
        geometry=[box(0, 0, 12_000, 120), box(500, 900, 700, 1_000), box(3_000, 800, 3_400, 1_200)],
        crs=CRS,
    )
    path = tmp_path_factory.mktemp("water") / "basemap.pmtiles"
    write_basemap(path, {"water": frame})
    return read_water(path, CRS)


def test_a_river_over_many_tiles_is_one_water_with_one_name(water: DrawnWater) -> None:
    assert sorted(water.names) == ["", "云江", "镜湖"]
    for x in range(100, 12_000, 700):
        assert water.between(line(x, -50, x, 200)) == ("云江",)


def test_its_banks_are_where_the_map_draws_them(water: DrawnWater) -> None:
    river = water.shapes[water.names.index("云江")]
    west, south, east, north = shapely.bounds(river) - [X0, Y0, X0, Y0]
    assert abs(west) < 5
    assert abs(south) < 5
    assert abs(east - 12_000) < 5
    assert abs(north - 120) < 5


def test_what_lies_between(water: DrawnWater) -> None:
    assert water.between(line(0, 500, 5_000, 500)) == ()
    assert water.between(line(600, 800, 600, 1_100)) == ("",)
    assert set(water.between(line(3_200, -10, 3_200, 1_300))) == {"云江", "镜湖"}


def test_a_river_and_its_creek_are_one_water_with_both_names(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"name": ["云江", "小溪"]}, geometry=[box(0, 0, 900, 120), box(400, 120, 430, 700)], crs=CRS
    )
    path = tmp_path / "basemap.pmtiles"
    write_basemap(path, {"water": frame})
    assert read_water(path, CRS).names == ("云江、小溪",)


def test_a_map_without_water_and_no_map_have_none(tmp_path: Path) -> None:
    path = tmp_path / "basemap.pmtiles"
    green = gpd.GeoDataFrame({"name": ["园"]}, geometry=[box(0, 0, 100, 100)], crs=CRS)
    write_basemap(path, {"green": green})
    assert read_water(path, CRS).names == ()
    broken = tmp_path / "broken.pmtiles"
    broken.write_bytes(b"PMTiles" + b"\0" * 200)
    for none in (broken, tmp_path / "missing.pmtiles"):
        assert read_water(none, CRS).names == ()
