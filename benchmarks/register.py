"""A register of 16,900 firms: import, search, page, map: ``python -m benchmarks register``."""

import os
import platform
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Page

from desks.onemap import load_onemap
from desks.register.search import search, search_entries

from .click import HERE, quantile
from .firms import FIRMS, take_in, write_firms
from .live import ROOT, browse, serve
from .places import SEED

SEARCHES = 200
PAGES = 10
DRAGS = 6
STEPS = 40
DRAGGED_PX = 12
ZOOMS = (12, 13, 14, 15, 16)
SETTLED_MS = 1_500
RESULT = HERE / "results" / "register.md"
TARGETS = {
    "import of the workbook": (30_000, "ms"),
    "search, p95": (100, "ms"),
    "page 登记 opened, p95": (2_000, "ms"),
    "map follows the mouse, p50": (34, "ms"),
    "map follows the mouse, p95": (67, "ms"),
}


def search_ms(district: Path) -> list[float]:
    """Return the milliseconds of searches for parts of names and of their pinyin."""
    onemap = load_onemap(district)
    entries = search_entries(onemap)
    search(onemap, entries[0].name)
    dice = random.Random(SEED)  # noqa: S311 - what to look for, no secrets
    taken = []
    for entry in dice.choices(entries, k=SEARCHES):
        text = dice.choice((entry.name, entry.name[1:4], entry.pinyin[:6], entry.initials[:3]))
        begun = time.perf_counter()
        search(onemap, text)
        taken.append((time.perf_counter() - begun) * 1_000)
    return taken


def page_ms(page: Page, address: str) -> Iterator[float]:
    """Yield the milliseconds from asking for page 登记 until its table of firms stands."""
    for _ in range(PAGES + 1):
        begun = time.perf_counter()
        page.goto(f"{address}/register?tab=table&layer=firm")
        page.locator(".st-key-reg_main table tbody tr").nth(5).wait_for(timeout=60_000)
        yield (time.perf_counter() - begun) * 1_000


def steps_ms(page: Page, address: str) -> list[float]:
    """Return the milliseconds that each mouse move of a drag takes, all firms on, at each zoom."""
    page.goto(address)
    page.wait_for_function("document.documentElement.dataset.painted !== undefined", timeout=60_000)
    page.locator(".sw-layer", has_text="企业").click()
    page.wait_for_timeout(SETTLED_MS)
    steps: list[float] = []
    for zoom in ZOOMS:
        page.evaluate(
            "zoom => void document.querySelector('.sw-map-host').shouwang.drawn.map.setZoom(zoom)",
            zoom,
        )
        page.wait_for_timeout(SETTLED_MS)
        steps += _dragged(page)
    return steps


def _dragged(page: Page) -> list[float]:
    """Return the milliseconds of the moves of some drags to and fro, the pauses left out."""
    steps: list[float] = []
    for drag in range(DRAGS):
        x, y, way = 900, 600, 1 if drag % 2 else -1
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(STEPS):
            begun = time.perf_counter()
            page.mouse.move(x + way * DRAGGED_PX * step, y + way * 4 * step)
            steps.append((time.perf_counter() - begun) * 1_000)
        page.mouse.up()
        page.wait_for_timeout(200)
    return steps


HEAD = """\
# A register of {firms:,} firms

Import by the command from a workbook; {searches} searches for parts of names and pinyin; page 登记
opened {pages} times on a warm server; the map with all firms on dragged {drags} times at each of
the zooms {zooms} (headless Chromium, 1920 × 1080, no graphics card; from a
mouse move until the page has taken it).

{cores} cores, {machine}, Python {python}.

| | measured | target | held |
|---|---|---|---|
"""


def report(values: Sequence[float]) -> str:
    """Return the result as Markdown: each figure beside its target."""
    head = HEAD.format(
        firms=FIRMS,
        searches=SEARCHES,
        pages=PAGES,
        drags=DRAGS,
        zooms=", ".join(map(str, ZOOMS)),
        cores=os.cpu_count(),
        machine=platform.machine(),
        python=platform.python_version(),
    )
    rows = [
        f"| {name} | {value:,.0f} {unit} | < {most:,} {unit} |"
        f" {'yes' if value < most else '**no**'} |"
        for (name, (most, unit)), value in zip(TARGETS.items(), values, strict=True)
    ]
    return head + "\n".join([*rows, ""])


def main(arguments: Sequence[str] = ()) -> int:
    """Measure, write ``results/register.md`` and return 0, or 1 where a target is missed."""
    source = Path(arguments[0]) if arguments else ROOT / "districts" / "yunxi"
    with tempfile.TemporaryDirectory() as folder:
        district, workbook = Path(folder) / "district", Path(folder) / "firms.xlsx"
        shutil.copytree(source, district)
        write_firms(workbook, district)
        imported = take_in(district, workbook)
        searched = search_ms(district)
        with serve(district, Path(folder) / "log.txt") as server, browse() as browser:
            page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
            opened = list(page_ms(page, server.address))[1:]
            steps = steps_ms(page, server.address)
    text = report(
        (
            imported,
            quantile(searched, 0.95),
            quantile(opened, 0.95),
            statistics.median(steps),
            quantile(steps, 0.95),
        )
    )
    RESULT.write_text(text, encoding="utf-8")
    print(text)
    return 1 if "**no**" in text else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
