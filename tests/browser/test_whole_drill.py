"""One whole double-blind drill in three real browsers at once: control, a player, an evaluator.

Rows S0-5 and S2-10: composed from the register, sealed, drawn, opened at T0, run, acknowledged,
stamped offline, merged, frozen, reported; ``verify_drill.py`` then confirms it with the heads that
control printed. T0 is set a few seconds ahead, since a test cannot wait for a day of its window.
"""

import re
import secrets
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.live import serve, serve_control
from desks.exercise.compose import compose
from desks.exercise.compose_wish import Wish
from desks.exercise.drafts import write_draft
from desks.onemap import load_onemap
from desks.stock import CHINA
from reports.signing import fingerprint
from tests.ui.control.making import OFFICER_PASSPHRASE, PASSPHRASE, Played, copied
from verify_drill import verdict

from .acts import PATIENCE_MS
from .test_control import Hand

DRILL = "2026-11-9"
WAIT_S = 75
"""From composing to T0: sealing and the draw lie within."""

PHONE = {"width": 390, "height": 844}


def test_a_whole_double_blind_drill_is_played_by_three_and_confirmed(
    context: BrowserContext, browser: Browser, sample_district: Path, tmp_path: Path
) -> None:
    """S0-5, S2-10: three roles at once, from compose to the confirmed package."""
    sticks = tmp_path / "sticks"
    sticks.mkdir()
    played = Played(tmp_path / "control", copied(sample_district, tmp_path), sticks)
    played.number = DRILL
    t0 = _composed(played)
    control = serve_control(played.control.folder, played.control.district, tmp_path / "c.txt")
    with control as desk, serve(played.control.district, tmp_path / "p.txt") as players:
        page = context.new_page()
        page.goto(desk.address)
        hand = Hand(page)
        expect(page.locator(".ec-page")).to_be_visible(timeout=2 * PATIENCE_MS)
        _sealed_and_drawn(hand)
        player = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
        player.goto(f"{players.address}/exercise")
        expect(player.locator(".ex-sealed")).to_contain_text(DRILL, timeout=2 * PATIENCE_MS)
        time.sleep(max(0.0, (t0 - datetime.now(UTC)).total_seconds()))
        _opened(hand, played)
        evaluator = _handed_out(hand, browser, tmp_path)
        _acknowledged(player, hand)
        _stamped(evaluator, hand, tmp_path)
        hand.send("end")
        expect(page.locator('[data-form="freeze"]')).to_be_visible(timeout=PATIENCE_MS)
        expect(player.locator(".drill-frame")).to_have_count(0, timeout=PATIENCE_MS)
        report = _reported(hand, tmp_path)
    assert report.read_bytes().startswith(b"%PDF")
    heads = [e.told["head"] for e in played.entries() if e.kind == "printed"]
    raw = (played.control.drill(DRILL) / "package.zip").read_bytes()
    confirmed, lines = verdict(raw, fingerprint(played.key.public_key()), heads)
    assert confirmed, "\n".join(map(str, lines))


def _composed(played: Played) -> datetime:
    """Compose from the register as control does, with T0 a few seconds ahead."""
    onemap = load_onemap(played.control.district)
    today = datetime.now(UTC).date()
    wish = Wish(drill=DRILL, type="double_blind", classes=("toxic",), pool=4,
                days=(today + timedelta(days=1), today + timedelta(days=2)))  # fmt: skip
    t0 = datetime.now(UTC) + timedelta(seconds=WAIT_S)
    made = compose(onemap, wish, seed=secrets.randbits(256))
    write_draft(played.control, DRILL, replace(made, t0=t0.isoformat()))
    return t0


def _sealed_and_drawn(hand: Hand) -> None:
    """Seal with control's passphrase; two commit and reveal in the window."""
    page = hand.page
    hand.write("seal", "passphrase", PASSPHRASE)
    hand.send("seal")
    expect(page.locator(".ec-proof .hash")).to_have_count(3, timeout=PATIENCE_MS)
    with page.expect_download(timeout=PATIENCE_MS) as printing:
        hand.send("paper", "seal")
    assert printing.value.path().read_bytes().startswith(b"%PDF")
    hand.send("look", "draw")
    for name, value in (("消防", "6"), ("街道", "云溪")):
        page.locator('[data-form="commit"] [name="name"]').fill(name)
        hand.write("commit", "value", value)
        hand.send("commit")
        expect(page.locator(".ec-throws")).to_contain_text(name, timeout=PATIENCE_MS)
    for name in ("消防", "街道"):
        page.locator(f'.ec-reveal.held [data-value="{name}"]').first.click()
        expect(page.locator(f'.ec-reveal[data-slip="{name}"]')).to_have_count(0)


def _opened(hand: Hand, played: Played) -> None:
    """Open with two of three keys, now that T0 has come, and begin."""
    page = hand.page
    for number, stick in enumerate(played.sticks[1:], start=1):
        page.locator(f'[name="key{number}"]').set_input_files(stick)
        page.locator(f'[name="passphrase{number}"]').fill(OFFICER_PASSPHRASE)
    hand.send("open")
    expect(page.locator(".ec-injects")).to_be_visible(timeout=PATIENCE_MS)
    hand.send("start")
    expect(page.locator(".ec-now[data-now]")).to_be_attached(timeout=PATIENCE_MS)


def _handed_out(hand: Hand, browser: Browser, folder: Path) -> Page:
    """Hand an evaluator's page out and open it as a file on a phone without a network."""
    hand.write("evaluator", "evaluator", "甲 现场")
    with hand.page.expect_download(timeout=PATIENCE_MS) as loading:
        hand.send("hand_out")
    path = folder / "evaluator.html"
    loading.value.save_as(path)
    phone = browser.new_context(viewport=PHONE, offline=True, accept_downloads=True)  # type: ignore[arg-type]
    page = phone.new_page()
    page.goto(path.as_uri())
    _compare(page, _clock(hand))
    return page


def _compare(page: Page, shown: str) -> None:
    """Type the time that control's clock shows, and press."""
    page.locator("dialog input").first.fill(shown)
    page.locator("dialog .pri").click()


def _clock(hand: Hand) -> str:
    """Return what control's clock shows: the district's time, whatever the machine's zone."""
    shown = hand.page.locator("[data-clock]").first.inner_text()
    local = datetime.now(UTC).astimezone(CHINA)
    assert shown[:2] in {f"{local:%H}", f"{local - timedelta(seconds=2):%H}"}
    return shown.replace(":", "")


def _acknowledged(player: Page, hand: Hand) -> None:
    """Read the first inject on the players' page; control sees the answer."""
    press = player.locator(".ex-inject [data-act=read]").first
    expect(press).to_be_visible(timeout=2 * PATIENCE_MS)
    press.click()
    answered = hand.page.locator(".ec-injects tr .tag.ok").first
    expect(answered).to_be_visible(timeout=PATIENCE_MS)


def _stamped(page: Page, hand: Hand, folder: Path) -> None:
    """Stamp the first node offline, hand the file in, merge it; control's track has the stamp."""
    page.wait_for_timeout(600)
    page.locator("[data-node] .stp").first.click()
    page.locator("#hand_in").click()
    _compare(page, _clock(hand))
    with page.expect_download() as waiting:
        page.locator("dialog .pri").click()
    handed = folder / "handed.json"
    waiting.value.save_as(handed)
    hand.page.locator('[data-form="handed"] [name="files"]').set_input_files(handed)
    hand.send("hand_in")
    stamped = hand.page.locator(".ec-page").get_by_text(re.compile(r"甲 现场.*1"))
    expect(stamped.first).to_be_visible(timeout=PATIENCE_MS)


def _reported(hand: Hand, folder: Path) -> Path:
    """Freeze, and return the after-action report as it was saved."""
    hand.write("freeze", "passphrase", PASSPHRASE)
    hand.send("freeze")
    button = hand.page.locator('[data-send="paper"][data-value="report"]')
    expect(button).to_be_visible(timeout=PATIENCE_MS)
    with hand.page.expect_download(timeout=2 * PATIENCE_MS) as loading:
        button.click()
    path = folder / "report.pdf"
    loading.value.save_as(path)
    return path
