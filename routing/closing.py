"""Closed roads: which arcs a polygon or a name takes out of use."""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.faults import Fault, UserError
from language import say

from .arrays import BoolArray
from .network import RoadNetwork
from .weights import arcs_of


def closed_arcs(
    network: RoadNetwork,
    *,
    polygons: Sequence[BaseGeometry] = (),
    roads: Sequence[str] = (),
) -> BoolArray:
    """Return the arcs (m,) that are closed: both directions of each piece of road concerned.

    A piece is closed where its line meets a polygon, touching its border included, or where its
    name is one of ``roads``, letter by letter. A border that crosses itself is mended first.

    Raises:
        UserError: for each name that no road of the network bears.

    """
    closed = np.zeros(network.road_count, np.bool_)
    for polygon in polygons:
        area = polygon if polygon.is_valid else shapely.make_valid(polygon)
        closed[network.line_tree.query(area, predicate="intersects")] = True
    for code in _name_codes(network, roads):
        closed |= network.road_name == code
    return arcs_of(network, closed)


def _name_codes(network: RoadNetwork, roads: Sequence[str]) -> list[int]:
    """Return the codes of the names.

    Raises:
        UserError: for each name that no road bears, "" included.

    """
    if not roads:
        return []
    code = network.name_code
    unknown = [name for name in roads if name not in code]
    if unknown:
        mend = say("Give the name exactly as the map shows it.")
        raise UserError(
            Fault("", say("No road is called {name}.", name=name), mend, value=name)
            for name in unknown
        )
    return [code[name] for name in roads]
