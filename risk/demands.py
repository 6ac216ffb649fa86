"""What an incident with a substance asks of its teams, and whether their skills cover it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from geodata.faults import UserError
from language import Sentence, say

from .incidents import INCIDENT_KINDS, IncidentKind, incident_kind
from .rule_files import Row, read_rows, read_rules, rule_fault, texts, unknown
from .substances import SUBSTANCES, Substance, find_substance, substance

TABLE = Path(__file__).parent / "demands.toml"
HAZARDS = ("toxic", "flammable", "other")
NONE: list[str] = []
COLUMNS: Mapping[str, object] = {
    "hazard": str, "kinds": list, "judged_as": str, "equipment": NONE, "fit": NONE,
    "helps": NONE, "specialties": NONE, "source": str, "verified": bool,
}  # fmt: skip
COVERS = ("any", "toxic", "flammable")


@dataclass(frozen=True)
class Demand:
    """What is asked: the kind that teams are judged by, the substance, and why it is not as called.

    ``kind`` is the table's row with what the substance adds; ``said`` is ``None`` where the
    substance changes nothing.
    """

    kind: IncidentKind
    substance: Substance | None
    said: Sentence | None


@dataclass(frozen=True)
class DemandTable:
    """The rows in the file's order, and the words of skills that cover many substances."""

    rows: tuple[Row, ...]
    skill_words: Mapping[str, tuple[str, ...]]


def load_demands(path: Path) -> DemandTable:
    """Return the rules of the file.

    Raises:
        UserError: with every fault of the file at once.

    """
    rows = read_rows(path, "demand", COLUMNS)
    words = read_rules(path).get("skills", {})
    faults = [
        fault
        for row in rows
        for fault in (
            *unknown(path, "hazard", [row["hazard"]], HAZARDS),
            *unknown(path, "kinds", [*row["kinds"], row["judged_as"]], list(INCIDENT_KINDS)),
        )
    ]
    if not isinstance(words, dict) or not all(_texts(words.get(key)) for key in COVERS):
        faults.append(rule_fault(path, "skills", f"needs the lists {', '.join(COVERS)}"))
    if faults:
        raise UserError(faults)
    return DemandTable(rows, MappingProxyType({key: tuple(words[key]) for key in COVERS}))


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


_TABLE = load_demands(TABLE)


def hazard_class(of: Substance) -> str:
    """Return "toxic", "flammable" (and not toxic) or "other"."""
    if of.toxic:
        return "toxic"
    return "flammable" if of.flammable else "other"


def demand(kind: str, substance_key: str = "") -> Demand:
    """Return what the incident asks; without a substance it is its kind's own row.

    Raises:
        UserError: for a kind or a substance that no row declares.

    """
    called = incident_kind(kind)
    if not substance_key:
        return Demand(called, None, None)
    known = substance(substance_key)
    hazard = hazard_class(known)
    for row in _TABLE.rows:
        if row["hazard"] == hazard and kind in row["kinds"]:
            return Demand(_asked(called, row), known, _said(called, row, known))
    return Demand(called, known, None)


def _asked(called: IncidentKind, row: Row) -> IncidentKind:
    base = INCIDENT_KINDS[row["judged_as"]]
    helps = texts(row, "helps")
    fit = tuple(dict.fromkeys((*base.fit, *texts(row, "fit"))))
    return replace(
        base,
        fit=tuple(one for one in fit if one not in helps),
        support=tuple(
            one for one in dict.fromkeys((*base.support, *helps)) if one in helps or one not in fit
        ),
        equipment=_both(base.equipment, texts(row, "equipment")),
        department_words=_both(called.department_words, base.department_words),
        specialties=_both(base.specialties, called.specialties, texts(row, "specialties")),
        plan_words=_both(base.plan_words, called.plan_words),
        verified=base.verified and row["verified"],
    )


def _both(*lists: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for one in lists for item in one))


def _said(called: IncidentKind, row: Row, known: Substance) -> Sentence | None:
    judged = INCIDENT_KINDS[row["judged_as"]]
    if judged.key == called.key and not row["equipment"]:
        return None
    if judged.key == called.key:
        return say(
            "With {substance} a team needs {equipment} as well (house rule).",
            substance=known.name_zh,
            equipment=" ".join(row["equipment"]),
        )
    return say(
        "With {substance} teams are judged as for {kind} (house rule).",
        substance=known.name_zh,
        kind=judged.title_zh,
    )


def covers(skills: Collection[str], of: Substance) -> bool:
    """Return whether a team's skills cover the substance: it is named, or a word for its class."""
    hazard = hazard_class(of)
    words = _TABLE.skill_words["any"] + _TABLE.skill_words.get(hazard, ())
    if of.flammable:
        words += _TABLE.skill_words["flammable"]
    return any(_is_named(skill, of) or any(word in skill for word in words) for skill in skills)


def _is_named(skill: str, of: Substance) -> bool:
    named = find_substance(skill)
    return named is not None and named.key == of.key


def names_substances(skills: Collection[str]) -> bool:
    """Return whether any of the skills speaks of substances at all."""
    words = [word for group in _TABLE.skill_words.values() for word in group]
    return any(
        find_substance(skill) is not None or any(word in skill for word in words)
        for skill in skills
    )


__all__ = ["SUBSTANCES", "Demand", "covers", "demand", "hazard_class", "load_demands"]
