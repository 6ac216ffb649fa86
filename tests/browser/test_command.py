"""Page 指挥 in a real browser: click, search, close, switch, by mouse, key and thumb."""

import re

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.live import Server

from .acts import (
    OLD_TOWN,
    PATIENCE_MS,
    answered,
    click_at,
    close_across,
    look_at,
    named,
    ready,
    settled,
    shown,
    shown_incident,
    team_rows,
)
from .conftest import Visit


@pytest.fixture
def page(visit: Visit) -> Page:
    """Return the calm command page, painted; asserts at the end of use are the tests' own."""
    ready(visit.page)
    return visit.page


def test_a_click_answers_who_comes_when_and_by_which_way(page: Page) -> None:
    """Rows S4-1 and S2-4: one click on the one map, and the whole brief stands on the screen."""
    click_at(page, *OLD_TOWN)
    data = shown(page)
    assert data["incident"]["lon"] == pytest.approx(OLD_TOWN[0], abs=0.01)
    rows = team_rows(page)
    assert len(rows) == len(data["routes"]) == 21
    first = page.locator(".rail article").first
    expect(first).to_contain_text("接警")
    expect(first).to_contain_text("出动")
    expect(first).to_contain_text("行驶")
    expect(first).to_contain_text("P90")
    expect(page.locator(".band .cell")).to_have_count(6)
    expect(page.locator(".caut summary")).to_contain_text("▲")
    expect(page.locator(".tiles .tile")).to_have_count(6)
    assert page.locator(".leaflet-overlay-pane path").count() >= 3


def test_nothing_leaves_this_host_and_nothing_complains(visit: Visit, page: Page) -> None:
    """Calm page, click, search, register page and English: every request stays on this host."""
    click_at(page, *OLD_TOWN)
    page.keyboard.press("/")
    page.keyboard.type("113.01,23.01")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="一览").click()
    expect(page.locator(".counts")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_text("EN", exact=True).click()
    expect(page.locator(".counts")).to_contain_text("Per subdistrict", timeout=PATIENCE_MS)
    assert len(visit.requests) > 20
    assert visit.outside == []
    assert visit.complaints == []


def test_a_map_that_leaves_while_it_waits_for_an_answer_leaves_in_peace(
    visit: Visit, page: Page
) -> None:
    """A search whose page is left before its answer came: nothing asks the old map for its view."""
    page.evaluate(
        """async () => {
          const { shouwang } = document.querySelector(".sw-map-host");
          shouwang.drawn.setIncident({ lon: 113.2, lat: 23.2, label: "", way: "search" });
          shouwang.drawn.renew();
          await new Promise((done) => setTimeout(done, 400));
        }"""
    )
    ready(page)
    assert visit.complaints == []


def test_the_picture_of_the_map_is_a_file_with_the_answer_in_it(page: Page) -> None:
    """存图: a PNG larger than the map on the screen, of many colours, named by its time."""
    click_at(page, *OLD_TOWN)
    with page.expect_download(timeout=PATIENCE_MS) as saving:
        page.get_by_text("存图", exact=True).click()
    assert re.fullmatch(r"map-\d{4}-\d\d-\d\d-\d{4}\.png", saving.value.suggested_filename)
    with Image.open(saving.value.path()) as picture:
        canvas = page.locator(".sw-canvas").bounding_box()
        assert canvas is not None
        assert picture.width >= canvas["width"]
        assert picture.height > canvas["height"]
        small = picture.convert("RGB").resize((200, 100))
        assert len(small.getcolors(maxcolors=20_000) or ()) > 500


def test_a_closure_ranks_anew_and_says_what_changed(page: Page) -> None:
    click_at(page, *OLD_TOWN)
    before = team_rows(page)
    close_across(page, 1)
    assert len(shown(page)["polygons"]) == 1
    assert team_rows(page) != before
    expect(page.locator(".changed")).to_contain_text("Δ")
    page.get_by_role("button", name="✕ 封路").first.click()
    page.wait_for_function("bench.closed() === 0", timeout=PATIENCE_MS)
    expect(page.locator(".changed")).to_have_count(0)
    assert team_rows(page) == before


@pytest.mark.parametrize("way", ["name", "pinyin", "initials"])
def test_the_search_finds_by_name_pinyin_and_initials(page: Page, way: str) -> None:
    record = named(page, "hospital")
    page.keyboard.press("/")
    page.keyboard.type(record[way])
    expect(page.locator(".sw-hits [role=option]").first).to_contain_text(record["name"])
    page.keyboard.press("Enter")
    expect(page.locator(".rail article").first).to_be_visible(timeout=PATIENCE_MS)
    incident = shown_incident(page)
    assert (incident["lon"], incident["lat"]) == pytest.approx(
        (record["lon"], record["lat"]), abs=1e-5
    )
    expect(page.locator(".band")).to_contain_text(record["name"])


def test_coordinates_are_a_place_and_nonsense_is_said(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("没有这个地方 zzz")
    expect(page.locator(".sw-none")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("113.02, 23.02")
    page.keyboard.press("Enter")
    expect(page.locator(".rail article").first).to_be_visible(timeout=PATIENCE_MS)
    incident = shown_incident(page)
    assert (incident["lon"], incident["lat"]) == (113.02, 23.02)


def test_an_address_with_a_place_opens_on_its_brief(
    context: BrowserContext, server: Server
) -> None:
    page = context.new_page()
    page.goto(f"{server.address}/?at=113.01,23.01")
    expect(page.locator(".rail article").first).to_be_visible(timeout=2 * PATIENCE_MS)
    ready(page)
    incident = shown(page)["incident"]
    assert (incident["lon"], incident["lat"]) == (113.01, 23.01)


def test_a_layer_switch_shows_and_hides_its_marks(page: Page) -> None:
    toggle = page.locator(".sw-layer", has_text="养老院")
    marks = page.locator(".leaflet-marker-pane > *")
    hidden = marks.count()
    assert toggle.get_attribute("aria-checked") == "false"
    toggle.click()
    expect(toggle).to_have_attribute("aria-checked", "true")
    page.wait_for_function(
        "before => document.querySelectorAll('.leaflet-marker-pane > *').length > before",
        arg=hidden,
    )
    toggle.click()
    expect(toggle).to_have_attribute("aria-checked", "false")
    expect(marks).to_have_count(hidden)


def test_the_language_switch_turns_the_whole_page(page: Page) -> None:
    click_at(page, *OLD_TOWN)
    expect(page.locator(".rail")).to_contain_text("接警")
    page.get_by_text("EN", exact=True).click()
    expect(page.locator(".rail")).to_contain_text("turnout", timeout=PATIENCE_MS, ignore_case=True)
    expect(page.locator(".rail")).not_to_contain_text("接警")
    expect(page.locator(".sw-panel")).to_contain_text("Layers")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_text("中", exact=True).click()
    expect(page.locator(".rail")).to_contain_text("接警", timeout=PATIENCE_MS)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_no_english_is_left_on_the_chinese_page(page: Page) -> None:
    """Map tools, search, legend and panel speak Chinese; units such as km are no words."""
    click_at(page, *OLD_TOWN)
    texts = [
        *page.locator(".sw-map button, .sw-map h3, .sw-legend").all_inner_texts(),
        *page.locator(".rail h2, .band .k, .tiles h3, .caut").all_inner_texts(),
        page.locator(".sw-search input").get_attribute("placeholder") or "English: none",
    ]
    assert [text for text in texts if re.search("[A-Za-z]{4,}", text)] == []


def test_an_incident_is_set_by_keyboard_alone(page: Page) -> None:
    """Tab to the map, move it by arrows, Enter sets the incident at its cross."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.sw-canvas')"):
            break
    else:
        pytest.fail("the map cannot be reached by the Tab key")
    page.keyboard.press("ArrowRight")
    settled(page)
    page.keyboard.press("Enter")
    expect(page.locator(".rail article").first).to_be_visible(timeout=PATIENCE_MS)
    at = shown_incident(page)
    centre = page.evaluate(
        "(() => { const c = document.querySelector('.sw-map-host').shouwang.drawn.map.getCenter();"
        " return [c.lng, c.lat]; })()"
    )
    assert (at["lon"], at["lat"]) == pytest.approx(tuple(centre), abs=0.02)


def test_a_mark_opens_its_record_and_can_become_the_incident(page: Page) -> None:
    record = named(page, "hospital")
    page.locator(".sw-layer", has_text="医院").click()
    look_at(page, record["lon"], record["lat"], 17)
    page.locator(f'.leaflet-marker-pane [title="{record["name"]}"]').click()
    popup = page.locator(".sw-popup")
    expect(popup).to_contain_text(record["name"])
    expect(popup).to_contain_text("555-", timeout=PATIENCE_MS)
    popup.locator("button.sw-primary").click()
    expect(page.locator(".band")).to_contain_text(record["name"], timeout=PATIENCE_MS)


def test_a_click_outside_is_answered_in_words(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("113.5,23.5")
    page.keyboard.press("Enter")
    expect(page.locator(".caut")).to_be_visible(timeout=PATIENCE_MS)
    text = page.locator("body").inner_text()
    assert "到不了" in text
    assert "NaN" not in text
    assert "None" not in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_answer_of_the_band_is_cut(
    context: BrowserContext, server: Server, language: str
) -> None:
    page = context.new_page()
    page.goto(f"{server.address}/?lang={language}")
    ready(page)
    click_at(page, *OLD_TOWN)
    cut = page.locator(".band .cell > .v").evaluate_all(
        "cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth + 1)"
        ".map(cell => cell.textContent)"
    )
    assert cut == []
    low = page.locator(".band .cell").evaluate_all(
        "cells => cells.filter(cell => [...cell.children].some(child =>"
        " child.getBoundingClientRect().bottom > cell.getBoundingClientRect().bottom + 1))"
        ".map(cell => cell.textContent)"
    )
    assert low == []


def _widest(page: Page) -> int:
    return int(page.evaluate("document.scrollingElement.scrollWidth"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_in_one_hand(browser: Browser, server: Server, language: str) -> None:
    """390 px wide: nothing is wider than the screen, and what the thumb presses is 50 px high."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{server.address}/?lang={language}")
    ready(page)
    assert _widest(page) <= 390
    page.goto(f"{server.address}/?lang={language}&at=113.0,23.0")
    expect(page.locator(".rail article").first).to_be_visible(timeout=PATIENCE_MS)
    assert _widest(page) <= 390
    calls = page.locator(".rail article .tel").evaluate_all(
        "links => links.map(link => link.getBoundingClientRect().height)"
    )
    assert calls
    assert min(calls) >= 50
    context.close()


def test_a_viewer_sees_their_own_incident_only(
    visit: Visit, browser: Browser, server: Server
) -> None:
    """Two viewers of one server: the incident of one is never the other's."""
    ready(visit.page)
    click_at(visit.page, *OLD_TOWN)
    other = browser.new_context(viewport={"width": 1280, "height": 800})
    page = other.new_page()
    page.goto(server.address)
    ready(page)
    assert shown(page)["incident"] is None
    expect(page.locator(".rail")).to_have_count(0)
    other.close()


def test_a_second_click_replaces_the_first(page: Page) -> None:
    click_at(page, *OLD_TOWN)
    first = shown_incident(page)
    click_at(page, OLD_TOWN[0] + 0.02, OLD_TOWN[1] + 0.01)
    answered(page)
    second = shown(page)["incident"]
    assert (first["lon"], first["lat"]) != (second["lon"], second["lat"])
    assert len(team_rows(page)) == 21
