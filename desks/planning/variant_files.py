"""Plans kept as JSON in the district's folder: written whole or not at all, read as hostile."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from desks.folder import VARIANTS
from geodata.chain import canonical
from geodata.faults import Fault, UserError
from geodata.writing import write_file
from language import Sentence, say

from .answers import Share
from .services import FARTHEST_MM, LONGEST_MS
from .variants import KINDS, MOST_CNY, MOST_ROOM, Change, Variant

FORMAT = 1
MOST_BYTES = 2_000_000
MOST_CHANGES = 2_000
LONGEST = 60

_NAME = re.compile(r"\w[\w .()（）·-]{0,39}")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_KEYS = frozenset(
    {"format", "name", "service", "within_mm", "within_ms", "share", "stamp", "changes"}
)
_CHANGE_KEYS = frozenset(
    {"kind", "id", "name", "lon_deg", "lat_deg", "capacity_people", "cost_cny"}
)

Document = dict[str, Any]


def variant_document(variant: Variant) -> Document:
    """Return the plan as docs/schemas/variant.schema.json states it."""
    return {
        "format": FORMAT,
        "name": variant.name,
        "service": variant.service,
        "within_mm": variant.within_mm,
        "within_ms": variant.within_ms,
        "share": variant.share,
        "stamp": variant.stamp,
        "changes": [
            {
                "kind": one.kind,
                "id": one.id,
                "name": one.name,
                "lon_deg": one.lon_deg,
                "lat_deg": one.lat_deg,
                "capacity_people": one.capacity_people,
                "cost_cny": one.cost_cny,
            }
            for one in variant.changes
        ],
    }


def variant_bytes(variant: Variant) -> bytes:
    """Return the plan as canonical JSON."""
    return (canonical(variant_document(variant)) + "\n").encode()


def variant_digest(variant: Variant) -> str:
    """Return the SHA-256 of the plan's canonical JSON, by which reports and answers name it."""
    return hashlib.sha256(variant_bytes(variant)).hexdigest()


def save_variant(folder: Path, variant: Variant, *, replaces: bool = False) -> Path:
    """Return the file that the plan was written to, in one step, within the district's folder.

    Raises:
        UserError: for a name that no file may have, one that is taken unless it ``replaces``, or
            where the disk is full or may not be written.

    """
    path = _path(folder, variant.name)
    if path.exists() and not replaces:
        problem = say("A plan of this name exists.")
        mend = say("Give another name, or replace it with --replace.")
        raise UserError([Fault("--name", problem, mend, value=variant.name)])
    document = variant_document(variant)
    read_document(document, path.name)
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False, sort_keys=True)
    with write_file(path) as fresh:
        fresh.write_text(f"{text}\n", encoding="utf-8")
    return path


def load_variant(folder: Path, name: str) -> Variant:
    """Return the plan of that name.

    Raises:
        UserError: where there is none, or with every fault of its file at once.

    """
    path = _path(folder, name)
    if not path.is_file():
        mend = say("Saved plans are listed by: python cli.py variant list FOLDER.")
        raise UserError([Fault("--name", say("There is no plan of this name."), mend, value=name)])
    return _read(path)


def list_variants(folder: Path) -> tuple[tuple[Variant, ...], tuple[Fault, ...]]:
    """Return the plans of a district by name, and the faults of files that are none."""
    found: list[Variant] = []
    faults: list[Fault] = []
    for path in sorted((folder / VARIANTS).glob("*.json")):
        if path.name.startswith("."):
            continue
        try:
            found.append(_read(path))
        except UserError as error:
            faults.extend(error.faults)
    return tuple(found), tuple(faults)


def remove_variant(folder: Path, name: str) -> None:
    """Remove the plan of that name.

    Raises:
        UserError: where there is none.

    """
    path = _path(folder, name)
    if not path.is_file():
        mend = say("Saved plans are listed by: python cli.py variant list FOLDER.")
        raise UserError([Fault("--name", say("There is no plan of this name."), mend, value=name)])
    path.unlink()


def require_name(name: str) -> str:
    """Return the name in one form of Unicode.

    Raises:
        UserError: for a name that no file may have on any system.

    """
    plain = unicodedata.normalize("NFC", name)
    if not _may_be_called(plain):
        problem = say("No plan can be called that.")
        mend = say("Use up to 40 letters, digits, spaces, - _ . · and brackets; a letter first.")
        raise UserError([Fault("--name", problem, mend, value=plain[:LONGEST])])
    return plain


def _may_be_called(name: str) -> bool:
    """Return whether a file may have the name on any system."""
    plain = unicodedata.normalize("NFC", name)
    if not _NAME.fullmatch(plain) or plain[-1] in " .":
        return False
    return _DEVICES.fullmatch(plain) is None


def _path(folder: Path, name: str) -> Path:
    """Return where the plan of that name is kept; a link that leads elsewhere is refused."""
    path = folder / VARIANTS / f"{require_name(name)}.json"
    if path.is_symlink() or path.parent.is_symlink():
        problem = say("This is a link to another place, so it is neither read nor written.")
        raise UserError([Fault(path.name, problem, say("Remove the link."))])
    return path


def _read(path: Path) -> Variant:
    try:
        if path.is_symlink() or path.stat().st_size > MOST_BYTES:
            raise UserError([_fault(path.name, "", say("The file is a link or too large."))])
        if not path.is_file():
            raise UserError([_fault(path.name, "", say("It is no plan."))])
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        problem = say("The file cannot be read: {detail}.", detail=str(error)[:LONGEST])
        raise UserError([_fault(path.name, "", problem)]) from error
    found = read_document(document, path.name)
    if unicodedata.normalize("NFC", path.stem) != found.name:
        problem = say("The file is called otherwise than the plan in it.")
        raise UserError([_fault(path.name, "name", problem)])
    return found


def read_document(document: object, file: str) -> Variant:
    """Return the plan of a JSON document.

    Raises:
        UserError: with every fault of the document at once.

    """
    if not isinstance(document, dict):
        raise UserError([_fault(file, "", say("It is no plan."))])
    faults = [_fault(file, key, say("No such line.")) for key in sorted(document.keys() - _KEYS)]
    faults += [_fault(file, key, problem) for key, problem in _whole_faults(document)]
    changes = document.get("changes")
    rows = changes if isinstance(changes, list) and len(changes) <= MOST_CHANGES else []
    if rows is not changes:
        problem = say("It is no list of at most {most} changes.", most=MOST_CHANGES)
        faults.append(_fault(file, "changes", problem))
    for number, row in enumerate(rows, start=1):
        faults += [_fault(file, key, why, number) for key, why in _change_faults(row)]
    if faults:
        raise UserError(faults)
    return Variant(
        name=require_name(document["name"]),
        service=document["service"],
        within_mm=document["within_mm"],
        within_ms=document["within_ms"],
        share=document["share"],
        changes=tuple(_change(row) for row in rows),
        stamp=document["stamp"],
    )


def _fault(file: str, key: str, problem: Sentence, row: int | None = None) -> Fault:
    mend = say("Correct the file, or remove it and save the plan again.")
    return Fault(file[:LONGEST], problem, mend, row=row, column=key[:LONGEST])


_Wrong = list[tuple[str, Sentence]]


def _whole_faults(document: Mapping[str, Any]) -> _Wrong:
    wrong: _Wrong = []
    if document.get("format") != FORMAT or isinstance(document.get("format"), bool):
        wrong.append(("format", say("It has another format than {known}.", known=FORMAT)))
    if document.get("share") not in get_args(Share):
        wrong.append(("share", say("It is none of day, night, elderly.")))
    wrong += [
        (key, say("It is no text of at most {most} signs.", most=LONGEST))
        for key in ("name", "service", "stamp")
        if not _is_text(document.get(key)) or not document[key]
    ]
    if not wrong and not _may_be_called(document["name"]):
        wrong.append(("name", say("No plan can be called that.")))
    reach = (document.get("within_mm"), document.get("within_ms"))
    good = (_is_whole(reach[0], 1, FARTHEST_MM) and reach[1] is None) or (
        _is_whole(reach[1], 1, LONGEST_MS) and reach[0] is None
    )
    if not good:
        problem = say("Exactly one of within_mm and within_ms is a whole number above 0.")
        wrong.append(("within_mm", problem))
    return wrong


def _change_faults(row: object) -> _Wrong:
    if not isinstance(row, dict):
        return [("", say("It is no change."))]
    wrong = [(str(key), say("No such line.")) for key in sorted(row.keys() - _CHANGE_KEYS)]
    if row.get("kind") not in KINDS:
        wrong.append(("kind", say("It is none of {kinds}.", kinds=", ".join(KINDS))))
    if not _is_text(row.get("id")) or not row["id"]:
        wrong.append(("id", say("It is no text of at most {most} signs.", most=LONGEST)))
    if not _is_text(row.get("name", "")):
        wrong.append(("name", say("It is no text of at most {most} signs.", most=LONGEST)))
    for key, most in (("lon_deg", 180), ("lat_deg", 90)):
        if row.get(key) is not None and not _is_degrees(row[key], most):
            wrong.append((key, say("It is no number of degrees.")))
    room = row.get("capacity_people")
    if room is not None and not _is_whole(room, 0, MOST_ROOM):
        wrong.append(("capacity_people", say("It is no whole number from 0 to 1,000,000,000.")))
    cost = row.get("cost_cny")
    if cost is not None and not _is_whole(cost, 0, MOST_CNY):
        problem = say("It is no cost in whole yuan from 0 to 1,000,000,000,000.")
        wrong.append(("cost_cny", problem))
    return wrong


def _is_text(value: object) -> bool:
    """Return whether it is a short text without signs that steer or hide writing."""
    if not isinstance(value, str) or len(value) > LONGEST:
        return False
    return not any(unicodedata.category(sign)[0] == "C" for sign in value)


def _is_whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_degrees(value: object, most: int) -> bool:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    # NaN is at most nothing
    return good and abs(value) <= most  # type: ignore[arg-type]


def _change(row: Mapping[str, Any]) -> Change:
    return Change(
        kind=row["kind"],
        id=row["id"],
        name=row.get("name", ""),
        lon_deg=row.get("lon_deg"),
        lat_deg=row.get("lat_deg"),
        capacity_people=row.get("capacity_people"),
        cost_cny=row.get("cost_cny"),
    )
