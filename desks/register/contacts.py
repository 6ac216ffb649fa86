"""Whom to call: read from the district's own file at drawing, never kept."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from desks.folder import CONTACTS

Key = tuple[str, str]
"""Layer and id of a record."""


@dataclass(frozen=True)
class Contact:
    """The person answering for a record and the phone, "" where not on file."""

    contact: str
    phone: str


def contacts(folder: Path, layer: str, ids: Collection[str]) -> dict[str, Contact]:
    """Return the contacts of these records by id; a record without any is left out."""
    wanted = [("layer", "=", layer), ("id", "in", list(ids))]
    if not ids:
        return {}
    table = pq.read_table(folder / CONTACTS, filters=wanted)
    return {
        str(row["id"]): Contact(str(row["contact"] or ""), str(row["phone"] or ""))
        for row in table.to_pylist()
    }


def contacts_of(folder: Path, keys: Collection[Key]) -> dict[Key, Contact]:
    """Return the contacts of records of several layers by (layer, id), from one reading."""
    return {
        key: Contact(columns.get("contact", ""), columns.get("phone", ""))
        for key, columns in personal_of(folder, keys).items()
    }


def personal_of(folder: Path, keys: Collection[Key]) -> dict[Key, dict[str, str]]:
    """Return the personal columns that are filled in, by (layer, id), from one reading.

    For the program itself: what a person may have of them says ``masking.personal_for``.
    """
    if not keys:
        return {}
    wanted = [("layer", "in", sorted({key for key, _ in keys}))]
    wanted.append(("id", "in", sorted({record_id for _, record_id in keys})))
    rows = pq.read_table(folder / CONTACTS, filters=wanted).to_pylist()
    found = {
        (str(row["layer"]), str(row["id"])): {
            str(column): str(text)
            for column, text in row.items()
            if column not in {"layer", "id"} and text
        }
        for row in rows
    }
    return {key: found[key] for key in keys if key in found}
