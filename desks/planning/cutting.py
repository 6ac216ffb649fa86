"""Which candidates cover everyone: a program over candidates alone that learns its rows.

Who is covered is a flow, so that by max-flow min-cut (Ford and Fulkerson 1956) a choice covers
everyone exactly where no cut is short: for all groups S and places T, the room of the open places
in T and, from S to each open place outside T, the lesser of people and room, are at least the
people of S. Such rows are added as choices break them (Benders 1962; for covering Cordeau, Furini
and Ljubić 2019): first for shares of places, asked half-way between the corner that HiGHS finds
and a point inside (Ben-Ameur and Neto 2007), then for whole choices. A row holds for every choice
that covers everyone, whatever the solver's tolerances; whether one does is a flow in whole people.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from .answers import LongArray
from .covering import Sites
from .cuts import BROKEN, Cuts
from .highs import Block, BoolArray, Fixed, FloatArray, Found, least
from .program import Model, Row

_ROUNDS = 300
_STILL = 10
"""Rounds without gain after which the relaxation is left as it is."""

_GAIN = 1e-4
_TRIES = 20
_STEPS = (0.9, 0.7, 0.5, 0.3)
"""How far towards a broken choice, from the point inside, more rows are looked for."""


@dataclass(frozen=True, eq=False)
class Cutting(Model):
    """The question and the rows learnt so far (k weights whose sum is to be at least 1).

    Rows that a question taught spare the next one its search; they change no answer.
    """

    cuts: Cuts
    learnt: list[FloatArray] = field(default_factory=list)

    @classmethod
    def of(cls, sites: Sites) -> "Cutting":
        """Return the program of groups that can all be covered."""
        candidates = np.flatnonzero(sites.is_candidate)
        unit = max(int(np.gcd.reduce(sites.cost[candidates])) if len(candidates) else 0, 1)
        many = len(candidates)
        return cls(
            candidates=candidates,
            places=np.ones(many),
            costs=sites.cost[candidates] / unit,
            cost_unit=unit,
            covered=np.zeros(many),
            upper=np.ones(many),
            given=int(sites.people.sum()),
            cuts=Cuts.of(sites),
            learnt=list(_to_reach(sites, candidates)),
        )

    def blocks(self, rules: Sequence[Row]) -> list[Block]:
        """Return the rows learnt and those of the rules."""
        many = len(self.learnt)
        own = (csr_array(self._learnt), np.ones(many), np.full(many, np.inf))
        return [own, *(rule.block for rule in rules)]

    @property
    def _learnt(self) -> FloatArray:
        """Return the rows learnt so far (n, k)."""
        return np.array(self.learnt).reshape(-1, len(self.places))

    def minimum(
        self,
        goal: FloatArray,
        rules: Sequence[Row],
        fixed: Fixed,
        s: float,
        start: Sequence[int] | None = None,
    ) -> Found:
        """Return the least goal, learning what broken choices teach."""
        ends = time.monotonic() + s
        best = None if start is None else self._exchanged(goal, start, fixed)
        inside = self._relaxed(goal, rules, fixed, ends)
        bound = -np.inf
        while True:
            left = ends - time.monotonic()
            known = self.blocks(rules)
            found = least(goal, known, fixed, s=left, whole=self.is_candidate, start=best)
            if found.status == Found.NONE:
                return found
            bound = max(bound, found.bound)
            if found.x is None:
                return _so_far(goal, best, bound)
            choice = np.round(found.x)
            rows = self.cuts.broken(choice, every=True)
            if not rows and found.status == Found.BEST:
                return found
            self.learnt.extend(rows)
            wholes = (
                (self._completed(choice, fixed), self._mended(choice, fixed)) if rows else (choice,)
            )
            for whole in wholes:
                if whole is not None and all(rule.holds(whole) for rule in rules):
                    best = whole if best is None or goal @ whole < goal @ best else best
            far = _so_far(goal, best, bound)
            if far.status == Found.BEST or time.monotonic() > ends:
                return far
            self.learnt.extend(self._further(choice, inside))

    def _further(self, choice: FloatArray, inside: FloatArray) -> list[FloatArray]:
        """Return more rows that the choice breaks, from the way to it from inside."""
        more: list[FloatArray] = []
        for step in _STEPS:
            found = self.cuts.broken(step * choice + (1 - step) * inside, every=True)
            more += [row for row in found if row @ choice < 1 - BROKEN]
        return more

    def _exchanged(self, goal: FloatArray, start: Sequence[int], fixed: Fixed) -> FloatArray:
        """Return the choice after exchanges of one place for a better one, as long as one helps."""
        choice = np.isin(self.candidates, np.asarray(start, np.int64)).astype(np.float64)
        while True:
            better = self._one_exchanged(goal, choice, fixed)
            if better is None:
                return choice
            choice = better

    def _one_exchanged(
        self, goal: FloatArray, choice: FloatArray, fixed: Fixed
    ) -> FloatArray | None:
        """Return the choice with the dearest place exchanged that can be, for the least goal."""
        own = np.flatnonzero((choice > 0) & (fixed[0] == 0))
        for one in own[np.argsort(-goal[own], kind="stable")].tolist():
            fits = _stand_ins(self._learnt, choice, one)
            others = fits & (fixed[1] > 0) & (goal < goal[one])
            for other in np.flatnonzero(others)[np.argsort(goal[others], kind="stable")].tolist():
                whole = self._tried(choice, one, other)
                if whole is not None:
                    return whole
        return None

    def _mended(self, choice: FloatArray, fixed: Fixed) -> FloatArray | None:
        """Return a choice that covers everyone, one place exchanged, if one of a few tries does."""
        own = np.flatnonzero((choice > 0) & (fixed[0] == 0)).tolist()
        for _ in range(_TRIES):
            rows = self._learnt
            for one in own:
                others = np.flatnonzero(_stand_ins(rows, choice, one) & (fixed[1] > 0))
                if len(others):
                    break
            else:
                return None
            whole = self._tried(choice, one, int(others[0]))
            if whole is not None:
                return whole
        return None

    def _tried(self, choice: FloatArray, one: int, other: int) -> FloatArray | None:
        """Return the choice with one exchanged for the other, if so everyone is covered."""
        whole = choice.copy()
        whole[[one, other]] = 0, 1
        broken = self.cuts.broken(whole)
        self.learnt.extend(broken)
        return None if broken else whole

    def _relaxed(
        self, goal: FloatArray, rules: Sequence[Row], fixed: Fixed, ends: float
    ) -> FloatArray:
        """Return a point inside, the rows learnt that shares of places break near the optimum."""
        inside, last, still = fixed[1].astype(np.float64), -np.inf, 0
        for _ in range(_ROUNDS):
            if time.monotonic() > ends:
                break
            corner = least(goal, self.blocks(rules), fixed, s=ends - time.monotonic()).x
            if corner is None:
                break
            found = np.clip(corner, *fixed)
            inside = (inside + found) / 2
            rows = [r for r in self.cuts.broken((inside + found) / 2) if r @ found < 1 - BROKEN]
            if not rows:
                inside = (inside + found) / 2
                rows = self.cuts.broken(found)
            still = 0 if goal @ found > last + _GAIN * max(1.0, abs(last)) else still + 1
            last = max(last, float(goal @ found))
            if not rows or still > _STILL:
                break
            self.learnt.extend(rows)
        return inside

    def _completed(self, choice: FloatArray, fixed: Fixed) -> FloatArray | None:
        """Return the choice with what it lacks opened, then closed what it can do without."""
        whole = choice.copy()
        while rows := self.cuts.broken(whole):
            gain = np.sum(rows, axis=0) * ((whole == 0) & (fixed[1] > 0))
            if not gain.any():
                return None
            whole[int(np.argmax(gain))] = 1
        for one in np.flatnonzero((whole > 0) & (fixed[0] == 0)).tolist():
            whole[one] = 0
            if self.cuts.broken(whole):
                whole[one] = 1
        return whole


def _stand_ins(rows: FloatArray, choice: FloatArray, one: int) -> BoolArray:
    """Return which closed candidates (k,) no row learnt forbids in place of an open one."""
    spare = rows @ choice - rows[:, one] - 1 + BROKEN
    fits: BoolArray = np.asarray((spare[:, None] + rows >= 0).all(axis=0))
    fits &= choice == 0
    return fits


def _so_far(goal: FloatArray, best: FloatArray | None, bound: float) -> Found:
    """Return the best choice found, proven where the bound meets it."""
    if best is None:
        return Found(Found.TIME, None, np.inf, bound, np.zeros(0))
    value = float(goal @ best)
    is_proven = value <= np.ceil(bound - BROKEN) + BROKEN
    return Found(Found.BEST if is_proven else Found.TIME, best, value, bound, np.zeros(0))


def _to_reach(sites: Sites, candidates: LongArray) -> FloatArray:
    """Return the rows of groups that reach no open place: one of their candidates is to open.

    A row that another one implies is left out.
    """
    row = np.repeat(np.arange(len(sites.people)), np.diff(sites.first))
    rank = np.full(len(sites.capacity), -1)
    rank[candidates] = np.arange(len(candidates))
    is_own = rank[sites.place] >= 0
    reach = np.zeros((len(sites.people), len(candidates)), np.bool_)
    reach[row[is_own], rank[sites.place[is_own]]] = True
    asked: BoolArray = np.asarray(reach.any(axis=1))
    asked[row[~is_own]] = False
    reach = np.unique(reach[asked], axis=0)
    shares = reach.astype(np.float32)
    within: BoolArray = np.asarray(shares @ (1 - shares).T == 0)
    implied = within.sum(axis=0) > 1
    return np.asarray(reach[~implied], np.float64)
