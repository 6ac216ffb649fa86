"""Jet fires: the flame's length, its heat, the flow through a hole."""

import math
from dataclasses import replace

import pytest

from risk import jet_fire
from risk.jet_fire import ESCAPES_S, hole_kg_s, jet_contours, jet_length_m, jet_reach_m
from risk.substances import SUBSTANCES
from tests.risk.releases import AIR, released

(MODEL,) = jet_fire.MODELS


def test_the_length_of_a_100_mw_flame() -> None:
    """API 521: 0.00326 (1e8)^0.478 is 21.7 m."""
    assert jet_length_m(1e8) == pytest.approx(21.7, rel=5e-3)


def test_heat_falls_with_the_square_of_the_distance_from_the_middle() -> None:
    power, share = 1e9, 0.33
    middle = jet_length_m(power) / 2
    near, far = jet_reach_m(power, share, 4.0), jet_reach_m(power, share, 1.0)
    assert (far - middle) / (near - middle) == pytest.approx(2.0)
    flux = share * power / (4 * math.pi * (far - middle) ** 2)
    assert flux == pytest.approx(1000.0)


def test_nobody_is_outside_the_zone_and_inside_the_flame() -> None:
    assert jet_reach_m(1e9, 0.2, 1e6) == jet_length_m(1e9)


def test_the_flow_through_a_hole_agrees_with_ccps_in_its_form() -> None:
    """CCPS p47 prints 0.0900 kg/s for 10 mm at 501 kPa; per pressure and root mass it is ours."""
    found = hole_kg_s(SUBSTANCES["methane"], 10.0, 24.85)
    k, molar = 1.15, 8.90 * 8.314462618 * 298 / 501_000
    area = math.pi * 0.005**2
    printed = 0.85 * area * 501_000
    printed *= math.sqrt(k * molar / (8.314462618 * 298) * (2 / (k + 1)) ** ((k + 1) / (k - 1)))
    assert printed == pytest.approx(0.09002799947, rel=1e-6)
    assert found is not None
    methane = SUBSTANCES["methane"]
    assert methane.gamma is not None
    assert methane.molar_kg_mol is not None
    k, molar = methane.gamma, methane.molar_kg_mol
    ours = 0.85 * area * 1e6
    ours *= math.sqrt(k * molar / (8.314462618 * 298) * (2 / (k + 1)) ** ((k + 1) / (k - 1)))
    assert found == pytest.approx(ours, rel=1e-9)


def test_without_figures_there_is_no_flow() -> None:
    assert hole_kg_s(SUBSTANCES["fireworks"], 10.0, 20.0) is None


def test_a_stated_hole_makes_a_smaller_jet_than_ten_minutes_of_all() -> None:
    whole = jet_contours(released("methane", 20.0, "fire"), AIR)
    asked = replace(released("methane", 20.0, "fire"), hole_mm=20.0)
    hole = jet_contours(asked, AIR)
    assert all(one.reach_m < other.reach_m for one, other in zip(hole, whole, strict=True))
    assert "stated hole at 10 bar" in str(hole[0].assumptions[1])
    assert "ten minutes" in str(whole[0].assumptions[1])


def test_a_hole_larger_than_the_stock_empties_it_in_a_second_at_most() -> None:
    asked = replace(released("methane", 0.001, "fire"), hole_mm=5000.0)
    contours = jet_contours(asked, AIR)
    heat = SUBSTANCES["methane"].combustion_j_kg or 0.0
    assert contours[0].reach_m == pytest.approx(jet_reach_m(heat, 0.2, 12.5))


@pytest.mark.parametrize("hole_mm", [0.0, -5.0])
def test_a_hole_of_nothing_is_no_hole(hole_mm: float) -> None:
    asked = replace(released("methane", 20.0, "fire"), hole_mm=hole_mm)
    assert jet_contours(asked, AIR) == jet_contours(released("methane", 20.0, "fire"), AIR)


def test_the_flow_said_is_the_stock_over_ten_minutes() -> None:
    said = str(
        jet_contours(released("propane", ESCAPES_S / 1e3 * 2, "fire"), AIR)[0].assumptions[0]
    )
    assert "2 kg/s" in said


@pytest.mark.parametrize(
    ("substance", "jets"),
    [("methane", True), ("lpg", True), ("hydrogen", True), ("petrol", False), ("chlorine", False)],
)
def test_only_gases_that_burn_make_jets(substance: str, jets: bool) -> None:  # noqa: FBT001
    assert MODEL.applies(released(substance, 1.0, "gas_leak")) is jets


def test_a_leak_is_told_as_what_may_come() -> None:
    said = jet_contours(released("methane", 1.0, "gas_leak"), AIR)[0].assumptions
    assert str(said[0]) == "Only if it catches fire."
    assert MODEL.contours(released("methane", 1.0, "fire"), AIR)[0].assumptions[0] != said[0]
