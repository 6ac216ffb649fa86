"""What tests of several rooms share: the real input beside the checkout, the sample district."""

import fcntl
import gc
import hashlib
import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import Cluster, cluster, programs

# The same examples each time, and none refused because the machine was busy for a moment.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

ROOT = Path(__file__).parents[1]
BROWSER = ROOT / "tests" / "browser"
# What decides the bytes of a district folder: only a change there makes it anew.
MAKERS = ("cli.py", "commands", "sample", "desks", "geodata", "layers", "routing")

LONGEST = (
    *("test_bundle.py", "test_clicks.py", "test_mutations.py", "test_incidents.py"),
    *("test_watch_broker.py", "test_rerank.py", "test_approach_zones.py"),
    *("test_whole_drill.py", "test_drill_secrecy.py", "test_control.py"),
    *("test_look.py", "test_command.py", "test_screens.py"),
)
"""Files that take longest: begun first, they do not keep one worker waiting at the end.

The first needs no district, so that one worker has work while another makes it.
"""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collector away from what stays to the end: the tests and all they import.

    A full round over it takes half a second, and Streamlit asks for one at each run of a page.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, in this order; all else keeps its own.

    Raises:
        pytest.UsageError: where a test that runs alone is looked for by nobody.

    """
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))
    lost = [
        item.nodeid
        for item in items
        if item.get_closest_marker("timing") and BROWSER not in item.path.parents
    ]
    if lost:
        message = f"`make check` looks for the mark timing in tests/browser alone, not at {lost}"
        raise pytest.UsageError(message)


@pytest.fixture(autouse=True)
def _own_main() -> Iterator[None]:
    """Put back the module ``__main__``.

    A page's test leaves its script there, and a process that a later test starts would run it.
    """
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real maps and registers beside the checkout, or skip."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real input {folder.name}/ is not beside this checkout")
    return folder


def _makers_hash() -> str:
    """Return a short hash over the files that decide what a district folder holds."""
    digest = hashlib.sha256()
    for maker in MAKERS:
        path = ROOT / maker
        files = (
            [path] if path.is_file() else sorted(path.rglob("*.py")) + sorted(path.rglob("*.toml"))
        )
        for file in files:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@pytest.fixture(scope="session")
def sample_district(pytestconfig: pytest.Config) -> Path:
    """Return the folder of the made-up district of seed 1, made once for the code as it stands."""
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir("districts") / _makers_hash()
    files = _files_of(folder)
    with alone(folder.parent / "lock"):
        if not (folder / "district.toml").exists() or not files.exists():
            subprocess.run(
                [
                    *(sys.executable, "cli.py", "sample", folder, "--files", files),
                    *("--size", "district", "--seed", "1"),
                ],
                cwd=ROOT,
                check=True,
            )
    return folder


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Let in one process after another: the tests run in several."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def sample_files(sample_district: Path) -> Path:
    """Return the folder of the user files from which that district was built."""
    return _files_of(sample_district)


def _files_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}-files")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """Return a private PostgreSQL server; skip without one, except where CI promises everything."""
    folder = programs()
    if folder is None and not os.environ.get("CI"):
        pytest.skip("no PostgreSQL on this machine: setup/postgres.sh says how to get one")
    assert folder is not None, "CI runs everything, and there is no PostgreSQL"
    with cluster(folder) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    """Return where a new store may be made: once a file of SQLite, once an address on a server."""
    if request.param == "sqlite":
        yield tmp_path / "register.sqlite"
        return
    server: Cluster = request.getfixturevalue("postgres")
    database = server.new_database()
    yield server.url(database)
    server.run(f"drop database {database} with (force)")
