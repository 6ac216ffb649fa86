"""Page 演练 in a real browser: told on every page, acknowledged by one press, seen by all."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.live import Server, serve
from desks import outbox
from desks.outbox import Notice, Released
from desks.register.opening import open_register
from geodata.store import Author

from .acts import PATIENCE_MS, settled

CONTROL = Author("导调", "exercise")
SEALED = Notice("2026-03", "2026-09-01", "5b8e" * 16)
WIDE = "document.documentElement.scrollWidth <= innerWidth"
SMALL_BYTES = 2_000
QUIET_MS = 3_500


def publish(folder: Path, state: str, *texts: str) -> None:
    """Let control announce a state and release these texts."""
    now = datetime.now(UTC).isoformat()
    with open_register(folder) as store:
        started = "" if state == "sealed" else now
        outbox.publish(store, CONTROL, replace(SEALED, state=state, started=started))
        for text in texts:
            outbox.release(store, CONTROL, Released("2026-03", text, text, "指挥部", now))


@pytest.fixture
def players(town: Path, tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """Return the running app on a district of the test's own, and its folder."""
    folder = tmp_path / "district"
    shutil.copytree(town, folder)
    publish(folder, "sealed")
    with serve(folder, tmp_path / "log.txt") as server:
        yield server, folder


def opened(browser: Browser, address: str, size: tuple[int, int]) -> Page:
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN",
        has_touch=size[0] < 900, is_mobile=size[0] < 900,
    )  # fmt: skip
    page.goto(address)
    expect(page.locator(".brand")).to_be_visible(timeout=2 * PATIENCE_MS)
    return page


def test_a_drill_is_told_read_and_broken_off_without_a_hand(
    players: tuple[Server, Path], browser: Browser
) -> None:
    """Row S0-5: before T0 number, day and hash; then each inject, on every page, read by one."""
    server, folder = players
    wall = opened(browser, f"{server.address}/lists", (1920, 1080))
    phone = opened(browser, f"{server.address}/exercise", (390, 844))
    expect(wall.locator(".counts")).to_be_visible(timeout=2 * PATIENCE_MS)
    expect(phone.locator(".ex-sealed")).to_contain_text("2026-03", timeout=2 * PATIENCE_MS)
    expect(phone.locator(".ex-hash")).to_have_text(" ".join(["5b8e5b8e"] * 8))
    assert wall.locator(".drill-told").count() == 0
    settled(wall)
    publish(folder, "running", "液氯泄漏", "风向转变")
    expect(wall.locator(".drill-told em")).to_have_text("未读 2 条", timeout=PATIENCE_MS)
    expect(phone.locator(".ex-inject p").first).to_have_text("风向转变", timeout=PATIENCE_MS)
    expect(phone.locator(".drill-frame")).to_have_count(1)
    phone.wait_for_function("document.title.startsWith('【演练】')")
    assert phone.evaluate(WIDE)
    press = phone.locator(".ex-inject [data-act=read]").first
    box = press.bounding_box()
    assert box is not None
    assert box["height"] >= 50, "a thumb's"
    press.click()
    expect(phone.locator(".ex-inject").first).to_contain_text("local", timeout=PATIENCE_MS)
    expect(wall.locator(".drill-told em")).to_have_text("未读 1 条", timeout=PATIENCE_MS)
    assert wall.locator(".drill-frame").count() == 0
    assert wall.evaluate(WIDE)
    assert wall.evaluate("document.documentElement.scrollHeight <= innerHeight"), "the bar has room"
    wall.get_by_test_id("stPageLink").locator("a").click()
    expect(wall.locator(".ex-state")).to_contain_text("进行中", timeout=PATIENCE_MS)
    publish(folder, "aborted")
    expect(wall.locator(".shout")).to_contain_text("真实警情", timeout=PATIENCE_MS)
    expect(phone.locator(".shout")).to_be_in_viewport(timeout=PATIENCE_MS)
    expect(phone.locator(".drill-frame")).to_have_count(0)
    expect(phone.locator("[data-act=read]")).to_have_count(0)
    for page in (wall, phone):
        page.close()


def test_a_poll_sends_nothing_while_nothing_changes(
    players: tuple[Server, Path], browser: Browser
) -> None:
    """Only that a poll ran is told: no part of the page crosses the line again."""
    server, folder = players
    publish(folder, "running", "液氯泄漏")
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    got: list[bytes] = []

    def take(frame: bytes | str) -> None:
        got.append(frame if isinstance(frame, bytes) else frame.encode())

    page.on("websocket", lambda socket: socket.on("framereceived", take))
    page.goto(f"{server.address}/exercise")
    expect(page.locator(".ex-inject")).to_be_visible(timeout=2 * PATIENCE_MS)
    settled(page)
    assert any(b"ex-inject" in frame for frame in got)
    got.clear()
    page.wait_for_timeout(QUIET_MS)
    assert got, "it is followed"
    assert all(len(frame) < SMALL_BYTES for frame in got)
    assert not any(b"ex-inject" in frame for frame in got)
    page.close()
