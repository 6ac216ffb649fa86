"""Zones as bands on the ground: nested, joined, with what is cleared whichever model governs."""

import numpy as np
import pytest
import shapely

from desks.command.bands import OUTSIDE, harm_of, joined
from tests.desks.harms import zone, zone_set

INNER = shapely.box(0, 0, 100, 100)
MIDDLE = shapely.box(0, 0, 200, 100)
OUTER = shapely.box(0, 0, 400, 100)


def test_the_worst_band_comes_first_however_the_zones_are_ordered() -> None:
    harm = harm_of(zone_set(zone(OUTER, "aegl_1"), zone(INNER, "aegl_3"), zone(MIDDLE, "aegl_2")))
    assert [band.level for band in harm.bands] == ["aegl_3", "aegl_2", "aegl_1"]
    assert harm.protective_level == "aegl_2"
    assert harm.protected is not None
    assert harm.protected.area == 20_000


def test_a_band_holds_all_that_is_worse_even_where_it_sticks_out() -> None:
    sticking = shapely.box(-50, 0, 100, 100)
    harm = harm_of(zone_set(zone(sticking, "aegl_3"), zone(MIDDLE, "aegl_2")))
    assert harm.protected is not None
    assert harm.protected.area == 25_000


def test_isolation_is_cleared_whichever_model_governs() -> None:
    """The circle reaches upwind, where the plume does not: who is in it must go too."""
    upwind = shapely.box(-100, 0, 0, 100)
    harm = harm_of(
        zone_set(zone(MIDDLE, "aegl_2"), zone(OUTER, "aegl_1"),
                 zone(upwind, "isolation", model="erg"))
    )  # fmt: skip
    assert [level for level, _ in harm.ordered] == ["isolation", "aegl_2", "aegl_1"]
    assert harm.protected is not None
    assert harm.protected.area == 30_000
    assert harm.bands[1].within.area == 50_000
    assert harm.ground.area == 50_000


def test_isolation_does_not_swell_what_is_worse_than_the_protective_band() -> None:
    upwind = shapely.box(-100, 0, 0, 100)
    harm = harm_of(
        zone_set(zone(INNER, "aegl_3"), zone(MIDDLE), zone(upwind, "isolation", model="erg"))
    )
    assert harm.bands[0].within.area == 10_000


def test_the_isolation_of_the_governing_model_is_its_own_band() -> None:
    harm = harm_of(
        zone_set(zone(INNER, "isolation", model="erg"),
                 zone(OUTER, "protective_action", model="erg"), governing="erg")
    )  # fmt: skip
    assert [band.level for band in harm.bands] == ["isolation", "protective_action"]
    assert harm.cleared == ()
    assert harm.protective_level == "protective_action"


def test_other_lines_of_other_models_do_not_count() -> None:
    harm = harm_of(zone_set(zone(INNER), zone(OUTER, "protective_action", model="erg")))
    assert harm.ground.area == 10_000


def test_without_a_protective_level_the_outermost_line_protects() -> None:
    harm = harm_of(zone_set(zone(INNER, "lfl"), zone(MIDDLE, "half_lfl"), governing="plume"))
    assert harm.protective_level == "half_lfl"


def test_without_a_zone_there_is_no_ground() -> None:
    harm = harm_of(zone_set(governing=""))
    assert harm.protected is None
    assert harm.protective_level == ""
    assert harm.ground.is_empty
    assert harm.spread is None
    assert harm.worst(np.zeros((3, 2))).tolist() == [OUTSIDE] * 3


def test_two_drawn_shapes_are_one_band() -> None:
    far = shapely.box(1_000, 0, 1_100, 100)
    harm = harm_of(
        zone_set(zone(INNER, "drawn", model="drawn"), zone(far, "drawn", model="drawn"),
                 governing="drawn")
    )  # fmt: skip
    assert len(harm.bands) == 1
    assert harm.ground.area == 20_000


def test_the_border_is_inside_and_no_position_is_outside() -> None:
    harm = harm_of(zone_set(zone(INNER, "aegl_3"), zone(MIDDLE)))
    points = np.array([[100, 50], [200, 50], [200.001, 50], [50, 50], [np.nan, np.nan]])
    assert harm.worst(points).tolist() == [0, 1, OUTSIDE, 0, OUTSIDE]


def test_the_spread_holds_the_zone() -> None:
    harm = harm_of(zone_set(zone(MIDDLE, spread=shapely.box(100, 0, 300, 100))))
    assert harm.spread is not None
    assert harm.spread.covers(MIDDLE)


@pytest.mark.parametrize("shape", [shapely.Polygon(), shapely.Polygon([(0, 0), (1, 1), (2, 2)])])
def test_a_zone_without_area_is_none(shape: shapely.Polygon) -> None:
    assert harm_of(zone_set(zone(shape))).protected is None
    assert joined([shape]).is_empty
    assert joined([]).is_empty
