"""What materials an incident of a kind and size needs, and how units of stock compare."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from geodata.faults import UserError

from .demands import HAZARDS, hazard_class
from .incidents import INCIDENT_KINDS
from .rule_files import Row, read_rows, texts, unknown
from .substances import SUBSTANCES, substance

TABLE = Path(__file__).parent / "needs.toml"
NONE: list[str] = []
COLUMNS: Mapping[str, object] = {
    "item": str, "code": "", "unit": str, "names": NONE, "kinds": list, "hazards": list,
    "substances": NONE, "at_least": 0.0, "per_t": 0.0, "per_100": 0.0, "most": 0.0,
    "source": str, "verified": bool,
}  # fmt: skip
UNITS: Mapping[str, object] = {"small": str, "large": str, "factor": float}
SAME_UNIT: Mapping[str, str] = {
    "kg": "千克", "公斤": "千克", "g": "克", "t": "吨",
    "l": "升", "ml": "毫升", "m3": "立方米", "m³": "立方米", "方": "立方米",
}  # fmt: skip
"""Other ways to write a unit."""


@dataclass(frozen=True)
class Need:
    """One material and how much of it is needed, in whole units; the rule it follows from.

    ``unsized`` names what the amount would also grow with, but which is not known: "tonnes",
    "people".
    """

    item: str
    code: str
    names: tuple[str, ...]
    unit: str
    amount: int
    unsized: tuple[str, ...]
    source: str
    verified: bool


@dataclass(frozen=True)
class NeedTable:
    """The rules in the file's order, and how many of one unit are one of another."""

    rows: tuple[Row, ...]
    factors: Mapping[tuple[str, str], Fraction]


def load_needs(path: Path) -> NeedTable:
    """Return the rules of the file.

    Raises:
        UserError: with every fault of the file at once.

    """
    rows = read_rows(path, "need", COLUMNS)
    units = read_rows(path, "unit", UNITS)
    faults = [
        fault
        for row in rows
        for fault in (
            *unknown(path, "kinds", row["kinds"], list(INCIDENT_KINDS)),
            *unknown(path, "hazards", row["hazards"], [*HAZARDS, "none", "any"]),
            *unknown(path, "substances", row["substances"], list(SUBSTANCES)),
        )
    ]
    if faults:
        raise UserError(faults)
    return NeedTable(rows, MappingProxyType(_factors(units)))


def _factors(units: tuple[Row, ...]) -> dict[tuple[str, str], Fraction]:
    """Return what an amount in the first unit is multiplied by to be in the second, chains too."""
    found: dict[tuple[str, str], Fraction] = {}
    for row in units:
        factor = Fraction(row["factor"])
        if factor:
            found[row["large"], row["small"]] = factor
            found[row["small"], row["large"]] = 1 / factor
    for _ in units:
        chained = {
            (a, d): one * two
            for (a, b), one in found.items()
            for (c, d), two in found.items()
            if b == c and a != d
        }
        found = {**chained, **found}
    return found


_TABLE = load_needs(TABLE)


def plain_unit(unit: str) -> str:
    """Return the unit as the table writes it."""
    text = unit.strip()
    return SAME_UNIT.get(text.lower(), text)


def in_unit(amount: float, unit: str, wanted: str) -> float | None:
    """Return the amount in the wanted unit, ``None`` where the two do not convert."""
    one, two = plain_unit(unit), plain_unit(wanted)
    if one == two:
        return amount
    factor = _TABLE.factors.get((one, two))
    return None if factor is None else float(Fraction(amount) * factor)


def needs(
    kind: str, substance_key: str, *, tonnes: float | None, people: int | None
) -> tuple[Need, ...]:
    """Return what an incident of that kind and substance needs, in the table's order.

    Amounts never shrink with more tonnes or people; what is not known of the two adds nothing and
    is named. A material that several rows ask for is needed in the largest of their amounts.

    Raises:
        UserError: for a substance that no row declares.

    """
    hazard = hazard_class(substance(substance_key)) if substance_key else "none"
    found: dict[tuple[str, str], Need] = {}
    for row in _TABLE.rows:
        named = not row["substances"] or substance_key in row["substances"]
        asked = "any" in row["hazards"] or hazard in row["hazards"]
        if kind in row["kinds"] and asked and named:
            need = _need(row, tonnes, people)
            key = need.item, need.unit
            if need.amount and (key not in found or found[key].amount < need.amount):
                found[key] = need
    return tuple(found.values())


def _need(row: Row, tonnes: float | None, people: int | None) -> Need:
    asked = Fraction(row["at_least"])
    asked += Fraction(row["per_t"]) * Fraction(max(tonnes or 0.0, 0.0))
    asked += Fraction(row["per_100"]) * Fraction(max(people or 0, 0)) / 100
    most = Fraction(row["most"])
    unsized = (
        *(("tonnes",) if row["per_t"] and tonnes is None else ()),
        *(("people",) if row["per_100"] and people is None else ()),
    )
    return Need(
        item=row["item"],
        code=row["code"],
        names=texts(row, "names"),
        unit=row["unit"],
        amount=math.ceil(min(asked, most) if most else asked),
        unsized=unsized,
        source=row["source"],
        verified=row["verified"],
    )
