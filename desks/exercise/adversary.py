"""Which place, hour and closed roads hurt the district most, or hit a wanted difficulty.

Every candidate is place x hour x closure set with a sweep of its own over the closed network. The
roads that are closed are those of the first team's way, as an adversary would: the way is found,
its longest roads are closed in turn, the next way is found, and so on. What no closure changes
(zones, teams) is reckoned once for a place and hour. The best are asked of the whole brief again
and must agree to the millisecond.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Literal

from desks.command import Closures, Incident, SituationBrief, situation_brief
from desks.command.exposure import exposure
from desks.command.first_team import First, Setting, first_team, setting_of
from desks.onemap import OneMap

from .compose_spots import Matter, Spot, incident_at, matter_of

BRANCH = 4
"""How many roads of a way are closed in turn."""

BEAM = 3
"""How many closure sets of a place and hour are pursued one road further."""

BEST = 20
BATCH = 240
"""So many places and moments are taken together and asked hour by hour, so that weights are used
again."""

NOBODY_S = 1 << 40
"""Stands for a P90 where nobody can come."""

Goal = Literal["latest", "harm", "band"]
Purpose = Literal["pool", "plan"]


@dataclass(frozen=True)
class Aim:
    """What is looked for: the latest first arrival, most people times minutes, or a P90 between."""

    goal: Goal
    low_s: int = 0
    high_s: int = NOBODY_S - 1


@dataclass(frozen=True)
class Where:
    """One place at one moment, with what happens there."""

    spot: Spot
    matter: Matter
    moment: datetime


@dataclass(frozen=True)
class Candidate:
    """One closure set at one place and hour, and the first team's times; ``None`` nobody can come.

    ``open_p90_s`` is without closures. ``people`` are those in the protective zone at that hour,
    ``None`` where no zone or no resident figure is known, or nobody asked.
    """

    where: Where
    closed_roads: tuple[str, ...]
    team: tuple[str, str] | None
    drive_ms: int | None
    p50_s: int | None
    p90_s: int | None
    open_p90_s: int | None
    people: int | None = None


@dataclass(frozen=True, eq=False)
class Finding:
    """One of the best, with the whole brief that agrees with it."""

    candidate: Candidate
    brief: SituationBrief


@dataclass(frozen=True, eq=False)
class Search:
    """What was found: the best first, how much was tried, between which P90 all of it lay.

    ``reachable_s`` is ``None`` where nobody could come anywhere; ``cut_off`` counts the candidates
    where nobody can.
    """

    aim: Aim
    best: tuple[Finding, ...]
    candidates: int
    settings: int
    cut_off: int
    reachable_s: tuple[int, int] | None


def dice_of(purpose: Purpose, seed: int) -> random.Random:
    """Return the dice of a seed; those of planners never roll like those of any pool."""
    digest = hashlib.sha256(f"shouwang {purpose} 1\n{seed:x}".encode()).digest()
    return random.Random(int.from_bytes(digest))  # noqa: S311 - reproducible on purpose


def wheres(
    spots: Sequence[Spot], moments: Sequence[datetime], dice: random.Random
) -> Iterator[Where]:
    """Yield place and moment by the dice: every place once, then every place at another moment."""
    if not spots or not moments:
        return
    turns = [dice.sample(range(len(moments)), len(moments)) for _ in spots]
    for number in range(len(moments)):
        order = dice.sample(range(len(spots)), len(spots))
        for place in order:
            spot = spots[place]
            yield Where(spot, matter_of(spot, dice), moments[turns[place][number]])


def search(
    onemap: OneMap,
    places: Iterator[Where],
    aim: Aim,
    *,
    most: int = 5000,
    closures: int = 2,
    workers: int = 1,
) -> Search:
    """Return the best of so many candidates, one of each place, recomputed by the whole brief.

    Places are taken until ``most`` candidates or more were swept; at most ``closures`` roads are
    closed.

    Raises:
        RuntimeError: where the whole brief does not agree, which is a bug.

    """
    found: list[Candidate] = []
    settings = 0
    batch_size = min(BATCH, most // BRANCH + 1)
    with ThreadPoolExecutor(workers) as pool:
        while len(found) < most:
            batch = sorted(islice(places, batch_size), key=lambda where: where.moment.hour)
            for candidates in pool.map(lambda w: explore(onemap, w, aim, closures), batch):
                settings += 1
                found += candidates
            if len(batch) < batch_size:
                break
    times = [one.p90_s for one in found if one.p90_s is not None]
    return Search(
        aim=aim,
        best=tuple(confirmed(onemap, one) for one in _best(found, aim)),
        candidates=len(found),
        settings=settings,
        cut_off=len(found) - len(times),
        reachable_s=(min(times), max(times)) if times else None,
    )


def _best(found: Sequence[Candidate], aim: Aim) -> list[Candidate]:
    """Return the best candidate of each place, the best places first."""
    best: dict[tuple[str, str], Candidate] = {}
    for one in sorted(found, key=lambda one: rank(one, aim)):
        if hits(one, aim):
            best.setdefault((one.where.spot.layer, one.where.spot.id), one)
    return list(best.values())[:BEST]


def hits(candidate: Candidate, aim: Aim) -> bool:
    """Return whether the candidate is what is looked for."""
    if aim.goal != "band":
        return True
    return candidate.p90_s is not None and aim.low_s <= candidate.p90_s <= aim.high_s


def rank(candidate: Candidate, aim: Aim) -> tuple[object, ...]:
    """Return what candidates are sorted by, the best first, equal ones by place, hour and roads."""
    where = candidate.where
    same = (where.spot.layer, where.spot.id, where.moment, candidate.closed_roads)
    p90_s = NOBODY_S if candidate.p90_s is None else candidate.p90_s
    if aim.goal == "band":
        middle = (aim.low_s + aim.high_s) / 2
        return (not hits(candidate, aim), abs(p90_s - middle), len(candidate.closed_roads), *same)
    if aim.goal == "harm":
        return (-(candidate.people or 0) * p90_s, -p90_s, len(candidate.closed_roads), *same)
    return (-p90_s, len(candidate.closed_roads), *same)


def explore(onemap: OneMap, where: Where, aim: Aim, closures: int) -> tuple[Candidate, ...]:
    """Return the candidates of one place and moment, the one without closures first."""
    incident = incident_at(where.spot, where.matter, where.moment)
    setting = setting_of(onemap, incident)
    people = _people(onemap, setting) if aim.goal == "harm" else None
    first = first_team(onemap, setting, ())
    base = _candidate(where, (), first, None if first is None else first.p90_s, people)
    found = [base]
    front: list[tuple[Candidate, First]] = [] if first is None else [(base, first)]
    tried: set[frozenset[str]] = set()
    for _ in range(closures):
        reached: list[tuple[Candidate, First]] = []
        for one, team in front:
            for roads in _further(one, team):
                if frozenset(roads) in tried:
                    continue
                tried.add(frozenset(roads))
                next_ = first_team(onemap, setting, roads)
                candidate = _candidate(where, roads, next_, base.p90_s, people)
                found.append(candidate)
                if next_ is not None and not _beyond(candidate, aim):
                    reached.append((candidate, next_))
        front = sorted(reached, key=lambda pair: rank(pair[0], aim))[:BEAM]
    return tuple(found)


def _further(candidate: Candidate, first: First) -> Iterator[tuple[str, ...]]:
    """Yield the closed roads with one more, the longest roads of the way first."""
    metres: dict[str, float] = {}
    for name, length in first.roads():
        metres[name] = metres.get(name, 0.0) + length
    longest = sorted((name for name in metres if name), key=lambda name: (-metres[name], name))
    for name in longest[:BRANCH]:
        if name not in candidate.closed_roads:
            yield (*candidate.closed_roads, name)


def _beyond(candidate: Candidate, aim: Aim) -> bool:
    """Return whether more closures can only lead away from what is looked for."""
    return aim.goal == "band" and candidate.p90_s is not None and candidate.p90_s > aim.high_s


def _candidate(
    where: Where,
    roads: tuple[str, ...],
    first: First | None,
    open_p90_s: int | None,
    people: int | None,
) -> Candidate:
    if first is None:
        return Candidate(where, roads, None, None, None, None, open_p90_s, people)
    team = (first.layer, first.id)
    return Candidate(
        where, roads, team, first.drive_ms, first.eta_s, first.p90_s, open_p90_s, people
    )


def _people(onemap: OneMap, setting: Setting) -> int | None:
    return exposure(onemap, setting.incident, setting.zones).people_now


def asked_again(candidate: Candidate) -> Incident:
    """Return the candidate as an incident for the whole brief."""
    where = candidate.where
    incident = incident_at(where.spot, where.matter, where.moment)
    return replace(incident, closures=Closures((), candidate.closed_roads))


def confirmed(onemap: OneMap, candidate: Candidate) -> Finding:
    """Return the candidate with its whole brief.

    Raises:
        RuntimeError: where the brief names another team or another time, which is a bug.

    """
    brief = situation_brief(onemap, asked_again(candidate))
    first = brief.responders[0] if brief.responders else None
    told: tuple[object, ...] = (None, None, None, None)
    if first is not None and first.reachable:
        told = ((first.layer, first.id), first.drive_ms, first.eta_s, first.p90_s)
    if told != (candidate.team, candidate.drive_ms, candidate.p50_s, candidate.p90_s):
        message = f"the brief does not agree: {told} for {candidate}"
        raise RuntimeError(message)
    people = None if brief.exposure is None else brief.exposure.people_now
    return Finding(replace(candidate, people=people), brief)
