"""What a hazard would do to its surroundings: its own zone, the people and the receptors in it.

Nobody knows the wind of a day to come: computed for the night, the wind unknown, so that a toxic
zone is the whole circle of its protective distance.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from math import floor, hypot, log10
from types import MappingProxyType

import numpy as np
import shapely
from shapely import affinity

from desks.command.population import UNKNOWN, inhabited, is_urban, shares
from desks.command.stored import Held, held_by
from desks.onemap import OneMap
from language import Sentence, say
from risk.reach import Reach, reach
from risk.release import Release
from risk.substances import SUBSTANCES

from .parts import OwnZone, ReceptorNear, Surroundings

NIGHT = datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=8)))
"""A night of the district's clock: ERG's distances are the greater ones."""

REACHES_KEPT = 4096
Key = tuple[str, str]


def own_zones(onemap: OneMap) -> Mapping[Key, OwnZone]:
    """Return the zone of each hazard with a place of its own, as (layer, id); once per map."""
    return onemap.once(_own_zones)


def surroundings_of(onemap: OneMap, layer: str, record_id: str) -> Surroundings:
    """Return people and receptors in the zone of a hazard."""
    zone = own_zones(onemap)[layer, record_id]
    if zone.shape is None:
        return Surroundings(zone, None, None, (), ())
    units = inhabited(onemap)
    share = shares(units, zone.shape)
    touched = np.flatnonzero(share > 0)
    notes = tuple(
        say("The residents of {name} are not on file; they are not counted.", name=units.name(row))
        for row in touched.tolist()
        if not units.known[row]
    )
    by_day = np.where(units.day == UNKNOWN, units.night, units.day).clip(0)
    by_night = np.where(units.night == UNKNOWN, units.day, units.night).clip(0)
    known = bool(units.known[touched].any()) if len(touched) else bool(len(share))
    return Surroundings(
        zone,
        _people(float(by_day @ share)) if known else None,
        _people(float(by_night @ share)) if known else None,
        _receptors(onemap, zone, layer, record_id),
        notes,
    )


def _people(share: float) -> int:
    return floor(share + 0.5)


def _own_zones(onemap: OneMap) -> Mapping[Key, OwnZone]:
    kept = lru_cache(REACHES_KEPT)(reach)
    found: dict[Key, OwnZone] = {}
    for spec in onemap.layers_for("hazard"):
        if spec.geometry != "point":
            continue
        records = onemap.records[spec.key]
        for row, record_id in enumerate(records.ids):
            held = held_by(onemap, spec.key, row)
            if not records.placed[row]:
                found[spec.key, record_id] = _none(held, say("Its position is not on file."))
                continue
            at = (float(records.xy_m[row, 0]), float(records.xy_m[row, 1]))
            urban = is_urban(onemap, at)
            lon, lat = onemap.to_degrees(*at)
            place = (round(lon, 1), round(lat, 1), urban)
            told = [(one, kept(_release(one, *place)) if _can(one) else None) for one in held]
            found[spec.key, record_id] = _farthest(told, at)
    return MappingProxyType(found)


def _farthest(told: list[tuple[Held, Reach | None]], at: tuple[float, float]) -> OwnZone:
    far = [(one, own) for one, own in told if own is not None]
    if not far:
        held = tuple(one for one, _ in told)
        return _none(held, _lacking(held))
    one, own = max(far, key=lambda pair: pair[1].reach_m)
    said = say(
        "{quantity_t} t of {substance}: {reach_m} m, at night, wind unknown",
        quantity_t=one.quantity_t or 0.0, substance=one.name, reach_m=round(own.reach_m),
    )  # fmt: skip
    shape = affinity.translate(own.shape, *at)
    return OwnZone(one.name, one.quantity_t, own.model, own.level, round(own.reach_m), shape, said)


def _none(held: tuple[Held, ...], why: Sentence) -> OwnZone:
    name, tonnes = (held[0].name, held[0].quantity_t) if held else ("", None)
    return OwnZone(name, tonnes, "", "", None, None, why)


def _lacking(held: tuple[Held, ...]) -> Sentence:
    if not held:
        return say("What it holds is not on file.")
    names = "、".join(one.name for one in held)
    if all(one.substance for one in held) and any(not one.quantity_t for one in held):
        return say("How much {name} it holds is not on file.", name=names)
    return say("No model says how far {name} would reach.", name=names)


def _can(held: Held) -> bool:
    return bool(held.substance) and bool(held.quantity_t)


def _release(held: Held, lon_deg: float, lat_deg: float, is_urban_there: bool) -> Release:  # noqa: FBT001 - one of a tuple
    known, tonnes = SUBSTANCES[held.substance], held.quantity_t or 0.0
    step = 10.0 ** (floor(log10(tonnes)) - 1)
    return Release(
        at=(0.0, 0.0),
        lon_deg=lon_deg,
        lat_deg=lat_deg,
        time=NIGHT,
        kind="hazmat_leak" if known.toxic else "fire",
        substance=held.substance,
        quantity_t=round(-(-tonnes // step) * step, 9),
        is_urban=is_urban_there,
    )


def _receptors(
    onemap: OneMap, zone: OwnZone, layer: str, record_id: str
) -> tuple[ReceptorNear, ...]:
    """Return the places with people in the zone; layers for officials only are not among them."""
    row = onemap.row_of(layer, record_id)
    x, y = onemap.records[layer].xy_m[row].tolist()
    found: list[tuple[float, str, str, ReceptorNear]] = []
    for spec in onemap.layers_for("receptor"):
        if spec.officials:
            continue
        records = onemap.records[spec.key]
        met = shapely.intersects_xy(zone.shape, records.xy_m[:, 0], records.xy_m[:, 1])
        for at in np.flatnonzero(met).tolist():
            far_m = hypot(records.xy_m[at, 0] - x, records.xy_m[at, 1] - y)
            near = ReceptorNear(
                spec.key, records.ids[at], records.names[at], round(far_m),
                records.whole("people", at),
            )  # fmt: skip
            found.append((far_m, spec.key, records.ids[at], near))
    return tuple(near for *_, near in sorted(found, key=lambda one: one[:3]))
