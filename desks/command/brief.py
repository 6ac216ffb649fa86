"""The answer to a click."""

import math
from time import perf_counter
from types import MappingProxyType

from desks.onemap import OneMap
from geodata.faults import Fault, UserError
from language import say
from risk import incident_kind

from .arrivals import arrivals
from .cautions import cautions
from .escalation import escalation
from .placing import place_of
from .reasons import why_first
from .situation import Incident, Place, SituationBrief
from .surroundings import WITHIN_M, access_m, surroundings, within
from .ways import Ways, ways_of


def situation_brief(onemap: OneMap, incident: Incident) -> SituationBrief:
    """Return who gets there and when, what lies around, and what the answer rests on.

    The incident is in metres of the map's CRS; it may lie off the roads or outside the district,
    which the brief then says.

    Raises:
        UserError: for a place that has no metres, or a kind of incident that no row declares.

    """
    began = perf_counter()
    kind = incident_kind(incident.kind)
    _require_place(incident)
    ways = ways_of(onemap, incident)
    place = _place(onemap, ways)
    responders = arrivals(onemap, incident, ways)
    nearby = surroundings(onemap, ways, kind)
    return SituationBrief(
        incident=incident,
        place=place,
        responders=responders,
        nearby=MappingProxyType(dict(nearby)),
        within_m=WITHIN_M,
        within=MappingProxyType(dict(within(onemap, incident.at))),
        escalation=escalation(onemap, incident.at, place, kind),
        cautions=cautions(onemap, incident, ways, place, responders),
        why_first=why_first(responders),
        stamp=onemap.stamp,
        speed_model=onemap.speed_model.version,
        computed_ms=round((perf_counter() - began) * 1000),
    )


def _require_place(incident: Incident) -> None:
    if all(math.isfinite(value) for value in incident.at):
        return
    problem = say("The incident has no place in the district's metres.")
    mend = say("Give longitude and latitude in degrees, near the district.")
    raise UserError([Fault("--at", problem, mend)])


def _place(onemap: OneMap, ways: Ways) -> Place:
    """Return the place with the nearest road, however far that is."""
    road = int(ways.nearest.road[0])
    if road < 0:
        return place_of(onemap, ways.at, road="", road_m=0)
    network = onemap.network
    name = network.names[network.road_name[road]]
    return place_of(onemap, ways.at, road=name, road_m=access_m(ways.nearest, 0) or 0)
