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

from geodata.faults import Fault, UserError
from language import say

from .readings import Reading
from .rules import RulePack
from .signals import Phase, Place, Signal, State, acknowledged, judge

FILE = "watch.sqlite"
WIND = "quantity in ('wind_from', 'wind_speed')"
WINDS = 64
"""So many of the last readings of wind are looked at."""

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
create index if not exists wind on reading (at) where {WIND};
"""


@dataclass(frozen=True)
class Taken:
    """What came of a batch: readings new and known before, the signals it raised, strangers.

    ``unjudged`` are quantities and units that no rule judges, as (quantity, unit).
    """

    new: int
    again: int
    signals: tuple[Signal, ...]
    unjudged: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Station:
    """The file of one district and the rules that judge what comes."""

    path: Path
    pack: RulePack

    def take(self, readings: Sequence[Reading]) -> Taken:
        """Keep the readings and return what they raised; all of them are on disk then, or none.

        A reading of the same object, quantity, unit and moment counts once. They are judged in
        the order of their moments.

        Raises:
            UserError: where the file cannot be written.

        """
        signals: list[Signal] = []
        new = 0
        with self._writing() as connection:
            states = _states(connection)
            before = dict(states)
            for reading in sorted(readings, key=lambda one: one.at):
                if not _keep(connection, reading):
                    continue
                new += 1
                for place, state, signal in judge(self.pack.rules, states, reading):
                    states[place] = state
                    if signal is not None:
                        signals.append(signal)
            _write_states(connection, before, states)
            _write_signals(connection, signals)
        return Taken(new, len(readings) - new, tuple(signals), self._unjudged(readings))

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
        """Return every rule and object that is not calm."""
        with closing(self._connected()) as connection:
            return {p: s for p, s in _states(connection).items() if s.phase != "calm"}

    def mark(self) -> int:
        """Return a number that grows with every signal, cheap enough to ask for twice a second."""
        with closing(self._connected()) as connection:
            return int(
                connection.execute("select coalesce(max(number), 0) from signal").fetchone()[0]
            )

    def untold(self) -> tuple[tuple[int, Signal], ...]:
        """Return the signals that do not stand in the register's chain yet, oldest first."""
        asked = (
            "select number, rule, layer, id, phase, value, at from signal where not told"
            " order by number"
        )
        with closing(self._connected()) as connection:
            rows = connection.execute(asked).fetchall()
        return tuple((n, Signal(r, y, i, p, v, _moment(a))) for n, r, y, i, p, v, a in rows)

    def told(self, numbers: Iterable[int]) -> None:
        """Keep that these signals stand in the register's chain."""
        with self._writing() as connection:
            connection.executemany(
                "update signal set told = 1 where number = ?", ((n,) for n in numbers)
            )

    def count(self) -> int:
        """Return how many readings are kept."""
        with closing(self._connected()) as connection:
            return int(connection.execute("select count(*) from reading").fetchone()[0])

    def winds(self) -> tuple[Reading, ...]:
        """Return the last readings of wind of all objects, the newest first; cheap to ask for."""
        asked = (
            f"select layer, id, quantity, value, unit, at from reading where {WIND}"  # noqa: S608 - a constant of this file
            " order by at desc, quantity, layer, id limit ?"
        )
        with closing(self._connected()) as connection:
            rows = connection.execute(asked, (WINDS,)).fetchall()
        return tuple(Reading(y, i, q, v, u, _moment(a)) for y, i, q, v, u, a in rows)

    def history(self, layer: str, id: str, *, most: int = 500) -> tuple[Reading, ...]:  # noqa: A002 - the column's name
        """Return the last readings of an object, the newest first."""
        asked = (
            "select layer, id, quantity, value, unit, at from reading where layer = ? and id = ?"
            " order by at desc limit ?"
        )
        with closing(self._connected()) as connection:
            rows = connection.execute(asked, (layer, id, most)).fetchall()
        return tuple(Reading(y, i, q, v, u, _moment(a)) for y, i, q, v, u, a in rows)

    def _unjudged(self, readings: Sequence[Reading]) -> frozenset[tuple[str, str]]:
        known = {(rule.quantity, rule.unit) for rule in self.pack.rules}
        return frozenset({(one.quantity, one.unit) for one in readings} - known)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with closing(self._connected()) as connection:
            try:
                connection.execute("begin immediate")
                yield connection
                connection.execute("commit")
            except sqlite3.Error as error:
                if connection.in_transaction:
                    connection.execute("rollback")
                raise UserError([_refused(self.path, error)]) from error

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None)
        connection.execute("pragma synchronous = full")
        return connection


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


def _keep(connection: sqlite3.Connection, reading: Reading) -> bool:
    kept = connection.execute(
        "insert or ignore into reading (layer, id, quantity, unit, at, value)"
        " values (?, ?, ?, ?, ?, ?)",
        (
            reading.layer,
            reading.id,
            reading.quantity,
            reading.unit,
            _text(reading.at),
            reading.value,
        ),
    )
    return kept.rowcount == 1


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
    return Fault(
        file=path.name,
        problem=say("The file of readings cannot be used: {detail}.", detail=str(error)),
        mend=say("Look at the disk and the rights of the folder; move a damaged file away."),
    )
