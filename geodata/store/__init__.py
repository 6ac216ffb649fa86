"""Features with their whole history: one hash-chained store on SQLite or PostgreSQL."""

from .editing import StaleEdit
from .exchange import Merged
from .records import KEEP, Author, Change, Conflict, Event, Feature, Head, Keep
from .rows import link_of
from .scope import EVERY, NOTHING, WHOLE, Belonging, LayerScope, Rows, Scope
from .store import ERASED, Store, create_store, open_store, restore
from .verifying import Verdict

__all__ = [
    "ERASED",
    "EVERY",
    "KEEP",
    "NOTHING",
    "WHOLE",
    "Author",
    "Belonging",
    "Change",
    "Conflict",
    "Event",
    "Feature",
    "Head",
    "Keep",
    "LayerScope",
    "Merged",
    "Rows",
    "Scope",
    "StaleEdit",
    "Store",
    "Verdict",
    "create_store",
    "link_of",
    "open_store",
    "restore",
]
