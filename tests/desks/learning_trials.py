"""Seeded replications of learning from drills, against a truth of another family than the model.

``python -m tests.desks.learning_trials FOLDER 200`` prints the table; the test runs a few. Ways are
those of a district: metres by road class from its stations to places on its roads. The truth knows
no factor of class and hour: each class of road has a speed of its own, rush hours are a mixture of
jammed and quiet days that all teams of a drill share, some teams are slow whatever their kind, now
and then a barrier holds one up, turnout is gamma and not lognormal, and stamps are missing.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desks.command.situation import Incident
from desks.command.ways import ways_of
from desks.exercise.learning import Fitness, fitness, proposal
from desks.exercise.learning_drives import Drive, Leg, drive_ms, free_ms, leg_ms, p50_ms, p90_ms
from desks.exercise.learning_ways import way_of
from desks.onemap import OneMap, load_onemap
from desks.stock import CHINA
from geodata.road_classes import ROAD_CLASSES
from risk import assumed_kind
from routing import SpeedModel
from routing.speeds import GROUP_OF

Floats = NDArray[np.float64]
DRILLS, HELD_OUT = 30, 120
TEAMS = (4, 8)
RUSH = frozenset({7, 8, 17, 18, 19})
JAM = {"express": 1.9, "arterial": 2.3, "local": 1.7, "lane": 1.2}
"""How much slower a jammed day is, on the mean, by group of roads."""


@dataclass(frozen=True)
class Route:
    """The way of one team to one place of the district, without times."""

    place: int
    team: str
    kind: str
    legs: tuple[Leg, ...]
    delay_ms: int


def routes(onemap: OneMap, places: int, seed: int) -> tuple[tuple[Route, ...], ...]:
    """Return for each of so many places on the roads the ways of the eight nearest teams."""
    chance = np.random.default_rng(seed)
    network = onemap.network
    mainland = np.flatnonzero(network.island[network.road_start] == 0)
    found = []
    for place, road in enumerate(chance.choice(mainland, places, replace=False).tolist()):
        x_m, y_m = network.node_xy_m[network.road_start[road]].tolist()
        incident = Incident((x_m, y_m), datetime(2026, 11, 23, 10, tzinfo=CHINA))
        found.append(_nearest(onemap, incident, place))
    return tuple(ways for ways in found if len(ways) >= TEAMS[0])


def _nearest(onemap: OneMap, incident: Incident, place: int) -> tuple[Route, ...]:
    ways = ways_of(onemap, incident)
    found = []
    for spec in onemap.layers_for("responder"):
        records = onemap.records.get(spec.key)
        if not spec.ranked or records is None:
            continue
        for row, id_ in enumerate(records.ids):
            way = way_of(onemap, ways, spec.key, row)
            if way is not None and way[0]:
                kind = records.text("kind", row) or assumed_kind(spec.key)
                found.append(Route(place, f"{spec.key}:{id_}", kind, *way))
    free = {route.team: sum(leg.metres for leg in route.legs) for route in found}
    return tuple(sorted(found, key=lambda route: (free[route.team], route.team))[: TEAMS[1]])


@dataclass(frozen=True, eq=False)
class World:
    """One truth: speeds by class, how jammed its jams are, how slow kinds and teams turn out."""

    class_pace: dict[str, float]
    jam: dict[str, float]
    kind_pace: dict[str, float]
    team_pace: dict[str, float]
    rush_share: float
    call_s: float


def world(ways: Sequence[Sequence[Route]], chance: np.random.Generator) -> World:
    """Return a truth drawn by chance; nothing of it is a number of the model."""
    kinds = sorted({route.kind for place in ways for route in place})
    teams = sorted({route.team for place in ways for route in place})
    return World(
        class_pace={name: float(np.exp(chance.normal(0.35, 0.15))) for name in ROAD_CLASSES},
        jam={group: mean * float(chance.uniform(0.85, 1.15)) for group, mean in JAM.items()},
        kind_pace={kind: float(chance.uniform(0.9, 1.8)) for kind in kinds},
        team_pace={team: 2.2 if chance.random() < 0.2 else 1.0 for team in teams},
        rush_share=float(chance.uniform(0.65, 0.9)),
        call_s=float(chance.uniform(60, 110)),
    )


def drills(
    ways: Sequence[Sequence[Route]],
    truth: World,
    model: SpeedModel,
    count: int,
    chance: np.random.Generator,
) -> list[Drive]:
    """Return the drives of so many drills, every stamp there; each drill has its own day."""
    made = []
    for number in range(count):
        hour = int(chance.choice(24, p=HOURS))
        jam = _day(truth, hour, chance)
        call_ms = round(1000 * float(chance.gamma(8, truth.call_s / 8)))
        place = ways[int(chance.integers(len(ways)))]
        teams = int(chance.integers(TEAMS[0], len(place) + 1))
        for at in chance.permutation(len(place))[:teams].tolist():
            route = place[at]
            late = truth.kind_pace[route.kind] * truth.team_pace[route.team]
            middle_s = model.turnout_s(route.kind)[0] * late
            left = call_ms + round(1000 * float(chance.gamma(6, middle_s / 6)))
            arrived = left + _driven_ms(route, truth, jam, model, chance)
            made.append(
                Drive(f"D{number:03d}", route.team, route.kind, hour, route.legs, route.delay_ms,
                      call_ms, left, arrived)
            )  # fmt: skip
    return made


HOURS = np.array([1.0] * 6 + [2, 5, 6, 5, 6, 5, 4, 4, 6, 6, 5, 5, 5, 4, 3, 3, 2, 1]) / 83.0
"""When drills are held: by day, and now and then at night."""


def _day(truth: World, hour: int, chance: np.random.Generator) -> dict[str, float]:
    """Return by how much the day of a drill is slower, by group of roads."""
    jammed = chance.random() < (truth.rush_share if hour in RUSH else 0.12)
    mood = float(np.exp(chance.normal(0, 0.08)))
    if not jammed:
        return dict.fromkeys(JAM, 1.05 * mood)
    depth = float(chance.gamma(9, 1 / 9))
    return {group: mood * (1 + (mean - 1) * depth) for group, mean in truth.jam.items()}


def _driven_ms(
    route: Route,
    truth: World,
    jam: dict[str, float],
    model: SpeedModel,
    chance: np.random.Generator,
) -> int:
    """Return how long the team drives: by class, jam and luck, at times behind a barrier."""
    roads = sum(
        leg_ms(model, leg) * truth.class_pace[leg.road_class] * jam[GROUP_OF[leg.road_class]]
        for leg in route.legs
    )
    barrier = 1000 * float(chance.exponential(150)) if chance.random() < 0.05 else 0.0
    luck = float(np.exp(chance.normal(0, 0.12)))
    return round(roads * luck + route.delay_ms * float(chance.gamma(3, 1 / 3)) + barrier)


def with_gaps(drives: Sequence[Drive], chance: np.random.Generator) -> list[Drive]:
    """Return the drives as evaluators hand them in: stamps missing, some of them whole teams."""
    kept = []
    for drive in drives:
        gone = chance.random(3) < (1.0 if chance.random() < 0.05 else 0.15)
        kept.append(
            replace(
                drive,
                alarmed_ms=None if gone[0] else drive.alarmed_ms,
                left_ms=None if gone[1] else drive.left_ms,
                arrived_ms=None if gone[2] else drive.arrived_ms,
            )
        )
    return kept


@dataclass(frozen=True)
class Trial:
    """One replication on its held-out arrivals: learned, in force, and free flow; how it stands."""

    learned: Fitness
    in_force: Fitness
    free_flow_error_s: float
    rush: float
    quiet: float
    claimed: float


def trial(ways: Sequence[Sequence[Route]], seed: int) -> Trial:
    """Return what a model learned from 30 drills foretells of drills that it has not seen."""
    chance = np.random.default_rng([11, seed])
    model = SpeedModel.default()
    truth = world(ways, chance)
    seen = with_gaps(drills(ways, truth, model, DRILLS, chance), chance)
    fresh = drills(ways, truth, model, HELD_OUT, chance)
    made = proposal(model, seen)
    arrived = np.array([(drive.arrived_ms or 0) / 1000 for drive in fresh])
    rush = np.array([drive.hour in RUSH for drive in fresh])
    late = np.array([p90_ms(made.model, drive) / 1000 for drive in fresh])
    free = np.array(
        [(p50_ms(model, d) - drive_ms(model, d) + free_ms(model, d)) / 1000 for d in fresh]
    )
    return Trial(
        learned=_fitness(made.model, fresh, arrived),
        in_force=_fitness(model, fresh, arrived),
        free_flow_error_s=float(np.abs(arrived - free).mean()),
        rush=float((arrived <= late)[rush].mean()),
        quiet=float((arrived <= late)[~rush].mean()),
        claimed=made.after.under_p90 if made.after else float("nan"),
    )


def _fitness(model: SpeedModel, drives: Sequence[Drive], arrived: Floats) -> Fitness:
    middle = np.array([p50_ms(model, drive) / 1000 for drive in drives])
    late = np.array([p90_ms(model, drive) / 1000 for drive in drives])
    return fitness(arrived, middle, late)


def table(trials: Sequence[Trial]) -> list[str]:
    """Return the figures of all replications as lines, each with its 5th and 95th percentile."""
    columns = {
        "coverage of P90": [t.learned.under_p90 for t in trials],
        "- of rush hours": [t.rush for t in trials],
        "- of other hours": [t.quiet for t in trials],
        "- as claimed from the drills": [t.claimed for t in trials],
        "- by P90 of the model in force": [t.in_force.under_p90 for t in trials],
        "under P50": [t.learned.under_p50 for t in trials],
        "- by P50 of the model in force": [t.in_force.under_p50 for t in trials],
        "mean error, s": [t.learned.mean_error_s for t in trials],
        "- of the model in force, s": [t.in_force.mean_error_s for t in trials],
        "- of free flow, s": [t.free_flow_error_s for t in trials],
    }
    return [_line(name, values) for name, values in columns.items()]


def _line(name: str, values: Sequence[float]) -> str:
    held = np.array(values)
    low, high = np.quantile(held, [0.05, 0.95])
    return f"{name:32} {held.mean():8.3f}   5 % {low:8.3f}   95 % {high:8.3f}"


def holds(trials: Sequence[Trial]) -> bool:
    """Return whether learning does what is asked of it: coverage, median, both errors."""
    covered, under, error, in_force, free = (
        float(np.mean([read(one) for one in trials]))
        for read in (
            lambda one: one.learned.under_p90,
            lambda one: one.learned.under_p50,
            lambda one: one.learned.mean_error_s,
            lambda one: one.in_force.mean_error_s,
            lambda one: one.free_flow_error_s,
        )
    )
    return (
        0.89 <= covered <= 0.91 and 0.45 <= under <= 0.55 and error <= free / 2 and error < in_force
    )


def main(folder: Path, count: int) -> int:
    """Write the table of so many replications to the terminal; return 1 where it does not hold."""
    began = time.perf_counter()
    ways = routes(load_onemap(folder), 80, seed=1)
    ready = time.perf_counter()
    trials = [trial(ways, seed) for seed in range(count)]
    took = time.perf_counter() - ready
    lines = table(trials)
    lines.append(f"{count} replications; {ready - began:.1f} s for the ways, {took:.1f} s for them")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if holds(trials) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
