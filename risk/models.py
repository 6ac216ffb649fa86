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
"""All models, in the order in which they are told."""
