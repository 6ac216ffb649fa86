"""Exercise control in a real browser, behind its own door: composed, sealed, drawn, run, judged."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from benchmarks.live import serve_control
from desks import outbox
from desks.exercise.players import open_players
from geodata.store import Author
from tests.browser.conftest import Visit
from tests.ui.control.making import NUMBER, OFFICER_PASSPHRASE, PASSPHRASE, Played, copied

from .acts import PATIENCE_MS

ROOT = Path(__file__).parents[2]
SECRETS = (PASSPHRASE, OFFICER_PASSPHRASE)


class Hand:
    """A person at the page who counts each press of the mouse."""

    def __init__(self, page: Page) -> None:
        """Begin with none."""
        self.page, self.clicks = page, 0

    def press(self, what: Locator) -> None:
        """Press something."""
        what.click(timeout=PATIENCE_MS)
        self.clicks += 1

    def send(self, verb: str, value: str | None = None) -> None:
        """Press the first button in view that sends this act."""
        of = "" if value is None else f'[data-value="{value}"]'
        self.press(self.page.locator(f'[data-send="{verb}"]{of}:visible').first)

    def write(self, form: str, name: str, text: str) -> None:
        """Press a field and type."""
        field = self.page.locator(f'[data-form="{form}"] [name="{name}"]')
        self.press(field)
        field.fill(text)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the hand-made town."""
    folder = tmp_path_factory.mktemp("districts") / "town"
    made = [sys.executable, "cli.py", "sample", str(folder), "--size", "town"]
    subprocess.run(made, cwd=ROOT, check=True, capture_output=True)
    return folder


@contextmanager
def _opened(played: Played, context: BrowserContext, folder: Path) -> Iterator[Hand]:
    """Yield a hand at control's page; nothing may leave the machine, nothing may go wrong."""
    control = played.control
    with serve_control(control.folder, control.district, folder / "log.txt") as server:
        visit = Visit(context.new_page(), server.address).listen()
        visit.page.goto(server.address)
        expect(visit.page.locator(".ec-page")).to_be_visible(timeout=2 * PATIENCE_MS)
        _require_closed(server.address)
        yield Hand(visit.page)
        assert visit.outside == []
        assert visit.complaints == []
    said = (folder / "log.txt").read_text("utf-8")
    assert not [one for one in SECRETS if one in said]


def _require_closed(address: str) -> None:
    """Whoever knows the port and not the whole address finds nothing there."""
    host = address.removeprefix("http://").partition("/")[0]
    for path in ("/", "/_stcore/stream", "/_stcore/health", f"/{'0' * 32}/"):
        with closing(HTTPConnection(host, timeout=10)) as connection:
            connection.request("GET", path)
            assert connection.getresponse().status == HTTPStatus.NOT_FOUND, path


def _played(district: Path, folder: Path) -> Played:
    """Return control's folder for a copy of a district, with keys and three officers' sticks."""
    sticks = folder / "sticks"
    sticks.mkdir()
    return Played(folder / "control", copied(district, folder), sticks)


def _step(page: Page, stage: str) -> Locator:
    return page.locator(f'.ec-steps [data-step="{stage}"]')


def test_a_pool_is_composed_and_sealed_in_fifteen_clicks_and_ten_minutes(
    context: BrowserContext, sample_district: Path, tmp_path: Path
) -> None:
    """S0-5: from the empty page to the sealed pool with three keys, counted and timed."""
    played = _played(sample_district, tmp_path)
    with _opened(played, context, tmp_path) as hand:
        page, began = hand.page, time.monotonic()
        for key in ("toxic", "flammable"):
            hand.press(page.locator(f'[name="classes"][value="{key}"] + i'))
        hand.write("compose", "number", "2026-11-7")
        hand.send("compose")
        expect(_step(page, "compose")).to_contain_text("池 12 题", timeout=4 * PATIENCE_MS)
        hand.write("seal", "passphrase", PASSPHRASE)
        hand.send("seal")
        expect(page.locator(".ec-proof .hash")).to_have_count(3, timeout=PATIENCE_MS)
        assert hand.clicks <= 15
        assert time.monotonic() - began <= 600
        with open_players(played.control) as players:
            (notice,) = outbox.notices(players)
        assert notice.drill == "2026-11-7"
        expect(page.locator(".ec-proof")).to_contain_text(notice.commitment)
        assert "?" not in page.url
        assert page.title().startswith("【演练】导调")


def test_a_drill_is_drawn_run_and_judged_by_hand(
    context: BrowserContext, town: Path, tmp_path: Path
) -> None:
    """S0-5: values stay in the window until revealed; injects go out; the package comes back."""
    played = _played(town, tmp_path).compose().seal()
    with _opened(played, context, tmp_path) as hand:
        page = hand.page
        for name, value in (("消防", "6"), ("街道", "云溪")):
            page.locator('[data-form="commit"] [name="name"]').fill(name)
            hand.write("commit", "value", value)
            hand.send("commit")
            expect(page.locator(".ec-throws")).to_contain_text(name, timeout=PATIENCE_MS)
        assert not {"revealed", "drawn"} & {one.kind for one in played.entries()}
        assert "云溪" not in str([one.told for one in played.entries()])
        for name in ("消防", "街道"):
            page.locator(f'.ec-reveal.held [data-value="{name}"]').first.click()
            expect(page.locator(f'.ec-reveal[data-slip="{name}"]')).to_have_count(0)
        for number, stick in enumerate(played.sticks[1:], start=1):
            page.locator(f'[name="key{number}"]').set_input_files(stick)
            page.locator(f'[name="passphrase{number}"]').fill(OFFICER_PASSPHRASE)
        hand.press(page.locator('[name="early"] + i'))
        hand.send("open")
        expect(page.locator(".ec-injects")).to_be_visible(timeout=PATIENCE_MS)
        hand.send("start")
        _runs(hand, played)
        hand.send("end")
        _judged(hand, played, tmp_path)


def _runs(hand: Hand, played: Played) -> None:
    """Send one by hand, add one, see an answer that another process wrote without pressing."""
    page = hand.page
    expect(page.locator(".ec-now[data-now]")).to_be_attached(timeout=PATIENCE_MS)
    hand.send("release", "I7")
    expect(page.locator('[data-send="release"][data-value="I7"]')).to_have_count(0)
    hand.press(page.locator(".ec-add summary"))
    hand.write("add", "text", "临时：停电")
    page.locator('[data-form="add"] [name="to"]').fill("指挥部")
    hand.send("add")
    row = page.locator(".ec-injects tr", has_text="临时：停电")
    expect(row.locator(".tag.warn")).to_be_visible(timeout=PATIENCE_MS)
    with open_players(played.control) as players:
        now = datetime.now(tz=UTC)
        outbox.acknowledge(players, Author("街道", ""), NUMBER, "I7", at=now)
    row = page.locator(".ec-injects tr", has_text="记者到场")
    expect(row.locator(".tag.ok")).to_be_visible(timeout=PATIENCE_MS)
    for width, height in ((1366, 768), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        expect(page.locator(".ec-abort summary")).to_be_in_viewport()
        expect(page.locator(".ec-foot")).to_be_in_viewport()


def _judged(hand: Hand, played: Played, folder: Path) -> None:
    """Write a finding, freeze, and take the package."""
    page = hand.page
    expect(page.locator('[data-form="freeze"]')).to_be_visible(timeout=PATIENCE_MS)
    hand.write("find", "text", "对讲机无电")
    hand.send("find")
    expect(page.locator(".ec-findings")).to_contain_text("对讲机无电", timeout=PATIENCE_MS)
    hand.write("freeze", "passphrase", PASSPHRASE)
    hand.send("freeze")
    with page.expect_download(timeout=PATIENCE_MS) as loading:
        hand.send("package")
    file = folder / "package.zip"
    loading.value.save_as(file)
    assert file.read_bytes() == (played.control.drill(NUMBER) / "package.zip").read_bytes()
    hand.send("archive")
    expect(page.locator(".said.bad")).to_be_visible(timeout=PATIENCE_MS)
    assert "archived" not in {one.kind for one in played.entries()}, "a finding has no owner"
