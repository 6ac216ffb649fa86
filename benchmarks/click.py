"""Click to painted brief in a real browser: ``python -m benchmarks click``."""

import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from playwright.sync_api import Page
from shapely import Point

from desks.folder import REGISTER
from geodata.store import open_store

from .live import Server, browse, serve

CLICKS = 50
CLOSURES = 20
WARM_UP = 3
SEED = 20260916
PATIENCE_MS = 15_000
CLOSED_PX = 24
HERE = Path(__file__).parent
RESULT = HERE / "results" / "click.md"
TARGETS = {
    "click → brief painted, p50": (300, "ms"),
    "click → brief painted, p95": (1_000, "ms"),
    "closure → re-ranked on screen, p95": (300, "ms"),
    "first page": (5_000, "ms"),
    "server memory": (600, "MB"),
}


@dataclass(frozen=True)
class Measured:
    """Milliseconds of each click and closure, of the first page, and the server's memory."""

    clicks_ms: tuple[float, ...]
    closures_ms: tuple[float, ...]
    first_page_ms: float
    memory_mb: float
    teams: int

    def figures(self) -> dict[str, float]:
        """Return the measured value of each target."""
        values = (
            quantile(self.clicks_ms, 0.5),
            quantile(self.clicks_ms, 0.95),
            quantile(self.closures_ms, 0.95),
            self.first_page_ms,
            self.memory_mb,
        )
        return dict(zip(TARGETS, values, strict=True))


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least that share of the values do not exceed."""
    return float(np.quantile(values, share, method="inverted_cdf"))


def random_places(district: Path, seed: int) -> Iterator[tuple[float, float]]:
    """Yield lon, lat uniformly from the district's subdistricts, without end."""
    with open_store(district / REGISTER) as store:
        area = shapely.union_all([unit.shape for unit in store.read("subdistrict")])
    west, south, east, north = area.bounds
    dice = random.Random(seed)  # noqa: S311 - places to click, no secrets
    while True:
        lon, lat = dice.uniform(west, east), dice.uniform(south, north)
        if area.contains(Point(lon, lat)):
            yield lon, lat


def measure(page: Page, server: Server, places: Iterator[tuple[float, float]]) -> Measured:
    """Return what a viewer at 1920 × 1080 waits for on a warm server."""
    page.goto(server.address)
    _first_painted(page)
    begun = time.perf_counter()
    page.goto(server.address)
    _first_painted(page)
    first_page_ms = (time.perf_counter() - begun) * 1_000
    page.evaluate((HERE / "watch.js").read_text(encoding="utf-8"))
    for _ in range(WARM_UP):
        click(page, places)
    clicks = tuple(click(page, places) for _ in range(CLICKS))
    closures = tuple(_closure_after_a_click(page, places) for _ in range(CLOSURES))
    teams = int(page.evaluate("bench.teams()"))
    return Measured(clicks, closures, first_page_ms, server.memory_mb(), teams)


def _first_painted(page: Page) -> None:
    page.wait_for_function("document.documentElement.dataset.painted !== undefined", timeout=60_000)


def click(page: Page, places: Iterator[tuple[float, float]]) -> float:
    """Return the milliseconds from pointer-up on a new place to its painted brief."""
    at = None
    while at is None:
        at = page.evaluate("([lon, lat]) => bench.pixel(lon, lat)", list(next(places)))
    page.mouse.move(at["x"], at["y"])
    page.mouse.down()
    page.evaluate("bench.onPointerUp()")
    page.mouse.up()
    return _elapsed(page)


def _closure_after_a_click(page: Page, places: Iterator[tuple[float, float]]) -> float:
    """Return the milliseconds from closing an area on the first route to the new ranking."""
    corners: list[dict[str, float]] = []
    while len(corners) < 3:  # noqa: PLR2004 - a triangle
        page.keyboard.press("Escape")
        click(page, places)
        # While drawing, markers let clicks through; only panels and buttons are in the way.
        page.keyboard.press("c")
        corners = _triangle(page)
    for corner in corners:
        page.mouse.click(corner["x"], corner["y"])
    page.evaluate("bench.onEnter()")
    page.keyboard.press("Enter")
    elapsed = _elapsed(page)
    page.evaluate("bench.reopen()")
    page.wait_for_function("bench.closed() === 0", timeout=PATIENCE_MS)
    return elapsed


def _triangle(page: Page) -> list[dict[str, float]]:
    """Return three free pixels around the middle of the first route, fewer where it is hidden."""
    middle = page.evaluate("bench.around(1)")
    at = middle and page.evaluate("([lon, lat]) => bench.pixel(lon, lat)", middle)
    if not at:
        return []
    x, y = at["x"], at["y"]
    shifts = ((0, -CLOSED_PX), (CLOSED_PX, CLOSED_PX), (-CLOSED_PX, CLOSED_PX))
    corners = [{"x": x + right, "y": y + down} for right, down in shifts]
    return [corner for corner in corners if page.evaluate("at => bench.free(at.x, at.y)", corner)]


def _elapsed(page: Page) -> float:
    page.wait_for_function("bench.elapsed() !== null", timeout=PATIENCE_MS)
    return float(page.evaluate("bench.elapsed()"))


HEAD = """\
# Click → brief on the screen

{clicks} random clicks in the district, each a new incident, and {closures} closures drawn across
the first route; headless Chromium 1920 × 1080, warm server, {teams} teams. From pointer-up (from
Enter) until the map has painted this incident and the row of every team and the cautions show it.

{cores} cores, {machine}, Python {python}.

| | measured | target | held |
|---|---|---|---|
"""


def report(measured: Measured) -> str:
    """Return the result as Markdown: each figure beside its target."""
    head = HEAD.format(
        clicks=len(measured.clicks_ms),
        closures=len(measured.closures_ms),
        teams=measured.teams,
        cores=os.cpu_count(),
        machine=platform.machine(),
        python=platform.python_version(),
    )
    rows = [
        f"| {name} | {value:,.0f} {TARGETS[name][1]} | < {TARGETS[name][0]:,} {TARGETS[name][1]} |"
        f" {'yes' if value < TARGETS[name][0] else '**no**'} |"
        for name, value in measured.figures().items()
    ]
    spread = " ".join(f"{value:.0f}" for value in sorted(measured.clicks_ms))
    mean = statistics.fmean(measured.clicks_ms)
    return head + "\n".join([*rows, "", f"All clicks, ms: {spread} (mean {mean:.0f}).", ""])


def main(arguments: Sequence[str] = ()) -> int:
    """Measure, write ``results/click.md`` and return 0, or 1 where a target is missed."""
    district = Path(arguments[0]) if arguments else HERE.parent / "districts" / "yunxi"
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(district, Path(folder) / "log.txt") as server,
        browse() as browser,
    ):
        page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
        measured = measure(page, server, random_places(district, SEED))
    text = report(measured)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(text, encoding="utf-8")
    print(text)
    held = all(value < TARGETS[name][0] for name, value in measured.figures().items())
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
