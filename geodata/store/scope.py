"""Who may see and change what, as data: the store enforces it and knows no role."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import shapely


@dataclass(frozen=True)
class Belonging:
    """Which feature a row belongs to: ``column`` holds ``prefix`` and its id in ``layer``."""

    column: str
    layer: str
    prefix: str = ""


@dataclass(frozen=True)
class Rows:
    """Rows of a layer: those inside ``within``, and those without a place whose column says so.

    ``within`` is an area in EPSG:4326; ``stated`` are (column, value) pairs, one of which a row
    without a place must have. Rows with ``belongs`` have neither: they may be changed by who may
    change every feature that they belong to, and one at least. Without any it holds every row.
    """

    within: shapely.Geometry | None = None
    stated: frozenset[tuple[str, str]] = frozenset()
    belongs: tuple[Belonging, ...] = ()


EVERY = Rows()


@dataclass(frozen=True)
class LayerScope:
    """What may be done with one layer: rows to read, rows to change, columns to hide.

    ``None`` for no row at all. ``masked`` names the personal columns that are read as "".
    """

    read: Rows | None = None
    write: Rows | None = None
    masked: frozenset[str] = frozenset()


NOTHING = LayerScope()


@dataclass(frozen=True)
class Scope:
    """What one person may do: per layer, ``other`` for layers without an own line."""

    layers: Mapping[str, LayerScope] = field(default_factory=dict)
    other: LayerScope = NOTHING

    def __post_init__(self) -> None:
        """Freeze the table."""
        object.__setattr__(self, "layers", MappingProxyType(dict(self.layers)))

    def of(self, layer: str) -> LayerScope:
        """Return what may be done with the layer."""
        return self.layers.get(layer, self.other)


WHOLE = Scope(other=LayerScope(EVERY, EVERY))
"""Everything: for the program itself, never for a person who is not at the machine."""
