"""The answer to a click."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from time import perf_counter
from types import MappingProxyType

from desks.onemap import OneMap
from geodata.faults import Fault, UserError
from language import Sentence, say

from .answers import Exposure
from .approach_zones import approached
from .arrivals import arrivals
from .asked_for import completed, demanded
from .calls import calls
from .cautions import Known, cautions
from .escalation import escalation
from .evacuation import evacuation
from .exposure import exposure
from .indoors import indoors, orders
from .nearing import past_source, unverified_walk
from .placing import place_of
from .plans import plan_cards
from .reasons import why_first
from .response import response_level
from .situation import Caution, Incident, Place, SituationBrief
from .supplies import supplies
from .surroundings import WITHIN_M, access_m, surroundings, within
from .ways import Ways, ways_of
from .zoning import zones_of


def situation_brief(onemap: OneMap, incident: Incident) -> SituationBrief:
    """Return how far harm reaches, who is in it, who comes and when, who evacuates and is told.

    The incident is in metres of the map's CRS; it may lie off the roads or outside the district,
    which the brief then says. What nobody stated of its substance is taken from the hazard it
    lies on, which the notes of the zones say.

    Raises:
        UserError: for a place that has no metres, a kind of incident or a substance that no row
            declares.

    """
    began = perf_counter()
    _require_place(incident)
    known = completed(onemap, incident)
    asked = demanded(incident, known)
    zones = zones_of(onemap, incident)
    exposed = exposure(onemap, incident, zones)
    approach = approached(onemap, incident, zones)
    ways = ways_of(onemap, incident, approach)
    place = _place(onemap, ways)
    responders = arrivals(onemap, incident, ways, asked, approach)
    level = response_level(known, exposed)
    parts = Known(
        incident=known,
        place=place,
        responders=responders,
        demand=asked,
        zones=zones,
        approach=approach,
        supplies=supplies(onemap, ways, known, exposed),
        plan_cards=plan_cards(onemap, known, place),
        calls=calls(onemap, known, place, level.level),
        level=level,
    )
    moved = evacuation(onemap, incident, zones, exposed)
    moved = replace(moved, orders=orders(onemap, known, zones, exposed, moved))
    said = cautions(onemap, ways, parts)
    # That nobody comes is told before all else; it is the first of the cautions where it holds.
    nobody = 0 if any(team.reachable for team in responders) else 1
    first = (
        *(caution.text for caution in said[:nobody]),
        *_counted(exposed),
        *indoors(zones, known.substance, moved),
        *past_source(moved),
    )
    return SituationBrief(
        incident=incident,
        place=place,
        responders=responders,
        nearby=MappingProxyType(dict(surroundings(onemap, ways, asked.kind))),
        within_m=WITHIN_M,
        within=MappingProxyType(dict(within(onemap, incident.at))),
        escalation=escalation(onemap, incident.at, place, asked.kind),
        cautions=_around(first, said[nobody:], unverified_walk(moved)),
        why_first=why_first(responders, ways.goal),
        stamp=onemap.stamp,
        speed_model=onemap.speed_model.version,
        computed_ms=round((perf_counter() - began) * 1000),
        zones=zones,
        exposure=exposed,
        approach=approach,
        supplies=parts.supplies,
        plan_cards=parts.plan_cards,
        calls=parts.calls,
        evacuation=moved,
        response_level=level,
    )


def _counted(exposed: Exposure) -> Iterator[Sentence]:
    """Yield who is led out beside who lies within the guidebook's distance, where that is more."""
    if exposed.guide is not None:
        yield exposed.guide.said
        yield exposed.guide.rule


def _around(
    first: Iterable[Sentence], others: tuple[Caution, ...], last: Iterable[Sentence]
) -> tuple[Caution, ...]:
    """Return the cautions behind what the public must be told first, ranked anew."""
    said = (*first, *(caution.text for caution in others), *last)
    return tuple(Caution(rank, text) for rank, text in enumerate(said))


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
