"""Requisitions: what was taken is what came back, what was lost and what is still out."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings

from desks.register.compensation import (
    compensation_document,
    compensation_lines,
    write_compensation,
)
from desks.register.requisition import CompensationSheet, Rate, compensation, order_refusals
from desks.stock import Movement, balances, effective
from geodata.workbook import read_sheet, visible_sheets
from language import Catalogue
from tests.desks.movements import BLANKET, FOAM, WATER, moved, sequences

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "compensation.schema.json"
UNTIL = date(2026, 10, 31)
RATES = (
    Rate("4010201", "", "床", Decimal("0.50"), Decimal(80), "区征用补偿标准 2026"),
    Rate("", "泡沫液", "千克", Decimal(0), Decimal("12.345"), "市场价"),
)
OWNER, HERE = "owner:第一粮油店", "use:渡口"


def taken(quantity: str = "10", *, hours: int = 0, order: str = "征1") -> Movement:
    movement = moved("requisition_out", OWNER, HERE, quantity, hours=hours)
    return replace(movement, requisition=order, id=f"out{order}{hours}")


def back(quantity: str, *, hours: int, order: str = "征1", damage: str = "") -> Movement:
    movement = moved("requisition_in", HERE, OWNER, quantity, hours=hours)
    return replace(movement, requisition=order, damage=damage, id=f"in{order}{hours}")


def lost(quantity: str, *, hours: int, damage: str = "") -> Movement:
    movement = moved("loss", HERE, "loss", quantity, hours=hours)
    return replace(movement, requisition="征1", damage=damage, id=f"lost{hours}")


def accepted(movements: Sequence[Movement]) -> list[Movement]:
    """Return those that stand under their orders, entered one by one."""
    known: list[Movement] = []
    for movement in movements:
        if not order_refusals(known, [movement]):
            known.append(movement)
    return known


@settings(derandomize=True, deadline=None, max_examples=80)
@given(sequences(most=40))
def test_the_ledger_of_requisitions_balances(movements: list[Movement]) -> None:
    """Row S3-3: taken = returned + lost + still out, and no figure below zero, for any sequence.

    What an owner's account lacks is exactly what is lost and still out.
    """
    entered = accepted(
        [replace(m, requisition="征1") if m.from_account == HERE else m for m in movements]
    )
    sheet = compensation(entered, until=date(2027, 1, 1))
    sums = balances(entered)
    for row in sheet.rows:
        assert row.out == row.back + row.lost + row.open
        assert min(row.back, row.lost, row.open) >= 0
        assert sums[f"owner:{row.owner}", row.lot] == -(row.open + row.lost)
    assert {(f"owner:{row.owner}", row.lot) for row in sheet.rows} == {
        key for key in sums if key[0].startswith("owner:")
    }


def test_a_sheet_by_hand() -> None:
    """Row S3-3: ten blankets on 1 July; six back on 3 July, one burnt on 2 July, three still out.

    Days to 5 July, both ends counted: 6 x 3 + 1 x 2 + 3 x 5 = 35; 35 x 0.50 + 1 x 80 = 97.50.
    """
    movements = [
        taken(),
        lost("1", hours=24, damage="烧毁"),
        back("6", hours=48, damage="两床浸水"),
    ]
    sheet = compensation(movements, until=date(2026, 7, 5), rates=RATES)
    (row,) = sheet.rows
    assert (row.requisition, row.owner, row.lot) == ("征1", "第一粮油店", BLANKET)
    assert (row.out, row.back, row.lost, row.open) == (10, 6, 1, 3)
    assert (row.first_out, row.last_back) == (date(2026, 7, 1), date(2026, 7, 3))
    assert (row.days, row.unit_days) == (5, 35)
    assert row.damage == "烧毁；两床浸水"
    assert (row.amount_yuan, row.basis) == (Decimal("97.50"), "区征用补偿标准 2026")
    assert (sheet.total_yuan, sheet.unfilled) == (Decimal("97.50"), 0)


def test_a_sheet_that_is_closed_does_not_grow() -> None:
    movements = [taken(), back("10", hours=0)]
    sheets = [compensation(movements, until=day) for day in (date(2026, 7, 1), UNTIL)]
    assert [(row.days, row.unit_days) for sheet in sheets for row in sheet.rows] == [(1, 10)] * 2


def test_what_happens_after_the_day_is_not_on_its_sheet() -> None:
    """The clock is the district's: 15:59 UTC is still the first of July, 16:00 the second."""
    movements = [taken(), back("4", hours=15), back("3", hours=16)]
    (row,) = compensation(movements, until=date(2026, 7, 1)).rows
    assert (row.back, row.open) == (4, 6)
    assert compensation(movements, until=date(2026, 6, 30)).rows == ()


def test_without_a_declared_rate_people_fill_in_the_amount() -> None:
    """Row S3-3: no figure is made up; the sum says how many amounts it lacks."""
    foam = replace(moved("requisition_out", OWNER, HERE, "2.5", FOAM), requisition="征1")
    burnt = replace(moved("loss", HERE, "loss", "2.5", FOAM, hours=5), requisition="征1")
    water = replace(moved("requisition_out", OWNER, HERE, "4", WATER), requisition="征1")
    sheet = compensation([foam, burnt, water], until=UNTIL, rates=RATES)
    amounts = {row.lot.item: row.amount_yuan for row in sheet.rows}
    assert amounts == {"泡沫液": Decimal("30.86"), "饮用水": None}
    assert (sheet.total_yuan, sheet.unfilled) == (Decimal("30.86"), 1)


def test_a_rate_is_for_its_unit() -> None:
    boxes = replace(taken(), unit="箱")
    assert compensation([boxes], until=UNTIL, rates=RATES).rows[0].amount_yuan is None


def test_a_reversed_requisition_owes_nothing() -> None:
    first = taken()
    undo = replace(
        first, kind="reversal", from_account=HERE, to_account=OWNER, reverses=first.id, id="r"
    )
    assert compensation([first, undo], until=UNTIL).rows == ()


def test_rows_stand_by_order_owner_and_item() -> None:
    movements = [taken(order="征2"), taken(order="征10"), taken(order="征1")]
    orders = [row.requisition for row in compensation(movements, until=UNTIL).rows]
    assert orders == ["征1", "征10", "征2"]


def test_no_more_comes_back_than_was_taken() -> None:
    ledger = [taken(), back("6", hours=1)]
    (fault,) = order_refusals(ledger, [back("4.001", hours=2)])
    assert "only 4 床 of 棉被" in str(fault)
    assert order_refusals(ledger, [back("4", hours=2)]) == ()
    assert order_refusals(ledger, [lost("4.001", hours=2)])
    assert order_refusals(ledger, [back("1", hours=2, order="征9")])
    assert order_refusals([], [taken(), back("10", hours=1)]) == ()
    assert len(order_refusals(ledger, [back("4", hours=2), back("4", hours=3)])) == 1


def test_an_order_has_one_owner() -> None:
    other = replace(taken(hours=3), from_account="owner:别家")
    (fault,) = order_refusals([taken()], [other])
    assert "another owner" in str(fault)
    assert order_refusals([], [taken(), other])
    assert order_refusals([taken()], [replace(other, requisition="征2")]) == ()


def test_a_taking_is_not_undone_under_what_came_back() -> None:
    first = taken()
    undo = replace(
        first, kind="reversal", from_account=HERE, to_account=OWNER, reverses=first.id, id="r"
    )
    assert order_refusals([first, back("1", hours=1)], [undo])
    assert order_refusals([first], [undo]) == ()


def test_after_a_merge_a_return_beyond_is_shown_and_may_be_lessened() -> None:
    """Two posts both gave all back: the sheet shows it, and a repair is not refused."""
    twice = [taken(), back("10", hours=1), back("10", hours=2)]
    (row,) = compensation(twice, until=UNTIL).rows
    assert row.open == -10
    undo = replace(
        twice[2], kind="reversal", from_account=OWNER, to_account=HERE, reverses=twice[2].id
    )
    assert order_refusals(twice, [replace(undo, id="r")]) == ()
    assert effective([*twice, replace(undo, id="r")]) == tuple(twice[:2])


def test_what_came_back_without_being_taken_is_shown() -> None:
    """The other post's taking has not come yet, or its number was mistyped: nothing is hidden."""
    rows = compensation([back("3", hours=1), lost("1", hours=2)], until=UNTIL).rows
    assert [(row.owner, row.out, row.open) for row in rows] == [("", 0, -1), ("第一粮油店", 0, -3)]


@pytest.fixture
def sheet() -> CompensationSheet:
    """Return a sheet whose texts would run if they were taken for formulas."""
    evil = replace(taken(), from_account='owner:=HYPERLINK("http://x","y")', item="+1+1", id="e")
    other = replace(back("2", hours=30, damage="@SUM(A1)"), to_account=evil.from_account)
    known = taken(order="征2")
    movements = [evil, replace(other, item="+1+1"), known]
    return compensation(movements, until=date(2026, 7, 5), rates=[replace(RATES[0], item_code="x")])


def test_the_document_keeps_its_schema(sheet: CompensationSheet) -> None:
    document = compensation_document(sheet)
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))
    assert [row["open"] for row in document["rows"]] == ["8", "10"]
    assert [row["amount_yuan"] for row in document["rows"]] == [None, None]
    assert (document["total_yuan"], document["unfilled"]) == ("0.00", 2)


def test_the_workbook_holds_texts_as_texts(tmp_path: Path, sheet: CompensationSheet) -> None:
    chinese = Catalogue.load("zh")
    write_compensation(tmp_path / "补偿.xlsx", sheet, chinese)
    (name,) = visible_sheets(tmp_path / "补偿.xlsx")
    assert name == "补偿"
    rows = {row.number: row.cells for row in read_sheet(tmp_path / "补偿.xlsx", name).rows}
    assert rows[3][:5] == ("征用决定书", "所有人", "物资编码", "物资名称", "单位")
    assert rows[4][1] == '=HYPERLINK("http://x","y")'
    assert rows[4][3] == "+1+1"
    assert rows[4][13] == "@SUM(A1)"
    assert rows[5][5:9] == (10.0, 0.0, 0.0, 10.0)


def test_the_same_sheet_is_the_same_file(tmp_path: Path, sheet: CompensationSheet) -> None:
    english = Catalogue.load("en")
    for name in ("a.xlsx", "b.xlsx"):
        write_compensation(tmp_path / name, sheet, english)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_empty_sheet_can_be_written(tmp_path: Path) -> None:
    empty = compensation([], until=UNTIL)
    write_compensation(tmp_path / "empty.xlsx", empty, Catalogue.load("zh"))
    assert compensation_document(empty)["rows"] == []
    assert list(compensation_lines(empty, Catalogue.load("zh"))) == [
        "截至 2026-10-31 的补偿：0.00 元；0 项金额待填"
    ]


def test_the_lines_say_what_is_to_be_filled_in() -> None:
    sheet = compensation([taken(), taken(order="征2")], until=date(2026, 7, 1), rates=RATES[:1])
    first, *_, last = compensation_lines(sheet, Catalogue.load("en"))
    assert first == "征1 · 第一粮油店 · 棉被: 10 床 out, 0 back, 0 lost, 10 open; 1 days; 5.00 yuan"
    assert last == "Compensation until 2026-07-01: 10.00 yuan; 0 amounts to fill in"
    bare = compensation([taken()], until=date(2026, 7, 1))
    assert "金额待填" in next(iter(compensation_lines(bare, Catalogue.load("zh"))))
