"""The declared table of candidate sites: room per person, layers that may serve, distances."""

from dataclasses import dataclass
from pathlib import Path

from geodata.faults import Fault, UserError
from layers import CATALOG, layer
from risk.rule_files import read_rows, rule_fault, unknown

from .answers import Service

TABLE = Path(__file__).parent / "candidates.toml"
_CITED: dict[str, object] = {"source": str, "verified": bool}


@dataclass(frozen=True)
class PerPerson:
    """The square metres of effective area for one person in a place of a grade, "" for any."""

    grade: str
    m2: float
    source: str
    verified: bool


@dataclass(frozen=True)
class MayServe:
    """A layer whose rows may become a place, with their space and the column of their area."""

    layer: str
    space: str
    area: str
    source: str
    verified: bool


@dataclass(frozen=True)
class KeepAway:
    """How many metres a place stays from hazards of these layers and declared grades."""

    hazards: tuple[str, ...]
    declared: tuple[str, ...]
    least_m: float
    source: str
    verified: bool


@dataclass(frozen=True)
class SiteRules:
    """The whole table."""

    per_person: tuple[PerPerson, ...]
    may_serve: tuple[MayServe, ...]
    keep_away: tuple[KeepAway, ...]

    def room(self, service: Service) -> PerPerson:
        """Return the rule of the service: that of its one grade, else that for any."""
        grades = [values for column, values in service.filters if column == "grade"]
        own = grades[0][0] if grades and len(grades[0]) == 1 else ""
        anyone = next(rule for rule in self.per_person if not rule.grade)
        return next((rule for rule in self.per_person if rule.grade == own), anyone)


def load_site_rules(path: Path) -> SiteRules:
    """Return the rules of the file.

    Raises:
        UserError: with every fault of the file at once, naming the line.

    """
    room = read_rows(path, "per_person", {"grade": "", "m2": float, **_CITED})
    serve = read_rows(path, "may_serve", {"layer": str, "space": "", "area": str, **_CITED})
    away = read_rows(
        path, "keep_away", {"hazards": list, "declared": list, "least_m": float, **_CITED}
    )
    faults: list[Fault] = []
    for number, row in enumerate(room, start=1):
        if row["m2"] <= 0:
            faults.append(rule_fault(path, f"per_person {number}, m2", "not above 0"))
        if row["grade"] in [other["grade"] for other in room[: number - 1]]:
            faults.append(rule_fault(path, f"per_person {number}, grade", "stated twice"))
        where = f"per_person {number}, grade"
        faults += unknown(path, where, [row["grade"]], ["", *_choices("grade")])
    if all(row["grade"] for row in room):
        faults.append(rule_fault(path, "per_person", "no row without grade"))
    points = [spec.key for spec in CATALOG if spec.geometry == "point" and not spec.officials]
    hazards = [spec.key for spec in CATALOG if spec.purpose == "hazard"]
    for number, row in enumerate(serve, start=1):
        where = f"may_serve {number}"
        faults += unknown(path, f"{where}, layer", [row["layer"]], points)
        faults += unknown(path, f"{where}, space", [row["space"]], ["", *_choices("space")])
    for number, row in enumerate(away, start=1):
        faults += unknown(path, f"keep_away {number}, hazards", row["hazards"], hazards)
        if not row["hazards"]:
            faults.append(rule_fault(path, f"keep_away {number}, hazards", "no hazard"))
    if faults:
        raise UserError(faults)
    return SiteRules(
        tuple(PerPerson(r["grade"], float(r["m2"]), r["source"], r["verified"]) for r in room),
        tuple(
            MayServe(r["layer"], r["space"], r["area"], r["source"], r["verified"]) for r in serve
        ),
        tuple(
            KeepAway(tuple(r["hazards"]), tuple(r["declared"]), float(r["least_m"]), r["source"],
                     r["verified"])
            for r in away
        ),
    )  # fmt: skip


def _choices(column: str) -> tuple[str, ...]:
    return tuple(layer("shelter").column(column).choices)


RULES = load_site_rules(TABLE)
