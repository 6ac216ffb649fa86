"""``cli.py watch``: readings in, signals out; off until somebody starts it."""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from threading import Event

from desks.build_report import fault_line
from desks.folder import read_about
from desks.onemap import load_onemap
from desks.register.opening import open_register
from desks.stock import CHINA
from desks.watch import RULES, Signal, Station, Taken, load_rules, open_station, overdue
from desks.watch.announcing import announce
from desks.watch.broker import Broker, Heard, listen
from desks.watch.dropping import take_drops
from desks.watch.readings import Refused
from geodata.faults import Fault, UserError
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
            teller = _Teller(options, station, catalogue)
            listen(station, broker, teller.heard, until=stopped.is_set)
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
    """Take what lies in the folder until somebody asks to stop; a fault is told and tried again.

    Raises:
        UserError: with ``--once``, where something cannot be used.

    """
    teller = _Teller(options, station, catalogue)
    while True:
        taken = partial(_take, options.drop, station, teller, catalogue)
        faults = (*_faults(taken), *_faults(teller.announced))
        if options.once and faults:
            raise UserError(faults)
        teller.failed(faults)
        if options.once or stopped.wait(LOOK_S):
            return


def _take(folder: Path, station: Station, teller: "_Teller", catalogue: Catalogue) -> None:
    now = datetime.now(tz=UTC)
    teller.told(station.take((), now))
    for dropped in take_drops(station, folder, now, catalogue.word):
        teller.told(dropped.taken)
        teller.refused(dropped.file, dropped.refused, ahead=dropped.ahead)


def _faults(act: Callable[[], None]) -> tuple[Fault, ...]:
    """Return what kept the act from being done, nothing where it was."""
    try:
        act()
    except UserError as error:
        return error.faults
    return ()


class _Teller:
    """Prints what came and puts its signals into the register's chain, at last if not at once.

    Of a fault that stays it tells only the beginning and the end.
    """

    def __init__(self, options: argparse.Namespace, station: Station, catalogue: Catalogue) -> None:
        self._folder, self._station, self._catalogue = options.folder, station, catalogue
        self._standing: frozenset[str] = frozenset()
        self._owes = True  # an earlier run may have ended before it announced
        self._ahead = False

    def heard(self, heard: Heard) -> None:
        """Tell of one batch of the broker; a fault of the register is told and tried again."""
        self.told(heard.taken)
        if heard.messages:
            self.refused("MQTT", heard.refused, ahead=heard.ahead)
        self.failed((*heard.faults, *_faults(self.announced)))

    def told(self, taken: Taken) -> None:
        """Print the signals of a batch; they are to be announced."""
        word = self._catalogue.word
        print_lines(_signal(one, word) for one in taken.signals)
        print_lines(f"{_signal(one, word)} {word(LATE)}" for one in taken.late)
        for quantity, unit in sorted(taken.unjudged):
            said = say("No rule judges {quantity} in {unit}.", quantity=quantity, unit=unit)
            print_lines([word(said)])
        self._owes = self._owes or bool(taken.signals)

    def refused(self, file: str, refused: tuple[Refused, ...], *, ahead: bool) -> None:
        """Print why lines were refused; once while ``ahead``, that a clock is in doubt."""
        word = self._catalogue.word
        print_lines(f"{file}:{one.line}: {word(one.reason)}" for one in refused)
        print_lines([word(CLOCK)] if ahead and not self._ahead else [])
        self._ahead = ahead

    def announced(self) -> None:
        """Put into the register's chain what it does not hold yet.

        Raises:
            UserError: where it cannot be written; the next call tries again.

        """
        if self._owes and self._station.untold():
            with open_register(self._folder) as store:
                announce(store, self._station, Author("watch", "early warning"))
        self._owes = False

    def failed(self, faults: tuple[Fault, ...]) -> None:
        """Print the faults that did not stand before, and that none stands any more."""
        now = frozenset(fault_line(fault, self._catalogue) for fault in faults)
        print_lines(sorted(now - self._standing))
        if self._standing and not now:
            print_lines([self._catalogue.word(say("Early warning is taking readings again."))])
        self._owes = self._owes or bool(now)
        self._standing = now
        sys.stdout.flush()  # an alarm must not wait in the buffer of a pipe


LATE = say("(came late)")
CLOCK = say(
    "All that came lies in the future: look at this machine's clock first, then at the senders'."
)


def _signal(one: Signal, word: Callable[[Sentence], str]) -> str:
    at, phase = one.at.astimezone(CHINA), word(PHASES[one.phase])
    return f"{at:%H:%M:%S} {one.layer} {one.id} {one.rule} {phase} {one.value:g}"


PHASES: dict[str, Sentence] = {
    "fired": say("fired"),
    "acknowledged": say("acknowledged"),
    "calm": say("over"),
}


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
                "held": station.held(),
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
    held = say("{count} are kept aside: their time has not come.", count=station.held())
    print_lines([catalogue.word(readings), catalogue.word(held)])
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
