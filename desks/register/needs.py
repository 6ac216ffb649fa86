"""What a subdistrict should hold by its residents, and what it holds: rules are data."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from desks.onemap import OneMap
from desks.records import Value
from geodata.faults import Fault, UserError
from language import say
from layers import LayerSpec

DEFAULT_FILE = Path(__file__).parent / "needs.toml"
RESIDENTS = 10_000
_TEXTS = ("key", "title_zh", "title_en", "unit", "source")


@dataclass(frozen=True)
class Need:
    """One thing asked for: ``per_10k`` of ``units`` for 10,000 residents at night.

    Counted is the sum of ``column`` over the layers of ``purpose``, or usable stock whose item
    names one of ``items``.
    """

    key: str
    title_zh: str
    title_en: str
    units: tuple[str, ...]
    per_10k: float
    source: str
    verified: bool
    purpose: str = ""
    column: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Needs:
    """The table of needs, with the version that its file states."""

    version: str
    rows: tuple[Need, ...]


@dataclass(frozen=True)
class StockLine:
    """One line of a store's stock; ``parent`` is (layer, id), ``code`` its subdistrict's."""

    parent: tuple[str, str]
    code: str
    item_code: str
    item: str
    quantity: float
    unit: str
    expiry: str

    def usable(self, as_of: date | None) -> bool:
        """Return whether some is there and not past its day; the day itself is in time."""
        past = bool(self.expiry) and as_of is not None and self.expiry < as_of.isoformat()
        return self.quantity > 0 and not past


@dataclass(frozen=True)
class Held:
    """What a subdistrict has of a need: the amount, and the records that hold it."""

    need: Need
    have: float
    rows: tuple[tuple[str, str], ...]

    def share(self, residents: int) -> float:
        """Return 0 to 1, 1 where everything asked for is there."""
        asked = self.need.per_10k * residents / RESIDENTS
        return min(1.0, self.have / asked) if asked else 1.0


def load_needs(path: Path = DEFAULT_FILE) -> Needs:
    """Return the table of needs.

    Raises:
        UserError: naming every line of the file that cannot be used.

    """
    mend = say("Correct the file, or take the one that came with the program.")
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = say("The file cannot be read: {detail}.", detail=str(error))
        raise UserError([Fault(path.name, problem, mend)]) from error
    held = told.get("need", [])
    entries: list[dict[str, Any]] = held if isinstance(held, list) else []
    bad = [number for number, entry in enumerate(entries, start=1) if not _is_need(entry)]
    faults = [
        Fault(path.name, say("Entry {number} is no need.", number=number), mend) for number in bad
    ]
    if not entries or not isinstance(told.get("version"), str):
        faults.append(Fault(path.name, say("The table of needs is empty or has no version."), mend))
    if faults:
        raise UserError(faults)
    return Needs(told["version"], tuple(map(_need, entries)))


def _is_need(entry: object) -> bool:
    if not isinstance(entry, dict) or not all(isinstance(entry.get(k), str) for k in _TEXTS):
        return False
    amount, items = entry.get("per_10k"), entry.get("items", [])
    summed = isinstance(entry.get("purpose"), str) and isinstance(entry.get("column"), str)
    listed = isinstance(items, list) and bool(items) and all(isinstance(i, str) for i in items)
    positive = isinstance(amount, int | float) and not isinstance(amount, bool) and amount > 0
    return positive and isinstance(entry.get("verified"), bool) and summed != listed


def _need(entry: dict[str, Any]) -> Need:
    return Need(
        key=entry["key"],
        title_zh=entry["title_zh"],
        title_en=entry["title_en"],
        units=tuple(entry["unit"].split("|")),
        per_10k=float(entry["per_10k"]),
        source=entry["source"],
        verified=entry["verified"],
        purpose=entry.get("purpose", ""),
        column=entry.get("column", ""),
        items=tuple(entry.get("items", ())),
    )


def stock_lines(onemap: OneMap) -> tuple[StockLine, ...]:
    """Return the stock of every layer that keeps some, in the order of the tables."""
    return tuple(
        line
        for spec in onemap.layers_for("supply")
        for child in spec.children
        if f"{spec.key}.{child.key}" in onemap.child_values
        for line in _lines(onemap, spec, child.key, child.parent_column)
    )


def _lines(onemap: OneMap, spec: LayerSpec, child: str, parent_column: str) -> Iterator[StockLine]:
    values = onemap.child_values[f"{spec.key}.{child}"]
    records = onemap.records[spec.key]
    rows = {record_id: row for row, record_id in enumerate(records.ids)}
    if not {"item", "quantity"} <= set(values):
        return
    for at, parent in enumerate(values[parent_column]):
        row = rows.get(str(parent))
        quantity = values["quantity"][at]
        yield StockLine(
            parent=(spec.key, str(parent)),
            code="" if row is None else records.text("subdistrict_code", row),
            item_code=_text(values.get("item_code"), at),
            item=_text(values["item"], at),
            quantity=float(quantity) if isinstance(quantity, int | float) else 0.0,
            unit=_text(values.get("unit"), at),
            expiry=_text(values.get("expiry"), at),
        )


def _text(column: tuple[Value, ...] | None, at: int) -> str:
    value = None if column is None else column[at]
    return "" if value is None else str(value)


def held(
    onemap: OneMap, needs: Iterable[Need], lines: Iterable[StockLine], code: str, as_of: date | None
) -> tuple[Held, ...]:
    """Return what the subdistrict has of each need, in their order."""
    own = [line for line in lines if line.code == code and line.usable(as_of)]
    return tuple(
        _of_stock(need, own) if need.items else _of_records(onemap, need, code) for need in needs
    )


def _of_stock(need: Need, own: list[StockLine]) -> Held:
    fitting = [
        line
        for line in own
        if line.unit in need.units and any(word in line.item for word in need.items)
    ]
    parents = dict.fromkeys(line.parent for line in fitting)
    return Held(need, sum(line.quantity for line in fitting), tuple(parents))


def _of_records(onemap: OneMap, need: Need, code: str) -> Held:
    have, rows = 0, []
    for spec in onemap.layers_for(need.purpose):
        records = onemap.records[spec.key]
        for row, record_id in enumerate(records.ids):
            number = records.whole(need.column, row)
            if number and records.text("subdistrict_code", row) == code:
                have += number
                rows.append((spec.key, record_id))
    return Held(need, float(have), tuple(rows))
