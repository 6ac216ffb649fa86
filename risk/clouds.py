"""The ground under a cloud of gas: passive plume, heavy gas that becomes one, puff."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely

from . import dense_gas, gaussian
from .dense_gas import DenseSource
from .gaussian import Air, Floats
from .release import Weather
from .source_terms import ZERO_C_K, Source
from .substances import GAS_CONSTANT, Substance

PRESSURE_PA = 101325.0
_DECADE = math.log(10.0)
_UNBOUNDED_M = 1e9
_SHAPES_KEPT = 4096
"""Lines kept: a release in all its weathers has about forty; another wind only turns them."""


@dataclass(frozen=True)
class Cloud:
    """A continuous release in one weather: kg/s into the air, as passive and as dense gas."""

    rate_kg_s: float
    air: Air
    kg_m3: float
    dense: DenseSource | None

    def mass_kg_m3(self, fraction: float) -> float:
        """Return the mass per volume of air of a volume fraction, at the air's temperature."""
        return fraction * self.kg_m3


def cloud_of(substance: Substance, source: Source, weather: Weather, *, is_urban: bool) -> Cloud:
    """Return the cloud of a source; ``dense`` where Britter and McQuaid's criterion holds."""
    air_k = weather.air_c + ZERO_C_K
    molar = substance.molar_kg_mol or 0.0
    cold = PRESSURE_PA * molar / (GAS_CONSTANT * source.gas_k)
    heavy = DenseSource(
        source.rate_kg_s / (cold * source.fraction),
        dense_gas.reduced_gravity(cold, air_k) * source.fraction,
        weather.wind_ms,
        source.gas_k / air_k,
        source.fraction,
    )
    return Cloud(
        source.rate_kg_s,
        Air(weather.wind_ms, weather.stability, is_urban),
        PRESSURE_PA * molar / (GAS_CONSTANT * air_k),
        heavy if dense_gas.is_dense_plume(heavy) else None,
    )


@lru_cache(_SHAPES_KEPT)
def passive_shape(cloud: Cloud, fraction: float) -> tuple[float, shapely.Polygon]:
    """Return reach in metres and shape of the line of a volume fraction of a passive plume."""
    wanted = cloud.mass_kg_m3(fraction)
    x = gaussian.stations_m(gaussian.plume_reach_m(cloud.rate_kg_s, cloud.air, wanted))
    width = gaussian.plume_half_width_m(cloud.rate_kg_s, cloud.air, wanted, x)
    return float(x[-1]), gaussian.leaf(x, width)


@lru_cache(_SHAPES_KEPT)
def dense_shape(cloud: Cloud, fraction: float) -> tuple[float, shapely.Polygon]:
    """Return reach in metres and shape of the line of a volume fraction of a heavy cloud.

    Britter and McQuaid as far as their curves go (Cm/C0 0.002); from there on the cloud thins as
    the passive plume of the same rate does from that concentration on. Never less than the passive
    plume of the largest release that is not yet dense: more substance must not reach less far.
    """
    if cloud.dense is None:
        return passive_shape(cloud, fraction)
    dense, wanted = cloud.dense, cloud.mass_kg_m3(fraction)
    turning = dense_gas.transition_m(dense)
    last = dense_gas.last_fraction(dense)
    virtual = _unbounded_m(cloud, cloud.rate_kg_s, last)
    if fraction >= last:
        reach = dense_gas.plume_reach_m(dense, fraction)
    else:
        reach = turning + _unbounded_m(cloud, cloud.rate_kg_s, fraction) - virtual
    least_rate = cloud.rate_kg_s * (
        dense_gas.critical_volume_m3_s(dense.gravity_ms2, dense.wind_ms) / dense.volume
    )
    least = gaussian.plume_reach_m(least_rate, cloud.air, wanted)
    reach = min(max(reach, least, gaussian.LEAST_REACH_M), gaussian.LONGEST_REACH_M)
    x = gaussian.stations_m(reach)
    width = np.maximum(
        _dense_width(cloud, dense, fraction, x),
        gaussian.plume_half_width_m(least_rate, cloud.air, wanted, x),
    )
    return reach, gaussian.leaf(x, width, upwind_m=dense_gas.upwind_m(dense))


def _unbounded_m(cloud: Cloud, rate_kg_s: float, fraction: float) -> float:
    """Return how far a passive plume of that rate would reach if its coefficients held on."""
    wanted = cloud.mass_kg_m3(fraction)
    return gaussian.plume_reach_m(rate_kg_s, cloud.air, wanted, longest_m=_UNBOUNDED_M)


def _dense_width(cloud: Cloud, dense: DenseSource, fraction: float, x_m: Floats) -> Floats:
    """Return the half width: of the slumped cloud, closing as the axis nears the line, or passive.

    The wider of the two; each grows with the release, so that more of it is never narrower.
    """
    turning = dense_gas.transition_m(dense)
    virtual = _unbounded_m(cloud, cloud.rate_kg_s, dense_gas.last_fraction(dense))
    core = dense_gas.half_width_m(dense, np.minimum(x_m, turning))
    moved = np.maximum(x_m - turning, 0.0) + virtual
    sigma_y, sigma_z = gaussian.briggs_sigmas_m(cloud.air, moved)
    far = cloud.rate_kg_s / (math.pi * cloud.air.wind_ms * sigma_y * sigma_z) / cloud.kg_m3
    near = np.array(dense_gas.plume_fractions(dense, x_m.tolist()))
    over = np.log(np.maximum(np.where(x_m < turning, near, far) / fraction, 1.0))
    passive = gaussian.briggs_sigmas_m(cloud.air, x_m)[0] * np.sqrt(2.0 * over)
    width: Floats = np.maximum(core * np.sqrt(np.minimum(over / _DECADE, 1.0)), passive)
    return width


def puff_shape(
    substance: Substance, mass: float, weather: Weather, fraction: float
) -> tuple[float, shapely.Polygon]:
    """Return reach and shape of what a puff let out at once fills on its way.

    The farther of the Gaussian puff and Britter and McQuaid's; as wide, and at least as far, as the
    hemisphere that all of it fills at that volume fraction.
    """
    molar, air_k = substance.molar_kg_mol or 0.0, weather.air_c + ZERO_C_K
    kg_m3 = PRESSURE_PA * molar / (GAS_CONSTANT * air_k)
    filled = (3.0 * mass / (2.0 * math.pi * kg_m3 * fraction)) ** (1.0 / 3.0)
    passive = gaussian.puff_reach_m(mass, weather.stability, fraction * kg_m3)
    heavy = DenseSource(mass / kg_m3, dense_gas.reduced_gravity(kg_m3, air_k), weather.wind_ms)
    reach = passive
    if heavy.gravity_ms2 > 0.0:
        reach = max(reach, dense_gas.puff_reach_m(heavy, fraction))
    reach = min(max(reach, filled), gaussian.LONGEST_REACH_M)
    x = gaussian.stations_m(reach)
    width = np.full_like(x, filled)
    return reach, gaussian.leaf(x, width, upwind_m=filled)
