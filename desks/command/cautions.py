"""What the answer rests on and where it has gaps, worst first."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from desks.onemap import OneMap
from language import Sentence, say
from layers import layer
from risk import Demand
from risk.release import Shape, ZoneSet

from .answers import Approached, Call, PlanCard, ResponseLevel, StandOff, Supplies
from .approach_zones import holds
from .situation import Caution, Incident, Place, Responder
from .surroundings import access_m
from .ways import Barred, Ways

FIRST = 3
NAMED = 5
YEAR_DAYS = 365
BATCH = 64


@dataclass(frozen=True)
class Known:
    """The parts of a brief that its cautions speak of; ``incident`` holds what was proposed too."""

    incident: Incident
    place: Place
    responders: tuple[Responder, ...]
    demand: Demand
    zones: ZoneSet
    approach: Approached
    supplies: Supplies
    plan_cards: tuple[PlanCard, ...]
    calls: tuple[Call, ...]
    level: ResponseLevel


def cautions(onemap: OneMap, ways: Ways, known: Known) -> tuple[Caution, ...]:
    """Return every assumption and gap of the answer, ranked from 0 in this fixed order.

    Nobody comes; where vehicles gather; closures that close nothing; harm that cannot be
    reckoned; the place is off the roads or the district; who is missing; records that are missing
    or old; what the way rests on; the models' own assumptions and figures without a verified
    source.
    """
    said = [
        *_teams(ways, known.incident, known.responders),
        *_stand_off(known),
        *_closures(onemap, known.incident),
        *_zones(known),
        *_place(onemap, ways, known.place),
        *_told(known),
        *_records(onemap, known.responders),
        *_way(onemap, ways, known),
        *_assumptions(onemap, known),
        *_unverified(known),
    ]
    return tuple(Caution(rank, text) for rank, text in enumerate(said))


def _teams(ways: Ways, incident: Incident, responders: tuple[Responder, ...]) -> Iterator[Sentence]:
    if not responders:
        yield say("No team is registered: nobody can be named.")
        return
    coming = [team for team in responders if team.reachable]
    if not coming and ways.on_network and incident.closures:
        yield say("No team can reach the incident; closures are in force.")
    elif not coming:
        yield say("No team can reach the incident by road.")
    if not any(team.fit for team in responders):
        yield say("No registered team is fit for this kind of incident.")
    elif coming and not any(team.fit for team in coming):
        yield say("No fit team can reach the incident; those that can are not fit for it.")


def _closures(onemap: OneMap, incident: Incident) -> Iterator[Sentence]:
    """Yield how many closures and floods close nothing: whoever drew them thinks otherwise."""
    areas = (*incident.closures.polygons, *incident.flooded)
    idle = sum(not _meets_road(onemap, area) for area in areas)
    if idle:
        yield say("{count} closures or floods meet no road: nothing is closed by them.", count=idle)


def _meets_road(onemap: OneMap, area: Shape) -> bool:
    """Return whether any road touches the area; a few roads of its rectangle mostly tell."""
    mended = area if area.is_valid else shapely.make_valid(area)
    shapely.prepare(mended)
    near = onemap.network.line_tree.query(mended)
    lines = onemap.network.lines
    return any(
        shapely.intersects(mended, lines[near[start : start + BATCH]]).any()
        for start in range(0, len(near), BATCH)
    )


def _zones(known: Known) -> Iterator[Sentence]:
    """Yield what the zones took for granted or could not say."""
    yield from known.zones.notes
    substance = known.demand.substance
    if substance is not None and substance.water_reactive:
        yield say("{substance} reacts with water: no water on it.", substance=substance.name_zh)
    if known.demand.said is not None:
        yield known.demand.said


def _stand_off(known: Known) -> Iterator[Sentence]:
    approach = known.approach
    if approach.stand_off is not None:
        yield approach.stand_off.said
        yield from still_felt(known.zones, approach.stand_off)
    elif approach.closed and holds(approach.closed, known.incident.at):
        yield say("No open road lies outside the zones: the ways shown lead through them.")
    inside = [team for team in known.responders if team.in_zone]
    if inside:
        yield say(
            "{count} teams have their base inside the zones and are not sent first: {names}.",
            count=len(inside),
            names=_named([team.name for team in inside]),
        )
    withdrawn = [team.name for team in known.responders if team.withdrawn]
    if withdrawn:
        yield say(
            "{count} teams are withdrawn: {names}.", count=len(withdrawn), names=_named(withdrawn)
        )
    if known.incident.flooded:
        yield say("Roads in the flooded ground count as closed.")


def still_felt(zones: ZoneSet, stand_off: StandOff) -> Iterator[Sentence]:
    """Yield what reaches those who gather outside the protective zone but within a milder line."""
    for zone in zones.lines:
        if zone.shape.is_empty or not holds((zone.shape,), stand_off.at):
            continue
        if zone.level == "thermal_pain":
            yield say(
                "Where vehicles gather, heat still hurts bare skin (to {reach_m} m): protective"
                " clothing, or farther off.",
                reach_m=round(zone.reach_m),
            )
        if zone.level == "overpressure_glass":
            yield say(
                "Where vehicles gather, panes may still break (to {reach_m} m): keep clear of"
                " windows.",
                reach_m=round(zone.reach_m),
            )


def _told(known: Known) -> Iterator[Sentence]:
    """Yield which bodies and plans the register lacks, and a plan past its day."""
    missing = [call.name for call in known.calls if call.missing is not None]
    if missing:
        yield say(
            "To be called but not in the register ({count}): {names}.",
            count=len(missing),
            names=_named(missing),
        )
    if not known.plan_cards:
        yield say("No emergency plan on file applies here.")
    for card in known.plan_cards[:1]:
        if card.expiry and card.expiry < known.incident.time.date().isoformat():
            yield say("The plan {name} ran out on {date}.", name=card.name, date=card.expiry)


def _unverified(known: Known) -> Iterator[Sentence]:
    """Yield which rules of this program no source was read for."""
    if known.supplies.needs and not all(need.verified for need in known.supplies.needs):
        yield say("Material needs are house figures, unverified; expired stock is not counted.")
    if known.level.level and not known.level.verified:
        yield say("The rule of the response level is unverified; a commander decides.")
    if not known.demand.kind.verified and not known.demand.kind.any_team:
        yield say("What this kind of incident asks of a team is a house rule, unverified.")


def _place(onemap: OneMap, ways: Ways, place: Place) -> Iterator[Sentence]:
    distance_m = access_m(ways.nearest, 0)
    limit_m = onemap.speed_model.access_limit_m
    if distance_m is None:
        yield say("No road for vehicles is on the map.")
    elif float(ways.nearest.distance_m[0]) > limit_m:
        yield say(
            "The incident is {distance_m} m from the nearest road; {limit_m} m is the limit.",
            distance_m=distance_m,
            limit_m=round(limit_m),
        )
    if not place.inside and place.subdistrict:
        yield say(
            "The incident lies outside the district, {distance_m} m from {name}.",
            distance_m=place.outside_m,
            name=place.subdistrict,
        )


def _records(onemap: OneMap, responders: tuple[Responder, ...]) -> Iterator[Sentence]:
    lost = [team.name for team in responders if team.at is None]
    if lost:
        yield say(
            "{count} teams without a position are not timed: {names}.",
            count=len(lost),
            names=_named(lost),
        )
    unplaced = sum(
        int((~onemap.records[spec.key].placed).sum())
        for spec in map(layer, onemap.layers)
        if spec.purpose != "unit" and not spec.ranked
    )
    if unplaced:
        yield say(
            "{count} records of other layers have no position and are not among the nearest.",
            count=unplaced,
        )
    stale = [team for team in responders[:FIRST] if team.stale]
    for team in stale:
        if team.last_verified:
            yield say(
                "{name} was last verified on {date}.", name=team.name, date=team.last_verified
            )
        else:
            yield say("{name} has no date of verification.", name=team.name)


def _named(names: list[str]) -> str:
    """Return the first names; the rest is counted, never dropped."""
    shown = "、".join(names[:NAMED])
    return shown if len(names) <= NAMED else f"{shown} (+{len(names) - NAMED})"


def _assumptions(onemap: OneMap, known: Known) -> Iterator[Sentence]:
    model, incident = onemap.speed_model, known.incident
    if known.demand.kind.any_team:
        yield say("No kind of incident is stated: teams are ranked by time alone.")
    if onemap.whole_extent:
        yield say("The district has no subdistricts: everything counts to its whole extent.")
    if onemap.as_of is not None:
        age_days = (incident.time.date() - onemap.as_of).days
        if age_days > YEAR_DAYS:
            yield say("The registers are {days} days old.", days=age_days)
    unverified = set(model.unverified)
    if any(key.startswith("congestion.") for key in unverified):
        yield say(
            "Congestion at {hour}:00 is an assumption, not a measurement.", hour=incident.time.hour
        )
    if unverified:
        yield say(
            "{count} of {total} factors of the speed model {version} are unverified.",
            count=len(unverified),
            total=len(model.factors),
            version=model.version,
        )


def _way(onemap: OneMap, ways: Ways, known: Known) -> Iterator[Sentence]:
    """Yield what the ways of the first rest on: stops short of the goal, widths not on file."""
    coming = [team for team in known.responders if team.reachable]
    nearest_m = access_m(ways.target, 0) or 0
    for team in coming[:FIRST]:
        if (team.on_foot_m or 0) > nearest_m and known.approach.stand_off is not None:
            yield say(
                "{name} stops {distance_m} m from the stand-off point and walks on: no road nearer"
                " by is open to its vehicle.",
                name=team.name,
                distance_m=team.on_foot_m or 0,
            )
        elif (team.on_foot_m or 0) > nearest_m:
            yield say(
                "{name} stops {distance_m} m from the incident and walks on: no road nearer by is"
                " open to its vehicle.",
                name=team.name,
                distance_m=team.on_foot_m or 0,
            )
    yield from _widths(onemap, ways, coming)


def _widths(onemap: OneMap, ways: Ways, coming: list[Responder]) -> Iterator[Sentence]:
    """Yield how much of the way of the first that comes has no width on file."""
    if not coming:
        return
    first = coming[0]
    row = onemap.row_of(first.layer, first.id)
    vehicle = onemap.vehicles[first.layer][row]
    barred = Barred.CLOSED if first.in_zone else Barred.ZONES
    way = ways.by_road(vehicle, barred=barred).way(onemap.access[first.layer], row)
    if way is None or vehicle.width_m is None:
        return
    path = way.path
    unknown = np.isnan(onemap.network.road_width_m[path.pieces])
    unknown_m = round(float(onemap.network.road_length_m[path.pieces][unknown].sum()))
    if unknown_m:
        yield say(
            "Widths are not on file along {unknown_m} m of the way of {name}.",
            unknown_m=unknown_m,
            name=first.name,
        )
