"""Opening a district folder: fast, and every damage has its sentence."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desks.onemap import NO_ANSWERS, RULE_FOLDERS, OneMap, load_onemap, rules_digest
from geodata.faults import UserError


def test_the_map_is_in_metres_and_holds_nothing_personal(town: OneMap) -> None:
    assert town.crs == "EPSG:4547"
    assert (town.name_zh, town.name_en, town.sample) == ("云溪镇区", "Yunxi Town", True)
    assert town.records["team"].xy_m[0] == pytest.approx((397_500, 2_545_500), abs=0.01)
    for frame in town.layers.values():
        assert frame.crs.to_string() == "EPSG:4547"
        assert not {"phone", "contact"} & set(frame.columns)


def test_degrees_and_back(town: OneMap) -> None:
    lon_deg, lat_deg = town.to_degrees(398_000, 2_545_500)
    assert 113 < lon_deg < 113.02
    assert town.to_metres(lon_deg, lat_deg) == pytest.approx((398_000, 2_545_500), abs=1e-6)


def test_a_missing_folder_and_a_foreign_one_have_their_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such district folder"):
        load_onemap(tmp_path / "none")
    with pytest.raises(UserError, match=r"district\.toml is missing"):
        load_onemap(tmp_path)
    with pytest.raises(UserError, match="sample"):
        load_onemap(tmp_path)


@pytest.fixture
def copy(town_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(town_folder, tmp_path / "copy"))


def test_half_a_folder_names_every_missing_file(copy: Path) -> None:
    (copy / "network.npz").unlink()
    (copy / "register.sqlite").unlink()
    with pytest.raises(UserError) as caught:
        load_onemap(copy)
    assert {fault.file for fault in caught.value.faults} == {"network.npz", "register.sqlite"}


@pytest.mark.parametrize(
    "name",
    ["network.npz", "register.sqlite", "speed_model.toml", "search.parquet"],
)
def test_a_damaged_file_is_named(copy: Path, name: str) -> None:
    data = (copy / name).read_bytes()
    (copy / name).write_bytes(data[: len(data) // 3])
    with pytest.raises(UserError) as caught:
        load_onemap(copy)
    assert Path(name).name in str(caught.value)


def test_all_files_read_later_are_looked_into_at_once(copy: Path) -> None:
    """A commander must not find out by the first click that the base map is damaged."""
    names = {"search.parquet", "basemap.pmtiles"}
    for name in names:
        (copy / name).write_bytes(b"half")
    with pytest.raises(UserError) as caught:
        load_onemap(copy)
    assert {Path(fault.file).name for fault in caught.value.faults} == names


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("format = 2", "format = 9", "format 9"),
        ("format = 2", "format = ", "cannot be read"),
        ('crs = "EPSG:4547"', "crs = 4547", "crs"),
    ],
)
def test_another_format_or_a_broken_line_is_said(copy: Path, old: str, new: str, word: str) -> None:
    about = copy / "district.toml"
    about.write_text(about.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(UserError, match=word):
        load_onemap(copy)


def test_the_stamp_changes_with_the_content_only(copy: Path, town: OneMap) -> None:
    assert load_onemap(copy).stamp == town.stamp
    model = copy / "speed_model.toml"
    text = model.read_text(encoding="utf-8")
    model.write_text(text.replace('version = "2026-11"', 'version = "x"'), encoding="utf-8")
    assert load_onemap(copy).stamp != town.stamp


def test_vehicles_that_meet_the_same_obstacles_share_their_search(town: OneMap) -> None:
    """T1 and T2 have the same engine, T3 a small van that fits every lane but none is its own."""
    first, second, van = town.vehicles["team"]
    assert first is second
    assert first.width_m == 2.5
    assert van != first


def test_no_value_of_a_record_is_nan(district: OneMap) -> None:
    for records in district.records.values():
        for values in records.columns.values():
            assert not any(isinstance(v, float) and np.isnan(v) for v in values)


def test_an_edited_rule_makes_another_stamp(tmp_path: Path) -> None:
    """A table of figures that was edited, renamed or added changes what answers rest on."""
    rules = tmp_path / "rules"
    (rules / "inner").mkdir(parents=True)
    (rules / "inner" / "a.toml").write_text("x = 1\n", encoding="utf-8")
    (rules / "program.py").write_text("", encoding="utf-8")
    first = rules_digest([rules])
    (rules / "program.py").write_text("pass\n", encoding="utf-8")
    assert rules_digest([rules]) == first
    (rules / "inner" / "a.toml").write_text("x = 2\n", encoding="utf-8")
    edited = rules_digest([rules])
    (rules / "inner" / "a.toml").rename(rules / "b.toml")
    renamed = rules_digest([rules])
    (rules / "c.csv").write_text("", encoding="utf-8")
    assert len({first, edited, renamed, rules_digest([rules])}) == 4


def test_the_rules_of_every_room_are_in_the_stamp() -> None:
    held = {path.name for folder in RULE_FOLDERS for path in folder.rglob("*.toml")}
    assert {"incident_kinds.toml", "population.toml", "pipelines.toml", "stored.toml"} <= held


def test_tables_of_drills_leave_the_stamp_alone(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sealed pool said “map changed” once somebody had edited how drills are learnt from."""
    desks = tmp_path / "desks"
    for name in ("exercise/learning.toml", "command/calls.toml"):
        (desks / name).parent.mkdir(parents=True)
        (desks / name).write_bytes((RULE_FOLDERS[1] / name).read_bytes())
    monkeypatch.setattr("desks.onemap.RULE_FOLDERS", (desks,))
    before = load_onemap(copy).stamp
    with (desks / "exercise" / "learning.toml").open("a", encoding="utf-8") as table:
        table.write("# edited\n")
    assert load_onemap(copy).stamp == before
    with (desks / "command" / "calls.toml").open("a", encoding="utf-8") as table:
        table.write("# edited\n")
    assert load_onemap(copy).stamp != before


def test_no_answer_reads_a_table_of_drills() -> None:
    """What the stamp leaves out must stay unread below: no other room names that folder."""
    rooms = [room for room in RULE_FOLDERS[1].iterdir() if room.is_dir()]
    assert NO_ANSWERS in {room.name for room in rooms}
    sources = [*RULE_FOLDERS[1].glob("*.py")]
    sources += [p for room in rooms if room.name != NO_ANSWERS for p in room.rglob("*.py")]
    held = [path for path in sources if "exercise/" in path.read_text(encoding="utf-8")]
    assert held == []


def test_what_is_made_once_is_kept_with_its_map(town: OneMap) -> None:
    made: list[OneMap] = []

    def counted(onemap: OneMap) -> int:
        made.append(onemap)
        return len(made)

    assert (town.once(counted), town.once(counted)) == (1, 1)
    other = replace(town)
    assert other.once(counted) == 2
