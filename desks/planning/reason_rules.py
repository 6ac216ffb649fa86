"""The declared rules behind the reasons: when a place counts with a mark, what bars a way."""

from dataclasses import dataclass
from pathlib import Path

from desks.command.rule_checks import cited_faults, number_faults, texts
from geodata.faults import UserError
from geodata.road_classes import ROAD_CLASSES
from risk.rule_files import read_rules, rule_fault, unknown

TABLE = Path(__file__).parent / "reasons.toml"
LONGEST_DAYS = 36_500


@dataclass(frozen=True)
class ReasonRules:
    """Days after which a place is marked as not verified; classes of road that bar walkers."""

    mark_days: int
    barrier_classes: tuple[str, ...]


def load_reason_rules(path: Path) -> ReasonRules:
    """Return the rules of the file.

    Raises:
        UserError: with every fault of the file at once, naming the line.

    """
    tables = read_rules(path)
    mark, barrier = tables.get("mark"), tables.get("barrier")
    faults = cited_faults(path, "mark", mark) + cited_faults(path, "barrier", barrier)
    faults += number_faults(path, "mark", mark, {"days": (0, LONGEST_DAYS)})
    classes = texts(barrier.get("classes")) if isinstance(barrier, dict) else None
    if classes is None:
        faults.append(rule_fault(path, "barrier, classes", "not a list of texts"))
    faults += unknown(path, "barrier, classes", classes or (), ROAD_CLASSES)
    if faults or classes is None:
        raise UserError(faults)
    return ReasonRules(int(tables["mark"]["days"]), classes)


RULES = load_reason_rules(TABLE)
