"""A record's public columns and child rows as a person reads them."""

from datetime import date

from desks.onemap import OneMap
from desks.records import Records, Value
from layers import LayerSpec
from layers.spec import ChildSpec

YEAR_DAYS = 365
UNSAID = frozenset({"id", "code", "name", "subdistrict", "community", "source", "last_verified"})


def facts(spec: LayerSpec, records: Records, row: int) -> tuple[tuple[str, str], ...]:
    """Return the public columns of a row that are worth a line, as (column key, text)."""
    texts = (
        (column.key, worded(records.value(column.key, row)))
        for column in spec.public_columns
        if column.key not in UNSAID
    )
    return tuple((key, text) for key, text in texts if text)


def worded(value: Value) -> str:
    """Return the value as a person reads it: whole numbers whole, lists parted by a sign."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "、".join(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)


def stock(onemap: OneMap, spec: LayerSpec, parent: str) -> tuple[tuple[str, str], ...]:
    """Return the child rows of a record as (what, how much with its unit), in the file's order.

    Children that no amount is kept of, such as agreements, are no stock.
    """
    lines: list[tuple[str, str]] = []
    for child in spec.children:
        key = f"{spec.key}.{child.key}"
        if key not in onemap.child_values:
            continue
        values = onemap.child_values[key]
        columns = _stock_columns(child)
        if columns is None:
            continue
        what, amount, unit = columns
        for row in onemap.child_rows[key].get(parent, ()):
            number = worded(values[amount][row]) or "?"
            measure = worded(values["unit"][row]) if "unit" in values else unit
            lines.append((worded(values[what][row]), f"{number} {measure}".strip()))
    return tuple(lines)


def _stock_columns(child: ChildSpec) -> tuple[str, str, str] | None:
    """Return the columns that name the thing and its amount, and the amount's declared unit.

    ``None`` of a child that has none of them.
    """
    amount = next((column for column in child.columns if column.kind == "number"), None)
    named = (
        column
        for column in child.columns
        if column.required and column.kind == "text" and column.key != child.parent_column
    )
    what = next(named, None)
    return None if amount is None or what is None else (what.key, amount.key, amount.unit)


def is_stale(last_verified: str, as_of: date | None) -> bool:
    """Return whether a record was not verified within the year before the registers' date.

    Exactly 365 days is within. Without a date of verification it is stale; without a date of the
    registers, which only happens where no record has one, there is nothing to compare.
    """
    if not last_verified or as_of is None:
        return True
    return (as_of - date.fromisoformat(last_verified)).days > YEAR_DAYS
