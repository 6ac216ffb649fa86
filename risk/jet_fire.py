"""Heat of a burning jet of gas."""

import math

from language import Sentence, say

from .fuels import fuel_of, if_lit, stated
from .harm import Method, thermal_limits
from .release import Contour, Model, Release, Weather
from .rings import rings
from .substances import GAS_CONSTANT, SUBSTANCES, Substance

ESCAPES_S = 600.0
"""All escapes in ten minutes where no hole is stated (40 CFR 68.25, worst case for gases)."""
GAS_BAR = 10.0
"""Pressure taken for a gas whose hole is stated."""


def jet_length_m(power_w: float) -> float:
    """Return the length of a jet's flame in metres: ``0.00326 (m dHc)^0.478`` (API 521)."""
    return 0.00326 * math.pow(power_w, 0.478)


def jet_reach_m(power_w: float, radiated: float, kw_m2: float) -> float:
    """Return how far from the hole a jet's flame of any direction gives ``kw_m2``, in metres.

    A point in its middle, ``q = F m dHc / (4π x²)`` through clear air; no less than the flame.
    """
    length = jet_length_m(power_w)
    away = math.sqrt(radiated * power_w / (4 * math.pi * kw_m2 * 1e3))
    return max(length, length / 2 + away)


def hole_kg_s(substance: Substance, hole_mm: float, air_c: float) -> float | None:
    """Return the choked flow of gas through a sharp hole at ``GAS_BAR`` in kg/s (CCPS 1999).

    ``m = Cd A P sqrt(k M / (R T) (2/(k+1))^((k+1)/(k-1)))``, Cd 0.85; ``None`` without figures.
    """
    k, molar = substance.gamma, substance.molar_kg_mol
    if k is None or molar is None or k <= 1:
        return None
    area = math.pi * (hole_mm / 2e3) ** 2
    choked = math.pow(2 / (k + 1), (k + 1) / (k - 1))
    kelvin = air_c + 273.15
    return 0.85 * area * GAS_BAR * 1e5 * math.sqrt(k * molar / (GAS_CONSTANT * kelvin) * choked)


def _jet_applies(release: Release) -> bool:
    substance = stated(release.substance, release.quantity_t)
    return substance is not None and substance.gas_at_20c


def jet_contours(
    release: Release, weather: Weather, method: Method = "threshold"
) -> tuple[Contour, ...]:
    """Return the circles of heat of a burning jet of any direction, the worst first.

    Through the hole that is stated, else all within ``ESCAPES_S``.
    """
    substance = SUBSTANCES[release.substance]
    mass_kg = (release.quantity_t or 0.0) * 1e3
    flow = mass_kg / ESCAPES_S
    hole = release.hole_mm
    through = hole_kg_s(substance, hole, weather.air_c) if hole is not None and hole > 0 else None
    if through is not None:
        flow = min(through, mass_kg)
    power = flow * (substance.combustion_j_kg or 0.0)
    fuel = fuel_of(substance, weather.air_c + 273.15)
    found = [
        (row, jet_reach_m(power, fuel.radiated, row.value)) for row in thermal_limits(None, method)
    ]
    said = _jet_said(release, flow, power, by_hole=through is not None)
    return rings(found, said, verified=fuel.verified)


def _jet_said(
    release: Release, flow: float, power: float, *, by_hole: bool
) -> tuple[Sentence, ...]:
    said = [
        say(
            "Jet fire by API 521, direction unknown: {flow:.3g} kg/s, flame {length_m:.1f} m long.",
            flow=flow,
            length_m=jet_length_m(power),
        )
    ]
    if by_hole:
        said.append(say("Gas through the stated hole at {bar:g} bar.", bar=GAS_BAR))
    else:
        said.append(say("No hole stated: all escapes in ten minutes (EPA worst case)."))
    return (*if_lit(release.kind), *said)


def _jet_by_probit(release: Release, weather: Weather) -> tuple[Contour, ...]:
    return jet_contours(release, weather, "probit")


def _jet_model(method: Method) -> Model:
    return Model(
        key="jet_fire",
        title_zh="喷射火热辐射",
        title_en="Jet fire",
        source="API 521; point source (CCPS 1999)",
        verified=True,
        by_weather=False,
        applies=_jet_applies,
        contours=_jet_by_probit if method == "probit" else jet_contours,
    )


MODELS: tuple[Model, ...] = (_jet_model("threshold"),)
PROBIT_MODELS: tuple[Model, ...] = (_jet_model("probit"),)
