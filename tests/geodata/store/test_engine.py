"""What a database's errors are told as, how a connection is set up, and what a fault never says."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from geodata.faults import UserError
from geodata.store import create_store, open_store
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


def sqlite_error(name: str) -> DBAPIError:
    """Return what SQLAlchemy raises where SQLite names this error."""
    error = sqlite3.OperationalError("as SQLite words it")
    error.sqlite_errorname = name
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
