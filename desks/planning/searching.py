"""The search for the best choice, then for the one of several equals that the order names."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .covering import Sites, covered_people
from .highs import Fixed, FloatArray, Found
from .program import Model, Row

EQUALS_S = 20.0
"""How much of it may go into telling apart answers as good as the best, once that is proven."""

_CHUNK = 20
"""Candidates whose choice one program settles among equals: powers of two up to 2^19."""

_HALF = 0.5
_SURE = 1e-6
_LESS_THAN_ONE = 0.4
_FLOATS = 1e-9


@dataclass(frozen=True)
class Limits:
    """Until when to search, by the clock that only goes on, and how long equals are told apart."""

    ends: float
    equals_s: float

    @classmethod
    def within(cls, limit_s: float, equals_s: float = EQUALS_S) -> "Limits":
        """Return the limits of a search that begins now."""
        return cls(time.monotonic() + limit_s, equals_s)


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


def searched(
    sites: Sites,
    model: Model,
    rules: Sequence[Row],
    goals: Sequence[FloatArray],
    limits: Limits,
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
    first = model.minimum(goals[0], held, free, limits.ends - time.monotonic())
    chosen = () if first.x is None else _open(model, first.x)
    if first.x is None or first.status != Found.BEST:
        return replace(_picked(sites, model, chosen, goals[0], first), is_unique=False)
    if enough is not None and covered_people(sites, chosen) == enough:
        return replace(_picked(sites, model, chosen, goals[0], first), is_unique=False)
    ends = min(limits.ends, time.monotonic() + limits.equals_s)
    free = model.without_worse(goals[0], held, free, round(first.value), ends - time.monotonic())
    held.append(Row(goals[0], -np.inf, round(first.value) + _HALF))
    # people are seldom equal to the last one, so that this spares the other goals their programs
    if not goals[0] @ model.covered or not _is_alone(model, held, free, chosen, ends):
        chosen, is_unique = _first_of_equals(model, held, free, (goals[1:], chosen), ends)
        return replace(_picked(sites, model, chosen, goals[0], first), is_unique=is_unique)
    return _picked(sites, model, chosen, goals[0], first)


def _first_of_equals(
    model: Model,
    held: Sequence[Row],
    free: Fixed,
    asked: tuple[Sequence[FloatArray], tuple[int, ...]],
    ends: float,
) -> tuple[tuple[int, ...], bool]:
    """Return the best by the goals asked for, then by candidates; false where time ran out."""
    goals, chosen = asked
    rules = list(held)
    for goal in goals:
        if not goal.any():
            continue
        found = model.minimum(goal, rules, free, ends - time.monotonic(), chosen)
        if found.x is not None and found.value < _worth(model, goal, chosen):
            chosen = _open(model, found.x)
        if found.x is None or found.status != Found.BEST:
            return chosen, False
        free = model.without_worse(goal, rules, free, round(found.value), ends - time.monotonic())
        rules.append(Row(goal, -np.inf, round(found.value) + _HALF))
    return _told_apart(model, rules, free, chosen, ends)


def _worth(model: Model, goal: FloatArray, chosen: Sequence[int]) -> float:
    inside = np.isin(model.candidates, np.asarray(chosen, np.int64))
    return float(goal[: len(inside)] @ inside) - _HALF


def _is_alone(
    model: Model,
    held: Sequence[Row],
    free: Fixed,
    chosen: tuple[int, ...],
    ends: float,
) -> bool:
    """Return whether it is proven that no other choice keeps the rules."""
    rules = [*held, model.other_than(chosen)]
    nothing = np.zeros(len(model.places))
    other = model.minimum(nothing, rules, free, ends - time.monotonic())
    return bool(other.status == Found.NONE)


def _told_apart(
    model: Model,
    held: Sequence[Row],
    free: Fixed,
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
        if found.x is None or found.status != Found.BEST:
            return best, False
        best = _open(model, found.x)
        low[part] = high[part] = found.x[part] > _HALF
    return best, True


def _open(model: Model, found: FloatArray) -> tuple[int, ...]:
    return tuple(int(v) for v in model.candidates[found[: len(model.candidates)] > _HALF])


def _picked(
    sites: Sites,
    model: Model,
    chosen: tuple[int, ...],
    goal: FloatArray,
    found: Found | None,
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
    whole = float(np.ceil(found.bound - _slack(found.bound)))
    if goal is model.places or goal is model.costs:
        return Picked(chosen, covered, value, int(max(whole, 0.0)), is_unique=True)
    everyone = int(sites.people.sum())
    bound = everyone if whole == -np.inf else min(everyone, model.given - int(whole))
    return Picked(chosen, covered, value, bound, is_unique=True)


def _slack(bound: float) -> float:
    """Return how far the solver's bound may be off: of millions of people less than one."""
    size = max(1.0, abs(bound))
    return max(min(_SURE * size, _LESS_THAN_ONE), _FLOATS * size)
