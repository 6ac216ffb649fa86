"""Main roads alone: where they start, what stops them, and what the land itself asks for."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from sample.arterials import LEVELS, STEP_M, Course, spacing_factor, trace_arterials

from .worlds import SEEDS, World, world

Traced = tuple[World, list[Course]]


@pytest.fixture(scope="module", params=SEEDS)
def traced(request: pytest.FixtureRequest) -> Traced:
    held = world(request.param)
    return held, trace_arterials(held.land, held.field, np.random.default_rng(request.param))


@settings(derandomize=True, max_examples=200)
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_spacing_never_shrinks_where_the_town_thins(one: float, other: float) -> None:
    thin, thick = min(one, other), max(one, other)
    assert spacing_factor(thin) >= spacing_factor(thick)
    assert 0.75 <= spacing_factor(one) <= 3.2


def test_spacing_of_an_array_is_that_of_its_numbers() -> None:
    many = np.array((0.0, 0.02, 0.3, 1.0))
    assert spacing_factor(many).tolist() == [spacing_factor(one) for one in many]


def test_bridges_are_numbered_once_from_one(traced: Traced) -> None:
    held, courses = traced
    numbers = [course.bridge for course in courses if course.bridge]
    assert numbers == [1, 2, 3, 4, 5]
    for course in courses:
        if course.bridge:
            axis = held.land.bridges[course.bridge - 1]
            assert course.line.buffer(0.1).contains(axis)
            assert course.road_class == "primary"


def test_no_road_but_a_bridge_goes_into_water_further_than_its_last_step(traced: Traced) -> None:
    """The step that finds the shore may wet its end; that loose end is pruned with the others."""
    held, courses = traced
    for course in courses:
        for water in (held.land.river, held.land.lake):
            if not course.bridge:
                assert course.line.intersection(water).length < STEP_M, course.road_class


def test_each_bank_has_its_road(traced: Traced) -> None:
    """A primary road runs along the water on both sides for most of the river's course."""
    held, courses = traced
    shore = held.land.whole_river
    near = [
        course.line
        for course in courses
        if course.road_class == "primary"
        and not course.bridge
        and shapely.distance(shapely.points(course.line.coords), shore).max() < 130.0
    ]
    course_m = held.land.river_line.intersection(held.land.outline).length
    assert len(near) >= 2
    assert sum(line.length for line in near) > 1.3 * course_m
    sides = {
        np.sign(_cross(held.land.river_line, line.interpolate(0.5, normalized=True)))
        for line in near
    }
    assert sides == {-1.0, 1.0}


def _cross(line: shapely.LineString, point: shapely.Point) -> float:
    at = line.project(point)
    here, ahead = line.interpolate(at), line.interpolate(at + 10.0)
    return (ahead.x - here.x) * (point.y - here.y) - (ahead.y - here.y) * (point.x - here.x)


def test_one_closed_road_rings_the_lake(traced: Traced) -> None:
    held, courses = traced
    rings = [course.line for course in courses if course.line.is_closed]
    assert len(rings) == 1
    assert shapely.Polygon(rings[0]).contains(held.land.lake)
    assert rings[0].distance(held.land.lake) == pytest.approx(70.0, abs=15.0)


def test_classes_come_in_order_and_none_is_too_short(traced: Traced) -> None:
    _, courses = traced
    shortest = {road_class: length for road_class, _, length in LEVELS}
    filled = [course for course in courses if not course.bridge][3:]
    order = [name for name, _, _ in LEVELS]
    ranks = [order.index(course.road_class) for course in filled]
    assert ranks == sorted(ranks)
    assert all(course.line.length >= shortest[course.road_class] for course in filled)


def test_roads_stop_one_step_beyond_the_outline(traced: Traced) -> None:
    held, courses = traced
    reach = held.land.outline.buffer(2.0 * STEP_M)
    for course in courses:
        if not course.bridge:
            assert reach.contains(course.line)


def test_roads_bend_and_never_turn_back(traced: Traced) -> None:
    """A step of a traced road never turns by a right angle; no main road is one straight line."""
    _, courses = traced
    straight = 0
    for course in courses:
        steps = np.diff(shapely.get_coordinates(course.line), axis=0)
        heading = np.arctan2(steps[:, 1], steps[:, 0])
        turn = np.abs(np.angle(np.exp(1j * np.diff(heading))))
        assert turn.max(initial=0.0) < np.pi / 2.0
        straight += len(steps) > 20 and float(turn.max(initial=0.0)) < 1e-6
    assert straight == 0


def test_parallel_main_roads_keep_their_distance(traced: Traced) -> None:
    """The middles of filled roads of the best class stand well apart from each other."""
    _, courses = traced
    middles = shapely.get_coordinates(
        [
            course.line.interpolate(0.5, normalized=True)
            for course in courses[3:]
            if course.road_class == "secondary"
        ]
    )
    gaps = np.hypot(*(middles[:, None] - middles[None]).transpose(2, 0, 1))
    gaps[np.diag_indices(len(gaps))] = np.inf
    assert gaps.min(initial=np.inf) > 60.0


def test_the_same_seed_traces_the_same_roads(traced: Traced) -> None:
    held, _ = traced
    one, two = (trace_arterials(held.land, held.field, np.random.default_rng(1)) for _ in range(2))
    assert [course.line.wkb for course in one] == [course.line.wkb for course in two]
