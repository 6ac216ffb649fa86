"""Who comes, and when: every ranked team with the parts of its time and its way.

Response time = call handling + turnout of the team's kind + drive. P90 is the sum of the parts'
own P90 (drive: P50 times the model's factor); as the parts are seldom all late together the sum
is on the safe side, and the rule needs no assumption on how they hang together.
"""

import math
from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from desks.onemap import ANY_VEHICLE, OneMap
from desks.records import Records
from desks.register import is_stale
from language import Sentence, say
from risk import Demand
from routing import UNREACHED, RoutePath, Snaps

from .answers import Approached
from .approach import Approach
from .fitness import Candidate, candidates, order_key
from .situation import Incident, Point, Responder, Route
from .surroundings import access_m, off_road, whole_m
from .ways import Barred, Ways

WITHDRAWN = say("Withdrawn: it cannot come.")
IN_ZONE = say("Its base lies inside the zones: it is not sent first.")

LIMIT_REASONS = {
    "width_m": say("Every way has a road narrower than its vehicle."),
    "height_m": say("Every way has a passage lower than its vehicle."),
    "weight_t": say("Every way has a road or bridge too weak for its vehicle."),
}


@dataclass(frozen=True)
class Drive:
    """Milliseconds of driving at the incident's hour, or why there is no way.

    ``reason`` of a way that there is says that the base lies in a zone; ``barred`` is what the
    way keeps out of.
    """

    drive_ms: int | None
    reason: Sentence | None
    barred: Barred = Barred.ZONES


def arrivals(
    onemap: OneMap, incident: Incident, ways: Ways, demand: Demand, approach: Approached
) -> tuple[Responder, ...]:
    """Return every ranked team in the order of ``fitness.order_key``: the first is to be sent.

    A team that cannot come is never above one that can; a withdrawn one is last, without a time.
    """
    teams = candidates(onemap, incident, demand, approach.closed)
    drives = _drives(onemap, teams, ways, approach)
    ranked = sorted(
        zip(teams, drives, strict=True),
        key=lambda pair: order_key(pair[0], demand, *eta(onemap, *pair)),
    )
    return tuple(
        _responder(onemap, ways, number, team, drive)
        for number, (team, drive) in enumerate(ranked, start=1)
    )


def _drives(
    onemap: OneMap, teams: list[Candidate], ways: Ways, approach: Approached
) -> list[Drive]:
    """Return the drive of each team, from one search per kind of vehicle and traffic."""
    if not ways.on_network:
        lost = _no_road_to_goal(ways)
        return [Drive(None, WITHDRAWN if team.withdrawn else lost) for team in teams]
    union = shapely.union_all(approach.closed) if approach.closed else None
    return [
        drive_of(team, ways, union) or Drive(None, _no_way(onemap, team, ways)) for team in teams
    ]


def drive_of(team: Candidate, ways: Ways, union: BaseGeometry | None) -> Drive | None:
    """Return the team's drive, ``None`` where no way leads; ``union`` are the zones it avoids."""
    drive = _drive(team, ways, Barred.CLOSED if team.in_zone else Barred.ZONES)
    if drive is None and not team.withdrawn:
        drive = _past_zones(team, ways, union)
    return drive


def _drive(team: Candidate, ways: Ways, barred: Barred) -> Drive | None:
    """Return the team's drive around what is barred, ``None`` where there is none."""
    if team.withdrawn:
        return Drive(None, WITHDRAWN)
    drive_ms = int(ways.by_road(team.vehicle, barred=barred).time_ms(team.access)[team.place])
    if drive_ms == UNREACHED:
        return None
    return Drive(drive_ms, IN_ZONE if team.in_zone else None, barred)


def _past_zones(team: Candidate, ways: Ways, union: BaseGeometry | None) -> Drive | None:
    """Return the drive of a base whose own piece of road meets a zone farther along.

    A piece that touches a zone is closed whole; who leaves it on the side outside never enters.
    """
    if union is None or ways.barred is ways.closed:
        return None
    drive = _drive(team, ways, Barred.CLOSED)
    if drive is None:
        return None
    way = ways.by_road(team.vehicle, barred=Barred.CLOSED).way(team.access, team.place)
    if way is None or shapely.intersects(shapely.LineString(way.path.xy_m), union):
        return None
    return drive


def _no_road_to_goal(ways: Ways) -> Sentence:
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
    own = ways.by_road(team.vehicle, barred=Barred.CLOSED)
    if not own.has_stop and own.weights.usable_roads.any():
        return say(
            "No road open to its vehicle lies within {limit_m} m of the incident on foot.",
            limit_m=round(onemap.speed_model.access_limit_m),
        )
    if ways.barred is not ways.closed and _reached(team, access, own):
        return say("Every way leads through the zones.")
    opened = ways.by_road(team.vehicle, barred=Barred.NOTHING)
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
    return math.ceil(model.call_s[0]), math.ceil(model.turnout_s(team.kind)[0])


def p90_s(onemap: OneMap, team: Candidate, drive_ms: int) -> int:
    """Return the seconds within which nine in ten arrive: the sum of the parts' own P90."""
    model = onemap.speed_model
    drive_s = math.ceil(drive_ms * model.drive_p90_factor / 1000)
    return math.ceil(model.call_s[1]) + math.ceil(model.turnout_s(team.kind)[1]) + drive_s


def eta(onemap: OneMap, team: Candidate, drive: Drive) -> tuple[int | None, int | None]:
    """Return the response time in milliseconds and in whole seconds, ``None`` without a way."""
    if drive.drive_ms is None:
        return None, None
    before_s = sum(_parts_s(onemap, team))
    return before_s * 1000 + drive.drive_ms, before_s + math.ceil(drive.drive_ms / 1000)


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
        score=team.score,
        withdrawn=team.withdrawn,
        in_zone=team.in_zone,
    )
    if drive.drive_ms is None:
        return reached
    call_s, turnout_s = _parts_s(onemap, team)
    drive_s = math.ceil(drive.drive_ms / 1000)
    approach = ways.by_road(team.vehicle, barred=drive.barred)
    way = approach.way(team.access, team.place)
    if way is None:
        return reached
    route = _route(way.path)
    free = ways.by_road(team.vehicle, free_flow=True, barred=drive.barred)
    free_ms = int(free.time_ms(team.access)[team.place])
    return replace(
        reached,
        reachable=True,
        eta_s=call_s + turnout_s + drive_s,
        call_s=call_s,
        turnout_s=turnout_s,
        drive_s=drive_s,
        free_flow_s=call_s + turnout_s + math.ceil(free_ms / 1000),
        p90_s=p90_s(onemap, team, drive.drive_ms),
        distance_m=route.length_m,
        on_foot_m=whole_m(way.stop.short_m),
        route=route,
        drive_ms=drive.drive_ms,
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
