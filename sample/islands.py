"""Roads that no road leads to: on the river's islet, in the hills, behind a works' fence."""

from itertools import pairwise

import numpy as np
import shapely
from shapely.ops import substring

from .expressway import Extra
from .land import Floats, Land, one_line, one_polygon
from .network import Net

_CLEAR_M = 25.0


def add_islands(land: Land, net: Net, rng: np.random.Generator) -> list[Extra]:
    """Return the pieces of three islands: a loop with a chord, and two small forks."""
    tree = shapely.STRtree(net.lines)
    islands = _islet(land)
    for shape, name, road_class in (
        (land.hills[0], "护林道", "track"),
        (land.industry[0], "厂内路", "service"),
    ):
        islands.extend(_fork(shape, tree, name, road_class, rng))
    return islands


def _islet(land: Land) -> list[Extra]:
    """Return the islet's loop in four pieces and a road across it; only a ferry lands there."""
    ring = shapely.LineString(one_polygon(land.islet.buffer(-30.0)).exterior.coords)
    corners = np.linspace(0.0, ring.length, 5)
    pieces = [_exact(one_line(substring(ring, start, end))) for start, end in pairwise(corners)]
    pieces.append(_exact(shapely.LineString((pieces[0].coords[0], pieces[2].coords[0]))))
    return [Extra(line, "residential", "江心洲路", oneway=False, width_m=5.0) for line in pieces]


def _exact(line: shapely.LineString) -> shapely.LineString:
    """Return the line with its coordinates on the centimetre."""
    return shapely.LineString(np.round(shapely.get_coordinates(line), 2))


def _fork(
    shape: shapely.Polygon,
    tree: shapely.STRtree,
    name: str,
    road_class: str,
    rng: np.random.Generator,
) -> list[Extra]:
    """Return three short roads from one point, where the other roads leave the most room."""
    west, south, east, north = shape.bounds
    points = rng.uniform((west, south), (east, north), (400, 2))
    points = points[shapely.contains_xy(shape, points[:, 0], points[:, 1])]
    _, away = tree.query_nearest(shapely.points(points), return_distance=True, all_matches=False)
    # Room to the other roads and to the edge of the hill, so that no fork leaves the district.
    away = np.minimum(away, shapely.distance(shapely.points(points), shape.exterior))
    best = int(np.argmax(away))
    reach = min(float(away[best]) - _CLEAR_M, 220.0)
    turn = rng.uniform(0.0, 2.0 * np.pi) + np.array((0.0, 2.0, 4.1))
    ends: Floats = points[best] + reach * np.column_stack((np.cos(turn), np.sin(turn)))
    return [
        Extra(
            _exact(shapely.LineString((points[best], end))),
            road_class,
            name,
            oneway=False,
            width_m=3.5,
        )
        for end in ends
    ]
