"""Which response level, Ⅰ (highest) to Ⅳ, an incident of that size proposes, and by which rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geodata.faults import UserError

from .demands import HAZARDS, hazard_class
from .incidents import INCIDENT_KINDS
from .rule_files import Row, read_rows, unknown
from .substances import substance

TABLE = Path(__file__).parent / "response.toml"
RESPONSE_LEVELS = ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ")
"""The highest first."""

NONE: list[str] = []
COLUMNS: Mapping[str, object] = {
    "level": str, "people_from": 0, "tonnes_from": 0.0, "hazards": NONE, "kinds": NONE,
    "source": str, "verified": bool,
}  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """The level that is proposed and the rule's own figures (0: not asked for)."""

    level: str
    people_from: int
    tonnes_from: float
    hazards: tuple[str, ...]
    source: str
    verified: bool


def load_response(path: Path) -> tuple[Row, ...]:
    """Return the rules of the file, the highest level first.

    Raises:
        UserError: with every fault of the file at once.

    """
    rows = read_rows(path, "rule", COLUMNS)
    faults = [
        fault
        for row in rows
        for fault in (
            *unknown(path, "level", [row["level"]], RESPONSE_LEVELS),
            *unknown(path, "hazards", row["hazards"], HAZARDS),
            *unknown(path, "kinds", row["kinds"], list(INCIDENT_KINDS)),
        )
    ]
    if faults:
        raise UserError(faults)
    return tuple(sorted(rows, key=lambda row: RESPONSE_LEVELS.index(row["level"])))


_RULES = load_response(TABLE)


def propose(
    kind: str, substance_key: str, *, tonnes: float | None, people: int | None
) -> Proposal | None:
    """Return the highest level whose rule holds, ``None`` without kind and substance.

    What is not known fulfils no condition. More people or tonnes never lower the level.

    Raises:
        UserError: for a substance that no row declares.

    """
    if kind == "unspecified" and not substance_key:
        return None
    hazard = hazard_class(substance(substance_key)) if substance_key else ""
    return next(
        (_proposal(row) for row in _RULES if _holds(row, kind, hazard, tonnes, people)), None
    )


def _holds(row: Row, kind: str, hazard: str, tonnes: float | None, people: int | None) -> bool:
    enough = not row["people_from"] or (people is not None and people >= row["people_from"])
    much = not row["tonnes_from"] or (tonnes is not None and tonnes >= row["tonnes_from"])
    right = not row["hazards"] or hazard in row["hazards"]
    return enough and much and right and (not row["kinds"] or kind in row["kinds"])


def _proposal(row: Row) -> Proposal:
    return Proposal(
        level=row["level"],
        people_from=row["people_from"],
        tonnes_from=float(row["tonnes_from"]),
        hazards=tuple(row["hazards"]),
        source=row["source"],
        verified=row["verified"],
    )
