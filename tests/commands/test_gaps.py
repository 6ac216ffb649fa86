"""``cli.py why`` and ``cli.py firms``: documents by their schemas, lines, what is refused."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import cli
from desks.build import Source
from tests.desks.making import write_csv
from tests.desks.planning_town import build_town, degrees

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the planning town with two firms: Q1 beside F1, Q2 without position."""
    place = tmp_path_factory.mktemp("gaps")
    heads = ("编号", "名称", "企业规模", "自有专职队", "经度", "纬度")
    firms = [
        ("Q1", "=1+1", "大型", "否", *degrees(10, 0)),
        ("Q2", "无位厂", "大型", "", *degrees(None, None)),
        ("Q3", "有队厂", "大型", "是", *degrees(500, 0)),
    ]
    return build_town(place, {"firm": Source(write_csv(place / "firm.csv", heads, firms))}).folder


def asked(capsys: pytest.CaptureFixture[str], schema: str, *words: str) -> dict[str, Any]:
    assert cli.main([*words, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    rules = json.loads((SCHEMAS / f"{schema}.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, rules)
    return dict(document)


def test_why_accounts_for_everybody(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """291 people, 160 of them covered with room: 131 have a reason (row S1-5)."""
    document = asked(capsys, "reasons", "why", str(folder))
    people = sum(row["people"] for row in document["reasons"] if row["kind"] != "covered")
    assert people == 291 - 160
    ways = asked(capsys, "reasons", "why", str(folder), "--definition", "network")
    people = sum(row["people"] for row in ways["reasons"] if row["kind"] != "covered")
    assert people == 291 - 245
    assert (ways["service"], ways["within"], ways["share"]) == ("shelter", "500 m", "night")


def test_why_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["why", str(folder), "--layer", "shelter_central", "--lang", "en"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "K1: 101 people. P4所, 2100 m away, does not count: Grade is not on file."


def test_firms_without_help(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Row S1-14: three large firms, one with a team; F1 at a is the first at Q1."""
    document = asked(capsys, "firms", "firms", str(folder))
    assert (document["large"], document["own_team"], document["agreed"]) == (3, 1, 0)
    assert [gap["id"] for gap in document["without"]] == ["Q2", "Q1"]
    assert document["without"][0]["nearest"] is None
    assert document["without"][0]["unreached"] == "没有登记位置。"
    assert document["without"][1]["nearest"]["id"] == "F1"


def test_firms_in_lines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["firms", str(folder), "--lang", "en"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == ("Large firms: 3; with an own team 1, with an agreement 0, without either 2.")
    assert told[2].startswith("Q1 =1+1: Neither an own team nor an agreement is on file. First")


@pytest.mark.parametrize(
    "words",
    [("why", "--layer", "umbrella"), ("why", "--within", "soon"), ("firms", "--as-of", "morgen")],
)
def test_slips_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert cli.main([words[0], str(folder), *words[1:]]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert words[1].removeprefix("--") in told[0] or words[2] in told[0]
