"""What lies around: the nearest rows of every layer that is not a team, and how many are close."""

import math
from collections.abc import Iterator, Mapping

import numpy as np
import shapely
from numpy.typing import NDArray

from desks.onemap import OneMap
from desks.records import Records
from desks.register import facts, stock
from language import Sentence, say
from layers import LayerSpec, layer
from risk import IncidentKind
from routing import UNREACHED, Snaps

from .situation import Nearby, Point
from .ways import Ways

NEAREST = 5
WITHIN_M = 1_000
ON_FOOT_MS = 180_000
"""A mini station counts where its people are on the spot within three minutes (row S1-16)."""

LongArray = NDArray[np.int64]


def surroundings(
    onemap: OneMap, ways: Ways, kind: IncidentKind
) -> Mapping[str, tuple[Nearby, ...]]:
    """Return per layer the nearest rows: five at most, each layer by its own way of travel.

    Supplies and advisers come by road without siren, refuges are walked to from the incident,
    responders on foot are those within three minutes; all else is by straight distance. Of
    advisers the right specialty comes first, then who is on duty, then time (row S0-19). Units and
    teams are not among them.
    """
    return {spec.key: _nearest(onemap, spec, ways, kind) for spec in _around(onemap)}


def within(onemap: OneMap, at: Point) -> Mapping[str, int]:
    """Return how many hazards and receptors of each layer lie within 1,000 m, the rim included."""
    return {
        spec.key: int(np.count_nonzero(distances_m(onemap, spec, at) <= WITHIN_M))
        for spec in onemap.layers_for("hazard", "receptor")
    }


def distances_m(onemap: OneMap, spec: LayerSpec, at: Point) -> NDArray[np.float64]:
    """Return the straight distance of each row, infinite where its position is not on file."""
    records = onemap.records[spec.key]
    if spec.geometry == "point":
        delta = records.xy_m - np.asarray(at)
        distance_m = np.sqrt(delta[:, 0] ** 2 + delta[:, 1] ** 2)
    else:
        distance_m = shapely.distance(onemap.shapes[spec.key], shapely.Point(at))
    return np.where(records.placed, distance_m, np.inf)


LISTED = frozenset({"kind", "level", "issuer"})
"""The columns by which a layer of places is one of plans: papers, which lie nowhere."""


def _around(onemap: OneMap) -> Iterator[LayerSpec]:
    for key in onemap.layers:
        spec = layer(key)
        plans = set(onemap.records[key].columns) >= LISTED
        if spec.purpose != "unit" and not spec.ranked and not plans:
            yield spec


def _nearest(onemap: OneMap, spec: LayerSpec, ways: Ways, kind: IncidentKind) -> tuple[Nearby, ...]:
    records = onemap.records[spec.key]
    distance_m = distances_m(onemap, spec, ways.at)
    time_ms = _times_ms(onemap, spec, ways)
    chosen = _order(records, distance_m, time_ms)
    if spec.purpose == "responder" and time_ms is not None:
        chosen = chosen[_soon(time_ms[chosen])]
    if spec.purpose == "adviser":
        grades = _advice_grades(records, kind)
        chosen = chosen[np.argsort(grades[chosen], kind="stable")]
    placed = [int(row) for row in chosen if records.placed[row]]
    return tuple(
        Nearby(
            layer=spec.key,
            id=records.ids[row],
            name=records.names[row],
            at=(float(records.xy_m[row, 0]), float(records.xy_m[row, 1])),
            distance_m=round(float(distance_m[row])),
            travel_s=_seconds(time_ms, row),
            reason=_reason(onemap, spec, row, time_ms, ways),
            facts=facts(spec, records, row),
            stock=stock(onemap, spec, records.ids[row]),
            why=_why(records, row, kind) if spec.purpose == "adviser" else None,
        )
        for row in placed[:NEAREST]
    )


def _advice_grades(records: Records, kind: IncidentKind) -> LongArray:
    """Return 0 to 3 per row: right specialty and on duty, right, on duty, neither."""
    return np.array(
        [
            2 * (not _specialties(records, row, kind)) + (not _on_duty(records, row))
            for row in range(len(records.ids))
        ],
        dtype=np.int64,
    )


def _specialties(records: Records, row: int, kind: IncidentKind) -> tuple[str, ...]:
    """Return the specialties of the row that this kind of incident asks for, all without a kind."""
    held = records.value("specialty", row)
    texts = held if isinstance(held, tuple) else ()
    if kind.any_team:
        return texts
    return tuple(text for text in texts if any(word in text for word in kind.specialties))


def _on_duty(records: Records, row: int) -> bool:
    return records.text("on_duty", row) == "是"


def _why(records: Records, row: int, kind: IncidentKind) -> Sentence:
    matched = "、".join(_specialties(records, row, kind))
    if kind.any_team:
        if _on_duty(records, row):
            return say("On duty; no kind of incident is stated.")
        return say("Not on duty; no kind of incident is stated.")
    if matched and _on_duty(records, row):
        return say("Specialty fits: {specialty}; on duty.", specialty=matched)
    if matched:
        return say("Specialty fits: {specialty}; not on duty.", specialty=matched)
    return say("Specialty does not fit this kind of incident.")


def _soon(time_ms: LongArray) -> NDArray[np.bool_]:
    soon: NDArray[np.bool_] = (time_ms != UNREACHED) & (time_ms <= ON_FOOT_MS)
    return soon


def _times_ms(onemap: OneMap, spec: LayerSpec, ways: Ways) -> LongArray | None:
    """Return the travel time of each row, or None where its layer does not travel."""
    if spec.arrives is None or spec.key not in onemap.access:
        return None
    if not ways.on_network:
        return np.full(len(onemap.records[spec.key].ids), UNREACHED, dtype=np.int64)
    access = onemap.access[spec.key]
    if spec.purpose == "refuge":
        return ways.on_foot_from().time_ms(access)
    if spec.arrives == "foot":
        return ways.on_foot_to(limit_ms=ON_FOOT_MS).time_ms(access)
    return ways.without_siren().time_ms(access)


def _order(
    records: Records, distance_m: NDArray[np.float64], time_ms: LongArray | None
) -> LongArray:
    """Return the rows by time, those that do not travel last, then by distance, then by id."""
    if time_ms is None:
        return np.lexsort((records.order, distance_m))
    time = np.where(time_ms == UNREACHED, np.iinfo(np.int64).max, time_ms)
    return np.lexsort((records.order, distance_m, time))


def _seconds(time_ms: LongArray | None, row: int) -> int | None:
    """Return whole seconds, rounded up so that nobody is promised too early."""
    if time_ms is None or time_ms[row] == UNREACHED:
        return None
    return -(-int(time_ms[row]) // 1000)


def _reason(
    onemap: OneMap, spec: LayerSpec, row: int, time_ms: LongArray | None, ways: Ways
) -> Sentence | None:
    if time_ms is None or time_ms[row] != UNREACHED:
        return None
    if not ways.on_network:
        return say("The incident is off the road network.")
    access = onemap.access[spec.key]
    if not access.on_network[row]:
        return off_road(access, row)
    if spec.arrives == "foot":
        return say("There is no way on foot.")
    return say("No road leads from it to the incident.")


def access_m(access: Snaps, row: int) -> int | None:
    """Return the metres from a place to the nearest road, rounded up; None where there is none."""
    distance_m = float(access.distance_m[row])
    return whole_m(distance_m) if math.isfinite(distance_m) else None


def whole_m(metres: float) -> int:
    """Return whole metres, rounded up; half a centimetre more is none: degrees cost that much."""
    return math.ceil(round(metres, 2))


def off_road(access: Snaps, row: int) -> Sentence:
    """Return how far a place lies from the nearest road, in words."""
    distance_m = access_m(access, row)
    if distance_m is None:
        return say("No road for vehicles is on the map.")
    return say("It lies {distance_m} m from the nearest road.", distance_m=distance_m)
