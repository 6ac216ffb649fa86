"""Edited rule files: what lacks, is too much or of another kind is named at its place."""

from pathlib import Path
from typing import Any

import pytest

from geodata.faults import UserError
from risk.rule_shape import read_shaped

SHAPE: dict[str, Any] = {
    "name": str,
    "count": int,
    "share": float,
    "on": bool,
    "classes": [{"A", "B"}],
    "pairs": [[float]],
    "part": {"inner": float},
}
GOOD = """name = "x"
count = 3
share = 0.5
on = true
classes = ["A", "B", "A"]
pairs = [[1, 2.5], [3.0]]
[part]
inner = -1
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return path


def columns(folder: Path, text: str) -> list[str]:
    with pytest.raises(UserError) as caught:
        read_shaped(written(folder, text), SHAPE)
    assert all(fault.file == "rules.toml" for fault in caught.value.faults)
    return [fault.column for fault in caught.value.faults]


def test_a_file_of_the_shape_is_read_as_it_stands(tmp_path: Path) -> None:
    found = read_shaped(written(tmp_path, GOOD), SHAPE)
    assert found["pairs"] == [[1, 2.5], [3.0]]
    assert found["part"]["inner"] == -1


@pytest.mark.parametrize(
    ("line", "put", "named"),
    [
        ('name = "x"', "name = 3", "name"),
        ("count = 3", "count = 3.5", "count"),
        ("count = 3", "count = true", "count"),
        ("share = 0.5", 'share = "half"', "share"),
        ("share = 0.5", "share = nan", "share"),
        ("share = 0.5", "share = -inf", "share"),
        ("share = 0.5", "share = false", "share"),
        ("on = true", "on = 1", "on"),
        ('"B"', '"C"', "classes 2"),
        ('["A", "B", "A"]', "[]", "classes"),
        ('["A", "B", "A"]', '"A"', "classes"),
        ("[3.0]", '["x"]', "pairs 2 1"),
        ("[3.0]", "3.0", "pairs 2"),
        ("[3.0]", "[]", "pairs 2"),
        ("inner = -1", "", "part, inner"),
        ("inner = -1", "inner = 1\nouter = 2", "part, outer"),
        ("[part]\ninner = -1", "part = 3", "part"),
        ('name = "x"', "", "name"),
        ('name = "x"', 'name = "x"\nmore = 1', "more"),
    ],
)
def test_one_wrong_line_is_one_fault(tmp_path: Path, line: str, put: str, named: str) -> None:
    assert line in GOOD
    assert columns(tmp_path, GOOD.replace(line, put, 1)) == [named]


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    wrong = GOOD.replace("count = 3", "count = 0.5").replace("on = true", "on = 2")
    assert columns(tmp_path, wrong.replace("inner", "outer")) == [
        "count",
        "on",
        "part, inner",
        "part, outer",
    ]


@pytest.mark.parametrize("text", ["name = ", "[part", "\x00", "name = 'a'\nname = 'b'"])
def test_what_is_no_toml_is_told(tmp_path: Path, text: str) -> None:
    assert columns(tmp_path, text) == [""]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        read_shaped(tmp_path / "absent.toml", SHAPE)
