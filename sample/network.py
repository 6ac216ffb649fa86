"""From courses to a road network: noded, pruned, short stubs contracted, pieces with a course."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from .blocks import Shapes
from .land import Floats

_GRID_M = 0.01
_OPEN_END_M = 40.0
_SHORT_M = 11.0
_SAME_M = 1.0

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Net:
    """Pieces between nodes; ``course`` is the row of the course each one belongs to."""

    lines: Shapes
    course: Ints
    tail: Ints
    head: Ints
    node_xy_m: Floats


def node_courses(courses: Shapes) -> tuple[Shapes, Ints]:
    """Return the pieces of the courses between all their meeting points, and each one's course."""
    pieces = shapely.get_parts(shapely.union_all(courses, grid_size=_GRID_M))
    tree = shapely.STRtree(courses)
    middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    found, nearest = tree.query_nearest(middle, all_matches=False)
    course = np.empty(len(pieces), dtype=np.int64)
    course[found] = nearest
    return pieces, course


def make_net(pieces: Shapes, course: Ints) -> Net:
    """Return the net of the pieces; equal end coordinates are one node, nodes in order of x, y."""
    ends = np.vstack((_end(pieces, 0), _end(pieces, -1)))
    nodes, number = np.unique(np.round(ends, 2), axis=0, return_inverse=True)
    number = number.reshape(-1)
    return Net(pieces, course, number[: len(pieces)], number[len(pieces) :], nodes)


def _end(pieces: Shapes, at: int) -> Floats:
    return shapely.get_coordinates(shapely.get_point(pieces, at))


def degrees(net: Net) -> Ints:
    """Return how many piece ends meet at each node."""
    ends = np.concatenate((net.tail, net.head))
    return np.bincount(ends, minlength=len(net.node_xy_m))


def prune(courses: Shapes, outline: shapely.Polygon) -> tuple[Shapes, Ints]:
    """Return the courses without their loose ends, and the course each line comes from.

    An end at the outline stays: the road goes on beyond it.
    """
    pieces, course = node_courses(courses)
    while True:
        net = make_net(pieces, course)
        border = shapely.distance(shapely.points(net.node_xy_m), outline.exterior) < _OPEN_END_M
        loose = (degrees(net) == 1) & ~border
        stay = ~(loose[net.tail] | loose[net.head])
        if stay.all():
            break
        pieces, course = pieces[stay], course[stay]
    lines: list[shapely.LineString] = []
    origin: list[int] = []
    for number in np.unique(course):
        merged = shapely.line_merge(shapely.multilinestrings(pieces[course == number]))
        parts = shapely.get_parts(merged)
        lines.extend(parts)
        origin.extend([int(number)] * len(parts))
    return np.array(lines, dtype=object), np.array(origin, dtype=np.int64)


def contract(net: Net) -> Net:
    """Return the net with stubs under 11 m drawn together into one node, loops of them dropped.

    Two lanes that meet a road from both sides almost opposite each other thus make one crossing.
    """
    short = shapely.length(net.lines) < _SHORT_M
    count = len(net.node_xy_m)
    links = coo_array(
        (np.ones(short.sum()), (net.tail[short], net.head[short])), shape=(count, count)
    )
    _, group = connected_components(links, directed=False)
    # The place of a group is its node with the most roads, so that main roads stay put.
    order = np.lexsort((np.arange(count), -degrees(net), group))
    first = np.unique(group[order], return_index=True)[1]
    home = net.node_xy_m[order[first]][group]
    moved = np.any(home != net.node_xy_m, axis=1)
    stay = np.flatnonzero(~short & ~((group[net.tail] == group[net.head]) & (net.tail != net.head)))
    lines = net.lines[stay].copy()
    for at in np.flatnonzero(moved[net.tail[stay]] | moved[net.head[stay]]):
        points = shapely.get_coordinates(lines[at]).copy()
        points[0], points[-1] = home[net.tail[stay[at]]], home[net.head[stay[at]]]
        lines[at] = shapely.LineString(points)
    return _single(make_net(lines, net.course[stay]))


def _single(net: Net) -> Net:
    """Return the net without the pieces that lie on one of an earlier course: one road, one row."""
    kept: dict[tuple[int, int], list[int]] = {}
    for at in np.argsort(net.course, kind="stable").tolist():
        tail, head = int(net.tail[at]), int(net.head[at])
        others = kept.setdefault((min(tail, head), max(tail, head)), [])
        line = net.lines[at]
        if all(shapely.hausdorff_distance(line, net.lines[other]) > _SAME_M for other in others):
            others.append(at)
    stay = np.sort(np.array([at for own in kept.values() for at in own], dtype=np.int64))
    return make_net(net.lines[stay], net.course[stay])


def largest_component(
    net: Net, forward: NDArray[np.bool_], back: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which nodes lie in the largest strongly connected part, by each piece's directions."""
    count = len(net.node_xy_m)
    tails = np.concatenate((net.tail[forward], net.head[back]))
    heads = np.concatenate((net.head[forward], net.tail[back]))
    links = coo_array((np.ones(len(tails)), (tails, heads)), shape=(count, count))
    _, part = connected_components(links, directed=True, connection="strong")
    within: NDArray[np.bool_] = part == np.argmax(np.bincount(part))
    return within


def mainland(net: Net) -> Net:
    """Return the net without the crumbs that noding and pruning left unjoined."""
    every = np.ones(len(net.lines), dtype=bool)
    part = largest_component(net, every, every)[net.tail]
    return make_net(net.lines[part], net.course[part])
