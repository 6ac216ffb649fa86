"""The fireball of a BLEVE: size, duration, reach, and when it is told."""

import math

import pytest

from risk import fireball
from risk.fireball import (
    diameter_m,
    duration_s,
    fireball_contours,
    height_m,
    radiation_reach_m,
)
from tests.risk.releases import AIR, released

(MODEL,) = fireball.MODELS


def test_oracle_100_t_of_propane() -> None:
    """CCPS: 100 t of propane make a fireball of 269.21 m, 17.71 s, centre at 201.91 m."""
    assert diameter_m(100_000) == pytest.approx(269.21, rel=1e-3)
    assert duration_s(100_000) == pytest.approx(17.71, rel=1e-3)
    assert height_m(100_000) == pytest.approx(201.91, rel=1e-3)


@pytest.mark.parametrize(
    ("mass", "sizes"),
    [
        (1_000, (58.0, 4.5, 43.5)),
        (10_000, (124.96, 9.69, 93.72)),
        (30_000, (180.22, 14.49, 135.16)),
        (50_000, (213.67, 15.78, 160.26)),
    ],
)
def test_oracle_bleve_table(mass: float, sizes: tuple[float, float, float]) -> None:
    """Diameter, duration and height of the centre (CCPS), the large ones from 30 t on."""
    found = (diameter_m(mass), duration_s(mass), height_m(mass))
    assert found == pytest.approx(sizes, rel=1e-3)


def test_the_reach_of_second_degree_burns_is_that_of_epa() -> None:
    """EPA 550-B-99-009 D-10 with the dose 3.42e6 in one formula, 100 t of propane."""
    mass, heat = 100_000, 46.333e6
    flux = (3.42e6 / duration_s(mass)) ** 0.75
    by_law = math.sqrt(2.2 * 0.4 * heat * mass**0.67 / (4 * math.pi * flux))
    assert radiation_reach_m(mass, heat, flux) == pytest.approx(by_law)
    injury = fireball_contours(released("propane", 100.0, "bleve"))[1]
    assert injury.level == "thermal_injury"
    assert injury.reach_m == pytest.approx(by_law, rel=5e-3)


def test_the_fatal_zone_holds_the_fireball_itself() -> None:
    for quantity in (1e-6, 1e-3, 1.0, 1e5):
        fatal = fireball_contours(released("lpg", quantity))[0]
        assert fatal.reach_m >= diameter_m(quantity * 1e3) / 2


def test_no_step_down_where_the_formula_for_the_duration_changes() -> None:
    """At 30 t the duration jumps up by 4 %: more substance still never reaches less far."""
    below = fireball_contours(released("lpg", 29.9999))
    above = fireball_contours(released("lpg", 30.0))
    for one, other in zip(below, above, strict=True):
        assert other.reach_m >= one.reach_m


@pytest.mark.parametrize("substance", ["lpg", "propane", "butane", "lng", "vinyl_chloride"])
def test_gases_kept_liquid_may_bleve(substance: str) -> None:
    assert MODEL.applies(released(substance, 10.0))


@pytest.mark.parametrize(
    "substance", ["methane", "hydrogen", "petrol", "chlorine", "ammonia", "tnt", ""]
)
def test_nothing_else_does(substance: str) -> None:
    """Compressed gases and liquids make no fireball of a boiling vessel; ammonia hardly burns."""
    assert not MODEL.applies(released(substance, 10.0))


def test_without_quantity_it_is_silent() -> None:
    assert not MODEL.applies(released("lpg", None))


def test_it_says_what_it_assumes() -> None:
    leak = MODEL.contours(released("lpg", 25.0, "gas_leak"), AIR)[0]
    said = [str(text) for text in leak.assumptions]
    assert said[0] == "Only if the vessel bursts in fire."
    assert "CCPS" in said[1]
    assert "40 %" in said[1]
    assert "equal dose" in said[2]
    sure = MODEL.contours(released("lpg", 25.0, "bleve"), AIR)[0]
    assert "Only if" not in str(sure.assumptions[0])


def test_each_level_is_verified_by_its_own_limit() -> None:
    levels = {one.level: one.verified for one in fireball_contours(released("propane", 25.0))}
    assert levels == {"thermal_fatal": False, "thermal_injury": True, "thermal_pain": True}


def test_the_probit_variant_lies_near_the_thresholds() -> None:
    """Two ways to draw the same levels: injury and pain agree within a third."""
    one = fireball_contours(released("propane", 25.0))
    other = fireball_contours(released("propane", 25.0), "probit")
    for plain, probit in zip(one[1:], other[1:], strict=True):
        assert probit.reach_m == pytest.approx(plain.reach_m, rel=0.34)
