"""The scripts behind make run and make test do what is missing, once, and say what they lack."""

import itertools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FORMAT = re.search(r"^FORMAT = (\d+)$", (ROOT / "desks/folder.py").read_text("utf-8"), re.MULTILINE)
HANDED_DOWN = {"MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS", "MAKELEVEL", "PYTEST", "TESTS", "SIDE"}


def run(*command: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Return how the command ended; a make around these tests hands it no variables."""
    ours = {name: value for name, value in os.environ.items() if name not in HANDED_DOWN}
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**ours, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """Return an environment whose interpreter is real for ``-c`` and else writes down its call."""
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        f'#!/bin/sh\n[ "$1" = -c ] && exec {sys.executable} "$@"\necho "called: $*"\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    return tmp_path / "venv"


def _district(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "district.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "script", sorted((ROOT / "setup").glob("*.sh")), ids=lambda path: path.name
)
def test_every_script_is_executable_and_well_formed(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert run("bash", "-n", script).returncode == 0
    assert "\nset -euo pipefail\n" in script.read_text(encoding="utf-8")


def test_the_continuous_check_is_well_formed() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert run("bash", "-n", ROOT / ".ci" / "run").returncode == 0


def _phases(*variables: str) -> list[str]:
    """Return what ``make check`` would call pytest with, phase by phase."""
    lines = run("make", "-n", "check", *variables).stdout.splitlines()
    return [line.split(" -m pytest ")[1] for line in lines if " -m pytest " in line]


def test_every_test_is_in_exactly_one_phase() -> None:
    """Whatever marks a test has, ``make check`` runs it once."""
    chosen = [re.search(r'-m "?([a-z ]+?)"? +\|\|', phase) for phase in _phases()]
    assert len(chosen) == 3
    for marks in itertools.product((False, True), repeat=2):
        if marks == (False, True):
            continue  # tests/conftest.py refuses the mark timing without a browser
        names = dict(zip(("browser", "timing"), marks, strict=True))
        found = [eval(phase[1], {}, names) for phase in chosen if phase]  # noqa: S307 - our own Makefile
        assert sum(found) == 1, names


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_one_failing_phase_fails_the_whole_and_an_empty_one_does_not(
    tmp_path: Path, failing: int
) -> None:
    """5 is pytest's word for "no test was chosen"; all else but 0 is a failure."""
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\necho x >> {tmp_path}/calls\n[ "$(wc -l < {tmp_path}/calls)" = {failing} ] '
        '&& exit "$WITH"\nexit 0\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    ended = {}
    for with_ in ("1", "2", "5"):
        (tmp_path / "calls").write_text("", encoding="utf-8")
        ended[with_] = run("make", "check", f"PY={python}", WITH=with_).returncode == 0
    assert ended == {"1": False, "2": False, "5": True}


def test_the_marks_of_the_other_pythons_leave_out_browser_and_bundle() -> None:
    """``.ci/run`` under another Python: no second phase, and its own marks come last."""
    phases = _phases("PYTEST=-m 'not browser and not bundle'")
    assert (
        phases[0]
        .rstrip()
        .removesuffix("|| [ $? = 5 ]")
        .rstrip()
        .endswith("-m 'not browser and not bundle'")
    )
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert """PYTEST="-m 'not browser and not bundle'\"""" in script
    assert "set -uo pipefail" in script


def test_help_lists_the_two_commands() -> None:
    shown = run("make", "help").stdout
    assert {line.split()[0] for line in shown.splitlines()} >= {"run", "test", "bundle", "bench"}


def test_an_environment_that_is_there_is_left_alone(venv: Path) -> None:
    """The first run installs, the second finds the stamp and calls no installer."""
    first = run("setup/environment.sh", venv, "", "requirements.lock")
    second = run("setup/environment.sh", venv, "", "requirements.lock")
    assert "called: -m pip install" in first.stdout
    assert "--require-hashes -r requirements.lock" in first.stdout
    assert (first.returncode, second.returncode, second.stdout) == (0, 0, "")


def test_another_lock_is_installed_beside_the_first(venv: Path) -> None:
    run("setup/environment.sh", venv, "", "requirements.lock")
    other = run("setup/environment.sh", venv, "", "requirements-test.lock", "aequilibrae")
    assert other.stdout.count("called: -m pip install") == 2
    carried = (venv / ".carried.lock").read_text(encoding="utf-8")
    assert carried.startswith("aequilibrae==")
    assert carried.count("==") == 1


def test_a_bundle_for_another_python_is_refused(venv: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    (bundle / "wheels").mkdir(parents=True)
    (bundle / "python-version").write_text("3.99\n", encoding="utf-8")
    said = run("setup/environment.sh", venv, bundle, "requirements.lock")
    assert said.returncode == 2
    assert "The bundle was made for Python 3.99" in said.stderr
    assert "called" not in said.stdout


def test_a_bundle_is_installed_without_any_index(venv: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    (bundle / "wheels").mkdir(parents=True)
    here = "{}.{}".format(*sys.version_info[:2])
    (bundle / "python-version").write_text(f"{here}\n", encoding="utf-8")
    said = run("setup/environment.sh", venv, bundle, "requirements.lock")
    assert said.returncode == 0
    assert f"--no-index --find-links {bundle}/wheels" in said.stdout


def test_a_district_of_this_format_is_left_alone(venv: Path, tmp_path: Path) -> None:
    assert FORMAT is not None
    folder = _district(tmp_path / "d", f"format = {FORMAT[1]}\nsample = false\n")
    said = run("setup/district.sh", venv, folder)
    assert (said.returncode, said.stdout) == (0, "")


def test_an_old_sample_is_made_anew_and_a_missing_one_made(venv: Path, tmp_path: Path) -> None:
    old = _district(tmp_path / "old", "format = 0\nsample = true\n")
    for folder in (old, tmp_path / "missing"):
        said = run("setup/district.sh", venv, folder)
        assert f"called: cli.py sample {folder} --size district --seed 1" in said.stdout


def test_an_own_district_of_an_old_format_is_never_overwritten(venv: Path, tmp_path: Path) -> None:
    folder = _district(tmp_path / "mine", "format = 0\nsample = false\n")
    said = run("setup/district.sh", venv, folder)
    assert said.returncode == 2
    assert "is your own district in an older format" in said.stderr
    assert "called" not in said.stdout


def test_a_named_browser_is_taken(venv: Path, tmp_path: Path) -> None:
    browser = tmp_path / "my-browser"
    browser.write_text("#!/bin/sh\necho Chromium 1\n", encoding="utf-8")
    browser.chmod(0o755)
    assert run("setup/browser.sh", venv, CHROMIUM=str(browser)).stdout.strip() == str(browser)


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv to give up root")
@pytest.mark.skipif(os.geteuid() != 0, reason="gives up root, so it needs it first")
def test_without_root_the_missing_browser_is_said_in_a_sentence(venv: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    said = run(
        "setpriv", "--reuid=65534", "--clear-groups", "bash",
        "-c", (ROOT / "setup" / "browser.sh").read_text(encoding="utf-8"), "browser.sh", venv,
        CHROMIUM="/nowhere/chromium",
    )  # fmt: skip
    assert said.stdout.strip() == ""
    assert "the browser tests are skipped" in said.stderr
    assert "apt install chromium" in said.stderr


def _programs(folder: Path, version: str) -> Path:
    """Return a folder that answers like the programs of a PostgreSQL of this version."""
    folder.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (folder / name).write_text(f'#!/bin/sh\necho "{name} (PostgreSQL) {version}"\n', "utf-8")
        (folder / name).chmod(0o755)
    return folder


@pytest.mark.parametrize("version", ["15.18 (Debian 15.18-0+deb12u1)", "18beta1", "16.0"])
def test_a_named_postgresql_is_taken(tmp_path: Path, version: str) -> None:
    folder = _programs(tmp_path / "bin", version)
    said = run("setup/postgres.sh", POSTGRES=str(folder))
    assert (said.stdout.strip(), said.stderr) == (str(folder), "")


def test_a_postgresql_that_is_too_old_is_said_and_not_taken(tmp_path: Path) -> None:
    folder = _programs(tmp_path / "bin", "14.9")
    said = run("setup/postgres.sh", POSTGRES=str(folder))
    assert (said.returncode, said.stdout) == (0, "")
    assert f"{folder} holds no PostgreSQL 15 or newer" in said.stderr


def test_the_newest_postgresql_on_the_path_is_taken(tmp_path: Path) -> None:
    """``initdb`` may be a link into the folder that holds the rest."""
    folder = _programs(tmp_path / "lib" / "bin", "99.1")
    (tmp_path / "initdb").symlink_to(folder / "initdb")
    path = f"{tmp_path}:{os.environ['PATH']}"
    said = run("setup/postgres.sh", PATH=path, POSTGRES="")
    assert said.stdout.strip() == str(folder)


def test_the_tests_get_the_programs_that_the_scripts_find() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    test = makefile[makefile.index("\ntest:") : makefile.index("\nbundle:")]
    assert "setup/browser.sh" in test
    assert "setup/postgres.sh" in test
    assert "setup/mosquitto.sh" in test
    assert 'POSTGRES="$$postgres" MOSQUITTO="$$mosquitto" $(MAKE) check' in test
