"""``cli.py drill`` from review to archive, without a screen."""

import json
import time
from pathlib import Path

import pytest

from cli import main
from desks.exercise import running
from desks.exercise.folder import Control
from tests.desks.exercise.drills import NUMBER, T0, later, make_drill, stamped
from tests.reports.drawn import has_fonts

BY = ["--by", "秘书"]


@pytest.fixture
def over(tmp_path: Path) -> Control:
    """Return a drill that is over: one node in time, one late."""
    control = make_drill(tmp_path)
    running.start(control, NUMBER, T0)
    running.stamp(control, NUMBER, stamped("called", 30), now=later(1000))
    running.stamp(control, NUMBER, stamped("arrived", 861), now=later(1000))
    running.end(control, NUMBER, later(1000))
    return control


def _run(step: str, control: Control, *more: str) -> int:
    number = [] if step == "findings" else ["--number", NUMBER]
    return main(["drill", step, str(control.folder), *number, *more])


def test_the_review_is_told_as_json_and_as_text(
    over: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    """S3-4, S3-6: from the terminal as from the screen."""
    assert _run("review", over, "--format", "json", "--lang", "en") == 0
    document = json.loads(capsys.readouterr().out)
    assert [one["result"] for one in document["nodes"]] == ["in_band", "late"]
    assert document["indicators"][0]["measures"] == [{"what": "nodes", "good": 1, "whole": 2}]
    assert document["indicators"][3]["measures"] is None
    assert _run("review", over, "--lang", "en") == 0
    assert "Quick response: 1 of 2 in band" in capsys.readouterr().out


@pytest.mark.skipif(not has_fonts(), reason="no font with Chinese characters")
def test_the_report_is_written_in_every_format_within_a_minute(
    over: Control, tmp_path: Path
) -> None:
    """S3-4: the after-action report within a minute of the drill's end."""
    begun = time.process_time()
    for kind in ("docx", "pdf", "html", "xlsx", "json"):
        path = tmp_path / f"report.{kind}"
        assert _run("review", over, "--out", str(path)) == 0
        assert path.stat().st_size > 1_000
        assert _run("review", over, "--out", str(path)) == 0, "again in its own place"
    assert time.process_time() - begun < 60


def test_a_report_replaces_nothing_else(over: Control, tmp_path: Path) -> None:
    path = tmp_path / "register.pdf"
    path.write_bytes(b"SQLite format 3\x00")
    assert _run("review", over, "--out", str(path)) == 2
    assert _run("paper", over, "--what", "heads", "--out", str(path)) == 2
    assert path.read_bytes() == b"SQLite format 3\x00"
    assert _run("review", over, "--out", str(tmp_path / "x.exe")) == 2
    assert _run("review", over, "--format", "pdf") == 2


@pytest.mark.skipif(not has_fonts(), reason="no font with Chinese characters")
def test_the_heads_go_on_paper_and_an_unsealed_drill_has_no_seal(
    over: Control, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "heads.pdf"
    assert _run("paper", over, "--what", "heads", "--out", str(out), "--format", "json") == 0
    assert json.loads(capsys.readouterr().out) == {"file": str(out)}
    assert out.read_bytes().startswith(b"%PDF")
    assert _run("paper", over, "--what", "seal", "--out", str(tmp_path / "seal.pdf")) == 2


def test_findings_from_proposal_to_archive(
    over: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    """S4-6: 闭环 from the terminal: refused, accepted, archived, overdue, closed."""
    assert _run("archive", over, *BY, "--lang", "en") == 2
    assert "node:arrived" in capsys.readouterr().err
    found = ["--finding", "node:arrived", "--owner", "示例甲", "--due", "2026-10-31"]
    assert _run("find", over, *BY, *found) == 0
    assert "首支力量到场" in capsys.readouterr().out
    assert _run("find", over, *BY) == 2, "nothing was said"
    assert _run("archive", over, *BY, "--format", "json") == 0
    assert len(json.loads(capsys.readouterr().out)["head"]) == 64
    late = ["--overdue", "--on", "2026-11-01", "--format", "json"]
    assert _run("findings", over, *late) == 0
    (row,) = json.loads(capsys.readouterr().out)["findings"]
    assert (row["drill"], row["owner"], row["closed"]) == (NUMBER, "示例甲", None)
    assert _run("close", over, *BY, "--finding", "node:arrived", "--how", "换道路") == 0
    assert _run("findings", over, "--on", "2099-01-01", "--lang", "en") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "None."
    assert _run("findings", over, "--on", "soon") == 2


def test_a_proposal_is_dismissed_and_people_are_counted(
    over: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("dismiss", over, *BY, "--finding", "node:arrived", "--how", "道口关闭") == 0
    assert _run("dismiss", over, *BY, "--finding", "node:called", "--how", "x") == 2
    assert _run("count", over, *BY, "--people", "312", "--format", "json") == 0
    out = capsys.readouterr().out
    assert json.loads(out[out.index("{") :])["people"] == 312
    for wrong in ("-1", "many", "1e9", "99999999"):
        assert _run("count", over, *BY, f"--people={wrong}") == 2
