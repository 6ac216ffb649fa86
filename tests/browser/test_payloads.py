"""A payload in every field of every layer, on every page of a real browser: none runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from benchmarks.live import Server, serve
from desks.build import build_district
from layers import CATALOG
from sample import write_sample
from tests.desks.making import sources_of, with_layers
from tests.payloads import MARK, OUTSIDE, PAYLOADS, SIGN, plant, spoiled

from .acts import PATIENCE_MS, settled
from .conftest import Visit

ROOT = Path(__file__).parents[2]
AT = (113.0073, 23.0056)
TABS = ("table", "map", "import", "truth", "campaign", "ledger", "history")
WIDE = "document.documentElement.scrollWidth <= innerWidth"


@dataclass
class Watched:
    """A page on which nothing may have run, and the dialogs it opened."""

    visit: Visit
    dialogs: list[str]

    def holds(self, step: str) -> None:
        """Check that nothing ran, asked for another host, opened a dialog or left its place."""
        page = self.visit.page
        assert page.evaluate(f"window.{MARK}") is None, step
        assert not self.dialogs, step
        assert not [url for url in self.visit.requests if OUTSIDE in url], step
        assert not self.visit.outside, step
        assert not page.locator(f"[src*='{OUTSIDE}'], iframe[srcdoc], [onerror], [onload]").count()
        settled(page)
        assert page.evaluate(WIDE), step


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return the running app with payloads in every field that takes text."""
    folder = tmp_path_factory.mktemp("payloads")
    files = write_sample(folder / "files", size="town", seed=1)
    layers = {key: made.path for key, made in plant(folder / "planted", AT).items()}
    layers["subdistrict"] = spoiled(files.subdistricts, folder / "s.geojson")
    layers["community"] = spoiled(files.communities, folder / "c.geojson")
    report = build_district(folder / "district", with_layers(sources_of(files), layers))
    read = {Path(file.file).stem: file.rows_kept for file in report.files}
    whole = set(layers) - {"subdistrict", "community"}
    assert {read[key] for key in whole} == {len(PAYLOADS)}
    with serve(folder / "district", folder / "log.txt") as server:
        yield server
    wrote = [path for where in (ROOT, folder) for path in where.rglob(SIGN)]
    assert not wrote, "a payload wrote a file"


@pytest.fixture
def watched(visit_of: Page, planted: Server) -> Watched:
    """Return a page that is listened to from its first request on."""
    dialogs: list[str] = []

    def close(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    visit_of.on("dialog", close)
    return Watched(Visit(visit_of, planted.address).listen(), dialogs)


@pytest.fixture
def visit_of(context: BrowserContext) -> Page:
    """Return an empty page."""
    return context.new_page()


def test_no_payload_runs_in_an_incident(watched: Watched, planted: Server) -> None:
    page = watched.visit.page
    page.goto(planted.address)
    box = page.get_by_role("combobox").first
    expect(box).to_be_visible(timeout=2 * PATIENCE_MS)
    watched.holds("calm")
    for text in ("<", "javascript", "长"):
        box.fill(text)
        settled(page)
        watched.holds(f"search {text}")
    page.goto(f"{planted.address}/?at={AT[0]},{AT[1]}")
    expect(page.locator(".team").first).to_be_visible(timeout=2 * PATIENCE_MS)
    watched.holds("brief")
    page.get_by_role("button", name="☎ 显示全部号码").click()
    expect(page.locator("a.tel").first).to_be_visible(timeout=PATIENCE_MS)
    watched.holds("numbers")
    for opened in page.locator(".tile details.all summary").all():
        opened.click()
        watched.holds("whole tile")
        opened.evaluate("summary => { summary.parentElement.open = false }")
    pins = page.locator(".sw-pin")
    for number in range(min(pins.count(), 4)):
        pins.nth(number).dispatch_event("click")
        expect(page.locator(".sw-popup dd").first).to_be_visible(timeout=PATIENCE_MS)
        watched.holds("popup")
    page.mouse.move(400, 300)
    page.mouse.move(900, 500)
    watched.holds("pointer")


def test_no_payload_runs_in_any_register(watched: Watched, planted: Server) -> None:
    page = watched.visit.page
    page.goto(f"{planted.address}/lists")
    expect(page.locator(".counts")).to_be_visible(timeout=2 * PATIENCE_MS)
    for spec in CATALOG:
        page.locator(f".st-key-layer_{spec.key} button").click()
        head = page.locator(".register-head h2")
        expect(head).to_contain_text(spec.title_zh, timeout=PATIENCE_MS)
        watched.holds(spec.key)


def test_no_payload_runs_where_registers_are_kept(watched: Watched, planted: Server) -> None:
    page = watched.visit.page
    for tab in TABS:
        page.goto(f"{planted.address}/register?tab={tab}&layer=team")
        expect(page.locator(".brand")).to_be_visible(timeout=2 * PATIENCE_MS)
        settled(page)
        watched.holds(tab)
        rows = page.locator(".sw-live [data-act]")
        if rows.count():
            rows.nth(min(rows.count() - 1, 3)).click(force=True)
            settled(page)
            watched.holds(f"{tab}, pressed")
