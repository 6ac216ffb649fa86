"""How maps are drawn: colours, widths, hatches, icons; read from ``map_styles.toml`` and files."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from layers import CATALOG

TABLE = Path(__file__).with_name("map_styles.toml")
LOOK = Path(__file__).parent.parent / "ui"
"""Icons and colours of the screen are read as files: papers look like it and know no code of it."""

_INNER = re.compile(r"<svg[^>]*>(?:<title>.*?</title>)?(.*)</svg>", re.DOTALL)
_VARIABLE = re.compile(r"var\(--([a-z0-9_]+)\)")


@dataclass(frozen=True)
class Style:
    """Colours ("" for none), the width of the line in mm, its dashes and the fill's opacity."""

    fill: str
    stroke: str
    width: float
    dash: str = ""
    opacity: float = 1.0


@cache
def choices() -> Mapping[str, Any]:
    """Return the choices of drawing by key; lengths in mm."""
    return MappingProxyType(_table()["choice"])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def style_of(key: str, number: int) -> Style:
    """Return the style of a layer; ``number`` picks the colour where it has none of its own."""
    own = _table()["layer"].get(key)
    if own is not None:
        return Style(own.get("fill", ""), own["stroke"], own["width"], own.get("dash", ""))
    colour = colour_of(key, number)
    return Style(colour, colour, choices()["line_width"], "", choices()["area_fill_opacity"])


def colour_of(key: str, number: int) -> str:
    """Return the colour of a layer's purpose, or one of the palette for what is no layer."""
    own = _table()["sign"].get(key)
    if own is not None:
        return str(own["colour"])
    purpose = next((spec.purpose for spec in CATALOG if spec.key == key), None)
    palette = choices()["palette"]
    return str(palette[number % len(palette)] if purpose is None else _role(purpose))


def _role(purpose: str) -> str:
    return str(_tokens()["role"][purpose]["light"])


@cache
def _tokens() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((LOOK / "tokens.json").read_text(encoding="utf-8"))
    return loaded


@cache
def icon(key: str) -> str:
    """Return the inner SVG of a layer's icon in a box from -1 to 25, "" where there is none."""
    own = _table()["sign"].get(key)
    if own is not None:
        return str(own["drawn"])
    known = {spec.key: spec.purpose for spec in CATALOG}
    path = LOOK / "icons" / f"{key}.svg"
    if key not in known or not path.is_file():
        return ""
    found = _INNER.search(path.read_text(encoding="utf-8"))
    inner = found[1] if found else ""
    inner = inner.replace("currentColor", _role(known[key]))
    return _VARIABLE.sub(lambda match: str(_tokens()["colour"][match[1]]["light"]), inner)
