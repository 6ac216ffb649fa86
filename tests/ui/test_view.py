"""What the map shows and where: names clear of signs, the whole district, the ways, the address."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language import Catalogue
from layers import CATALOG
from tests.ui.script import run
from ui.map.script import MODULES, map_script, map_style
from ui.map.texts import map_texts

NAME = {"width": 54, "height": 16}
SIZE = {"x": 800, "y": 600}

Box = dict[str, float]


def named(x: float, y: float) -> Box:
    return {"x": x, "y": y, **NAME}


def box(x: float, y: float, size: float = 20) -> Box:
    half = size / 2
    return {"left": x - half, "right": x + half, "top": y - half, "bottom": y + half}


def steps(names: list[Box], signs: list[Box] = [], kept: list[Box] = []) -> Any:  # noqa: ANN401, B006
    """Return for each name the step aside it takes, None where it is left out."""
    given = ",".join(json.dumps(part) for part in (names, signs, kept, SIZE))
    return run(f"show(roomFor({given}));")


def placed(name: Box, step: list[float]) -> Box:
    x, y = name["x"] + step[0], name["y"] + step[1]
    return {"left": x - 27, "right": x + 27, "top": y - 8, "bottom": y + 8}


def meet(one: Box, other: Box) -> bool:
    return (
        one["left"] < other["right"] and one["right"] > other["left"]
        and one["top"] < other["bottom"] and one["bottom"] > other["top"]
    )  # fmt: skip


# ---- names ----------------------------------------------------------------------------------


def test_name_alone_stands_at_its_place() -> None:
    assert steps([named(400, 300)]) == [[0, 0]]


def test_name_steps_aside_from_a_sign() -> None:
    name, sign = named(400, 300), box(400, 300)
    (step,) = steps([name], [sign])
    assert step != [0, 0]
    assert not meet(placed(name, step), sign)


def test_name_hemmed_in_by_signs_lies_above_the_fewest() -> None:
    signs = [
        box(400 + right, 300 + down) for right in range(-60, 61, 20) for down in range(-60, 61, 20)
    ]
    (step,) = steps([named(400, 300)], signs)
    assert step is not None


def test_two_names_never_touch() -> None:
    names = [named(400, 300), named(410, 302), named(395, 296)]
    found = steps(names)
    boxes = [placed(name, step) for name, step in zip(names, found, strict=True) if step]
    assert len(boxes) >= 2
    assert not any(meet(a, b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_name_without_room_is_left_out() -> None:
    assert steps([named(400, 300)], [], [box(400, 300, 300)]) == [None]


def test_names_never_cover_the_incident_or_the_first_teams() -> None:
    incident = box(400, 300, 46)
    name = named(404, 296)
    (step,) = steps([name], [], [incident])
    assert step is None or not meet(placed(name, step), incident)


@pytest.mark.parametrize("at", [(-5, 300), (400, -5), (805, 300), (400, 605)])
def test_name_of_a_place_off_the_map_is_not_drawn(at: tuple[float, float]) -> None:
    assert steps([named(*at)]) == [None]


def test_name_at_the_edge_is_not_cut_by_it() -> None:
    name = named(20, 300)
    (step,) = steps([name])
    assert step is None or placed(name, step)["left"] >= 0


def test_no_more_than_twenty_five_names() -> None:
    names = [named(40 + 70 * (n % 10), 30 + 40 * (n // 10)) for n in range(60)]
    assert sum(step is not None for step in steps(names)) == 25


@settings(derandomize=True, deadline=None, max_examples=12)
@given(
    st.lists(st.tuples(st.integers(0, 800), st.integers(0, 600)), min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 800), st.integers(0, 600)), max_size=60),
)
def test_whatever_stands_on_the_map_no_two_names_meet(
    places: list[tuple[int, int]], signs: list[tuple[int, int]]
) -> None:
    names = [named(*place) for place in places]
    found = steps(names, [box(*sign) for sign in signs])
    boxes = [placed(name, step) for name, step in zip(names, found, strict=True) if step]
    assert len(found) == len(names)
    assert not any(meet(a, b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_names_lie_above_the_signs_and_let_clicks_through() -> None:
    css = map_style()
    assert ".leaflet-sw-names-pane { z-index: 640; pointer-events: none; }" in css
    rule = css.partition(".sw-name {")[2].partition("}")[0]
    assert "text-shadow" in rule
    assert "pointer-events: none" in rule


# ---- the whole district ---------------------------------------------------------------------

FIT = """{
const asked = [];
const map = {
  options: { zoomSnap: 1 },
  fitBounds(bounds, options) { asked.push({ bounds, options, snap: this.options.zoomSnap }); },
};
const frame = {
  clientWidth: WIDTH,
  querySelector: (what) => (what === ".sw-rail" && RAIL ? {} : null),
};
fitWhole(map, { bounds: [112.9, 22.9, 113.1, 23.1] }, frame);
show({ ...asked[0], after: map.options.zoomSnap, times: asked.length });
}"""


def fitted(width: int, *, rail: bool = False) -> Any:  # noqa: ANN401
    code = FIT.replace("WIDTH", str(width)).replace("RAIL", "true" if rail else "false")
    return run(code)


@pytest.mark.parametrize("width", [360, 700, 900, 1400])
def test_the_district_is_fitted_between_two_steps_of_zoom(width: int) -> None:
    made = fitted(width)
    assert made["bounds"] == [[22.9, 112.9], [23.1, 113.1]]
    assert 0 < made["snap"] < 0.5
    # By hand the map zooms in whole steps, at which tiles are sharp.
    assert made["after"] == 1
    assert made["times"] == 1
    assert made["options"]["animate"] is False


def test_the_district_is_not_fitted_under_the_panel_of_layers() -> None:
    wide, railed, phone = fitted(1400), fitted(1000, rail=True), fitted(390)
    assert wide["options"]["paddingTopLeft"][0] >= 252
    assert 46 <= railed["options"]["paddingTopLeft"][0] < 252
    assert phone["options"]["paddingTopLeft"][0] < 20


@pytest.mark.parametrize(
    ("at", "nearest"),
    [
        ((113.0, 23.0), [23.0, 113.0]),
        ((112.0, 23.0), [23.0, 112.9]),
        ((114.0, 24.0), [23.1, 113.1]),
        ((113.0, 22.0), [22.9, 113.0]),
    ],
)
def test_incident_outside_is_shown_with_the_border_it_is_nearest_to(
    at: tuple[float, float], nearest: list[float]
) -> None:
    lon, lat = at
    code = f"show(nearestPoint([112.9, 22.9, 113.1, 23.1], {{ lon: {lon}, lat: {lat} }}));"
    assert run(code) == nearest


@pytest.mark.parametrize(
    ("zoom", "factor"), [(12, 1.0), (12.4, 2**-0.4), (12.6, 2**0.4), (13, 1.0)]
)
def test_letters_of_the_base_map_keep_their_size_between_two_zooms(
    zoom: float, factor: float
) -> None:
    assert run(f"show(stretch({{ getZoom: () => {zoom} }}));") == pytest.approx(factor)


def test_the_base_map_leaves_the_subdistricts_names_to_their_own_layer() -> None:
    script = map_script("map")
    assert 'placeName(pm, "community"' in script
    assert 'placeName(pm, "subdistrict"' not in script
    modules = MODULES["map"]
    assert modules.index("names.js") < modules.index("map.js")


# ---- ways and layers ------------------------------------------------------------------------


def test_three_ways_are_strong_five_thin_and_the_others_wait_for_a_finger() -> None:
    classes = run("show(Array.from({ length: 21 }, (_, row) => routeClass(row + 1)));")
    assert [c.split()[-1] for c in classes[:3]] == ["sw-route-1", "sw-route-2", "sw-route-3"]
    assert classes[3:8] == ["sw-route sw-route-rest"] * 5
    assert set(classes[8:]) == {"sw-route sw-route-rest sw-route-far"}
    css = map_style()
    assert ".sw-canvas .sw-route-far { stroke-opacity: 0; pointer-events: none; }" in css
    hot = css.index(".sw-canvas .sw-hot.sw-route-rest")
    assert hot > css.index(".sw-canvas .sw-route-far")  # pointed at, it is seen
    assert "stroke-opacity: 1" in css[hot : css.index("}", hot)]


def test_calm_shows_who_comes_and_where_to_go_and_only_the_great_hazards() -> None:
    shown = {spec.key for spec in CATALOG if spec.shown}
    assert {"team", "fire_station", "depot", "shelter", "hazard"} <= shown
    # 307 declared risk sources made the calm map look like an alarm.
    assert "declared_risk" not in shown
    hollow = {spec.key for spec in CATALOG if spec.hollow}
    assert not hollow & shown


@pytest.mark.parametrize(("language", "way_back"), [("zh", "全景"), ("en", "Whole")])
def test_the_way_back_to_the_district_is_a_word(language: str, way_back: str) -> None:
    assert map_texts(Catalogue.load(language))["Whole"] == way_back
    assert 't("Whole")' in map_script("map")


def test_the_address_is_written_in_the_browser_and_costs_the_server_nothing() -> None:
    script = map_script("map")
    assert "replaceState" in script
    assert script.index("painted(data.seq);") < script.index('this.later("telling"')


def test_phone_map_keeps_its_legend_behind_the_tools() -> None:
    phone = map_style().partition("@container sw-map (max-width: 720px)")[2]
    assert ".sw-legend { display: none; }" in phone
    assert ".sw-tools-open .sw-legend { display: flex;" in phone


def test_tools_stand_in_two_columns_so_that_a_small_desk_holds_them() -> None:
    css = map_style()
    group = css.partition(".sw-group { ")[2].partition("}")[0]
    assert "grid-template-columns: 1fr 1fr" in group
