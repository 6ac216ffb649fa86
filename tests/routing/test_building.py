"""From lines to a network: what is joined, what is split, what is dropped, and that it is said."""

import dataclasses
import itertools

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point

from geodata.faults import UserError
from geodata.roads import ROAD_CLASSES
from routing import RoadNetwork, build_network
from routing.building import _hilbert
from routing.table import RoadTable
from tests.routing.road_frames import CRS, NAN, built, frame, named, node_at, road


def test_a_line_that_ends_on_anothers_vertex_splits_it() -> None:
    network, report = build_network(
        frame(
            road((0, 0), (100, 0), (250, 0), name="through"),
            road((100, 0), (100, 70), name="side"),
        )
    )
    assert (report.lines, report.pieces, report.nodes, report.arcs) == (2, 3, 4, 6)
    assert report.lines_split == 1
    assert sorted(network.road_length_m.tolist()) == [70, 100, 150]
    assert network.island.tolist() == [0, 0, 0, 0]


def test_lines_that_share_an_inner_vertex_are_both_split_there() -> None:
    network, report = build_network(
        frame(road((0, 0), (50, 50), (100, 100)), road((0, 100), (50, 50), (100, 0)))
    )
    assert (report.pieces, report.nodes, report.lines_split, report.crossings) == (4, 5, 2, 0)
    assert np.bincount(network.tail)[node_at(network, 50, 50)] == 4


def test_a_crossing_without_a_common_vertex_is_counted_and_not_joined() -> None:
    """A bridge over a road looks like this; so does a careless drawing. Neither is guessed."""
    network, report = build_network(
        frame(road((0, 0), (100, 100)), road((0, 100), (100, 0)), road((100, 0), (200, 0)))
    )
    assert (report.pieces, report.crossings, report.island_nodes) == (3, 1, (3, 2))
    assert network.island[node_at(network, 0, 0)] == 1


def test_a_line_through_its_own_vertex_is_split_there() -> None:
    """A lollipop: a stem, a ring that is a self loop, and all of its length."""
    network, report = build_network(
        frame(road((0, 0), (100, 0), (150, 50), (200, 0), (150, -50), (100, 0)))
    )
    assert (report.pieces, report.nodes) == (2, 2)
    loop = int(np.flatnonzero(network.road_start == network.road_end)[0])
    assert network.road_length_m[loop] == pytest.approx(4 * 50 * 2**0.5)


def test_stated_nodes_are_believed_where_positions_differ_or_agree() -> None:
    """A file with node ids: an overpass through a junction's position is not joined to it."""
    network, report = build_network(
        frame(
            road((0, 0), (50, 0), (100, 0), from_node="a", to_node="b"),
            road((50, 0), (50, 80), from_node="over", to_node="c"),
            road((100, 0.4), (200, 0), from_node="b", to_node="d"),
        )
    )
    assert (report.pieces, report.nodes, report.lines_split) == (3, 5, 0)
    assert report.island_nodes == (3, 2)
    assert report.ends_apart == 0
    assert network.node_count == 5


def test_nodes_whose_lines_end_apart_are_counted() -> None:
    _, report = build_network(
        frame(
            road((0, 0), (100, 0), from_node="a", to_node="b"),
            road((160, 0), (300, 0), from_node="b", to_node="c"),
        )
    )
    assert report.ends_apart == 1


def test_ends_within_a_centimetre_square_are_one_node() -> None:
    network = built(road((0, 0), (100, 0)), road((100.002, 0.002), (200, 0)))
    assert network.node_count == 3
    assert built(road((0, 0), (100, 0)), road((100.02, 0), (200, 0))).node_count == 4


def test_parallel_roads_and_self_loops_stay_separate_arcs() -> None:
    network = built(
        road((0, 0), (100, 0), name="straight"),
        road((0, 0), (50, 60), (100, 0), name="bow"),
        road((0, 0), (-30, 20), (-30, -20), (0, 0), name="loop"),
    )
    a, b = node_at(network, 0, 0), node_at(network, 100, 0)
    assert np.count_nonzero((network.tail == a) & (network.head == b)) == 2
    assert np.count_nonzero((network.tail == a) & (network.head == a)) == 2


def test_zero_length_roads_are_dropped_by_name_but_not_between_two_stated_nodes() -> None:
    network, report = build_network(
        frame(
            road((0, 0), (100, 0), from_node="a", to_node="b", source_id="w1"),
            road((100, 0), (100, 0), from_node="b", to_node="b", source_id="w2"),
            road((100, 0), (100, 0), from_node="b", to_node="c", source_id="w3"),
            road((100, 0), (180, 0), from_node="c", to_node="d", source_id="w4"),
            road((5, 5), (5, 5), (5.001, 5), source_id="w5"),
        )
    )
    assert report.zero_length == ("w2", "w5")
    assert sorted(network.road_length_m.tolist()) == [0, 80, 100]
    assert report.island_nodes == (4,)


def test_rows_that_are_no_line_are_dropped_by_name() -> None:
    with np.errstate(invalid="ignore"):
        broken = LineString([(0, 0), (np.nan, 4)])
    shapes = [None, LineString(), Point(1, 1), MultiLineString([[(0, 0), (1, 1)]]),
              broken, LineString([(0, 0), (9, 0)])]  # fmt: skip
    roads = frame(*(road((0, 0), (1, 1), geometry=shape) for shape in shapes))
    network, report = build_network(roads)
    assert report.no_line == ("r0", "r1", "r2", "r3", "r4")
    assert network.road_count == 1


def test_islands_are_kept_and_ranked_by_size() -> None:
    network, report = build_network(
        frame(
            road((1000, 0), (1100, 0)),
            road((0, 0), (100, 0)),
            road((100, 0), (200, 0)),
            road((5000, 0), (5100, 0), (5200, 50), (5300, 0)),
        )
    )
    assert report.island_nodes == (3, 2, 2)
    assert network.island[node_at(network, 100, 0)] == 0


def test_figures_that_cannot_be_are_ignored_and_counted() -> None:
    network, report = build_network(
        frame(
            road((0, 0), (9, 0), name="a", width_m=0.0, height_m=-3.0, speed_kmh=999.0),
            road((9, 0), (20, 0), name="b", width_m=3.5, weight_t=np.inf, road_class="unknown"),
        )
    )
    assert report.limits_ignored == 4
    assert network.road_width_m[named(network, "b")] == 3.5
    assert np.isnan(network.road_speed_kmh).all()
    assert np.isnan(network.road_weight_t).all()
    assert report.unknown_class == 1


def test_report_speaks_only_of_what_occurred() -> None:
    _, report = build_network(frame(road((0, 0), (9, 0), name="a"), road((50, 0), (59, 0))))
    said = [str(sentence) for sentence in report.sentences]
    assert said == [
        "2 road lines became 2 pieces between 4 nodes.",
        "1 parts are cut off from the main network, 2 nodes in all; they were kept and not joined.",
        "50 % of the pieces have no name.",
    ]


def test_no_road_left_is_the_users_fault() -> None:
    with pytest.raises(UserError, match="No road is left"):
        build_network(frame(road((5, 5), (5, 5))))
    with pytest.raises(UserError, match="No road is left"):
        build_network(frame(road((0, 0), (1, 1))).iloc[:0])


def test_a_frame_without_the_contract_is_a_bug() -> None:
    good = frame(road((0, 0), (9, 0)))
    with pytest.raises(ValueError, match="width_m"):
        build_network(good.drop(columns="width_m"))
    with pytest.raises(ValueError, match="metric CRS"):
        build_network(good.to_crs("EPSG:4326"))


def test_coordinates_with_a_zone_in_front_fit() -> None:
    """Gauss-Kruger with zone number (EPSG 4526) counts eastings from 38,500,000 m."""
    roads = frame(road((38_500_000, 2_540_000), (38_500_100, 2_540_000)))
    network, _ = build_network(roads.set_crs("EPSG:4526", allow_override=True))
    assert network.crs == "EPSG:4526"
    assert network.road_length_m.tolist() == [100]


@st.composite
def line_frames(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Draw lines on a small lattice, so that they meet, cross, repeat and fold back."""
    spot = st.tuples(st.integers(0, 4), st.integers(0, 4))
    lines = draw(st.lists(st.lists(spot, min_size=2, max_size=5), min_size=1, max_size=8))
    return frame(*(road(*points) for points in lines))


@settings(derandomize=True, deadline=None, max_examples=80)
@given(line_frames())
def test_nothing_is_lost_and_arcs_are_consistent(roads: gpd.GeoDataFrame) -> None:
    if not (roads.length > 0).any():
        return
    network, report = build_network(roads)
    assert network.road_length_m.sum() == pytest.approx(roads.length.sum())
    assert_consistent(network)
    # a node at every position that two lines, or one line twice, have in common
    visits: dict[tuple[float, float], int] = {}
    for line in roads.geometry:
        for point, _ in itertools.groupby(line.coords):
            visits[point] = visits.get(point, 0) + 1
    for (x, y), count in visits.items():
        if count > 1 and report.zero_length == ():
            node_at(network, x, y)


def assert_consistent(network: RoadNetwork) -> None:
    m, n = network.arc_count, network.node_count
    assert m == 2 * network.road_count
    assert network.first_out[0] == network.first_in[0] == 0
    assert network.first_out[n] == network.first_in[n] == m
    assert (np.diff(network.tail) >= 0).all()
    assert np.array_equal(np.repeat(np.arange(n), np.diff(network.first_out)), network.tail)
    into = np.repeat(np.arange(n), np.diff(network.first_in))
    assert np.array_equal(network.head[network.in_arc], into)
    for side in (0, 1):
        arc = network.road_arc[:, side]
        assert np.array_equal(network.arc_road[arc], np.arange(network.road_count))
        assert (network.arc_against[arc] == bool(side)).all()
    assert np.array_equal(network.tail[network.road_arc[:, 0]], network.road_start)
    assert np.array_equal(network.head[network.road_arc[:, 0]], network.road_end)
    for piece in range(network.road_count):
        points = network.road_points_m(piece)
        assert np.abs(points[0] - network.node_xy_m[network.road_start[piece]]).max() < 0.02
        assert np.abs(points[-1] - network.node_xy_m[network.road_end[piece]]).max() < 0.02


def test_same_frame_same_network() -> None:
    roads = frame(*(road((i, i * i % 7), (i + 3, i % 5), name=f"n{i % 3}") for i in range(20)))
    one, other = build_network(roads)[0], build_network(roads.copy())[0]
    for item in dataclasses.fields(one):
        first, second = getattr(one, item.name), getattr(other, item.name)
        assert repr(first) == repr(second), item.name


def test_hilbert_neighbours_are_neighbours() -> None:
    """On a 16 x 16 lattice each step along the curve goes to an adjacent point, as defined."""
    lattice = np.array(list(itertools.product(range(16), range(16))), float) * 4369.0
    walked = lattice[np.argsort(_hilbert(lattice))]
    assert (np.abs(np.diff(walked, axis=0)).sum(axis=1) == 4369.0).all()


def test_table_fields_are_the_network_fields() -> None:
    network = built(road((0, 0), (9, 0), width_m=NAN))
    assert all(
        hasattr(network, f"road_{item.name}") or hasattr(network, item.name)
        for item in dataclasses.fields(RoadTable)
    )
    assert network.crs == CRS
    assert network.names[0] == ""
    assert ROAD_CLASSES[network.road_class[0]] == "residential"
