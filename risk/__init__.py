"""How bad it is: kinds of incident and what each asks of a team."""

from .incidents import (
    INCIDENT_KINDS,
    IncidentKind,
    assumed_kind,
    incident_kind,
    load_incident_kinds,
)
from .suitability import Suitability, judge

__all__ = [
    "INCIDENT_KINDS",
    "IncidentKind",
    "Suitability",
    "assumed_kind",
    "incident_kind",
    "judge",
    "load_incident_kinds",
]
