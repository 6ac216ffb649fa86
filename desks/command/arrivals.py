"""Who comes, and when: every ranked team with the parts of its time and its way.

Response time = call handling + turnout of the team's kind + drive. P90 is the sum of the parts'
own P90 (drive: P50 times the model's factor); as the parts are seldom all late together the sum
is on the safe side, and the rule needs no assumption on how they hang together.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from desks.onemap import ANY_VEHICLE, OneMap
from desks.records import Records
from desks.register import is_stale
from language import Sentence, say
from layers import LayerSpec
from risk import IncidentKind, Suitability, assumed_kind, incident_kind, judge
from routing import UNREACHED, RoutePath, Snaps, Vehicle

from .approach import Approach
from .situation import Incident, Point, Responder, Route
from .surroundings import access_m, off_road, whole_m
from .ways import Ways

LIMIT_REASONS = {
    "width_m": say("Every way has a road narrower than its vehicle."),
    "height_m": say("Every way has a passage lower than its vehicle."),
    "weight_t": say("Every way has a road or bridge too weak for its vehicle."),
}


@dataclass(frozen=True)
class Candidate:
    """One row of a ranked layer, before its time is known."""

    spec: LayerSpec
    layer_order: int
    records: Records
    row: int
    vehicle: Vehicle
    suitability: Suitability


@dataclass(frozen=True)
class Drive:
    """Milliseconds of driving with and without congestion, or why there is no way."""

    drive_ms: int | None
    free_ms: int | None
    reason: Sentence | None


def arrivals(onemap: OneMap, incident: Incident, ways: Ways) -> tuple[Responder, ...]:
    """Return every ranked team: those that can come, fit ones first, then by time.

    The finer order: reachable or not, grade of suitability (fit, helpful, not suited), time in
    milliseconds, order of the layers, id. A team that cannot come is never above one that can.
    """
    kind = incident_kind(incident.kind)
    teams = [
        candidate
        for number, spec in enumerate(onemap.layers_for("responder"))
        if spec.ranked
        for candidate in _candidates(onemap, kind, spec, number)
    ]
    drives = _drives(onemap, teams, ways)
    ranked = sorted(zip(teams, drives, strict=True), key=lambda pair: _rank(onemap, *pair))
    return tuple(
        _responder(onemap, ways, number, team, drive)
        for number, (team, drive) in enumerate(ranked, start=1)
    )


def _candidates(
    onemap: OneMap, kind: IncidentKind, spec: LayerSpec, number: int
) -> Iterable[Candidate]:
    records = onemap.records[spec.key]
    for row in range(len(records.ids)):
        equipment = records.value("equipment", row)
        suitability = judge(
            kind,
            records.text("kind", row),
            equipment if isinstance(equipment, tuple) else (),
            layer=spec.key,
        )
        vehicle = onemap.vehicles[spec.key][row]
        yield Candidate(spec, number, records, row, vehicle, suitability)


def _drives(onemap: OneMap, teams: list[Candidate], ways: Ways) -> list[Drive]:
    """Return the drive of each team, from one search per kind of vehicle and traffic."""
    if not ways.on_network:
        return [Drive(None, None, _no_road_to_incident(ways)) for _ in teams]
    times: dict[tuple[str, Vehicle], tuple[np.ndarray, np.ndarray]] = {}
    for team in teams:
        key = (team.spec.key, team.vehicle)
        if key not in times:
            access = onemap.access[team.spec.key]
            congested = ways.by_road(team.vehicle).time_ms(access)
            free = ways.by_road(team.vehicle, free_flow=True).time_ms(access)
            times[key] = congested, free
    drives = []
    for team in teams:
        congested, free = times[team.spec.key, team.vehicle]
        if congested[team.row] == UNREACHED:
            drives.append(Drive(None, None, _no_way(onemap, team, ways)))
        else:
            drives.append(Drive(int(congested[team.row]), int(free[team.row]), None))
    return drives


def _no_road_to_incident(ways: Ways) -> Sentence:
    distance_m = access_m(ways.target, 0)
    if distance_m is None:
        return say("No road for vehicles is on the map.")
    return say("The incident lies {distance_m} m from the nearest road.", distance_m=distance_m)


def _no_way(onemap: OneMap, team: Candidate, ways: Ways) -> Sentence:
    """Return why there is no way: position, road, island, closure, one-way roads, vehicle."""
    access = onemap.access[team.spec.key]
    if not team.records.placed[team.row]:
        return say("Its position is not on file.")
    if not access.on_network[team.row]:
        return off_road(access, team.row)
    network = onemap.network
    start, end = (
        network.island[network.road_start[road]]
        for road in (access.road[team.row], ways.target.road[0])
    )
    if start != end:
        return say("No road joins its part of the network to the incident's.")
    return _obstacle(onemap, team, ways)


def _obstacle(onemap: OneMap, team: Candidate, ways: Ways) -> Sentence:
    """Return what on the roads stands in the way."""
    access = onemap.access[team.spec.key]
    own = ways.by_road(team.vehicle)
    if not own.has_stop and own.weights.usable_roads.any():
        return say(
            "No road open to its vehicle lies within {limit_m} m of the incident on foot.",
            limit_m=round(onemap.speed_model.access_limit_m),
        )
    opened = ways.by_road(team.vehicle, without_closures=True)
    if ways.closed is not None and _reached(team, access, opened):
        return say("The closures cut every way.")
    if not _reached(team, access, ways.by_road(ANY_VEHICLE)):
        return say("One-way roads leave no way to the incident.")
    for limit, reason in LIMIT_REASONS.items():
        alone = replace(ANY_VEHICLE, **{limit: getattr(team.vehicle, limit)})
        if alone != ANY_VEHICLE and not _reached(team, access, ways.by_road(alone)):
            return reason
    return say("Every way has a road too narrow, too low or too weak for its vehicle.")


def _reached(team: Candidate, access: Snaps, approach: Approach) -> bool:
    return bool(approach.time_ms(access)[team.row] != UNREACHED)


def _parts_s(onemap: OneMap, team: Candidate) -> tuple[int, int]:
    """Return the seconds of call handling and of turnout, at the median."""
    model = onemap.speed_model
    return math.ceil(model.call_s[0]), math.ceil(model.turnout_s(_team_kind(team))[0])


def _p90_s(onemap: OneMap, team: Candidate, drive_ms: int) -> int:
    model = onemap.speed_model
    drive_s = math.ceil(drive_ms * model.drive_p90_factor / 1000)
    return math.ceil(model.call_s[1]) + math.ceil(model.turnout_s(_team_kind(team))[1]) + drive_s


def _team_kind(team: Candidate) -> str:
    return team.records.text("kind", team.row) or assumed_kind(team.spec.key)


def _rank(onemap: OneMap, team: Candidate, drive: Drive) -> tuple[bool, int, int, int, int]:
    before_s = sum(_parts_s(onemap, team))
    eta_ms = 0 if drive.drive_ms is None else before_s * 1000 + drive.drive_ms
    order = int(team.records.order[team.row])
    return drive.drive_ms is None, team.suitability.grade, eta_ms, team.layer_order, order


def _responder(onemap: OneMap, ways: Ways, rank: int, team: Candidate, drive: Drive) -> Responder:
    records, row = team.records, team.row
    equipment = records.value("equipment", row)
    verified = records.text("last_verified", row)
    reached = Responder(
        rank=rank,
        layer=team.spec.key,
        id=records.ids[row],
        name=records.names[row],
        kind=records.text("kind", row),
        order=records.text("order", row),
        at=_position(records, row),
        fit=team.suitability.fit,
        fit_reason=team.suitability.reason,
        reachable=False,
        reason=drive.reason,
        eta_s=None,
        call_s=None,
        turnout_s=None,
        drive_s=None,
        free_flow_s=None,
        p90_s=None,
        distance_m=None,
        route=None,
        people=records.whole("people", row),
        vehicles=records.whole("vehicles", row),
        equipment=equipment if isinstance(equipment, tuple) else (),
        equipment_missing=team.suitability.missing,
        last_verified=verified,
        stale=is_stale(verified, onemap.as_of),
    )
    if drive.drive_ms is None or drive.free_ms is None:
        return reached
    call_s, turnout_s = _parts_s(onemap, team)
    drive_s = math.ceil(drive.drive_ms / 1000)
    way = ways.by_road(team.vehicle).way(onemap.access[team.spec.key], row)
    if way is None:
        return reached
    route = _route(way.path)
    return replace(
        reached,
        reachable=True,
        eta_s=call_s + turnout_s + drive_s,
        call_s=call_s,
        turnout_s=turnout_s,
        drive_s=drive_s,
        free_flow_s=call_s + turnout_s + math.ceil(drive.free_ms / 1000),
        p90_s=_p90_s(onemap, team, drive.drive_ms),
        distance_m=route.length_m,
        on_foot_m=whole_m(way.stop.short_m),
        route=route,
    )


def _position(records: Records, row: int) -> Point | None:
    if not records.placed[row]:
        return None
    return float(records.xy_m[row, 0]), float(records.xy_m[row, 1])


def _route(path: RoutePath) -> Route:
    """Return the way with whole metres; ``main_road`` is the longest named one, else ""."""
    roads = tuple((name, round(metres)) for name, metres in path.roads)
    totals: dict[str, int] = {}
    for name, metres in roads:
        totals[name] = totals.get(name, 0) + metres
    named = {name: metres for name, metres in totals.items() if name}
    main_road = max(named, key=lambda name: (named[name], name)) if named else ""
    points: tuple[Point, ...] = tuple(map(tuple, path.xy_m.tolist()))
    return Route(points, round(path.length_m), roads, main_road)
