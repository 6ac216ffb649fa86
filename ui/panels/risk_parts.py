"""What the panels of page 风险 share: a colour with its character, and the sketch of a district."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from risk.four_colours import COLOURS, Colour

from .markup import Key, View, joined

SIGNS: Mapping[Colour, str] = {"red": "红", "orange": "橙", "yellow": "黄", "blue": "蓝"}
NO_SIGN = "无"
WIDE = 1000

Ring = Sequence[tuple[float, float]]
Put = Callable[[tuple[float, float]], tuple[float, float]]
Extent = tuple[float, float, float, float]


@dataclass(frozen=True)
class Ground:
    """The district as a sketch: extent in metres, and (code, name, label point, rings) of units."""

    extent_m: Extent
    units: tuple[tuple[str, str, tuple[float, float], tuple[Ring, ...]], ...]


@dataclass(frozen=True)
class Mark:
    """A hazard on the sketch: its place in metres, its name and its colour."""

    key: Key
    name: str
    at: tuple[float, float]
    colour: Colour | None


def patch(colour: Colour | None, view: View) -> Markup:
    """Return the colour as a patch with its character, which is never left out."""
    sign = SIGNS[colour] if colour else NO_SIGN
    said = view.text(colour) if colour else view.text("no colour")
    return Markup('<b class="fc fc-{}" title="{}">{}</b>').format(colour or "none", said, sign)


def gravest(by_colour: Mapping[Colour, int]) -> Colour | None:
    """Return the gravest colour that has a count, ``None`` where none has."""
    return next((colour for colour in COLOURS if by_colour.get(colour)), None)


def shade(by_colour: Mapping[Colour, int]) -> tuple[Colour | None, int]:
    """Return a unit's gravest colour and how many of its hazards have that colour."""
    colour = gravest(by_colour)
    return colour, by_colour[colour] if colour is not None else 0


def sketch(
    ground: Ground,
    shades: Mapping[str, tuple[Colour | None, int]],
    marks: Sequence[Mark],
    view: View,
    *,
    picked: Key | None = None,
    ways: Sequence[tuple[tuple[float, float], tuple[float, float]]] = (),
) -> Markup:
    """Return the map as SVG: units by their gravest colour, hazards by colour and character.

    The gravest are drawn last, so that nothing lies over a red one; ``ways`` are arrows.
    """
    west, south, east, north = ground.extent_m
    scale = WIDE / max(east - west, 1.0)
    high = max(int((north - south) * scale), 1)

    def put(at: tuple[float, float]) -> tuple[float, float]:
        return round((at[0] - west) * scale, 1), round((north - at[1]) * scale, 1)

    areas = joined(_unit(rings, shades.get(code, (None, 0))[0], put)
                   for code, _, _, rings in ground.units)  # fmt: skip
    labels = joined(
        Markup('<text x="{}" y="{}">{}<tspan x="{}" dy="22">{}</tspan></text>').format(
            *put(at), name, put(at)[0], _counted(shades.get(code, (None, 0)))
        )
        for code, name, at, _ in ground.units
    )
    lines = joined(
        Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" marker-end="url(#fc-end)"/>').format(
            *put(start), *put(end)
        )
        for start, end in ways
    )
    order = {colour: number for number, colour in enumerate(COLOURS)}
    ranked = sorted(marks, key=lambda m: (m.key == picked, -order.get(m.colour or "blue", 9)))
    signs = joined(_sign(mark, put(mark.at), chosen=mark.key == picked) for mark in ranked)
    return Markup(
        '<svg class="fc-map" viewBox="-20 -20 {} {}" role="group" aria-label="{}"><defs>'
        '<marker id="fc-end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>{}<g class="names">{}</g>'
        '<g class="ways">{}</g>{}</svg>'
    ).format(
        WIDE + 40, high + 40, view.text("Four-colour map of the sources of risk"),
        areas, labels, lines, signs,
    )  # fmt: skip


def _counted(shade: tuple[Colour | None, int]) -> str:
    colour, count = shade
    return f"{SIGNS[colour]} {count}" if colour else str(count or "")


def _unit(rings: Sequence[Ring], colour: Colour | None, put: Put) -> Markup:
    path = " ".join(
        "M" + "L".join("{} {}".format(*put(point)) for point in ring) + "Z" for ring in rings
    )
    return Markup('<path class="unit fc-{}" d="{}" fill-rule="evenodd"/>').format(
        colour or "none", path
    )


def _sign(mark: Mark, at: tuple[float, float], *, chosen: bool) -> Markup:
    return Markup(
        '<g class="mark fc-{}{}" data-act="pick" data-value="{}" transform="translate({} {})">'
        '<title>{}</title><path d="M0-13L13 0L0 13L-13 0Z"/><text y="5">{}</text></g>'
    ).format(
        mark.colour or "none", " chosen" if chosen else "", "|".join(mark.key), *at, mark.name,
        SIGNS[mark.colour] if mark.colour else NO_SIGN,
    )  # fmt: skip
