"""Canary and twin: until T0 nothing of a sealed drill is on the players' side, wherever one looks.

Row S0-5: a 128-bit token in every text field of a sealed pool is looked for in all that the
players' browser and server say to each other, store, log, keep in caches and temporary folders,
in process list and environment; two different sealed pools leave the same on the players' side.
"""

import base64
import gzip
import os
import re
import secrets
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.live import FLAGS, Server, chromium, serve
from desks.exercise import running
from desks.exercise.folder import create_control
from desks.exercise.keys import new_identity, recipient_of
from desks.exercise.officers import OFFICES, Officer
from desks.exercise.opening import open_drill
from desks.exercise.scenario import Inject, Item, Node, Pool, Scenario, Trigger
from desks.onemap import load_onemap
from desks.register.opening import open_register
from tests.desks.exercise.pools import pool, scenario
from tests.desks.exercise.sealed import NUMBER, Desk

from .acts import PATIENCE_MS, settled
from .leaks import Tap, files_in, forms, hits, leaks, processes

ROOT = Path(__file__).parents[2]
AT = "113.0,23.0"
LATE_IN_HOUR = 50
POLLS = 3
PAGES = {"演练": ".ex", "登记": ".registry"}


def marked(token: str) -> Pool:
    """Return a pool with the token in every text that it may hold, keys included."""
    t = token
    node = Node(f"n-{t}", f"节点{t}", "speed", 60_000, 90_000, None, f"team:{t}", f"依据{t}")
    injects = (
        Inject(f"i-{t}", Trigger("clock"), f"接报{t}", f"值班室{t}", f"n-{t}"),
        Inject(f"j-{t}", Trigger("hand"), f"记者{t}", f"宣传{t}"),
    )
    whole = Scenario(
        number=1, title=f"想定{t}", place=f"地点{t}", at_deg=(113.01, 23.01), hour=9,
        matter={"kind": "hazmat_leak", "substance": t, f"k-{t}": t}, closed_roads=(f"路{t}",),
        injects=injects, nodes=(node,), sheet=(Item(f"s-{t}", t, f"项{t}", "speed", f"n-{t}"),),
        first_p50_ms=1, first_p90_ms=2,
    )  # fmt: skip
    fresh = {"map_stamp": t, "speed_model": t, "asked": {f"a-{t}": [t, {"deep": t}]}}
    scenarios = (whole, replace(whole, number=2, title=f"二{t}"))
    return replace(_soon(pool()), **fresh, scenarios=scenarios)  # type: ignore[arg-type]


def plain() -> Pool:
    """Return another pool: more scenarios, other places, other words, another length."""
    other = scenario(1, title="桥", place="大桥", at_deg=(113.05, 22.98), hour=21, closed_roads=())
    scenarios = tuple(replace(other, number=number) for number in range(1, 40))
    return replace(_soon(pool()), scenarios=scenarios, map_stamp="另一张图")


def _soon(made: Pool) -> Pool:
    t0 = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=20)
    return replace(made, t0=t0.isoformat(), seed=secrets.token_hex(32))


@dataclass
class Side:
    """The players' side of one drill, with control beside it in a folder of its own."""

    desk: Desk
    server: Server
    tap: Tap
    page: Page
    folder: Path
    texts: dict[str, str]

    def everything(self) -> dict[str, bytes]:
        """Return all that was said, stored and logged on the players' side, and the processes."""
        self.tap.drain()
        own = {f"frame {n}": frame for n, frame in enumerate(self.tap.frames + self.tap.sent)}
        own |= {f"url {n}": url.encode() for n, url in enumerate(self.tap.urls)}
        own |= {f"body {url}": body for url, body in self.tap.bodies.items()}
        own |= {f"text {step}": text.encode() for step, text in self.texts.items()}
        folders = [self.folder / name for name in ("district", "profile", "temp", "log")]
        own |= files_in(*folders, ROOT / "static" / "maps", ROOT / ".streamlit")
        return own | processes()

    def step(self, name: str, act: Callable[[], object], shown: str) -> None:
        """Do something on the page and keep what it says once each of its polls has asked."""
        act()
        expect(self.page.locator(shown).first).to_be_visible(timeout=2 * PATIENCE_MS)
        settled(self.page)
        polls = len(self.tap.sent) + POLLS
        while len(self.tap.sent) < polls:
            self.page.wait_for_timeout(100)
        settled(self.page)
        self.texts[name] = self.page.locator(".stApp").inner_text()
        self.tap.drain()

    def look_around(self, when: str, pages: Sequence[str] = tuple(PAGES)) -> None:
        """Open pages of the program, one after another, in one session."""
        self.step(
            f"{when} incident", lambda: self.page.goto(f"{self.server.address}/?at={AT}"), ".rail"
        )
        for page in pages:
            link = self.page.get_by_test_id("stTopNavLink").filter(has_text=page)
            self.step(f"{when} {page}", link.click, PAGES[page])

    def open_drill(self) -> None:
        """Draw and open before T0, so that the opened scenario too lies beside the players."""
        self.desk.draw()
        keys = self.desk.identities[:2]
        onemap = load_onemap(self.desk.control.district)
        open_drill(self.desk.control, NUMBER, keys, onemap, at=datetime.now(UTC), early=True)


@contextmanager
def side(town: Path, folder: Path, browser: Browser, made: Pool) -> Iterator[Side]:
    """Yield a players' side for whose drill this pool was sealed while its server ran."""
    for name in ("temp", "log"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(town, folder / "district")
    identities = tuple(new_identity() for _ in OFFICES)
    officers = tuple(
        Officer(f"示例{office}", office, recipient_of(identity))
        for office, identity in zip(OFFICES, identities, strict=True)
    )
    control = create_control(folder / "control", folder / "district")
    desk = Desk(control, officers, identities, Ed25519PrivateKey.generate())
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(folder / "temp")
    try:
        with serve(folder / "district", folder / "log" / "server.txt") as server:
            context = browser.browser_type.launch_persistent_context(
                folder / "profile", executable_path=chromium(), args=list(FLAGS), locale="zh-CN",
                viewport={"width": 1920, "height": 1080},
            )  # fmt: skip
            tap = Tap(context)
            found = Side(desk, server, tap, tap.open(), folder, {})
            found.step("before", lambda: found.page.goto(server.address), ".brand")
            desk.seal(made)
            found.look_around("sealed")
            yield found
            context.close()
    finally:
        os.environ.pop("TMPDIR")
        if before is not None:
            os.environ["TMPDIR"] = before


# ---- twins: what must be the same -----------------------------------------------------------
_SAME = (
    (re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), b"<uuid>"),
    (re.compile(rb"([0-9a-f]{8} ){7}[0-9a-f]{8}"), b"<hash>"),
    (re.compile(rb"[0-9a-f]{16,128}"), b"<hash>"),
    (re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(\+\d\d:\d\d|Z)?"), b"<time>"),
    (re.compile(rb"\d\d:\d\d(:\d\d(\.\d+)?)?"), b"<time>"),
    (re.compile(rb"127\.0\.0\.1:\d+"), b"<host>"),
    (re.compile(rb"\b1[0-9]{12}\b|\b[0-9,]+ ms\b"), b"<ms>"),
)


def same(data: bytes) -> bytes:
    """Return the data with times, random ids, hashes and the port left out."""
    for pattern, instead in _SAME:
        data = pattern.sub(instead, data)
    return data


def spoken(tap: Tap) -> set[str]:
    """Return every line of every message, as Streamlit's own words tell it, times left out.

    How often a poll asked depends on the clock, what it said does not.
    """
    told = [str(ForwardMsg.FromString(frame)) for frame in tap.frames]
    told += [str(BackMsg.FromString(frame)) for frame in tap.sent if frame]
    return {same(line.encode()).decode() for text in told for line in text.splitlines()}


def asked(of: Side) -> set[bytes]:
    """Return every address that the browser asked for."""
    return {same(url.encode()) for url in of.tap.urls}


def logged(of: Side) -> bytes:
    """Return what the players' server wrote so far."""
    return same((of.folder / "log" / "server.txt").read_bytes())


def stored(district: Path) -> list[str]:
    """Return every event that the players' register took since it was founded."""
    with open_register(district) as store:
        events = store.events()
    return [
        same(repr((e.kind, e.layer, e.id, e.who, e.why, e.after)).encode()).decode() for e in events
    ]


def test_no_token_until_t0_and_the_same_of_two_different_drills(
    town: Path, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row S0-5: 0 hits of the canary until T0, then the released one; twins leave the same."""
    token = secrets.token_hex(16)
    # Roads are slower by the hour of the wall clock: both servers shall have the same hour.
    monkeypatch.setenv("TZ", "AAA-0:30" if datetime.now(UTC).minute >= LATE_IN_HOUR else "AAA0")
    with ExitStack() as open_sides:
        one = open_sides.enter_context(side(town, tmp_path / "one", browser, marked(token)))
        one.open_drill()
        one.look_around("opened", ["演练"])
        until_t0 = one.everything()
        assert leaks(until_t0, token) == []
        assert len(one.tap.frames) > 20
        told = one.desk.told()[0].commitment
        shown = " ".join(told[at : at + 8] for at in range(0, 64, 8)).encode()
        assert any(shown in frame for frame in one.tap.frames), "what is public is read here"
        assert f"/proc/{one.server.process_id}/environ" in until_t0
        texts, said, urls, log = dict(one.texts), spoken(one.tap), asked(one), logged(one)
        events = stored(one.folder / "district")
        running.start(one.desk.control, NUMBER, datetime.now(UTC))
        link = one.page.get_by_test_id("stTopNavLink").filter(has_text="演练")
        one.step("running", link.click, ".ex-inject")
        found = {place.split(" ")[0].split("/")[-1] for place in leaks(one.everything(), token)}
        assert "frame" in found, "what is released is found, so that what is not could be"
        assert "register.sqlite-wal:" in found or "register.sqlite:" in found
    with side(town, tmp_path / "two", browser, plain()) as two:
        two.open_drill()
        two.look_around("opened", ["演练"])
        assert {k: same(v.encode()) for k, v in two.texts.items()} == {
            k: same(v.encode()) for k, v in texts.items()
        }
        assert stored(two.folder / "district") == events
        assert spoken(two.tap) ^ said == set()
        assert asked(two) == urls
        assert logged(two) == log


# ---- the search itself ----------------------------------------------------------------------
def zipped(data: bytes) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", data)
    return held.getvalue()


@pytest.mark.parametrize(
    "hide",
    [
        lambda data: b"x" + data,
        lambda data: data.upper(),
        lambda data: data.decode().encode("utf-16-le"),
        lambda data: b"\xff" + data.decode().encode("utf-16-be"),
        lambda data: "".join(f"%{byte:02X}" for byte in data).encode(),
        lambda data: data.hex().encode(),
        base64.b64encode,
        lambda data: base64.b64encode(b"a" + data + b"tail"),
        lambda data: base64.urlsafe_b64encode(b"ab" + data + b"t"),
        lambda data: b"before" + gzip.compress(data * 3) + b"after",
        lambda data: b"x" + zlib.compress(gzip.compress(b"in " + data + b" two")),
        lambda data: zipped(b"in a file: " + base64.b64encode(data)),
    ],
    ids=[
        "raw", "upper", "utf-16-le", "utf-16-be", "percent", "hex", "base64", "base64+1",
        "base64+2", "gzip", "zlib in gzip", "base64 in zip",
    ],
)  # fmt: skip
def test_a_token_that_was_put_there_is_found(
    hide: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    """A canary in any of these coats, in a file or in its name, is found; another one is not."""
    token, other = secrets.token_hex(16), secrets.token_hex(16)
    (tmp_path / "cache").write_bytes(hide(token.encode()))
    assert leaks(files_in(tmp_path), token)
    assert not leaks(files_in(tmp_path), other)
    assert not hits(b"", token)
    assert all(len(form) >= 20 for form in forms(token).values())


def test_a_token_in_a_name_a_command_line_or_an_environment_is_found(tmp_path: Path) -> None:
    token, secret = secrets.token_hex(16), secrets.token_hex(16)
    (tmp_path / f"cache-{token}").write_bytes(b"")
    assert leaks(files_in(tmp_path), token) == [f"{tmp_path}/cache-{token}: name"]
    waiting = [sys.executable, "-c", "print(flush=True); input()", token]
    told = {**os.environ, "DRILL": secret}
    pipe = subprocess.PIPE
    with subprocess.Popen(waiting, stdin=pipe, stdout=pipe, env=told) as child:
        try:
            assert child.stdout is not None
            child.stdout.readline()
            assert f"/proc/{child.pid}/cmdline: raw" in leaks(processes(), token)
            assert f"/proc/{child.pid}/environ: raw" in leaks(processes(), secret)
        finally:
            child.communicate(b"\n")
