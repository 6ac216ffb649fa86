"""What a database's errors are told as, how a connection is set up, and what a fault never says."""

import gc
import shutil
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from geodata.faults import UserError
from geodata.store import create_store, engine, open_store
from geodata.store.engine import (
    Database,
    file_identity,
    meta,
    open_database,
    plain_faults,
    require_free,
    set_meta,
    sweep,
)
from geodata.store.schema import REVISION
from tests.geodata.store.making import Place
from tests.postgres import Cluster


def sqlite_error(name: str, code: int = 0) -> DBAPIError:
    """Return what SQLAlchemy raises where SQLite names this error, or tells only its number."""
    error = sqlite3.OperationalError("as SQLite words it")
    error.sqlite_errorname, error.sqlite_errorcode = name, code
    return DBAPIError("insert …", {"phone": "555-0101"}, error, hide_parameters=True)


def server_error(code: str) -> DBAPIError:
    """Return what SQLAlchemy raises where PostgreSQL answers with this code."""
    return DBAPIError("insert …", {}, Exception({"S": "ERROR", "C": code}))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (sqlite_error("SQLITE_FULL"), "disk is full"),
        (sqlite_error("SQLITE_IOERR_WRITE"), "disk is full"),
        (server_error("53100"), "disk is full"),
        (sqlite_error("SQLITE_BUSY"), "is busy"),
        (server_error("55P03"), "is busy"),
        (sqlite_error("SQLITE_NOTADB"), "file is damaged"),
        (sqlite_error("SQLITE_CORRUPT"), "file is damaged"),
        (sqlite_error("SQLITE_READONLY"), "cannot be written here"),
        (sqlite_error("SQLITE_CANTOPEN"), "cannot be written here"),
        (server_error("25006"), "cannot be written here"),
        (server_error("28P01"), "refuses this name or password"),
        (server_error("3D000"), "refuses this name or password"),
        (server_error("57P01"), "does not answer"),
        (server_error("08006"), "does not answer"),
        (DBAPIError("", {}, Exception("network error")), "does not answer"),
        (DBAPIError("", {}, Exception(), connection_invalidated=True), "does not answer"),
        (ConnectionResetError(), "does not answer"),
        (TimeoutError(), "does not answer"),
        (InvalidTag(), "changed behind the program's back"),
    ],
)
def test_what_a_user_can_mend_is_a_sentence(error: Exception, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught, plain_faults("register.sqlite"):
        raise error
    (fault,) = caught.value.faults
    assert fault.file == "register.sqlite"
    assert str(fault.mend)
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SQLITE_BUSY_RECOVERY", "is busy"),
        ("SQLITE_BUSY_TIMEOUT", "is busy"),
        ("SQLITE_LOCKED_SHAREDCACHE", "is busy"),
        ("SQLITE_PROTOCOL", "is busy"),
        ("SQLITE_NOMEM", "no memory"),
        ("SQLITE_IOERR_NOMEM", "no memory"),
        ("SQLITE_IOERR", "does not read or write"),
        ("SQLITE_IOERR_READ", "does not read or write"),
        ("SQLITE_IOERR_SHORT_READ", "does not read or write"),
        ("SQLITE_IOERR_FSYNC", "does not read or write"),
        ("SQLITE_IOERR_LOCK", "does not read or write"),
        ("SQLITE_IOERR_SHMMAP", "does not read or write"),
        ("SQLITE_IOERR_TRUNCATE", "does not read or write"),
        ("SQLITE_CANTOPEN_ISDIR", "cannot be written here"),
        ("SQLITE_READONLY_RECOVERY", "cannot be written here"),
        ("SQLITE_READONLY_DBMOVED", "was replaced"),
        ("SQLITE_CORRUPT_INDEX", "file is damaged"),
    ],
)
def test_what_sqlite_tells_more_exactly_is_told_as_its_kind(name: str, words: str) -> None:
    with pytest.raises(UserError, match=words), plain_faults("register.sqlite"):
        raise sqlite_error(name, getattr(sqlite3, name))


def test_an_error_that_python_has_no_name_for_is_told_as_its_kind() -> None:
    """SQLite may be newer than the Python that was made with it."""
    error = sqlite_error("unknown", sqlite3.SQLITE_IOERR | 99 << 8)
    with pytest.raises(UserError, match="does not read or write"), plain_faults("r.sqlite"):
        raise error


@pytest.mark.parametrize(
    "error",
    [
        sqlite_error("SQLITE_CONSTRAINT"),
        server_error("23505"),
        server_error("42P01"),
        DBAPIError("", {}, Exception()),
        ValueError("a bug"),
    ],
)
def test_a_bug_stays_what_it_is(error: Exception) -> None:
    """A broken rule of the tables is our fault: told as the user's it would never be found."""
    with pytest.raises(type(error)) as caught, plain_faults("register.sqlite"):
        raise error
    assert caught.value is error


def test_an_error_never_quotes_what_was_to_be_written() -> None:
    assert "555-0101" not in str(sqlite_error("SQLITE_CONSTRAINT"))


def test_a_server_is_named_without_its_password() -> None:
    address = "postgresql://desk:geheim@127.0.0.1:1/register"
    with pytest.raises(UserError, match="does not answer") as caught:
        open_database(address, create=False)
    assert "geheim" not in str(caught.value)
    assert "desk" in str(caught.value)


@contextmanager
def silent_server() -> Iterator[str]:
    """Yield the address of a server that takes every call and never says a word."""
    with closing(socket.socket()) as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(5)
        yield f"postgresql://desk@127.0.0.1:{deaf.getsockname()[1]}/register"


@pytest.fixture
def unclosed() -> Iterator[None]:
    """Let pg8000 leave the socket of a call that failed to the collector, while the test runs."""
    yield
    for _ in range(3):
        time.sleep(0.1)  # a thread of the test may hold the last of it for a moment
        gc.collect()


LEFT = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@LEFT
@pytest.mark.usefixtures("unclosed")
def test_a_server_that_says_nothing_does_not_answer() -> None:
    """A page that waits for it without end is a page that hangs."""
    begun = time.monotonic()
    with silent_server() as address, pytest.raises(UserError, match="does not answer"):
        open_database(address, create=False, silent_s=0.5)
    assert time.monotonic() - begun < 10


@LEFT
@pytest.mark.usefixtures("unclosed")
def test_a_server_that_falls_silent_does_not_answer_until_it_does(postgres: Cluster) -> None:
    """Held still in the middle of its work, as by a disk that hangs; then it goes on."""
    place = postgres.url(postgres.new_database())
    create_store(place).close()
    database = open_database(place, create=False, silent_s=1)
    with database.reading() as connection:
        meta(connection, "trial")
    with postgres.held():
        with pytest.raises(UserError, match="does not answer"), database.reading():
            pass
        with pytest.raises(UserError, match="does not answer"), database.writing():
            pass
    for number in ("one", "two"):
        with database.writing() as connection:
            set_meta(connection, "trial", number)
        with database.reading() as connection:
            assert meta(connection, "trial") == number
    with (
        pytest.raises(UserError, match="does not answer"),
        database.reading() as connection,
        postgres.held(),
    ):
        meta(connection, "trial")
    with database.reading() as connection:
        assert meta(connection, "trial") == "two"
    database.engine.dispose()


def test_another_writer_on_the_server_is_waited_for_only_so_long(
    postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = postgres.url(postgres.new_database())
    create_store(place).close()
    monkeypatch.setattr(engine, "BUSY_MS", 300)
    one, other = (open_database(place, create=False) for _ in range(2))
    for second in (other, one):
        with one.writing() as connection:
            set_meta(connection, "trial", "kept")
            with pytest.raises(UserError, match="is busy"), second.writing():
                pass
    with other.writing() as connection:
        assert meta(connection, "trial") == "kept"
    for database in (one, other):
        database.engine.dispose()


def test_more_readers_than_connections_wait_only_so_long(
    postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = postgres.url(postgres.new_database())
    create_store(place).close()
    monkeypatch.setattr(engine, "BUSY_MS", 300)
    monkeypatch.setattr(engine, "SERVER_CONNECTIONS", 1)
    database = open_database(place, create=False)
    with database.reading(), pytest.raises(UserError, match="is busy"), database.reading():
        pass
    database.engine.dispose()


def test_a_file_is_set_up_to_survive_a_power_cut(tmp_path: Path) -> None:
    """Acknowledged is on the disk (FULL), and what was erased is overwritten (secure_delete)."""
    database = open_database(tmp_path / "r.sqlite", create=True)
    pragmas = ("journal_mode", "synchronous", "secure_delete", "trusted_schema", "busy_timeout")
    with database.reading() as connection:
        found = {p: connection.execute(text(f"pragma {p}")).scalar() for p in pragmas}
    database.engine.dispose()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "trusted_schema": 0,
        "busy_timeout": 30_000,
    }


def test_a_block_that_fails_leaves_nothing(tmp_path: Path) -> None:
    database = open_database(tmp_path / "r.sqlite", create=True)
    with pytest.raises(IntegrityError):
        _write_and_fail(database)
    with database.writing() as connection:
        assert meta(connection, "trial") == ""
        set_meta(connection, "trial", "one")
        set_meta(connection, "trial", "two")
    with database.reading() as connection:
        assert meta(connection, "trial") == "two"
        assert meta(connection, "none") == ""
    database.engine.dispose()


def _write_and_fail(database: Database) -> None:
    with database.writing() as connection:
        set_meta(connection, "trial", "lost")
        connection.execute(text("insert into meta (key, value) values ('trial', 'again')"))


def test_a_reader_sees_one_state_while_another_writes(place: Place) -> None:
    """A map that is half of before and half of after an edit never was."""
    create_store(place).close()
    database = open_database(place, create=False)
    with database.reading() as reader:
        assert meta(reader, "trial") == ""
        with database.writing() as writer:
            set_meta(writer, "trial", "new")
        assert meta(reader, "trial") == ""
    with database.reading() as reader:
        assert meta(reader, "trial") == "new"
    database.engine.dispose()


def test_a_swept_file_is_all_there_is(tmp_path: Path) -> None:
    """Who copies the one file to a stick takes every edit along."""
    place = tmp_path / "r.sqlite"
    database = open_database(place, create=True)
    with database.writing() as connection:
        set_meta(connection, "trial", "kept")
    sweep(database)
    shutil.copyfile(place, tmp_path / "copy.sqlite")
    database.engine.dispose()
    with closing(sqlite3.connect(tmp_path / "copy.sqlite")) as base:
        assert base.execute("select value from meta where key = 'trial'").fetchall() == [("kept",)]


def test_a_register_of_a_newer_program_is_left_alone(place: Place) -> None:
    create_store(place).close()
    database = open_database(place, create=False)
    with database.writing() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    database.engine.dispose()
    with pytest.raises(UserError, match="newer version"):
        open_store(place)
    assert REVISION < "9999"


def test_a_register_that_was_never_finished_is_none(place: Place) -> None:
    """Without the line of its post a register was not made to its end, and may be made anew."""
    create_store(place).close()
    database = open_database(place, create=False)
    with database.writing() as connection:
        connection.execute(text("delete from meta where key = 'post'"))
    database.engine.dispose()
    with pytest.raises(UserError, match="holds no register"):
        open_store(place)


def test_a_register_is_never_made_over_another(place: Place) -> None:
    create_store(place).close()
    with pytest.raises(UserError, match="There is a register already"):
        create_store(place)


def test_an_empty_database_is_no_register(tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(UserError, match="holds no register"):
        open_store(tmp_path / "empty.sqlite")
    with pytest.raises(UserError, match="There is a register already"):
        require_free(tmp_path / "empty.sqlite")


def test_a_folder_that_cannot_be_made_in_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be written here"):
        open_database(tmp_path / "missing" / "r.sqlite", create=True)


def test_a_copy_of_a_file_is_told_from_the_file(tmp_path: Path) -> None:
    one = tmp_path / "one"
    one.write_bytes(b"x")
    other = tmp_path / "other"
    shutil.copy2(one, other)
    before = file_identity(one)
    assert before != file_identity(other)
    one.write_bytes(b"more")
    moved = one.rename(tmp_path / "moved")
    assert file_identity(moved) == before
