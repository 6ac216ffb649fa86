"""The ground of maps comes from the district itself: roads, water, borders, nothing else."""

from pathlib import Path

import pytest
import shapely

from desks.onemap import OneMap, load_onemap
from language import say
from reports.map_drawing import draw_map, plan_map
from reports.map_ground import ground_layers
from reports.paper import MapFigure, MapLayer
from tests.reports.drawn import paper_of


@pytest.fixture(scope="module")
def onemap(sample_district: Path) -> OneMap:
    return load_onemap(sample_district)


def _extent(onemap: OneMap) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.bounds(onemap.shapes["subdistrict"][0]).tolist()
    return west, south, east, north


def test_the_ground_has_roads_and_borders_of_all_that_a_sheet_shows(onemap: OneMap) -> None:
    west, south, east, north = extent = _extent(onemap)
    layers = {layer.key: layer for layer in ground_layers(onemap, extent)}
    assert list(layers) == [key for key in ("water", "road_minor", "road_major", "neighbours")
                            if key in layers]  # fmt: skip
    roads = [*layers["road_minor"].shapes, *layers["road_major"].shapes]
    wide = shapely.box(west - (east - west) / 2, south, east + (east - west) / 2, north)
    known = int(shapely.intersects(onemap.network.lines, wide).sum())
    drawn = int(shapely.intersects(roads, wide).sum())
    assert drawn == known > 100
    assert len(layers["neighbours"].shapes) > 1
    assert all(len(layer.names) == len(layer.shapes) for layer in layers.values())


@pytest.mark.parametrize("shape", [(1.0, 1.0), (3.0, 1.0), (1.0, 3.0)])
@pytest.mark.parametrize("classes", [0, 40])
def test_the_ground_fills_every_frame_whatever_its_shape_and_legend(
    onemap: OneMap, shape: tuple[float, float], classes: int
) -> None:
    """No more is drawn than a sheet can show, and never less: an empty strip would look bare."""
    x, y = onemap.network.node_xy_m.mean(axis=0).tolist()
    half = (200 * shape[0], 200 * shape[1])
    extent = (x - half[0], y - half[1], x + half[0], y + half[1])
    ground = ground_layers(onemap, extent)
    listed = tuple((say("{number}", number=n), "#000000") for n in range(classes))
    area = MapLayer("a", say("People"), (shapely.box(*extent),), ("",), "", listed, (0,))
    figure = MapFigure("g", say("Map"), extent, (*ground, area) if classes else ground)
    frame = plan_map(figure, paper_of(crs=onemap.crs)).frame
    east = frame.west_m + frame.box.width * frame.m_per_mm
    south = frame.north_m - frame.box.height * frame.m_per_mm
    seen = shapely.box(frame.west_m, south, east, frame.north_m)
    drawn = [one for layer in ground if layer.key.startswith("road") for one in layer.shapes]
    known = int(shapely.intersects(onemap.network.lines, seen).sum())
    assert int(shapely.intersects(drawn, seen).sum()) == known > 0


def test_a_wide_map_shows_major_roads_only(onemap: OneMap) -> None:
    west, south, _, _ = _extent(onemap)
    keys = {layer.key for layer in ground_layers(onemap, (west, south, west + 9e4, south + 9e4))}
    assert "road_major" in keys
    assert "road_minor" not in keys


def test_water_of_the_base_map_lies_where_the_river_is(onemap: OneMap) -> None:
    found = [layer for layer in ground_layers(onemap, onemap.extent_m) if layer.key == "water"]
    assert len(found) == 1
    area = float(shapely.union_all(list(found[0].shapes)).area)
    whole = float(shapely.union_all(onemap.shapes["subdistrict"]).area)
    assert 0.001 < area / whole < 0.5
    assert all(shapely.is_valid(shape) for shape in found[0].shapes)


def test_where_nothing_lies_there_is_no_layer(onemap: OneMap) -> None:
    assert ground_layers(onemap, (0.0, 0.0, 10.0, 10.0)) == ()


def test_the_ground_is_drawn(onemap: OneMap) -> None:
    extent = _extent(onemap)
    figure = MapFigure("g", say("Map"), extent, ground_layers(onemap, extent))
    svg = draw_map(figure, paper_of(crs=onemap.crs))
    assert svg == draw_map(figure, paper_of(crs=onemap.crs))
    assert "#9AA5AD" in svg
    assert len(svg) > 20_000
