"""With the cable pulled every job still passes: in a network namespace without any route."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.desks.making import write_csv

ROOT = Path(__file__).parents[1]
AT = "113.0073,23.0056"
HEADINGS = ["编号", "名称", "经度", "纬度", "类别", "联系人", "联系电话"]
FORMS = {"gpkg": "out.gpkg", "xlsx": "out.xlsx", "csv": "tables.zip", "geojson": "maps"}


def pulled() -> list[str]:
    """Return the command prefix into an empty network namespace, () where none may be made."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    prefix = ["unshare", *user, "--net"]
    if shutil.which("unshare") is None:
        return []
    probe = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    return prefix if probe.returncode == 0 else []


def run(commands: list[list[object]]) -> dict[str, Any]:
    """Return codes, words and reaches of the commands, run in one process without a network."""
    given = json.dumps([[str(argument) for argument in command] for command in commands])
    done = subprocess.run(
        [*pulled(), sys.executable, "-W", "error", "-m", "tests.disconnected"],
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def team(folder: Path, name: str) -> Path:
    row = ["T9", name, "113.0061", "23.0061", "综合消防", "示范·李九", "555-0109"]
    return write_csv(folder / f"{name}.csv", HEADINGS, [row])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the district ``town``, built without a network."""
    folder = tmp_path_factory.mktemp("disconnected")
    commands: list[list[object]] = [
        ["sample", folder / "town", "--size", "town", "--files", folder / "files"],
        ["register", "template", folder / "town", folder / "team.xlsx", "--layer", "team"],
    ]
    done = run(commands)
    assert (done["codes"], done["reached"]) == ([0, 0], []), done["said"]
    return folder


def test_every_job_of_two_posts_is_done_without_a_network(built: Path, tmp_path: Path) -> None:
    """Row S2-2: one disconnected laptop and a USB stick; the cable pulled, every job still passes.

    Building, importing, asking, proving, copying, exporting, and exchange with a second post by
    a file. What reaches for a network is named, also where no namespace may be made.
    """
    here, there, stick = tmp_path / "here", tmp_path / "there", tmp_path / "stick"
    shutil.copytree(built / "town", here)
    shutil.copytree(built / "town", there)
    jobs: list[list[object]] = [
        ["import", here, team(tmp_path, "甲改"), "--layer", "team", "--rehearse"],
        ["import", here, team(tmp_path, "甲改"), "--layer", "team"],
        ["import", there, team(tmp_path, "乙改"), "--layer", "team"],
        ["brief", here, "--at", AT, "--kind", "fire"],
        ["brief", here, "--at", AT, "--as-of", "2026-09-20", "--format", "json"],
        ["answering", here, "--at", AT],
        *(["scores", here, "--of", score] for score in ("truth", "indicators", "capability")),
        ["register", "verify", here],
        ["register", "history", here, "--layer", "team", "--id", "T9"],
        ["register", "differences", here, "--since", "2026-09-20", "--until", "2099-01-01"],
        ["register", "backup", here, tmp_path / "copy"],
        *(
            ["register", "export", here, tmp_path / name, "--form", form]
            for form, name in FORMS.items()
        ),
        ["register", "changes", there, stick],
        ["register", "merge", here, stick],
        ["register", "conflicts", here],
        ["register", "verify", here],
        ["register", "restore", there, tmp_path / "copy", "--replace"],
        ["register", "verify", there],
    ]
    done = run(jobs)
    failed = [
        (job, said)
        for job, code, said in zip(jobs, done["codes"], done["said"], strict=True)
        if code != 0
    ]
    assert failed == []
    assert done["reached"] == []
    answers = {str(job[:2]): said for job, said in zip(jobs, done["said"], strict=True)}
    assert "甲改" in done["said"][3]
    assert "T9" in answers[str(["register", "conflicts"])]


def test_a_reach_for_the_network_would_be_named(built: Path, tmp_path: Path) -> None:
    """The trial above must be able to fail: a register on a server is such a reach."""
    folder = Path(shutil.copytree(built / "town", tmp_path / "town"))
    about = folder / "district.toml"
    text = about.read_text(encoding="utf-8")
    address = 'register = "postgresql://desk@127.0.0.1:1/none"\n'
    about.write_text(address + text, encoding="utf-8")
    done = run([["register", "verify", folder]])
    assert done["codes"] == [2]
    assert any("127.0.0.1" in reach for reach in done["reached"])


def test_this_machine_pulls_the_cable_for_real() -> None:
    """In the namespace not even the machine itself answers."""
    prefix = pulled()
    if not prefix:
        pytest.skip("no network namespace may be made here; reaches are named all the same")
    asking = "import socket; socket.create_connection(('127.0.0.1', 9), 2)"
    done = subprocess.run(
        [*prefix, sys.executable, "-c", asking], capture_output=True, text=True, check=False
    )
    assert "unreachable" in done.stderr
