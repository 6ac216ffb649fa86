"""What a build carries from the old folder into the new one, held still until the folders swap."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from geodata.faults import Fault, UserError
from geodata.machine import SQLITE_BUSY, SQLITE_DAMAGED, sqlite_kind
from language import say

from .folder import SPEED_MODEL, carry_variants
from .founding import held_register

READINGS = "watch.sqlite"
"""The file of early warning: readings and signals that no build makes."""

_BUSY_S = 30.0


@contextmanager
def carried(old: Path, new: Path) -> Iterator[None]:
    """Carry readings and plans into the new folder; nobody writes to the old while the block runs.

    Raises:
        UserError: where the register or the speed model was written to while the build ran.

    """
    with held_register(old), _held_readings(old / READINGS, new / READINGS):
        _require_same_model(old / SPEED_MODEL, new / SPEED_MODEL)
        # Last: a plan has no lock, so what is saved from here until the swap is not carried.
        carry_variants(old, new)
        yield


@contextmanager
def _held_readings(old: Path, new: Path) -> Iterator[None]:
    """Copy the file of readings and let nobody write to the old one, nor to what remains of it.

    Who waited for it meanwhile has it open and would write into a file that has lost its name:
    without tables it refuses, and the next try opens the new one.
    """
    if not old.is_file():
        yield
        return
    with closing(_connected(old)) as connection:
        with _told(old):
            connection.execute("begin immediate")
            with closing(_connected(old)) as source, closing(sqlite3.connect(new)) as target:
                source.backup(target)
        yield
        with _told(old):
            _empty(connection)


def _empty(connection: sqlite3.Connection) -> None:
    named = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
    for (name,) in named:
        connection.execute(f'drop table "{name}"')
    connection.execute("commit")


def _connected(path: Path) -> sqlite3.Connection:
    with _told(path):
        return sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        kind = sqlite_kind(error)
        problem = say("The file of readings cannot be used: {detail}.", detail=str(error))
        mend = say("Look at the disk and the rights of the folder.")
        if kind in SQLITE_BUSY:
            problem, mend = say("The file of readings is busy."), say("Try again in a moment.")
        elif kind in SQLITE_DAMAGED:
            mend = say("Move the damaged file away, then build again.")
        raise UserError([Fault(path.name, problem, mend)]) from error


def _require_same_model(old: Path, new: Path) -> None:
    """Refuse where the speed model was edited since the build took it."""
    if old.is_file() and old.read_bytes() != new.read_bytes():
        problem = say("The speed model was edited while the district was built.")
        raise UserError([Fault(str(old), problem, say("Build again: it is then kept."))])
