"""Why people of a community are not covered: each of them has one reason, sums exact."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from desks.onemap import OneMap
from language import Sentence, say

from .answers import (
    NO_WAY,
    Coverage,
    Covered,
    FloatArray,
    LongArray,
    Reason,
    ReasonKind,
)
from .detours import Detours
from .doubts import doubtful_places, load_of, stale_places
from .places import named
from .reaching import limit_of, lines_mm
from .services import RULES as PLANNING

_MM_PER_M = 1000
_MS_PER_MIN = 60_000
_TENTHS = 10


BoolArray = NDArray[np.bool_]
ByWays = Literal["network", "capacity", "safe"]
"""The definitions that have reasons: a straight line gives none but its length."""


def reasons(
    onemap: OneMap,
    coverage: Coverage,
    definition: ByWays | None = None,
    *,
    only: BoolArray | None = None,
) -> tuple[Reason, ...]:
    """Return why people are not covered, by community and then most people first.

    Without ``definition`` it is the strictest that applies. The people of a community's reasons,
    those of kind ``covered`` left out, are exactly its uncovered. ``covered`` names whom places
    cover that nobody verified for long: they count, with a mark. A community whose residents
    nobody stated has ``no_residents`` with 0 people. ``only`` (u,) are the communities asked about.
    """
    strictest = definition or _strictest(coverage)
    asked = _Asked(onemap, coverage)
    missing = {coverage.demand.units[row].code for row in coverage.demand.missing}
    found: list[Reason] = []
    for row, unit in enumerate(coverage.communities):
        if only is not None and not only[row]:
            continue
        if unit.code in missing:
            why = say("Its residents are not on file, so that nobody can say who is covered.")
            found.append(Reason(unit.code, "no_residents", 0, why))
            continue
        of_unit = [*asked.far(row, unit), *asked.near(row, unit, strictest)]
        found += sorted(of_unit, key=lambda reason: -reason.people)
        found += asked.marked(row, unit)
    return tuple(found)


def _strictest(coverage: Coverage) -> ByWays:
    """Return the strictest definition that applies to the district."""
    counts = coverage.totals.counts
    strictest: tuple[ByWays, ...] = ("safe", "capacity")
    return next((d for d in strictest if counts[d].people_covered is not None), "network")


@dataclass(frozen=True, eq=False)
class _Far:
    """Per point (n,): the kind of reason, as its place in KINDS, and the place it speaks of."""

    kind: LongArray
    place: LongArray


KINDS: tuple[ReasonKind, ...] = ("none_within", "detour", "not_verified", "no_road")
_NOBODY = -1


class _Asked:
    """One coverage and what is worked out of it once for all communities."""

    def __init__(self, onemap: OneMap, coverage: Coverage) -> None:
        self._onemap, self._coverage = onemap, coverage
        self._detours = Detours(onemap)
        self._doubtful = doubtful_places(onemap, coverage)
        self._far = self._sorted_far()
        self._points = _by_unit(coverage.demand.unit, len(coverage.demand.units))
        self._load = load_of(coverage)
        self._stale = stale_places(onemap, coverage)

    def far(self, row: int, unit: Covered) -> Iterator[Reason]:
        """Yield the reasons of those who have no place within reach."""
        points = self._points[row]
        people = self._coverage.demand.point_people[points]
        kinds = self._far.kind[points]
        for code, kind in enumerate(KINDS):
            held = points[(kinds == code) & (people > 0)]
            if len(held):
                count = int(self._coverage.demand.point_people[held].sum())
                yield Reason(unit.code, kind, count, self._told_far(kind, held))

    def _sorted_far(self) -> _Far:
        """Return per point without a place within reach why, NOBODY for the others."""
        reach, demand = self._coverage.reach, self._coverage.demand
        far = (reach.nearest_cost == NO_WAY) | (reach.nearest_cost > reach.limit)
        line_mm, place = _straight(self._coverage)
        doubt_mm, doubt = _nearest_line(demand.xy_m, self._doubtful.xy_m)
        circle = _circle_mm(self._coverage)
        kind = np.where(reach.nearest_cost == NO_WAY, KINDS.index("no_road"), 0)
        within = (line_mm <= circle) & (place != NO_WAY) & (reach.nearest_cost != NO_WAY)
        kind = np.where(within, KINDS.index("detour"), kind)
        maybe = (doubt_mm <= circle) & (doubt != NO_WAY)
        kind = np.where(maybe, KINDS.index("not_verified"), kind)
        if not len(self._coverage.places.ids):
            kind = np.where(maybe, kind, KINDS.index("none_within"))
        about = np.where(kind == KINDS.index("not_verified"), doubt, place)
        return _Far(np.where(far, kind, _NOBODY), about)

    def _told_far(self, kind: ReasonKind, points: LongArray) -> Sentence:
        """Return the reason of the point with most people, which stands for the others."""
        coverage = self._coverage
        at = int(points[np.argmax(coverage.demand.point_people[points])])
        xy_m, about = coverage.demand.xy_m[at], int(self._far.place[at])
        if kind == "not_verified":
            return self._doubtful.told(about, xy_m)
        if kind == "detour":
            end, name = coverage.places.xy_m[about], coverage.places.names[about]
            return self._detours.detour(xy_m, end, name).told()
        if kind == "no_road":
            return say("No way leads from here to any of these places.")
        return _told_nearest(coverage, at)

    def near(self, row: int, unit: Covered, definition: ByWays) -> Iterator[Reason]:
        """Yield the reasons of those who have places within reach: full, or in the zone."""
        network = unit.counts["network"].people_covered
        if network is None:
            return
        # The straight line asks for no more than it: whoever has no place within it has a reason.
        room = unit.counts["capacity"].people_covered
        if definition in {"capacity", "safe"} and room is not None and network > room:
            yield Reason(unit.code, "full", network - room, self._told_full(row, network - room))
        safe = unit.counts["safe"].people_covered
        before = network if room is None else room
        if definition == "safe" and safe is not None and before > safe:
            why = say(
                "In the chosen incident they, their way or their place lie within its harm, or "
                "the places outside are full."
            )
            yield Reason(unit.code, "in_zone", before - safe, why)

    def _told_full(self, row: int, left: int) -> Sentence:
        """Return which places are full: those nearest to the community's people within reach."""
        coverage, points = self._coverage, self._points[row]
        near = coverage.reach.nearest[points]
        within = (coverage.reach.nearest_cost[points] <= coverage.reach.limit) & (near != NO_WAY)
        within &= coverage.demand.point_people[points] > 0
        places = list(dict.fromkeys(near[within].tolist()))
        if self._load is not None:
            full = [p for p in places if self._load[p] >= coverage.places.capacity[p] >= 0]
            places = full or places
        names = named([coverage.places.names[place] for place in places])
        if places and not coverage.places.capacity[places].any():
            return say(
                "{places} hold nobody by the register, so that {people:,} people find no room.",
                places=names,
                people=left,
            )
        return say("Full: {places}; {people:,} people are left over.", places=names, people=left)

    def marked(self, row: int, unit: Covered) -> Iterator[Reason]:
        """Yield whom places cover that nobody verified for long."""
        coverage = self._coverage
        if not self._stale or coverage.service.all_of:
            return
        table = coverage.unit_reach or coverage.reach
        rows = self._points[row] if coverage.unit_reach is None else np.array([row], np.int64)
        pairs = _pairs(table.first, rows)
        stale = np.isin(table.place[pairs], list(self._stale))
        if coverage.assigned is not None:
            people = int(coverage.assigned[pairs][stale].sum())
            met = table.place[pairs][stale & (coverage.assigned[pairs] > 0)]
        else:
            point = np.repeat(rows, np.diff(table.first)[rows])
            only = np.setdiff1d(point, point[~stale])
            people = int(coverage.demand.point_people[only].sum())
            met = table.place[pairs][np.isin(point, only)]
        if people:
            yield Reason(unit.code, "covered", people, self._told_marked(met, people))

    def _told_marked(self, places: LongArray, people: int) -> Sentence:
        held = np.unique(places).tolist()
        names = named([self._coverage.places.names[place] for place in held])
        since = [day for place in held if (day := self._stale[place])]
        if not since:
            return say(
                "{people:,} of those covered count on {places}, never verified.",
                people=people,
                places=names,
            )
        return say(
            "{people:,} of those covered count on {places}, not verified since {day}.",
            people=people,
            places=names,
            day=min(since),
        )


def _by_unit(unit: LongArray, units: int) -> list[LongArray]:
    order = np.argsort(unit, kind="stable")
    cuts = np.searchsorted(unit[order], np.arange(units + 1))
    return [order[cuts[i] : cuts[i + 1]].astype(np.int64) for i in range(units)]


def _pairs(first: LongArray, rows: LongArray) -> LongArray:
    """Return the places of the rows' pairs in the table, in their order."""
    spans = [np.arange(first[row], first[row + 1]) for row in rows.tolist()]
    return np.concatenate([np.empty(0, np.int64), *spans]).astype(np.int64)


def _nearest_line(xy_m: FloatArray, places_m: FloatArray) -> tuple[LongArray, LongArray]:
    """Return the straight mm (n,) to the nearest place and which, ties the first, NO_WAY none."""
    best = np.full(len(xy_m), np.iinfo(np.int64).max, np.int64)
    place = np.full(len(xy_m), NO_WAY, np.int64)
    for at, end in enumerate(places_m.tolist()):
        line_mm = lines_mm(xy_m, end)
        nearer = line_mm < best
        best[nearer], place[nearer] = line_mm[nearer], at
    return best, place


def _straight(coverage: Coverage) -> tuple[LongArray, LongArray]:
    """Return the straight mm (n,) to the place that is nearest so, and which.

    Where several services must be in reach it is the one that is farthest by ways.
    """
    xy_m, places_m = coverage.demand.xy_m, coverage.places.xy_m
    if not coverage.service.all_of:
        return _nearest_line(xy_m, places_m)
    place = coverage.reach.nearest
    line_mm = np.full(len(xy_m), np.iinfo(np.int64).max, np.int64)
    met = place != NO_WAY
    away_m = xy_m[met] - places_m[place[met]]
    line_mm[met] = np.rint(np.hypot(away_m[:, 0], away_m[:, 1]) * _MM_PER_M).astype(np.int64)
    return line_mm, place


def _circle_mm(coverage: Coverage) -> int:
    """Return the straight mm that count as within reach, -1 where a time has no straight line."""
    service = coverage.service
    if service.within_mm is not None:
        return service.within_mm
    if service.travel == "road":
        return -1
    return PLANNING.pace(coverage.demand.share).within_mm(limit_of(service))


def _told_nearest(coverage: Coverage, at: int) -> Sentence:
    """Return where the nearest place is, by ways, and how far."""
    reach = coverage.reach
    place = int(reach.nearest[at])
    if place == NO_WAY:
        return say("No such place is on file.")
    name, cost = coverage.places.names[place], int(reach.nearest_cost[at])
    if reach.is_time:
        tenths = -(-cost * _TENTHS // _MS_PER_MIN)
        return say(
            "None within {limit} min; the nearest, {place}, is {minutes} min away.",
            limit=f"{reach.limit / _MS_PER_MIN:.6g}",
            place=name,
            minutes=f"{tenths // _TENTHS}.{tenths % _TENTHS}",
        )
    return say(
        "None within {limit} m; the nearest, {place}, is {ways_m} m away.",
        limit=f"{reach.limit / _MM_PER_M:.10g}",
        place=name,
        ways_m=-(-cost // _MM_PER_M),
    )
