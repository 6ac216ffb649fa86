"""How far people are from places: whole millimetres or milliseconds, both access legs counted.

On foot the ways are searched by their length, a millisecond for a millimetre; a way is never
shorter than the straight line, whose rounding would else win. By road it is the place's vehicle
that comes, at the hour of the share, with its turnout where the service says so.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from desks.command.situation import Closures
from desks.command.ways import ON_FOOT
from desks.onemap import ANY_VEHICLE, OneMap
from desks.records import Records
from routing import (
    IMPASSABLE,
    UNREACHED,
    Conditions,
    Snaps,
    Vehicle,
    Weights,
    closed_arcs,
)
from routing.detour_roots import Root
from routing.tables import by_row

from .answers import NO_WAY, Demand, FloatArray, LongArray, Places, Reach, Service
from .demand import spread_of
from .forest import Meeting, grown, meeting_of, nearest_sources
from .services import RULES, Pace

BoolArray = NDArray[np.bool_]
_Key = tuple[object, ...]

MM_KMH = 3.6
"""At this speed a millimetre takes a millisecond."""

COLUMNS_KEPT = 4_000
_MM_PER_M = 1000
_SLACK_M = 1.0
"""What lies this near beyond a limit is searched again all the same: lengths are rounded."""


@dataclass(frozen=True, eq=False)
class Column:
    """Who is within reach of one place: points, costs and straight lines in mm, by point."""

    point: LongArray
    cost: LongArray
    line_mm: LongArray


@dataclass(frozen=True)
class _Party:
    """What sets out from or to a place: its vehicle, and the milliseconds before it moves."""

    vehicle: Vehicle = ANY_VEHICLE
    turnout_ms: int = 0


@dataclass(frozen=True, eq=False)
class _Travel:
    """One way of travelling: weights in the units of the cost, where people meet the ways."""

    weights: Weights
    points: Snaps
    access_kmh: float
    limit: int
    to_place: bool


class Kept:
    """The columns and snaps of one map that were worked out before; what it holds never changes."""

    def __init__(self) -> None:
        """Begin with none."""
        self.columns: dict[_Key, Column] = {}
        self.snaps: dict[object, Snaps] = {}
        self.weights: dict[object, Weights] = {}
        self.meetings: dict[object, Meeting] = {}
        self.tree: cKDTree | None = None

    def keep(self, key: _Key, column: Column) -> None:
        """Keep a column; too many are all forgotten."""
        if len(self.columns) >= COLUMNS_KEPT:
            self.columns.clear()
        self.columns[key] = column


def _kept(_: OneMap) -> Kept:
    return Kept()


CLOSED_KEPT = 2
"""So many closed sets of arcs are remembered: on foot and by road of one incident."""


def _kept_closed(_: OneMap) -> dict[bytes, Kept]:
    return {}


def _behind(onemap: OneMap, arcs: BoolArray, *, own: bool) -> Kept:
    """Return what is known of the map with these arcs closed, of whichever service asked it."""
    if not own:
        return Kept()
    held, key = onemap.once(_kept_closed), arcs.tobytes()
    known = held.get(key)
    if known is None:
        known = Kept()
        if len(held) >= CLOSED_KEPT:
            held.clear()
        held[key] = known
    return known


def reach_of(
    onemap: OneMap,
    demand: Demand,
    places: Places,
    service: Service,
    *,
    closed: Closures | BoolArray | None = None,
) -> Reach:
    """Return how far each point is from each place within the service's reach.

    ``closed`` are closures or arcs (m,) that nobody passes, on foot neither. What was worked out
    of a place before is used again, so that a moved place costs one search.
    """
    arcs = _arcs(onemap, closed)
    frame = _Frame(onemap, demand, service, arcs)
    parties = _parties(onemap, places, service)
    columns = frame.columns(places.xy_m, parties)
    reach = _table(columns, len(demand.xy_m), frame.limit, is_time=service.within_ms is not None)
    return frame.with_nearest(reach, places.xy_m, parties)


def roots_of(onemap: OneMap, demand: Demand, places: Places, service: Service) -> list[Root]:
    """Return each place as a root of ways, costs as `reach_of` counts them; see `detours`."""
    frame = _Frame(onemap, demand, service, None)
    parties = _parties(onemap, places, service)
    return [frame.root(xy, party) for xy, party in zip(places.xy_m.tolist(), parties, strict=True)]


def limit_of(service: Service) -> int:
    """Return the most that counts as within reach, mm or ms."""
    limit = service.within_ms if service.within_mm is None else service.within_mm
    return limit or 0


def lines_mm(xy_m: FloatArray, places_m: FloatArray) -> LongArray:
    """Return the straight lines (n,) to one place, or to one each, in whole millimetres."""
    away_m = xy_m - places_m
    line_m = np.hypot(away_m[:, 0], away_m[:, 1])
    line_mm: LongArray = np.rint(line_m * _MM_PER_M).astype(np.int64)
    return line_mm


def _arcs(onemap: OneMap, closed: Closures | BoolArray | None) -> BoolArray | None:
    if closed is None or isinstance(closed, np.ndarray):
        return closed
    if not closed:
        return None
    return closed_arcs(onemap.network, polygons=closed.polygons, roads=closed.roads)


def _parties(onemap: OneMap, places: Places, service: Service) -> list[_Party]:
    """Return what sets out from each place; one that is not on file has the ordinary."""
    if service.travel == "foot":
        return [_Party()] * len(places.ids)
    records = onemap.records.get(places.layer)
    row_of = {} if records is None else {i: row for row, i in enumerate(records.ids)}
    vehicles = onemap.vehicles.get(places.layer, ())
    found = []
    for place in places.ids:
        row = row_of.get(place)
        vehicle = ANY_VEHICLE if row is None or not vehicles else vehicles[row]
        found.append(_Party(vehicle, _turnout_ms(onemap, records, row, service)))
    return found


def _turnout_ms(onemap: OneMap, records: Records | None, row: int | None, service: Service) -> int:
    """Return the whole seconds of turnout as milliseconds, as the brief counts them."""
    if not service.turnout or service.within_ms is None:
        return 0
    kind = "" if records is None or row is None else records.text("kind", row)
    return int(np.ceil(onemap.speed_model.turnout_s(kind)[0])) * 1000


class _Frame:
    """What all places of one question share: the map, the points, the limit, what is closed."""

    def __init__(
        self, onemap: OneMap, demand: Demand, service: Service, arcs: BoolArray | None
    ) -> None:
        self._onemap, self._service, self._arcs = onemap, service, arcs
        self._demand = demand
        own = demand.xy_m is onemap.once(spread_of).xy_m
        self._open = onemap.once(_kept) if own else Kept()
        self._kept = self._open if arcs is None else _behind(onemap, arcs, own=own)
        self._hour = RULES.hour(demand.share)
        self.limit = limit_of(service)
        self.pace: Pace | None = None
        if service.travel == "foot" and service.within_ms is not None:
            self.pace = RULES.pace(demand.share)

    def columns(self, xy_m: FloatArray, parties: Sequence[_Party]) -> list[Column]:
        """Return who is within reach of each place; only what was never asked is searched."""
        how = (self._service.travel, *self._how())
        keys = [(x, y, party, *how) for (x, y), party in zip(xy_m.tolist(), parties, strict=True)]
        found = {key: self._kept.columns[key] for key in keys if key in self._kept.columns}
        for key, column in self._as_if_open(xy_m, keys, found).items():
            found[key] = column
            self._kept.keep(key, column)
        for party, rows in _groups(parties):
            new = rows[[keys[row] not in found for row in rows]]
            snaps = self._snap_place(xy_m[new], party.vehicle)
            for i, row in enumerate(new.tolist()):
                found[keys[row]] = self._searched(xy_m[row], snaps.take(i), party)
                self._kept.keep(keys[row], found[keys[row]])
        return [found[key] for key in keys]

    def _as_if_open(
        self, xy_m: FloatArray, keys: Sequence[_Key], found: Collection[_Key]
    ) -> dict[_Key, Column]:
        """Return the columns not yet found that are known from before anything was closed."""
        known = self._open.columns
        rows = [row for row, key in enumerate(keys) if key not in found and key in known]
        same = np.array(rows, int)[self._untouched(xy_m[rows])]
        return {keys[row]: known[keys[row]] for row in same.tolist()}

    def _untouched(self, xy_m: FloatArray) -> BoolArray:
        """Return which places (k,) have nothing closed as near as any way within the limit leads.

        No way is shorter than the straight line, so all is there as it is with nothing closed.
        """
        if self._arcs is None or not self._as_mm or not len(xy_m):
            return np.zeros(len(xy_m), np.bool_)
        network = self._onemap.network
        pieces = np.unique(network.arc_road[self._arcs])
        limit_mm = self.limit if self.pace is None else self.pace.within_mm(self.limit)
        closed = shapely.multilinestrings(network.lines[pieces])
        shapely.prepare(closed)
        beyond_m = limit_mm / _MM_PER_M + _SLACK_M
        return ~np.asarray(shapely.dwithin(closed, shapely.points(xy_m), beyond_m), np.bool_)

    def _how(self) -> tuple[object, ...]:
        """Return what else decides a column: its limit, its unit, and the hour or the pace."""
        timed = self._service.within_ms is not None
        by = self.pace if self._service.travel == "foot" else (self._hour, self._service.siren)
        return self.limit, timed, by

    def _searched(self, xy: FloatArray, place: Snaps, party: _Party) -> Column:
        travel = self._travel(party)
        near = np.arange(len(self._demand.xy_m))
        if self._as_mm:
            near = np.array(
                self._tree.query_ball_point(xy, (travel.limit + 1) / _MM_PER_M), np.int64
            )
            near.sort()
        meeting = self._meeting(travel, party)
        times = meeting.times(grown(meeting, place, travel.limit), near)
        met = np.flatnonzero(times != UNREACHED)
        near, times = near[met], times[met]
        line_mm = lines_mm(self._demand.xy_m[near], xy)
        cost = self._costs(times, line_mm, party)
        held = np.flatnonzero((cost != NO_WAY) & (cost <= self.limit))
        return Column(near[held], cost[held], line_mm[held])

    @property
    def _tree(self) -> cKDTree:
        if self._open.tree is None:
            self._open.tree = cKDTree(self._demand.xy_m)
        return self._open.tree

    @property
    def _as_mm(self) -> bool:
        """Return whether ways are searched by length."""
        return self._service.within_mm is not None or self._service.travel == "foot"

    def _costs(self, searched: LongArray, line_mm: LongArray, party: _Party) -> LongArray:
        """Return whole mm or ms of the ways found, never below the line, NO_WAY where none."""
        found = searched != UNREACHED
        if not self._as_mm:
            return np.where(found, searched + party.turnout_ms, NO_WAY)
        length = np.maximum(searched, line_mm)
        if self.pace is not None:
            length = -(-length * self.pace.seconds // self.pace.metres)
        return np.where(found, length, NO_WAY)

    def _travel(self, party: _Party) -> _Travel:
        limit = self.limit - party.turnout_ms
        if self.pace is not None:
            limit = self.pace.within_mm(self.limit)
        weights = self._weights(party.vehicle)
        access_kmh = MM_KMH if self._as_mm else self._onemap.speed_model.access_kmh
        points = self._snap_points(party.vehicle)
        return _Travel(weights, points, access_kmh, max(limit, 0), self._service.travel == "foot")

    def _conditions(self, vehicle: Vehicle) -> Conditions:
        if self._service.travel == "foot":
            return ON_FOOT
        hour = None if self._as_mm else self._hour
        return Conditions(hour=hour, vehicle=vehicle, emergency=self._service.siren)

    def _weights(self, vehicle: Vehicle) -> Weights:
        """Return the cost of each arc in the unit of the search, what is closed left out."""
        conditions = self._conditions(vehicle)
        key = (conditions, self._as_mm)
        if key not in self._kept.weights:
            weights = self._onemap.open_weights(conditions)
            if self._as_mm:
                weights = by_length(weights)
            if self._arcs is not None:
                weights = weights.closing(self._arcs)
            self._kept.weights[key] = weights
        return self._kept.weights[key]

    def root(self, xy: Sequence[float], party: _Party) -> Root:
        """Return one place as a root of ways to all points, without a limit."""
        travel = self._travel(party)
        line_mm = lines_mm(self._demand.xy_m, np.asarray(xy, np.float64))
        pace = (1, 1) if self.pace is None else (self.pace.seconds, self.pace.metres)
        return Root(
            weights=travel.weights,
            place=self._snap_place(np.asarray([xy], np.float64), party.vehicle),
            points=travel.points,
            toward=travel.to_place,
            access_kmh=travel.access_kmh,
            line=line_mm if self._as_mm else np.zeros_like(line_mm),
            scale=(*pace, 0 if self._as_mm else party.turnout_ms),
        )

    def _snap_points(self, vehicle: Vehicle) -> Snaps:
        """Return where people meet the ways, the same whatever is closed."""
        key = (self._service.travel, self._conditions(vehicle))
        if key not in self._open.snaps:
            if self._service.travel not in self._open.snaps:
                self._open.snaps[self._service.travel] = self._nearest_way(self._demand.xy_m)
            nearest = self._open.snaps[self._service.travel]
            self._open.snaps[key] = self._usable(nearest, vehicle)
        return self._open.snaps[key]

    def _snap_place(self, xy_m: FloatArray, vehicle: Vehicle) -> Snaps:
        return self._usable(self._nearest_way(xy_m), vehicle)

    def _nearest_way(self, xy_m: FloatArray) -> Snaps:
        onemap = self._onemap
        locator = onemap.foot_locator if self._service.travel == "foot" else onemap.locator
        return locator.snap(xy_m, limit_m=onemap.speed_model.access_limit_m)

    def _usable(self, nearest: Snaps, vehicle: Vehicle) -> Snaps:
        """Return the snaps, those on ways too narrow for the vehicle on the nearest it may use."""
        if self._service.travel == "foot":
            return nearest
        usable = self._onemap.open_weights(self._conditions(vehicle)).usable_roads
        barred = np.flatnonzero(nearest.on_network & ~usable[nearest.road])
        if not len(barred):
            return nearest
        limit_m = self._onemap.speed_model.access_limit_m
        xy_m = nearest.place_xy_m[barred]
        return _replaced(
            nearest, barred, self._onemap.locator.snap(xy_m, limit_m=limit_m, usable=usable)
        )

    def with_nearest(self, reach: Reach, xy_m: FloatArray, parties: Sequence[_Party]) -> Reach:
        """Return the table with the nearest place of each point, beyond the limit too."""
        cost, place = reach.nearest_cost.copy(), reach.nearest.copy()
        far = np.flatnonzero(cost == NO_WAY)
        if not len(far) or not len(xy_m):
            return reach
        best = np.full(len(far), IMPASSABLE, np.int64)
        for party, rows in _groups(parties):
            found, owner = self._beyond(xy_m[rows], party, far)
            line_mm = np.zeros(len(far), np.int64)
            if self._as_mm:
                line_mm = lines_mm(self._demand.xy_m[far], xy_m[rows][owner])
            own = self._costs(found, line_mm, party)
            nearer = (own != NO_WAY) & (own < best)
            best[nearer] = own[nearer]
            place[far[nearer]] = rows[owner[nearer]]
        there = best < IMPASSABLE
        cost[far[there]] = np.maximum(best[there], self.limit + 1)
        return replace(reach, nearest=place, nearest_cost=cost)

    def _beyond(
        self, xy_m: FloatArray, party: _Party, far: LongArray
    ) -> tuple[LongArray, LongArray]:
        meeting = self._meeting(self._travel(party), party)
        return nearest_sources(meeting, self._snap_place(xy_m, party.vehicle), far)

    def _meeting(self, travel: _Travel, party: _Party) -> Meeting:
        """Return where the points meet these ways, worked out once for all places."""
        key = (self._conditions(party.vehicle), self._as_mm)
        if key not in self._kept.meetings:
            self._kept.meetings[key] = meeting_of(
                travel.weights,
                travel.points,
                access_kmh=travel.access_kmh,
                toward=travel.to_place,
            )
        return self._kept.meetings[key]


def by_length(weights: Weights) -> Weights:
    """Return the weights with a millisecond for each whole millimetre, and no delays."""
    network = weights.network
    length = np.rint(network.road_length_m * _MM_PER_M).astype(np.int64)[network.arc_road]
    ms = np.where(weights.ms < IMPASSABLE, length, weights.ms)
    return Weights(network, ms, np.zeros_like(weights.delay_ms), weights.block)


def _replaced(found: Snaps, rows: LongArray, other: Snaps) -> Snaps:
    names = ("road", "offset", "xy_m", "place_xy_m", "distance_m")
    columns = {name: getattr(found, name).copy() for name in names}
    for name, column in columns.items():
        column[rows] = getattr(other, name)
    return Snaps(**columns)


def _groups(parties: Sequence[_Party]) -> Iterator[tuple[_Party, LongArray]]:
    """Yield each kind of party with its places, in the order of their first."""
    for party in dict.fromkeys(parties):
        yield party, np.array([i for i, one in enumerate(parties) if one == party], np.int64)


def _table(columns: Sequence[Column], points: int, limit: int, *, is_time: bool) -> Reach:
    """Return the columns as rows: cost ascending within a point, ties by place."""
    empty = np.empty(0, np.int64)
    point = np.concatenate([empty, *(c.point for c in columns)])
    cost = np.concatenate([empty, *(c.cost for c in columns)])
    line = np.concatenate([empty, *(c.line_mm for c in columns)])
    place = np.repeat(np.arange(len(columns)), [len(c.point) for c in columns]).astype(np.int64)
    first, order = by_row(point, cost, points)
    nearest = np.full(points, NO_WAY, np.int64)
    nearest_cost = np.full(points, NO_WAY, np.int64)
    some = np.flatnonzero(np.diff(first))
    nearest[some] = place[order][first[some]]
    nearest_cost[some] = cost[order][first[some]]
    return Reach(
        is_time=is_time,
        limit=limit,
        first=first,
        place=place[order],
        cost=cost[order],
        line_mm=line[order],
        nearest=nearest,
        nearest_cost=nearest_cost,
    )
