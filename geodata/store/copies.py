"""Whole copies: every table from one database to another, SQLite or PostgreSQL alike."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, select

from geodata.faults import Fault, UserError
from geodata.writing import write_file
from language import say

from .filling import insert_rows
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
            finally:
                # What SQLite wrote beside it: gone by now, unless something went wrong.
                for tail in ("-wal", "-shm", "-journal"):
                    fresh.with_name(fresh.name + tail).unlink(missing_ok=True)
        return
    if not path.is_file():
        problem = say("There is no such file.")
        raise UserError([Fault(str(path), problem, say("Look at its name and folder."))])
    with TemporaryDirectory() as folder:
        passing = Path(folder) / "copy.sqlite"
        shutil.copyfile(path, passing)
        yield passing
