"""Who is inspected and by whom: fair, once each, and anyone can reckon it again."""

import json
from collections import Counter
from dataclasses import replace
from itertools import permutations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from desks.exercise.inspections import (
    Announcement,
    Wanted,
    announce,
    announcement_document,
    check,
    choose,
    draw,
    read_announcement,
    result_document,
)
from desks.records import Records
from geodata.faults import UserError

SEED = bytes(range(32))
VALUES = ("甲17", "乙4", "丙")
INSPECTORS = ("检查员一", "检查员二", "检查员三")


def a_map(bodies: int = 6) -> Any:  # noqa: ANN401 - stands in for a map
    ids = tuple(f"Q{number}" for number in range(bodies))[::-1]
    key_firm = tuple("否" if id_ == "Q3" else "是" for id_ in ids)
    firms = Records(
        ids, tuple(f"示例{id_}" for id_ in ids), np.zeros((bodies, 2)), np.ones(bodies, np.bool_),
        np.arange(bodies), {"key_firm": key_firm},
    )  # fmt: skip
    return SimpleNamespace(records={"firm": firms}, stamp="0123456789abcdef")


WANTED = Wanted("firm", {"key_firm": "是"}, 3, INSPECTORS, 2)


@pytest.fixture
def made() -> Announcement:
    return announce(a_map(), WANTED, SEED)


def published(made: Announcement) -> dict[str, Any]:
    """Return the result as it comes out of a file."""
    chosen = draw(made, SEED, VALUES)
    document: dict[str, Any] = json.loads(json.dumps(result_document(made, SEED, VALUES, chosen)))
    return document


def test_bodies_and_inspectors_are_both_drawn_and_published(made: Announcement) -> None:
    """Row S4-11: two draws by chance, one publication; the drill's own arithmetic draws both."""
    assert [id_ for id_, _ in made.pool] == ["Q0", "Q1", "Q2", "Q4", "Q5"]
    chosen = draw(made, SEED, VALUES)
    assert len({one.id for one in chosen}) == 3
    for one in chosen:
        assert len(set(one.inspectors)) == 2
        assert set(one.inspectors) <= set(INSPECTORS)
    assert check(published(made)) == chosen
    assert SEED.hex() not in json.dumps(announcement_document(made))


def test_every_order_of_bodies_is_drawn_equally_often() -> None:
    """Of 4 places 2 in order: 12 outcomes, 6,000 seeds, chi-square of 11 degrees under 31.3."""
    count = Counter(
        choose(number.to_bytes(32, "big"), VALUES, 4, 2, b"bodies") for number in range(6000)
    )
    assert set(count) == set(permutations(range(4), 2))
    assert sum((seen - 500) ** 2 / 500 for seen in count.values()) < 31.3


def test_one_other_value_is_another_draw(made: Announcement) -> None:
    results = {draw(made, SEED, (f"甲{number}", *VALUES[1:])) for number in range(40)}
    assert len(results) > 20


@pytest.mark.parametrize(
    "spoil",
    [
        {"values": ["甲17", "乙4"]},
        {"values": []},
        {"values": [1]},
        {"seed": "00" * 32},
        {"seed": "zz"},
        {"count": 2},
        {"pool": [["Q0", "示例Q0"], ["Q1", "示例Q1"], ["Q2", "示例Q2"], ["Q4", "示例Q4"]]},
        {"inspectors": ["检查员一", "检查员二"]},
        {"where": {}},
        {"map_stamp": "fedcba9876543210"},
        {"commitment": "00" * 32},
        {"format": 2},
        {"pool": [["Q0"]]},
        {"where": {"key_firm": 1}},
    ],
)
def test_a_result_that_was_steered_is_refused(made: Announcement, spoil: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        check({**published(made), **spoil})


def test_another_choice_than_the_draws_is_refused(made: Announcement) -> None:
    document = published(made)
    document["chosen"][0], document["chosen"][1] = document["chosen"][1], document["chosen"][0]
    with pytest.raises(UserError, match="another result"):
        check(document)
    for nothing in (None, [], {"chosen": []}, "x"):
        with pytest.raises(UserError, match="no announcement"):
            check(nothing)


def test_a_seed_that_was_not_announced_draws_nothing(made: Announcement) -> None:
    """Who announced cannot try seeds until the right firms come out."""
    with pytest.raises(UserError, match="not the seed"):
        draw(made, bytes(32), VALUES)
    with pytest.raises(UserError, match="not the seed"):
        draw(replace(made, count=2), SEED, VALUES)


@pytest.mark.parametrize(
    "changes",
    [{"layer": "shop"}, {"where": {"colour": "红"}}, {"count": 6}, {"count": 0}, {"each": 4},
     {"inspectors": ("甲", "甲")}, {"where": {"key_firm": "无"}}],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_before_it_is_announced(changes: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        announce(a_map(), replace(WANTED, **changes), SEED)


def test_an_announcement_is_read_as_it_was_written(made: Announcement) -> None:
    assert read_announcement(json.loads(json.dumps(announcement_document(made)))) == made
