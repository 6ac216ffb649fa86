"""Heat of a burning pool of liquid."""

import math
from dataclasses import dataclass

import shapely

from language import Sentence, say

from .fuels import Fuel, fuel_of, if_lit, stated
from .harm import Method, thermal_limits
from .release import Contour, Model, Release, Weather
from .rings import LEAST_REACH_M, by_probit, disc
from .source_terms import SCENARIOS, ZERO_C_K
from .substances import GAS_CONSTANT, SUBSTANCES, Substance

GRAVITY_MS2 = 9.80665
AIR_PA = 101_325.0
AIR_KG_MOL = 0.028964
THOMAS_POWER = 0.61
LENGTH_POWER = 1 - THOMAS_POWER / 2
"""A flame's length grows with this power of the pool's width."""
WIDEST_POOL_M = 200.0
"""Wider pools burn as several fires; the bound that ALOHA sets (not read)."""
GREATEST_FLUX_KW_M2 = 220.0
"""Upper bound of what a flame's surface emits: LNG in the open (not read)."""


@dataclass(frozen=True)
class PoolFire:
    """An upright cylinder of flame: width, length in metres, heat of its surface, tilt.

    ``drag_m`` is how far the tilted flame's tip lies downwind.
    """

    width_m: float
    length_m: float
    flux_kw_m2: float
    drag_m: float


def pool_width_m(mass_kg: float, liquid_kg_m3: float) -> float:
    """Return the diameter of an unconfined pool in metres, ``WIDEST_POOL_M`` at most.

    It is as deep as scenarios.toml has it.
    """
    area = mass_kg / liquid_kg_m3 / SCENARIOS["pool"]["depth_m"]
    return min(2 * math.sqrt(area / math.pi), WIDEST_POOL_M)


def burning_rate(fuel: Fuel, width_m: float) -> float:
    """Return kg/(m² s) of a pool: ``m = m∞ (1 - exp(-kβ D))`` (Babrauskas, SFPE Handbook)."""
    most = fuel.burning_kg_m2_s or 0.0
    return most if fuel.k_beta_m is None else -most * math.expm1(-fuel.k_beta_m * width_m)


def flame_length_m(width_m: float, rate: float, air_kg_m3: float) -> float:
    """Return the length of a pool's flame in metres: Thomas (1963), without wind.

    ``H/D = 42 (m / (ρa sqrt(g D)))^0.61``
    """
    burning = rate / (air_kg_m3 * math.sqrt(GRAVITY_MS2 * width_m))
    return 42 * width_m * math.pow(burning, THOMAS_POWER)


def surface_flux_kw_m2(fuel: Fuel, width_m: float, length_m: float, heat_w_m2: float) -> float:
    """Return the heat that the flame's surface emits in kW/m².

    Sooty flames by Mudan (1984): ``140 exp(-0.12 D) + 20 (1 - exp(-0.12 D))``. Clear ones give off
    the radiated share of the pool's heat ``heat_w_m2`` over wall and top.
    """
    if fuel.sooty:
        clear = math.exp(-0.12 * width_m)
        return 140 * clear + 20 * (1 - clear)
    given = fuel.radiated * heat_w_m2 / (1 + 4 * length_m / width_m) / 1e3
    return min(given, GREATEST_FLUX_KW_M2)


def view_factor(scaled_away: float, scaled_length: float) -> float:
    """Return the greatest view factor of an upright cylinder from a place on the ground.

    ``scaled_away`` is distance from the axis over radius (above 1), ``scaled_length`` length over
    radius. Mudan (1984), as NUREG-1805 chapter 5 prints it: the root of the squares of the factors
    for a level and an upright target.
    """
    s, h = scaled_away, scaled_length
    a, b = (h * h + s * s + 1) / (2 * s), (1 + s * s) / (2 * s)
    wide = math.atan(math.sqrt((a + 1) * (s - 1) / ((a - 1) * (s + 1)))) / math.sqrt(a * a - 1)
    flat = math.atan(math.sqrt((b + 1) * (s - 1) / ((b - 1) * (s + 1)))) / math.sqrt(b * b - 1)
    edge = math.atan(math.sqrt((s - 1) / (s + 1)))
    upright = math.atan(h / math.sqrt(s * s - 1)) / s - h * edge / s + a * h * wide / s
    level = (b - 1 / s) * flat - (a - 1 / s) * wide
    return math.hypot(upright, level) / math.pi


def drag_m(width_m: float, wind_ms: float, rate: float, air: float, vapour: float) -> float:
    """Return how far the tip of a tilted flame lies downwind, in metres.

    American Gas Association: ``cos θ = 1 / sqrt(u*)``, upright up to 1 of
    ``u* = u / (g m D / ρv)^(1/3)``; densities ``air`` and ``vapour`` in kg/m³. A wide flame stands
    steeper; no tip is taken as nearer than that of a smaller pool, whose farthest is where
    ``(D/D1)^(1/3) = 0.695 / (0.695 + 1/6)``, D1 being the width with ``u*`` 1.
    """
    upright_m = math.pow(wind_ms, 3) * vapour / (GRAVITY_MS2 * rate)
    farthest_m = upright_m * (LENGTH_POWER / (LENGTH_POWER + 1 / 6)) ** 3
    width = min(width_m, farthest_m)
    if width <= 0:
        return 0.0
    steep = math.cbrt(width / upright_m)
    return flame_length_m(width, rate, air) * math.sqrt(1 - min(steep, 1.0))


def pool_fire(substance: Substance, mass_kg: float, weather: Weather) -> PoolFire | None:
    """Return the flame of the pool that a mass makes, ``None`` without figures of its burning."""
    air_k = weather.air_c + ZERO_C_K
    fuel = fuel_of(substance, air_k)
    if fuel.burning_kg_m2_s is None or substance.liquid_kg_m3 is None:
        return None
    air = AIR_PA * AIR_KG_MOL / (GAS_CONSTANT * air_k)
    width = pool_width_m(mass_kg, substance.liquid_kg_m3)
    rate = burning_rate(fuel, width)
    length = flame_length_m(width, rate, air)
    boiling = max(substance.boiling_k or air_k, 1.0)
    vapour = AIR_PA * (substance.molar_kg_mol or AIR_KG_MOL) / (GAS_CONSTANT * boiling)
    flux = surface_flux_kw_m2(fuel, width, length, rate * (substance.combustion_j_kg or 0.0))
    drag = drag_m(width, weather.wind_ms, fuel.burning_kg_m2_s, air, vapour)
    return PoolFire(width, length, flux, drag)


def pool_reach_m(fire: PoolFire, kw_m2: float) -> float:
    """Return how far from the pool's middle the heat is ``kw_m2``, in metres; its rim at least.

    A flame without tilt, through clear air.
    """
    radius = fire.width_m / 2
    wanted = kw_m2 / fire.flux_kw_m2
    low, high = 1.0 + 1e-6, 1e4
    if view_factor(low, fire.length_m / radius) <= wanted:
        return radius
    for _ in range(50):
        middle = math.sqrt(low * high)
        if view_factor(middle, fire.length_m / radius) >= wanted:
            low = middle
        else:
            high = middle
    return radius * high


def _pool_applies(release: Release) -> bool:
    substance = stated(release.substance, release.quantity_t)
    if substance is None or (substance.gas_at_20c and substance.key != "lng"):
        return False
    return fuel_of(substance, 293.15).burning_kg_m2_s is not None and bool(substance.liquid_kg_m3)


def pool_contours(
    release: Release, weather: Weather, method: Method = "threshold"
) -> tuple[Contour, ...]:
    """Return the lines of heat of all that is there burning as one pool, the worst first.

    Each holds the circle of the upright flame and the same circle moved to the tilted flame's tip.
    """
    substance = SUBSTANCES[release.substance]
    fire = pool_fire(substance, (release.quantity_t or 0.0) * 1e3, weather)
    if fire is None:
        return ()
    fuel = fuel_of(substance, weather.air_c + ZERO_C_K)
    said = _pool_said(release, fire)
    contours = []
    for rank, limit in enumerate(thermal_limits(None, method)):
        away = max(pool_reach_m(fire, limit.value), LEAST_REACH_M)
        contours.append(
            Contour(
                level=limit.level,
                rank=rank,
                threshold=limit.value,
                unit=limit.unit,
                reach_m=away + fire.drag_m,
                shape=_dragged(away, fire.drag_m),
                assumptions=said,
                verified=fuel.verified and limit.verified,
            )
        )
    return tuple(contours)


def _dragged(away_m: float, drag_m: float) -> shapely.Polygon:
    """Return what a circle about the origin sweeps as it moves ``drag_m`` downwind."""
    upright = disc(away_m)
    both = shapely.MultiPolygon([upright, disc(away_m, (drag_m, 0.0))])
    hull = shapely.convex_hull(both)
    return hull if isinstance(hull, shapely.Polygon) else upright


def _pool_said(release: Release, fire: PoolFire) -> tuple[Sentence, ...]:
    said = [
        say(
            "Pool fire by Thomas and Mudan: all of it in a pool {depth_cm:g} cm deep of "
            "{width_m:.1f} m, flame {length_m:.1f} m long that emits {flux:.0f} kW/m², through "
            "clear air.",
            depth_cm=SCENARIOS["pool"]["depth_m"] * 100,
            width_m=fire.width_m,
            length_m=fire.length_m,
            flux=fire.flux_kw_m2,
        ),
        say("A bund or tank that holds the liquid makes the fire smaller."),
    ]
    if fire.width_m >= WIDEST_POOL_M:
        said.append(say("Pools are taken as no wider than {width_m:.0f} m.", width_m=WIDEST_POOL_M))
    return (*if_lit(release.kind), *said)


MODELS: tuple[Model, ...] = (
    Model(
        key="pool_fire",
        title_zh="池火热辐射",
        title_en="Pool fire",
        source="Thomas (1963), Mudan (1984), Babrauskas in SFPE Handbook; NUREG-1805",
        verified=True,
        by_weather=True,
        applies=_pool_applies,
        contours=pool_contours,
    ),
)
PROBIT_MODELS: tuple[Model, ...] = by_probit(MODELS[0], pool_contours)
