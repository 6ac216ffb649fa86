"""Pictures of all pages in both languages, on a wall and on a phone, and what may never show.

``make screens`` writes them to docs/screens; without SHOUWANG_SCREENS they go to a passing folder.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from benchmarks.live import Server

from .acts import PATIENCE_MS, settled
from .test_harm import blow
from .test_register import dirty_workbook

SIZES = {"wall": (1920, 1080), "phone": (390, 844)}
AT = "113.0,23.0"
ADDRESSES = {
    "calm": "/?lang={}",
    "command": f"/?lang={{}}&at={AT}",
    "leak": f"/?lang={{}}&at={AT}",
    "lists": "/lists?lang={}",
    "planning": "/planning?lang={}",
    "past": f"/?lang={{}}&at={AT}&as_of=2026-10-01",
    "register-table": "/register?lang={}&tab=table",
    "register-import": "/register?lang={}&tab=import",
    "register-truth": "/register?lang={}&tab=truth",
}
PROOF = {
    "calm": ".calm",
    "command": ".rail article",
    "leak": ".rail article",
    "lists": ".counts",
    "planning": ".pl-host[data-drawn]",
    "past": ".day-chip",
    "register-table": ".registry tbody tr",
    "register-import": ".steps",
    "register-truth": ".truth td",
}
WITH_LIVE_MAP = {"calm", "command", "leak", "lists", "past"}
COLOURS = 256
SMALLEST_BYTES = 10_000


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Return the folder that takes the pictures."""
    folder = Path(os.environ.get("SHOUWANG_SCREENS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _open(page: Page, server: Server, subject: str, language: str) -> None:
    page.goto(server.address + ADDRESSES[subject].format(language))
    expect(page.locator(PROOF[subject]).first).to_be_visible(timeout=2 * PATIENCE_MS)
    if subject in WITH_LIVE_MAP:
        page.wait_for_function(
            "document.documentElement.dataset.painted !== undefined", timeout=PATIENCE_MS
        )
    settled(page)


def _take(page: Page, path: Path) -> None:
    """Save the page in few colours: a third of the bytes, and flat areas stay flat."""
    page.screenshot(path=path)
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE)
    few.save(path, optimize=True)


@dataclass(frozen=True)
class Studio:
    """What a picture needs: the server, the folder it goes to, and a workbook to import."""

    server: Server
    album: Path
    dirty: Path


@pytest.fixture
def studio(server: Server, album: Path, sample_district: Path, tmp_path: Path) -> Studio:
    """Return server and album, and shelters with defects, GCJ-02 under WGS 84."""
    dirty_workbook(sample_district, tmp_path / "shelters.xlsx")
    return Studio(server, album, tmp_path / "shelters.xlsx")


def _rehearse(page: Page, file: Path) -> None:
    """Choose the file, and wait for its verdict and for where its rows would move."""
    page.set_input_files("input[type=file]", file)
    expect(page.locator(".datum .verdict b")).to_be_visible(timeout=2 * PATIENCE_MS)
    expect(page.locator(".sw-before").first).to_be_attached(timeout=PATIENCE_MS)
    settled(page)


def _leak(page: Page, *, windy: bool) -> None:
    """Say that 1 t of chlorine leaks, and where the panel is open that it blows from 70°."""
    page.locator(".st-key-sw_controls [data-testid=stButtonGroup] button").nth(2).click()
    field = page.locator(".st-key-incident_substance input")
    expect(field).to_be_visible(timeout=PATIENCE_MS)
    field.click()
    field.fill("1017")
    page.get_by_role("option").first.click()
    expect(page.locator(".st-key-incident_container")).to_be_visible(timeout=PATIENCE_MS)
    amount = page.locator(".st-key-incident_quantity input")
    amount.fill("1")
    amount.press("Enter")
    expect(page.locator(".band .cell.what")).to_contain_text("1 t", timeout=PATIENCE_MS)
    if windy:
        blow(page)
        expect(page.locator(".sw-zone-protective").first).to_be_attached(timeout=PATIENCE_MS)
    settled(page)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("subject", ADDRESSES)
def test_each_page_holds_in_each_language_and_size(
    browser: Browser, studio: Studio, subject: str, language: str, size: str
) -> None:
    """Nothing is wider than the screen, sample data says so, no trace and no NaN is shown."""
    width, height = SIZES[size]
    phone = size == "phone"
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=phone, is_mobile=phone
    )
    page = context.new_page()
    _open(page, studio.server, subject, language)
    if subject == "register-import":
        _rehearse(page, studio.dirty)
    if subject == "leak":
        _leak(page, windy=not phone)
    name = f"{subject}-{language}" if size == "wall" else f"{subject}-{size}-{language}"
    _take(page, studio.album / f"{name}.png")
    text = page.locator("body").inner_text()
    assert ("示范数据" if language == "zh" else "Sample data") in text
    assert not [word for word in ("NaN", "Traceback", "undefined", "[object") if word in text]
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert (studio.album / f"{name}.png").stat().st_size > SMALLEST_BYTES
    context.close()
