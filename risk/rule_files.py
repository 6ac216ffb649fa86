"""Reading rule files that their users may edit: what is wrong is named, line by line."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from geodata.faults import Fault, UserError
from language import say

Row = Mapping[str, Any]


def read_rules(path: Path) -> Mapping[str, Any]:
    """Return the document of a TOML file.

    Raises:
        UserError: where the file cannot be read or is no TOML, with the place.

    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:  # of what is no text, no TOML, too deep
        raise UserError([rule_fault(path, "", str(error))]) from error


def read_rows(path: Path, name: str, columns: Mapping[str, object]) -> tuple[Row, ...]:
    """Return the rows ``[[name]]`` with every column; what a row leaves out is as ``columns`` say.

    A column whose value in ``columns`` is a type must be there and be of that type; any other
    value is what stands for it where it is left out, and tells its type.

    Raises:
        UserError: with every fault of the file at once, naming row and column.

    """
    rows = read_rules(path).get(name)
    if not isinstance(rows, list) or not rows:
        raise UserError([rule_fault(path, name, f"no row [[{name}]]")])
    faults: list[Fault] = []
    for number, row in enumerate(rows, start=1):
        faults += _row_faults(path, f"{name} {number}", row, columns)
    if faults:
        raise UserError(faults)
    left_out = {key: value for key, value in columns.items() if not isinstance(value, type)}
    return tuple({**left_out, **row} for row in rows)


def _row_faults(path: Path, where: str, row: object, columns: Mapping[str, object]) -> list[Fault]:
    if not isinstance(row, dict):
        return [rule_fault(path, where, "not a table")]
    faults = [rule_fault(path, f"{where}, {key}", "no such line") for key in row.keys() - columns]
    for key, value in columns.items():
        wanted = value if isinstance(value, type) else type(value)
        if key in row and not _is_a(row[key], wanted):
            faults.append(rule_fault(path, f"{where}, {key}", f"not a {wanted.__name__}"))
        elif key not in row and isinstance(value, type):
            faults.append(rule_fault(path, f"{where}, {key}", "missing"))
    return faults


def _is_a(value: object, wanted: type) -> bool:
    """Return whether the value may stand for the type: a list of texts, a number not below zero."""
    if wanted is list:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if wanted in {int, float}:
        whole = isinstance(value, int) and not isinstance(value, bool)
        number = whole or (wanted is float and isinstance(value, float))
        return number and 0 <= float(value) < float("inf")  # type: ignore[arg-type]  # a number here
    if wanted is str:
        return isinstance(value, str) and bool(value)
    return isinstance(value, wanted)


def texts(row: Row, key: str) -> tuple[str, ...]:
    """Return a list of texts of the row."""
    return tuple(row[key])


def unknown(path: Path, key: str, values: Sequence[str], known: Sequence[str]) -> list[Fault]:
    """Return a fault for each value that is none of those known."""
    listed = ", ".join(known)
    return [
        rule_fault(path, key, f"{value!r} is none of {listed}")
        for value in values
        if value not in known
    ]


def rule_fault(path: Path, where: str, detail: str) -> Fault:
    """Return what is wrong at a place of the file, and how to mend it."""
    return Fault(
        file=path.name,
        column=where,
        problem=say("The rules cannot be used: {detail}.", detail=detail),
        mend=say("Mend this line, or put back the file that came with the program."),
    )
