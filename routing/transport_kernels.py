"""The transportation problem compiled by numba: whole amounts to places with room, exact.

Sources are placed one after the other along the cheapest chain of moves (successive shortest
paths: Ahuja, Magnanti, Orlin 1993, ch. 9.7; Jonker and Volgenant 1987), searched over the places
alone: the cheapest move from one place to another stands on top of a skew heap (Sleator and Tarjan
1986), whose stale entries are dropped when they surface. Every row ends with the place "nowhere",
which has room for all, so that a chain always ends.
"""

from typing import NamedTuple

from .arrays import BoolArray, IntArray, LongArray
from .kernels import compiled

FAR = 1 << 62
NEVER = -2
"""The root of a heap that nothing was ever put into; -1 is an empty one."""


class Pairs(NamedTuple):
    """What may go where: CSR by source, each row ending with nowhere (place m), and by place."""

    first: IntArray
    place: IntArray
    cost: LongArray
    source: IntArray
    by_first: IntArray
    by_pair: IntArray


class Load(NamedTuple):
    """Where everything is: ``flow`` per pair, ``left`` per source, ``load``, ``price`` by place."""

    flow: LongArray
    left: LongArray
    load: LongArray
    price: LongArray
    room: LongArray
    full: BoolArray


class Moves(NamedTuple):
    """The heaps of moves between places, in one pool of nodes.

    ``free`` is (first free node, number of free nodes); free nodes hang together by ``left``.
    ``root`` (m + 1, m + 1) is the top of the heap from a place to another, ``others`` lists the
    places that ever had one, ``known`` counts them.
    """

    key: LongArray
    leaving: IntArray
    joining: IntArray
    left: IntArray
    right: IntArray
    free: IntArray
    root: IntArray
    others: IntArray
    known: IntArray


class Search(NamedTuple):
    """The search over places: ``dist`` is FAR where untouched; ``leaving`` is -1 at the source."""

    dist: LongArray
    done: BoolArray
    leaving: IntArray
    joining: IntArray
    touched: IntArray


@compiled
def meld(moves: Moves, one: int, other: int) -> int:
    """Return the root of two skew heaps made one; -1 is the empty heap."""
    if one < 0:
        return other
    if other < 0:
        return one
    if moves.key[other] < moves.key[one]:
        one, other = other, one
    root = one
    while True:
        low = moves.right[one]
        moves.right[one] = moves.left[one]
        if low < 0:
            moves.left[one] = other
            return root
        if moves.key[other] < moves.key[low]:
            moves.left[one] = other
            one, other = other, low
        else:
            moves.left[one] = low
            one = low


@compiled
def offer(pairs: Pairs, moves: Moves, pair: int) -> None:
    """Put the moves of one source from the place of ``pair`` to each other into the heaps."""
    source, here = pairs.source[pair], pairs.place[pair]
    for k in range(pairs.first[source], pairs.first[source + 1]):
        if k == pair:
            continue
        there = pairs.place[k]
        node = moves.free[0]
        moves.free[0] = moves.left[node]
        moves.free[1] -= 1
        moves.key[node] = pairs.cost[k] - pairs.cost[pair]
        moves.leaving[node], moves.joining[node] = pair, k
        moves.left[node], moves.right[node] = -1, -1
        if moves.root[here, there] == NEVER:
            moves.others[here, moves.known[here]] = there
            moves.known[here] += 1
            moves.root[here, there] = -1
        moves.root[here, there] = meld(moves, moves.root[here, there], node)


@compiled
def cheapest(moves: Moves, flow: LongArray, here: int, there: int) -> int:
    """Return the node of the cheapest move that somebody can still make, -1 where none can."""
    top = moves.root[here, there]
    while top >= 0 and flow[moves.leaving[top]] == 0:
        rest = meld(moves, moves.left[top], moves.right[top])
        moves.left[top] = moves.free[0]
        moves.free[0] = top
        moves.free[1] += 1
        top = rest
    moves.root[here, there] = top
    return int(top)


@compiled
def relax(search: Search, count: int, place: int, dist: int, step: tuple[int, int]) -> int:
    """Note a way to a place where it is shorter; return the number of places touched."""
    if dist < search.dist[place]:
        if search.dist[place] == FAR:
            search.touched[count] = place
            count += 1
        search.dist[place] = dist
        search.leaving[place], search.joining[place] = step
    return count


@compiled
def settle(search: Search, count: int) -> int:
    """Return the nearest place that is not settled yet, of equals the lowest, and settle it."""
    best = -1
    for t in range(count):
        place = search.touched[t]
        if search.done[place]:
            continue
        nearer = best < 0 or search.dist[place] < search.dist[best]
        if nearer or (search.dist[place] == search.dist[best] and place < best):
            best = place
    search.done[best] = True
    return int(best)


@compiled
def find_end(
    pairs: Pairs, load: Load, moves: Moves, search: Search, source: int
) -> tuple[int, int]:
    """Return the place with room at the end of the cheapest chain, and how many were touched."""
    count = 0
    for k in range(pairs.first[source], pairs.first[source + 1]):
        place = pairs.place[k]
        count = relax(search, count, place, pairs.cost[k] + load.price[place], (-1, k))
    while True:
        here = settle(search, count)
        if load.load[here] < load.room[here]:
            return here, count
        for t in range(moves.known[here]):
            there = moves.others[here, t]
            if search.done[there]:
                continue
            top = cheapest(moves, load.flow, here, there)
            if top >= 0:
                dist = search.dist[here] + moves.key[top] + load.price[there] - load.price[here]
                step = (moves.leaving[top], moves.joining[top])
                count = relax(search, count, there, dist, step)


@compiled
def raise_prices(load: Load, search: Search, end: int, count: int) -> None:
    """Make every place settled before the end dearer by what it was nearer; clear the search."""
    far = search.dist[end]
    for t in range(count):
        place = search.touched[t]
        if search.done[place] and search.dist[place] < far:
            load.price[place] += far - search.dist[place]
        search.dist[place], search.done[place] = FAR, False


@compiled
def move(pairs: Pairs, load: Load, moves: Moves, search: Search, ends: tuple[int, int]) -> None:
    """Move as many as can along the chain from a source to a place (``ends``)."""
    source, end = ends
    many = min(load.left[source], load.room[end] - load.load[end])
    place = end
    while search.leaving[place] >= 0:
        many = min(many, load.flow[search.leaving[place]])
        place = pairs.place[search.leaving[place]]
    place = end
    while True:
        joining, leaving = search.joining[place], search.leaving[place]
        if load.flow[joining] == 0 and load.full[place]:
            offer(pairs, moves, joining)
        load.flow[joining] += many
        if leaving < 0:
            break
        load.flow[leaving] -= many
        place = pairs.place[leaving]
    load.left[source] -= many
    load.load[end] += many
    if load.load[end] == load.room[end]:
        load.full[end] = True
        for t in range(pairs.by_first[end], pairs.by_first[end + 1]):
            if load.flow[pairs.by_pair[t]] > 0:
                offer(pairs, moves, pairs.by_pair[t])


@compiled
def place_from(
    pairs: Pairs,
    load: Load,
    moves: Moves,
    search: Search,
    order: LongArray,
    begin: tuple[int, int],
) -> int:
    """Place sources in order from ``begin[0]`` on; return where the pool of nodes runs low.

    ``begin[1]`` is the number of free nodes that one chain may need at most.
    """
    at, reserve = begin
    while at < len(order):
        source = order[at]
        while load.left[source] > 0:
            if moves.free[1] < reserve:
                return at
            end, touched = find_end(pairs, load, moves, search, source)
            raise_prices(load, search, end, touched)
            move(pairs, load, moves, search, (source, end))
        at += 1
    return at


class Ties(NamedTuple):
    """Sources with several equally good places, as CSR by place; the last is the spare room."""

    first: IntArray
    place: IntArray
    source: IntArray
    by_first: IntArray
    by_option: IntArray


@compiled
def chain_to(
    ties: Ties, flow: LongArray, search: Search, head: IntArray, ask: tuple[int, int]
) -> tuple[int, int]:
    """Return the place where a chain of even moves from ``ask[0]`` ends, -1 where none, and how
    many places were seen: moves of sources after ``ask[1]`` to a place whose ``dist`` is 0."""  # noqa: D205, D209 - one sentence
    start, source = ask
    search.done[start], search.leaving[start], search.touched[0] = True, -1, start
    count, at = 1, 0
    while at < count:
        here = search.touched[at]
        at += 1
        while head[here] < ties.by_first[here + 1] and (
            ties.source[ties.by_option[head[here]]] <= source
        ):
            head[here] += 1
        for t in range(head[here], ties.by_first[here + 1]):
            leaving = ties.by_option[t]
            if flow[leaving] == 0:
                continue
            one = ties.source[leaving]
            for k in range(ties.first[one], ties.first[one + 1]):
                there = ties.place[k]
                if search.done[there]:
                    continue
                search.done[there] = True
                search.leaving[there], search.joining[there] = leaving, k
                search.touched[count] = there
                count += 1
                if search.dist[there] == 0:
                    return there, count
    return -1, count


@compiled
def exchange(ties: Ties, flow: LongArray, search: Search, option: int, head: IntArray) -> bool:
    """Move some of a source from its later places to that of ``option``; false where none can."""
    source = ties.source[option]
    last = ties.first[source + 1]
    later = False
    for k in range(option + 1, last):
        if flow[k] > 0:
            search.dist[ties.place[k]] = 0
            later = True
    if not later:
        return False
    end, count = chain_to(ties, flow, search, head, (ties.place[option], source))
    for t in range(count):
        search.done[search.touched[t]] = False
    taken, many = -1, FAR
    for k in range(option + 1, last):
        search.dist[ties.place[k]] = FAR
        if ties.place[k] == end:
            taken, many = k, flow[k]
    if end < 0:
        return False
    place = end
    while search.leaving[place] >= 0:
        many = min(many, flow[search.leaving[place]])
        place = ties.place[search.leaving[place]]
    place = end
    while search.leaving[place] >= 0:
        flow[search.leaving[place]] -= many
        flow[search.joining[place]] += many
        place = ties.place[search.leaving[place]]
    flow[taken] -= many
    flow[option] += many
    return True


@compiled
def settle_ties(ties: Ties, flow: LongArray, search: Search, head: IntArray) -> None:
    """Give each source in turn, and of it each place in turn, the most that optimality allows."""
    for source in range(len(ties.first) - 2):
        for option in range(ties.first[source], ties.first[source + 1] - 1):
            while exchange(ties, flow, search, option, head):
                pass
