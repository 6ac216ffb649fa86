"""What comes into the air: jets from a hole, flash, pools; the whole quantity where no hole is."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata.faults import UserError
from language import Sentence, say

from .release import Release, Weather
from .rule_files import rule_fault
from .rule_shape import read_shaped
from .substances import GAS_CONSTANT, ROOM_K, SUBSTANCES, Substance
from .weather import known

PRESSURE_PA = 101325.0
ZERO_C_K = 273.15
GRAVITY = 9.80616
_TABLE = Path(__file__).parent / "scenarios.toml"
_MIXTURE_J_MOL = 40_000.0
_GULDBERG, _WATSON = 1.5, 0.38
_LARGEST_T = 1e6
_LEAST_T = 1e-6
_MM = 1e-3


_TOLD = {"source": str, "verified": bool}
_RULES = {
    "release": [
        {"containers": [str], "duration_s": float, "title_zh": str, "title_en": str, **_TOLD}
    ],
    "pool": {
        "depth_m": float,
        "lasts_s": float,
        "hole_pours_s": float,
        "head_m": float,
        **_TOLD,
    },
    "storage": {
        "liquefied_above_k": float,
        "cold": [str],
        "compressed_pa": float,
        "discharge_liquid": float,
        "discharge_gas": float,
        **_TOLD,
    },
    "at_once": {"kinds": [str], **_TOLD},
}


def load_scenarios(path: Path) -> Mapping[str, Any]:
    """Return the rules of the file.

    Raises:
        UserError: with every line that cannot be meant.

    """
    rules = read_shaped(path, _RULES)
    faults = [
        rule_fault(path, f"{part}, {key}", "not above 0")
        for part in ("pool", "storage")
        for key, value in rules[part].items()
        if isinstance(value, float) and value <= 0.0
    ]
    faults += [
        rule_fault(path, "release, duration_s", "not above 0")
        for rule in rules["release"]
        if rule["duration_s"] <= 0.0
    ]
    if not any("" in rule["containers"] for rule in rules["release"]):
        faults.append(rule_fault(path, "release", 'no row with "" among its containers'))
    if faults:
        raise UserError(faults)
    return rules


SCENARIOS: Mapping[str, Any] = load_scenarios(_TABLE)


@dataclass(frozen=True)
class Jet:
    """What leaves a hole: kg/s and the speed in m/s as the discharge coefficient has it."""

    rate_kg_s: float
    speed_ms: float
    throat_pa: float
    throat_k: float


@dataclass(frozen=True)
class Source:
    """What comes into the air: kg/s for a while, at that temperature, out of ``mass_kg``.

    ``fraction`` is the volume fraction where it leaves: below 1 over a pool that does not boil.
    """

    rate_kg_s: float
    duration_s: float
    mass_kg: float
    gas_k: float
    fraction: float
    said: tuple[Sentence, ...]
    verified: bool


def liquid_jet(area_m2: float, over_pa: float, kg_m3: float, discharge: float) -> Jet:
    """Return the jet of a liquid through a hole under ``over_pa`` (Bernoulli; CCPS 1999 p. 40)."""
    speed = discharge * math.sqrt(2.0 * max(over_pa, 0.0) / kg_m3)
    return Jet(area_m2 * kg_m3 * speed, speed, PRESSURE_PA, ROOM_K)


@dataclass(frozen=True)
class Stored:
    """A gas under pressure: pascal, kelvin, kg/m³ there, ratio of heat capacities."""

    pressure_pa: float
    temperature_k: float
    kg_m3: float
    gamma: float


def gas_jet(area_m2: float, gas: Stored, discharge: float) -> Jet:
    """Return the jet of a gas through a hole, choked or not (CCPS 1999 p. 47)."""
    gamma = gas.gamma
    critical = (2.0 / (gamma + 1.0)) ** (gamma / (gamma - 1.0))
    ratio = max(PRESSURE_PA / gas.pressure_pa, critical)
    if ratio >= 1.0:
        return Jet(0.0, 0.0, PRESSURE_PA, gas.temperature_k)
    work = 2.0 * gamma / (gamma - 1.0) * (1.0 - ratio ** ((gamma - 1.0) / gamma))
    speed = discharge * math.sqrt(gas.pressure_pa / gas.kg_m3 * work)
    rate = area_m2 * gas.kg_m3 * ratio ** (1.0 / gamma) * speed
    throat_k = gas.temperature_k * ratio ** ((gamma - 1.0) / gamma)
    return Jet(rate, speed, gas.pressure_pa * ratio, throat_k)


def flash_fraction(cp_j_kg_k: float, over_boiling_k: float, vaporisation_j_kg: float) -> float:
    """Return which share of a liquid flashes that is so much hotter than it boils, 0 to 1."""
    return 1.0 - math.exp(-cp_j_kg_k * max(over_boiling_k, 0.0) / vaporisation_j_kg)


def airborne_share(flashed: float) -> float:
    """Return which share gets into the air with the spray: twice what flashes, at most all."""
    return min(1.0, 2.0 * flashed)


def vapour_pa(substance: Substance, air_k: float) -> float | None:
    """Return the vapour pressure in pascal, ``None`` where figures lack; at most one atmosphere.

    Clausius and Clapeyron from the boiling point; for mixtures from the pressure stated at 20 °C.
    """
    if substance.vapour_20c_pa is not None:
        warmer = _MIXTURE_J_MOL / GAS_CONSTANT * (1.0 / ROOM_K - 1.0 / air_k)
        return min(substance.vapour_20c_pa * math.exp(warmer), PRESSURE_PA)
    if None in (substance.boiling_k, substance.vaporisation_j_kg, substance.molar_kg_mol):
        return None
    return min(saturation_pa(substance, air_k), PRESSURE_PA)


def saturation_pa(substance: Substance, at_k: float) -> float:
    """Return the pressure over a liquid by Clausius and Clapeyron, in pascal; needs its figures.

    Below the boiling point with the heat of vaporisation midway (Watson, the critical temperature
    by Guldberg's rule as 1.5 times the boiling point): without it cold pools would give off a third
    too much.
    """
    boiling, heat = substance.boiling_k or ROOM_K, substance.vaporisation_j_kg or 0.0
    molar = heat * (substance.molar_kg_mol or 0.0)
    if at_k < boiling:
        middle = 0.5 * (at_k + boiling)
        molar *= ((_GULDBERG * boiling - middle) / ((_GULDBERG - 1.0) * boiling)) ** _WATSON
    return PRESSURE_PA * math.exp(molar / GAS_CONSTANT * (1.0 / boiling - 1.0 / at_k))


def evaporation_kg_s(
    area_m2: float, pressure_pa: float, molar_kg_mol: float, weather: Weather
) -> float:
    """Return what a pool gives off (EPA 550-B-99-009, equation D-1, in SI units)."""
    molar = (molar_kg_mol * 1e3) ** (2.0 / 3.0)
    wind = weather.wind_ms**0.78
    return float(2.1127e-6 * wind * molar * area_m2 * pressure_pa / (weather.air_c + ZERO_C_K))


def quantity_kg(release: Release) -> float | None:
    """Return the quantity in kilograms, ``None`` where it is not known or not above zero."""
    tonnes = known(release.quantity_t)
    if tonnes is None or tonnes <= 0.0:
        return None
    return min(max(tonnes, _LEAST_T), _LARGEST_T) * 1e3


def boils(substance: Substance, air_k: float) -> bool:
    """Return whether the substance is a gas in that air."""
    return substance.boiling_k is not None and substance.boiling_k <= max(air_k, ROOM_K)


def source_of(release: Release, weather: Weather) -> Source | None:
    """Return what comes into the air in that weather, ``None`` where figures lack.

    More quantity never gives a smaller rate: a hole lets out what it can, but never more than the
    whole quantity in the time of the scenario.
    """
    substance, mass = SUBSTANCES.get(release.substance), quantity_kg(release)
    if substance is None or mass is None or substance.molar_kg_mol is None:
        return None
    if boils(substance, weather.air_c + ZERO_C_K):
        return _gas(substance, mass, release, weather)
    return _pool(substance, mass, release, weather)


def _gas(substance: Substance, mass: float, release: Release, weather: Weather) -> Source:
    rule = _scenario(release.container)
    rate = mass / rule["duration_s"]
    verified = rule["verified"] is True
    said = [_scenario_said(rule)]
    hole = known(release.hole_mm)
    if hole is not None and hole > 0.0:
        jet = _hole_rate(substance, hole * _MM, weather.air_c + ZERO_C_K)
        if jet is not None and jet < rate:
            rate, verified = jet, False
            said = [
                say(
                    "Through a hole of {hole} mm: {rate} kg/s.",
                    hole=round(hole, 1),
                    rate=_two(rate),
                )
            ]
    gas_k = min(_stored_k(substance), weather.air_c + ZERO_C_K)
    said.append(
        say(
            "Source: {rate} kg/s for {minutes} min.",
            rate=_two(rate),
            minutes=_two(mass / rate / 60.0),
        )
    )
    return Source(rate, mass / rate, mass, gas_k, 1.0, tuple(said), verified)


def _pool(substance: Substance, mass: float, release: Release, weather: Weather) -> Source | None:
    rules = SCENARIOS["pool"]
    air_k = weather.air_c + ZERO_C_K
    pressure = vapour_pa(substance, air_k)
    if pressure is None or substance.liquid_kg_m3 is None or substance.molar_kg_mol is None:
        return None
    poured = mass
    hole = known(release.hole_mm)
    if hole is not None and hole > 0.0:
        area = math.pi * (hole * _MM) ** 2 / 4.0
        head = substance.liquid_kg_m3 * GRAVITY * rules["head_m"]
        discharge = SCENARIOS["storage"]["discharge_liquid"]
        jet = liquid_jet(area, head, substance.liquid_kg_m3, discharge)
        poured = min(mass, jet.rate_kg_s * rules["hole_pours_s"])
    area = poured / (substance.liquid_kg_m3 * rules["depth_m"])
    rate = min(
        evaporation_kg_s(area, pressure, substance.molar_kg_mol, weather),
        poured / rules["lasts_s"],
    )
    said = (
        say("A pool of {area} m², 1 cm deep, without a bund, evaporates.", area=_two(area)),
        say(
            "Source: {rate} kg/s for {minutes} min.",
            rate=_two(rate),
            minutes=_two(poured / rate / 60.0),
        ),
    )
    fraction = pressure / PRESSURE_PA
    return Source(rate, poured / rate, poured, air_k, fraction, said, rules["verified"] is True)


def _hole_rate(substance: Substance, hole_m: float, air_k: float) -> float | None:
    """Return what a hole in the store of a gas lets out in kg/s, ``None`` where figures lack."""
    rules = SCENARIOS["storage"]
    area = math.pi * hole_m**2 / 4.0
    if _liquefied(substance):
        if substance.liquid_kg_m3 is None or substance.vaporisation_j_kg is None:
            return None
        over = saturation_pa(substance, air_k) - PRESSURE_PA
        over = max(over, substance.liquid_kg_m3 * GRAVITY * SCENARIOS["pool"]["head_m"])
        return liquid_jet(area, over, substance.liquid_kg_m3, rules["discharge_liquid"]).rate_kg_s
    if substance.gamma is None or substance.molar_kg_mol is None:
        return None
    pressure = rules["compressed_pa"]
    density = pressure * substance.molar_kg_mol / (GAS_CONSTANT * air_k)
    gas = Stored(pressure, air_k, density, substance.gamma)
    return gas_jet(area, gas, rules["discharge_gas"]).rate_kg_s


def _liquefied(substance: Substance) -> bool:
    rules = SCENARIOS["storage"]
    boiling = substance.boiling_k or 0.0
    return bool(boiling >= rules["liquefied_above_k"] or substance.key in rules["cold"])


def _stored_k(substance: Substance) -> float:
    """Return how cold the gas leaves its store, in kelvin: boiling cold where it was liquid."""
    return substance.boiling_k if _liquefied(substance) and substance.boiling_k else math.inf


def _scenario(container: str) -> Mapping[str, Any]:
    rules: list[Mapping[str, Any]] = SCENARIOS["release"]
    fits = [rule for rule in rules if container in rule["containers"] or "" in rule["containers"]]
    return fits[0]


def _scenario_said(rule: Mapping[str, Any]) -> Sentence:
    minutes = round(rule["duration_s"] / 60.0)
    return say("Hole not known: all of it is released within {minutes} minutes.", minutes=minutes)


def _two(value: float) -> float | int:
    """Return the value with three significant digits."""
    if value == 0.0:
        return 0
    digits = 2 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    return int(rounded) if digits <= 0 else rounded
