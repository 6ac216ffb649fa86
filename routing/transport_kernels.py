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
    ``others`` (m + 1, m + 1) lists the places that moves from a place ever led to, ``known`` counts
    them, ``spot`` is where in that list a place stands (-1 where not). ``root`` is the top of the
    heap of each on the list (-1 for an empty one), and no move there is cheaper than ``floor``.
    """

    key: LongArray
    leaving: IntArray
    joining: IntArray
    left: IntArray
    right: IntArray
    free: IntArray
    root: IntArray
    floor: LongArray
    others: IntArray
    spot: IntArray
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
        spot = moves.spot[here, there]
        if spot < 0:
            spot = moves.known[here]
            moves.others[here, spot], moves.spot[here, there] = there, spot
            moves.known[here] += 1
        moves.root[here, spot] = meld(moves, moves.root[here, spot], node)
        moves.floor[here, spot] = min(moves.floor[here, spot], moves.key[node])


@compiled
def cheapest(moves: Moves, flow: LongArray, here: int, spot: int) -> int:
    """Return the node of the cheapest move that somebody can still make, -1 where none can."""
    top = moves.root[here, spot]
    while top >= 0 and flow[moves.leaving[top]] == 0:
        rest = meld(moves, moves.left[top], moves.right[top])
        moves.left[top] = moves.free[0]
        moves.free[0] = top
        moves.free[1] += 1
        top = rest
    moves.root[here, spot] = top
    moves.floor[here, spot] = moves.key[top] if top >= 0 else FAR
    return int(top)


@compiled
def relax(search: Search, count: int, place: int, dist: int, step: tuple[int, int]) -> int:
    """Note a shorter way to a place; return the number of places touched."""
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
    """Return the place with room at the end of the cheapest chain, and how many were touched.

    What is no nearer than the nearest place with room so far (``bound``) is not touched.
    """
    count, bound = 0, FAR
    for k in range(pairs.first[source], pairs.first[source + 1]):
        place = pairs.place[k]
        dist = pairs.cost[k] + load.price[place]
        if dist < min(bound, search.dist[place]):
            count = relax(search, count, place, dist, (-1, k))
            bound = nearer(load, place, dist, bound)
    while True:
        here = settle(search, count)
        if load.load[here] < load.room[here]:
            return here, count
        count, bound = relax_moves(load, moves, search, here, (count, bound))


@compiled
def nearer(load: Load, place: int, dist: int, bound: int) -> int:
    """Return the cost of the nearest place with room, one more place known."""
    return dist if load.load[place] < load.room[place] else bound


@compiled
def relax_moves(
    load: Load, moves: Moves, search: Search, here: int, so_far: tuple[int, int]
) -> tuple[int, int]:
    """Note where the moves from a full place lead; return places touched and the bound."""
    count, bound = so_far
    base = search.dist[here] - load.price[here]
    for spot in range(moves.known[here]):
        there = moves.others[here, spot]
        rest = base + load.price[there]
        least = min(bound, search.dist[there])
        if search.done[there] or rest + moves.floor[here, spot] >= least:
            continue
        top = cheapest(moves, load.flow, here, spot)
        if top >= 0 and rest + moves.key[top] < least:
            dist = rest + moves.key[top]
            step = (moves.leaving[top], moves.joining[top])
            count = relax(search, count, there, dist, step)
            bound = nearer(load, there, dist, bound)
    return count, bound


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
