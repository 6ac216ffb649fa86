"""Page 风险 in a real browser: the four-colour map, picks both ways, the report as a file."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.live import Server, serve
from desks.register.opening import open_register
from geodata.store import Author, Change
from tests.browser.conftest import Visit
from tests.payloads import MARK, PAYLOADS

from .acts import PATIENCE_MS, settled

EVIL = PAYLOADS["image"]


@pytest.fixture(scope="module")
def folder(sample_district: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the sample district with one source whose name is an attack."""
    copy = tmp_path_factory.mktemp("risk") / "district"
    shutil.copytree(sample_district, copy)
    props = {"name": EVIL, "firm": EVIL, "grade": "重点", "measure": EVIL}
    change = Change("add", "hazard", "H-EVIL", props=props, shape=shapely.Point(113.0, 23.0))
    with open_register(copy) as store:
        store.edit(Author("t", "made for the test"), [change])
    return copy


@pytest.fixture(scope="module")
def risky(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(folder, tmp_path_factory.mktemp("server") / "log.txt") as server:
        yield server


def _open(page: Page, address: str, lang: str = "zh") -> None:
    page.goto(f"{address}/risk?lang={lang}")
    expect(page.locator(".fc-host[data-drawn]")).to_be_visible(timeout=2 * PATIENCE_MS)
    expect(page.locator(".fc-dossier")).to_be_visible(timeout=PATIENCE_MS)
    settled(page)


@pytest.fixture
def page(context: BrowserContext, risky: Server) -> Page:
    page = context.new_page()
    _open(page, risky.address)
    return page


def _drawn(page: Page) -> int:
    """Return how many sources the signs on the map stand for."""
    signs = page.locator(".fc-box").all_inner_texts()
    return sum(_of(sign) for sign in signs)


def _of(sign: str) -> int:
    figures = re.findall(r"\d+", sign.splitlines()[0])
    return int(figures[-1]) if figures else 1


def test_every_source_of_the_list_stands_on_the_map(page: Page) -> None:
    """S4-3: signs and crowds add up to the list, and each says its colour in a character."""
    total = int(page.locator(".fc-list .n").inner_text().split("/")[0])
    assert _drawn(page) == total
    for sign in page.locator(".fc-box").all_inner_texts():
        assert sign[0] in "红橙黄蓝无"
    assert page.locator("path.fc-area").count() == 22
    assert page.locator("path.fc-plant").count() >= 5
    expect(page.locator(".leaflet-control-scale-line")).to_be_visible()
    legend = page.locator(".fc-legend").inner_text()
    assert all(word in legend for word in ("重大风险", "较大风险", "一般风险", "低风险", "厂界"))


def test_a_pick_in_the_list_shows_on_the_map_and_a_pick_on_the_map_in_the_list(page: Page) -> None:
    row = page.locator(".fc-list tr").nth(4)
    name = row.locator("b").nth(1).inner_text()
    row.click()
    expect(page.locator(".fc-held")).to_have_text(name, timeout=PATIENCE_MS)
    expect(page.locator(".fc-dossier h2")).to_have_text(name, timeout=PATIENCE_MS)
    expect(page.locator("path.fc-near")).to_have_count(1)
    settled(page)  # the signs are drawn anew when the map has moved there
    box = page.locator(".fc-sheet .sw-canvas").bounding_box()
    held = page.locator(".fc-sign.chosen").bounding_box()
    assert box is not None
    assert held is not None
    assert box["x"] < held["x"] < box["x"] + box["width"]
    assert box["y"] < held["y"] < box["y"] + box["height"]
    page.evaluate("document.querySelector('.fc-host').kept = document.querySelector('.fc-sheet')")
    other = page.locator(".fc-box:has(.fc-sign:not(.chosen))").first
    named = str(other.get_attribute("title"))[2:]
    other.dispatch_event("click")
    expect(page.locator(".fc-dossier h2")).to_have_text(named, timeout=PATIENCE_MS)
    kept = "document.querySelector('.fc-host').kept === document.querySelector('.fc-sheet')"
    assert page.evaluate(kept), "a pick builds no new map"


def test_a_filter_and_a_subdistrict_narrow_the_map_with_the_list(page: Page) -> None:
    page.locator('.fc-bar [data-act="colour"]').select_option("red")
    expect(page.locator(".fc-list .fc-yellow")).to_have_count(0, timeout=PATIENCE_MS)
    page.locator('.fc-counts [data-act="only"]').first.click()
    expect(page.locator('.fc-counts [aria-selected="true"]')).to_have_count(1, timeout=PATIENCE_MS)
    count = page.locator(".fc-counts tr").nth(1).locator("td").first.inner_text()
    expect(page.locator(".fc-list .n")).to_contain_text(f"{count} /", timeout=PATIENCE_MS)
    expect(page.locator(".fc-host")).to_have_attribute("data-drawn", count, timeout=PATIENCE_MS)


def test_a_crowd_opens_and_the_whole_comes_back(page: Page) -> None:
    before = page.locator(".fc-box").count()
    page.locator(".fc-box:has(.fc-crowd)").first.dispatch_event("click")
    expect(page.locator(".fc-box")).not_to_have_count(before, timeout=PATIENCE_MS)
    page.locator(".sw-sheet-tools button").nth(2).click()
    expect(page.locator(".fc-box")).to_have_count(before, timeout=PATIENCE_MS)


def test_the_report_comes_as_one_file_that_asks_for_nothing(page: Page, tmp_path: Path) -> None:
    """S1-7: one click; it opens alone, nothing a user wrote runs, no person is in it."""
    page.locator('[data-act="tab"][data-value="report"]').click()
    with page.expect_download(timeout=2 * PATIENCE_MS) as loading:
        page.get_by_role("button", name="下载风险报告").click()
    assert re.fullmatch(r"risk-report-\d{4}-\d\d-\d\d-zh\.html", loading.value.suggested_filename)
    file = tmp_path / "report.html"
    loading.value.save_as(file)
    alone = Visit(page.context.new_page(), "file://").listen()
    alone.page.goto(file.as_uri())
    assert alone.complaints == []
    assert [url for url in alone.requests if not url.startswith("file://")] == []
    assert alone.page.evaluate(f"window.{MARK} ?? null") is None
    assert alone.page.locator("script, iframe, img, link").count() == 0
    text = alone.page.locator("body").inner_text()
    assert EVIL in text
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text)
    assert alone.page.locator("h2").count() == 9
    with page.expect_download(timeout=PATIENCE_MS) as loading:
        page.get_by_role("button", name="下载公开版").click()
    assert loading.value.suggested_filename.startswith("risk-report-public-")


def test_nothing_leaves_this_host_and_no_name_runs(context: BrowserContext, risky: Server) -> None:
    visit = Visit(context.new_page(), risky.address).listen()
    missing: list[str] = []
    visit.page.on("response", lambda one: missing.append(one.url) if one.status == 404 else None)
    _open(visit.page, risky.address)
    for tab in ("completeness", "distances", "zone", "domino", "sources"):
        visit.page.locator(f'[data-act="tab"][data-value="{tab}"]').click()
        seen = ".fc-list" if tab == "sources" else ".fc-check"
        expect(visit.page.locator(seen)).to_be_visible(timeout=PATIENCE_MS)
    visit.page.locator(".find").fill("H-EVIL")
    expect(visit.page.locator(".fc-list tr")).to_have_count(1, timeout=PATIENCE_MS)
    visit.page.locator(".fc-list tr").click()
    expect(visit.page.locator(".fc-held")).to_have_text(EVIL, timeout=PATIENCE_MS)
    assert visit.page.evaluate(f"window.{MARK} ?? null") is None
    assert visit.outside == []
    # Streamlit's own start asks below the address of the page for its server before it asks above.
    probes = {f"{risky.address}/risk/_stcore/{one}" for one in ("health", "host-config")}
    assert set(missing) <= probes
    assert [said for said in visit.complaints if "404" not in said] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_a_phone_the_dossier_stands_below_the_map(
    browser: Browser, risky: Server, lang: str
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    _open(page, risky.address, lang)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    tops = [
        page.locator(part).evaluate("one => one.getBoundingClientRect().top")
        for part in (".fc-host", ".fc-dossier", ".fc-list", ".fc-counts")
    ]
    assert tops == sorted(tops)
    page.locator(".fc-list tr").nth(2).click()
    name = page.locator(".fc-list tr").nth(2).locator("b").nth(1).inner_text()
    expect(page.locator(".fc-held")).to_have_text(name, timeout=PATIENCE_MS)
    expect(page.locator(".fc-held")).to_be_in_viewport(timeout=PATIENCE_MS)
    context.close()
