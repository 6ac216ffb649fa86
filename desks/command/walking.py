"""The ways on foot from every community to every shelter: metres, seconds, and where they lead."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import shapely
from numpy.typing import NDArray

from desks.onemap import OneMap
from risk.release import Shape
from routing import UNREACHED, Snaps, Tree, Weights, closed_arcs, tree_to

from .assigning import NO_WAY
from .population import Inhabited, inhabited
from .ways import ON_FOOT

LongArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class WalkTable:
    """Whole metres and seconds (n, m) on foot from each inhabited unit to each shelter.

    NO_WAY where none leads; ``column`` finds a shelter by (layer, id). ``starts`` are where people
    set out, ``trees`` the ways to each shelter.
    """

    distance_m: LongArray
    walk_s: LongArray
    column: dict[tuple[str, str], int]
    starts: Snaps
    trees: tuple[Tree, ...]


def walk_table(onemap: OneMap, flooded: Sequence[Shape] = ()) -> WalkTable:
    """Return the ways on foot: kept per map, searched anew where ground is flooded."""
    if not flooded:
        return onemap.once(_dry_table)
    polygons = [part for shape in flooded for part in shapely.get_parts(shape)]
    closed = closed_arcs(onemap.network, polygons=polygons)
    return _table(onemap, onemap.open_weights(ON_FOOT).closing(closed))


def _dry_table(onemap: OneMap) -> WalkTable:
    return _table(onemap, onemap.open_weights(ON_FOOT))


def _table(onemap: OneMap, weights: Weights) -> WalkTable:
    units = inhabited(onemap)
    model = onemap.speed_model
    starts = _starts(onemap, units)
    column: dict[tuple[str, str], int] = {}
    trees: list[Tree] = []
    metres: list[LongArray] = []
    seconds: list[LongArray] = []
    for spec in onemap.layers_for("refuge"):
        access = onemap.access[spec.key]
        for row, record_id in enumerate(onemap.records[spec.key].ids):
            end = access.take(row)
            tree = tree_to(weights, end, access_kmh=model.access_kmh)
            time_ms = tree.time_ms(starts)
            column[spec.key, record_id] = len(metres)
            trees.append(tree)
            metres.append(
                metres_on_foot(time_ms, starts, end, model.access_kmh, model.walk_m_per_s)
            )
            seconds.append(np.where(time_ms == UNREACHED, NO_WAY, -(-time_ms // 1000)))
    empty: LongArray = np.zeros((len(units.shapes), 0), np.int64)
    return WalkTable(
        np.column_stack([empty, *metres]).astype(np.int64),
        np.column_stack([empty, *seconds]).astype(np.int64),
        column,
        starts,
        tuple(trees),
    )


def _starts(onemap: OneMap, units: Inhabited) -> Snaps:
    """Return where the people of each unit set out: on the way nearest to a point within it.

    Where that way is cut off from the rest of the network, the nearest one that is not is taken if
    it lies within the unit: a clipped lane must not make a community an island.
    """
    network = onemap.network
    whole = network.island[network.road_start] == 0
    nearest = onemap.foot_locator.snap(units.points_m, limit_m=math.inf)
    joined = onemap.foot_locator.snap(units.points_m, limit_m=math.inf, usable=whole)
    held = shapely.intersects(units.shapes, shapely.points(joined.xy_m))
    cut_off = nearest.on_network & ~whole[nearest.road] & joined.on_network & held
    rows = np.flatnonzero(cut_off)
    if not len(rows):
        return nearest
    given = [(getattr(nearest, f.name).copy(), getattr(joined, f.name)) for f in fields(Snaps)]
    for mine, other in given:
        mine[rows] = other[rows]
    return Snaps(*(mine for mine, _ in given))


def metres_on_foot(
    time_ms: LongArray, starts: Snaps, end: Snaps, access_kmh: float, walk_m_per_s: float
) -> LongArray:
    """Return the whole metres of the ways that take so long, both access legs included."""
    legs_m = np.where(np.isfinite(starts.distance_m), starts.distance_m, 0.0)
    legs_m = legs_m + float(end.distance_m[0])
    on_ways_ms = time_ms - legs_m * 3600.0 / access_kmh
    metres = np.rint(np.maximum(on_ways_ms, 0.0) * walk_m_per_s / 1000.0 + legs_m)
    return np.where(time_ms == UNREACHED, NO_WAY, metres).astype(np.int64)
