"""What comes into the air: jets, flash, pools, and the whole quantity where nobody knows a hole."""

import math
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from geodata.faults import UserError
from risk import source_terms
from risk.erg_tables import CONTAINERS
from risk.release import Release, Weather
from risk.source_terms import SCENARIOS, Source, Stored, load_scenarios, source_of
from risk.substances import SUBSTANCES
from tests.risk.releases import NOON, released

AIR = Weather(90.0, 2.0, "D", 20.0)
WORKED: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "dispersion_oracles.toml").read_text(encoding="utf-8")
)
TABLE = Path(source_terms.__file__).parent / "scenarios.toml"


def source(release: Release, weather: Weather = AIR) -> Source:
    found = source_of(release, weather)
    assert found is not None
    return found


def test_the_liquid_jet_of_ccps_p40() -> None:
    case = WORKED["liquid_jet_ccps_p40"]
    area = math.pi * case["hole_m"] ** 2 / 4.0
    over = case["pressure_pa"] - 101325.0
    jet = source_terms.liquid_jet(area, over, case["kg_m3"], case["discharge"])
    assert jet.rate_kg_s == pytest.approx(case["rate_kg_s"], rel=case["rel_tol"])
    assert jet.speed_ms == pytest.approx(case["speed_ms"], rel=case["rel_tol"])


def test_the_gas_jet_of_ccps_p47() -> None:
    case = WORKED["gas_jet_ccps_p47"]
    area = math.pi * case["hole_m"] ** 2 / 4.0
    gas = Stored(case["pressure_pa"], case["temperature_k"], case["kg_m3"], case["gamma"])
    jet = source_terms.gas_jet(area, gas, case["discharge"])
    for found, key in (
        (jet.rate_kg_s, "rate_kg_s"),
        (jet.speed_ms, "speed_ms"),
        (jet.throat_pa, "throat_pa"),
        (jet.throat_k, "throat_k"),
    ):
        assert found == pytest.approx(case[key], rel=case["rel_tol"])


def test_a_gas_jet_grows_with_pressure_through_the_choked_bound() -> None:
    rates = [
        source_terms.gas_jet(1e-4, Stored(p, 293.0, p * 1.2e-5, 1.4), 0.85).rate_kg_s
        for p in (9e4, 101325.0, 1.1e5, 1.5e5, 1.9e5, 1.92e5, 2e5, 1e6)
    ]
    assert rates[0] == rates[1] == 0.0
    assert rates == sorted(rates)
    assert rates[2] > 0.0


def test_a_jet_without_pressure_stands_still() -> None:
    assert source_terms.liquid_jet(1.0, -5.0, 1000.0, 0.6).rate_kg_s == 0.0


def test_flash_and_spray_lie_between_nothing_and_all() -> None:
    chlorine = SUBSTANCES["chlorine"]
    assert chlorine.cp_liquid_j_kg_k is not None
    assert chlorine.vaporisation_j_kg is not None
    flashed = source_terms.flash_fraction(
        chlorine.cp_liquid_j_kg_k, 54.0, chlorine.vaporisation_j_kg
    )
    assert flashed == pytest.approx(0.163, abs=0.005)
    assert source_terms.airborne_share(flashed) == pytest.approx(2.0 * flashed)
    assert source_terms.airborne_share(0.7) == 1.0
    assert source_terms.flash_fraction(2000.0, -10.0, 4e5) == 0.0
    assert source_terms.flash_fraction(2000.0, 1e5, 4e5) < 1.0 + 1e-12


@pytest.mark.parametrize(
    ("key", "kelvin", "pascal", "within"),
    [
        ("acetone", 293.15, 24_600.0, 0.1),
        ("methanol", 293.15, 13_000.0, 0.1),
        ("benzene", 293.15, 10_000.0, 0.1),
        ("toluene", 293.15, 2_900.0, 0.1),
        ("ethanol", 293.15, 5_900.0, 0.3),
        ("hexane", 293.15, 16_200.0, 0.1),
        ("petrol", 293.15, 35_000.0, 1e-9),
    ],
)
def test_vapour_pressures_are_near_the_handbook_s(
    key: str, kelvin: float, pascal: float, within: float
) -> None:
    found = source_terms.vapour_pa(SUBSTANCES[key], kelvin)
    assert found == pytest.approx(pascal, rel=within)


def test_a_vapour_pressure_is_at_most_one_atmosphere_and_grows_with_heat() -> None:
    for key in ("petrol", "benzene", "chlorine", "nitric_acid"):
        pressures = [
            source_terms.vapour_pa(SUBSTANCES[key], kelvin) for kelvin in (233.0, 293.0, 333.0)
        ]
        assert all(p is not None and 0.0 < p <= 101325.0 for p in pressures)
        assert pressures == sorted(pressures, key=lambda p: p or 0.0)
    assert source_terms.vapour_pa(SUBSTANCES["ammonium_nitrate"], 293.0) is None


def test_a_ton_of_chlorine_is_out_in_ten_minutes_and_a_small_cylinder_in_sixty() -> None:
    """EPA's worst case where nobody knows the hole, said as an assumption."""
    whole = source(released("chlorine", 1.0))
    assert whole.rate_kg_s == pytest.approx(1000.0 / 600.0)
    assert whole.duration_s == pytest.approx(600.0)
    assert whole.fraction == 1.0
    assert "10 minutes" in str(whole.said[0])
    cylinder = source(released("chlorine", 1.0, container="small_cylinders"))
    assert cylinder.rate_kg_s == pytest.approx(1000.0 / 3600.0)


def test_every_container_of_the_scenarios_is_one_of_the_guidebook() -> None:
    named = {name for rule in SCENARIOS["release"] for name in rule["containers"]}
    assert named <= {"", *CONTAINERS}


def test_a_hole_lets_out_less_but_never_more_than_the_scenario() -> None:
    small = replace(released("chlorine", 50.0), hole_mm=5.0)
    large = replace(released("chlorine", 50.0), hole_mm=5000.0)
    assert source(small).rate_kg_s < 1.0
    assert "hole of 5" in str(source(small).said[0])
    assert source(large).rate_kg_s == source(released("chlorine", 50.0)).rate_kg_s


def test_a_larger_hole_lets_out_more_of_liquefied_and_of_compressed_gas() -> None:
    for key in ("chlorine", "ammonia", "lpg", "methane", "hydrogen", "lng"):
        rates = [
            source(replace(released(key, 1e3), hole_mm=hole)).rate_kg_s
            for hole in (0.5, 2.0, 10.0, 50.0)
        ]
        assert rates == sorted(rates)
        assert rates[0] < rates[-1]


def test_liquefied_gas_leaves_boiling_cold_and_compressed_gas_as_warm_as_the_air() -> None:
    assert source(released("chlorine", 1.0)).gas_k == pytest.approx(239.2, abs=0.1)
    assert source(released("lng", 1.0)).gas_k == pytest.approx(111.7, abs=0.1)
    assert source(released("methane", 1.0)).gas_k == pytest.approx(293.15)
    cold = replace(AIR, air_c=-40.0)
    assert source(released("chlorine", 1.0), cold).gas_k <= 233.15 + 7.0


def test_a_pool_gives_off_more_in_wind_and_heat_and_no_more_than_was_poured() -> None:
    release = released("benzene", 5.0)
    calm, windy = source(release), source(release, replace(AIR, wind_ms=8.0))
    hot = source(release, replace(AIR, air_c=40.0))
    assert calm.rate_kg_s < windy.rate_kg_s
    assert calm.rate_kg_s < hot.rate_kg_s
    assert calm.fraction == pytest.approx(0.1, abs=0.02)
    for one in (calm, windy, hot):
        assert one.rate_kg_s <= 5000.0 / 600.0
    assert "pool" in str(calm.said[0])


def test_evaporation_is_epa_s_equation_in_its_own_units() -> None:
    """QR [lb/min] = 0.284 u^0.78 M^(2/3) A [ft2] p [mmHg] / (82.05 T)."""
    area, pressure, molar = 100.0, 10_000.0, 0.078
    lb_min = (0.284 * 2.0**0.78 * 78.0 ** (2 / 3) * (area * 10.7639) * (pressure / 133.322)) / (
        82.05 * 293.15
    )
    found = source_terms.evaporation_kg_s(area, pressure, molar, AIR)
    assert found == pytest.approx(lb_min * 0.45359237 / 60.0, rel=1e-3)


@pytest.mark.parametrize("key", [*SUBSTANCES, "", "nonsense"])
@pytest.mark.parametrize("air_c", [-60.0, 20.0, 60.0])
def test_more_substance_never_gives_a_smaller_rate(key: str, air_c: float) -> None:
    weather = replace(AIR, air_c=air_c)
    for hole in (None, 0.01, 20.0):
        rates = []
        for quantity in (1e-6, 1e-3, 1.0, 50.0, 1e5):
            found = source_of(replace(released(key, quantity), hole_mm=hole), weather)
            if found is not None:
                assert all(
                    math.isfinite(value) and value > 0.0
                    for value in (found.rate_kg_s, found.duration_s, found.gas_k, found.fraction)
                )
                rates.append(found.rate_kg_s)
        assert rates == sorted(rates)
        assert len(rates) in (0, 5)


@pytest.mark.parametrize("quantity", [None, 0.0, -1.0, float("nan"), float("inf")])
def test_without_a_quantity_there_is_no_source(quantity: float | None) -> None:
    assert source_of(released("chlorine", quantity), AIR) is None


@pytest.mark.parametrize("hole", [0.0, -3.0, float("nan"), float("inf")])
def test_a_hole_that_cannot_be_is_not_known(hole: float) -> None:
    release = replace(released("chlorine", 1.0, time=NOON), hole_mm=hole)
    assert source(release).rate_kg_s == pytest.approx(1000.0 / 600.0)


@pytest.mark.parametrize(
    ("line", "put", "named"),
    [
        ('containers = [""]', 'containers = ["x"]', "release"),
        ("duration_s = 600.0", "duration_s = 0.0", "release, duration_s"),
        ("depth_m = 0.01", "depth_m = -1.0", "pool, depth_m"),
        ("depth_m = 0.01", 'depth_m = "thin"', "pool, depth_m"),
        ('cold = ["lng"]', "", "storage, cold"),
        ('kinds = ["explosion"]', "kinds = [3]", "at_once, kinds 1"),
    ],
)
def test_an_edited_scenario_that_cannot_be_meant_is_named(
    tmp_path: Path, line: str, put: str, named: str
) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert line in text
    path = tmp_path / "scenarios.toml"
    path.write_text(text.replace(line, put, 1), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_scenarios(path)
    assert named in [fault.column for fault in caught.value.faults]
