"""Units of small worlds: nested, connected, gapless, and people apportioned to the last one."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from sample.units import _nested_codes, apportion

from .worlds import SEEDS, TOTALS, World, world


@pytest.fixture(scope="module", params=SEEDS)
def held(request: pytest.FixtureRequest) -> World:
    return world(request.param)


@settings(derandomize=True, max_examples=200)
@given(
    st.lists(st.floats(0.0, 1e6), min_size=1, max_size=30).filter(lambda own: sum(own) > 1e-3),
    st.integers(0, 10**7),
)
def test_apportioned_people_are_whole_sum_exactly_and_lie_within_one(
    weight: list[float], total: int
) -> None:
    given_weight = np.array(weight)
    parts = apportion(given_weight, total)
    assert parts.sum() == total
    assert (parts >= 0).all()
    exact = given_weight / given_weight.sum() * total
    assert np.abs(parts - exact).max() < 1.0 + 1e-6 * total
    assert given_weight.tolist() == weight


def test_equal_weights_give_the_rest_to_the_first() -> None:
    assert apportion(np.ones(4), 10).tolist() == [3, 3, 2, 2]


def test_codes_count_within_their_parent() -> None:
    owner = np.array([1, 0, 1, 1])
    assert _nested_codes(["A", "B"], owner) == ["B001", "A001", "B002", "B003"]


def test_as_many_units_as_wanted_each_of_one_piece(held: World) -> None:
    units = held.units
    assert len(units.subdistricts) == TOTALS.subdistricts
    assert len(units.communities) == TOTALS.communities
    assert units.grid["level"].value_counts().to_dict() == {
        "小": TOTALS.cells, "中": TOTALS.communities, "大": TOTALS.subdistricts,
    }  # fmt: skip
    for frame in (units.subdistricts, units.communities):
        assert (frame.geometry.geom_type == "Polygon").all()


def test_units_cover_the_land_once(held: World) -> None:
    for frame in (held.units.subdistricts, held.units.communities):
        assert shapely.coverage_is_valid(frame.geometry.to_numpy())
        assert frame.area.sum() == pytest.approx(held.land.outline.area, rel=1e-5)


def test_codes_nest_and_use_no_assigned_division(held: World) -> None:
    above = set(held.units.subdistricts["code"])
    assert all(code.startswith("440199") and len(code) == 9 for code in above)
    codes = held.units.communities["code"]
    assert codes.is_unique
    assert codes.str.len().eq(12).all()
    assert set(codes.str[:9]) == above


def test_residents_sum_at_every_level(held: World) -> None:
    units = held.units
    for column, total in (("residents_night", TOTALS.night), ("residents_day", TOTALS.day)):
        assert units.subdistricts[column].sum() == total
        assert units.communities[column].sum() == total
        assert units.grid.groupby("level")[column].sum().eq(total).all()


def test_borders_follow_main_roads_and_water(held: World) -> None:
    """Most of the borders between subdistricts are things that one sees on the ground."""
    shapes = held.units.subdistricts.geometry.to_numpy()
    borders = shapely.union_all(shapely.boundary(shapes)).difference(
        held.land.outline.exterior.buffer(1.0)
    )
    seen = shapely.union_all(
        [*held.streets.main_lines, held.land.river_line, held.land.river.boundary]
    ).buffer(2.0)
    assert borders.intersection(seen).length > 0.5 * borders.length


def test_nobody_lives_in_the_river_but_every_subdistrict_has_people(held: World) -> None:
    assert (held.units.subdistricts["residents_night"] > 0).all()
    assert (held.units.subdistricts["residents_day"] > 0).all()
