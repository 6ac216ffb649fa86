"""The base map read back by GDAL's own PMTiles and MVT reader, and its parts by hand."""

import struct
import time
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.basemap import MAX_ZOOM, MIN_ZOOM, write_basemap
from geodata.pmtiles import HEADER_BYTES, ROOT_LIMIT_BYTES, archive, tile_number
from geodata.vector_tile import TileFeature, encode_tile, varints

REAL = Path(__file__).parents[3] / "shared" / "data"
WEST, SOUTH = 113.25, 23.10


def frame(
    rows: list[tuple[shapely.Geometry, Mapping[str, Any]]], crs: int = 4326
) -> gpd.GeoDataFrame:
    shapes = [shape for shape, _ in rows]
    table = {key: [row[key] for _, row in rows] for key in (rows[0][1] if rows else {})}
    return gpd.GeoDataFrame(table, geometry=shapes, crs=crs)


def line(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([(WEST + x, SOUTH + y) for x, y in points])


def square(x: float, y: float, side: float = 0.01) -> shapely.Polygon:
    return shapely.box(WEST + x, SOUTH + y, WEST + x + side, SOUTH + y + side)


def small() -> dict[str, gpd.GeoDataFrame]:
    roads = [
        (line((0, 0.002), (0.02, 0.002)), {"road_class": "primary", "name": "云溪大道"}),
        (line((0.001, 0), (0.001, 0.01)), {"road_class": "footway", "name": ""}),
    ]
    units = [(square(0, 0), {"name": "桂园街道"}), (square(0.01, 0), {"name": "学府街道"})]
    return {
        "roads": frame(roads),
        "subdistrict": frame(units),
        "water": frame([(square(0.004, 0.006, 0.002), {"name": "镜湖"})]),
    }


def read(path: Path, layer: str, zoom: int = MAX_ZOOM) -> gpd.GeoDataFrame:
    """Return a layer of one zoom as GDAL sees it, in degrees."""
    return pyogrio.read_dataframe(path, layer=layer, ZOOM_LEVEL=zoom).to_crs(4326)


def test_gdal_reads_every_layer_back(tmp_path: Path) -> None:
    path = tmp_path / "basemap.pmtiles"
    assert write_basemap(path, small()) > 7
    assert set(pyogrio.list_layers(path)[:, 0]) == {"water", "boundaries", "roads", "labels"}
    roads = read(path, "roads")
    assert set(roads["class"]) == {"primary", "footway"}
    assert set(roads["name"].dropna()) == {"云溪大道"}
    # A unit of zoom 15 is 0.3 m; half a unit of rounding and two of simplifying: under 1 m.
    assert roads.total_bounds == pytest.approx([WEST, SOUTH, WEST + 0.02, SOUTH + 0.01], abs=1e-5)


def test_labels_name_units_and_water_inside_them(tmp_path: Path) -> None:
    path = tmp_path / "basemap.pmtiles"
    write_basemap(path, small())
    labels = read(path, "labels").drop_duplicates(["kind", "name"]).set_index("name")
    assert labels["kind"].to_dict() == {
        "桂园街道": "subdistrict", "学府街道": "subdistrict", "镜湖": "water",
    }  # fmt: skip
    assert square(0, 0).contains(labels.geometry["桂园街道"])
    assert square(0.01, 0).contains(labels.geometry["学府街道"])


def test_a_shared_border_is_drawn_once(tmp_path: Path) -> None:
    path = tmp_path / "basemap.pmtiles"
    write_basemap(path, {"subdistrict": small()["subdistrict"]})
    lines = read(path, "boundaries")
    metres = lines.to_crs(32649).geometry
    # Seven sides of 0.01°: the eighth is shared. Tile margins are cut off by merging.
    merged = shapely.union_all(metres.to_numpy(), grid_size=1.0)
    side_x, side_y = 1024.6, 1107.7
    assert merged.length == pytest.approx(4 * side_x + 3 * side_y, rel=0.01)


def test_minor_roads_come_in_at_their_zoom(tmp_path: Path) -> None:
    path = tmp_path / "basemap.pmtiles"
    write_basemap(path, {"roads": small()["roads"]})
    for zoom in range(MIN_ZOOM, MAX_ZOOM + 1):
        classes = set(read(path, "roads", zoom)["class"])
        assert classes == ({"primary", "footway"} if zoom >= 14 else {"primary"})


def test_same_input_same_bytes_and_any_crs(tmp_path: Path) -> None:
    write_basemap(tmp_path / "a.pmtiles", small())
    write_basemap(tmp_path / "b.pmtiles", small())
    assert (tmp_path / "a.pmtiles").read_bytes() == (tmp_path / "b.pmtiles").read_bytes()
    shifted = {key: layer.to_crs(32649) for key, layer in small().items()}
    write_basemap(tmp_path / "c.pmtiles", shifted)
    assert read(tmp_path / "c.pmtiles", "roads").total_bounds == pytest.approx(
        read(tmp_path / "a.pmtiles", "roads").total_bounds, abs=1e-5
    )


def test_an_area_cut_along_its_edge_stays_an_area(tmp_path: Path) -> None:
    # A park over four tiles of zoom 15, and a hole in it.
    park = shapely.Polygon(square(0, 0, 0.02).exterior, [square(0.004, 0.004, 0.003).exterior])
    path = tmp_path / "basemap.pmtiles"
    write_basemap(path, {"green": frame([(park, {"name": ""})])})
    green = read(path, "green")
    assert set(green.geom_type) <= {"Polygon", "MultiPolygon"}
    whole = shapely.union_all(shapely.make_valid(green.geometry.to_numpy()))
    assert whole.area == pytest.approx(park.area, rel=0.01)
    assert not whole.contains(square(0.005, 0.005, 0.0005))


def test_rows_without_shape_are_passed_over(tmp_path: Path) -> None:
    layers = small()
    roads = layers["roads"].copy()
    roads.loc[1, "geometry"] = None
    path = tmp_path / "basemap.pmtiles"
    write_basemap(path, {"roads": roads})
    assert set(read(path, "roads")["class"]) == {"primary"}


def test_nothing_to_draw_and_strange_layers_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "basemap.pmtiles"
    with pytest.raises(ValueError, match="something to draw"):
        write_basemap(path, {"roads": small()["roads"].iloc[:0]})
    with pytest.raises(ValueError, match="no layer"):
        write_basemap(path, {"rails": small()["roads"]})
    with pytest.raises(ValueError, match="CRS"):
        write_basemap(path, {"roads": small()["roads"].set_crs(None, allow_override=True)})
    assert not path.exists()


def test_a_district_of_twenty_thousand_nodes_takes_seconds(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    nodes = rng.uniform((0, 0), (0.2, 0.2), (20_000, 2))
    steps = rng.uniform(-0.002, 0.002, (28_000, 2))
    starts = nodes[rng.integers(0, len(nodes), len(steps))]
    names = [f"路{i % 900}" if i % 3 else "" for i in range(len(steps))]
    classes = np.array(["primary", "secondary", "residential", "service"])[np.arange(28_000) % 4]
    rows = [
        (line(tuple(a), tuple(a + b)), {"road_class": c, "name": n})
        for a, b, c, n in zip(starts, steps, classes, names, strict=True)
    ]
    start = time.process_time()
    write_basemap(tmp_path / "basemap.pmtiles", {"roads": frame(rows)})
    # Time of this process: a busy machine must not fail it.
    assert time.process_time() - start < 10


@pytest.mark.real
def test_real_streets_of_a_district(tmp_path: Path) -> None:
    source = REAL / "roads" / "wuhan_8989_streets.parquet"
    if not source.exists():
        pytest.skip("the real input is not beside this checkout")
    streets = gpd.read_parquet(source).rename(columns={"highway": "road_class"})
    west, south, east, north = streets.total_bounds
    middle = shapely.box(*np.array([west + east, south + north] * 2) / 2 + [-3e3, -3e3, 3e3, 3e3])
    part = streets[streets.intersects(middle)]
    part["road_class"] = part["road_class"].astype(str)
    path = tmp_path / "basemap.pmtiles"
    assert write_basemap(path, {"roads": part}) > 20
    assert len(read(path, "roads")) > 20


def test_tile_numbers_follow_the_specification() -> None:
    # From the PMTiles specification, version 3: zoom 0, the four of zoom 1, and zoom 12.
    assert [tile_number(0, 0, 0), tile_number(1, 0, 0), tile_number(1, 0, 1)] == [0, 1, 2]
    assert [tile_number(1, 1, 1), tile_number(1, 1, 0), tile_number(2, 0, 0)] == [3, 4, 5]
    assert tile_number(12, 3423, 1763) == 19_078_479


@given(zoom=st.integers(1, 6))
@settings(derandomize=True, deadline=None)
def test_tile_numbers_of_a_zoom_are_all_different_and_neighbours(zoom: int) -> None:
    side = 1 << zoom
    order = sorted((tile_number(zoom, x, y), x, y) for x in range(side) for y in range(side))
    assert [number for number, *_ in order] == list(
        range((4**zoom - 1) // 3, (4 ** (zoom + 1) - 1) // 3)
    )
    steps = [abs(a[1] - b[1]) + abs(a[2] - b[2]) for a, b in pairwise(order)]
    assert set(steps) == {1}


def test_equal_tiles_are_kept_once() -> None:
    tiles = {(1, 0, 0): b"sea", (1, 0, 1): b"sea", (1, 1, 1): b"land", (1, 1, 0): b"sea"}
    data = archive(tiles, (0, 0, 1, 1), {})
    assert data.count(b"sea") == 1
    addressed, entries, contents = struct.unpack_from("<3Q", data, 72)
    assert (addressed, entries, contents) == (4, 3, 2)


def test_many_tiles_get_leaf_directories() -> None:
    tiles = {(8, x, y): f"{x}-{y}".encode() for x in range(90) for y in range(90)}
    data = archive(tiles, (0, 0, 1, 1), {})
    offsets = struct.unpack_from("<8Q", data, 8)
    assert offsets[0] == HEADER_BYTES
    assert 0 < offsets[1] <= ROOT_LIMIT_BYTES
    assert offsets[5] > 0
    assert len(data) == offsets[6] + offsets[7]


def test_an_empty_archive_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a tile"):
        archive({}, (0, 0, 1, 1), {})


def test_varints_by_hand() -> None:
    # 300 = 0b10_0101100: the low seven bits with the flag, then the rest.
    assert varints([0, 1, 127, 128, 300]) == bytes([0, 1, 127, 0x80, 1, 0xAC, 2])


def test_a_line_by_hand() -> None:
    shape = shapely.LineString([(2, 2), (2, 10), (10, 10)])
    tile = encode_tile({"roads": [TileFeature([shape], {})]})
    # The example of the Mapbox Vector Tile Specification 2.1, section 4.3.5.3.
    assert bytes([9, 4, 4, 18, 0, 16, 16, 0]) in tile


def test_a_polygon_by_hand_whatever_its_winding() -> None:
    # The example of section 4.3.5.5, whose exterior has positive area where y points down.
    ring = [(3, 6), (8, 12), (20, 34), (3, 6)]
    for points in (ring, ring[::-1]):
        tile = encode_tile({"green": [TileFeature([shapely.Polygon(points)], {})]})
        at = tile.index(bytes([0x22]), 8)
        commands = tile[at + 2 : at + 2 + tile[at + 1]]
        assert commands[0] == 9
        assert commands[-1] == 15
        assert _area(commands) > 0


def test_what_rounds_to_nothing_leaves_no_tile() -> None:
    dot = shapely.LineString([(5.1, 5.1), (5.2, 5.2)])
    sliver = shapely.Polygon([(1, 1), (9, 1), (9, 1.2)])
    assert encode_tile({"a": [TileFeature([dot], {}), TileFeature([sliver], {})]}) == b""


def _area(commands: bytes) -> int:
    """Return twice the area of a ring whose numbers all fit a byte."""
    numbers = [*commands[1:3], *commands[4:-1]]
    steps = [(n >> 1) ^ -(n & 1) for n in numbers]
    points = np.cumsum(np.array(steps).reshape(-1, 2), axis=0).tolist()
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)
