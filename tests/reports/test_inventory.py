"""The inventory of the registers: every record once, gaps counted, stocks in the office only."""

from fractions import Fraction
from types import SimpleNamespace
from typing import cast

import pytest

from desks.onemap import OneMap
from desks.register.counts import units_of
from geodata.faults import UserError
from layers import layer
from reports import inventory
from reports.gate import gate, tables_of
from reports.inventory import PURPOSES, inventory_paper
from reports.paper import Paper, Table
from reports.wording import cell_text
from tests.reports.planned import edition

ZH = edition().words


@pytest.fixture(scope="module")
def paper(town: OneMap) -> Paper:
    return inventory_paper(town, edition())


def table_of(paper: Paper, key: str) -> Table:
    return next(table for table in tables_of(paper) if table.key == key)


def test_every_register_stands_once_with_all_its_records(paper: Paper, town: OneMap) -> None:
    specs = town.layers_for(*(purpose for purpose, _ in PURPOSES))
    rows = {str(row[0]): row[1] for row in table_of(paper, "registers").rows}
    assert rows == {spec.title_zh: len(town.records[spec.key].ids) for spec in specs}
    total = table_of(paper, "registers").total
    assert total is not None
    assert total[1] == sum(len(town.records[spec.key].ids) for spec in specs)


def test_subdistricts_and_what_lies_in_none_add_up_to_the_register(
    paper: Paper, town: OneMap
) -> None:
    for purpose, _ in PURPOSES:
        specs = town.layers_for(purpose)
        if not specs:
            continue
        table = table_of(paper, f"counts_{purpose}")
        assert len(table.rows) == len(units_of(town)) + 2
        assert table.total is not None
        held = [len(town.records[spec.key].ids) for spec in specs]
        assert list(table.total[1:]) == held


def test_the_gate_finds_nothing_that_does_not_add_up(paper: Paper, town: OneMap) -> None:
    assert not [d for d in gate(paper, town).defects if "add up" in str(d)]


def test_columns_that_may_rightly_be_empty_are_no_gap(paper: Paper, town: OneMap) -> None:
    table = table_of(paper, "registers")
    row = next(row for row in table.rows if row[0] == layer("shelter").title_zh)
    records = town.records["shelter"]
    asked = [c.key for c in layer("shelter").public_columns if not c.optional]
    empty = sum(
        records.value(key, at) in {None, "", ()} for key in asked for at in range(len(records.ids))
    )
    assert row[3] == empty


def test_a_register_without_dates_or_telephones_has_no_such_count(paper: Paper) -> None:
    for row in table_of(paper, "registers").rows:
        assert cell_text(row[4], ZH)
        assert all(cell is None or isinstance(cell, int) for cell in row[1:])


def test_stocks_are_summed_by_item_and_unit(paper: Paper, town: OneMap) -> None:
    table = table_of(paper, "stocks")
    values = town.child_values["depot.stock"]
    assert sum(int(str(row[3])) for row in table.rows) == len(values["item"])
    first = table.rows[0]
    own = [
        float(str(amount))
        for item, unit, amount in zip(
            values["item"], values["unit"], values["quantity"], strict=True
        )
        if (item, unit) == (first[0], first[1]) and amount is not None
    ]
    assert float(str(first[2]).replace(",", "")) == sum(own)


def test_a_public_inventory_has_no_stocks_and_no_telephone(town: OneMap) -> None:
    paper = inventory_paper(town, edition(public=True))
    assert "stocks" not in [table.key for table in tables_of(paper)]
    text = " ".join(cell_text(c, ZH) for t in tables_of(paper) for r in t.rows for c in r)
    for item in town.child_values["depot.stock"]["item"]:
        assert str(item) not in text


def test_chosen_subdistricts_hold_their_own_records(town: OneMap) -> None:
    code, _ = units_of(town)[0]
    paper = inventory_paper(town, edition(subdistricts=(code,)))
    rows = {str(row[0]): row[1] for row in table_of(paper, "registers").rows}
    records = town.records["shelter"]
    own = sum(records.text("subdistrict_code", at) == code for at in range(len(records.ids)))
    assert rows[layer("shelter").title_zh] == own
    assert table_of(paper, "counts_refuge").codes == (code,)


def test_a_subdistrict_that_there_is_none_of_is_refused(town: OneMap) -> None:
    with pytest.raises(UserError, match="No subdistrict has this code"):
        inventory_paper(town, edition(subdistricts=("nowhere",)))


def test_both_languages_have_the_same_figures(town: OneMap) -> None:
    chinese, english = (inventory_paper(town, edition(lang)) for lang in ("zh", "en"))
    for one, other in zip(tables_of(chinese), tables_of(english), strict=True):
        assert [row[1:] for row in one.rows if one.key == "registers"] == [
            row[1:] for row in other.rows if other.key == "registers"
        ]
        assert one.codes == other.codes


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", 0),
        ("12", 12),
        ("12.500", "12.5"),
        ("1234.5", "1,234.5"),
        ("0.001", "0.001"),
        ("0.0004", "0.0004"),
        ("2.0001", "2.0001"),
        ("123456789.125", "123,456,789.125"),
        ("-3.25", "-3.25"),
    ],
)
def test_an_amount_is_shown_with_all_of_its_decimals(amount: str, shown: int | str) -> None:
    """Four tenths of a gram are not “0.”, nor is a little more than 2 t just “2.”."""
    assert inventory._amount(Fraction(amount)) == shown


def stocks_of(rows: list[tuple[object, object, object]]) -> Table:
    items, units, amounts = zip(*rows, strict=True)
    values = {"item": items, "unit": units, "quantity": amounts}
    onemap = cast("OneMap", SimpleNamespace(child_values={"depot.stock": values}))
    return next(one for one in inventory._stocks(onemap) if isinstance(one, Table))


def test_tenths_add_up_exactly_and_units_are_never_mixed() -> None:
    """Ten times 0.1 in floats is 0.9999999999999999."""
    rows: list[tuple[object, object, object]] = [("沙袋", "t", 0.1)] * 10
    rows += [("沙袋", "个", 3), ("沙袋", "个", None), ("", "", 2.5)]
    table = stocks_of(rows)
    assert table.rows == (("", "", "2.5", 1, 0), ("沙袋", "t", 1, 10, 0), ("沙袋", "个", 3, 2, 1))
    assert table.total is not None
    assert table.total[3:] == (13, 1)
