"""Who must drill how often: a table that a district edits, and its periods of the calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

from desks.command.rule_checks import texts
from geodata.faults import Fault, UserError
from layers import CATALOG, LayerSpec
from risk.rule_files import Row, read_rows, rule_fault, unknown

TABLE = Path(__file__).parent / "drill_rules.toml"
DISTRICT = "district"
DRILLS = "drill"
"""The key of the child table in which a layer keeps its drills."""

PERIODS: Mapping[str, int] = MappingProxyType(
    {"month": 1, "quarter": 3, "half": 6, "year": 12, "two_years": 24}
)
"""Months of each period; all begin with a January."""

_COLUMNS: Mapping[str, object] = {
    "key": str,
    "title": str,
    "layer": str,
    "where": {},
    "subjects": list,
    "period": str,
    "plan": bool,
    "source": str,
    "verified": bool,
}


@dataclass(frozen=True)
class DrillRule:
    """One line of drill_rules.toml, which says what each of them means."""

    key: str
    title: str
    layer: str
    where: Mapping[str, tuple[str, ...]]
    subjects: tuple[str, ...]
    period: str
    plan: bool
    source: str
    verified: bool

    def number(self, day: date) -> int:
        """Return the number of the period that holds the day; the next has the next number."""
        return (day.year * 12 + day.month - 1) // PERIODS[self.period]

    def last_day(self, number: int) -> date:
        """Return the last day of the period of that number."""
        months = (number + 1) * PERIODS[self.period]
        return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def load_drill_rules(path: Path = TABLE) -> tuple[DrillRule, ...]:
    """Return the rules of the file.

    Raises:
        UserError: with every fault of the file at once, naming the line.

    """
    rows = read_rows(path, "rule", _COLUMNS)
    faults = [fault for row in rows for fault in _faults(path, row)]
    keys = [row["key"] for row in rows]
    faults += [rule_fault(path, key, "stands twice") for key in set(keys) if keys.count(key) > 1]
    if faults:
        raise UserError(faults)
    return tuple(_rule(row) for row in rows)


def _rule(row: Row) -> DrillRule:
    where = MappingProxyType({key: tuple(values) for key, values in row["where"].items()})
    told = {key: row[key] for key in _COLUMNS if key not in ("where", "subjects")}
    return DrillRule(where=where, subjects=tuple(row["subjects"]), **told)


def _faults(path: Path, row: Row) -> list[Fault]:
    specs = {spec.key: spec for spec in CATALOG}
    faults = unknown(path, f"{row['key']}, period", [row["period"]], tuple(PERIODS))
    faults += unknown(path, f"{row['key']}, layer", [row["layer"]], (DISTRICT, *specs))
    spec = specs.get(row["layer"])
    columns = () if spec is None else tuple(column.key for column in spec.public_columns)
    for column, values in row["where"].items():
        if spec is not None or row["layer"] == DISTRICT:
            faults += unknown(path, f"{row['key']}, where", [column], columns)
        if texts(values) is None:
            faults.append(rule_fault(path, f"{row['key']}, where, {column}", "not a list of texts"))
    if spec is not None:
        faults += _subject_faults(path, row, spec)
    return faults


def _subject_faults(path: Path, row: Row, spec: LayerSpec) -> list[Fault]:
    """Return a fault for a subject that no line of the layer's own table could have."""
    own = next((child for child in spec.children if child.key == DRILLS), None)
    if own is None:
        return []
    choices = next(column.choices for column in own.columns if column.key == "subject")
    return unknown(path, f"{row['key']}, subjects", row["subjects"], choices) if choices else []
