"""Pictures of all pages in both languages, on a wall and on a phone, and what may never show.

``make screens`` writes them to docs/screens; without SHOUWANG_SCREENS the pages are looked at only,
and the drill, whose pages have tests of their own, is left out.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from benchmarks.live import Server, serve, serve_control
from desks import outbox
from desks.exercise.players import open_players
from geodata.store import Author
from tests.ui.control.making import NUMBER, Played, copied

from .acts import PATIENCE_MS, settled
from .test_harm import blow
from .test_register import dirty_workbook

SIZES = {"wall": (1920, 1080), "phone": (390, 844)}
AT = "113.0,23.0"
ADDRESSES = {
    "calm": "/?lang={}",
    "command": f"/?lang={{}}&at={AT}",
    "lists": "/lists?lang={}",
    "planning": "/planning?lang={}",
    "risk": "/risk?lang={}",
    "past": f"/?lang={{}}&at={AT}&as_of=2026-10-01",
    "register-table": "/register?lang={}&tab=table",
}
PROOF = {
    "calm": ".calm",
    "command": ".rail article",
    "lists": ".counts",
    "planning": ".pl-mends",
    "risk": ".fc-dossier",
    "past": ".day-chip",
    "register-table": ".registry tbody tr",
    "register-import": ".steps",
    "register-truth": ".truth td",
}
VISITS = (
    ("calm",), ("command", "leak"), ("lists",), ("planning",), ("risk",), ("past",),
    ("register-table", "register-import", "register-truth"),
)  # fmt: skip
"""What is looked at on one page after the other, opened once: the first by its address."""
WITH_LIVE_MAP = {"calm", "command", "lists", "past"}
COLOURS = 256
SMALLEST_BYTES = 10_000
NEVER = ("NaN", "Traceback", "undefined", "[object")
ALBUM = os.environ.get("SHOUWANG_SCREENS")
DRILL = {"exercise": ".ex-inject", "control": ".ec-injects"}
PASSED_S = 660
"""How long the drill of the pictures has run: some injects are out, some nodes are late."""


def _open(page: Page, server: Server, subject: str, language: str) -> None:
    page.goto(server.address + ADDRESSES[subject].format(language))
    expect(page.locator(PROOF[subject]).first).to_be_visible(timeout=2 * PATIENCE_MS)
    if subject in WITH_LIVE_MAP:
        page.wait_for_function(
            "document.documentElement.dataset.painted !== undefined", timeout=PATIENCE_MS
        )
    settled(page)


def _go_on(page: Page, subject: str, size: str) -> None:
    """Come to what is looked at next, by hand."""
    if subject == "leak":
        _leak(page, windy=size == "wall")
    elif subject.startswith("register-"):
        tab = ("table", "map", "import", "truth").index(subject.removeprefix("register-"))
        page.locator(".st-key-reg_tab button").nth(tab).click()
        expect(page.locator(PROOF[subject]).first).to_be_visible(timeout=2 * PATIENCE_MS)
        settled(page)


def _take(page: Page, subject: str, language: str, size: str) -> None:
    """Save the page in few colours: a third of the bytes, and each area keeps its own."""
    if ALBUM is None:
        return
    name = f"{subject}-{language}" if size == "wall" else f"{subject}-{size}-{language}"
    path = Path(ALBUM) / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    few.save(path, optimize=True)
    assert path.stat().st_size > SMALLEST_BYTES


def _holds(page: Page, width: int) -> None:
    """Nothing is wider than the screen, and nothing shows that only a program understands."""
    text = page.locator("body").inner_text()
    assert not [word for word in NEVER if word in text]
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width


@contextmanager
def _viewer(browser: Browser, size: str) -> Iterator[Page]:
    """Yield a fresh page before a wall or in a hand."""
    width, height = SIZES[size]
    phone = size == "phone"
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=phone, is_mobile=phone,
        timezone_id="Asia/Shanghai",
    )  # fmt: skip
    yield context.new_page()
    context.close()


@dataclass(frozen=True)
class Studio:
    """What a picture needs: the server, and a workbook to import."""

    server: Server
    dirty: Path


@pytest.fixture(scope="module")
def studio(
    server: Server, sample_district: Path, tmp_path_factory: pytest.TempPathFactory
) -> Studio:
    """Return the server, and shelters with defects, GCJ-02 under WGS 84."""
    dirty = tmp_path_factory.mktemp("dirty") / "shelters.xlsx"
    dirty_workbook(sample_district, dirty)
    return Studio(server, dirty)


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
@pytest.mark.parametrize("subjects", VISITS, ids="+".join)
def test_each_page_holds_in_each_language_and_size(
    browser: Browser, studio: Studio, subjects: tuple[str, ...], language: str, size: str
) -> None:
    """Nothing is wider than the screen, sample data says so, no trace and no NaN is shown."""
    with _viewer(browser, size) as page:
        _open(page, studio.server, subjects[0], language)
        for subject in subjects:
            if subject != subjects[0]:
                _go_on(page, subject, size)
            if subject == "register-import":
                _rehearse(page, studio.dirty)
            _take(page, subject, language, size)
            assert ("示范数据" if language == "zh" else "Sample data") in page.inner_text("body")
            _holds(page, SIZES[size][0])


@pytest.fixture(scope="module")
def drill(
    sample_district: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """Return the addresses of control and players of a drill that has run for some minutes."""
    folder = tmp_path_factory.mktemp("drill")
    played = Played(folder / "control", copied(sample_district, folder))
    played.compose().seal().commit().reveal().open().start(ago_s=PASSED_S)
    played.run((0, 125)).stamp().run((PASSED_S,))
    with open_players(played.control) as players:
        outbox.acknowledge(players, Author("街道", ""), NUMBER, "I1", at=datetime.now(tz=UTC))
    control = serve_control(played.control.folder, played.control.district, folder / "c.txt")
    with control as desk, serve(played.control.district, folder / "p.txt") as players_side:
        yield {"control": desk.address, "exercise": f"{players_side.address}/exercise"}


@pytest.mark.skipif(ALBUM is None, reason="only make screens takes pictures of a drill")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("subject", DRILL)
def test_a_running_drill_is_looked_at_from_both_sides(
    browser: Browser, drill: dict[str, str], subject: str, language: str, size: str
) -> None:
    """The board of control and what the players see of the same drill."""
    with _viewer(browser, size) as page:
        page.goto(f"{drill[subject]}?lang={language}")
        expect(page.locator(DRILL[subject]).first).to_be_visible(timeout=2 * PATIENCE_MS)
        page.wait_for_timeout(2_000)
        _take(page, subject, language, size)
        _holds(page, SIZES[size][0])
