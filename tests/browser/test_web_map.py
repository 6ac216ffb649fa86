"""The web map opened from a file in a real browser: it draws, switches, asks and runs nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from language import Sentence
from reports.paper import MapFigure
from reports.web_map import write_web_map
from tests.payloads import MARK, PAYLOADS
from tests.reports.drawn import figure_of, paper_of

SIGNS = 8


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page without any network."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def _opened(page: Page, path: Path) -> tuple[list[str], list[str]]:
    """Open the file; return lists that go on to collect requests and complaints."""
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto(path.as_uri())
    expect(page.locator(".leaflet-control-layers-overlays label").first).to_be_visible()
    return asked, said


def test_layers_switch_and_signs_tell_their_names(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    write_web_map(paper_of(figure_of(SIGNS)), path)
    asked, said = _opened(page, path)
    switches = page.locator(".leaflet-control-layers-overlays input")
    assert switches.count() == SIGNS
    signs = page.locator(".leaflet-marker-pane .sign")
    before = signs.count()
    assert before == 6 * (SIGNS - 3)
    switches.last.uncheck()
    expect(signs).to_have_count(before - 6)
    signs.first.dispatch_event("click")
    expect(page.locator(".leaflet-popup-content")).to_be_visible()
    assert page.locator(".leaflet-popup-content").inner_text().strip()
    assert asked == [path.as_uri()]
    assert said == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_lies_over_another_and_nothing_is_cut(
    page: Page, tmp_path: Path, width: int
) -> None:
    path = tmp_path / "map.html"
    write_web_map(paper_of(figure_of(22, ["长" * 300])), path)
    page.set_viewport_size({"width": width, "height": 800})
    _opened(page, path)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    boxes = [
        page.locator(name).bounding_box()
        for name in ("header", "footer", ".legend", ".leaflet-control-layers")
    ]
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            assert one is not None
            assert other is not None
            assert (one["y"] + one["height"] <= other["y"] + 1
                    or other["y"] + other["height"] <= one["y"] + 1)  # fmt: skip


def test_no_payload_runs(page: Page, tmp_path: Path) -> None:
    """Every payload as a name on the map, as titles, marks and defects: opened and clicked."""
    everything = " ".join(text for text in PAYLOADS.values() if len(text) < 999)
    said_so = Sentence("{said}", {"said": everything})
    figure = figure_of(12, [*PAYLOADS.values(), everything], places=len(PAYLOADS))
    maps = MapFigure("x", said_so, figure.extent_m, figure.layers)
    path = tmp_path / "map.html"
    write_web_map(paper_of(maps, title=said_so, secrecy=everything, day=everything,
                           defects=(said_so,), review_no=everything), path)  # fmt: skip
    asked, said = _opened(page, path)
    signs = page.locator(".leaflet-marker-pane .sign")
    assert signs.count() > len(PAYLOADS)
    for number in range(len(PAYLOADS)):
        signs.nth(number).dispatch_event("click")
        expect(page.locator(".leaflet-popup-content").last).to_be_visible()
        assert page.evaluate(f"window.{MARK}") is None
    page.mouse.move(500, 400)
    page.mouse.move(640, 420)
    page.wait_for_timeout(200)
    assert page.evaluate(f"window.{MARK}") is None
    assert asked == [path.as_uri()]
    assert said == []
    assert not page.locator("img, iframe, [onerror], [onload], a[href^=javascript]").count()
