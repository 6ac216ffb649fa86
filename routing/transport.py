"""Whole amounts to places with room: the most placed, then the least cost, then lowest numbers.

Exact in integers, and the answer is unique: of all that place the most at the least cost, the one
that gives the first source as much as can be at its first place, then at its second, and so on;
then the second source. The prices prove it (linear programming duality): see `Transport`.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import IntArray, LongArray
from .transport_kernels import (
    FAR,
    Load,
    Moves,
    Pairs,
    Search,
    Ties,
    offer,
    place_from,
    settle_ties,
)

LARGEST = 1 << 60
"""Amounts in all, and the cost of leaving one unplaced, stay below it, so that no sum overflows."""


@dataclass(frozen=True, eq=False)
class Transport:
    """``flow`` (k,) per pair, ``price`` (m,) of a unit of room at each place, and ``unplaced``.

    A unit that stays unplaced costs ``unplaced``, more than any chain of moves can save. What is
    placed stands where cost + price is the least of its row and at most ``unplaced``; who is not
    wholly placed has no place below ``unplaced``; a place with a price is full. So no other answer
    places more, or as many at less cost.
    """

    flow: LongArray
    price: LongArray
    unplaced: int


def transport(
    first: LongArray, place: LongArray, cost: LongArray, amount: LongArray, room: LongArray
) -> Transport:
    """Return how much of each source's ``amount`` (n,) goes to which place with ``room`` (m,).

    Source i may use the pairs first[i]:first[i + 1]: ``place`` (k,) at ``cost`` (k,) a unit.

    Raises:
        ValueError: for a negative amount, room or cost, a place that is not there or stands twice
            in a row, or numbers too large to add up.

    """
    unplaced = (len(room) + 2) * (int(cost.max(initial=0)) + 1)
    check_rows((first, place, cost), amount, room, unplaced)
    total = int(amount.sum())
    pairs = _with_nowhere(first, place, cost, len(room), unplaced)
    bounded = np.append(np.minimum(room, total), total + 1)
    load = _placed(pairs, amount, bounded)
    _settle_ties(pairs, load)
    inner = pairs.place < len(room)
    return Transport(load.flow[inner], load.price[:-1].copy(), unplaced)


def check_rows(
    pairs: tuple[LongArray, LongArray, LongArray], amount: LongArray, room: LongArray, most: int
) -> None:
    """Refuse what cannot be placed; ``most`` is the largest cost of a unit.

    Raises:
        ValueError: naming every fault at once.

    """
    first, place, cost = pairs
    fits = (
        len(first) == len(amount) + 1
        and first[:1].tolist() == [0]
        and bool((np.diff(first) >= 0).all())
        and int(first[-1]) == len(place) == len(cost)
    )
    width = np.diff(first) if fits else np.zeros(len(amount), np.int64)
    source = np.repeat(np.arange(len(amount)), width)
    key = source * max(len(room), 1) + place[: len(source)]
    faults = {
        "rows do not fit": not fits,
        "below 0": min(int(x.min(initial=0)) for x in (amount, room, cost, place)) < 0,
        "no such place": int(place.max(initial=-1)) >= len(room),
        "a place twice in a row": len(np.unique(key)) != len(key),
        "too large": sum(amount.tolist()) >= LARGEST or most >= LARGEST,
    }
    said = [name for name, found in faults.items() if found]
    if said:
        msg = f"cannot place: {', '.join(said)}"
        raise ValueError(msg)


def _with_nowhere(
    first: LongArray, place: LongArray, cost: LongArray, places: int, unplaced: int
) -> Pairs:
    """Return the pairs with the place "nowhere" at the end of each row."""
    ends = first[1:]
    wide = np.insert(place, ends, places).astype(np.int32)
    costs = np.insert(cost, ends, unplaced)
    starts = (first + np.arange(len(first))).astype(np.int32)
    source = np.repeat(np.arange(len(first) - 1), np.diff(starts)).astype(np.int32)
    return Pairs(starts, wide, costs, source, *by_place(wide, places + 1))


def by_place(place: IntArray, places: int) -> tuple[IntArray, IntArray]:
    """Return the pairs of each place as CSR (first, pair), in order within a place."""
    order = np.argsort(place, kind="stable").astype(np.int32)
    first = np.append(0, np.cumsum(np.bincount(place, minlength=places))).astype(np.int32)
    return first, order


def _placed(pairs: Pairs, amount: LongArray, room: LongArray) -> Load:
    """Return an optimal load; where the pool of moves runs low it goes on with a larger one."""
    places = len(room)
    load = Load(
        np.zeros(len(pairs.place), np.int64),
        amount.astype(np.int64),
        np.zeros(places, np.int64),
        np.zeros(places, np.int64),
        room.astype(np.int64),
        room == 0,
    )
    widest = int(np.diff(pairs.first).max(initial=0))
    reserve = len(pairs.place) + (places + 1) * widest
    order = _nearest_first(pairs)
    done, pool = 0, 2 * reserve
    while done < len(order):
        moves = _moves(pairs, load, pool)
        done = place_from(pairs, load, moves, _search(places), order, (done, reserve))
        pool = 2 * pool
    return load


def _nearest_first(pairs: Pairs) -> LongArray:
    """Return the sources by their least cost: who comes late is the first to stay out anyway."""
    if len(pairs.first) == 1:
        return np.zeros(0, np.int64)
    return np.argsort(np.minimum.reduceat(pairs.cost, pairs.first[:-1]), kind="stable")


def _moves(pairs: Pairs, load: Load, pool: int) -> Moves:
    """Return the heaps of all that stands at full places now."""
    places = len(load.room)
    links = np.arange(1, pool + 1, dtype=np.int32)
    moves = Moves(
        np.zeros(pool, np.int64),
        np.zeros(pool, np.int32),
        np.zeros(pool, np.int32),
        links,
        np.zeros(pool, np.int32),
        np.array([0, pool], np.int32),
        np.full((places, places), -1, np.int32),
        np.full((places, places), FAR, np.int64),
        np.zeros((places, places), np.int32),
        np.full((places, places), -1, np.int32),
        np.zeros(places, np.int32),
    )
    standing = np.flatnonzero((load.flow > 0) & load.full[pairs.place])
    for pair in standing.tolist():
        offer(pairs, moves, pair)
    return moves


def _search(places: int) -> Search:
    return Search(
        np.full(places, FAR, np.int64),
        np.zeros(places, np.bool_),
        np.full(places, -1, np.int32),
        np.full(places, -1, np.int32),
        np.zeros(places, np.int32),
    )


def _settle_ties(pairs: Pairs, load: Load) -> None:
    """Move what is equally good elsewhere to the lowest numbers."""
    reduced = pairs.cost + load.price[pairs.place]
    least = np.minimum.reduceat(reduced, pairs.first[:-1]) if len(reduced) else reduced
    tight = reduced == least[pairs.source]
    ways = np.bincount(pairs.source, weights=tight, minlength=len(least))
    pair = np.flatnonzero(tight & (ways[pairs.source] > 1))
    if not len(pair):
        return
    pair = pair[np.lexsort((pairs.place[pair], pairs.source[pair]))]
    spare = np.flatnonzero(load.price == 0)
    place = np.concatenate([pairs.place[pair], spare]).astype(np.int32)
    width = np.append(np.unique(pairs.source[pair], return_counts=True)[1], len(spare))
    first = np.append(0, np.cumsum(width)).astype(np.int32)
    source = np.repeat(np.arange(len(width)), width).astype(np.int32)
    ties = Ties(first, place, source, *by_place(place, len(load.room)))
    flow = np.concatenate([load.flow[pair], (load.room - load.load)[spare]])
    settle_ties(ties, flow, _search(len(load.room)), ties.by_first[:-1].copy())
    load.flow[pair] = flow[: len(pair)]
