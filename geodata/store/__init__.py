"""Features with their whole history: one hash-chained store on SQLite or PostgreSQL."""

from .records import KEEP, Author, Change, Event, Feature, Head, Keep
from .scope import EVERY, NOTHING, WHOLE, LayerScope, Rows, Scope

__all__ = [
    "EVERY",
    "KEEP",
    "NOTHING",
    "WHOLE",
    "Author",
    "Change",
    "Event",
    "Feature",
    "Head",
    "Keep",
    "LayerScope",
    "Rows",
    "Scope",
]
