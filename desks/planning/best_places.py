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
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from .covering import Sites, covered_people, grouped
from .narrowing import narrowed
from .program import BoolArray, FloatArray, Program, Row

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


def percent_up(gap: float) -> float:
    """Return a gap in percent with two decimals, at least 0.01 where it is open."""
    return max(round(100 * gap, 2), 0.01) if gap > 0 else 0.0


def fewest(sites: Sites, target: int | None = None, *, limit_s: float = LIMIT_S) -> Picked:
    """Return the fewest candidates that cover the target: as many people as all of them would.

    Of equal answers the cheapest, then the one with the earliest candidates. With the largest
    target the parts of the map that share no place are answered one by one.
    """
    most = covered_people(sites)
    ends = time.monotonic() + limit_s
    if target is not None and target < most:
        return _fewest(sites, target, ends)
    known = narrowed(sites)
    small_first = sorted(_parts(known.rest), key=lambda part: len(part.place))
    parts = [_fewest(part, covered_people(part), ends) for part in small_first]
    chosen = tuple(sorted((*known.forced, *(place for part in parts for place in part.chosen))))
    return Picked(
        chosen,
        covered_people(sites, chosen),
        len(chosen),
        len(known.forced) + sum(part.bound for part in parts),
        all(part.is_unique for part in parts),
    )


def most_people(
    sites: Sites, *, count: int | None = None, budget: int | None = None, limit_s: float = LIMIT_S
) -> Picked:
    """Return the candidates that cover most people within the count, the budget or both.

    Of equal answers the one with fewest places, then the cheapest, then with the earliest
    candidates.
    """
    model = Program.of(grouped(sites))
    rules = [] if count is None else [Row(model.places, -np.inf, count)]
    rules += [] if budget is None else [Row(model.costs, -np.inf, budget / model.cost_unit)]
    goals, ends = (-model.covered, *_order(model)), time.monotonic() + limit_s
    most = covered_people(sites)
    picked = _searched(sites, model, rules, goals, ends, enough=most)
    if picked.covered < most or picked.gap > 0:
        return picked
    # as many as all candidates would cover: of these choices the fewest are narrowed first
    least = fewest(sites, limit_s=ends - time.monotonic())
    cost = int(sites.cost[list(least.chosen)].sum())
    if (count is None or least.value <= count) and (budget is None or cost <= budget):
        sure = least.is_unique and least.gap == 0
        return replace(least, value=least.covered, bound=most, is_unique=sure)
    return _searched(sites, model, rules, goals, ends)


def _order(model: "Program") -> tuple[FloatArray, FloatArray]:
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
    model = Program.of(groups)
    column, owed = model.owed(groups, len(sites.capacity))
    rules = [
        Row(model.covered, target - model.given - _HALF, np.inf),
        Row(column, owed - _HALF, np.inf),
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
    groups = grouped(sites)
    model = Program.of(groups)
    rules = [Row(model.covered, target - model.given - _HALF, np.inf)]
    if len(groups.people) and target == int(groups.people.sum()):
        model, rules = model.of_everyone(), []
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


def _searched(
    sites: Sites,
    model: Program,
    rules: Sequence[Row],
    goals: Sequence[FloatArray],
    ends: float,
    *,
    enough: int | None = None,
) -> Picked:
    """Return the answer that is best by the first goal, then the next, then by its candidates.

    With ``enough`` people covered it is the first found, not told apart from equal ones.
    """
    held = list(rules)
    free = (np.zeros(len(model.places)), model.upper)
    if not len(model.candidates):
        return _picked(sites, model, (), goals[0], None)
    first = model.minimum(goals[0], held, free, ends - time.monotonic())
    chosen = () if first.x is None else _open(model, first.x)
    if first.x is None or first.status != 0:
        return replace(_picked(sites, model, chosen, goals[0], first), is_unique=False)
    if enough is not None and covered_people(sites, chosen) == enough:
        return replace(_picked(sites, model, chosen, goals[0], first), is_unique=False)
    free = model.without_worse(goals[0], held, free, round(first.fun), ends - time.monotonic())
    held.append(Row(goals[0], -np.inf, round(first.fun) + _HALF))
    # people are seldom equal to the last one, so that this spares the other goals their programs
    if not goals[0] @ model.covered or not _is_alone(model, held, free, chosen, ends):
        chosen, is_unique = _first_of_equals(model, held, free, (goals[1:], chosen), ends)
        return replace(_picked(sites, model, chosen, goals[0], first), is_unique=is_unique)
    return _picked(sites, model, chosen, goals[0], first)


def _first_of_equals(
    model: Program,
    held: Sequence[Row],
    free: tuple[FloatArray, FloatArray],
    asked: tuple[Sequence[FloatArray], tuple[int, ...]],
    ends: float,
) -> tuple[tuple[int, ...], bool]:
    """Return the best by the goals asked for, then by candidates; false where time ran out."""
    goals, chosen = asked
    rules = list(held)
    for goal in goals:
        if not goal.any():
            continue
        found = model.minimum(goal, rules, free, ends - time.monotonic())
        if found.x is None or found.status != 0:
            return chosen, False
        chosen = _open(model, found.x)
        free = model.without_worse(goal, rules, free, round(found.fun), ends - time.monotonic())
        rules.append(Row(goal, -np.inf, round(found.fun) + _HALF))
    return _told_apart(model, rules, free, chosen, ends)


def _is_alone(
    model: Program,
    held: Sequence[Row],
    free: tuple[FloatArray, FloatArray],
    chosen: tuple[int, ...],
    ends: float,
) -> bool:
    """Return whether it is proven that no other choice keeps the rules."""
    rules = [*held, model.other_than(chosen)]
    nothing = np.zeros(len(model.places))
    other = model.minimum(nothing, rules, free, ends - time.monotonic())
    return bool(other.status == _INFEASIBLE)


def _told_apart(
    model: Program,
    held: Sequence[Row],
    free: tuple[FloatArray, FloatArray],
    chosen: tuple[int, ...],
    ends: float,
) -> tuple[tuple[int, ...], bool]:
    """Return the answer with the earliest candidates among equals; false where time ran out.

    Earliest: of two sets the one that has the first candidate in which they differ.
    """
    if _is_alone(model, held, free, chosen, ends):
        return chosen, True
    low, high = free[0].copy(), free[1].copy()
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


def _open(model: Program, found: FloatArray) -> tuple[int, ...]:
    return tuple(int(v) for v in model.candidates[found[: len(model.candidates)] > _HALF])


def _picked(
    sites: Sites,
    model: Program,
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
