"""Names that are code, or far too long, in a real browser: nothing runs or leaves its place."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.live import Server, serve
from desks.build import build_district
from sample import write_sample
from tests.desks.making import sources_of, with_layers, write_csv
from tests.payloads import MARK, PAYLOADS

from .acts import PATIENCE_MS, settled
from .conftest import Visit

NAMES = tuple(PAYLOADS.values())
AT = (113.0073, 23.0056)
PARTS = (
    ".topbar, .band .cell, .team, .tile, .calm table, .counts table, .sw-hits li, .register-head"
)
TABS = {
    "table": "table td",
    "map": "canvas, .sw-map",
    "import": ".steps",
    "truth": "table td",
    "campaign": ".stMainBlockContainer",
    "ledger": "table td",
    "history": "table td, .log",
}
"""What stands on each tab of page 登记 when it is drawn."""

STANDS_OUT = """parts => [...document.querySelectorAll(parts)]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
  .map(e => e.className || e.tagName)"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return the running app with the town under these names."""
    folder = tmp_path_factory.mktemp("hostile")
    files = write_sample(folder / "files", size="town", seed=1)
    place = [(AT[0] + 0.0005 * (i % 4), AT[1] + 0.0005 * (i // 4)) for i in range(len(NAMES))]
    rows = [
        [str(i), name, name, name, *place[i], name, f"555-{i:04}"] for i, name in enumerate(NAMES)
    ]
    registers = {
        key: write_csv(
            folder / f"{key}.csv",
            ["编号", "名称", kind, "地址", "经度", "纬度", "联系人", "联系电话"],
            rows,
        )
        for key, kind in (("team", "队伍类型"), ("shelter", "室内外"), ("hospital", "类型"))
    }
    units = json.loads(files.subdistricts.read_text(encoding="utf-8"))
    for number, feature in enumerate(units["features"]):
        for key in set(feature["properties"]) & {"name", "名称"}:
            feature["properties"][key] = NAMES[number - 2]
    drawn = folder / "subdistricts.geojson"
    drawn.write_text(json.dumps(units), encoding="utf-8")
    layers = {**registers, "subdistrict": drawn}
    build_district(folder / "district", with_layers(sources_of(files), layers))
    with serve(folder / "district", folder / "log.txt") as server:
        yield server


def _holds(page: Page, step: str) -> None:
    assert page.evaluate(f"window.{MARK}") is None, step
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), step
    assert not page.evaluate(STANDS_OUT, PARTS), step


@pytest.mark.parametrize("size", [(1920, 1080), (390, 844)])
def test_names_that_are_code_stay_words_in_their_place(
    context: BrowserContext, hostile: Server, size: tuple[int, int]
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    visit = Visit(page, hostile.address).listen()
    page.goto(hostile.address)
    box = page.get_by_role("combobox").first
    expect(box).to_be_visible(timeout=2 * PATIENCE_MS)
    _holds(page, "calm")
    box.fill("a")
    expect(page.locator(".sw-hits li").first).to_be_visible()
    _holds(page, "search")
    page.goto(f"{hostile.address}/?at={AT[0]},{AT[1]}")
    expect(page.locator(".team").first).to_be_visible(timeout=2 * PATIENCE_MS)
    _holds(page, "incident")
    pins = page.locator(".sw-pin")
    if pins.count():  # a small map may gather them all
        pins.first.dispatch_event("click")
        expect(page.locator(".sw-popup dd").first).to_be_visible(timeout=PATIENCE_MS)
        _holds(page, "popup")
    page.goto(f"{hostile.address}/lists")
    expect(page.locator(".counts")).to_be_visible(timeout=2 * PATIENCE_MS)
    _holds(page, "lists")
    assert not visit.outside


@pytest.fixture(scope="module")
def register(browser: Browser, hostile: Server) -> Iterator[Visit]:
    """Return page 登记 with these names, opened once for all of its tabs."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    visit = Visit(context.new_page(), hostile.address).listen()
    visit.page.goto(f"{hostile.address}/register?tab=history&layer=team")
    expect(visit.page.locator(".st-key-reg_tab button")).to_have_count(
        len(TABS), timeout=2 * PATIENCE_MS
    )
    yield visit
    context.close()


@pytest.mark.parametrize(("tab", "part"), TABS.items())
def test_no_part_of_the_register_runs_what_it_shows(register: Visit, tab: str, part: str) -> None:
    button = register.page.locator(".st-key-reg_tab button").nth(list(TABS).index(tab))
    button.click()
    expect(button).to_have_attribute("aria-checked", "true", timeout=PATIENCE_MS)
    expect(register.page.locator(part).first).to_be_visible(timeout=2 * PATIENCE_MS)
    settled(register.page)
    assert register.page.evaluate(f"window.{MARK}") is None
    assert not register.outside
