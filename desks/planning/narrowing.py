"""What every fewest choice must open and what none needs: exact, before any program is solved.

Asked is the fewest, of these the cheapest, of these the earliest candidates that cover as many
people as all of them would. Every step keeps that one answer:

- a minimum cut of the flow with everything open (Ford and Fulkerson 1956) holds groups that are
  more than all the room they reach: that room must be open and is full, with nobody else in it;
- who reaches one place only goes there, and it must be open; so must be a candidate without which
  fewer are covered;
- where an open place has room for all in its reach, they are covered;
- of two groups, where whatever helps the one covers the other too, the other needs no thought;
- a point that must reach an open place is like a group of nobody, whom any place has room for;
- a candidate is left out where an equally dear, earlier or a cheaper one with room for all in its
  reach reaches everyone that it does.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from .answers import LongArray
from .covering import UNLIMITED, Sites, come_to, grouped, left_open

BoolArray = NDArray[np.bool_]

_AT_ONCE = 1000
"""Groups compared with all others at once: some tens of megabytes."""


@dataclass(frozen=True, eq=False)
class Narrowed:
    """Candidates that the answer opens for certain, and the question that is left.

    The numbers of places stay. In ``rest`` the forced ones are open with the room that is left,
    and everyone can be covered; each candidate that is out of the question is in nobody's reach.
    """

    forced: tuple[int, ...]
    rest: Sites


@dataclass(frozen=True, eq=False)
class _State:
    """Groups (n,) and who reaches which place (n, m); ``free`` candidates are undecided."""

    people: LongArray
    reach: BoolArray
    room: LongArray
    cost: LongArray
    free: BoolArray
    forced: BoolArray


def narrowed(sites: Sites) -> Narrowed:
    """Return what is forced and the question that is left, of which the answer is the same."""
    state = _uncut(_state(sites))
    state = _settled(_settled(state, _STEPS), (_needed, *_STEPS))
    row, place = np.nonzero(state.reach)
    first = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(state.people)))])
    rest = Sites(
        people=state.people,
        first=first.astype(np.int64),
        place=place.astype(np.int64),
        capacity=state.room,
        is_candidate=state.free & state.reach.any(axis=0),
        cost=sites.cost,
        must=state.people == 0,
    )
    return Narrowed(tuple(np.flatnonzero(state.forced).tolist()), rest)


def _state(sites: Sites) -> _State:
    groups = grouped(sites)
    many, places = len(groups.people), len(sites.capacity)
    reach = np.zeros((many, places), np.bool_)
    reach[np.repeat(np.arange(many), np.diff(groups.first)), groups.place] = True
    total = int(groups.people.sum())
    room = np.where(sites.capacity == UNLIMITED, total, np.minimum(sites.capacity, total))
    reach &= (room > 0) | (groups.people == 0)[:, None]
    free = sites.is_candidate & reach.any(axis=0)
    state = _State(
        groups.people, reach, room.astype(np.int64), sites.cost, free, np.zeros(places, np.bool_)
    )
    return _opened(state, np.zeros(places, np.bool_))


def _settled(state: _State, steps: tuple[Callable[[_State], _State], ...]) -> _State:
    """Return the state after the steps, over and over, until none changes anything."""
    before = None
    while before != (before := (*state.reach.shape, int(state.reach.sum()), int(state.free.sum()))):
        for step in steps:
            state = step(state)
    return state


def _kept(state: _State, rows: BoolArray) -> _State:
    """Return the state with the groups of the rows that reach anything, equal ones as one."""
    rows = rows & state.reach.any(axis=1)
    people, reach = state.people[rows], state.reach[rows]
    if not len(people):
        return replace(state, people=people, reach=reach)
    packed = np.packbits(reach, axis=1)
    _, at, group = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    summed = np.zeros(len(at), np.int64)
    np.add.at(summed, group.ravel(), people)
    return replace(state, people=summed, reach=reach[at])


def _opened(state: _State, places: BoolArray) -> _State:
    """Return the state with the free ones of the places open, without points that now reach one."""
    new = places & state.free
    state = replace(state, free=state.free & ~new, forced=state.forced | new)
    met: BoolArray = np.asarray(state.reach[:, ~state.free].any(axis=1))
    return _kept(state, ~(met & (state.people == 0)))


def _uncut(state: _State) -> _State:
    """Return the state without the largest part that has too little room whatever is opened."""
    if not len(state.people):
        return state
    graph = _graph(state)
    # who can still reach the sink is not cut off: walked backwards, so that the part is largest
    cut = ~come_to(left_open(graph).T.tocsr(), graph.shape[0] - 1)
    groups = cut[1 : 1 + len(state.people)] & (state.people > 0)
    full: BoolArray = np.asarray(state.reach[groups].any(axis=0))
    state = _opened(_kept(state, ~groups), full)
    return _kept(replace(state, reach=state.reach & ~full), np.ones(len(state.people), np.bool_))


def _alone(state: _State) -> _State:
    """Return the state with everyone who reaches one place only in it."""
    alone = state.reach.sum(axis=1) == 1
    if not alone.any():
        return state
    taken = state.people[alone] @ state.reach[alone].astype(np.int64)
    state = _opened(_kept(state, ~alone), state.reach[alone].any(axis=0))
    room = state.room - taken
    reach = state.reach & ((room > 0) | (state.people == 0)[:, None])
    return _kept(replace(state, room=room, reach=reach), np.ones(len(state.people), np.bool_))


def _is_roomy(state: _State) -> BoolArray:
    """Return which places (m,) have room for all in their reach."""
    roomy: BoolArray = state.room >= state.people @ state.reach.astype(np.int64)
    return roomy


def _served(state: _State) -> _State:
    """Return the state without whom an open place with room for all covers."""
    sure = _is_roomy(state) & ~state.free
    left: BoolArray = np.asarray(~state.reach[:, sure].any(axis=1))
    return _kept(state, left)


def _followed(state: _State) -> _State:
    """Return the state without groups that are covered whenever another one is."""
    nobody = state.people == 0
    sure: BoolArray = np.asarray(~state.reach[:, ~_is_roomy(state)].any(axis=1))
    led = _led(state, np.flatnonzero(sure), np.arange(len(sure)))
    led |= _led(state, np.arange(len(sure)), np.flatnonzero(nobody))
    return _kept(state, ~led)


def _led(state: _State, leads: LongArray, rows: LongArray) -> BoolArray:
    """Return which groups (n,), of the rows, may use every place that another of the leads may."""
    closed = (~state.reach[rows]).T.astype(np.float32)
    led = np.zeros(len(state.people), np.bool_)
    for start in range(0, len(leads), _AT_ONCE):
        own = leads[start : start + _AT_ONCE]
        beyond = state.reach[own].astype(np.float32) @ closed
        within = (beyond == 0) & (own[:, None] != rows[None, :])
        led[rows[within.any(axis=0)]] = True
    return led


def _outdone(state: _State) -> _State:
    """Return the state without candidates in whose stead another is never worse."""
    own = np.flatnonzero(state.free)
    if not len(own):
        return state
    reach = state.reach[:, own].astype(np.float32)
    within = reach.T @ (1 - reach) == 0
    cost = state.cost[own]
    order = np.lexsort((own, cost))
    rank = np.empty(len(own), np.int64)
    rank[order] = np.arange(len(own))
    better = within & _is_roomy(state)[own][None, :] & (rank[None, :] < rank[:, None])
    out = np.zeros(len(state.free), np.bool_)
    out[own[better.any(axis=1)]] = True
    kept = replace(state, free=state.free & ~out, reach=state.reach & ~out)
    return _kept(kept, np.ones(len(state.people), np.bool_))


def _needed(state: _State) -> _State:
    """Return the state with every candidate open without which not everyone is covered."""
    if not len(state.people):
        return state
    graph, total = _graph(state), int(state.people.sum())
    sink = graph.shape[0] - 1
    places = 1 + len(state.people) + np.arange(len(state.room))
    unsure, needed = state.free.copy(), np.zeros(len(state.free), np.bool_)
    data = graph.data.copy()
    last = graph.indptr[places + 1] - 1  # each place has one arc, to the sink
    while unsure.any():
        one = int(np.argmax(unsure))
        unsure[one] = False
        graph.data = data.copy()
        graph.data[last[one]] = 0
        found = maximum_flow(graph, 0, sink)
        needed[one] = found.flow_value < total
        if not needed[one]:  # nor is any other that this flow leaves empty
            used = np.asarray(found.flow[places][:, [sink]].todense()).ravel()
            unsure &= used > 0
    return _opened(state, needed)


def _graph(state: _State) -> csr_array:
    """Return source → groups → places → sink in whole people; between the middle ones no limit."""
    many, places = state.reach.shape
    group, place = np.nonzero(state.reach)
    tails = np.concatenate([np.zeros(many, np.int64), 1 + group, 1 + many + np.arange(places)])
    heads = np.concatenate(
        [1 + np.arange(many), 1 + many + place, np.full(places, 1 + many + places)]
    )
    room = np.maximum(state.room, 0)
    total = np.full(len(group), state.people.sum())
    values = np.concatenate([state.people, total, room])
    size = many + places + 2
    return csr_array((values.astype(np.int32), (tails, heads)), shape=(size, size))


_STEPS = (_served, _alone, _followed, _outdone)
