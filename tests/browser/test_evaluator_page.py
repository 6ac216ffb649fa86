"""The evaluator's page from a file in a real browser: pressed, corrected, reloaded, handed in."""

import base64
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from desks.exercise.evaluator_file import EvaluatorFile, moment, read_evaluator_file
from desks.exercise.scenario import Node
from geodata.chain import canonical
from reports.evaluator_page import evaluator_page
from tests.desks.exercise.pools import scenario
from tests.payloads import MARK, PAYLOADS

MINUTE_MS = 60_000
NODES = (
    Node("called", "接警", "speed", 18_000, None, 60_000),
    Node("sent", "首队派出", "speed", 31_000, 45_000, None),
    Node("guarded", "警戒完成", "handling", 20 * MINUTE_MS, None, 25 * MINUTE_MS),
    *(Node(f"more{n}", f"后续节点 {n}", "handling", None, None, None) for n in range(9)),
)
PHONE = {"width": 390, "height": 844}


@dataclass
class Held:
    """A phone in an evaluator's hand, without any network, and what its browser complained of."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def press(self, node: str) -> None:
        """Press for a node as a thumb does: not twice within half a second."""
        self.page.wait_for_timeout(500)
        self.page.locator(f"[data-node={node}] .stp").click()
        expect(self.page.locator(f"[data-node={node}] .time")).not_to_be_empty()

    def keep(self) -> None:
        """Press the sheet's main button."""
        self.page.locator("dialog .pri").click()

    def compare(self, ahead: timedelta) -> None:
        """Type what control's clock shows now, when it is so much ahead, and press."""
        shown = datetime.now(UTC) + ahead + timedelta(hours=8)
        self.page.locator("dialog input").first.fill(f"{shown:%H%M%S}")
        self.keep()

    def hand_in(self, ahead: timedelta, folder: Path) -> EvaluatorFile:
        """Hand in and return what the file says."""
        self.page.locator("#hand_in").click()
        self.compare(ahead)
        with self.page.expect_download() as waiting:
            self.keep()
        target = folder / "handed.json"
        waiting.value.save_as(target)
        return read_evaluator_file(target.read_bytes())


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """Return a phone that is offline."""
    context = browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, accept_downloads=True, offline=True
    )  # type: ignore[arg-type]
    yield context
    context.close()


def opened(phone: BrowserContext, path: Path) -> Held:
    held = Held(phone.new_page())
    held.page.on("console", lambda line: held.said.append(line.text))
    held.page.on("pageerror", lambda error: held.said.append(str(error)))
    held.page.on("request", lambda request: held.asked.append(request.url))
    held.page.goto(path.as_uri())
    return held


def written(folder: Path, evaluator: str = "甲", lang: str = "zh") -> Path:
    path = folder / f"{lang}.html"
    t0 = datetime.now(UTC) - timedelta(minutes=9)
    one = scenario(1, nodes=NODES)
    path.write_text(evaluator_page(one, evaluator, lang, drill="2026-1", t0=t0), encoding="utf-8")
    return path


def noise(path: Path) -> Path:
    """Write a picture that no compression makes small."""
    chance = random.Random(1)  # noqa: S311 - reproducible, not secret
    made = Image.frombytes("RGB", (1600, 1200), chance.randbytes(1600 * 1200 * 3))
    made.save(path)
    return path


def test_an_evaluator_times_corrects_takes_back_and_hands_in(
    phone: BrowserContext, tmp_path: Path
) -> None:
    """Row S0-5: what is pressed offline comes back whole, by the clock of control."""
    ahead = timedelta(seconds=30)
    held = opened(phone, written(tmp_path))
    page = held.page
    expect(page.locator("#offset")).to_have_text("▲ 未对时")
    comparing = datetime.now(UTC)
    held.compare(ahead)
    pressing = datetime.now(UTC)
    held.press("called")
    held.press("sent")
    pressed = datetime.now(UTC)
    expect(page.locator("[data-node=called]")).to_have_class("nd done late ")
    expect(page.locator("[data-node=guarded]")).to_have_class("nd   next")
    expect(page.locator("[data-node=guarded] small")).to_have_text("应 20′00″ · 最迟 25′00″")
    page.wait_for_timeout(500)
    page.locator("[data-node=sent] .change").click()
    page.locator("dialog input").fill("9999")
    held.keep()
    expect(page.locator("dialog input.bad")).to_be_visible()
    page.locator("dialog input").fill("14:23:01")
    page.locator("dialog textarea").fill("看错")
    held.keep()
    expect(page.locator("[data-node=sent] .time")).to_have_text("14:23:01")
    page.locator("#line").click()
    page.locator("dialog textarea").fill("警戒线过近\u202e <b>x</b>\n第二行")
    held.keep()
    held.press("guarded")
    page.locator("#undo").click()
    expect(page.locator("dialog p")).to_contain_text("警戒完成")
    held.keep()
    expect(page.locator("[data-node=guarded] .stp")).to_be_visible()
    page.locator("#camera").set_input_files(noise(tmp_path / "photo.jpg"))
    expect(page.locator("#said")).to_contain_text("照片已存")
    page.reload()
    expect(page.locator("#kept")).to_have_text("离线 · 存 8 条")
    expect(page.locator("[data-node=sent] .time")).to_have_text("14:23:01")
    found = held.hand_in(ahead, tmp_path)
    assert [(one.node, one.typed) for one in found.stamps] == [("called", False), ("sent", True)]
    stamped = found.corrected(found.stamps[0].raw_ms) - ahead
    typing = pressing - comparing + timedelta(seconds=1.5)
    assert pressing - typing < stamped < pressed + typing, "to the second that was typed"
    typed = moment(found.stamps[1].raw_ms)
    assert f"{typed + timedelta(hours=8):%H:%M:%S}" == "14:23:01"
    assert [line.text for line in found.lines] == ["警戒线过近 <b>x</b> 第二行", ""]
    assert all(len(data) <= 60_000 for data in found.photos.values())
    assert len(found.photos) == 1
    assert found.said == ()
    expect(page.locator("#said")).to_contain_text(
        " ".join(found.links[-1][i : i + 4] for i in (0, 4, 8, 12))
    )
    assert held.said == []
    assert all(url.startswith(("file:", "blob:")) for url in held.asked)


def test_the_hash_and_the_one_text_are_those_of_the_log(
    phone: BrowserContext, tmp_path: Path
) -> None:
    """The page's own SHA-256 and canonical JSON against hashlib and geodata.chain, 300 texts."""
    page = opened(phone, written(tmp_path)).page
    chance = random.Random(2)  # noqa: S311 - reproducible, not secret
    samples = [chance.randbytes(n) for n in (*range(130), 999, 100_000)]
    found = page.evaluate(
        "all => all.map(one => digest(Uint8Array.from(atob(one), c => c.charCodeAt(0))))",
        [base64.b64encode(one).decode() for one in samples],
    )
    assert found == [hashlib.sha256(one).hexdigest() for one in samples]
    values = [
        {"z": number, "a": text, "n": {"b": [1, -2], "": text}}
        for number, text in enumerate([*PAYLOADS.values(), "".join(map(chr, range(0xD7FF))), "😀"])
    ]
    assert page.evaluate("all => all.map(canonical)", values) == [canonical(one) for one in values]


def test_two_windows_lose_nothing_and_a_changed_store_is_said(
    phone: BrowserContext, tmp_path: Path
) -> None:
    path = written(tmp_path)
    first, second = opened(phone, path), opened(phone, path)
    for held in (first, second):
        held.page.locator("dialog button").nth(1).click()
    first.press("called")
    second.press("sent")
    first.press("guarded")
    expect(second.page.locator("[data-node=called] .time")).not_to_be_empty()
    found = first.hand_in(timedelta(), tmp_path)
    assert [one.node for one in found.stamps] == ["called", "sent", "guarded"]
    first.page.evaluate(
        "() => { for (const key of Object.keys(localStorage)) {"
        " localStorage.setItem(key, localStorage.getItem(key).replace('guarded', 'more1')) } }"
    )
    second.page.close()
    first.page.reload()
    expect(first.page.locator("#said")).to_contain_text("被改动")


def test_where_nothing_can_be_kept_the_page_says_so_and_still_works(
    phone: BrowserContext, tmp_path: Path
) -> None:
    phone.add_init_script("Storage.prototype.setItem = () => { throw new Error('full') }")
    held = opened(phone, written(tmp_path))
    held.page.locator("dialog button").nth(1).click()
    held.press("called")
    expect(held.page.locator("#kept")).to_contain_text("未能保存")
    assert [one.node for one in held.hand_in(timedelta(), tmp_path).stamps] == ["called"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_thumb_reaches_everything_and_nothing_is_cut(
    phone: BrowserContext, tmp_path: Path, lang: str
) -> None:
    held = opened(phone, written(tmp_path, "评估员" * 9, lang))
    page = held.page
    for _ in range(2):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.evaluate(
            """() => [...document.querySelectorAll("button")].filter(e => e.checkVisibility())
              .map(e => [e.textContent, e.getBoundingClientRect()])
              .filter(([, box]) => box.height < 44 || box.width < 44 || box.right > innerWidth)
              .map(([text]) => text)"""
        )
        assert small == []
        if page.locator("dialog[open]").count():
            page.locator("dialog button").nth(1).click()
    held.press("called")
    page.locator("[data-node=more8] .stp").scroll_into_view_if_needed()
    expect(page.locator("[data-node=more8] .stp")).to_be_in_viewport()
    expect(page.locator("#hand_in")).to_be_in_viewport()


def test_no_payload_runs(phone: BrowserContext, tmp_path: Path) -> None:
    everything = [text for text in PAYLOADS.values() if len(text) < 999]
    nodes = tuple(Node(f"n{i}", text, "speed", 1, 2, 3) for i, text in enumerate(everything))
    path = tmp_path / "x.html"
    one = scenario(1, title="".join(everything), nodes=nodes)
    path.write_text(evaluator_page(one, "".join(everything), "en", drill="1"), encoding="utf-8")
    held = opened(phone, path)
    held.page.locator("dialog button").nth(1).click()
    held.press("n0")
    held.page.locator("#undo").click()
    assert held.page.evaluate(f"window.{MARK}") is None
    assert held.asked == [path.as_uri()]
    assert [line for line in held.said if "Content Security Policy" not in line] == []
    assert json.loads(held.page.locator("#given").text_content() or "")["evaluator"] == "".join(
        everything
    )
