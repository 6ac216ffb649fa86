"""What goes to the browser and what comes back: encoding, hostile events, texts, modules."""

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language import Catalogue
from layers import layer
from tests.ui.script import run
from ui.map import Feed, MapLayer, MapState, MapView, Marked, PickedDetail, Place, RouteLine
from ui.map.component import EVENTS
from ui.map.script import MODULES, map_script, map_style
from ui.map.state import Events, read_events
from ui.map.texts import TEXTS, map_texts

MAP = Path(__file__).parents[2] / "ui" / "map"


def teams(**changes: Any) -> MapLayer:  # noqa: ANN401 - any field of the layer
    columns: dict[str, Any] = {
        "id": ["t1", "t2"], "name": ["特勤<b>二</b>站", "渡口队"],
        "lon": [113.2500001, 113.3], "lat": [23.1, 23.1234567],
        "kind": ["专业", "志愿"], "pinyin": ["teqinerzhan", "dukoudui"],
        "initials": ["tqez", "dkd"], "unplaced": 1,
    }  # fmt: skip
    return MapLayer(layer("team"), "救援队伍", **(columns | changes))


def feed(**changes: Any) -> Feed:  # noqa: ANN401 - any field of the feed
    fields: dict[str, Any] = {
        "stamp": "s1", "language": "zh", "bounds": (113.2, 23.0, 113.4, 23.2), "layers": [teams()],
        "purposes": [("responder", "谁能来")], "texts": {"Zoom in": "放大"},
        "places": [Place("云溪大道", "道路", 113.3, 23.1, "yunxidadao", "yxdd")],
    }  # fmt: skip
    return Feed(**(fields | changes))


def test_the_feed_is_columns_of_plain_json() -> None:
    """S0-1: every placed row goes to the map and the rows without position are counted."""
    payload = json.loads(json.dumps(feed().payload(), allow_nan=False))
    (sent,) = payload["layers"]
    assert sent["key"] == "team"
    assert sent["purpose"] == "responder"
    assert sent["lon"] == [113.25, 113.3]
    assert sent["lat"] == [23.1, 23.123457]
    assert sent["unplaced"] == 1
    assert {len(sent[key]) for key in ("id", "name", "kind", "pinyin", "initials")} == {2}
    assert payload["places"] == {
        "name": ["云溪大道"], "what": ["道路"], "lon": [113.3], "lat": [23.1],
        "pinyin": ["yunxidadao"], "initials": ["yxdd"],
    }  # fmt: skip


def test_names_travel_as_they_are_and_no_script_reads_them_as_markup() -> None:
    assert feed().payload()["layers"][0]["name"][0] == "特勤<b>二</b>站"
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(")
    for path in MAP.glob("*.js"):
        assert not forbidden.search(path.read_text("utf-8")), path.name


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="team: name has 1 rows, id has 2"):
        teams(name=["one"])
    assert teams(pinyin=(), initials=(), kind=()).pinyin == ()


@pytest.mark.parametrize("lon", [math.nan, math.inf, 180.1, -200.0])
def test_a_position_that_is_none_never_leaves(lon: float) -> None:
    with pytest.raises(ValueError, match="no longitude and latitude"):
        teams(lon=[lon, 113.0])
    with pytest.raises(ValueError, match="no longitude and latitude"):
        MapState(incident=Marked(lon, 23.0)).payload()
    with pytest.raises(ValueError, match="no longitude and latitude"):
        feed(bounds=(lon, 23.0, 113.0, 24.0)).payload()
    with pytest.raises(ValueError, match="云"):
        feed(places=[Place("云", "道路", lon, 23.0)]).payload()


def test_the_state_turns_routes_to_what_leaflet_reads() -> None:
    state = MapState(
        seq=7,
        incident=Marked(113.25, 23.1, "水厂"),
        routes=[
            RouteLine(1, "team", "t1", "特勤 7′20″", (113.2, 23.0), [(113.2, 23.0), (113.25, 23.1)])
        ],
        polygons=[[(113.0, 23.0), (113.1, 23.0), (113.1, 23.1)]],
        detail=PickedDetail("team", "t1", [("地址", "<i>1</i> 号")]),
        view=MapView("v1", 113.2, 23.0),
        choropleth={"440103001": (3, "12")},
    )
    payload = json.loads(json.dumps(state.payload(), allow_nan=False))
    assert payload["incident"] == {"lon": 113.25, "lat": 23.1, "label": "水厂"}
    # Lines are lat, lon as Leaflet wants them; all else stays lon, lat.
    assert payload["routes"][0]["points"] == [[23.0, 113.2], [23.1, 113.25]]
    assert payload["routes"][0]["start"] == [113.2, 23.0]
    assert payload["polygons"] == [[[113.0, 23.0], [113.1, 23.0], [113.1, 23.1]]]
    assert payload["detail"]["rows"] == [["地址", "<i>1</i> 号"]]
    assert payload["view"] == {"token": "v1", "lon": 113.2, "lat": 23.0, "zoom": None}
    assert payload["choropleth"] == {"440103001": [3, "12"]}


def test_an_empty_state_draws_nothing() -> None:
    payload = MapState().payload()
    assert payload["incident"] is None
    assert payload["routes"] == []
    assert payload["seq"] == 0


def test_events_are_read() -> None:
    events = read_events(
        {
            "click": {"lon": 113.25, "lat": 23.1, "seq": 3, "way": "search", "label": "水厂"},
            "picked": {"layer": "team", "id": "t1"},
            "closure": {"polygons": [[[1, 2], [3, 4], [5, 6]]], "roads": ["云溪大道"]},
            "switches": {"team": True},
            "cleared": None,
        }
    )
    assert events.click is not None
    assert (events.click.lon, events.click.seq, events.click.way) == (113.25, 3, "search")
    assert events.picked == ("team", "t1")
    assert events.polygons == (((1.0, 2.0), (3.0, 4.0), (5.0, 6.0)),)
    assert events.closed_roads == ("云溪大道",)
    assert events.switches == {"team": True}
    assert events.refused == ()
    assert read_events({}) == Events()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("click", {"lon": "113", "lat": 23.1, "seq": 1}),
        ("click", {"lon": math.nan, "lat": 23.1, "seq": 1}),
        ("click", {"lon": 113.0, "lat": 91.0, "seq": 1}),
        ("click", {"lon": 113.0, "lat": 23.0, "seq": -1}),
        ("click", {"lon": 113.0, "lat": 23.0, "seq": 1.5}),
        ("click", {"lon": 113.0, "lat": 23.0}),
        ("click", [1, 2]),
        ("picked", {"layer": "team"}),
        ("closure", {"polygons": [[[1, 2], [3, 4]]]}),
        ("closure", {"polygons": [[[1, 2]] * 501]}),
        ("closure", {"polygons": [[[1, 2]] * 3] * 51}),
        ("closure", {"polygons": [[[1, 2], [3, 4], [5, None]]]}),
        ("closure", {"polygons": [[[1, 2, 3], [3, 4, 3], [5, 6, 3]]]}),
        ("closure", []),
        ("closure", {"polygons": [], "roads": "abc"}),
        ("switches", 5),
    ],
)
def test_hostile_events_are_refused_by_name(name: str, value: object) -> None:
    assert read_events({name: value}) == Events(refused=(name,))


def test_long_texts_are_cut() -> None:
    raw = {"lon": 113.0, "lat": 23.0, "seq": 1, "label": "x" * 9999}
    click = read_events({"click": raw}).click
    assert click is not None
    assert len(click.label) == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["lon", "lat", "seq", "polygons", "roads", "id"]), inner)
    ),
    max_leaves=12,
)


@given(raw=st.dictionaries(st.sampled_from(EVENTS), JSON))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_no_event_ever_breaks_the_page(raw: Mapping[str, Any]) -> None:
    events = read_events(raw)
    assert set(events.refused) <= set(raw)
    if events.click:
        assert math.isfinite(events.click.lon)


def test_the_texts_are_those_the_script_asks_for() -> None:
    asked: set[str] = set()
    for path in MAP.glob("*.js"):
        asked |= set(re.findall(r'\bt\(\s*"([^"]+)"', path.read_text("utf-8")))
    assert len(asked) > 40
    assert {text.template for text in TEXTS} == asked
    assert map_texts(Catalogue("en", {}))["Zoom in"] == "Zoom in"
    assert map_texts(Catalogue("zh", {"Zoom in": "放大"}))["Zoom in"] == "放大"


def test_no_chinese_stands_in_the_script_but_the_one_before_any_catalogue() -> None:
    found = {
        path.name: re.findall(r"[\u4e00-\u9fff]+", path.read_text("utf-8"))
        for path in MAP.glob("*.js")
    }
    assert set(name for name, words in found.items() if words) <= {"map.js"}  # noqa: C401


@pytest.mark.parametrize("component", ["feed", "map", "edit"])
def test_the_modules_join_to_one(component: str) -> None:
    script = map_script(component)  # type: ignore[arg-type] # the literal's own values
    assert script.count("export ") == script.count("export default function") == 1
    assert not re.search(r"^import ", script, re.MULTILINE)
    names = re.findall(r"^(?:async )?(?:function|const|class) (\w+)", script, re.MULTILINE)
    assert len(names) == len(set(names))


def test_every_module_is_joined_after_those_it_imports() -> None:
    joined = {name for modules in MODULES.values() for name in modules}
    assert {path.name for path in MAP.glob("*.js")} == joined
    for modules in MODULES.values():
        for position, name in enumerate(modules):
            imports = re.findall(r'from "\./(.+?)"', (MAP / name).read_text("utf-8"))
            assert set(imports) <= set(modules[:position])


def test_touch_targets_and_reduced_motion_are_in_the_style() -> None:
    css = map_style()
    assert "prefers-reduced-motion: reduce" in css
    phone = css.partition("@container sw-map (max-width: 720px)")[2]
    assert "min-width: 50px; min-height: 50px" in phone
    assert "min-width: 32px; min-height: 32px" in css


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("113.25,23.1", [113.25, 23.1]),
        ("１１３．２５，２３．１", [113.25, 23.1]),
        ("23.1 113.25", [113.25, 23.1]),
        ("113.25°、23.1°", [113.25, 23.1]),
        ("-71.3, -29.9", [-71.3, -29.9]),
        ("200,200", None),
        ("113.25", None),
        ("云溪大道 12", None),
    ],
)
def test_coordinates_are_understood_as_typed(typed: str, found: list[float] | None) -> None:
    answer = run(f"const c = coordinates({json.dumps(typed)}); show(c && [c.lon, c.lat]);")
    assert answer == found


def test_search_by_name_pinyin_initials_width_and_variant() -> None:
    names = ["学府避难场所", "学府路小学", "渡口队"]
    layers = teams(
        id=["a", "b", "c"], name=names, lon=[113.0] * 3, lat=[23.0] * 3, kind=["", "", ""],
        pinyin=["xuefubinanchangsuo", "xuefuluxiaoxue", "dukoudui"],
        initials=["xfbncs", "xflxx", "dkd"],
    )  # fmt: skip
    payload = json.dumps(feed(layers=[layers], places=()).payload())
    typed = ["学府", "避护", "XFBN", "ｘｆｌ", "dukou", "渡口 队", "zzz", "113.1,23.1"]
    answer = run(
        f"const f = {payload}; const index = searchIndex(f);"
        "const names = (q) => find(index, q, f.variants, (x) => x).map((hit) => hit.name);"
        f"show({json.dumps(typed)}.map(names));"
    )
    assert dict(zip(typed, answer, strict=True)) == {
        "学府": ["学府路小学", "学府避难场所"],
        "避护": ["学府避难场所"],
        "XFBN": ["学府避难场所"],
        "ｘｆｌ": ["学府路小学"],
        "dukou": ["渡口队"],
        "渡口 队": ["渡口队"],
        "zzz": [],
        "113.1,23.1": ["113.1, 23.1"],
    }


def test_a_ring_whose_sides_cross_is_known() -> None:
    rings = [[[0, 0], [2, 0], [2, 2], [0, 2]], [[0, 0], [2, 2], [2, 0], [0, 2]]]
    assert run(f"show({json.dumps(rings)}.map(selfCrossing));") == [False, True]


def test_distances_carry_their_unit() -> None:
    assert run("show([0.4, 999, 1000, 9990, 12345].map(distance));") == [
        "0 m", "999 m", "1.00 km", "9.99 km", "12.3 km",
    ]  # fmt: skip
