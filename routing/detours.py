"""What every single lost road costs: how far each point is from the nearest root without it.

Only a road on a point's way to its nearest root can make that way longer: as long as the way
stands, it stays the shortest, and nothing that is closed makes another one shorter. So every other
road is skipped, and the answer for all is exact. One search for all roots that are alike bounds the
cost, and nearly always meets it; a root is searched for itself only where it could do better.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import IntArray, LongArray
from .detour_forests import asked_roads, bounds
from .detour_kernels import NEVER, Asked, costs, lose_each, roads_to, stand_each
from .detour_roots import GrownRoot, Root, grown_roots
from .engine import UNREACHED


@dataclass(frozen=True, eq=False)
class Detours:
    """The costs of each point's nearest root, as all stands and with something lost.

    ``nearest`` (p,) and ``cost`` (p,) as all stands, of equals the first root; ``second`` (p,) is
    the cost without that root. Road ``road`` (q,) lost costs ``point`` (q,) ``without`` (q,): all
    pairs that can change, by road, then point. UNREACHED where no way leads. ``searches`` counts
    the partial searches that were needed.
    """

    nearest: LongArray
    cost: LongArray
    second: LongArray
    road: LongArray
    point: LongArray
    without: LongArray
    searches: int


def detours(roots: Sequence[Root], count: int) -> Detours:
    """Return what each single closed piece of road costs the ``count`` points."""
    grown = grown_roots(roots)
    base: LongArray = np.full((len(roots), count), NEVER, np.int64)
    for row, one in enumerate(grown):
        base[row] = costs(one.meets, one.tree, one.root.scale)
    nearest, cost, second = _two_nearest(base)
    road, point = _ways(grown, nearest)
    roads = roots[0].weights.network.road_start if roots else np.zeros(0, np.int32)
    first = np.append(0, np.cumsum(np.bincount(road, minlength=len(roads))))
    none: LongArray = np.zeros(len(point), np.int64)
    asked = Asked(first, point, np.full(len(point), NEVER, np.int64), none, np.unique(road))
    searches = _lose(grown, asked)
    return Detours(
        nearest,
        _known(cost),
        _known(second),
        road,
        point,
        _known(asked.best),
        searches,
    )


def _lose(grown: Sequence[GrownRoot], asked: Asked) -> int:
    """Lower ``asked.best`` to the least costs to any root; return how many searches it took."""
    low, searches = bounds(grown, asked)
    for one, left in _not_met(grown, low, asked):
        stand_each(one.tree, one.meets, left, one.root.midway, one.root.scale)
    for one, left in _not_met(grown, low, asked):
        root = one.root
        own = (root.midway, root.start())
        searches += lose_each(root.both_arcs, one.tree, one.meets, left, own, root.scale)
    return searches


def _not_met(
    grown: Sequence[GrownRoot], low: Sequence[LongArray], asked: Asked
) -> Iterator[tuple[GrownRoot, Asked]]:
    """Yield each root that may still better a cost, and the question of those roads alone."""
    lost = asked_roads(asked)
    for one, least in zip(grown, low, strict=True):
        roads = np.unique(lost[least < asked.best])
        if len(roads):
            yield one, asked._replace(low=least, roads=roads)


def _known(cost: LongArray) -> LongArray:
    return np.where(cost >= NEVER, UNREACHED, cost)


def _two_nearest(base: LongArray) -> tuple[LongArray, LongArray, LongArray]:
    """Return the nearest root of each point (-1 for none), its cost and that of the next."""
    count = base.shape[1]
    nearest, cost = np.full(count, -1, np.int64), np.full(count, NEVER, np.int64)
    second = cost.copy()
    for row in range(len(base)):
        nearer = base[row] < cost
        second = np.where(nearer, cost, np.minimum(second, base[row]))
        cost = np.where(nearer, base[row], cost)
        nearest[nearer] = row
    return nearest, cost, second


def _ways(grown: Sequence[GrownRoot], nearest: LongArray) -> tuple[LongArray, LongArray]:
    """Return each road on a point's way to its nearest root, with the point: by road, then point.

    The piece that the root stands on midway is on every way to it.
    """
    roads: list[IntArray] = []
    points: list[LongArray] = []
    for point in np.flatnonzero(nearest >= 0).tolist():
        one = grown[int(nearest[point])]
        buffer = np.empty(len(one.tree.ms) + 2, np.int32)
        count = roads_to(one.meets, one.tree, point, buffer)
        way = np.unique(np.append(buffer[:count], one.root.midway))
        way = way[way >= 0]
        roads.append(way)
        points.append(np.full(len(way), point, np.int64))
    if not roads:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    road, point_of = np.concatenate(roads).astype(np.int64), np.concatenate(points)
    order = np.lexsort((point_of, road))
    return road[order], point_of[order]
