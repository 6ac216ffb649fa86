"""How much finds room, compiled by numba: whole amounts along chains of moves, at whatever cost.

Each source in turn is placed along shortest chains of moves (Ford and Fulkerson 1956, in breadth
first order: Edmonds and Karp 1972). Where no chain from a source ends, the full places it saw lead
only to each other, whatever is placed later, and no later search enters them.
"""

from typing import NamedTuple

from .arrays import IntArray, LongArray
from .kernels import compiled

CLOSED = -1


class Rows(NamedTuple):
    """What may go where: CSR by source and, in ``by_pair``, by place; whose each source is."""

    first: IntArray
    place: IntArray
    source: IntArray
    by_first: IntArray
    by_pair: IntArray
    owner: IntArray


class Held(NamedTuple):
    """What stands where: ``flow`` per pair, ``left`` per source, ``spare`` room per place."""

    flow: LongArray
    left: LongArray
    spare: LongArray


class Chain(NamedTuple):
    """One search: when a place was ``seen``, CLOSED for never more, and by which pairs."""

    seen: LongArray
    leaving: IntArray
    joining: IntArray
    queue: IntArray


@compiled
def see(rows: Rows, chain: Chain, ask: tuple[int, int, int], count: int) -> int:
    """Return how many places are seen once those of source ``ask[0]`` are; ask is source, pair it
    leaves, and number of the search."""  # noqa: D205, D209 - one sentence
    source, leaving, search = ask
    for k in range(rows.first[source], rows.first[source + 1]):
        there = rows.place[k]
        if chain.seen[there] == CLOSED or chain.seen[there] == search:
            continue
        chain.seen[there] = search
        chain.leaving[there], chain.joining[there] = leaving, k
        chain.queue[count] = there
        count += 1
    return count


@compiled
def end_of(rows: Rows, held: Held, chain: Chain, source: int, search: int) -> int:
    """Return the place with spare room where a shortest chain from the source ends, -1 for none."""
    count = see(rows, chain, (source, -1, search), 0)
    at = 0
    while at < count:
        here = chain.queue[at]
        if held.spare[here] > 0:
            return int(here)
        at += 1
        for t in range(rows.by_first[here], rows.by_first[here + 1]):
            pair = rows.by_pair[t]
            if held.flow[pair] > 0:
                count = see(rows, chain, (rows.source[pair], pair, search), count)
    for i in range(count):
        chain.seen[chain.queue[i]] = CLOSED
    return -1


@compiled
def move_to(rows: Rows, held: Held, chain: Chain, source: int, end: int) -> int:
    """Return how much of the source was moved along the chain: as much as can be."""
    many = min(held.left[source], held.spare[end])
    place = end
    while chain.leaving[place] >= 0:
        many = min(many, held.flow[chain.leaving[place]])
        place = rows.place[chain.leaving[place]]
    place = end
    while True:
        held.flow[chain.joining[place]] += many
        leaving = chain.leaving[place]
        if leaving < 0:
            break
        held.flow[leaving] -= many
        place = rows.place[leaving]
    held.left[source] -= many
    held.spare[end] -= many
    return int(many)


@compiled
def place_left(rows: Rows, held: Held, chain: Chain) -> int:
    """Return how much of what is left was placed: all that can be."""
    chain.seen[:] = 0
    placed, search = 0, 0
    for source in range(len(held.left)):
        while held.left[source] > 0:
            search += 1
            end = end_of(rows, held, chain, source, search)
            if end < 0:
                break
            placed += move_to(rows, held, chain, source, end)
    return placed


@compiled
def take_back(rows: Rows, held: Held, source: int, many: int) -> int:
    """Take so much of a source away, first what is left; return how much of it was placed."""
    placed = max(many - held.left[source], 0)
    held.left[source] -= many - placed
    still = placed
    for k in range(rows.first[source], rows.first[source + 1]):
        part = min(still, held.flow[k])
        held.flow[k] -= part
        held.spare[rows.place[k]] += part
        still -= part
    return int(placed)


@compiled
def lose(rows: Rows, held: Held, alone: LongArray, lost: int) -> int:
    """Close a place and take away what has no other; return how much stands no longer."""
    gone = 0
    for t in range(rows.by_first[lost], rows.by_first[lost + 1]):
        pair = rows.by_pair[t]
        gone += held.flow[pair]
        held.left[rows.source[pair]] += held.flow[pair]
        held.flow[pair] = 0
        gone += take_back(rows, held, rows.source[pair], alone[pair])
    held.spare[lost] = 0
    return int(gone)


@compiled
def kept(held: Held) -> Held:
    """Return a copy of what stands where."""
    return Held(held.flow.copy(), held.left.copy(), held.spare.copy())


@compiled
def put_back(held: Held, stood: Held) -> None:
    """Let stand what stood."""
    held.flow[:] = stood.flow
    held.left[:] = stood.left
    held.spare[:] = stood.spare


@compiled
def place_without(rows: Rows, held: Held, chain: Chain, alone: LongArray, out: LongArray) -> int:
    """Write how much can be placed without each place (m,); return how much with all of them.

    ``alone`` (k,) is what of its source a pair takes with it. Nothing stands in ``held``, which is
    written over.
    """
    everything = place_left(rows, held, chain)
    whole = kept(held)
    for lost in range(len(out)):
        gone = lose(rows, held, alone, lost)
        out[lost] = everything - gone
        if gone:
            out[lost] += place_left(rows, held, chain)
        put_back(held, whole)
    return everything


@compiled
def place_shares(rows: Rows, held: Held, chain: Chain, out: LongArray) -> int:
    """Write per owner (2, u) what fits of its own alone, and of all but its own; return the whole.

    Nothing stands in ``held``, which is written over.
    """
    empty = kept(held)
    for owner in range(out.shape[1]):
        put_back(held, empty)
        for source in range(len(held.left)):
            if rows.owner[source] != owner:
                held.left[source] = 0
        out[0, owner] = place_left(rows, held, chain)
    put_back(held, empty)
    everything = place_left(rows, held, chain)
    whole = kept(held)
    for owner in range(out.shape[1]):
        put_back(held, whole)
        others = everything
        for source in range(len(held.left)):
            if rows.owner[source] == owner:
                others -= take_back(rows, held, source, empty.left[source])
        out[1, owner] = others + place_left(rows, held, chain)
    return everything
