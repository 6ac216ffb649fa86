"""What the registers hold: the declared table of layers, and rows checked against it."""

from .catalog import CATALOG, layer
from .rows import ChildRows, LayerRows, read_child, read_layer
from .spec import ChildSpec, ColumnSpec, LayerSpec

__all__ = [
    "CATALOG",
    "ChildRows",
    "ChildSpec",
    "ColumnSpec",
    "LayerRows",
    "LayerSpec",
    "layer",
    "read_child",
    "read_layer",
]
