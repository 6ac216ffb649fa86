"""The table of substances: found by every name people write, every bad cell named."""

import csv
import re
from pathlib import Path

import pytest

from geodata.faults import UserError
from risk.substances import (
    COLUMNS,
    FIGURES,
    SUBSTANCES,
    TABLE,
    find_substance,
    load_substances,
    substance,
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("氯", "chlorine"),
        ("液氯", "chlorine"),
        ("Chlorine", "chlorine"),
        ("CL2", "chlorine"),
        ("Cl₂", "chlorine"),
        ("7782-50-5", "chlorine"),
        ("UN1017", "chlorine"),
        ("ＵＮ　１０１７", "chlorine"),
        ("un 1017", "chlorine"),
        (" 液 氨 ", "ammonia"),
        ("LPG", "lpg"),
        ("液化气", "lpg"),
        ("CNG", "methane"),
        ("LNG", "lng"),
        ("汽油", "petrol"),
        ("Gasoline", "petrol"),
        ("1,3-丁二烯", "butadiene"),
        ("1，3-丁二烯", "butadiene"),
        ("碳酰氯", "phosgene"),
        ("hydrogen_sulfide", "hydrogen_sulfide"),
    ],
)
def test_a_substance_is_found_by_every_name(text: str, key: str) -> None:
    found = find_substance(text)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "text", ["", "  ", "氯化", "chlor", "UN", "9999999", "'; DROP TABLE", "\x00"]
)
def test_a_part_of_a_name_or_nonsense_finds_nothing(text: str) -> None:
    assert find_substance(text) is None


def test_every_spelling_of_the_table_finds_its_own_row() -> None:
    for row in csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()):
        spellings = [row["name_zh"], row["name_en"], row["cas"], *row["aliases"].split(";")]
        for spelling in filter(None, spellings):
            found = find_substance(spelling)
            assert found is not None
            assert found.key == row["key"], spelling


def test_an_unknown_key_is_a_fault_with_a_mend() -> None:
    with pytest.raises(UserError) as caught:
        substance("kryptonite" * 50)
    (fault,) = caught.value.faults
    assert len(fault.value) <= 60
    assert "substances.csv" in str(fault.mend)


def test_cas_numbers_have_their_check_digit() -> None:
    for one in SUBSTANCES.values():
        if one.cas:
            digits = one.cas.replace("-", "")
            total = sum(int(d) * n for n, d in enumerate(reversed(digits[:-1]), start=1))
            assert total % 10 == int(digits[-1]), one.key


def test_un_numbers_have_four_digits_and_belong_to_one_substance() -> None:
    numbers = [one.un for one in SUBSTANCES.values() if one.un]
    assert all(re.fullmatch(r"\d{4}", number) for number in numbers)
    assert len(numbers) == len(set(numbers))


def test_the_figures_are_of_the_right_size() -> None:
    """A slip of a unit (g for kg, kJ for J) would move every zone."""
    for one in SUBSTANCES.values():
        for value, low, high in (
            (one.molar_kg_mol, 0.002, 0.3),
            (one.boiling_k, 20.0, 1200.0),
            (one.liquid_kg_m3, 70.0, 3200.0),
            (one.gamma, 1.02, 1.67),
            (one.cp_liquid_j_kg_k, 400.0, 1e4),
            (one.vaporisation_j_kg, 1.5e5, 1.5e6),
            (one.combustion_j_kg, 5e6, 1.3e8),
            (one.lfl, 0.005, 0.2),
            (one.ufl, 0.05, 1.0),
            (one.vapour_20c_pa, 10.0, 101325.0),
        ):
            assert value is None or low <= value <= high, (one.key, value)
        assert one.lfl is None or one.ufl is None or one.lfl < one.ufl


def test_known_figures_of_chlorine_and_of_propane() -> None:
    chlorine, propane = SUBSTANCES["chlorine"], SUBSTANCES["propane"]
    assert chlorine.molar_kg_mol == pytest.approx(0.070906)
    assert chlorine.boiling_k == pytest.approx(239.2, abs=0.1)
    assert chlorine.gas_at_20c
    assert chlorine.toxic
    assert not chlorine.flammable
    assert propane.combustion_j_kg == pytest.approx(46.34e6, rel=1e-3)
    assert (propane.lfl, propane.ufl) == (0.017, 0.109)
    assert not SUBSTANCES["petrol"].gas_at_20c


def test_what_has_no_source_is_said() -> None:
    assert SUBSTANCES["propane"].verified
    assert SUBSTANCES["chlorine"].unverified == {"cp_liquid_j_kg_k"}
    for key in ("petrol", "diesel", "hydrochloric_acid", "lpg"):
        assert not SUBSTANCES[key].verified, key


def test_all_that_burns_has_what_a_fire_needs() -> None:
    solids = {"calcium_carbide", "sodium", "yellow_phosphorus"}
    for one in SUBSTANCES.values():
        if one.flammable and one.key not in solids:
            assert one.combustion_j_kg is not None, one.key
            assert one.lfl is not None, one.key


def table(folder: Path, **changed: str) -> Path:
    """Return a table of two rows, the second with these cells changed."""
    row = dict.fromkeys(COLUMNS, "")
    row |= {"key": "one", "name_zh": "一", "name_en": "One", "source": "x"}
    other = {**row, "key": "two", "name_zh": "二", "name_en": "Two", **changed}
    path = folder / "substances.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows([row, other])
    return path


def test_a_table_of_two_rows_is_read(tmp_path: Path) -> None:
    assert list(load_substances(table(tmp_path))) == ["one", "two"]


@pytest.mark.parametrize("column", FIGURES)
@pytest.mark.parametrize("cell", ["nan", "inf", "-1", "0", "twelve", "1,5"])
def test_a_cell_that_is_no_figure_is_named(tmp_path: Path, column: str, cell: str) -> None:
    with pytest.raises(UserError) as caught:
        load_substances(table(tmp_path, **{column: cell}))
    assert [(f.row, f.column) for f in caught.value.faults] == [(3, column)]


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("name_zh", "一", "stands twice"),
        ("aliases", "x;ONE", "stands twice"),
        ("key", "one", "stands twice"),
        ("source", "", "text missing"),
        ("hazards", "toxic;smelly", "smelly"),
        ("unverified", "colour", "colour"),
    ],
)
def test_a_row_that_cannot_be_meant_is_named(
    tmp_path: Path, column: str, cell: str, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        load_substances(table(tmp_path, **{column: cell}))


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        load_substances(table(tmp_path, lfl="a", ufl="b", hazards="c", name_en=""))
    assert len(caught.value.faults) == 4


def test_a_table_with_other_columns_or_short_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "substances.csv"
    for text in ("", "key,name\n1,2\n", ",".join(COLUMNS) + "\nx,y\n"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(UserError, match=r"columns|cells"):
            load_substances(path)
    with pytest.raises(UserError):
        load_substances(tmp_path / "absent.csv")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError):
        load_substances(path)
