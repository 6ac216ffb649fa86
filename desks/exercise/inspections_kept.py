"""Announced inspections in control's folder: the seed closed until the draw, then all of it.

inspections/NUMBER/
  announcement.json     what is published before the draw: pool, number, inspectors, commitment
  seed.txt              32 bytes as hex (0600)
  result.json           what is published after it: anyone can reckon it again
"""

import itertools
import json
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from desks.onemap import OneMap
from geodata.chain import canonical
from geodata.faults import Fault, UserError
from geodata.writing import write_file
from language import Sentence, say

from .alone import alone
from .drawing import SECRET_BYTES
from .folder import NUMBER, Control, bytes_of
from .inspections import (
    Announcement,
    Chosen,
    Wanted,
    announce,
    announcement_document,
    check,
    draw,
    read_announcement,
    result_document,
)

FOLDER = "inspections"
ANNOUNCED, SEED, RESULT = "announcement.json", "seed.txt", "result.json"


@dataclass(frozen=True)
class Inspection:
    """One inspection: what was announced, and who was drawn, () before the draw."""

    number: str
    announced: Announcement
    chosen: tuple[Chosen, ...] = ()


def inspections(
    control: Control,
) -> tuple[tuple[Inspection, ...], tuple[tuple[str, Sentence], ...]]:
    """Return every inspection, the newest first, and those that cannot be read, with why."""
    under = control.folder / FOLDER
    names = sorted((path.name for path in under.iterdir()), reverse=True) if under.is_dir() else []
    found, unread = [], []
    for name in names:
        try:
            found.append(inspection(control, name))
        except UserError as error:
            unread.append((name[:60], error.faults[0].problem))
    return tuple(found), tuple(unread)


def inspection(control: Control, number: str) -> Inspection:
    """Return one inspection; a result is reckoned again before it is believed.

    Raises:
        UserError: where there is none, or its files are damaged or do not belong together.

    """
    place = _place(control, number)
    made = read_announcement(_read(place / ANNOUNCED))
    if not (place / RESULT).is_file():
        return Inspection(number, made)
    told = _read(place / RESULT)
    if read_announcement(told) != made:
        raise _fault(number, say("The result belongs to another announcement."))
    return Inspection(number, made, check(told))


def announce_kept(control: Control, onemap: OneMap, wanted: Wanted, day: date) -> Inspection:
    """Return a new inspection, announced; its seed stays closed in control's folder.

    Raises:
        UserError: as ``announce`` does, or where the disk is full.

    """
    seed = secrets.token_bytes(SECRET_BYTES)
    made = announce(onemap, wanted, seed)
    under = control.folder / FOLDER
    under.mkdir(mode=0o700, exist_ok=True)
    number = _numbered(under, day)
    _write(under / number / SEED, seed.hex() + "\n")
    _write(under / number / ANNOUNCED, canonical(announcement_document(made)))
    return Inspection(number, made)


def _numbered(under: Path, day: date) -> str:
    """Return the next number of the day, whose folder is new; another may make one meanwhile."""
    for count in itertools.count(1):
        number = f"{day:%Y-%m-%d}-{count}"
        with suppress(FileExistsError):
            (under / number).mkdir(mode=0o700)
            break
    return number


def draw_kept(control: Control, number: str, values: Sequence[str]) -> Inspection:
    """Return the inspection drawn from its seed and all values, once and for good.

    Raises:
        UserError: where it was drawn already, and as ``draw`` does.

    """
    # a second draw with other values would take the place of one that is published
    _place(control, number)
    with alone(control):
        return _drawn(control, number, values)


def _drawn(control: Control, number: str, values: Sequence[str]) -> Inspection:
    place = _place(control, number)
    if (place / RESULT).exists():
        raise _fault(number, say("It was drawn already; a seed serves one draw."))
    made = read_announcement(_read(place / ANNOUNCED))
    try:
        seed = bytes.fromhex(bytes_of(place / SEED).decode("ascii").strip())
    except (OSError, ValueError):
        raise _fault(number, say("Its seed is missing or damaged.")) from None
    chosen = draw(made, seed, values)
    _write(place / RESULT, canonical(result_document(made, seed, values, chosen)))
    return Inspection(number, made, chosen)


def file_of(control: Control, number: str) -> tuple[str, bytes]:
    """Return what is to be published: the result once it is drawn, else the announcement.

    Raises:
        UserError: as ``inspection`` does.

    """
    name = RESULT if inspection(control, number).chosen else ANNOUNCED
    return f"inspection-{number}-{name}", bytes_of(_place(control, number) / name)


def _place(control: Control, number: str) -> Path:
    if not NUMBER.fullmatch(number):
        raise _fault(number, say("There is no such inspection."))
    return control.folder / FOLDER / number


def _read(path: Path) -> Any:  # noqa: ANN401 - JSON of anybody
    try:
        return json.loads(bytes_of(path))
    except (OSError, ValueError, RecursionError):
        raise _fault(path.parent.name, say("Its file is missing or damaged.")) from None


def _write(path: Path, text: str) -> None:
    with write_file(path) as fresh:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)


def _fault(number: str, problem: Sentence) -> UserError:
    shown = "".join(sign if sign.isprintable() else "?" for sign in number[:60])
    return UserError([Fault(shown, problem, say("Look at the list of inspections."))])
