"""Which candidates to open: exact answers by mixed-integer programming, on plain arrays.

The model is the capacitated maximal covering location problem (Church and ReVelle 1974; Current
and Storbeck 1988), solved by HiGHS (Huangfu and Hall 2018) through `scipy.optimize.milp`. Points
that reach the same places are one group, which loses nothing: who is covered is a flow, and a flow
does not tell them apart. With places that are open or not the flow is integral, so that people are
whole; its value is worked out again by a maximum flow in whole numbers, which decides.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from .answers import LongArray
from .covering import UNLIMITED, Sites, covered_people, grouped

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

LIMIT_S = 60.0
"""How long the solver may search before the best answer so far is given with its gap."""

_CHUNK = 20
"""Candidates whose choice one program settles among equals: powers of two up to 2^19."""

_HALF = 0.5
_SLIPS = 8


@dataclass(frozen=True, eq=False)
class Picked:
    """The candidates to open, by their numbers among the places, ascending.

    ``covered`` people follow from a whole flow; ``value`` is what was asked for (places or people)
    and ``bound`` what no answer can better; ``is_unique`` is false where time ran out before equal
    answers were told apart.
    """

    chosen: tuple[int, ...]
    covered: int
    value: int
    bound: int
    is_unique: bool

    @property
    def gap(self) -> float:
        """Return by what share of its value the answer might be bettered; 0 is proven best."""
        return abs(self.value - self.bound) / max(abs(self.value), 1)


def fewest(sites: Sites, target: int | None = None, *, limit_s: float = LIMIT_S) -> Picked:
    """Return the fewest candidates that cover the target: as many people as all of them would.

    Of equal answers the cheapest, then the one with the earliest candidates. With the largest
    target the parts of the map that share no place are answered one by one.
    """
    most = covered_people(sites)
    ends = time.monotonic() + limit_s
    if target is not None and target < most:
        return _fewest(sites, target, ends)
    parts = [_fewest(part, covered_people(part), ends) for part in _parts(sites)]
    chosen = tuple(sorted(place for part in parts for place in part.chosen))
    return Picked(
        chosen,
        covered_people(sites, chosen),
        len(chosen),
        sum(part.bound for part in parts),
        all(part.is_unique for part in parts),
    )


def most_people(
    sites: Sites, *, count: int | None = None, budget: int | None = None, limit_s: float = LIMIT_S
) -> Picked:
    """Return the candidates that cover most people within the count, the budget or both.

    Of equal answers the one with fewest places, then the cheapest, then with the earliest
    candidates.
    """
    model = _Model.of(grouped(sites))
    rules = [] if count is None else [_Row(model.places, -np.inf, count)]
    rules += [] if budget is None else [_Row(model.costs, -np.inf, budget / model.cost_unit)]
    first = (-model.covered, *_order(model))
    return _searched(sites, model, rules, first, time.monotonic() + limit_s)


def _order(model: "_Model") -> tuple[FloatArray, FloatArray]:
    return model.places, model.costs


def cheapest(
    sites: Sites, target: int, *, must: BoolArray | None = None, limit_s: float = LIMIT_S
) -> Picked:
    """Return the cheapest candidates that cover the target; ``value`` and ``bound`` are costs.

    Everyone at the points (n,) of ``must`` is among those covered. Of equal answers the one with
    fewest places, then with the earliest candidates. Ask only for what all candidates could do.
    """
    asked = np.zeros(len(sites.people), np.bool_) if must is None else must
    groups = grouped(_marked(sites, asked))
    model = _Model.of(groups)
    column, owed = model.owed(groups, len(sites.capacity))
    rules = [
        _Row(model.covered, target - model.given - _HALF, np.inf),
        _Row(column, owed - _HALF, np.inf),
    ]
    objectives = (model.costs, model.places)
    picked = _searched(sites, model, rules, objectives, time.monotonic() + limit_s)
    unit = model.cost_unit
    picked = replace(picked, value=picked.value * unit, bound=picked.bound * unit)
    if picked.covered < target:
        return _everything(sites, picked, int(sites.cost[sites.is_candidate].sum()))
    return picked


def _marked(sites: Sites, asked: BoolArray) -> Sites:
    """Return the same with one more place, without room, in reach of the points asked for.

    It keeps their groups apart from the others'.
    """
    row = np.repeat(np.arange(len(sites.people)), np.diff(sites.first))
    own = np.flatnonzero(asked)
    rows = np.concatenate([row, own])
    place = np.concatenate([sites.place, np.full(len(own), len(sites.capacity))])
    order = np.argsort(rows, kind="stable")
    counts = np.bincount(rows, minlength=len(sites.people))
    return Sites(
        sites.people,
        np.concatenate([[0], np.cumsum(counts)]),
        place[order],
        np.append(sites.capacity, 0),
        np.append(sites.is_candidate, np.False_),
        np.append(sites.cost, 0),
    )


def _fewest(sites: Sites, target: int, ends: float) -> Picked:
    model = _Model.of(grouped(sites))
    rules = [_Row(model.covered, target - model.given - _HALF, np.inf)]
    for _ in range(_SLIPS):
        picked = _searched(sites, model, rules, _order(model), ends)
        if picked.covered >= target or picked.gap > 0:
            break
        # the solver took a tiny share of a place for none of it: never this set again
        rules.append(model.other_than(picked.chosen))
    if picked.covered < target:
        return _everything(sites, picked, int(sites.is_candidate.sum()))
    return picked


def _everything(sites: Sites, picked: Picked, value: int) -> Picked:
    """Return all candidates, which reach the target at least, where time ran out before any set."""
    chosen = tuple(np.flatnonzero(sites.is_candidate).tolist())
    return replace(
        picked, chosen=chosen, covered=covered_people(sites), value=value, is_unique=False
    )


@dataclass(frozen=True, eq=False)
class _Row:
    """One linear rule over all variables: ``low`` ≤ weights · variables ≤ ``high``."""

    weights: FloatArray
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class _Model:
    """The program: candidates (0 or 1), then groups under roomy ones, then pairs with tight ones.

    ``given`` people are covered whatever is chosen; ``costs`` count in ``cost_unit``;
    ``group`` is the group of each variable, -1 for candidates; ``served`` are the groups given.
    """

    candidates: LongArray
    places: FloatArray
    costs: FloatArray
    cost_unit: int
    covered: FloatArray
    upper: FloatArray
    rows: tuple[tuple[csr_array, FloatArray], ...]
    served: BoolArray
    group: LongArray
    given: int

    @classmethod
    def of(cls, sites: Sites) -> "_Model":
        """Return the program of places whose points are already groups."""
        candidates = np.flatnonzero(sites.is_candidate)
        group = np.repeat(np.arange(len(sites.people)), np.diff(sites.first))
        reachable = np.bincount(sites.place, sites.people[group], len(sites.capacity))
        roomy = (sites.capacity == UNLIMITED) | (sites.capacity >= reachable)
        served = np.zeros(len(sites.people), np.bool_)
        served[group[roomy[sites.place] & ~sites.is_candidate[sites.place]]] = True
        open_pair = ~served[group]
        wide = open_pair & roomy[sites.place] & sites.is_candidate[sites.place]
        tight = open_pair & ~roomy[sites.place]
        return _assembled(sites, candidates, group, (wide, tight), served)

    def owed(self, groups: Sites, mark: int) -> tuple[FloatArray, int]:
        """Return the weights of people whose groups reach the mark, and how many are not given."""
        row = np.repeat(np.arange(len(groups.people)), np.diff(groups.first))
        marked = np.zeros(len(groups.people), np.bool_)
        marked[row[groups.place == mark]] = True
        inside = np.append(marked, np.False_)[self.group]
        return self.covered * inside, int(groups.people[marked & ~self.served].sum())

    def minimum(
        self,
        goal: FloatArray,
        rules: Sequence[_Row],
        fixed: tuple[FloatArray, FloatArray],
        s: float,
    ) -> Any:  # noqa: ANN401 - scipy's own result
        """Return scipy's result of the least goal under the rules, within ``s`` seconds."""
        integral = np.zeros(len(goal), np.int64)
        integral[: len(self.candidates)] = 1
        held = [LinearConstraint(matrix, -np.inf, high) for matrix, high in self.rows]
        held += [LinearConstraint(csr_array(r.weights[None, :]), r.low, r.high) for r in rules]
        return milp(
            goal,
            integrality=integral,
            bounds=Bounds(*fixed),
            constraints=held,
            options={"mip_rel_gap": 0.0, "time_limit": max(s, 0.01)},
        )

    def other_than(self, chosen: Sequence[int]) -> _Row:
        """Return the rule that at least one candidate is chosen differently."""
        inside = np.isin(self.candidates, np.asarray(chosen, np.int64))
        weights = np.zeros(len(self.places))
        weights[: len(inside)] = np.where(inside, -1.0, 1.0)
        return _Row(weights, 1.0 - int(inside.sum()), np.inf)


def _assembled(
    sites: Sites,
    candidates: LongArray,
    group: LongArray,
    pairs: tuple[BoolArray, BoolArray],
    served: BoolArray,
) -> _Model:
    wide, tight = pairs
    rank = np.full(len(sites.capacity), -1)
    rank[candidates] = np.arange(len(candidates))
    loose, loose_row = np.unique(group[wide], return_inverse=True)
    many, flows = len(candidates), int(tight.sum())
    width = many + len(loose) + flows
    flow = many + len(loose) + np.arange(flows)
    crowd, room = sites.people[group[tight]], sites.capacity[sites.place[tight]]
    chosen = rank[sites.place[tight]] >= 0
    own = flow[chosen]
    groups = np.arange(len(sites.people))
    by_group = _matrix(
        (
            np.concatenate([group[tight], loose]),
            np.concatenate([flow, many + np.arange(len(loose))]),
        ),
        np.ones(flows + len(loose)),
        (len(groups), width),
    )
    tight_places = np.unique(sites.place[tight])
    turned = np.full(len(sites.capacity), -1)
    turned[tight_places] = np.arange(len(tight_places))
    to_open = tight_places[rank[tight_places] >= 0]
    by_place = _matrix(
        (
            np.concatenate([turned[sites.place[tight]], turned[to_open]]),
            np.concatenate([flow, rank[to_open]]),
        ),
        np.concatenate([np.ones(flows), -sites.capacity[to_open].astype(np.float64)]),
        (len(tight_places), width),
    )
    by_pair = _matrix(
        (np.tile(np.arange(len(own)), 2), np.concatenate([own, rank[sites.place[tight][chosen]]])),
        np.concatenate([np.ones(len(own)), -np.minimum(crowd, room)[chosen].astype(np.float64)]),
        (len(own), width),
    )
    by_loose = _matrix(
        (
            np.concatenate([np.arange(len(loose)), loose_row]),
            np.concatenate([many + np.arange(len(loose)), rank[sites.place[wide]]]),
        ),
        np.concatenate([np.ones(len(loose)), -sites.people[group[wide]].astype(np.float64)]),
        (len(loose), width),
    )
    unit = int(np.gcd.reduce(sites.cost[candidates])) if len(candidates) else 0
    places, costs, covered = np.zeros(width), np.zeros(width), np.zeros(width)
    places[:many] = 1.0
    costs[:many] = sites.cost[candidates] / max(unit, 1)
    covered[many:] = 1.0
    upper = np.concatenate([np.ones(many), sites.people[loose], np.minimum(crowd, room)])
    held_room = np.where(rank[tight_places] >= 0, 0, sites.capacity[tight_places])
    rows = (
        (by_group, sites.people.astype(np.float64)),
        (by_place, held_room.astype(np.float64)),
        (by_pair, np.zeros(len(own))),
        (by_loose, np.zeros(len(loose))),
    )
    kept = tuple((matrix, high) for matrix, high in rows if matrix.shape[0])
    return _Model(
        candidates=candidates,
        places=places,
        costs=costs,
        cost_unit=max(unit, 1),
        covered=covered,
        upper=upper.astype(np.float64),
        rows=kept,
        served=served,
        group=np.concatenate([np.full(many, -1), loose, group[tight]]),
        given=int(sites.people[served].sum()),
    )


def _matrix(
    at: tuple[LongArray, LongArray], values: FloatArray, shape: tuple[int, int]
) -> csr_array:
    return csr_array((values, at), shape=shape)


def _searched(
    sites: Sites, model: _Model, rules: Sequence[_Row], goals: Sequence[FloatArray], ends: float
) -> Picked:
    """Return the answer that is best by the first goal, then the next, then by its candidates."""
    held = list(rules)
    free = (np.zeros(len(model.places)), model.upper)
    if not len(model.candidates):
        return _picked(sites, model, (), goals[0], None)
    chosen: tuple[int, ...] = ()
    first: Any = None
    for goal in goals:
        found = model.minimum(goal, held, free, ends - time.monotonic())
        if found.x is None or found.status != 0:
            first = first or found
            chosen = chosen if found.x is None or first is not found else _open(model, found.x)
            return replace(_picked(sites, model, chosen, goals[0], first), is_unique=False)
        chosen = _open(model, found.x)
        first = first or found
        held.append(_Row(goal, -np.inf, round(found.fun) + _HALF))
    chosen, is_unique = _told_apart(model, held, chosen, ends)
    return replace(_picked(sites, model, chosen, goals[0], first), is_unique=is_unique)


def _told_apart(
    model: _Model, held: Sequence[_Row], chosen: tuple[int, ...], ends: float
) -> tuple[tuple[int, ...], bool]:
    """Return the answer with the earliest candidates among equals; false where time ran out.

    Earliest: of two sets the one that has the first candidate in which they differ.
    """
    nothing = np.zeros(len(model.places))
    free = (np.zeros(len(model.places)), model.upper)
    other = model.minimum(nothing, [*held, model.other_than(chosen)], free, ends - time.monotonic())
    if other.status == _INFEASIBLE:
        return chosen, True
    low, high = np.zeros(len(model.places)), model.upper.copy()
    best = chosen
    for start in range(0, len(model.candidates), _CHUNK):
        part = np.arange(start, min(start + _CHUNK, len(model.candidates)))
        goal = np.zeros(len(model.places))
        goal[part] = -(2.0 ** np.arange(len(part) - 1, -1, -1))
        found = model.minimum(goal, held, (low, high), ends - time.monotonic())
        if found.x is None or found.status != 0:
            return best, False
        best = _open(model, found.x)
        low[part] = high[part] = found.x[part] > _HALF
    return best, True


_INFEASIBLE = 2


def _open(model: _Model, found: FloatArray) -> tuple[int, ...]:
    return tuple(int(v) for v in model.candidates[found[: len(model.candidates)] > _HALF])


def _picked(
    sites: Sites,
    model: _Model,
    chosen: tuple[int, ...],
    goal: FloatArray,
    found: Any,  # noqa: ANN401
) -> Picked:
    """Return the answer with its value and bound in the first goal's whole numbers."""
    covered = covered_people(sites, chosen)
    if goal is model.places:
        value = len(chosen)
    elif goal is model.costs:
        value = int(sites.cost[list(chosen)].sum()) // model.cost_unit
    else:
        value = covered
    if found is None:
        return Picked(chosen, covered, value, value, is_unique=True)
    least = found.mip_dual_bound
    whole = -np.inf if least is None else float(np.ceil(least - 1e-6 * max(1.0, abs(least))))
    if goal is model.places or goal is model.costs:
        return Picked(chosen, covered, value, int(max(whole, 0.0)), is_unique=True)
    everyone = int(sites.people.sum())
    bound = everyone if whole == -np.inf else min(everyone, model.given - int(whole))
    return Picked(chosen, covered, value, bound, is_unique=True)


def _parts(sites: Sites) -> list[Sites]:
    """Return the parts of the map that share no place, candidates without people left out.

    The numbers of places stay; a part holds the points that reach its places.
    """
    points, places = len(sites.people), len(sites.capacity)
    row = np.repeat(np.arange(points), np.diff(sites.first))
    graph = csr_array(
        (np.ones(len(row), np.int64), (row, points + sites.place)),
        shape=(points + places, points + places),
    )
    _, label = connected_components(graph, directed=False)
    asked = np.unique(label[points:][sites.is_candidate])
    return [_part(sites, label[:points] == one) for one in asked.tolist()]


def _part(sites: Sites, inside: BoolArray) -> Sites:
    many = np.diff(sites.first)
    held = np.repeat(inside, many)
    place = sites.place[held]
    asked = np.zeros(len(sites.capacity), np.bool_)
    asked[place] = True
    return replace(
        sites,
        people=sites.people[inside],
        first=np.concatenate([[0], np.cumsum(many[inside])]),
        place=place,
        is_candidate=sites.is_candidate & asked,
    )
