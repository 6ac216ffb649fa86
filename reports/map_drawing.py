"""A map as SVG and PNG: ground, layers, names, legend, scale bar, north arrow, datum.

The same figure and paper give the same bytes: coordinates are rounded to a hundredth of a
millimetre before they are written, and nothing depends on the machine but the carried font.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from language import Sentence, say

from .draft import PLAN_BLUE, plan_bar
from .fonts import PLAIN, faces
from .map_boxes import Box, Written, cut, width_mm, wrapped
from .map_frame import Frame, bar_m, frame_of, length_text
from .map_legend import Entry, Legend, entries_of, legend_of, mark_of
from .map_marks import all_of, drawn, hatch_of, patterns, plate, sign, tag, text
from .map_names import Named, anchor, place_names
from .map_styles import Style, choices, colour_of, style_of
from .paper import MapFigure, MapLayer, Paper
from .pictures import small_png
from .typesetting import svg_png
from .wording import clean, word

WIDTH_MM, HEIGHT_MM = 156.0, 150.0
PPI = 200.0
_NOTE_LINES = 2
_NOTE_ROW = 3.6
_EDGE = 0.3
_PLATE_MM = 1.5
_ARROW_MM = 9
_MARK_MM, _MARK_ROW = 3.2, 6


@dataclass(frozen=True, eq=False)
class MapPlan:
    """Where all of a map stands on its sheet in mm, before it is drawn.

    ``furniture`` are the plates of scale bar, north arrow and marks; ``shapes`` the layers' shapes
    on the sheet; ``bar_mm`` the length of the bar of ``bar_m`` metres; ``marks`` have colours.
    """

    sheet: Box
    frame: Frame
    shapes: tuple[NDArray[np.object_], ...]
    legend: Legend
    notes: tuple[Written, ...]
    names: tuple[Written, ...]
    furniture: tuple[Box, ...]
    marks: tuple[tuple[Written, str], ...]
    bar_m: int
    bar_mm: float


def draw_map(
    figure: MapFigure, paper: Paper, *, width_mm: float = WIDTH_MM, height_mm: float = HEIGHT_MM
) -> str:
    """Return the map as SVG of that size.

    Raises:
        UserError: where no font on this machine has Chinese characters.

    """
    plan = plan_map(figure, paper, width_mm=width_mm, height_mm=height_mm)
    parts = [
        patterns(),
        tag("rect", width=width_mm, height=height_mm, fill=choices()["paper"]),
        *_ground(plan),
        *_layers(figure, plan),
        *_furniture(plan, paper),
        *_legend(figure, plan),
    ]
    return tag(
        "svg", all_of(parts), xmlns="http://www.w3.org/2000/svg", version="1.1",
        width=f"{width_mm:g}mm", height=f"{height_mm:g}mm",
        viewBox=f"0 0 {width_mm:g} {height_mm:g}",
    )  # fmt: skip


Sketch = Callable[[MapFigure, Paper], str]
"""Returns a map of the paper as SVG, ``WIDTH_MM`` by ``HEIGHT_MM``."""


class Sketches:
    """The maps of papers as SVG, each drawn once, whichever of a paper's formats asks first."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._lock = Lock()
        # what is drawn is held with its SVG, so that no other is ever known by the same id
        self._drawn: dict[tuple[int, int], tuple[MapFigure, Paper, str]] = {}

    def __call__(self, figure: MapFigure, paper: Paper) -> str:
        """Return what `draw_map` does."""
        with self._lock:
            key = id(figure), id(paper)
            if key not in self._drawn:
                self._drawn[key] = figure, paper, draw_map(figure, paper)
            return self._drawn[key][2]


def map_png(figure: MapFigure, paper: Paper, *, sketch: Sketch = draw_map) -> bytes:
    """Return the map as PNG, ``WIDTH_MM`` by ``HEIGHT_MM`` at ``PPI`` points to the inch.

    Raises:
        UserError: where no font on this machine has Chinese characters.

    """
    return small_png(svg_png(sketch(figure, paper), WIDTH_MM, HEIGHT_MM, PPI), PPI)


def alt_text(figure: MapFigure, paper: Paper) -> str:
    """Return in words what the map shows, for who cannot see it."""
    listed = ", ".join(entry.text for entry in entries_of(figure, paper.words))
    said = say("Map: {title}. It shows {layers}.", title=word(figure.title, paper.words),
               layers=listed)  # fmt: skip
    return shown(" ".join(filter(None, (plan_bar(paper), word(said, paper.words)))))


def shown(text_: str) -> str:
    """Return the text with stand-ins for signs that steer or that no font has."""
    return faces().shown(clean(text_), PLAIN)


def plan_map(
    figure: MapFigure, paper: Paper, *, width_mm: float = WIDTH_MM, height_mm: float = HEIGHT_MM
) -> MapPlan:
    """Return where everything of the map stands."""
    sheet = Box(0.0, 0.0, width_mm, height_mm)
    notes_mm = _NOTE_LINES * _NOTE_ROW
    entries = tuple(_shown_entry(entry) for entry in entries_of(figure, paper.words))
    legend = legend_of(entries, Box(0, 0, width_mm, height_mm - notes_mm), paper.words)
    room = height_mm - notes_mm - legend.height_mm - _PLATE_MM
    frame = frame_of(figure.extent_m, Box(_EDGE, _EDGE, width_mm - 2 * _EDGE, room - 2 * _EDGE))
    shapes = tuple(frame.on_sheet(layer.shapes) for layer in figure.layers)
    metres = bar_m(frame)
    marks = tuple(_marks(paper, frame.box))
    boxes = (mark.box for mark, _ in marks)
    furniture = (*_plates(frame.box, metres / frame.m_per_mm), *boxes)
    names, all_names = _names(figure, shapes, frame, furniture)
    notes = _notes(paper, (len(names), all_names), Box(0, height_mm - notes_mm, width_mm, notes_mm))
    return MapPlan(sheet, frame, shapes, legend, notes, names, furniture, marks, metres,
                   metres / frame.m_per_mm)  # fmt: skip


def _shown_entry(entry: Entry) -> Entry:
    return Entry(entry.mark, entry.layer, entry.place, shown(entry.text))


def _plates(frame: Box, bar_mm: float) -> tuple[Box, Box]:
    """Return the grounds of scale bar (lower left) and north arrow (upper right)."""
    bar = Box(frame.x + _PLATE_MM, frame.bottom - 8 - _PLATE_MM, max(bar_mm, 12) + 12, 8)
    return bar, Box(frame.right - _ARROW_MM - _PLATE_MM, frame.y + _PLATE_MM, _ARROW_MM, 13)


def _marks(paper: Paper, frame: Box) -> Iterator[tuple[Written, str]]:
    """Yield the marks of the upper left corner with their colours: made-up data, a plan."""
    listed = [(word(say("Sample data"), paper.words), choices()["alarm"])] if paper.sample else []
    listed += [(shown(plan_bar(paper)), PLAN_BLUE)] if paper.plan is not None else []
    room = frame.width - 4 * _PLATE_MM - _ARROW_MM
    for row, (text_, colour) in enumerate(listed):
        said = cut(text_, _MARK_MM, room - 4)
        top = frame.y + _PLATE_MM + row * (_MARK_ROW + _PLATE_MM / 2)
        box = Box(frame.x + _PLATE_MM, top, width_mm(said, _MARK_MM) + 4, _MARK_ROW)
        yield Written(said, box, _MARK_MM, bold=True), colour


def _names(
    figure: MapFigure, shapes: Sequence[NDArray[np.object_]], frame: Frame, taken: Sequence[Box]
) -> tuple[tuple[Written, ...], int]:
    """Return the names that have room, and how many there are to show."""
    areas: list[Named] = []
    points: list[Named] = []
    signs: list[Box] = []
    for layer, held in zip(figure.layers, shapes, strict=True):
        mark = mark_of(layer)
        size = _sign_mm(held) if mark == "point" else 0.0
        if mark == "line" or (mark == "area" and not layer.legend):
            continue
        into = points if mark == "point" else areas
        for name, shape in zip(layer.names, held, strict=False):
            if shapely.is_empty(shape):
                continue
            if name.strip():
                into.append(Named(shown(name), shape, size / 2 + 0.4 if size else 0.0))
            if size > choices()["icon_small_mm"]:
                signs.extend(_sign_box(shape, size))
    wanted = [*points, *areas] if len(points) <= len(areas) else [*areas, *points]
    inner = Box(frame.box.x + 1, frame.box.y + 1, frame.box.width - 2, frame.box.height - 2)
    placed = place_names(wanted, inner, (*taken, *signs), choices()["name_mm"],
                         choices()["names_most"])  # fmt: skip
    return placed, len(wanted)


def _sign_box(shape: BaseGeometry, size: float) -> Iterator[Box]:
    middle = anchor(shape)
    if middle is not None:
        yield Box(middle[0] - size / 2, middle[1] - size / 2, size, size)


def _sign_mm(held: NDArray[np.object_]) -> float:
    """Return how large a layer's signs are: the more there are, the smaller."""
    count = int(np.count_nonzero(~shapely.is_empty(held)))
    drawn_with = choices()
    if count > drawn_with["dot_many"]:
        return float(drawn_with["dot_mm"])
    return float(drawn_with["icon_small_mm" if count > drawn_with["icon_many"] else "icon_mm"])


def _notes(paper: Paper, names: tuple[int, int], box: Box) -> tuple[Written, ...]:
    said = [_datum(paper), *_stated(paper)]
    if names[0] < names[1]:
        said.append(say("{shown} of {count} names have room.", shown=names[0], count=names[1]))
    parted = " · ".join(word(one, paper.words) for one in said)
    size = choices()["small_mm"]
    lines = wrapped(shown(parted), size, box.width, _NOTE_LINES)
    return tuple(
        Written(line, Box(box.x, box.y + at * _NOTE_ROW, box.width, _NOTE_ROW), size)
        for at, line in enumerate(lines)
    )


def _datum(paper: Paper) -> Sentence:
    return say("Datum {datum}, drawn in {crs}, grid north up",
               datum=paper.facts.get("datum") or "—", crs=paper.crs)  # fmt: skip


def _stated(paper: Paper) -> Iterator[Sentence]:
    """Yield what the paper states of its maps; an empty review number is said, not hidden."""
    if paper.review_no:
        yield say("Review number (审图号): {number}", number=clean(paper.review_no))
    else:
        yield say("Review number (审图号): not stated, not for publication")
    if paper.secrecy:
        yield say("Marked {marking}", marking=clean(paper.secrecy))
    if paper.day:
        yield say("As of {day}", day=clean(paper.day))


def _ground(plan: MapPlan) -> Iterator[str]:
    box = plan.frame.box
    yield tag("rect", x=box.x, y=box.y, width=box.width, height=box.height,
              fill=choices()["ground"])  # fmt: skip


def _layers(figure: MapFigure, plan: MapPlan) -> Iterator[str]:
    """Yield every layer, the back one first."""
    for place, (layer, held) in enumerate(zip(figure.layers, plan.shapes, strict=True)):
        mark = mark_of(layer)
        if mark == "point":
            yield from _signs(layer, held, place)
        elif mark == "line" and not layer.legend:
            yield from drawn(_lines(held), style_of(layer.key, place))
        else:
            for at, shape in enumerate(held):
                style, hatch = look_of(layer, place, layer.classes[at] if layer.legend else -1)
                yield from drawn(shape, style, hatch)


def _lines(held: NDArray[np.object_]) -> BaseGeometry:
    """Return all lines of a layer as one shape, which is drawn in one stroke."""
    parts = shapely.get_parts(shapely.get_parts(held))
    whole = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    return shapely.MultiLineString(list(parts[whole & ~shapely.is_empty(parts)]))


def look_of(layer: MapLayer, place: int, at: int) -> tuple[Style, str]:
    """Return style and hatch of a layer (-1) or of one of its classes."""
    if at < 0:
        return style_of(layer.key, place), ""
    chosen = choices()
    _, colour = layer.legend[at]
    if mark_of(layer) == "line":
        return Style("", colour, chosen["line_width"]), ""
    return Style(colour, chosen["class_stroke"], chosen["class_width"]), hatch_of(at)


def _signs(layer: MapLayer, held: NDArray[np.object_], place: int) -> Iterator[str]:
    size = _sign_mm(held)
    for at, shape in enumerate(held):
        middle = anchor(shape)
        if middle is None:
            continue
        colour = (
            layer.legend[layer.classes[at]][1]
            if layer.legend
            else colour_of(layer.icon or layer.key, place)
        )
        yield sign("" if layer.legend else layer.icon, *middle, size, colour)


def _furniture(plan: MapPlan, paper: Paper) -> Iterator[str]:
    """Yield frame, names, scale bar, north arrow and the mark of made-up data."""
    chosen, box = choices(), plan.frame.box
    yield from map(partial(text, colour=chosen["ink"], middle=True, halo=True), plan.names)
    yield from map(plate, plan.furniture[:2])
    yield from _bar(plan)
    yield from _arrow(plan.furniture[1], word(say("N"), paper.words))
    for mark, colour in plan.marks:
        yield plate(mark.box, colour)
        yield text(mark, colour, middle=True)
    yield tag("rect", x=box.x, y=box.y, width=box.width, height=box.height, fill="none",
              stroke=chosen["ink"], stroke_width=chosen["frame_width"])  # fmt: skip


def _bar(plan: MapPlan) -> Iterator[str]:
    """Yield the scale bar in four fields, its numbers above its ends."""
    chosen, ground = choices(), plan.furniture[0]
    left, top, step = ground.x + 3, ground.y + 4.6, plan.bar_mm / 4
    for field in range(4):
        yield tag("rect", x=left + field * step, y=top, width=step, height=1.4,
                  fill=chosen["ink" if field % 2 == 0 else "paper"], stroke=chosen["ink"],
                  stroke_width=0.2)  # fmt: skip
    for said, at in (("0", left), (length_text(plan.bar_m), left + plan.bar_mm)):
        line = Written(said, Box(at - 6, ground.y + 0.6, 12, 3.4), chosen["small_mm"])
        yield text(line, chosen["ink"], middle=True)


def _arrow(ground: Box, north: str) -> Iterator[str]:
    ink, middle = choices()["ink"], ground.x + ground.width / 2
    top, foot = ground.y + 4.8, ground.bottom - 1
    yield text(Written(north, Box(ground.x, ground.y + 0.6, ground.width, 4), 3.2, bold=True), ink,
               middle=True)  # fmt: skip
    left = f"M{middle:g} {top:g}L{middle - 2:g} {foot:g}L{middle:g} {foot - 1.6:g}Z"
    right = f"M{middle:g} {top:g}L{middle + 2:g} {foot:g}L{middle:g} {foot - 1.6:g}Z"
    yield tag("path", d=left, fill=ink)
    yield tag("path", d=right, fill=choices()["paper"], stroke=ink, stroke_width=0.2)


def _legend(figure: MapFigure, plan: MapPlan) -> Iterator[str]:
    chosen = choices()
    for entry, key, written in plan.legend.entries:
        yield text(written, chosen["ink"])
        if entry.mark in {"area", "line", "point"}:
            yield from _key(figure.layers[entry.layer], entry, key)
    for line in plan.notes:
        yield text(line, chosen["ink_soft"])


def _key(layer: MapLayer, entry: Entry, box: Box) -> Iterator[str]:
    """Yield what stands before an entry's text: a patch, a piece of line or the sign."""
    style, hatch = look_of(layer, entry.layer, entry.place)
    middle = box.y + box.height / 2
    if entry.mark == "area":
        yield from drawn(shapely.box(box.x, box.y + 0.2, box.right, box.bottom - 0.2), style, hatch)
    elif entry.mark == "line":
        yield from drawn(shapely.linestrings([(box.x, middle), (box.right, middle)]), style)
    else:
        colour = style.fill if layer.legend else colour_of(layer.icon or layer.key, entry.layer)
        size = min(box.height + 0.8, choices()["icon_mm"])
        yield sign("" if layer.legend else layer.icon, box.x + box.width / 2, middle, size, colour)
