"""Trials by kill -9: of programs that write, and of a whole server under them."""

import multiprocessing
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import numpy as np
from sqlalchemy import text

from geodata.faults import UserError
from geodata.store import Author, open_store
from tests.geodata.store.making import Place, behind, count_up, counted, counts_in_the_chain
from tests.postgres import Cluster

COUNTERS = 20
# A server that has imported everything once: a writer then starts in milliseconds.
STARTER = multiprocessing.get_context("forkserver")
STARTER.set_forkserver_preload([__name__])
REFUSED = b"refused "


@dataclass
class Figures:
    """What a trial found; ``lost`` are acknowledged edits that are not in the chain."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    idle_rounds: int = 0
    refusals: list[str] = field(default_factory=list)
    bugs: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0


def write_until_killed(place: Place, acks: Path, seed: int) -> None:
    """Edit without end; the hash of an edit is written down only after ``edit`` came back."""
    chance = np.random.default_rng(seed)
    author = Author(f"试验员{seed}", "crash")
    file = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        with open_store(place) as store:
            while True:
                event, _ = count_up(store, int(chance.integers(COUNTERS)), author)
                os.write(file, f"{event.hash}\n".encode())
    except UserError as error:
        os.write(file, REFUSED + f"{error}\n".replace("\n", " ").encode() + b"\n")
    except BaseException as error:
        os.write(file, f"bug {error!r}\n".encode())
        raise
    finally:
        os.close(file)


def _sort(lines: Iterable[bytes], figures: Figures) -> list[str]:
    """Return the acknowledged hashes of complete lines; put the rest where it belongs."""
    hashes = []
    for line in lines:
        if line.startswith(REFUSED):
            figures.refusals.append(line.decode())
        elif len(line) == 64:
            hashes.append(line.decode())
        else:
            figures.bugs.append(line.decode())
    return hashes


def _acknowledged(files: Iterable[Path], figures: Figures) -> list[str]:
    found: list[str] = []
    for path in files:
        if path.exists():
            whole, _, _ = path.read_bytes().rpartition(b"\n")
            found += _sort(whole.splitlines(), figures)
            path.unlink()
    return found


def _missing(place: Place, hashes: list[str]) -> int:
    """Return how many of the hashes are not in the table of events, asked past the program."""
    engine = behind(place)
    with engine.connect() as connection:
        rows = connection.execute(text("select hash from event"))
        there = set(rows.scalars())
    engine.dispose()
    return len(set(hashes) - there)


def _examine(place: Place, figures: Figures) -> None:
    """Verify the register and compare its counters with its chain."""
    with open_store(place) as store:
        verdict = store.verify()
        figures.problems += [str(said) for said in (*verdict.breaks, *verdict.differences)]
        total, events = counted(store), counts_in_the_chain(store)
        if total != events:
            figures.problems.append(f"the counters say {total}, the chain says {events}")
    if isinstance(place, Path):
        engine = behind(place)
        with engine.connect() as connection:
            told = connection.execute(text("pragma integrity_check")).scalar()
        engine.dispose()
        if told != "ok":
            figures.problems.append(f"SQLite says {told}")


@contextmanager
def writers(
    place: Place, folder: Path, count: int, seed: int
) -> Iterator[tuple[list[ForkServerProcess], list[Path]]]:
    """Start writers, yield them and the files of their acknowledgements; none outlives this."""
    files = [folder / f"{seed}-{k}.txt" for k in range(count)]
    started = [
        STARTER.Process(target=write_until_killed, args=(place, file, seed * 100 + k))
        for k, file in enumerate(files)
    ]
    for process in started:
        process.start()
    try:
        yield started, files
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.join()
            process.close()


def _wait_for_the_moment(files: Iterable[Path], chance: np.random.Generator) -> None:
    """Return at any moment: most often in mid-work, now and then while the writers only begin."""
    if chance.random() < 0.8:
        _wait_for_the_first(files)
    time.sleep(chance.uniform(0, 0.12))


def _wait_for_the_first(files: Iterable[Path]) -> None:
    """Return when one edit was acknowledged, after half a minute at the latest."""
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        if any(path.exists() and path.stat().st_size for path in files):
            return
        time.sleep(0.001)


def kill_writers(place: Place, folder: Path, *, rounds: int, count: int, seed: int) -> Figures:
    """Start writers and kill them in mid-work, ``rounds`` times; return what was lost of it."""
    chance = np.random.default_rng(seed)
    figures = Figures()
    begun = time.monotonic()
    for number in range(rounds):
        with writers(place, folder, count, number) as (_, files):
            _wait_for_the_moment(files, chance)
        acknowledged = _acknowledged(files, figures)
        figures.kills += count
        figures.acknowledged += len(acknowledged)
        figures.idle_rounds += not acknowledged
        figures.lost += _missing(place, acknowledged)
        if number % 100 == 99:
            _examine(place, figures)
    _examine(place, figures)
    figures.seconds = time.monotonic() - begun
    return figures


def kill_server(server: Cluster, place: str, folder: Path, *, rounds: int, count: int) -> Figures:
    """Kill the whole server under its writers, ``rounds`` times; return what was lost of it."""
    figures = Figures()
    begun = time.monotonic()
    chance = np.random.default_rng(rounds)
    for number in range(rounds):
        with writers(place, folder, count, number) as (started, files):
            _wait_for_the_first(files)
            time.sleep(chance.uniform(0.5, 2.0))
            server.kill()
            # Without its server a writer says so and ends; one that hangs is a fault too.
            for process in started:
                process.join(timeout=60)
                if process.exitcode is None:
                    figures.problems.append("a writer hangs without its server")
        server.start()
        acknowledged = _acknowledged(files, figures)
        figures.kills += 1
        figures.acknowledged += len(acknowledged)
        figures.idle_rounds += not acknowledged
        figures.lost += _missing(place, acknowledged)
        _examine(place, figures)
    figures.seconds = time.monotonic() - begun
    return figures
