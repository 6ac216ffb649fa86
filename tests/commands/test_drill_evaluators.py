"""``drill hand-out`` and ``hand-in``: a page goes out, files come back, each fault is told."""

import json
from pathlib import Path

import pytest

import cli
from desks.exercise import running
from desks.exercise.folder import Control
from tests.desks.exercise.drills import NUMBER, later, make_drill
from tests.desks.exercise.pages import EvaluatorPage

Told = pytest.CaptureFixture[str]


@pytest.fixture
def control(tmp_path: Path) -> Control:
    """Return a drill that runs."""
    made = make_drill(tmp_path)
    running.start(made, NUMBER, later(0))
    return made


def run(*words: str | Path) -> int:
    return cli.main(["drill", *map(str, words)])


def page(name: str, copy: str, tmp_path: Path) -> Path:
    made = EvaluatorPage(name, copy * 32)
    made.clock(-9)
    made.stamp(-1, "arrived")
    made.stamp(61, "called")
    path = tmp_path / f"{copy}.json"
    path.write_bytes(made.file())
    return path


def test_a_page_is_written_and_its_hash_logged(
    control: Control, tmp_path: Path, capsys: Told
) -> None:
    out = tmp_path / "page.html"
    given = ("hand-out", control.folder, "--number", NUMBER, "--evaluator", "甲", "--out", out)
    assert run(*given, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    logged = [e for e in running.state(control, NUMBER).entries if e.kind == "handed_out"]
    assert [entry.told["file"] for entry in logged] == [told["file"]]
    text = out.read_text(encoding="utf-8")
    assert '"evaluator": "甲"' in text
    assert str(round(later(0).timestamp() * 1000)) in text, "T0 is known once it began"
    assert run(*given, "--lang", "en") == 0
    assert "Handed out to 甲" in capsys.readouterr().out


def test_files_are_merged_and_what_is_not_taken_is_said(
    control: Control, tmp_path: Path, capsys: Told
) -> None:
    files = [page("甲", "a", tmp_path), page("乙", "b", tmp_path)]
    (tmp_path / "c.json").write_text("{}")
    bad = (tmp_path / "c.json", tmp_path / "none.json")
    given = ("hand-in", control.folder, *files, *bad, "--number", NUMBER)
    assert run(*given, "--format", "json") == cli.USER_FAULT
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert [(one["evaluator"], len(one["stamps"]), len(one["refused"])) for one in found] == [
        ("甲", 1, 1), ("乙", 1, 1),
    ]  # fmt: skip
    assert found[0]["stamps"][0]["at"] == later(61).isoformat()
    assert "no evaluator's file" in told.err or "评估员文件" in told.err
    assert "none.json" in told.err
    assert run("hand-in", control.folder, *files, "--number", NUMBER, "--lang", "en") == 0
    again = capsys.readouterr().out
    assert "a.json: 甲, 0 new stamps, 2 known, 0 lines" in again
    assert len(running.state(control, NUMBER).stamps) == 2
