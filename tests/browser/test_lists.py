"""Page 一览 in a real browser: pick a register, filter it, fly to a row."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.live import Server

from .acts import PATIENCE_MS, named


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """Return the register page, reached as a person reaches it; each test picks its register."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page = context.new_page()
    page.goto(server.address)
    page.wait_for_function(
        "document.documentElement.dataset.painted !== undefined", timeout=2 * PATIENCE_MS
    )
    page.get_by_role("link", name="一览").click()
    expect(page.locator(".counts")).to_be_visible(timeout=PATIENCE_MS)
    yield page
    context.close()


def _figures(page: Page) -> tuple[list[int], int]:
    """Return the counts of the rows of the table by subdistrict, and the total under them."""

    def numbers(part: str) -> list[int]:
        texts = page.locator(f".counts {part} tr td:last-child").all_inner_texts()
        return [int(text.replace(",", "")) for text in texts]

    return numbers("tbody"), numbers("tfoot")[0]


@pytest.mark.parametrize(
    ("layer", "count"),
    [
        ("team", 12),
        ("depot", 51),
        ("expert", 64),
        ("department", 27),
        ("shelter", 300),
        ("plan", 420),
    ],
)
def test_the_counts_add_up_to_the_register(page: Page, layer: str, count: int) -> None:
    """Row S0-1: each register's counts per subdistrict, and outside, sum to its rows."""
    button = page.locator(f".st-key-layer_{layer} button")
    expect(button).to_contain_text(f"{count:,}")
    button.click()
    page.wait_for_function(
        "total => document.querySelector('.counts tfoot td:last-child')?.textContent === total",
        arg=f"{count:,}",
        timeout=PATIENCE_MS,
    )
    parts, total = _figures(page)
    assert sum(parts) == total == count


def test_the_filter_finds_by_initials(page: Page) -> None:
    record = named(page, "hospital")
    page.locator(".st-key-layer_hospital button").click()
    box = page.locator(".st-key-sw_register input").first
    box.fill(record["initials"])
    box.press("Enter")
    expect(page.locator(".st-key-sw_register")).to_contain_text("1", timeout=PATIENCE_MS)
    expect(page.locator(".counts tfoot")).to_contain_text("17")
    box.fill("")
    box.press("Enter")


def test_the_picture_of_the_counts_stands_beside_them(page: Page) -> None:
    page.locator(".st-key-layer_shelter button").click()
    expect(page.locator(".sw-area")).to_have_count(22, timeout=PATIENCE_MS)
    expect(page.locator(".sw-figure").first).to_be_visible()
