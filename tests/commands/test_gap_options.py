"""Options of ``coverage``, ``why`` and ``firms``: nothing that was asked is passed over."""

import json
from pathlib import Path
from typing import Any

import pytest

import cli
from tests.desks.planning_town import build_town, degrees


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_town(tmp_path_factory.mktemp("options")).folder


def document(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert cli.main([*words, "--format", "json"]) == 0
    return dict(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize(
    "option",
    [("--kind", "fire"), ("--hour", "3"), ("--wind-from", "90"), ("--wind-ms", "2"),
     ("--cloud", "0"), ("--quantity-t", "1"), ("--container", "tank"), ("--withdraw", "team:T1"),
     ("--close-road", "ab路"), ("--close", "a.geojson"), ("--zone", "a.kml"), ("--flood", "a.kml"),
     ("--time", "2026-09-16T03:00")],
)  # fmt: skip
def test_what_belongs_to_an_incident_needs_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str], option: tuple[str, str]
) -> None:
    """``--kind fire`` without a place was passed over in silence once."""
    assert cli.main(["coverage", str(folder), "--lang", "en", *option]) == 2
    told = capsys.readouterr()
    assert not told.out
    assert len(told.err.splitlines()) == 1
    assert option[0] in told.err
    assert "no place is given" in told.err


def test_all_options_without_their_place_are_told_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--kind", "fire", "--hour", "3", "--cloud", "8")
    assert cli.main(["coverage", str(folder), *words]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 3


@pytest.mark.parametrize("pack", ["", " ", "gd2013,jb152", "../gd2013"])
def test_an_empty_name_of_rules_is_no_wish_for_none(
    folder: Path, capsys: pytest.CaptureFixture[str], pack: str
) -> None:
    """An unset variable of a script must not end in a report without rules."""
    assert cli.main(["coverage", str(folder), "--lang", "en", f"--rules={pack}"]) == 2
    assert "No pack of rules is called that" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("share", "people"), [("night", 291), ("day", 271), ("elderly", 55)]
)  # fmt: skip
def test_shares_are_those_of_the_town(
    folder: Path, capsys: pytest.CaptureFixture[str], share: str, people: int
) -> None:
    """By night 101 + 100 + 90; by day 200 + 40 + 31; of 60 and over 19 + 19 + 17."""
    found = document(capsys, "coverage", str(folder), "--share", share)
    assert (found["totals"]["people"], found["share"]) == (people, share)
    why = document(capsys, "why", str(folder), "--share", share)
    told = sum(row["people"] for row in why["reasons"] if row["kind"] != "covered")
    assert told == people - found["totals"]["people_covered"]["capacity"]


def test_a_users_rules_file_is_held_and_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Five shelters with beds on file hold 60 + 60 + 30 + 10 + 500 = 660 of 291, K5 unknown."""
    path = tmp_path / "own.toml"
    path.write_text(
        'key = "own"\ntitle_zh = "本区"\ntitle_en = "Ours"\nsource = "纪要"\nedition = "1"\n'
        '[[rule]]\nid = "own.1"\nkind = "value_at_least"\ntitle_zh = "题"\ntitle_en = "T"\n'
        'clause = "<b>=1+1"\nverified = false\nunits = "district"\n'
        'needs = [{ layer = "shelter" }]\ncolumn = "capacity_people"\nvalue = 30\n',
        encoding="utf-8",
    )
    found = document(capsys, "coverage", str(folder), "--rules", str(path), "--lang", "en")
    (rule,) = found["rules"]
    assert (rule["id"], rule["clause"], rule["result"]) == ("own.1", "<b>=1+1", "fail")
    assert rule["evidence"][0].startswith("P5所 P5: 10 ")
    assert "P4所 P4" in rule["evidence"][1]
    assert rule["evidence"][-1] == "4 keep it."


@pytest.mark.parametrize("words", [("why", "--definition", "safe"), ("why", "--share", "dusk"),
                                   ("coverage", "--share", "Night")])  # fmt: skip
def test_choices_are_closed(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([words[0], str(folder), *words[1:]])
    assert ended.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["coverage", "why", "firms"])
def test_a_folder_that_is_no_district_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    for place in (tmp_path, tmp_path / "none"):
        assert cli.main([command, str(place)]) == 2
        told = capsys.readouterr()
        assert told.err
        assert "Traceback" not in told.err + told.out


def test_firms_of_a_district_without_any(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "firms", str(folder), "--lang", "en")
    assert (found["large"], found["without"]) == (0, [])
    assert found["cautions"] == ["The register has no firms."]


def test_an_incident_is_heard_with_its_kind(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ",".join(degrees(1000, 300))
    found = document(capsys, "coverage", str(folder), "--at", at, "--kind", "fire", "--hour", "3")
    assert "safe" not in found["totals"]["reasons"]
    covered = found["totals"]["people_covered"]
    assert covered["safe"] <= covered["capacity"]
