"""The zones of an incident on the map's ground: computed, proposed from the register, drawn."""

from dataclasses import replace

import shapely

from desks.onemap import OneMap
from language import Sentence, say
from risk.release import Release, Shape, Zone, ZoneSet
from risk.zones import farthest_m, zones

from .bands import joined
from .population import is_urban
from .situation import Incident
from .stored import Held, Proposal, proposal_at

BY_HAND = "drawn"
"""The key of the model that stands for what a person drew or brought."""


def zones_of(onemap: OneMap, incident: Incident) -> ZoneSet:
    """Return all zones of the incident in metres of the map, and what was taken for granted.

    Without a substance, or without its quantity, what the hazard at the incident holds is taken.
    Drawn and flooded ground is among the zones; it governs only where no model speaks.

    Raises:
        UserError: for a substance that is not in the table.

    """
    found = zones(release_of(onemap, incident))
    drawn = (*_by_hand(incident, incident.flooded, "flooded"),
             *_by_hand(incident, incident.drawn, "drawn"))  # fmt: skip
    if drawn and not found.governing:
        found = replace(found, governing=BY_HAND)
    notes = (*proposal_notes(onemap, incident), *found.notes)
    return replace(found, zones=(*found.zones, *drawn), notes=notes)


def release_of(onemap: OneMap, incident: Incident) -> Release:
    """Return the release that the incident is, what it holds proposed from the register."""
    lon_deg, lat_deg = onemap.to_degrees(*incident.at)
    held = _taken(incident, proposal_at(onemap, incident))
    quantity_t = incident.quantity_t
    if quantity_t is None and held is not None:
        quantity_t = held.quantity_t
    return Release(
        at=incident.at,
        lon_deg=lon_deg,
        lat_deg=lat_deg,
        time=incident.time,
        kind=incident.kind,
        substance=incident.substance or ("" if held is None else held.substance),
        quantity_t=quantity_t,
        container=incident.container,
        wind_from_deg=incident.wind_from_deg,
        wind_ms=incident.wind_ms,
        cloud_oktas=incident.cloud_oktas,
        is_urban=is_urban(onemap, incident.at),
    )


def _taken(incident: Incident, proposal: Proposal | None) -> Held | None:
    """Return what is taken from the hazard: the stated substance, else its most dangerous one."""
    if proposal is None:
        return None
    known = [held for held in proposal.held if held.substance]
    if incident.substance:
        known = [held for held in known if held.substance == incident.substance]
    return known[0] if known else None


def proposal_notes(onemap: OneMap, incident: Incident) -> tuple[Sentence, ...]:
    """Return what was taken from the register because nobody stated it."""
    proposal = proposal_at(onemap, incident)
    held = _taken(incident, proposal)
    if proposal is None:
        return ()
    if held is None:
        if incident.substance:
            return ()
        text = "、".join(one.name for one in proposal.held)
        return (
            say(
                "{hazard} lies here; for what it holds there are no figures: {substances}.",
                hazard=proposal.name,
                substances=text,
            ),
        )
    if incident.substance and (incident.quantity_t is not None or held.quantity_t is None):
        return ()
    if held.quantity_t is None or incident.quantity_t is not None:
        return (
            say(
                "No substance is stated: {substance} is taken, which {hazard} here holds.",
                substance=held.name,
                hazard=proposal.name,
            ),
        )
    return (
        say(
            "Taken from the register, as nobody stated it: {hazard} here holds {quantity_t} t of"
            " {substance}.",
            hazard=proposal.name,
            quantity_t=held.quantity_t,
            substance=held.name,
        ),
    )


def _by_hand(incident: Incident, shapes: tuple[Shape, ...], level: str) -> tuple[Zone, ...]:
    """Return a zone that holds all drawn shapes of a level, none where they have no area."""
    shape = joined(list(shapes))
    if shape.is_empty or not shapely.is_valid(shape):
        return ()
    return (
        Zone(
            model=BY_HAND,
            level=level,
            rank=0,
            threshold=None,
            unit="m",
            reach_m=farthest_m(shape, incident.at),
            shape=shape,
            spread_m=None,
            spread=None,
            source="",
            verified=False,
            assumptions=(say("Drawn by hand or brought in; nothing was computed."),),
        ),
    )
