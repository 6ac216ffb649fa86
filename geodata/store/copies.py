"""Whole copies: every table from one database to another, SQLite or PostgreSQL alike."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, select

from geodata.faults import Fault, UserError
from geodata.machine import sqlite_kind
from geodata.writing import write_file
from language import say

from .engine import Place, file_identity
from .filling import insert_rows
from .posts import IDENTITY
from .schema import EVENT, FEATURE, META, PERSON

_ROWS = 2_000


def copy_tables(source: Connection, target: Connection) -> int:
    """Copy every row into the empty tables of the target; return the number of events."""
    number = 0
    target.execute(META.delete())
    for table in (META, PERSON, EVENT, FEATURE):
        result = source.execute(select(table)).mappings()
        while rows := result.fetchmany(_ROWS):
            insert_rows(target, table, [dict(row) for row in rows])
            number += len(rows) if table is EVENT else 0
    return number


@contextmanager
def fresh_copy(path: Path, *, keep: bool = True) -> Iterator[Path]:
    """Yield a path for a new file that takes the place of ``path`` when the block ends well.

    Without ``keep``, yield instead a passing copy of the file at ``path``, to be read.

    Raises:
        UserError: where the file cannot be written, or is not there to be read.

    """
    if keep:
        with write_file(path) as fresh:
            try:
                yield fresh
                drop_log(path)
            finally:
                drop_log(fresh)
        return
    if not path.is_file():
        problem = say("There is no such file.")
        raise UserError([Fault(str(path), problem, say("Look at its name and folder."))])
    with TemporaryDirectory() as folder:
        passing = Path(folder) / "copy.sqlite"
        shutil.copyfile(path, passing)
        log = _beside(path, "-wal")
        if log.is_file():
            # A register that was not closed keeps its newest events there.
            shutil.copyfile(log, _beside(passing, "-wal"))
        yield passing


def drop_log(path: Path) -> None:
    """Remove what SQLite kept beside a file that is replaced next: it would overlay the new one."""
    for tail in ("-wal", "-shm", "-journal"):
        _beside(path, tail).unlink(missing_ok=True)


def _beside(path: Path, tail: str) -> Path:
    place = path.resolve()
    return place.with_name(place.name + tail)


def require_spare(path: Path, place: Place) -> None:
    """Refuse to write a copy over a register that is in use, the copied one or another.

    Raises:
        UserError: where the file at ``path`` is one; an older copy is none.

    """
    if not path.is_file():
        return
    if isinstance(place, Path) and path.samefile(place):
        problem = say("This is the register itself, not a place for its copy.")
    elif _is_in_use(path):
        problem = say("This file is a register in use; a copy would replace it.")
    else:
        return
    raise UserError([Fault(str(path), problem, say("Give another name."))])


def _is_in_use(path: Path) -> bool:
    """Return whether the file is a register at its own place; a copy was given none.

    What cannot be read now may be one: only what is no database, or none of ours, is not. A file
    without a log is read as it lies: SQLite would make one beside it and leave it there.
    """
    logged = _beside(path, "-wal").is_file()
    address = f"{path.resolve().as_uri()}?{'mode=ro' if logged else 'immutable=1'}"
    asked = "select value from meta where key = ?"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            found = connection.execute(asked, (IDENTITY,)).fetchone()
    except sqlite3.DatabaseError as error:
        # SQLITE_ERROR is that there is no such table.
        return sqlite_kind(error) not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
    return found is not None and str(found[0]) == file_identity(path)
