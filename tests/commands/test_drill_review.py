"""``cli.py drill`` from review to archive, without a screen."""

import json
import time
import zipfile
from pathlib import Path

import pytest

import reports.page
from cli import main
from commands.drill_review import _lines
from commands.printing import print_lines
from desks.exercise import running
from desks.exercise.envelope import SEALED
from desks.exercise.folder import Control
from desks.exercise.log import open_log, write
from desks.exercise.packaging import LOG, PACKAGE
from desks.exercise.review import review
from desks.exercise.scenario import Node
from language import Catalogue
from tests.desks.exercise.drills import NUMBER, T0, later, make_drill, stamped
from tests.desks.exercise.pools import scenario
from tests.desks.exercise.reviewed import ended, log_of, started
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
    assert _run("archive", over, *BY, "--lang", "en") == 2
    assert "never frozen" in capsys.readouterr().err
    with open_log(over.drill(NUMBER) / LOG) as log:
        write(log, "control", "frozen", {})
    (over.drill(NUMBER) / PACKAGE).write_bytes(b"PK")
    assert _run("archive", over, *BY, "--format", "json") == 0
    assert len(json.loads(capsys.readouterr().out)["head"]) == 64
    late = ["--overdue", "--on", "2026-11-01", "--format", "json"]
    assert _run("findings", over, *late) == 0
    (row,) = json.loads(capsys.readouterr().out)["findings"]
    assert (row["drill"], row["owner"], row["closed"]) == (NUMBER, "示例甲", None)
    assert _run("close", over, *BY, "--finding", "node:arrived", "--how", "换道路") == 0
    assert _run("findings", over, "--on", "2099-01-01", "--lang", "en") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "None."
    for day in ("soon", "9999-12-31", "0001-01-01"):
        assert _run("findings", over, "--on", day) == 2


def test_a_folder_that_others_could_read_is_closed_and_said(
    over: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    (over.folder / "control.toml").chmod(0o644)
    assert _run("findings", over, "--format", "json", "--lang", "en") == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == {"findings": []}
    assert "could read" in err
    assert _run("findings", over, "--lang", "en") == 0
    assert capsys.readouterr().err == ""


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


@pytest.mark.parametrize("name", ["opened.json", "package.zip", "evaluators.html", "map.gpkg"])
def test_a_report_replaces_no_envelope_package_or_page_that_begins_alike(
    over: Control, tmp_path: Path, name: str
) -> None:
    """A slip of --out would lose the only proof of the drill: JSON and ZIP begin alike."""
    path = over.drill(NUMBER) / name if name == "opened.json" else tmp_path / name
    if name == "package.zip":
        with zipfile.ZipFile(path, "w") as made:
            made.writestr("log.jsonl", "{}")
    elif name != "opened.json":
        page = (Path(reports.page.__file__).parent / "evaluator.html").read_bytes()
        path.write_bytes(page if name.endswith("html") else b"SQLite format 3\x00")
    before = path.read_bytes()
    for format_ in ("json", "docx", "xlsx", "html"):
        assert _run("review", over, "--out", str(path), "--format", format_) == 2
        assert path.read_bytes() == before


def test_a_json_of_somebody_else_is_kept_and_an_empty_file_is_filled(
    over: Control, tmp_path: Path
) -> None:
    path = tmp_path / SEALED
    for text in ("{", "{}", '{"exercise": true, "format": 1}', "[1]", "PK"):
        path.write_text(text, encoding="utf-8")
        assert _run("review", over, "--out", str(path)) == 2
        assert path.read_text(encoding="utf-8") == text
    path.write_bytes(b"")
    assert _run("review", over, "--out", str(path)) == 0
    first = path.read_bytes()
    assert json.loads(first)["drill"] == NUMBER
    assert _run("review", over, "--out", str(path)) == 0, "its own document is replaced"
    assert path.read_bytes() == first


def test_a_place_that_cannot_be_meant_writes_nothing(over: Control, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.rglob("*"))
    for out in ("", "folder", "x", "x.JSONL", "x.txt"):
        assert _run("review", over, "--out", str(tmp_path / out)) == 2
        assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ["响应快速: 1/2在带内", "首支力量到场: 14′21″ / 13′20″ ✕", "保障有力: —"]),
        ("en", ["Quick response: 1 of 2 in band", "61 s after its band", "Strong support: —"]),
    ],
)
def test_the_text_tells_figures_proposals_and_what_is_unknown(
    over: Control, capsys: pytest.CaptureFixture[str], language: str, said: list[str]
) -> None:
    """S3-6: in both languages, and an indicator without anything is a dash."""
    assert _run("review", over, "--lang", language) == 0
    text = capsys.readouterr().out
    assert all(one in text for one in said)
    assert "0 of 0" not in text
    assert "None" not in text


def test_hostile_titles_are_one_line_each_on_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A scenario's title cannot clear the screen, forge a line or turn the text round."""
    title = "首队\x1b[2J\n响应快速：9/9\u202e到场"
    node = Node("called", title, "speed", 60_000, 120_000, 180_000)
    drawn = scenario(nodes=(node,), sheet=())
    review_ = review(log_of(started(), ended(9)), drawn, drill=NUMBER, type_="regular")
    print_lines(_lines(review_, Catalogue.load("zh")))
    out = capsys.readouterr().out
    assert not {"\x1b", "\u202e", "\r"} & set(out)
    assert not any(line.startswith("响应快速：9/9") for line in out.splitlines())
    assert sum("到场" in line for line in out.splitlines()) == 2, "figures, and why it is open"


@pytest.mark.parametrize("step", ["review", "paper", "archive", "count"])
def test_a_drill_that_is_not_there_is_said_and_none_is_made(
    over: Control, tmp_path: Path, step: str, capsys: pytest.CaptureFixture[str]
) -> None:
    more = {
        "review": [],
        "paper": ["--what", "heads", "--out", str(tmp_path / "h.pdf")],
        "archive": BY,
        "count": [*BY, "--people", "3"],
    }[step]
    for number in ("2026-9", "../2026-1", ""):
        assert main(["drill", step, str(over.folder), "--number", number, *more]) == 2
        assert "Traceback" not in capsys.readouterr().err
    assert [path.name for path in over.drill(NUMBER).parent.iterdir()] == [NUMBER]
    assert not (tmp_path / "h.pdf").exists()


def test_a_seal_that_was_changed_is_not_printed(over: Control, tmp_path: Path) -> None:
    """Who prints and signs a forged envelope would vouch for it."""
    (over.drill(NUMBER) / SEALED).write_text('{"drill": "2026-1"}', encoding="utf-8")
    out = tmp_path / "seal.pdf"
    assert _run("paper", over, "--what", "seal", "--out", str(out)) == 2
    assert not out.exists()


@pytest.mark.parametrize("people", ["0", "1000000"])
def test_the_least_and_the_most_people_are_counted(
    over: Control, people: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """S3-10: nobody led out is a count, and one more than a million is a slip."""
    assert _run("count", over, *BY, "--people", people, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["people"] == int(people)
    for wrong in ("1000001", "", " 3", "３", "0x1", "1.0"):
        assert _run("count", over, *BY, f"--people={wrong}") == 2


def test_findings_are_told_as_text_until_there_are_none(
    over: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    """S4-6: overdue means after its day: on the day itself the list is empty."""
    assert _run("findings", over, "--lang", "en") == 0
    assert capsys.readouterr().out.splitlines() == ["None."]
    told = ["--text", "通信不畅", "--owner", "示例乙", "--due", "2026-10-31"]
    assert _run("find", over, *BY, *told, "--lang", "en") == 0
    assert capsys.readouterr().out.split() == [
        NUMBER, "F-1", "2026-10-31", "示例乙", "通信不畅", "open",
    ]  # fmt: skip
    for day, count in (("2026-10-30", 0), ("2026-10-31", 0), ("2026-11-01", 1)):
        assert _run("findings", over, "--overdue", "--on", day, "--format", "json") == 0
        assert len(json.loads(capsys.readouterr().out)["findings"]) == count
