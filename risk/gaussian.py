"""Gaussian plume and puff over flat ground: concentrations, reach and the line of a threshold."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from .rule_shape import read_shaped

LEAST_REACH_M = 1.0
LONGEST_REACH_M = 10_000.0
"""Briggs' coefficients hold to 10 km; a line that goes farther is cut there, and says so."""
_TABLE = Path(__file__).parent / "dispersion.toml"
_STEPS = 46
_POINTS = 18

Floats = NDArray[np.float64]
Distance = TypeVar("Distance", float, Floats)


_BY_CLASS = {axis: {key: [float] for key in "ABCDEF"} for axis in ("y", "z")}
_CURVES = {
    "plume": {key: [[float]] for key in ("0.1", "0.05", "0.02", "0.01", "0.005", "0.002")},
    "puff": {key: [[float]] for key in ("0.1", "0.05", "0.02", "0.01", "0.005", "0.002", "0.001")},
}
_ABOUT = dict.fromkeys(("briggs", "ccps_puff", "wind_profile", "britter_mcquaid"), str)
_RULES = {
    "about": {**_ABOUT, "verified": bool},
    **dict.fromkeys(("briggs_rural", "briggs_urban", "ccps_puff"), _BY_CLASS),
    "wind_profile": dict.fromkeys(("urban", "rural"), dict.fromkeys("ABCDEF", float)),
    "britter_mcquaid": _CURVES,
}


def load_dispersion(path: Path) -> Mapping[str, Any]:
    """Return the coefficients of the file.

    Raises:
        UserError: with every line that cannot be meant.

    """
    return read_shaped(path, _RULES)


DISPERSION: Mapping[str, Any] = load_dispersion(_TABLE)


@dataclass(frozen=True)
class Air:
    """What a plume meets: wind at 10 m, Pasquill class, town or country."""

    wind_ms: float
    stability: str
    is_urban: bool

    @property
    def spreading(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Return Briggs' a, b, p for sigma y and sigma z."""
        table = DISPERSION["briggs_urban" if self.is_urban else "briggs_rural"]
        return tuple(table["y"][self.stability]), tuple(table["z"][self.stability])


def briggs_sigmas_m(air: Air, x_m: Distance) -> tuple[Distance, Distance]:
    """Return sigma y and sigma z in metres at ``x_m`` downwind (Briggs 1973, means of 10 min)."""
    (ay, by, py), (az, bz, pz) = air.spreading
    return ay * x_m * (1.0 + by * x_m) ** py, az * x_m * (1.0 + bz * x_m) ** pz


def puff_sigmas_m(stability: str, x_m: float) -> tuple[float, float]:
    """Return sigma x = sigma y and sigma z in metres of a puff ``x_m`` downwind (CCPS 1999)."""
    (ay, by), (az, bz) = (DISPERSION["ccps_puff"][axis][stability] for axis in ("y", "z"))
    return float(ay * x_m**by), float(az * x_m**bz)


def wind_at_ms(air: Air, height_m: float) -> float:
    """Return the wind at a height by the power law (CCPS 1999, table 2.11)."""
    exponent = DISPERSION["wind_profile"]["urban" if air.is_urban else "rural"][air.stability]
    return float(air.wind_ms * (height_m / 10.0) ** exponent)


def plume_kg_m3(
    rate_kg_s: float,
    wind_ms: float,
    sigmas_m: tuple[float, float],
    *,
    yz_m: tuple[float, float] = (0.0, 0.0),
    height_m: float = 0.0,
) -> float:
    """Return the concentration in a continuous plume that the ground reflects (CCPS 1999, 2.3)."""
    sigma_y, sigma_z = sigmas_m
    y, z = yz_m
    across = math.exp(-0.5 * (y / sigma_y) ** 2)
    up = sum(math.exp(-0.5 * ((z + side * height_m) / sigma_z) ** 2) for side in (-1.0, 1.0))
    return rate_kg_s / (2.0 * math.pi * wind_ms * sigma_y * sigma_z) * across * up


def puff_kg_m3(
    mass_kg: float,
    sigmas_m: tuple[float, float],
    *,
    off_m: tuple[float, float, float] = (0.0, 0.0, 0.0),
    height_m: float = 0.0,
) -> float:
    """Return the concentration ``off_m`` (along, across, up) from the middle of a puff."""
    sigma_y, sigma_z = sigmas_m
    along, across, z = off_m
    level = math.exp(-0.5 * ((along / sigma_y) ** 2 + (across / sigma_y) ** 2))
    up = sum(math.exp(-0.5 * ((z + side * height_m) / sigma_z) ** 2) for side in (-1.0, 1.0))
    return float(mass_kg / ((2.0 * math.pi) ** 1.5 * sigma_y**2 * sigma_z) * level * up)


def plume_reach_m(
    rate_kg_s: float, air: Air, kg_m3: float, *, longest_m: float = LONGEST_REACH_M
) -> float:
    """Return how far the axis of a plume from the ground keeps that concentration, in metres.

    At least ``LEAST_REACH_M``, at most ``longest_m``.
    """
    (ay, by, py), (az, bz, pz) = air.spreading
    limit = rate_kg_s / (math.pi * air.wind_ms * kg_m3 * ay * az)
    low, high = math.log(LEAST_REACH_M), math.log(longest_m)
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        x = math.exp(middle)
        if x * x * (1.0 + by * x) ** py * (1.0 + bz * x) ** pz < limit:
            low = middle
        else:
            high = middle
    return math.exp(high) if high < math.log(longest_m) else longest_m


def puff_reach_m(mass_kg: float, stability: str, kg_m3: float) -> float:
    """Return how far the middle of a puff on the ground keeps that concentration, in metres."""
    (ay, by), (az, bz) = (DISPERSION["ccps_puff"][axis][stability] for axis in ("y", "z"))
    # C = M / (sqrt(2) pi^1.5 sy^2 sz), a power of x
    reach = mass_kg / (math.sqrt(2.0) * math.pi**1.5 * ay**2 * az * kg_m3)
    return min(max(float(reach ** (1.0 / (2.0 * by + bz))), LEAST_REACH_M), LONGEST_REACH_M)


def stations_m(reach_m: float) -> Floats:
    """Return places along the axis from 0 to the reach, closer at both ends."""
    return reach_m * 0.5 * (1.0 - np.cos(np.linspace(0.0, math.pi, _POINTS)))


def plume_half_width_m(rate_kg_s: float, air: Air, kg_m3: float, x_m: Floats) -> Floats:
    """Return how far to the side the line of a concentration lies, 0 where it is not reached."""
    sigma_y, sigma_z = briggs_sigmas_m(air, np.maximum(x_m, 1e-3))
    middle = rate_kg_s / (math.pi * air.wind_ms * sigma_y * sigma_z)
    return sigma_y * np.sqrt(2.0 * np.log(np.maximum(middle / kg_m3, 1.0)))


def leaf(x_m: Floats, half_width_m: Floats, *, upwind_m: float = 0.0) -> shapely.Polygon:
    """Return the shape about the x axis with that half width, none of it beyond the last place.

    It lies within the circle about the origin through its tip, so that its reach is on the axis.
    """
    reach = float(x_m[-1])
    width: Floats = np.minimum(half_width_m, np.sqrt(np.maximum(reach**2 - x_m**2, 0.0)))
    behind = min(upwind_m, reach)
    x = np.concatenate(([-behind], x_m)) if behind > 0.0 else x_m
    width = np.concatenate(([0.0], width)) if behind > 0.0 else width
    width[0] = width[-1] = 0.0
    width[1:-1] = np.maximum(width[1:-1], 1e-3 * reach * (1.0 - np.abs(x[1:-1]) / reach))
    sides = np.column_stack((x, width)), np.column_stack((x, -width))[-2:0:-1]
    return shapely.Polygon(np.vstack(sides))


def plume_shape(rate_kg_s: float, air: Air, kg_m3: float) -> shapely.Polygon:
    """Return the ground within the line of a concentration of a plume, blowing along +x."""
    x = stations_m(plume_reach_m(rate_kg_s, air, kg_m3))
    return leaf(x, plume_half_width_m(rate_kg_s, air, kg_m3, x))
