"""The ledger as JSON and in words."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings

from desks.register.ledger import reversal
from desks.register.ledger_document import (
    alterations,
    is_balanced,
    ledger_document,
    ledger_lines,
)
from desks.stock import KINDS, Ledger, Movement, adding, balances
from geodata.store import Author, Change, create_store
from language import Catalogue
from tests.desks.movements import BLANKET, OLD_WATER, START, moved, sequences

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "schemas" / "ledger.schema.json").read_text("utf-8")
)
ZH = Catalogue.load("zh")


@pytest.fixture
def movements() -> tuple[Movement, ...]:
    wrong = replace(moved("issue", "depot:D1", "use:渡口", "3"), id="b")
    return (
        replace(moved("opening", "source", "depot:D1", "10.5"), id="a"),
        wrong,
        reversal(wrong, at=START, note="记错"),
        replace(moved("receipt", "source", "depot:D2", "2", OLD_WATER), id="d"),
        replace(moved("issue", "depot:D1", "use:石桥", "11"), id="e"),
    )


@settings(derandomize=True, deadline=None, max_examples=40)
@given(sequences())
def test_the_document_of_any_ledger_keeps_its_schema(entries: list[Movement]) -> None:
    """Row S0-6: quantities stay exact on their way out."""
    document = json.loads(json.dumps(ledger_document(Ledger(tuple(entries), ()), ZH)))
    jsonschema.validate(document, SCHEMA)
    assert document["balanced"] is True
    assert [row["quantity"] for row in document["movements"]] == [
        adding(entry).props["quantity"] for entry in entries
    ]


def test_what_was_undone_is_marked(movements: tuple[Movement, ...]) -> None:
    document = ledger_document(Ledger(movements, ()), ZH)
    assert [row["reversed"] for row in document["movements"]] == [
        False, True, False, False, False,
    ]  # fmt: skip
    assert document["movements"][2]["kind_zh"] == "冲正"
    assert document["troubles"] == ["D1 多发出棉被 0.5 床，账面不足；请重新盘点。"]


def test_the_lines_say_where_the_goods_are(movements: tuple[Movement, ...]) -> None:
    assert list(ledger_lines(Ledger(movements, ()), ZH)) == [
        "D1: 棉被 -0.5 床",
        "D2: 饮用水 2 箱 · 2026-03-31",
        "石桥: 棉被 11 床",
        "5 条记录；各账户合计为 0",
        "▲ D1 多发出棉被 0.5 床，账面不足；请重新盘点。",
    ]


def test_one_sided_books_are_not_balanced(movements: tuple[Movement, ...]) -> None:
    sums = dict(balances(movements))
    assert is_balanced(sums)
    sums["depot:D1", BLANKET] += 1
    assert not is_balanced(sums)


def test_an_entry_that_was_changed_past_the_desk_is_named(tmp_path: Path) -> None:
    with create_store(tmp_path / "register.sqlite") as store:
        entry = replace(moved("opening", "source", "depot:D1", "3"), id="a")
        store.edit(Author("周与安", "期初"), [adding(entry)])
        assert alterations(store.events(layer="ledger")) == ()
        store.edit(Author("某人", ""), [Change("set", "ledger", "a", 1, {"quantity": "300"})])
        (said,) = alterations(store.events(layer="ledger"))
    assert str(said).startswith("某人 changed the entry a on ")


def test_every_kind_has_its_chinese() -> None:
    assert set(KINDS) <= set(
        SCHEMA["properties"]["movements"]["items"]["properties"]["kind"]["description"]
        .removeprefix("one of ")
        .split(", ")
    )
    assert all(kind.title_zh and kind.title_en for kind in KINDS.values())
