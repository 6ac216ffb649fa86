"""Pool fires: flame, view factor against a direct count, and what weather does to them."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from risk import fires
from risk.fires import (
    WIDEST_POOL_M,
    burning_rate,
    drag_m,
    flame_length_m,
    pool_contours,
    pool_fire,
    pool_reach_m,
    pool_width_m,
    surface_flux_kw_m2,
    view_factor,
)
from risk.fuels import FUELS
from risk.substances import SUBSTANCES
from tests.risk.releases import AIR, released

(MODEL,) = fires.MODELS
CALM = replace(AIR, wind_ms=0.1)
STORM = replace(AIR, wind_ms=40.0)


def seen(away: float, length: float) -> float:
    """Return the greatest view factor of a cylinder of radius 1, counted over its wall."""
    angles = (np.arange(800) + 0.5) / 800 * 2 * math.pi
    heights = (np.arange(800) + 0.5) / 800 * length
    angle, height = np.meshgrid(angles, heights)
    to_x, to_y = np.cos(angle) - away, np.sin(angle)
    square = to_x**2 + to_y**2 + height**2
    facing = -(to_x * np.cos(angle) + to_y * np.sin(angle))
    area = (2 * math.pi / 800) * (length / 800)
    weight = np.where(facing > 0, facing, 0) / (math.pi * square**2) * area
    upright, level = (weight * -to_x).sum(), (weight * height).sum()
    return math.hypot(upright, level)


@pytest.mark.parametrize("away", [1.5, 2.0, 4.0, 10.0])
@pytest.mark.parametrize("length", [0.5, 2.0, 6.0])
def test_the_view_factor_is_what_the_wall_of_flame_adds_up_to(away: float, length: float) -> None:
    """Mudan's closed form against 640,000 pieces of the flame's wall."""
    assert view_factor(away, length) == pytest.approx(seen(away, length), rel=2e-3)


def test_the_view_factor_falls_with_distance_and_rises_with_the_flame() -> None:
    away = [view_factor(s, 2.0) for s in (1.001, 1.1, 1.5, 3, 10, 100, 9000)]
    assert away == sorted(away, reverse=True)
    assert 0 < away[-1] < away[0] < 1
    length = [view_factor(3.0, h) for h in (0.01, 0.1, 1, 10, 100)]
    assert length == sorted(length)


def test_a_pool_of_7_4_tonnes_of_petrol_is_1000_square_metres() -> None:
    """10 m³ at 1 cm."""
    assert pool_width_m(7400, 740) == pytest.approx(math.sqrt(4000 / math.pi))
    assert pool_width_m(1e9, 740) == WIDEST_POOL_M


def test_a_large_pool_burns_at_the_printed_rate_a_small_one_slower() -> None:
    """SFPE: petrol 0.055 kg/(m² s), kβ 2.1."""
    petrol = FUELS["petrol"]
    assert burning_rate(petrol, 50.0) == pytest.approx(0.055)
    assert burning_rate(petrol, 0.2) == pytest.approx(0.055 * (1 - math.exp(-0.42)))


def test_the_flame_of_a_ten_metre_petrol_pool() -> None:
    """Thomas: H/D = 42 (0.055 / (1.2 sqrt(9.80665 · 10)))^0.61, worked by hand 1.58."""
    assert flame_length_m(10.0, 0.055, 1.2) / 10.0 == pytest.approx(1.58, rel=5e-3)


def test_soot_dims_large_flames_and_clear_ones_shine() -> None:
    """Mudan: 140 kW/m² for a very small sooty flame, 20 for a very wide one."""
    petrol = FUELS["petrol"]
    assert surface_flux_kw_m2(petrol, 1e-6, 1.0, 2.4e6) == pytest.approx(140.0, rel=1e-4)
    assert surface_flux_kw_m2(petrol, 150.0, 90.0, 2.4e6) == pytest.approx(20.0, rel=1e-4)
    lng = surface_flux_kw_m2(FUELS["lng"], 100.0, 90.0, 0.078 * 50e6)
    assert 100 < lng <= fires.GREATEST_FLUX_KW_M2


def test_a_flame_stands_upright_in_weak_wind_and_lies_over_in_a_storm() -> None:
    petrol = SUBSTANCES["petrol"]
    flames = [pool_fire(petrol, 30_000, air) for air in (CALM, AIR, STORM)]
    drags = [flame.drag_m for flame in flames if flame is not None]
    assert drags[0] < 0.1
    assert drags == sorted(drags)
    last = flames[-1]
    assert last is not None
    assert last.drag_m <= last.length_m


def test_the_tip_of_a_wider_flame_is_never_nearer() -> None:
    """The tilt alone lets the tip come back as the pool grows; the line must not."""
    widths = np.geomspace(0.01, 200, 400)
    for wind in (0.1, 1.0, 3.0, 8.0, 40.0):
        tips = [drag_m(float(width), wind, 0.055, 1.2, 3.4) for width in widths]
        assert all(after >= before for before, after in itertools.pairwise(tips))
    assert drag_m(10.0, 0.0, 0.055, 1.2, 3.4) == 0.0


def test_the_heat_at_the_line_is_the_threshold() -> None:
    fire = pool_fire(SUBSTANCES["petrol"], 30_000, CALM)
    assert fire is not None
    away = pool_reach_m(fire, 5.0)
    radius = fire.width_m / 2
    flux = fire.flux_kw_m2 * view_factor(away / radius, fire.length_m / radius)
    assert flux == pytest.approx(5.0, rel=1e-4)
    assert pool_reach_m(fire, 1e6) == radius


def test_the_zone_lies_downwind_and_holds_the_upright_flame() -> None:
    contours = pool_contours(released("petrol", 30.0, "fire"), AIR)
    assert [contour.level for contour in contours] == [
        "thermal_fatal",
        "thermal_injury",
        "thermal_pain",
    ]
    for contour in contours:
        west, south, east, north = contour.shape.bounds
        assert east > -west
        assert north == pytest.approx(-south, rel=1e-6)
        assert east == pytest.approx(contour.reach_m, rel=1e-6)


@pytest.mark.parametrize("substance", ["petrol", "diesel", "methanol", "benzene", "lng"])
def test_liquids_that_burn_make_pools(substance: str) -> None:
    assert MODEL.applies(released(substance, 1.0, "fire"))


@pytest.mark.parametrize(
    "substance", ["lpg", "hydrogen", "chlorine", "sulfuric_acid", "sodium", "tnt", "", "nothing"]
)
def test_gases_and_what_does_not_burn_make_none(substance: str) -> None:
    assert not MODEL.applies(released(substance, 1.0, "fire"))


def test_what_is_assumed_is_said() -> None:
    huge = pool_contours(released("petrol", 30_000.0, "hazmat_leak"), AIR)[0]
    said = [str(text) for text in huge.assumptions]
    assert said[0] == "Only if it catches fire."
    assert "pool 1 cm deep of 200.0 m" in said[1]
    assert "bund" in said[2]
    assert "no wider than 200 m" in said[3]
    burning = pool_contours(released("petrol", 1.0, "tank_fire"), AIR)[0]
    assert len(burning.assumptions) == 2


def test_a_fuel_without_a_read_row_shows_as_unverified() -> None:
    assert not any(one.verified for one in pool_contours(released("diesel", 30.0, "fire"), AIR))
    levels = pool_contours(released("petrol", 30.0, "fire"), AIR)
    assert [one.verified for one in levels] == [False, True, True]
