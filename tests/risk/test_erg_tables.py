"""The guidebook's tables: that they are whole, in order, and refuse what is wrong."""

from pathlib import Path

import pytest

from geodata.faults import UserError
from risk.erg_tables import (
    BLEVE_TABLE,
    BLEVES,
    DAY_AND_NIGHT,
    GUIDES,
    GUIDES_TABLE,
    NUMBERS,
    ROWS_1,
    ROWS_3,
    ROWS_2024,
    TABLE_1,
    TABLE_3,
    WINDS,
    Spill,
    load_bleve,
    load_guides,
    load_table_1,
    load_table_3,
)

SIX_GASES = {"1040", "1017", "1005", "1050", "1052", "1079", "2186"}


def test_the_tables_are_whole() -> None:
    assert len(GUIDES) == 63
    assert set(ROWS_3) == SIX_GASES
    assert len(BLEVES) == 9
    assert len(ROWS_2024) == 22
    assert len(ROWS_1) > 250


def test_table_1_sends_the_six_gases_and_only_them_to_table_3() -> None:
    assert {un for un, row in ROWS_1.items() if row.large is None} == SIX_GASES


def test_the_tables_own_order_holds() -> None:
    """Night reaches no less than day; isolation no farther than 1,000 m, as printed."""
    for row in ROWS_1.values():
        for spill in (row.small, row.large):
            if spill is not None:
                assert spill.night_m >= spill.day_m > 0
                assert 30 <= spill.isolation_m <= 1000
                assert spill.night_m <= 11_000


def test_more_wind_and_a_smaller_container_reach_less() -> None:
    """Table 3 read across and down; this also makes "low wind" the safe side."""
    for rows in ROWS_3.values():
        lines = list(rows.values())
        for line in lines:
            for time in DAY_AND_NIGHT:
                by_wind = [line.downwind_m[time, wind] for wind in WINDS]
                assert by_wind == sorted(by_wind, reverse=True)
        plain = [line for line in lines if line.container != "nurse_tank"]
        for time in DAY_AND_NIGHT:
            for wind in WINDS:
                by_size = [line.downwind_m[time, wind] for line in plain]
                assert by_size == sorted(by_size, reverse=True)


def test_of_several_materials_with_one_number_the_largest_counts() -> None:
    """Bromine and its weaker solution share UN 1744: the pure one's figures are taken."""
    assert ROWS_1["1744"].small == Spill(60, 800, 2300)
    assert ROWS_1["1744"].large == Spill(300, 3700, 7500)


def test_weapons_are_not_taken_for_industrial_gases() -> None:
    """Table 1 also lists phosgene as a weapon (1,000 m); an accident is not that."""
    assert ROWS_1["1076"].large == Spill(500, 3000, 9000)


def test_every_number_leads_to_a_guide() -> None:
    assert {guide for guide, _ in NUMBERS.values()} <= set(GUIDES)
    assert {row.guide for row in ROWS_1.values()} <= set(GUIDES)
    assert not set(NUMBERS) & set(ROWS_1)


def test_the_new_edition_is_near_the_old_one() -> None:
    """Figures of 2024 have one source: a slip of a digit would show against 2016."""
    for un, (small, large) in ROWS_2024.items():
        old = ROWS_1[un]
        assert small.isolation_m == pytest.approx(old.small.isolation_m, rel=0.5)
        assert small.night_m == pytest.approx(old.small.night_m, rel=0.5, abs=100)
        if large is not None and old.large is not None:
            assert large.night_m == pytest.approx(old.large.night_m, rel=0.5)


def test_a_cell_that_is_no_number_is_named_in_each_table(tmp_path: Path) -> None:
    cases = (
        (load_table_1, TABLE_1, ",60,200,900,", ",60,two,900,", "small_day_m"),
        (load_table_3, TABLE_3, ",1000,9900,", ",1000,-9900,", "day_low_m"),
        (load_guides, GUIDES_TABLE, ",100,800,1600,", ",100,8OO,1600,", "large_spill_m"),
        (load_bleve, BLEVE_TABLE, ",40,10,", ",40,1e1,", "fireball_radius_m"),
    )
    for load, table, old, new, column in cases:
        path = tmp_path / table.name
        text = table.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(UserError) as caught:
            load(path)
        assert [fault.column for fault in caught.value.faults] == [column]


def test_an_unknown_container_is_named(tmp_path: Path) -> None:
    path = tmp_path / "table3.csv"
    path.write_text(TABLE_3.read_text(encoding="utf-8").replace("nurse_tank", "bath_tub"))
    with pytest.raises(UserError) as caught:
        load_table_3(path)
    assert [fault.column for fault in caught.value.faults] == ["container"]
