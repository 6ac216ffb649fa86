"""The mixed-integer program of which candidates to open, for HiGHS through scipy."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from .answers import LongArray
from .covering import UNLIMITED, Sites
from .highs import Block, BoolArray, Fixed, FloatArray, Found, least

_SURE = 1e-6
"""The share of a value by which a bound must be worse before anything is ruled out."""


@dataclass(frozen=True, eq=False)
class Row:
    """One linear rule over all variables: ``low`` ≤ weights · variables ≤ ``high``."""

    weights: FloatArray
    low: float
    high: float

    @property
    def block(self) -> Block:
        """Return it as a block of one row, with its least and largest value."""
        return csr_array(self.weights[None, :]), np.array([self.low]), np.array([self.high])

    def holds(self, values: FloatArray) -> bool:
        """Return whether the values keep the rule."""
        return bool(self.low - _SURE <= self.weights @ values <= self.high + _SURE)


@dataclass(frozen=True, eq=False)
class Model(ABC):
    """A program whose first variables are the candidates (k,), 0 or 1: what a search asks of it.

    ``places``, ``costs`` and ``covered`` weigh all variables (v,), ``upper`` are their largest
    values; ``costs`` count in ``cost_unit``, ``given`` people are covered whatever is chosen.
    """

    candidates: LongArray
    places: FloatArray
    costs: FloatArray
    cost_unit: int
    covered: FloatArray
    upper: FloatArray
    given: int

    @abstractmethod
    def minimum(
        self,
        goal: FloatArray,
        rules: Sequence[Row],
        fixed: Fixed,
        s: float,
        start: Sequence[int] | None = None,
    ) -> Found:
        """Return the least goal of whole numbers under the rules, within ``s`` seconds.

        ``start`` is a choice that keeps them, from which better ones may be looked for first.
        """

    @abstractmethod
    def blocks(self, rules: Sequence[Row]) -> list[Block]:
        """Return the rows known of the program, and those of the rules."""

    @property
    def is_candidate(self) -> BoolArray:
        """Return which variables (v,) are candidates."""
        return np.arange(len(self.places)) < len(self.candidates)

    def without_worse(
        self, goal: FloatArray, rules: Sequence[Row], fixed: Fixed, value: float, s: float
    ) -> Fixed:
        """Return the limits of variables that every answer of at most this value keeps."""
        return ruled_out(goal, self.blocks(rules), (fixed, self.is_candidate), value, s)

    def other_than(self, chosen: Sequence[int]) -> Row:
        """Return the rule that at least one candidate is chosen differently."""
        inside = _inside(self.candidates, chosen, len(self.places))
        weights = np.where(inside, -1.0, 1.0) * self.is_candidate
        return Row(weights, 1.0 - int(inside.sum()), np.inf)

    def not_all(self, chosen: Sequence[int]) -> Row:
        """Return the rule that at least one of these candidates stays closed."""
        return short_of(self.candidates, chosen, len(self.places))

    def within(self, budget: int) -> Row:
        """Return the rule that the candidates chosen cost at most so much."""
        return paid(self.costs, budget, self.cost_unit)


@dataclass(frozen=True, eq=False)
class Program(Model):
    """The program: candidates (0 or 1), then groups under roomy ones, then pairs with tight ones.

    ``group`` is the group of each variable, -1 for candidates; ``served`` are the groups given.
    """

    rows: tuple[Block, ...]
    served: BoolArray
    group: LongArray

    @classmethod
    def of(cls, sites: Sites) -> "Program":
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
        rules: Sequence[Row],
        fixed: Fixed,
        s: float,
        start: Sequence[int] | None = None,
    ) -> Found:
        """Return the least goal; from ``start`` nothing is begun, as its flows are not known."""
        del start
        return least(goal, self.blocks(rules), fixed, s=s, whole=self.is_candidate)

    def blocks(self, rules: Sequence[Row]) -> list[Block]:
        """Return the rows of the program and those of the rules."""
        return [*self.rows, *(rule.block for rule in rules)]


def paid(costs: FloatArray, budget: int, unit: int) -> Row:
    """Return the rule of a budget in yuan, in shares of the dearest: no solver weighs billions."""
    dearest = max(float(costs.max(initial=0.0)), 1.0)
    return Row(costs / dearest, -np.inf, (budget // unit) / dearest)


def short_of(candidates: LongArray, chosen: Sequence[int], width: int) -> Row:
    """Return the rule over so many variables that not all of these candidates are open."""
    inside = _inside(candidates, chosen, width)
    return Row(inside.astype(np.float64), -np.inf, int(inside.sum()) - 1.0)


def _inside(candidates: LongArray, chosen: Sequence[int], width: int) -> BoolArray:
    inside = np.zeros(width, np.bool_)
    inside[: len(candidates)] = np.isin(candidates, np.asarray(chosen, np.int64))
    return inside


def ruled_out(
    goal: FloatArray,
    blocks: Sequence[Block],
    limits: tuple[Fixed, BoolArray],
    value: float,
    s: float,
) -> Fixed:
    """Return the limits of variables that every answer of at most the value keeps.

    A candidate (of those marked beside the limits) is closed, or open for good, where the other
    choice makes the bound worse than the value: reduced costs (Dantzig, Fulkerson and Johnson
    1954). The bound is worked out from the duals and every variable's limits, so that it is true
    whatever the tolerances of the solver (weak duality); without duals nothing is ruled out.
    """
    fixed, is_candidate = limits
    found = least(goal, blocks, fixed, s=s)
    if found.status != Found.BEST:
        return fixed
    price, gain = goal, 0.0
    at = 0
    for matrix, low, high in blocks:
        worth = found.price[at : at + len(low)]
        at += len(low)
        side = np.where(worth > 0, low, high)
        worth = np.where(np.isfinite(side), worth, 0.0)
        gain += float(worth @ np.where(worth == 0, 0.0, side))
        price = price - matrix.T @ worth
    least_value = np.minimum(price * fixed[0], price * fixed[1]).sum() + gain
    spare = value - least_value + _SURE * max(1.0, abs(value))
    free = is_candidate & (fixed[0] < fixed[1])
    low = np.where(free & (-price > spare), 1.0, fixed[0])
    return low, np.where(free & (price > spare), 0.0, fixed[1])


def _assembled(
    sites: Sites,
    candidates: LongArray,
    group: LongArray,
    pairs: tuple[BoolArray, BoolArray],
    served: BoolArray,
) -> Program:
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
    kept = tuple(
        (matrix, np.full(len(high), -np.inf), high) for matrix, high in rows if matrix.shape[0]
    )
    return Program(
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
