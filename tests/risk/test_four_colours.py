"""The four colours: bands with their rims, which rule speaks, and a pack that cannot be used."""

import math
from itertools import product
from pathlib import Path

import pytest

from geodata.faults import UserError
from risk.four_colours import (
    COLOURS,
    TABLE,
    Coloured,
    Scored,
    colour_of,
    default_pack,
    load_pack,
)


def lec(*values: float | None) -> Coloured:
    likelihood, exposure, consequence = values
    return colour_of(Scored(lec=(likelihood, exposure, consequence)))


@pytest.mark.parametrize(
    ("values", "colour"),
    [((10, 10, 100), "red"), ((6, 6, 15), "red"), ((3, 6, 15), "orange"), ((3, 6, 7), "yellow"),
     ((1, 10, 7), "yellow"), ((1, 6, 7), "blue"), ((0.1, 0.5, 1), "blue")],
)  # fmt: skip
def test_lec_bands(values: tuple[float, ...], colour: str) -> None:
    """S2-8: D = L × E × C, each band with its lower rim: 70 is yellow."""
    found = lec(*values)
    assert (found.colour, found.rule) == (colour, "lec")
    assert not found.verified
    assert found.source


@pytest.mark.parametrize(
    ("likelihood", "severity", "colour"),
    [(5, 5, "red"), (4, 5, "red"), (3, 5, "orange"), (4, 4, "orange"), (3, 4, "yellow"),
     (3, 3, "yellow"), (2, 4, "blue"), (1, 1, "blue")],
)  # fmt: skip
def test_matrix_bands(likelihood: int, severity: int, colour: str) -> None:
    """S2-8: R = L × S of a risk matrix."""
    found = colour_of(Scored(matrix=(likelihood, severity)))
    assert (found.colour, found.rule) == (colour, "matrix")


@pytest.mark.parametrize(
    ("declared", "colour"),
    [("重点", "red"), ("较大", "orange"), ("一般", "yellow"), ("", None), ("其他", None)],
)
def test_declared_grades_have_three_colours(declared: str, colour: str | None) -> None:
    """S2-8: none of the three declared grades is blue, and no grade is no colour."""
    found = colour_of(Scored(declared=declared))
    assert found.colour == colour
    assert str(found.why)


@pytest.mark.parametrize(
    ("level", "colour"), [(1, "red"), (2, "red"), (3, "orange"), (4, "orange")]
)
def test_the_gravest_of_all_rules_counts(level: int, colour: str) -> None:
    """A computed level lifts a mildly declared risk; a mild score never lowers a declared 重点."""
    found = colour_of(Scored(level=level, lec=(1, 6, 7), declared="一般"))
    assert (found.colour, found.rule) == (colour, "level")
    assert dict(found.others) == {"lec": "blue", "declared": "yellow"}
    assert colour_of(Scored(level=4, lec=(1, 6, 7), declared="重点")).rule == "declared"
    assert colour_of(Scored(level=1, declared="重点")).rule == "level"


def test_no_source_by_the_standard_leaves_the_colour_to_the_others() -> None:
    assert colour_of(Scored(level=0, declared="重点")).rule == "declared"
    assert colour_of(Scored(level=0)).colour is None


def test_where_the_first_rule_decides_a_graver_colour_by_another_is_told(tmp_path: Path) -> None:
    """A score must not quietly make a declared 重点 yellow."""
    pack = load_pack(changed(tmp_path, 'decides = "gravest"', 'decides = "first"'))
    found = colour_of(Scored(lec=(3, 6, 7), declared="重点"), pack)
    assert (found.colour, found.rule) == ("yellow", "lec")
    assert [str(note) for note in found.notes] == ["By the declared grade it would be graver: red."]
    assert colour_of(Scored(lec=(3, 6, 7), declared="重点")).notes == ()


@pytest.mark.parametrize("values", [(6, 6, None), (6, None, None), (7, 6, 15), (6, 6, math.inf)])
def test_scores_that_are_missing_or_of_no_table_are_named_and_not_used(
    values: tuple[float | None, ...],
) -> None:
    found = lec(*values)
    assert found.colour is None
    assert len(found.notes) == 1


@pytest.mark.parametrize("pair", [(6, 1), (0, 3), (3, None), (None, 3), (-5, -5)])
def test_matrix_scores_out_of_range_are_named(pair: tuple[int | None, int | None]) -> None:
    found = colour_of(Scored(matrix=pair))
    assert found.colour is None
    assert len(found.notes) == 1


def test_a_greater_score_never_gives_a_milder_colour() -> None:
    values = default_pack().lec_values
    every = list(product(*(sorted(values[key]) for key in "lec")))
    rank = {one: COLOURS.index(lec(*one).colour or "blue") for one in every}
    for low, high in product(every, every):
        if all(a <= b for a, b in zip(low, high, strict=True)):
            assert rank[high] <= rank[low]


def changed(folder: Path, old: str, new: str) -> Path:
    text = TABLE.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path = folder / "colours.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_a_pack_of_ones_own_is_used(tmp_path: Path) -> None:
    """S2-8: a province with another band puts it in and sees it."""
    own = load_pack(changed(tmp_path, "red = 320", "red = 400"))
    assert colour_of(Scored(lec=(6, 6, 10)), own).notes
    assert colour_of(Scored(lec=(10, 6, 6)), default_pack()).colour is None
    assert colour_of(Scored(lec=(10, 6, 7)), own).colour == "red"
    assert colour_of(Scored(lec=(10, 10, 3)), own).colour == "orange"
    other = load_pack(changed(tmp_path, 'gravest"\norder = ["level", "lec", "matrix", "declared"',
                              'first"\norder = ["declared", "matrix", "lec", "level"'))  # fmt: skip
    assert colour_of(Scored(level=1, declared="一般"), other).rule == "declared"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('"level", "lec", "matrix", "declared"', '"level", "lec"', "order"),
        ('decides = "gravest"', 'decides = "mildest"', "decides"),
        ('key = "orange"', 'key = "purple"', "colour"),
        ('title_en = "Low risk (blue)"', "", "colour"),
        ("red = 320", "red = 100", "lec.from_d"),
        ("yellow = 9\n", "", "matrix.from_r"),
        ("red = 20", "red = nan", "matrix.from_r"),
        ("most = 5", "most = true", "matrix.most"),
        ("l = [10,", 'l = ["ten",', "lec.values"),
        ('"一般" = "yellow"', '"一般" = "green"', "declared.colours"),
        ("verified = false\n[level.colours]", "[level.colours]", "level"),
        ("[lec]", "[lecc]", "lec"),
    ],
)
def test_what_cannot_be_used_is_named_by_its_place(
    tmp_path: Path, old: str, new: str, where: str
) -> None:
    with pytest.raises(UserError) as caught:
        load_pack(changed(tmp_path, old, new))
    assert where in [fault.column for fault in caught.value.faults]


def test_no_file_and_no_toml_are_faults(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        load_pack(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("= =", encoding="utf-8")
    with pytest.raises(UserError):
        load_pack(tmp_path / "bad.toml")


def test_every_colour_has_both_titles() -> None:
    assert [len(default_pack().titles[colour]) for colour in COLOURS] == [2] * 4
