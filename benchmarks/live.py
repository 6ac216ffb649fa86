"""The running app and a real browser beside it: for the click benchmark and the browser tests."""

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

from benchmarks.ports import free_port

ROOT = Path(__file__).parents[1]
NAMES = ("chromium", "chromium-browser", "google-chrome")
# What Playwright switches off, which one more list of ours replaces, and the two popups of the
# address bar: each window would draw them unseen, for half a second of processor time.
OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding",
    "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints",
    "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
)  # fmt: skip
# Without the background flags Chromium calls its maker, and counting requests proves nothing.
FLAGS = (
    f"--disable-features={','.join(OFF)}",
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
)  # fmt: skip
HEALTHY_WITHIN_S = 60


class NotRunningError(RuntimeError):
    """The app or the browser could not be started; the text says why."""


@dataclass(frozen=True)
class Server:
    """A running app: its address and its process."""

    address: str
    process_id: int

    def memory_mb(self) -> float:
        """Return the resident memory of the server process (Linux only)."""
        status = Path(f"/proc/{self.process_id}/status").read_text(encoding="ascii")
        kilobytes = next(
            line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")
        )
        return int(kilobytes) / 1024


def chromium() -> str | None:
    """Return the browser that CHROMIUM names, else the first known one on the path."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


@contextlib.contextmanager
def browse() -> Iterator[Browser]:
    """Yield a headless Chromium.

    Raises:
        NotRunningError: where there is none.

    """
    executable = chromium()
    if executable is None:
        message = "No Chromium was found: apt install chromium fonts-noto-cjk, or set CHROMIUM."
        raise NotRunningError(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield browser
        browser.close()


@contextlib.contextmanager
def serve(
    district: Path, log: Path, *, port: int | None = None, options: Sequence[str] = ()
) -> Iterator[Server]:
    """Run the app with that district on a free port of this host until the block ends.

    ``options`` are further ones of ``streamlit run``.

    Raises:
        NotRunningError: when it ends or is not healthy within a minute; with the end of its log.

    """
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    variables = {"SHOUWANG_DISTRICT": str(district)}
    with running([*command, "--server.port", str(port), *options], log, port, variables) as server:
        yield server


@contextlib.contextmanager
def serve_control(control: Path, district: Path, log: Path) -> Iterator[Server]:
    """Run exercise control's door, as ``make control`` does, until the block ends.

    Raises:
        NotRunningError: when it ends or is not healthy within a minute; with the end of its log.

    """
    port = free_port()
    venv = Path(sys.executable).parents[1]
    door = control / "door"
    if not door.exists():
        door.touch(mode=0o600)
        door.write_text(secrets.token_hex(16), encoding="ascii")
    command = ["setup/control.sh", str(venv), str(control), str(district), str(port)]
    path = f"/{door.read_text(encoding='ascii').strip()}"
    with running(command, log, port, {}, path=path) as server:
        yield server


@contextlib.contextmanager
def running(
    command: Sequence[str], log: Path, port: int, variables: Mapping[str, str], *, path: str = ""
) -> Iterator[Server]:
    """Run the command, which serves that port of this host below a path, until the block ends.

    Raises:
        NotRunningError: when it ends or is not healthy within a minute; with the end of its log.

    """
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and app, no shell
            command,
            cwd=ROOT,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        server = Server(f"http://127.0.0.1:{port}{path}", process.pid)
        _wait_until_healthy(server, process, log)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_healthy(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline, where = time.monotonic() + HEALTHY_WITHIN_S, urlsplit(server.address)
    while time.monotonic() < deadline and process.poll() is None:
        with (
            contextlib.suppress(OSError, HTTPException),
            contextlib.closing(HTTPConnection(where.netloc, timeout=2)) as connection,
        ):
            connection.request("GET", f"{where.path}/_stcore/health")
            if connection.getresponse().read() == b"ok":
                return
        time.sleep(0.2)
    message = f"The app did not become healthy:\n{log.read_text(encoding='utf-8')[-2000:]}"
    raise NotRunningError(message)
