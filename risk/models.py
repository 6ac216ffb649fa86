"""The table of hazard models: every file that has some adds its rows here, in one line."""

from .release import Model

MODELS: tuple[Model, ...] = ()
"""All models, in the order in which they are told."""
