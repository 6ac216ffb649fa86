"""One search from many places at once: how far everyone is from the nearest, and which it is."""

import numpy as np

from routing import IMPASSABLE, UNREACHED, Snaps, Weights, nearest, tree_from, tree_to
from routing.trees import access_ms, root_seeds, snap_ends

from .answers import LongArray


def nearest_sources(
    weights: Weights, sources: Snaps, others: Snaps, *, access_kmh: float, toward: bool
) -> tuple[LongArray, LongArray]:
    """Return the least time (k,) in ms between each other and any source, and which source.

    As `tree_to` (``toward``: the others travel) and `tree_from` count it, both access legs
    included; UNREACHED and source 0 where no way leads. Of equal times the first source.
    """
    time, owner = _over_nodes(weights, sources, others, access_kmh=access_kmh, toward=toward)
    grow = tree_to if toward else tree_from
    ends = snap_ends(weights, others)
    midway = others.on_network & ~ends.at.any(axis=1)
    for row in np.flatnonzero(sources.on_network & np.isin(sources.road, others.road[midway])):
        same = np.flatnonzero(midway & (others.road == sources.road[row]))
        tree = grow(weights, sources.take(int(row)), access_kmh=access_kmh, limit_ms=0)
        direct = tree.time_ms(others.take(same))
        direct = np.where(direct == UNREACHED, IMPASSABLE, direct)
        better = (direct < time[same]) | ((direct == time[same]) & (row < owner[same]))
        time[same[better]], owner[same[better]] = direct[better], row
    return np.where(time < IMPASSABLE, time, UNREACHED), owner


def _over_nodes(
    weights: Weights, sources: Snaps, others: Snaps, *, access_kmh: float, toward: bool
) -> tuple[LongArray, LongArray]:
    """Return times (k,), IMPASSABLE for none, and sources of the ways that pass a node."""
    legs = access_ms(sources.distance_m, access_kmh)
    seeds, initial, source = [np.empty(0, np.int32)], [np.empty(0, np.int64)], [np.empty(0, int)]
    for row in np.flatnonzero(sources.on_network):
        one = sources.take(int(row))
        nodes, times, _ = root_seeds(snap_ends(weights, one), one, toward=toward)
        seeds.append(nodes)
        initial.append(times + legs[row])
        source.append(np.full(len(nodes), row))
    graph = weights.backward if toward else weights.forward
    node_ms, seed = nearest(graph, np.concatenate(seeds), initial_ms=np.concatenate(initial))
    node_ms = np.where(node_ms == UNREACHED, IMPASSABLE, node_ms)
    node_owner = np.append(np.concatenate(source), 0)[seed].astype(np.int64)
    ends, network = snap_ends(weights, others), weights.network
    side = network.head[ends.arc] if toward else network.tail[ends.arc]
    part = ends.left_ms if toward else ends.done_ms
    at = np.where(ends.at, node_ms[ends.node], IMPASSABLE)
    past = np.where(ends.open_, part + node_ms[side], IMPASSABLE)
    ways = np.column_stack([at, past])
    owners = np.column_stack([node_owner[ends.node], node_owner[side]])
    best = ways.min(axis=1)
    owner = np.where(ways == best[:, None], owners, len(sources)).min(axis=1)
    best = np.where(best < IMPASSABLE, best + access_ms(others.distance_m, access_kmh), IMPASSABLE)
    return best, np.where(best < IMPASSABLE, owner, 0)
