"""The readings of a district on disk, and where every rule stands: nothing is lost once taken.

A file of its own beside the register: a thousand readings a second would drown the register's
chain. What matters of them, the signals, goes into that chain (``announcing.py``).
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from geodata.faults import Fault, UserError
from geodata.machine import SQLITE_BUSY, SQLITE_DAMAGED, sqlite_kind
from language import say

from .readings import AHEAD, Reading
from .rules import RulePack
from .signals import Phase, Place, Signal, State, acknowledged, judge, late_alarms

FILE = "watch.sqlite"
WIND = "quantity in ('wind_from', 'wind_speed')"
WINDS = 64
"""So many of the last readings of wind are looked at."""

READING = "layer, id, quantity, value, unit, at"
BUSY_S = 30.0
SCHEMA = f"""
create table if not exists reading (
    layer text not null, id text not null, quantity text not null, unit text not null,
    at text not null, value real not null,
    primary key (layer, id, quantity, unit, at)
) without rowid;
create table if not exists state (
    rule text not null, layer text not null, id text not null, phase text not null,
    since text not null, value real not null, at text not null,
    primary key (rule, layer, id)
) without rowid;
create table if not exists signal (
    number integer primary key, rule text not null, layer text not null, id text not null,
    phase text not null, value real not null, at text not null, told integer not null default 0
);
create table if not exists held (
    layer text not null, id text not null, quantity text not null, unit text not null,
    at text not null, value real not null,
    primary key (at, layer, id, quantity, unit)
) without rowid;
create table if not exists heard (
    one integer primary key check (one = 1), at text not null
);
create index if not exists wind on reading (at) where {WIND};
"""


@dataclass(frozen=True)
class Taken:
    """What came of a batch: readings new and known before, the signals it raised, strangers.

    ``unjudged`` are quantities and units that no rule judges, as (quantity, unit). ``late`` are
    alarms that no machine turned for, as a newer reading of the object had been judged before.
    """

    new: int = 0
    again: int = 0
    signals: tuple[Signal, ...] = ()
    unjudged: frozenset[tuple[str, str]] = frozenset()
    late: tuple[Signal, ...] = ()


@dataclass(frozen=True)
class Station:
    """The file of one district and the rules that judge what comes."""

    path: Path
    pack: RulePack

    def take(
        self,
        readings: Sequence[Reading],
        arrived: datetime | None = None,
        ahead: Sequence[Reading] = (),
    ) -> Taken:
        """Keep the readings and return what they raised; all of them are on disk then, or none.

        A reading of the same object, quantity, unit and moment counts once. They are judged in
        the order of their moments. ``arrived`` is the present where none is given. ``ahead`` are
        kept aside until their time comes, and are taken with the first call after it.

        Raises:
            UserError: where the file cannot be written.

        """
        now = arrived or datetime.now(tz=UTC)
        if not readings and not ahead and not self._is_any_ripe(now):
            return Taken()
        with self._writing() as connection:
            _insert(connection, "held", ahead)
            if readings or ahead:
                connection.execute("replace into heard (one, at) values (1, ?)", (_text(now),))
            return self._judged(connection, [*_no_longer_held(connection, now), *readings], now)

    def held(self) -> int:
        """Return how many readings are kept aside until their time comes.

        Raises:
            UserError: where the file cannot be read.

        """
        with self._open() as connection:
            return int(connection.execute("select count(*) from held").fetchone()[0])

    def heard(self) -> datetime | None:
        """Return when something was taken last by this machine's clock, ``None`` if not known.

        Raises:
            UserError: where the file cannot be read.

        """
        with self._open() as connection:
            row = connection.execute("select at from heard").fetchone()
        return None if row is None else _moment(row[0])

    def _is_any_ripe(self, now: datetime) -> bool:
        asked = "select 1 from held where at <= ? limit 1"
        with self._open() as connection:
            return connection.execute(asked, (_text(now + AHEAD),)).fetchone() is not None

    def _judged(
        self, connection: sqlite3.Connection, readings: Sequence[Reading], arrived: datetime
    ) -> Taken:
        signals: list[Signal] = []
        late: list[Signal] = []
        new = 0
        states = _states(connection)
        before = dict(states)
        for reading in sorted(readings, key=lambda one: one.at):
            if not _insert(connection, "reading", [reading]):
                continue
            new += 1
            late += late_alarms(self.pack.rules, states, reading, arrived)
            for place, state, signal in judge(self.pack.rules, states, reading, arrived):
                states[place] = state
                if signal is not None:
                    signals.append(signal)
        _write_states(connection, before, states)
        _write_signals(connection, signals)
        again = len(readings) - new
        return Taken(new, again, tuple(signals), self._unjudged(readings), tuple(late))

    def acknowledge(self, place: Place, at: datetime) -> Signal | None:
        """Return the signal that somebody has seen it, ``None`` where nothing had fired.

        Raises:
            UserError: where the file cannot be written.

        """
        with self._writing() as connection:
            states = _states(connection)
            before = states.get(place)
            if before is None or before.phase != "fired":
                return None
            states[place] = acknowledged(before)
            signal = Signal(*place, "acknowledged", before.value, at)
            _write_states(connection, {place: before}, {place: states[place]})
            _write_signals(connection, [signal])
        return signal

    def standing(self) -> Mapping[Place, State]:
        """Return every rule and object that is not calm.

        Raises:
            UserError: where the file cannot be read.

        """
        with self._open() as connection:
            return {p: s for p, s in _states(connection).items() if s.phase != "calm"}

    def mark(self) -> int:
        """Return a number that grows with every signal, cheap enough to ask for twice a second.

        Raises:
            UserError: where the file cannot be read.

        """
        with self._open() as connection:
            return int(
                connection.execute("select coalesce(max(number), 0) from signal").fetchone()[0]
            )

    def untold(self) -> tuple[tuple[int, Signal], ...]:
        """Return the signals that do not stand in the register's chain yet, oldest first.

        Raises:
            UserError: where the file cannot be read.

        """
        asked = (
            "select number, rule, layer, id, phase, value, at from signal where not told"
            " order by number"
        )
        with self._open() as connection:
            rows = connection.execute(asked).fetchall()
        return tuple((n, Signal(r, y, i, p, v, _moment(a))) for n, r, y, i, p, v, a in rows)

    def told(self, numbers: Iterable[int]) -> None:
        """Keep that these signals stand in the register's chain.

        Raises:
            UserError: where the file cannot be written.

        """
        with self._writing() as connection:
            connection.executemany(
                "update signal set told = 1 where number = ?", ((n,) for n in numbers)
            )

    def count(self) -> int:
        """Return how many readings are kept.

        Raises:
            UserError: where the file cannot be read.

        """
        with self._open() as connection:
            return int(connection.execute("select count(*) from reading").fetchone()[0])

    def winds(self) -> tuple[Reading, ...]:
        """Return the last readings of wind of all objects, the newest first; cheap to ask for.

        Raises:
            UserError: where the file cannot be read.

        """
        asked = (
            f"select {READING} from reading where {WIND}"  # noqa: S608 - constants of this file
            " order by at desc, quantity, layer, id limit ?"
        )
        with self._open() as connection:
            rows = connection.execute(asked, (WINDS,)).fetchall()
        return tuple(_read(row) for row in rows)

    def history(self, layer: str, id: str, *, most: int = 500) -> tuple[Reading, ...]:  # noqa: A002 - the column's name
        """Return the last readings of an object, the newest first.

        Raises:
            UserError: where the file cannot be read.

        """
        asked = (
            f"select {READING} from reading where layer = ? and id = ?"  # noqa: S608 - a constant
            " order by at desc limit ?"
        )
        with self._open() as connection:
            rows = connection.execute(asked, (layer, id, most)).fetchall()
        return tuple(_read(row) for row in rows)

    def _unjudged(self, readings: Sequence[Reading]) -> frozenset[tuple[str, str]]:
        known = {(rule.quantity, rule.unit) for rule in self.pack.rules}
        return frozenset({(one.quantity, one.unit) for one in readings} - known)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Yield the only writer's connection; where the block fails, closing takes all back."""
        with self._open() as connection:
            connection.execute("begin immediate")
            yield connection
            connection.execute("commit")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection; what SQLite refuses meanwhile is a fault that a user can mend."""
        try:
            connected = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None)
            with closing(connected) as connection:
                connection.execute("pragma synchronous = full")
                yield connection
        except sqlite3.Error as error:
            raise UserError([_refused(self.path, error)]) from error


def open_station(folder: Path, pack: RulePack) -> Station:
    """Return the station of a district's folder; its file is made where there is none.

    Raises:
        UserError: where the file can be neither read nor made.

    """
    station = Station(folder / FILE, pack)
    try:
        with closing(sqlite3.connect(station.path, timeout=BUSY_S)) as connection:
            connection.execute("pragma journal_mode = wal")
            connection.executescript(SCHEMA)
    except sqlite3.Error as error:
        raise UserError([_refused(station.path, error)]) from error
    return station


def has_station(folder: Path) -> bool:
    """Return whether readings were ever taken in the folder: early warning is off until then."""
    return (folder / FILE).is_file()


def _insert(
    connection: sqlite3.Connection, table: Literal["reading", "held"], readings: Iterable[Reading]
) -> int:
    """Return how many of the readings the table did not hold yet; they are in it now."""
    return connection.executemany(
        f"insert or ignore into {table} ({READING}) values (?, ?, ?, ?, ?, ?)",  # noqa: S608 - constants
        ((r.layer, r.id, r.quantity, r.value, r.unit, _text(r.at)) for r in readings),
    ).rowcount


def _no_longer_held(connection: sqlite3.Connection, now: datetime) -> list[Reading]:
    """Return the readings whose time has come; they are kept aside no more."""
    until = (_text(now + AHEAD),)
    asked = f"select {READING} from held where at <= ?"  # noqa: S608 - a constant
    rows = connection.execute(asked, until).fetchall()
    connection.execute("delete from held where at <= ?", until)
    return [_read(row) for row in rows]


def _read(row: tuple[str, str, str, float, str, str]) -> Reading:
    """Return the reading of a row with the columns ``READING``."""
    layer, record, quantity, value, unit, at = row
    return Reading(layer, record, quantity, value, unit, _moment(at))


def _states(connection: sqlite3.Connection) -> dict[Place, State]:
    rows = connection.execute("select rule, layer, id, phase, since, value, at from state")
    return {
        (rule, layer, record): State(_phase(phase), _moment(since), value, _moment(at))
        for rule, layer, record, phase, since, value, at in rows
    }


def _write_states(
    connection: sqlite3.Connection, before: Mapping[Place, State], after: Mapping[Place, State]
) -> None:
    changed = [(place, state) for place, state in after.items() if before.get(place) != state]
    connection.executemany(
        "replace into state (rule, layer, id, phase, since, value, at)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        ((*p, s.phase, _text(s.since), s.value, _text(s.at)) for p, s in changed),
    )


def _write_signals(connection: sqlite3.Connection, signals: Iterable[Signal]) -> None:
    connection.executemany(
        "insert into signal (rule, layer, id, phase, value, at) values (?, ?, ?, ?, ?, ?)",
        ((s.rule, s.layer, s.id, s.phase, s.value, _text(s.at)) for s in signals),
    )


def _phase(text: str) -> Phase:
    return "fired" if text == "fired" else "acknowledged" if text == "acknowledged" else "calm"


def _text(at: datetime) -> str:
    """Return the moment as text of one width, so that it sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _refused(path: Path, error: sqlite3.Error) -> Fault:
    """Return the fault; only a file that is damaged is one to be moved away."""
    kind, detail = sqlite_kind(error), str(error)
    if kind in SQLITE_BUSY:
        problem, mend = say("The file of readings is busy."), say("Try again in a moment.")
    elif kind == sqlite3.SQLITE_FULL:
        problem = say("The disk is full; nothing was changed.")
        mend = say("Free some space and try again.")
    elif kind in SQLITE_DAMAGED:
        problem = say("The file of readings is damaged: {detail}.", detail=detail)
        mend = say("Move the damaged file away, then start early warning again.")
    else:
        problem = say("The file of readings cannot be used: {detail}.", detail=detail)
        mend = say("Look at the disk and the rights of the folder.")
    return Fault(file=path.name, problem=problem, mend=mend)
