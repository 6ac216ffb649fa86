"""SLAB as a second opinion on heavy gas, where somebody has installed the package slabx.

Nothing here needs it: it takes half a second a run, so it checks our own models and draws no zone.
"""

import importlib
import math
import warnings
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from .release import Release, Weather
from .source_terms import ZERO_C_K, Source, source_of
from .substances import GAS_CONSTANT, SUBSTANCES, Substance

ROUGHNESS_M = {True: 1.0, False: 0.1}
"""Roughness length in a town and in open country; SLAB was never held to trials in towns."""

_FARTHEST_M = 20_000.0
_FLUX_KG_M2_S = 0.085
_MEAN_S = 600.0
_NEEDED = ("molar_kg_mol", "boiling_k", "liquid_kg_m3", "gamma", "cp_liquid_j_kg_k")
_MODULES = (
    "core.plume",
    "core.source",
    "post.concentration",
    "submodels.atmosphere",
    "thermo.base",
)


def slab_reach_m(
    release: Release, weather: Weather, fractions: Sequence[float]
) -> tuple[float | None, ...] | None:
    """Return how far each volume fraction reaches by SLAB, in metres on the axis at the ground.

    ``None`` where slabx is not installed, or where figures of the substance lack; an entry is
    ``None`` where the fraction is never reached or lies beyond 20 km.
    """
    substance, source = SUBSTANCES.get(release.substance), source_of(release, weather)
    modules = _installed()
    if modules is None or substance is None or source is None:
        return None
    if any(getattr(substance, name) is None for name in _NEEDED) or not substance.vaporisation_j_kg:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of its own scope; the docstring above says it
        field = _field(modules, substance, source, release, weather)
        return tuple(_finite(field.distance_to(fraction)) for fraction in fractions)


def _installed() -> tuple[ModuleType, ...] | None:
    try:
        return tuple(importlib.import_module(f"slabx.{name}") for name in _MODULES)
    except ImportError:
        return None


def _field(
    modules: tuple[Any, ...],
    substance: Substance,
    source: Source,
    release: Release,
    weather: Weather,
) -> Any:  # noqa: ANN401 - an object of a package that need not be there
    plume, sources, post, air, thermo = modules
    gamma, molar = substance.gamma or 1.3, substance.molar_kg_mol or 0.0
    fluid = thermo.Substance(
        name=substance.key,
        mw=molar,
        cp_vapour=gamma / (gamma - 1.0) * GAS_CONSTANT / molar,
        cp_liquid=substance.cp_liquid_j_kg_k,
        dh_vap=substance.vaporisation_j_kg,
        T_boil=substance.boiling_k,
        rho_liquid=substance.liquid_kg_m3,
    )
    around = air.Atmosphere(
        u_ref=weather.wind_ms,
        z_ref=10.0,
        T=weather.air_c + ZERO_C_K,
        rh=50.0,
        z0=ROUGHNESS_M[release.is_urban],
        stability=weather.stability,
    )
    pool = sources.EvaporatingPool(
        substance=fluid,
        rate=source.rate_kg_s,
        area=max(1.0, source.rate_kg_s / _FLUX_KG_M2_S),
        duration=source.duration_s,
    )
    path, _ = plume.run_dispersion(
        pool,
        around,
        thermo.LegacyThermo(fluid),
        thermo.water_backend(),
        x_max=_FARTHEST_M,
        n_puff_steps=40,
    )
    return post.concentration_field(path, around, z=0.0, t_avg=_MEAN_S, t_release=source.duration_s)


def _finite(distance: object) -> float | None:
    value = float(distance) if isinstance(distance, int | float) else math.nan
    return value if math.isfinite(value) and 0.0 < value < _FARTHEST_M else None
