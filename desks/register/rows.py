"""A layer as a table, and one record of it."""

import unicodedata
from dataclasses import dataclass

import pandas as pd

from desks.onemap import OneMap
from desks.spelling import spell
from layers import layer as layer_spec

from .wording import facts, is_stale, stock, worded


@dataclass(frozen=True)
class Record:
    """One row of a layer for a pop-up or a paper: nothing personal is in it.

    ``at_deg`` is longitude and latitude, ``None`` without a position; ``facts`` are (column key,
    text), ``stock`` is (what, how much).
    """

    layer: str
    id: str
    name: str
    at_deg: tuple[float, float] | None
    subdistrict: str
    community: str
    facts: tuple[tuple[str, str], ...]
    stock: tuple[tuple[str, str], ...]
    last_verified: str
    stale: bool


def rows(onemap: OneMap, layer: str, *, text: str = "") -> pd.DataFrame:
    """Return the layer's public columns as texts and numbers, indexed by id, in file order.

    ``subdistrict`` and ``community`` are the names of the units that a row lies in, as the map
    has it. ``text`` keeps the rows that hold it in any column, or whose name is spelled so in
    pinyin or initials.

    Raises:
        KeyError: for a layer that the district does not have.

    """
    spec = layer_spec(layer)
    records = onemap.records[layer]
    columns = [c.key for c in spec.public_columns if c.key in records.columns]
    columns = [key for key in columns if key not in {"subdistrict", "community"}]
    table = pd.DataFrame({key: _cells(records.columns[key]) for key in columns}, index=records.ids)
    table.index.name = "id"
    for unit in ("subdistrict", "community"):
        if f"{unit}_code" in records.columns and unit != layer:
            table[unit] = [
                unit_name(onemap, unit, code) for code in records.columns[f"{unit}_code"]
            ]
    return table[[_matches(onemap, layer, row, text) for row in range(len(table))]]


def record(onemap: OneMap, layer: str, record_id: str) -> Record:
    """Return one record.

    Raises:
        KeyError: for a layer or id that the district does not have.

    """
    spec, records = layer_spec(layer), onemap.records[layer]
    row = onemap.row_of(layer, record_id)
    at_deg = onemap.to_degrees(*map(float, records.xy_m[row])) if records.placed[row] else None
    verified = records.text("last_verified", row)
    return Record(
        layer=layer,
        id=record_id,
        name=records.names[row],
        at_deg=at_deg,
        subdistrict=unit_name(onemap, "subdistrict", records.text("subdistrict_code", row)),
        community=unit_name(onemap, "community", records.text("community_code", row)),
        facts=facts(spec, records, row),
        stock=stock(onemap, spec, record_id),
        last_verified=verified,
        stale=is_stale(verified, onemap.as_of),
    )


def lacking(onemap: OneMap, layer: str) -> dict[str, tuple[str, ...]]:
    """Return the names of rows without ``position``, ``phone`` and ``contact`` (row S0-1).

    Raises:
        KeyError: for a layer that the district does not have.

    """
    records = onemap.records[layer]
    every = range(len(records.ids))
    found = {"position": tuple(records.names[row] for row in every if not records.placed[row])}
    for what in ("phone", "contact"):
        if f"has_{what}" in records.columns:
            told = records.columns[f"has_{what}"]
            found[what] = tuple(records.names[row] for row in every if not told[row])
    return found


def unit_name(onemap: OneMap, unit: str, code: object) -> str:
    """Return the name of the unit with that code, "" for none."""
    if not code or unit not in onemap.records:
        return ""
    return onemap.records[unit].names[onemap.row_of(unit, str(code))]


def _cells(values: tuple[object, ...]) -> list[object]:
    """Return the values with lists as one text each."""
    return [worded(value) if isinstance(value, tuple) else value for value in values]


def _matches(onemap: OneMap, layer: str, row: int, text: str) -> bool:
    wanted = unicodedata.normalize("NFKC", text).strip().lower()
    if not wanted:
        return True
    records = onemap.records[layer]
    held = (worded(values[row]).lower() for values in records.columns.values())
    if any(wanted in cell for cell in held):
        return True
    pinyin, initials = spell(records.names[row])
    return wanted.replace(" ", "") in pinyin or initials.startswith(wanted)
