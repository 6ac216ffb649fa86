"""Which hazard's fire or blast reaches which other hazard, all over the district."""

from math import hypot

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from desks.onemap import OneMap
from language import say

from .impact import own_zones
from .parts import DominoEdge, DominoGraph, DominoNode, Graded, OwnZone

BREAKS = ("thermal_", "overpressure_", "lfl", "half_lfl", "burning")
"""Levels that can break another tank; a toxic cloud drives people away and breaks nothing."""

Key = tuple[str, str]


def domino_graph(onemap: OneMap, found: Graded) -> DominoGraph:
    """Return the graph of all hazards with a place: heat, blast and fire as edges, not toxicity."""
    zones = own_zones(onemap)
    placed = [hazard for hazard in found.hazards if hazard.at is not None]
    placed.sort(key=lambda hazard: (hazard.layer, hazard.id))
    keys = [(hazard.layer, hazard.id) for hazard in placed]
    xy_m = np.array([hazard.at for hazard in placed], dtype=np.float64).reshape(-1, 2)
    edges = [
        edge
        for at, key in enumerate(keys)
        if breaks(zones[key])
        for edge in _edges(keys, xy_m, at, zones[key])
    ]
    nodes = tuple(
        DominoNode(
            h.layer, h.id, h.name, h.at or (0.0, 0.0), zones[h.layer, h.id].reach_m, h.colour,
            zones[h.layer, h.id].said,
        )
        for h in placed
    )  # fmt: skip
    notes = [say("A toxic cloud breaks no tank: its reach makes no edge, but people must leave.")]
    silent = sum(zones[key].reach_m is None for key in keys)
    if silent:
        notes.append(say("Of {count} hazards nothing says how far they reach.", count=silent))
    if "pipeline" in onemap.records:
        notes.append(say("Pipelines are not in the graph."))
    return DominoGraph(nodes, tuple(edges), _groups(keys, edges), tuple(notes))


def breaks(zone: OwnZone) -> bool:
    """Return whether the zone can break another tank."""
    return zone.shape is not None and zone.level.startswith(BREAKS)


def _edges(keys: list[Key], xy_m: NDArray[np.float64], at: int, zone: OwnZone) -> list[DominoEdge]:
    met = np.flatnonzero(shapely.intersects_xy(zone.shape, xy_m[:, 0], xy_m[:, 1]))
    away = xy_m - xy_m[at]
    return [
        DominoEdge(keys[at], keys[hit], round(hypot(*away[hit])))
        for hit in met.tolist()
        if hit != at
    ]


def _groups(keys: list[Key], edges: list[DominoEdge]) -> tuple[tuple[Key, ...], ...]:
    """Return the hazards that hang together by edges in any direction, alone ones left out."""
    if not edges:
        return ()
    row_of = {key: row for row, key in enumerate(keys)}
    rows = np.array([row_of[edge.cause] for edge in edges], dtype=np.int64)
    hits = np.array([row_of[edge.hit] for edge in edges], dtype=np.int64)
    graph = coo_matrix((np.ones(len(edges)), (rows, hits)), shape=(len(keys), len(keys)))
    count, label = connected_components(graph, directed=False)
    held: list[list[Key]] = [[] for _ in range(count)]
    for row, key in enumerate(keys):
        held[int(label[row])].append(key)
    return tuple(
        sorted((tuple(one) for one in held if len(one) > 1), key=lambda one: (-len(one), one))
    )
