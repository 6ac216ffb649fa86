"""The hand-made town as a district folder, for pages that run without a browser."""

import functools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from desks.register.opening import open_register
from ui import district

ROOT = Path(__file__).parents[2]
APP = ROOT / "app.py"


@pytest.fixture(scope="session", autouse=True)
def _packages_scanned_once() -> Iterator[None]:
    """Look through all installed packages for foreign components once, not for each page."""
    scan = functools.cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(autouse=True)
def _unsettled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open districts without a round of the garbage collector over all tests."""
    monkeypatch.setattr(district, "settle", lambda: None)


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the folder of the town, built by the program's own command; nobody may write to it."""
    folder = tmp_path_factory.mktemp("districts") / "town"
    made = [sys.executable, "cli.py", "sample", str(folder), "--size", "town"]
    subprocess.run(made, cwd=ROOT, check=True, capture_output=True)
    before = _events(folder)
    yield folder
    assert _events(folder) == before, "a test wrote to the town that all tests share"


def _events(folder: Path) -> int:
    with open_register(folder) as store:
        return len(store.events())


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], AppTest]]:
    """Return a way to open the program on a district folder, not yet run."""

    def opened(folder: Path) -> AppTest:
        monkeypatch.setenv("SHOUWANG_DISTRICT", str(folder))
        return AppTest.from_file(str(APP), default_timeout=60)

    yield opened
    os.environ.pop("SHOUWANG_DISTRICT", None)
