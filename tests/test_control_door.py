"""`make control`: a folder, settings, files and a port that it shares with nobody."""

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.test_setup import run

ROOT = Path(__file__).parents[1]
ASKED = """
import json, sys
from streamlit import config, file_util
config._main_script_path = sys.argv[1]
config.get_config_options(force_reparse=True)
told = {name: config.get_option(name) for name in json.loads(sys.argv[2])}
print(json.dumps({**told, "static": file_util.get_app_static_dir(sys.argv[1])}))
"""
SAFE = {
    "server.address": "127.0.0.1",
    "server.port": 8999,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.allowedHosts": ["localhost", "127.0.0.1", "::1"],
    "server.fileWatcherType": "none",
    "client.showErrorDetails": "none",
    "browser.gatherUsageStats": False,
    "global.minCachedMessageSize": 1e9,
}


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """Return an environment whose interpreter is real for ``-c`` and else tells of its call."""
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    text = (
        f'#!/bin/sh\n[ "$1" = -c ] && exec {sys.executable} "$@"\n'
        'echo "called: $*"; echo "in: $PWD"\n'
        'echo "files: $TMPDIR"; echo "control: $SHOUWANG_CONTROL"\n'
    )
    python.write_text(text, encoding="utf-8")
    python.chmod(0o755)
    return tmp_path / "venv"


def _control(folder: Path, district: Path) -> Path:
    folder.mkdir(mode=0o700)
    told = f'format = 1\ndistrict = "{district.resolve()}"\n'
    (folder / "control.toml").write_text(told, encoding="utf-8")
    return folder


def _read_by_streamlit(control: Path, names: list[str]) -> Mapping[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", ASKED, str(control / "control.py"), json.dumps(names)],
        cwd=control, capture_output=True, text=True, check=True, timeout=120,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
    )  # fmt: skip
    read: Mapping[str, object] = json.loads(done.stdout.splitlines()[-1])
    return read


def test_it_runs_in_its_own_folder_with_its_own_files(venv: Path, tmp_path: Path) -> None:
    control = _control(tmp_path / "control", tmp_path / "town")
    said = run("setup/control.sh", venv, control, tmp_path / "town", "8999")
    assert said.returncode == 0, said.stderr
    assert "called: -m streamlit run control.py --server.address 127.0.0.1" in said.stdout
    assert "--server.port 8999" in said.stdout
    assert f"in: {control}\n" in said.stdout
    assert f"files: {control / 'tmp'}\n" in said.stdout
    assert f"control: {control}\n" in said.stdout
    assert (control / "control.py").read_bytes() == (ROOT / "control.py").read_bytes()
    for name in ("control.py", ".streamlit", ".streamlit/config.toml", "static", "tmp"):
        assert not stat.S_IMODE((control / name).stat().st_mode) & 0o077, name


def test_streamlit_reads_control_s_settings_and_files_not_the_players(
    venv: Path, tmp_path: Path
) -> None:
    control = _control(tmp_path / "control", tmp_path / "town")
    run("setup/control.sh", venv, control, tmp_path / "town", "8999")
    read = _read_by_streamlit(control, list(SAFE))
    assert {name: read[name] for name in SAFE} == SAFE
    assert read["static"] == str(control / "static")


def test_who_can_reach_the_port_must_know_the_address_too(venv: Path, tmp_path: Path) -> None:
    """S0-5: another user of the machine reaches every port of it, and reads every argument."""
    control = _control(tmp_path / "control", tmp_path / "town")
    first, again = (
        run("setup/control.sh", venv, control, tmp_path / "town", "8999").stdout for _ in range(2)
    )
    door = (control / "door").read_text(encoding="ascii").strip()
    assert re.fullmatch("[0-9a-f]{32}", door)
    assert f"http://127.0.0.1:8999/{door} " in first
    assert f"http://127.0.0.1:8999/{door} " in again, "a bookmark stays good"
    assert not stat.S_IMODE((control / "door").stat().st_mode) & 0o077
    called = next(line for line in first.splitlines() if line.startswith("called:"))
    assert door not in called
    assert _read_by_streamlit(control, ["server.baseUrlPath"])["server.baseUrlPath"] == door


def test_a_folder_of_another_district_is_refused(venv: Path, tmp_path: Path) -> None:
    """Two districts in one folder would mix whose players are exercised."""
    control = _control(tmp_path / "control", tmp_path / "town")
    said = run("setup/control.sh", venv, control, tmp_path / "other", "8999")
    assert said.returncode == 2
    assert "another district" in said.stderr
    assert not (control / ".streamlit").exists()


def test_a_missing_folder_is_made_by_the_program_s_own_command(venv: Path, tmp_path: Path) -> None:
    said = run("setup/control.sh", venv, tmp_path / "new", tmp_path / "town", "8999")
    called = f"called: cli.py drill new {tmp_path / 'new'} --district {tmp_path / 'town'}"
    assert called in said.stdout
    assert said.returncode != 0, "nothing is served without a folder"


def test_make_control_has_a_port_of_its_own() -> None:
    """PORT moves it, the players' default does not."""
    asked = run("make", "-n", "control", "VENV=v", "CONTROL=c", "DISTRICT=d").stdout
    assert 'setup/control.sh v "c" "d" 8511' in asked
    moved = run("make", "-n", "control", "VENV=v", "PORT=9000").stdout
    assert moved.rstrip().endswith(" 9000")


def test_the_folder_is_not_kept_in_the_repository() -> None:
    ignored = run("git", "check-ignore", "control/control.key")
    assert ignored.returncode == 0
    assert run("git", "check-ignore", "control.py").returncode != 0
    assert os.access(ROOT / "setup" / "control.sh", os.X_OK)
