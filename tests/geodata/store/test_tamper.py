"""What is changed behind the program's back is refused by the database or named by verify."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import shapely
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    Table,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError

from geodata.faults import UserError
from geodata.store import Change, Store, create_store, open_store
from tests.geodata.store.making import (
    COUNTERS,
    WHO,
    Place,
    behind,
    count_up,
    counter_id,
    make_counters,
)

Cell = str | int | bytes | None
JSON_COLUMNS = {"before", "after", "props", "sealed"}


@pytest.fixture
def tampered(place: Place) -> Place:
    """Return a store with a history: added, set twice, one removed."""
    make_counters(place, 4)
    with open_store(place) as store:
        for number in (0, 1, 1, 2):
            count_up(store, number, WHO)
        seen = store.find(COUNTERS, counter_id(3))
        assert seen is not None
        store.edit(WHO, [Change("remove", COUNTERS, seen.id, seen.version)])
        assert store.verify().intact
    return place


@contextmanager
def closing_engine(engine: Engine) -> Iterator[Engine]:
    """Yield the engine and let go of its connections."""
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _at_the_tables(place: Place) -> Iterator[Connection]:
    with closing_engine(behind(place)) as engine, engine.begin() as connection:
        yield connection


def _take_the_triggers_off(connection: Connection) -> None:
    """Do what somebody with the file or the server in his hands can do."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("alter table event disable trigger user"))
        return
    names = connection.execute(text("select name from sqlite_master where type = 'trigger'"))
    for name in names.scalars().all():
        connection.execute(text(f"drop trigger {name}"))


def _others(column: str, value: Cell) -> tuple[Cell, Cell]:
    """Return another value of the same kind, and one that means nothing at all."""
    if isinstance(value, bytes):
        return shapely.to_wkb(shapely.Point(1, 2)), b"\x00"
    if isinstance(value, int):
        return value + 1000, -1
    if column in JSON_COLUMNS:
        return json.dumps({**json.loads(value), "n": 77}), "[nothing"
    if column in {"at", "known_at"}:
        return value.replace("20", "19", 1), "yesterday"
    return value[::-1] if value != value[::-1] else f"{value}x", "\x01"


def _table(connection: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=connection)


def _delete_event(place: Place, seq: int) -> None:
    with _at_the_tables(place) as connection:
        _take_the_triggers_off(connection)
        event = _table(connection, "event")
        assert connection.execute(event.delete().where(event.c.seq == seq)).rowcount == 1


def _said(store: Store) -> list[str]:
    verdict = store.verify()
    said = [str(one) for one in (*verdict.breaks, *verdict.differences)]
    assert verdict.intact == (not said)
    return said


def _told(place: Place) -> list[str]:
    with open_store(place) as store:
        return _said(store)


def _write(engine: Engine, cell: Column[Cell], where: ColumnElement[bool], value: Cell) -> None:
    """Write one cell behind the program's back."""
    with engine.begin() as connection:
        change = update(cell.table).where(where).values({cell: value})
        assert connection.execute(change).rowcount == 1


def _unnamed(place: Place, name: str, key: str, row: str | int) -> list[str]:
    """Change each cell of a row in turn and mend it; return the changes that verify did not name.

    It names the row by its key, or by what the key was changed to.
    """
    missed = []
    engine = behind(place)
    with closing_engine(engine), open_store(place) as store:
        with engine.connect() as connection:
            table = _table(connection, name)
            old = connection.execute(select(table).where(table.c[key] == row)).mappings().one()
        for column, was in old.items():
            for now in _others(column, was):
                _write(engine, table.c[column], table.c[key] == row, now)
                at = now if column == key else row
                names = {str(row), str(at)}
                if not any(word in said for said in _said(store) for word in names):
                    missed.append(f"{column} = {now!r}")
                _write(engine, table.c[column], table.c[key] == at, was)
        assert _said(store) == []
    return missed


@pytest.mark.parametrize("seq", [1, 6, 9])
def test_every_column_of_an_event_is_watched(tampered: Place, seq: int) -> None:
    """The first, a middle and the last link; verify names it by its number."""
    with _at_the_tables(tampered) as connection:
        _take_the_triggers_off(connection)
    assert _unnamed(tampered, "event", "seq", seq) == []


def test_every_column_of_a_feature_is_watched(tampered: Place) -> None:
    assert _unnamed(tampered, "feature", "id", counter_id(1)) == []


def test_rows_put_in_or_taken_out_are_named(tampered: Place) -> None:
    with _at_the_tables(tampered) as connection:
        connection.execute(text("delete from feature where id = 'c000'"))
        connection.execute(
            text("insert into feature select layer, 'forged', born, version, head, props, shape,"
                 " sealed from feature where id = 'c001'")
        )  # fmt: skip
    said = " ".join(_told(tampered))
    assert "c000" in said
    assert "forged" in said


@pytest.mark.parametrize("seq", [1, 5, 9])
def test_an_event_taken_out_is_noticed(tampered: Place, seq: int) -> None:
    """The last one too: the table of features still stands as it left it."""
    _delete_event(tampered, seq)
    assert _told(tampered) != []


def test_an_end_cut_off_cleanly_shows_at_the_head_on_paper(place: Place) -> None:
    """Nothing inside can show it: that is why the head is printed and kept elsewhere."""
    make_counters(place, 2)
    with open_store(place) as store:
        paper = store.head()
        store.note(WHO, "decision", {"text": "转移"})
        later = store.head()
    _delete_event(place, later.seq)
    with open_store(place) as store:
        assert store.verify().intact
        assert store.verify().heads == (paper,)
        assert store.head() != later


REFUSED = [
    "update event set why = 'x' where seq = 2",
    "update event set known_at = at",
    "delete from event where seq = 2",
    "delete from event",
]
ONLY_ON = {
    "sqlite": ["replace into event select * from event where seq = 2"],
    "postgresql": [
        "truncate event",
        (
            "insert into event select * from event where seq = 2 on conflict (post, seq)"
            " do update set why = 'x'"
        ),
    ],
}


def _refusals(place: Place) -> list[str]:
    """Return the statements that the database let through."""
    let_through = []
    kind = "sqlite" if not isinstance(place, str) else "postgresql"
    for statement in [*REFUSED, *ONLY_ON[kind]]:
        try:
            with _at_the_tables(place) as connection:
                connection.execute(text(statement))
        except DBAPIError as error:
            if "events are only added" not in str(error):
                let_through.append(f"{statement}: {error}")
        else:
            let_through.append(statement)
    return let_through


def test_the_database_refuses_to_change_or_delete_an_event(tampered: Place) -> None:
    assert _refusals(tampered) == []
    assert _told(tampered) == []


def test_a_store_is_not_made_over_another(place: Place) -> None:
    make_counters(place, 1)
    with pytest.raises(UserError, match="There is a register already"):
        create_store(place)
    with open_store(place) as store:
        assert len(store.read(COUNTERS)) == 1
