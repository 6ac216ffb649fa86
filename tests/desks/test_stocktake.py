"""A list of stock against the ledger: differences become movements, a second reading none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings

from desks.register.ledger import refusals
from desks.stock import Movement, account_kind, balances, deficits, depot_stock
from desks.stocktake import Stocktake, stocktake
from tests.desks.movements import BLANKET, WATER, moved, sequences

COLUMNS = ("depot_id", "item_code", "item", "quantity", "unit", "expiry")
LIST = (
    ("D1", "4010201", "棉被", 30.0, "床", ""),
    ("D1", "4020101", "饮用水", 12.5, "箱", "2026-12-31"),
    ("D2", "4010201", "棉被", 0.0, "床", ""),
)
DAY = date(2026, 9, 16)


def table(rows: Sequence[Sequence[object]]) -> pd.DataFrame:
    return pd.DataFrame([list(row) for row in rows], columns=list(COLUMNS))


def taken(
    ledger: Sequence[Movement], rows: Sequence[Sequence[object]], *, on: date = DAY
) -> Stocktake:
    return stocktake(ledger, table(rows), on=on, note="盘点表")


def test_a_first_list_opens_the_ledger() -> None:
    found = taken([], LIST)
    assert [(m.kind, m.from_account, m.to_account, str(m.quantity)) for m in found.movements] == [
        ("opening", "source", "depot:D1", "30.000"),
        ("opening", "source", "depot:D1", "12.500"),
        ("opening", "source", "depot:D2", "0.000"),
    ]
    assert depot_stock(found.movements).equals(table(LIST).astype(depot_stock([]).dtypes))
    assert found.refused == found.notices == ()


def test_the_same_list_twice_changes_nothing() -> None:
    first = taken([], LIST)
    again = taken(first.movements, LIST)
    assert (again.movements, again.same, again.absent) == ((), 3, ())


@settings(derandomize=True, deadline=None, max_examples=100)
@given(sequences(), sequences(most=12))
def test_any_list_becomes_the_books(past: list[Movement], other: list[Movement]) -> None:
    """Row S0-6: after the list is entered each depot holds what it says; the rest is named.

    What the ledger itself shows as its stock changes nothing when it is read again.
    """
    listed = depot_stock([m for m in other if m.kind in {"opening", "receipt"}])
    found = stocktake(past, listed, on=DAY)
    entered = [*past, *found.movements]
    assert not [fault for fault in refusals(past, found.movements) if "already" in str(fault)]
    assert stocktake(entered, listed, on=DAY).movements == ()
    names = {(row.depot_id, row.item, row.expiry): row.quantity for row in listed.itertuples()}
    for depot, lot, _ in found.absent:
        names[depot, lot.item, lot.expiry] = None
    for row in depot_stock(entered).itertuples():
        if row.depot_id in set(listed["depot_id"]) and row.quantity:
            wanted = names[row.depot_id, row.item, row.expiry]
            assert wanted is None or wanted == row.quantity


@settings(derandomize=True, deadline=None, max_examples=100)
@given(sequences())
def test_what_the_ledger_shows_changes_nothing_when_read(past: list[Movement]) -> None:
    sound = [m for m in past if m.kind in {"opening", "receipt", "requisition_out"}]
    assert not [d for d in deficits(balances(sound)) if account_kind(d.account) == "depot"]
    assert stocktake(sound, depot_stock(sound), on=DAY).movements == ()


def test_used_up_stock_reads_back_as_the_same() -> None:
    ledger = [
        replace(moved("opening", "source", "depot:D1", "5", WATER), id="a"),
        replace(moved("issue", "depot:D1", "use:渡口", "5", WATER), id="b"),
    ]
    shown = depot_stock(ledger)
    assert shown["quantity"].tolist() == [0.0]
    assert stocktake(ledger, shown, on=DAY).movements == ()


def test_a_shortage_is_taken_from_what_is_there() -> None:
    """Two batches of one day: the list knows only their sum, no batch may fall below zero."""
    second = replace(WATER, batch="B2")
    ledger = [
        replace(moved("receipt", "source", "depot:D1", "5", WATER), id="a"),
        replace(moved("receipt", "source", "depot:D1", "7", second), id="b"),
    ]
    found = taken(ledger, [("D1", "4020101", "饮用水", 4.0, "箱", "2026-12-31")])
    assert [(m.kind, m.to_account, m.batch, m.quantity) for m in found.movements] == [
        ("count", "loss", "A1", 5),
        ("count", "loss", "B2", 3),
    ]
    assert deficits(balances([*ledger, *found.movements])) == ()


def test_a_surplus_is_counted_in() -> None:
    first = taken([], LIST).movements
    found = taken(first, [("D1", "4010201", "棉被", 31.0, "床", ""), *LIST[1:]])
    (count,) = found.movements
    assert (count.kind, count.from_account, count.to_account) == ("count", "source", "depot:D1")
    assert (count.quantity, count.lot, count.at.isoformat()) == (
        1,
        BLANKET,
        "2026-09-16T00:00:00+08:00",
    )


def test_what_the_list_does_not_name_stays_and_is_named() -> None:
    first = taken([], LIST).movements
    found = taken(first, LIST[:1])
    assert found.movements == ()
    assert [(depot, lot.item, str(held)) for depot, lot, held in found.absent] == [
        ("D1", "饮用水", "12.500")
    ]


def test_two_posts_that_read_one_list_enter_the_same_movements() -> None:
    """Row S2-2: merged, the stock is there once, not twice."""
    one, other = taken([], LIST), taken([], LIST)
    assert one.movements == other.movements
    books = list(one.movements)
    counted = [taken(books, [("D1", "4010201", "棉被", n, "床", "")]) for n in (28.0, 28.0, 25.0)]
    ids = [[m.id for m in found.movements] for found in counted]
    assert ids[0] == ids[1] == ids[2]
    assert counted[0].movements == counted[1].movements != counted[2].movements


def test_a_later_count_is_another_entry() -> None:
    books = list(taken([], LIST).movements)
    for quantity in (28.0, 30.0, 28.0):
        books += taken(books, [("D1", "4010201", "棉被", quantity, "床", "")]).movements
    assert len({m.id for m in books}) == len(books) == 6


def test_rows_of_one_lot_are_added_up_and_told() -> None:
    found = taken([], [LIST[0], LIST[0]])
    assert [str(m.quantity) for m in found.movements] == ["60.000"]
    (notice,) = found.notices
    assert (notice.row, notice.value) == (3, "棉被")


def test_digits_beyond_the_thousandth_are_told_and_noise_is_not() -> None:
    found = taken([], [("D1", "4010201", "棉被", 0.1 + 0.2, "床", "")])
    assert (found.notices, str(found.movements[0].quantity)) == ((), "0.300")
    (notice,) = taken([], [("D1", "4010201", "棉被", 0.12345, "床", "")]).notices
    assert (notice.column, notice.value, str(notice.mend)) == (
        "quantity",
        "0.12345",
        "It is entered as 0.123.",
    )


@pytest.mark.parametrize(
    ("code", "said"), [("", "no code"), ("0302004", "seven digits"), ("沙袋", "seven digits")]
)
def test_an_old_list_keeps_its_codes_and_is_told(code: str, said: str) -> None:
    found = taken([], [("D1", code, "沙袋", 5.0, "条", "")])
    (notice,) = found.notices
    assert (notice.column, notice.value) == ("item_code", code)
    assert said in str(notice.problem)
    assert found.movements[0].item_code == code
    assert refusals([], found.movements) == ()


@pytest.mark.parametrize(
    ("column", "value"),
    [("depot_id", ""), ("item", None), ("unit", float("nan")), ("quantity", float("nan")),
     ("quantity", -1.0), ("quantity", float("inf")), ("quantity", "many"), ("quantity", 1e13)],
)  # fmt: skip
def test_a_row_that_cannot_be_read_is_named(column: str, value: object) -> None:
    row = dict(zip(COLUMNS, LIST[0], strict=True))
    found = stocktake([], pd.DataFrame([{**row, column: value}, row]), [7, 8], on=DAY)
    (fault,) = found.refused
    assert (fault.row, fault.column) == (7, column)
    assert [m.quantity for m in found.movements] == [Decimal(30)]
