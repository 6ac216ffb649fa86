"""The searches of a brief: closures, stops short, vehicles, and what is shared."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from desks.command import Closures, Incident
from desks.command.ways import ON_FOOT, Barred, ways_of
from desks.onemap import ANY_VEHICLE, OneMap
from routing import UNREACHED, Conditions, Vehicle, weights_ms
from tests.desks.making import CALM, at_town, town_place

ENGINE = Vehicle(2.5, 3.6, 18.0)


@settings(derandomize=True, deadline=None, max_examples=25)
@given(
    middle=st.tuples(st.integers(0, 2000), st.integers(-500, 1500)),
    radius_m=st.integers(1, 900),
    conditions=st.sampled_from(
        [ON_FOOT, Conditions(), Conditions(hour=8), Conditions(hour=8, vehicle=ENGINE)]
    ),
)
def test_weights_with_closures_are_those_of_the_engine_room(
    town: OneMap, middle: tuple[int, int], radius_m: int, conditions: Conditions
) -> None:
    """The short cut over kept weights gives what routing gives from scratch, reasons included."""
    area = shapely.Point(town_place(*middle)).buffer(radius_m)
    ways = ways_of(town, at_town(750, 500, closures=Closures((area,))))
    assert ways.closed is not None
    quick = ways._weights(conditions, Barred.CLOSED)
    whole = weights_ms(town.network, town.speed_model, conditions, closed=ways.closed)
    assert np.array_equal(quick.ms, whole.ms)
    assert np.array_equal(quick.block, whole.block)
    assert np.array_equal(quick.delay_ms[~ways.closed], whole.delay_ms[~ways.closed])
    assert np.array_equal(quick.usable_roads, whole.usable_roads)


def test_closures_leave_the_kept_weights_as_they_were(town: OneMap) -> None:
    before = town.open_weights(Conditions(hour=8)).ms.copy()
    area = shapely.Point(town_place(750, 500)).buffer(5_000)
    ways = ways_of(town, at_town(750, 500, closures=Closures((area,))))
    ways.by_road(ANY_VEHICLE)
    assert np.array_equal(town.open_weights(Conditions(hour=8)).ms, before)


def test_one_search_serves_all_vehicles_of_a_kind(town: OneMap) -> None:
    ways = ways_of(town, at_town(750, 500))
    assert ways.by_road(ENGINE) is ways.by_road(Vehicle(2.5, 3.6, 18.0))
    assert ways.by_road(ENGINE) is not ways.by_road(ENGINE, free_flow=True)
    assert ways.by_road(ENGINE) is ways.by_road(ENGINE, barred=Barred.NOTHING)


def test_a_stop_short_never_leaves_its_part_of_the_network(town: OneMap) -> None:
    """The islet's only road is closed: no vehicle stops on the mainland 500 m across the water."""
    x_m, y_m = town_place(2550, -500)
    closed = Closures((shapely.Point(x_m, y_m).buffer(300),))
    ways = ways_of(town, at_town(2550, -500, closures=closed))
    approach = ways.by_road(ANY_VEHICLE)
    assert not approach.has_stop
    assert (approach.time_ms(town.access["team"]) == UNREACHED).all()


def test_a_stop_short_is_within_the_limit_or_none(town: OneMap) -> None:
    """Every road within 500 m is closed: nobody walks 600 m by guess."""
    closed = Closures((shapely.Point(town_place(750, 500)).buffer(600),))
    approach = ways_of(town, at_town(750, 500, closures=closed)).by_road(ANY_VEHICLE)
    assert not approach.has_stop
    assert (approach.time_ms(town.access["team"]) == UNREACHED).all()


@pytest.mark.parametrize(
    ("vehicle", "short_m"),
    [
        (Vehicle(1.8, 2.0, 3.0), 0),
        (Vehicle(width_m=2.0), 0),
        (Vehicle(width_m=2.01), 80),
        (ANY_VEHICLE, 0),
    ],
)
def test_a_vehicle_exactly_as_wide_as_the_lane_passes(
    town: OneMap, vehicle: Vehicle, short_m: int
) -> None:
    """Row S1-21: 窄巷 is 2.0 m wide; 2.00 m passes, 2.01 m stops at the lane's mouth."""
    way = ways_of(town, at_town(1200, 80)).by_road(vehicle).way(town.access["team"], 0)
    assert way is not None
    assert way.stop.short_m == pytest.approx(short_m, abs=0.02)


def test_walkers_go_where_no_engine_goes(town: OneMap) -> None:
    """Row S1-16: on foot 学堂路 is walked against its one way; 500 m at 0.83 m/s are 602.4 s."""
    ways = ways_of(town, at_town(500, 1000))
    limited = ways.on_foot_to(limit_ms=700_000)
    depot = town.access["depot"]  # D2 stands at (500, 0), D1 at (500, 1000)
    assert limited.time_ms(depot)[0] == 0
    assert ways.on_foot_from().time_ms(depot)[1] == pytest.approx(1_204_800, abs=50)
    assert limited.time_ms(depot)[1] == UNREACHED  # over the limit


def test_an_ordinary_car_has_no_priority(town: OneMap) -> None:
    ways = ways_of(town, at_town(750, 500))
    team = town.access["team"]
    siren, ordinary = (
        tree.time_ms(team)[0] for tree in (ways.by_road(ANY_VEHICLE), ways.without_siren())
    )
    assert siren == pytest.approx(31_250, abs=5)
    assert ordinary == pytest.approx(25_000 + 12_500, abs=5)


def test_far_off_the_roads_nothing_is_searched(town: OneMap) -> None:
    ways = ways_of(town, Incident(town_place(3500, 1500), CALM))
    assert not ways.on_network
    assert ways.nearest.distance_m[0] == pytest.approx(1_500, abs=0.02)
    assert not ways._approaches
    assert not ways._foot_trees
