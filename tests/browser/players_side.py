"""The players' side of one drill: server and browser, and all that they store, send and log."""

import gzip
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, BrowserContext, Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.live import FLAGS, Server, chromium, serve
from cli import main
from desks.exercise.folder import create_control
from desks.exercise.keys import new_identity, recipient_of
from desks.exercise.officers import OFFICES, Officer
from desks.exercise.opening import open_drill
from desks.exercise.scenario import Pool
from desks.onemap import load_onemap
from tests.desks.exercise.sealed import NUMBER, Desk

from .acts import PATIENCE_MS, settled
from .leaks import Tap, files_in, processes

ROOT = Path(__file__).parents[2]
AT = "113.0,23.0"
POLLS = 3
PAGES = {"演练": ".ex", "登记": ".registry"}
STORED = ("district", "temp", "log", "home", "copies")
"""What the players' side keeps, beside the browser's profile; ``home`` is its user's."""

COPIES = (
    ("backup", "b.sqlite"), ("changes", "c.json"), ("export", "e.xlsx", "--form", "xlsx"),
)  # fmt: skip


@dataclass
class Side:
    """The players' side of one drill, with control beside it in a folder of its own."""

    desk: Desk
    server: Server
    folder: Path
    browser: Browser
    tap: Tap = field(init=False)
    page: Page = field(init=False)
    texts: dict[str, str] = field(default_factory=dict)
    cookies: str = ""

    def come(self) -> None:
        """Open a browser on the profile, listened to from its first request on."""
        context = self.browser.browser_type.launch_persistent_context(
            self.folder / "profile", executable_path=chromium(), args=list(FLAGS), locale="zh-CN",
            viewport={"width": 1920, "height": 1080},
        )  # fmt: skip
        self.tap = Tap(context)
        self.page = self.tap.open()

    @property
    def context(self) -> BrowserContext:
        """Return the browser."""
        return self.tap.context

    def leave(self) -> None:
        """Close the browser, so that all it keeps is on the disk; its cookies are locked there."""
        self.tap.drain()
        self.cookies = str(self.context.cookies())
        self.context.close()

    def copy_all(self) -> None:
        """Let the players copy, export and give away all that their register holds."""
        copies = self.folder / "copies"
        copies.mkdir(exist_ok=True)
        district = str(self.folder / "district")
        for verb, name, *more in COPIES:
            (copies / name).unlink(missing_ok=True)
            assert main(["register", verb, district, str(copies / name), *more]) == 0

    def everything(self) -> dict[str, bytes]:
        """Return all that was said, stored and logged on the players' side, and the processes."""
        own = {f"frame {n}": frame for n, frame in enumerate(self.tap.frames + self.tap.sent)}
        own |= {f"url {n}": url.encode() for n, url in enumerate(self.tap.urls)}
        own |= {f"body {url}": body for url, body in self.tap.bodies.items()}
        own |= {f"text {step}": text.encode() for step, text in self.texts.items()}
        own["cookies"] = self.cookies.encode()
        folders = [self.folder / name for name in STORED]
        own |= files_in(*folders, ROOT / "static", ROOT / ".streamlit")
        return own | processes()

    def profile(self) -> dict[str, bytes]:
        """Return every file of the browser's profile; it is whole once the browser has left."""
        return files_in(self.folder / "profile")

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
def side(town: Path, folder: Path, browser: Browser, made: Pool, port: int) -> Iterator[Side]:
    """Yield a players' side for whose drill this pool was sealed while its server ran."""
    for name in ("temp", "log", "home"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(town, folder / "district")
    identities = tuple(new_identity() for _ in OFFICES)
    officers = tuple(
        Officer(f"示例{office}", office, recipient_of(identity))
        for office, identity in zip(OFFICES, identities, strict=True)
    )
    control = create_control(folder / "control", folder / "district")
    desk = Desk(control, officers, identities, Ed25519PrivateKey.generate())
    with (
        _variables(TMPDIR=str(folder / "temp"), HOME=str(folder / "home")),
        serve(folder / "district", folder / "log" / "server.txt", port=port) as server,
    ):
        found = Side(desk, server, folder, browser)
        found.come()
        found.step("before", lambda: found.page.goto(server.address), ".brand")
        desk.seal(made)
        found.look_around("sealed")
        yield found


@contextmanager
def _variables(**told: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


# ---- twins: what must be the same -----------------------------------------------------------
_SAME = (
    (re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), b"<uuid>"),
    (re.compile(rb"([0-9a-f]{8} ){7}[0-9a-f]{8}"), b"<hash>"),
    (re.compile(rb"[0-9a-f]{16,128}|[0-9A-F]{16,128}"), b"<hash>"),
    (re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(\+\d\d:\d\d|Z)?"), b"<time>"),
    (re.compile(rb"\d\d:\d\d(:\d\d(\.\d+)?)?"), b"<time>"),
    (re.compile(rb"\b1[0-9]{12}\b|\b[0-9,]+ ms\b"), b"<ms>"),
    # whether the next poll came before a run of the page was over
    (re.compile(rb"script_finished: [A-Z_]+"), b"<finished>"),
)
_POST = re.compile(rb"(?<![0-9a-f])[0-9a-f]{8}(?![0-9a-f])|(?<='place',')[^']*")
"""A register's own id, and by which file it knows that it is no copy."""


def same(data: bytes) -> bytes:
    """Return the data with times, random ids and hashes left out."""
    for pattern, instead in _SAME:
        data = pattern.sub(instead, data)
    return data


def left(of: Side) -> dict[str, object]:
    """Return what a side said, stored and logged by its place, as it is to be with any pool."""
    found: dict[str, object] = {
        "frames": spoken(of.tap),
        "urls": {same(url.encode()) for url in of.tap.urls},
    }
    found |= {f"text {name}": same(text.encode()) for name, text in of.texts.items()}
    found["bodies"] = {same(u.encode()) + b" " + same(b) for u, b in of.tap.bodies.items()}
    for name in STORED:
        for path in sorted((of.folder / name).rglob("*")):
            place = str(path.relative_to(of.folder))
            found[place] = _kept(path) if path.is_file() else "folder"
    return found


def spoken(tap: Tap) -> set[str]:
    """Return every line of every message, as Streamlit's own words tell it, times left out.

    How often a poll asked, and which answers one message holds, depends on the clock; what is said
    does not.
    """
    told = [str(ForwardMsg.FromString(frame)) for frame in tap.frames]
    told += [str(BackMsg.FromString(frame)) for frame in tap.sent if frame]
    return {same(line.encode()).decode() for text in told for line in text.splitlines()}


def _nameless(row: bytes) -> bytes:
    return same(_POST.sub(b"<post>", row))


def _kept(path: Path) -> tuple[int, object]:
    """Return size and content of a file; of a register its rows, of a workbook its parts."""
    data = path.read_bytes()
    if data.startswith(b"SQLite format 3"):
        with closing(sqlite3.connect(path)) as rows:
            return len(data), {_nameless(row.encode()) for row in rows.iterdump()}
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
        return len(data), set(map(_nameless, data.splitlines()))  # in the order of the posts' ids
    if path.suffix == ".xlsx":
        with ZipFile(BytesIO(data)) as parts:
            return len(data), {name: same(parts.read(name)) for name in parts.namelist()}
    # what SQLite writes beside a register has salts and sums of its own; its rows are in the dump
    return len(data), None if path.name.endswith(("-wal", "-shm")) else same(data)
