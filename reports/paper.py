"""What every paper is made of, whatever it is written as: text, tables, maps, and how it stands.

The desks answer; ``reports`` words the answer once, as blocks in reading order, and each writer
(Word, Excel, PDF, GeoPackage, web map) writes the same blocks. So the formats cannot differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from shapely.geometry.base import BaseGeometry

from language import Catalogue, Sentence, say
from language.shortening import short_name, short_said

Audience = Literal["internal", "public"]
Format = Literal["docx", "xlsx", "pdf", "gpkg", "html"]
FORMATS: tuple[Format, ...] = ("docx", "xlsx", "pdf", "gpkg", "html")


@dataclass(frozen=True)
class Percent:
    """A share of whole people, printed with one decimal that is cut, never rounded up.

    ``whole`` of 0 has no share and prints as 不适用.
    """

    part: int
    whole: int


@dataclass(frozen=True)
class Verdict:
    """A rule's result, printed with its sign: ✓ pass, ✕ fail, ? not assessable."""

    result: Literal["pass", "fail", "not_assessable"]


CUT_SAID = say("What is too long for paper ends in …; the register keeps it whole.")

Cell = Sentence | str | int | Percent | Verdict | None
"""What a cell holds; ``None`` prints as — (not known), never as 0. Text is hostile everywhere."""


@dataclass(frozen=True)
class Heading:
    """A title within the paper: level 1 一、黑体, 2（一）楷体, 3 1. 仿宋."""

    level: int
    text: Sentence


@dataclass(frozen=True)
class Paragraph:
    """Sentences that stand together."""

    text: tuple[Sentence, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table: key for machines, title for readers; figures stand to the right.

    ``share_of`` are the keys of the columns (part, whole) that its Percents follow from;
    ``is_name`` says that it holds names, of which paper prints 80 signs each.
    """

    key: str
    title: Sentence
    is_figure: bool = False
    share_of: tuple[str, str] | None = None
    is_name: bool = False


@dataclass(frozen=True)
class Table:
    """A table with the method under it: no figure is read without how it came about.

    ``total`` is a last row; ``sums`` names the columns whose rows add up to it exactly, which
    Excel writes as live formulas and the gate checks. ``codes`` name the unit of each row for
    machines, ``parents`` the unit that it is a part of; both are empty where rows are no units.

    Names too long for paper are cut here, once for all formats, and the method says so.
    """

    key: str
    title: Sentence
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    sums: tuple[str, ...] = ()
    method: tuple[Sentence, ...] = ()
    codes: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Cut names that no page holds."""
        names = [column.is_name for column in self.columns]
        rows = tuple(_short_row(row, names) for row in self.rows)
        if rows != self.rows:
            object.__setattr__(self, "rows", rows)
            object.__setattr__(self, "method", (*self.method, CUT_SAID))


def _short_row(row: tuple[Cell, ...], names: Sequence[bool]) -> tuple[Cell, ...]:
    return tuple(_short(cell) if name else cell for cell, name in zip(row, names, strict=True))


def _short(cell: Cell) -> Cell:
    if isinstance(cell, Sentence):
        return short_said(cell)
    return short_name(cell) if isinstance(cell, str) else cell


@dataclass(frozen=True, eq=False)
class MapLayer:
    """Shapes of one look: metres of the map's CRS, one title for the legend.

    ``classes`` (one per shape, index into ``legend``) colour them; ``names`` label or fill a popup.
    """

    key: str
    title: Sentence
    shapes: Sequence[BaseGeometry]
    names: Sequence[str]
    icon: str = ""
    legend: tuple[tuple[Sentence, str], ...] = ()
    classes: Sequence[int] = ()


@dataclass(frozen=True, eq=False)
class MapFigure:
    """A map: its frame (west, south, east, north in metres) and layers, the back one first."""

    key: str
    title: Sentence
    extent_m: tuple[float, float, float, float]
    layers: tuple[MapLayer, ...]


@dataclass(frozen=True)
class Drawing:
    """A drawing as SVG in the size of ``width_mm`` by ``height_mm``; ``alt`` tells it in words."""

    key: str
    title: Sentence
    svg: str
    width_mm: float
    height_mm: float
    alt: Sentence


@dataclass(frozen=True)
class Plan:
    """A plan that a paper speaks of: its name as typed, the SHA-256 of its file, its map's stamp.

    Whatever shows the paper says that nothing of it is built.
    """

    name: str
    sha256: str
    stamp: str


Block = Heading | Paragraph | Table | MapFigure | Drawing


@dataclass(frozen=True, eq=False)
class Paper:
    """A whole paper as it will be read; ``defects`` are what the gate found: not empty is a draft.

    ``stamp`` is the one-map's; ``facts`` are method, rules with clauses, code version and days, for
    the manifest; ``review_no`` is 审图号 and ``secrecy`` the marking, "" where nobody stated it.
    ``exercise`` says that it is of an exercise, ``plan`` that it is of what is not built yet, both
    on every page.
    """

    key: str
    title: Sentence
    district_zh: str
    district_en: str
    issuer: str
    day: str
    audience: Audience
    words: Catalogue
    blocks: tuple[Block, ...]
    crs: str
    stamp: str
    sample: bool
    facts: Mapping[str, str]
    review_no: str = ""
    secrecy: str = ""
    defects: tuple[Sentence, ...] = ()
    exercise: bool = False
    plan: Plan | None = None

    @property
    def stem(self) -> str:
        """Return the name of its files without suffix: kind, plan, day, audience; nobody's text."""
        own = "" if self.plan is None else f"-plan-{self.plan.sha256[:8]}"
        return f"{self.key}{own}-{self.day or 'undated'}-{self.audience}"
