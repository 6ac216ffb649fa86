"""The cells of our workbooks: every bit of a number, every sign of a text, days as days."""

import math
from datetime import date
from pathlib import Path

import pytest
import python_calamine
from hypothesis import example, given, settings
from hypothesis import strategies as st

from desks.register.sheets import (
    MOST_CHARACTERS,
    as_day,
    put,
    put_day,
    styles,
    width_of,
    workbook,
)
from geodata.faults import UserError
from tests.desks.exports import ODD


def back(path: Path) -> list[list[object]]:
    book = python_calamine.CalamineWorkbook.from_path(path)
    return [list(row) for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False)]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=60))
@example([0.1 + 0.2, 1 / 3, 113.26438512345678, 5e-324, 1.7976931348623157e308, -0.5])
def test_every_number_comes_back_to_the_last_bit(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[float]
) -> None:
    """Sixteen digits, the writer's own habit, would lose a bit of one number in several."""
    path = tmp_path_factory.getbasetemp() / "numbers.xlsx"
    with workbook(path, title="t") as book:
        sheet = book.add_worksheet("t")
        for row, number in enumerate(numbers):
            put(sheet, row, 0, number)
    read = [row[0] for row in back(path)]
    assert read == numbers
    assert all(isinstance(cell, (int, float)) and math.isfinite(cell) for cell in read)


def test_every_odd_text_comes_back(tmp_path: Path) -> None:
    with workbook(tmp_path / "t.xlsx", title="t") as book:
        sheet = book.add_worksheet("t")
        for row, text in enumerate(ODD):
            put(sheet, row, 0, text)
    assert [row[0] for row in back(tmp_path / "t.xlsx")] == list(ODD)


def test_an_empty_cell_is_empty_and_may_have_a_style(tmp_path: Path) -> None:
    with workbook(tmp_path / "t.xlsx", title="t") as book:
        sheet = book.add_worksheet("t")
        put(sheet, 0, 0, None)
        put(sheet, 0, 1, "", styles(book).example)
        put(sheet, 0, 2, 0)
    assert back(tmp_path / "t.xlsx") == [["", "", 0]]


def test_a_text_longer_than_a_cell_is_never_cut_in_silence(tmp_path: Path) -> None:
    with workbook(tmp_path / "t.xlsx", title="t") as book:
        sheet = book.add_worksheet("t")
        put(sheet, 0, 0, "长" * MOST_CHARACTERS)
        with pytest.raises(ValueError, match="32768"):
            put(sheet, 1, 0, "长" * (MOST_CHARACTERS + 1))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-05-01", date(2026, 5, 1)),
        ("1900-03-01", date(1900, 3, 1)),
        ("1900-02-28", None),
        ("2026-02-30", None),
        ("20260501", None),
        ("2026-W18-5", None),
        ("五月", None),
        ("", None),
    ],
)
def test_a_day_is_a_day_where_all_programs_agree_on_its_number(
    tmp_path: Path, text: str, day: date | None
) -> None:
    assert as_day(text) == day
    with workbook(tmp_path / "t.xlsx", title="t") as book:
        sheet = book.add_worksheet("t")
        put_day(sheet, 0, 0, text, styles(book).day)
        put(sheet, 0, 1, "x")
    assert back(tmp_path / "t.xlsx")[0][0] == (text if day is None else day)


def test_a_chinese_character_is_two_wide() -> None:
    assert width_of("编号") == 4
    assert width_of("ID\n名称全称") == 8
    assert width_of("") == 0


def test_a_workbook_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError), workbook(path, title="t"):
        raise RuntimeError
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("t.xlsx", b"old")]


def test_a_full_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("xlsxwriter.workbook.ZipFile", full)
    with pytest.raises(UserError, match="disk is full"), workbook(tmp_path / "t.xlsx", title="t"):
        pass
    assert list(tmp_path.iterdir()) == []
