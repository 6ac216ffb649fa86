"""The land alone: water, hills and works lie where a district could have them, for every seed."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from sample.land import EXTENT_M, ORIGIN_M, Land, make_land, one_line, one_polygon, smooth

SEEDS = (1, 2, 3, 17, 2026)
SCALES = (0.35, 1.0)


@pytest.fixture(scope="module", params=[(seed, scale) for seed in SEEDS for scale in SCALES])
def land(request: pytest.FixtureRequest) -> Land:
    seed, scale = request.param
    return make_land(scale, np.random.default_rng(seed))


def test_every_shape_is_valid_and_none_is_empty(land: Land) -> None:
    shapes = [
        land.outline, land.river, land.islet, land.creek, land.lake,
        *land.hills, *land.industry, *land.bridges, land.river_line, land.expressway,
    ]  # fmt: skip
    assert all(shape.is_valid and not shape.is_empty for shape in shapes)
    assert all(shape.is_simple for shape in (land.river_line, land.expressway))


def test_the_outline_keeps_to_the_extent(land: Land) -> None:
    west, south, east, north = land.outline.bounds
    width, height = land.extent_m
    assert west >= ORIGIN_M[0] - 0.04 * width
    assert south >= ORIGIN_M[1] - 0.04 * height
    assert east <= ORIGIN_M[0] + 1.04 * width
    assert north <= ORIGIN_M[1] + 1.04 * height
    assert 0.75 < land.outline.area / (width * height) < 1.0
    assert not land.outline.interiors


def test_the_river_parts_the_land_in_two_banks(land: Land) -> None:
    banks = shapely.get_parts(land.outline.difference(land.whole_river))
    large = [bank for bank in banks if bank.area > 0.05 * land.outline.area]
    assert len(large) == 2
    assert sum(bank.area for bank in large) > 0.8 * land.outline.area


def test_the_river_keeps_its_width_in_metres_at_every_scale(land: Land) -> None:
    """Half of 300 to 470 m: a smaller land does not get a smaller river to bridge."""
    stations = shapely.line_interpolate_point(
        land.river_line, np.linspace(0.15, 0.3, 12), normalized=True
    )
    away = shapely.distance(stations, land.river.exterior)
    assert away.min() > 120.0
    assert away.max() < 300.0


def test_the_islet_is_ringed_by_water(land: Land) -> None:
    assert not land.islet.intersects(land.outline.difference(land.whole_river))
    assert land.islet.intersection(land.river).area == pytest.approx(0.0, abs=1e-3)
    assert land.whole_river.contains(land.islet)
    assert land.islet.distance(land.whole_river.exterior) > 5.0
    assert land.islet.area > 40_000.0


def test_lake_creek_and_river_are_different_waters(land: Land) -> None:
    assert not land.lake.intersects(land.river)
    assert land.creek.intersection(land.river).area == pytest.approx(0.0, abs=1e-3)
    assert land.outline.contains(land.lake)
    assert land.outline.buffer(0.01).contains(land.creek)


def test_the_creek_runs_into_the_river(land: Land) -> None:
    assert land.creek.distance(land.whole_river) < 1.0


def test_hills_and_works_lie_on_dry_ground_of_the_district(land: Land) -> None:
    for shape in (*land.hills, *land.industry):
        assert land.outline.buffer(0.01).contains(shape)
    for park in land.industry:
        assert not any(park.intersects(hill) for hill in land.hills)
        assert not park.intersects(land.lake)
    assert len(land.hills) == 3
    assert len(land.industry) == 2


def test_every_bridge_crosses_the_whole_river_and_lands_on_both_banks(land: Land) -> None:
    assert len(land.bridges) == 5
    for bridge in land.bridges:
        assert bridge.crosses(land.river_line)
        first, last = (shapely.Point(bridge.coords[at]) for at in (0, -1))
        assert not land.whole_river.contains(first)
        assert not land.whole_river.contains(last)
        chord = np.diff(shapely.get_coordinates(bridge)[[0, -1]], axis=0)[0]
        assert bridge.length == pytest.approx(float(np.hypot(*chord)))


def test_no_two_bridges_cross_each_other(land: Land) -> None:
    over = [bridge.intersection(land.whole_river) for bridge in land.bridges]
    assert not any(one.intersects(other) for at, one in enumerate(over) for other in over[at + 1 :])


def test_the_expressway_runs_through_and_out_on_both_sides(land: Land) -> None:
    ends = [shapely.Point(land.expressway.coords[at]) for at in (0, -1)]
    assert not any(land.outline.contains(end) for end in ends)
    assert land.expressway.intersection(land.outline).length > land.extent_m[1]


def test_centres_are_weights_with_a_first_and_largest(land: Land) -> None:
    assert land.centres.shape == (7, 4)
    assert land.centres[0, 2] == land.centres[:, 2].max() == 1.0
    assert (land.centres[:, 3] > 0.0).all()
    dry = land.outline.difference(land.whole_river)
    assert dry.contains(shapely.Point(land.centres[0, :2]))


def test_a_larger_scale_is_the_same_plan_with_longer_sides() -> None:
    small, large = (make_land(scale, np.random.default_rng(9)) for scale in (1.0, 2.0))
    assert large.outline.area == pytest.approx(4.0 * small.outline.area, rel=1e-6)
    assert large.lake.area == pytest.approx(4.0 * small.lake.area, rel=1e-6)
    assert small.extent_m == EXTENT_M
    middle = np.array(ORIGIN_M)
    assert (large.centres[:, :2] - middle) == pytest.approx(2.0 * (small.centres[:, :2] - middle))


def test_the_same_seed_gives_the_same_land_to_the_last_bit() -> None:
    one, two = (make_land(1.0, np.random.default_rng(4)) for _ in range(2))
    assert shapely.to_wkb(one.outline) == shapely.to_wkb(two.outline)
    assert shapely.to_wkb(one.river) == shapely.to_wkb(two.river)
    assert (one.centres == two.centres).all()


POINTS = st.lists(
    st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4)), min_size=3, max_size=12, unique=True
)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(points=POINTS, rounds=st.integers(0, 4), closed=st.booleans())
def test_smoothing_never_leaves_the_hull_of_its_points(
    points: list[tuple[float, float]], rounds: int, *, closed: bool
) -> None:
    given_points = np.array(points)
    found = smooth(given_points.copy(), rounds, closed=closed)
    hull = shapely.MultiPoint(points).convex_hull.buffer(1e-6)
    assert shapely.covers(hull, shapely.points(found)).all()
    if closed:
        assert len(found) == len(points) * 2**rounds
        assert found.mean(axis=0) == pytest.approx(given_points.mean(axis=0), abs=1e-6)
    else:
        assert found[0].tolist() == given_points[0].tolist()
        assert found[-1].tolist() == given_points[-1].tolist()


def test_smoothing_leaves_its_argument_alone() -> None:
    points = np.array(((0.0, 0.0), (4.0, 0.0), (4.0, 4.0)))
    before = points.copy()
    smooth(points, 3, closed=True)
    assert (points == before).all()


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        ("POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))", 4.0),
        ("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 9 5, 9 9, 5 5)))", 8.0),
        ("GEOMETRYCOLLECTION (POINT (1 1), LINESTRING (0 0, 9 9), POLYGON ((0 0,1 0,1 1,0 0)))",
         0.5),
    ],
)  # fmt: skip
def test_the_largest_polygon_of_whatever_an_overlay_leaves(shape: str, area: float) -> None:
    assert one_polygon(shapely.from_wkt(shape)).area == area


@pytest.mark.parametrize(
    ("shape", "length"),
    [
        ("LINESTRING (0 0, 3 0)", 3.0),
        ("MULTILINESTRING ((0 0, 1 0), (0 1, 5 1), (0 2, 2 2))", 5.0),
        ("GEOMETRYCOLLECTION (POINT (1 1), LINESTRING (0 0, 0 7))", 7.0),
    ],
)
def test_the_longest_line_of_whatever_an_overlay_leaves(shape: str, length: float) -> None:
    assert one_line(shapely.from_wkt(shape)).length == length


@pytest.mark.parametrize("shape", ["POINT (0 0)", "POLYGON ((0 0, 1 0, 1 1, 0 0))"])
def test_no_line_at_all_is_a_bug_not_a_guess(shape: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        one_line(shapely.from_wkt(shape))
