"""Heat of a burning jet of gas."""

import math

from language import say

from .fuels import fuel_of, if_lit, stated
from .harm import Method, thermal_limits
from .release import Contour, Model, Release, Weather
from .rings import by_probit, rings
from .source_terms import ZERO_C_K, source_of
from .substances import SUBSTANCES


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


def _jet_applies(release: Release) -> bool:
    substance = stated(release.substance, release.quantity_t)
    return substance is not None and substance.gas_at_20c


def jet_contours(
    release: Release, weather: Weather, method: Method = "threshold"
) -> tuple[Contour, ...]:
    """Return the circles of heat of a burning jet of any direction, the worst first.

    What escapes is what the dispersion models let into the air.
    """
    substance = SUBSTANCES[release.substance]
    source = source_of(release, weather)
    if source is None:
        return ()
    power = source.rate_kg_s * (substance.combustion_j_kg or 0.0)
    fuel = fuel_of(substance, weather.air_c + ZERO_C_K)
    found = [
        (row, jet_reach_m(power, fuel.radiated, row.value)) for row in thermal_limits(None, method)
    ]
    flame = say(
        "Jet fire by API 521, direction unknown: flame {length_m:.1f} m long.",
        length_m=jet_length_m(power),
    )
    said = (*if_lit(release.kind), flame, *source.said)
    return rings(found, said, verified=fuel.verified and source.verified)


MODELS: tuple[Model, ...] = (
    Model(
        key="jet_fire",
        title_zh="喷射火热辐射",
        title_en="Jet fire",
        source="API 521; point source (CCPS 1999)",
        verified=True,
        by_weather=False,
        applies=_jet_applies,
        contours=jet_contours,
    ),
)
PROBIT_MODELS: tuple[Model, ...] = by_probit(MODELS[0], jet_contours)
