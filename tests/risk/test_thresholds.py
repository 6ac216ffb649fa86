"""Toxic levels: AEGL before ERPG before IDLH, each with its mark."""

import csv
from pathlib import Path

import pytest

from geodata.faults import UserError
from risk.release import LEVELS
from risk.substances import SUBSTANCES
from risk.thresholds import COLUMNS, LEVEL_NAMES, TOXIC_LEVELS, load_toxic_levels


def test_chlorine_has_its_three_aegl_and_only_the_second_in_two_sources() -> None:
    levels = TOXIC_LEVELS["chlorine"].levels
    assert [(one.level, one.ppm, one.verified) for one in levels] == [
        ("aegl_3", 20.0, False),
        ("aegl_2", 2.0, True),
        ("aegl_1", 0.5, False),
    ]


@pytest.mark.parametrize("key", ["phosgene", "carbon_monoxide", "arsine", "ethylene_oxide"])
def test_a_first_level_that_is_not_recommended_is_said_and_not_drawn(key: str) -> None:
    found = TOXIC_LEVELS[key]
    assert [one.level for one in found.levels] == ["aegl_3", "aegl_2"]
    assert any("AEGL-1 is not recommended" in str(note) for note in found.notes)


def test_whoever_is_toxic_has_levels_and_the_other_way_round() -> None:
    toxic = {key for key, one in SUBSTANCES.items() if one.toxic}
    assert toxic == set(TOXIC_LEVELS)
    assert all(TOXIC_LEVELS[key].levels for key in toxic)


def test_the_levels_fall_and_have_names() -> None:
    for key, found in TOXIC_LEVELS.items():
        ppm = [one.ppm for one in found.levels]
        assert ppm == sorted(ppm, reverse=True), key
        assert all(one.level in LEVELS for one in found.levels)


def table(folder: Path, **cells: str) -> Path:
    """Return a table of one row for chlorine with these cells."""
    row = {**dict.fromkeys(COLUMNS, ""), "substance": "chlorine", "source": "x", **cells}
    path = folder / "toxic.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerow(row)
    return path


def test_erpg_is_taken_where_no_aegl_is_and_idlh_last(tmp_path: Path) -> None:
    erpg = load_toxic_levels(table(tmp_path, erpg_2_ppm="3", erpg_3_ppm="20", idlh_ppm="10"))
    assert [one.level for one in erpg["chlorine"].levels] == ["erpg_3", "erpg_2"]
    assert "ERPG is taken" in str(erpg["chlorine"].notes[0])
    idlh = load_toxic_levels(table(tmp_path, idlh_ppm="10"))
    assert [one.level for one in idlh["chlorine"].levels] == ["idlh"]
    assert "IDLH is taken" in str(idlh["chlorine"].notes[0])


def test_a_row_without_any_level_says_so(tmp_path: Path) -> None:
    found = load_toxic_levels(table(tmp_path, aegl_1_ppm="NR"))["chlorine"]
    assert found.levels == ()
    assert "No toxic level" in str(found.notes[0])


@pytest.mark.parametrize("level", LEVEL_NAMES)
@pytest.mark.parametrize("cell", ["nan", "-2", "two", "inf"])
def test_a_level_that_is_no_number_is_named(tmp_path: Path, level: str, cell: str) -> None:
    with pytest.raises(UserError) as caught:
        load_toxic_levels(table(tmp_path, **{f"{level}_ppm": cell}))
    assert [fault.column for fault in caught.value.faults] == [level]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"substance": "krypton"}, "krypton is not known"),
        ({"aegl_2_ppm": "5", "aegl_3_ppm": "2"}, "levels do not fall"),
        ({"verified": "aegl_9"}, "aegl_9 is no level"),
    ],
)
def test_a_row_that_cannot_be_meant_is_named(
    tmp_path: Path, cells: dict[str, str], said: str
) -> None:
    with pytest.raises(UserError, match=said):
        load_toxic_levels(table(tmp_path, **cells))


def test_a_substance_that_stands_twice_is_named(tmp_path: Path) -> None:
    path = table(tmp_path, idlh_ppm="10")
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[-1]]) + "\n", encoding="utf-8")
    with pytest.raises(UserError, match="stands twice"):
        load_toxic_levels(path)
