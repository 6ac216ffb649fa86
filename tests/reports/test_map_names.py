"""Names on a map: none over another, none beyond the frame, at most as many as are wanted."""

import itertools

import numpy as np
import pytest
import shapely

from reports.map_boxes import Box
from reports.map_names import Named, anchor, place_names

FRAME = Box(0.0, 0.0, 100.0, 80.0)


def _crowd(count: int, seed: int) -> list[Named]:
    rng = np.random.default_rng(seed)
    return [
        Named("名" * int(rng.integers(1, 9)), shapely.Point(*rng.uniform(0, 100, 2)), 2.0)
        for _ in range(count)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_names_neither_overlap_nor_leave_the_frame(seed: int) -> None:
    taken = (Box(0, 70, 40, 10), Box(90, 0, 10, 14))
    placed = place_names(_crowd(80, seed), FRAME, taken, 2.5, 25)
    assert 5 < len(placed) <= 25
    boxes = [one.box for one in placed]
    assert all(FRAME.holds(box) for box in boxes)
    assert not any(a.meets(b) for a, b in itertools.combinations((*boxes, *taken), 2))


def test_the_first_wanted_is_placed_first() -> None:
    here = shapely.Point(50, 40)
    crowd = [Named(f"第{at}", here, 0.0) for at in range(9)]
    placed = place_names(crowd, FRAME, (), 2.5, 25)
    assert [one.text for one in placed] == [f"第{at}" for at in range(len(placed))]
    assert 1 < len(placed) < 9


def test_a_name_of_ten_thousand_signs_is_cut() -> None:
    (one,) = place_names([Named("长" * 10_000, shapely.Point(50, 40), 0.0)], FRAME, (), 2.5, 25)
    assert one.text.endswith("…")
    assert one.box.width < 40


def test_an_area_is_named_at_its_widest_place_inside_it() -> None:
    bent = shapely.union(shapely.box(0, 0, 40, 4), shapely.box(0, 0, 20, 30))
    place = anchor(bent)
    assert place is not None
    assert shapely.box(4, 4, 16, 26).contains(shapely.Point(place))


def test_what_the_frame_does_not_hold_has_no_place() -> None:
    assert anchor(shapely.Polygon()) is None
    assert place_names([Named("石桥", shapely.Point(), 0.0)], FRAME, (), 2.5, 25) == ()
