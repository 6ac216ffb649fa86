"""Roads cut at a border: nothing lost inside, nothing joined, directions kept."""

import itertools

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Polygon, box

from geodata.roads import clip_roads
from geodata.roads_frame import frame_of, objects

AREA = box(0, 0, 10, 10)


def frame(*lines: list[tuple[float, float]], nodes: bool = True) -> gpd.GeoDataFrame:
    """Return a roads frame of these lines, with node ids from the coordinates of their ends."""
    shapes = [LineString(line) for line in lines]
    columns = {
        "source_id": objects(str(n) for n in range(len(lines))),
        "oneway": np.ones(len(lines), np.int8),
        "road_class": objects(["primary"] * len(lines)),
    }
    if nodes:
        columns["from_node"] = objects(str(line[0]) for line in lines)
        columns["to_node"] = objects(str(line[-1]) for line in lines)
    return frame_of(np.array(shapes, dtype=object), columns)


def coords(cut: gpd.GeoDataFrame) -> list[list[tuple[float, float]]]:
    return [list(line.coords) for line in cut.geometry]


def test_inside_stays_outside_goes_crossing_is_cut() -> None:
    roads = frame([(1, 1), (2, 2)], [(20, 20), (30, 30)], [(5, 5), (15, 5)])
    cut = clip_roads(roads, AREA)
    assert coords(cut) == [[(1, 1), (2, 2)], [(5, 5), (10, 5)]]
    assert cut["source_id"].tolist() == ["0", "2"]
    assert cut["from_node"].tolist() == ["(1, 1)", "(5, 5)"]
    assert cut["to_node"].tolist() == ["(2, 2)", "cut:2:0:b"]
    assert cut.crs == roads.crs
    assert len(roads) == 3


def test_out_and_back_is_two_pieces_in_the_lines_direction() -> None:
    cut = clip_roads(frame([(12, 8), (5, 8), (5, 12), (2, 12), (2, 5), (-3, 5)]), AREA)
    assert coords(cut) == [[(10, 8), (5, 8), (5, 10)], [(2, 10), (2, 5), (0, 5)]]
    ends = list(zip(cut["from_node"], cut["to_node"], strict=True))
    assert ends == [("cut:0:0:a", "cut:0:0:b"), ("cut:0:1:a", "cut:0:1:b")]
    assert cut["oneway"].tolist() == [1, 1]


def test_a_flyover_does_not_become_a_junction() -> None:
    """The line crosses itself at (5, 5): an overlay of the whole line would cut it there."""
    loop = [(1, 5), (9, 5), (9, 9), (5, 9), (5, -5)]
    cut = clip_roads(frame(loop), AREA)
    assert coords(cut) == [[(1, 5), (9, 5), (9, 9), (5, 9), (5, 0)]]


def test_touching_leaves_nothing_and_running_on_the_border_is_inside() -> None:
    cut = clip_roads(
        frame([(10, 5), (15, 5)], [(0, 0), (10, 0)], [(12, 8), (10, 10), (12, 12)]), AREA
    )
    assert coords(cut) == [[(0, 0), (10, 0)]]


def test_a_corner_that_touches_from_inside_does_not_cut() -> None:
    line = [(5, 5), (10, 6), (5, 7), (5, 20)]
    assert coords(clip_roads(frame(line), AREA)) == [[(5, 5), (10, 6), (5, 7), (5, 10)]]


def test_without_ids_none_are_made() -> None:
    cut = clip_roads(frame([(5, 5), (15, 5)], nodes=False), AREA)
    assert cut["from_node"].tolist() == [""]
    assert cut["to_node"].tolist() == [""]


def test_two_areas_with_a_hole() -> None:
    area = MultiPolygon([Polygon(AREA.exterior, [box(4, 4, 6, 6).exterior]), box(20, 0, 30, 10)])
    cut = clip_roads(frame([(1, 5), (25, 5)]), area)
    assert coords(cut) == [[(1, 5), (4, 5)], [(6, 5), (10, 5)], [(20, 5), (25, 5)]]


def test_nothing_inside_is_an_empty_frame() -> None:
    cut = clip_roads(frame([(20, 20), (30, 30)]), AREA)
    assert cut.empty
    assert list(cut.columns) == list(frame([(0, 0), (1, 1)]).columns)


POINTS = st.lists(
    st.tuples(st.integers(-5, 15), st.integers(-5, 15)), min_size=2, max_size=8
).filter(lambda points: all(a != b for a, b in itertools.pairwise(points)))


@settings(derandomize=True, deadline=None, max_examples=150)
@given(POINTS)
def test_the_length_inside_is_the_length_kept(points: list[tuple[float, float]]) -> None:
    """Counted with repetition, as a road that runs twice over one street is two."""
    cut = clip_roads(frame(points), AREA)
    pairs = [LineString(pair) for pair in itertools.pairwise(points)]
    inside = sum(shapely.intersection(pair, AREA).length for pair in pairs)
    assert sum(line.length for line in cut.geometry) == pytest.approx(inside)
    assert all(AREA.buffer(1e-9).covers(line) for line in cut.geometry)
