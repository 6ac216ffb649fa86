"""The ground that can be reached in time, as polygons: a raster of distances and its contour."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from contourpy import FillType, contour_generator
from scipy.ndimage import distance_transform_edt

from .arrays import BoolArray, FloatArray, IntArray, LongArray
from .engine import IMPASSABLE, UNREACHED, one_to_all
from .locating import Snaps
from .network import RoadNetwork
from .trees import access_ms, seeds_of, snap_ends
from .weights import Weights

BESIDE_ROAD_M = 100.0
"""A polygon holds the ground up to about this far from a position reached on a road."""

_CELL_M = 30.0
_MOST_CELLS = 4_000_000
_CELLS_BESIDE = 3
"""A reached position lies at most 2.62 cells from each marked cell that its contour rests on:
half a cell to the next sample, 0.71 to a grid point, 1.41 across a cell. Three keep it inside."""


class _Samples(NamedTuple):
    """Positions along the roads (s, 2), when each is reached (s,) in ms, and the grid's cell."""

    xy_m: FloatArray
    time_ms: FloatArray
    cell_m: float


def reach_polygons(
    weights: Weights, sources: Snaps, thresholds_ms: Sequence[int], *, access_kmh: float
) -> tuple[shapely.MultiPolygon, ...]:
    """Return, per threshold, the ground reached from any source in at most that time.

    Every position on a road reached in time, exactly on time included, lies inside; the border
    runs about ``BESIDE_ROAD_M`` beyond. The access legs of the sources are counted; sources off
    the network reach nothing. Polygons are empty where nothing is reached.
    """
    samples = _samples(weights, sources, access_kmh, max(thresholds_ms, default=0))
    return tuple(_polygon(samples, threshold) for threshold in thresholds_ms)


def _source_times(weights: Weights, sources: Snaps, access_kmh: float) -> LongArray:
    """Return the time (n,) of each node from its nearest source."""
    legs = access_ms(sources.distance_m, access_kmh)
    seeds, times, source = seeds_of(snap_ends(weights, sources), toward=False)
    return one_to_all(weights.forward, seeds, initial_ms=times + legs[source])


def _samples(weights: Weights, sources: Snaps, access_kmh: float, latest_ms: int) -> _Samples:
    """Return positions reached by then, half a cell apart at most on each piece, ends included."""
    network = weights.network
    node_ms = _source_times(weights, sources, access_kmh).astype(np.float64)
    node_ms[node_ms == UNREACHED] = np.inf
    cell_m = _cell_m(network.node_xy_m)
    pieces = np.flatnonzero(weights.usable_roads).astype(np.int32)
    steps = np.ceil(network.road_length_m[pieces] / (cell_m / 2)).astype(np.int64) + 1
    which = np.repeat(np.arange(len(pieces)), steps)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(steps) - steps, steps)
    share = nth / np.maximum(steps - 1, 1)[which]
    arc = network.road_arc[pieces]
    travel = np.where(weights.ms[arc] < IMPASSABLE, weights.ms[arc] - weights.delay_ms[arc], np.inf)
    start = node_ms[network.road_start[pieces]][which]
    end = node_ms[network.road_end[pieces]][which]
    time_ms = np.minimum(
        start + _share_of(share, travel[which, 0]), end + _share_of(1 - share, travel[which, 1])
    )
    legs = access_ms(sources.distance_m, access_kmh)
    for i in np.flatnonzero(sources.on_network):
        on = pieces[which] == sources.road[i]
        beyond = share[on] - sources.offset[i]
        ahead = np.where(beyond >= 0, _share_of(beyond, travel[which, 0][on]), np.inf)
        behind = np.where(beyond <= 0, _share_of(-beyond, travel[which, 1][on]), np.inf)
        time_ms[on] = np.minimum(time_ms[on], np.minimum(ahead, behind) + legs[i])
    soon = np.flatnonzero(time_ms <= latest_ms)
    xy_m = _positions(network, pieces[which[soon]], share[soon])
    return _Samples(xy_m, time_ms[soon], cell_m)


def _share_of(share: FloatArray, travel: FloatArray) -> FloatArray:
    """Return share x travel; nothing of an endless way is no time at all."""
    return np.multiply(share, travel, where=share > 0, out=np.zeros(len(share)))


def _positions(network: RoadNetwork, pieces: IntArray, share: FloatArray) -> FloatArray:
    """Return the positions (s, 2) at a share of the length of each of ``pieces`` (s,).

    All pieces lie on one scale, a metre apart, so that a single interpolation serves them all.
    """
    xy_m = network.road_xy_m
    step = np.concatenate([[0.0], np.sqrt((np.diff(xy_m, axis=0) ** 2).sum(axis=1))])
    step[network.road_first_point[1:-1]] = 1.0
    scale = np.cumsum(step)
    first = scale[network.road_first_point[:-1]][pieces]
    last = scale[network.road_first_point[1:] - 1][pieces]
    at = first + share * (last - first)
    return np.column_stack([np.interp(at, scale, xy_m[:, 0]), np.interp(at, scale, xy_m[:, 1])])


def _cell_m(xy_m: FloatArray) -> float:
    """Return the grid's cell, larger than usual where the district would need too many."""
    width_m, height_m = np.ptp(xy_m, axis=0) if len(xy_m) else (0.0, 0.0)
    return max(_CELL_M, float(np.sqrt(width_m * height_m / _MOST_CELLS)))


def _polygon(samples: _Samples, threshold_ms: int) -> shapely.MultiPolygon:
    """Return the contour around the samples reached by then."""
    xy_m = samples.xy_m[samples.time_ms <= threshold_ms]
    if not len(xy_m):
        return shapely.MultiPolygon()
    cell_m = samples.cell_m
    beside_m = max(BESIDE_ROAD_M, _CELLS_BESIDE * cell_m)
    margin = int(np.ceil(beside_m / cell_m)) + 2
    # the origin falls on whole cells, so that polygons of two thresholds rest on one grid
    low = np.floor(xy_m.min(axis=0) / cell_m) - margin
    column, row = (np.rint(xy_m / cell_m) - low).astype(np.int64).T
    marked: BoolArray = np.zeros((row.max() + margin + 1, column.max() + margin + 1), np.bool_)
    marked[row, column] = True
    distance_m = distance_transform_edt(~marked) * cell_m
    contour = contour_generator(
        x=(low[0] + np.arange(marked.shape[1])) * cell_m,
        y=(low[1] + np.arange(marked.shape[0])) * cell_m,
        z=distance_m,
        fill_type=FillType.OuterOffset,
    )
    points, offsets = contour.filled(-1.0, beside_m)[:2]
    polygons = []
    for ring_m, offset in zip(points, offsets, strict=True):
        shell, *holes = np.split(np.asarray(ring_m), np.asarray(offset)[1:-1])
        polygons.append(shapely.Polygon(shell, holes))
    return shapely.MultiPolygon(polygons)
