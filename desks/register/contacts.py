"""Whom to call: read from the district's own file at drawing, never kept."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from desks.onemap import CONTACTS


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
