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
     ("--candidates", "absent.csv"), ("--budget", "9" * 40)],
)  # fmt: skip
def test_what_cannot_be_meant_gets_a_sentence(
    folder: Path, capfd: pytest.CaptureFixture[str], asked: tuple[str, str]
) -> None:
    code, out, err = run(capfd, "site", folder, *asked)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1


def test_outdoor_and_indoor_are_sited_together(
    folder: Path, listed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A site is for one kind or the other; who lacks either is named."""
    code, out, _ = run(
        capfd, "site", folder, "--candidates", listed, "--service", "shelter_joint", "--count",
        "2", "--format", "json",
    )  # fmt: skip
    found = keeps("siting", out)
    assert code == 0
    assert found["covered_before"] <= found["covered_after"] <= found["bound"]
    assert not found["feasible"]
    assert sum(one["people"] for one in found["blocking"]) == 291 - found["covered_most"]


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


def test_the_answer_is_kept_as_a_plan_that_knows_its_costs(
    folder: Path, listed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """S1-4: what the siting knew of costs is not lost between its answer and the comparison."""
    asked = ("site", folder, "--candidates", listed, "--count", "2", "--save", "新增二处")
    code, out, _ = run(capfd, *asked, "--format", "json")
    found = keeps("siting", out)
    assert code == 0
    assert run(capfd, *asked)[0] == 2, "a plan of this name exists"
    _, out, _ = run(capfd, "variant", "list", folder, "--format", "json")
    kept = next(v for v in keeps("variants", out)["variants"] if v["name"] == "新增二处")
    assert {c["id"]: c["cost_cny"] for c in kept["changes"]} == {
        one["id"]: one["cost_cny"] for one in found["chosen"]
    }
    compared = ("variant", "compare", folder, "--name", "新增二处")
    _, out, _ = run(capfd, *compared, "--format", "json")
    cost = keeps("comparison", out)["cost"]
    assert cost["before"] == {"stated_cny": 0, "unstated": 0}
    assert cost["after"] == {"stated_cny": found["cost_cny"], "unstated": 0}
    assert f"{found['cost_cny']:,}" in run(capfd, *compared)[1]
    assert run(capfd, "variant", "remove", folder, "--name", "新增二处")[0] == 0


def test_costs_are_stated_by_the_id_of_a_change(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    save = ("variant", "save", folder, "--name", "造价", "--resize", "P5,101", "--close", "P1",
            "--replace")  # fmt: skip
    _, out, _ = run(capfd, *save, "--cost", "P5,80000", "--format", "json")
    costs = {one["id"]: one["cost_cny"] for one in keeps("variant", out)["changes"]}
    assert costs == {"P5": 80_000, "P1": None}
    for wrong in ("P5", "P5,x", "P5,-1", "P9,5", f"P5,{10**12 + 1}", f"P5,{'0' * 20}9", "P5,８"):
        code, _, err = run(capfd, *save, "--cost", wrong)
        assert (code, len(err.splitlines())) == (2, 1), wrong
    assert run(capfd, *save, "--cost", "P5,1", "--cost", "P5,2")[0] == 2


def test_no_plan_is_kept_of_an_answer_without_places(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capfd, "site", folder, "--save", "空", "--lang", "en")
    assert (code, out) == (2, "")
    assert "No place was chosen" in err
    assert run(capfd, "site", folder, "--save", "../x")[0] == 2
    assert not (folder / "variants" / "空.json").exists()


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


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("site", "--count", "1.5"), "no whole number above 0"),
        (("site", "--count", "１"), "no whole number above 0"),
        (("site", "--count", " 1"), "no whole number above 0"),
        (("site", "--count", "+1"), "no whole number above 0"),
        (("site", "--budget", "1e6"), "no whole number above 0"),
        (("site", "--budget", "9999999999999"), "no whole number above 0"),
        (("site", "--within", "500"), "500"),
        (("site", "--within=-5m"), "-5m"),
        (("site", "--datum", "mars"), "mars"),
        (("mend", "--community", ""), "No community or subdistrict"),
        (("mend", "--community", "1", "--service", "shelter_joint"), "No community"),
        (("variant compare", "--name", "无"), "no plan of this name"),
        (("variant compare", "--name", "../../x"), "No plan can be called that"),
        (("variant remove", "--name", "x/y"), "No plan can be called that"),
        (("variant save", "--name", "CON"), "No plan can be called that"),
        (("variant save", "--name", "y", "--service", "fire_station", "--resize", "F1,5"),
         "never full"),
        (("variant save", "--name", "y", "--service", "shelter_joint"), "not several jointly"),
        (("variant save", "--name", "y", "--resize", "P1,-1"), "ID,PEOPLE"),
        (("variant save", "--name", "y", "--resize", "P1,1000000001"), "ID,PEOPLE"),
        (("variant save", "--name", "y", "--add", ",113,23,5"), "ID,LON,LAT,PEOPLE"),
        (("variant save", "--name", "y", "--add", "N,113,inf,5"), "ID,LON,LAT,PEOPLE"),
        (("variant save", "--name", "y", "--move", "P6,113,23"), "no place with this id"),
    ],
)  # fmt: skip
def test_a_slip_is_answered_with_its_own_sentence(
    folder: Path, listed: Path, capfd: pytest.CaptureFixture[str], options: tuple[str, ...],
    said: str,
) -> None:  # fmt: skip
    command, *rest = options
    first = (*command.split(), folder)
    if command == "site":
        rest += ["--candidates", str(listed)]
    code, out, err = run(capfd, *first, *rest, "--lang", "en")
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    assert not (folder / "variants" / "y.json").exists()


def test_every_change_that_cannot_be_read_is_named_at_once(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(
        capfd, "variant", "save", folder, "--name", "y", "--add", "N", "--move", "P1", "--resize",
        "P1,x", "--close", "P1", "--lang", "en",
    )  # fmt: skip
    assert code == 2
    assert len(err.splitlines()) == 3
    assert [f"--{kind}" in err for kind in ("add", "move", "resize", "close")] == [
        True, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("one", [("--count", "1"), ("--budget", "5")])
def test_two_aims_at_once_are_refused(
    folder: Path, capfd: pytest.CaptureFixture[str], one: tuple[str, str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["site", str(folder), "--fewest", *one])
    assert caught.value.code == 2
    assert "not allowed with" in capfd.readouterr().err


@pytest.mark.parametrize("share", ["night", "day", "elderly"])
def test_beyond_points_the_command_answers_for_every_share(
    folder: Path, listed: Path, capfd: pytest.CaptureFixture[str], share: str
) -> None:
    """Elderly people of i reach no place on file within 2,600 m: once this ended in a trace."""
    code, out, err = run(
        capfd, "site", folder, "--candidates", listed, "--service", "shelter_outdoor", "--within",
        "2600m", "--share", share, "--format", "json",
    )  # fmt: skip
    found = keeps("siting", out)
    assert (code, err) == (0, "")
    assert found["covered_after"] == found["covered_most"]
    assert found["bound"] <= found["value"] == len(found["chosen"])


def test_a_hostile_list_steers_no_terminal(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "坏.csv"
    text = 'C1,"\x1b[2J甲\u202e\r\n乙",5,112.9,23.0\n'
    path.write_text(f"编号,名称,容量,经度,纬度\n{text}", encoding="utf-8")
    code, out, _ = run(capfd, "site", folder, "--candidates", path)
    assert code == 0
    assert "甲" in out
    assert not {"\x1b", "\u202e", "\r"} & set(out)


def test_plans_of_two_kinds_are_listed_and_a_broken_one_is_told(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    save = ("variant", "save", folder, "--name", "listed", "--move", "P1,112.999,23.001")
    assert run(capfd, *save)[0] == 0
    broken = folder / "variants" / "broken.json"
    broken.write_text("{", encoding="utf-8")
    try:
        code, out, _ = run(capfd, "variant", "list", folder, "--lang", "en")
    finally:
        broken.unlink()
        run(capfd, "variant", "remove", folder, "--name", "listed")
    assert code == 0
    assert "listed · shelter · 1" in out.splitlines()
    assert any(
        line.startswith("! broken.json: The file cannot be read") for line in out.split("\n")
    )
