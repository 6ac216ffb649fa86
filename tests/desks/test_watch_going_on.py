"""Early warning goes on: over a busy or full file, a vanished one, and a clock that was set."""

import argparse
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks.ports import free_port
from commands import watch
from desks.watch import Station, broker, judge, load_rules, open_station, station
from desks.watch.broker import Broker, Heard, listen
from desks.watch.dropping import take_drops
from desks.watch.readings import AHEAD, Refused, of_message
from desks.watch.station import Taken
from geodata.faults import Fault, UserError
from geodata.store import Store, create_store
from language import Catalogue, say
from tests.desks.test_watch import GOOD, LEVEL, NOW, PACK, drop, reading
from tests.desks.test_watch_broker import (
    listening,
    message,
    needs_broker,
    publish,
    publisher,
    wait_for,
)
from tests.mosquitto import broker as running_broker

EN = Catalogue.load("en")
BEHIND = timedelta(minutes=6)


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station, "BUSY_S", 0.1)
    monkeypatch.setattr(watch, "LOOK_S", 0.05)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file's only write lock until the block ends."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield


@contextmanager
def dropping(folder: Path, kept: Station) -> Iterator[None]:
    """Take dropped files in a thread until the block ends; the program must outlive the block."""
    stopped = threading.Event()
    options = argparse.Namespace(drop=folder / "drop", once=False, folder=folder)
    thread = threading.Thread(target=watch._drops, args=(options, kept, EN, stopped))
    thread.start()
    try:
        yield
        assert thread.is_alive()
    finally:
        stopped.set()
        thread.join(timeout=30)


def payload(at: datetime, value: float = 90.0) -> bytes:
    row = {"layer": "hazard", "id": "H1", "quantity": "level", "value": value, "unit": "%"}
    return json.dumps({**row, "at": at.isoformat()}).encode()


def full_at_first(tries: int) -> Callable[[Path], Store]:
    """Return what opens a register whose disk is full at the first tries."""
    left = iter(range(tries))

    def opened(folder: Path) -> Store:
        if next(left, None) is not None:
            full = say("The disk is full; nothing was changed.")
            raise UserError([Fault("register.sqlite", full, say("Free some space and try again."))])
        return create_store(folder / "register.sqlite")

    return opened


def test_a_locked_file_is_told_once_and_the_program_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "open_register", full_at_first(0))
    kept = open_station(tmp_path, PACK)
    put = drop(tmp_path / "drop", "a.csv", GOOD.encode())
    said: list[str] = []

    def told(text: str) -> bool:
        said.append(capsys.readouterr().out)
        return text in "".join(said)

    with ExitStack() as until:
        until.enter_context(locked(kept.path))
        with dropping(tmp_path, kept):
            assert wait_for(lambda: told("The file of readings is busy."))
            assert kept.count() == 0
            until.close()
            assert wait_for(lambda: kept.count() == 1 and not put.exists())
            assert wait_for(lambda: not kept.untold())
            assert wait_for(lambda: told("Early warning is taking readings again."))
    assert "".join(said).count("busy") == 1


def test_a_busy_register_gets_the_signals_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "open_register", full_at_first(2))
    kept = open_station(tmp_path, PACK)
    drop(tmp_path / "drop", "a.csv", GOOD.encode())
    with dropping(tmp_path, kept):
        assert wait_for(lambda: kept.count() == 1 and not kept.untold())


def test_once_a_fault_is_still_the_end(tmp_path: Path) -> None:
    kept = open_station(tmp_path, PACK)
    drop(tmp_path / "drop", "a.csv", GOOD.encode())
    options = argparse.Namespace(drop=tmp_path / "drop", once=True, folder=tmp_path)
    with locked(kept.path), pytest.raises(UserError):
        watch._drops(options, kept, EN, threading.Event())


def test_a_file_that_vanishes_keeps_no_other_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the listing and the reading somebody takes the oldest away."""
    kept, folder = open_station(tmp_path, PACK), tmp_path / "drop"
    gone = drop(folder, "a.csv", GOOD.encode())
    drop(folder, "b.csv", GOOD.encode())
    seen = Path.is_file

    def taken_away(path: Path) -> bool:
        there = seen(path)
        if path.name == "a.csv":
            gone.unlink(missing_ok=True)
        return there

    monkeypatch.setattr(Path, "is_file", taken_away)
    with pytest.raises(UserError) as refused:
        list(take_drops(kept, folder, NOW, EN.word))
    assert [fault.file for fault in refused.value.faults] == ["a.csv"]
    assert kept.count() == 1
    assert list(take_drops(kept, folder, NOW, EN.word)) == []


def test_reasons_of_a_file_of_the_same_name_are_kept_too(tmp_path: Path) -> None:
    kept, folder = open_station(tmp_path, PACK), tmp_path / "drop"
    for _ in range(2):
        drop(folder, "a.csv", b"no heading\n")
        list(take_drops(kept, folder, NOW, EN.word))
    assert len(list((folder / "refused").glob("*.reasons.txt"))) == 2


@needs_broker
def test_a_batch_that_was_not_stored_stays_with_the_broker(tmp_path: Path) -> None:
    """Neither told nor acknowledged while the file is locked; a later session gets it again."""
    kept, heard = open_station(tmp_path, load_rules()), list[Heard]()
    with running_broker(tmp_path / "broker", free_port()) as port, publisher(port) as client:
        with locked(kept.path), listening(kept, port, heard):
            number = 0

            def refused() -> bool:
                nonlocal number
                number += 1
                publish(client, [message(number)])
                return any(one.faults for one in heard)

            assert wait_for(refused)
        assert kept.count() == 0
        with listening(kept, port, heard):
            assert wait_for(lambda: bool(kept.history("hazard", f"H{number}")))


def test_a_batch_is_tried_again_until_it_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row S0-14, without a broker: the second try takes what the first could not."""
    kept, heard, acknowledged = open_station(tmp_path, PACK), list[Heard](), list[int]()
    client = SimpleNamespace(
        loop_start=lambda: None, loop_stop=lambda: None, disconnect=lambda: None,
        ack=lambda mid, _qos: acknowledged.append(mid),
    )  # fmt: skip
    sent = [[SimpleNamespace(payload=payload(datetime.now(tz=UTC)), mid=7, qos=1)]]
    monkeypatch.setattr(broker, "AGAIN_S", 0.0)
    monkeypatch.setattr(broker, "_client", lambda *_: client)
    monkeypatch.setattr(broker, "_batch", lambda _waiting: sent.pop() if sent else [])
    with closing(sqlite3.connect(kept.path, isolation_level=None)) as other:
        other.execute("begin immediate")

        def tell(one: Heard) -> None:
            heard.append(one)
            if one.faults:
                assert acknowledged == []
                other.execute("rollback") if other.in_transaction else None

        listen(kept, Broker("h", 1, "#"), tell, until=lambda: any(h.messages for h in heard))
    assert [bool(one.faults) for one in heard] == [True, False]
    assert (acknowledged, kept.count()) == ([7], 1)


def test_locked_full_and_damaged_are_three_sentences(tmp_path: Path) -> None:
    """Only a damaged file is one to be moved away: a busy one holds every reading."""
    kept = open_station(tmp_path, PACK)
    with locked(kept.path), pytest.raises(UserError) as busy:
        kept.take([reading(90.0)])
    assert "busy" in str(busy.value)
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    assert "disk is full" in str(station._refused(kept.path, full))
    kept.path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(UserError) as damaged:
        kept.take([reading(90.0)])
    assert "Move the damaged file away" in str(damaged.value)
    assert "away" not in str(busy.value)


@pytest.mark.parametrize("asked", ["standing", "mark", "untold", "count", "held", "winds", "heard"])
def test_what_only_reads_says_a_sentence_too(tmp_path: Path, asked: str) -> None:
    kept = open_station(tmp_path, PACK)
    kept.path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(UserError):
        getattr(kept, asked)()
    with pytest.raises(UserError):
        kept.history("hazard", "H1")


def test_what_lies_in_the_future_is_taken_once_its_time_comes(tmp_path: Path) -> None:
    """A machine six minutes behind loses no alarm: it is a minute late."""
    kept = open_station(tmp_path, PACK)
    refused = of_message(payload(NOW), NOW - BEHIND)
    assert isinstance(refused, Refused)
    assert kept.take((), NOW - BEHIND, refused.ahead) == Taken()
    assert (kept.count(), kept.held()) == (0, 1)
    assert kept.take((), NOW - AHEAD - timedelta(seconds=1)) == Taken()
    later = open_station(tmp_path, PACK).take((), NOW - AHEAD)
    assert [signal.phase for signal in later.signals] == ["fired"]
    assert (kept.count(), kept.held()) == (1, 0)


def test_a_message_with_one_reading_of_the_future_loses_none(tmp_path: Path) -> None:
    kept = open_station(tmp_path, PACK)
    rows = [json.loads(payload(NOW)), json.loads(payload(NOW + BEHIND))]
    refused = of_message(json.dumps(rows).encode(), NOW)
    assert isinstance(refused, Refused)
    assert kept.take((), NOW, refused.ahead).new == 1
    assert kept.held() == 1


def test_all_of_the_future_names_this_machines_clock(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = open_station(tmp_path, PACK)
    ahead = datetime.now(tz=UTC) + BEHIND
    row = f"hazard,H1,level,90,%,{ahead.isoformat()}\n"
    drop(tmp_path / "drop", "a.csv", (GOOD.splitlines()[0] + "\n" + row).encode())
    options = argparse.Namespace(drop=tmp_path / "drop", once=True, folder=tmp_path)
    watch._drops(options, kept, EN, threading.Event())
    assert "this machine's clock" in capsys.readouterr().out
    assert kept.held() == 1
    drop(tmp_path / "drop", "b.csv", (GOOD.replace("90", "10") + row).encode())
    watch._drops(options, kept, EN, threading.Event())
    assert "this machine's clock" not in capsys.readouterr().out


def test_an_alarm_after_a_clock_was_set_back_fires(tmp_path: Path) -> None:
    """The gauge's clock ran five minutes ahead and was put right: the alarm is of now."""
    kept = open_station(tmp_path, PACK)
    kept.take([reading(70.0, 299)], NOW)
    taken = kept.take([reading(90.0, 60)], NOW + timedelta(seconds=60))
    assert [signal.phase for signal in taken.signals] == ["fired"]
    after = kept.take([reading(70.0, 90)], NOW + timedelta(seconds=90))
    assert [signal.phase for signal in after.signals] == ["calm"]


def test_what_is_old_never_ends_an_alarm_of_a_gauge_that_runs_ahead() -> None:
    states = {place: state for place, state, _ in judge((LEVEL,), {}, reading(90.0, 120), NOW)}
    assert [state.phase for state in states.values()] == ["fired"]
    assert list(judge((LEVEL,), states, reading(10.0, -3600), NOW)) == []


def test_an_alarm_that_came_late_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = open_station(tmp_path, PACK)
    kept.take([reading(70.0)], NOW + timedelta(hours=1))
    taken = kept.take([reading(90.0, -600)], NOW + timedelta(hours=1))
    assert (taken.signals, [one.value for one in taken.late]) == ((), [90.0])
    options = argparse.Namespace(folder=tmp_path)
    watch._Teller(options, kept, EN).told(taken)
    assert "(came late)" in capsys.readouterr().out


def test_half_a_sign_is_no_text() -> None:
    """No file takes a lone surrogate: it would end the program at every delivery."""
    sent = payload(NOW).replace(b'"H1"', b'"H\\ud800"')
    assert isinstance(of_message(sent, NOW), Refused)
