"""How many rows lie where; the parts always add up to the whole."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from desks.onemap import OneMap


@dataclass(frozen=True)
class Counts:
    """Rows per subdistrict code (every code, 0 included, by code), outside all, and unplaced.

    ``total == sum(by_code.values()) + outside + without_position``, always.
    """

    by_code: Mapping[str, int]
    outside: int
    without_position: int
    total: int


def counts_by_subdistrict(
    onemap: OneMap, layer: str, *, column: str = "", choice: str = ""
) -> Counts:
    """Return the counts of a layer's rows, of those with ``choice`` in ``column`` where given.

    Raises:
        KeyError: for a layer that the district does not have.

    """
    records = onemap.records[layer]
    chosen = [
        row
        for row in range(len(records.ids))
        if not column or _holds(records.value(column, row), choice)
    ]
    codes = Counter(records.text("subdistrict_code", row) for row in chosen if records.placed[row])
    units = onemap.records["subdistrict"].ids if "subdistrict" in onemap.records else ()
    return Counts(
        by_code=MappingProxyType({code: codes[code] for code in sorted(units)}),
        outside=codes[""],
        without_position=sum(not records.placed[row] for row in chosen),
        total=len(chosen),
    )


def counts_by_choice(onemap: OneMap, layer: str, column: str) -> Mapping[str, int]:
    """Return how many rows hold each value of a column, "" for none, the most frequent first.

    Raises:
        KeyError: for a layer or column that the district does not have.

    """
    counter: Counter[str] = Counter()
    for value in onemap.records[layer].columns[column]:
        counter.update(value if isinstance(value, tuple) else [str(value or "")])
    return MappingProxyType(dict(sorted(counter.items(), key=lambda item: (-item[1], item[0]))))


def units_of(onemap: OneMap) -> tuple[tuple[str, str], ...]:
    """Return code and name of every subdistrict, by code."""
    units = onemap.records.get("subdistrict")
    return tuple(sorted(zip(units.ids, units.names, strict=True))) if units else ()


def _holds(value: object, choice: str) -> bool:
    return choice in value if isinstance(value, tuple) else value == choice
