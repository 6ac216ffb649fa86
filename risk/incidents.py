"""The table of kinds of incident, read once from a file that its users may edit."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from geodata.faults import Fault, UserError
from language import say

TABLE = Path(__file__).parent / "incident_kinds.toml"
ANY_TEAM = "*"
_SHOWN = 60
TEXTS = ("key", "title_zh", "title_en", "source")
LISTS = ("fit", "support", "equipment", "department_words", "specialties", "plan_words")


@dataclass(frozen=True)
class IncidentKind:
    """What one kind of incident asks: teams, equipment, departments, specialties, plans.

    ``fit`` is ordered, the most special kind of team first; ``("*",)`` is every kind.
    """

    key: str
    title_zh: str
    title_en: str
    fit: tuple[str, ...]
    support: tuple[str, ...]
    equipment: tuple[str, ...]
    department_words: tuple[str, ...]
    specialties: tuple[str, ...]
    plan_words: tuple[str, ...]
    source: str
    verified: bool

    @property
    def any_team(self) -> bool:
        """Return whether every kind of team is fit."""
        return ANY_TEAM in self.fit


@dataclass(frozen=True)
class IncidentTable:
    """The kinds in the file's order by key, its version, and the kind assumed per layer."""

    version: str
    kinds: Mapping[str, IncidentKind]
    assumed_kinds: Mapping[str, str]


def load_incident_kinds(path: Path) -> IncidentTable:
    """Return the table of the file.

    Raises:
        UserError: with every fault of the file at once, naming the key.

    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError([_fault(path, "", str(error))]) from error
    rows = document.get("incident", [])
    assumed = document.get("assumed_kinds", {})
    faults = _faults(path, rows, assumed)
    if faults:
        raise UserError(faults)
    return IncidentTable(
        version=str(document.get("version", "")),
        kinds=MappingProxyType({row["key"]: _kind(row) for row in rows}),
        assumed_kinds=MappingProxyType(dict(assumed)),
    )


def _kind(row: Mapping[str, object]) -> IncidentKind:
    lists = {key: _texts(row[key]) or () for key in LISTS}
    return IncidentKind(
        key=str(row["key"]),
        title_zh=str(row["title_zh"]),
        title_en=str(row["title_en"]),
        source=str(row["source"]),
        verified=row["verified"] is True,
        **lists,
    )


def _texts(value: object) -> tuple[str, ...] | None:
    """Return the list of texts as a tuple, or None where it is something else."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return None
    return tuple(value)


def _faults(path: Path, rows: object, assumed: object) -> list[Fault]:
    faults: list[Fault] = []
    if not isinstance(assumed, dict) or not all(isinstance(v, str) for v in assumed.values()):
        faults.append(_fault(path, "assumed_kinds", "not a table of texts"))
    if not isinstance(rows, list) or not rows:
        return [*faults, _fault(path, "incident", "no row [[incident]]")]
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        where = f"incident {number}"
        if not isinstance(row, dict):
            faults.append(_fault(path, where, "not a table"))
            continue
        texts = [key for key in TEXTS if not isinstance(row.get(key), str) or not row[key]]
        faults += [_fault(path, f"{where}, {key}", "text missing") for key in texts]
        lists = [key for key in LISTS if _texts(row.get(key)) is None]
        faults += [_fault(path, f"{where}, {key}", "not a list of texts") for key in lists]
        if not isinstance(row.get("verified"), bool):
            faults.append(_fault(path, f"{where}, verified", "neither true nor false"))
        key = str(row.get("key", ""))
        if key in seen:
            faults.append(_fault(path, where, f"{key!r} stands twice"))
        seen.add(key)
    if "unspecified" not in seen:
        faults.append(_fault(path, "incident", "no row with key 'unspecified'"))
    return faults


def _fault(path: Path, where: str, detail: str) -> Fault:
    return Fault(
        file=path.name,
        column=where,
        problem=say("The table of incident kinds cannot be used: {detail}.", detail=detail),
        mend=say("Mend this line, or put back the file that came with the program."),
    )


_TABLE = load_incident_kinds(TABLE)
INCIDENT_KINDS: Mapping[str, IncidentKind] = _TABLE.kinds
ASSUMED_KINDS: Mapping[str, str] = _TABLE.assumed_kinds


def incident_kind(key: str) -> IncidentKind:
    """Return the kind of that key.

    Raises:
        UserError: for a key that no row declares, with the keys there are.

    """
    if key in INCIDENT_KINDS:
        return INCIDENT_KINDS[key]
    known = ", ".join(INCIDENT_KINDS)
    raise UserError(
        [
            Fault(
                file=TABLE.name,
                value=key[:_SHOWN],
                problem=say("There is no kind of incident '{kind}'.", kind=key[:_SHOWN]),
                mend=say("Use one of: {known}.", known=known),
            )
        ]
    )


def assumed_kind(layer: str) -> str:
    """Return the kind of team that the table assumes for rows of the layer, "" for none."""
    return ASSUMED_KINDS.get(layer, "")
