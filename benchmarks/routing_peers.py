"""The contestants behind one set of questions; times in whole milliseconds, -1 unreached."""

import importlib.util
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from routing import (
    IMPASSABLE,
    UNREACHED,
    Graph,
    Snaps,
    Weights,
    csr_graph,
    matrix,
    nearest,
    one_to_all,
    tree_to,
)

Longs = npt.NDArray[np.int64]

FAR_S = 4_000_000.0
"""What pandana takes for unreached: its greatest time is 2^32 ms."""


class Questions(NamedTuple):
    """What every contestant is asked: node numbers drawn once per network."""

    incident: int
    depots: Longs
    shelters: Longs
    rows: Longs
    columns: Longs
    origin: int
    closed: Longs


@dataclass(frozen=True)
class Arcs:
    """The directed arcs of a network, of parallel ones the quickest, sorted by (tail, head)."""

    weights: Weights
    tail: Longs
    head: Longs
    ms: Longs
    xy_m: npt.NDArray[np.float64]

    @property
    def node_count(self) -> int:
        """Return the number of nodes."""
        return len(self.xy_m)


def linked_nodes(arcs: Arcs) -> Longs:
    """Return the nodes of the largest part in which every node reaches every other."""
    n = arcs.node_count
    links = csr_array((np.ones(len(arcs.ms)), (arcs.tail, arcs.head)), shape=(n, n))
    _, label = connected_components(links, connection="strong")
    return np.flatnonzero(label == np.bincount(label).argmax())


def arcs_of(weights: Weights) -> Arcs:
    """Return the open arcs of the weights."""
    network = weights.network
    open_ = weights.ms < IMPASSABLE
    table = pd.DataFrame(
        {"tail": network.tail[open_], "head": network.head[open_], "ms": weights.ms[open_]}
    )
    least = table.groupby(["tail", "head"], as_index=False)["ms"].min()
    tail, head, ms = (least[name].to_numpy(np.int64) for name in ("tail", "head", "ms"))
    return Arcs(weights, tail, head, ms, network.node_xy_m)


Answer = Longs
Task = Callable[[Questions], Answer]


class Ours:
    """The engine of the program, asked as the desks ask it."""

    def __init__(self, arcs: Arcs) -> None:
        """Keep the weights; their two graphs are made once."""
        self._weights = arcs.weights
        self._network = arcs.weights.network
        self._backward = arcs.weights.backward

    def tasks(self) -> Mapping[str, Task]:
        """Return what it can be asked."""
        return {
            "one-to-all": lambda q: one_to_all(self._backward, q.incident),
            "63 → 1": lambda q: one_to_all(self._backward, q.incident)[q.depots],
            "nearest of 34": lambda q: nearest(self._backward, q.shelters)[0],
            "matrix 50 × 500": lambda q: matrix(self._weights.forward, q.rows, q.columns),
            "closure": self._closure,
            "path": self._path,
        }

    def _closure(self, q: Questions) -> Answer:
        network, into = self._network, self._network.in_arc
        shut = np.zeros(network.node_count, np.bool_)
        shut[q.closed] = True
        ms = self._weights.ms.copy()
        ms[shut[network.tail] | shut[network.head]] = IMPASSABLE
        graph: Graph = csr_graph(network.first_in, network.tail[into], ms[into])
        return one_to_all(graph, q.incident)[q.depots]

    def _path(self, q: Questions) -> Answer:
        tree = tree_to(self._weights, self._at(q.incident), access_kmh=5)
        route = tree.route(self._at(q.origin), 0)
        return np.array([UNREACHED if route is None else route.time_ms])

    def _at(self, node: int) -> Snaps:
        network = self._network
        arc = network.first_out[node]
        xy_m = network.node_xy_m[[node]]
        offset = np.array([1.0 if network.arc_against[arc] else 0.0])
        return Snaps(network.arc_road[[arc]], offset, xy_m, xy_m, np.zeros(1))


search: Any = dijkstra
"""scipy's call; its stubs know no single source."""


class Scipy:
    """scipy.sparse.csgraph on a matrix made beforehand."""

    def __init__(self, arcs: Arcs) -> None:
        """Make both matrices."""
        n = arcs.node_count
        self._arcs = arcs
        self._forward: Any = csr_array(
            (arcs.ms.astype(float), (arcs.tail, arcs.head)), shape=(n, n)
        )
        self._backward: Any = csr_array(
            (arcs.ms.astype(float), (arcs.head, arcs.tail)), shape=(n, n)
        )
        self._tail_of = np.repeat(np.arange(n), np.diff(self._backward.indptr))

    def tasks(self) -> Mapping[str, Task]:
        """Return what it can be asked."""
        back = self._backward
        return {
            "one-to-all": lambda q: _whole(search(back, indices=q.incident)),
            "63 → 1": lambda q: _whole(search(back, indices=q.incident)[q.depots]),
            "nearest of 34": lambda q: _whole(search(back, indices=q.shelters, min_only=True)),
            "matrix 50 × 500": lambda q: _whole(
                search(self._forward, indices=q.rows)[:, q.columns]
            ),
            "closure": self._closure,
            "path": self._path,
        }

    def _closure(self, q: Questions) -> Answer:
        shut = np.zeros(self._arcs.node_count, np.bool_)
        shut[q.closed] = True
        changed = self._backward.copy()
        changed.data[shut[self._tail_of] | shut[changed.indices]] = np.inf
        return _whole(search(changed, indices=q.incident)[q.depots])

    def _path(self, q: Questions) -> Answer:
        time, before = search(self._backward, indices=q.incident, return_predecessors=True)
        node = q.origin
        while before[node] >= 0:
            node = before[node]
        return _whole(time[[q.origin]])


def _whole(times: npt.NDArray[np.float64]) -> Answer:
    return np.where(np.isfinite(times), times, UNREACHED).astype(np.int64)


class Networkx:
    """networkx on a graph made beforehand."""

    def __init__(self, arcs: Arcs) -> None:
        """Make both graphs."""
        self._forward: nx.DiGraph[int] = nx.DiGraph()
        self._forward.add_nodes_from(range(arcs.node_count))
        self._forward.add_weighted_edges_from(
            zip(arcs.tail.tolist(), arcs.head.tolist(), arcs.ms.tolist(), strict=True)
        )
        self._backward = self._forward.reverse()

    def tasks(self) -> Mapping[str, Task]:
        """Return what it can be asked; a matrix or a closure would be rows of one-to-all."""
        return {
            "one-to-all": lambda q: self._from({q.incident}),
            "63 → 1": lambda q: self._from({q.incident})[q.depots],
            "nearest of 34": lambda q: self._from(set(q.shelters.tolist())),
            "path": lambda q: np.array(
                [nx.bidirectional_dijkstra(self._forward, q.origin, q.incident)[0]]
            ),
        }

    def _from(self, sources: set[int]) -> Answer:
        found = nx.multi_source_dijkstra_path_length(self._backward, sources)
        return np.array([found.get(v, UNREACHED) for v in range(len(self._backward))], np.int64)


class Pandana:
    """pandana, a contraction hierarchy in C++; fed seconds, which it cuts to whole ms."""

    def __init__(self, arcs: Arcs) -> None:
        """Build the hierarchy."""
        self._module: Any = importlib.import_module("pandana")
        self._arcs = arcs
        self._network = self._built(np.ones(len(arcs.ms), np.bool_))
        self._nodes = np.arange(arcs.node_count)

    def _built(self, kept: npt.NDArray[np.bool_]) -> Any:  # noqa: ANN401 - pandana has no types
        arcs = self._arcs
        x, y = pd.Series(arcs.xy_m[:, 0]), pd.Series(arcs.xy_m[:, 1])
        seconds = pd.DataFrame({"s": arcs.ms[kept] / 1000.0})
        tail, head = pd.Series(arcs.tail[kept]), pd.Series(arcs.head[kept])
        return self._module.Network(x, y, tail, head, seconds, twoway=False)

    def tasks(self) -> Mapping[str, Task]:
        """Return what it can be asked in one call."""
        return {
            "63 → 1": lambda q: self._lengths(
                self._network, q.depots, np.full(len(q.depots), q.incident)
            ),
            "nearest of 34": self._nearest,
            "matrix 50 × 500": lambda q: self._lengths(
                self._network,
                np.repeat(q.rows, len(q.columns)),
                np.tile(q.columns, len(q.rows)),
            ).reshape(len(q.rows), len(q.columns)),
            "closure": self._closure,
            "path": lambda q: self._lengths(
                self._network, np.array([q.origin]), np.array([q.incident])
            ),
        }

    def _lengths(self, network: Any, tails: Longs, heads: Longs) -> Answer:  # noqa: ANN401
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of each pair that no way joins
            return _from_seconds(np.array(network.shortest_path_lengths(tails, heads)))

    def _nearest(self, q: Questions) -> Answer:
        xy_m = self._arcs.xy_m[q.shelters]
        self._network.set_pois("s", FAR_S, 1, pd.Series(xy_m[:, 0]), pd.Series(xy_m[:, 1]))
        found = self._network.nearest_pois(FAR_S, "s", num_pois=1)
        return _from_seconds(found.loc[self._nodes, 1].to_numpy(np.float64))

    def _closure(self, q: Questions) -> Answer:
        shut = np.isin(self._arcs.tail, q.closed) | np.isin(self._arcs.head, q.closed)
        rebuilt = self._built(~shut)
        return self._lengths(rebuilt, q.depots, np.full(len(q.depots), q.incident))


def _from_seconds(seconds: npt.NDArray[np.float64]) -> Answer:
    return np.where(seconds < FAR_S, np.rint(seconds * 1000), UNREACHED).astype(np.int64)


class Pyroutingkit:
    """pyroutingkit, customizable contraction hierarchies in C++."""

    def __init__(self, arcs: Arcs) -> None:
        """Build and customize the hierarchy."""
        module: Any = importlib.import_module("pyroutingkit")
        self._never = module.INF_WEIGHT
        self._arcs = arcs
        self._ms = arcs.ms.astype(np.uint32)
        self._nodes = np.arange(arcs.node_count, dtype=np.uint32)
        y, x = arcs.xy_m[:, 1] / 111_000.0, arcs.xy_m[:, 0] / 111_000.0
        topology = module.CCHTopology()
        topology.build(
            arcs.tail.astype(np.uint32),
            arcs.head.astype(np.uint32),
            y.astype(np.float32),
            x.astype(np.float32),
            arcs.node_count,
        )
        self._metric = module.CCHMetric(topology)
        self._metric.customize(self._ms, 1)

    def tasks(self) -> Mapping[str, Task]:
        """Return what it can be asked."""
        return {
            "one-to-all": lambda q: self._matrix(self._nodes, [q.incident])[:, 0],
            "63 → 1": lambda q: self._matrix(q.depots, [q.incident])[:, 0],
            "matrix 50 × 500": lambda q: self._matrix(q.rows, q.columns),
            "closure": self._closure,
            "path": lambda q: np.array([self._metric.query(q.origin, q.incident)[0]], np.int64),
        }

    def _matrix(self, rows: object, columns: object) -> Answer:
        found = self._metric.distances_many_to_many(
            np.asarray(rows, np.uint32), np.asarray(columns, np.uint32)
        )
        return np.where(found == self._never, UNREACHED, found.astype(np.int64))

    def _closure(self, q: Questions) -> Answer:
        shut = np.isin(self._arcs.tail, q.closed) | np.isin(self._arcs.head, q.closed)
        ids = np.flatnonzero(shut).astype(np.uint32)
        self._metric.update_weights(ids, np.full(len(ids), self._never, np.uint32))
        times = self._matrix(q.depots, [q.incident])[:, 0]
        self._metric.update_weights(ids, self._ms[ids])
        return times


@dataclass(frozen=True)
class Peer:
    """A contestant: its column, how to make it, the package it needs, how exact it must be."""

    name: str
    make: Callable[[Arcs], Any]
    package: str = ""
    tolerance: float = 0.0

    @cached_property
    def present(self) -> bool:
        """Return whether its package is installed."""
        return not self.package or importlib.util.find_spec(self.package) is not None


PEERS = (
    Peer("ours", Ours),
    Peer("scipy", Scipy),
    Peer("networkx", Networkx),
    Peer("pandana", Pandana, "pandana", 1e-3),
    Peer("pyroutingkit", Pyroutingkit, "pyroutingkit"),
)
