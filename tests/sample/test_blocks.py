"""Blocks and local roads alone: every cut parts its block in two and nothing is lost."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from sample.blocks import LANE, TOWN, TRACK, WORKS, _cut, coarse_blocks, cut_blocks

from .worlds import SEEDS, World, world


@pytest.fixture(scope="module", params=SEEDS)
def held(request: pytest.FixtureRequest) -> World:
    return world(request.param)


@st.composite
def quarters(draw: st.DrawFn) -> shapely.Polygon:
    """Return a convex block of 40 to 900 m."""
    turn = draw(st.floats(0.0, 3.1))
    width, depth = draw(st.floats(40.0, 900.0)), draw(st.floats(40.0, 900.0))
    box = shapely.box(0.0, 0.0, width, depth)
    return shapely.affinity.rotate(box, turn, use_radians=True)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(quarters(), min_size=1, max_size=4), st.integers(0, 2**32 - 1))
def test_a_cut_leaves_all_of_its_block_and_knows_whose_part_is_whose(
    shapes: list[shapely.Polygon], seed: int
) -> None:
    blocks = np.array(shapes, dtype=object)
    lean = np.full(len(blocks), 0.1)
    roads, parts, parent = _cut(blocks, np.random.default_rng(seed), lean)
    assert len(roads) == len(blocks)
    for at, block in enumerate(blocks):
        own = parts[parent == at]
        assert len(own) == 2
        assert shapely.area(own).sum() == pytest.approx(block.area, rel=1e-6)
        assert min(shapely.area(own)) > 0.2 * block.area
        assert block.buffer(1e-6).contains(roads[at])
        assert own[0].intersection(own[1]).area == pytest.approx(0.0, abs=1e-6)


def test_a_long_block_is_cut_across_its_long_side() -> None:
    blocks = np.array([shapely.box(0, 0, 400, 60)], dtype=object)
    roads, _, _ = _cut(blocks, np.random.default_rng(0), np.array([0.0]))
    west, south, east, north = roads[0].bounds
    assert east - west < 20.0
    assert north - south == pytest.approx(60.0)
    assert 120.0 < west < 280.0


def test_coarse_blocks_fill_the_land_without_overlap(held: World) -> None:
    coarse = held.streets.blocks.coarse
    assert shapely.area(coarse).sum() == pytest.approx(held.land.outline.area, rel=1e-6)
    assert shapely.union_all(coarse).area == pytest.approx(held.land.outline.area, rel=1e-6)


def test_coarse_blocks_of_a_land_without_roads_are_its_banks_and_waters(held: World) -> None:
    coarse = coarse_blocks(held.land, np.array([], dtype=object))
    assert shapely.area(coarse).sum() == pytest.approx(held.land.outline.area, rel=1e-6)
    assert any(block.symmetric_difference(held.land.lake).area < 10.0 for block in coarse)


def test_parks_villages_and_fine_blocks_share_no_ground(held: World) -> None:
    blocks = held.streets.blocks
    fine = shapely.union_all(blocks.fine)
    assert shapely.area(blocks.fine).sum() == pytest.approx(fine.area, rel=1e-6)
    for park in blocks.parks:
        assert fine.intersection(park).area == pytest.approx(0.0, abs=0.1)
    for village in blocks.villages:
        assert not any(village.equals(park) for park in blocks.parks)


def test_no_local_road_lies_in_water_or_in_a_park(held: World) -> None:
    blocks = held.streets.blocks
    closed = [held.land.river, held.land.lake, held.land.islet, *blocks.parks]
    for shape in closed:
        inner = shape.buffer(-1.0)
        assert not shapely.intersects(inner, blocks.cuts).any()


def test_every_cut_tells_its_kind_and_the_block_it_parted(held: World) -> None:
    blocks = held.streets.blocks
    assert len(blocks.cuts) == len(blocks.cut_size_m2) == len(blocks.cut_kind)
    assert set(blocks.cut_kind.tolist()) <= {TOWN, LANE, WORKS, TRACK}
    assert blocks.cut_size_m2.min() > 700.0
    hills = shapely.union_all(np.array(held.land.hills, dtype=object))
    tracks = blocks.cuts[blocks.cut_kind == TRACK]
    assert np.mean(shapely.distance(tracks, hills) < 1.0) >= 0.5


def test_lanes_lie_in_villages_only(held: World) -> None:
    blocks = held.streets.blocks
    villages = shapely.union_all(blocks.villages).buffer(0.5)
    lanes = blocks.cuts[blocks.cut_kind == LANE]
    assert len(lanes) > 20
    assert shapely.contains(villages, lanes).all()


def test_villages_stand_apart_at_the_edge_of_town(held: World) -> None:
    villages = held.streets.blocks.villages
    middle = shapely.get_coordinates(shapely.centroid(villages))
    gaps = np.hypot(*(middle[:, None] - middle[None]).transpose(2, 0, 1))
    gaps[np.diag_indices(len(gaps))] = np.inf
    assert gaps.min() > 1_100.0
    density = held.field.sample(held.field.density, middle)
    assert ((density > 0.1) & (density < 0.45)).all()


@pytest.mark.parametrize("wanted", [1, 50, 400])
def test_the_budget_of_roads_is_kept(held: World, wanted: int) -> None:
    blocks = cut_blocks(
        held.land, held.field, held.streets.blocks.coarse, wanted, np.random.default_rng(0)
    )
    assert wanted <= len(blocks.cuts) <= wanted + 1 + len(blocks.coarse)


def test_an_unreachable_budget_ends_when_no_block_is_ripe(held: World) -> None:
    blocks = cut_blocks(
        held.land, held.field, held.streets.blocks.coarse, 10**6, np.random.default_rng(0)
    )
    assert len(blocks.cuts) < 10**5
    assert blocks.cut_size_m2.min() > 700.0
