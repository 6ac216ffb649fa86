"""The adversary: candidates a minute, against asking the whole brief for every one.

``python -m benchmarks adversary [DISTRICT] [CANDIDATES]`` searches place x hour x closures on one
thread, asks the whole brief for a sample of the same candidates on one as well, and checks that
they agree to the millisecond. The target is held by the processor's time of that one thread, which
is the clock's on a core that is free for it; what the clock said while others worked stands beside.
"""

import os
import platform
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desks.command import situation_brief
from desks.exercise.adversary import (
    BATCH,
    Aim,
    Candidate,
    asked_again,
    confirmed,
    dice_of,
    explore,
    search,
    wheres,
)
from desks.exercise.compose_spots import Spot, spots_of
from desks.onemap import OneMap, load_onemap

from .places import SEED

ROOT = Path(__file__).parents[1]
RESULT = Path(__file__).parent / "results" / "adversary.md"
CLASSES = ("toxic", "flammable", "transport")
CLOSURES = 2
CANDIDATES, SAMPLE = 5_000, 100
TARGET = 5_000
"""Candidates a minute on 20,000 nodes and two cores."""


@dataclass(frozen=True)
class Pace:
    """How many in how many seconds of the clock and of the processor."""

    count: int
    clock_s: float
    processor_s: float

    @property
    def a_minute(self) -> float:
        """Return how many there were a minute of the clock."""
        return 60 * self.count / self.clock_s

    @property
    def a_core_minute(self) -> float:
        """Return how many there were a minute of one processor."""
        return 60 * self.count / self.processor_s

    @property
    def processor_ms(self) -> float:
        """Return the processor's milliseconds each."""
        return 1000 * self.processor_s / self.count


def paced(work: Callable[[], int]) -> Pace:
    """Return the pace of the work, which tells how many it did."""
    clock, processor = time.perf_counter(), time.process_time()
    count = work()
    return Pace(count, time.perf_counter() - clock, time.process_time() - processor)


def moments() -> list[datetime]:
    """Return every hour of one day."""
    return [datetime(2026, 11, 24, hour) for hour in range(24)]  # noqa: DTZ001 - the district's clock


def sample(onemap: OneMap, spots: Sequence[Spot]) -> list[Candidate]:
    """Return candidates of the same search, a few of each place."""
    dice = random.Random(SEED)  # noqa: S311 - reproducible, not secret
    found: list[Candidate] = []
    for where in wheres(spots, moments(), dice_of("plan", SEED)):
        tried = explore(onemap, where, Aim("latest"), CLOSURES)
        found += dice.sample(tried, min(4, len(tried)))
        if len(found) >= SAMPLE:
            return sorted(found, key=lambda one: one.where.moment.hour)
    return found


def naive(onemap: OneMap, candidates: Sequence[Candidate]) -> int:
    """Ask the whole brief for every candidate and return how many there were."""
    return len([situation_brief(onemap, asked_again(one)) for one in candidates])


def main(arguments: Sequence[str] = ()) -> int:
    """Measure, write ``results/adversary.md`` and return 0, or 1 where the target is missed."""
    district = Path(arguments[0]) if arguments else ROOT / "districts" / "yunxi"
    most = int(arguments[1]) if len(arguments) > 1 else CANDIDATES
    onemap = load_onemap(district)
    dice = dice_of("plan", SEED)
    spots = [spot for key in CLASSES for spot in spots_of(onemap, key, dice)]
    candidates = sample(onemap, spots)
    for one in candidates:
        confirmed(onemap, one)
    whole = paced(lambda: naive(onemap, candidates))
    ours = paced(
        lambda: (
            search(
                onemap,
                wheres(spots, moments(), dice_of("plan", SEED)),
                Aim("latest"),
                most=most,
                closures=CLOSURES,
            ).candidates
        )
    )
    text = report(onemap.network.node_count, ours, whole, len(candidates))
    if most >= BATCH:
        RESULT.write_text(text, encoding="utf-8")
    print(text)
    return 0 if ours.a_core_minute >= TARGET else 1


def report(nodes: int, ours: Pace, whole: Pace, agreed: int) -> str:
    """Return the figures as a table with the target."""
    met = "yes" if ours.a_core_minute >= TARGET else "**no**"
    busy = os.getloadavg()[0]
    return "\n".join(
        [
            f"# The adversary on {nodes:,} nodes\n",
            (
                f"{os.cpu_count()} processors, {platform.machine()}, Python"
                f" {platform.python_version()}, one thread; load of the machine at the end:"
                f" {busy:.1f}."
            ),
            f"The whole brief agrees to the millisecond on {agreed} candidates and the best 20.\n",
            "| way | candidates | a minute of one core | by the clock | target | met |",
            "|---|---:|---:|---:|---:|---|",
            (
                f"| a sweep for each | {ours.count:,} | {ours.a_core_minute:,.0f} |"
                f" {ours.a_minute:,.0f} | ≥ {TARGET:,} on two | {met} |"
            ),
            (
                f"| the whole brief for each | {whole.count:,} | {whole.a_core_minute:,.0f} |"
                f" {whole.a_minute:,.0f} | | |"
            ),
            "",
            (
                f"Ratio in one run: {ours.a_minute / whole.a_minute:.1f} by the clock,"
                f" {whole.processor_ms / ours.processor_ms:.1f} by the processor."
            ),
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
