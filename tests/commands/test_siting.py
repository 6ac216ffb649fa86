"""``cli.py site``, ``mend`` and ``variant``: JSON that keeps its schema, sentences for slips."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import cli
from tests.conftest import ROOT
from tests.desks.planning_sites import sites_town, write_sites


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sites_town(tmp_path_factory.mktemp("siting")).folder


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sites(tmp_path_factory.mktemp("siting_list") / "候选.csv")


def run(capfd: pytest.CaptureFixture[str], *options: object) -> tuple[int, str, str]:
    code = cli.main([str(option) for option in options])
    out = capfd.readouterr()
    return code, out.out, out.err


def keeps(schema: str, text: str) -> Any:  # noqa: ANN401
    document = json.loads(text)
    path = ROOT / "docs" / "schemas" / f"{schema}.schema.json"
    jsonschema.validate(document, json.loads(path.read_text("utf-8")))
    return document


def test_the_command_of_the_issue(
    folder: Path, listed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(
        capfd, "site", folder, "--candidates", listed, "--service", "shelter", "--fewest",
        "--format", "json",
    )  # fmt: skip
    found = keeps("siting", out)
    assert code == 0
    assert [one["id"] for one in found["chosen"]] == ["C1", "C2", "C3", "C6"]
    assert (found["covered_after"], found["gap"], found["feasible"]) == (291, 0, True)
    assert {one["id"] for one in found["left_out"]} == {"A1", "A2", "A3", "A4", "A5", "P1"}
    assert all(one["reason"] for one in found["left_out"])


@pytest.mark.parametrize("asked", [("--count", "2"), ("--budget", "400000")])
def test_a_number_and_a_budget(
    folder: Path, listed: Path, capfd: pytest.CaptureFixture[str], asked: tuple[str, str]
) -> None:
    code, out, _ = run(capfd, "site", folder, "--candidates", listed, *asked, "--format", "json")
    found = keeps("siting", out)
    assert code == 0
    assert found["value"] == found["bound"] == found["covered_after"] < 291


def test_the_answer_in_chinese_speaks_no_english(
    folder: Path, listed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capfd, "site", folder, "--candidates", listed, "--count", "2")
    assert code == 0
    assert "新增2处" in out
    assert "places" not in out


def test_without_a_file_the_layers_that_may_serve(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capfd, "site", folder, "--format", "json")
    found = keeps("siting", out)
    assert code == 0
    assert (found["chosen"], found["candidates"]) == ([], 0)
    assert not found["feasible"]
    assert found["blocking"][0]["people"] == 46


@pytest.mark.parametrize(
    "asked",
    [("--count", "0"), ("--count", "two"), ("--budget", "-5"), ("--service", "pub"),
     ("--service", "shelter_joint"), ("--candidates", "absent.csv"), ("--budget", "9" * 40)],
)  # fmt: skip
def test_what_cannot_be_meant_gets_a_sentence(
    folder: Path, capfd: pytest.CaptureFixture[str], asked: tuple[str, str]
) -> None:
    code, out, err = run(capfd, "site", folder, *asked)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1


def test_mends_of_a_community(
    folder: Path, listed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    options = ("mend", folder, "--community", "440199001002", "--candidates", listed)
    code, out, _ = run(capfd, *options, "--format", "json")
    found = keeps("mends", out)
    assert code == 0
    assert found["mends"][0]["verifies"] == ["P4"]
    code, out, _ = run(capfd, *options, "--lang", "en")
    assert "P4所 (P4)" in out
    code, out, err = run(capfd, "mend", folder, "--community", "1")
    assert (code, out, len(err.splitlines())) == (2, "", 1)


def test_plans_saved_listed_compared_and_removed(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    save = ("variant", "save", folder, "--name", "方案一", "--close", "P1", "--resize", "P5,101")
    code, out, _ = run(capfd, *save, "--format", "json")
    assert code == 0
    assert [one["kind"] for one in keeps("variant", out)["changes"]] == ["close", "resize"]
    assert run(capfd, *save)[0] == 2
    assert run(capfd, *save, "--replace")[0] == 0
    code, out, _ = run(capfd, "variant", "list", folder, "--format", "json")
    assert [one["name"] for one in keeps("variants", out)["variants"]] == ["方案一"]
    code, out, _ = run(capfd, "variant", "compare", folder, "--name", "方案一", "--format", "json")
    found = keeps("comparison", out)
    gained = found["totals"]["people_covered"]["capacity"]["gained"]
    assert gained == sum(
        row["people_covered"]["capacity"]["gained"] or 0 for row in found["subdistricts"]
    )
    assert gained == 31
    assert found["totals"]["people_covered"]["safe"]["after"] is None
    code, out, _ = run(capfd, "variant", "compare", folder, "--name", "方案一", "--lang", "en")
    assert "+31" in out
    assert run(capfd, "variant", "remove", folder, "--name", "方案一")[0] == 0
    assert run(capfd, "variant", "remove", folder, "--name", "方案一")[0] == 2


@pytest.mark.parametrize(
    "change",
    [("--add", "N1,113"), ("--move", "P1,x,23"), ("--resize", "P1,many"), ("--close", "P1,2"),
     ("--add", "N1,nan,23,5"), ("--move", "P1,400,23"), ("--close", "P9")],
)  # fmt: skip
def test_changes_that_cannot_be_read(
    folder: Path, capfd: pytest.CaptureFixture[str], change: tuple[str, str]
) -> None:
    code, _, err = run(capfd, "variant", "save", folder, "--name", "x", *change)
    assert code == 2
    assert len(err.splitlines()) == 1
    assert not (folder / "variants" / "x.json").exists()


def test_a_new_place_may_have_a_comma_in_its_name(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run(
        capfd, "variant", "save", folder, "--name", "逗号", "--add", "N1,112.9,23.0,5,甲,乙",
        "--format", "json",
    )  # fmt: skip
    assert json.loads(out)["changes"][0]["name"] == "甲,乙"
