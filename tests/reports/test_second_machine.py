"""The same district gives the same signed bytes on another machine, elsewhere, a day later."""

import os
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

import verify
from desks.onemap import load_onemap
from desks.planning.coverage import coverage
from desks.planning.services import service_of
from language import Catalogue
from reports.coverage_report import Planned, coverage_paper
from reports.edition import Edition
from reports.paper import Table
from reports.signing import fingerprint, new_key
from tests.desks.planning_town import build_town

ROOT = Path(__file__).parents[2]
FAKETIME = [path for folder in ("/usr/lib", "/usr/local/lib")
            for path in sorted(Path(folder).glob("**/libfaketime.so.1"))]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """Return a district, a key file and its fingerprint."""
    folder = tmp_path_factory.mktemp("made")
    build_town(folder)
    key = new_key(folder / "office.key", "")
    return folder / "town", folder / "office.key", fingerprint(key.public_key())


def _reported(
    made: tuple[Path, Path, str], out: Path, more: Mapping[str, str], module: str = "cli"
) -> dict[str, str]:
    """Return SHA-256 by name of every file that the command wrote in that environment."""
    town, key, digits = made
    run = subprocess.run(
        [
            *(sys.executable, "-m", module, "report", town, "--out", out, "--sign", key),
            *("--service", "shelter", "--service", "fire_station", "--rules", "liwan2017"),
        ],
        cwd=ROOT, env={**os.environ, **more}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr + run.stdout
    (package,) = out.glob("*.zip")
    assert verify.findings(package.read_bytes(), digits)[0] == []
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(out.iterdir())}


@pytest.fixture(scope="module")
def here(made: tuple[Path, Path, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the files as they are written here and now."""
    return _reported(made, tmp_path_factory.mktemp("out") / "here", {})


def test_five_formats_and_a_package_are_written(here: dict[str, str]) -> None:
    assert {name.rpartition(".")[2] for name in here} == {
        "docx", "xlsx", "pdf", "gpkg", "html", "zip",
    }  # fmt: skip


def test_another_machine_elsewhere(
    made: tuple[Path, Path, str], here: dict[str, str], tmp_path: Path
) -> None:
    """Another place, language, home and seed of hashes, and a processor without AVX-512 at once."""
    other = {"TZ": "Pacific/Kiritimati", "LANG": "C", "LC_ALL": "C", "HOME": str(tmp_path),
             "PYTHONHASHSEED": "7"}  # fmt: skip
    features = _features()
    if features:
        other["NPY_DISABLE_CPU_FEATURES"] = " ".join(features)
    assert _reported(made, tmp_path / "out", other) == here


def _features() -> list[str]:
    """Return the AVX-512 features that numpy found here and dispatches to."""
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    return [name for name in found if name.startswith(("AVX512", "X86_V4"))]


def test_a_day_later(made: tuple[Path, Path, str], here: dict[str, str], tmp_path: Path) -> None:
    """By the system's clock where libfaketime can move it, else by our own."""
    if FAKETIME:
        other = {"LD_PRELOAD": str(FAKETIME[0]), "FAKETIME": "+1d"}
        assert _reported(made, tmp_path / "out", other) == here
    else:
        assert _reported(made, tmp_path / "out", {}, "tests.reports.later") == here


def test_every_row_of_a_unit_nobody_counted_has_a_cell_a_column(
    made: tuple[Path, Path, str],
) -> None:
    """K5 and what is left of 丙 have no residents on file: their share is unknown, not left out."""
    onemap = load_onemap(made[0])
    planned = Planned((coverage(onemap, service_of("shelter")),))
    paper = coverage_paper(onemap, planned, Edition(Catalogue.load("zh")))
    for table in (block for block in paper.blocks if isinstance(block, Table)):
        rows = (*table.rows, *(() if table.total is None else (table.total,)))
        assert {len(row) for row in rows} <= {len(table.columns)}, table.key
