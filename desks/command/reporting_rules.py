"""The rule pack of reports, bulletins and hand-entered wind, read from a file users may edit."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from geodata.faults import Fault, UserError
from language import say

RULES = Path(__file__).with_name("reporting.toml")
AFTER = ("opened", "last_report", "closed")
Row = TypeVar("Row", "Stage", "Colour")


@dataclass(frozen=True)
class Stage:
    """One stage of reporting: due ``within_min`` minutes after that moment."""

    key: str
    title_zh: str
    title_en: str
    after: str
    within_min: int
    repeats: bool
    source: str
    clause: str
    verified: bool


@dataclass(frozen=True)
class Colour:
    """One colour of warning: its grade, for how many hours it holds, and CAP's words for it."""

    key: str
    title_zh: str
    title_en: str
    grade_zh: str
    grade_en: str
    valid_h: int
    urgency: str
    severity: str
    source: str
    verified: bool


@dataclass(frozen=True)
class ReportingRules:
    """The rule pack; ``wind_max_age_min`` is how old a reading may be and still be used."""

    version: str
    wind_max_age_min: int
    stages: Mapping[str, Stage]
    colours: Mapping[str, Colour]
    contents_source: str
    contents_clause: str


def load_reporting_rules(path: Path) -> ReportingRules:
    """Return the rule pack of the file.

    Raises:
        UserError: with every fault of the file, naming the key.

    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError([_fault(path, str(error))]) from error
    faults: list[Fault] = []
    stages = {s.key: s for s in _rows(path, document, "stage", Stage, faults)}
    colours = {c.key: c for c in _rows(path, document, "bulletin", Colour, faults)}
    faults += [
        _fault(path, f"stage.{stage.key}.after") for stage in stages.values()
        if stage.after not in AFTER
    ]  # fmt: skip
    wind = document.get("wind", {}).get("max_age_min")
    contents = document.get("contents", {})
    if not isinstance(wind, int) or wind < 0:
        faults.append(_fault(path, "wind.max_age_min"))
    if faults:
        raise UserError(faults)
    return ReportingRules(
        str(document.get("version", "")),
        wind,
        MappingProxyType(stages),
        MappingProxyType(colours),
        str(contents.get("source", "")),
        str(contents.get("clause", "")),
    )


@cache
def reporting_rules() -> ReportingRules:
    """Return the rule pack that the program came with, as edited on this machine."""
    return load_reporting_rules(RULES)


def _rows(
    path: Path, document: Mapping[str, Any], table: str, kind: type[Row], faults: list[Fault]
) -> list[Row]:
    """Return the rows of one table; each line must have every key, of its declared type."""
    made: list[Row] = []
    rows = document.get(table, [])
    if not rows:
        faults.append(_fault(path, table))
    for number, row in enumerate(rows, start=1):
        wrong = [
            key for key, wanted in kind.__annotations__.items()
            if type(row.get(key)) is not wanted or (wanted is int and row[key] <= 0)
        ]  # fmt: skip
        wrong += sorted(set(row) - set(kind.__annotations__))
        faults += [_fault(path, f"{table}[{number}].{key}") for key in wrong]
        if not wrong:
            made.append(kind(**row))
    return made


def _fault(path: Path, detail: str) -> Fault:
    problem = say("The rules of reporting cannot be used: {detail}.", detail=detail)
    return Fault(path.name, problem, say("Correct the file, or put the shipped one back."))
