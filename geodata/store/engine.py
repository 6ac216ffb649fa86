"""Connections to SQLite and PostgreSQL: how they are opened, locked, migrated and what they say."""

import os
import platform
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from geodata.faults import Fault, UserError
from geodata.machine import sqlite_kind
from language import Sentence, say

from .schema import META, REVISION

BUSY_MS = 30_000
"""How long a writer waits for another one before it says that the register is busy."""

SILENT_S = 45.0
"""How long a server may say nothing: longer than a writer waits for its turn there."""

POST = "post"
"""The line of the table meta without which a register was not made to its end."""

SERVER_CONNECTIONS = 8
"""How many a desk holds open on PostgreSQL, which lets in a hundred; who comes next waits."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_WRITERS_LOCK = 5_307_281
"""The number of PostgreSQL's advisory lock that one writer holds at a time."""

_FILE = "file"
Place = Path | str


@dataclass(frozen=True, eq=False)
class Database:
    """An open database; ``turn`` lets the writers of this process in one after another."""

    place: Place
    engine: Engine
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def name(self) -> str:
        """Return what a fault calls it: never a password."""
        if isinstance(self.place, Path):
            return self.place.name
        return make_url(self.place).render_as_string(hide_password=True)

    @property
    def is_file(self) -> bool:
        """Return whether it is one SQLite file."""
        return isinstance(self.place, Path)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one state, whatever is written meanwhile.

        Raises:
            UserError: where the database cannot be reached or is damaged.

        """
        with plain_faults(self.name), self.engine.connect() as connection, connection.begin():
            if not self.is_file:
                connection.exec_driver_sql("set transaction isolation level repeatable read")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield the connection of the only writer; what it did is on the disk when the block ends.

        Raises:
            UserError: where the database cannot be reached, is full, or busy for half a minute.

        """
        with self._own_turn(), plain_faults(self.name), self.engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                if isinstance(self.place, Path):
                    self._require_same_file(connection, self.place)
                else:
                    connection.execute(text(f"set local lock_timeout = {BUSY_MS}"))
                    connection.execute(text(f"select pg_advisory_xact_lock({_WRITERS_LOCK})"))
                yield connection

    @contextmanager
    def _own_turn(self) -> Iterator[None]:
        """Hold the turn of this process, or say that the register is busy."""
        if not self.turn.acquire(timeout=BUSY_MS / 1000):
            raise _fault(self.name, *_BUSY)
        try:
            yield
        finally:
            self.turn.release()

    def _require_same_file(self, connection: Connection, path: Path) -> None:
        """Refuse to write into a file that another one has replaced: it would be lost."""
        try:
            same = connection.info[_FILE] == file_identity(path)
        except FileNotFoundError:
            same = False
        if not same:
            connection.invalidate()
            raise _fault(self.name, *_REPLACED)


def open_database(place: Place, *, create: bool, silent_s: float = SILENT_S) -> Database:
    """Return the database, migrated to the newest revision.

    ``silent_s`` is how long a server may say nothing until it counts as one that does not answer.

    Raises:
        UserError: where it is missing, damaged, of a newer program, or cannot be reached; with
            ``create``, where it holds a register already.

    """
    database = Database(place, _engine(place, silent_s, create=create))
    with ExitStack() as undo:
        undo.callback(database.engine.dispose)
        with plain_faults(database.name):
            _migrate(database, create=create)
        undo.pop_all()
    return database


def _engine(place: Place, silent_s: float, *, create: bool) -> Engine:
    if not isinstance(place, Path):
        return _server_engine(place, silent_s)
    if create:
        require_free(place)
    elif not place.is_file():
        problem = say("There is no register.")
        raise _fault(place.name, problem, say("Build the district, or restore a copy."))
    engine = create_engine(
        f"sqlite:///{place}",
        pool_size=8,
        max_overflow=-1,
        hide_parameters=True,
        connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def require_free(place: Path) -> None:
    """Refuse to make a register where there is a file.

    Raises:
        UserError: where there is one.

    """
    if place.exists():
        problem = say("There is a register already.")
        raise _fault(place.name, problem, say("Name another place."))


def _server_engine(place: str, silent_s: float) -> Engine:
    try:
        url = make_url(place)
        known = url.get_backend_name() == "postgresql" and not url.query
    except (ArgumentError, ValueError):
        known = False
    if not known:
        problem = say("This is no address of a PostgreSQL database.")
        raise _fault(str(place)[:60], problem, say("Write postgresql://USER@HOST/DATABASE."))
    return create_engine(
        url.set(drivername="postgresql+pg8000"),
        hide_parameters=True,
        pool_size=SERVER_CONNECTIONS,
        max_overflow=0,
        pool_timeout=min(BUSY_MS / 1000, silent_s),
        pool_pre_ping=True,
        connect_args={"timeout": silent_s},
    )


def _prepare(connection: sqlite3.Connection, record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
    """Set what makes an acknowledged edit survive a power cut, and an erased key leave the disk."""
    connection.isolation_level = None
    named = connection.execute("pragma database_list").fetchone()
    record.info[_FILE] = file_identity(Path(named[2]))
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_MS}",
        "secure_delete=ON",
        "trusted_schema=OFF",
    ):
        connection.execute(f"pragma {pragma}").close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("begin immediate" if writes else "begin")


def _migrate(database: Database, *, create: bool) -> None:
    with database.engine.connect() as connection:
        found = _revision(connection)
        founded = found is not None and meta(connection, POST) != ""
    name = database.name
    if founded and create:
        raise _fault(name, say("There is a register already."), say("Name another place."))
    if not founded and not create:
        problem = say("This database holds no register.")
        raise _fault(name, problem, say("Build the district, or restore a copy."))
    if found is not None and found > REVISION:
        problem = say("The register was written by a newer version of this program.")
        raise _fault(name, problem, say("Install the newer version."))
    if found == REVISION:
        return
    with database.writing() as connection:
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("select version_num from alembic_version")).scalar()
    return None if found is None else str(found)


def sweep(database: Database) -> None:
    """Bring the log of an SQLite file into the file and cut it: the file is then all there is.

    Raises:
        UserError: where the disk is full.

    """
    with plain_faults(database.name), database.engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        try:
            raw.execute("pragma wal_checkpoint(truncate)").close()
        except sqlite3.Error as error:
            told = _known(_code(error))
            if told is None:
                raise
            raise _fault(database.name, *told) from error


@contextmanager
def plain_faults(name: str) -> Iterator[None]:
    """Turn what a user can mend into a fault; every other error stays what it is."""
    try:
        yield
    except DBAPIError as error:
        told = _told(error)
        if told is None:
            raise
        raise _fault(name, *told) from error
    except InvalidTag as error:
        raise _fault(name, *_CHANGED) from error
    except PoolTimeoutError as error:
        raise _fault(name, *_BUSY) from error
    except (ConnectionError, TimeoutError) as error:
        # pg8000 lets those of the socket through as they are.
        raise _fault(name, *_UNREACHABLE) from error


def _told(error: DBAPIError) -> tuple[Sentence, Sentence] | None:
    """Return problem and mend of a driver's error, None where it is a bug of ours."""
    code = _code(error.orig)
    known = _known(code)
    if known is not None:
        return known
    if error.connection_invalidated or code.startswith(("08", "57P")):
        return _UNREACHABLE
    return None


def _known(code: str) -> tuple[Sentence, Sentence] | None:
    return next(((problem, mend) for codes, problem, mend in _KNOWN if code in codes), None)


def _code(error: object) -> str:
    """Return SQLite's name of the error, else of its kind, or PostgreSQL's five signs."""
    name = getattr(error, "sqlite_errorname", None)
    if name is not None:
        return str(name) if _known(str(name)) else _KINDS.get(sqlite_kind(error), str(name))
    told: Any = getattr(error, "args", ("",))
    first = told[0] if told else ""
    if isinstance(first, dict):
        return str(first.get("C", ""))
    return "08" if "connect" in str(first).lower() or "network" in str(first).lower() else ""


_UNREACHABLE = (
    say("The database of the register does not answer."),
    say("Look whether it runs and whether this machine reaches it, then try again."),
)
_REPLACED = (
    say("The register was replaced meanwhile; nothing was changed."),
    say("Try again: it is then the new one."),
)
_BUSY = (say("The register is busy; nothing was changed."), say("Try again in a moment."))
DAMAGED = say("The register's file is damaged.")
_CHANGED = (
    say("A personal column was changed behind the program's back."),
    say("Prove the register: python cli.py register verify FOLDER"),
)
_KNOWN: tuple[tuple[frozenset[str], Sentence, Sentence], ...] = (
    (
        frozenset({"SQLITE_FULL", "53100"}),
        say("The disk is full; nothing was changed."),
        say("Free some space and try again."),
    ),
    (
        # What a quota refuses, SQLite tells as what a failing disk refuses.
        frozenset({"SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_SHMOPEN"}),
        say("The disk is full; nothing was changed."),
        say("Free some space and try again. Where there is space, the disk or the stick fails."),
    ),
    (
        frozenset({"SQLITE_IOERR", "58030"}),
        say("The disk with the register does not read or write as it should."),
        say("Look whether it is connected; then see what was kept last, and try again."),
    ),
    (
        frozenset({"SQLITE_NOMEM", "SQLITE_IOERR_NOMEM", "53200"}),
        say("The machine has no memory left; nothing was changed."),
        say("Close other programs and try again."),
    ),
    (
        frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL", "55P03", "53300"}),
        *_BUSY,
    ),
    (
        frozenset({"SQLITE_READONLY_DBMOVED"}),
        *_REPLACED,
    ),
    (
        frozenset({"SQLITE_NOTADB", "SQLITE_CORRUPT"}),
        DAMAGED,
        say("Restore the last copy with: python cli.py register restore."),
    ),
    (
        frozenset({"SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "25006", "42501"}),
        say("The register cannot be written here; nothing was changed."),
        say("Give a folder you may write to."),
    ),
    (
        frozenset({"28P01", "28000", "3D000"}),
        say("The database refuses this name or password."),
        say("Look at the address and at the password file."),
    ),
)  # fmt: skip


_KINDS = {
    getattr(sqlite3, name): name
    for codes, _, _ in _KNOWN
    for name in sorted(codes)
    if name.count("_") == 1
}
"""SQLite's names of the kinds of error that are told, by their numbers."""


def file_identity(path: Path) -> str:
    """Return what tells a file from its copy: machine, device and number of the file."""
    stat = os.stat(path)  # noqa: PTH116 - the device and inode of the file itself
    return f"{platform.node()}:{stat.st_dev}:{stat.st_ino}"


def meta(connection: Connection, key: str) -> str:
    """Return a line of the table meta, "" where there is none."""
    return all_meta(connection).get(key, "")


def all_meta(connection: Connection) -> dict[str, str]:
    """Return every line of the table meta; without a condition pg8000 asks only once."""
    return {str(row.key): str(row.value) for row in connection.execute(META.select())}


def set_meta(connection: Connection, key: str, value: str) -> None:
    """Write a line of the table meta."""
    connection.execute(META.delete().where(META.c.key == key))
    connection.execute(META.insert().values(key=key, value=value))


def _fault(name: str, problem: Sentence, mend: Sentence) -> UserError:
    return UserError([Fault(name, problem, mend)])
