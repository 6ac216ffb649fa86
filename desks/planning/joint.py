"""Several services that must all be in reach: indoor and outdoor shelters jointly."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np

from desks.onemap import OneMap
from language import Sentence

from .answers import DEFINITIONS, NO_WAY, Coverage, LongArray, Reach, Service
from .method import joint_method
from .places import joined
from .services import services
from .sums import Answers, communities_of, subdistricts_of, total_of


class Pointwise(Protocol):
    """A coverage, and the people covered at each point by definition."""

    @property
    def coverage(self) -> Coverage:
        """Return the coverage of one service."""

    @property
    def answers(self) -> Answers:
        """Return the people covered at each point (n,) by definition, or why none."""


def parts_of(service: Service) -> tuple[Service, ...]:
    """Return the services that must all be in reach, each reaching as far as the whole says."""
    return tuple(
        replace(services()[key], within_mm=service.within_mm, within_ms=service.within_ms)
        for key in service.all_of
    )


def jointly(onemap: OneMap, service: Service, covered: Callable[[Service], Pointwise]) -> Coverage:
    """Return who is covered by each of the services at once.

    People at a point are alike: as many have all as the fewest have one. Every part reaches as far
    as the whole says.
    """
    parts = [covered(one) for one in parts_of(service)]
    answers = {d: _least([part.answers[d] for part in parts]) for d in DEFINITIONS}
    first = parts[0].coverage
    communities = communities_of(first.demand, answers, {})
    subdistricts = subdistricts_of(onemap, first.demand, communities, {})
    return replace(
        first,
        service=service,
        places=joined(tuple(part.coverage.places for part in parts)),
        reach=_together([part.coverage.reach for part in parts],
                        [len(part.coverage.places.ids) for part in parts]),
        communities=communities,
        subdistricts=subdistricts,
        totals=total_of(onemap, subdistricts),
        assigned=None, safe_assigned=None, price=None, value=None, unit_reach=None,
        method=(joint_method(), *first.method),
        cautions=tuple(dict.fromkeys(c for part in parts for c in part.coverage.cautions)),
    )  # fmt: skip


def _least(answers: list[LongArray | Sentence]) -> LongArray | Sentence:
    people = None
    for answer in answers:
        if isinstance(answer, Sentence):
            return answer
        people = answer if people is None else np.minimum(people, answer)
    return answers[0] if people is None else people


def _together(reaches: list[Reach], counts: list[int]) -> Reach:
    """Return the tables in one, places numbered on; nearest is the farthest of the nearest."""
    before = np.cumsum([0, *counts])[:-1]
    point = np.concatenate(
        [np.repeat(np.arange(len(r.first) - 1), np.diff(r.first)) for r in reaches]
    )
    place = np.concatenate([r.place + n for r, n in zip(reaches, before, strict=True)])
    cost = np.concatenate([r.cost for r in reaches])
    order = np.lexsort((place, cost, point))
    nearest_cost = np.stack([r.nearest_cost for r in reaches])
    nearest = np.stack([
        np.where(r.nearest == NO_WAY, NO_WAY, r.nearest + n)
        for r, n in zip(reaches, before, strict=True)
    ])  # fmt: skip
    worst = np.argmax(
        np.where(nearest_cost == NO_WAY, np.iinfo(np.int64).max, nearest_cost), axis=0
    )
    points = np.arange(nearest_cost.shape[1])
    first: LongArray = np.sum([r.first for r in reaches], axis=0)
    return Reach(
        is_time=reaches[0].is_time,
        limit=reaches[0].limit,
        first=first,
        place=place[order],
        cost=cost[order],
        line_mm=np.concatenate([r.line_mm for r in reaches])[order],
        nearest=nearest[worst, points],
        nearest_cost=nearest_cost[worst, points],
    )
