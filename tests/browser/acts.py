"""What a person does on the page, as the tests say it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

WATCH = Path(__file__).parents[2] / "benchmarks" / "watch.js"
PATIENCE_MS = 30_000
SETTLED = """() => {
  const still = window.swStill ??= (() => {
    const kept = { since: performance.now() };
    const look = { subtree: true, childList: true, attributes: true, characterData: true };
    // Clocks, and a look each second at what others wrote, change nothing that is looked at.
    const at = ({ target }) => (target instanceof Element ? target : target.parentElement);
    const ticks = (one) => at(one)?.closest("[data-clock], [data-since]");
    const idle = (one) => one.attributeName === "data-test-script-state" || ticks(one);
    const seen = (all) => { if (!all.every(idle)) kept.since = performance.now(); };
    new MutationObserver(seen).observe(document, look);
    return kept;
  })();
  const layers = [];
  document.querySelector(".sw-map-host")?.shouwang?.drawn?.map.eachLayer((one) => layers.push(one));
  const busy = layers.some((layer) => layer.isLoading?.());
  const runs = document.querySelector(".stApp")?.dataset.testScriptState !== "notRunning";
  return !busy && !runs && performance.now() - still.since > 300;
}"""
# The middle of 云溪区's old town: on the network, with teams on all sides.
OLD_TOWN = (113.0, 23.0)


def ready(page: Page) -> None:
    """Wait for the first painted map and load the watch of the click benchmark."""
    page.wait_for_function(
        "document.documentElement.dataset.painted !== undefined", timeout=2 * PATIENCE_MS
    )
    page.evaluate(WATCH.read_text(encoding="utf-8"))


def click_at(page: Page, lon: float, lat: float) -> None:
    """Click the map there, or as near to it as no marker lies, and wait for the whole brief."""
    for step in range(40):
        east, north = 0.0007 * (step % 7), 0.0007 * (step // 7)
        at = page.evaluate("([lon, lat]) => bench.pixel(lon, lat)", [lon + east, lat + north])
        if at:
            break
    else:
        message = "no free pixel on the map around there"
        raise AssertionError(message)
    page.evaluate("bench.onPointerUp()")
    page.mouse.click(at["x"], at["y"])
    answered(page)


def settled(page: Page) -> None:
    """Wait until no script runs, no tile is on its way and nothing on the page changes any more."""
    page.wait_for_function(SETTLED, timeout=2 * PATIENCE_MS, polling=50)


def answered(page: Page) -> None:
    """Wait until the brief of the last question stands on the screen whole."""
    page.wait_for_function("bench.elapsed() !== null", timeout=PATIENCE_MS)


def shown(page: Page) -> Mapping[str, Any]:
    """Return what the map was last told to draw: incident, routes, closures."""
    data: Mapping[str, Any] = page.evaluate("document.querySelector('.sw-map-host').shouwang.data")
    return data


def shown_incident(page: Page) -> Mapping[str, Any]:
    """Return the incident that the map shows, once it shows one: the page's text comes first."""
    page.wait_for_function(
        "document.querySelector('.sw-map-host').shouwang.data?.incident", timeout=PATIENCE_MS
    )
    found: Mapping[str, Any] = shown(page)["incident"]
    return found


def team_rows(page: Page) -> list[str]:
    """Return the text of each team's row in the rail, first to last."""
    rows: list[str] = page.locator(".rail [data-route]").evaluate_all(
        "rows => rows.map(row => row.textContent.replace(/\\s+/gu, ' '))"
    )
    return rows


def close_across(page: Page, rank: int) -> None:
    """Draw a closed triangle over the middle of that route by keyboard and mouse, and wait."""
    middle = page.evaluate("rank => bench.around(rank)", rank)
    at = page.evaluate("([lon, lat]) => bench.place(lon, lat)", middle)
    page.keyboard.press("c")
    for right, down in ((0, -40), (40, 40), (-40, 40)):
        page.mouse.click(at["x"] + right, at["y"] + down)
    page.evaluate("bench.onEnter()")
    page.keyboard.press("Enter")
    answered(page)


def look_at(page: Page, lon: float, lat: float, zoom: int) -> None:
    """Move the map there without any event of the viewer's."""
    page.evaluate(
        "([lon, lat, zoom]) => {"
        " document.querySelector('.sw-map-host').shouwang.drawn.map.setView([lat, lon], zoom) }",
        [lon, lat, zoom],
    )


def named(page: Page, layer: str) -> dict[str, Any]:
    """Return name, pinyin, initials, lon and lat of a record with a name of its own."""
    record: dict[str, Any] = page.evaluate(
        """key => {
          const { layers } = window.shouwang.feed;
          const spec = layers.find((layer) => layer.key === key);
          const all = layers.flatMap((layer) => layer.initials);
          const alone = (one) => all.filter((two) => two === one).length === 1;
          const row = spec.initials.findIndex(alone);
          const columns = ["name", "pinyin", "initials", "lon", "lat"];
          return Object.fromEntries(columns.map((column) => [column, spec[column][row]]));
        }""",
        layer,
    )
    return record
