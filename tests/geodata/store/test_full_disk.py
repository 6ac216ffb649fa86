"""A full disk damages nothing, is said in a sentence, and is over when there is space again."""

import hashlib
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata.faults import UserError
from geodata.store import Change, Store, create_store, open_store, restore
from tests.geodata.store.making import COUNTERS, WHO, Place, make_counters
from tests.postgres import Cluster

ROOT = Path(__file__).parents[3]
FULL = "The disk is full; nothing was changed"
PART = 4096


def _mount(folder: Path, size: str, *options: str) -> None:
    """Mount a small disk there, or skip."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may make a small disk; the limit on a file's size shows the same")
    said = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", ",".join([f"size={size}", *options]), "small", folder],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if said.returncode != 0:
        pytest.skip(f"no small disk can be made here: {said.stderr.strip()}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of 4 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    _mount(folder, "4m")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _fill(folder: Path) -> Path:
    """Take all the space there is and return the file that has it."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * PART)
        except OSError:
            pass
    return ballast


def _add_until_refused(store: Store, most: int = 5000) -> tuple[int, UserError]:
    """Add records with much text; return how many were kept and what the next one was told."""
    for number in range(most):
        change = Change("add", "paper", f"p{number}", props={"text": os.urandom(1000).hex()})
        try:
            store.edit(WHO, [change])
        except UserError as error:
            return number, error
    pytest.fail("the disk never became full")


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _still_good(place: Place, kept: int) -> None:
    """Expect every record that was acknowledged, a whole chain, and that the work goes on."""
    with open_store(place) as store:
        assert len(store.read("paper")) == kept
        assert store.verify().intact
        store.edit(WHO, [Change("add", "paper", "after", props={"text": "on"})])
        assert store.verify().intact


def test_an_edit_on_a_full_disk_is_refused_and_can_be_repeated(small_disk: Path) -> None:
    place = small_disk / "register.sqlite"
    make_counters(place, 3)
    with open_store(place) as store:
        ballast = _fill(small_disk)
        kept, error = _add_until_refused(store)
        assert FULL in str(error)
        assert "Free some space and try again" in str(error)
        assert len(store.read("paper")) == kept, "what there is can be read without space"
        assert store.verify().intact
        ballast.unlink()
        store.edit(WHO, [Change("add", "paper", f"p{kept}", props={"text": "again"})])
    _still_good(place, kept + 1)


def test_a_register_on_a_full_disk_says_so_when_it_is_opened(small_disk: Path) -> None:
    """SQLite needs 32 KB beside the file even to read: the start says what is missing."""
    place = small_disk / "register.sqlite"
    make_counters(place, 3)
    ballast = _fill(small_disk)
    with pytest.raises(UserError, match=FULL):
        open_store(place)
    ballast.unlink()
    _still_good(place, 0)


def test_a_copy_onto_a_full_disk_leaves_the_last_copy_and_nothing_else(
    small_disk: Path, place: Place, tmp_path: Path
) -> None:
    copy = small_disk / "copy.sqlite"
    make_counters(place, 3)
    with open_store(place) as store:
        store.backup(copy)
        paper = [Change("add", "paper", f"p{k}", props={"t": "x" * 9000}) for k in range(600)]
        store.edit(WHO, paper)
        before = (_digest(copy), _names(small_disk))
        with pytest.raises(UserError, match=FULL):
            store.backup(copy)
        assert (_digest(copy), _names(small_disk)) == before
        _fill(small_disk)
        with pytest.raises(UserError, match=FULL):
            store.export_changes(small_disk / "changes")
        (small_disk / "ballast").unlink()
        assert (_digest(copy), _names(small_disk)) == before
        assert store.verify().intact
    with restore(copy, tmp_path / "restored.sqlite") as restored:
        assert len(restored.read(COUNTERS)) == 3


def test_a_restore_onto_a_full_disk_leaves_nothing_and_can_be_repeated(
    small_disk: Path, tmp_path: Path
) -> None:
    make_counters(tmp_path / "register.sqlite", 400)
    copy, target = tmp_path / "copy.sqlite", small_disk / "register.sqlite"
    with open_store(tmp_path / "register.sqlite") as store:
        store.backup(copy)
    ballast = _fill(small_disk)
    os.truncate(ballast, ballast.stat().st_size - 120 * 1024)
    with pytest.raises(UserError, match=FULL):
        restore(copy, target)
    assert _names(small_disk) == {"ballast"}
    ballast.unlink()
    with restore(copy, target) as restored:
        assert len(restored.read(COUNTERS)) == 400
        assert restored.verify().intact


def test_a_new_register_on_a_full_disk_leaves_nothing(small_disk: Path) -> None:
    ballast = _fill(small_disk)
    with pytest.raises(UserError, match=FULL):
        create_store(small_disk / "register.sqlite")
    ballast.unlink()
    make_counters(small_disk / "register.sqlite", 2)
    _still_good(small_disk / "register.sqlite", 0)


def test_a_full_disk_of_the_server_is_refused_and_over_when_there_is_space(
    postgres: Cluster,
) -> None:
    folder = postgres.folder / "small"
    folder.mkdir()
    account = postgres.folder.stat()
    _mount(folder, "24m", f"uid={account.st_uid}", f"gid={account.st_gid}", "mode=700")
    try:
        postgres.run(f"create tablespace small location '{folder}'")
        postgres.run("create database small template template0 tablespace small")
        place = postgres.url("small")
        make_counters(place, 3)
        with open_store(place) as store:
            ballast = _fill(folder)
            kept, error = _add_until_refused(store)
            assert FULL in str(error)
            assert len(store.read("paper")) == kept
            ballast.unlink()
        _still_good(place, kept)
    finally:
        postgres.run("drop database if exists small with (force)")
        postgres.run("drop tablespace if exists small")
        subprocess.run(["umount", "--lazy", folder], check=True)


LIMITED = """
import resource, sys
from pathlib import Path
from tests.geodata.store.making import WHO, make_counters
from tests.geodata.store.test_full_disk import _add_until_refused, _still_good
from geodata.store import open_store

place = Path(sys.argv[1])
make_counters(place, 3)
free = resource.getrlimit(resource.RLIMIT_FSIZE)
with open_store(place) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, free[1]))
    kept, error = _add_until_refused(store)
    resource.setrlimit(resource.RLIMIT_FSIZE, free)
    assert store.verify().intact
_still_good(place, kept)
print(kept, error)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no limits here")
def test_a_file_that_may_not_grow_is_a_full_disk(tmp_path: Path) -> None:
    """Quotas and limits tell of a full disk in other words than the disk itself; no root needed."""
    said = subprocess.run(
        [sys.executable, "-c", LIMITED, tmp_path / "register.sqlite"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert int(said.stdout.split()[0]) > 0
    assert FULL in said.stdout
