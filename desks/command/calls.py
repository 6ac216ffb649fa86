"""Who is told, in which order and by when: the call tree (row S2-3 of the plans)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desks.onemap import OneMap
from desks.records import Records
from geodata.faults import UserError
from language import say
from layers import LayerSpec
from risk import INCIDENT_KINDS, hazard_class, substance
from risk.rule_files import Row, read_rows, rule_fault, texts, unknown

from .answers import Call
from .escalation import LISTED, own_of
from .situation import Incident, Place

TABLE = Path(__file__).parent / "calls.toml"
NONE: list[str] = []
COLUMNS: Mapping[str, object] = {
    "body": str, "words": list, "levels": list, "kinds": NONE, "hazards": NONE, "step": int,
    "task": str, "within_min": 0, "source": str, "verified": bool,
}  # fmt: skip
DEPARTMENT_LEVELS = ("区", "市", "街道", "企业")
SUBDISTRICT = "街道"
HAZARDS = ("toxic", "flammable", "other", "none")
FIRST_STEP, LAST_STEP = 1, 3
STEPS = {"Ⅰ": 3, "Ⅱ": 3, "Ⅲ": 2, "Ⅳ": 1, "": 2}
"""The last step that is called at once at each response level, "" where none is proposed."""


@dataclass(frozen=True)
class _Body:
    """One record of a layer of departments."""

    spec: LayerSpec
    records: Records
    row: int


def load_calls(path: Path) -> tuple[Row, ...]:
    """Return the rows of the file in the order of calling.

    Raises:
        UserError: with every fault of the file at once.

    """
    rows = read_rows(path, "call", COLUMNS)
    faults = []
    for number, row in enumerate(rows, start=1):
        faults += unknown(path, f"call {number}, kinds", row["kinds"], list(INCIDENT_KINDS))
        faults += unknown(path, f"call {number}, hazards", row["hazards"], HAZARDS)
        faults += unknown(path, f"call {number}, levels", row["levels"], DEPARTMENT_LEVELS)
        if not FIRST_STEP <= row["step"] <= LAST_STEP:
            faults.append(rule_fault(path, f"call {number}, step", "neither 1, 2 nor 3"))
    if faults:
        raise UserError(faults)
    return rows


_RULES = load_calls(TABLE)


def calls(onemap: OneMap, incident: Incident, place: Place, level: str) -> tuple[Call, ...]:
    """Return the bodies to be told at this response level, in the order of calling.

    A body that the register does not have is named as missing, never left out. One record is
    called once, by the first row that names it.
    """
    steps = STEPS.get(level, STEPS[""])
    hazard = hazard_class(substance(incident.substance)) if incident.substance else "none"
    rows = [row for row in _RULES if row["step"] <= steps and _asked(row, incident.kind, hazard)]
    found: list[Call] = []
    for row in sorted(rows, key=lambda row: row["step"]):
        call = _call(onemap, row, place, len(found) + 1)
        told = {(one.layer, one.id) for one in found if one.id}
        if not call.id or (call.layer, call.id) not in told:
            found.append(call)
    return tuple(found)


def _asked(row: Row, kind: str, hazard: str) -> bool:
    if not row["kinds"] and not row["hazards"]:
        return True
    return kind in row["kinds"] or hazard in row["hazards"]


def _call(onemap: OneMap, row: Row, place: Place, order: int) -> Call:
    body = _body(onemap, row, place)
    return Call(
        order=order,
        layer="" if body is None else body.spec.key,
        id="" if body is None else body.records.ids[body.row],
        name=row["body"] if body is None else body.records.names[body.row],
        level=str(row["step"]),
        task=row["task"],
        within_min=row["within_min"] or None,
        missing=(
            say("The register of departments has no {body}.", body=row["body"])
            if body is None
            else None
        ),
    )


def _body(onemap: OneMap, row: Row, place: Place) -> _Body | None:
    """Return the body's record: the first level of the row that has one, then the lowest id."""
    for level in texts(row, "levels"):
        for spec in onemap.layers_for("place"):
            records = onemap.records[spec.key]
            if not set(records.columns) >= LISTED:
                continue
            rows = [
                at
                for at in range(len(records.ids))
                if records.text("level", at) == level
                and any(word in records.names[at] for word in row["words"])
                and (level != SUBDISTRICT or own_of(place)(records, at))
            ]
            if rows:
                return _Body(spec, records, min(rows, key=records.order.__getitem__))
    return None
