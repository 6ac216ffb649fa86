"""The tables of the composer: types of drill, classes of hazard, no-go rules, nodes, news, sheet.

Every row names its source and whether that was verified; a file that cannot be understood is
refused with every fault at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desks.command.rule_checks import cited_faults, is_number, number_faults
from geodata.faults import Fault, UserError
from geodata.road_classes import ROAD_CLASSES
from layers import CATALOG
from risk import INCIDENT_KINDS
from risk.rule_files import Row, read_rows, read_rules, rule_fault, texts, unknown

from .scenario import DRILL_TYPES, INDICATORS, TriggerKind

FOLDER = Path(__file__).parent
NONE: list[str] = []
NOTHING = "-"
"""What stands in a table where there is no node."""

FEWEST, MOST = 5, 15
"""How many injects any drill has."""

SEALS = ("time", "place", "subject", "injects")
FORMS = ("field", "tabletop")
HOLDS = ("toxic", "flammable", "any", "none")
TIMES = ("call", "turnout", "arrival", "told", "report", "cloud", "supplies", "none")
NODE_NEEDS = ("zone", "people", "supplies")
NEEDS = (
    "matter", "plain", "zone", "closure", "people", "domino", "receptor", "second", "supplies",
    "refuge",
)  # fmt: skip
TRIGGERS: tuple[TriggerKind, ...] = ("clock", "node", "hand")
LAYERS = tuple(spec.key for spec in CATALOG)

_CITED: Mapping[str, object] = {"source": str, "verified": bool}
_TITLES: Mapping[str, object] = {"key": str, "title_zh": str, "title_en": str}
_TYPE: Mapping[str, object] = {
    **_TITLES, **_CITED, "form": str, "sealed": list, "layers": NONE, "injects_least": int,
    "injects_most": int, "teams": int, "scored": str, **dict.fromkeys(INDICATORS, int),
}  # fmt: skip
_CLASS: Mapping[str, object] = {
    **_TITLES, **_CITED, "kind": str, "holds": str, "layers": NONE, "roads": NONE,
}  # fmt: skip
_AVOID: Mapping[str, object] = {
    **_TITLES, **_CITED, "layers": NONE, "within_m": float, "hours": NONE, "days": NONE,
}  # fmt: skip
_NODE: Mapping[str, object] = {
    **_TITLES, **_CITED, "indicator": str, "times": str, "types": NONE, "needs": NONE,
}  # fmt: skip
_ITEM: Mapping[str, object] = {
    **_CITED, "key": str, "clause": str, "text_zh": str, "text_en": str, "indicator": str,
    "node": str, "form": list,
}  # fmt: skip
_INJECT: Mapping[str, object] = {
    "key": str, "types": list, "needs": NONE, "trigger": str, "after_least_s": int,
    "after_most_s": int, "node": str, "leads_to": str, "always": bool, "to_zh": str,
    "to_en": str, "text_zh": str, "text_en": str,
}  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """The composer's own figures; ``latest`` is so many times a node's P90."""

    latest: float
    shares: tuple[float, ...]
    lorry_t: float
    speeds_ms: tuple[float, ...]
    bearings: int
    sources: tuple[str, ...]
    verified: bool


@dataclass(frozen=True)
class ComposeRules:
    """All tables of the composer, each row as its file has it, with what may be left out."""

    types: Mapping[str, Row]
    classes: Mapping[str, Row]
    avoid: Mapping[str, Row]
    nodes: tuple[Row, ...]
    sheet: tuple[Row, ...]
    injects: tuple[Row, ...]
    figures: Figures


def load_rules(folder: Path = FOLDER) -> ComposeRules:
    """Return the tables of the folder.

    Raises:
        UserError: with every fault of the first file that has any.

    """
    types = _keyed(folder / "templates.toml", "type", _TYPE)
    _require(folder / "templates.toml", "type", types.values(), _type_faults)
    classes = _keyed(folder / "compose_classes.toml", "class", _CLASS)
    _require(folder / "compose_classes.toml", "class", classes.values(), _class_faults)
    avoid = _keyed(folder / "compose_avoid.toml", "rule", _AVOID)
    _require(folder / "compose_avoid.toml", "rule", avoid.values(), _avoid_faults)
    nodes = _keyed(folder / "compose_nodes.toml", "node", _NODE)
    _require(folder / "compose_nodes.toml", "node", nodes.values(), _node_faults)
    sheet = read_rows(folder / "compose_sheet.toml", "item", _ITEM)
    _require(folder / "compose_sheet.toml", "item", sheet, _item_faults)
    injects = read_rows(folder / "injects.toml", "inject", _INJECT)
    _require(folder / "injects.toml", "inject", injects, _inject_faults)
    figures = _figures(folder / "templates.toml")
    return ComposeRules(types, classes, avoid, tuple(nodes.values()), sheet, injects, figures)


def _keyed(path: Path, name: str, columns: Mapping[str, object]) -> Mapping[str, Row]:
    rows = read_rows(path, name, columns)
    found = {row["key"]: row for row in rows}
    if len(found) != len(rows):
        raise UserError([rule_fault(path, f"{name}, key", "a key stands twice")])
    return found


def _require(path: Path, name: str, rows: Any, faults_of: Any) -> None:  # noqa: ANN401 - rows of any table
    faults = [
        fault
        for number, row in enumerate(rows, start=1)
        for fault in faults_of(path, f"{name} {number}", row)
    ]
    if faults:
        raise UserError(faults)


def _type_faults(path: Path, where: str, row: Row) -> list[Fault]:
    faults = unknown(path, f"{where}, key", [row["key"]], DRILL_TYPES)
    faults += unknown(path, f"{where}, form", [row["form"]], FORMS)
    faults += unknown(path, f"{where}, sealed", row["sealed"], SEALS)
    faults += unknown(path, f"{where}, layers", row["layers"], LAYERS)
    faults += unknown(path, f"{where}, scored", [row["scored"]], ("expected", "ranked"))
    if not FEWEST <= row["injects_least"] <= row["injects_most"] <= MOST:
        faults.append(rule_fault(path, f"{where}, injects_least", "not 5 to 15, least first"))
    if sum(row[indicator] for indicator in INDICATORS) != 100:  # noqa: PLR2004 - points in all
        faults.append(rule_fault(path, f"{where}, speed", "the points are not 100 in all"))
    return faults


def _class_faults(path: Path, where: str, row: Row) -> list[Fault]:
    faults = unknown(path, f"{where}, kind", [row["kind"]], list(INCIDENT_KINDS))
    faults += unknown(path, f"{where}, holds", [row["holds"]], HOLDS)
    faults += unknown(path, f"{where}, layers", row["layers"], LAYERS)
    return faults + unknown(path, f"{where}, roads", row["roads"], ROAD_CLASSES)


def _avoid_faults(path: Path, where: str, row: Row) -> list[Fault]:
    faults = unknown(path, f"{where}, layers", row["layers"], LAYERS)
    faults += unknown(path, f"{where}, hours", row["hours"], [f"{h:02}" for h in range(24)])
    days = [f"{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 32)]
    return faults + [
        rule_fault(path, f"{where}, days", f"{day!r} is not written like 06-07")
        for day in row["days"]
        if day not in days
    ]


def _node_faults(path: Path, where: str, row: Row) -> list[Fault]:
    faults = unknown(path, f"{where}, indicator", [row["indicator"]], INDICATORS)
    faults += unknown(path, f"{where}, times", [row["times"]], TIMES)
    faults += unknown(path, f"{where}, types", row["types"], DRILL_TYPES)
    return faults + unknown(path, f"{where}, needs", row["needs"], NODE_NEEDS)


def _item_faults(path: Path, where: str, row: Row) -> list[Fault]:
    faults = unknown(path, f"{where}, indicator", [row["indicator"]], INDICATORS)
    return faults + unknown(path, f"{where}, form", row["form"], FORMS)


def _inject_faults(path: Path, where: str, row: Row) -> list[Fault]:
    faults = unknown(path, f"{where}, types", row["types"], DRILL_TYPES)
    faults += unknown(path, f"{where}, needs", row["needs"], NEEDS)
    faults += unknown(path, f"{where}, trigger", [row["trigger"]], TRIGGERS)
    if row["after_least_s"] > row["after_most_s"]:
        faults.append(rule_fault(path, f"{where}, after_least_s", "above after_most_s"))
    if (row["trigger"] == "node") != (row["node"] != NOTHING):
        faults.append(rule_fault(path, f"{where}, node", "a node is named for its trigger only"))
    return faults


def _figures(path: Path) -> Figures:
    document = read_rules(path)
    tables = {key: document.get(key) for key in ("latest", "quantity", "wind")}
    faults = [fault for key, table in tables.items() for fault in cited_faults(path, key, table)]
    faults += number_faults(path, "latest", tables["latest"], {"times_p90": (1, 10)})
    faults += number_faults(path, "quantity", tables["quantity"], {"lorry_t": (0.001, 1000)})
    faults += number_faults(path, "wind", tables["wind"], {"bearings": (1, 360)})
    faults += _list_faults(path, "quantity", tables["quantity"], "shares", (1e-6, 1))
    faults += _list_faults(path, "wind", tables["wind"], "speeds_ms", (0.5, 40))
    if faults:
        raise UserError(faults)
    latest, quantity, wind = (dict(table or {}) for table in tables.values())
    return Figures(
        latest=float(latest["times_p90"]),
        shares=tuple(map(float, quantity["shares"])),
        lorry_t=float(quantity["lorry_t"]),
        speeds_ms=tuple(map(float, wind["speeds_ms"])),
        bearings=int(wind["bearings"]),
        sources=tuple(str(table["source"]) for table in (latest, quantity, wind)),
        verified=all(table["verified"] for table in (latest, quantity, wind)),
    )


def _list_faults(
    path: Path, where: str, table: object, key: str, limits: tuple[float, float]
) -> list[Fault]:
    given = table.get(key) if isinstance(table, dict) else None
    if isinstance(given, list) and given and all(is_number(one, *limits) for one in given):
        return []
    return [rule_fault(path, f"{where}, {key}", "no list of numbers within their range")]


def applies(row: Row, key: str, value: str) -> bool:
    """Return whether the row's list holds the value, or is empty and so holds for all."""
    listed: Sequence[str] = texts(row, key)
    return not listed or value in listed


RULES = load_rules()
