"""Readings over a real MQTT broker: none is lost, whatever ends in between."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.ports import free_port
from desks.watch import RulePack, Station, load_rules, open_station
from desks.watch.broker import Broker, Heard, listen
from geodata.faults import UserError
from tests.mosquitto import broker, program

RATE, SECONDS = 1_000, 5
WITHIN_S = 60
"""The whole minute is `make prove-watch`; here five seconds of it."""

needs_broker = pytest.mark.skipif(program() is None, reason="no mosquitto on this machine")


def message(number: int, value: float = 50.0) -> bytes:
    at = datetime.now(tz=UTC) + timedelta(microseconds=number % 1_000)
    reading = {"layer": "hazard", "id": f"H{number}", "quantity": "level", "value": value}
    return json.dumps({**reading, "unit": "%", "at": at.isoformat()}).encode()


@contextmanager
def publisher(port: int) -> Iterator[Client]:
    client = Client(CallbackAPIVersion.VERSION2, client_id="test-publisher")
    client.max_inflight_messages_set(1_000)
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


@contextmanager
def listening(station: Station, port: int, heard: list[Heard]) -> Iterator[None]:
    """Listen in a thread until the block ends."""
    stop = threading.Event()
    where = Broker("127.0.0.1", port, "shouwang/#")
    thread = threading.Thread(
        target=listen, args=(station, where, heard.append), kwargs={"until": stop.is_set}
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=30)


def wait_for(what: Callable[[], bool]) -> bool:
    end = time.monotonic() + WITHIN_S
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return False


def publish(client: Client, payloads: list[bytes]) -> None:
    """Publish at the rate and wait until the broker has them all."""
    sent = []
    begun = time.monotonic()
    for number, payload in enumerate(payloads):
        sent.append(client.publish("shouwang/readings", payload, qos=1))
        ahead = begun + number / RATE - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
    for one in sent:
        one.wait_for_publish(timeout=WITHIN_S)


@needs_broker
def test_a_thousand_readings_a_second_lose_nothing(tmp_path: Path) -> None:
    count = RATE * SECONDS
    station, heard = open_station(tmp_path, load_rules()), list[Heard]()
    with broker(tmp_path / "broker", free_port()) as port, listening(station, port, heard):
        with publisher(port) as client:
            first_is_there(client, station)
            before = station.count()
            publish(client, [message(number) for number in range(count)])
        assert wait_for(lambda: station.count() == before + count), station.count()
    assert sum(one.taken.new for one in heard) == before + count
    assert not any(one.refused for one in heard)


@needs_broker
def test_what_comes_while_the_program_is_down_is_delivered_when_it_is_back(tmp_path: Path) -> None:
    station, heard = open_station(tmp_path, load_rules()), list[Heard]()
    with broker(tmp_path / "broker", free_port()) as port:
        with listening(station, port, heard), publisher(port) as client:
            first_is_there(client, station)
        before = station.count()
        with publisher(port) as client:
            publish(client, [message(number) for number in range(300)])
        assert station.count() == before
        with listening(station, port, heard):
            assert wait_for(lambda: station.count() == before + 300)


def first_is_there(client: Client, station: Station) -> None:
    """Publish until the session hears, and return once all it heard is kept."""
    number = 10_000
    while station.count() == 0 and number < 10_400:
        publish(client, [message(number)])
        number += 1
        time.sleep(0.1)
    last = 99_999
    publish(client, [message(last)])
    assert wait_for(lambda: bool(station.history("hazard", f"H{last}")))


@needs_broker
def test_a_signal_is_told_within_two_seconds_of_its_reading(tmp_path: Path) -> None:
    station, heard = open_station(tmp_path, load_rules()), list[Heard]()
    with broker(tmp_path / "broker", free_port()) as port, listening(station, port, heard):
        with publisher(port) as client:
            first_is_there(client, station)
            begun = time.monotonic()
            publish(client, [message(1, value=90.0)])
            assert wait_for(lambda: bool(station.standing()))
        assert time.monotonic() - begun < 2.0


@needs_broker
def test_a_hostile_message_is_refused_and_the_next_one_taken(tmp_path: Path) -> None:
    station, heard = open_station(tmp_path, load_rules()), list[Heard]()
    with broker(tmp_path / "broker", free_port()) as port, listening(station, port, heard):
        with publisher(port) as client:
            first_is_there(client, station)
            count = station.count()
            publish(client, [b"\x00\xff", b'{"layer": {}}', message(3)])
            assert wait_for(lambda: station.count() == count + 1)
        assert wait_for(lambda: sum(len(one.refused) for one in heard) == 2)


def test_a_broker_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    station = open_station(tmp_path, RulePack("1", (), ()))
    where = Broker("127.0.0.1", free_port(), "shouwang/#")
    with pytest.raises(UserError):
        listen(station, where, lambda _heard: None, until=lambda: True)
