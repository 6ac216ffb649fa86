"""The zones of an incident on the map's ground: computed, proposed from the register, drawn."""

from collections.abc import Iterator
from dataclasses import replace

from desks.onemap import OneMap
from language import Sentence, say
from risk.drawn import drawn_zones, facts_of, imported_zones
from risk.release import Release, Zone, ZoneSet
from risk.zones import zones

from .population import is_urban
from .situation import Incident
from .stored import Held, Proposal, proposal_at

_NO_MATTER = say("No substance is stated: no zone of harm is reckoned. State one, or draw a zone.")


def zones_of(onemap: OneMap, incident: Incident) -> ZoneSet:
    """Return all zones of the incident in metres of the map, and what was taken for granted.

    Without a substance, or without its quantity, what the hazard at the incident holds is taken.
    Drawn and flooded ground is among the zones; it governs only where no model speaks. Where there
    is no substance and no model speaks, one note says so: wind and clouds matter to nobody.

    Raises:
        UserError: for a substance that is not in the table.

    """
    release = release_of(onemap, incident)
    found = zones(release)
    if not found.zones and not release.substance:
        found = replace(found, notes=(_NO_MATTER,))
    drawn = _by_hand(incident)
    if drawn and not found.governing:
        found = replace(found, governing=drawn[0].model)
    notes = (*proposal_notes(onemap, incident), *_from_files(incident), *found.notes)
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


def _from_files(incident: Incident) -> Iterator[Sentence]:
    """Yield for each file of zones what was taken from it, and what it does not tell."""
    for source in dict.fromkeys(zone.source for zone in incident.foreign):
        own = [zone for zone in incident.foreign if zone.source == source]
        facts = facts_of([zone.told for zone in own])
        told = " · ".join(text for key, text in facts if key != "note")
        if told:
            yield say(
                "{count} zones are drawn as the file {file} has them, which says: {told}.",
                count=len(own),
                file=source,
                told=told,
            )
        else:
            yield say(
                "{count} zones are drawn as the file {file} has them; it says neither who made"
                " them, nor level, unit or time.",
                count=len(own),
                file=source,
            )


def _by_hand(incident: Incident) -> tuple[Zone, ...]:
    """Return the zones that the incident brings: flooded, drawn, computed by other programs."""
    flooded = drawn_zones(incident.flooded, "flooded", "", at=incident.at)
    drawn = drawn_zones(incident.drawn, "drawn", "", at=incident.at)
    own = tuple(replace(zone, assumptions=zone.assumptions[:1]) for zone in (*flooded, *drawn))
    sources = dict.fromkeys(zone.source for zone in incident.foreign)
    foreign = [
        zone
        for source in sources
        for zone in imported_zones(
            [(one.name, one.shape) for one in incident.foreign if one.source == source],
            source,
            at=incident.at,
            told=[one.told for one in incident.foreign if one.source == source],
        )
    ]
    return (*own, *foreign)
