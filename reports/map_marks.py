"""SVG of a map's parts: shapes, hatches, signs, lines of text. Every text is escaped here."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from .fonts import FAMILIES
from .map_boxes import Box, Written
from .map_styles import Style, choices, icon

FONT = f"{FAMILIES[1]}, {FAMILIES[0]}, sans-serif"
_BASELINE = 0.36
_ICON_BOX = 26


def number(value: float) -> str:
    """Return a length as the sheet writes it, with at most two decimals and never -0."""
    return f"{round(float(value), 2) + 0.0:g}"


def tag(name: str, inner: str = "", /, **attributes: str | float) -> str:
    """Return an element; ``_`` in a name is written ``-``, every value is quoted."""
    listed = "".join(
        f" {key.rstrip('_').replace('_', '-')}="
        f"{quoteattr(value if isinstance(value, str) else number(value))}"
        for key, value in attributes.items()
    )
    return f"<{name}{listed}>{inner}</{name}>" if inner else f"<{name}{listed}/>"


def path_of(shape: BaseGeometry) -> str:
    """Return the path data of the lines and rings of a shape, "" of none."""
    lines, closed = _lines_of(shape)
    points, of_line = shapely.get_coordinates(lines, return_index=True)
    listed = [f"{x:g} {y:g}" for x, y in (np.round(points, 2) + 0.0).tolist()]
    ends = np.cumsum(np.bincount(of_line, minlength=len(lines))).tolist()
    return "".join(
        f"M{' '.join(listed[start:end])}{'Z' if ring else ''}"
        for start, end, ring in zip([0, *ends], ends, closed.tolist(), strict=False)
        if end > start
    )


def _lines_of(shape: BaseGeometry) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Return the lines and rings (n,) of a shape in its order, and which belong to a polygon."""
    parts = shapely.get_parts(np.asarray([shape], object))
    while (shapely.get_type_id(parts) >= shapely.GeometryType.MULTIPOINT).any():
        parts = shapely.get_parts(parts)
    kind = shapely.get_type_id(parts)
    areas = np.flatnonzero(kind == shapely.GeometryType.POLYGON)
    plain = np.flatnonzero(
        np.isin(kind, (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING))
    )
    rings, of_area = shapely.get_rings(parts[areas], return_index=True)
    order = np.argsort(np.concatenate([areas[of_area], plain]), kind="stable")
    lines = np.concatenate([rings, parts[plain]])
    return lines[order], (np.arange(len(lines)) < len(rings))[order]


def drawn(shape: BaseGeometry, style: Style, hatch: str = "") -> Iterator[str]:
    """Yield a shape with its colour, and its hatch (the id of a pattern) over it."""
    path = path_of(shape)
    if not path:
        return
    yield tag(
        "path", d=path, fill=style.fill or "none", fill_opacity=style.opacity, fill_rule="evenodd",
        stroke=style.stroke, stroke_width=style.width, stroke_linejoin="round",
        stroke_linecap="round" if not style.dash else "butt",
        stroke_dasharray=style.dash or "none",
    )  # fmt: skip
    if hatch:
        yield tag("path", d=path, fill=f"url(#{hatch})", fill_rule="evenodd", stroke="none")


def patterns() -> str:
    """Return the hatches of all classes, by their ids."""
    drawn_with = choices()
    made = []
    for place, hatch in enumerate(drawn_with["hatches"]):
        if not hatch:
            continue
        angle, step = hatch
        stroke = tag("path", d=f"M0 0L{number(step)} 0", stroke=drawn_with["hatch_stroke"],
                     stroke_width=drawn_with["hatch_width"] * 2, stroke_opacity=0.55)  # fmt: skip
        made.append(tag("pattern", stroke, id=f"hatch{place}", width=step, height=step,
                        patternUnits="userSpaceOnUse",
                        patternTransform=f"rotate({angle})"))  # fmt: skip
    return tag("defs", "".join(made))


def hatch_of(place: int) -> str:
    """Return the id of a class's hatch, "" for one without."""
    hatches = choices()["hatches"]
    at = place % len(hatches)
    return f"hatch{at}" if hatches[at] else ""


def sign(key: str, x: float, y: float, size: float, colour: str) -> str:
    """Return a layer's icon around a point, a dot where it has none or is too small for one."""
    inner = icon(key)
    if not inner or size <= choices()["dot_mm"]:
        radius = min(size / 2, choices()["icon_small_mm"] / 2)
        return tag("circle", cx=x, cy=y, r=radius, fill=colour, stroke=choices()["paper"],
                   stroke_width=0.15)  # fmt: skip
    scale = size / _ICON_BOX
    corner = f"translate({number(x - size / 2)} {number(y - size / 2)})"
    return tag("g", inner, transform=f"{corner} scale({scale:.4f}) translate(1 1)")


def text(line: Written, colour: str, *, middle: bool = False, halo: bool = False) -> str:
    """Return a line of text in its box, from its left edge or around its middle."""
    box = line.box
    extra: dict[str, str | float] = {}
    if halo:
        extra = {"stroke": choices()["paper"], "stroke_width": line.size_mm * 0.28,
                 "paint_order": "stroke", "stroke_linejoin": "round"}  # fmt: skip
    return tag(
        "text", escape(line.text), x=box.x + (box.width / 2 if middle else 0),
        y=box.y + box.height / 2 + line.size_mm * _BASELINE, font_family=FONT,
        font_size=line.size_mm, font_weight="700" if line.bold else "400", fill=colour,
        text_anchor="middle" if middle else "start", **extra,
    )  # fmt: skip


def plate(box: Box, stroke: str = "none") -> str:
    """Return a white ground for what stands over the map."""
    return tag("rect", x=box.x, y=box.y, width=box.width, height=box.height,
               fill=choices()["paper"], fill_opacity=0.86, stroke=stroke,
               stroke_width=0.25)  # fmt: skip


def all_of(parts: Sequence[str]) -> str:
    """Return the parts as one text, a line each."""
    return "\n".join(parts)
