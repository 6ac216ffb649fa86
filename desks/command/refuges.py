"""Which shelters are safe from this incident, and why the others are not."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from desks.onemap import OneMap
from language import Sentence, say
from layers import LayerSpec
from risk.release import ZoneSet

from .answers import Refuge
from .bands import OUTSIDE, Harm, harm_of
from .rule_checks import cited_numbers
from .situation import Incident
from .surroundings import off_road

TABLE = Path(__file__).parent / "refuges.toml"
_FULL_CIRCLE_DEG = 360.0
_HALF_CIRCLE_DEG = 180.0

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class SafeRule:
    """A shelter so near to the wind's axis and to the incident is not safe."""

    downwind_deg: float
    downwind_times: float
    verified: bool


@dataclass(frozen=True)
class WalkRule:
    """How many metres on foot are too many, and from which share on a way nears the source."""

    longest_m: float
    nearer_share: float
    verified: bool


def load_walk_rule(path: Path) -> WalkRule:
    """Return the rule of the file.

    Raises:
        UserError: with every fault of the file at once, naming the line.

    """
    row = cited_numbers(path, "walk", {"longest_m": (1.0, 100_000.0), "nearer_share": (0.0, 1.0)})
    return WalkRule(float(row["longest_m"]), float(row["nearer_share"]), row["verified"])


def load_safe_rule(path: Path) -> SafeRule:
    """Return the rule of the file.

    Raises:
        UserError: with every fault of the file at once, naming the line.

    """
    row = cited_numbers(
        path, "safe", {"downwind_deg": (0.0, 180.0), "downwind_times": (0.0, 100.0)}
    )
    return SafeRule(float(row["downwind_deg"]), float(row["downwind_times"]), row["verified"])


RULE = load_safe_rule(TABLE)
WALK = load_walk_rule(TABLE)


@dataclass(frozen=True)
class Downwind:
    """The sector below the wind in which no shelter is safe."""

    towards_deg: float
    half_deg: float
    within_m: float


def refuges(onemap: OneMap, incident: Incident, zones: ZoneSet) -> tuple[Refuge, ...]:
    """Return every shelter with a position in the order of layer and id, nobody assigned yet.

    Those without one are counted by `unplaced`: nobody can be sent there, nor can they be drawn.
    A safe one has a reason only where nobody can be sent there: no capacity on file, or no way
    on foot near it.
    """
    harm = harm_of(zones)
    sector = downwind(incident, zones)
    return tuple(
        refuge
        for spec in onemap.layers_for("refuge")
        for refuge in _of_layer(onemap, spec, (incident, harm, sector))
    )


def unplaced(onemap: OneMap) -> int:
    """Return how many shelters have no position on file."""
    keys = [spec.key for spec in onemap.layers_for("refuge")]
    return sum(int((~onemap.records[key].placed).sum()) for key in keys)


def downwind(incident: Incident, zones: ZoneSet) -> Downwind | None:
    """Return the sector to keep out of, ``None`` without a zone or without a wind direction."""
    zone = zones.protective
    from_deg = incident.wind_from_deg
    if from_deg is None and zones.weather is not None:
        from_deg = zones.weather.wind_from_deg
    if zone is None or from_deg is None:
        return None
    reach_m = zone.reach_m if zone.spread_m is None else max(zone.spread_m, zone.reach_m)
    towards = (from_deg + _HALF_CIRCLE_DEG) % _FULL_CIRCLE_DEG
    return Downwind(towards, RULE.downwind_deg, RULE.downwind_times * reach_m)


def _of_layer(
    onemap: OneMap, spec: LayerSpec, about: tuple[Incident, Harm, Downwind | None]
) -> list[Refuge]:
    incident, harm, sector = about
    records = onemap.records[spec.key]
    worst = harm.worst(records.xy_m)
    spread = _within(harm.spread, records.xy_m)
    below = _below(sector, incident, records.xy_m)
    found = []
    for row in sorted(np.flatnonzero(records.placed).tolist(), key=records.order.__getitem__):
        capacity = records.whole("capacity_people", row)
        danger = None
        if worst[row] == harm.guided != OUTSIDE:
            danger = say("It lies within the distance that the guidebook clears.")
        elif worst[row] != OUTSIDE:
            danger = say("It lies inside a zone.")
        elif spread[row]:
            danger = say("It lies where the zone may reach in other weather.")
        elif below[row]:
            danger = _said(sector)
        found.append(
            Refuge(
                layer=spec.key,
                id=records.ids[row],
                name=records.names[row],
                space=records.text("space", row),
                at=(float(records.xy_m[row, 0]), float(records.xy_m[row, 1])),
                safe=danger is None,
                reason=danger or _useless(onemap, spec, row, capacity),
                capacity_people=capacity,
                assigned_people=0,
            )
        )
    return found


def _within(shape: shapely.Geometry | None, xy_m: FloatArray) -> NDArray[np.bool_]:
    if shape is None:
        return np.zeros(len(xy_m), np.bool_)
    shapely.prepare(shape)
    held: NDArray[np.bool_] = shapely.intersects_xy(shape, xy_m[:, 0], xy_m[:, 1])
    return held


def _below(sector: Downwind | None, incident: Incident, xy_m: FloatArray) -> NDArray[np.bool_]:
    """Return which points lie in the sector, both of its edges included, its end not."""
    if sector is None:
        return np.zeros(len(xy_m), np.bool_)
    away = xy_m - np.asarray(incident.at)
    bearing = np.degrees(np.arctan2(away[:, 0], away[:, 1]))
    turn = (bearing - sector.towards_deg + _HALF_CIRCLE_DEG) % _FULL_CIRCLE_DEG - _HALF_CIRCLE_DEG
    near = np.hypot(away[:, 0], away[:, 1]) < sector.within_m
    below: NDArray[np.bool_] = near & (np.abs(turn) <= sector.half_deg)
    return below


def _said(sector: Downwind | None) -> Sentence:
    degrees, metres = (0, 0) if sector is None else (sector.half_deg, sector.within_m)
    return say(
        "It lies downwind, within {degrees}° of the wind's axis and {metres} m of the incident.",
        degrees=round(degrees),
        metres=round(metres),
    )


def _useless(onemap: OneMap, spec: LayerSpec, row: int, capacity: int | None) -> Sentence | None:
    """Return why nobody can be sent to a safe shelter, ``None`` where people can be."""
    if capacity is None:
        return say("Its capacity is not on file.")
    if capacity <= 0:
        return say("It holds nobody.")
    access = onemap.access.get(spec.key)
    if access is not None and not access.on_network[row]:
        return off_road(access, row)
    return None
