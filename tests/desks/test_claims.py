"""Counts that contradict each other stay side by side, with their sources."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from desks.onemap import OneMap
from desks.register.claims import (
    LONGEST,
    Claim,
    add_claim,
    claims_document,
    claims_lines,
    compare,
    read_claims,
    verdict,
)
from geodata.faults import UserError
from geodata.store import Author, Store, create_store
from language import Catalogue

ME = Author("甲", "抄录规划")
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "claims.schema.json"
ONE = Claim("C1", "边缘村", 18, "个", "示范规划", "第三章", "2017-06-01", "village")
OTHER = Claim("C2", "边缘村", 21, "个", "示范规划", "附表二", "2017-06-01")
GRADES = Claim("C3", "重点风险源", 116, "处", "示范规划", layer="declared_risk", column="grade",
               choice="重点")  # fmt: skip
BOATS = Claim("C4", "渡船", 5, "艘", "示范规划")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with create_store(tmp_path / "register.sqlite") as made:
        yield made


def test_two_chapters_and_the_register_stand_side_by_side(district: OneMap) -> None:
    """Rows S1-16 and S1-3: the plan says 18 in one chapter and 21 in another; the register 18."""
    (found,) = compare(district, [ONE, OTHER])
    assert [(claim.count, claim.place) for claim in found.claims] == [
        (18, "第三章"),
        (21, "附表二"),
    ]
    assert found.counted == 18
    assert (found.least, found.most, found.agree) == (18, 21, False)
    assert str(verdict(found)) == (
        "The sources and the register say 18 to 21; the register counts 18."
    )


def test_a_claim_on_a_choice_is_counted_by_it(district: OneMap) -> None:
    """Row S0-2: 116 major risk sources are claimed and on file."""
    (found,) = compare(district, [GRADES])
    assert found.counted == 116
    assert found.agree
    assert str(verdict(found)) == "All say 116."


def test_what_the_register_does_not_hold_is_not_zero(district: OneMap) -> None:
    (found,) = compare(district, [BOATS])
    assert found.counted is None
    (two,) = compare(district, [BOATS, replace(BOATS, id="C5", count=6)])
    assert str(verdict(two)) == "The sources say 5 to 6."


def test_a_layer_that_the_district_lacks_counts_nothing(town: OneMap) -> None:
    (found,) = compare(town, [GRADES])
    assert found.counted is None


def test_what_disagrees_comes_first(district: OneMap) -> None:
    assert [one.subject for one in compare(district, [GRADES, ONE, OTHER, BOATS])] == [
        "边缘村", "重点风险源", "渡船",
    ]  # fmt: skip


def test_a_claim_never_replaces_another(store: Store, district: OneMap) -> None:
    """Row S1-16: both are kept in the chain; nobody decides silently which is right."""
    for claim in (ONE, OTHER, GRADES):
        add_claim(store, ME, claim)
    assert read_claims(store) == (ONE, OTHER, GRADES)
    assert compare(district, read_claims(store))[0].most == 21
    with pytest.raises(UserError):
        add_claim(store, ME, replace(ONE, count=20))
    assert read_claims(store)[0].count == 18


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": " "},
        {"unit": ""},
        {"source": ""},
        {"id": ""},
        {"count": -1},
        {"count": 10**10},
        {"count": True},
        {"stated_on": "去年"},
        {"layer": "ship"},
        {"layer": "village", "column": "colour"},
        {"layer": "village", "column": "kind", "choice": "城外村"},
        {"layer": "village", "choice": "城边村"},
        {"layer": "village", "column": "contact", "choice": "某人"},
        {"note": "长" * (LONGEST + 1)},
    ],
)
def test_an_unusable_claim_is_refused_and_not_entered(
    store: Store, wrong: dict[str, object]
) -> None:
    with pytest.raises(UserError):
        add_claim(store, ME, replace(BOATS, **wrong))  # type: ignore[arg-type]
    assert read_claims(store) == ()


def test_every_fault_of_a_claim_is_named_at_once(store: Store) -> None:
    with pytest.raises(UserError) as caught:
        add_claim(store, ME, Claim("C9", "", -1, "", ""))
    assert {fault.column for fault in caught.value.faults} == {
        "subject", "unit", "source", "count",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_document_and_the_terminal(district: OneMap, language: str) -> None:
    catalogue = Catalogue.load(language)
    found = compare(district, [ONE, OTHER, BOATS])
    document = claims_document(found, catalogue)
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))
    lines = list(claims_lines(found, catalogue))
    assert lines[0].startswith("▲ 边缘村")
    assert lines[1] == "  18 个 · 示范规划 · 第三章 · 2017-06-01"
    assert len(lines) == 5
