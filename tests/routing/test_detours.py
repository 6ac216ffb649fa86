"""What every single lost road costs, held against closing each road in turn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import UNREACHED, Conditions, RoadNetwork, Snaps, tree_from, tree_to, weights_ms
from routing.detour_roots import Root
from routing.detours import Detours, detours
from tests.routing.road_frames import built, road, round_model, snaps_on
from tests.routing.test_trees import networks

SETTINGS = settings(derandomize=True, deadline=None, max_examples=250)
OFFSETS = st.sampled_from([0.0, 1.0, 0.5, 0.25])
SCALES = [(1, 1, 0), (600, 480, 0), (1, 1, 7000)]


@st.composite
def questions(draw: st.DrawFn) -> list[Root]:
    """Draw a network with roots and points at nodes and midway, some at one and the same spot."""
    network = draw(networks())
    weights = weights_ms(network, round_model(), Conditions(on_foot=draw(st.booleans())))
    spot = st.tuples(st.integers(0, len(network.road_start) - 1), OFFSETS)
    places = draw(st.lists(spot, min_size=1, max_size=5))
    points = snaps_on(network, draw(st.lists(spot, min_size=1, max_size=6)))
    toward = draw(st.booleans())
    lines = st.lists(st.integers(0, draw(st.sampled_from([0, 4000]))), min_size=6, max_size=6)
    scales = st.sampled_from(draw(st.sampled_from([SCALES, SCALES[:1], SCALES[1:2]])))
    return [
        Root(weights, snaps_on(network, [one]), points, toward, 3.6,
             np.array(draw(lines), np.int64)[: len(points)], draw(scales))
        for one in places
    ]  # fmt: skip


def _costs(root: Root, lost: int | None) -> list[int | None]:
    """Return the cost of each point to one root with a road closed, by `Tree`."""
    weights = root.weights
    if lost is not None:
        weights = weights.closing(weights.network.arc_road == lost)
    grow = tree_to if root.toward else tree_from
    times = grow(weights, root.place, access_kmh=root.access_kmh).time_ms(root.points)
    first, second, third = root.scale
    return [
        None if time == UNREACHED else -(-max(time, line) * first // second) + third
        for time, line in zip(times.tolist(), root.line.tolist(), strict=True)
    ]


def _least(roots: list[Root], lost: int | None) -> list[int]:
    rows = [_costs(root, lost) for root in roots]
    return [
        min((cost for cost in column if cost is not None), default=UNREACHED)
        for column in zip(*rows, strict=True)
    ]


def _without(found: Detours, road: int) -> list[int]:
    """Return what `detours` says of each point when the road is lost."""
    cost = found.cost.copy()
    mine = found.road == road
    cost[found.point[mine]] = found.without[mine]
    return cost.tolist()


@given(questions())
@SETTINGS
def test_equal_closing_each_road_in_turn(roots: list[Root]) -> None:
    points = len(roots[0].points)
    found = detours(roots, points)
    assert found.cost.tolist() == _least(roots, None)
    for lost in range(len(roots[0].weights.network.road_start)):
        assert _without(found, lost) == _least(roots, lost)


@given(questions())
@SETTINGS
def test_equal_leaving_out_the_nearest_root(roots: list[Root]) -> None:
    found = detours(roots, len(roots[0].points))
    for point, row in enumerate(found.nearest.tolist()):
        if row < 0:
            assert found.cost[point] == UNREACHED
            continue
        others = [root for i, root in enumerate(roots) if i != row]
        left = _least(others, None)[point] if others else UNREACHED
        assert found.second[point] == left


def _grid(side: int, rng: np.random.Generator) -> RoadNetwork:
    """Return a square of streets 100 m apart, some missing, some one-way."""
    roads = []
    for x in range(side):
        for y in range(side):
            for dx, dy in ((1, 0), (0, 1)):
                if x + dx < side and y + dy < side and rng.random() < 0.85:
                    start, end = (100.0 * x, 100.0 * y), (100.0 * (x + dx), 100.0 * (y + dy))
                    roads.append(road(start, end, oneway=int(rng.choice([0, 0, 0, 1]))))
    return built(*roads)


@pytest.mark.parametrize("seed", range(6))
def test_equal_closing_each_street_of_a_town(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = _grid(8, rng)
    weights = weights_ms(network, round_model(), Conditions())
    many = len(network.road_start)
    points = _random_snaps(network, rng, 40)
    line = np.zeros(40, np.int64)
    places = [_random_snaps(network, rng, 1) for _ in range(3)]
    roots = [
        Root(weights, place, points, toward=False, access_kmh=5.0, line=line,
             scale=(1, 1, 60_000 * i))
        for i, place in enumerate(places)
    ]  # fmt: skip
    found = detours(roots, 40)
    for lost in range(many):
        assert _without(found, lost) == _least(roots, lost)
    assert len(np.unique(found.road)) < many, "some street is on nobody's way"


@pytest.mark.parametrize("seed", range(4))
def test_roots_that_are_alike_share_one_search_of_each_road(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = _grid(8, rng)
    weights = weights_ms(network, round_model(), Conditions(on_foot=True))
    points, line = _random_snaps(network, rng, 40), np.zeros(40, np.int64)
    roots = [
        Root(weights, _random_snaps(network, rng, 1), points, toward=True, access_kmh=5.0,
             line=line, scale=(1, 1, 0))
        for _ in range(12)
    ]  # fmt: skip
    found = detours(roots, 40)
    for lost in range(len(network.road_start)):
        assert _without(found, lost) == _least(roots, lost)
    assert found.searches <= 2 * len(np.unique(found.road))


def _random_snaps(network: RoadNetwork, rng: np.random.Generator, count: int) -> Snaps:
    roads = rng.integers(0, len(network.road_start), count).tolist()
    offsets = rng.choice([0.0, 1.0, 0.3, 0.7], count).tolist()
    return snaps_on(network, list(zip(roads, offsets, strict=True)))


def test_no_roots_reach_nobody() -> None:
    found = detours([], 3)
    assert found.cost.tolist() == [UNREACHED] * 3
    assert found.nearest.tolist() == [-1] * 3
    assert len(found.road) == found.searches == 0
