"""What is wrong with a rule pack, line by line, all at once."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from geodata.faults import Fault
from layers import CATALOG
from risk.rule_files import rule_fault

from .answers import DEFINITIONS

Units = Literal["district", "subdistrict", "community"]
Kind = Literal[
    "count_per_unit",
    "own_place",
    "coverage_share",
    "capacity_share",
    "people_per_place",
    "value_at_least",
    "value_at_most",
    "ratio_at_least",
    "distance_at_least",
]

TEXTS = ("key", "title_zh", "title_en", "source", "edition")
RULE_TEXTS = ("id", "title_zh", "title_en", "clause")
LAYERS = frozenset(spec.key for spec in CATALOG)
WITHIN = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?(m|km|min)")
MOST = 1e9

Check = Callable[[object], str | None]


def pack_faults(path: Path, document: Mapping[str, Any]) -> list[Fault]:
    """Return every fault of the document of a pack, none where it can be used."""
    faults = [rule_fault(path, key, wrong) for key in TEXTS if (wrong := _text(document.get(key)))]
    unknown = sorted(document.keys() - {*TEXTS, "rule"})
    faults += [rule_fault(path, key, "no such line") for key in unknown]
    rows = document.get("rule")
    if not isinstance(rows, list) or not rows:
        return [*faults, rule_fault(path, "rule", "no row [[rule]]")]
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        where = f"rule {number}"
        faults += [rule_fault(path, where + at, wrong) for at, wrong in _rule_faults(row)]
        name = str(row.get("id", "")) if isinstance(row, dict) else ""
        if name and name in seen:
            faults.append(rule_fault(path, f"{where}, id", f"{name!r} stands twice"))
        seen.add(name)
    return faults


def _rule_faults(row: object) -> Iterator[tuple[str, str]]:
    """Yield (place within the rule, what is wrong) of one rule."""
    if not isinstance(row, dict):
        yield "", "not a table"
        return
    for key in RULE_TEXTS:
        if wrong := _text(row.get(key)):
            yield f", {key}", wrong
    if not isinstance(row.get("verified"), bool):
        yield ", verified", "neither true nor false"
    if "source" in row and (wrong := _text(row["source"])):
        yield ", source", wrong
    needed = next((lines for kind, lines in KINDS.items() if kind == row.get("kind")), None)
    if needed is None:
        yield ", kind", f"{row.get('kind')!r} is none of {', '.join(KINDS)}"
        return
    for key in sorted(row.keys() - {*RULE_TEXTS, "kind", "verified", "source", *needed}):
        yield f", {key}", f"a rule of kind {row['kind']} has no such line"
    for key, check in needed.items():
        wrong = "missing" if key not in row else check(row[key])
        if wrong:
            yield f", {key}", wrong


def _text(value: object) -> str | None:
    return None if isinstance(value, str) and value.strip() else "text missing"


def _one_of(*known: str) -> Check:
    def check(value: object) -> str | None:
        return None if value in known else f"{value!r} is none of {', '.join(known)}"

    return check


def _number(low: float, high: float) -> Check:
    def check(value: object) -> str | None:
        right = isinstance(value, int | float) and not isinstance(value, bool)
        # No float of it: a whole number may be longer than any.
        inside = right and low <= value <= high  # type: ignore[operator]  # a number here
        return None if inside else f"not a number from {low:g} to {high:g}"

    return check


def _within(value: object) -> str | None:
    right = isinstance(value, str) and WITHIN.fullmatch(value)
    return None if right else 'not a distance or time such as "500m" or "10min"'


def _layers(value: object) -> str | None:
    if not isinstance(value, list) or not value:
        return "not a list of layers"
    wrong = [item for item in value if not isinstance(item, str) or item not in LAYERS]
    return f"no layer {wrong[0]!r}" if wrong else None


def _selections(value: object) -> str | None:
    if not isinstance(value, list) or not value:
        return "not a list of tables"
    return next((wrong for item in value if (wrong := _counted(item))), None)


def _one_selection(value: object) -> str | None:
    """Return what is wrong with the list of a kind that judges the rows of one table only."""
    if not isinstance(value, list) or len(value) != 1:
        return "not a list of one table"
    return _selection(value[0])


def _counted(value: object) -> str | None:
    """Return what is wrong with a table of which at least so many rows are asked."""
    if not isinstance(value, dict):
        return "not a table"
    least = value.get("at_least", 1)
    if not isinstance(least, int) or isinstance(least, bool) or least < 1:
        return "at_least: not a whole number from 1"
    return _selection({key: one for key, one in value.items() if key != "at_least"})


def _selection(value: object) -> str | None:
    if not isinstance(value, dict):
        return "not a table"
    if not isinstance(value.get("layer"), str) or value["layer"] not in LAYERS:
        return f"no layer {value.get('layer')!r}"
    extra = sorted(value.keys() - {"layer", "where"})
    if extra:
        return f"no such line: {extra[0]}"
    where = value.get("where", {})
    if not isinstance(where, dict) or not all(_is_texts(texts) for texts in where.values()):
        return "where: not a table of lists of texts"
    return None


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)


_UNITS = _one_of(*get_args(Units))
_VALUE = _number(0, MOST)
_PLACES: Mapping[str, Check] = {"needs": _one_selection, "units": _UNITS}

KINDS: Mapping[Kind, Mapping[str, Check]] = MappingProxyType(
    {
        "count_per_unit": {"needs": _selections, "units": _UNITS},
        "own_place": {"of": _selection, "needs": _one_selection, "within_m": _VALUE},
        "coverage_share": {
            "service": _text,
            "within": _within,
            "definition": _one_of(*DEFINITIONS),
            "share": _number(0, 1),
            "units": _UNITS,
        },
        "capacity_share": {**_PLACES, "column": _text, "share": _number(0, 100)},
        "people_per_place": {**_PLACES, "value": _number(1, MOST)},
        "value_at_least": {**_PLACES, "column": _text, "value": _VALUE},
        "value_at_most": {**_PLACES, "column": _text, "value": _VALUE},
        "ratio_at_least": {**_PLACES, "column": _text, "per": _text, "value": _VALUE},
        "distance_at_least": {**_PLACES, "layers": _layers, "value": _VALUE},
    }
)
"""What each kind of rule must state, and how each line is checked."""
