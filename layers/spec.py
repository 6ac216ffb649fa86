"""The shape of a layer's declaration."""

from dataclasses import dataclass
from typing import Literal

ColumnKind = Literal["text", "integer", "number", "date", "choice", "list"]
GeometryKind = Literal["point", "line", "polygon"]
Purpose = Literal["refuge", "supply", "responder", "adviser", "hazard", "receptor", "place", "unit"]
Travel = Literal["road", "foot"]


@dataclass(frozen=True)
class ColumnSpec:
    """One column: its key in code, headings a user's file may carry, kind and unit.

    ``list`` columns hold texts parted by ``;`` in files. ``personal`` columns never enter a map,
    a brief, a cache or the layer's own file: they live apart, for the viewer who may see them.
    ``optional`` ones may rightly be empty: their lack is no gap.
    """

    key: str
    title_zh: str
    title_en: str
    kind: ColumnKind = "text"
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    unit: str = ""
    required: bool = False
    personal: bool = False
    optional: bool = False


@dataclass(frozen=True)
class ChildSpec:
    """Rows that belong to a row of the layer, such as a depot's stock: a sheet of its workbook."""

    key: str
    title_zh: str
    title_en: str
    parent_column: str
    columns: tuple[ColumnSpec, ...]


@dataclass(frozen=True)
class LayerSpec:
    """One layer: the single row from which template, check, icon, popup, page and brief follow.

    ``arrives`` says how rows of a responder, supply or adviser layer come to an incident;
    ``ranked`` responders form the list of teams. ``shown`` is the layer switch at first sight.
    ``officials`` layers exist for officials only: nobody else learns of a row of theirs.
    """

    key: str
    title_zh: str
    title_en: str
    purpose: Purpose
    columns: tuple[ColumnSpec, ...]
    geometry: GeometryKind = "point"
    children: tuple[ChildSpec, ...] = ()
    arrives: Travel | None = None
    ranked: bool = False
    hollow: bool = False
    shown: bool = True
    officials: bool = False

    @property
    def public_columns(self) -> tuple[ColumnSpec, ...]:
        """Return the columns that a map or a brief may hold."""
        return tuple(column for column in self.columns if not column.personal)

    @property
    def personal_columns(self) -> tuple[ColumnSpec, ...]:
        """Return the columns that are joined at drawing only."""
        return tuple(column for column in self.columns if column.personal)

    def column(self, key: str) -> ColumnSpec:
        """Return the column of that key.

        Raises:
            KeyError: if the layer declares no such column.

        """
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)
