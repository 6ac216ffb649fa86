"""Page 规划 in a real browser: picks both ways, a marker dragged, the report as a file."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.live import Server
from tests.browser.conftest import Visit

from .acts import PATIENCE_MS, settled

BELOW = """e => e.getBoundingClientRect().bottom
  - e.closest('.st-key-pl_top').getBoundingClientRect().bottom"""
FIGURE = '.pl-card[data-value="circle"] .d'


def _open(page: Page, server: Server, lang: str = "zh") -> None:
    page.goto(f"{server.address}/planning?lang={lang}")
    expect(page.locator(".pl-host[data-drawn]")).to_be_visible(timeout=2 * PATIENCE_MS)
    expect(page.locator(".pl-mends")).to_be_visible(timeout=PATIENCE_MS)
    settled(page)


@pytest.fixture
def page(context: BrowserContext, server: Server) -> Page:
    page = context.new_page()
    _open(page, server)
    return page


def test_the_map_has_every_subdistrict_its_figure_a_legend_and_a_scale(page: Page) -> None:
    """S1-2, S1-4: four definitions above, the choropleth says its method and classes."""
    assert page.locator("path.pl-unit").count() == 22
    assert page.locator(".pl-card").count() == 4
    legend = page.locator(".pl-legend").inner_text()
    assert all(word in legend for word in ("未覆盖", "全覆盖", "避难场所", "选中", "500 m"))
    expect(page.locator(".leaflet-control-scale-line")).to_be_visible()
    assert page.locator("path.pl-dot").count() == 300, "too many for signs: a dot each"
    expect(page.locator(".pl-legend .pl-key-dot")).to_have_count(1)
    assert page.locator("path.pl-chosen").count() == 1


def test_one_click_from_district_to_subdistrict_to_community(page: Page) -> None:
    row = page.locator(".pl-units tbody tr").nth(3)
    name = row.locator("th").inner_text()
    row.click()
    expect(page.locator(".pl-why h2")).to_contain_text(name, timeout=PATIENCE_MS)
    expect(page.locator("path.pl-community").first).to_be_attached(timeout=PATIENCE_MS)
    page.locator(".pl-why tr[data-act]").first.click()
    expect(page.locator("path.pl-inner")).to_have_count(1, timeout=PATIENCE_MS)
    assert page.locator(".pl-why .tag").count() >= 1
    page.locator('.pl-why [data-act="unit"]').click()
    expect(page.locator("path.pl-subdistrict")).to_have_count(22, timeout=PATIENCE_MS)


def test_coming_from_another_page_the_whole_district_is_in_view(page: Page) -> None:
    """The map is then made before it has a size, and once stood at 30 m a bar on one roof."""
    page.locator('[data-testid="stTopNavLink"]').nth(0).click()
    expect(page.locator(".sw-map-host")).to_be_visible(timeout=PATIENCE_MS)
    page.locator('[data-testid="stTopNavLink"]').nth(2).click()
    expect(page.locator(".pl-host[data-drawn]")).to_be_visible(timeout=PATIENCE_MS)
    scale = page.locator(".pl-host .leaflet-control-scale-line")
    expect(scale).to_contain_text("km", timeout=PATIENCE_MS)


def test_a_press_on_the_map_picks_the_row(page: Page) -> None:
    chosen = page.locator('.pl-units tr[aria-selected="true"] th')
    before = chosen.inner_text()
    page.locator("path.pl-unit").nth(7).dispatch_event("click")
    expect(chosen).not_to_have_text(before)
    expect(page.locator("path.pl-community").first).to_be_attached(timeout=PATIENCE_MS)
    expect(page.locator(".pl-why h2")).to_contain_text(chosen.inner_text())


def test_a_dragged_marker_moves_the_figures(page: Page) -> None:
    """S1-4: a place of the plan is taken by hand, and the four definitions follow."""
    page.locator('.pl-sites [data-act="add"]').first.click()
    marker = page.locator(".pl-movable")
    expect(marker).to_have_count(1, timeout=PATIENCE_MS)
    expect(page.locator(".pl-card .delta").first).to_be_visible(timeout=PATIENCE_MS)
    settled(page)
    before = page.locator(FIGURE).inner_text()
    box = marker.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 15, box["y"] + 15)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 60, steps=4)
    page.mouse.up()
    expect(page.locator(FIGURE)).not_to_have_text(before, timeout=PATIENCE_MS)
    page.locator('.pl-plan [data-act="drop"]').click()
    expect(page.locator(".pl-movable")).to_have_count(0, timeout=PATIENCE_MS)


def test_the_report_comes_as_a_file(page: Page, tmp_path: Path) -> None:
    page.locator('[data-act="looking"][data-value="report"]').click()
    with page.expect_download(timeout=4 * PATIENCE_MS) as loading:
        page.get_by_role("button", name="Excel").click()
    name = loading.value.suggested_filename
    assert re.fullmatch(r"coverage-internal-\d{4}-\d\d-\d\d-zh\.xlsx", name)
    file = tmp_path / "report.xlsx"
    loading.value.save_as(file)
    assert file.read_bytes()[:2] == b"PK"


def test_nothing_leaves_this_host(context: BrowserContext, server: Server) -> None:
    visit = Visit(context.new_page(), server.address).listen()
    _open(visit.page, server)
    assert visit.outside == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_nothing_is_wider_than_the_screen(
    browser: Browser, server: Server, size: tuple[int, int], lang: str
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    _open(page, server, lang)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= size[0]
    cards = page.locator(".pl-card").evaluate_all(
        "cards => cards.filter(card => card.scrollWidth > card.clientWidth + 1).length"
    )
    assert cards == 0
    assert page.locator(".sw-canvas").evaluate(BELOW) <= 0, "nothing cuts the map"
    context.close()
