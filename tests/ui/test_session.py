"""What a viewer has before them: the map's events, closures, the hour, briefs kept per viewer."""

from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st

from desks.onemap import OneMap, load_onemap
from language import Catalogue
from layers import CATALOG
from tests.ui import fakes
from ui import district, feed, language, session
from ui.map.state import Click, Events
from ui.pages import command_matter, command_zones, controls, lists
from ui.panels.markup import View

RING = ((113.0, 23.0), (113.1, 23.0), (113.1, 23.1))
OTHER = ((113.2, 23.0), (113.3, 23.0), (113.3, 23.1))


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Return a plain dictionary in the place of Streamlit's session."""
    kept: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


@pytest.fixture(scope="module")
def onemap(town: Path) -> OneMap:
    return load_onemap(town)


def metres(lon_deg: float, lat_deg: float) -> tuple[float, float]:
    """Return degrees as if one were 100 km."""
    return lon_deg * 100_000, lat_deg * 100_000


def test_a_click_is_a_new_incident_that_keeps_kind_and_closures() -> None:
    session.change(kind="fire", closed=(RING,), picked=("team", "T1"))
    scene = session.take_events(Events(click=Click(113.05, 23.05, 7, label="水厂")))
    assert scene.at == (113.05, 23.05)
    assert (scene.seq, scene.label, scene.kind) == (7, "水厂", "fire")
    assert scene.closed == (RING,)
    assert scene.picked is None
    assert scene.clicked is not None
    assert scene.clicked.tzinfo is not None


def test_closures_count_when_the_map_says_new_ones() -> None:
    said = Events(polygons=(RING,), closed_roads=("滨江大道",))
    assert session.take_events(said).closures == 2
    session.reopen(0)
    assert session.take_events(said).closed == ()  # the map repeats itself: still lifted
    assert session.take_events(replace(said, polygons=(RING, OTHER))).closures == 3


@pytest.mark.parametrize(
    ("number", "closed", "roads"),
    [
        (0, (OTHER,), ("a", "b")),
        (2, (RING, OTHER), ("b",)),
        (9, (RING, OTHER), ("a", "b")),
        (None, (), ()),
    ],
)
def test_reopen_lifts_one_closure_or_all(
    number: int | None, closed: tuple[object, ...], roads: tuple[str, ...]
) -> None:
    session.change(closed=(RING, OTHER), closed_roads=("a", "b"))
    scene = session.reopen(number)
    assert scene.closed == closed
    assert scene.closed_roads == roads


def test_cleared_map_closes_the_incident() -> None:
    session.set_incident((113.0, 23.0), seq=4)
    scene = session.take_events(Events(cleared=True))
    assert scene.at is None
    assert scene.kind == "unspecified"


def test_switches_are_the_viewers_own_else_as_declared() -> None:
    assert session.switches() == {spec.key: spec.shown for spec in CATALOG}
    session.take_events(Events(switches={"team": False, "no such layer": True}))
    assert session.switches()["team"] is False
    assert "no such layer" not in session.switches()


def test_hour_replaces_the_clock_of_the_click() -> None:
    scene = session.Scene(at=(113.0, 23.0), clicked=fakes.TIME)
    assert scene.time() == fakes.TIME
    at_three = replace(scene, hour=3).time()
    assert (at_three.hour, at_three.minute, at_three.date()) == (3, 0, fakes.TIME.date())


def test_question_is_asked_in_metres_and_crossed_areas_become_parts() -> None:
    bow_tie = ((0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0))
    scene = session.Scene(at=(1.0, 2.0), clicked=fakes.TIME, closed=(bow_tie,))
    asked = session.incident(scene, metres)
    assert asked is not None
    assert asked.at == (100_000.0, 200_000.0)
    areas = asked.closures.polygons
    # Two triangles of 2 by 1 (in hundred kilometres) each.
    assert sorted(round(area.area / 1e10, 6) for area in areas) == [1.0, 1.0]
    assert session.incident(session.Scene(), metres) is None


def test_a_brief_is_made_once_and_only_the_last_few_are_kept() -> None:
    made: list[int] = []

    def make(number: int) -> object:
        made.append(number)
        return fakes.brief()

    for number in (1, 1, 2, 3, 4, 5, 1):
        session.brief((number,), lambda number=number: make(number))  # type: ignore[misc,return-value]
    assert made == [1, 2, 3, 4, 5, 1]
    kept = st.session_state[session.BRIEFS]
    assert len(kept) == session.BRIEFS_KEPT


def test_the_reported_brief_that_every_what_if_is_compared_with_is_made_once() -> None:
    made: list[object] = []

    def ask(key: object) -> None:
        session.brief((key,), lambda: (made.append(key), fakes.brief())[1])  # type: ignore[arg-type]

    for turned in range(20):
        ask(turned)
        ask("reported")
    assert made.count("reported") == 1


def test_a_label_the_browser_made_up_is_no_kind_and_no_substance(state: dict[str, object]) -> None:
    state[controls.KIND] = "<script>"
    state[command_matter.SUBSTANCE] = "<b>Cl2"
    state[command_matter.QUANTITY] = float("nan")
    controls._take_kind()
    command_matter._take_substance()
    command_matter._take_quantity()
    scene = session.scene()
    assert (scene.kind, scene.substance, scene.quantity_t) == ("unspecified", "", None)
    state[controls.KIND], state[command_matter.SUBSTANCE] = "hazmat_leak", "chlorine"
    state[command_matter.QUANTITY] = 1.5
    controls._take_kind()
    command_matter._take_substance()
    command_matter._take_quantity()
    scene = session.scene()
    assert (scene.kind, scene.substance, scene.quantity_t) == ("hazmat_leak", "chlorine", 1.5)
    assert session.is_live(scene)


def test_fields_called_changed_beside_the_press_that_ends_the_incident_say_nothing(
    state: dict[str, object],
) -> None:
    """Streamlit does so when the press comes before the page's first run has ended."""
    state[controls.KIND], state[command_matter.SUBSTANCE] = "hazmat_leak", "chlorine"
    controls._close()
    for changed in (
        controls._take_kind,
        command_matter._take_substance,
        command_matter._take_quantity,
        command_matter._take_container,
        command_matter._take_cloud,
    ):
        changed()
    assert session.scene().live == session.Knobs()


def test_a_field_called_changed_that_says_what_was_reported_turns_no_what_if_back(
    state: dict[str, object],
) -> None:
    session.report(kind="hazmat_leak", substance="chlorine", container="tonner", quantity_t=1.0)
    session.change(quantity_t=5.0)
    state[command_matter.SUBSTANCE], state[command_matter.QUANTITY] = "chlorine", 1.0
    command_matter._take_substance()
    command_matter._take_quantity()
    assert session.scene().quantity_t == 5.0
    assert session.scene().live.container == "tonner"


def test_button_labels_read_no_markdown() -> None:
    assert command_zones.plain("[x](y) :red[z]") == "\\[x\\]\\(y\\) \\:red\\[z\\]"


def test_edition_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    before = district.edition(tmp_path)
    assert district.edition(tmp_path) == before
    (tmp_path / "a").write_text("22")
    assert district.edition(tmp_path) != before


def test_base_map_is_published_whole_and_once(onemap: OneMap, tmp_path: Path) -> None:
    target = district.publish_basemap(onemap, tmp_path / "maps")
    assert target.read_bytes() == (onemap.folder / "basemap.pmtiles").read_bytes()
    stamped = target.stat().st_mtime_ns
    assert district.publish_basemap(onemap, tmp_path / "maps").stat().st_mtime_ns == stamped
    assert [path.name for path in target.parent.iterdir()] == [
        f"{onemap.ground.digest[:16]}.pmtiles"
    ]
    assert district.basemap_address(onemap).endswith(target.name)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_feed_holds_every_placed_row_and_counts_the_others(onemap: OneMap, lang: str) -> None:
    made = feed.made(onemap, "s", Catalogue.load(lang))
    for layer in made.layers:
        rows = onemap.records[layer.spec.key]
        assert len(layer.id) + layer.unplaced == len(rows.ids)
        assert layer.title == language.title(layer.spec, Catalogue.load(lang))
    payload = made.payload()
    west, south, east, north = payload["bounds"]
    assert west < east
    assert south < north
    purposes = {spec.purpose for spec in CATALOG}
    assert purposes == {purpose for purpose, _ in made.purposes}


def test_feed_shapes_carry_the_codes_the_choropleth_asks_for(onemap: OneMap) -> None:
    made = feed.made(onemap, "s", Catalogue.load("zh"))
    units = next(layer for layer in made.layers if layer.spec.key == lists.SUBDISTRICT)
    assert units.shapes is not None
    codes = {feature["properties"]["id"] for feature in units.shapes["features"]}
    shown = lists.opened(onemap, "team", "", Catalogue.load("zh"))
    assert codes == {code for code, _, _ in shown.counts.units}


def test_the_map_of_a_register_stays_whole_until_a_row_is_picked(
    onemap: OneMap, state: dict[str, object]
) -> None:
    shown = lists.opened(onemap, "team", "", Catalogue.load("zh"))
    view = View(Catalogue.load("zh"))
    assert lists._map_state(onemap, shown, view).view is None
    state[lists.PICKED] = ("team", onemap.records["team"].ids[0])
    looked = lists._map_state(onemap, shown, view).view
    assert looked is not None
    west, south, east, north = onemap.extent_m
    x, y = onemap.to_metres(looked.lon, looked.lat)
    assert west <= x <= east
    assert south <= y <= north


def test_english_headings_hold_no_measure_words() -> None:
    for spec in CATALOG:
        for column in spec.columns:
            heading = language.column_title(column, Catalogue.load("en"))
            assert not any(letter >= "\u4e00" for letter in heading), heading
