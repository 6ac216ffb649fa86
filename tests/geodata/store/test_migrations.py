"""A register of every earlier time opens, is whole, and can be restored; its guards stand."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from geodata.faults import UserError
from geodata.store import Change, Store, create_store, open_store, restore
from geodata.store.schema import METADATA, REVISION
from tests.geodata.store.making import Place, behind
from tests.geodata.store.revisions import (
    CALLED,
    FOLDER,
    LAYER,
    WHO,
    register_of,
    revisions,
    upgrade,
)

EVERY = revisions()


@contextmanager
def _tables(place: Place) -> Iterator[Connection]:
    engine = behind(place)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _as_it_was(store: Store) -> None:
    """Expect the register of ``revisions.make_register``, whole."""
    assert store.verify().breaks == ()
    assert store.verify().differences == ()
    first, second = store.read(LAYER)
    assert dict(first.props) == {
        "name": "南库", "beds": 44, "kinds": ("帐篷", "水"), "area_m2": 12.5,
    }  # fmt: skip
    assert first.shape is not None
    assert first.shape.wkt == "POINT (113.25 22.5)"
    assert store.personal(LAYER, ["d1", "d2"]) == {"d1": CALLED}
    assert (second.id, second.has_personal) == ("d2", frozenset())
    assert [event.kind for event in store.history(LAYER, "d3")] == ["add", "remove"]


def _guards_stand(place: Place) -> None:
    """Expect that the database itself refuses to change or delete an event."""
    for statement in ("update event set why = 'x'", "delete from event"):
        with pytest.raises(DBAPIError, match="events are only added"), _tables(place) as tables:
            tables.execute(text(statement))


def test_the_newest_migration_is_the_one_the_program_expects() -> None:
    assert EVERY[-1] == REVISION


@pytest.mark.parametrize("revision", EVERY)
def test_a_register_of_each_revision_is_kept_for_these_tests(revision: str) -> None:
    missing = "write it with: python -m tests.geodata.store.revisions"
    assert (FOLDER / f"{revision}.sql").is_file(), missing


@pytest.mark.parametrize("revision", EVERY)
def test_a_register_of_each_revision_opens_and_goes_on(revision: str, place: Place) -> None:
    register_of(revision, place)
    with open_store(place) as store:
        _as_it_was(store)
        store.edit(WHO, [Change("set", LAYER, "d1", 2, {"beds": 45})])
        assert store.verify().intact
    _guards_stand(place)


@pytest.mark.parametrize("revision", EVERY)
def test_a_copy_of_each_revision_is_restored(revision: str, place: Place, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    register_of(revision, copy)
    bytes_before = copy.read_bytes()
    with restore(copy, place) as store:
        _as_it_was(store)
    assert copy.read_bytes() == bytes_before, "the copy is needed once more if this fails"
    _guards_stand(place)


@pytest.mark.parametrize("revision", EVERY)
def test_an_empty_register_of_each_revision_becomes_the_newest(revision: str, place: Place) -> None:
    with _tables(place) as tables:
        upgrade(tables, revision)
        for key in ("post", "secret", "place"):
            tables.execute(text("insert into meta values (:key, 'ab')"), {"key": key})
    with open_store(place) as store:
        assert store.read(LAYER) == ()
        store.edit(WHO, [Change("add", LAYER, "d1")])
        assert store.verify().intact
    with _tables(place) as tables:
        assert tables.execute(text("select version_num from alembic_version")).scalar() == REVISION
    _guards_stand(place)


def test_the_migrations_make_what_the_program_declares(place: Place) -> None:
    create_store(place).close()
    with _tables(place) as tables:
        assert compare_metadata(MigrationContext.configure(tables), METADATA) == []


def test_a_backup_of_either_database_is_restored_on_either(place: Place, tmp_path: Path) -> None:
    """From a laptop to the server and back: what was known stays, the history too."""
    register_of(REVISION, place)
    copy = tmp_path / "copy.sqlite"
    with open_store(place) as store:
        assert store.backup(copy) == len(store.events())
        told = [event.hash for event in store.events()]
    with restore(copy, tmp_path / "laptop.sqlite") as laptop:
        _as_it_was(laptop)
        assert [event.hash for event in laptop.events()][: len(told)] == told


def test_a_register_of_a_newer_program_is_refused_and_left_alone(place: Place) -> None:
    create_store(place).close()
    with _tables(place) as tables:
        tables.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(UserError, match="newer version"):
        open_store(place)
    with _tables(place) as tables:
        assert tables.execute(text("select version_num from alembic_version")).scalar() == "9999"


def test_a_register_that_was_not_made_to_its_end_is_none(place: Place) -> None:
    """Killed between the tables and the first line: said at once, not after the first edit."""
    with _tables(place) as tables:
        upgrade(tables, "head")
    with pytest.raises(UserError, match="This database holds no register"):
        open_store(place)


def test_a_database_of_something_else_is_not_taken_for_a_register(tmp_path: Path) -> None:
    place = tmp_path / "register.sqlite"
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("create table meta (key text)")
    with pytest.raises(UserError, match="This database holds no register"):
        open_store(place)
    place.write_bytes(b"PK\x03\x04 no database at all" * 100)
    with pytest.raises(UserError, match="damaged"):
        open_store(place)
