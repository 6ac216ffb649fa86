"""What a hazard holds: as filed, or as its layer's rule has it, and what a click on it proposes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desks.onemap import OneMap
from desks.records import Records
from geodata.faults import Fault, UserError
from layers import LayerSpec
from risk import INCIDENT_KINDS
from risk.rule_files import read_rules, rule_fault
from risk.substances import SUBSTANCES, find_substance

from .rule_checks import cited_faults, is_number, number_faults, texts
from .situation import Incident
from .surroundings import distances_m

TABLE = Path(__file__).parent / "stored.toml"
SUBSTANCE = "substance"
TEXTS = ("layer", "column", "amount")


@dataclass(frozen=True)
class StoredRule:
    """Rows of ``layer`` whose ``column`` holds a word of ``when`` hold this substance."""

    layer: str
    column: str
    when: tuple[str, ...]
    substance: str
    amount: str
    tonnes_each: float
    verified: bool


@dataclass(frozen=True)
class StoredRules:
    """The rules of stocks, and from how near and for which kinds of incident one is proposed."""

    version: str
    rows: tuple[StoredRule, ...]
    within_m: float
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """One substance of a hazard: its key, "" where the table of substances has none of that name.

    ``name`` is as filed; ``quantity_t`` is ``None`` where not known; ``filed`` is false where the
    layer's rule and not the register says it.
    """

    substance: str
    name: str
    quantity_t: float | None
    filed: bool


@dataclass(frozen=True)
class Proposal:
    """The hazard at the incident and what it holds, the most dangerous first."""

    layer: str
    id: str
    name: str
    held: tuple[Held, ...]


def load_stored_rules(path: Path) -> StoredRules:
    """Return the rules of the file.

    Raises:
        UserError: with every fault of the file at once, naming the line.

    """
    tables = read_rules(path)
    propose = tables.get("propose")
    faults = cited_faults(path, "propose", propose)
    faults += number_faults(path, "propose", propose, {"within_m": (0, 1000)})
    kinds = texts(propose.get("kinds")) if isinstance(propose, dict) else None
    if kinds is None or not set(kinds) <= set(INCIDENT_KINDS):
        faults.append(rule_fault(path, "propose, kinds", "not a list of kinds of incident"))
    rows = tables.get("stored", [])
    given = rows if isinstance(rows, list) else [rows]
    for number, row in enumerate(given, start=1):
        faults += _row_faults(path, f"stored {number}", row)
    if faults or kinds is None or not isinstance(propose, dict):
        raise UserError(faults)
    return StoredRules(
        version=str(tables.get("version", "")),
        rows=tuple(_rule(row) for row in given),
        within_m=float(propose["within_m"]),
        kinds=kinds,
    )


def _row_faults(path: Path, where: str, row: object) -> list[Fault]:
    faults = cited_faults(path, where, row)
    if not isinstance(row, dict):
        return faults
    faults += [
        rule_fault(path, f"{where}, {key}", "not a text")
        for key in TEXTS
        if not isinstance(row.get(key), str)
    ]
    if texts(row.get("when")) is None:
        faults.append(rule_fault(path, f"{where}, when", "not a list of texts"))
    if find_substance(str(row.get("substance", ""))) is None:
        faults.append(rule_fault(path, f"{where}, substance", "not in the table of substances"))
    if not is_number(row.get("tonnes_each"), 0, 1e6):
        faults.append(rule_fault(path, f"{where}, tonnes_each", "no number of tonnes"))
    return faults


def _rule(row: Mapping[str, Any]) -> StoredRule:
    found = find_substance(row["substance"])
    return StoredRule(
        layer=row["layer"],
        column=row["column"],
        when=texts(row["when"]) or (),
        substance="" if found is None else found.key,
        amount=row["amount"],
        tonnes_each=float(row["tonnes_each"]),
        verified=row["verified"],
    )


RULES = load_stored_rules(TABLE)

AllHeld = Mapping[tuple[str, int], tuple[Held, ...]]


def held_by(onemap: OneMap, layer: str, row: int) -> tuple[Held, ...]:
    """Return what the hazard of that row holds: toxic, flammable, other; the largest first."""
    return onemap.once(_all_held).get((layer, row), ())


def _all_held(onemap: OneMap) -> AllHeld:
    """Return what each hazard holds that holds anything, by layer and row."""
    return {
        (spec.key, row): tuple(sorted(held, key=danger))
        for spec in onemap.layers_for("hazard")
        for row in range(len(onemap.records[spec.key].ids))
        if (held := _filed(onemap, spec, row) or _by_rule(onemap.records[spec.key], spec.key, row))
    }


def danger(held: Held) -> tuple[int, float, str]:
    """Return what sorts the most dangerous first: toxic, flammable, other, unknown; then tonnes."""
    known = SUBSTANCES.get(held.substance)
    rank = 3 if known is None else 0 if known.toxic else 1 if known.flammable else 2
    return rank, -(held.quantity_t or 0.0), held.name


def _filed(onemap: OneMap, spec: LayerSpec, row: int) -> list[Held]:
    key = f"{spec.key}.{SUBSTANCE}"
    if key not in onemap.child_values:
        return []
    values = onemap.child_values[key]
    numbers = onemap.child_rows[key].get(onemap.records[spec.key].ids[row], ())
    return [_held(values["substance"][i], values["quantity_t"][i]) for i in numbers]


def _held(name: object, quantity: object) -> Held:
    text = name if isinstance(name, str) else ""
    found = find_substance(text)
    tonnes = float(quantity) if isinstance(quantity, int | float) else None
    return Held("" if found is None else found.key, text, tonnes, filed=True)


def _by_rule(records: Records, layer: str, row: int) -> list[Held]:
    return [
        Held(
            rule.substance,
            SUBSTANCES[rule.substance].name_zh,
            _tonnes(records, rule, row),
            filed=False,
        )
        for rule in RULES.rows
        if rule.layer == layer and _applies(records, rule, row)
    ][:1]


def _applies(records: Records, rule: StoredRule, row: int) -> bool:
    if not rule.when:
        return True
    text = records.text(rule.column, row)
    return any(word in text for word in rule.when)


def _tonnes(records: Records, rule: StoredRule, row: int) -> float | None:
    size = records.value(rule.amount, row)
    if not isinstance(size, int | float) or not rule.tonnes_each:
        return None
    return round(size * rule.tonnes_each, 3)


def proposal_at(onemap: OneMap, incident: Incident) -> Proposal | None:
    """Return the nearest hazard that the incident lies on and that holds anything.

    ``None`` where there is none so near, or for a kind of incident that needs no substance. Of
    equal distances the first layer of the table and the lowest id count.
    """
    if incident.kind not in RULES.kinds:
        return None
    near: list[tuple[float, int, int, LayerSpec, int]] = []
    for number, spec in enumerate(onemap.layers_for("hazard")):
        distance_m = distances_m(onemap, spec, incident.at)
        order = onemap.records[spec.key].order
        near += [
            (float(distance_m[row]), number, int(order[row]), spec, row)
            for row in (distance_m <= RULES.within_m).nonzero()[0].tolist()
            if held_by(onemap, spec.key, row)
        ]
    if not near:
        return None
    *_, spec, row = min(near, key=lambda place: place[:3])
    records = onemap.records[spec.key]
    return Proposal(spec.key, records.ids[row], records.names[row], held_by(onemap, spec.key, row))
