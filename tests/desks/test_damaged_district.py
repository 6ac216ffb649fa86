"""Folders of districts that are damaged, edited, or cannot be written: named, nothing half."""

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import cli
from sample import SampleFiles
from tests.desks.test_bad_input import AT, USER_FAULT, Build, build

__all__ = ["build"]


@pytest.mark.parametrize(
    "target", ["/proc/nowhere/d", "/dev/null", "/dev/null/d", "x" * 300], ids=lambda t: t[:16]
)
def test_a_target_that_cannot_be_written(
    town_files: SampleFiles,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    target: str,
) -> None:
    code = cli.main(
        ["build", str(tmp_path / target), "--roads", str(town_files.roads), "--lang", "en"]
    )
    err = capsys.readouterr().err
    assert code == USER_FAULT
    assert "Give" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("step", ["save", "write_parquet", "write_basemap"])
def test_a_full_disk_leaves_the_old_district(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Whichever file the disk fills up at: one sentence, and the old folder stays as it was."""
    assert build()[0] == 0
    folder = tmp_path / "out" / "d"
    before = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    place = "desks.build.RoadNetwork.save" if step == "save" else f"desks.build.{step}"
    monkeypatch.setattr(place, full)
    code, _, err = build("--name", "另一个")
    assert code == USER_FAULT
    assert "The disk is full; nothing was changed." in err
    after = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    assert before == after
    assert [path.name for path in folder.parent.iterdir()] == ["d"]


def other_table(path: Path) -> None:
    pd.DataFrame({"a": [1]}).to_parquet(path)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("name", "harm", "words"),
    [
        ("register.sqlite", emptied, "register.sqlite"),
        ("register.sqlite", other_table, "register.sqlite"),
        ("register.sqlite", cut_off, "damaged"),
        ("register.sqlite", Path.unlink, "missing"),
        ("network.npz", cut_off, "network.npz"),
        ("network.npz", emptied, "network.npz"),
        ("speed_model.toml", cut_off, "speed_model.toml"),
        ("speed_model.toml", emptied, "speed_model.toml"),
        ("district.toml", cut_off, "district.toml"),
        ("district.toml", emptied, "format"),
    ],
)
def test_a_damaged_district_is_named_by_its_file(
    town_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    harm: Callable[[Path], None],
    words: str,
) -> None:
    folder = tmp_path / "d"
    shutil.copytree(town_folder, folder)
    harm(folder / name)
    code = cli.main(["brief", str(folder), "--at", AT, "--lang", "en"])
    out, err = capsys.readouterr()
    assert (code, out) == (USER_FAULT, "")
    assert words in err


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("EPSG:4547", "EPSG:1", "crs"),
        ("EPSG:4547", "EPSG:4326", "crs"),
        ("as_of = 2026-09-16", 'as_of = "soon"', "as_of"),
        ("sample = true", "sample = 1", "sample"),
        ('founded = "', 'founded = 1 # "', "founded"),
    ],
)
def test_an_edited_line_of_the_district_is_named(
    town_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    old: str, new: str, column: str,
) -> None:  # fmt: skip
    folder = tmp_path / "d"
    shutil.copytree(town_folder, folder)
    path = folder / "district.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert cli.main(["brief", str(folder), "--at", AT, "--lang", "en"]) == USER_FAULT
    assert column in capsys.readouterr().err
