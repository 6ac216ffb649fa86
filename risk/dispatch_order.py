"""Who is sent first among teams that are equally fit: professional, enterprise, volunteer."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from geodata.faults import UserError

from .rule_files import read_rules, rule_fault

TABLE = Path(__file__).parent / "dispatch_order.toml"


@dataclass(frozen=True)
class DispatchOrder:
    """The standings in order ("" where none is on file), and those assumed by layer and kind."""

    order: tuple[str, ...]
    by_layer: Mapping[str, str]
    by_kind: Mapping[str, str]
    source: str
    verified: bool

    def standing(self, stated: str, *, layer: str = "", kind: str = "") -> str:
        """Return the team's standing: the one on file, else that of its kind or its layer."""
        return stated or self.by_kind.get(kind, "") or self.by_layer.get(layer, "")

    def rank(self, standing: str) -> int:
        """Return 0 for who is sent first; a standing that no line names counts as none on file."""
        known = standing if standing in self.order else ""
        return self.order.index(known)


def load_dispatch_order(path: Path) -> DispatchOrder:
    """Return the rule of the file.

    Raises:
        UserError: with every fault of the file at once.

    """
    document = read_rules(path)
    order = document.get("order")
    faults = []
    if not isinstance(order, list) or "" not in order or len(set(map(str, order))) != len(order):
        faults.append(rule_fault(path, "order", "needs standings, each once, and an empty one"))
    tables = {key: document.get(key, {}) for key in ("assumed_by_layer", "assumed_by_kind")}
    faults += [
        rule_fault(path, key, "not a table of texts")
        for key, table in tables.items()
        if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values())
    ]
    if not isinstance(document.get("verified"), bool) or not document.get("source"):
        faults.append(rule_fault(path, "source, verified", "missing"))
    if faults or not isinstance(order, list):
        raise UserError(faults)
    return DispatchOrder(
        order=tuple(map(str, order)),
        by_layer=MappingProxyType(dict(tables["assumed_by_layer"])),
        by_kind=MappingProxyType(dict(tables["assumed_by_kind"])),
        source=str(document["source"]),
        verified=document["verified"],
    )


DISPATCH_ORDER = load_dispatch_order(TABLE)
