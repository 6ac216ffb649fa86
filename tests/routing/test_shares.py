"""How much of each owner's finds room: by hand, and against every way of placing."""

import itertools

import numpy as np
import pytest

from routing.shares import Shares, shares, without_each

Row = list[int]


def asked(rows: list[Row], amount: list[int], room: list[int], owner: list[int]) -> Shares:
    """Return the shares of rows of places."""
    first = np.cumsum([0] + [len(row) for row in rows])
    place = np.array([place for row in rows for place in row], np.int64)
    owners = max(owner) + 1
    return shares(
        (first, place), np.array(amount), np.array(room), np.array(owner, np.int64), owners
    )


def told(found: Shares) -> tuple[int, list[int], list[int]]:
    return found.together, found.alone.tolist(), found.without.tolist()


def test_two_owners_at_one_place_may_each_be_left_out() -> None:
    """Room for 10, 8 and 5 come: each fits alone, and the other without it."""
    assert told(asked([[0], [0]], [8, 5], [10], [0, 1])) == (10, [8, 5], [5, 8])


def test_who_can_move_makes_room_for_who_cannot() -> None:
    """The first may use both places and stood at 0; the last can use 0 alone, by one move."""
    assert told(asked([[0, 1], [0]], [4, 4], [4, 4], [0, 1])) == (8, [4, 4], [4, 4])


def test_a_chain_of_moves_ends_three_places_on() -> None:
    rows = [[0, 1], [1, 2], [2, 3], [0]]
    assert told(asked(rows, [2, 2, 2, 2], [2, 2, 2, 2], [0, 0, 0, 1])) == (8, [6, 2], [2, 6])
    assert asked(rows, [2, 2, 2, 2], [2, 2, 2, 1], [0, 0, 0, 1]).together == 7


def test_one_owner_at_several_places_and_one_without_any() -> None:
    """Owner 0 has 6 and 3, room for 5 and 1; owner 1 none; owner 2 what owner 0 leaves."""
    found = asked([[0], [1], [], [0, 1]], [6, 3, 9, 4], [5, 1], [0, 0, 1, 2])
    assert told(found) == (6, [6, 0, 4], [4, 6, 6])


def test_an_owner_without_any_amount_changes_nothing() -> None:
    first, place = np.array([0, 1]), np.array([0])
    whose = np.array([1], np.int64)
    found = shares((first, place), np.array([3]), np.array([2]), whose, 4)
    assert told(found) == (2, [0, 2, 0, 0], [2, 0, 2, 2])


def test_room_beyond_any_amount_is_room_for_all() -> None:
    assert told(asked([[0], [0]], [8, 5], [1 << 60], [0, 1])) == (13, [8, 5], [5, 8])


def tried(rows: list[Row], amount: list[int], room: list[int]) -> int:
    """Return the most that fits, by every way of placing whole units."""
    pairs = [(i, place) for i, row in enumerate(rows) for place in row]
    best = 0
    for flow in itertools.product(*(range(amount[i] + 1) for i, _ in pairs)):
        sent, load = [0] * len(rows), [0] * len(room)
        for many, (i, place) in zip(flow, pairs, strict=True):
            sent[i] += many
            load[place] += many
        fits = all(s <= a for s, a in zip(sent, amount, strict=True))
        if fits and all(s <= r for s, r in zip(load, room, strict=True)):
            best = max(best, sum(flow))
    return best


@pytest.mark.parametrize("seed", range(8))
def test_equal_every_way_of_placing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(4):
        rows = [np.flatnonzero(rng.random(3) < 0.6).tolist() for _ in range(4)]
        amount, room = rng.integers(0, 3, 4).tolist(), rng.integers(0, 4, 3).tolist()
        owner = rng.integers(0, 2, 4).tolist()
        found = asked(rows, amount, room, owner)
        assert found.together == tried(rows, amount, room)
        for one in range(max(owner) + 1):
            own = [many if whose == one else 0 for many, whose in zip(amount, owner, strict=True)]
            rest = [many - mine for many, mine in zip(amount, own, strict=True)]
            assert found.alone[one] == tried(rows, own, room)
            assert found.without[one] == tried(rows, rest, room)
        pairs = np.cumsum([0] + [len(row) for row in rows]), np.concatenate(rows).astype(np.int64)
        together, without = without_each(pairs, np.array(amount), np.array(room))
        assert together == found.together
        for lost, left in enumerate(without.tolist()):
            assert left == tried(rows, amount, [*room[:lost], 0, *room[lost + 1 :]])


def test_who_loses_a_place_moves_others_on() -> None:
    """Without 1 its two go to 0, and one of those at 0 on to 2, where one bed is left."""
    pairs = np.array([0, 2, 4]), np.array([0, 1, 0, 2])
    together, without = without_each(pairs, np.array([2, 2]), np.array([2, 2, 1]))
    assert (together, without.tolist()) == (4, [3, 3, 4])


@pytest.mark.parametrize("seed", range(8))
def test_what_had_the_lost_place_alone_is_placed_nowhere_else(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    for _ in range(4):
        rows = [np.flatnonzero(rng.random(3) < 0.7).tolist() for _ in range(4)]
        amount, room = rng.integers(0, 3, 4), rng.integers(0, 4, 3)
        pairs = np.cumsum([0] + [len(row) for row in rows]), np.concatenate(rows).astype(np.int64)
        source = np.repeat(np.arange(4), [len(row) for row in rows])
        alone = rng.integers(0, amount[source] + 1)
        _, without = without_each(pairs, amount, room, alone)
        for lost, left in enumerate(without.tolist()):
            stays = amount.copy()
            np.subtract.at(stays, source[pairs[1] == lost], alone[pairs[1] == lost])
            shut = [*room[:lost].tolist(), 0, *room[lost + 1 :].tolist()]
            assert left == tried(rows, stays.tolist(), shut)


@pytest.mark.parametrize("alone", [[3], [-1], [1, 1]])
def test_no_more_goes_with_a_place_than_there_is(alone: list[int]) -> None:
    pairs = np.array([0, 1]), np.array([0])
    with pytest.raises(ValueError, match="takes more than there is"):
        without_each(pairs, np.array([2]), np.array([2]), np.array(alone))
