"""Who holds the keys of sealed drills: head of the exercise, discipline, leader on duty."""

import json
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from geodata.faults import Fault, UserError
from geodata.writing import write_file
from language import Sentence, say

from . import keys
from .alone import alone
from .folder import Control

OFFICERS = "officers.toml"
OFFICES = ("leader", "discipline", "duty")
"""组长、纪检、值班领导: one officer each."""

LONGEST_NAME = 60


@dataclass(frozen=True)
class Officer:
    """Who holds one of the three keys: the office (one of OFFICES) and the key's public part."""

    name: str
    office: str
    recipient: str


def office_sentence(office: str) -> Sentence:
    """Return what an office is called."""
    return {
        "leader": say("Head of the exercise"),
        "discipline": say("Discipline inspection"),
        "duty": say("Leader on duty"),
    }[office]


def new_officer(path: Path, name: str, office: str, passphrase: str) -> Officer:
    """Return a new officer, whose secret key is written to ``path``, locked by the passphrase.

    The file belongs on the officer's own stick, not in control's folder.

    Raises:
        UserError: for an odd name, an unknown office, or as ``keys.write_locked`` does.

    """
    faults = _faults_of(name, office)
    if faults:
        raise UserError(faults)
    identity = keys.new_identity()
    keys.write_locked(path, identity, passphrase)
    return Officer(name.strip(), office, keys.recipient_of(identity))


def enrol(control: Control, officer: Officer, *, replace: bool = False) -> tuple[Officer, ...]:
    """Return the officers after this one was written to officers.toml.

    ``replace`` puts the officer in the place of who held the office; what was sealed before opens
    with the keys of then.

    Raises:
        UserError: where the office is held, or the name or key stands in another office.

    """
    # two directors at once would each write a list without the other's officer
    with alone(control):
        return _enrolled(control, officer, replace=replace)


def _enrolled(control: Control, officer: Officer, *, replace: bool) -> tuple[Officer, ...]:
    known = read_officers(control)
    others = [one for one in known if one.office != officer.office]
    faults = _faults_of(officer.name, officer.office)
    if len(others) < len(known) and not replace:
        mend = say("Give --replace where the key of that office was lost or handed on.")
        faults.append(_fault(say("This office has an officer already."), officer.office, mend))
    if any(same_name(one.name, officer.name) for one in others):
        faults.append(_fault(say("One person may hold one key only."), officer.name))
    if any(one.recipient == officer.recipient for one in others):
        faults.append(_fault(say("This key stands in another office."), officer.recipient))
    if not keys.is_recipient(officer.recipient):
        faults.append(_fault(say("This is no public part of a key."), officer.recipient))
    if faults:
        raise UserError(faults)
    enrolled = tuple(sorted([*others, officer], key=lambda one: OFFICES.index(one.office)))
    _write(control, enrolled)
    return enrolled


def _write(control: Control, officers: Sequence[Officer]) -> None:
    lines = []
    for officer in officers:
        lines.append("[[officer]]")
        # a basic string of TOML has the escapes of JSON; names hold no sign that it would not
        lines += [f"{key} = {json.dumps(text, ensure_ascii=False)}"
                  for key, text in asdict(officer).items()]  # fmt: skip
        lines.append("")
    with write_file(control.folder / OFFICERS) as path:
        path.write_text("\n".join(lines), encoding="utf-8")
        path.chmod(0o600)


def read_officers(control: Control) -> tuple[Officer, ...]:
    """Return who holds keys, in the order of OFFICES; () where nobody was named yet.

    Raises:
        UserError: where officers.toml cannot be read, or somebody in it is odd or stands twice.

    """
    path = control.folder / OFFICERS
    if not path.exists():
        return ()
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("officer", [])
    except (OSError, ValueError):
        raise UserError([_fault(say("The list of officers cannot be read."), OFFICERS)]) from None
    if not isinstance(rows, list):
        raise UserError([_fault(say("The list of officers cannot be read."), OFFICERS)])
    found = tuple(officer_of(row) for row in rows)
    require_apart(found)
    return tuple(sorted(found, key=lambda one: OFFICES.index(one.office)))


def officer_of(row: object) -> Officer:
    """Return the officer of a row of a list or an envelope.

    Raises:
        UserError: with every fault of the row.

    """
    told: dict[str, Any] = row if isinstance(row, dict) else {}
    name, office, recipient = (told.get(key) for key in ("name", "office", "recipient"))
    if not (isinstance(name, str) and isinstance(office, str) and isinstance(recipient, str)):
        raise UserError([_fault(say("An officer has a name, an office and a key."), str(row))])
    faults = _faults_of(name, office)
    if not keys.is_recipient(recipient):
        faults.append(_fault(say("This is no public part of a key."), recipient))
    if faults or len(told) != len(Officer.__dataclass_fields__):
        raise UserError(
            faults or [_fault(say("An officer has a name, an office and a key."), str(row))]
        )
    return Officer(name, office, recipient)


def require_apart(officers: Sequence[Officer]) -> None:
    """Refuse officers of whom two are one: two keys in one hand would be one key.

    Raises:
        UserError: where an office, a name or a key stands twice.

    """
    names = [plain_name(one.name) for one in officers]
    offices, recipients = [o.office for o in officers], [o.recipient for o in officers]
    for told in (names, offices, recipients):
        twice = sorted({one for one in told if told.count(one) > 1})
        if twice:
            problem = say("Two of the officers are the same person, office or key.")
            raise UserError([_fault(problem, twice[0])])


def plain_name(name: str) -> str:
    """Return the name by which two that look alike are one (NFKC, case and blanks away)."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def same_name(one: str, other: str) -> bool:
    """Return whether two names cannot be told apart by width, case or blanks."""
    return plain_name(one) == plain_name(other)


def name_problem(name: str) -> Sentence | None:
    """Return why nobody can be called so, ``None`` where it is a name."""
    if not plain_name(name):
        return say("A name is missing.")
    if len(name) > LONGEST_NAME:
        return say("A name has at most {most} signs.", most=LONGEST_NAME)
    if any(unicodedata.category(sign)[0] == "C" or sign in "\u2028\u2029" for sign in name):
        return say("A name holds signs that cannot be seen.")
    return None


def _faults_of(name: str, office: str) -> list[Fault]:
    problem = name_problem(name)
    faults = [_fault(problem, name)] if problem else []
    if office not in OFFICES:
        faults.append(_fault(say("It is none of {kinds}.", kinds=", ".join(OFFICES)), office))
    return faults


def _fault(problem: Sentence, value: str, mend: Sentence | None = None) -> Fault:
    shown = "".join(sign if sign.isprintable() else "?" for sign in value[:LONGEST_NAME])
    return Fault(OFFICERS, problem, mend or say("Name three persons with a key each."), value=shown)
