"""Whom to call, as a viewer gets it: masked until somebody asks, and who asked is in the chain.

Why one press shows every number of an incident: whoever runs it calls a dozen people in the first
minutes, and a mask that costs a press each time is switched off for good, or the list is printed
beforehand. So numbers are masked while nothing happens and on a wall that visitors see; one press
opens all that the incident's brief draws until it is closed, and stands in the chain once for each
place, with the records. That a log cannot be written (disk full) never withholds a number in an
incident: it is said on the page instead. While nothing happens, no log means no number.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from desks.onemap import OneMap
from geodata.store import Author, Event, Store

from .contacts import personal_of
from .roles import Viewer, allowed, reach

HIDDEN = "••••"
NAME_REST = "••"
SHORTEST_NUMBER = 7
PREFIX = 3
NAMES = frozenset({"contact", "responsible_person"})
LOCAL = "local"
"""Who writes on a machine without login: whoever sits before it."""

Key = tuple[str, str]
"""Layer and id of a record."""


@dataclass(frozen=True)
class Personal:
    """The personal columns of one record that are filled in, as this viewer gets them.

    ``masked`` says that they are hidden now, ``may_unmask`` that this viewer could have them.
    """

    columns: Mapping[str, str]
    masked: bool
    may_unmask: bool


def personal_for(
    store: Store,
    onemap: OneMap,
    viewer: Viewer,
    keys: Collection[Key],
    *,
    unmasked: Collection[Key] = (),
) -> dict[Key, Personal]:
    """Return the personal columns of these records; a record without any is left out.

    Those ``unmasked`` are in clear where the viewer may have them, all others are masked here,
    before they go anywhere.
    """
    found = personal_of(store, keys)
    made = {}
    for key, columns in found.items():
        may = may_unmask(onemap, viewer, key)
        clear = may and key in unmasked
        shown = columns if clear else {c: masked(c, text) for c, text in columns.items()}
        made[key] = Personal(MappingProxyType(dict(shown)), masked=not clear, may_unmask=may)
    return made


def may_unmask(onemap: OneMap, viewer: Viewer, key: Key) -> bool:
    """Return whether the viewer may read the personal columns of the record."""
    layer, record_id = key
    if not allowed(viewer, layer, "unmask"):
        return False
    if reach(viewer, layer, "unmask") == "all" or not viewer.subdistrict:
        return True
    try:
        records, row = onemap.records[layer], onemap.row_of(layer, record_id)
    except KeyError:
        return False
    if records.placed[row]:
        return records.text("subdistrict_code", row) == viewer.subdistrict
    return records.text("subdistrict", row) in _names(onemap, viewer.subdistrict)


def unmask(
    store: Store, onemap: OneMap, viewer: Viewer, keys: Collection[Key], why: str
) -> tuple[frozenset[Key], Event | None]:
    """Return those of the records that the viewer may have in clear, and the event that says so.

    Raises:
        UserError: where the event could not be written.

    """
    may = frozenset(key for key in keys if may_unmask(onemap, viewer, key))
    if not may:
        return may, None
    author = Author(viewer.subject or LOCAL, why)
    body = {"records": [list(key) for key in sorted(may)], "map": onemap.stamp}
    layer, record_id = next(iter(may)) if len(may) == 1 else ("", "")
    return may, store.note(author, "unmask", body, layer=layer, id=record_id)


def masked(column: str, text: str) -> str:
    """Return what of a personal column may stand on any screen.

    The first three digits of a number (which are its area's or its network's), the first letter
    of a name, nothing of an address; never how long the rest is.
    """
    if not text:
        return ""
    if column == "phone":
        digits = [sign for sign in text if sign.isascii() and sign.isdigit()]
        return f"{''.join(digits[:PREFIX])}-{HIDDEN}" if len(digits) >= SHORTEST_NUMBER else HIDDEN
    if column in NAMES:
        return text.strip()[:1] + NAME_REST
    return HIDDEN


def _names(onemap: OneMap, code: str) -> frozenset[str]:
    """Return what a record may call the subdistrict of that code: its code and its name."""
    units = onemap.records.get("subdistrict")
    if units is None or code not in units.ids:
        return frozenset()
    return frozenset({code, units.names[onemap.row_of("subdistrict", code)]})
