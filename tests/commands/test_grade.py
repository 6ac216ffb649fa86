"""``cli.py grade``: the answer in JSON and in words, and what cannot be meant."""

import json

import jsonschema
import pytest

import cli
from tests.conftest import ROOT

SCHEMA = json.loads((ROOT / "docs" / "schemas" / "grade.schema.json").read_text("utf-8"))


def run(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str, str]:
    code = cli.main(["grade", *options])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_the_command_of_the_issue(capsys: pytest.CaptureFixture[str]) -> None:
    """S0-3: S, R, alpha, level and the steps of a stock that a person types."""
    options = ("--stock", "液氯=6", "--stock", "氨=12", "--people", "120", "--format", "json")
    code, out, _ = run(capsys, *options)
    found = json.loads(out)
    assert code == 0
    assert (found["S"], found["R"], found["alpha"], found["level"]) == (2.4, 14.4, 2.0, "三级")
    assert [step["key"] for step in found["steps"]][-3:] == ["alpha", "r", "level"]
    assert all(step["clause"] and step["inputs"] and step["result"] for step in found["steps"])
    jsonschema.validate(found, SCHEMA)
    assert found["next"]["level"] == "二级"
    assert found["next"]["people"] is None


@pytest.mark.parametrize("text", ["W5.3:1000", "W5.3=1000", "w5.3：1000", "涂料@W5.3＝1000"])
def test_a_category_may_be_stated_by_its_symbol(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    _, out, _ = run(capsys, "--stock", text, "--people", "0", "--format", "json")
    found = json.loads(out)
    assert (found["S"], found["level"], found["unknown"]) == (1.0, "四级", [])


def test_in_words_every_step_has_its_clause_and_what_is_not_verified(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "--stock", "甲醇=600", "--people", "40", "--lang", "en")
    assert out.startswith("level 4 (S = 1.2, R = 1.44)")
    assert "GB 18218-2018 4.3.2 表5" in out
    assert "[unverified]" in out
    assert "which is our reading" in out


def test_without_people_it_says_between_which_levels(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--stock", "液氯=15")
    assert "无法定级：四级至三级之间" in out
    _, out, _ = run(capsys, "--stock", "液氯=15", "--format", "json")
    found = json.loads(out)
    jsonschema.validate(found, SCHEMA)
    assert (found["level"], found["R"], found["alpha"], found["next"]) == (None, None, None, None)


def test_an_unknown_substance_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--stock", "火星土=3", "--people", "5", "--format", "json")
    found = json.loads(out)
    assert (found["unknown"], found["level"], found["at_most"]) == (["火星土"], None, "一级")
    assert "火星土" in found["notes"][0]


def test_every_slip_is_named_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--stock", "液氯", "--stock", "=6", "--stock", "氨=x", "--people=-3")
    code, out, err = run(capsys, *options)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 4


@pytest.mark.parametrize("tonnes", ["nan", "inf", "-1", "1e300"])
def test_tonnes_that_cannot_be(capsys: pytest.CaptureFixture[str], tonnes: str) -> None:
    code, _, err = run(capsys, "--stock", f"氯={tonnes}", "--people", "1")
    assert code == 2
    assert "不可能" in err


@pytest.mark.parametrize(("stock", "level"), [("液氯=100000", "一级"), ("液氯=6", "四级")])
def test_where_every_alpha_gives_the_same_level_it_is_told_without_the_people(
    capsys: pytest.CaptureFixture[str], stock: str, level: str
) -> None:
    """It read “cannot be told: from level 1 to level 1” for a hundred thousand tonnes."""
    _, out, _ = run(capsys, "--stock", stock)
    assert out.startswith(f"{level}，无论居住人数多少")
    _, out, _ = run(capsys, "--stock", stock, "--stock", "火星土=3")
    assert out.startswith("一级" if level == "一级" else "无法定级：四级至一级之间")
