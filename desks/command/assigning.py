"""Whole people to places by walking distance and capacity: exact, without floating point.

The transportation problem (Hitchcock 1941) by successive shortest paths: everyone starts at the
nearest place as if there were room; what is too many moves on along the cheapest chain of moves,
which keeps the cost the least for the loads reached (Ahuja, Magnanti, Orlin 1993, ch. 9.7). Nobody
placed costs more than any chain, so that most people are placed before metres count.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

NO_WAY = -1
LongArray = NDArray[np.int64]
_FAR = np.int64(1) << 61


@dataclass(frozen=True, eq=False)
class Assignment:
    """``placed`` (n, m) are the people from each origin at each place, ``short`` (n,) the rest."""

    placed: LongArray
    short: LongArray


def assign(people: LongArray, capacity: LongArray, distance_m: LongArray) -> Assignment:
    """Return who goes where: most people placed, then least person-metres, then lowest numbers.

    ``people`` (n,) and ``capacity`` (m,) are not below 0; ``distance_m`` (n, m) is NO_WAY where
    none leads. Of equal person-metres the least sum of people x (n - origin) x place counts, which
    sends the first origin to the first place.
    """
    origins, places = distance_m.shape
    cost = _costs(distance_m)
    room = np.append(capacity, people.sum() + 1)
    flow: LongArray = np.zeros((origins, places + 1), np.int64)
    flow[np.arange(origins), np.argmin(cost, axis=1)] = people
    moves = _Moves.of(flow, cost)
    while _step(flow, cost, room, moves):
        pass
    return Assignment(flow[:, :places], flow[:, places])


def _costs(distance_m: LongArray) -> LongArray:
    """Return the costs (n, m + 1), metres before numbers; the last column is to stay unplaced.

    Beyond about 1,000 x 300 the numbers do not fit beside the metres in 64 bits; what is equal
    then falls by the order of the search, which is fixed.
    """
    origins, places = distance_m.shape
    ties = (origins - np.arange(origins))[:, None] * np.arange(places + 1)[None, :]
    longest_chain = 2 * (places + 2)
    per_metre = longest_chain * (int(ties.max(initial=0)) + 1) + 1
    unplaced_m = (places + 2) * (int(distance_m.max(initial=0)) + 1)
    if unplaced_m * per_metre >= int(_FAR) // longest_chain:
        ties, per_metre = np.zeros_like(ties), 1
    cost: LongArray = np.full((origins, places + 1), unplaced_m, np.int64)
    cost[:, :places] = distance_m
    cost = cost * per_metre + ties
    cost[:, :places][distance_m == NO_WAY] = _FAR
    return cost


@dataclass(frozen=True, eq=False)
class _Moves:
    """The cheapest move from each place to each other: its cost (m, m), and whose move it is."""

    cost: LongArray
    origin: LongArray

    @classmethod
    def of(cls, flow: LongArray, cost: LongArray) -> "_Moves":
        count = flow.shape[1]
        moves = cls(np.empty((count, count), np.int64), np.empty((count, count), np.int64))
        for place in range(count):
            moves.renew(place, flow, cost)
        return moves

    def renew(self, place: int, flow: LongArray, cost: LongArray) -> None:
        """Work out the moves away from one place anew."""
        there = np.flatnonzero(flow[:, place])
        if not len(there):
            self.cost[place] = _FAR
            self.origin[place] = NO_WAY
            return
        dearer = np.where(cost[there] == _FAR, _FAR, cost[there] - cost[there, place][:, None])
        best = np.argmin(dearer, axis=0)
        self.cost[place] = dearer[best, np.arange(len(best))]
        self.origin[place] = there[best]


def _step(flow: LongArray, cost: LongArray, room: LongArray, moves: _Moves) -> bool:
    """Move some people along the cheapest chain from an overfull place; false where none is."""
    load = flow.sum(axis=0)
    over, free = load > room, load < room
    if not over.any():
        return False
    price, before = _chains(moves.cost, over)
    end = int(np.argmin(np.where(free, price, _FAR)))
    chain = [end]
    while before[chain[-1]] != NO_WAY:
        chain.append(int(before[chain[-1]]))
    chain.reverse()
    steps = [(int(moves.origin[a, b]), a, b) for a, b in pairwise(chain)]
    many = min(
        int(load[chain[0]] - room[chain[0]]),
        int(room[end] - load[end]),
        *(int(flow[origin, a]) for origin, a, _ in steps),
    )
    for origin, a, b in steps:
        flow[origin, a] -= many
        flow[origin, b] += many
    for place in chain:
        moves.renew(place, flow, cost)
    return True


def _chains(move: LongArray, over: NDArray[np.bool_]) -> tuple[LongArray, LongArray]:
    """Return the least price (m,) of a chain of moves to each place, and the place before it."""
    price = np.where(over, np.int64(0), _FAR)
    before: LongArray = np.full(len(price), NO_WAY, np.int64)
    for _ in range(len(price)):
        reached = np.where((price[:, None] == _FAR) | (move == _FAR), _FAR, price[:, None] + move)
        best = np.argmin(reached, axis=0)
        cheapest = reached[best, np.arange(len(price))]
        better = cheapest < price
        if not better.any():
            break
        price[better] = cheapest[better]
        before[better] = best[better]
    return price, before
