"""What an arc costs and why it may not be used, worked out by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.roads import ROAD_CLASSES
from routing import (
    IMPASSABLE,
    UNREACHED,
    Block,
    Conditions,
    RoadNetwork,
    SpeedModel,
    Vehicle,
    tree_to,
    weights_ms,
)
from routing.weights import vehicle_roads, walkable_roads
from tests.routing.road_frames import (
    arc_times,
    built,
    changed,
    named,
    node_at,
    road,
    round_model,
    snaps_on,
)

MODEL = round_model()
ENGINE = Vehicle(width_m=2.5, height_m=3.6, weight_t=18.0)


def one_road(**columns: object) -> RoadNetwork:
    return built(road((0, 0), (1000, 0), name="it", **columns))


def times(
    network: RoadNetwork, conditions: Conditions, model: SpeedModel = MODEL
) -> tuple[int, int]:
    return arc_times(network, weights_ms(network, model, conditions).ms, "it")


def test_time_is_length_over_speed_times_priority_over_congestion() -> None:
    """1,000 m at 72 km/h = 50 s; x 1.25 priority = 40 s; / 2 in the rush hour = 80 s."""
    network = one_road(road_class="primary")
    model = changed(MODEL, priority__arterial=1.25)
    assert times(network, Conditions(emergency=False), model) == (50_000, 50_000)
    assert times(network, Conditions(), model) == (40_000, 40_000)
    assert times(network, Conditions(hour=8), model) == (80_000, 80_000)
    assert times(network, Conditions(hour=9), model) == (40_000, 40_000)


def test_a_roads_own_speed_stands_in_for_its_class() -> None:
    assert times(one_road(speed_kmh=18.0), Conditions()) == (200_000, 200_000)


def test_milliseconds_are_rounded_once() -> None:
    """1,000 m at 25 km/h is 144,000 ms; at 47 km/h 76,595.74."""
    assert times(one_road(speed_kmh=25.0), Conditions()) == (144_000, 144_000)
    assert times(one_road(speed_kmh=47.0), Conditions()) == (76_596, 76_596)


@pytest.mark.parametrize(("oneway", "blocked"), [(0, ()), (1, (1,)), (-1, (0,))])
def test_one_way_streets(oneway: int, blocked: tuple[int, ...]) -> None:
    network = one_road(oneway=oneway)
    weights = weights_ms(network, MODEL, Conditions())
    for side in (0, 1):
        arc = network.road_arc[0, side]
        assert (weights.ms[arc] == IMPASSABLE) == (side in blocked)
        assert (weights.block[arc] == Block.ONEWAY) == (side in blocked)
    assert times(network, Conditions(on_foot=True)) == (1_204_819, 1_204_819)


def test_walkers_keep_off_motorways_and_vehicles_off_footways() -> None:
    for name in ROAD_CLASSES:
        network = one_road(road_class=name)
        drives = times(network, Conditions())[0] < IMPASSABLE
        walks = times(network, Conditions(on_foot=True))[0] < IMPASSABLE
        assert drives == (name != "footway") == bool(vehicle_roads(network)[0])
        assert (
            walks
            == (not name.startswith(("motorway", "trunk")))
            == bool(walkable_roads(network)[0])
        )


def test_a_junction_delays_who_enters_it_where_three_roads_meet() -> None:
    """Two roads and a footway make no junction; a third road, or a loop, does."""
    cross = (road((0, 0), (1000, 0), name="it"), road((1000, 0), (1100, 0)))
    assert times(built(*cross), Conditions()) == (100_000, 100_000)
    with_path = built(*cross, road((1000, 0), (1000, 50), road_class="footway"))
    assert times(with_path, Conditions()) == (100_000, 100_000)
    three = built(*cross, road((1000, 0), (1000, 50)))
    assert times(three, Conditions()) == (105_000, 100_000)
    loop = built(cross[0], road((1000, 0), (1050, 50), (1050, -50), (1000, 0)))
    assert times(loop, Conditions()) == (105_000, 100_000)
    assert times(three, Conditions(on_foot=True)) == (1_204_819, 1_204_819)


def test_the_more_important_road_passes_side_streets_freely() -> None:
    """A main road of 20 m/s meets two side streets of 10 m/s, then its like.

    At x = 1000 m only side streets join: no delay on the main road, 5 s for who comes out of one.
    At x = 2000 m another main road crosses: 5 s.
    """
    network = built(
        road((0, 0), (1000, 0), road_class="primary", name="west"),
        road((1000, 0), (2000, 0), road_class="primary", name="middle"),
        road((2000, 0), (3000, 0), road_class="primary", name="east"),
        road((1000, 0), (1000, 500), name="side"),
        road((1000, -500), (1000, 0), name="other side"),
        road((2000, 0), (2000, 500), road_class="primary"),
        road((2000, 0), (2000, -500), road_class="primary"),
    )
    weights = weights_ms(network, round_model(), Conditions())
    seconds = {
        (network.names[network.road_name[piece]], bool(against)): weights.ms[arc] / 1000
        for arc, (piece, against) in enumerate(
            zip(network.arc_road, network.arc_against, strict=True)
        )
        if network.road_name[piece]
    }
    assert seconds["west", False] == 50
    assert seconds["middle", True] == 50
    assert seconds["middle", False] == 55
    assert seconds["side", True] == 55
    assert seconds["side", False] == 50
    assert seconds["other side", False] == 55


LIMITS = [
    ("width_m", 2.5, Block.WIDTH),
    ("height_m", 3.6, Block.HEIGHT),
    ("weight_t", 18.0, Block.WEIGHT),
]


@pytest.mark.parametrize(("column", "size", "block"), LIMITS)
def test_a_vehicle_as_large_as_the_limit_passes_and_no_larger_one(
    column: str, size: float, block: Block
) -> None:
    """Rows S0-20 and S1-21: never through a lane narrower, lower or weaker; equal passes."""
    for limit, passes in ((size, True), (size - 0.01, False), (size + 0.01, True), (np.nan, True)):
        limits: dict[str, Any] = {column: limit}
        network = one_road(**limits)
        weights = weights_ms(network, MODEL, Conditions(vehicle=ENGINE))
        assert (weights.ms < IMPASSABLE).tolist() == [passes, passes]
        assert set(weights.block.tolist()) == {Block.OPEN if passes else block}
        assert weights.usable_roads.tolist() == [passes]
        assert (weights_ms(network, MODEL, Conditions()).ms < IMPASSABLE).all()
        assert (
            weights_ms(network, MODEL, Conditions(vehicle=ENGINE, on_foot=True)).ms < IMPASSABLE
        ).all()


def test_nan_and_none_set_no_limit() -> None:
    network = one_road(width_m=1.0, height_m=1.0, weight_t=1.0)
    nan = float("nan")
    for vehicle in (Vehicle(), Vehicle(nan, nan, nan), Vehicle(1.0, 1.0, 1.0)):
        assert (weights_ms(network, MODEL, Conditions(vehicle=vehicle)).ms < IMPASSABLE).all()


def test_the_engine_goes_round_a_narrow_lane() -> None:
    """Rows S0-20 and S1-21: 200 m by a 2.4 m lane for a car, 1,000 m around for a fire engine."""
    network = built(
        road((0, 0), (200, 0), name="lane", road_class="residential", width_m=2.4),
        road((0, 0), (0, 400), (200, 400), (200, 0), name="around", width_m=2.5),
    )
    start = snaps_on(network, [(named(network, "around"), 0.0)])
    end = snaps_on(network, [(named(network, "around"), 1.0)])
    roads = {}
    for vehicle in (Vehicle(1.8), ENGINE):
        weights = weights_ms(network, MODEL, Conditions(vehicle=vehicle))
        tree = tree_to(weights, end, access_kmh=5)
        route = tree.route(start, 0)
        assert route is not None
        roads[vehicle.width_m] = (route.roads, tree.time_ms(start).tolist())
    assert roads == {
        1.8: ((("lane", 200.0),), [20_000]),
        2.5: ((("around", 1000.0),), [100_000]),
    }


def test_the_first_reason_of_the_list_is_stated() -> None:
    network = one_road(oneway=1, width_m=1.0, height_m=1.0, weight_t=1.0)
    closed = np.ones(2, np.bool_)
    narrow = Conditions(vehicle=ENGINE)
    assert weights_ms(network, MODEL, narrow).block.tolist() == [Block.WIDTH, Block.ONEWAY]
    shut = weights_ms(network, MODEL, narrow, closed=closed)
    assert shut.block.tolist() == [Block.CLOSED, Block.ONEWAY]
    footway = one_road(road_class="footway", width_m=1.0)
    assert weights_ms(footway, MODEL, narrow).block.tolist() == [Block.CLASS] * 2


def test_closing_an_arc_closes_it_to_walkers_too() -> None:
    network = one_road()
    closed = np.array([True, False])
    for on_foot in (False, True):
        weights = weights_ms(network, MODEL, Conditions(on_foot=on_foot), closed=closed)
        assert (weights.ms == IMPASSABLE).tolist() == [True, False]


def test_closing_later_is_the_same_as_closing_at_once() -> None:
    network = built(
        road((0, 0), (1000, 0), name="it", oneway=1, width_m=1.0),
        road((1000, 0), (1100, 0)),
        road((1000, 0), (1000, 90), road_class="footway"),
    )
    closed = np.array([i % 3 != 0 for i in range(network.arc_count)])
    narrow = Conditions(hour=8, vehicle=ENGINE)
    at_once = weights_ms(network, MODEL, narrow, closed=closed)
    before = weights_ms(network, MODEL, narrow)
    later = before.closing(closed)
    for one, other in ((at_once.ms, later.ms), (at_once.block, later.block)):
        assert one.tolist() == other.tolist()
    assert at_once.delay_ms.tolist() == later.delay_ms.tolist()
    assert before.ms.tolist() == weights_ms(network, MODEL, narrow).ms.tolist()


def test_all_roads_closed_reaches_nobody() -> None:
    network = built(road((0, 0), (100, 0), name="it"), road((100, 0), (200, 0)))
    weights = weights_ms(network, MODEL, Conditions(), closed=np.ones(4, np.bool_))
    at = snaps_on(network, [(named(network, "it"), 0.5)])
    tree = tree_to(weights, at, access_kmh=5)
    assert tree.time_ms(snaps_on(network, [(named(network, "it"), 0.2)])).tolist() == [UNREACHED]
    assert not weights.usable_roads.any()


@pytest.mark.parametrize("hour", [-1, 24])
def test_an_hour_is_on_the_clock(hour: int) -> None:
    with pytest.raises(ValueError, match="hour must be 0 to 23"):
        weights_ms(one_road(), MODEL, Conditions(hour=hour))


def test_closed_has_one_entry_per_arc() -> None:
    with pytest.raises(ValueError, match="one entry per arc"):
        weights_ms(one_road(), MODEL, Conditions(), closed=np.ones(1, np.bool_))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.data())
def test_weights_are_whole_not_negative_and_blocked_exactly_where_said(data: st.DataObject) -> None:
    limit = st.sampled_from([np.nan, 1.0, 2.5, 4.0])
    roads = [
        road(
            (i, 0),
            (i + data.draw(st.integers(1, 3)), data.draw(st.integers(0, 2))),
            road_class=data.draw(st.sampled_from(ROAD_CLASSES)),
            oneway=data.draw(st.sampled_from([-1, 0, 1])),
            width_m=data.draw(limit),
            speed_kmh=data.draw(st.sampled_from([np.nan, 5.0, 120.0])),
        )
        for i in range(data.draw(st.integers(1, 6)))
    ]
    network = built(*roads)
    hour = data.draw(st.none() | st.integers(0, 23))
    on_foot = data.draw(st.booleans())
    weights = weights_ms(network, SpeedModel.default(), Conditions(hour, ENGINE, on_foot=on_foot))
    assert weights.ms.dtype == np.int64
    assert (weights.ms >= weights.delay_ms).all()
    assert (weights.delay_ms >= 0).all()
    assert ((weights.ms == IMPASSABLE) == (weights.block != Block.OPEN)).all()
    free = weights_ms(network, SpeedModel.default(), Conditions(None, ENGINE, on_foot=on_foot))
    assert (weights.ms >= free.ms).all()
    assert node_at(network, *network.node_xy_m[0]) == 0
