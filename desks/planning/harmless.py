"""Who and what is outside the harm of a chosen incident: places, people, ways."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from desks.command.bands import harm_of
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
    """
    zones = zones_of(onemap, incident)
    harm = harm_of(zones)
    safe = ~(_within(harm.ground, places.xy_m) | _within(harm.spread, places.xy_m))
    stood = {(refuge.layer, refuge.id): refuge for refuge in refuges(onemap, incident, zones)}
    for row, place in enumerate(places.ids):
        refuge = stood.get((places.layer, place))
        if refuge is not None and tuple(places.xy_m[row].tolist()) == refuge.at:
            safe[row] = refuge.safe
    grounds = [shape for shape in (harm.protected, *incident.flooded) if shape is not None]
    if service.travel == "road":
        grounds += incident.closures.polygons
    roads = incident.closures.roads if service.travel == "road" else ()
    polygons = [part for shape in grounds for part in shapely.get_parts(shape)]
    closed = None
    if polygons or roads:
        closed = closed_arcs(onemap.network, polygons=polygons, roads=roads)
    points = ~_within(harm.protected, demand.xy_m)
    return Harmless(safe, points, closed, (*_doubts(safe, points, demand), *zones.notes))


def _within(shape: Shape | None, xy_m: FloatArray) -> BoolArray:
    if shape is None or shape.is_empty:
        return np.zeros(len(xy_m), np.bool_)
    shapely.prepare(shape)
    held: BoolArray = shapely.intersects_xy(shape, xy_m[:, 0], xy_m[:, 1])
    return held


def _doubts(places: BoolArray, points: BoolArray, demand: Demand) -> tuple[Sentence, ...]:
    return (
        say(
            "In the chosen incident {places} places are not safe, and {people} people are inside"
            " the zone from which they go.",
            places=int((~places).sum()),
            people=int(demand.point_people[~points].sum()),
        ),
    )
