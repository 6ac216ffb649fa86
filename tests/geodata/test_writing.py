"""Whole or not at all."""

import errno
import hashlib
import os
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

import geodata.writing
from geodata.faults import UserError
from geodata.writing import write_file, write_folder, write_parquet

MARKER = "district.toml"


def build(target: Path, word: str) -> None:
    with write_folder(target, marker=MARKER) as fresh:
        (fresh / MARKER).write_text(word)
        (fresh / "layers").mkdir()
        (fresh / "layers" / word).write_text(word)


def fail_after(opened: AbstractContextManager[Path], name: str) -> None:
    with opened as fresh:
        (fresh / name).write_text("half")
        raise RuntimeError


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_new_folder_appears_with_usual_rights(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "district"
    build(target, "one")
    assert files(target.parent) == ["district/district.toml", "district/layers/one"]
    umask = os.umask(0)
    os.umask(umask)
    assert target.stat().st_mode & 0o777 == 0o777 & ~umask


@pytest.mark.parametrize("atomic", [True, False])
def test_the_old_folder_is_replaced_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, atomic: bool
) -> None:
    if not atomic:
        monkeypatch.setattr(geodata.writing, "_exchange", lambda *_: False)
    target = tmp_path / "district"
    build(target, "one")
    build(target, "two")
    assert files(tmp_path) == ["district/district.toml", "district/layers/two"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    target = tmp_path / "district"
    target.mkdir()
    build(target, "one")
    assert (target / MARKER).read_text() == "one"


def test_a_failure_keeps_the_old_and_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "district"
    build(target, "one")
    with pytest.raises(RuntimeError):
        fail_after(write_folder(target, marker=MARKER), MARKER)
    assert files(tmp_path) == ["district/district.toml", "district/layers/one"]
    assert [path.name for path in tmp_path.iterdir()] == ["district"]


def test_a_block_that_forgets_the_marker_is_a_bug(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match=r"district\.toml"),
        write_folder(tmp_path / "district", marker=MARKER),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_foreign_folders_and_files_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").write_text("years of work")
    (tmp_path / "file").write_text("x")
    for name in ("mine", "file"):
        with pytest.raises(UserError), write_folder(tmp_path / name, marker=MARKER):
            pytest.fail("the block must not run")
    assert files(tmp_path) == ["file", "mine/thesis.docx"]


def test_a_link_is_kept_and_its_folder_replaced(tmp_path: Path) -> None:
    build(tmp_path / "real", "one")
    (tmp_path / "link").symlink_to("real")
    build(tmp_path / "link", "two")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / MARKER).read_text() == "two"


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import geodata.writing as w
step = sys.argv[3]
def die(*_): os._exit(9)
if step == "before": w._put_in_place = die
if step == "between":
    w._exchange = lambda *_: False
    real, calls = Path.rename, []
    def rename(self, to):
        calls.append(self)
        return die() if len(calls) == 2 else real(self, to)
    Path.rename = rename
if step == "after": w.shutil.rmtree = die
with w.write_folder(Path(sys.argv[2]), marker="district.toml") as fresh:
    (fresh / "district.toml").write_text("two")
    (fresh / "layers").mkdir()
    (fresh / "layers" / "two").write_text("two")
"""


@pytest.mark.parametrize(("step", "kept"), [("before", "one"), ("between", ""), ("after", "two")])
def test_a_killed_writer_leaves_old_or_new_and_the_next_one_cleans_up(
    tmp_path: Path, step: str, kept: str
) -> None:
    target = tmp_path / "district"
    build(target, "one")
    root = Path(geodata.writing.__file__).parents[1]
    ended = subprocess.run([sys.executable, "-c", KILLED, root, target, step], check=False)
    assert ended.returncode == 9
    if kept:
        assert files(target) == ["district.toml", f"layers/{kept}"]
    else:  # only where the system has no atomic swap: the old folder waits beside
        assert not target.exists()
        with pytest.raises(RuntimeError), write_folder(target, marker=MARKER):
            raise RuntimeError
        assert files(target) == ["district.toml", "layers/one"]
    build(target, "three")
    assert files(tmp_path) == ["district/district.toml", "district/layers/three"]
    assert [path.name for path in tmp_path.iterdir()] == ["district"]


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "cannot be written"), (errno.EROFS, "cannot")],
)
def test_a_full_or_closed_disk_gets_a_sentence(tmp_path: Path, number: int, words: str) -> None:
    target = tmp_path / "district"
    build(target, "one")
    with pytest.raises(UserError, match=words), write_folder(target, marker=MARKER):
        raise OSError(number, os.strerror(number))
    with pytest.raises(UserError, match=words), write_file(tmp_path / "a.json"):
        raise OSError(number, os.strerror(number))
    assert files(tmp_path) == ["district/district.toml", "district/layers/one"]


def test_an_input_that_may_not_be_read_is_not_blamed_on_the_target(tmp_path: Path) -> None:
    with pytest.raises(PermissionError), write_file(tmp_path / "a.json"):
        raise PermissionError(errno.EACCES, "denied", "/elsewhere/input.csv")


def test_a_parent_that_is_a_file_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="cannot be written"):
        build(tmp_path / "file" / "district", "one")


def test_a_file_is_replaced_whole_and_keeps_its_suffix(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("old")
    with write_file(target) as fresh:
        assert fresh.suffix == ".json"
        fresh.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    with pytest.raises(RuntimeError):
        fail_after(write_file(target), "")
    assert files(tmp_path) == ["report.json"]
    assert target.read_text() == "new"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="folder, not a file"), write_file(tmp_path):
        pass


FRAME = gpd.GeoDataFrame(
    {
        "id": pd.Series(["1", "二"], dtype="str"),
        "people": pd.Series([3, None], dtype="Int64"),
        "area_m2": [1.5, float("nan")],
    },
    geometry=[Point(113.1, 22.9), Point()],
    crs="EPSG:4326",
)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_frame_gives_the_same_bytes(tmp_path: Path) -> None:
    tagged = FRAME.copy()
    tagged.attrs = {"made": "today"}
    tagged.index = pd.Index([7, 9])
    for name, frame in (("a", FRAME), ("b", tagged)):
        write_parquet(frame, tmp_path / f"{name}.parquet")
    assert _digest(tmp_path / "a.parquet") == _digest(tmp_path / "b.parquet")
    code = (
        "import sys, geopandas as gpd; from pathlib import Path; sys.path.insert(0, sys.argv[1]);"
        "from geodata.writing import write_parquet;"
        "write_parquet(gpd.read_parquet(sys.argv[2]), Path(sys.argv[3]))"
    )
    root = Path(geodata.writing.__file__).parents[1]
    args = [root, tmp_path / "a.parquet", tmp_path / "c.parquet"]
    subprocess.run([sys.executable, "-c", code, *args], check=True)
    assert _digest(tmp_path / "a.parquet") == _digest(tmp_path / "c.parquet")


def test_a_frame_comes_back_as_it_was(tmp_path: Path) -> None:
    write_parquet(FRAME, tmp_path / "a.parquet")
    back = gpd.read_parquet(tmp_path / "a.parquet")
    assert back.drop(columns="geometry").equals(FRAME.drop(columns="geometry"))
    assert back.crs == "EPSG:4326"
    assert back.geometry.is_empty.tolist() == [False, True]


def test_a_plain_frame_is_written_too(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": pd.Series(["1"], dtype="str"), "phone": ["0757-5550001"]})
    write_parquet(frame, tmp_path / "contacts.parquet")
    assert pd.read_parquet(tmp_path / "contacts.parquet").equals(frame)


def test_a_device_is_never_replaced(tmp_path: Path) -> None:
    """Run by root, ``--out /dev/null`` put a file in the place of the machine's own device."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UserError, match="device"), write_file(pipe) as fresh:
        fresh.write_text("x")
    assert pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_file_in_the_place_of_a_folder_is_named_not_our_own_makeshift_name(
    tmp_path: Path,
) -> None:
    (tmp_path / "list.csv").write_text("mine")
    with (
        pytest.raises(UserError) as caught,
        write_file(tmp_path / "list.csv" / "sheet.html") as fresh,
    ):
        fresh.write_text("x")
    assert ".new-" not in str(caught.value)
    assert (tmp_path / "list.csv").read_text() == "mine"
