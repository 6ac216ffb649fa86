"""What the registers hold: the declared table of layers and their columns, and rows checked against it."""

from .catalog import CATALOG, layer
from .spec import ChildSpec, ColumnSpec, LayerSpec

__all__ = ["CATALOG", "ChildSpec", "ColumnSpec", "LayerSpec", "layer"]
