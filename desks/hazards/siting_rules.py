"""The rule pack of distances and chemical zones, read from a file that its users may edit."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desks.command.rule_checks import cited_faults, number_faults, texts
from geodata.faults import Fault, UserError
from risk.rule_files import read_rules, rule_fault

TABLE = Path(__file__).parent / "siting.toml"
LISTS = ("hazards", "declared", "receptors")
MOST_M = 20_000


@dataclass(frozen=True)
class DistanceRule:
    """Hazards of these layers and grades stay so many metres from receptors of these layers."""

    key: str
    title_zh: str
    hazards: tuple[str, ...]
    declared: tuple[str, ...]
    receptors: tuple[str, ...]
    least_m: float
    source: str
    verified: bool

    def applies(self, layer: str, declared: str) -> bool:
        """Return whether the rule is for a hazard of that layer and declared grade."""
        return layer in self.hazards and (not self.declared or declared in self.declared)


@dataclass(frozen=True)
class SitingRules:
    """The distances, and the layers whose chemicals belong into a chemical zone."""

    version: str
    zone_layers: tuple[str, ...]
    zone_source: str
    distances: tuple[DistanceRule, ...]


def load_siting_rules(path: Path) -> SitingRules:
    """Return the rules of the file.

    Raises:
        UserError: with every fault of the file at once, naming the line.

    """
    tables = read_rules(path)
    zone, rows = tables.get("chemical_zone"), tables.get("distance", [])
    given = rows if isinstance(rows, list) else [rows]
    faults = cited_faults(path, "chemical_zone", zone)
    layers = texts(zone.get("layers")) if isinstance(zone, dict) else None
    if layers is None:
        faults.append(rule_fault(path, "chemical_zone, layers", "not a list of texts"))
    for number, row in enumerate(given, start=1):
        faults += _row_faults(path, f"distance {number}", row)
    if faults or layers is None:
        raise UserError(faults)
    return SitingRules(
        version=str(tables.get("version", "")),
        zone_layers=layers,
        zone_source=tables["chemical_zone"]["source"],
        distances=tuple(
            DistanceRule(
                key=row["key"],
                title_zh=row["title_zh"],
                least_m=float(row["least_m"]),
                source=row["source"],
                verified=row["verified"],
                hazards=texts(row["hazards"]) or (),
                declared=texts(row["declared"]) or (),
                receptors=texts(row["receptors"]) or (),
            )
            for row in given
        ),
    )


def _row_faults(path: Path, where: str, row: Any) -> list[Fault]:  # noqa: ANN401 - as the file has it
    faults = cited_faults(path, where, row)
    faults += number_faults(path, where, row, {"least_m": (0, MOST_M)})
    if not isinstance(row, dict):
        return faults
    faults += [
        rule_fault(path, f"{where}, {key}", "text missing")
        for key in ("key", "title_zh")
        if not isinstance(row.get(key), str) or not row[key]
    ]
    faults += [
        rule_fault(path, f"{where}, {key}", "not a list of texts")
        for key in LISTS
        if texts(row.get(key)) is None and row.get(key) != []
    ]
    return faults


RULES = load_siting_rules(TABLE)
