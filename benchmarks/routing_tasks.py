"""Ours beside networkx, scipy, pandana and pyroutingkit: ``python -m benchmarks routing``.

Every answer is compared before a clock starts; the contestants then take turns in one process,
round by round. The clock is the processor time of this process, all its threads, so that other
work on the machine hardly counts. The table holds medians and ratios.
"""

import argparse
import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import shapely

from routing import (
    IMPASSABLE,
    Conditions,
    Locator,
    RoadNetwork,
    SpeedModel,
    Weights,
    build_network,
    reach_polygons,
    tree_from,
    tree_to,
    warm,
    weights_ms,
)

from .routing_networks import grid_roads, organic_roads
from .routing_peers import PEERS, Arcs, Questions, Task, arcs_of, linked_nodes

SEED = 20260916
ROUNDS = 15
SLOW_S = 0.3
SLOW_ROUNDS = 3
ROOT = Path(__file__).parents[1]
RESULT = Path(__file__).parent / "results" / "routing.md"
NETWORKS = {
    "organic, 3,400 nodes": (organic_roads, 3_400),
    "organic, 20,000 nodes": (organic_roads, 20_000),
    "grid, 20,000 nodes": (grid_roads, 20_000),
    "organic, 94,000 nodes": (organic_roads, 94_000),
}
REACH_MS = (300_000, 600_000, 900_000)
TOLD = """
Medians of processor time in ms, in brackets the multiple of ours. All contestants answered the
same questions, in turn, in one process, after each answer had been compared with scipy's: equal
to the millisecond, but for pandana, which cuts times to whole thousandths and was let pass within
0.1 %. "63 → 1" is the times of 63 depots to one incident; "closure" closes the arcs at 100 nodes,
asks 63 → 1 and opens them again (pandana has to rebuild); "path" is the time and way of one;
"reach" is the ground within 5, 10 and 15 minutes of 12 stations, ours by raster and contour,
shapely's by the union of 100 m buffers around the roads reached. A dash: the library has no call
for it.
"""


def main(arguments: list[str]) -> int:
    """Run the comparison, write the table; return 1 where an answer differed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks routing")
    parser.add_argument("--quick", action="store_true", help="only the network of 3,400 nodes")
    parser.add_argument("--output", type=Path, default=RESULT)
    chosen = parser.parse_args(arguments)
    for peer in PEERS:
        if not peer.present:
            print(f"{peer.name} is left out: install it with pip install {peer.package}.")
    compile_s = (None, None) if chosen.quick else _compile_seconds()
    warm()
    parts = [_heading(compile_s)]
    for name, (make, nodes) in list(NETWORKS.items())[: 1 if chosen.quick else None]:
        print(f"{name} …", flush=True)
        network = build_network(make(nodes, SEED))[0]
        try:
            parts.append(_compared(name, network))
        except ArithmeticError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
    chosen.output.parent.mkdir(exist_ok=True)
    chosen.output.write_text("\n".join(parts), "utf-8")
    print(f"written: {chosen.output}")
    return 0


def _heading(compile_s: tuple[float | None, float | None]) -> str:
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}"
        for name in ("numpy", "numba", "scipy", "networkx", "pandana", "pyroutingkit")
        if importlib.util.find_spec(name)
    )
    lines = [
        "# Routing: ours beside the peers",
        "",
        f"Made by `python -m benchmarks routing`. Python {platform.python_version()}, {versions};",
        f"{os.cpu_count()} cores, {platform.machine()}. Trust the ratios, not the milliseconds.",
        TOLD,
    ]
    if compile_s[0] is not None:
        lines.append(
            f"First answer of a process, importing included: {compile_s[0]:.1f} s where nothing is"
            f" compiled yet, {compile_s[1]:.1f} s with the kernels on disk.\n"
        )
    return "\n".join(lines)


def _compile_seconds() -> tuple[float, float]:
    """Return the seconds to a first answer in a fresh process, with an empty and a full cache."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"NUMBA_CACHE_DIR": folder}
        command = [sys.executable, "-c", "import routing; routing.warm()"]
        seconds = []
        for _ in range(2):
            started = time.perf_counter()
            subprocess.run(command, cwd=ROOT, env=environment, check=True)  # noqa: S603 - our own
            seconds.append(time.perf_counter() - started)
    return seconds[0], seconds[1]


def questions(arcs: Arcs) -> Questions:
    """Return the node numbers to ask about, drawn from the seed; none of the asked is closed."""
    drawn = np.random.default_rng(SEED).permutation(linked_nodes(arcs))
    depots, shelters, closed = drawn[:63], drawn[63:97], drawn[97:197]
    return Questions(
        incident=int(drawn[197]),
        depots=depots,
        shelters=shelters,
        rows=drawn[200:250],
        columns=drawn[250:750],
        origin=int(drawn[198]),
        closed=closed,
    )


def _compared(name: str, network: RoadNetwork) -> str:
    """Return the section of one network.

    Raises:
        ArithmeticError: where a contestant's answer differs from scipy's.

    """
    weights = weights_ms(network, SpeedModel.default(), Conditions(hour=8))
    arcs = arcs_of(weights)
    asked = questions(arcs)
    contestants: dict[str, Mapping[str, Task]] = {
        peer.name: peer.make(arcs).tasks() for peer in PEERS if peer.present
    }
    _gate(contestants, asked)
    names = list(contestants["ours"])
    table = [_row(task, contestants, asked) for task in names]
    columns = [peer.name for peer in PEERS if peer.present]
    lines = [
        f"## {name}",
        "",
        f"{network.node_count:,} nodes, {len(arcs.ms):,} arcs that may be driven.",
        "",
        f"| task | {' | '.join(columns)} |",
        f"|---|{'---:|' * len(columns)}",
        *table,
        "",
        _reach(weights),
        "",
        _around(network, weights),
        "",
    ]
    return "\n".join(lines)


def _gate(contestants: dict[str, Mapping[str, Task]], asked: Questions) -> None:
    """Pass when all answers are equal.

    Raises:
        ArithmeticError: where a contestant's answer differs from scipy's.

    """
    tolerance = {peer.name: peer.tolerance for peer in PEERS}
    for task, reference in contestants["scipy"].items():
        right = reference(asked)
        for name, tasks in contestants.items():
            if task in tasks:
                answer = tasks[task](asked)
                if not np.allclose(answer, right, rtol=tolerance[name], atol=0):
                    msg = f"{name} differs from scipy on {task}"
                    raise ArithmeticError(msg)


def _row(task: str, contestants: dict[str, Mapping[str, Task]], asked: Questions) -> str:
    runs = {
        name: (lambda chosen=tasks[task]: chosen(asked))
        for name, tasks in contestants.items()
        if task in tasks
    }
    taken = in_turn(runs)
    cells = [
        f"{taken[name]:.2f} ({taken[name] / taken['ours']:.1f})" if name in taken else "–"
        for name in contestants
    ]
    return f"| {task} | {' | '.join(cells)} |"


def in_turn(runs: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median ms of each, run in turn; who needs over 0.3 s runs thrice."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for round_ in range(ROUNDS):
        for name, run in runs.items():
            if round_ >= SLOW_ROUNDS and max(taken[name]) > SLOW_S:
                continue
            started = time.process_time()
            run()
            taken[name].append(time.process_time() - started)
    return {name: statistics.median(times) * 1000 for name, times in taken.items()}


def _reach(weights: Weights) -> str:
    """Return the sentence on reach: three polygons, ours and the union of buffers."""
    network = weights.network
    rng = np.random.default_rng(SEED)
    stations = network.node_xy_m[rng.permutation(network.node_count)[:12]]
    sources = Locator(network).snap(stations, limit_m=100)
    ours = reach_polygons(weights, sources, REACH_MS, access_kmh=5)
    nodes = np.asarray(shapely.points(network.node_xy_m), np.object_)
    times = np.stack([
        tree_from(weights, sources.take(i), access_kmh=5).node_ms for i in range(len(sources))
    ])  # fmt: skip
    times[times < 0] = IMPASSABLE
    for area, threshold in zip(ours, REACH_MS, strict=True):
        shapely.prepare(area)
        if not shapely.covers(area, nodes[times.min(axis=0) <= threshold]).all():
            msg = "a node reached in time lies outside our polygon"
            raise ArithmeticError(msg)
    taken = in_turn(
        {
            "ours": lambda: reach_polygons(weights, sources, REACH_MS, access_kmh=5),
            "buffers": lambda: _buffers(network, times.min(axis=0)),
        }
    )
    factor = taken["buffers"] / taken["ours"]
    return (
        f"Reach of 12 stations, three thresholds: ours {taken['ours']:.0f} ms; "
        f"buffers and their union by shapely {taken['buffers']:.0f} ms ({factor:.1f})."
    )


def _buffers(network: RoadNetwork, node_ms: np.ndarray[tuple[int], np.dtype[np.int64]]) -> object:
    slower = np.maximum(node_ms[network.road_start], node_ms[network.road_end])
    return [
        shapely.union_all(shapely.buffer(network.lines[slower <= threshold], 100.0, quad_segs=2))
        for threshold in REACH_MS
    ]


def _around(network: RoadNetwork, weights: Weights) -> str:
    """Return the sentence on what surrounds the search: load, weights, snaps, a click's tree."""
    rng = np.random.default_rng(SEED)
    low, high = network.node_xy_m.min(axis=0), network.node_xy_m.max(axis=0)
    places = rng.uniform(low, high, (2_000, 2))
    locator = Locator(network)
    at = locator.snap(places, limit_m=500)
    teams = at.take(slice(0, 21))
    model = SpeedModel.default()

    def click() -> None:
        tree = tree_to(weights, locator.snap(places[:1], limit_m=500), access_kmh=5)
        tree.time_ms(teams)
        for i in range(len(teams)):
            tree.route(teams, i)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.npz"
        network.save(path)
        taken = in_turn(
            {
                "load": lambda: RoadNetwork.load(path),
                "weights": lambda: weights_ms(network, model, Conditions(hour=8)).backward,
                "one": lambda: locator.snap(places[:1], limit_m=500),
                "many": lambda: locator.snap(places, limit_m=500),
                "click": click,
            }
        )
    return (
        f"Around it: load the network {taken['load']:.0f} ms; weights of a vehicle "
        f"{taken['weights']:.1f} ms; snap one place {taken['one']:.2f} ms, 2,000 places "
        f"{taken['many']:.0f} ms; one click (snap, tree, 21 times and routes) "
        f"{taken['click']:.1f} ms."
    )
