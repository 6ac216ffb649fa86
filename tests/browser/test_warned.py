"""Early warning on page 指挥 in a real browser: a reading turns the colour within two seconds."""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from benchmarks.live import Server, serve
from desks.onemap import load_onemap
from desks.watch import Reading, Station, load_rules, open_station

from .acts import PATIENCE_MS, ready, settled

pytestmark = [pytest.mark.browser, pytest.mark.timing]


@pytest.fixture
def watched(sample_district: Path, tmp_path: Path) -> Iterator[tuple[Server, Station, str]]:
    """Yield a running district whose early warning was started, and the id of a hazard."""
    folder = tmp_path / "district"
    shutil.copytree(sample_district, folder)
    station = open_station(folder, load_rules())
    hazard = load_onemap(folder).records["hazard"].ids[0]
    with serve(folder, tmp_path / "log.txt") as server:
        yield server, station, hazard


def test_a_reading_turns_the_colour_within_two_seconds(
    watched: tuple[Server, Station, str], browser: Browser
) -> None:
    """Row S0-14: the object's colour turns on the map, is seen, and is over when it is over."""
    server, station, hazard = watched
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page.goto(server.address)
    ready(page)
    settled(page)
    expect(page.locator(".sw-warned")).to_have_count(0)
    begun = time.monotonic()
    station.take([Reading("hazard", hazard, "level", 96.0, "%", datetime.now(tz=UTC))])
    expect(page.locator(".sw-warned-red")).to_have_text("红", timeout=PATIENCE_MS)
    took_s = time.monotonic() - begun
    expect(page.locator(".warnings li")).to_have_count(2, timeout=PATIENCE_MS)
    page.locator(".warnings button").first.click()
    expect(page.locator(".warnings .tag.ok")).to_have_count(1, timeout=PATIENCE_MS)
    station.take([Reading("hazard", hazard, "level", 10.0, "%", datetime.now(tz=UTC))])
    expect(page.locator(".sw-warned")).to_have_count(0, timeout=PATIENCE_MS)
    page.close()
    assert took_s < 2.0
