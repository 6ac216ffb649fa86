"""A machine without network: everything comes from the bundle, in a namespace without any route."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PORT = 8571
pytestmark = pytest.mark.bundle


def _unshare() -> list[str]:
    """Return the command that enters an empty network namespace, as root or as a mapped root."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", *user, "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]


@pytest.fixture(scope="module")
def enter() -> list[str]:
    """Return the command prefix into the namespace, or skip where this machine allows none."""
    for tool in ("unshare", "ip", "make", "git"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not on this machine")
    probe = subprocess.run(
        [*_unshare(), "ip", "link", "set", "lo", "up"], capture_output=True, text=True, check=False
    )
    if probe.returncode != 0:
        pytest.skip(f"no network namespace may be made here: {probe.stderr.strip()}")
    return _unshare()


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bundle made by ``make bundle`` with the environment that runs the tests."""
    folder = tmp_path_factory.mktemp("carried") / "bundle"
    run = subprocess.run(
        ["make", "bundle", f"VENV={sys.prefix}", f"BUNDLE={folder}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if "NewConnectionError" in run.stderr:
        pytest.skip("the package index is out of reach, so no bundle can be made")
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


def _plain_environment(home: Path) -> dict[str, str]:
    """Return an environment without this machine's package settings and caches."""
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "CHROMIUM") if key in os.environ}
    return {**kept, "HOME": str(home), "PIP_CONFIG_FILE": os.devnull, "PYTHON": sys.executable}


def test_the_bundle_holds_wheels_assets_fonts_and_the_program(bundle: Path) -> None:
    wheels = {wheel.name.split("-")[0].lower() for wheel in (bundle / "wheels").glob("*.whl")}
    assert {"streamlit", "geopandas", "shapely", "pyproj", "numba", "pyarrow"} <= wheels
    assert {path.suffix for path in (bundle / "wheels").iterdir()} == {".whl"}
    assert list((bundle / "fonts").glob("*.ttc"))
    assert (bundle / "fonts" / "LICENSE").is_file()
    assert list((bundle / "vendor").rglob("leaflet*.js"))
    assert (bundle / "shouwang.tar.gz").is_file()
    readme = (bundle / "README.txt").read_text(encoding="utf-8")
    assert "make run OFFLINE=" in readme


def test_a_folder_that_is_no_bundle_is_refused_in_a_sentence(tmp_path: Path) -> None:
    run = subprocess.run(
        [ROOT / "setup" / "environment.sh", tmp_path / "venv", tmp_path, "requirements.lock"],
        cwd=ROOT,
        env=_plain_environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert "it is not a folder written by 'make bundle'" in run.stderr


def test_an_unfit_python_is_refused_in_a_sentence(tmp_path: Path) -> None:
    run = subprocess.run(
        [ROOT / "setup" / "environment.sh", tmp_path / "venv", "", "requirements.lock"],
        cwd=ROOT,
        env={**_plain_environment(tmp_path), "PYTHON": "/bin/false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert "No Python 3.11, 3.12 or 3.13 was found" in run.stderr
    assert not (tmp_path / "venv").exists()


@pytest.mark.timeout(900)
def test_a_fresh_clone_installs_and_runs_without_any_route(
    enter: list[str], bundle: Path, tmp_path: Path
) -> None:
    """``make run OFFLINE=…`` in a clone, with no interface but the loop back to itself."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    run = subprocess.run(
        [*enter, "bash", HERE / "offline.sh", clone, bundle, str(PORT), sys.executable],
        env=_plain_environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-4000:]
    assert "no route" in run.stdout
    assert "healthy" in run.stdout
