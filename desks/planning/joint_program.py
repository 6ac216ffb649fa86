"""Which places of several kinds to open: one mixed-integer program over all kinds, for HiGHS.

The capacitated maximal covering location problem (Church and ReVelle 1974; Current and Storbeck
1988) with one flow for each kind: of a group of people who may use the same places as many count as
the least of its flows. The people of its answer are an upper bound for what filling each kind by
itself covers.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from .answers import LongArray
from .covering import UNLIMITED, Sites, grouped
from .highs import BoolArray, FloatArray, Found, least
from .in_turn import Groups, within
from .program import Row, paid, short_of

LIMIT_S = 60.0
"""How long the solver may search before the best answer so far is given with its gap."""

_HALF = 0.5
_SURE = 1e-6
_SLIPS = 8


@dataclass(frozen=True)
class BothKinds:
    """The question of each kind over the same points, and which candidate each of its own is.

    ``ranks`` are, per kind, the numbers among all candidates of those of the kind, in its order;
    ``costs`` are of all candidates in yuan.
    """

    kinds: tuple[Sites, ...]
    ranks: tuple[tuple[int, ...], ...]
    costs: tuple[int, ...]


@dataclass(frozen=True)
class Best:
    """The candidates to open, by their numbers, and what no choice betters: places or people.

    Where time ran out ``is_cut_off`` is true, and ``in_turn`` are choices to hold it against.
    """

    chosen: tuple[int, ...]
    bound: int
    is_cut_off: bool = False
    in_turn: tuple[tuple[int, ...], ...] = ()


def best_jointly(both: BothKinds, ask: str, amount: int | None, limit_s: float = LIMIT_S) -> Best:
    """Return the choice for ``fewest``, ``count`` or ``budget``: most people, then fewest places.

    ``fewest`` asks for as many people as all candidates would cover.
    """
    ends = time.monotonic() + limit_s
    model = _Model.of(both)
    if not len(model.upper):
        return Best((), 0)
    rules: list[Row] = []
    if ask == "count" and amount is not None:
        rules.append(Row(model.places, -np.inf, amount))
    if ask == "budget" and amount is not None:
        rules.append(paid(model.costs, amount, 1))
    for _ in range(_SLIPS):
        best = _searched(model, rules, ends, everything=ask == "fewest")
        if ask != "budget" or sum(both.costs[one] for one in best.chosen) <= (amount or 0):
            return _with_others(best, both, ask, amount)
        # the solver keeps a budget but for a millionth: never this choice again
        rules.append(short_of(np.arange(len(both.costs)), best.chosen, len(model.upper)))
    return _with_others(Best((), best.bound, is_cut_off=True), both, ask, amount)


def _with_others(best: Best, both: BothKinds, ask: str, amount: int | None) -> Best:
    """Return an answer that was cut off with choices made one by one, to hold it against."""
    if not best.is_cut_off or ask == "fewest":
        return best
    groups, kind = _merged(both.kinds)
    asked = Groups(groups, kind, _numbers(both), np.array(both.costs, np.int64))
    others = within(
        asked,
        count=amount if ask == "count" else None,
        budget=amount if ask == "budget" else None,
    )
    return replace(best, in_turn=tuple(tuple(sorted(one)) for one in others))


def _searched(model: "_Model", rules: Sequence[Row], ends: float, *, everything: bool) -> Best:
    """Return the choice of most people, then fewest places, and its bound.

    With ``everything`` the people are those of all candidates, and the bound is of places.
    """
    first = model.minimum(-model.people, rules, model.lower(everything=everything), ends)
    if first.x is None:
        return Best((), 0 if everything else model.all_people, is_cut_off=True)
    bound = int(min(model.all_people, np.floor(-first.bound + _SURE)))
    held = round(float(model.people @ first.x))
    within = [*rules, Row(model.people, held - _HALF, np.inf)]
    second = model.minimum(model.places, within, model.lower(everything=False), ends)
    x = first.x if second.x is None else second.x
    chosen = tuple(np.flatnonzero(x[: int(model.places.sum())] > _HALF).tolist())
    is_proven = first.status == Found.BEST
    if not everything:
        return Best(chosen, bound, is_cut_off=not is_proven)
    fewest = 0 if second.x is None else int(np.ceil(max(second.bound, 0.0) - _SURE))
    is_proven &= second.status == Found.BEST
    return Best(chosen, max(fewest, 0), is_cut_off=not is_proven)


@dataclass(frozen=True, eq=False)
class _Model:
    """Variables: candidates (0 or 1), people of each group who count, flows into tight places."""

    rows: csr_array
    high: FloatArray
    upper: FloatArray
    places: FloatArray
    costs: FloatArray
    people: FloatArray
    all_people: int

    @classmethod
    def of(cls, both: BothKinds) -> "_Model":
        """Return the program; points that may use the same places of every kind are one group."""
        groups, kind = _merged(both.kinds)
        number = _numbers(both)
        many, size = len(both.costs), len(groups.people)
        row = np.repeat(np.arange(size), np.diff(groups.first))
        reachable = np.bincount(groups.place, groups.people[row], len(groups.capacity))
        roomy = (groups.capacity == UNLIMITED) | (groups.capacity >= reachable)
        tight = ~roomy[groups.place]
        flows = many + size + np.arange(int(tight.sum()))
        width = many + size + len(flows)
        parts = [
            _kind_rows((groups, row), (kind[groups.place] == k), (roomy, number, flows), width)
            for k in range(len(both.kinds))
        ]
        parts += [
            _place_rows(groups, tight, (number, flows), width),
            _pair_rows((groups, row), tight, (number, flows), width),
        ]
        most = np.minimum(groups.people[row], np.maximum(groups.capacity[groups.place], 0))[tight]
        goal = np.zeros((3, width))
        goal[0, :many], goal[1, :many] = 1.0, both.costs
        goal[2, many : many + size] = 1.0
        return cls(
            vstack([part for part, _ in parts]).tocsr(),
            np.concatenate([high for _, high in parts]),
            np.concatenate([np.ones(many), groups.people, most]).astype(np.float64),
            goal[0],
            goal[1],
            goal[2],
            int(groups.people.sum()),
        )

    def lower(self, *, everything: bool) -> FloatArray:
        """Return the least of each variable; with ``everything`` every candidate is open."""
        return self.places.copy() if everything else np.zeros(len(self.places))

    def minimum(
        self, goal: FloatArray, rules: Sequence[Row], low: FloatArray, ends: float
    ) -> Found:
        """Return the least goal under the rules until the time is over."""
        own = (self.rows, np.full(len(self.high), -np.inf), self.high)
        blocks = [own, *(rule.block for rule in rules)]
        whole = self.places > 0
        return least(goal, blocks, (low, self.upper), s=ends - time.monotonic(), whole=whole)


def _merged(kinds: Sequence[Sites]) -> tuple[Sites, LongArray]:
    """Return all kinds as one question, its groups reaching each, and the kind of each place."""
    reached = np.all([np.diff(one.first) > 0 for one in kinds], axis=0)
    people = np.where(reached, np.min([one.people for one in kinds], axis=0), 0)
    offset = np.cumsum([0, *(len(one.capacity) for one in kinds)])
    row = np.concatenate([np.repeat(np.arange(len(people)), np.diff(one.first)) for one in kinds])
    place = np.concatenate([one.place + n for one, n in zip(kinds, offset, strict=False)])
    order = np.lexsort((place, row))
    first = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(people)))])
    whole = Sites(
        people,
        first.astype(np.int64),
        place[order],
        np.concatenate([one.capacity for one in kinds]),
        np.concatenate([one.is_candidate for one in kinds]),
        np.concatenate([one.cost for one in kinds]),
    )
    kind = np.repeat(np.arange(len(kinds)), [len(one.capacity) for one in kinds])
    return grouped(whole), kind


def _numbers(both: BothKinds) -> LongArray:
    """Return the number of the candidate that each place of all kinds is, -1 for those on file."""
    found = []
    for one, ranks in zip(both.kinds, both.ranks, strict=True):
        number = np.full(len(one.capacity), -1, np.int64)
        number[one.is_candidate] = ranks
        found.append(number)
    return np.concatenate(found)


_Rows = tuple[csr_array, FloatArray]
_Of = tuple[Sites, LongArray]


def _kind_rows(
    of: _Of, mine: BoolArray, about: tuple[BoolArray, LongArray, LongArray], width: int
) -> _Rows:
    """Return that of each group no more count than this kind takes in; none where it takes all."""
    (groups, row), (roomy, number, flows) = of, about
    size = len(groups.people)
    wide = mine & roomy[groups.place]
    served = np.zeros(size, np.bool_)
    served[row[wide & (number[groups.place] < 0)]] = True
    asked = np.flatnonzero(~served)
    rank = np.full(size, -1)
    rank[asked] = np.arange(len(asked))
    flow = np.full(len(row), -1)
    flow[~roomy[groups.place]] = flows
    open_pair = mine & ~served[row]
    wide, tight = open_pair & roomy[groups.place], open_pair & ~roomy[groups.place]
    first = width - size - len(flows)
    at_row = np.concatenate([np.arange(len(asked)), rank[row[wide]], rank[row[tight]]])
    at = np.concatenate([first + asked, number[groups.place[wide]], flow[tight]])
    values = np.concatenate(
        [np.ones(len(asked)), -groups.people[row[wide]].astype(float), -np.ones(int(tight.sum()))]
    )
    return _matrix(at_row, at, values, (len(asked), width)), np.zeros(len(asked))


def _place_rows(
    groups: Sites, tight: BoolArray, about: tuple[LongArray, LongArray], width: int
) -> _Rows:
    """Return that no place takes in more than it has room for, none while it is closed."""
    number, flows = about
    place = groups.place[tight]
    used = np.unique(place)
    rank = np.full(len(groups.capacity), -1)
    rank[used] = np.arange(len(used))
    new = used[number[used] >= 0]
    at_row = np.concatenate([rank[place], rank[new]])
    at = np.concatenate([flows, number[new]])
    values = np.concatenate([np.ones(len(flows)), -groups.capacity[new].astype(float)])
    high = np.where(number[used] >= 0, 0, groups.capacity[used]).astype(np.float64)
    return _matrix(at_row, at, values, (len(used), width)), high


def _pair_rows(of: _Of, tight: BoolArray, about: tuple[LongArray, LongArray], width: int) -> _Rows:
    """Return that nobody goes to a closed place, pair by pair, which bounds the solver well."""
    (groups, row), (number, flows) = of, about
    place = groups.place[tight]
    new = number[place] >= 0
    most = np.minimum(groups.people[row[tight]], groups.capacity[place])[new]
    rows = np.arange(int(new.sum()))
    at_row, at = np.tile(rows, 2), np.concatenate([flows[new], number[place[new]]])
    values = np.concatenate([np.ones(len(rows)), -most.astype(float)])
    return _matrix(at_row, at, values, (len(rows), width)), np.zeros(len(rows))


def _matrix(row: LongArray, at: LongArray, values: FloatArray, shape: tuple[int, int]) -> csr_array:
    """Return the matrix; two kinds of one candidate in one row are added up."""
    return csr_array(coo_array((values, (row, at)), shape=shape))
