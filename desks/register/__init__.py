"""The registers: rows, counts, one record, search, how far they can be trusted, contacts."""

from .contacts import Contact, contacts, contacts_of
from .counts import Counts, counts_by_choice, counts_by_subdistrict
from .rows import Record, lacking, record, rows
from .search import SearchEntry, search, search_entries
from .trust import Trust, trust
from .wording import facts, is_stale, stock, worded

__all__ = [
    "Contact",
    "Counts",
    "Record",
    "SearchEntry",
    "Trust",
    "contacts",
    "contacts_of",
    "counts_by_choice",
    "counts_by_subdistrict",
    "facts",
    "is_stale",
    "lacking",
    "record",
    "rows",
    "search",
    "search_entries",
    "stock",
    "trust",
    "worded",
]
