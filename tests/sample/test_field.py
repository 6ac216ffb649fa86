"""The rasters alone: what they say at a point is what the land says there."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from sample.field import CELL_M, Field
from sample.land import Land

from .worlds import SEEDS, world


@pytest.fixture(scope="module", params=SEEDS)
def ground(request: pytest.FixtureRequest) -> tuple[Land, Field]:
    held = world(request.param)
    return held.land, held.field


def centres_of(field: Field, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return middles of random cells and their (row, column)."""
    rng = np.random.default_rng(0)
    rows, columns = field.density.shape
    at = np.column_stack((rng.integers(0, rows, count), rng.integers(0, columns, count)))
    middles = np.asarray(field.corner_m) + (at[:, ::-1] + 0.5) * CELL_M
    return middles, at


def test_rasters_have_one_shape_and_no_gap(ground: tuple[Land, Field]) -> None:
    _, field = ground
    rasters = (field.double_cos, field.double_sin, field.density, field.water_m, field.inside)
    assert {raster.shape for raster in rasters} == {field.density.shape}
    assert all(np.isfinite(raster).all() for raster in rasters)


def test_the_raster_covers_the_land_with_a_margin(ground: tuple[Land, Field]) -> None:
    land, field = ground
    rows, columns = field.density.shape
    west, south = field.corner_m
    frame = shapely.box(west, south, west + columns * CELL_M, south + rows * CELL_M)
    assert frame.buffer(-2.0 * CELL_M).contains(land.outline)
    assert not field.inside[[0, -1]].any()
    assert not field.inside[:, [0, -1]].any()


def test_inside_agrees_with_the_outline(ground: tuple[Land, Field]) -> None:
    land, field = ground
    assert field.inside.sum() * CELL_M**2 == pytest.approx(land.outline.area, rel=0.01)
    middles, at = centres_of(field, 300)
    told = field.inside[at[:, 0], at[:, 1]]
    assert (told == shapely.contains_xy(land.outline, *middles.T)).all()


def test_metres_to_the_water_are_true(ground: tuple[Land, Field]) -> None:
    land, field = ground
    water = shapely.union_all([land.river, land.islet, land.lake])
    middles, at = centres_of(field, 200)
    told = field.water_m[at[:, 0], at[:, 1]]
    assert told == pytest.approx(shapely.distance(shapely.points(middles), water), abs=1e-6)


def test_a_sample_is_the_cell_it_lies_in(ground: tuple[Land, Field]) -> None:
    _, field = ground
    middles, _ = centres_of(field, 100)
    by_cell = [field.density[field.cell(x, y)] for x, y in middles]
    assert field.sample(field.density, middles).tolist() == by_cell


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.floats(-1e7, 1e7), st.floats(-1e7, 1e7))
def test_any_point_however_far_reads_a_cell_of_the_raster(x: float, y: float) -> None:
    field = world(SEEDS[0]).field
    row, column = field.cell(x, y)
    rows, columns = field.density.shape
    assert 0 <= row < rows
    assert 0 <= column < columns


def test_the_old_town_is_densest_and_hills_are_nearly_empty(ground: tuple[Land, Field]) -> None:
    land, field = ground
    core = field.density[field.cell(*land.centres[0, :2])]
    assert core > 0.8
    for hill in land.hills:
        top = hill.representative_point()
        assert field.density[field.cell(top.x, top.y)] < 0.1 * core


def test_works_are_thin_even_beside_a_centre(ground: tuple[Land, Field]) -> None:
    land, field = ground
    for park in land.industry:
        heart = park.representative_point()
        assert field.density[field.cell(heart.x, heart.y)] <= 0.2


def test_streets_run_along_the_bank(ground: tuple[Land, Field]) -> None:
    """At the river's middle the field's direction is the river's own, to within 30 degrees."""
    land, field = ground
    line = land.river_line
    stations = np.linspace(0.2, 0.8, 30) * line.length
    here = shapely.get_coordinates(shapely.line_interpolate_point(line, stations))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, stations + 60.0)) - here
    course = np.arctan2(ahead[:, 1], ahead[:, 0])
    double = np.arctan2(field.sample(field.double_sin, here), field.sample(field.double_cos, here))
    lean = np.abs(np.angle(np.exp(1j * (double - 2.0 * course)))) / 2.0
    assert np.degrees(np.median(lean)) < 15.0
    assert np.degrees(lean).max() < 40.0


def test_neighbouring_cells_turn_gently(ground: tuple[Land, Field]) -> None:
    """A road can follow the field: between cells it turns by little nearly everywhere."""
    _, field = ground
    double = field.double_cos + 1j * field.double_sin
    turn = np.abs(np.angle(double[:, 1:] * np.conj(double[:, :-1]))) / 2.0
    assert np.degrees(np.percentile(turn, 95)) < 15.0
