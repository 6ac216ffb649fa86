"""Jet fires: the flame's length, its heat, the same source as dispersion."""

import math
from dataclasses import replace

import pytest

from risk import jet_fire
from risk.jet_fire import jet_contours, jet_length_m, jet_reach_m
from risk.source_terms import source_of
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


def test_what_burns_is_what_dispersion_lets_escape() -> None:
    """One leak, one rate: the jet and the cloud never differ in what comes out."""
    for hole_mm in (None, 5.0, 20.0, 5000.0):
        asked = replace(released("methane", 20.0, "fire"), hole_mm=hole_mm)
        source = source_of(asked, AIR)
        assert source is not None
        power = source.rate_kg_s * (SUBSTANCES["methane"].combustion_j_kg or 0.0)
        fatal = jet_contours(asked, AIR)[0]
        assert fatal.reach_m == pytest.approx(jet_reach_m(power, 0.2, 12.5))
        assert fatal.assumptions[1:] == source.said


def test_a_stated_hole_makes_a_smaller_jet_than_all_at_once() -> None:
    whole = jet_contours(released("methane", 20.0, "fire"), AIR)
    asked = replace(released("methane", 20.0, "fire"), hole_mm=5.0)
    hole = jet_contours(asked, AIR)
    assert all(one.reach_m < other.reach_m for one, other in zip(hole, whole, strict=True))
    assert "hole of 5" in " ".join(str(text) for text in hole[0].assumptions)


@pytest.mark.parametrize("hole_mm", [0.0, -5.0, math.nan])
def test_a_hole_of_nothing_is_no_hole(hole_mm: float) -> None:
    asked = replace(released("methane", 20.0, "fire"), hole_mm=hole_mm)
    assert jet_contours(asked, AIR) == jet_contours(released("methane", 20.0, "fire"), AIR)


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
