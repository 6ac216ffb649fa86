"""Holding an edited rule file to its shape: every line of another kind is named at once."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geodata.faults import Fault, UserError

from .rule_files import read_rules, rule_fault

Shape = Any
"""``str``, ``bool``, ``int`` or ``float`` (any finite number), a set of texts to choose from, a
list with the shape of each item, or a mapping with the shape of each key."""


def read_shaped(path: Path, shape: Mapping[str, Shape]) -> Mapping[str, Any]:
    """Return the document of a TOML file that has exactly this shape.

    Raises:
        UserError: where it cannot be read, with every line that lacks, is too much or differs.

    """
    document = read_rules(path)
    faults = _faults(path, "", document, shape)
    if faults:
        raise UserError(faults)
    return document


def _faults(path: Path, where: str, value: object, shape: Shape) -> list[Fault]:
    if isinstance(shape, Mapping):
        return _table_faults(path, where, value, shape)
    if isinstance(shape, list):
        return _list_faults(path, where, value, shape[0])
    chosen = isinstance(shape, set | frozenset)
    if chosen and not (isinstance(value, str) and value in shape):
        return [rule_fault(path, where, f"{value!r} is none of {', '.join(sorted(shape))}")]
    if not chosen and not _is_a(value, shape):
        return [rule_fault(path, where, f"not a {shape.__name__}")]
    return []


def _list_faults(path: Path, where: str, value: object, shape: Shape) -> list[Fault]:
    if not isinstance(value, list) or not value:
        return [rule_fault(path, where, "not a list with items")]
    return [
        fault
        for number, item in enumerate(value, start=1)
        for fault in _faults(path, f"{where} {number}", item, shape)
    ]


def _table_faults(path: Path, where: str, value: object, shape: Mapping[str, Shape]) -> list[Fault]:
    if not isinstance(value, dict):
        return [rule_fault(path, where, "not a table")]
    at = f"{where}, " if where else ""
    faults = [rule_fault(path, f"{at}{key}", "missing") for key in shape if key not in value]
    faults += [rule_fault(path, f"{at}{key}", "no such line") for key in value if key not in shape]
    for key in shape:
        if key in value:
            faults += _faults(path, f"{at}{key}", value[key], shape[key])
    return faults


def _is_a(value: object, wanted: type) -> bool:
    if wanted is float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and math.isfinite(value)  # type: ignore[arg-type]  # a number here
    if wanted is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, wanted)
