"""Where a piece of road without a name lies: between which roads, near which one, in which unit."""

from collections.abc import Sequence

import numpy as np
import shapely

from desks.onemap import OneMap
from language import Sentence, say

from .fragility import Loss

_MM_PER_M = 1000


def loss_names(onemap: OneMap, losses: Sequence[Loss]) -> tuple[Sentence, ...]:
    """Return what each loss is called: its name, or where its nameless piece of road lies."""
    return tuple(
        say("{name}", name=one.name or one.id)
        if one.name or one.kind == "place"
        else where_of(onemap, int(one.id))
        for one in losses
    )


def where_of(onemap: OneMap, piece: int) -> Sentence:
    """Return where a piece of road lies, by the names around it.

    The roads that meet it at its ends tell best, one at each; then those at one end; then the
    named road nearest to its middle. Of several the greatest class counts, then the name.
    """
    place = _place(onemap, piece)
    network = onemap.network
    ends = [_names_at(onemap, int(node), piece)
            for node in (network.road_start[piece], network.road_end[piece])]  # fmt: skip
    pairs = [(one, other) for one in ends[0] for other in ends[1] if one[1] != other[1]]
    if pairs:
        first, second = min(pairs, key=lambda pair: (pair[0][0] + pair[1][0], pair))
        return say("nameless road between {first} and {second}, {place}",
                   first=first[1], second=second[1], place=place)  # fmt: skip
    met = sorted({*ends[0], *ends[1]})
    if met:
        return say("nameless road at {road}, {place}", road=met[0][1], place=place)
    near = _nearest(onemap, piece)
    if near:
        return say("nameless road near {road}, {place}", road=near, place=place)
    return say("nameless road, {place}", place=place)


def _called(name: str) -> str:
    """Return the first of the names of one road."""
    return name.split(";", maxsplit=1)[0].strip()


def _names_at(onemap: OneMap, node: int, piece: int) -> list[tuple[int, str]]:
    """Return class and name of the named roads that meet at the node."""
    network = onemap.network
    arcs = np.arange(network.first_out[node], network.first_out[node + 1])
    found = {
        (int(network.road_class[road]), _called(network.names[network.road_name[road]]))
        for road in network.arc_road[arcs].tolist()
        if road != piece
    }
    return sorted(one for one in found if one[1])


def _middle(onemap: OneMap, piece: int) -> shapely.Point:
    line = shapely.linestrings(onemap.network.road_points_m(piece))
    at_m = shapely.get_coordinates(shapely.line_interpolate_point(line, 0.5, normalized=True))
    return shapely.Point(at_m[0])


def _place(onemap: OneMap, piece: int) -> str:
    """Return the community around the middle, else the subdistrict, else the piece's number."""
    at = _middle(onemap, piece)
    for key in ("community", "subdistrict"):
        tree = onemap.shape_trees.get(key)
        records = onemap.records.get(key)
        rows = [] if tree is None else tree.query(at, predicate="intersects").tolist()
        if rows and records is not None:
            return str(records.names[min(rows, key=records.ids.__getitem__)])
    return str(piece)


def _named(onemap: OneMap) -> tuple[shapely.STRtree, tuple[str, ...]]:
    """Return a tree over the named pieces, and their names."""
    network = onemap.network
    names = [_called(network.names[name]) for name in network.road_name.tolist()]
    rows = [row for row, name in enumerate(names) if name]
    return shapely.STRtree(network.lines[rows]), tuple(names[row] for row in rows)


def _nearest(onemap: OneMap, piece: int) -> str:
    """Return the name of the nearest named road, the lowest of several as near to the mm."""
    tree, names = onemap.once(_named)
    if not names:
        return ""
    at = _middle(onemap, piece)
    first = int(tree.nearest(at))
    away_m = float(shapely.distance(at, tree.geometries[first])) + 1 / _MM_PER_M
    rows = tree.query(at, predicate="dwithin", distance=away_m).tolist()
    return str(min(names[row] for row in (first, *rows)))
