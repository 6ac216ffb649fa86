"""A hundred people who edit at once, at several desks."""

import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

import numpy as np

from geodata.store import Author, open_store
from tests.geodata.store.crash import STARTER
from tests.geodata.store.making import Place, count_up, counted, counts_in_the_chain, make_counters

HOT = 10
"""Records that everybody wants at once."""

MANY = 500
"""Records of a register of some size."""


@dataclass
class Race:
    """What came of it: ``total`` of the counters, ``expected``, refused edits, seconds per edit."""

    total: int = 0
    expected: int = 0
    in_chain: int = 0
    intact: bool = False
    refused: int = 0
    bugs: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    elapsed_s: float = 0.0

    def quantile_s(self, share: float) -> float:
        """Return the seconds within which this share of the edits was done."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _edit(place: Place, people: range, edits: int, counters: int, out: Connection) -> None:
    """Be one desk: one open store, several people, each of whom makes ``edits`` edits."""
    taken: list[float] = []
    refused: list[int] = []
    bugs: list[str] = []
    with open_store(place) as store:

        def person(number: int) -> None:
            chance = np.random.default_rng(number)
            for _ in range(edits):
                begun = time.perf_counter()
                try:
                    _, again = count_up(
                        store, int(chance.integers(counters)), Author(f"编辑{number}", "race")
                    )
                except Exception as error:  # noqa: BLE001 - whatever went wrong is the finding
                    bugs.append(repr(error))
                    return
                taken.append(time.perf_counter() - begun)
                refused.append(again)

        threads = [threading.Thread(target=person, args=(number,)) for number in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    out.send((taken, sum(refused), bugs))
    out.close()


def race(place: Place, *, desks: int, people: int, edits: int, counters: int) -> Race:
    """Let ``desks`` programs of ``people`` each edit the same new counters without a pause."""
    make_counters(place, counters)
    found = Race(expected=desks * people * edits)
    begun = time.monotonic()
    pipes = [STARTER.Pipe(duplex=False) for _ in range(desks)]
    programs = [
        STARTER.Process(
            target=_edit, args=(place, range(k * people, (k + 1) * people), edits, counters, out)
        )
        for k, (_, out) in enumerate(pipes)
    ]
    for program in programs:
        program.start()
    for into, out in pipes:
        out.close()
        taken, refused, bugs = into.recv()
        into.close()
        found.seconds += taken
        found.refused += refused
        found.bugs += bugs
    for program in programs:
        program.join()
        program.close()
    found.elapsed_s = time.monotonic() - begun
    with open_store(place) as store:
        found.total, found.in_chain = counted(store), counts_in_the_chain(store)
        found.intact = store.verify().intact
    return found
