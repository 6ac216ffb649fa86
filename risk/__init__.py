"""How bad it is: kinds of incident and what each asks of a team."""

from .demands import Demand, demand, hazard_class
from .dispatch_order import DISPATCH_ORDER
from .drawn import drawn_zones, imported_zones
from .erg_tables import CONTAINERS
from .incidents import (
    INCIDENT_KINDS,
    IncidentKind,
    assumed_kind,
    incident_kind,
    load_incident_kinds,
)
from .models import MODELS, PROBIT_MODELS
from .needs import Need, in_unit, needs
from .release import LEVELS, Release, Weather, Zone, ZoneSet
from .response import RESPONSE_LEVELS, Proposal, propose
from .substances import SUBSTANCES, Substance, find_substance, substance
from .suitability import Suitability, judge, judge_for
from .team_score import ASPECTS, aspect_score, total_score
from .weather import plausible, weather_of
from .zones import zones

__all__ = [
    "ASPECTS",
    "CONTAINERS",
    "DISPATCH_ORDER",
    "INCIDENT_KINDS",
    "LEVELS",
    "MODELS",
    "PROBIT_MODELS",
    "RESPONSE_LEVELS",
    "SUBSTANCES",
    "Demand",
    "IncidentKind",
    "Need",
    "Proposal",
    "Release",
    "Substance",
    "Suitability",
    "Weather",
    "Zone",
    "ZoneSet",
    "aspect_score",
    "assumed_kind",
    "demand",
    "drawn_zones",
    "find_substance",
    "hazard_class",
    "imported_zones",
    "in_unit",
    "incident_kind",
    "judge",
    "judge_for",
    "load_incident_kinds",
    "needs",
    "plausible",
    "propose",
    "substance",
    "total_score",
    "weather_of",
    "zones",
]
