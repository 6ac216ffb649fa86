"""What lies around: the nearest rows of every layer that is not a team, and how many are close."""

from collections.abc import Iterator, Mapping

import numpy as np
import shapely
from numpy.typing import NDArray

from desks.onemap import OneMap, Records
from desks.register import facts, stock
from language import Sentence, say
from layers import LayerSpec, layer
from routing import UNREACHED, Snaps

from .situation import Nearby, Point
from .ways import Ways

NEAREST = 5
WITHIN_M = 1_000
ON_FOOT_MS = 180_000
"""A mini station counts where its people are on the spot within three minutes (row S1-16)."""

LongArray = NDArray[np.int64]


def surroundings(onemap: OneMap, at: Point, ways: Ways) -> Mapping[str, tuple[Nearby, ...]]:
    """Return per layer the nearest rows: five at most, each layer by its own way of travel.

    Supplies and advisers come by road without siren, refuges are walked to from the incident,
    responders on foot are those within three minutes; all else is by straight distance. Units
    and teams are not among them.
    """
    return {spec.key: _nearest(onemap, spec, at, ways) for spec in _around(onemap)}


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


def _around(onemap: OneMap) -> Iterator[LayerSpec]:
    for key in onemap.layers:
        spec = layer(key)
        if spec.purpose != "unit" and not spec.ranked:
            yield spec


def _nearest(onemap: OneMap, spec: LayerSpec, at: Point, ways: Ways) -> tuple[Nearby, ...]:
    records = onemap.records[spec.key]
    distance_m = distances_m(onemap, spec, at)
    time_ms = _times_ms(onemap, spec, ways)
    chosen = _order(records, distance_m, time_ms)
    if spec.purpose == "responder" and time_ms is not None:
        chosen = chosen[_soon(time_ms[chosen])]
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
        )
        for row in (int(number) for number in chosen[:NEAREST])
        if records.placed[row]
    )


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
        return say(
            "It lies {distance_m} m from the nearest road.", distance_m=access_m(access, row)
        )
    if spec.arrives == "foot":
        return say("There is no way on foot.")
    return say("No road leads from it to the incident.")


def access_m(access: Snaps, row: int) -> int:
    """Return the metres from a row's place to the nearest road, rounded up."""
    return int(np.ceil(access.distance_m[row]))
