"""``cli.py coverage-all`` and ``fragility`` against hostile options, folders and old answers."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import cli
from desks.planning.many import (
    SUFFIX,
    SUMMARY,
    Asked,
    Question,
    answer,
    districts_below,
    mark_of,
    names_of,
    require_services,
    summary,
    write_text,
    written_mark,
)
from geodata.faults import UserError
from tests.desks.planning_town import build_town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("odd")
    build_town(made)
    return made / "town"


@pytest.fixture
def root(town: Path, tmp_path: Path) -> Path:
    """Return a folder that holds the town."""
    shutil.copytree(town, tmp_path / "root" / "a")
    return tmp_path / "root"


def run(root: Path, out: Path, *more: str) -> int:
    asked = ["coverage-all", str(root), "--out", str(out), "--lang", "en", "--workers", "0"]
    return cli.main([*asked, *more])


@pytest.mark.parametrize(
    "workers",
    ["0000000009999", "0" * 9 + "9" * 5000, "+1", "1.0", "１", " 1", "1e1", "²", "0x2", "-0"],
)
def test_numbers_of_workers_that_are_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], workers: str
) -> None:
    """Leading noughts hid a number above the most; 5,000 digits were a traceback."""
    asked = ["coverage-all", str(tmp_path), "--out", str(tmp_path / "o"), "--lang", "en"]
    assert cli.main([*asked, f"--workers={workers}"]) == cli.USER_FAULT
    said = capsys.readouterr().err
    assert "Workers are 0 to 256." in said
    assert len(said) < 400
    assert not (tmp_path / "o").exists()


def test_noughts_before_a_good_number_change_nothing(root: Path, tmp_path: Path) -> None:
    assert run(root, tmp_path / "out", "--workers", "000") == 0


def test_workers_and_a_scheduler_exclude_each_other(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(root, tmp_path / "out", "--scheduler", "tcp://127.0.0.1:1")
    assert "not allowed with argument" in capsys.readouterr().err


def test_an_output_that_is_a_file_gets_one_line(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").write_text("a letter", encoding="utf-8")
    assert run(root, tmp_path / "out") != 0
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert str(tmp_path / "out") in said
    assert (tmp_path / "out").read_text(encoding="utf-8") == "a letter"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", "null", '"mark"', '{"mark": 5}', '{"mark": null}', '{"mark": ["a"]}',
     "[" * 100_000, '{"mark": "a", "mark": {}}', "\ufeff{}", "NaN",
     '{"mark": "0123456789abcdef"}',
     '{"format": 1, "mark": "0123456789abcdef", "name_zh": "甲", "coverages": 3}',
     '{"format": 1, "mark": "0123456789abcdef", "name_zh": "甲", "coverages": [{"totals": {}}]}',
     '{"format": 1, "mark": "0123456789abcdef", "coverages": [], "name_zh": 5}',
     '{"format": 99, "mark": "0123456789abcdef", "coverages": [], "name_zh": "甲"}'],
)  # fmt: skip
def test_an_old_answer_that_is_none_bears_no_mark(tmp_path: Path, text: str) -> None:
    """A damaged answer is worked out again; it never stops the run nor enters the sums."""
    path = tmp_path / f"a{SUFFIX}"
    path.write_text(text, encoding="utf-8")
    assert written_mark(path) == ""


def test_old_answers_that_cannot_be_read_bear_no_mark(tmp_path: Path) -> None:
    assert written_mark(tmp_path / "none") == ""
    assert written_mark(tmp_path) == ""
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00{")
    assert written_mark(tmp_path / "bytes") == ""


def test_an_answer_cut_to_its_mark_is_made_again(root: Path, tmp_path: Path) -> None:
    """Someone who edits an answer and leaves its mark must not break the run behind it."""
    out = tmp_path / "out"
    assert run(root, out) == 0
    path = out / f"a{SUFFIX}"
    whole = path.read_bytes()
    path.write_text(json.dumps({"mark": json.loads(whole)["mark"]}), encoding="utf-8")
    assert run(root, out) == 0
    assert path.read_bytes() == whole


def test_the_mark_hangs_on_all_that_is_asked() -> None:
    base = Question(("shelter",))
    others = [
        Question(("shelter:500m",)),
        Question(("shelter", "depot")),
        Question(("depot", "shelter")),
        Question(("shelter",), "day"),
        Question(("shelter",), "elderly"),
        Question(("shelter",), language="en"),
        Question(('shelter","depot',)),
    ]
    marks = [mark_of("stamp", one) for one in (base, *others)] + [mark_of("stamq", base)]
    assert len(set(marks)) == len(marks)
    assert mark_of("stamp", Question(("shelter",))) == marks[0]
    assert all(len(mark) == 16 and int(mark, 16) >= 0 for mark in marks)


def test_the_answer_of_the_town_by_hand(town: Path) -> None:
    """甲 201 + 乙 90 = 291 people, of whom 268, 245 and 160 are covered (the planning town)."""
    found = answer(Asked(str(town), Question(("shelter",))))
    document = json.loads(found.text)
    assert found.faults == ()
    assert document["mark"] == found.mark
    (one,) = document["coverages"]
    assert one["totals"]["people"] == 291
    assert one["totals"]["people_covered"] == {
        "circle": 268, "network": 245, "capacity": 160, "safe": None
    }  # fmt: skip
    again = answer(Asked(str(town), Question(("shelter",)), found.mark))
    assert (again.mark, again.text) == (found.mark, "")
    other = answer(Asked(str(town), Question(("shelter",), "day"), found.mark))
    assert other.text, "another question is answered, whatever is written"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_folder_that_is_no_district_is_a_fault_in_the_askers_language(
    tmp_path: Path, language: str
) -> None:
    found = answer(Asked(str(tmp_path / "nowhere"), Question(("shelter",), language=language)))
    assert (found.mark, found.text) == ("", "")
    assert found.faults
    assert all(said.isascii() is (language == "en") for said in found.faults), found.faults


@pytest.mark.parametrize(
    ("services", "faults"),
    [(("shelter:",), 0), (("shelter:1:2",), 1), ((":500m",), 1), (("",), 1),
     (("shelter:0m",), 1), (("nothing:far",), 2), (("shelter", "Shelter"), 1)],
)  # fmt: skip
def test_services_as_they_may_be_written(services: tuple[str, ...], faults: int) -> None:
    if not faults:
        require_services(Question(services))
        return
    with pytest.raises(UserError) as caught:
        require_services(Question(services))
    assert len(caught.value.faults) == faults


def test_districts_are_found_by_path_and_hidden_ones_are_not(tmp_path: Path) -> None:
    for name in ("b/c", "b", "a b", "区", ".new/a", "a/.trash"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
        (tmp_path / name / "district.toml").touch()
    found = districts_below(tmp_path)
    assert [str(one.relative_to(tmp_path)) for one in found] == ["a b", "b", "b/c", "区"]
    assert names_of(tmp_path, found) == ("a b", "b", "b..c", "区")
    assert names_of(tmp_path / "b", [tmp_path / "b"]) == ("b",), "the root itself has its own name"


def test_a_root_that_is_not_there_or_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for one in ("none", "file"):
        with pytest.raises(UserError, match="No district lies below"):
            districts_below(tmp_path / one)


def document(key: str, people: int, covered: int | None, **more: str) -> dict[str, Any]:
    held: Mapping[str, int | None] = dict.fromkeys(
        ("circle", "network", "capacity", "safe"), covered
    )
    totals = {"people": people, "people_covered": held}
    return {"name_zh": "甲", "coverages": [{"service": {"key": key, **more}, "totals": totals}]}


def test_services_of_another_reach_are_summed_apart() -> None:
    """500 m here and 1,000 m there are two questions; their people are never added up."""
    given = {
        "x": document("shelter", 10, 1, within="500"),
        "y": document("shelter", 20, 2, within="1000"),
        "z": document("shelter", 40, 4, within="500"),
    }
    found = summary(given, {"w": ["No."]})
    assert found["districts"] == 4
    sums = {one["service"]["within"]: one["totals"]["people"] for one in found["services"]}
    assert sums == {"500": 50, "1000": 20}
    assert [row["district"] for row in found["services"][1]["districts"]] == ["x", "z"]
    assert found["faults"] == [{"district": "w", "said": ["No."]}]


def test_the_order_in_which_answers_come_changes_nothing() -> None:
    given = {name: document("shelter", 10, 3) for name in ("b", "a", "c")}
    turned = dict(reversed(given.items()))
    assert summary(given, {"z": (), "y": ()}) == summary(turned, {"y": (), "z": ()})


def test_no_district_has_an_answer() -> None:
    found = summary({}, {"a": ["x"]})
    assert (found["districts"], found["services"]) == (1, [])
    nobody = summary({"a": document("shelter", 7, None)}, {})["services"][0]["totals"]
    assert nobody["people_covered"] == dict.fromkeys(nobody["people_covered"])
    assert set(nobody["people_not_judged"].values()) == {7}


def test_a_write_that_fails_leaves_the_old_answer_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk half-way through an answer: what stood there stands, nothing half written."""
    path = tmp_path / f"a{SUFFIX}"
    write_text(path, "old\n")

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises((UserError, OSError)):
        write_text(path, "new\n")
    monkeypatch.undo()
    assert path.read_text(encoding="utf-8") == "old\n"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_summary_says_which_district_lacks_what_on_the_terminal(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "bad\x1b[2J").mkdir()
    (root / "bad\x1b[2J" / "district.toml").write_text("format = ", encoding="utf-8")
    assert run(root, tmp_path / "out", "--service", "shelter", "--service", "shelter") == 1
    told = capsys.readouterr()
    assert told.out.splitlines()[0] == (
        "Shelters (1): 291 · circle 268 · network 245 · capacity 160 · safe —"
    ), "a service asked for twice is counted once"
    assert "\x1b" not in told.out + told.err, "a folder's name is no command to the terminal"
    assert "is in no sum" in told.out
    found = json.loads((tmp_path / "out" / SUMMARY).read_text(encoding="utf-8"))
    assert found["districts"] == 2


def fragility(folder: Path, *more: str) -> int:
    return cli.main(["fragility", str(folder), "--lang", "en", *more])


@pytest.mark.parametrize("worst", ["-1", "1.0", "١", "", " 3", "9" * 10, "1_000", "ten"])
def test_how_many_losses_is_a_plain_number(
    town: Path, capsys: pytest.CaptureFixture[str], worst: str
) -> None:
    assert fragility(town, f"--worst={worst}") == cli.USER_FAULT
    assert "It is not a whole number." in capsys.readouterr().err


@pytest.mark.parametrize(("worst", "shown"), [("0", 9), ("1", 1), ("4", 4), ("999999999", 9)])
def test_as_many_losses_as_asked_for_and_their_number_in_all(
    town: Path, capsys: pytest.CaptureFixture[str], worst: str, shown: int
) -> None:
    """Ten minutes from the only fire station: itself and all eight streets, by hand."""
    asked = ["--service", "fire_station", "--within", "10min", "--format", "json"]
    assert fragility(town, *asked, "--worst", worst) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["losses_in_all"] == 9
    assert len(found["losses"]) == shown
    assert found["losses"][0]["people_lost"] == 291
    assert (found["unit"], found["people"], found["people_covered"]) == ("ms", 291, 291)
    assert (found["roads"], found["roads_on_ways"]) == (8, 8)


def test_lines_are_degrees_of_the_town_and_sums_are_whole(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fragility(town, "--worst", "0", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    for loss in found["losses"]:
        assert len(loss["line_deg"]) == (1 if loss["kind"] == "place" else 2)
        for lon, lat in loss["line_deg"]:
            assert 112.9 < lon < 113.1
            assert 22.9 < lat < 23.1
        figures = (loss["people_lost"], loss["people_cut_off"], loss["extra"])
        assert all(isinstance(one, int) and one >= 0 for one in figures)
        assert (loss["room_lost"] is None) == (loss["kind"] != "place")


def test_by_arrival_the_longest_ways_come_first(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def order(by: str) -> list[dict[str, Any]]:
        assert fragility(town, "--worst", "0", "--by", by, "--format", "json") == 0
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["losses"]
        return found

    coverage, arrival = order("coverage"), order("arrival")
    assert sorted(map(str, coverage)) == sorted(map(str, arrival))
    late = [1 << 62 if one["p90"] is None else one["p90"] for one in arrival]
    assert late == sorted(late, reverse=True)
    lost = [max(one["people_lost"], one["room_lost"] or 0) for one in coverage]
    assert lost == sorted(lost, reverse=True)


@pytest.mark.parametrize(
    "more",
    [("--share", "noon"), ("--by", "cost"), ("--format", "xml"), ("--nothing", "1")],
)
def test_options_that_there_are_not(
    town: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        fragility(town, *more)
    assert ended.value.code == cli.USER_FAULT
    assert more[1] in capsys.readouterr().err


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "20260101T", "1"])
def test_days_that_there_are_not(town: Path, capsys: pytest.CaptureFixture[str], day: str) -> None:
    assert fragility(town, "--as-of", day) == cli.USER_FAULT
    assert day in capsys.readouterr().err
