"""Reach polygons hold every road position reached in time, and not much more."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import Conditions, Locator, Weights, reach_polygons, tree_from, weights_ms
from routing.reaching import BESIDE_ROAD_M
from tests.routing.road_frames import built, named, road, round_model, snaps_on


def straight() -> Weights:
    """Return one residential road of 5 km, 10 m/s, and a one-way road far away."""
    network = built(
        road((0, 0), (5000, 0), name="long"), road((0, 9000), (5000, 9000), name="other", oneway=1)
    )
    return weights_ms(network, round_model(), Conditions())


def test_the_ground_along_a_straight_road_by_hand() -> None:
    """From the middle, 100 s are 1,000 m either way; the border runs 100 m beyond."""
    weights = straight()
    source = snaps_on(weights.network, [(named(weights.network, "long"), 0.5)])
    (area,) = reach_polygons(weights, source, [100_000], access_kmh=5)
    assert area.is_valid
    assert area.contains(shapely.LineString([(1500, 0), (3500, 0)]))
    west, south, east, north = area.bounds
    for got, meant in ((west, 1400), (east, 3600), (south, -100), (north, 100)):
        assert got == pytest.approx(meant, abs=25)
    assert area.area == pytest.approx(2000 * 200 + np.pi * 100**2, rel=0.06)


def test_a_one_way_road_is_reached_ahead_only_and_access_legs_take_time() -> None:
    """100 m of access at 3.6 km/h take all of 100 s: nothing is left to drive."""
    weights = straight()
    other = [(named(weights.network, "other"), 0.5)]
    (area,) = reach_polygons(weights, snaps_on(weights.network, other), [60_000], access_kmh=5)
    assert area.bounds[0] == pytest.approx(2400, abs=25)
    assert area.bounds[2] == pytest.approx(3200, abs=25)
    far = snaps_on(weights.network, other, 100.0)
    areas = reach_polygons(weights, far, [99_999, 100_000, 110_000], access_kmh=3.6)
    assert areas[0].is_empty
    assert areas[1].contains(shapely.Point(2500, 9000))
    assert areas[2].bounds[2] == pytest.approx(2700, abs=25)


def test_nothing_is_reached_from_nowhere() -> None:
    weights = straight()
    off = Locator(weights.network).snap(np.array([[0.0, 4000.0]]), limit_m=100)
    areas = reach_polygons(weights, off, [60_000, 0], access_kmh=5)
    assert [area.is_empty for area in areas] == [True, True]
    assert reach_polygons(weights, off, [], access_kmh=5) == ()


SPOT = st.tuples(st.integers(0, 6), st.integers(0, 6))


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(SPOT, SPOT).filter(lambda e: e[0] != e[1]), min_size=1, max_size=10),
    st.lists(st.sampled_from([0.0, 0.4, 1.0]), min_size=1, max_size=3),
    st.data(),
)
def test_every_position_reached_in_time_is_inside(
    lines: list[tuple[tuple[int, int], tuple[int, int]]], shares: list[float], data: st.DataObject
) -> None:
    """Thresholds are the very times of positions, so that "exactly on time" is tried as well."""
    network = built(
        *(
            road(*[(x * 310.0, y * 310.0) for x, y in ends], oneway=i % 3 - 1, name=str(i))
            for i, ends in enumerate(lines)
        )
    )
    weights = weights_ms(network, round_model(), Conditions())
    piece = st.integers(0, network.road_count - 1)
    sources = snaps_on(network, [(data.draw(piece), share) for share in shares])
    probes = snaps_on(network, [(p, s) for p in range(network.road_count) for s in (0, 0.33, 1.0)])
    trees = [tree_from(weights, sources.take(i), access_kmh=5) for i in range(len(sources))]
    found = np.stack([tree.time_ms(probes) for tree in trees])
    times = np.where(found < 0, np.inf, found).min(axis=0)
    threshold = int(data.draw(st.sampled_from(times[np.isfinite(times)].tolist())))
    small, area = reach_polygons(weights, sources, [threshold // 2, threshold], access_kmh=5)
    points = shapely.points(probes.xy_m)
    assert shapely.covers(area, points)[times <= threshold].all()
    assert area.is_valid
    assert small.difference(area).area < 1e-6
    # and no ground far from any road that is reached in time
    reached = shapely.union_all(network.lines[np.isin(np.arange(network.road_count), probes.road)])
    assert area.difference(reached.buffer(BESIDE_ROAD_M * 1.4)).area < 1e-6
