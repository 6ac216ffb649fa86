"""The look of every page: CSS variables, icon classes, type sizes, all from ``tokens.json``."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from layers import CATALOG

Shade = Literal["light", "dark"]
SHADES: tuple[Shade, Shade] = ("light", "dark")
SIGNS = ("_incident", "_standoff")
"""Icons that are no layer's: their shapes are used for nothing else."""

_HERE = Path(__file__).parent
_ICON_BOX = (
    ".sw-icon{display:inline-block;background-position:center;background-size:contain;"
    "background-repeat:no-repeat;"
    "width:var(--sw-icon,22px);height:var(--sw-icon,22px)}"
)
_TITLE = re.compile(r"<title>.*?</title>")
_VARIABLE = re.compile(r"var\(--([a-z0-9_]+)\)")


@cache
def tokens() -> Mapping[str, Any]:
    """Return the tokens as read from ``ui/tokens.json``."""
    loaded: dict[str, Any] = json.loads((_HERE / "tokens.json").read_text(encoding="utf-8"))
    return loaded


def colour(key: str, shade: Shade = "light") -> str:
    """Return the CSS colour of a token such as ``accent`` or ``m_water``.

    Raises:
        KeyError: for a token that is not declared.

    """
    return str(tokens()["colour"][key][shade])


def role_colour(purpose: str, shade: Shade = "light") -> str:
    """Return the CSS colour of a layer's purpose.

    Raises:
        KeyError: for a purpose that is not declared.

    """
    return str(tokens()["role"][purpose][shade])


def icon_svg(key: str, shade: Shade = "light") -> str:
    """Return the SVG text of a layer's icon, or of a sign of ``SIGNS``, coloured for the shade.

    Raises:
        KeyError: for a key that is neither a layer nor a sign.

    """
    purposes = {spec.key: spec.purpose for spec in CATALOG} | dict.fromkeys(SIGNS, "place")
    svg = (_HERE / "icons" / f"{key}.svg") if key in purposes else None
    if svg is None:
        raise KeyError(key)
    text = svg.read_text(encoding="utf-8").strip()
    text = text.replace("currentColor", role_colour(purposes[key], shade))
    return _VARIABLE.sub(lambda match: colour(match[1], shade), text)


@cache
def icon_uri(key: str, shade: Shade = "light") -> str:
    """Return the icon as a ``data:image/svg+xml`` address, fit for CSS and for an ``<img>``.

    Raises:
        KeyError: for a key that is neither a layer nor a sign.

    """
    return "data:image/svg+xml," + quote(_TITLE.sub("", icon_svg(key, shade)), safe=" =:/,;-.")


def stylesheet() -> str:
    """Return the one CSS text of the theme, for ``st.html(f"<style>{…}</style>")`` once a page.

    Variables are ``--sw-TOKEN`` (colour), ``--sw-role-PURPOSE``, ``--sw-size-NAME``,
    ``--sw-type-NAME``, ``--sw-space-1…7``, ``--sw-radius-NAME``, ``--sw-uncovered-CLASS``,
    ``--sw-font-ui`` and ``--sw-font-hash``, with ``-`` for ``_``. ``class="sw-icon sw-icon-LAYER"``
    draws a layer's icon (the key as it is). The dark shade follows the system.
    """
    light, dark = _shade_rules("light"), _shade_rules("dark")
    return "\n".join(
        [
            ":root{" + "".join(_constants()) + light[0] + "}",
            _ICON_BOX,
            light[1],
            "@media (prefers-color-scheme:dark){:root{" + dark[0] + "}",
            dark[1] + "}",
        ],
    )


def _name(key: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")


def _shade_rules(shade: Shade) -> tuple[str, str]:
    """Return the declarations of the shade's variables, and its icon rules."""
    variables = [f"--sw-{_name(key)}:{colour(key, shade)};" for key in tokens()["colour"]]
    variables += [f"--sw-role-{_name(key)}:{role_colour(key, shade)};" for key in tokens()["role"]]
    keys = (*(spec.key for spec in CATALOG), *SIGNS)
    icons = [f'.sw-icon-{key}{{background-image:url("{icon_uri(key, shade)}")}}' for key in keys]
    return f"color-scheme:{shade};" + "".join(variables), "\n".join(icons)


def _constants() -> Iterator[str]:
    """Yield the declarations that are the same in both shades."""
    table = tokens()
    for group, prefix in (("type_px", "type"), ("size_px", "size"), ("radius_px", "radius")):
        for key, value in table[group].items():
            if isinstance(value, int | float):
                yield f"--sw-{prefix}-{_name(key)}:{value}px;"
    for key, value in table["choropleth_uncovered"].items():
        yield f"--sw-uncovered-{_name(key)}:{value};"
    for index, value in enumerate(table["space_px"], start=1):
        yield f"--sw-space-{index}:{value}px;"
    for key, value in table["type_weight"].items():
        yield f"--sw-weight-{_name(key)}:{value};"
    for key in ("font_ui", "font_hash"):
        families = ",".join(f if f.endswith("serif") else f"'{f}'" for f in table[key])
        yield f"--sw-{_name(key)}:{families.replace(chr(39) + 'monospace' + chr(39), 'monospace')};"
