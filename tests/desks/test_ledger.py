"""Entering movements: nothing below zero, all or nothing, whoever else enters at the same time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from desks.register.ledger import (
    earliest_first,
    enter,
    faults_of,
    read_ledger,
    refusals,
    reversal,
    shortfalls,
)
from desks.stock import LEDGER, Ledger, Lot, Movement, balances, deficits, depot_stock
from desks.stocktake import stocktake
from geodata.faults import UserError
from geodata.store import Author, Change, StaleEdit, Store, create_store
from tests.desks.movements import BLANKET, OLD_WATER, START, WATER, moved, sequences

WHO = Author("周与安", "入库")
DEPOTS = [Change("add", "depot", name, props={"name": name}) for name in ("D1", "D2")]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with create_store(tmp_path / "register.sqlite") as made:
        made.edit(WHO, DEPOTS)
        yield made


def stocked(store: Store, quantity: str = "10") -> Movement:
    """Open the first depot's blankets and return the entry."""
    enter(store, WHO, [moved("opening", "source", "depot:D1", quantity)])
    return read_ledger(store).movements[-1]


@settings(
    derandomize=True,
    deadline=None,
    max_examples=120,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(sequences(most=40))
def test_no_account_leaves_its_side_of_zero(movements: list[Movement]) -> None:
    """Row S0-6: of any sequence, what is refused is refused and the rest balances throughout."""
    entered: list[Movement] = []
    for movement in movements:
        refused = refusals(entered, [movement])
        tried = balances([*entered, movement])
        assert bool(refused) == bool(deficits(tried))
        if not refused:
            entered.append(movement)
        assert deficits(balances(entered)) == ()
    whole = sum(balances(entered).values(), Decimal(0))
    assert whole == 0


def test_stock_before_is_after_plus_issued_in_the_store(store: Store) -> None:
    """Row S0-6: allocation and transfer leave their record, and the sums hold."""
    stocked(store)
    before = balances(read_ledger(store).movements)
    enter(
        store,
        Author("周与安", "台风转移"),
        [
            moved("transfer", "depot:D1", "depot:D2", "4", hours=1),
            moved("issue", "depot:D2", "use:渡口避难场所", "3.5", hours=2),
        ],
    )
    after = balances(read_ledger(store).movements)
    held = [after["depot:D1", BLANKET], after["depot:D2", BLANKET]]
    assert held == [6, Decimal("0.5")]
    assert before["depot:D1", BLANKET] == sum(held) + after["use:渡口避难场所", BLANKET]
    events = store.events(layer=LEDGER)
    assert [(e.who, e.why) for e in events[1:]] == [("周与安", "台风转移")] * 2


def test_all_or_none(store: Store) -> None:
    stocked(store)
    good = moved("issue", "depot:D1", "use:渡口", "4")
    with pytest.raises(UserError) as refused:
        enter(store, WHO, [good, replace(good, quantity=Decimal("6.001"))])
    (fault,) = refused.value.faults
    assert str(fault.problem) == "D1 has 6 床 of 棉被; 6.001 cannot be taken."
    assert (fault.column, fault.value) == ("from_account", "depot:D1")
    assert len(read_ledger(store).movements) == 1


def test_nobody_gives_back_more_than_was_taken(store: Store) -> None:
    """Neither an owner nor a place of use can be given less than nothing."""
    with pytest.raises(UserError, match="渡口 has 0 床"):
        enter(store, WHO, [moved("return", "use:渡口", "depot:D1", "1")])
    stocked(store)
    give = replace(moved("requisition_in", "depot:D1", "owner:店", "1"), requisition="征7")
    with pytest.raises(UserError, match="店 is owed 0 床") as refused:
        enter(store, WHO, [give])
    assert len(refused.value.faults) == 2, "the order is told too"


def test_the_last_ten_go_out_once(store: Store) -> None:
    """Twenty desks take one of the last ten at the same moment: ten are told that none is left."""
    stocked(store)

    def take(number: int) -> bool:
        issue = moved("issue", "depot:D1", f"use:{number}", "1", hours=number)
        for _ in range(200):
            try:
                enter(store, WHO, [issue])
            except StaleEdit:
                continue
            except UserError:
                return False
            return True
        raise AssertionError

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(take, range(20)))
    assert sum(got) == 10
    assert balances(read_ledger(store).movements)["depot:D1", BLANKET] == 0


def test_every_fault_of_every_movement_is_told(store: Store) -> None:
    bad = moved("issue", "depot:D1", "use:渡口", "1")
    with pytest.raises(UserError) as refused:
        enter(store, WHO, [replace(bad, item=" ", unit=""), replace(bad, quantity=Decimal(0))])
    assert [fault.column for fault in refused.value.faults] == ["item", "unit", "quantity"]


@pytest.mark.parametrize(
    ("column", "changes"),
    [
        ("kind", {"kind": "gift"}),
        ("quantity", {"quantity": Decimal("0.0001")}),
        ("quantity", {"quantity": Decimal("NaN")}),
        ("quantity", {"quantity": Decimal(-1)}),
        ("expiry", {"expiry": "2026-13-01"}),
        ("expiry", {"expiry": "20261201"}),
        ("at", {"at": datetime(2026, 7, 1)}),  # noqa: DTZ001 - the fault that is meant
        ("from_account", {"to_account": "depot:D1"}),
        ("from_account", {"to_account": "loss:x"}),
        ("from_account", {"from_account": "source"}),
        ("reverses", {"reverses": "a"}),
        ("reverses", {"kind": "reversal"}),
        ("requisition", {"kind": "requisition_out", "from_account": "owner:店"}),
        ("item_code", {"kind": "receipt", "from_account": "source", "to_account": "depot:D1",
                       "item_code": "401020"}),
    ],
)  # fmt: skip
def test_each_fault_is_told_at_its_column(column: str, changes: dict[str, object]) -> None:
    sound = moved("issue", "depot:D1", "use:渡口", "1")
    assert faults_of(sound) == ()
    assert column in [fault.column for fault in faults_of(replace(sound, **changes))]  # type: ignore[arg-type]  # what is planted


def test_a_count_may_say_none_and_an_old_code_goes_on() -> None:
    opening = moved("opening", "source", "depot:D1", "0", Lot("0302004", "沙袋", "条"))
    assert faults_of(opening) == ()
    assert faults_of(replace(opening, kind="transfer", from_account="depot:D2"))[0].column == (
        "quantity"
    )
    assert faults_of(moved("receipt", "source", "depot:D1", "1", Lot("", "沙袋", "条"))) == ()


def test_a_depot_that_is_not_in_the_register_is_named(store: Store) -> None:
    with pytest.raises(UserError, match="no such depot") as refused:
        enter(store, WHO, [moved("opening", "source", "depot:D9", "1")])
    assert refused.value.faults[0].value == "depot:D9"


def test_a_mistake_is_undone_once_and_stays_in_the_record(store: Store) -> None:
    """The entry is never changed: its reversal follows it, and both can be read."""
    stocked(store)
    enter(store, WHO, [moved("issue", "depot:D1", "use:渡口", "4")])
    wrong = read_ledger(store).movements[-1]
    undo = reversal(wrong, at=START, note="记错库")
    enter(store, WHO, [undo])
    sums = balances(read_ledger(store).movements)
    assert (sums["depot:D1", BLANKET], sums["use:渡口", BLANKET]) == (10, 0)
    assert [m.kind for m in read_ledger(store).movements] == ["opening", "issue", "reversal"]
    with pytest.raises(UserError, match="already"):
        enter(store, WHO, [reversal(wrong, at=START, note="又一次")])
    with pytest.raises(UserError, match="does not undo"):
        enter(store, WHO, [reversal(undo, at=START, note="")])
    assert {event.kind for event in store.events(layer=LEDGER)} == {"add"}


def test_a_reversal_takes_back_exactly_what_was_moved(store: Store) -> None:
    first = stocked(store)
    undo = reversal(first, at=START, note="")
    for wrong in (
        replace(undo, quantity=Decimal(9)),
        replace(undo, from_account="depot:D2"),
        replace(undo, item="帐篷"),
        replace(undo, reverses="gone"),
        replace(undo, id="free"),
    ):
        with pytest.raises(UserError, match="does not undo"):
            enter(store, WHO, [wrong])


def test_what_was_given_out_since_cannot_be_undone(store: Store) -> None:
    first = stocked(store)
    enter(store, WHO, [moved("issue", "depot:D1", "use:渡口", "1")])
    with pytest.raises(UserError, match="D1 has 9 床"):
        enter(store, WHO, [reversal(first, at=START, note="")])


def test_what_expires_first_goes_first_and_nothing_past_its_day() -> None:
    later = replace(WATER, expiry="2027-05-01", batch="")
    lasting = replace(WATER, expiry="", batch="")
    ledger = [
        moved("receipt", "source", "depot:D1", "5", lot)
        for lot in (lasting, later, OLD_WATER, WATER)
    ]
    day = date(2026, 9, 16)
    taken = earliest_first(ledger, "depot:D1", "饮用水", Decimal(12), day)
    assert [(p.lot, str(p.quantity)) for p in taken] == [(WATER, "5"), (later, "5"), (lasting, "2")]
    with pytest.raises(UserError, match=r"15 in date and 5 out of date; 15\.001 are"):
        earliest_first(ledger, "depot:D1", "饮用水", Decimal("15.001"), day)
    on_its_day = earliest_first(ledger, "depot:D1", "饮用水", Decimal(20), date(2026, 3, 31))
    assert on_its_day[0].lot == OLD_WATER


def test_the_books_of_a_past_day_do_not_change(store: Store) -> None:
    """Row S1-28: what this post knew then is read again, whatever was entered since."""
    stocked(store)
    then = store.events(layer=LEDGER)[-1].known_at
    enter(store, WHO, [moved("issue", "depot:D1", "use:渡口", "4")])
    assert depot_stock(read_ledger(store, as_of=then).movements)["quantity"].tolist() == [10.0]
    assert depot_stock(read_ledger(store).movements)["quantity"].tolist() == [6.0]


def test_a_list_is_imported_once(store: Store) -> None:
    listed = pd.DataFrame(
        {"depot_id": ["D1", "D2"], "item_code": ["4010201", ""], "item": ["棉被", "沙袋"],
         "quantity": [30.0, 0.0], "unit": ["床", "条"], "expiry": ["", ""]}
    )  # fmt: skip
    for expected in (2, 0):
        ledger = read_ledger(store).movements
        found = stocktake(ledger, listed, on=date(2026, 9, 16), note="盘点表.xlsx")
        assert len(enter(store, WHO, found.movements)) == expected
    assert depot_stock(read_ledger(store).movements)["quantity"].tolist() == [30.0, 0.0]


def test_deficits_and_foreign_nonsense_are_said() -> None:
    short = [
        moved("opening", "source", "depot:D1", "1"),
        moved("issue", "depot:D1", "use:渡口", "3"),
    ]
    assert [str(s) for s in shortfalls(Ledger(tuple(short), ()))] == [
        "D1 gave 2 床 of 棉被 more than it had; count it anew."
    ]
    assert shortfalls(Ledger(tuple(short[:1]), faults_of(replace(short[0], kind="gift"))))
