"""How many people a set of open places can cover at most: whole people, as a maximum flow."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from .answers import LongArray

UNLIMITED = -1


@dataclass(frozen=True, eq=False)
class Sites:
    """People at points (n,) and the places (m,) each may use, sparse by rows (CSR).

    ``capacity`` is UNLIMITED where a place is never full; candidates may be opened at ``cost``,
    the other places are open. Rows of ``must`` (n,) are points whose people stand in another row,
    where they count only if one of the point's own places is open.
    """

    people: LongArray
    first: LongArray
    place: LongArray
    capacity: LongArray
    is_candidate: NDArray[np.bool_]
    cost: LongArray
    must: NDArray[np.bool_] | None = None

    @property
    def is_asked(self) -> NDArray[np.bool_]:
        """Return which points (n,) have people, or must reach an open place."""
        lived: NDArray[np.bool_] = self.people > 0
        return lived if self.must is None else lived | self.must


@dataclass(frozen=True, eq=False)
class Shortage:
    """Points (n,) that no open place is in reach of, and points that share too little room."""

    is_unreached: NDArray[np.bool_]
    is_short: NDArray[np.bool_]
    room: int


def grouped(sites: Sites) -> Sites:
    """Return the same people with points that may use the same places as one, the first first.

    Points that nobody lives at or that reach no place are left out, those that must reach one not:
    a group without people is of such points.
    """
    counts = np.diff(sites.first)
    there = np.flatnonzero((counts > 0) & sites.is_asked)
    if not len(there):
        empty = np.zeros(0, np.int64)
        return replace(sites, people=empty, first=np.zeros(1, np.int64), place=empty, must=None)
    reach = np.zeros((len(there), len(sites.capacity)), np.bool_)
    reach[np.repeat(np.arange(len(there)), counts[there]), _pairs_of(sites, there)] = True
    packed = np.packbits(reach, axis=1)
    _, first_of, group = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first_of, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    people = np.zeros(len(order), np.int64)
    np.add.at(people, rank[group.ravel()], sites.people[there])
    row, place = np.nonzero(reach[first_of[order]])
    first = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(order)))])
    table = (people, first.astype(np.int64), place.astype(np.int64))
    must = None if sites.must is None else people == 0
    return replace(sites, people=table[0], first=table[1], place=table[2], must=must)


def _pairs_of(sites: Sites, rows: LongArray) -> LongArray:
    held = np.zeros(len(sites.people), np.bool_)
    held[rows] = True
    return sites.place[np.repeat(held, np.diff(sites.first))]


def covered_people(sites: Sites, chosen: Iterable[int] | None = None) -> int:
    """Return the most people that the open places and the chosen candidates can cover together.

    Without ``chosen`` every candidate counts as open.
    """
    groups, graph = _network(sites, chosen)
    if not len(groups.people):
        return 0
    return int(maximum_flow(graph, 0, graph.shape[0] - 1).flow_value)


def shortage(sites: Sites) -> Shortage:
    """Return who stays uncovered with every place and candidate open, and why.

    The points that are short are those of a minimum cut: together they are more than all the
    room (``room`` people) of every place that any of them reaches (Hall 1935, by max-flow min-cut).
    """
    unreached = (np.diff(sites.first) == 0) & (sites.people > 0)
    groups, graph = _network(sites, None)
    if not len(groups.people):
        return Shortage(unreached, np.zeros(len(sites.people), np.bool_), 0)
    places = come_to(left_open(graph), 0)[1 + len(groups.people) : -1]
    room = int(sites.capacity[places & (sites.capacity != UNLIMITED)].sum())
    reaches = np.zeros(len(sites.people), np.int64)
    np.add.at(
        reaches,
        np.repeat(np.arange(len(sites.people)), np.diff(sites.first)),
        ~places[sites.place],
    )
    short = (reaches == 0) & (np.diff(sites.first) > 0) & (sites.people > 0)
    return Shortage(unreached, short, room)


def left_open(graph: csr_array) -> csr_array:
    """Return the arcs, both ways, that a largest flow from first to last node leaves open."""
    left = graph - maximum_flow(graph, 0, graph.shape[0] - 1).flow
    left.data[left.data < 0] = 0
    left.eliminate_zeros()
    return left


def come_to(arcs: csr_array, node: int) -> NDArray[np.bool_]:
    """Return which nodes (n,) can be come to from the node."""
    inside = np.zeros(arcs.shape[0], np.bool_)
    inside[breadth_first_order(arcs, node, return_predecessors=False)] = True
    return inside


def _network(sites: Sites, chosen: Iterable[int] | None) -> tuple[Sites, csr_array]:
    """Return the groups and the graph source → groups → places → sink in whole people."""
    groups = grouped(sites)
    many, places = len(groups.people), len(sites.capacity)
    total = int(groups.people.sum())
    is_open = ~sites.is_candidate
    if chosen is None:
        is_open = np.ones(places, np.bool_)
    else:
        is_open[list(chosen)] = True
    room = np.where(sites.capacity == UNLIMITED, total, np.minimum(sites.capacity, total))
    room = np.where(is_open, room, 0)
    group = np.repeat(np.arange(many), np.diff(groups.first))
    tails = np.concatenate([np.zeros(many, np.int64), 1 + group, 1 + many + np.arange(places)])
    heads = np.concatenate(
        [1 + np.arange(many), 1 + many + groups.place, np.full(places, 1 + many + places)]
    )
    values = np.concatenate([groups.people, groups.people[group], room])
    size = many + places + 2
    graph = csr_array((values.astype(np.int32), (tails, heads)), shape=(size, size))
    return groups, graph
