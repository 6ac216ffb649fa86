"""Odd arguments and hostile names: a sentence, one line of plain text, never a traceback."""

import csv
from pathlib import Path

import pytest

import cli
from tests.desks.making import write_csv
from tests.desks.test_bad_input import AT, HEADINGS, USER_FAULT, Build, build, refused

__all__ = ["build"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--layer", "depot=a.csv", "--layer", "depot=b.csv"], "named twice"),
        (["--layer", "rocket=a.csv"], "no layer 'rocket'"),
        (["--layer", "depot"], "not KEY=VALUE"),
        (["--layer", "depot="], "not KEY=VALUE"),
        (["--layer", "=a.csv"], "not KEY=VALUE"),
        (["--layer", "depot=."], "This is a folder, not a file"),
        (["--backdrop", "sky=a.gpkg"], "no backdrop 'sky'"),
        (["--backdrop", "water=."], "This is a folder, not a file"),
        (["--subdistricts", "a.gpkg", "--layer", "subdistrict=b.gpkg"], "named twice"),
        (["--datum", "roads=mars"], "datum mars is not known"),
        (["--datum", "roads=EPSG:999999"], "is not known"),
        (["--datum", "depot=gcj02"], "which has no file"),
        (["--roads-schema", "."], "There is no such file"),
        (["--as-of", "2026-02-30"], "no date"),
        (["--roads", ""], "No file of roads"),
        (["--roads", "x" * 300 + ".gpkg"], "too long"),
    ],
)
def test_every_odd_argument(build: Build, tmp_path: Path, arguments: list[str], words: str) -> None:
    refused(build(*arguments), tmp_path, words)


def test_both_folders_are_named_at_once(build: Build, tmp_path: Path) -> None:
    answer = build("--layer", f"team={tmp_path}", roads=tmp_path)
    refused(answer, tmp_path, "Name one file in it")
    assert answer[2].count("This is a folder") == 2


NAMES = [
    "<img src=x onerror=alert(1)>",
    "{{7*7}}{% raise %}",
    "=1+1|cmd",
    "两行\n的名字",
    "\u202eعربى\u202c 左右",
    "🔥消防站👩‍🚒",
    "长" * 3_000,
    "'; DROP TABLE team; --",
    "\x1b[31m红\x07",
]


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_are_shown_as_text(
    build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Whatever a name holds, the terminal shows one line a row and no control character."""
    team = tmp_path / "team.csv"
    with team.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(
            [[*HEADINGS, "队伍类型"], ["T", name, "113.0003", "23.0056", "综合消防"]]
        )
    # What nobody can see is refused at the terminal's own door (test_cli); in files it may stand.
    own = name if name.isprintable() else "云溪区"
    code, out, _ = build("--layer", f"team={team}", "--name", own)
    assert code == 0
    assert all(line.isprintable() for line in out.splitlines())
    for form in ("text", "json"):
        # Ten sharp: at 11:49 the time of day would look like a template that was run.
        given = ["brief", str(tmp_path / "out" / "d"), "--at", AT, "--format", form]
        assert cli.main([*given, "--time", "2026-11-20T10:00+08:00"]) == 0
        answer = capsys.readouterr().out
        assert all(line.isprintable() for line in answer.splitlines())
        assert "49" not in answer.split("\n")[0]


@pytest.mark.parametrize(("language", "word"), [("en", "whole extent"), ("zh", "全域")])
def test_the_report_in_the_folder_is_in_the_language_asked_for(
    build: Build, tmp_path: Path, language: str, word: str
) -> None:
    assert build("--lang", language)[0] == 0
    kept = (tmp_path / "out" / "d" / "build_report.json").read_text(encoding="utf-8")
    assert word in kept


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--at", ""], "no position"),
        (["--at", "1e9,1e9"], "no position"),
        (["--at", AT, "--time", "2026-09-16T14:00+25:00"], "no time"),
        (["--at", AT, "--hour", "²"], "no hour"),
        (["--at", AT, "--hour", " 3 "], "no hour"),
        (["--at", AT, "--kind", ""], "no kind of incident"),
        (["--at", AT, "--close-road", ""], "No road is called"),
        (["--at", AT, "--close", "."], "not read"),
        (["--at", AT, "--close", "x" * 300 + ".geojson"], "too long"),
    ],
)
def test_odd_arguments_of_a_brief(
    town_folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    code = cli.main(["brief", str(town_folder), "--lang", "en", *arguments])
    out, err = capsys.readouterr()
    assert (code, out) == (USER_FAULT, "")
    assert words in err


@pytest.mark.parametrize("at", ["-71.3,-29.9", "-180,-90", "180,90", "0,0"])
def test_places_west_and_south_are_no_options(
    town_folder: Path, capsys: pytest.CaptureFixture[str], at: str
) -> None:
    """A place such as Coquimbo's begins with a minus; far off it is answered, not refused."""
    code = cli.main(["brief", str(town_folder), "--at", at, "--lang", "en"])
    out, _ = capsys.readouterr()
    assert code == 0
    assert "outside the district" in out


def test_nothing_a_brief_says_is_not_a_number(
    build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Blank and odd figures in a register never reach a person as NaN, None or inf."""
    headings = [*HEADINGS, "队伍类型", "人数", "车辆数", "车宽"]
    rows = [
        ["A", "甲", "113.0003", "23.0056", "综合消防", "", "", ""],
        ["B", "乙", "113.0004", "23.0056", "综合消防", "nan", "inf", "-1"],
    ]
    path = write_csv(tmp_path / "team.csv", headings, rows)
    assert build("--layer", f"team={path}")[0] == 0
    for form in ("text", "json"):
        given = ["brief", str(tmp_path / "out" / "d"), "--at", AT, "--format", form]
        assert cli.main(given) == 0
        said = capsys.readouterr().out
        assert not {"NaN", "nan", "None", "inf", "Infinity"} & set(
            said.replace(",", " ").replace('"', " ").split()
        )
