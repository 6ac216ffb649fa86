"""Domino: which other hazards the zones reach, what they would add, and whom that reaches."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import floor, hypot, log10

import numpy as np
import shapely
from numpy.typing import NDArray

from desks.onemap import OneMap
from language import Sentence, say
from layers import LayerSpec
from risk.reach import Reach, reach
from risk.release import Release, Shape, ZoneSet
from risk.substances import SUBSTANCES

from .answers import Domino
from .bands import OUTSIDE, Harm
from .population import NEARLY
from .situation import Incident, Point
from .stored import Held, danger, held_by, proposal_at
from .zoning import release_of

REACHES_KEPT = 4096
WORKED_OUT = (24, 8)
"""For how many hazards of step 1 and step 2 a reach is worked out: each costs a millisecond."""

HERE: Point = (0.0, 0.0)
FROM_WEST_DEG = 270.0
"""Reaches are worked out with the wind blowing along +x, and serve every other direction."""

AMOUNTS = (1.0, 1.25, 1.6, 2.0, 2.5, 3.15, 4.0, 5.0, 6.3, 8.0, 10.0)
"""Ten steps a decade (ISO 3, R10): an amount counts as the next one up."""

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Row = tuple[int, int]
"""A hazard: which of its layers in the table's order, and the row in it."""


@dataclass(frozen=True, eq=False)
class _Hazard:
    """One hazard that a zone reaches: the point of it that is nearest to the incident."""

    row: Row
    at: Point
    distance_m: float
    cause: Row | None
    level: str


@dataclass(frozen=True, eq=False)
class _Adds:
    """What a hazard would add of itself, about the point (0, 0)."""

    said: Sentence
    reach: Reach | None


def domino(onemap: OneMap, incident: Incident, zones: ZoneSet, harm: Harm) -> tuple[Domino, ...]:
    """Return the hazards in the protective zone, nearest first, then those that they reach.

    A hazard of step 2 lies in the protective line of one of step 1, in the same weather; of
    several causes the nearest one is named. The hazard that the incident is at is not among them.
    How far their own harm reaches is worked out for those with the most dangerous stock.
    """
    if harm.protected is None:
        return ()
    specs = onemap.layers_for("hazard")
    source = proposal_at(onemap, incident)
    own = {(n, onemap.row_of(s.key, source.id)) for n, s in enumerate(specs)
           if source is not None and s.key == source.layer}  # fmt: skip
    first = [one for one in _reached(onemap, incident, harm) if one.row not in own]
    about = _release(onemap, incident, zones)
    adds = _all_adds(onemap, first, about, WORKED_OUT[0])
    second = _second(onemap, specs, incident, (first, adds))
    second = [one for one in second if one.row not in own and one.row not in adds]
    adds |= _all_adds(onemap, second, about, WORKED_OUT[1])
    told = [(1, one) for one in first] + [(2, one) for one in second]
    return tuple(_domino(onemap, specs, step, one, adds[one.row]) for step, one in told)


def _release(onemap: OneMap, incident: Incident, zones: ZoneSet) -> Release:
    """Return the incident's release at the point (0, 0), its weather kept, the wind from the west.

    The time is cut to the hour, so that what was worked out serves the next click.
    """
    release = release_of(onemap, incident)
    weather = zones.weather
    return replace(
        release,
        at=HERE,
        time=release.time.replace(minute=0, second=0, microsecond=0),
        lon_deg=round(release.lon_deg, 1),
        lat_deg=round(release.lat_deg, 1),
        wind_from_deg=None if release.wind_from_deg is None else FROM_WEST_DEG,
        container="",
        hole_mm=None,
        stability=release.stability or ("" if weather is None else weather.stability),
    )


def _reached(onemap: OneMap, incident: Incident, harm: Harm) -> list[_Hazard]:
    """Return the hazards in the protective zone, nearest first."""
    protected = harm.protected
    if protected is None:
        return []
    shapely.prepare(protected)
    found = []
    for number, spec in enumerate(onemap.layers_for("hazard")):
        points, inside = _inside(onemap, spec, protected, incident.at)
        worst = harm.worst(points)
        for row in np.flatnonzero(inside).tolist():
            at = (float(points[row, 0]), float(points[row, 1]))
            level = harm.ordered[worst[row]][0] if worst[row] != OUTSIDE else harm.protective_level
            distance_m = hypot(at[0] - incident.at[0], at[1] - incident.at[1])
            found.append(_Hazard((number, row), at, distance_m, None, level))
    return _nearest_first(onemap, found)


def _inside(
    onemap: OneMap, spec: LayerSpec, shape: Shape, near: Point
) -> tuple[FloatArray, BoolArray]:
    """Return a point (n, 2) of each hazard, for a line its nearest one, and which lie within."""
    records = onemap.records[spec.key]
    if spec.geometry == "point":
        xy_m = records.xy_m
        return xy_m, np.asarray(shapely.intersects_xy(shape, xy_m[:, 0], xy_m[:, 1]))
    shapes = onemap.shapes[spec.key]
    met = np.asarray(shapely.intersects(shapes, shape)) & records.placed
    points = np.full((len(shapes), 2), np.nan)
    ways = shapely.shortest_line(shapely.intersection(shapes[met], shape), shapely.Point(near))
    points[met] = shapely.get_coordinates(shapely.get_point(ways, 0))
    return points, met


def _nearest_first(onemap: OneMap, hazards: list[_Hazard]) -> list[_Hazard]:
    specs = onemap.layers_for("hazard")

    def key(one: _Hazard) -> tuple[float, int, int]:
        layer, row = one.row
        return one.distance_m, layer, int(onemap.records[specs[layer].key].order[row])

    return sorted(hazards, key=key)


def _second(
    onemap: OneMap,
    specs: tuple[LayerSpec, ...],
    incident: Incident,
    known: tuple[list[_Hazard], dict[Row, _Adds]],
) -> list[_Hazard]:
    """Return the hazards in the zones of the first ones, each with the nearest of its causes."""
    first, adds = known
    found: dict[Row, tuple[float, _Hazard]] = {}
    for cause in first:
        own = adds[cause.row].reach
        if own is None:
            continue
        shapely.prepare(own.shape)
        moved = np.asarray(cause.at)
        turn = _into_wind(incident)
        for number, spec in enumerate(specs):
            if spec.geometry != "point":
                continue
            xy_m = onemap.records[spec.key].xy_m
            away = (xy_m - moved) @ turn
            met = shapely.intersects_xy(own.shape, away[:, 0], away[:, 1])
            for row in np.flatnonzero(met).tolist():
                gap_m = hypot(*away[row])
                if (number, row) not in found or gap_m < found[number, row][0]:
                    at = (float(xy_m[row, 0]), float(xy_m[row, 1]))
                    far_m = hypot(at[0] - incident.at[0], at[1] - incident.at[1])
                    one = _Hazard((number, row), at, far_m, cause.row, own.level)
                    found[number, row] = (gap_m, one)
    return _nearest_first(onemap, [one for _, one in found.values()])


def _all_adds(
    onemap: OneMap, hazards: list[_Hazard], about: Release, most: int
) -> dict[Row, _Adds]:
    """Return what each hazard adds; a reach for ``most`` of them, the most dangerous first."""
    specs = onemap.layers_for("hazard")
    held = {one.row: held_by(onemap, specs[one.row[0]].key, one.row[1]) for one in hazards}
    able = [row for row, own in held.items() if any(_can(one) for one in own)]
    chosen = set(sorted(able, key=lambda row: danger(held[row][0]))[:most])
    left = set(able) - chosen
    return {
        row: _Adds(_not_worked_out(own[0], most), None)
        if row in left
        else _adds(onemap, own, about)
        for row, own in held.items()
    }


def _not_worked_out(held: Held, most: int) -> Sentence:
    return say(
        "It holds {quantity_t} t of {substance}; a reach is worked out for the {most} with the most"
        " dangerous stock only.",
        quantity_t=held.quantity_t or 0.0,
        substance=held.name,
        most=most,
    )


def _adds(onemap: OneMap, held: tuple[Held, ...], about: Release) -> _Adds:
    """Return the farthest harm of what a hazard holds, and the words for it."""
    if not held:
        return _Adds(say("What it holds is not on file."), None)
    reaches = onemap.once(_reaches)
    told = [(one, reaches(_release_of(one, about)) if _can(one) else None) for one in held]
    far = [(one, own) for one, own in told if own is not None]
    if not far:
        return _Adds(_lacking(held[0]), None)
    one, own = max(far, key=lambda pair: pair[1].reach_m)
    return _Adds(
        say(
            "It holds {quantity_t} t of {substance}, which would reach {reach_m} m.",
            quantity_t=one.quantity_t or 0.0,
            substance=one.name,
            reach_m=round(own.reach_m),
        ),
        own,
    )


def _reaches(_onemap: OneMap) -> Callable[[Release], Reach | None]:
    """Return what works out a reach and keeps the last ones, as one wind serves many hazards."""
    return lru_cache(REACHES_KEPT)(reach)


def _can(held: Held) -> bool:
    return bool(held.substance) and bool(held.quantity_t)


def _release_of(held: Held, about: Release) -> Release:
    known = SUBSTANCES[held.substance]
    kind = "hazmat_leak" if known.toxic else "fire"
    return replace(
        about, kind=kind, substance=held.substance, quantity_t=next_amount(held.quantity_t or 0.0)
    )


def next_amount(tonnes: float) -> float:
    """Return the next of the ten steps a decade: few distinct amounts, never too small."""
    decade = 10.0 ** floor(log10(tonnes))
    return next(step for step in AMOUNTS if step * decade * (1 + NEARLY) >= tonnes) * decade


def _into_wind(incident: Incident) -> FloatArray:
    """Return the matrix that turns offsets (n, 2) so that the wind blows along +x."""
    if incident.wind_from_deg is None:
        return np.eye(2)
    towards = np.radians(incident.wind_from_deg + 180.0)
    east, north = np.sin(towards), np.cos(towards)
    return np.array([[east, -north], [north, east]])


def _lacking(held: Held) -> Sentence:
    if not held.substance:
        return say("It holds {substance}, for which there are no figures.", substance=held.name)
    if not held.quantity_t:
        return say(
            "It holds {substance}; how much, and so how far it would reach, is not on file.",
            substance=held.name,
        )
    return say(
        "It holds {quantity_t} t of {substance}; no model says how far that would reach.",
        quantity_t=held.quantity_t,
        substance=held.name,
    )


def _domino(
    onemap: OneMap, specs: tuple[LayerSpec, ...], step: int, one: _Hazard, adds: _Adds
) -> Domino:
    layer, row = one.row
    records = onemap.records[specs[layer].key]
    return Domino(
        step=step,
        cause_id="" if one.cause is None else _id(onemap, specs, one.cause),
        layer=specs[layer].key,
        id=records.ids[row],
        name=records.names[row],
        at=one.at,
        distance_m=round(one.distance_m),
        level=one.level,
        adds_m=None if adds.reach is None else round(adds.reach.reach_m),
        said=adds.said,
    )


def _id(onemap: OneMap, specs: tuple[LayerSpec, ...], row: Row) -> str:
    return onemap.records[specs[row[0]].key].ids[row[1]]
