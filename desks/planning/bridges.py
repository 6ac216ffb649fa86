"""Which roads are bridges: told by their names, by a declared table."""

from functools import lru_cache
from pathlib import Path

from desks.command.rule_checks import cited_faults
from geodata.faults import UserError
from risk.rule_files import read_rules, rule_fault

TABLE = Path(__file__).parent / "bridges.toml"


def is_bridge(name: str) -> bool:
    """Return whether any of the names, parted by ``;``, ends as a bridge's does."""
    return any(one.strip().casefold().endswith(_ends()) for one in name.split(";"))


@lru_cache(maxsize=1)
def _ends() -> tuple[str, ...]:
    return load_bridge_ends(TABLE)


def load_bridge_ends(path: Path) -> tuple[str, ...]:
    """Return how the names of bridges end, capitals as small letters.

    Raises:
        UserError: with every fault of the file.

    """
    table = read_rules(path).get("bridges")
    faults = cited_faults(path, "bridges", table)
    ends = table.get("ends") if isinstance(table, dict) else None
    if not isinstance(ends, list) or not all(isinstance(end, str) and end for end in ends):
        faults.append(rule_fault(path, "bridges, ends", "not a list of texts"))
    if faults or not isinstance(ends, list):
        raise UserError(faults)
    return tuple(end.casefold() for end in ends)
