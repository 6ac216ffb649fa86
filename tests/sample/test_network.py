"""From courses to a network, alone: lengths kept, meetings found, stubs and doubles gone."""

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from sample.network import (
    Net,
    contract,
    degrees,
    largest_component,
    mainland,
    make_net,
    node_courses,
    prune,
)

from .worlds import SEEDS, World, lines, world

SPOTS = st.tuples(st.integers(0, 60), st.integers(0, 60))
COURSES = st.lists(st.tuples(SPOTS, SPOTS).filter(lambda ends: ends[0] != ends[1]), min_size=1,
                   max_size=9)  # fmt: skip


def scaled(courses: list[tuple[tuple[int, int], tuple[int, int]]]) -> np.ndarray:
    """Return the courses in tens of metres, so that no stub is shorter than a real one."""
    return lines(*(tuple((10.0 * x, 10.0 * y) for x, y in ends) for ends in courses))


@pytest.fixture(scope="module", params=SEEDS)
def held(request: pytest.FixtureRequest) -> World:
    return world(request.param)


@settings(derandomize=True, deadline=None, max_examples=120)
@given(COURSES)
def test_noding_keeps_all_ground_and_pieces_meet_at_ends_only(
    courses: list[tuple[tuple[int, int], tuple[int, int]]],
) -> None:
    given_lines = scaled(courses)
    pieces, course = node_courses(given_lines)
    whole = shapely.union_all(given_lines)
    assert shapely.length(pieces).sum() == pytest.approx(whole.length, abs=0.05 * len(pieces))
    assert set(course.tolist()) <= set(range(len(given_lines)))
    assert (shapely.distance(given_lines[course], shapely.centroid(pieces)) < 0.05).all()
    for at, piece in enumerate(pieces):
        for other in pieces[at + 1 :]:
            assert not piece.crosses(other)


@settings(derandomize=True, deadline=None, max_examples=120)
@given(COURSES)
def test_a_net_has_every_end_as_a_node_once(
    courses: list[tuple[tuple[int, int], tuple[int, int]]],
) -> None:
    net = make_net(*node_courses(scaled(courses)))
    assert len(np.unique(net.node_xy_m, axis=0)) == len(net.node_xy_m)
    assert degrees(net).sum() == 2 * len(net.lines)
    assert degrees(net).min() >= 1
    for at, line in enumerate(net.lines):
        assert net.node_xy_m[net.tail[at]] == pytest.approx(line.coords[0], abs=0.006)
        assert net.node_xy_m[net.head[at]] == pytest.approx(line.coords[-1], abs=0.006)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(COURSES)
def test_pruning_leaves_rings_only_where_no_border_is_near(
    courses: list[tuple[tuple[int, int], tuple[int, int]]],
) -> None:
    outline = shapely.box(-5_000, -5_000, 5_000, 5_000)
    kept, origin = prune(scaled(courses), outline)
    assert len(kept) == len(origin)
    if len(kept):
        net = make_net(*node_courses(kept))
        assert degrees(net).min() >= 2


@settings(derandomize=True, deadline=None, max_examples=80)
@given(COURSES)
def test_contraction_leaves_no_stub_and_joins_what_was_joined(
    courses: list[tuple[tuple[int, int], tuple[int, int]]],
) -> None:
    before = make_net(*node_courses(scaled(courses)))
    after = contract(before)
    assert shapely.is_valid(after.lines).all()
    assert parts(after) <= parts(before)
    if len(after.lines):
        assert degrees(after).min() >= 1


def parts(net: Net) -> int:
    graph = nx.Graph(zip(net.tail.tolist(), net.head.tolist(), strict=True))
    return nx.number_connected_components(graph)


def test_two_roads_on_the_same_ground_become_the_first() -> None:
    """A sliver drawn together must not leave two names on one road."""
    net = make_net(lines(((0, 0), (100, 0)), ((0, 0), (50, 0.2), (100, 0))), np.array([4, 1]))
    kept = contract(net)
    assert kept.course.tolist() == [1]


def test_a_road_against_the_other_on_the_same_ground_goes_too() -> None:
    net = make_net(lines(((0, 0), (100, 0)), ((100, 0), (0, 0))), np.array([0, 1]))
    assert contract(net).course.tolist() == [0]


def test_two_ways_round_a_block_stay_two() -> None:
    net = make_net(lines(((0, 0), (100, 0)), ((0, 0), (50, 30), (100, 0))), np.arange(2))
    assert contract(net).course.tolist() == [0, 1]


def test_a_crossroads_keeps_the_place_of_the_busier_node() -> None:
    courses = lines(
        ((0, 0), (100, 0)), ((50, 0), (50, 80)), ((55, 0), (55, -80)), ((50, 0), (0, 70))
    )
    net = contract(make_net(*node_courses(courses)))
    assert [50.0, 0.0] in net.node_xy_m.tolist()
    assert [55.0, 0.0] not in net.node_xy_m.tolist()


@settings(derandomize=True, deadline=None, max_examples=100)
@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=24),
    st.data(),
)
def test_the_largest_part_is_that_of_networkx(
    ends: list[tuple[int, int]], data: st.DataObject
) -> None:
    tail, head = np.array(ends).T
    forward = np.array(data.draw(st.lists(st.booleans(), min_size=len(ends), max_size=len(ends))))
    back = np.array(data.draw(st.lists(st.booleans(), min_size=len(ends), max_size=len(ends))))
    net = Net(np.array([None] * len(ends)), np.arange(len(ends)), tail, head, np.zeros((9, 2)))
    graph = nx.DiGraph()
    graph.add_nodes_from(range(9))
    graph.add_edges_from(zip(tail[forward].tolist(), head[forward].tolist(), strict=True))
    graph.add_edges_from(zip(head[back].tolist(), tail[back].tolist(), strict=True))
    found = set(np.flatnonzero(largest_component(net, forward, back)).tolist())
    components = [set(own) for own in nx.strongly_connected_components(graph)]
    assert found in components
    assert len(found) == max(len(own) for own in components)


def test_the_mainland_is_one_part(held: World) -> None:
    net = held.streets.net
    assert parts(net) == 1
    assert len(mainland(net).lines) == len(net.lines)


def test_no_two_roads_of_a_world_lie_on_the_same_ground(held: World) -> None:
    net = held.streets.net
    seen: dict[tuple[int, int], list[shapely.LineString]] = {}
    for at, line in enumerate(net.lines):
        tail, head = int(net.tail[at]), int(net.head[at])
        ends = (min(tail, head), max(tail, head))
        for other in seen.get(ends, []):
            assert shapely.hausdorff_distance(line, other) > 1.0
        seen.setdefault(ends, []).append(line)


def test_no_town_road_lies_on_another(held: World) -> None:
    net = held.streets.net
    one, other = shapely.STRtree(net.lines).query(net.lines, predicate="overlaps")
    assert not (one < other).any()
