"""Roads in, milliseconds out: the compiled network, what each arc costs, times, routes, reach."""

from .building import NetworkReport, build_network
from .closing import closed_arcs
from .engine import IMPASSABLE, UNREACHED, Graph, csr_graph, matrix, nearest, one_to_all, warm
from .locating import Locator, Snaps, joined_snaps
from .network import RoadNetwork
from .parts import connected_parts
from .reaching import reach_polygons
from .speeds import Factor, SpeedModel
from .trees import RoutePath, Tree, tree_from, tree_to
from .weights import Block, Conditions, Vehicle, Weights, weights_ms

__all__ = [
    "IMPASSABLE",
    "UNREACHED",
    "Block",
    "Conditions",
    "Factor",
    "Graph",
    "Locator",
    "NetworkReport",
    "RoadNetwork",
    "RoutePath",
    "Snaps",
    "SpeedModel",
    "Tree",
    "Vehicle",
    "Weights",
    "build_network",
    "closed_arcs",
    "connected_parts",
    "csr_graph",
    "joined_snaps",
    "matrix",
    "nearest",
    "one_to_all",
    "reach_polygons",
    "tree_from",
    "tree_to",
    "warm",
    "weights_ms",
]
