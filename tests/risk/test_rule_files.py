"""Rule files: what a user may leave out, and that each line that cannot be used is named."""

from pathlib import Path

import pytest

from geodata.faults import UserError
from risk.rule_files import read_rows, read_rules, texts, unknown

COLUMNS: dict[str, object] = {"key": str, "many": list, "size": 0.0, "words": [], "sure": bool}
WHOLE = '[[rule]]\nkey = "a"\nmany = ["x", "y"]\nsure = true\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_left_out_has_its_stand_in(tmp_path: Path) -> None:
    (row,) = read_rows(written(tmp_path, WHOLE), "rule", COLUMNS)
    assert row == {"key": "a", "many": ["x", "y"], "size": 0.0, "words": [], "sure": True}
    assert texts(row, "many") == ("x", "y")


def test_a_whole_number_is_a_number(tmp_path: Path) -> None:
    (row,) = read_rows(written(tmp_path, WHOLE + "size = 3\n"), "rule", COLUMNS)
    assert row["size"] == 3


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("size = -1", "size"),
        ("size = nan", "size"),
        ("size = inf", "size"),
        ("size = true", "size"),
        ('size = "3"', "size"),
        ("words = [1]", "words"),
        ('words = "x"', "words"),
        ("sise = 3", "sise"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, named: str) -> None:
    with pytest.raises(UserError) as caught:
        read_rows(written(tmp_path, WHOLE + line), "rule", COLUMNS)
    (fault,) = caught.value.faults
    assert (fault.file, fault.column) == ("rules.toml", f"rule 1, {named}")


def test_all_faults_of_all_rows_come_at_once(tmp_path: Path) -> None:
    text = '[[rule]]\nkey = ""\nmany = []\n' + WHOLE + "size = -1\n"
    with pytest.raises(UserError) as caught:
        read_rows(written(tmp_path, text), "rule", COLUMNS)
    columns = [fault.column for fault in caught.value.faults]
    assert columns == ["rule 1, key", "rule 1, sure", "rule 2, size"]


@pytest.mark.parametrize("text", ["", "rule = 3", "[[other]]\nkey = 1", "[rule]\nkey = 'a'"])
def test_a_file_without_rows_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError, match="no row"):
        read_rows(written(tmp_path, text), "rule", COLUMNS)


def test_an_absent_or_broken_file_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.toml"):
        read_rules(tmp_path / "none.toml")
    with pytest.raises(UserError, match="line 1"):
        read_rules(written(tmp_path, "key = = 3"))


def test_values_that_nobody_knows_are_told_with_the_known_ones(tmp_path: Path) -> None:
    (fault,) = unknown(tmp_path / "r.toml", "kinds", ["fire", "fier"], ["fire", "flood"])
    assert "'fier' is none of fire, flood" in str(fault.problem)
