"""``cli.py drill learn|calendar|inspect`` end to end, without a screen."""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from cli import USER_FAULT, main
from desks.exercise.folder import Control
from desks.exercise.learning_drives import Drive
from desks.exercise.learning_stamps import Gathered
from desks.folder import SPEED_MODEL
from routing import SpeedModel
from tests.desks.exercise.drills import make_drill
from tests.desks.exercise.test_learning import drive


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("taught") / "town"
    assert main(["sample", str(folder), "--size", "town"]) == 0
    return folder


@pytest.fixture
def folder(town: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(town, tmp_path / "town"))


@pytest.fixture
def control(folder: Path, tmp_path: Path) -> Control:
    return make_drill(tmp_path / "drill", players=folder)


@pytest.fixture
def drives(monkeypatch: pytest.MonkeyPatch) -> list[Drive]:
    """Stand in for thirty drills: reading them from their logs is tested where that is done."""
    made = [drive(number, slower=1.6) for number in range(30)]

    def gathered(_map: object, _control: object, known: frozenset[str]) -> Gathered:
        return Gathered(tuple(one for one in made if one.drill not in known), ())

    monkeypatch.setattr("commands.drill_learn.gather", gathered)
    return made


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:  # noqa: ANN401 - JSON
    capsys.readouterr()
    assert main([*map(str, arguments), "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_version_is_in_force_only_once_it_was_accepted(
    control: Control, drives: list[Drive], capsys: pytest.CaptureFixture[str]
) -> None:
    """Proposed, refused, accepted by its digest; then its drills teach nothing more."""
    old = SpeedModel.load(control.district / SPEED_MODEL).version
    made = answer(capsys, "drill", "learn", control.folder)
    assert (made["base"], made["changes"], made["drives"]) == (old, True, len(drives))
    assert SpeedModel.load(control.district / SPEED_MODEL).version == old
    wrong = ["drill", "learn", str(control.folder), "--accept", "0" * 16]
    assert main(wrong) != 0
    assert main([*wrong[:3], "--refuse", made["digest"], "--who", "何思远"]) != 0, "without why"
    asked = [*wrong[:3], "--accept", made["digest"][:16], "--who", "周与安", "--lang", "en"]
    capsys.readouterr()
    assert main(asked) == 0
    assert made["version"] in capsys.readouterr().out
    assert SpeedModel.load(control.district / SPEED_MODEL).version == made["version"]
    again = answer(capsys, "drill", "learn", control.folder)
    assert (again["base"], again["changes"]) == (made["version"], False)


def test_without_ended_drills_nothing_is_proposed(
    control: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    made = answer(capsys, "drill", "learn", control.folder)
    assert made["changes"] is False
    assert [one["drill"] for one in made["passed_over"]] == ["2026-1"]


def test_the_calendar_is_asked_of_control_or_of_a_district(
    control: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    """Row S0-5: who must drill, from either door; the district itself has never drilled."""
    for folder in (control.folder, control.district):
        found = answer(capsys, "drill", "calendar", folder, "--on", "2026-09-16")
        assert found["on"] == "2026-09-16"
        (own,) = [duty for duty in found["duties"] if duty["layer"] == "district"]
        assert own["overdue"]
        assert any("登记册" in caution for caution in found["cautions"])
    for day in ("gestern", "9999-12-31", "0001-01-01"):
        assert main(["drill", "calendar", str(control.folder), "--on", day]) == USER_FAULT
    capsys.readouterr()
    assert main(["drill", "calendar", str(control.folder), "--lang", "en"]) == 0
    assert "overdue" in capsys.readouterr().out


def test_an_inspection_is_announced_drawn_and_checked(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Row S4-11: every step without the screen; the seed lies in a file for its owner alone."""
    seed = tmp_path / "seed"
    wanted = ["drill", "inspect", "announce", folder, "--layer", "team", "--count", "2",
              "--inspector", "检查员一", "--inspector", "检查员二", "--each", "1",
              "--seed", seed]  # fmt: skip
    made = answer(capsys, *wanted)
    assert seed.stat().st_mode & 0o777 == 0o600
    assert seed.read_text().strip() not in json.dumps(made)
    assert main([*map(str, wanted)]) != 0, "a seed serves one draw"
    file = tmp_path / "announced.json"
    file.write_text(json.dumps(made), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO("三\n五\n"))
    result = answer(capsys, "drill", "inspect", "draw", file, "--seed", seed)
    assert len(result["chosen"]) == 2
    assert result["values"] == ["三", "五"]
    told = tmp_path / "result.json"
    told.write_text(json.dumps(result), encoding="utf-8")
    assert answer(capsys, "drill", "inspect", "check", told)["sound"] is True
    # Another value may by chance draw the same; another order than was drawn is always false.
    told.write_text(json.dumps({**result, "chosen": result["chosen"][::-1]}), encoding="utf-8")
    assert main(["drill", "inspect", "check", str(told)]) != 0
    told.write_text("{", encoding="utf-8")
    assert main(["drill", "inspect", "check", str(told)]) != 0
    assert main([*map(str, wanted[:-1]), str(tmp_path / "other"), "--where", "kind"]) != 0
    assert not (tmp_path / "other").exists()
