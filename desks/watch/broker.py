"""Readings by MQTT: a message is acknowledged to the broker once it is on disk.

With QoS 1 and a lasting session the broker keeps what it could not deliver, so that neither a
restart of this program nor one of the broker's line loses a reading.
"""

import queue
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from geodata.faults import Fault, UserError
from language import say

from .readings import Reading, Refused, all_ahead, of_message
from .station import Station, Taken

BATCH = 2_000
WAIT_S = 0.2
"""A batch is closed when it is full or after so long: far within the two seconds to the screen."""

AGAIN_S = 1.0
"""So long after a try that failed the next one is made."""

CLIENT = "shouwang-watch"
KEEP_ALIVE_S = 30
QOS = 1


@dataclass(frozen=True)
class Broker:
    """Where the broker is and which topic to hear."""

    host: str
    port: int
    topic: str


@dataclass(frozen=True)
class Heard:
    """What came of one batch of messages; with ``faults`` nothing came of it yet.

    ``ahead`` says that all of it lies in the future.
    """

    messages: int = 0
    taken: Taken = field(default_factory=Taken)
    refused: tuple[Refused, ...] = ()
    ahead: bool = False
    faults: tuple[Fault, ...] = ()


def listen(
    station: Station,
    broker: Broker,
    tell: Callable[[Heard], None],
    *,
    until: Callable[[], bool],
) -> None:
    """Take readings from the broker until ``until`` says so; ``tell`` hears of each batch.

    A batch that the station's file does not take, as it is busy or the disk full, stays
    unacknowledged and is tried again. ``tell`` hears of each try that failed, and of moments
    in which nothing came.

    Raises:
        UserError: where the broker cannot be reached at first.

    """
    waiting: queue.Queue[MQTTMessage] = queue.Queue()
    client = _client(broker, waiting)
    client.loop_start()
    batch: list[MQTTMessage] = []
    try:
        while not until():
            batch = batch or _batch(waiting)
            try:
                heard = _take(station, client, batch)
            except UserError as error:
                tell(Heard(faults=error.faults))
                time.sleep(AGAIN_S)
                continue
            batch = []
            tell(heard)
    finally:
        client.disconnect()
        client.loop_stop()


def _client(broker: Broker, waiting: "queue.Queue[MQTTMessage]") -> Client:
    client = Client(
        CallbackAPIVersion.VERSION2, client_id=CLIENT, clean_session=False, manual_ack=True
    )

    # The library calls back with more than is wanted here; it reconnects by itself.
    def connected(one: Client, *_more: object) -> None:
        one.subscribe(broker.topic, qos=QOS)

    def heard(_one: Client, _data: object, message: MQTTMessage) -> None:
        waiting.put(message)

    client.on_connect, client.on_message = connected, heard
    try:
        client.connect(broker.host, broker.port, keepalive=KEEP_ALIVE_S)
    except (OSError, ValueError) as error:
        where = f"{broker.host}:{broker.port}"
        problem = say("No MQTT broker answers there: {detail}.", detail=str(error))
        mend = say("Start the broker, or take the readings by --drop FOLDER.")
        raise UserError([Fault("--mqtt", problem, mend, value=where)]) from error
    return client


def _batch(waiting: "queue.Queue[MQTTMessage]") -> list[MQTTMessage]:
    """Return the messages of the next moment, none where none came."""
    batch: list[MQTTMessage] = []
    end = time.monotonic() + WAIT_S
    while len(batch) < BATCH and (left := end - time.monotonic()) > 0:
        try:
            batch.append(waiting.get(timeout=left))
        except queue.Empty:
            break
    return batch


def _take(station: Station, client: Client, batch: list[MQTTMessage]) -> Heard:
    """Keep the batch, then acknowledge it: what is not on disk is delivered again."""
    now = datetime.now(tz=UTC)
    readings: list[Reading] = []
    refused: list[Refused] = []
    for message in batch:
        read = of_message(bytes(message.payload), now)
        if isinstance(read, Refused):
            refused.append(read)
        else:
            readings.extend(read)
    taken = station.take(readings, now, [one for each in refused for one in each.ahead])
    for message in batch:
        client.ack(message.mid, message.qos)
    return Heard(len(batch), taken, tuple(refused), all_ahead(readings, refused))
