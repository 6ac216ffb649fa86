"""``cli.py coverage-all``: many districts, the same on workers as alone, whatever goes wrong."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import cli
from desks.planning.coverage import coverage
from desks.planning.many import SUFFIX, SUMMARY, districts_below, names_of, summary
from geodata.faults import UserError
from tests.desks.planning_town import build_town

NAMES = ("a", "b", "c", "north..d")
NIGHT = 291
"""People of the planning town by night, as tests/desks/planning_town.py spreads them."""


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with four small districts, one of them a level deeper."""
    made = tmp_path_factory.mktemp("made")
    build_town(made)
    root = tmp_path_factory.mktemp("province")
    for name in NAMES:
        shutil.copytree(made / "town", root.joinpath(*name.split("..")))
    (root / ".c.new-1-0").mkdir()
    shutil.copy(made / "town" / "district.toml", root / ".c.new-1-0")
    return root


def _run(root: Path, out: Path, *more: str) -> int:
    return cli.main(["coverage-all", str(root), "--out", str(out), "--lang", "en", *more])


def _read(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def _summary(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / SUMMARY).read_text(encoding="utf-8"))
    return found


def test_the_sums_are_those_of_the_districts(province: Path, tmp_path: Path) -> None:
    services = ("--service", "shelter", "--service", "shelter:1000m", "--service", "fire_station")
    assert _run(province, tmp_path, "--workers", "0", *services) == 0
    found = _summary(tmp_path)
    assert len(found["services"]) == 3
    for service in found["services"]:
        assert service["totals"]["people"] == 4 * NIGHT
        for key, count in service["totals"]["people_covered"].items():
            own = [row["people_covered"][key] for row in service["districts"]]
            assert count == (None if None in own else sum(own))


def test_what_is_finished_is_not_done_again(
    province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(province, tmp_path, "--workers", "0")
    before = _read(tmp_path)
    (tmp_path / f"b{SUFFIX}").unlink()
    (tmp_path / f"c{SUFFIX}").write_text("{half", encoding="utf-8")
    done: list[Path] = []

    def counted(onemap: Any, *rest: Any, **more: Any) -> Any:  # noqa: ANN401
        done.append(onemap.folder)
        return coverage(onemap, *rest, **more)

    monkeypatch.setattr("desks.planning.many.coverage", counted)
    assert _run(province, tmp_path, "--workers", "0") == 0
    assert [folder.name for folder in done] == ["b", "c"]
    assert _read(tmp_path) == before
    _run(province, tmp_path, "--workers", "0", "--share", "day")
    assert len(done) == 6, "another question is another answer"


def test_workers_write_the_bytes_of_one_process_and_a_faulty_district_stops_neither(
    province: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Equal to the serial result: every answer and the summary, which names what is faulty."""
    root, whole = tmp_path / "province", tmp_path / "whole"
    shutil.copytree(province, root)
    assert _run(root, whole, "--workers", "0") == 0
    before = _read(whole)
    assert set(before) == {SUMMARY, *(f"{name}{SUFFIX}" for name in NAMES)}
    (root / "b" / "network.npz").write_bytes(b"no network")
    (root / "c" / "register.sqlite").unlink()
    for where in ("0", "2"):
        out = tmp_path / where
        out.mkdir()
        shutil.copy(whole / f"b{SUFFIX}", out)
        capsys.readouterr()
        assert _run(root, out, "--workers", where) == 1
        told = capsys.readouterr()
        assert "b is in no sum" in told.out
        assert "4/4 ✕ 2" in told.err
        found = _summary(out)
        assert [one["district"] for one in found["faults"]] == ["b", "c"]
        assert found["services"][0]["totals"]["people"] == 2 * NIGHT
        assert not (out / f"b{SUFFIX}").exists(), "an answer of before would mislead"
    one = _read(tmp_path / "0")
    assert set(one) == {SUMMARY, f"a{SUFFIX}", f"north..d{SUFFIX}"}
    assert all(one[name] == before[name] for name in one if name != SUMMARY)
    assert _read(tmp_path / "2") == one


def test_json_is_the_summary_and_the_bar_stands_apart(
    province: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(province, tmp_path, "--workers", "0", "--format", "json")
    told = capsys.readouterr()
    assert json.loads(told.out) == _summary(tmp_path)
    assert told.err.count("\n") == 4
    assert "\x1b" not in told.err


@pytest.mark.parametrize(
    "more",
    [
        ("--workers", "-1"),
        ("--workers", "many"),
        ("--workers", "257"),
        ("--workers", "9" * 400),
        ("--service", "nothing"),
        ("--service", "shelter:far"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anything_is_done(
    province: Path, tmp_path: Path, more: tuple[str, str]
) -> None:
    assert _run(province, tmp_path / "out", f"{more[0]}={more[1]}") == cli.USER_FAULT
    assert not (tmp_path / "out").exists()


def test_a_folder_without_districts_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path, tmp_path / "out") == cli.USER_FAULT
    assert "No district lies below" in capsys.readouterr().err


def test_two_districts_are_never_written_under_one_name(tmp_path: Path) -> None:
    for folder in ("x/y", "x..y"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "district.toml").touch()
    with pytest.raises(UserError, match="one name"):
        names_of(tmp_path, districts_below(tmp_path))


def _document(covered: Mapping[str, int | None]) -> dict[str, Any]:
    totals = {"people": 10, "people_covered": dict(covered)}
    return {"name_zh": "甲", "coverages": [{"service": {"key": "shelter"}, "totals": totals}]}


def test_a_definition_that_one_district_lacks_is_summed_over_the_others_and_said() -> None:
    known = {"circle": 9, "network": 8, "capacity": 7, "safe": None}
    lacking = {**known, "capacity": None}
    totals = summary({"x": _document(known), "y": _document(lacking)}, {})["services"][0]["totals"]
    assert totals["people_covered"] == {"circle": 18, "network": 16, "capacity": 7, "safe": None}
    assert totals["people_not_judged"] == {"circle": 0, "network": 0, "capacity": 10, "safe": 20}
