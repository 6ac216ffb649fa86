"""A sealed document comes back whole, or not at all and with every reason."""

import contextlib
import copy
import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desks.exercise.pool_reading import MOST_SCENARIOS, pool_of_bytes, read_pool
from desks.exercise.scenario import pool_document
from geodata.chain import canonical
from geodata.faults import UserError
from tests.desks.exercise.pools import pool

Document = dict[str, Any]


def _document() -> Document:
    document: Document = json.loads(canonical(pool_document(pool())))
    return document


def _columns(document: object) -> list[str]:
    with pytest.raises(UserError) as caught:
        read_pool(document)
    return [fault.column for fault in caught.value.faults]


def test_a_sealed_pool_comes_back_as_it_was() -> None:
    assert pool_of_bytes(canonical(pool_document(pool())).encode()) == pool()
    assert read_pool(pool_document(pool())) == pool()


def test_a_pool_that_was_read_has_the_same_canonical_text() -> None:
    """The commitment is over this text: reading must not change a byte of it."""
    once = canonical(pool_document(pool()))
    assert canonical(pool_document(pool_of_bytes(once.encode()))) == once


FIRST = ("scenarios", 0)
WRONG: list[tuple[tuple[str | int, ...], object]] = [
    (("format",), 2),
    (("format",), True),
    (("drill",), "../../etc"),
    (("drill",), ""),
    (("type",), "war"),
    (("type",), ["regular"]),
    (("t0",), "2026-11-23T09:00:00"),
    (("t0",), "soon"),
    (("t0",), 5),
    (("seed",), "5A" * 32),
    (("seed",), "5a" * 31),
    (("map_stamp",), ""),
    (("speed_model",), "a\u202eb"),
    (("asked",), []),
    (("asked",), {"deep": [[[[[[[[1]]]]]]]]}),
    (("asked",), {"half": "\ud800"}),
    (("asked",), {"many": list(range(10_000))}),
    ((*FIRST, "number"), 0),
    ((*FIRST, "title"), "x" * 201),
    ((*FIRST, "title"), "two\nlines"),
    ((*FIRST, "place"), None),
    ((*FIRST, "at_deg"), [113.0]),
    ((*FIRST, "at_deg"), [23.0, 113.0]),
    ((*FIRST, "at_deg"), [math.nan, 23.0]),
    ((*FIRST, "at_deg"), [True, 23.0]),
    ((*FIRST, "hour"), 24),
    ((*FIRST, "hour"), 9.5),
    ((*FIRST, "matter"), {"quantity_t": math.inf}),
    ((*FIRST, "matter"), {"a b": "c"}),
    ((*FIRST, "matter"), {"quantity_t": None}),
    ((*FIRST, "closed_roads"), "示例一路"),
    ((*FIRST, "closed_roads"), [1]),
    ((*FIRST, "first_p50_ms"), -1),
    ((*FIRST, "first_p90_ms"), 10**400),
    ((*FIRST, "injects", 0, "key"), "a b"),
    ((*FIRST, "injects", 0, "text"), ""),
    ((*FIRST, "injects", 0, "to"), 7),
    ((*FIRST, "injects", 0, "trigger", "kind"), "never"),
    ((*FIRST, "injects", 0, "trigger", "after_s"), -1),
    ((*FIRST, "injects", 0, "trigger", "after_s"), 1e3),
    ((*FIRST, "nodes", 0, "indicator"), "luck"),
    ((*FIRST, "nodes", 0, "p90_ms"), "120"),
    ((*FIRST, "nodes", 1, "basis"), "\x1b[2J"),
    ((*FIRST, "sheet", 0, "text"), "\x00"),
    ((*FIRST, "sheet", 1, "indicator"), ""),
]


@pytest.mark.parametrize(("path", "value"), WRONG)
def test_a_wrong_value_is_named_where_it_stands(path: tuple[str | int, ...], value: object) -> None:
    document = _document()
    inner: Any = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    named = ".".join(str(step) for step in path).replace(".0", "[0]").replace(".1", "[1]")
    assert _columns(document) == [named]


def _swap(document: Document, name: str, index: int, key: str, value: object) -> None:
    document["scenarios"][0][name][index][key] = value


RELATIONS: list[tuple[Callable[[Document], None], str]] = [
    (lambda d: _swap(d, "injects", 0, "leads_to", "gone"), "scenarios[0].injects[0].leads_to"),
    (lambda d: _swap(d, "sheet", 0, "node", "gone"), "scenarios[0].sheet[0].node"),
    (lambda d: _swap(d, "injects", 1, "key", "I1"), "scenarios[0].injects.key"),
    (lambda d: _swap(d, "nodes", 1, "key", "called"), "scenarios[0].nodes.key"),
    (lambda d: _swap(d, "sheet", 1, "key", "S1"), "scenarios[0].sheet.key"),
    (lambda d: _swap(d, "nodes", 0, "latest_ms", 119_999), "scenarios[0].nodes[0]"),
    (lambda d: _swap(d, "nodes", 0, "p50_ms", 120_001), "scenarios[0].nodes[0]"),
    (lambda d: d["scenarios"][0].update(first_p90_ms=1), "scenarios[0].first_p90_ms"),
    (lambda d: d["scenarios"][1].update(number=1), "scenarios.number"),
    (
        lambda d: d["scenarios"][0]["injects"][0]["trigger"].update(node="called"),
        "scenarios[0].injects[0].trigger.node",
    ),
    (
        lambda d: d["scenarios"][0]["injects"][1]["trigger"].update(node=""),
        "scenarios[0].injects[1].trigger.node",
    ),
]


@pytest.mark.parametrize(("spoil", "where"), RELATIONS, ids=range(len(RELATIONS)))
def test_lines_that_do_not_fit_each_other_are_named(
    spoil: Callable[[Document], None], where: str
) -> None:
    document = _document()
    spoil(document)
    assert where in _columns(document)


def test_every_line_that_lacks_or_is_foreign_is_named_at_once() -> None:
    document = _document()
    del document["seed"], document["scenarios"][0]["title"]
    del document["scenarios"][1]["injects"][2]["trigger"]["after_s"]
    document["extra"] = document["scenarios"][2]["nodes"][0]["extra"] = 1
    assert sorted(_columns(document)) == [
        "extra",
        "scenarios[0].title",
        "scenarios[1].injects[2].trigger.after_s",
        "scenarios[2].nodes[0].extra",
        "seed",
    ]


def test_a_pool_without_or_with_too_many_scenarios_is_none() -> None:
    document = _document()
    empty, many = document | {"scenarios": []}, document["scenarios"] * MOST_SCENARIOS
    assert _columns(empty) == ["scenarios"]
    assert _columns(document | {"scenarios": many}) == ["scenarios"]


@pytest.mark.parametrize("value", [None, 3, "pool", [], [1], {"a": {}}, True])
def test_what_is_no_pool_at_all_is_told(value: object) -> None:
    assert _columns(value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b"[" * 200_000,
        b'{"seed": 1, "seed": 2}',
        b"9" * 5_000,
        b"NaN",
        b" " * 16_000_001,
    ],
)
def test_bytes_that_are_no_pool_are_told(data: bytes) -> None:
    with pytest.raises(UserError):
        pool_of_bytes(data)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def _places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path] * bool(path) + [p for k, v in inner for p in _places(v, (*path, k))]


DOCUMENT = _document()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_places(DOCUMENT)), _JSON)
def test_anything_anywhere_is_refused_or_read_to_the_same_text(
    path: tuple[str | int, ...], value: object
) -> None:
    document = copy.deepcopy(DOCUMENT)
    inner: Any = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    found = None
    with contextlib.suppress(UserError):
        found = read_pool(document)
    assert found is None or json.loads(canonical(pool_document(found))) == document
