"""Cuts that a choice of places leaves short of room: what would have to be opened, as rows."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from .answers import LongArray
from .covering import UNLIMITED, Sites, come_to, left_open
from .highs import BoolArray, FloatArray

BROKEN = 1e-6
"""By what share of its limit shares of places break a row; whole places do by one person."""

_SCALE = 1000
"""Parts of a person that shares of places are counted in, where the numbers leave room."""

_LARGEST = 2**31 - 1
_SIDES = 12


@dataclass(frozen=True, eq=False)
class Cuts:
    """The flow source → groups → places → sink, whose cuts a choice must not leave short.

    Built once: ``order`` sorts the values of its arcs, ``first`` and ``head`` are their rows (CSR).
    """

    sites: Sites
    room: LongArray
    row: LongArray
    lesser: LongArray
    order: LongArray
    first: LongArray
    head: LongArray
    scale: int

    @classmethod
    def of(cls, sites: Sites) -> "Cuts":
        """Return the flow of groups and the places they reach."""
        many, places = len(sites.people), len(sites.capacity)
        row = np.repeat(np.arange(many), np.diff(sites.first))
        total = int(sites.people.sum())
        room = np.where(sites.capacity == UNLIMITED, total, np.minimum(sites.capacity, total))
        nodes = many + places + 2
        to = np.arange(places)
        tails = np.concatenate([np.zeros(many, np.int64), 1 + row, 1 + many + to])
        heads = np.concatenate([1 + np.arange(many), 1 + many + sites.place, 0 * to + nodes - 1])
        order = np.lexsort((heads, tails))
        first = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=nodes))])
        return cls(
            sites=sites,
            room=room,
            row=row,
            lesser=np.minimum(sites.people[row], room[sites.place]),
            order=order,
            first=first.astype(np.int32),
            head=heads[order].astype(np.int32),
            scale=max(min(_SCALE, _LARGEST // max(total, 1)), 1),
        )

    def broken(self, shares: FloatArray, *, every: bool = False) -> list[FloatArray]:
        """Return rows that these shares of candidates (k,) break: none if everyone is covered.

        With ``every`` more than one, among them one for each of the first groups left out.
        """
        left = self._left(shares)
        sides = [come_to(left, 0)]
        if every:
            sides += [~come_to(left.T.tocsr(), left.shape[0] - 1), *self._each(left)]
        is_whole = _is_whole(shares)
        rows: list[FloatArray] = []
        for side in sides:
            room, owed = self._cut(side)
            spare = room @ shares - owed
            if spare < 0 if is_whole else spare < -BROKEN * owed:
                rows.append(np.minimum(room / owed, 1.0))
                # of whole places, one is missing that is closed and has room here
                rows += [((room > 0) & (shares == 0)).astype(np.float64)] if is_whole else []
        return rows

    def _left(self, shares: FloatArray) -> csr_array:
        """Return the arcs that a largest flow leaves open, forwards and backwards."""
        sites = self.sites
        scale = 1 if _is_whole(shares) else self.scale
        is_open = np.ones(len(self.room))
        is_open[sites.is_candidate] = shares
        parts = scale * np.concatenate(
            [sites.people, self.lesser * is_open[sites.place], self.room * is_open]
        )
        values = np.floor(parts + BROKEN).astype(np.int32)
        size = len(self.first) - 1
        graph = csr_array((values[self.order], self.head, self.first), shape=(size, size))
        return left_open(graph)

    def _each(self, left: csr_array) -> list[BoolArray]:
        """Return whom each of the first groups with people left out can push aside, by group."""
        inner = left.tocoo()
        held = (inner.row != 0) & (inner.col != 0)
        arcs = csr_array((inner.data[held], (inner.row[held], inner.col[held])), shape=inner.shape)
        seen = np.zeros(arcs.shape[0], np.bool_)
        sides: list[BoolArray] = []
        for group in left[[0], :].tocoo().col.tolist():
            if seen[group] or len(sides) == _SIDES:
                continue
            sides.append(come_to(arcs, group))
            seen |= sides[-1]
        return sides

    def _cut(self, side: BoolArray) -> tuple[LongArray, int]:
        """Return the room (k,) that candidates have across a cut, and the people they owe it."""
        sites, many = self.sites, len(self.sites.people)
        groups, places = side[1 : 1 + many], side[1 + many : -1]
        room = np.where(places, self.room, 0)
        across = groups[self.row] & ~places[sites.place]
        np.add.at(room, sites.place[across], self.lesser[across])
        owed = int(sites.people[groups].sum() - room[~sites.is_candidate].sum())
        return room[sites.is_candidate], owed


def _is_whole(shares: FloatArray) -> bool:
    return bool(np.all((shares == 0) | (shares == 1)))
