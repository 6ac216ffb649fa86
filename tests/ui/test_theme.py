"""The tokens, the stylesheet and the icons: every layer has one, in both shades, readable."""

import json
import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest

from layers import CATALOG
from ui.theme import (
    SHADES,
    SIGNS,
    Shade,
    colour,
    icon_svg,
    icon_uri,
    role_colour,
    stylesheet,
    tokens,
)

UI = Path(__file__).parents[2] / "ui"
KEYS = (*(spec.key for spec in CATALOG), *SIGNS)
LITERAL = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(")


def luminance(value: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    channels = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("shade", SHADES)
def test_every_layer_has_an_icon_in_both_shades(key: str, shade: Shade) -> None:
    """S4-1: one map needs a sign for every register."""
    text = icon_svg(key, shade)
    drawing = ET.fromstring(text)  # noqa: S314 - our own file, not a user's
    assert drawing.tag.endswith("svg")
    assert drawing[0].tag.endswith("title")
    assert drawing[0].text
    assert "var(" not in text
    assert "currentColor" not in text


def test_no_icon_lies_about_unused() -> None:
    assert {path.stem for path in (UI / "icons").glob("*.svg")} == set(KEYS)


def test_no_two_icons_are_alike() -> None:
    bodies = {re.sub(r"<title>.*?</title>", "", icon_svg(key)) for key in KEYS}
    assert len(bodies) == len(KEYS)


@pytest.mark.parametrize("key", ["hazard", "declared_risk", "lpg_service_point", "mini_station"])
def test_the_outline_says_the_purpose_and_hollow_the_lesser_kind(key: str) -> None:
    spec = next(spec for spec in CATALOG if spec.key == key)
    outline = ET.fromstring(icon_svg(key))[1]  # noqa: S314 - our own file, not a user's
    solid = role_colour(spec.purpose)
    assert outline.get("stroke" if spec.hollow else "fill") == solid


def test_hazard_outlines_are_one_shape() -> None:
    keys = [spec.key for spec in CATALOG if spec.purpose == "hazard"]
    outlines = {ET.fromstring(icon_svg(key))[1].get("d") for key in keys}  # noqa: S314 - our own
    assert len(outlines) == 1


def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(KeyError, match="nothing"):
        icon_svg("nothing")


def test_the_address_of_an_icon_holds_nothing_that_ends_a_css_string() -> None:
    for key in KEYS:
        address = icon_uri(key)
        assert address.startswith("data:image/svg+xml,")
        assert not set(address) & set("\"'()<>#\\\n")
        ET.fromstring(unquote(address.partition(",")[2]))  # noqa: S314 - our own file


def test_the_stylesheet_holds_every_token_in_both_shades() -> None:
    css = stylesheet()
    light, _, dark = css.partition("@media (prefers-color-scheme:dark)")
    for key in tokens()["colour"]:
        name = key.replace("_", "-")
        assert f"--sw-{name}:{colour(key)};" in light
        assert f"--sw-{name}:{colour(key, 'dark')};" in dark
    for key in tokens()["role"]:
        assert f"--sw-role-{key}:{role_colour(key, 'dark')};" in dark
    for key in KEYS:
        assert css.count(f".sw-icon-{key}{{") == 2
    assert css.count("{") == css.count("}")
    assert "</" not in css


def test_purposes_of_layers_have_colours() -> None:
    assert {spec.purpose for spec in CATALOG} <= set(tokens()["role"])


@pytest.mark.parametrize("shade", SHADES)
@pytest.mark.parametrize("ground", ["bg", "surface", "sunken"])
@pytest.mark.parametrize("text", ["ink", "ink2", "ink3", "accent", "ok", "warn", "bad"])
def test_text_is_readable_on_every_ground(text: str, ground: str, shade: Shade) -> None:
    assert contrast(colour(text, shade), colour(ground, shade)) >= 4.5


@pytest.mark.parametrize("shade", SHADES)
@pytest.mark.parametrize("purpose", sorted({spec.purpose for spec in CATALOG}))
def test_glyphs_are_readable_on_their_shape(purpose: str, shade: Shade) -> None:
    assert contrast(role_colour(purpose, shade), colour("halo", shade)) >= 4.5


def test_no_colour_stands_outside_the_tokens() -> None:
    sources = [*UI.rglob("*.css"), *(UI / "map").glob("*.js"), *(UI / "icons").glob("*.svg")]
    assert len(sources) > 20
    literals = {path.name: LITERAL.findall(path.read_text("utf-8")) for path in sources}
    assert {name: found for name, found in literals.items() if found} == {}


def test_every_variable_that_css_asks_for_is_declared() -> None:
    declared = set(re.findall(r"(--sw-[a-z0-9-]+):", stylesheet()))
    css = (UI / "map" / "map.css").read_text("utf-8")
    own = set(re.findall(r"(--sw-[a-z0-9-]+):", css)) | {"--sw-map-height"}
    assert set(re.findall(r"var\((--sw-[a-z0-9-]+)", css)) <= declared | own
    script = "".join(path.read_text("utf-8") for path in (UI / "map").glob("*.js"))
    asked = {f"--sw-{name}" for name in re.findall(r'token\("([a-z0-9-]+)"\)', script)}
    assert len(asked) > 8
    assert asked <= declared


def test_tokens_are_plain_json() -> None:
    assert json.loads((UI / "tokens.json").read_text("utf-8")) == tokens()
