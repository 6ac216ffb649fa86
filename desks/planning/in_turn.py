"""Places chosen one by one, each the best of the moment: what stands where a solver has no time.

The greedy choice for covering (Church and ReVelle 1974; Nemhauser, Wolsey and Fisher 1978). Whom a
place takes in is here a rule of thumb, the groups with fewest other places first, so that a choice
takes parts of a second; how many it covers is counted by a flow afterwards.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .answers import LongArray
from .covering import UNLIMITED, Sites, covered_people
from .highs import FloatArray

_LACKING = 0.25
"""What somebody counts for who lacks another kind besides: whom one place helps comes first."""

_HALF_YUAN = 0.5
"""What a place without a cost is put at, so that it comes before all that cost something."""

Chosen = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Groups:
    """People in groups, places of one or more kinds, and the candidate that each place is.

    ``kind`` (m,) counts from 0; ``number`` (m,) is -1 for places on file; ``costs`` (c,) are of
    the candidates.
    """

    sites: Sites
    kind: LongArray
    number: LongArray
    costs: LongArray

    @classmethod
    def of(cls, groups: Sites) -> "Groups":
        """Return those of one kind, whose candidates have the numbers of their places."""
        number = np.where(groups.is_candidate, np.arange(len(groups.capacity)), -1)
        return cls(groups, np.zeros(len(number), np.int64), number, groups.cost)


def within(asked: Groups, *, count: int | None, budget: int | None) -> tuple[Chosen, ...]:
    """Return choices within the count and the budget, by people and, for a budget, by yuan."""
    by_people = _in_turn(asked, count, budget, by_yuan=False)
    if budget is None:
        return (by_people,)
    return by_people, _in_turn(asked, count, budget, by_yuan=True)


def most_within(groups: Sites, *, count: int | None, budget: int | None) -> Chosen:
    """Return of these choices the one that covers most people."""
    found = within(Groups.of(groups), count=count, budget=budget)
    return max(found, key=lambda one: covered_people(groups, one))


def most_possible(groups: Sites, *, count: int | None, budget: int | None) -> int:
    """Return how many people no choice within the count and the budget can cover more than.

    A place adds at most its room, or all who reach it: largest flows are submodular, so that
    places together add no more than each alone. A budget may buy a share of the last one.
    """
    row = np.repeat(np.arange(len(groups.people)), np.diff(groups.first))
    near = np.bincount(groups.place, groups.people[row], len(groups.capacity))
    adds = np.where(groups.capacity == UNLIMITED, near, np.minimum(near, groups.capacity))
    adds, costs = adds[groups.is_candidate], groups.cost[groups.is_candidate]
    most = np.sort(adds)[::-1][:count].sum()
    if budget is not None:
        order = np.argsort(-adds / np.maximum(costs, _HALF_YUAN), kind="stable")
        spent = np.cumsum(costs[order]) - costs[order]
        share = np.clip((budget - spent) / np.maximum(costs[order], _HALF_YUAN), 0, 1)
        share[costs[order] == 0] = 1
        most = min(most, float(np.ceil(adds[order] @ share)))
    return covered_people(groups, ()) + int(most)


def enough(groups: Sites, is_enough: Callable[[Chosen], bool]) -> Chosen:
    """Return the first candidates in turn that are enough; all of them where none fewer are."""
    must = groups.is_asked & (groups.people == 0)
    one_each = Sites(
        np.where(must, 1, groups.people), groups.first, groups.place, groups.capacity,
        groups.is_candidate, groups.cost,
    )  # fmt: skip
    best = _in_turn(Groups.of(one_each), None, None, by_yuan=False)
    rest = np.setdiff1d(np.flatnonzero(groups.is_candidate), np.array(best, np.int64))
    order = (*best, *rest.tolist())
    many = bisect_left(range(len(order)), True, key=lambda n: is_enough(order[:n]))  # noqa: FBT003 - no keyword
    return tuple(sorted(order[:many]))


def _in_turn(asked: Groups, count: int | None, budget: int | None, *, by_yuan: bool) -> Chosen:
    filling = _Filling.of(asked)
    order: list[int] = []
    spare = np.inf if budget is None else budget
    is_open = np.zeros(len(asked.costs), np.bool_)
    while count is None or len(order) < count:
        worth = filling.worth()
        worth[is_open | (asked.costs > spare)] = 0
        worth = worth / np.maximum(asked.costs, 1) if by_yuan else worth
        if not len(worth) or worth.max() <= 0:
            break
        one = int(np.argmax(worth))
        for place in np.flatnonzero(asked.number == one).tolist():
            filling.fill(place)
        is_open[one] = True
        spare -= int(asked.costs[one])
        order.append(one)
    return tuple(order)


@dataclass(frozen=True, eq=False)
class _Filling:
    """Who still lacks a place: people by kind and group (k, g), changed as places are filled."""

    asked: Groups
    left: FloatArray
    pairs: LongArray
    first: LongArray
    scarce: LongArray

    @classmethod
    def of(cls, asked: Groups) -> "_Filling":
        """Return it with the places on file filled; ``pairs`` are the groups, place by place."""
        sites = asked.sites
        row = np.repeat(np.arange(len(sites.people)), np.diff(sites.first))
        order = np.argsort(sites.place, kind="stable")
        many = np.bincount(sites.place, minlength=len(sites.capacity))
        kinds = int(asked.kind.max(initial=0)) + 1
        left = np.tile(sites.people.astype(np.float64), (kinds, 1))
        first = np.concatenate([[0], np.cumsum(many)]).astype(np.int64)
        filling = cls(asked, left, row[order], first, np.diff(sites.first))
        for place in np.flatnonzero(asked.number < 0).tolist():
            filling.fill(place)
        return filling

    def worth(self) -> FloatArray:
        """Return for how many people each candidate (c,) would be what they lack."""
        sites, number = self.asked.sites, self.asked.number
        others = (self.left > 0).sum(axis=0)[None, :] - (self.left > 0)
        weighed = self.left * _LACKING**others
        place = np.repeat(np.arange(len(number)), np.diff(self.first))
        reached = weighed[self.asked.kind[place], self.pairs]
        people = np.bincount(place, reached, len(number))
        people = np.where(sites.capacity == UNLIMITED, people, np.minimum(people, sites.capacity))
        new = number >= 0
        return np.bincount(number[new], people[new], len(self.asked.costs)).astype(np.float64)

    def fill(self, place: int) -> None:
        """Fill a place with groups that have fewest others first."""
        own = self.pairs[self.first[place] : self.first[place + 1]]
        own = own[np.argsort(self.scarce[own], kind="stable")]
        lacking = self.left[self.asked.kind[place]]
        room, people = self.asked.sites.capacity[place], lacking[own]
        if room == UNLIMITED:
            lacking[own] = 0
            return
        before = np.cumsum(people) - people
        lacking[own] = people - np.clip(room - before, 0, people)
