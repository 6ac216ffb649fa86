"""The grading of GB 18218-2018, against worked cases and against the tables read again here."""

import csv
import math
from fractions import Fraction
from functools import reduce
from operator import add
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import risk
from geodata.faults import UserError
from risk.gb18218 import grade, gravity, told
from risk.gb18218_parts import LEVEL_ZH, Grade, Stored
from risk.gb18218_tables import find_entry, plain, rules, tables

ROOM = Path(risk.__file__).parent

WORKED = [
    ("6 cylinders of chlorine", [("液氯", 6)], 120, 2.0, 1.2, 9.6, "四级"),
    ("water works", [("液氯", 4)], 20, 1.0, 0.8, 3.2, "不构成"),
    ("LPG station", [("LPG", 42.5)], 60, 1.5, 0.85, 1.9125, "不构成"),
    ("LPG and ammonia", [("液化石油气", 100), ("氨", 12)], 40, 1.2, 3.2, 6.48, "四级"),
    ("petrol station", [("汽油", 45), ("柴油", 25)], 150, 2.0, 0.23, 0.46, "不构成"),
    ("ammonia cold store", [("液氨", 25)], 0, 0.5, 2.5, 2.5, "四级"),
    ("phosgene", [("光气", 1)], 150, 2.0, 3.3333, 133.3333, "一级"),
]
"""The seven worked cases: name, stock, people, then α, S, R and the level."""


def rows(name: str) -> list[dict[str, str]]:
    """Return a table of the room as its file has it."""
    with (ROOM / f"gb18218_{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


NAMES = [row["name_zh"] for row in rows("table1")]
SYMBOLS = sorted(entry.entry for entry in tables().symbols.values())
FEW = st.lists(
    st.tuples(st.sampled_from([*NAMES, *SYMBOLS]), st.floats(0, 1e4)), min_size=1, max_size=4
)
PEOPLE = st.one_of(st.none(), st.integers(0, 300))


def of(*stock: tuple[str, float], people: int | None = 10, step: int = 0) -> Grade:
    return grade([Stored(*one) for one in stock], people, alpha_step=step)


@pytest.mark.parametrize("case", WORKED, ids=[case[0] for case in WORKED])
def test_worked_cases(
    case: tuple[str, list[tuple[str, float]], int, float, float, float, str],
) -> None:
    """S0-3: α, S, R and the level of each worked case."""
    _, stock, people, alpha, s, r, level = case
    found = of(*stock, people=people)
    assert found.alpha == alpha
    assert found.s == pytest.approx(s, abs=5e-5)
    assert found.r == pytest.approx(r, abs=5e-5)
    assert found.level is not None
    assert LEVEL_ZH[found.level] == level


@pytest.mark.parametrize("level", [1, 2, 3, 4, 0])
def test_a_golden_case_of_each_level_stands_exactly_on_its_threshold(level: int) -> None:
    """S0-3: S = 1 counts, and so does R = 10, 50 and 100, without the error of a float."""
    tonnes = {0: 4.999, 4: 5.0, 3: 12.5, 2: 62.5, 1: 125.0}[level]
    assert of(("氯", tonnes), people=1).level == level


def test_ten_tenths_are_a_whole() -> None:
    """Ten lots of 0.5 t of chlorine are S = 1, though ten floats of 0.1 are less."""
    assert math.fsum([0.1] * 10) == 1.0
    # Added one by one, as `sum` did before Python 3.12.
    assert reduce(add, [0.1] * 10) < 1.0
    assert of(*[("氯", 0.5)] * 10).level == 4


@pytest.mark.parametrize(
    ("people", "alpha"),
    [(0, 0.5), (1, 1.0), (29, 1.0), (30, 1.2), (49, 1.2), (50, 1.5), (99, 1.5), (100, 2.0),
     (10**9, 2.0)],
)  # fmt: skip
def test_alpha_changes_at_the_first_person_of_each_band(people: int, alpha: float) -> None:
    assert of(("氯", 6), people=people).alpha == alpha


def test_all_85_names_and_24_symbols_are_found() -> None:
    assert len(NAMES) == 85
    assert len(SYMBOLS) == 24
    for number, name in enumerate(NAMES, 1):
        entry = find_entry(name)
        assert entry is not None, name
        assert entry.entry == f"表1-{number}", name
    assert {find_entry(symbol.lower()).entry for symbol in SYMBOLS} == set(SYMBOLS)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("alias", "number", "critical", "beta"),
    [("液氯", 12, "5", "4"), ("氯气", 12, "5", "4"), ("Ｃｌ２", 12, "5", "4"),
     ("液氨", 1, "10", "2"), ("ammonia", 1, "10", "2"), ("光气", 6, "3/10", "20"),
     ("LPG", 52, "50", "3/2"), (" lpg ", 52, "50", "3/2"), ("液化石油气", 52, "50", "3/2"),
     ("CNG", 49, "50", "3/2"), ("LNG", 49, "50", "3/2"), ("天然气", 49, "50", "3/2"),
     ("一氧化碳", 13, "20", "2"), ("汽油", 66, "200", "1"), ("sulfur_dioxide", 4, "20", "2"),
     ("氧气", 56, "200", "1"), ("乙醚", 68, "10", "3/2"), ("TNT", 35, "5", "2")],
)  # fmt: skip
def test_aliases_lead_to_their_row(alias: str, number: int, critical: str, beta: str) -> None:
    entry = find_entry(alias)
    assert entry is not None
    assert entry.entry == f"表1-{number}"
    assert (entry.critical_t, entry.beta) == (Fraction(critical), Fraction(beta))


def test_beta_comes_from_table_3_before_table_4() -> None:
    """Ammonia is a flammable gas too, but table 3 names it; hydrogen is only in table 4."""
    assert find_entry("氨@W2") == find_entry("氨")
    assert of(("氢", 5)).lines[0].beta == 1.5
    assert of(("汽油@W5.1", 200)).lines[0].beta == 1.5
    assert of(("汽油", 200)).lines[0].beta == 1.0


def test_a_stated_category_counts_as_verified_a_read_one_does_not() -> None:
    assert not of(("甲苯", 500)).lines[0].verified
    assert of(("甲苯@W5.3", 500)).lines[0].verified
    assert of(("W5.3", 1000)).level == 4
    (line,) = of(("某涂料@W5.3", 500)).lines
    assert (line.name, line.critical_t, line.entry) == ("某涂料", 1000.0, "W5.3")
    assert of(("某涂料@W99", 500)).unknown == ("某涂料@W99",)


def test_an_unknown_substance_is_named_and_not_counted_as_nothing() -> None:
    found = of(("氯", 1), ("神秘液体", 500))
    assert found.unknown == ("神秘液体",)
    assert found.level is None
    assert (found.at_least, found.at_most) == (0, 1)
    assert any("神秘液体" in str(note) for note in found.notes)
    assert found.lift is None
    graver = of(("氯", 6), ("神秘液体", 500))
    assert (graver.level, graver.at_most) == (4, 1)


def test_tonnes_that_nobody_knows_are_not_nought() -> None:
    found = grade([Stored("氯", None), Stored("氨", 2.0)], 10)
    assert (found.s, found.level, found.unknown) == (0.2, None, ("氯",))
    assert "How much 氯" in str(found.notes[0])


def test_what_is_in_no_category_counts_nothing_and_says_whose_reading_that_is() -> None:
    found = of(("盐酸", 900), ("面粉", 100))
    assert (found.s, found.level, found.unknown) == (0.0, 0, ())
    assert len(found.notes) == 2
    assert all(not line.verified and line.critical_t is None for line in found.lines)
    assert [step.key for step in found.steps[:2]] == ["entry", "entry"]


def test_one_name_of_several_entries_takes_the_strictest_and_says_so() -> None:
    """Ammonium nitrate stands in table 1 three times: 5, 50 and 200 t."""
    entry = find_entry("硝酸铵")
    assert entry is not None
    assert (entry.entry, entry.critical_t) == ("表1-43", Fraction(5))
    assert any("strictest" in str(note) for note in entry.notes)
    exact = find_entry("硝酸铵(含可燃物≤0.2%)")
    assert exact is not None
    assert (exact.entry, exact.critical_t) == ("表1-44", Fraction(50))
    assert find_entry("表1-45").critical_t == Fraction(200)  # type: ignore[union-attr]


def test_an_entry_with_a_condition_says_that_it_was_taken_for_granted() -> None:
    entry = find_entry("甲醛")
    assert entry is not None
    assert any("甲醛(含量>90%)" in str(note) for note in entry.notes)


def test_without_residents_there_is_no_level_but_its_bounds() -> None:
    found = of(("氯", 30), people=None)
    assert (found.alpha, found.r, found.level) == (None, None, None)
    assert (found.at_least, found.at_most) == (3, 3)
    wide = of(("氯", 15), people=None)
    assert (wide.at_least, wide.at_most) == (4, 3)
    assert of(("氯", 4), people=None).level == 0


def test_twenty_more_residents_lift_it() -> None:
    """S0-3: what the next level needs, in people and in tonnes, is exact."""
    found = of(("氯", 52.0), people=30)
    assert (found.level, found.r) == (3, pytest.approx(49.92))
    assert found.lift is not None
    assert (found.lift.level, found.lift.people) == (2, 20)
    assert str(found.lift.said[0]) == "20 more residents lift this from level 3 to level 2."
    assert of(("氯", 52.0), people=50).level == 2
    assert of(("氯", 52.0), people=49).level == 3
    ((name, more),) = found.lift.tonnes
    assert (name, more) == ("氯", 0.084)
    assert of(("氯", 52.084), people=30).level == 2
    assert of(("氯", 52.083), people=30).level == 3


def test_what_is_no_source_yet_says_how_many_tonnes_are_lacking() -> None:
    found = of(("液氯", 4), people=20)
    assert found.lift is not None
    assert (found.lift.people, found.lift.tonnes) == (None, (("氯", 1.0),))
    near = of(("光气", 0.2), people=100)
    assert near.lift is not None
    assert near.lift.level == 3
    assert of(("光气", 0.3), people=100).level == 3
    assert of(("光气", 10), people=100).lift is None


def test_alpha_one_step_up_and_down_stays_within_the_table() -> None:
    assert [of(("氯", 6), people=40, step=step).alpha for step in (-1, 0, 1)] == [1.0, 1.2, 1.5]
    assert of(("氯", 6), people=0, step=-1).alpha == 0.5
    assert of(("氯", 6), people=500, step=1).alpha == 2.0


def test_every_step_says_inputs_rule_clause_and_result() -> None:
    """S0-3: the reasoning can be followed from the entry of the table to the level."""
    found = of(("液氯", 6), ("氨", 12), people=120)
    keys = [step.key for step in found.steps]
    assert keys == ["entry", "entry", "s", "major", "alpha", "r", "level"]
    for step in found.steps:
        assert str(step.inputs)
        assert str(step.rule)
        assert str(step.result)
        assert step.clause.startswith("GB 18218-2018")
    assert str(found.steps[2].inputs) == "1.2 + 1.2"
    assert str(found.steps[5].inputs) == "2 × (4 × 1.2 + 2 × 1.2)"
    assert str(found.steps[5].result) == "R = 14.4"


@pytest.mark.parametrize("tonnes", [-1.0, math.nan, math.inf, 1e300])
def test_tonnes_that_cannot_be_are_refused_all_at_once(tonnes: float) -> None:
    with pytest.raises(UserError) as caught:
        of(("氯", tonnes), ("氨", -3), people=-1)
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize("text", ["", "@", "@W2", "氯" * 500, "(", "[", "\x00", "表1-86", "W"])
def test_hostile_names_are_unknown_and_nothing_else(text: str) -> None:
    assert find_entry(text) is None or text == "@W2"


def test_shown_numbers_are_cut_not_rounded() -> None:
    assert told(Fraction(99999999, 10**7)) == "9.9999"
    assert told(10.0) == "10"
    assert told(1.2) == "1.2"
    assert told(0.00001) == "<0.0001"
    assert told(0) == "0"


@settings(deadline=None, derandomize=True, max_examples=150)
@given(FEW, PEOPLE)
def test_s_and_r_are_the_sums_of_the_tables(
    stock: list[tuple[str, float]], people: int | None
) -> None:
    """The exact sums, computed once more with floats straight from the CSV files."""
    found = of(*stock, people=people)
    critical = {
        row[key]: float(row["critical_t"])
        for name, key in (("table1", "name_zh"), ("table2", "symbol"))
        for row in rows(name)
    }
    s = math.fsum(tonnes / critical[what] for what, tonnes in stock)
    assert found.s == pytest.approx(s, rel=1e-12)
    if found.r is not None and found.alpha is not None:
        weighted = math.fsum(line.ratio * line.beta for line in found.lines)
        assert found.r == pytest.approx(found.alpha * weighted, rel=1e-12)


@settings(deadline=None, derandomize=True, max_examples=150)
@given(FEW, st.integers(0, 300), st.integers(0, 200), st.floats(0, 100))
def test_more_people_and_more_tonnes_never_make_it_milder(
    stock: list[tuple[str, float]], people: int, more: int, tonnes: float
) -> None:
    now = of(*stock, people=people).level
    crowded = of(*stock, people=people + more).level
    fuller = of(*stock, (stock[0][0], tonnes), people=people).level
    assert now is not None
    assert crowded is not None
    assert fuller is not None
    assert gravity(crowded) >= gravity(now)
    assert gravity(fuller) >= gravity(now)


@settings(deadline=None, derandomize=True, max_examples=150)
@given(FEW, st.integers(0, 300))
def test_the_lift_lifts_and_a_little_less_does_not(
    stock: list[tuple[str, float]], people: int
) -> None:
    found = of(*stock, people=people)
    if found.lift is None or found.level is None:
        return
    target = gravity(found.lift.level)
    assert target > gravity(found.level)
    if found.lift.people is not None:
        assert gravity(of(*stock, people=people + found.lift.people).level or 0) >= target
        assert of(*stock, people=people + found.lift.people - 1).level == found.level
    for name, more in found.lift.tonnes:
        what = next(one for one, _ in stock if find_entry(one).name == name)  # type: ignore[union-attr]
        assert gravity(of(*stock, (what, more), people=people).level or 0) >= min(target, 4)


def test_the_tables_say_where_each_figure_comes_from() -> None:
    for name in ("table1", "table2", "table3", "aliases", "categories", "readings"):
        held = rows(name)
        assert held
        assert all(row["source"] and row["verified"] in {"true", "false"} for row in held), name
    assert [least for _, least in rules().levels] == [0, 10, 50, 100]


def test_no_alias_hides_a_name_of_the_table() -> None:
    """Only what one substance may be called for several rows has several meanings."""
    several = {name for name, rows in tables().meanings.items() if len(rows) > 1}
    assert several == {plain(x) for x in ("硝化棉", "硝化纤维素", "硝酸铵", "硝酸")}
    assert set(tables().readings).isdisjoint(tables().meanings)
