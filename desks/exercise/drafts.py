"""Composed pools that are not sealed yet: locked with control's draft key, gone once sealed.

Whoever has control's folder and its draft.key can read a draft; that is the composer, who knows the
pool anyway. What is overwritten can outlive its deletion on an SSD: docs/drills.md.
"""

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from geodata.chain import canonical
from geodata.faults import Fault, UserError
from geodata.key_files import write_once
from geodata.writing import write_file
from language import Sentence, say

from . import keys
from .alone import alone
from .folder import Control, bytes_of
from .log import create_log, entries, open_log
from .padding import NONCE_BYTES, padded, unpadded
from .pool_reading import pool_of_bytes
from .scenario import Pool, pool_document
from .standing import Turn, begin, require_unsealed

DRAFT, DRAFT_KEY, LOG = "draft.age", "draft.key", "log.sqlite"
REVEALED = "revealed.age"
"""The whole pool of an opened drill with its nonce, locked until the review makes it public."""


def require_composable(control: Control, number: str) -> None:
    """Do nothing where a pool may be composed for the drill: ask before it is computed.

    Raises:
        UserError: for a number that cannot be one, or a drill that is sealed or given up.

    """
    place = control.drill(number) / LOG
    if place.is_file():
        with open_log(place) as log:
            require_unsealed(entries(log), number)


def write_draft(control: Control, number: str, pool: Pool, *, who: str = "control") -> Path:
    """Return the file of the locked draft; that it was composed stands in the drill's log.

    A draft that was there is replaced; the size of the file tells nothing of the pool.

    Raises:
        UserError: where the pool is none that can be read again, is of another drill, the drill is
            sealed already, somebody else writes to it, or the disk is full.

    """
    text = pool_text(pool)
    if pool.drill != number:
        raise _fault(number, say("The pool is of another drill."), say("Compose it anew."))
    folder = control.drill(number)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _make_log(control, folder / LOG)
    told = {
        "pool": len(pool.scenarios),
        "map_stamp": pool.map_stamp,
        "speed_model": pool.speed_model,
    }
    make_draft_key(control)
    locked = keys.encrypted(padded(bytes(NONCE_BYTES), text), keys.recipient_of(_key(control)))
    with begin(folder / LOG, datetime.now(tz=UTC)) as turn:
        require_unsealed(turn.entries, number)
        _write(folder / DRAFT, locked, turn, who, told)
    return folder / DRAFT


def _write(place: Path, locked: bytes, turn: Turn, who: str, told: dict[str, object]) -> None:
    with write_file(place) as path:
        write_once(path, locked)
        turn.write(who, "composed", told)


def _make_log(control: Control, place: Path) -> None:
    """Make the log where there is none: a second one would take the place of the first."""
    if place.is_file():
        return
    with alone(control):
        if not place.is_file():
            create_log(place).close()
            place.chmod(0o600)  # what SQLite writes beside it takes the same rights


def read_draft(control: Control, number: str) -> Pool:
    """Return the composed pool of a drill that is not sealed.

    Raises:
        UserError: where there is no draft, control's draft key does not open it, or it is of
            another drill.

    """
    problem = say("There is no draft of this drill: it was not composed, or it is sealed.")
    _, text = _unlocked(control, number, DRAFT, problem)
    pool = pool_of_bytes(text)
    if pool.drill != number:
        raise _fault(number, say("The pool is of another drill."), say("Compose it anew."))
    return pool


def _unlocked(control: Control, number: str, name: str, lacking: Sentence) -> tuple[bytes, bytes]:
    """Return nonce and text of a file that the draft key locks."""
    try:
        locked = bytes_of(control.drill(number) / name)
    except FileNotFoundError:
        raise _fault(number, lacking, say("Compose it first.")) from None
    opened = keys.decrypted(locked, _key(control))
    parts = unpadded(opened) if opened is not None else None
    if parts is None:
        problem = say("{file} cannot be opened: it was changed, or draft.key is another.",
                      file=name)  # fmt: skip
        raise _fault(number, problem, say("Bring both back from a copy, or compose anew."))
    return parts


def keep_revealed(control: Control, number: str, nonce: bytes, text: bytes) -> None:
    """Keep what was opened, locked with the draft key, so that the review needs no officer.

    Raises:
        UserError: where it cannot be written.

    """
    make_draft_key(control)
    with write_file(control.drill(number) / REVEALED) as path:
        write_once(path, keys.encrypted(padded(nonce, text), keys.recipient_of(_key(control))))


def read_revealed(control: Control, number: str) -> tuple[bytes, bytes]:
    """Return nonce and text of a pool that was opened.

    Raises:
        UserError: where it is missing, or the draft key does not open it.

    """
    lacking = say("What was opened is not in the drill's folder.")
    return _unlocked(control, number, REVEALED, lacking)


def has_draft(control: Control, number: str) -> bool:
    """Return whether a pool is composed and not sealed yet."""
    return (control.drill(number) / DRAFT).is_file()


def destroy_draft(control: Control, number: str) -> None:
    """Overwrite the draft once and remove it; where there is none, do nothing.

    Raises:
        UserError: where it cannot be removed.

    """
    place = control.drill(number) / DRAFT
    try:
        with place.open("r+b") as stream:
            stream.write(secrets.token_bytes(place.stat().st_size))
            stream.flush()
            os.fsync(stream.fileno())
        place.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        problem = say("The draft of a sealed drill cannot be removed.")
        raise _fault(number, problem, say("Remove the file {file}.", file=DRAFT)) from error


def pool_text(pool: Pool) -> bytes:
    """Return the one JSON text of the pool, which reads back as the same pool.

    Raises:
        UserError: naming everything in it that could not be read again.

    """
    try:
        text = canonical(pool_document(pool)).encode()
    except ValueError:
        problem = say("The pool holds a number or a text that cannot be written.")
        raise _fault(pool.drill, problem, say("Compose it anew.")) from None
    if canonical(pool_document(pool_of_bytes(text))).encode() != text:
        problem = say("The pool would not be read as it was written.")
        raise _fault(pool.drill, problem, say("Compose it anew."))
    return text


def make_draft_key(control: Control) -> None:
    """Make control's draft key where there is none.

    Raises:
        UserError: where it cannot be written.

    """
    place = control.folder / DRAFT_KEY
    with alone(control):
        if not place.exists():
            write_once(place, keys.new_identity().encode())


def _key(control: Control) -> str:
    return keys.read_key_file(control.folder / DRAFT_KEY).decode("ascii", "replace")


def _fault(number: str, problem: Sentence, mend: Sentence) -> UserError:
    return UserError([Fault(number[:60], problem, mend)])
