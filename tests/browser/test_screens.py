"""Pictures of both pages in both languages, on a wall and on a phone, and what may never show.

``make screens`` writes them to docs/screens; without SHOUWANG_SCREENS they go to a passing folder.
"""

import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from benchmarks.live import Server

from .acts import PATIENCE_MS

SIZES = {"wall": (1920, 1080), "phone": (390, 844)}
AT = "113.0,23.0"
ADDRESSES = {"calm": "/?lang={}", "command": f"/?lang={{}}&at={AT}", "lists": "/lists?lang={}"}
PROOF = {"calm": ".calm", "command": ".rail article", "lists": ".counts"}
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
    page.wait_for_function(
        "document.documentElement.dataset.painted !== undefined", timeout=PATIENCE_MS
    )
    # Tiles of the base map are drawn after the answer; a picture waits for them.
    page.wait_for_timeout(1_500)


def _take(page: Page, path: Path) -> None:
    """Save the page in few colours: a third of the bytes, and flat areas stay flat."""
    page.screenshot(path=path)
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE)
    few.save(path, optimize=True)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("subject", ADDRESSES)
def test_each_page_holds_in_each_language_and_size(
    browser: Browser, server: Server, album: Path, subject: str, language: str, size: str
) -> None:
    """Nothing is wider than the screen, sample data says so, no trace and no NaN is shown."""
    width, height = SIZES[size]
    phone = size == "phone"
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=phone, is_mobile=phone
    )
    page = context.new_page()
    _open(page, server, subject, language)
    name = f"{subject}-{language}" if size == "wall" else f"{subject}-{size}-{language}"
    _take(page, album / f"{name}.png")
    text = page.locator("body").inner_text()
    assert ("示范数据" if language == "zh" else "Sample data") in text
    assert not [word for word in ("NaN", "Traceback", "undefined", "[object") if word in text]
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert (album / f"{name}.png").stat().st_size > SMALLEST_BYTES
    context.close()
