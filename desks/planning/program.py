"""The mixed-integer program of which candidates to open, for HiGHS through scipy."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from .answers import LongArray
from .covering import UNLIMITED, Sites

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_SURE = 1e-6
"""The share of a value by which a bound must be worse before anything is ruled out."""


@dataclass(frozen=True, eq=False)
class Row:
    """One linear rule over all variables: ``low`` ≤ weights · variables ≤ ``high``."""

    weights: FloatArray
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Program:
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
    rows: tuple[tuple[csr_array, FloatArray, FloatArray], ...]
    served: BoolArray
    group: LongArray
    given: int

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

    def of_everyone(self) -> "Program":
        """Return the program in which every group is covered to the last person.

        Stated group by group this is far more to the solver than one sum of all people.
        """
        matrix, _, high = self.rows[0]
        low = np.where(self.served, 0.0, high)
        return replace(self, rows=((matrix, low, high), *self.rows[1:]))

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
        fixed: tuple[FloatArray, FloatArray],
        s: float,
    ) -> Any:  # noqa: ANN401 - scipy's own result
        """Return scipy's result of the least goal under the rules, within ``s`` seconds."""
        integral = np.zeros(len(goal), np.int64)
        integral[: len(self.candidates)] = 1
        held = [LinearConstraint(*row) for row in self.rows]
        held += [LinearConstraint(csr_array(r.weights[None, :]), r.low, r.high) for r in rules]
        return milp(
            goal,
            integrality=integral,
            bounds=Bounds(*fixed),
            constraints=held,
            options={"mip_rel_gap": 0.0, "time_limit": max(s, 0.01)},
        )

    def without_worse(
        self,
        goal: FloatArray,
        rules: Sequence[Row],
        fixed: tuple[FloatArray, FloatArray],
        value: float,
        s: float,
    ) -> tuple[FloatArray, FloatArray]:
        """Return the limits of variables that every answer of at most this value keeps.

        A candidate is closed, or open for good, where the other choice makes the bound worse than
        the value: reduced costs (Dantzig, Fulkerson and Johnson 1954). The bound is worked out
        from the duals and every variable's limits, so that it is true whatever the tolerances of
        the solver (weak duality); without duals nothing is ruled out.
        """
        held = [*self.rows, *((csr_array(r.weights[None, :]), *_ends(r)) for r in rules)]
        sides = [(m, high) for m, _, high in held] + [(-m, -low) for m, low, _ in held]
        matrix = vstack([m[np.isfinite(limit)] for m, limit in sides]).tocsr()
        limit = np.concatenate([limit[np.isfinite(limit)] for _, limit in sides])
        found = linprog(
            goal,
            A_ub=matrix,
            b_ub=limit,
            bounds=list(zip(fixed[0].tolist(), fixed[1].tolist(), strict=True)),
            options={"time_limit": max(s, 0.01)},
        )
        if found.status != 0:
            return fixed
        dual = np.maximum(-found.ineqlin.marginals, 0.0)
        price = goal + matrix.T @ dual
        least = np.minimum(price * fixed[0], price * fixed[1]).sum() - limit @ dual
        spare = value - least + _SURE * max(1.0, abs(value))
        is_candidate = np.arange(len(goal)) < len(self.candidates)
        free = is_candidate & (fixed[0] < fixed[1])
        low = np.where(free & (-price > spare), 1.0, fixed[0])
        return low, np.where(free & (price > spare), 0.0, fixed[1])

    def other_than(self, chosen: Sequence[int]) -> Row:
        """Return the rule that at least one candidate is chosen differently."""
        inside = np.isin(self.candidates, np.asarray(chosen, np.int64))
        weights = np.zeros(len(self.places))
        weights[: len(inside)] = np.where(inside, -1.0, 1.0)
        return Row(weights, 1.0 - int(inside.sum()), np.inf)


def _ends(rule: Row) -> tuple[FloatArray, FloatArray]:
    return np.array([rule.low]), np.array([rule.high])


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
