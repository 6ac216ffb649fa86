"""Papers printed by a real browser: how many pages, and whether anything was cut off.

``python -m tests.browser.printing DISTRICT [LIMIT]`` prints the situation sheet of an incident at
every source of risk and every card; it ends with 1 where one is not exactly one whole page.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.live import browse
from desks.command import Incident, situation_brief
from desks.command.card import CardCase, card_keys, record_card
from desks.command.case import Case
from desks.command.sheet import situation_sheet
from desks.onemap import OneMap, load_onemap
from desks.stock import CHINA
from language import Catalogue

WHEN = datetime(2026, 9, 16, 14, 22, 20, tzinfo=CHINA)
WINDS = (None, 0.0, 70.0, 225.0)
KINDS = ("hazmat_leak", "fire", "unspecified")
PAGE = re.compile(rb"/Type\s*/Page\b")
BOXES = """() => ['.page', '.cautions', 'header'].flatMap(name =>
  [...document.querySelectorAll(name)]
    .filter(box => box.scrollHeight > box.clientHeight + 1)
    .map(() => name))"""
SIZES = {"A4": (595, 842), "A5": (420, 595)}
"""Points of a page, across and down."""

Key = tuple[str, str]


@dataclass(frozen=True)
class Printed:
    """One paper: its pages, its size in points, the boxes whose content did not fit."""

    pages: int
    points: tuple[int, int]
    clipped: tuple[str, ...]

    def is_one(self, size: str) -> bool:
        """Return whether it is exactly one whole page of that size."""
        near = all(abs(a - b) <= 1 for a, b in zip(self.points, SIZES[size], strict=True))
        return self.pages == 1 and near and not self.clipped


def printed(page: Page, document: str) -> Printed:
    """Return what the browser prints of the document."""
    page.emulate_media(media="print")
    page.set_content(document)
    clipped = tuple(page.evaluate(BOXES))
    pdf = page.pdf(prefer_css_page_size=True)
    box = re.search(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", pdf)
    assert box is not None
    return Printed(len(PAGE.findall(pdf)), (round(float(box[1])), round(float(box[2]))), clipped)


def sources(onemap: OneMap) -> list[Key]:
    """Return (layer, id) of every source of risk that has a place and is a point."""
    return [
        (spec.key, record)
        for spec in onemap.layers_for("hazard")
        if spec.geometry == "point"
        for row, record in enumerate(onemap.records[spec.key].ids)
        if onemap.records[spec.key].placed[row]
    ]


def sheet_at(onemap: OneMap, key: Key, number: int) -> str:
    """Return the sheet of an incident at a source; winds, kinds, language and drill take turns."""
    records = onemap.records[key[0]]
    x_m, y_m = records.xy_m[onemap.row_of(*key)]
    wind = WINDS[number % len(WINDS)]
    incident = Incident(
        (float(x_m), float(y_m)),
        WHEN,
        KINDS[number % len(KINDS)],
        wind_from_deg=wind,
        wind_ms=None if wind is None else 2.0,
    )
    brief = situation_brief(onemap, incident)
    catalogue = Catalogue.load("en" if number % 5 == 0 else "zh")
    written = WHEN + timedelta(seconds=45)
    return situation_sheet(Case(onemap, brief, written, catalogue, drill=number % 2 == 0))


def wrong_papers(onemap: OneMap, page: Page, limit: int | None) -> Iterator[str]:
    """Yield a line for each paper that is not one whole page."""
    for number, key in enumerate(sources(onemap)[:limit]):
        found = printed(page, sheet_at(onemap, key, number))
        if not found.is_one("A4"):
            yield f"sheet {key}: {found}"
    for language in ("zh", "en"):
        case = CardCase(onemap, Catalogue.load(language), WHEN, drill=language == "en")
        for key in card_keys(onemap)[:limit]:
            found = printed(page, record_card(case, *key))
            if not found.is_one("A5"):
                yield f"card {key}: {found}"


def main() -> int:
    """Return 1 where a paper is not one whole page."""
    onemap = load_onemap(Path(sys.argv[1]))
    limit = int(sys.argv[2]) if len(sys.argv) > 2 else None
    with browse() as browser:
        wrong = 0
        for line in wrong_papers(onemap, browser.new_page(), limit):
            wrong += 1
            sys.stdout.write(f"BAD {line}\n")
            sys.stdout.flush()
    number, cards = len(sources(onemap)[:limit]), len(card_keys(onemap)[:limit])
    sys.stdout.write(f"{number} sheets and 2 x {cards} cards printed, {wrong} wrong\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
