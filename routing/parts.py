"""Which nodes hang together over the road pieces that may be used, whatever their direction."""

import numpy as np

from .arrays import BoolArray, IntArray
from .kernels import compiled
from .network import RoadNetwork


def connected_parts(network: RoadNetwork, usable: BoolArray) -> IntArray:
    """Return the part (n,) of each node, named by a node of it; ``usable`` are pieces (r,).

    Raises:
        ValueError: for ``usable`` of another length.

    """
    if usable.shape != (network.road_count,):
        msg = "usable must have one entry per road piece"
        raise ValueError(msg)
    return _united(network.node_count, network.road_start, network.road_end, usable)


@compiled
def _united(count: int, start: IntArray, end: IntArray, usable: BoolArray) -> IntArray:
    """Return the root (n,) of each node: Tarjan's sets with paths halved."""
    parent = np.arange(count).astype(np.int32)
    for road in range(len(start)):
        if usable[road]:
            one, other = start[road], end[road]
            while parent[one] != one:
                parent[one] = parent[parent[one]]
                one = parent[one]
            while parent[other] != other:
                parent[other] = parent[parent[other]]
                other = parent[other]
            if one < other:
                parent[other] = one
            else:
                parent[one] = other
    for node in range(count):
        parent[node] = parent[parent[node]]
    return parent
