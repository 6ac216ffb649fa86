"""Metres to millimetres: whole extents, cut shapes, scale bars with round numbers."""

import numpy as np
import pytest
import shapely

from reports.map_boxes import Box
from reports.map_frame import bar_m, frame_of, length_text

BOX = Box(1.0, 2.0, 150.0, 100.0)


def test_the_extent_is_whole_in_the_frame_and_north_is_up() -> None:
    frame = frame_of((1000.0, 500.0, 4000.0, 2500.0), BOX)
    corners = frame.points_mm(np.array([(1000.0, 2500.0), (4000.0, 500.0)]))
    assert corners.tolist() == [[1.0, 2.0], [151.0, 102.0]]
    assert frame.m_per_mm == pytest.approx(20.0)


def test_a_narrow_extent_stands_in_the_middle() -> None:
    frame = frame_of((0.0, 0.0, 100.0, 1000.0), BOX)
    (west, _), (east, _) = frame.points_mm(np.array([(0.0, 0.0), (100.0, 0.0)]))
    assert west - BOX.x == pytest.approx(BOX.right - east, abs=0.02)


def test_a_single_point_is_shown_with_ground_around_it() -> None:
    frame = frame_of((7.0, 7.0, 7.0, 7.0), BOX)
    assert frame.points_mm(np.array([(7.0, 7.0)])).tolist() == [[76.0, 52.0]]


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_no_frame_around_what_is_not_finite(bad: float) -> None:
    with pytest.raises(ValueError, match="no frame"):
        frame_of((0.0, 0.0, bad, 1.0), BOX)


@pytest.mark.parametrize("side", [60, 99, 130, 777, 1500, 4321, 20_000, 187_654])
def test_a_scale_bar_is_round_and_a_tenth_to_a_quarter_of_the_frame(side: float) -> None:
    frame = frame_of((0.0, 0.0, side * 1.5, side), BOX)
    metres = bar_m(frame)
    assert str(metres).rstrip("0") in {"1", "2", "5"}
    assert 0.09 <= metres / frame.m_per_mm / BOX.width <= 0.25


def test_lengths_are_said_in_metres_below_a_kilometre() -> None:
    assert [length_text(metres) for metres in (1, 500, 1000, 20_000)] == [
        "1 m", "500 m", "1 km", "20 km",
    ]  # fmt: skip


def test_shapes_are_cut_at_the_frame() -> None:
    frame = frame_of((0.0, 0.0, 150.0, 100.0), BOX)
    wide = shapely.LineString([(-1e6, 50.0), (1e6, 50.0)])
    (line,) = frame.on_sheet([wide])
    assert shapely.bounds(line).tolist() == [1.0, 52.0, 151.0, 52.0]


def test_broken_missing_and_outer_shapes_are_drawn_as_far_as_they_can() -> None:
    frame = frame_of((0.0, 0.0, 150.0, 100.0), BOX)
    bow = shapely.Polygon([(0, 0), (50, 50), (50, 0), (0, 50)])
    drawn = frame.on_sheet([bow, None, shapely.Point(1e7, 1e7)])  # type: ignore[list-item]
    assert len(drawn) == 3
    assert shapely.area(drawn[0]) == pytest.approx(1250.0, rel=0.01)
    assert shapely.is_empty(drawn[1:]).all()


def test_positions_are_rounded_to_a_hundredth_of_a_millimetre() -> None:
    frame = frame_of((0.0, 0.0, 333.333, 222.222), BOX)
    points = frame.points_mm(np.random.default_rng(1).uniform(0, 200, (50, 2)))
    assert np.array_equal(points, np.round(points, 2))
