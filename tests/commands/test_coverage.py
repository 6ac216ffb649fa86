"""``cli.py coverage``: the document by its schema, rules, an incident, what is refused."""

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import cli
from desks.build import Source
from desks.planning.variant_files import save_variant
from desks.planning.variants import Change as PlanChange
from desks.planning.variants import Variant
from tests.desks.making import write_csv
from tests.desks.planning_town import build_town, degrees

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "coverage.schema.json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_town(tmp_path_factory.mktemp("coverage")).folder


def asked(capsys: pytest.CaptureFixture[str], folder: Path, *options: str) -> dict[str, Any]:
    assert cli.main(["coverage", str(folder), "--format", "json", *options]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    return dict(document)


def test_the_document_of_the_issue(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """S1-4, S1-5: communities = subdistricts = totals, each keyed by definition."""
    document = asked(capsys, folder, "--layer", "shelter", "--within", "500m")
    covered = {"circle": 268, "network": 245, "capacity": 160, "safe": None}
    assert document["totals"]["people_covered"] == covered
    assert document["totals"]["people"] == 291
    assert document["totals"]["percent"]["network"] == "84.1"  # 84.19 is cut, not rounded
    for key in ("circle", "network", "capacity"):
        sums = [
            sum(row["people_covered"][key] or 0 for row in document[part])
            for part in ("subdistricts", "communities")
        ]
        assert sums == [document["totals"]["people_covered"][key]] * 2
    assert [row["parent"] for row in document["communities"][:2]] == ["440199001", "440199001"]
    assert "rules" not in document


def test_what_nobody_stated_is_null_with_its_reason(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = asked(capsys, folder)
    assert document["missing"] == ["440199002005", "440199003"]
    unknown = next(row for row in document["communities"] if row["name"] == "K5")
    assert unknown["people_covered"] == dict.fromkeys(("circle", "network", "capacity", "safe"))
    assert unknown["reasons"]["network"] == "其人口没有登记。"
    assert document["totals"]["reasons"] == {"safe": "没有选定事件。"}
    places = {place["id"]: place for place in document["places"]}
    assert places["P4"]["capacity_people"] == 0
    assert places["P2"]["assigned_people"] == 60
    assert [one["id"] for one in document["left_out"]] == ["P6"]
    assert any("P4" in said for said in document["cautions"])


def test_a_definition_that_does_not_apply_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = asked(capsys, folder, "--layer", "fire_station", "--lang", "en")
    assert document["totals"]["people_covered"]["circle"] is None
    assert document["totals"]["reasons"]["circle"] == "A time by road has no straight line."
    assert document["totals"]["reasons"]["capacity"] == "These places cannot be full."
    assert cli.main(["coverage", str(folder), "--layer", "fire_station", "--lang", "en"]) == 0
    text = capsys.readouterr().out
    assert "River" not in text.splitlines()[0]
    assert text.splitlines()[2].split("  ")[2:] == [
        "not applicable", "268 (92.0 %)", "not applicable", "not applicable",
    ]  # fmt: skip


def test_the_least_covered_come_first_on_the_terminal(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["coverage", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[1] for line in lines[3:6]] == ["乙", "甲", "丙"]
    assert any("粤府办" in line for line in lines), "no figure without its method and source"


def test_an_incident_makes_the_fourth_definition(
    folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ring = [
        degrees(x, y) for x, y in ((900, 200), (1100, 200), (1100, 400), (900, 400), (900, 200))
    ]
    area = tmp_path / "zone.geojson"
    area.write_text(
        json.dumps({"type": "Polygon", "coordinates": [[[float(x), float(y)] for x, y in ring]]}),
        encoding="utf-8",
    )
    at = ",".join(degrees(1000, 300))
    document = asked(capsys, folder, "--at", at, "--zone", str(area), "--hour", "3")
    assert document["totals"]["people_covered"]["safe"] == 100
    assert "safe" not in document["totals"]["reasons"]


def test_a_pack_of_rules_is_held_against_the_same_coverage(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """S1-4: the rule of 100 % fails with the people of the same document as evidence."""
    document = asked(capsys, folder, "--rules", "gd2013")
    assert document["rules"]
    failed = [rule for rule in document["rules"] if rule["result"] == "fail"]
    north = next(rule for rule in failed if rule["unit"] == "440199002")
    assert "44" in north["evidence"][0]
    assert "48.8" in north["evidence"][0]
    assert {rule["result"] for rule in document["rules"]} == {"pass", "fail", "not_assessable"}
    assert cli.main(["coverage", str(folder), "--rules", "gd2013"]) == 0
    assert "✕" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--layer", "shelters"], "No service is called that."),
        (["--layer", "<b>"], "No service is called that."),
        (["--within", "500"], "This is no reach"),
        (["--within=-5m"], "This is no reach"),
        (["--within", "0m"], "This is no reach"),
        (["--within", "1e9km"], "This is no reach"),
        (["--within", "101km"], "This is no reach"),
        (["--within", "25h"], "This is no reach"),
        (["--within", ""], "This is no reach"),
        (["--rules", "no-such-pack"], "No pack of rules is called that"),
        (["--substance", "chlorine"], "no place is given"),
        (["--at", "not,here"], "This is no position."),
        (["--as-of", "yesterday"], "This is no date"),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert cli.main(["coverage", str(folder), "--lang", "en", *options]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert not told.out


def test_both_faults_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["coverage", str(folder), "--layer", "x", "--within", "y"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_district_without_residents_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    bare = folder.parent / "community.gpkg"
    assert bare.is_file()
    rows = [["440199001", "甲"], ["440199002", "乙"]]
    assert write_csv(tmp_path / "x.csv", ["代码", "名称"], rows).is_file()
    onemap = build_town(tmp_path / "bare", {"community": _without_residents(bare, tmp_path)})
    assert cli.main(["coverage", str(onemap.folder), "--lang", "en"]) == 2
    assert "No community has residents on file" in capsys.readouterr().err
    shutil.rmtree(onemap.folder)


def _without_residents(path: Path, folder: Path) -> Source:
    import geopandas as gpd  # noqa: PLC0415 - only this test reads shapes

    frame = gpd.read_file(path)[["code", "name", "geometry"]]
    target = folder / "bare.gpkg"
    frame.to_file(target, layer="community", driver="GPKG")
    return Source(target)


def test_coverage_with_a_saved_plan_is_named_as_such_and_counted_by_the_desk(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """S1-4: P1 closed and P5 with 101 people; rules see the plan too, and nothing is today's."""
    changes = ("--close", "P1", "--resize", "P5,101")
    assert cli.main(["variant", "save", str(folder), "--name", "方案一", *changes]) == 0
    capsys.readouterr()
    today = asked(capsys, folder, "--rules", "gd2013")
    document = asked(capsys, folder, "--plan", "方案一", "--rules", "gd2013")
    assert "plan" not in today
    assert document["plan"]["name"] == "方案一"
    assert document["plan"]["stamp"] == document["stamp"] == today["stamp"]
    gained = [one["totals"]["people_covered"]["capacity"] for one in (today, document)]
    assert gained == [160, 191]
    assert {place["id"] for place in document["places"]} == {"P2", "P3", "P4", "P5"}
    assert [one["id"] for one in today["rules"]] == [one["id"] for one in document["rules"]]
    assert cli.main(["coverage", str(folder), "--plan", "方案一"]) == 0
    assert capsys.readouterr().out.startswith("规划方案：方案一（尚未建成）\n")


def test_a_plan_of_another_state_is_a_caution(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = (PlanChange("close", "P1"),)
    old = Variant("旧案", "shelter", 500_000, None, "day", changes, "0" * 16)
    save_variant(folder, old)
    document = asked(capsys, folder, "--plan", "旧案")
    assert document["share"] == "day"
    assert any("0" * 16 in one and document["stamp"] in one for one in document["cautions"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--plan", "无"), "没有此名称的方案"),
        (("--plan", "../x"), "方案不能用此名称"),
        (("--plan", "无", "--layer", "depot"), "方案自带服务类别"),
        (("--plan", "无", "--within", "800m"), "方案自带服务类别"),
    ],
)
def test_a_plan_that_cannot_be_meant_gets_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], said: str
) -> None:
    assert cli.main(["coverage", str(folder), *options]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert said in err
