"""The pack of warning rules, read from a file that its users may edit."""

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from geodata.faults import Fault, UserError
from language import say

Colour = Literal["红", "橙", "黄", "蓝"]
COLOURS: tuple[Colour, ...] = get_args(Colour)
"""The statutory four colours, the worst first."""

RULES = Path(__file__).parent / "rules.toml"
ANY_LAYER = "*"
TEXTS = ("key", "title_zh", "title_en", "source")


@dataclass(frozen=True)
class Rule:
    """One rule over readings: fires at ``threshold`` and past it, is over at ``clears``.

    ``rising`` rules fire at or above the threshold and are over at or below ``clears``; falling
    ones the other way round. ``layer`` is "*" for any.
    """

    key: str
    title_zh: str
    title_en: str
    layer: str
    quantity: str
    unit: str
    rising: bool
    threshold: float
    clears: float
    colour: Colour
    source: str
    verified: bool

    def fires(self, value: float) -> bool:
        """Return whether the value is at the threshold or past it."""
        return value >= self.threshold if self.rising else value <= self.threshold

    def is_over(self, value: float) -> bool:
        """Return whether the value is back at ``clears`` or past it."""
        return value <= self.clears if self.rising else value >= self.clears

    def judges(self, layer: str, quantity: str, unit: str) -> bool:
        """Return whether a reading of that quantity and unit on that layer is this rule's."""
        return (self.quantity, self.unit) == (quantity, unit) and self.layer in (ANY_LAYER, layer)


@dataclass(frozen=True)
class DueRule:
    """One rule over a date of the register: fires more than ``days`` after the date."""

    key: str
    title_zh: str
    title_en: str
    column: str
    days: int
    colour: Colour
    source: str
    verified: bool


@dataclass(frozen=True)
class RulePack:
    """The rules of a file in its order, and its version."""

    version: str
    rules: tuple[Rule, ...]
    due: tuple[DueRule, ...]

    def units_of(self, quantity: str) -> frozenset[str]:
        """Return the units in which some rule judges the quantity."""
        return frozenset(rule.unit for rule in self.rules if rule.quantity == quantity)


def load_rules(path: Path = RULES) -> RulePack:
    """Return the rules of the file.

    Raises:
        UserError: with every fault of the file at once, naming the key.

    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError([_fault(path, "", str(error))]) from error
    rows, due = _tables(document.get("rule")), _tables(document.get("due"))
    faults = [_fault(path, where, detail) for where, detail in _slips(rows, due)]
    if faults:
        raise UserError(faults)
    return RulePack(
        version=str(document.get("version", "")),
        rules=tuple(_rule(row) for row in rows),
        due=tuple(_due(row) for row in due),
    )


def _tables(value: object) -> list[Mapping[str, Any]]:
    """Return the tables of a list; what is none becomes an empty table, whose keys are missing."""
    rows = value if isinstance(value, list) else []
    return [row if isinstance(row, dict) else {} for row in rows]


def _slips(
    rows: list[Mapping[str, Any]], due: list[Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Yield where and what is wrong in the file."""
    if not rows and not due:
        yield "rule", "no row [[rule]] or [[due]]"
    seen: set[str] = set()
    for name, table, own in (("rule", rows, _rule_slips), ("due", due, _due_slips)):
        for number, row in enumerate(table, start=1):
            where = f"{name} {number}"
            for key in TEXTS:
                if not isinstance(row.get(key), str) or not row[key]:
                    yield f"{where}, {key}", "text missing"
            if row.get("colour") not in COLOURS:
                yield f"{where}, colour", "none of " + " ".join(COLOURS)
            if not isinstance(row.get("verified"), bool):
                yield f"{where}, verified", "neither true nor false"
            if str(row.get("key")) in seen:
                yield where, f"{row.get('key')!r} stands twice"
            seen.add(str(row.get("key")))
            yield from ((f"{where}, {key}", detail) for key, detail in own(row))


def _rule_slips(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("layer", "quantity", "unit"):
        if not isinstance(row.get(key), str) or not row[key]:
            yield key, "text missing"
    named = [key for key in ("above", "below") if key in row]
    if len(named) != 1:
        yield "above", "give either above or below"
        return
    threshold, clears = row[named[0]], row.get("clears")
    if not _is_number(threshold) or not _is_number(clears):
        yield "clears", "threshold and clears must be numbers"
    elif (clears > threshold) if named[0] == "above" else (clears < threshold):
        yield "clears", "lies past the threshold: the rule would be over as it fires"


def _due_slips(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not isinstance(row.get("column"), str) or not row["column"]:
        yield "column", "text missing"
    if not isinstance(row.get("days"), int) or isinstance(row.get("days"), bool):
        yield "days", "no whole number"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _rule(row: Mapping[str, Any]) -> Rule:
    rising = "above" in row
    return Rule(
        key=row["key"],
        title_zh=row["title_zh"],
        title_en=row["title_en"],
        layer=row["layer"],
        quantity=row["quantity"],
        unit=row["unit"],
        rising=rising,
        threshold=float(row["above" if rising else "below"]),
        clears=float(row["clears"]),
        colour=row["colour"],
        source=row["source"],
        verified=row["verified"],
    )


def _due(row: Mapping[str, Any]) -> DueRule:
    return DueRule(
        key=row["key"],
        title_zh=row["title_zh"],
        title_en=row["title_en"],
        column=row["column"],
        days=row["days"],
        colour=row["colour"],
        source=row["source"],
        verified=row["verified"],
    )


def _fault(path: Path, where: str, detail: str) -> Fault:
    return Fault(
        file=path.name,
        column=where,
        problem=say("The warning rules cannot be used: {detail}.", detail=detail),
        mend=say("Mend this line, or put back the file that came with the program."),
    )
