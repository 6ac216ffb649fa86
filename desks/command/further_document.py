"""The further parts of the brief as plain data: who is harmed, evacuates, brings what, is told."""

from dataclasses import asdict

from desks.onemap import OneMap
from language import Catalogue

from .answers import (
    Call,
    Domino,
    Evacuation,
    Exposure,
    Guide,
    Order,
    PlanCard,
    ReceptorInside,
    Refuge,
    ResponseLevel,
    StandOff,
    Supplies,
)
from .places_document import Document, degrees, worded
from .situation import SituationBrief


def further_document(onemap: OneMap, brief: SituationBrief, catalogue: Catalogue) -> Document:
    """Return exposure, approach, supplies, plans, calls, evacuation and level of the brief."""
    stand_off = brief.approach.stand_off if brief.approach is not None else None
    return {
        "exposure": _exposure(onemap, brief.exposure, catalogue),
        "stand_off": _stand_off(onemap, stand_off, catalogue),
        "supplies": _supplies(brief.supplies, catalogue),
        "plans": [_plan(card, catalogue) for card in brief.plan_cards],
        "calls": [_call(call, catalogue) for call in brief.calls],
        "evacuation": _evacuation(onemap, brief.evacuation, catalogue),
        "response_level": _level(brief.response_level, catalogue),
    }


def _exposure(onemap: OneMap, exposed: Exposure | None, catalogue: Catalogue) -> Document | None:
    if exposed is None:
        return None
    return {
        "people_now": exposed.people_now,
        "people_day": exposed.people_day,
        "people_night": exposed.people_night,
        "spread_people": exposed.spread_people,
        "by_hour": list(exposed.by_hour),
        "units": [asdict(unit) for unit in exposed.units],
        "receptors": [_receptor(onemap, row) for row in exposed.receptors],
        "domino": [_domino(onemap, row, catalogue) for row in exposed.domino],
        "pipelines": [asdict(line) for line in exposed.lines],
        "notes": [catalogue.word(note) for note in exposed.notes],
        "guide": _guide(exposed.guide, catalogue),
    }


def _guide(found: Guide | None, catalogue: Catalogue) -> Document | None:
    if found is None:
        return None
    return {
        "model": found.model,
        "level": found.level,
        "reach_m": found.reach_m,
        "people_now": found.people_now,
        "people_day": found.people_day,
        "people_night": found.people_night,
        "receptors": found.receptors,
        "verified": found.verified,
        "said": catalogue.word(found.said),
        "rule": catalogue.word(found.rule),
    }


def _receptor(onemap: OneMap, row: ReceptorInside) -> Document:
    return {
        "layer": row.layer,
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "at": degrees(onemap, row.at),
        "distance_m": row.distance_m,
        "level": row.level,
        "people": row.people,
    }


def _domino(onemap: OneMap, row: Domino, catalogue: Catalogue) -> Document:
    return {
        "step": row.step,
        "cause_id": row.cause_id,
        "layer": row.layer,
        "id": row.id,
        "name": row.name,
        "at": degrees(onemap, row.at),
        "distance_m": row.distance_m,
        "level": row.level,
        "adds_m": row.adds_m,
        "said": catalogue.word(row.said),
    }


def _stand_off(onemap: OneMap, found: StandOff | None, catalogue: Catalogue) -> Document | None:
    if found is None:
        return None
    return {
        "at": degrees(onemap, found.at),
        "distance_m": found.distance_m,
        "from_deg": round(found.from_deg, 1),
        "road": found.road,
        "said": catalogue.word(found.said),
    }


def _supplies(found: Supplies | None, catalogue: Catalogue) -> Document | None:
    if found is None:
        return None
    return {
        "needs": [asdict(need) for need in found.needs],
        "depots": [
            {
                "id": load.id,
                "name": load.name,
                "travel_s": load.travel_s,
                "gives": [
                    {"item": item, "amount": amount, "unit": unit}
                    for item, amount, unit in load.gives
                ],
            }
            for load in found.depots
        ],
        "covered_s": found.covered_s,
        "said": catalogue.word(found.said),
    }


def _plan(card: PlanCard, catalogue: Catalogue) -> Document:
    return {
        "id": card.id,
        "name": card.name,
        "kind": card.kind,
        "level": card.level,
        "issuer": card.issuer,
        "filing": card.filing,
        "expiry": card.expiry,
        "why": catalogue.word(card.why),
    }


def _call(call: Call, catalogue: Catalogue) -> Document:
    return {
        "order": call.order,
        "layer": call.layer,
        "id": call.id,
        "name": call.name,
        "level": call.level,
        "task": call.task,
        "within_min": call.within_min,
        "missing": worded(call.missing, catalogue),
    }


def _evacuation(onemap: OneMap, found: Evacuation | None, catalogue: Catalogue) -> Document | None:
    if found is None:
        return None
    return {
        "demand_people": found.demand_people,
        "placed_people": found.placed_people,
        "spare_people": found.spare_people,
        "refuges": [_refuge(onemap, refuge, catalogue) for refuge in found.refuges],
        "walks": [asdict(walk) for walk in found.walks],
        "short": [
            {"community": name, "community_code": code, "people": people}
            for name, code, people in found.short
        ],
        "said": catalogue.word(found.said),
        "orders": [_order(order, catalogue) for order in found.orders],
    }


def _order(order: Order, catalogue: Catalogue) -> Document:
    return {
        "community": order.community,
        "community_code": order.community_code,
        "people": order.people,
        "leaves": order.leaves,
        "cloud_s": order.cloud_s,
        "walk_s": order.walk_s,
        "reason": catalogue.word(order.reason),
    }


def _refuge(onemap: OneMap, refuge: Refuge, catalogue: Catalogue) -> Document:
    return {
        "layer": refuge.layer,
        "id": refuge.id,
        "name": refuge.name,
        "space": refuge.space,
        "at": degrees(onemap, refuge.at),
        "safe": refuge.safe,
        "reason": worded(refuge.reason, catalogue),
        "capacity_people": refuge.capacity_people,
        "assigned_people": refuge.assigned_people,
    }


def _level(found: ResponseLevel | None, catalogue: Catalogue) -> Document | None:
    if found is None:
        return None
    return {
        "level": found.level,
        "rule": catalogue.word(found.rule),
        "source": found.source,
        "verified": found.verified,
    }
