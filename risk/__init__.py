"""How bad it is: kinds of incident and what each asks of a team."""

from .incidents import (
    INCIDENT_KINDS,
    IncidentKind,
    assumed_kind,
    incident_kind,
    load_incident_kinds,
)
from .models import MODELS
from .release import LEVELS, Release, Weather, Zone, ZoneSet
from .substances import SUBSTANCES, Substance, find_substance, substance
from .suitability import Suitability, judge
from .weather import plausible, weather_of
from .zones import zones

__all__ = [
    "INCIDENT_KINDS",
    "LEVELS",
    "MODELS",
    "SUBSTANCES",
    "IncidentKind",
    "Release",
    "Substance",
    "Suitability",
    "Weather",
    "Zone",
    "ZoneSet",
    "assumed_kind",
    "find_substance",
    "incident_kind",
    "judge",
    "load_incident_kinds",
    "plausible",
    "substance",
    "weather_of",
    "zones",
]
