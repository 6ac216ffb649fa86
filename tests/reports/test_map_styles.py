"""How layers look on paper: every one has a colour and a sign that XML can hold."""

import re
from xml.etree import ElementTree as ET

import pytest

from layers import CATALOG
from reports.map_marks import patterns
from reports.map_styles import LOOK, choices, colour_of, icon, style_of

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
KEYS = [spec.key for spec in CATALOG]
SVG = "http://www.w3.org/2000/svg"


@pytest.mark.parametrize("key", KEYS)
def test_every_layer_has_a_colour_and_a_style(key: str) -> None:
    assert COLOUR.fullmatch(colour_of(key, 0))
    style = style_of(key, 0)
    assert style.width > 0
    assert 0 < style.opacity <= 1
    assert COLOUR.fullmatch(style.stroke)
    assert style.fill == "" or COLOUR.fullmatch(style.fill)
    assert all(float(part) > 0 for part in style.dash.split())


@pytest.mark.parametrize("key", KEYS)
def test_a_layers_colour_does_not_hang_on_its_place(key: str) -> None:
    assert colour_of(key, 0) == colour_of(key, 7)


@pytest.mark.parametrize("key", KEYS)
def test_every_sign_stands_alone_without_variables_of_the_screen(key: str) -> None:
    inner = icon(key)
    if not inner:
        assert not (LOOK / "icons" / f"{key}.svg").is_file()
        return
    assert "var(" not in inner
    assert "currentColor" not in inner
    tree = ET.fromstring(f'<svg xmlns="{SVG}">{inner}</svg>')  # noqa: S314 - our own file
    tags = {element.tag.removeprefix(f"{{{SVG}}}") for element in tree.iter()}
    assert not tags & {"script", "image", "foreignObject", "use", "style", "title"}
    names = {name for element in tree.iter() for name in element.attrib}
    assert not [name for name in names if name.startswith("on") or "href" in name]


@pytest.mark.parametrize(
    "key", ["", "nothing", "../tokens", "shelter/../fire_station", "/etc/passwd"]
)
def test_what_is_no_layer_has_no_sign_and_no_file_is_asked(key: str) -> None:
    assert icon(key) == ""


def test_what_is_no_layer_takes_colours_of_the_palette_in_turn() -> None:
    palette = choices()["palette"]
    count = len(palette)
    assert [colour_of("zone", at) for at in range(count + 2)] == [*palette, *palette[:2]]
    assert len(set(palette)) == count, "neighbours differ"


def test_choices_cannot_be_changed_by_who_reads_them() -> None:
    with pytest.raises(TypeError):
        choices()["paper"] = "#000000"  # type: ignore[index]


def test_hatches_are_drawings_of_their_own() -> None:
    drawn = patterns()
    ET.fromstring(f'<svg xmlns="{SVG}">{drawn}</svg>')  # noqa: S314 - our own text
    names = re.findall(r'id="([^"]+)"', str(drawn))
    assert len(names) == len(set(names)) > 1
