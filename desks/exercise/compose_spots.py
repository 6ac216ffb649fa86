"""Where a drill may be held: rows of the register and larger roads, with what is stored there.

A place is used with its position rounded as it will be sealed, so that whoever opens the drill
asks the brief for the same point.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from desks.command import Incident, Point
from desks.command.stored import Held, held_by
from desks.onemap import OneMap
from geodata.road_classes import ROAD_CLASSES
from risk.rule_files import Row
from risk.substances import SUBSTANCES

from .compose_rules import RULES, applies

DIGITS = 6
"""Degrees are rounded to a tenth of a metre."""

ROAD = "road"
MOST_ROAD_PLACES = 400
FULL_CIRCLE_DEG = 360


@dataclass(frozen=True)
class Spot:
    """One place of one class: where (WGS 84 and metres), what it is called, what may escape there.

    ``layer`` is ``road`` for a place on a road, with its name and ``id`` the number of the piece.
    """

    hazard_class: str
    layer: str
    id: str
    name: str
    at_deg: tuple[float, float]
    at: Point
    held: tuple[Held, ...]


@dataclass(frozen=True)
class Matter:
    """What happens at a spot: the kind of incident, what escapes, the wind."""

    kind: str
    substance: str
    quantity_t: float | None
    wind_from_deg: float
    wind_ms: float


@dataclass(frozen=True)
class NoGo:
    """Rules of compose_avoid.toml, areas in metres, further days of examinations."""

    rules: tuple[Row, ...] = ()
    areas: tuple[BaseGeometry, ...] = ()
    exam_days: frozenset[date] = frozenset()


EXAMS = "school-exams"
NO_RULES = NoGo()


def spots_of(onemap: OneMap, hazard_class: str, dice: random.Random) -> tuple[Spot, ...]:
    """Return every place of the class in the order of registers; of roads so many by the dice."""
    rule = RULES.classes[hazard_class]
    found = [spot for layer in rule["layers"] for spot in _of_layer(onemap, rule, layer)]
    return (*found, *_on_roads(onemap, rule, dice))


def spots_in(onemap: OneMap, hazard_class: str, layers: Sequence[str]) -> tuple[Spot, ...]:
    """Return every row of these registers as a place of the class, whatever is stored there."""
    rule = {**RULES.classes[hazard_class], "holds": "none"}
    return tuple(spot for layer in layers for spot in _of_layer(onemap, rule, layer))


def matter_of(spot: Spot, dice: random.Random) -> Matter:
    """Return what happens at the spot: substance and quantity of its stock, a wind by the dice."""
    figures = RULES.figures
    held = dice.choice(spot.held) if spot.held else None
    share = dice.choice(figures.shares)
    quantity_t = None
    if held is not None and held.quantity_t:
        most_t = held.quantity_t * share
        quantity_t = float(f"{min(most_t, figures.lorry_t) if spot.layer == ROAD else most_t:.3g}")
    step_deg = FULL_CIRCLE_DEG / figures.bearings
    return Matter(
        kind=RULES.classes[spot.hazard_class]["kind"],
        substance="" if held is None else held.substance,
        quantity_t=quantity_t,
        wind_from_deg=dice.randrange(figures.bearings) * step_deg,
        wind_ms=dice.choice(figures.speeds_ms),
    )


def incident_at(spot: Spot, matter: Matter, moment: datetime) -> Incident:
    """Return the incident at the full hour of the moment, on the district's clock."""
    return Incident(
        at=spot.at,
        time=moment.replace(minute=0, second=0, microsecond=0, tzinfo=None),
        kind=matter.kind,
        substance=matter.substance,
        quantity_t=matter.quantity_t,
        wind_from_deg=matter.wind_from_deg,
        wind_ms=matter.wind_ms,
    )


def allowed(
    onemap: OneMap, spots: Sequence[Spot], moment: datetime, no_go: NoGo
) -> tuple[Spot, ...]:
    """Return the spots at which nothing forbids a drill at that moment."""
    if not spots:
        return ()
    points = np.asarray(shapely.points(np.array([spot.at for spot in spots])), np.object_)
    barred = np.zeros(len(spots), np.bool_)
    for area in no_go.areas:
        barred |= shapely.intersects(area, points)
    for rule in no_go.rules:
        if _holds_at(rule, moment, no_go.exam_days):
            barred |= _near(onemap, rule, points)
    return tuple(spot for spot, out in zip(spots, barred.tolist(), strict=True) if not out)


def local_naive(moment: datetime, zone: tzinfo) -> datetime:
    """Return the moment on the district's clock, without its zone."""
    return moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment


def _holds_at(rule: Row, moment: datetime, exam_days: frozenset[date]) -> bool:
    on_day = applies(rule, "days", f"{moment:%m-%d}")
    on_day |= rule["key"] == EXAMS and moment.date() in exam_days
    return on_day and applies(rule, "hours", f"{moment.hour:02}")


def _near(onemap: OneMap, rule: Row, points: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which points the rule's places bar, all of them where it names no places."""
    if not rule["layers"]:
        return np.ones(len(points), np.bool_)
    near = np.zeros(len(points), np.bool_)
    for key in rule["layers"]:
        records = onemap.records.get(key)
        if records is None or not records.placed.any():
            continue
        places = shapely.STRtree(list(shapely.points(records.xy_m[records.placed])))  # type: ignore[arg-type]
        hits = places.query(points, predicate="dwithin", distance=rule["within_m"])
        near[hits[0]] = True
    return near


def _of_layer(onemap: OneMap, rule: Row, layer: str) -> Iterator[Spot]:
    records = onemap.records.get(layer)
    if records is None:
        return
    for row, record_id in enumerate(records.ids):
        held = _holding(held_by(onemap, layer, row), rule["holds"])
        if not records.placed[row] or (rule["holds"] != "none" and not held):
            continue
        x_m, y_m = map(float, records.xy_m[row])
        yield _spot(onemap, rule, (layer, record_id, records.names[row]), (x_m, y_m), held)


def _holding(held: Sequence[Held], holds: str) -> tuple[Held, ...]:
    """Return what is held of that sort, with its quantity on file."""
    if holds == "none":
        return ()
    known = [one for one in held if one.substance in SUBSTANCES and one.quantity_t]
    if holds == "any":
        return tuple(known)
    return tuple(one for one in known if getattr(SUBSTANCES[one.substance], holds))


def _on_roads(onemap: OneMap, rule: Row, dice: random.Random) -> Iterator[Spot]:
    """Yield places on named roads of the classes, loaded with what the district stores."""
    network = onemap.network
    codes = [number for number, name in enumerate(ROAD_CLASSES) if name in rule["roads"]]
    is_named = np.array([bool(name) for name in network.names], np.bool_)[network.road_name]
    pieces = np.flatnonzero(np.isin(network.road_class, codes) & is_named).tolist()
    loads = _loads(onemap) if rule["holds"] != "none" else ()
    if rule["holds"] != "none" and not loads:
        return
    for piece in sorted(dice.sample(pieces, min(MOST_ROAD_PLACES, len(pieces)))):
        at = network.lines[piece].interpolate(0.5, normalized=True)
        name = str(network.names[network.road_name[piece]])
        yield _spot(onemap, rule, (ROAD, str(piece), name), (at.x, at.y), loads)


def _loads(onemap: OneMap) -> tuple[Held, ...]:
    """Return every substance that the district's sources of risk hold, each once, its largest."""
    most: dict[str, Held] = {}
    for spec in onemap.layers_for("hazard"):
        for row in range(len(onemap.records[spec.key].ids)):
            for one in _holding(held_by(onemap, spec.key, row), "any"):
                known = most.get(one.substance)
                if known is None or (one.quantity_t or 0) > (known.quantity_t or 0):
                    most[one.substance] = one
    return tuple(most[key] for key in sorted(most))


def _spot(
    onemap: OneMap, rule: Row, named: tuple[str, str, str], at: Point, held: tuple[Held, ...]
) -> Spot:
    lon_deg, lat_deg = (round(value, DIGITS) for value in onemap.to_degrees(*at))
    at = onemap.to_metres(lon_deg, lat_deg)
    return Spot(rule["key"], *named, at_deg=(lon_deg, lat_deg), at=at, held=held)
