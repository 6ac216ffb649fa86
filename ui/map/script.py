"""The component's JavaScript and CSS, joined from small ES modules when the page first asks."""

import re
from functools import cache
from pathlib import Path
from typing import Literal

_HERE = Path(__file__).parent
Component = Literal["feed", "map", "edit", "coloured", "planning"]
MODULES: dict[Component, tuple[str, ...]] = {
    "feed": ("words.js", "store.js", "feed.js"),
    "map": (
        "words.js",
        "store.js",
        "basemap.js",
        "markers.js",
        "names.js",
        "search.js",
        "panel.js",
        "closures.js",
        "measure.js",
        "answer.js",
        "snapshot.js",
        "controls.js",
        "zones.js",
        "warned.js",
        "whatif.js",
        "map.js",
    ),
    "edit": ("words.js", "store.js", "basemap.js", "dots.js", "sheet.js", "editing.js"),
    "coloured": ("words.js", "store.js", "basemap.js", "names.js", "sheet.js", "coloured.js"),
    "planning": ("words.js", "store.js", "basemap.js", "names.js", "sheet.js", "planning.js"),
}
"""The modules of each component, each after those it imports."""

_IMPORT = re.compile(r"^import [^;]+;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const)", re.MULTILINE)


@cache
def map_script(component: Component) -> str:
    """Return the component's modules as one module: imports dropped, only the default exported."""
    return "\n".join(
        _EXPORT.sub("", _IMPORT.sub("", (_HERE / name).read_text(encoding="utf-8")))
        for name in MODULES[component]
    )


@cache
def map_style() -> str:
    """Return the map's CSS; its colours are the variables of ``ui.theme``."""
    return (_HERE / "map.css").read_text(encoding="utf-8")
