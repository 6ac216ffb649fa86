"""Which zones vehicles keep out of, and where they gather: upwind, outside, on a road.

Vehicles keep out of the protective zone, of all that is worse within its model, of the isolation
and of what was drawn or imported. A zone of mere discomfort outside the protective one is driven
through. The stand-off point is the position on an open road nearest to the incident whose bearing
is at most 60° from where the wind blows from; where there is none, the nearest whatsoever.
"""

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from desks.onemap import ANY_VEHICLE, OneMap
from language import Sentence, say
from risk.release import Shape, Zone, ZoneSet
from routing import Conditions, RoadNetwork, closed_arcs, connected_parts

from .answers import Approached, StandOff
from .situation import Incident, Point

UPWIND_DEG = 60.0
"""How far off the wind's own bearing still counts as upwind, the limit included."""

BARRED = ("isolation", "drawn", "foreign", "flooded", "burning")
"""Levels that vehicles keep out of whichever model governs."""

WINDLESS = ("flooded",)
"""Levels of harm that no wind carries."""

BORDER_M = 0.001
BEYOND_M = 2_000.0
"""A place to gather lies at most so far beyond the farthest line of the zones."""

FIRST_M, WIDER = 500.0, 2.0
CUT_AT_ONCE = 32
STEP_DEG = 5.0
NOWHERE = Approached((), None)

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Roads:
    """The network, the pieces (r,) on which vehicles may gather, and how far off."""

    network: RoadNetwork
    usable: BoolArray
    limit_m: float


def barred_zones(zones: ZoneSet) -> tuple[Zone, ...]:
    """Return the zones that vehicles keep out of, the widest first."""
    protective = zones.protective
    lines = () if protective is None else tuple(z for z in zones.lines if z.rank <= protective.rank)
    others = tuple(z for z in zones.zones if z.level in BARRED and z not in lines)
    found = [zone for zone in (*lines, *others) if not zone.shape.is_empty]
    return tuple(sorted(found, key=lambda zone: -zone.reach_m))


def holds(shapes: tuple[Shape, ...], at: Point) -> bool:
    """Return whether the place lies in one of the shapes, their lines included."""
    return bool(shapely.dwithin(np.array(shapes, object), shapely.Point(at), BORDER_M).any())


def approached(
    onemap: OneMap, incident: Incident, zones: ZoneSet, *, zone_arcs: BoolArray | None = None
) -> Approached:
    """Return the shapes that vehicles keep out of and the stand-off point outside them.

    ``zone_arcs`` (m,) are those that these shapes close, where they are known already.
    ``stand_off`` is ``None`` where no zone holds the incident, or no open road lies outside the
    zones on its part of the network; ways then lead to the incident itself.
    """
    barred = barred_zones(zones)
    shapes = tuple(zone.shape for zone in barred)
    if not holds(shapes, incident.at):
        return Approached(shapes, None)
    limit_m = max(zone.reach_m for zone in barred) + BEYOND_M
    roads = _Roads(onemap.network, _open_roads(onemap, incident, shapes, zone_arcs), limit_m)
    if not roads.usable.any():
        return Approached(shapes, None)
    of_wind = any(zone.level not in WINDLESS for zone in barred)
    return Approached(shapes, _stand_off(roads, incident, of_wind=of_wind))


def _stand_off(roads: _Roads, incident: Incident, *, of_wind: bool) -> StandOff | None:
    wind = incident.wind_from_deg if of_wind else None
    upwind = None if wind is None else _nearest(roads, incident.at, wind)
    found = upwind or _nearest(roads, incident.at, None)
    if found is None:
        return None
    at, piece = found
    distance_m = math.ceil(round(math.dist(at, incident.at), 2))
    road = roads.network.names[roads.network.road_name[piece]]
    return StandOff(
        at=at,
        distance_m=distance_m,
        from_deg=bearing_deg(incident.at, at),
        road=road,
        said=_said(wind, distance_m, is_upwind=upwind is not None, of_wind=of_wind),
    )


def _said(
    wind_from_deg: float | None, distance_m: int, *, is_upwind: bool, of_wind: bool
) -> Sentence:
    if not of_wind:
        return say(
            "Vehicles gather {distance_m} m from the incident, outside the flooded ground. All"
            " times are to that point.",
            distance_m=distance_m,
        )
    if wind_from_deg is None:
        return say(
            "Vehicles gather {distance_m} m from the incident, outside the zones; the wind is not"
            " known. All times are to that point.",
            distance_m=distance_m,
        )
    if is_upwind:
        return say(
            "Vehicles gather upwind, {distance_m} m from the incident, outside the zones. All"
            " times are to that point.",
            distance_m=distance_m,
        )
    return say(
        "No open road lies upwind outside the zones: vehicles gather {distance_m} m from the"
        " incident on another side. All times are to that point.",
        distance_m=distance_m,
    )


def bearing_deg(start: Point, end: Point) -> float:
    """Return the bearing from one point to another, degrees clockwise from north."""
    return math.degrees(math.atan2(end[0] - start[0], end[1] - start[1])) % 360


def _open_roads(
    onemap: OneMap, incident: Incident, shapes: tuple[Shape, ...], zone_arcs: BoolArray | None
) -> BoolArray:
    """Return the pieces outside the zones from which most teams can be reached.

    They lie on the incident's own part of the network: what is cut off by the zones or by
    closures is of no use as a place to gather.
    """
    network = onemap.network
    closed = closed_arcs(
        network,
        polygons=(
            *incident.closures.polygons,
            *incident.flooded,
            *(shapes if zone_arcs is None else ()),
        ),
        roads=incident.closures.roads,
    )
    if zone_arcs is not None:
        closed |= zone_arcs
    free = onemap.open_weights(Conditions(hour=None, vehicle=ANY_VEHICLE))
    usable = free.usable_roads & ~closed[network.road_arc[:, 0]]
    nearest = int(onemap.locator.snap(np.asarray([incident.at]), limit_m=math.inf).road[0])
    if nearest < 0:
        return np.zeros_like(usable)
    own = network.island[network.road_start] == network.island[network.road_start[nearest]]
    return _with_most_teams(onemap, usable & own)


def _with_most_teams(onemap: OneMap, usable: BoolArray) -> BoolArray:
    """Return the connected part of the usable pieces that holds most teams, then most pieces."""
    network = onemap.network
    pieces = np.flatnonzero(usable)
    if not len(pieces):
        return usable
    part = connected_parts(network, usable)[network.road_start]
    size = network.node_count
    bases = [onemap.access[spec.key].road for spec in onemap.layers_for("responder") if spec.ranked]
    base = np.concatenate(bases) if bases else np.zeros(0, np.int32)
    base = base[base >= 0]
    teams = np.bincount(part[base[usable[base]]], minlength=size)
    length = np.bincount(part[pieces], minlength=size)
    rank = teams * (len(part) + 1) + length
    best = np.argmax(rank[part[pieces]])
    chosen: BoolArray = usable & (part == part[pieces[best]])
    return chosen


def _nearest(roads: _Roads, at: Point, wind_from_deg: float | None) -> tuple[Point, int] | None:
    """Return the nearest usable position and its piece, within the sector where a wind is given.

    The search widens until something is met; of equal distances the first piece is taken.
    """
    centre = shapely.Point(at)
    radius_m, reached_m = FIRST_M, 0.0
    while reached_m < roads.limit_m:
        area = _sector(at, radius_m, wind_from_deg)
        pieces = np.sort(roads.network.line_tree.query(area, predicate="intersects"))
        pieces = pieces[roads.usable[pieces]]
        if len(pieces):
            part, distance_m, piece = _first_part(roads.network, pieces, area, centre)
            if distance_m > roads.limit_m:
                return None
            if distance_m <= radius_m * math.cos(math.radians(STEP_DEG / 2)):
                x_m, y_m = shapely.get_coordinates(shapely.shortest_line(part, centre))[0]
                return (float(x_m), float(y_m)), piece
        reached_m, radius_m = radius_m, radius_m * WIDER
    return None


def _first_part(
    network: RoadNetwork, pieces: NDArray[np.int64], area: shapely.Polygon, centre: shapely.Point
) -> tuple[BaseGeometry, float, int]:
    """Return the nearest part within the area, how far it is, and its piece: the first of equals.

    A part is no nearer than its piece, so pieces are cut by the area nearest first, and only until
    the next one is farther off than the best part.
    """
    least_m = shapely.distance(network.lines[pieces], centre)
    order = np.argsort(least_m, kind="stable")
    best: tuple[float, int, BaseGeometry] = (math.inf, int(pieces[0]), shapely.LineString())
    for start in range(0, len(order), CUT_AT_ONCE):
        some = order[start : start + CUT_AT_ONCE]
        if least_m[some[0]] > best[0] + BORDER_M:
            break
        parts = shapely.intersection(network.lines[pieces[some]], area)
        distance_m = np.nan_to_num(shapely.distance(parts, centre), nan=np.inf)
        for at in np.flatnonzero(distance_m == distance_m.min()).tolist():
            found = (float(distance_m[at]), int(pieces[some[at]]))
            if found < best[:2]:
                best = (*found, parts[at])
    return best[2], best[0], best[1]


def _sector(at: Point, radius_m: float, wind_from_deg: float | None) -> shapely.Polygon:
    """Return the sector around the wind's bearing, or the disc where none is given."""
    if wind_from_deg is None:
        return shapely.Point(at).buffer(radius_m)
    steps = round(2 * UPWIND_DEG / STEP_DEG)
    bearings = np.radians(wind_from_deg - UPWIND_DEG + np.arange(steps + 1) * STEP_DEG)
    rim = np.column_stack([np.sin(bearings), np.cos(bearings)]) * radius_m + np.asarray(at)
    return shapely.Polygon([at, *map(tuple, rim.tolist())])
