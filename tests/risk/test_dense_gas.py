"""Britter and McQuaid against worked examples; more gas never reaches less far."""

import random
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from risk import dense_gas, gaussian
from risk.dense_gas import PLUME_CURVES, PUFF_CURVES, DenseSource
from risk.gaussian import Air

WORKED: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "dispersion_oracles.toml").read_text(encoding="utf-8")
)


def lng() -> DenseSource:
    case = WORKED["britter_mcquaid_lng_ccps_p122"]
    return DenseSource(
        case["liquid_m3_s"] * case["liquid_kg_m3"] / case["gas_kg_m3"],
        dense_gas.reduced_gravity(case["gas_kg_m3"], case["air_k"]),
        case["wind_ms"],
        case["gas_k"] / case["air_k"],
    )


def potchefstroom() -> DenseSource:
    case = WORKED["bm_puff_potchefstroom"]
    gravity = dense_gas.reduced_gravity(case["gas_kg_m3"], case["air_k"])
    return DenseSource(case["volume_m3"], gravity, case["wind_ms"])


def test_the_lng_spill_of_ccps_p122() -> None:
    """The published case britter_mcquaid_lng_ccps_p122, both ways."""
    case, source = WORKED["britter_mcquaid_lng_ccps_p122"], lng()
    assert source.length_m == pytest.approx(case["length_m"], rel=case["rel_tol"])
    assert dense_gas.plume_alpha(source) == pytest.approx(case["alpha"], rel=case["rel_tol"])
    for x, fraction in zip(case["at_m"], case["fraction"], strict=True):
        found = dense_gas.plume_fraction(source, x)
        assert found == pytest.approx(fraction, rel=case["rel_tol"])
        assert dense_gas.plume_reach_m(source, fraction) == pytest.approx(x, rel=1e-6)
    assert dense_gas.is_dense_plume(source)


def test_the_ammonia_cloud_of_potchefstroom() -> None:
    case, source = WORKED["bm_puff_potchefstroom"], potchefstroom()
    for (x, time), fraction in zip(case["at_m_s"], case["fraction"], strict=True):
        found = dense_gas.puff_fraction(source, x, time) / case["dilution"]
        assert found == pytest.approx(fraction, rel=case["rel_tol"])
    assert dense_gas.is_dense_puff(source)


def test_nothing_of_a_puff_is_where_it_has_not_come_or_has_left() -> None:
    source = potchefstroom()
    edge = dense_gas.puff_middle_m(source, 200.0) + dense_gas.puff_radius_m(source, 200.0)
    assert dense_gas.puff_fraction(source, edge - 1.0, 200.0) > 0.0
    assert dense_gas.puff_fraction(source, edge + 1.0, 200.0) == 0.0
    assert dense_gas.puff_fraction(source, 0.0, 20_000.0) == 0.0


def test_the_butane_cloud_to_half_its_flammable_limit() -> None:
    """The published case bm_butane_vce: profile, friction, Richardson number, alpha and reach."""
    case = WORKED["bm_butane_vce"]
    air = Air(1.0, case["stability"], is_urban=False)
    wind = case["release_wind_ms"] / gaussian.wind_at_ms(air, case["release_height_m"])
    assert wind == pytest.approx(case["wind_10m_ms"], rel=1e-5)
    assert 0.06 * wind == pytest.approx(case["friction_ms"], rel=1e-9)

    pressure = case["pressure_pa"] / dense_gas.GAS_CONSTANT
    gas = pressure * case["molar_kg_mol"] / case["gas_k"]
    around = pressure * case["air_kg_mol"] / case["air_k"]
    warm = (1.0 - case["gas_k"] / 425.12) ** 0.28688
    liquid = 58.122 * 1.0677 / 0.27188 ** (1.0 + warm)
    spray = (1.0 - case["flashed"]) * case["aerosol"]
    density = 1.0 / (case["flashed"] / gas + spray / liquid)
    volume = case["rate_kg_s"] / density
    gravity = case["gravity_ms2"] * (density - around) / around
    richardson = gravity * volume / (case["release_height_m"] * 0.06 * wind)
    assert richardson == pytest.approx(case["richardson"], rel=case["rel_tol"])

    source = DenseSource(volume, gravity, wind, case["gas_k"] / case["air_k"])
    assert dense_gas.plume_alpha(source) == pytest.approx(case["alpha"], rel=case["rel_tol"])
    reach = dense_gas.plume_reach_m(source, case["half_lfl"])
    assert reach == pytest.approx(case["reach_m"], rel=case["rel_tol"])
    assert 0.03 * reach**3 == pytest.approx(case["site_m3"], rel=3.0 * case["rel_tol"])


@pytest.mark.parametrize("alpha", [-2.0, -0.75, -0.4, -0.2, 0.0, 0.75, 3.0])
def test_the_curves_of_both_workbooks(alpha: float) -> None:
    """At these alphas GasDispersion.jl has the same figures; beyond 1 the last one holds."""
    plume = {
        -0.75: [1.75, 1.92, 2.08, 2.25, 2.4, 2.6],
        -0.4: [1.784, 2.016, 2.21, 2.394, 2.564, 2.714],
        -0.2: [1.832, 2.06, 2.25, 2.45, 2.63, 2.77],
        0.0: [1.78, 1.96, 2.16, 2.35, 2.56, 2.71],
    }
    puff = {
        -0.75: [0.7, 0.85, 0.95, 1.15, 1.48, 1.83, 2.075],
        0.0: [0.81, 1.0, 1.19, 1.39, 1.62, 1.83, 2.05],
        0.75: [0.93, 1.03, 1.185, 1.375, 1.525, 1.68, 1.8475],
    }
    for curves, known in ((PLUME_CURVES, plume), (PUFF_CURVES, puff)):
        found = [beta for beta, _ in dense_gas.betas(curves, alpha)]
        assert found == sorted(found)
        if alpha in known:
            assert found == pytest.approx(known[alpha])
    assert dense_gas.betas(PLUME_CURVES, 3.0) == dense_gas.betas(PLUME_CURVES, 1.0)


def test_more_gas_never_reaches_less_far_at_any_step() -> None:
    """The printed pieces miss each other where they meet, which would turn this round."""
    rng = random.Random(4)  # noqa: S311 - seeded
    for _ in range(200):
        source = DenseSource(
            1e-3, rng.uniform(0.5, 60.0), rng.uniform(0.5, 30.0), rng.uniform(0.4, 1)
        )
        fraction = 10.0 ** rng.uniform(-6.0, -0.1)
        last = last_puff = 0.0
        for step in range(120):
            more = replace(source, volume=1e-3 * 10.0 ** (step / 15.0))
            reach = dense_gas.plume_reach_m(more, fraction)
            puff = dense_gas.puff_reach_m(more, fraction)
            assert reach >= last * (1.0 - 1e-12)
            assert puff >= last_puff * (1.0 - 1e-12)
            last, last_puff = reach, puff


def test_reach_and_fraction_are_each_other_s_inverse() -> None:
    rng = random.Random(5)  # noqa: S311 - seeded
    for _ in range(300):
        source = DenseSource(
            10.0 ** rng.uniform(-2, 3),
            rng.uniform(0.5, 30.0),
            rng.uniform(1.0, 20.0),
            rng.uniform(0.4, 1.0),
            rng.uniform(0.05, 1.0),
        )
        fraction = source.fraction * 10.0 ** rng.uniform(-5.0, -0.01)
        reach = dense_gas.plume_reach_m(source, fraction)
        assert dense_gas.plume_fraction(source, reach) == pytest.approx(fraction, rel=1e-6)


def test_no_more_than_what_leaves_the_pool_is_anywhere() -> None:
    source = DenseSource(2.0, 5.0, 3.0, 1.0, 0.1)
    assert dense_gas.plume_fraction(source, 0.0) == 0.1
    assert dense_gas.plume_reach_m(source, 0.1) == 0.0
    assert dense_gas.plume_reach_m(source, 0.2) == 0.0


def test_the_criterion_turns_at_the_critical_volume() -> None:
    for gravity, wind in ((2.0, 1.0), (19.7, 8.0), (0.3, 0.5)):
        volume = dense_gas.critical_volume_m3_s(gravity, wind)
        assert dense_gas.is_dense_plume(DenseSource(volume * 1.001, gravity, wind))
        assert not dense_gas.is_dense_plume(DenseSource(volume * 0.999, gravity, wind))


@pytest.mark.parametrize("gravity", [-5.0, 0.0])
def test_a_light_gas_is_never_dense(gravity: float) -> None:
    source = DenseSource(1e4, gravity, 0.5)
    assert not dense_gas.is_dense_plume(source)
    assert not dense_gas.is_dense_puff(source)


def test_which_gases_are_heavier_than_air() -> None:
    for kg_m3, heavier in ((2.9, True), (0.71, False)):
        assert (dense_gas.reduced_gravity(kg_m3, 293.15) > 0.0) is heavier


def test_warming_and_cooling_undo_each_other() -> None:
    for share in (1e-6, 0.02, 0.5, 1.0):
        warmed = dense_gas.warmed(share, 0.4)
        assert warmed >= share
        assert dense_gas.cold(warmed, 0.4) == pytest.approx(share)


def test_a_dense_plume_widens_and_creeps_against_a_weak_wind() -> None:
    weak, strong = DenseSource(5.0, 15.0, 1.0), DenseSource(5.0, 15.0, 10.0)
    assert dense_gas.upwind_m(weak) > 50.0
    assert dense_gas.upwind_m(strong) < 2.0
    upwind, at_source, downwind = dense_gas.half_width_m(weak, np.array((-5.0, 0.0, 200.0)))
    assert upwind == at_source == pytest.approx(weak.length_m + 8.0 * 75.0)
    assert downwind > at_source
