"""The user files that ``cli.py sample --files`` keeps: a newcomer's first build works on them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cli
from desks.build import BACKDROP
from geodata.faults import UserError
from sample import write_sample

ROOT = Path(__file__).parents[2]
TOWN_LAYERS = ("team", "depot", "shelter", "expert", "village")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the town's district folder and the user files it was built from."""
    folder = tmp_path_factory.mktemp("kept")
    target, files = folder / "town", folder / "example"
    told = ["sample", str(target), "--size", "town", "--files", str(files), "--lang", "en"]
    assert cli.main(told) == 0
    return target, files


def options(files: Path) -> list[str]:
    """Return what a newcomer types after ``cli.py build FOLDER``."""
    told = ["--roads", f"{files / 'roads.gpkg'}:roads"]
    told += ["--subdistricts", str(files / "subdistricts.geojson")]
    told += ["--communities", str(files / "communities.geojson")]
    told += [part for key in TOWN_LAYERS for part in ("--layer", f"{key}={files / key}.xlsx")]
    told += [part for key in BACKDROP for part in ("--backdrop", f"{key}={files / key}.geojson")]
    return [*told, "--name", "云溪镇区", "--name-en", "Yunxi Town", "--as-of", "2026-09-16"]


def test_the_files_are_kept_whole_and_by_plain_names(kept: tuple[Path, Path]) -> None:
    _, files = kept
    assert {path.name for path in files.iterdir()} == {
        "about.toml",
        "roads.gpkg",
        *(f"{name}.geojson" for name in ("subdistricts", "communities", *BACKDROP)),
        *(f"{key}.xlsx" for key in TOWN_LAYERS),
    }


def test_without_the_option_nothing_is_left_beside_the_district(tmp_path: Path) -> None:
    assert cli.main(["sample", str(tmp_path / "town"), "--size", "town"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["town"]


def test_a_build_of_the_kept_files_is_the_sample_itself(
    kept: tuple[Path, Path], tmp_path: Path
) -> None:
    """Only the mark 'sample' and what hangs on it differ; every row and road is the same byte."""
    target, files = kept
    assert cli.main(["build", str(tmp_path / "mine"), *options(files)]) == 0
    ours = {path.relative_to(target) for path in target.rglob("*") if path.is_file()}
    mine = {
        path.relative_to(tmp_path / "mine")
        for path in (tmp_path / "mine").rglob("*")
        if path.is_file()
    }
    assert mine == ours
    for name in sorted(ours):
        if name.suffix in {".parquet", ".npz", ".pmtiles"}:
            assert (tmp_path / "mine" / name).read_bytes() == (target / name).read_bytes(), name


def test_the_build_has_nothing_to_mend(
    kept: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, files = kept
    told = ["build", str(tmp_path / "mine"), *options(files), "--format", "json"]
    assert cli.main(told) == 0
    report = json.loads(capsys.readouterr().out)
    assert all(not held["refused"] and not held["notices"] for held in report["files"])


def test_the_mark_of_a_sample_is_not_taken_over_by_a_users_build(
    kept: tuple[Path, Path], tmp_path: Path
) -> None:
    """What a user builds is his own: about.toml lies beside the files and is not read."""
    target, files = kept
    assert cli.main(["build", str(tmp_path / "mine"), *options(files)]) == 0
    assert "sample = true" in (target / "district.toml").read_text("utf-8")
    assert "sample = false" in (tmp_path / "mine" / "district.toml").read_text("utf-8")


def test_files_into_a_file_are_refused_and_no_district_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    told = ["sample", str(tmp_path / "town"), "--size", "town", "--files", str(taken)]
    assert cli.main([*told, "--lang", "en"]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert not (tmp_path / "town").exists()
    assert taken.read_text("utf-8") == "mine"


@pytest.mark.parametrize("wrong", ["-1", "-99999999999999999999"])
def test_a_seed_below_zero_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    told = ["sample", str(tmp_path / "town"), "--size", "town", f"--seed={wrong}", "--lang", "en"]
    assert cli.main(told) == 2
    assert f"The seed {wrong} is below 0." in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_seed_may_be_as_large_as_one_likes(tmp_path: Path) -> None:
    assert write_sample(tmp_path, size="town", seed=10**40).roads.exists()


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_shows_the_option_and_files_that_exist(
    kept: tuple[Path, Path], name: str
) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "--files example" in text
    shown = set(re.findall(r"example/(\w+\.\w+)", text))
    assert shown
    assert shown <= {path.name for path in kept[1].iterdir()}


LIMITED = """
import resource, signal, sys
from pathlib import Path
import sample.files
from geodata.faults import UserError
if sys.argv[3] == "workbooks":
    sample.files.write_roads = lambda path, roads: path.write_text("roads")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    sample.files.write_sample(Path(sys.argv[1]), size="town")
except UserError as error:
    print(error)
"""


@pytest.mark.parametrize(("size", "stage"), [(50, "all"), (50_000, "all"), (4_000, "workbooks")])
def test_a_disk_that_is_full_half_way_is_a_sentence(tmp_path: Path, size: int, stage: str) -> None:
    """GDAL and the writer of workbooks raise errors of their own; none may reach a person."""
    run = subprocess.run(
        [sys.executable, "-c", LIMITED, tmp_path, str(size), stage],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "cannot be written" in run.stdout
    assert not list(tmp_path.glob("writing-*"))


def test_a_folder_in_the_place_of_a_file_is_said_and_kept(tmp_path: Path) -> None:
    (tmp_path / "roads.gpkg").mkdir()
    (tmp_path / "roads.gpkg" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="cannot be written"):
        write_sample(tmp_path, size="town")
    assert (tmp_path / "roads.gpkg" / "mine.txt").read_text("utf-8") == "mine"
