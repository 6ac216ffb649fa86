"""The brief as plain data for JSON: degrees, whole seconds and metres, worded sentences."""

from collections.abc import Mapping

from desks.onemap import OneMap
from geodata.crs import projection
from language import Catalogue
from risk import incident_kind
from risk.zone_document import substance_document, zones_document

from .further_document import further_document
from .places_document import Document, degrees, listed, worded
from .situation import Answerable, Nearby, Place, Responder, Route, SituationBrief

FORMAT = 2


def brief_document(onemap: OneMap, brief: SituationBrief, catalogue: Catalogue) -> Document:
    """Return the brief as docs/schemas/brief.schema.json states it, worded by the catalogue.

    Positions are longitude and latitude in WGS 84; nothing personal is in it.
    """
    return {
        "format": FORMAT,
        "district": onemap.name_zh if catalogue.language == "zh" else onemap.name_en,
        "sample": onemap.sample,
        "as_of": onemap.as_of.isoformat() if onemap.as_of else None,
        "incident": _incident(onemap, brief, catalogue),
        "place": _place(brief.place),
        "responders": [_responder(onemap, row, catalogue) for row in brief.responders],
        "why_first": catalogue.word(brief.why_first),
        "nearest": {
            key: [_nearby(onemap, row, catalogue) for row in rows]
            for key, rows in brief.nearby.items()
        },
        "within_m": brief.within_m,
        "within": dict(brief.within),
        "escalation": [_answerable(row, catalogue) for row in brief.escalation],
        "cautions": [catalogue.word(caution.text) for caution in brief.cautions],
        "hazard": listed(zones_document(brief.zones, projection(onemap.crs), catalogue)),
        **further_document(onemap, brief, catalogue),
        "speed_model": brief.speed_model,
        "stamp": brief.stamp,
        "computed_ms": brief.computed_ms,
    }


def _incident(onemap: OneMap, brief: SituationBrief, catalogue: Catalogue) -> Document:
    incident = brief.incident
    kind = incident_kind(incident.kind)
    return {
        "at": degrees(onemap, incident.at),
        "time": incident.time.isoformat(),
        "kind": kind.key,
        "kind_title": kind.title_zh if catalogue.language == "zh" else kind.title_en,
        "substance": substance_document(incident.substance),
        "quantity_t": incident.quantity_t,
        "container": incident.container,
        "wind_from_deg": incident.wind_from_deg,
        "wind_ms": incident.wind_ms,
        "cloud_oktas": incident.cloud_oktas,
        "withdrawn": [f"{layer}:{record_id}" for layer, record_id in incident.withdrawn],
        "drawn_areas": len(incident.drawn),
        "flooded_areas": len(incident.flooded),
        "closed_areas": len(incident.closures.polygons),
        "closed_roads": list(incident.closures.roads),
    }


def _place(place: Place) -> Document:
    return {
        "inside": place.inside,
        "subdistrict": place.subdistrict,
        "subdistrict_code": place.subdistrict_code,
        "community": place.community,
        "community_code": place.community_code,
        "outside_m": place.outside_m,
        "grids": list(place.grids),
        "road": place.road,
        "road_m": place.road_m,
        "residents_day": place.residents_day,
        "residents_night": place.residents_night,
    }


def _responder(onemap: OneMap, team: Responder, catalogue: Catalogue) -> Document:
    return {
        "rank": team.rank,
        "layer": team.layer,
        "id": team.id,
        "name": team.name,
        "kind": team.kind,
        "order": team.order,
        "at": degrees(onemap, team.at),
        "fit": team.fit,
        "fit_reason": catalogue.word(team.fit_reason),
        "reachable": team.reachable,
        "reason": worded(team.reason, catalogue),
        "eta_s": team.eta_s,
        "call_s": team.call_s,
        "turnout_s": team.turnout_s,
        "drive_s": team.drive_s,
        "free_flow_s": team.free_flow_s,
        "p90_s": team.p90_s,
        "distance_m": team.distance_m,
        "on_foot_m": team.on_foot_m,
        "route": _route(team.route),
        "people": team.people,
        "vehicles": team.vehicles,
        "equipment": list(team.equipment),
        "equipment_missing": list(team.equipment_missing),
        "last_verified": team.last_verified,
        "stale": team.stale,
        "withdrawn": team.withdrawn,
        "in_zone": team.in_zone,
        "score": None
        if team.score is None
        else {"total": team.score.total, "aspects": dict(team.score.aspects)},
    }


def _route(route: Route | None) -> Document | None:
    if route is None:
        return None
    return {
        "length_m": route.length_m,
        "main_road": route.main_road,
        "roads": [{"name": name, "length_m": metres} for name, metres in route.roads],
    }


def _nearby(onemap: OneMap, row: Nearby, catalogue: Catalogue) -> Document:
    facts: Mapping[str, str] = dict(row.facts)
    return {
        "id": row.id,
        "name": row.name,
        "at": degrees(onemap, row.at),
        "distance_m": row.distance_m,
        "travel_s": row.travel_s,
        "reason": worded(row.reason, catalogue),
        "why": worded(row.why, catalogue),
        "facts": dict(facts),
        "stock": [{"item": item, "amount": amount} for item, amount in row.stock],
    }


def _answerable(row: Answerable, catalogue: Catalogue) -> Document:
    return {
        "level": row.level,
        "layer": row.layer,
        "id": row.id,
        "name": row.name,
        "missing": worded(row.missing, catalogue),
    }
