"""Where places meet the roads: the nearest position, the limit, and what lies beyond it."""

import time

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import Conditions, Locator, RoadNetwork, Vehicle, weights_ms
from tests.routing.road_frames import built, named, road, round_model


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return built(
        road((0, 0), (1000, 0), name="main"),
        road((0, 40), (1000, 40), name="footway", road_class="footway"),
        road((0, 100), (400, 100), name="lane", width_m=2.0),
        road((0, -50), (1000, -50), name="motorway", road_class="motorway"),
    )


def at(*places: tuple[float, float]) -> np.ndarray:
    return np.array(places, np.float64)


def test_the_nearest_position_not_the_nearest_node(network: RoadNetwork) -> None:
    snaps = Locator(network).snap(at((250, 12), (990, -5)), limit_m=100)
    assert snaps.road.tolist() == [named(network, "main")] * 2
    assert snaps.offset.tolist() == [0.25, 0.99]
    assert snaps.xy_m.tolist() == [[250, 0], [990, 0]]
    assert snaps.place_xy_m.tolist() == [[250, 12], [990, -5]]
    assert snaps.distance_m.tolist() == [12, 5]


def test_vehicles_do_not_snap_to_footways_nor_walkers_to_motorways(network: RoadNetwork) -> None:
    by_car = Locator(network).snap(at((500, 39), (500, -49)), limit_m=100)
    on_foot = Locator(network, on_foot=True).snap(at((500, 39), (500, -49)), limit_m=100)
    names = [[network.names[network.road_name[r]] for r in s.road] for s in (by_car, on_foot)]
    assert names == [["main", "motorway"], ["footway", "main"]]


def test_the_limit_is_inclusive_and_beyond_it_the_distance_is_told(network: RoadNetwork) -> None:
    places = at((500, -150), (500, -150.001), (500, -2050))
    snaps = Locator(network).snap(places, limit_m=100)
    assert snaps.on_network.tolist() == [True, False, False]
    assert snaps.distance_m.tolist() == pytest.approx([100, 100.001, 2000])
    assert snaps.xy_m[1:].tolist() == places[1:].tolist()
    assert snaps.road[1:].tolist() == [-1, -1]


def test_an_end_of_a_road_is_its_node_exactly(network: RoadNetwork) -> None:
    snaps = Locator(network).snap(at((-30, 0), (1000.0002, 0), (0.0004, 3)), limit_m=100)
    assert snaps.offset.tolist() == [0.0, 1.0, 0.0]


def test_at_one_distance_the_first_piece_is_taken() -> None:
    star = built(*(road((0, 0), end) for end in ((100, 0), (0, 100), (-100, 0), (0, -100))))
    snaps = Locator(star).snap(at((0, 0), (5, 5), (-5, 5)), limit_m=10)
    distances = shapely.distance(star.lines[:, None], shapely.points(snaps.place_xy_m)[None, :])
    assert snaps.road.tolist() == distances.argmin(axis=0).tolist()


def test_a_wide_vehicle_stops_on_the_nearest_road_it_can_take(network: RoadNetwork) -> None:
    """Row S1-21: 90 m into the village the lane is 2 m wide; the engine waits on the main road."""
    engine = weights_ms(network, round_model(), Conditions(vehicle=Vehicle(2.5)))
    place = at((300, 90))
    by_car = Locator(network).snap(place, limit_m=100)
    by_engine = Locator(network).snap(place, limit_m=100, usable=engine.usable_roads)
    assert (by_car.road[0], by_car.distance_m[0]) == (named(network, "lane"), 10)
    assert (by_engine.road[0], by_engine.distance_m[0]) == (named(network, "main"), 90)


def test_no_usable_road_and_no_position_are_off_the_network(network: RoadNetwork) -> None:
    nothing = np.zeros(network.road_count, np.bool_)
    none = Locator(network).snap(at((5, 5)), limit_m=100, usable=nothing)
    nowhere = Locator(network).snap(at((np.nan, 5), (np.inf, 0)), limit_m=100)
    footways = built(road((0, 0), (9, 0), road_class="footway"))
    foot_only = Locator(footways).snap(at((5, 5)), limit_m=100)
    for snaps in (none, nowhere, foot_only):
        assert not snaps.on_network.any()
        assert np.isinf(snaps.distance_m).all()
    assert len(Locator(network).snap(np.empty((0, 2)), limit_m=5)) == 0


def test_take_keeps_the_columns_together(network: RoadNetwork) -> None:
    snaps = Locator(network).snap(at((1, 1), (2, 3), (3, 5)), limit_m=100)
    assert snaps.take(1).distance_m.tolist() == [3]
    assert snaps.take(slice(1, None)).distance_m.tolist() == [3, 5]
    assert snaps.take(np.array([True, False, True])).distance_m.tolist() == [1, 5]
    assert len(snaps.take(np.array([], np.int64))) == 0


SPOT = st.tuples(st.integers(0, 30), st.integers(0, 30))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(SPOT, SPOT).filter(lambda ends: ends[0] != ends[1]), min_size=1, max_size=8),
    st.lists(SPOT, min_size=1, max_size=6),
    st.data(),
)
def test_snaps_equal_a_search_through_all_pieces(
    lines: list[tuple[tuple[int, int], tuple[int, int]]],
    places: list[tuple[int, int]],
    data: st.DataObject,
) -> None:
    network = built(*(road(*ends) for ends in lines))
    xy_m = np.array(places, np.float64)
    usable = np.array([data.draw(st.booleans()) for _ in range(network.road_count)])
    for mask in (None, usable):
        snaps = Locator(network).snap(xy_m, limit_m=12, usable=mask)
        allowed = np.flatnonzero(mask) if mask is not None else np.arange(network.road_count)
        for i, point in enumerate(shapely.points(xy_m)):
            distance = shapely.distance(network.lines[allowed], point)
            best = float(distance.min(initial=np.inf))
            assert snaps.distance_m[i] == best
            assert snaps.on_network[i] == (best <= 12)
            if best <= 12:
                assert snaps.road[i] == allowed[distance.argmin()]
                assert shapely.distance(point, shapely.points(snaps.xy_m[i])) == pytest.approx(best)
            else:
                assert snaps.xy_m[i].tolist() == xy_m[i].tolist()


def test_two_thousand_places_are_quick() -> None:
    """Asked are 100 ms for 2,000 places; allowed here is what a busy machine needs."""
    rng = np.random.default_rng(5)
    ends = rng.uniform(0, 20_000, (5_000, 2))
    network = built(*(road((x, y), (x + 150, y + 40)) for x, y in ends))
    locator = Locator(network)
    locator.snap(ends[:1], limit_m=500)
    started = time.process_time()
    locator.snap(rng.uniform(0, 20_000, (2_000, 2)), limit_m=500)
    assert time.process_time() - started < 0.5
