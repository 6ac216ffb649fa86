"""A paper's maps as one HTML file that opens without any network: layers, names, legend.

folium runs data as code (it compiles what it rendered a second time as a Jinja template). Two
guards stand here: that second compile is a no-op, and no text reaches HTML or a JavaScript template
literal unencoded. A third is the page's own: its policy runs the scripts written here and no other,
and forbids every request.
"""

import base64
import hashlib
import html
import re
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import branca.element
import folium
from folium.template import Template
from folium.utilities import JsCode

from geodata.faults import Fault, UserError
from geodata.writing import write_file
from language import say

from .draft import DRAFT, draft_line, plan_bar
from .map_drawing import shown
from .map_marks import sign
from .map_styles import choices
from .paper import Paper
from .web_layers import WebLayer, bounds_deg, web_layers
from .wording import clean, district_name, word

VENDOR = Path(__file__).parent.parent / "static" / "vendor" / "leaflet"
CSS = Path(__file__).with_name("web_map.css")
ICON_PX = 24
DOT_PX = 5

_ENTITIES = {ord(sign_): f"&#{ord(sign_)};" for sign_ in "`$\\{}"}
_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL)
_URL = re.compile(r"(?:background-image|behavior|filter):\s*[^;}]*url\([^)]*\)[^;}]*;?")
_MAP_LINK = re.compile(r"//# sourceMappingURL=\S*")
_ON_EACH = """function (feature, layer) {
  var name = feature.properties.n;
  if (!name) { return; }
  var said = function () {
    var held = document.createElement("div");
    held.textContent = name;
    return held;
  };
  layer.bindPopup(said());
  layer.bindTooltip(said(), {sticky: true});
}"""


class _Verbatim(str):
    """A text in the place of a template: it renders as itself and is never compiled."""

    __slots__ = ()

    def render(self, *_arguments: object, **_values: object) -> str:
        """Return the text."""
        return str(self)


class _OfflineMap(folium.Map):
    """folium's map without the addresses of its libraries, which the page carries itself."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - declared so by folium
    default_css: list[tuple[str, str]] = []  # noqa: RUF012


class _ScaleBar(branca.element.MacroElement):
    """A scale bar in metres; folium's own shows miles too."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "L.control.scale({imperial: false}).addTo({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )


def write_web_map(paper: Paper, path: Path) -> None:
    """Write the paper's maps as one .html file.

    Raises:
        UserError: where the map's library or a font is not installed, the place cannot be written,
            the disk is full.

    """
    made = web_map(paper)
    with write_file(path) as fresh:
        fresh.write_text(made, encoding="utf-8", newline="\n")


def web_map(paper: Paper) -> str:
    """Return the HTML page; the same paper gives the same text.

    Raises:
        UserError: where the map's library or a font is not installed.

    """
    script, style = _library("leaflet.js"), _library("leaflet.css")
    _guard()
    layers = web_layers(paper)
    drawn = _OfflineMap(location=(0, 0), tiles=None, prefer_canvas=True,
                        attributionControl=False, max_zoom=19)  # fmt: skip
    numbers = count(1)
    _numbered(drawn, numbers)
    for layer in layers:
        _numbered(_switch(layer), numbers).add_to(drawn)
    _numbered(folium.LayerControl(collapsed=False), numbers).add_to(drawn)
    _fit(drawn, layers, numbers)
    _numbered(_ScaleBar(), numbers).add_to(drawn)  # type: ignore[no-untyped-call]
    root = drawn.get_root()
    if not isinstance(root, branca.element.Figure):
        msg = f"a map stands in a figure, not in {type(root).__name__}"
        raise TypeError(msg)
    head = root.header.add_child
    head(branca.element.Element(f"<style>{_URL.sub('', style)}</style>"), name="look")
    head(branca.element.Element(f"<script>{_MAP_LINK.sub('', script)}</script>"), name="library")
    head(branca.element.Element(f"<title>{_title(paper)}</title>"), name="title")
    body = root.html.add_child
    body(branca.element.Element(_head(paper)), name="front")
    rendered = root.render()
    return _finished(rendered, paper, layers)


def encode(text: str) -> str:
    """Return the text safe in HTML, in an attribute and in a JavaScript template literal."""
    return html.escape(text, quote=True).translate(_ENTITIES)


def _guard() -> None:
    """Make branca's second compile a no-op, for good and for everyone in this process."""
    setattr(branca.element, "Template", _Verbatim)  # noqa: B010 - not among its public names


def _numbered(element: Any, numbers: Iterator[int]) -> Any:  # noqa: ANN401 - folium's classes share no type
    """Return the element with a number in the place of its random id."""
    element._id = f"{next(numbers):08d}"  # noqa: SLF001 - the library has no door
    return element


def _library(name: str) -> str:
    """Return a file of the carried Leaflet, its licence before it.

    Raises:
        UserError: where it is not installed.

    """
    path = VENDOR / name
    if not path.is_file():
        problem = say("This browser library is not installed.")
        mend = say("Run “npm ci” in the program's folder, or “make run” with the bundle.")
        raise UserError([Fault(str(path), problem, mend)])
    licence = VENDOR / "LICENSE"
    head = f"/*\n{licence.read_text(encoding='utf-8')}\n*/\n" if licence.is_file() else ""
    return head + path.read_text(encoding="utf-8")


def _switch(layer: WebLayer) -> folium.GeoJson:
    """Return a layer of the map; its shapes carry their own styles and names."""
    return folium.GeoJson(
        dict(layer.features), name=encode(layer.name), marker=_marker(layer),
        on_each_feature=JsCode(_ON_EACH), interactive=layer.named,
    )  # fmt: skip


def _marker(layer: WebLayer) -> folium.Marker | folium.CircleMarker | None:
    if layer.mark != "point":
        return None
    if not layer.icon:
        return folium.CircleMarker(radius=DOT_PX)
    icon = folium.DivIcon(html=_sign(layer.icon), icon_size=(ICON_PX, ICON_PX),
                          icon_anchor=(ICON_PX // 2, ICON_PX // 2), class_name="sign")  # fmt: skip
    return folium.Marker(icon=icon)


def _sign(key: str) -> str:
    drawn = sign(key, ICON_PX / 2, ICON_PX / 2, ICON_PX, choices()["ink"])
    return f'<svg width="{ICON_PX}" height="{ICON_PX}">{drawn}</svg>'


def _fit(drawn: folium.Map, layers: Sequence[WebLayer], numbers: Iterator[int]) -> None:
    bounds = bounds_deg(layers)
    if bounds is not None:
        west, south, east, north = bounds
        _numbered(folium.FitBounds([(south, west), (north, east)]), numbers).add_to(drawn)


def _title(paper: Paper) -> str:
    return encode(shown(word(paper.title, paper.words)))


def _head(paper: Paper) -> str:
    """Return what stands above the map: title, district, marks, and a draft's defects."""
    district = district_name(paper.district_zh, paper.district_en, paper.words)
    parts = [f"<h1>{_title(paper)}</h1>"]
    parts += [f"<span>{encode(shown(one))}</span>" for one in (district, clean(paper.day)) if one]
    if paper.sample:
        parts.append(f"<b>{encode(word(say('Sample data'), paper.words))}</b>")
    if paper.secrecy:
        parts.append(f"<b>{encode(shown(clean(paper.secrecy)))}</b>")
    bar = plan_bar(paper)
    plan = f'<div class="plan">{encode(shown(bar))}</div>' if bar else ""
    line = draft_line(paper)
    draft = f'<div class="draft"><b>{DRAFT}</b> {encode(shown(line))}</div>' if line else ""
    return f"{plan}<header>{''.join(parts)}</header>{draft}"


def _finished(rendered: str, paper: Paper, layers: Sequence[WebLayer]) -> str:
    """Return the page with its language, legend, foot and policy."""
    lang = "zh-CN" if paper.words.language == "zh" else "en"
    style = f"<style>{CSS.read_text(encoding='utf-8')}</style>"
    page = rendered.replace("<html>", f'<html lang="{lang}">', 1)
    page = page.replace("</head>", f"{style}\n</head>", 1)
    below = f'<div class="below">{_legend(layers, paper)}{_foot(paper)}</div>'
    page = page.replace("</body>", f"{below}</body>", 1)
    return page.replace("<head>", f"<head>\n{_policy(page)}", 1)


def _policy(page: str) -> str:
    """Return the page's policy: the scripts written here, by their sums, and no request at all."""
    sums = " ".join(f"'sha256-{_sum(script)}'" for script in _SCRIPT.findall(page))
    policy = (
        f"default-src 'none'; script-src {sums}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}" />'


def _sum(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _legend(layers: Sequence[WebLayer], paper: Paper) -> str:
    rows = []
    for layer in reversed(layers):
        if len(layer.keys) == 1:
            rows.append(_key(layer.keys[0][0], layer.name, layer))
        else:
            rows.append(f"<dt>{encode(layer.name)}</dt>")
            rows.extend(_key(colour, text, layer) for colour, text in layer.keys)
    title = encode(word(say("Legend"), paper.words))
    return (f'<details class="legend" open><summary>{title}</summary>'
            f"<dl>{''.join(rows)}</dl></details>")  # fmt: skip


def _key(colour: str, text: str, layer: WebLayer) -> str:
    patch = f'<i class="{layer.mark}" style="background:{encode(colour)}"></i>'
    shape = _sign(layer.icon) if layer.icon else patch
    return f"<dd>{shape}<span>{encode(text)}</span></dd>"


def _foot(paper: Paper) -> str:
    """Return datum and review number; what nobody stated is said."""
    review = (
        say("Review number (审图号): {number}", number=clean(paper.review_no))
        if paper.review_no
        else say("Review number (审图号): not stated, not for publication")
    )
    datum = say("Datum of the web map: WGS 84, equal to CGCS2000 within centimetres")
    said = (datum, review, say("Drawn with Leaflet; it asks for no network"))
    listed = " · ".join(shown(word(one, paper.words)) for one in said)
    return f"<footer>{encode(listed)}</footer>"
