"""Who and what is outside the harm of a chosen incident: places, people, ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from desks.command.answers import Refuge
from desks.command.bands import Harm, harm_of
from desks.command.refuges import refuges
from desks.command.situation import Incident
from desks.command.zoning import zones_of
from desks.onemap import OneMap
from language import Sentence, say
from risk.release import Shape
from routing import closed_arcs

from .answers import Demand, FloatArray, Places, Service

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Harmless:
    """Which places (m,) and points (n,) are out of harm, and which arcs lead through none."""

    places: BoolArray
    points: BoolArray
    closed: BoolArray | None
    cautions: tuple[Sentence, ...]


def harmless(
    onemap: OneMap, incident: Incident, service: Service, demand: Demand, places: Places
) -> Harmless:
    """Return what the incident leaves safe, by the zones and the rules of the brief.

    A place is safe outside every zone, outside ground the zone may reach in other weather, and,
    being a shelter, outside the sector below the wind. People within the protective zone are not
    safe. Nobody walks or drives through it or through flooded ground; vehicles meet closures.
    What an incident does is worked out once for all services.
    """
    harmed = _harmed(onemap, incident)
    harm = harmed.harm
    safe = ~(_within(harm.ground, places.xy_m) | _within(harm.spread, places.xy_m))
    for row, place in enumerate(places.ids):
        refuge = harmed.stood.get((places.layer, place))
        if refuge is not None and tuple(places.xy_m[row].tolist()) == refuge.at:
            safe[row] = refuge.safe
    points = ~_within(harm.protected, demand.xy_m)
    closed = _closed(onemap, incident, harm, service.travel)
    return Harmless(safe, points, closed, (*_doubts(safe, points, demand), *harmed.notes))


INCIDENTS_KEPT = 4
_Asked = tuple[Incident, str]


@dataclass(frozen=True, eq=False)
class _Harmed:
    """What an incident does, whichever service asks: its harm, every shelter, what was assumed."""

    harm: Harm
    stood: Mapping[tuple[str, str], Refuge]
    notes: tuple[Sentence, ...]


class _Kept:
    """The last incidents of one map that were worked out; what it holds never changes."""

    def __init__(self) -> None:
        """Begin with none."""
        self.harmed: dict[_Asked, _Harmed] = {}
        self.closed: dict[tuple[_Asked, str], BoolArray | None] = {}


def _kept(_: OneMap) -> _Kept:
    return _Kept()


def _key(incident: Incident) -> _Asked:
    """Return what tells incidents apart: equal moments of two time zones have two hours."""
    return incident, incident.time.isoformat()


def _harmed(onemap: OneMap, incident: Incident) -> _Harmed:
    kept, key = onemap.once(_kept), _key(incident)
    found = kept.harmed.get(key)
    if found is None:
        zones = zones_of(onemap, incident)
        stood = {(one.layer, one.id): one for one in refuges(onemap, incident, zones)}
        found = _Harmed(harm_of(zones), MappingProxyType(stood), zones.notes)
        if len(kept.harmed) >= INCIDENTS_KEPT:
            kept.harmed.clear()
            kept.closed.clear()
        kept.harmed[key] = found
    return found


def _closed(
    onemap: OneMap, incident: Incident, harm: Harm, travel: Literal["foot", "road"]
) -> BoolArray | None:
    """Return the arcs (m,) that nobody who travels so passes, ``None`` where all are open."""
    kept, key = onemap.once(_kept).closed, (_key(incident), travel)
    try:
        return kept[key]
    except KeyError:
        closed = _closing(onemap, incident, harm, travel)
    if closed is not None:
        closed.flags.writeable = False
    kept[key] = closed
    return closed


def _closing(onemap: OneMap, incident: Incident, harm: Harm, travel: str) -> BoolArray | None:
    grounds = [shape for shape in (harm.protected, *incident.flooded) if shape is not None]
    if travel == "road":
        grounds += incident.closures.polygons
    roads = incident.closures.roads if travel == "road" else ()
    polygons = [part for shape in grounds for part in shapely.get_parts(shape)]
    if not polygons and not roads:
        return None
    return closed_arcs(onemap.network, polygons=polygons, roads=roads)


def _within(shape: Shape | None, xy_m: FloatArray) -> BoolArray:
    if shape is None or shape.is_empty:
        return np.zeros(len(xy_m), np.bool_)
    shapely.prepare(shape)
    held: BoolArray = shapely.intersects_xy(shape, xy_m[:, 0], xy_m[:, 1])
    return held


def _doubts(places: BoolArray, points: BoolArray, demand: Demand) -> tuple[Sentence, ...]:
    return (
        say(
            "In the chosen incident {places} places are not safe, and {people:,} people are inside"
            " the zone from which they go.",
            places=int((~places).sum()),
            people=int(demand.point_people[~points].sum()),
        ),
    )
