"""What a commander under stress must not miss: whole lines, nothing cut, the way back, F5."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.live import Server

from .acts import OLD_TOWN, PATIENCE_MS, click_at, ready, settled, shown

SIZES = {"wall": (1920, 1080), "desk": (1366, 768), "phone": (390, 844)}
AT = "at=113.0,23.0"

Open = Callable[..., Page]


@pytest.fixture
def open_at(browser: Browser, server: Server) -> Iterator[Open]:
    """Return a way to open the page at a size, in a language and a shade."""
    contexts = []

    def opened(size: str, address: str = "", shade: str = "light") -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=shade,  # type: ignore[arg-type]  # light or dark
            has_touch=size == "phone",
            is_mobile=size == "phone",
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{server.address}/{address}")
        ready(page)
        settled(page)
        return page

    yield opened
    for context in contexts:
        context.close()


def boxes(page: Page, selector: str) -> list[dict[str, Any]]:
    """Return the rectangles of all that the selector finds and the eye can see."""
    found: list[dict[str, Any]] = page.locator(selector).evaluate_all(
        """all => all.filter(e => e.checkVisibility({ visibilityProperty: true })).map(e => {
          const { left, right, top, bottom } = e.getBoundingClientRect();
          return { left, right, top, bottom, text: e.textContent };
        })"""
    )
    return found


def inside(part: dict[str, Any], whole: dict[str, Any]) -> bool:
    return bool(
        part["left"] >= whole["left"] - 1
        and part["right"] <= whole["right"] + 1
        and part["top"] >= whole["top"] - 1
        and part["bottom"] <= whole["bottom"] + 1
    )


def meet(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(
        one["left"] < other["right"] - 1
        and one["right"] > other["left"] + 1
        and one["top"] < other["bottom"] - 1
        and one["bottom"] > other["top"] + 1
    )


WHOLE = """() => {
  const { map } = document.querySelector('.sw-map-host').shouwang.drawn;
  const [west, south, east, north] = window.shouwang.feed.bounds;
  const low = map.latLngToContainerPoint([south, west]);
  const high = map.latLngToContainerPoint([north, east]);
  const { x, y } = map.getSize();
  const panel = document.querySelector('.sw-panel').getBoundingClientRect().width;
  const free = x - panel;
  return { left: low.x, right: high.x, top: high.y, bottom: low.y, width: x, height: y, free };
}"""


def _fills(page: Page) -> None:
    """Hold the district against the map: all of it is inside, and it takes most of the room."""
    drawn = page.evaluate(WHOLE)
    assert drawn["left"] >= 0
    assert drawn["top"] >= 0
    assert drawn["right"] <= drawn["width"]
    assert drawn["bottom"] <= drawn["height"]
    wide = (drawn["right"] - drawn["left"]) / drawn["free"]
    high = (drawn["bottom"] - drawn["top"]) / drawn["height"]
    assert max(wide, high) > 0.7


@pytest.mark.parametrize("size", SIZES)
def test_the_whole_district_fills_its_map_beside_a_list_whose_words_do_not_touch(
    open_at: Open, size: str
) -> None:
    page = open_at(size, "lists?lang=en" if size == "desk" else "lists")
    _fills(page)
    if size == "desk":
        _names_and_counts_of_the_picker_do_not_touch(page)


def _names_and_counts_of_the_picker_do_not_touch(page: Page) -> None:
    glued = page.locator(".st-key-sw_picker button p").evaluate_all(
        """all => all.filter((p) => {
          const range = document.createRange();
          range.selectNodeContents(p.firstChild);
          const count = p.lastElementChild.getBoundingClientRect();
          return range.getBoundingClientRect().right + 4 > count.left;
        }).map((p) => p.textContent)"""
    )
    assert glued == []


@pytest.mark.parametrize("size", SIZES)
def test_the_district_fills_its_map_and_its_names_meet_neither_each_other_nor_the_edge(
    open_at: Open, size: str
) -> None:
    page = open_at(size)
    _fills(page)
    names = boxes(page, ".sw-name")
    assert 8 <= len(names) <= 25
    assert not [
        (a["text"], b["text"]) for i, a in enumerate(names) for b in names[:i] if meet(a, b)
    ]
    (edge,) = boxes(page, ".sw-canvas")
    assert all(edge["left"] <= name["left"] and name["right"] <= edge["right"] for name in names)
    if size == "phone":
        _begins_with_search_and_map(page)


def _begins_with_search_and_map(page: Page) -> None:
    (search,) = boxes(page, ".sw-search-line")
    (map_,) = boxes(page, ".sw-map")
    assert search["top"] < 80
    assert map_["bottom"] - map_["top"] > 844 * 0.6
    # A hand's width shows who comes and where to go; no hazard, no depot.
    marks = page.locator(
        ".leaflet-marker-pane .sw-icon-declared_risk, .leaflet-marker-pane .sw-icon-depot"
    )
    assert marks.count() == 0


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["wall", "desk"])
def test_tools_stand_inside_the_map_and_nothing_of_band_and_tiles_is_cut(
    open_at: Open, size: str, language: str
) -> None:
    page = open_at(size, f"?lang={language}&{AT}")
    (edge,) = boxes(page, ".sw-canvas")
    tools = boxes(page, ".sw-tools .sw-button")
    assert len(tools) == 11
    assert [tool["text"] for tool in tools if not inside(tool, edge)] == []
    cut = page.locator(".band .cell > .k, .band .cell > .v, .band .cell > .d").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"
    )
    assert cut == []
    if size == "wall":
        _no_line_of_a_tile_is_cut(page)
    else:
        (close,) = boxes(page, ".st-key-close_incident button")
        assert 0 <= close["left"] < close["right"] <= 1366, "the end is always in reach"


def _no_line_of_a_tile_is_cut(page: Page) -> None:
    expect(page.locator(".tiles .tile")).to_have_count(6)
    for group, count in ((".tiles:not(.beside)", 4), (".tiles.beside", 2)):
        for number in range(1, count + 1):
            (frame,) = boxes(page, f"{group} .tile:nth-child({number}) .rows")
            lines = boxes(page, f"{group} .tile:nth-child({number}) .rows > *")
            assert 1 <= len(lines) <= 7
            assert [line["text"] for line in lines if line["bottom"] > frame["bottom"] + 1] == []
        (last,) = boxes(page, group)
        assert last["bottom"] <= 1081


def test_the_whole_list_opens_above_its_tile(open_at: Open) -> None:
    page = open_at("wall", f"?{AT}")
    opener = page.locator(".tiles .all summary").first
    opener.click()
    (opened,) = boxes(page, ".tiles .all[open] .list")
    assert 48 <= opened["top"] < opened["bottom"] <= 1080
    rows = page.locator(".tiles .all[open] .list .li").count()
    assert rows > 6
    assert str(rows) in opener.inner_text()


def test_everything_fits_the_wall_with_a_closure_too(open_at: Open) -> None:
    page = open_at("wall", f"?{AT}")
    high = "document.scrollingElement.scrollHeight"
    assert page.evaluate(high) <= 1080
    page.evaluate(
        "document.querySelector('.sw-map-host').shouwang.emit('closure',"
        " { polygons: [[[112.995, 22.995], [113.005, 22.995], [113.0, 23.005]]], roads: [] })"
    )
    expect(page.locator(".changed")).to_be_visible(timeout=PATIENCE_MS)
    assert all(tiles["bottom"] <= 1081 for tiles in boxes(page, ".tiles"))


def test_a_reload_keeps_the_incident_and_its_end_forgets_it(open_at: Open) -> None:
    page = open_at("wall")
    click_at(page, *OLD_TOWN)
    page.wait_for_function("location.search.includes('at=')", timeout=PATIENCE_MS)
    asked = shown(page)["incident"]
    page.reload()
    expect(page.locator(".rail article").first).to_be_visible(timeout=PATIENCE_MS)
    ready(page)
    kept = shown(page)["incident"]
    assert (kept["lon"], kept["lat"]) == (asked["lon"], asked["lat"])
    page.locator(".st-key-close_incident button").click()
    page.wait_for_function("!location.search.includes('at=')", timeout=PATIENCE_MS)


def test_the_way_back_shows_the_whole_district_again(open_at: Open) -> None:
    page = open_at("wall", f"?{AT}")
    before = page.evaluate(WHOLE)
    assert before["left"] < 0
    page.get_by_role("button", name="显示全区").click()
    after = page.evaluate(WHOLE)
    assert after["left"] >= 0
    assert after["right"] <= after["width"]


def test_a_click_keeps_the_incident_and_the_first_way_in_view(open_at: Open) -> None:
    page = open_at("wall")
    click_at(page, *OLD_TOWN)
    settled(page)
    seen = page.evaluate(
        """() => {
          const { drawn, data } = document.querySelector('.sw-map-host').shouwang;
          const bounds = drawn.map.getBounds();
          const first = data.routes.find((route) => route.rank === 1);
          return [[data.incident.lat, data.incident.lon], ...first.points]
            .every((point) => bounds.contains(point));
        }"""
    )
    assert seen is True


def test_a_second_click_close_by_does_not_move_the_map(open_at: Open) -> None:
    page = open_at("wall")
    click_at(page, *OLD_TOWN)
    settled(page)
    centre = "Object.values(document.querySelector('.sw-map-host').shouwang.drawn.map.getCenter())"
    before = page.evaluate(centre)
    click_at(page, OLD_TOWN[0] + 0.003, OLD_TOWN[1])
    settled(page)
    assert page.evaluate(centre) == pytest.approx(before, abs=1e-9)


def test_a_phone_reads_answer_cautions_map_teams_in_this_order(open_at: Open) -> None:
    page = open_at("phone", f"?{AT}")
    tops = [
        boxes(page, part)[0]["top"] for part in (".band", ".caut", ".sw-map", ".rail", ".tiles")
    ]
    assert tops == sorted(tops)
    # The map begins within the first screen.
    assert tops[2] < 844 * 0.6


def test_a_phone_keeps_legend_and_tools_behind_one_button(open_at: Open) -> None:
    page = open_at("phone", f"?{AT}")
    assert boxes(page, ".sw-legend") == []
    page.locator(".sw-phone-tools").click()
    assert len(boxes(page, ".sw-legend")) == 1
    for tool in boxes(page, ".sw-tools .sw-group:not(.sw-zoom) .sw-button"):
        assert tool["bottom"] - tool["top"] >= 44


@pytest.mark.parametrize("size", SIZES)
def test_dark_follows_the_system_and_nothing_stays_white(open_at: Open, size: str) -> None:
    page = open_at(size, f"?{AT}", "dark")
    light = page.evaluate(
        """() => {
          const bright = (colour) => {
            const [r, g, b, a = 1] = colour.match(/[\\d.]+/gu).map(Number);
            return a > 0.5 && r + g + b > 600;
          };
          const parts = document.querySelectorAll(
            '.stApp, .band, .cell, .caut, .rail, .team, .tile, .sw-panel, .sw-group,'
            + ' .sw-search-line, .sw-group button, header,'
            + ' .st-key-sw_controls, .st-key-sw_controls button');
          return [...parts].filter((e) => bright(getComputedStyle(e).backgroundColor))
            .map((e) => e.className);
        }"""
    )
    assert light == []


def test_progress_is_said_before_the_map_and_gone_with_it(browser: Browser, server: Server) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(server.address)
    page.wait_for_selector(".loading", state="attached", timeout=PATIENCE_MS)
    assert "正在读取" in (page.locator(".loading").text_content() or "")
    ready(page)
    expect(page.locator(".loading")).to_be_hidden()
    context.close()
