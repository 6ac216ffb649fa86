"""What the panels and the map of page 风险 share: a colour is never without its character."""

from collections.abc import Mapping

from markupsafe import Markup

from risk.four_colours import COLOURS, Colour

from .markup import View

SIGNS: Mapping[Colour, str] = {"red": "红", "orange": "橙", "yellow": "黄", "blue": "蓝"}
NO_SIGN = "无"


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


def counted(colour: Colour | None, count: int) -> str:
    """Return a colour's character with how many have it, "" without a colour."""
    return f"{SIGNS[colour]} {count}" if colour else ""
