"""A file into register and ledger in one step: rows and stock together, or neither."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from desks.register.current import Register, register_of
from desks.register.rehearsal import Rehearsal, rehearse
from desks.register.taking_in import stocktake_of, take_in
from desks.stock import LEDGER, adding, ledger_of
from geodata.faults import UserError
from geodata.store import Author, Change, Store, create_store
from layers import layer
from tests.desks.dirty import TODAY, units
from tests.desks.movements import moved

CLERK = Author("周与安", "盘点")
DEPOT = layer("depot")
HEAD = ("编号", "名称", "经度", "纬度", "联系人")
STOCK_HEAD = ("物资库编号", "物资编码", "物资名称", "数量", "单位")
Stock = Sequence[tuple[str, str, float, str]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with create_store(tmp_path / "register.sqlite") as opened:
        yield opened


def book(folder: Path, stock: Stock, *, name: str = "一号库") -> Path:
    """Write a workbook of one depot with this stock: (depot, item, quantity, unit)."""
    path = folder / "物资库.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("物资库")
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ("D1", name, 113.012345, 22.812345, "示范·张三"))
        child = workbook.add_worksheet(DEPOT.children[0].title_zh)
        child.write_row(0, 0, STOCK_HEAD)
        for number, (depot, item, quantity, unit) in enumerate(stock, start=1):
            child.write_row(number, 0, (depot, "", item, quantity, unit))
    return path


def rehearsed(store: Store, path: Path) -> Rehearsal:
    held = register_of(store, "depot", today=TODAY)
    current: Register = replace(held, features={**held.features, **units()})
    return rehearse(current, DEPOT, path)


def sums(store: Store) -> dict[str, float]:
    """Return what the ledger says is in the depot, by item."""
    found: dict[str, float] = {}
    for movement in ledger_of(store.read(LEDGER)).movements:
        sign = (movement.to_account == "depot:D1") - (movement.from_account == "depot:D1")
        found[movement.item] = found.get(movement.item, 0.0) + sign * float(movement.quantity)
    return {item: quantity for item, quantity in found.items() if quantity}


TWO: Stock = (("D1", "棉被", 40, "床"), ("D1", "饮用水", 12.5, "箱"))


def test_rows_and_stock_come_in_together(tmp_path: Path, store: Store) -> None:
    """Row S0-6: what the list says is there is what the books say is there."""
    found = rehearsed(store, book(tmp_path, TWO))
    events = take_in(store, found, CLERK).events
    assert {event.layer for event in events} == {"depot", LEDGER}
    assert sums(store) == {"棉被": 40.0, "饮用水": 12.5}
    assert store.verify().intact


def test_the_same_list_again_moves_nothing(tmp_path: Path, store: Store) -> None:
    path = book(tmp_path, TWO)
    take_in(store, rehearsed(store, path), CLERK)
    seq = store.head().seq
    assert take_in(store, rehearsed(store, path), CLERK).events == ()
    assert store.head().seq == seq


def test_another_count_is_entered_as_the_difference(tmp_path: Path, store: Store) -> None:
    """What was counted before stays in the books: nothing is written over."""
    take_in(store, rehearsed(store, book(tmp_path, TWO)), CLERK)
    fewer = [("D1", "棉被", 35, "床"), TWO[1]]
    (event,) = take_in(store, rehearsed(store, book(tmp_path, fewer)), CLERK).events
    assert event.layer == LEDGER
    assert event.kind == "add"
    assert sums(store) == {"棉被": 35.0, "饮用水": 12.5}
    assert float(event.after["props"]["quantity"]) == 5


def test_a_list_without_stock_leaves_the_ledger_alone(tmp_path: Path, store: Store) -> None:
    found = rehearsed(store, book(tmp_path, ()))
    assert stocktake_of(store, found) is None
    assert {event.layer for event in take_in(store, found, CLERK).events} == {"depot"}
    assert store.layers().get(LEDGER, 0) == 0


def test_a_rehearsal_alone_writes_nothing(tmp_path: Path, store: Store) -> None:
    found = rehearsed(store, book(tmp_path, TWO))
    taken = stocktake_of(store, found)
    assert taken is not None
    assert len(taken.movements) == 2
    assert store.head().seq == 0


def test_stock_of_a_refused_file_stays_out_too(tmp_path: Path, store: Store) -> None:
    """All or nothing is meant of both: never goods in a depot that is not there."""
    unknown = [*TWO, ("D9", "棉被", 3, "床")]
    found = rehearsed(store, book(tmp_path, unknown))
    with pytest.raises(UserError):
        take_in(store, found, CLERK, whole=True)
    assert store.head().seq == 0
    refused = take_in(store, found, CLERK).refused
    assert [(defect.row, defect.value) for defect in refused] == [(4, "D9")]
    assert sums(store) == {"棉被": 40.0, "饮用水": 12.5}


def test_goods_moved_since_the_rehearsal_stop_the_import(tmp_path: Path, store: Store) -> None:
    """The record was changed at another desk between looking and pressing: nothing goes in."""
    take_in(store, rehearsed(store, book(tmp_path, TWO)), CLERK)
    found = rehearsed(store, book(tmp_path, TWO, name="改名库"))
    depot = store.find("depot", "D1")
    assert depot is not None
    store.edit(CLERK, [Change("set", "depot", "D1", depot.version, {"address": "新址"})])
    before = store.head().seq
    with pytest.raises(UserError):
        take_in(store, found, CLERK)
    assert store.head().seq == before


def test_goods_issued_meanwhile_are_counted_against_the_list(tmp_path: Path, store: Store) -> None:
    """The list is of what is on the shelves now, so the books follow it, and the issue stays."""
    path = book(tmp_path, [("D1", "棉被", 40, "床")])
    take_in(store, rehearsed(store, path), CLERK)
    found = rehearsed(store, path)
    (held,) = ledger_of(store.read(LEDGER)).movements
    issue = moved("issue", "depot:D1", "use:渡口", "6")
    out = replace(
        issue, id="m1", item_code=held.item_code, item=held.item, unit=held.unit,
        at=dt.datetime.now(tz=dt.UTC),
    )  # fmt: skip
    store.edit(CLERK, [adding(out)])
    assert sums(store) == {"棉被": 34.0}
    assert len(take_in(store, found, CLERK).events) == 1
    assert sums(store) == {"棉被": 40.0}
    assert "m1" in {movement.id for movement in ledger_of(store.read(LEDGER)).movements}
