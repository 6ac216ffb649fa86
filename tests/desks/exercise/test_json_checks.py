"""What a value of a sealed document may be, at its very limits."""

import math
import re

import pytest

from desks.exercise import json_checks as must

GOOD: list[tuple[must.Check, object]] = [
    (must.text(3), "abc"),
    (must.text(3), "中文字"),
    (must.text(3, least=0), ""),
    (must.text(9, lines=True), "a\nb"),
    (must.key(), "arrived-1"),
    (must.key(), "a.b:c_D-9"),
    (must.key(empty=True), ""),
    (must.matching(re.compile("a+"), "aa"), "aaa"),
    (must.whole(0, 3), 0),
    (must.whole(0, 3), 3),
    (must.whole(0, 3, unknown=True), None),
    (must.one_of(("clock", "hand")), "hand"),
    (must.moment, "2026-09-16T14:22:00+08:00"),
    (must.moment, "2026-09-16T06:22:00Z"),
    (must.position, [180, -90]),
    (must.position, (113.5, 23.25)),
    (must.texts(2), []),
    (must.texts(2), ["一", "二"]),
    (must.values, {}),
    (must.values, {"kind": "fire", "quantity_t": 0.5, "note": ""}),
    (must.plain_json, {}),
    (must.plain_json, {"a": [1, None, True, {"b": "two\nlines"}]}),
]

BAD: list[tuple[must.Check, object]] = [
    (must.text(3), ""),
    (must.text(3), "abcd"),
    (must.text(3), 5),
    (must.text(9), "a\nb"),
    (must.text(9), "a\tb"),
    (must.text(9, lines=True), "a\rb"),
    (must.text(9), "a\u200bb"),
    (must.text(9), "\ud83d"),
    (must.text(9), "a\ue000b"),
    (must.key(), ""),
    (must.key(), "a b"),
    (must.key(), "a\n"),
    (must.key(), "键"),
    (must.key(), "a" * 81),
    (must.matching(re.compile("a+"), "aa"), "aab"),
    (must.matching(re.compile("a+"), "aa"), None),
    (must.whole(0, 3), 4),
    (must.whole(0, 3), -1),
    (must.whole(0, 3), 1.0),
    (must.whole(0, 3), True),
    (must.whole(0, 3), None),
    (must.whole(0, 3), "1"),
    (must.one_of(("clock", "hand")), ["hand"]),
    (must.one_of(("clock", "hand")), None),
    (must.moment, "2026-09-16"),
    (must.moment, "2026-09-16T14:22:00"),
    (must.moment, "2026-02-30T14:22:00Z"),
    (must.moment, "x" * 99),
    (must.position, [180.1, 0]),
    (must.position, [0, 90.1]),
    (must.position, [0]),
    (must.position, [0, 0, 0]),
    (must.position, [math.nan, 0]),
    (must.position, [math.inf, 0]),
    (must.position, [True, 0]),
    (must.position, "0,0"),
    (must.texts(2), ["一", "二", "三"]),
    (must.texts(2), [1]),
    (must.texts(2), [""]),
    (must.texts(2), {"a": 1}),
    (must.values, []),
    (must.values, {"a": [1]}),
    (must.values, {"a": math.nan}),
    (must.values, {"a": True}),
    (must.values, {1: "a"}),
    (must.values, {f"k{i}": 1 for i in range(41)}),
    (must.plain_json, []),
    (must.plain_json, {"a": math.nan}),
    (must.plain_json, {"a": object()}),
    (must.plain_json, {"a": b"bytes"}),
    (must.plain_json, {1: 1}),
    (must.plain_json, {"a\u202e": 1}),
    (must.plain_json, {"a": "x" * 2_001}),
    (must.plain_json, {"a": 10**400}),
]


@pytest.mark.parametrize(("check", "value"), GOOD, ids=range(len(GOOD)))
def test_what_may_stand_there_passes(check: must.Check, value: object) -> None:
    assert check(value) is None


@pytest.mark.parametrize(("check", "value"), BAD, ids=range(len(BAD)))
def test_what_may_not_is_told_in_a_sentence(check: must.Check, value: object) -> None:
    assert str(check(value)).endswith(".")


def test_depth_and_number_of_values_end_somewhere() -> None:
    deep: object = 1
    for _ in range(must.MOST_DEEP - 2):
        deep = [deep]
    assert must.plain_json({"a": deep}) is None
    assert must.plain_json({"a": [deep]}) is not None
    assert must.plain_json({"a": [0] * (must.MOST_VALUES - 10)}) is None
    assert must.plain_json({"a": [0] * must.MOST_VALUES}) is not None


def test_a_list_that_holds_itself_ends() -> None:
    loop: list[object] = []
    loop.append(loop)
    assert must.plain_json({"a": loop}) is not None


@pytest.mark.parametrize("value", [0, -1, 1.5, 1e299])
def test_a_finite_number_is_one(value: float) -> None:
    assert must.is_number(value)


@pytest.mark.parametrize("value", [True, None, "1", math.nan, math.inf, -math.inf, 10**310])
def test_everything_else_is_none(value: object) -> None:
    assert not must.is_number(value)
