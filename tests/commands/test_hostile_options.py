"""Options that no careful person types: one sentence each, and nothing is written beside."""

import json
from pathlib import Path

import pytest

import cli

AT = "113.0073,23.0056"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "town"
    assert cli.main(["sample", str(folder), "--size", "town"]) == 0
    return folder


def refused(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    """Return the one refusal on stderr: nothing is answered, nothing falls over."""
    capsys.readouterr()
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.strip().splitlines()) == 1, err
    assert len(err) < 1000
    return err


def test_early_warning_writes_into_districts_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip in the folder's name left a file of readings in whatever folder was named."""
    (tmp_path / "holiday.txt").write_text("mine", encoding="utf-8")
    assert "district.toml" in refused(capsys, ["watch", str(tmp_path)])
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.txt"]
    for folder in ("\0", str(tmp_path / "none"), str(tmp_path / "holiday.txt")):
        refused(capsys, ["watch", folder])


@pytest.mark.parametrize(
    "arguments",
    [
        ["zones", "--at=--"],
        ["zones", "--at", "--"],
        ["zones", "--at", AT, "--quantity-t=--"],
        ["grade", "--stock", "液氯=6", "--people=--"],
        ["grade", "--stock", "液氯=6", "--lang=--"],
    ],
)
def test_dashes_alone_are_no_value(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Python's reader of options takes ``--x=--`` for an empty list: a crash, or a slip unsaid."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "=--" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["液氯==6", "液氯=6=7", "=液氯=6"])
def test_a_stock_with_two_signs_is_a_slip(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It passed for 7 t of an unknown substance called “液氯=6”, counted as nothing."""
    assert "--stock" in refused(capsys, ["grade", "--stock", text])


def test_an_endless_kind_is_refused_in_a_line(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused(capsys, ["zones", "--at", AT, "--kind", "x" * 9000])
    refused(capsys, ["brief", str(town), "--at", AT, "--kind", "x" * 9000])
    refused(capsys, ["brief", str(town), "--at", AT, "--close-road", "x" * 9000])


def area(path: Path, *corners: tuple[float, float]) -> str:
    """Write one polygon; return the path as text."""
    shape = {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}
    path.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": shape}))
    return str(path)


@pytest.mark.parametrize("option", ["--close", "--zone", "--flood"])
def test_an_area_of_another_part_of_the_globe_is_refused(
    option: str, town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole world collapses to a line in metres: it closed nothing, and nothing was said."""
    world = ((-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0))
    germany = ((10.0, 50.0), (11.0, 50.0), (11.0, 51.0))
    for corners in (world, germany):
        file = area(tmp_path / "area.geojson", *corners)
        said = refused(capsys, ["brief", str(town), "--at", AT, option, file, "--lang", "en"])
        assert "another part of the globe" in said
    province = ((112.0, 22.0), (114.0, 22.0), (114.0, 24.0), (112.0, 24.0))
    file = area(tmp_path / "area.geojson", *province)
    assert cli.main(["brief", str(town), "--at", AT, option, file]) == 0


def test_a_closure_beside_every_road_is_said(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who drew it thinks a road is closed; the order of teams would not tell."""
    beside = area(tmp_path / "beside.geojson", (113.3, 23.3), (113.31, 23.3), (113.31, 23.31))
    across = area(tmp_path / "across.geojson", (113.0, 23.0), (113.02, 23.0), (113.02, 23.02))
    for option in ("--close", "--flood"):
        asked = ["brief", str(town), "--at", AT, "--kind", "fire", "--lang", "en", option]
        assert cli.main([*asked, beside]) == 0
        assert "meet no road" in capsys.readouterr().out
        assert cli.main([*asked, across]) == 0
        assert "meet no road" not in capsys.readouterr().out


def test_a_place_outside_is_not_called_by_the_nearest_subdistrict(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["brief", str(town), "--at", "113.5,23.0", "--lang", "en"]) == 0
    place = capsys.readouterr().out.splitlines()[1]
    assert place.startswith("outside the district"), place


def test_a_level_without_a_count_of_people_is_a_least_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A ton of chlorine and no register of residents read “level Ⅳ, the lowest”."""
    road = {"type": "LineString", "coordinates": [(113.0073, 23.0056), (113.0083, 23.0056)]}
    shown = {"type": "Feature", "properties": {"highway": "residential"}, "geometry": road}
    (tmp_path / "road.geojson").write_text(json.dumps(shown), encoding="utf-8")
    folder = str(tmp_path / "district")
    built = ["build", folder, "--name", "一路区", "--roads", str(tmp_path / "road.geojson")]
    assert cli.main(built) == 0
    capsys.readouterr()
    matter = ["--substance", "氯", "--quantity-t", "1", "--wind-from", "90", "--wind-ms", "2"]
    asked = ["brief", folder, "--at", AT, "--kind", "hazmat_leak", *matter, "--lang", "en"]
    assert cli.main(asked) == 0
    assert "Level Ⅳ at least, a higher one may be due" in capsys.readouterr().out


@pytest.mark.parametrize("of", ["sheet", "cap", "hazards", "card"])
def test_a_paper_takes_the_place_of_papers_only(
    of: str, town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One wrong word after ``--out`` put a page in the place of the register."""
    mine, page = tmp_path / "队伍.xlsx", tmp_path / "page.html"
    mine.write_bytes(b"PK\x03\x04mine")
    page.write_text("<!doctype html>old", encoding="utf-8")
    asked = {
        "sheet": ["sheet", str(town), "--at", AT, "--out"],
        "cap": ["cap", str(town), "--at", AT, "--colour", "red", "--sender", "a@b.cn", "--out"],
        "hazards": ["hazards", str(town), "--report"],
        "card": ["card", str(town), "--of", "hazard:none", "--out"],
    }[of]
    refused(capsys, [*asked, str(mine)])
    assert mine.read_bytes() == b"PK\x03\x04mine"
    if of != "card":
        assert cli.main([*asked, str(page)]) == 0
        assert "old" not in page.read_text(encoding="utf-8")


def test_cards_are_counted(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A district without sources of risk left an empty folder and not a word."""
    capsys.readouterr()
    assert cli.main(["card", str(town), "--all", "--out", str(tmp_path / "cards")]) == 0
    assert capsys.readouterr().out.strip() == "已写出 0 张卡片。"
    assert not list((tmp_path / "cards").iterdir())


@pytest.mark.parametrize(
    "options",
    [["--layer", "hazards"], ["--subdistrict", "北街"], ["--withdraw", "hazard:none"]],
)
def test_a_filter_that_names_nothing_is_refused(
    options: list[str], town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip in the name read as a district without hazards."""
    assert options[0] in refused(capsys, ["hazards", str(town), *options])


@pytest.mark.parametrize(
    "sender", ["", "a b", "a\u2029b", "a\nb", "\u202ea", "a\u3000b", "x" * 9000]
)
def test_a_sender_of_alerts_is_one_plain_word(
    sender: str, town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["cap", str(town), "--at", AT, "--colour", "red", f"--sender={sender}"]
    assert "--sender" in refused(capsys, asked)
