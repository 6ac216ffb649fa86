"""Times and routes between places in the middle of roads, against networkx and against a pencil."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from routing import (
    IMPASSABLE,
    UNREACHED,
    Conditions,
    Locator,
    RoadNetwork,
    RoutePath,
    Snaps,
    Tree,
    Weights,
    closed_arcs,
    tree_from,
    tree_to,
    weights_ms,
)
from tests.routing.road_frames import (
    Road,
    arc_times,
    built,
    changed,
    named,
    node_at,
    road,
    round_model,
    snaps_on,
)

SETTINGS = settings(derandomize=True, deadline=None, max_examples=120)
Point = tuple[float, float]


@st.composite
def networks(draw: st.DrawFn) -> RoadNetwork:
    """Draw a network: parallel roads, loops, one-ways, islands, roads of no length or no time."""
    n = draw(st.integers(2, 7))
    spot = st.tuples(st.integers(0, 20), st.integers(0, 20))
    spots = draw(st.lists(spot, min_size=n, max_size=n))
    roads: list[Road] = []
    for i in range(draw(st.integers(1, 14))):
        a, b = draw(st.integers(0, n - 1)), draw(st.integers(0, n - 1))
        points: list[Point] = [spots[a], spots[b]]
        if draw(st.booleans()):
            points.insert(1, draw(spot))
        if LineString(points).length == 0 and a == b:
            points.insert(1, (points[0][0] + 1.0, points[0][1]))
        roads.append(
            road(
                *points,
                oneway=draw(st.sampled_from([0, 0, 1, -1])),
                speed_kmh=draw(st.sampled_from([18.0, 36.0, 7.0])),
                name=f"road {i}",
                from_node=str(a),
                to_node=str(b),
            )
        )
    return built(*roads)


SHARES = st.sampled_from([0.0, 0.125, 0.3, 0.5, 0.75, 1.0])


@st.composite
def cases(draw: st.DrawFn) -> tuple[Weights, Snaps, Snaps]:
    """Draw weights with closures, one root and some other places, on the roads or beside them."""
    network = draw(networks())
    piece = st.integers(0, network.road_count - 1)
    shut = draw(st.lists(piece, max_size=2))
    model = changed(round_model(), junction__delay=draw(st.sampled_from([0.0, 0.5])))
    conditions = Conditions(on_foot=draw(st.booleans()))
    closed = np.isin(network.arc_road, shut)
    weights = weights_ms(network, model, conditions, closed=closed)
    root = draw(st.tuples(piece, SHARES))
    others = draw(st.lists(st.tuples(piece, SHARES), min_size=1, max_size=5))
    legs = st.sampled_from([0.0, 3.0, 17.5])
    away = [draw(legs) for _ in others]
    return weights, snaps_on(network, [root], draw(legs)), snaps_on(network, others, away)


def spot_of(network: RoadNetwork, piece: int, share: float) -> object:
    """Return the node that the snap is: a real one at the ends, else one of its own."""
    if share == 0.0:
        return int(network.road_start[piece])
    if share == 1.0:
        return int(network.road_end[piece])
    return (piece, share)


def with_snaps_as_nodes(weights: Weights, snaps: list[tuple[int, float]]) -> nx.MultiDiGraph:
    """Return the network of networkx, each piece cut where a snap lies on it."""
    network = weights.network
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(network.node_count))
    graph.add_nodes_from(spot_of(network, *snap) for snap in snaps)
    for piece in range(network.road_count):
        cuts = sorted({0.0, 1.0, *(share for p, share in snaps if p == piece)})
        for side, order in ((0, cuts), (1, cuts[::-1])):
            arc = network.road_arc[piece, side]
            if weights.ms[arc] >= IMPASSABLE:
                continue
            delay = int(weights.delay_ms[arc])
            travel = int(weights.ms[arc]) - delay
            done = [round((1 - c if side else c) * travel) for c in order]
            for i in range(len(order) - 1):
                u, v = (spot_of(network, piece, order[j]) for j in (i, i + 1))
                last = i == len(order) - 2
                graph.add_edge(u, v, weight=done[i + 1] - done[i] + (delay if last else 0))
    return graph


def expected_times(weights: Weights, root: Snaps, others: Snaps, *, toward: bool) -> list[int]:
    network = weights.network
    pairs = list(zip(others.road.tolist(), others.offset.tolist(), strict=True))
    first = (int(root.road[0]), float(root.offset[0]))
    graph = with_snaps_as_nodes(weights, [first, *pairs])
    if toward:
        graph = graph.reverse()
    found = nx.single_source_dijkstra_path_length(graph, spot_of(network, *first))
    times = []
    for pair, metres in zip(pairs, others.distance_m, strict=True):
        legs = round(metres * 3600 / 5) + round(root.distance_m[0] * 3600 / 5)
        spot = spot_of(network, *pair)
        times.append(found[spot] + legs if spot in found else UNREACHED)
    return times


@SETTINGS
@given(cases(), st.booleans())
def test_times_equal_networkx_with_the_snaps_as_nodes(
    case: tuple[Weights, Snaps, Snaps],
    toward: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    weights, root, others = case
    tree = (tree_to if toward else tree_from)(weights, root, access_kmh=5)
    times = tree.time_ms(others)
    assert times.tolist() == expected_times(weights, root, others, toward=toward)


def time_along(weights: Weights, route: RoutePath, origin: Snaps, target: Snaps) -> int:
    """Return the time of a route from its pieces alone, the least of the ways to drive them."""
    network = weights.network
    spots = {spot_of(network, int(origin.road[0]), float(origin.offset[0])): 0}
    cut = [(int(s.road[0]), float(s.offset[0])) for s in (origin, target)]
    whole = with_snaps_as_nodes(weights, cut)
    for piece in route.pieces.tolist():
        own = nx.MultiDiGraph()
        inside = {spot_of(network, piece, share) for p, share in cut if p == piece}
        inside |= {int(network.road_start[piece]), int(network.road_end[piece])}
        own.add_edges_from(
            (u, v, data) for u, v, data in whole.edges(data=True) if {u, v} <= inside
        )
        reached: dict[object, int] = {}
        for spot, so_far in spots.items():
            if spot in own:
                for other, more in nx.single_source_dijkstra_path_length(own, spot).items():
                    reached[other] = min(reached.get(other, IMPASSABLE), so_far + more)
        spots = reached
    legs = sum(round(s.distance_m[0] * 3600 / 5) for s in (origin, target))
    return spots[spot_of(network, *cut[1])] + legs


def assert_sound(weights: Weights, route: RoutePath, origin: Snaps, target: Snaps) -> None:
    """Check that a route is one line from place to place, as long as it says, made of its roads."""
    assert np.isfinite(route.xy_m).all()
    assert route.xy_m[0].tolist() == origin.place_xy_m[0].tolist()
    assert route.xy_m[-1].tolist() == target.place_xy_m[0].tolist()
    line_m = float(np.sqrt((np.diff(route.xy_m, axis=0) ** 2).sum(axis=1)).sum())
    assert line_m == pytest.approx(route.length_m, abs=0.5)
    legs_m = float(origin.distance_m[0] + target.distance_m[0])
    assert sum(metres for _, metres in route.roads) + legs_m == pytest.approx(route.length_m)
    drawn = LineString(route.xy_m) if len(route.xy_m) > 1 else None
    for piece in route.pieces:
        line = weights.network.lines[piece]
        if drawn is not None and line.length > 0:
            assert drawn.distance(line) < 0.02


@SETTINGS
@given(cases(), st.booleans())
def test_routes_are_continuous_and_take_the_time_stated(
    case: tuple[Weights, Snaps, Snaps],
    toward: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    weights, root, others = case
    tree = (tree_to if toward else tree_from)(weights, root, access_kmh=5)
    times = tree.time_ms(others)
    for i in range(len(others)):
        route = tree.route(others, i)
        assert (route is None) == (times[i] == UNREACHED)
        if route is not None:
            one = others.take(i)
            origin, target = (one, root) if toward else (root, one)
            assert route.time_ms == times[i]
            assert_sound(weights, route, origin, target)
            inner = route.pieces[1:-1].tolist()
            assert len(set(inner)) == len(inner)
            assert time_along(weights, route, origin, target) == times[i]


#   The golden town. Residential 10 m/s, primary 20 m/s, 5 s where no lesser roads meet.
#
#   D ---- back lane 600 m ---- C          A (0,0)  B (600,0)  C (600,300)  D (0,300)
#   |                           |          E (1200,0) is the end of a spur east of B
#   west 300 m (one-way D->A)   east 300 m
#   |                           |
#   A ==== main road 600 m ==== B ---- spur 600 m ---- E
#
#   Only B joins three roads: entering B costs 5 s.
TOWN = (
    road((0, 0), (600, 0), name="main", road_class="primary"),
    road((600, 0), (600, 300), name="east"),
    road((600, 300), (0, 300), name="back"),
    road((0, 300), (0, 0), name="west", oneway=1),
    road((600, 0), (1200, 0), name="spur"),
)


@pytest.fixture(scope="module")
def town() -> RoadNetwork:
    return built(*TOWN)


def tree_at(town: RoadNetwork, x: float, y: float, conditions: Conditions | None = None) -> Tree:
    weights = weights_ms(town, round_model(), conditions or Conditions())
    root = Locator(town).snap(np.array([[x, y]]), limit_m=100)
    return tree_to(weights, root, access_kmh=3.6)


def seconds(tree: Tree, *places: Point, limit_m: float = 100) -> list[float]:
    at = Locator(tree.weights.network).snap(np.array(places), limit_m=limit_m)
    return [t if t == UNREACHED else t / 1000 for t in tree.time_ms(at).tolist()]


def test_golden_town_arcs(town: RoadNetwork) -> None:
    """Main takes 600 m / 20 m/s = 30 s; only the lesser roads wait 5 s at B."""
    ms = weights_ms(town, round_model(), Conditions()).ms
    assert arc_times(town, ms, "main") == (30_000, 30_000)
    assert arc_times(town, ms, "east") == (30_000, 35_000)
    assert arc_times(town, ms, "west") == (30_000, IMPASSABLE)
    assert arc_times(town, ms, "spur") == (60_000, 65_000)


def test_golden_town_times_to_an_incident_on_the_east_road(town: RoadNetwork) -> None:
    """The incident is 100 m north of B on the east road and 20 m beside it, at 1 m/s: 20 s.

    A: main 30 + 10 = 40. E: spur 60 + 5 at B + 10 = 75. C: down the road 200 m = 20.
    D: back lane 60 + 20 = 80, against west 30 + 40 = 70: by A. From 150 m up the same road: 5.
    """
    tree = tree_at(town, 620, 100)
    places = [(0, 0), (1200, 0), (600, 300), (0, 300), (600, 150)]
    assert seconds(tree, *places) == [60, 95, 40, 90, 25]


def test_golden_town_route_names_and_metres(town: RoadNetwork) -> None:
    """From 30 m west of D: leg 30, west 300, main 600, east 100, leg 20 makes 1,050 m."""
    tree = tree_at(town, 620, 100)
    at = Locator(town).snap(np.array([[-30.0, 300.0]]), limit_m=100)
    route = tree.route(at, 0)
    assert route is not None
    assert [(n, round(m, 6)) for n, m in route.roads] == [
        ("west", 300),
        ("main", 600),
        ("east", 100),
    ]
    assert route.length_m == pytest.approx(1050)
    assert route.xy_m.tolist() == [
        [-30, 300], [0, 300], [0, 0], [600, 0], [600, 100], [620, 100],
    ]  # fmt: skip
    assert route.time_ms == (30 + 70 + 20) * 1000


def test_golden_town_one_way_street_is_entered_from_its_start(town: RoadNetwork) -> None:
    """100 m above A on the one-way west road: A must go round: 30 + 30 + 60 + 20 = 140."""
    tree = tree_at(town, 0, 100)
    assert seconds(tree, (0, 0), (0, 300), (0, 50)) == [140, 20, 145]


def test_golden_town_on_foot_ignores_the_one_way_sign(town: RoadNetwork) -> None:
    tree = tree_at(town, 0, 83, Conditions(on_foot=True))
    assert seconds(tree, (0, 0), (0, 300 - 51)) == [100, 200]


def test_golden_town_rush_hour_slows_the_main_road_only(town: RoadNetwork) -> None:
    """At 8 the main road takes 60 s: A to B 60, E to B unchanged."""
    tree = tree_at(town, 600, 0, Conditions(hour=8))
    assert seconds(tree, (0, 0), (1200, 0)) == [60, 65]


def test_golden_town_closure_and_unreachable(town: RoadNetwork) -> None:
    """With main closed A cannot leave (west is one-way into it); D goes by the back lane."""
    closed = closed_arcs(town, roads=["main"])
    weights = weights_ms(town, round_model(), Conditions(), closed=closed)
    root = Locator(town).snap(np.array([[600.0, 100.0]]), limit_m=10)
    tree = tree_to(weights, root, access_kmh=3.6)
    assert seconds(tree, (0, 0), (0, 300)) == [UNREACHED, 80]


def test_a_place_off_the_network_has_no_time_and_no_route(town: RoadNetwork) -> None:
    tree = tree_at(town, 600, 100)
    far = Locator(town).snap(np.array([[300.0, 1300.0]]), limit_m=500)
    assert far.on_network.tolist() == [False]
    assert tree.time_ms(far).tolist() == [UNREACHED]
    assert tree.route(far, 0) is None
    nowhere = tree_to(tree.weights, far, access_kmh=5)
    here = Locator(town).snap(np.array([[0.0, 0.0]]), limit_m=5)
    assert nowhere.time_ms(here).tolist() == [UNREACHED]
    assert nowhere.time_ms(far).tolist() == [UNREACHED]


def test_time_limit_is_inclusive(town: RoadNetwork) -> None:
    weights = weights_ms(town, round_model(), Conditions())
    root = Locator(town).snap(np.array([[600.0, 0.0]]), limit_m=5)
    node = node_at(town, 0, 0)
    assert tree_to(weights, root, access_kmh=5, limit_ms=30_000).node_ms[node] == 30_000
    assert tree_to(weights, root, access_kmh=5, limit_ms=29_999).node_ms[node] == UNREACHED


def test_route_prefers_arcs_of_lowest_number_among_equal_ones() -> None:
    """Two equal ways round a square: the answer is one of them, always the same."""
    square = built(
        road((0, 0), (100, 0), name="s"),
        road((100, 0), (100, 100), name="e"),
        road((0, 0), (0, 100), name="w"),
        road((0, 100), (100, 100), name="n"),
    )
    weights = weights_ms(square, round_model(), Conditions())
    corner = snaps_on(square, [(named(square, "n"), 1.0)])
    tree = tree_to(weights, corner, access_kmh=5)
    start = snaps_on(square, [(named(square, "s"), 0.0)])
    node = node_at(square, 0, 0)
    first = square.names[square.road_name[square.arc_road[square.first_out[node]]]]
    routes = [tree.route(start, 0) for _ in range(3)]
    assert {r.roads[0][0] for r in routes if r is not None} == {first}


def test_a_route_never_goes_in_a_circle_of_no_time() -> None:
    """Four nodes at one spot, joined by roads of no length: the way out takes each at most once."""
    here = (0.0, 0.0)
    names = "abcd"
    knot = [
        road(here, here, from_node=a, to_node=b, name=a + b) for a in names for b in names if a < b
    ]
    out = road(here, (100, 0), from_node="d", to_node="e", name="out")
    network = built(*knot, out)
    weights = weights_ms(network, changed(round_model(), junction__delay=0.0), Conditions())
    tree = tree_to(weights, snaps_on(network, [(named(network, "out"), 0.5)]), access_kmh=5)
    for name in ("ab", "ac", "ad", "bc"):
        route = tree.route(snaps_on(network, [(named(network, name), 0.0)]), 0)
        assert route is not None
        assert route.time_ms == 5000
        assert len(set(route.pieces.tolist())) == len(route.pieces)
        nodes = [set(network.names[network.road_name[piece]]) for piece in route.pieces[:-1]]
        assert sum(len(pair) for pair in nodes) <= 2 * 3
        assert route.xy_m.tolist() == [[0, 0], [50, 0]]


def test_a_tree_has_one_root(town: RoadNetwork) -> None:
    weights = weights_ms(town, round_model(), Conditions())
    two = Locator(town).snap(np.array([[0.0, 0.0], [600.0, 0.0]]), limit_m=5)
    with pytest.raises(ValueError, match="one root"):
        tree_to(weights, two, access_kmh=5)
    with pytest.raises(ValueError, match="positive access speed"):
        tree_to(weights, two.take(0), access_kmh=0)
