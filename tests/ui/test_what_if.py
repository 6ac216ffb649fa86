"""The what-if panel: what a hand turned, live or not, what is hostile, what the browser says."""

import json
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st
from hypothesis import given, settings, strategies

from desks.command.situation import Incident
from language import Catalogue
from tests.ui import fakes
from tests.ui.script import run
from ui import session
from ui.map import MapState, StandOffMark, Turned, WhatIf, WindMark, ZoneArea
from ui.map.state import Click, Events, read_events
from ui.pages.command_map import differences, what_if, wind_mark
from ui.panels.compass import compass, opposite
from ui.panels.markup import View

ENGLISH = View(Catalogue.load("en"))
RING = ((113.0, 23.0), (113.1, 23.0), (113.1, 23.1))
LIVE = session.Knobs(kind="hazmat_leak", wind_from_deg=70.0, wind_ms=2.1, quantity_t=1.0)


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Return a plain dictionary in the place of Streamlit's session."""
    kept: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


def reported() -> session.Scene:
    """Set an incident of which wind and quantity were reported."""
    session.set_incident((113.0, 23.0), seq=1)
    return session.report(
        kind="hazmat_leak", wind_from_deg=70.0, wind_ms=2.1, quantity_t=1.0, substance="chlorine"
    )


def turned(**changed: Any) -> Turned:  # noqa: ANN401 - any field
    return Turned(**({"wind_from_deg": 70.0, "wind_ms": 2.1, "quantity_t": 1.0} | changed))


def metres(lon_deg: float, lat_deg: float) -> tuple[float, float]:
    return lon_deg * 100_000, lat_deg * 100_000


# ---- live or not ----------------------------------------------------------------------------


def test_what_is_reported_is_live_and_what_is_turned_is_not() -> None:
    scene = reported()
    assert session.is_live(scene)
    scene = session.turn(turned(wind_from_deg=105.0))
    assert not session.is_live(scene)
    assert scene.wind_from_deg == 105.0
    assert session.live_scene(scene).wind_from_deg == 70.0


def test_the_first_reading_of_the_unknown_is_a_report() -> None:
    """Nobody asks "what if" of a wind that nobody knows: the first word on it is the live one."""
    session.set_incident((113.0, 23.0), seq=1)
    scene = session.turn(Turned(wind_from_deg=70.0))
    assert session.is_live(scene)
    assert scene.wind_said is not None
    scene = session.turn(Turned(wind_from_deg=70.0, wind_ms=3.0))
    assert session.is_live(scene)
    assert not session.is_live(session.turn(Turned(wind_from_deg=90.0, wind_ms=3.0)))


def test_restore_brings_every_live_value_back() -> None:
    before = reported()
    session.change(closed=(RING,))
    session.turn(turned(quantity_t=4.0, hour=3, withdrawn=(("team", "T1"),), flooded=(RING,)))
    after = session.turn(Turned(act="restore"))
    assert session.knobs_of(after) == session.knobs_of(before)
    assert session.is_live(after)


def test_taken_as_live_it_is_no_what_if_any_more() -> None:
    reported()
    session.turn(turned(wind_from_deg=105.0, withdrawn=(("team", "T1"),)))
    scene = session.turn(turned(wind_from_deg=105.0, withdrawn=(("team", "T1"),), act="take"))
    assert session.is_live(scene)
    assert scene.live.wind_from_deg == 105.0
    assert scene.live.withdrawn == (("team", "T1"),)


def test_taking_other_values_does_not_make_the_wind_fresh() -> None:
    scene = reported()
    session.change(wind_said=fakes.TIME)
    scene = session.turn(turned(quantity_t=3.0, act="take"))
    assert scene.wind_said == fakes.TIME
    scene = session.turn(turned(quantity_t=3.0, wind_from_deg=10.0, act="take"))
    assert scene.wind_said != fakes.TIME


def test_a_second_click_corrects_the_place_and_keeps_what_was_said() -> None:
    reported()
    scene = session.take_events(Events(click=Click(113.05, 23.05, 9)))
    assert (scene.substance, scene.quantity_t, scene.wind_from_deg) == ("chlorine", 1.0, 70.0)
    assert session.is_live(scene)


def test_closing_the_incident_leaves_nothing_of_it() -> None:
    reported()
    session.turn(turned(withdrawn=(("team", "T1"),), flooded=(RING,)))
    scene = session.close_incident()
    assert session.knobs_of(scene) == session.Knobs() == scene.live
    assert scene.wind_said is None


def test_every_knob_reaches_the_desk() -> None:
    reported()
    session.turn(turned(wind_from_deg=105.0, withdrawn=(("team", "T1"),), flooded=(RING,)))
    asked = session.incident(session.scene(), metres)
    assert isinstance(asked, Incident)
    assert (asked.substance, asked.quantity_t, asked.wind_from_deg, asked.wind_ms) == (
        "chlorine", 1.0, 105.0, 2.1,
    )  # fmt: skip
    assert asked.withdrawn == (("team", "T1"),)
    assert [round(area.area / 1e6) for area in asked.flooded] == [50]


# ---- in words -------------------------------------------------------------------------------


def test_differences_say_from_what_to_what() -> None:
    scene = replace(
        session.Scene(live=LIVE), **vars(LIVE) | {"wind_from_deg": 105.0, "quantity_t": 2.0,
        "withdrawn": (("team", "T1"),), "flooded": (RING,), "closed": (RING, RING), "hour": 3},
    )  # fmt: skip
    assert differences(scene, ENGLISH) == (
        "070° → 105°", "1 t → 2 t", "Its own hour → 03:00", "closures +2", "flooded areas +1",
        "teams withdrawn +1",
    )  # fmt: skip
    assert differences(replace(session.Scene(live=LIVE), **vars(LIVE)), ENGLISH) == ()


def test_unknown_wind_asks_for_it_only_where_it_matters() -> None:
    brief = fakes.brief()
    asking = wind_mark(session.Scene(kind="hazmat_leak"), brief, ENGLISH)
    assert asking is not None
    assert asking.from_deg is None
    assert "turn the dial" in asking.basis
    assert wind_mark(session.Scene(kind="traffic"), brief, ENGLISH) is None
    assert not what_if(session.Scene(kind="traffic"), brief, ENGLISH).asks_wind
    assert what_if(session.Scene(kind="hazmat_leak"), brief, ENGLISH).asks_wind


def test_a_wind_older_than_half_an_hour_is_marked() -> None:
    brief = fakes.brief()
    brief = replace(brief, incident=replace(brief.incident, wind_from_deg=70.0, wind_ms=2.1))
    scene = session.Scene(kind="hazmat_leak", wind_ms=2.1, wind_said=fakes.TIME)
    old = wind_mark(scene, brief, ENGLISH)
    fresh = wind_mark(replace(scene, wind_said=session.now()), brief, ENGLISH)
    assert old is not None
    assert fresh is not None
    assert (old.stale, fresh.stale) == (True, False)
    assert old.title == "Wind ENE"
    assert old.basis.startswith("▲ 2.1 m/s · ")


def test_a_withdrawn_team_is_named() -> None:
    scene = session.Scene(kind="fire", withdrawn=(("team", "T1"), ("team", "gone")))
    assert what_if(scene, fakes.brief(), ENGLISH).withdrawn == (
        ("team", "T1", "救援1队"), ("team", "gone", "gone"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("bearing", "said"),
    [(0, "N"), (11.2, "N"), (11.3, "NNE"), (70, "ENE"), (348.7, "NNW"), (348.8, "N"), (359.9, "N")],
)
def test_bearings_have_one_of_sixteen_names(bearing: float, said: str) -> None:
    assert compass(bearing, ENGLISH) == said
    names = '["N","NNE","NE","ENE","E","ESE","SE","SSE","S","SSW","SW","WSW","W","WNW","NW","NNW"]'
    assert run(f"show(pointOf({names}, {bearing}))") == said


def test_chinese_winds_are_said_as_on_the_radio() -> None:
    chinese = View(Catalogue.load("zh"))
    assert compass(70, chinese) == "东北偏东"
    assert compass(opposite(70), chinese) == "西南偏西"


# ---- what comes from the browser is hostile -------------------------------------------------


def test_turned_knobs_are_read() -> None:
    raw = {
        "wind_from_deg": 360, "wind_ms": 2.1, "quantity_t": 0, "hour": 3,
        "withdrawn": [["team", "T1"]], "flooded": [[list(point) for point in RING]], "act": "take",
    }  # fmt: skip
    events = read_events({"turned": raw})
    assert events.refused == ()
    assert events.turned == Turned(
        wind_from_deg=0.0, wind_ms=2.1, quantity_t=None, hour=3,
        withdrawn=(("team", "T1"),), flooded=(RING,), act="take",
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"wind_from_deg": -1}, {"wind_from_deg": float("nan")}, {"wind_from_deg": "70"},
        {"wind_ms": 61}, {"wind_ms": True}, {"quantity_t": -1}, {"quantity_t": 1e7},
        {"hour": 24}, {"hour": 3.5}, {"hour": True}, {"withdrawn": "team"},
        {"withdrawn": [["team"]]}, {"withdrawn": [["a", "b"]] * 501}, {"act": "erase"},
        {"flooded": [[[0, 0], [1, 1]]]}, {"flooded": [[[200, 0], [1, 1], [0, 1]]]},
    ],
)  # fmt: skip
def test_what_no_dial_can_say_is_refused(wrong: dict[str, object]) -> None:
    events = read_events({"turned": wrong})
    assert events.refused == ("turned",)
    assert events.turned is None


JSON = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.floats() | strategies.text(max_size=8),
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(strategies.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = strategies.sampled_from(
    ["wind_from_deg", "wind_ms", "quantity_t", "hour", "withdrawn", "flooded", "act"]
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(strategies.dictionaries(NAMES, JSON))
def test_no_knob_breaks_the_page(raw: dict[str, object]) -> None:
    found = read_events({"turned": raw}).turned
    if found is not None:
        values = [found.wind_from_deg, found.wind_ms, found.quantity_t, found.hour]
        assert all(value is None or 0 <= value <= 1e6 for value in values)


# ---- what goes to the browser ---------------------------------------------------------------


def test_zones_go_as_lat_lon_and_names_as_text() -> None:
    state = MapState(
        zones=[ZoneArea("protective", "<b>AEGL-2", "≥2 ppm", (RING,), turns=True)],
        stand_off=StandOffMark(113.0, 23.0, "集结点"),
        wind=WindMark(70.0, "风 东北偏东", "2.1 m/s"),
        what_if=WhatIf(wind_from_deg=70.0, withdrawn=(("team", "T1", "<i>"),), flooded=(RING,)),
    )
    payload = json.loads(json.dumps(state.payload(), allow_nan=False))
    (zone,) = payload["zones"]
    assert zone["rings"] == [[[23.0, 113.0], [23.0, 113.1], [23.1, 113.1]]]
    assert zone["tag"] == "<b>AEGL-2"
    assert payload["stand_off"] == {"lon": 113.0, "lat": 23.0, "label": "集结点"}
    assert payload["what_if"]["withdrawn"] == [["team", "T1", "<i>"]]
    assert payload["what_if"]["flooded"] == [[[113.0, 23.0], [113.1, 23.0], [113.1, 23.1]]]


def test_a_zone_without_a_place_never_leaves() -> None:
    broken = ZoneArea("worst", "", "", (((float("nan"), 23.0), *RING),))
    with pytest.raises(ValueError, match="no longitude and latitude"):
        MapState(zones=[broken]).payload()


# ---- what the browser answers while a hand turns ---------------------------------------------


def test_a_turned_zone_keeps_its_lengths() -> None:
    """A quarter turn clockwise brings north to east, by the same metres on the ground."""
    found = run("show(turnedRing([[23.01, 113.0]], {lon: 113.0, lat: 23.0}, 90))")
    ((lat, lon),) = found
    assert lat == pytest.approx(23.0, abs=1e-9)
    # 0.01° of latitude is 0.01° / cos 23° of longitude.
    assert lon == pytest.approx(113.0 + 0.01 / 0.92050485, abs=1e-8)
    there_and_back = run(
        "show(turnedRing(turnedRing([[23.01, 113.02]], {lon: 113, lat: 23}, 77), "
        "{lon: 113, lat: 23}, -77))"
    )
    assert there_and_back[0] == pytest.approx([23.01, 113.02], abs=1e-9)


def test_receptors_inside_are_counted_in_the_browser() -> None:
    feed = {
        "layers": [
            {"purpose": "receptor", "geometry": "point", "title": "学校",
             "lat": [0.5, 5.0, 0.1], "lon": [0.5, 5.0, 0.9]},
            {"purpose": "receptor", "geometry": "point", "title": "医院", "lat": [9], "lon": [9]},
            {"purpose": "hazard", "geometry": "point", "title": "风险源",
             "lat": [0.5], "lon": [0.5]},
        ]
    }  # fmt: skip
    rings = "[[[0, 0], [0, 1], [1, 1], [1, 0]]]"
    assert run(f"show(receptorsInside({json.dumps(feed)}, {rings}))") == [["学校", 2]]
    hole = "[[[0, 0], [0, 1], [1, 1], [1, 0]], [[0.4, 0.4], [0.4, 0.6], [0.6, 0.6], [0.6, 0.4]]]"
    assert run(f"show([insideRings({hole}, 0.5, 0.5), insideRings({hole}, 0.1, 0.9)])") == [
        False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("right", "down", "bearing"),
    [(0, -10, 0), (10, 0, 90), (0, 10, 180), (-10, 0, 270), (10, -10, 45), (-0.1, -10, 0)],
)
def test_the_hand_on_the_dial_reads_as_a_bearing(right: float, down: float, bearing: int) -> None:
    assert run(f"show(bearingOf({right}, {down}))") == bearing


ASKING = """
const asked = [];
const asker = bearingAsker((bearing) => asked.push(bearing));
"""


def test_a_single_key_on_the_dial_asks_at_once_and_a_held_one_asks_as_answers_come() -> None:
    """The first bearing goes without a wait; of those turned meanwhile only the last one goes."""
    steps = "[5, 10, 15].forEach(asker.turned); const waits = asker.drawn(5);"
    assert run(f"{ASKING}{steps} show([asked, waits])") == [[5, 15], 15]


def test_an_answer_to_something_else_does_not_end_the_wait_for_the_bearing() -> None:
    steps = "asker.turned(5); asker.turned(10); asker.drawn(0); const early = [...asked];"
    assert run(f"{ASKING}{steps} asker.drawn(5); asker.drawn(10); show([early, asked])") == [
        [5],
        [5, 10],
    ]


def test_a_bearing_whose_answer_never_comes_holds_up_the_next_one_for_seconds_only() -> None:
    ticks = "globalThis.setTimeout = (act) => { globalThis.late = act; return 1; };"
    steps = "asker.turned(5); asker.turned(20); globalThis.late(); show(asked);"
    assert run(f"{ticks}{ASKING}{steps}") == [5, 20]
