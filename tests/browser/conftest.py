"""A real browser on the real app: one sample district, one server, one Chromium for all tests."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.live import Server, browse, chromium, serve
from tests.browser.acts import PATIENCE_MS

# Playwright's own five seconds are few for a round trip while three browsers share two processors.
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything below this folder, so that ``-m 'not browser'`` leaves it out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(180))


@dataclass
class Visit:
    """One page and everything it asked for and stumbled over."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def outside(self) -> list[str]:
        """Return the requests that left this host; data and blob addresses never do."""
        ours = (self.address, self.address.replace("http", "ws", 1), "data:", "blob:", "about:")
        return [url for url in self.requests if not url.startswith(ours)]

    def listen(self) -> "Visit":
        """Record requests, console errors and uncaught exceptions from now on."""
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self._heard(said.type, said.text))
        return self

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error":
            self.complaints.append(text)


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small district, made by the program's own command; copy it."""
    folder = tmp_path_factory.mktemp("districts") / "town"
    made = [sys.executable, "cli.py", "sample", str(folder), "--size", "town"]
    subprocess.run(made, cwd=Path(__file__).parents[2], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def server(sample_district: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return the running app with the sample district."""
    with serve(sample_district, tmp_path_factory.mktemp("server") / "log.txt") as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Chromium; without one skip, except where CI promises that everything is run."""
    if chromium() is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine: apt install chromium fonts-noto-cjk")
    with browse() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a fresh viewer before a wall of 1920 × 1080."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    yield context
    context.close()


@pytest.fixture
def visit(context: BrowserContext, server: Server) -> Visit:
    """Return the command page, listened to from its first request on."""
    visit = Visit(context.new_page(), server.address).listen()
    visit.page.goto(server.address)
    return visit
