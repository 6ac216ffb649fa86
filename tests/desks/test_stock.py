"""Stock is the sum of its movements: nothing appears, nothing vanishes, nothing is rounded."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings

from desks.stock import (
    KINDS,
    SIDES,
    Movement,
    account_kind,
    account_name,
    adding,
    balances,
    deficits,
    depot_stock,
    digest_of,
    effective,
    is_exact,
    ledger_of,
    plain,
)
from geodata.store import Change, Feature
from layers import layer
from tests.desks.movements import BLANKET, FOAM, LOTS, OLD_WATER, WATER, moved, sequences

SETTINGS = settings(derandomize=True, deadline=None, max_examples=150)


def as_feature(change: Change, order: int = 0) -> Feature:
    """Return the feature that a store makes of an added movement."""
    return Feature(
        change.layer, change.id, 1, "0" * 64, order, dict(change.props), None, frozenset()
    )


def rows_of(movements: Sequence[Movement]) -> list[tuple[object, ...]]:
    return [tuple(row) for row in depot_stock(movements).itertuples(index=False)]


@SETTINGS
@given(sequences())
def test_all_accounts_together_are_always_zero(movements: list[Movement]) -> None:
    """Row S0-6: whatever is entered, what one account lacks another one has."""
    sums = balances(movements)
    for lot in LOTS:
        assert sum(amount for (_, of), amount in sums.items() if of == lot) == 0


@SETTINGS
@given(sequences(), sequences())
def test_stock_before_is_after_plus_issued(past: list[Movement], later: list[Movement]) -> None:
    """Row S0-6: stock before = after + what left - what came, depot by depot, lot by lot."""
    before, after = balances(past), balances(past + later)
    for depot in ("depot:D1", "depot:D2"):
        for lot in LOTS:
            out = sum(m.quantity for m in later if m.lot == lot and m.from_account == depot)
            came = sum(m.quantity for m in later if m.lot == lot and m.to_account == depot)
            held = before.get((depot, lot), 0)
            assert held == after.get((depot, lot), 0) + out - came


@SETTINGS
@given(sequences())
def test_the_order_of_entering_changes_no_balance(movements: list[Movement]) -> None:
    """A merge puts entries of two posts in another order than either had."""
    assert balances(reversed(movements)) == balances(movements)


@SETTINGS
@given(sequences())
def test_the_rows_of_the_map_are_the_sum_of_the_ledger(movements: list[Movement]) -> None:
    """Row S0-6: what depot.stock shows adds up to what the depots' accounts hold."""
    sums = balances(movements)
    table = depot_stock(movements)
    for lot in LOTS:
        held = sum(a for (acc, of), a in sums.items() if of == lot and account_kind(acc) == "depot")
        shown = table[(table["item"] == lot.item) & (table["expiry"] == lot.expiry)]["quantity"]
        assert sum(Decimal(str(number)) for number in shown) == held


@SETTINGS
@given(sequences())
def test_an_entry_comes_back_from_the_store_as_it_went_in(movements: list[Movement]) -> None:
    features = [as_feature(adding(movement), order) for order, movement in enumerate(movements)]
    ledger = ledger_of(features)
    assert ledger.movements == tuple(movements)
    assert ledger.unreadable == ()


def test_a_deficit_is_listed_not_hidden() -> None:
    """Two posts gave out the same ten blankets: the merged ledger says how many lack."""
    movements = [
        moved("opening", "source", "depot:D1", "10"),
        moved("issue", "depot:D1", "use:渡口", "8"),
        moved("issue", "depot:D1", "use:石桥", "7.5"),
    ]
    (found,) = deficits(balances(movements))
    assert (found.account, found.lot, found.missing) == ("depot:D1", BLANKET, Decimal("5.5"))
    assert rows_of(movements) == [("D1", "4010201", "棉被", -5.5, "床", "")]


def test_owners_and_sources_may_give_and_depots_may_not() -> None:
    movements = [
        moved("requisition_out", "owner:店", "use:渡口", "3"),
        moved("receipt", "source", "depot:D1", "3"),
    ]
    assert deficits(balances(movements)) == ()
    more = [*movements, moved("requisition_in", "depot:D1", "owner:店", "3.001")]
    assert [(d.account, d.missing) for d in deficits(balances(more))] == [
        ("depot:D1", Decimal("0.001")),
        ("owner:店", Decimal("0.001")),
    ]


def test_the_rows_have_the_declared_columns_and_kinds() -> None:
    (declared,) = layer("depot").children
    table = depot_stock([moved("opening", "source", "depot:D1", "2.5", FOAM)])
    assert list(table.columns) == [column.key for column in declared.columns]
    assert table["quantity"].dtype == "float64"
    assert list(depot_stock([]).columns) == list(table.columns)
    assert depot_stock([]).dtypes.to_dict() == table.dtypes.to_dict()


def test_batches_are_one_row_and_days_are_two() -> None:
    movements = [
        moved("receipt", "source", "depot:D1", "5", WATER),
        moved("receipt", "source", "depot:D1", "7", replace(WATER, batch="B2")),
        moved("receipt", "source", "depot:D1", "2", OLD_WATER),
    ]
    assert rows_of(movements) == [
        ("D1", "4020101", "饮用水", 12.0, "箱", "2026-12-31"),
        ("D1", "4020101", "饮用水", 2.0, "箱", "2026-03-31"),
    ]


def test_what_is_used_up_says_nought_once() -> None:
    """A person looking for water must read 0, not find no row and think it was never held."""
    movements = [
        moved("opening", "source", "depot:D1", "5", WATER),
        moved("opening", "source", "depot:D1", "4", OLD_WATER),
        moved("issue", "depot:D1", "use:渡口", "5", WATER),
    ]
    assert rows_of(movements) == [("D1", "4020101", "饮用水", 4.0, "箱", "2026-03-31")]
    movements.append(moved("issue", "depot:D1", "use:渡口", "4", OLD_WATER))
    assert rows_of(movements) == [("D1", "4020101", "饮用水", 0.0, "箱", "")]


def test_a_thousand_tenths_are_a_hundred() -> None:
    movements = [moved("receipt", "source", "depot:D1", "0.1") for _ in range(1000)]
    assert balances(movements)["depot:D1", BLANKET] == 100
    assert rows_of(movements)[0][3] == 100.0


def test_a_reversed_entry_counts_no_more() -> None:
    first = replace(moved("issue", "depot:D1", "use:渡口", "3"), id="a")
    undo = replace(first, kind="reversal", reverses="a", id="b")
    other = replace(moved("issue", "depot:D1", "use:渡口", "4"), id="c")
    stray = replace(undo, reverses="gone", id="d")
    assert effective([first, undo, other, stray]) == (other, stray)


@pytest.mark.parametrize(
    ("account", "kind"),
    [
        ("depot:D1", "depot"),
        ("use:渡口 3:2", "use"),
        ("owner:店", "owner"),
        ("source", "source"),
        ("loss", "loss"),
        ("depot:", ""),
        ("depot: ", ""),
        ("depot", ""),
        ("loss:x", ""),
        ("bank:1", ""),
        ("", ""),
    ],
)
def test_what_is_an_account(account: str, kind: str) -> None:
    assert account_kind(account) == kind


def test_accounts_are_named_as_people_know_them() -> None:
    assert [account_name(a) for a in ("depot:D1", "use:渡口 3:2", "loss")] == [
        "D1",
        "渡口 3:2",
        "loss",
    ]


def test_every_route_joins_kinds_of_accounts() -> None:
    ends = {end for kind in KINDS.values() for route in kind.routes for end in route}
    assert ends == set(SIDES)


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("0", True), ("0.001", True), ("1000000000000", True), ("0.0005", False), ("-1", False),
        ("1000000000000.001", False), ("NaN", False), ("Infinity", False), ("1E+999999", False),
        ("1E-999999", False),
    ],
)  # fmt: skip
def test_what_the_ledger_can_hold(text: str, exact: bool) -> None:  # noqa: FBT001
    assert is_exact(Decimal(text)) is exact


@pytest.mark.parametrize(
    ("text", "said"),
    [("100", "100"), ("1E+2", "100"), ("2.500", "2.5"), ("0.000", "0"), ("-0", "0")],
)
def test_quantities_are_plain_digits(text: str, said: str) -> None:
    assert plain(Decimal(text)) == said


@pytest.mark.parametrize(
    "spoilt",
    [
        {"quantity": "many"}, {"quantity": "1e999999999"}, {"quantity": "-3"},
        {"quantity": "NaN"}, {"quantity": "0.0001"}, {"at": "yesterday"}, {"at": None},
        {"from_account": "bank:1"}, {"item": ""}, {"unit": None},
    ],
)  # fmt: skip
def test_an_entry_that_is_none_is_told_and_counts_nowhere(spoilt: dict[str, str | None]) -> None:
    """A file of another post may bring anything; the map must still open."""
    change = adding(replace(moved("opening", "source", "depot:D1", "3"), id="bad"))
    bad = as_feature(replace(change, props={**change.props, **spoilt}))
    good = as_feature(adding(replace(moved("opening", "source", "depot:D2", "4"), id="good")))
    ledger = ledger_of([bad, good])
    assert [movement.id for movement in ledger.movements] == ["good"]
    assert [fault.value for fault in ledger.unreadable] == ["bad"]


def test_times_are_kept_on_the_districts_clock() -> None:
    movement = replace(
        moved("opening", "source", "depot:D1", "3"), id="x", at=datetime(2026, 7, 1, tzinfo=UTC)
    )
    assert adding(movement).props["at"] == "2026-07-01T08:00:00+08:00"
    naive = as_feature(
        replace(adding(movement), props={**adding(movement).props, "at": "2026-07-01T00:00:00"})
    )
    assert ledger_of([naive]).movements[0].at == movement.at


def test_a_digest_tells_parts_apart() -> None:
    assert digest_of("a", "b") == digest_of("a", "b")
    assert len({digest_of("a", "b"), digest_of("ab"), digest_of("a", "", "b"), digest_of()}) == 4
