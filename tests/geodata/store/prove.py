"""The trials of the store with their full numbers: ``make prove-store`` (TESTS=editors: a part).

Prints one line for each trial and ends with 1 where something was lost.
"""

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.geodata.store.crash import COUNTERS as CRASHED
from tests.geodata.store.crash import Figures, kill_server, kill_writers
from tests.geodata.store.editors import HOT, MANY, race
from tests.geodata.store.making import Place, make_counters
from tests.postgres import Cluster, cluster, programs

ROUNDS, WRITERS = 1000, 2
SERVER_KILLS, SERVER_WRITERS = 5, 4
DESKS, PEOPLE, EDITS = 4, 100, 10
P95_S = 2.0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def _server() -> Iterator[Cluster]:
    folder = programs()
    if folder is None:
        sys.exit("There is no PostgreSQL: setup/postgres.sh says how to get one.")
    with cluster(folder) as server:
        yield server


def _crash_line(what: str, figures: Figures) -> bool:
    good = not (figures.lost or figures.problems or figures.bugs)
    _say(
        f"{'OK ' if good else 'BAD'} {what}: {figures.acknowledged:,} acknowledged edits, "
        f"{figures.lost} lost, {len(figures.problems)} breaks or differences, {len(figures.bugs)} "
        f"raw errors, {len(figures.refusals)} said in a sentence, {figures.idle_rounds} rounds "
        f"without an edit, {figures.seconds:.0f} s"
    )
    for line in [*figures.problems, *figures.bugs][:20]:
        _say(f"    {line}")
    return good


def crash(folder: Path) -> bool:
    """Kill writers on SQLite, then the server under its writers."""
    place = folder / "register.sqlite"
    make_counters(place, CRASHED)
    figures = kill_writers(place, folder, rounds=ROUNDS, count=WRITERS, seed=1)
    good = _crash_line(f"SQLite, {ROUNDS:,} × kill -9 of {WRITERS} writers at once", figures)
    with _server() as server:
        url = server.url(server.new_database())
        make_counters(url, CRASHED)
        figures = kill_server(server, url, folder, rounds=SERVER_KILLS, count=SERVER_WRITERS)
    what = f"PostgreSQL, {SERVER_KILLS} × kill -9 of the server under {SERVER_WRITERS} writers"
    return _crash_line(what, figures) and good


def _race_line(name: str, place: Place, desks: int, counters: int) -> bool:
    found = race(place, desks=desks, people=PEOPLE // desks, edits=EDITS, counters=counters)
    lost = found.expected - found.total
    # Who wants one of ten records with ninety others tries again and again, and one file is not
    # made for several programs: no time is asked for there, and none is kept silent.
    timed = counters != HOT and (isinstance(place, str) or desks == 1)
    quick = not timed or found.quantile_s(0.95) < P95_S
    good = lost == 0 and found.intact and not found.bugs and quick
    _say(
        f"{'OK ' if good else 'BAD'} {name}, {PEOPLE} editors in {desks} programs, "
        f"{EDITS} edits each without a pause on {counters} records: {lost} lost updates, "
        f"p50 {found.quantile_s(0.5) * 1000:.0f} ms, p95 {found.quantile_s(0.95) * 1000:.0f} ms, "
        f"most {max(found.seconds) * 1000:.0f} ms, {found.expected / found.elapsed_s:.0f} edits/s, "
        f"{found.refused} stale edits refused and done again, {len(found.bugs)} errors"
    )
    for line in found.bugs[:5]:
        _say(f"    {line[:500]}")
    return good


def editors(folder: Path) -> bool:
    """Let a hundred people edit at once, on both databases."""
    results = []
    for desks, counters in ((1, MANY), (DESKS, MANY), (DESKS, HOT)):
        place = folder / f"{desks}-{counters}.sqlite"
        results.append(_race_line("SQLite", place, desks, counters))
    with _server() as server:
        for counters in (MANY, HOT):
            url = server.url(server.new_database())
            results.append(_race_line("PostgreSQL", url, DESKS, counters))
    return all(results)


TRIALS: dict[str, Callable[[Path], bool]] = {"crash": crash, "editors": editors}


def main(names: list[str]) -> int:
    """Run the trials named, or all; return 0 where nothing was lost."""
    _say(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}")
    with tempfile.TemporaryDirectory() as folder:
        results = [TRIALS[name](Path(folder)) for name in names or TRIALS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
