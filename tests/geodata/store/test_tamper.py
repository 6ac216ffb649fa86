"""What is changed behind the program's back is refused by the database or named by verify."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import shapely
from sqlalchemy import Connection, MetaData, Table, select, text
from sqlalchemy.exc import DBAPIError

from geodata.faults import UserError
from geodata.store import Change, create_store, open_store
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
Row = tuple[str, str | int]
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
def _at_the_tables(place: Place) -> Iterator[Connection]:
    engine = behind(place)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _take_the_triggers_off(connection: Connection) -> None:
    """Do what somebody with the file or the server in his hands can do."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("alter table event disable trigger user"))
        return
    names = connection.execute(text("select name from sqlite_master where type = 'trigger'"))
    for name in names.scalars().all():
        connection.execute(text(f"drop trigger {name}"))


def _other(column: str, value: str | int | bytes) -> str | int | bytes:
    """Return another value of the same kind."""
    if isinstance(value, bytes):
        return shapely.to_wkb(shapely.Point(1, 2))
    if isinstance(value, int):
        return value + 1000
    if column in JSON_COLUMNS:
        return json.dumps({**json.loads(value), "n": 77})
    if column in {"at", "known_at"}:
        return value.replace("20", "19", 1)
    return value[::-1] if value != value[::-1] else f"{value}x"


def _table(connection: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=connection)


def _columns(place: Place, table: str) -> list[str]:
    with _at_the_tables(place) as connection:
        return [column.name for column in _table(connection, table).columns]


def _write(place: Place, table: str, column: str, row: Row, value: Cell) -> Cell:
    """Write one cell and return what stood there before; None writes another value."""
    with _at_the_tables(place) as connection:
        there = _table(connection, table)
        where = there.c[row[0]] == row[1]
        found = connection.execute(select(there.c[column]).where(where)).scalar_one()
        fresh = _other(column, found) if value is None else value
        assert fresh != found
        connection.execute(there.update().where(where).values({column: fresh}))
        return found


def _delete_event(place: Place, seq: int) -> None:
    with _at_the_tables(place) as connection:
        _take_the_triggers_off(connection)
        event = _table(connection, "event")
        assert connection.execute(event.delete().where(event.c.seq == seq)).rowcount == 1


def _told(place: Place) -> list[str]:
    with open_store(place) as store:
        verdict = store.verify()
        said = [str(one) for one in (*verdict.breaks, *verdict.differences)]
        assert verdict.intact == (not said)
        return said


def _name_every_column(place: Place, table: str, row: Row, named: Callable[[str], bool]) -> None:
    """Change each cell of the row in turn, expect that verify names the row, and mend it."""
    missed = []
    for column in _columns(place, table):
        old = _write(place, table, column, row, None)
        if not any(named(said) for said in _told(place)):
            missed.append(column)
        at = (row[0], _other(column, old)) if column == row[0] else row
        _write(place, table, column, at, old)
    assert missed == []
    assert _told(place) == []


@pytest.mark.parametrize("seq", [1, 6, 9])
def test_every_column_of_an_event_is_watched(tampered: Place, seq: int) -> None:
    """The first, a middle and the last link; verify names it by its number."""
    with _at_the_tables(tampered) as connection:
        _take_the_triggers_off(connection)
    _name_every_column(
        tampered, "event", ("seq", seq), lambda said: str(seq) in said or str(seq + 1000) in said
    )


def test_every_column_of_a_feature_is_watched(tampered: Place) -> None:
    name = counter_id(1)
    _name_every_column(
        tampered, "feature", ("id", name), lambda said: name in said or name[::-1] in said
    )


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
