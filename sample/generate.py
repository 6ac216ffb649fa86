"""The made-up district: land, roads, units and registers from one seed."""

from collections.abc import Callable

from language import Sentence

from .made import MadeUp


def generate(size: str, seed: int, progress: Callable[[Sentence, float], None]) -> MadeUp:
    """Return the district of that size (``district`` or ``city``)."""
    raise NotImplementedError((size, seed, progress))
