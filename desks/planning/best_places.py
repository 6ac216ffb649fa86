"""Which candidates to open: exact answers by mixed-integer programming, on plain arrays.

The model is the capacitated maximal covering location problem (Church and ReVelle 1974; Current
and Storbeck 1988), solved by HiGHS (`highs.py`). Points that reach the same places are one group,
which loses nothing: who is covered is a flow, and a flow does not tell them apart. With places that
are open or not the flow is integral, so that people are whole; its value is worked out again by a
maximum flow in whole numbers, which decides. Where everyone is to be covered the question is first
narrowed (`narrowing.py`), then asked of candidates alone (`cutting.py`).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from .covering import Sites, covered_people, grouped
from .cutting import Cutting
from .highs import BoolArray, FloatArray
from .in_turn import enough, most_possible, most_within
from .narrowing import narrowed
from .program import Model, Program, Row
from .searching import EQUALS_S, Limits, Picked, searched

LIMIT_S = 60.0
"""How long the solver may search before the best answer so far is given with its gap."""

_HALF = 0.5
_SLIPS = 8


def fewest(
    sites: Sites,
    target: int | None = None,
    *,
    limit_s: float = LIMIT_S,
    equals_s: float = EQUALS_S,
) -> Picked:
    """Return the fewest candidates that cover the target: as many people as all of them would.

    Of equal answers the cheapest, then the one with the earliest candidates. With the largest
    target the parts of the map that share no place are answered one by one.
    """
    most, limits = covered_people(sites), Limits.within(limit_s, equals_s)
    if target is not None and target < most:
        return _fewest(sites, target, limits)
    known = narrowed(sites)
    small_first = sorted(_parts(known.rest), key=lambda part: len(part.place))
    parts = [_fewest(part, covered_people(part), limits) for part in small_first]
    chosen = tuple(sorted((*known.forced, *(place for part in parts for place in part.chosen))))
    return Picked(
        chosen,
        covered_people(sites, chosen),
        len(chosen),
        len(known.forced) + sum(part.bound for part in parts),
        all(part.is_unique for part in parts),
    )


def most_people(
    sites: Sites,
    *,
    count: int | None = None,
    budget: int | None = None,
    limit_s: float = LIMIT_S,
    equals_s: float = EQUALS_S,
) -> Picked:
    """Return the candidates that cover most people within the count, the budget or both.

    Of equal answers the one with fewest places, then the cheapest, then with the earliest
    candidates. Points that must reach an open place are asked for only where everyone can be
    covered: else the value may be less than the choice is said to cover, the bound holds. Where
    time runs out the answer is no worse than places chosen one by one.
    """
    asked, sites = sites, replace(sites, must=None)
    groups = grouped(sites)
    model = Program.of(groups)
    rules = [] if count is None else [Row(model.places, -np.inf, count)]
    goals, limits = (-model.covered, *_order(model)), Limits.within(limit_s, equals_s)
    most = covered_people(sites)
    picked = _paid(sites, model, (rules, budget), goals, limits, enough=most)
    if picked.gap > 0:
        in_turn = most_within(groups, count=count, budget=budget)
        bound = min(picked.bound, most, most_possible(groups, count=count, budget=budget))
        picked = _no_less(replace(picked, bound=bound), sites, in_turn)
    if picked.covered < most or picked.gap > 0:
        return picked
    # as many as all candidates would cover: of these choices the fewest are narrowed first
    least = fewest(asked, limit_s=limits.ends - time.monotonic(), equals_s=equals_s)
    cost = int(sites.cost[list(least.chosen)].sum())
    if (count is None or least.value <= count) and (budget is None or cost <= budget):
        sure = least.is_unique and least.gap == 0
        return replace(least, value=least.covered, bound=most, is_unique=sure)
    within = None if budget is None else _everyone_within(asked, budget, limits)
    last = within or _paid(sites, model, (rules, budget), goals, limits)
    return last if last.covered == most else picked


def _no_less(picked: Picked, sites: Sites, in_turn: Sequence[int]) -> Picked:
    """Return the answer, or places chosen one by one where those cover more."""
    covered = covered_people(sites, in_turn)
    if covered <= picked.covered:
        return picked
    chosen = tuple(sorted(in_turn))
    return Picked(chosen, covered, covered, max(picked.bound, covered), is_unique=False)


def _paid(
    sites: Sites,
    model: Model,
    asked: tuple[list[Row], int | None],
    goals: Sequence[FloatArray],
    limits: Limits,
    *,
    enough: int | None = None,
) -> Picked:
    """Return the best answer that keeps the rules and the budget to the last yuan.

    The solver keeps a budget but for a millionth: whatever it gives beyond is ruled out by name.
    """
    rules, budget = asked
    rules = rules if budget is None else [*rules, model.within(budget)]
    for _ in range(_SLIPS):
        picked = searched(sites, model, rules, goals, limits, enough=enough)
        if budget is None or sites.cost[list(picked.chosen)].sum() <= budget:
            return picked
        rules = [*rules, model.not_all(picked.chosen)]
    chosen, spare = [], budget or 0
    for one in sorted(picked.chosen, key=lambda place: int(sites.cost[place])):
        spare -= int(sites.cost[one])
        chosen += [one] if spare >= 0 else []
    covered = covered_people(sites, chosen)
    value = covered if goals[0] is not model.places else len(chosen)
    return Picked(tuple(sorted(chosen)), covered, value, picked.bound, is_unique=False)


def _everyone_within(sites: Sites, budget: int, limits: Limits) -> Picked | None:
    """Return the fewest candidates within the budget that cover as many as all of them would.

    ``None`` where none was found. Narrowing keeps the answer: what it puts in another's stead is
    never dearer.
    """
    known = narrowed(sites)
    model = Cutting.of(known.rest)
    spent = int(sites.cost[list(known.forced)].sum())
    found = _paid(known.rest, model, ([], budget - spent), _order(model), limits)
    chosen = tuple(sorted((*known.forced, *found.chosen)))
    most = covered_people(sites)
    cost = int(sites.cost[list(chosen)].sum())
    if cost > budget or not _covers_all(known.rest, found.chosen):
        return None
    return Picked(chosen, most, most, most, is_unique=found.is_unique and found.gap == 0)


def _covers_all(sites: Sites, chosen: Sequence[int]) -> bool:
    """Return whether the choice covers everyone, and every group reaches an open place."""
    is_open = ~sites.is_candidate
    is_open[list(chosen)] = True
    row = np.repeat(np.arange(len(sites.people)), np.diff(sites.first))
    met = np.bincount(row[is_open[sites.place]], minlength=len(sites.people)) > 0
    return bool(met.all()) and covered_people(sites, chosen) == int(sites.people.sum())


def _order(model: Model) -> tuple[FloatArray, FloatArray]:
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
    picked = searched(sites, model, rules, objectives, Limits.within(limit_s))
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


def _fewest(sites: Sites, target: int, limits: Limits) -> Picked:
    groups = grouped(sites)
    if target == int(groups.people.sum()):
        everyone = Cutting.of(groups)
        picked = searched(sites, everyone, [], _order(everyone), limits)
        return _or_in_turn(sites, groups, picked, lambda chosen: _covers_all(groups, chosen))
    picked = _of_some(sites, groups, target, limits)
    return _or_in_turn(
        sites, groups, picked, lambda chosen: covered_people(sites, chosen) >= target
    )


def _or_in_turn(
    sites: Sites, groups: Sites, picked: Picked, is_enough: Callable[[Sequence[int]], bool]
) -> Picked:
    """Return the answer, or where time ran out the places chosen one by one if those are fewer."""
    is_good = is_enough(picked.chosen)
    if is_good and picked.gap == 0:
        return picked
    chosen = enough(groups, is_enough)
    if is_good and len(picked.chosen) <= len(chosen):
        return picked
    covered = covered_people(sites, chosen)
    return replace(picked, chosen=chosen, covered=covered, value=len(chosen), is_unique=False)


def _of_some(sites: Sites, groups: Sites, target: int, limits: Limits) -> Picked:
    model = Program.of(groups)
    rules = [Row(model.covered, target - model.given - _HALF, np.inf)]
    for _ in range(_SLIPS):
        picked = searched(sites, model, rules, _order(model), limits)
        if picked.covered >= target or picked.gap > 0:
            break
        # the solver took a tiny share of a place for none of it: never this set again
        rules.append(model.other_than(picked.chosen))
    return picked


def _everything(sites: Sites, picked: Picked, value: int) -> Picked:
    """Return all candidates, which reach the target at least, where time ran out before any set."""
    chosen = tuple(np.flatnonzero(sites.is_candidate).tolist())
    return replace(
        picked, chosen=chosen, covered=covered_people(sites), value=value, is_unique=False
    )


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
        must=None if sites.must is None else sites.must[inside],
    )
