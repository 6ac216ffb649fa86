"""A map's legend: an entry per layer and class, in columns below the frame, none overflowing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import shapely

from language import Catalogue, say

from .map_boxes import Box, Written, cut
from .paper import MapFigure, MapLayer
from .wording import word

Mark = Literal["area", "line", "point", "head", "more"]
GAP_MM = 2.0
KEY_MM = 6.5
"""The width of what stands before an entry's text: a patch, a line or an icon."""

_SIZES = ((3, 2.8, 4.5), (4, 2.4, 3.7), (5, 2.1, 3.2))
"""Columns, letters and rows in mm: the first that fits is taken."""

_MOST = 0.46


@dataclass(frozen=True)
class Entry:
    """What the legend says of a layer, or of class ``place`` of it (-1 for the layer itself)."""

    mark: Mark
    layer: int
    place: int
    text: str


@dataclass(frozen=True)
class Legend:
    """Entries with where their key and text stand, and the height taken in mm."""

    entries: tuple[tuple[Entry, Box, Written], ...]
    height_mm: float


def mark_of(layer: MapLayer) -> Mark:
    """Return how a layer's shapes are drawn: as areas, lines or points, by the first of them."""
    first = next((one for one in layer.shapes if not shapely.is_empty(one)), None)
    dimension = -1 if first is None else int(shapely.get_dimensions(first))
    return "point" if dimension <= 0 else "line" if dimension == 1 else "area"


def entries_of(figure: MapFigure, words: Catalogue) -> tuple[Entry, ...]:
    """Return what the legend must say, the front layer first; nothing twice."""
    made: list[Entry] = []
    for number in reversed(range(len(figure.layers))):
        made.extend(_entries(figure.layers[number], number, words))
    return tuple(made)


def _entries(layer: MapLayer, number: int, words: Catalogue) -> Iterator[Entry]:
    mark = mark_of(layer)
    if not layer.legend:
        yield Entry(mark, number, -1, word(layer.title, words))
        return
    yield Entry("head", number, -1, word(layer.title, words))
    for place, (said, _) in enumerate(layer.legend):
        yield Entry(mark, number, place, word(said, words))


def legend_of(entries: Sequence[Entry], sheet: Box, words: Catalogue) -> Legend:
    """Return the legend at the sheet's foot; what has no room is counted in its last entry."""
    columns, size, row = _SIZES[-1]
    most = sheet.height * _MOST
    for columns, size, row in _SIZES:  # noqa: B007 - the first that fits, else the last
        if -(-len(entries) // columns) * row <= most:
            break
    rows = max(1, min(-(-len(entries) // columns), int(most // row)))
    shown = _kept_together(entries, rows)
    if len(shown) > rows * columns and (rows + 1) * row <= most:
        rows += 1
        shown = _kept_together(entries, rows)
    if len(shown) > rows * columns:
        rest = sum(entry is not None for entry in shown[rows * columns - 1 :])
        text = word(say("and {count} more layers or classes", count=rest), words)
        shown = [*shown[: rows * columns - 1], Entry("more", -1, -1, text)]
    top = sheet.bottom - rows * row
    placed = []
    for at, entry in enumerate(shown):
        if entry is None:
            continue
        column, line = divmod(at, rows)
        width = sheet.width / columns
        cell = Box(sheet.x + column * width, top + line * row, width - GAP_MM, row)
        placed.append((entry, *_placed(entry, cell, size)))
    return Legend(tuple(placed), rows * row)


def _kept_together(entries: Sequence[Entry], rows: int) -> list[Entry | None]:
    """Return the entries with a gap where a heading would be the last of its column."""
    made: list[Entry | None] = []
    for entry in entries:
        if entry.mark == "head" and rows > 1 and len(made) % rows == rows - 1:
            made.append(None)
        made.append(entry)
    return made


def _placed(entry: Entry, cell: Box, size: float) -> tuple[Box, Written]:
    """Return the box of an entry's key and its text beside it."""
    room = KEY_MM if entry.mark not in {"head", "more"} else 0.0
    key = Box(cell.x + 0.5, cell.y + 0.5, max(0.0, room - 1.5), cell.height - 1)
    text = cut(entry.text, size, cell.width - room)
    box = Box(cell.x + room, cell.y, cell.width - room, cell.height)
    return key, Written(text, box, size, bold=entry.mark == "head")
