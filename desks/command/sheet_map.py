"""The map of the situation sheet: roads, zones, ways, teams and shelters as one inline SVG."""

import math
from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from desks.onemap import OneMap
from geodata.road_classes import ROAD_CLASSES
from language import say
from risk.release import Zone

from .case import Case
from .paper import cut, metres, text, width
from .sheet_frame import HEIGHT, WIDTH, Frame, Labels, frame_around
from .situation import Point, Responder

INK, INK2, MUTE, PAPER = "#13202A", "#3D4B57", "#566571", "#FFFFFF"
ROUTE, SAFE, UNSAFE, RECEPTOR = "#0B3D91", "#00665A", "#A8321A", "#6E3B78"
LINES = ("#8E1B10", "#B4500A", "#8A6A00")
FILLS = ("#A01E12", "#E27018", "#F0C432")
OPACITY = ("0.40", "0.32", "0.30")
DASHES = ("", "14 6", "6 6")
WAYS = ("", "26 12", "8 9")
TEAMS = 3
FARTHEST_M = 2500.0
"""Teams and shelters farther than this and than 1.3 reaches do not widen the map."""

WIDE_ROADS = frozenset({"motorway", "trunk", "primary"})
MEDIUM_ROADS = frozenset({"secondary", "tertiary"})
CROWDED_M = 9000.0
"""A map broader than this leaves the small streets out, which the legend says."""

CASES = {6: "#DDE2E5", 10: "#B9C2C8", 16: "#8795A0"}
"""Colours of the cases of roads, by their breadth."""

NAME, SMALL = 30, 26
NAMED_ROADS = 9


def sheet_map(case: Case) -> str:
    """Return the map as SVG of tenths of a millimetre, its middle on the incident's surroundings.

    Everything in it is drawn from the brief and the register; nothing is fetched.
    """
    frame = frame_of(case)
    labels = Labels()
    incident = frame.at(case.brief.incident.at)
    labels.keep(*incident, 34)
    for sign in _signs(case, frame):
        labels.keep(*sign, 24)
    above = (
        list(_stand_off(case, frame, labels)),
        list(_teams(case, frame, labels)),
        list(_zone_names(case, frame, labels)),
        list(_receptors(case, frame, labels)),
        list(_refuges(case, frame, labels)),
        list(_road_names(case, frame, labels)),
    )
    parts = [
        *ground(case.onemap, frame),
        *_zones(case, frame),
        *_ways(case, frame),
        *(drawn for part in reversed(above) for drawn in part),
        *target(incident),
    ]
    hatch = (
        '<defs><pattern id="hatch" width="22" height="22" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><path d="M0 0V22" stroke="#B4500A" stroke-width="2.4"'
        ' stroke-opacity=".55"/></pattern></defs>'
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMid slice" role="img"'
        f' aria-label="{text(case.title)}">{hatch}{"".join(parts)}</svg>'
        f"{scale_bar(frame, case.word(say('N')))}{_wind(case)}"
    )


def frame_of(case: Case) -> Frame:
    """Return the window: incident, governing lines, stand-off, first teams and shelters near by."""
    brief = case.brief
    at = brief.incident.at
    points: list[Point] = [at, (at[0] - 350, at[1] - 350), (at[0] + 350, at[1] + 350)]
    for zone in brief.zones.lines:
        west, south, east, north = zone.shape.bounds
        points += [(west, south), (east, north)]
    reach = max((zone.reach_m for zone in brief.zones.lines), default=0.0)
    near = max(FARTHEST_M, 1.3 * reach)
    others = [team.at for team in first_teams(case) if team.at is not None]
    if brief.evacuation is not None:
        others += [r.at for r in brief.evacuation.refuges if r.assigned_people]
    if brief.approach is not None and brief.approach.stand_off is not None:
        others.append(brief.approach.stand_off.at)
    points += [point for point in others if math.dist(point, at) <= near]
    return frame_around([point for point in points if all(map(math.isfinite, point))])


def _signs(case: Case, frame: Frame) -> Iterator[tuple[float, float]]:
    """Yield where on the drawing a sign will stand, so that no name is written over it."""
    found = (entry(team, frame) for team in first_teams(case))
    places = [place for place in found if place is not None]
    if case.brief.evacuation is not None:
        places += [one.at for one in case.brief.evacuation.refuges]
    if case.brief.exposure is not None:
        places += [one.at for one in case.brief.exposure.receptors]
    yield from (frame.at(place) for place in places if frame.holds(place))


def entry(team: Responder, frame: Frame) -> Point | None:
    """Return where the team stands or its way comes into the window, ``None`` for neither."""
    if team.at is not None and frame.holds(team.at):
        return team.at
    points = team.route.points if team.route is not None else ()
    return next((point for point in points if frame.holds(point)), None)


def first_teams(case: Case) -> tuple[Responder, ...]:
    """Return the teams whose ways are drawn: the first that can come."""
    return tuple(team for team in case.brief.responders if team.reachable)[:TEAMS]


def is_crowded(frame: Frame) -> bool:
    """Return whether the window is so broad that small streets are left out."""
    return WIDTH / frame.scale > CROWDED_M


def ground(onemap: OneMap, frame: Frame) -> Iterator[str]:
    """Yield borders and roads: small streets as grey lines, others as white ones in a case."""
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#F7F8F8"/>'
    network = onemap.network
    found = network.line_tree.query(shapely.box(*frame.box))
    names = np.asarray(ROAD_CLASSES, dtype=object)[network.road_class[found]]
    grades = (
        (~np.isin(names, sorted(MEDIUM_ROADS | WIDE_ROADS)), 6, 0),
        (np.isin(names, sorted(MEDIUM_ROADS)), 10, 7),
        (np.isin(names, sorted(WIDE_ROADS)), 16, 12),
    )
    lines = network.lines[found]
    drawn = [
        (_paths(frame, lines[chosen]), case_width, core_width)
        for chosen, case_width, core_width in grades
        if not (is_crowded(frame) and core_width == 0)
    ]
    for path, case_width, _ in drawn:
        yield stroke(path, CASES[case_width], case_width)
    for path, _, core_width in drawn:
        if core_width:
            yield stroke(path, PAPER, core_width)
    units = onemap.shapes.get("subdistrict")
    if units is not None and not onemap.whole_extent:
        near = units[shapely.intersects(units, shapely.box(*frame.box))]
        yield stroke(_paths(frame, shapely.boundary(near)), "#6B7A86", 3, "18 7 4 7")


def _paths(frame: Frame, lines: NDArray[np.object_]) -> str:
    return frame.path(shapely.GeometryCollection(list(lines)))


def stroke(path: str, colour: str, breadth: float, dash: str = "") -> str:
    """Return a path as a line of that colour and breadth in tenths of a millimetre."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{breadth}"{dashed}'
        ' stroke-linejoin="round" stroke-linecap="round"/>'
    )


def _zones(case: Case, frame: Frame) -> Iterator[str]:
    """Yield the spread of the protective line, the governing zones, the isolation circle."""
    zones = case.brief.zones
    protective = zones.protective
    if protective is not None and protective.spread is not None:
        path = frame.path(protective.spread)
        yield f'<path d="{path}" fill="url(#hatch)"/>{stroke(path, LINES[1], 2.5, "3 7")}'
    for zone in reversed(zones.lines):
        tone = min(zone.rank, len(LINES) - 1)
        path = frame.path(zone.shape)
        yield f'<path d="{path}" fill="{FILLS[tone]}" fill-opacity="{OPACITY[tone]}"/>'
        yield stroke(path, LINES[tone], 5, DASHES[tone])
    for zone in zones.zones:
        if zone.level == "isolation" and zone.model != zones.governing:
            yield stroke(frame.path(zone.shape), INK, 3.5)
    for closure in case.brief.incident.closures.polygons:
        yield stroke(frame.path(closure), UNSAFE, 5, "4 8")
    for flood in case.brief.incident.flooded:
        yield f'<path d="{frame.path(flood)}" fill="#5B8DB8" fill-opacity=".35"/>'


def _ways(case: Case, frame: Frame) -> Iterator[str]:
    for number, team in enumerate(first_teams(case)):
        if team.route is not None and len(team.route.points) > 1:
            path = frame.path(shapely.LineString(team.route.points))
            yield stroke(path, PAPER, 15)
            yield stroke(path, ROUTE, 8.5 - number, WAYS[number])


def named(
    labels: Labels, at: tuple[float, float], name: str, colour: str, size: float = NAME
) -> str:
    """Return a name beside a sign with a white rim, "" where there is no room for it."""
    shown = cut(name, 13)
    found = labels.place(at, shown, size, 34)
    if found is None:
        return ""
    return _words(found, shown, colour, size)


def _words(at: tuple[float, float], said: str, colour: str, size: float) -> str:
    return (
        f'<text x="{at[0]:.0f}" y="{at[1]:.0f}" font-size="{size}" font-weight="700"'
        f' fill="{colour}" stroke="{PAPER}" stroke-width="8" paint-order="stroke"'
        f' stroke-linejoin="round" dominant-baseline="central">{text(said)}</text>'
    )


def _disc(at: tuple[float, float], radius: float, colour: str, sign: str) -> str:
    x, y = at
    return (
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius}" fill="{colour}" stroke="{PAPER}"'
        f' stroke-width="4"/><text x="{x:.0f}" y="{y:.0f}" font-size="{radius * 1.35:.0f}"'
        f' font-weight="700" fill="{PAPER}" text-anchor="middle"'
        f' dominant-baseline="central">{text(sign)}</text>'
    )


def _teams(case: Case, frame: Frame, labels: Labels) -> Iterator[str]:
    for team in first_teams(case):
        place = entry(team, frame)
        if place is not None:
            at = frame.at(place)
            name = team.name if place == team.at else f"← {team.name}"
            yield _disc(at, 24, ROUTE, str(team.rank)) + named(labels, at, name, INK)


def _refuges(case: Case, frame: Frame, labels: Labels) -> Iterator[str]:
    """Yield the shelters on the map: a tick where it is safe, a cross where it is not."""
    if case.brief.evacuation is None:
        return
    shown = [r for r in case.brief.evacuation.refuges if frame.holds(r.at)]
    for refuge in sorted(shown, key=lambda r: (-r.assigned_people, r.id)):
        x, y = at = frame.at(refuge.at)
        colour = SAFE if refuge.safe else UNSAFE
        house = f"M{x - 19:.0f} {y + 17:.0f}V{y - 4:.0f}L{x:.0f} {y - 20:.0f}L{x + 19:.0f} {y - 4:.0f}V{y + 17:.0f}Z"  # noqa: E501 - one path
        yield f'<path d="{house}" fill="{colour}" stroke="{PAPER}" stroke-width="4"/>'
        sign = "M-8 1L-2 8L9 -6" if refuge.safe else "M-7 -6L7 8M7 -6L-7 8"
        yield (
            f'<path transform="translate({x:.0f} {y:.0f})" d="{sign}" fill="none"'
            f' stroke="{PAPER}" stroke-width="4.5"/>'
        )
        if refuge.assigned_people or not refuge.safe:
            yield named(labels, at, refuge.name, colour, SMALL)


def _receptors(case: Case, frame: Frame, labels: Labels) -> Iterator[str]:
    exposure = case.brief.exposure
    for receptor in exposure.receptors if exposure is not None else ():
        if not frame.holds(receptor.at):
            continue
        x, y = at = frame.at(receptor.at)
        corner = " ".join(
            f"{x + 19 * math.sin(k * math.pi / 3):.0f},{y - 19 * math.cos(k * math.pi / 3):.0f}"
            for k in range(6)
        )
        yield (
            f'<polygon points="{corner}" fill="{RECEPTOR}" stroke="{PAPER}" stroke-width="4"/>'
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="6" fill="{PAPER}"/>'
        )
        yield named(labels, at, receptor.name, INK, SMALL)


def _stand_off(case: Case, frame: Frame, labels: Labels) -> Iterator[str]:
    approach = case.brief.approach
    if approach is None or approach.stand_off is None or not frame.holds(approach.stand_off.at):
        return
    stand = approach.stand_off
    x, y = frame.at(stand.at)
    yield (
        f'<g transform="translate({x:.0f} {y:.0f})"><path d="M0 0V-58" stroke="{PAPER}"'
        f' stroke-width="12"/><path d="M0 0V-58" stroke="{INK}" stroke-width="6"/>'
        f'<path d="M1 -58H44L33 -44L44 -30H1Z" fill="{PAPER}" stroke="{INK}" stroke-width="4"/>'
        f'<circle r="8" fill="{INK}" stroke="{PAPER}" stroke-width="3"/></g>'
    )
    labels.keep(x + 18, y - 28, 28)
    said = case.word(say("Stand-off {distance}", distance=metres(stand.distance_m)))
    yield named(labels, (x + 18, y - 28), said, INK)


def _zone_names(case: Case, frame: Frame, labels: Labels) -> Iterator[str]:
    """Yield the name and reach of each governing line, on its far end."""
    for zone in case.brief.zones.lines:
        at = _far_end(zone, case.brief.incident.at)
        if not frame.holds(at):
            continue
        said = f"{case.level(zone.level)} {metres(zone.reach_m)}"
        long = width(said) * SMALL + 26
        found = labels.place(frame.at(at), said, SMALL + 8, 12)
        if found is None:
            continue
        tone = LINES[min(zone.rank, len(LINES) - 1)]
        yield (
            f'<rect x="{found[0] - 6:.0f}" y="{found[1] - 21:.0f}" width="{long:.0f}" height="42"'
            f' rx="6" fill="{tone}"/><text x="{found[0] - 6 + long / 2:.0f}" y="{found[1]:.0f}"'
            f' font-size="{SMALL}" font-weight="700" fill="{PAPER}" text-anchor="middle"'
            f' dominant-baseline="central">{text(said)}</text>'
        )


def _far_end(zone: Zone, at: Point) -> Point:
    """Return the corner of the zone's outline that lies farthest from the incident."""
    xy = shapely.get_coordinates(zone.shape)
    far = xy[int(np.argmax(np.hypot(xy[:, 0] - at[0], xy[:, 1] - at[1])))]
    return float(far[0]), float(far[1])


def target(at: tuple[float, float]) -> Iterator[str]:
    """Yield the sign of the incident, or of the source that a card is of."""
    x, y = at
    yield (
        f'<g transform="translate({x:.0f} {y:.0f})"><circle r="26" fill="none" stroke="{PAPER}"'
        f' stroke-width="14"/><circle r="26" fill="none" stroke="{INK}" stroke-width="6"/>'
        f'<path d="M0 -44V-18M0 18V44M-44 0H-18M18 0H44" stroke="{INK}" stroke-width="6"/>'
        f'<circle r="9" fill="{LINES[0]}"/></g>'
    )


def _road_names(case: Case, frame: Frame, labels: Labels) -> Iterator[str]:
    """Yield the names of the largest roads, each once, where there is room."""
    network = case.onemap.network
    found = network.line_tree.query(shapely.box(*frame.box))
    classes = np.asarray(ROAD_CLASSES, dtype=object)[network.road_class[found]]
    large = found[np.isin(classes, sorted(WIDE_ROADS | MEDIUM_ROADS))]
    longest: dict[str, int] = {}
    for road in large[np.argsort(-network.road_length_m[large], kind="stable")]:
        longest.setdefault(network.names[network.road_name[road]], int(road))
    written = 0
    for name, road in longest.items():
        middle = network.lines[road].interpolate(0.5, normalized=True)
        point = (float(middle.x), float(middle.y))
        if not name or written >= NAMED_ROADS or not frame.holds(point):
            continue
        place = labels.place(frame.at(point), name, SMALL - 2, 0)
        if place is not None:
            written += 1
            yield _words(place, name, MUTE, SMALL - 2)


def scale_bar(frame: Frame, north_said: str) -> str:
    """Return the scale and north for the lower left corner of the map."""
    long = frame.bar_m * frame.scale
    north = long + 190
    arrow = f"M{north:.0f} 16l14 38l-14 -9l-14 9Z"
    return (
        f'<svg class="low" viewBox="0 0 {WIDTH} 80"><rect x="0" y="0" width="{north + 70:.0f}"'
        f' height="80" fill="{PAPER}" fill-opacity=".88"/>'
        f"{stroke(f'M24 28v18h{long:.0f}v-18', INK, 4)}"
        f"{_words((long + 42, 38), metres(frame.bar_m), INK, SMALL)}"
        f'<path d="{arrow}" fill="{INK}"/>'
        f"{_words((north + 24, 38), north_said, INK, SMALL)}</svg>"
    )


def _wind(case: Case) -> str:
    """Return the wind for the upper left corner, "" where it is not known."""
    weather = case.brief.zones.weather
    if weather is None:
        return ""
    turn = (weather.wind_from_deg + 180) % 360
    said = f"{weather.wind_from_deg:03.0f}° {weather.wind_ms:g} m/s · {weather.stability}"
    long = 110 + width(said) * NAME
    return (
        f'<svg class="high" viewBox="0 0 {WIDTH} 80"><rect x="0" y="0" width="{long:.0f}"'
        f' height="80" fill="{PAPER}" fill-opacity=".88"/>'
        f'<path transform="translate(48 40) rotate({turn:.0f})" d="M0 -30L15 24L0 13L-15 24Z"'
        f' fill="{ROUTE}"/>{_words((92, 40), said, INK, NAME)}</svg>'
    )
