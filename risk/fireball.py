"""The fireball of a vessel of liquefied gas that bursts in fire (BLEVE)."""

import math

from language import Sentence, say

from .fuels import is_liquefied, stated
from .harm import Method, thermal_limits
from .release import Contour, Model, Release, Weather
from .rings import by_probit, rings
from .substances import SUBSTANCES

RADIATED = 0.4
"""Share of the heat that a fireball radiates (EPA 550-B-99-009 equation D-10, upper figure)."""
LARGE_KG = 30_000.0
CERTAIN = ("bleve",)


def diameter_m(mass_kg: float) -> float:
    """Return the greatest diameter of the fireball in metres: ``5.8 M^(1/3)`` (CCPS 1999)."""
    return 5.8 * math.cbrt(mass_kg)


def duration_s(mass_kg: float) -> float:
    """Return how long it lasts in seconds (CCPS 1999).

    ``0.45 M^(1/3)`` below 30 t, ``2.6 M^(1/6)`` from there on.
    """
    root = math.cbrt(mass_kg)
    return 0.45 * root if mass_kg < LARGE_KG else 2.6 * math.sqrt(root)


def height_m(mass_kg: float) -> float:
    """Return the height of its centre in metres: three quarters of the diameter (CCPS 1999)."""
    return 0.75 * diameter_m(mass_kg)


def radiation_reach_m(mass_kg: float, combustion_j_kg: float, flux_w_m2: float) -> float:
    """Return the distance at which the fireball radiates ``flux_w_m2``, in metres.

    ``L = sqrt(2.2 τ R dHc M^0.67 / (4π q))``, EPA 550-B-99-009 equation D-10 (Hymes, CCPS), with
    clear air (τ 1); as EPA does, the distance from its centre is taken as one on the ground.
    """
    heat = 2.2 * RADIATED * combustion_j_kg * mass_kg**0.67
    return math.sqrt(heat / (4 * math.pi * flux_w_m2))


def _applies(release: Release) -> bool:
    substance = stated(release.substance, release.quantity_t)
    return substance is not None and is_liquefied(substance)


def fireball_contours(release: Release, method: Method = "threshold") -> tuple[Contour, ...]:
    """Return the circles of heat of all that is there in one fireball, the worst first."""
    mass_kg = (release.quantity_t or 0.0) * 1e3
    substance = SUBSTANCES[release.substance]
    heat = substance.combustion_j_kg or 0.0
    limits = thermal_limits(duration_s(mass_kg), method)
    least = diameter_m(mass_kg) / 2
    found = [(row, max(least, radiation_reach_m(mass_kg, heat, row.value * 1e3))) for row in limits]
    verified = "combustion_kj_kg" not in substance.unverified
    return rings(found, _said(release, mass_kg), verified=verified)


def _said(release: Release, mass_kg: float) -> tuple[Sentence, ...]:
    said = [
        say(
            "BLEVE by CCPS and EPA: all of it in a fireball of {diameter_m:.0f} m for "
            "{seconds:.1f} s that radiates {percent:g} % of its heat through clear air.",
            diameter_m=diameter_m(mass_kg),
            seconds=duration_s(mass_kg),
            percent=RADIATED * 100,
        ),
        say("Limits of heat are turned to the fireball's duration by equal dose."),
    ]
    if release.kind not in CERTAIN:
        said.insert(0, say("Only if the vessel bursts in fire."))
    return tuple(said)


def _contours(
    release: Release, _weather: Weather, method: Method = "threshold"
) -> tuple[Contour, ...]:
    return fireball_contours(release, method)


MODELS: tuple[Model, ...] = (
    Model(
        key="fireball",
        title_zh="BLEVE 火球热辐射",
        title_en="BLEVE fireball",
        source="CCPS (1999); EPA 550-B-99-009 equation D-10; 40 CFR 68.22",
        verified=True,
        by_weather=False,
        applies=_applies,
        contours=_contours,
    ),
)
PROBIT_MODELS: tuple[Model, ...] = by_probit(MODELS[0], _contours)
