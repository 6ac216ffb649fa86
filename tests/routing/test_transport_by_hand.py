"""Small tables of people and room, reckoned by hand: ties, shortage, chains, hostile shapes."""

import itertools

import numpy as np
import pytest

from routing.shares import shares
from routing.transport import Transport, transport

Row = list[tuple[int, int]]


def asked(rows: list[Row]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return first, place and cost of rows of (place, cost)."""
    first = np.cumsum([0] + [len(row) for row in rows])
    pairs = [pair for row in rows for pair in row]
    place = np.array([place for place, _ in pairs], np.int64)
    return first, place, np.array([cost for _, cost in pairs], np.int64)


def solved(rows: list[Row], amount: list[int], room: list[int]) -> Transport:
    return transport(*asked(rows), np.array(amount, np.int64), np.array(room, np.int64))


CASES = [
    ("one source, one place with room", [[(0, 7)]], [5], [9], [5], [0]),
    ("room for none", [[(0, 7)]], [5], [0], [0], None),
    ("room for some", [[(0, 7)]], [5], [3], [3], None),
    ("just room", [[(0, 7)]], [5], [5], [5], None),
    ("nobody comes", [[(0, 7)]], [0], [5], [0], [0]),
    ("who has no place stays out", [[], [(0, 1)]], [5, 2], [9], [2], [0]),
    ("the nearer place first", [[(0, 5), (1, 3)]], [4], [9, 9], [0, 4], [0, 0]),
    ("then the next", [[(0, 5), (1, 3)]], [4], [9, 1], [3, 1], [0, 2]),
    ("equal places: the lowest number", [[(0, 3), (1, 3)]], [4], [9, 9], [4, 0], [0, 0]),
    ("equal places in another order", [[(1, 3), (0, 3)]], [4], [9, 9], [0, 4], [0, 0]),
    ("equal sources, room for one: the first", [[(0, 2)], [(0, 2)]], [3, 3], [3], [3, 0], None),
    ("the nearer source has the room", [[(0, 9)], [(0, 2)]], [3, 3], [3], [0, 3], None),
    ("who has another place leaves", [[(0, 1), (1, 8)], [(0, 5)]], [2, 2], [2, 2], [0, 2, 2], None),
    ("most people before least cost", [[(0, 0), (1, 999)], [(0, 1)]], [1, 1], [1, 1], [0, 1, 1],
     None),
    ("at no cost at all", [[(0, 0)], [(0, 0)]], [1, 1], [1], [1, 0], None),
    ("a chain of three", [[(0, 1), (1, 2)], [(1, 1), (2, 2)], [(0, 1)]], [1, 1, 1], [1, 1, 1],
     [0, 1, 0, 1, 1], None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "amount", "room", "flow", "price"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_by_hand(
    rows: list[Row], amount: list[int], room: list[int], flow: list[int], price: list[int] | None
) -> None:
    found = solved(rows, amount, room)
    assert found.flow.tolist() == flow
    assert price is None or found.price.tolist() == price
    first, place, _ = asked(rows)
    nobody = np.zeros(len(amount), np.int64)
    found_at_all = shares((first, place), np.array(amount), np.array(room), nobody, 1)
    assert found_at_all.together == found_at_all.alone[0] == sum(flow)
    assert found_at_all.without.tolist() == [0]


def every(rows: list[Row], amount: list[int], room: list[int]) -> list[int]:
    """Return the best flow by trying every one: most, least cost, then the lowest numbers."""
    first, place, cost = asked(rows)
    source = np.repeat(np.arange(len(amount)), np.diff(first))
    best: tuple[tuple[int, ...], list[int]] | None = None
    for flow in itertools.product(*(range(amount[i] + 1) for i in source)):
        sent = np.bincount(source, weights=flow, minlength=len(amount))
        load = np.bincount(place, weights=flow, minlength=len(room))
        if (sent > amount).any() or (load > room).any():
            continue
        by_number = [flow[k] for k in np.lexsort((place, source))]
        key = (-sum(flow), int(np.dot(flow, cost)), *(-many for many in by_number))
        if best is None or key < best[0]:
            best = (key, list(flow))
    assert best is not None
    return best[1]


@pytest.mark.parametrize("seed", range(25))
def test_the_answer_is_the_best_of_all(seed: int) -> None:
    """Every flow of a small table tried; costs of 0 to 2, so that ties are the rule."""
    rng = np.random.default_rng(seed)
    rows = [
        [(int(place), int(rng.integers(0, 3))) for place in np.flatnonzero(rng.random(3) < 0.7)]
        for _ in range(3)
    ]
    amount, room = rng.integers(0, 4, 3).tolist(), rng.integers(0, 4, 3).tolist()
    assert solved(rows, amount, room).flow.tolist() == every(rows, amount, room)


@pytest.mark.parametrize("seed", range(10))
def test_prices_prove_the_answer(seed: int) -> None:
    """Complementary slackness, as `Transport` states it: checked here with sums alone."""
    rng = np.random.default_rng(100 + seed)
    rows = [
        [(int(place), int(rng.integers(0, 50))) for place in np.flatnonzero(rng.random(5) < 0.6)]
        for _ in range(20)
    ]
    amount, room = rng.integers(0, 9, 20), rng.integers(0, 25, 5)
    found = solved(rows, amount.tolist(), room.tolist())
    first, place, cost = asked(rows)
    source = np.repeat(np.arange(20), np.diff(first))
    load = np.bincount(place, weights=found.flow, minlength=5)
    sent = np.bincount(source, weights=found.flow, minlength=20)
    assert (load <= room).all()
    assert (sent <= amount).all()
    assert (found.flow >= 0).all()
    assert (found.price >= 0).all()
    assert (load[found.price > 0] == room[found.price > 0]).all(), "a place with a price is full"
    reduced = cost + found.price[place]
    for i in range(20):
        own = reduced[source == i]
        used = found.flow[source == i] > 0
        assert (own[used] == own.min(initial=found.unplaced)).all()
        if sent[i] < amount[i]:
            assert (own >= found.unplaced).all(), "who stays out has no place worth it"


@pytest.mark.parametrize("scale", [1, 3, 1000, 10**9])
def test_more_of_everything_is_more_of_the_same(scale: int) -> None:
    rows = [[(0, 1), (1, 4)], [(0, 2), (1, 9)], [(1, 3)]]
    one = solved(rows, [4, 3, 2], [5, 2])
    many = solved(rows, [4 * scale, 3 * scale, 2 * scale], [5 * scale, 2 * scale])
    assert many.flow.tolist() == [scale * x for x in one.flow.tolist()]


@pytest.mark.parametrize(
    ("first", "place", "cost", "amount", "room", "said"),
    [
        ([0, 1], [0], [0], [-1], [1], "below 0"),
        ([0, 1], [0], [0], [1], [-1], "below 0"),
        ([0, 1], [0], [-1], [1], [1], "below 0"),
        ([0, 1], [-1], [0], [1], [1], "below 0"),
        ([0, 1], [1], [0], [1], [1], "no such place"),
        ([0, 1], [0], [0], [1], [], "no such place"),
        ([0, 2], [0, 0], [1, 2], [1], [1], "a place twice in a row"),
        ([0, 1], [0], [0], [1 << 60], [1], "too large"),
        ([0, 1], [0], [0, 1], [1], [1], "rows do not fit"),
        ([0, 1, 1], [0], [0], [1], [1], "rows do not fit"),
        ([0], [0], [0], [1], [1], "rows do not fit"),
        ([], [], [], [], [1], "rows do not fit"),
        ([0, 2], [0], [0], [1], [1], "rows do not fit"),
        ([1, 1], [0], [0], [1], [1], "rows do not fit"),
        ([0, 1, 0], [0], [0], [1, 1], [1], "rows do not fit"),
    ],
)
def test_what_cannot_be_meant_is_named(
    first: list[int], place: list[int], cost: list[int], amount: list[int], room: list[int],
    said: str,
) -> None:  # fmt: skip
    """A table that does not fit itself says so; it is never a stray message of numpy."""
    table = [np.array(column, np.int64) for column in (first, place, cost, amount, room)]
    with pytest.raises(ValueError, match=f"cannot place: .*{said}"):
        transport(*table)


def test_all_faults_of_a_table_are_named_at_once() -> None:
    table = ([0, 2], [0, 0], [-1, 1], [1 << 60], [1])
    with pytest.raises(ValueError, match="below 0, a place twice in a row, too large"):
        transport(*(np.array(column, np.int64) for column in table))


def test_nobody_and_nothing() -> None:
    empty = np.empty(0, np.int64)
    found = transport(np.array([0]), empty, empty, empty, empty)
    assert (found.flow.tolist(), found.price.tolist()) == ([], [])
    none = shares((np.array([0]), empty), empty, np.array([5]), empty, 2)
    assert (none.together, none.alone.tolist(), none.without.tolist()) == (0, [0, 0], [0, 0])
    assert solved([[], []], [3, 4], [5]).price.tolist() == [0]
