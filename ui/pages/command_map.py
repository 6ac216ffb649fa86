"""What the map of page 指挥 shows of a brief: ways, zones, stand-off point, wind, knobs."""

from collections.abc import Sequence
from dataclasses import replace

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from desks.command.situation import Point, Route, SituationBrief
from desks.onemap import OneMap
from risk.release import Shape, Zone
from ui import records, session
from ui.map import MapState, MapView, Marked, RouteLine, StandOffMark, WhatIf, WindMark, ZoneArea
from ui.panels import harm
from ui.panels.compass import compass
from ui.panels.markup import View, distance, duration

from .asking import UNSPECIFIED, asks_substance

SIMPLER_M = 2.0
ROUTES_DRAWN = 8
ADDRESS_ZOOM = 14
MOST_VERTICES = 60
"""Vertices of a zone that a screen can tell apart."""

STALE_WIND_S = 30 * 60
"""The age from which a reading of the wind is not used without a hand."""

Ring = tuple[Point, ...]


def map_state(
    onemap: OneMap, scene: session.Scene, brief: SituationBrief | None, view: View
) -> MapState:
    """Return what the map shows of the scene and its answer, in degrees."""
    detail = records.detail(onemap, scene.picked, view) if scene.picked else None
    state = MapState(
        seq=scene.seq,
        polygons=scene.closed,
        closed_roads=scene.closed_roads,
        detail=detail,
        switches=session.switches(),
    )
    if brief is None or scene.at is None:
        return state
    return replace(
        state,
        incident=Marked(
            *scene.at, label=scene.label or (view.kind if scene.kind != UNSPECIFIED else "")
        ),
        radius_m=0 if brief.zones.lines else brief.within_m,
        routes=_routes(onemap, brief, view),
        view=None if scene.seq else MapView(f"address-{scene.at}", *scene.at, zoom=ADDRESS_ZOOM),
        zones=zone_areas(onemap, brief, view),
        stand_off=_stand_off(onemap, brief, view),
        wind=wind_mark(scene, brief, view),
        what_if=what_if(scene, brief, view),
        model=harm.model(brief, view),
        case=scene.case,
    )


def _simpler(route: Route | None) -> tuple[Point, ...]:
    """Return the points of the way that a screen can tell apart."""
    if route is None or len(route.points) < 2:  # noqa: PLR2004 - a line has two ends
        return ()
    line = shapely.simplify(shapely.linestrings(route.points), SIMPLER_M)
    return tuple((x_m, y_m) for x_m, y_m in shapely.get_coordinates(line).tolist())


def _routes(onemap: OneMap, brief: SituationBrief, view: View) -> tuple[RouteLine, ...]:
    """Return where each team starts, and the ways of the first few, all in degrees at once.

    More lines than ``ROUTES_DRAWN`` can neither be told apart nor painted within the second.
    """
    teams = [(team, team.at) for team in brief.responders if team.at is not None]
    ways = [
        (at, *(_simpler(team.route) if team.rank <= ROUTES_DRAWN else ())) for team, at in teams
    ]
    lines = []
    for (team, _), way in zip(teams, _in_degrees(onemap, ways), strict=True):
        start, *points = way
        time = duration(team.eta_s) if team.eta_s is not None else view.text("cannot come")
        lines.append(
            RouteLine(
                rank=team.rank,
                layer=team.layer,
                id=team.id,
                label=f"{team.name} {time}",
                start=start,
                points=points,
                reachable=team.reachable,
            ),
        )
    return tuple(lines)


def _in_degrees(onemap: OneMap, lines: Sequence[Sequence[Point]]) -> list[Ring]:
    """Return the lines in lon, lat, all turned at once."""
    flat = records.degrees(onemap, [point for line in lines for point in line])
    made, first = [], 0
    for line in lines:
        made.append(flat[first : first + len(line)])
        first += len(line)
    return made


def zone_areas(onemap: OneMap, brief: SituationBrief, view: View) -> tuple[ZoneArea, ...]:
    """Return the zones that are drawn, each of few vertices, the spread of the protective one too.

    A tag says level and reach; the legend level, threshold and what is not verified.
    """
    shapes: list[tuple[ZoneArea, Shape]] = []
    protective = brief.zones.protective
    if protective is not None and protective.spread is not None:
        shapes.append((_spread_area(protective, view), protective.spread))
    shapes += [
        (_area(zone, harm.look_in(brief, zone), view), zone.shape) for zone in harm.drawn(brief)
    ]
    rings = [rings_of(shape) for _, shape in shapes]
    flat = _in_degrees(onemap, [ring for one in rings for ring in one])
    areas, first = [], 0
    for (area, _), own in zip(shapes, rings, strict=True):
        areas.append(replace(area, rings=tuple(flat[first : first + len(own)])))
        first += len(own)
    return tuple(area for area in areas if area.rings)


def _area(zone: Zone, look: harm.Look, view: View) -> ZoneArea:
    return ZoneArea(
        look=look,
        tag=f"{harm.short(zone.level, view)} {harm.reached(zone.reach_m)}",
        legend=harm.meaning(zone, view),
        rings=(),
        turns=look in {"worst", "protective", "guide", "light"},
    )


def _spread_area(zone: Zone, view: View) -> ZoneArea:
    far = harm.reached(zone.spread_m) if zone.spread_m is not None else ""
    said = view.text("weather spread P90 {reach}", reach=far)
    return ZoneArea(look="spread", tag=said, legend=said, rings=(), turns=True)


def rings_of(shape: Shape) -> list[Ring]:
    """Return the rings of the shape, outer ones and holes, of at most 60 vertices together."""
    simple: BaseGeometry = shape
    step_m = max(shape.length, 1.0) / 2000
    while shapely.get_num_coordinates(simple) > MOST_VERTICES and step_m < shape.length:
        simple, step_m = shape.simplify(step_m), step_m * 2
    parts = [part for part in getattr(simple, "geoms", (simple,)) if isinstance(part, Polygon)]
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return [
        tuple((x_m, y_m) for x_m, y_m in shapely.get_coordinates(ring)[:-1].tolist())
        for ring in rings
        if not ring.is_empty
    ]


def _stand_off(onemap: OneMap, brief: SituationBrief, view: View) -> StandOffMark | None:
    off = brief.approach.stand_off if brief.approach else None
    if off is None:
        return None
    ((lon_deg, lat_deg),) = records.degrees(onemap, [off.at])
    label = view.text("Stand-off {distance}", distance=distance(off.distance_m))
    return StandOffMark(lon_deg, lat_deg, label)


def wind_mark(scene: session.Scene, brief: SituationBrief, view: View) -> WindMark | None:
    """Return the wind in words with who said it when; ``None`` where nobody needs it."""
    blows_from = harm.wind_from(brief)
    if blows_from is None:
        if not (brief.zones.lines or asks_substance(scene.kind)):
            return None
        basis = view.text("turn the dial to the wind")
        return WindMark(None, view.text("Wind not known"), basis, stale=True)
    weather = brief.zones.weather
    speed_ms = scene.wind_ms if weather is None else weather.wind_ms
    said = scene.wind_said
    stale = said is not None and (session.now() - said).total_seconds() > STALE_WIND_S
    parts = (
        f"{speed_ms:g} m/s" if speed_ms is not None else view.text("speed not known"),
        view.text("stability {letter}", letter=weather.stability) if weather else "",
        view.text("by hand {time}", time=said.strftime("%H:%M")) if said is not None else "",
    )
    basis = ("▲ " if stale else "") + " · ".join(part for part in parts if part)
    title = view.text("Wind {side}", side=compass(blows_from, view))
    return WindMark(round(blows_from, 1), title, basis, stale=stale)


def what_if(scene: session.Scene, brief: SituationBrief, view: View) -> WhatIf:
    """Return the knobs as they stand, and in words what differs from the live values."""
    names = {(team.layer, team.id): team.name for team in brief.responders}
    return WhatIf(
        wind_from_deg=scene.wind_from_deg,
        wind_ms=scene.wind_ms,
        quantity_t=scene.quantity_t,
        hour=scene.hour,
        own_hour=brief.incident.time.hour,
        withdrawn=tuple((*team, names.get(team, team[1])) for team in scene.withdrawn),
        flooded=scene.flooded,
        live=session.is_live(scene),
        asks_wind=bool(brief.zones.lines) or asks_substance(scene.kind),
        facts=differences(scene, view),
    )


def differences(scene: session.Scene, view: View) -> tuple[str, ...]:
    """Return each knob that is turned away from its live value: from what to what."""
    live = scene.live
    pairs = (
        (_bearing(live.wind_from_deg), _bearing(scene.wind_from_deg)),
        (_figure(live.wind_ms, "m/s"), _figure(scene.wind_ms, "m/s")),
        (_figure(live.quantity_t, "t"), _figure(scene.quantity_t, "t")),
        (_hour(live.hour, view), _hour(scene.hour, view)),
    )
    said = [f"{before} → {after}" for before, after in pairs if before != after]
    closed = scene.closures - len(live.closed) - len(live.closed_roads)
    wet = len(scene.flooded) - len(live.flooded)
    away = len(scene.withdrawn) - len(live.withdrawn)
    if closed:
        said.append(view.text("closures {count}", count=f"{closed:+d}"))
    if wet:
        said.append(view.text("flooded areas {count}", count=f"{wet:+d}"))
    if away:
        said.append(view.text("teams withdrawn {count}", count=f"{away:+d}"))
    return tuple(said)


def _bearing(bearing_deg: float | None) -> str:
    return "?" if bearing_deg is None else f"{bearing_deg:03.0f}°"


def _figure(value: float | None, unit: str) -> str:
    return "?" if value is None else f"{value:g} {unit}"


def _hour(hour: int | None, view: View) -> str:
    return view.text("Its own hour") if hour is None else f"{hour:02d}:00"
