"""Heavy gas by Britter and McQuaid: how far a fraction reaches, and how wide the cloud lies."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from .gaussian import DISPERSION, Floats

GRAVITY = 9.80616
AIR_KG_MOL = 0.02896
PRESSURE_PA = 101325.0
GAS_CONSTANT = 8.31446261815324
DENSE_PLUME, DENSE_PUFF = 0.15, 0.20
"""From these values of the criteria on the gas is dense (Britter and McQuaid 1988)."""

_NEAR = 30.0
_NEAR_PLUME, _NEAR_PUFF = 306.0, 3.24
_HIGHEST_ALPHA = 1.0

Curves = Mapping[float, tuple[tuple[float, float], ...]]


def _curves(name: str) -> Curves:
    table = DISPERSION["britter_mcquaid"][name]
    return MappingProxyType(
        {float(c): tuple((float(m), float(b)) for m, b in pieces) for c, pieces in table.items()}
    )


PLUME_CURVES, PUFF_CURVES = _curves("plume"), _curves("puff")
LAST_PLUME, LAST_PUFF = min(PLUME_CURVES), min(PUFF_CURVES)


@dataclass(frozen=True)
class DenseSource:
    """Gas as it leaves: m³/s (a plume) or m³ (a puff), reduced gravity m/s², wind at 10 m in m/s.

    ``cooling`` is its temperature over the air's, both in kelvin; ``fraction`` is what of it is the
    substance, the rest is air that the gas of a pool took up.
    """

    volume: float
    gravity_ms2: float
    wind_ms: float
    cooling: float = 1.0
    fraction: float = 1.0

    @property
    def length_m(self) -> float:
        """Return the length that a plume's distances are measured in."""
        return math.sqrt(self.volume / self.wind_ms)

    @property
    def puff_length_m(self) -> float:
        """Return the length that a puff's distances are measured in."""
        return float(self.volume ** (1.0 / 3.0))

    @property
    def buoyancy_m(self) -> float:
        """Return the buoyancy length of a plume."""
        return float(self.gravity_ms2 * self.volume / self.wind_ms**3)


def reduced_gravity(gas_kg_m3: float, air_k: float) -> float:
    """Return g (rho - rho of air) / rho of air in m/s², negative for a light gas."""
    air = PRESSURE_PA * AIR_KG_MOL / (GAS_CONSTANT * air_k)
    return GRAVITY * (gas_kg_m3 - air) / air


def is_dense_plume(source: DenseSource) -> bool:
    """Return whether a plume is to be taken as dense (Britter and McQuaid 1988)."""
    if source.gravity_ms2 <= 0.0:
        return False
    inertia = source.wind_ms**3 * source.length_m
    return bool((source.gravity_ms2 * source.volume / inertia) ** (1.0 / 3.0) >= DENSE_PLUME)


def critical_volume_m3_s(gravity_ms2: float, wind_ms: float) -> float:
    """Return the volume rate from which on a plume of that gas in that wind is dense."""
    return float((DENSE_PLUME**3 * wind_ms**2.5 / gravity_ms2) ** 2)


def is_dense_puff(source: DenseSource) -> bool:
    """Return whether a puff is to be taken as dense (Britter and McQuaid 1988)."""
    if source.gravity_ms2 <= 0.0:
        return False
    speed = math.sqrt(source.gravity_ms2 * source.volume)
    return speed / (source.wind_ms * source.puff_length_m) >= DENSE_PUFF


def plume_alpha(source: DenseSource) -> float:
    """Return the workbook's alpha of a continuous release."""
    return 0.2 * math.log10(source.gravity_ms2**2 * source.volume * source.wind_ms**-5)


def puff_alpha(source: DenseSource) -> float:
    """Return the workbook's alpha of an instantaneous release."""
    return 0.5 * math.log10(source.gravity_ms2 * source.puff_length_m / source.wind_ms**2)


def betas(curves: Curves, alpha: float) -> tuple[tuple[float, float], ...]:
    """Return (beta, Cm/C0) of every curve at that alpha, the nearest first.

    Beyond alpha 1, where the workbook ends, its last value holds: the reach is not cut there.
    """
    alpha = min(alpha, _HIGHEST_ALPHA)
    return tuple((_beta(pieces, alpha), c) for c, pieces in sorted(curves.items(), reverse=True))


def _beta(pieces: Sequence[tuple[float, float]], alpha: float) -> float:
    values = [slope * alpha + intercept for slope, intercept in pieces]
    rising = pieces[1][0] > 0.0
    first = max(values[0], values[1]) if rising else min(values[0], values[1])
    return min(first, *values[2:]) if len(values) > 2 else first  # noqa: PLR2004 - two pieces done


def warmed(share: float, cooling: float) -> float:
    """Return the volume fraction at a share Cm/C0 of cold gas that warmed up."""
    return share / (share + (1.0 - share) * cooling)


def cold(fraction: float, cooling: float) -> float:
    """Return the share Cm/C0 at which warmed gas has that volume fraction."""
    return fraction * cooling / (1.0 - fraction + fraction * cooling)


def plume_fraction(source: DenseSource, x_m: float) -> float:
    """Return the volume fraction on the axis of a dense plume ``x_m`` downwind."""
    return plume_fractions(source, (x_m,))[0]


def plume_fractions(source: DenseSource, x_m: Iterable[float]) -> list[float]:
    """Return the volume fractions on the axis of a dense plume at these distances downwind."""
    points, length = _plume_points(source), source.length_m
    shares = (_plume_share(points, x / length) for x in x_m)
    return [source.fraction * warmed(share, source.cooling) for share in shares]


def _plume_share(points: Sequence[tuple[float, float]], distance: float) -> float:
    if distance <= 0.0:
        return 1.0
    if distance <= _NEAR:
        return _NEAR_PLUME / (_NEAR_PLUME + distance**2)
    return _between(points, math.log10(distance))


def plume_reach_m(source: DenseSource, fraction: float) -> float:
    """Return how far the axis of a dense plume keeps that volume fraction, in metres."""
    if fraction >= source.fraction:
        return 0.0
    share = cold(fraction / source.fraction, source.cooling)
    points = _plume_points(source)
    if share >= points[0][1]:
        return source.length_m * math.sqrt(max(_NEAR_PLUME / share - _NEAR_PLUME, 0.0))
    return source.length_m * _distance(points, share)


def transition_m(source: DenseSource) -> float:
    """Return where the last curve of the workbook ends, in metres downwind."""
    return float(source.length_m * 10.0 ** _plume_points(source)[-1][0])


def last_fraction(source: DenseSource) -> float:
    """Return the volume fraction that the last curve of the workbook stands for."""
    return source.fraction * warmed(LAST_PLUME, source.cooling)


def _plume_points(source: DenseSource) -> tuple[tuple[float, float], ...]:
    near = (math.log10(_NEAR), _NEAR_PLUME / (_NEAR_PLUME + _NEAR**2))
    found = betas(PLUME_CURVES, plume_alpha(source))
    return (near, *(point for point in found if point[0] > near[0]))


def _between(points: Sequence[tuple[float, float]], beta: float) -> float:
    """Return the share at beta, linear between the points, beyond them as distance to the -2."""
    for (left, upper), (right, lower) in pairwise(points):
        if beta <= right:
            return upper + (lower - upper) * max(beta - left, 0.0) / (right - left)
    return float(points[-1][1] * 10.0 ** (2.0 * (points[-1][0] - beta)))


def _distance(points: Sequence[tuple[float, float]], share: float) -> float:
    for (left, upper), (right, lower) in pairwise(points):
        if share >= lower:
            return float(10.0 ** (left + (right - left) * (upper - share) / (upper - lower)))
    return float(10.0 ** points[-1][0] * math.sqrt(points[-1][1] / share))


def half_width_m(source: DenseSource, x_m: Floats) -> Floats:
    """Return the half widths of a dense plume downwind (workbook; TNO Yellow Book 4.103)."""
    at_source = source.length_m + 8.0 * source.buoyancy_m
    widths: Floats = at_source + 2.5 * np.cbrt(source.buoyancy_m * np.maximum(x_m, 0.0) ** 2)
    return widths


def upwind_m(source: DenseSource) -> float:
    """Return how far a dense plume creeps against the wind."""
    return 0.5 * source.length_m + 2.0 * source.buoyancy_m


def puff_radius_m(source: DenseSource, time_s: float) -> float:
    """Return the radius of a dense puff after that time."""
    first = (3.0 * source.volume / (4.0 * math.pi)) ** (2.0 / 3.0)
    return math.sqrt(first + 1.2 * math.sqrt(source.gravity_ms2 * source.volume) * time_s)


def puff_middle_m(source: DenseSource, time_s: float) -> float:
    """Return how far the middle of a dense puff has drifted: 0.4 of the wind at 10 m."""
    return 0.4 * source.wind_ms * time_s


def puff_fraction(source: DenseSource, x_m: float, time_s: float) -> float:
    """Return the volume fraction at ``x_m`` downwind on the axis, 0 outside of the puff.

    Inside it is uniform, as the workbook has it where the leading edge then stands.
    """
    middle, radius = puff_middle_m(source, time_s), puff_radius_m(source, time_s)
    if abs(x_m - middle) > radius:
        return 0.0
    points = betas(PUFF_CURVES, puff_alpha(source))
    distance = (middle + radius) / source.puff_length_m
    if math.log10(distance) <= points[0][0]:
        share = max(_NEAR_PUFF / (_NEAR_PUFF + distance**2), points[0][1])
    else:
        share = _between(points, math.log10(distance))
    return source.fraction * warmed(share, source.cooling)


def puff_reach_m(source: DenseSource, fraction: float) -> float:
    """Return how far the leading edge of a dense puff keeps that volume fraction, in metres."""
    share = cold(fraction, source.cooling)
    points = betas(PUFF_CURVES, puff_alpha(source))
    if share >= points[0][1]:
        return source.puff_length_m * float(10.0 ** points[0][0])
    return source.puff_length_m * _distance(points, share)
