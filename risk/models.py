"""The table of hazard models: every file that has some adds its rows here, in one line."""

from . import blast, dispersion, erg, erg_bleve, fireball, fires, jet_fire
from .release import Model

MODELS: tuple[Model, ...] = (
    *dispersion.MODELS,
    *erg.MODELS,
    *erg_bleve.MODELS,
    *fires.MODELS,
    *jet_fire.MODELS,
    *fireball.MODELS,
    *blast.MODELS,
)
"""All models, in the order in which they are told; heat and blast by thresholds."""

PROBIT_MODELS: tuple[Model, ...] = (
    *dispersion.MODELS,
    *erg.MODELS,
    *erg_bleve.MODELS,
    *fires.PROBIT_MODELS,
    *jet_fire.PROBIT_MODELS,
    *fireball.PROBIT_MODELS,
    *blast.PROBIT_MODELS,
)
"""The same models with heat and blast by probits: one table or the other, never rows of both."""
