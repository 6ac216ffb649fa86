"""``cli.py watch``: readings in, signals out; off until somebody starts it."""

import argparse
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event

from desks.folder import read_about
from desks.onemap import load_onemap
from desks.register.opening import open_register
from desks.stock import CHINA
from desks.watch import RULES, Station, Taken, load_rules, open_station, overdue
from desks.watch.announcing import announce
from desks.watch.broker import Broker, Heard, listen
from desks.watch.dropping import take_drops
from desks.watch.readings import Refused
from geodata.faults import UserError
from geodata.store import Author
from language import Catalogue, Sentence, say

from .printing import print_json, print_lines, slip

PORT = 1883
LARGEST_PORT = 65_535
LOOK_S = 0.5
TOPIC = "shouwang/#"


def watch_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``watch`` takes."""
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rules", type=Path, default=RULES, metavar="FILE.toml")
    parser.add_argument("--drop", type=Path, metavar="FOLDER", help="take CSV files put here")
    parser.add_argument("--mqtt", default="", metavar="HOST[:PORT]", help="hear this MQTT broker")
    parser.add_argument("--topic", default=TOPIC, help="what to hear (default: %(default)s)")
    parser.add_argument("--once", action="store_true", help="take what lies in --drop, then end")
    parser.set_defaults(run=_watch)


def _watch(options: argparse.Namespace, catalogue: Catalogue) -> None:
    read_about(options.folder)  # refuses what is no district before anything is written there
    station = open_station(options.folder, load_rules(options.rules))
    broker = _broker(options)
    if options.drop and (options.once or broker is None):
        with stopping() as stopped:
            _drops(options, station, catalogue, stopped)
    elif broker is not None:
        with stopping() as stopped:
            tell = _teller(options, station, catalogue)
            listen(station, broker, tell, until=stopped.is_set)
    else:
        _show(options, station, catalogue)


def _broker(options: argparse.Namespace) -> Broker | None:
    """Return the broker that was named, ``None`` for none.

    Raises:
        UserError: where the address is none.

    """
    if not options.mqtt:
        return None
    host, _, port = options.mqtt.partition(":")
    number = int(port) if port.isdecimal() and len(port) < len("123456") else 0
    if not host or (port and not 0 < number <= LARGEST_PORT):
        problem = say("This is no address of a broker like 127.0.0.1:1883.")
        raise UserError([slip("--mqtt", options.mqtt[:60], problem, "watch")])
    return Broker(host, number or PORT, options.topic)


def _drops(
    options: argparse.Namespace, station: Station, catalogue: Catalogue, stopped: Event
) -> None:
    while True:
        now = datetime.now(tz=UTC)
        for dropped in take_drops(station, options.drop, now, catalogue.word):
            _told(options, station, catalogue, dropped.taken)
            print_lines(_refusals(dropped.file, dropped.refused, catalogue))
        if options.once or stopped.wait(LOOK_S):
            return


def _teller(
    options: argparse.Namespace, station: Station, catalogue: Catalogue
) -> Callable[[Heard], None]:
    def tell(heard: Heard) -> None:
        _told(options, station, catalogue, heard.taken)
        print_lines(_refusals("MQTT", heard.refused, catalogue))

    return tell


def _told(
    options: argparse.Namespace, station: Station, catalogue: Catalogue, taken: Taken
) -> None:
    """Print the signals of a batch and put them into the register's chain."""
    print_lines(
        f"{one.at.astimezone(CHINA):%H:%M:%S} {one.layer} {one.id} {one.rule}"
        f" {catalogue.word(PHASES[one.phase])} {one.value:g}"
        for one in taken.signals
    )
    for quantity, unit in sorted(taken.unjudged):
        said = say("No rule judges {quantity} in {unit}.", quantity=quantity, unit=unit)
        print_lines([catalogue.word(said)])
    if taken.signals:
        with open_register(options.folder) as store:
            announce(store, station, Author("watch", "early warning"))


PHASES: dict[str, Sentence] = {
    "fired": say("fired"),
    "acknowledged": say("acknowledged"),
    "calm": say("over"),
}


def _refusals(file: str, refused: tuple[Refused, ...], catalogue: Catalogue) -> Iterator[str]:
    for one in refused:
        yield f"{file}:{one.line}: {catalogue.word(one.reason)}"


def _show(options: argparse.Namespace, station: Station, catalogue: Catalogue) -> None:
    """Print what stands fired, and what of the register is past its day."""
    onemap = load_onemap(options.folder)
    late = overdue(onemap, station.pack, _today())
    standing = sorted(station.standing().items())
    if options.format == "json":
        print_json(
            {
                "rules": station.pack.version,
                "readings": station.count(),
                "standing": [
                    {
                        "rule": rule,
                        "layer": layer,
                        "id": record,
                        "phase": state.phase,
                        "since": state.since.isoformat(),
                        "value": state.value,
                    }
                    for (rule, layer, record), state in standing
                ],
                "overdue": [
                    {"rule": o.rule, "layer": o.layer, "id": o.id, "day": o.day.isoformat()}
                    for o in late
                ],
            }
        )
        return
    readings = say("{count} readings are kept.", count=station.count())
    print_lines([catalogue.word(readings)])
    print_lines(
        f"{layer} {record} {rule} {catalogue.word(PHASES[state.phase])} {state.value:g}"
        for (rule, layer, record), state in standing
    )
    print_lines(f"{one.layer} {one.id} {one.name} {one.rule} {one.day}" for one in late)


def _today() -> date:
    return datetime.now(tz=UTC).astimezone(CHINA).date()


@contextmanager
def stopping() -> Iterator[Event]:
    """Yield what is set once somebody asks the program to end; the last batch is taken first."""
    event = Event()
    before = {n: signal.signal(n, lambda *_: event.set()) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield event
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
