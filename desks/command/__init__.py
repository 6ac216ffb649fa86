"""The brief: who gets there, and when, by which way, and what lies around."""

from .brief import situation_brief
from .change import compare
from .document import brief_document
from .situation import (
    Answerable,
    Caution,
    Change,
    Closures,
    Incident,
    Nearby,
    Place,
    Point,
    Responder,
    Route,
    SituationBrief,
)

__all__ = [
    "Answerable",
    "Caution",
    "Change",
    "Closures",
    "Incident",
    "Nearby",
    "Place",
    "Point",
    "Responder",
    "Route",
    "SituationBrief",
    "brief_document",
    "compare",
    "situation_brief",
]
