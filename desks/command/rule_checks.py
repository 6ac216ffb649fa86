"""What every table of the desk's rule files must have: a source, and numbers within their range."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geodata.faults import Fault, UserError
from risk.rule_files import read_rules, rule_fault


def cited_numbers(
    path: Path, where: str, keys: Mapping[str, tuple[float, float]]
) -> Mapping[str, Any]:
    """Return the file's one table of that name: its source, whether verified, and these numbers.

    Raises:
        UserError: with every fault of the table at once, naming the line.

    """
    row = read_rules(path).get(where)
    faults = cited_faults(path, where, row) + number_faults(path, where, row, keys)
    if faults or row is None:
        raise UserError(faults)
    table: Mapping[str, Any] = row
    return table


def cited_faults(path: Path, where: str, row: object) -> list[Fault]:
    """Return the faults of a table that must name its source and whether that is verified."""
    if not isinstance(row, dict):
        return [rule_fault(path, where, "not a table")]
    faults = []
    if not isinstance(row.get("source"), str) or not row["source"]:
        faults.append(rule_fault(path, f"{where}, source", "text missing"))
    if not isinstance(row.get("verified"), bool):
        faults.append(rule_fault(path, f"{where}, verified", "neither true nor false"))
    return faults


def number_faults(
    path: Path, where: str, row: object, keys: Mapping[str, tuple[float, float]]
) -> list[Fault]:
    """Return a fault for each key that is no number within its range, both ends included."""
    given = row if isinstance(row, dict) else {}
    return [
        rule_fault(path, f"{where}, {key}", f"not a number from {low:g} to {high:g}")
        for key, (low, high) in keys.items()
        if not is_number(given.get(key), low, high)
    ]


def is_number(value: object, low: float, high: float) -> bool:
    """Return whether the value is a number from low to high; true and NaN are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def texts(value: object) -> tuple[str, ...] | None:
    """Return a list of texts as a tuple, ``None`` where it is something else."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return None
    return tuple(value)
