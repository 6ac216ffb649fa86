"""Whom to call: read from the register at drawing, never kept."""

from collections.abc import Collection
from dataclasses import dataclass

from geodata.store import WHOLE, Scope, Store

Key = tuple[str, str]
"""Layer and id of a record."""


@dataclass(frozen=True)
class Contact:
    """The person answering for a record and the phone, "" where not on file."""

    contact: str
    phone: str


def contacts(store: Store, layer: str, ids: Collection[str]) -> dict[str, Contact]:
    """Return the contacts of these records by id; a record without any is left out."""
    found = contacts_of(store, [(layer, record_id) for record_id in ids])
    return {record_id: contact for (_, record_id), contact in found.items()}


def contacts_of(store: Store, keys: Collection[Key]) -> dict[Key, Contact]:
    """Return the contacts of records of several layers by (layer, id); without any, left out."""
    return {
        key: Contact(columns.get("contact", ""), columns.get("phone", ""))
        for key, columns in personal_of(store, keys).items()
    }


def personal_of(
    store: Store, keys: Collection[Key], *, scope: Scope = WHOLE
) -> dict[Key, dict[str, str]]:
    """Return the personal columns that are filled in, by (layer, id) in the order asked.

    For the program itself: what a person may have of them says ``masking.personal_for``.
    """
    told = store.personal_of(list(keys), scope=scope)
    found = {key: {c: text for c, text in columns.items() if text} for key, columns in told.items()}
    return {key: found[key] for key in keys if found.get(key)}
