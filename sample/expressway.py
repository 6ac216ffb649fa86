"""The expressway over the town: two carriageways, and ramps to the main roads it passes over."""

from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely
import shapely.ops

from .land import Floats, Land, smooth
from .names import EXPRESSWAY
from .network import Net

_HALF_GAP_M = 14.0
_RAMP_M = 420.0
_APART_M = 1_500.0
_CARRIAGEWAY_M, _RAMP_WIDTH_M = 15.0, 7.0


@dataclass(frozen=True)
class Extra:
    """A road that is not noded with the town's: only equal end coordinates join it."""

    line: shapely.LineString
    road_class: str
    name: str
    oneway: bool
    width_m: float


def add_expressway(land: Land, net: Net, frame: gpd.GeoDataFrame) -> list[Extra]:
    """Return carriageways cut at their ramps, and the ramps; crossings without ramps stay apart."""
    whole = shapely.intersection(land.expressway, land.outline)
    axis = max(shapely.get_parts(whole), key=lambda part: part.length)
    found = _interchanges(axis, net, frame)
    extras: list[Extra] = []
    for side in (-1.0, 1.0):
        # Traffic keeps right: the carriageway right of the axis runs along it, the left against.
        lane = axis if side < 0 else shapely.reverse(axis)
        lane = lane.offset_curve(-_HALF_GAP_M)
        cuts: list[float] = []
        for piece in found:
            ramps, where = _ramps(lane, net, piece, axis, side)
            extras.extend(ramps)
            cuts.extend(where)
        extras.extend(_carriageway(lane, cuts))
    return extras


def _interchanges(axis: shapely.LineString, net: Net, frame: gpd.GeoDataFrame) -> list[int]:
    """Return the pieces of main roads that get ramps, far enough apart along the axis."""
    main = frame["highway"].isin(["trunk", "primary", "secondary"]).to_numpy()
    crossing = np.flatnonzero(main & shapely.intersects(net.lines, axis) & (frame["bridge"] == ""))
    at = shapely.line_locate_point(
        axis, shapely.centroid(shapely.intersection(net.lines[crossing], axis))
    )
    kept: list[tuple[float, int]] = []
    for where, piece in sorted(zip(at.tolist(), crossing.tolist(), strict=True)):
        clear = _RAMP_M + 100.0 < where < axis.length - _RAMP_M - 100.0
        both = _sides(axis, net, piece)
        if clear and both and all(abs(where - other) > _APART_M for other, _ in kept):
            kept.append((where, piece))
    return [piece for _, piece in kept]


def _sides(axis: shapely.LineString, net: Net, piece: int) -> dict[float, Floats] | None:
    """Return the end of the piece on each side of the axis (1 left), None where both lie on one."""
    ends = net.node_xy_m[[net.tail[piece], net.head[piece]]]
    sides: dict[float, Floats] = {}
    for end in ends:
        at = axis.project(shapely.Point(end))
        here = np.array(axis.interpolate(at).coords[0])
        ahead = np.array(axis.interpolate(at + 20.0).coords[0]) - here
        out = end - here
        sides[float(np.sign(ahead[0] * out[1] - ahead[1] * out[0]))] = end
    return sides if {-1.0, 1.0} <= set(sides) else None


def _ramps(
    lane: shapely.LineString, net: Net, piece: int, axis: shapely.LineString, side: float
) -> tuple[list[Extra], list[float]]:
    """Return the ramp down and the ramp up on one side, and where they meet the carriageway."""
    sides = _sides(axis, net, piece)
    if sides is None:
        return [], []
    ground = sides[side]
    at = lane.project(shapely.Point(ground))
    leave, enter = at - _RAMP_M, at + _RAMP_M
    ramps = []
    for where, toward in ((leave, 1.0), (enter, -1.0)):
        top = np.array(lane.interpolate(where).coords[0])
        beside = np.array(lane.interpolate(where + toward * 0.55 * _RAMP_M).coords[0])
        ahead = np.array(lane.interpolate(where + toward * 0.55 * _RAMP_M + 5.0).coords[0]) - beside
        right = np.array((ahead[1], -ahead[0])) / np.hypot(*ahead)
        points = np.vstack((np.round(top, 2), beside + right * 16.0, ground))
        curve = smooth(points if toward > 0 else points[::-1], 2, closed=False)
        name = f"{EXPRESSWAY}匝道"
        line = shapely.LineString(curve)
        ramps.append(Extra(line, "motorway_link", name, oneway=True, width_m=_RAMP_WIDTH_M))
    return ramps, [leave, enter]


def _carriageway(lane: shapely.LineString, cuts: list[float]) -> list[Extra]:
    """Return the carriageway in pieces between its ramps."""
    stops = [0.0, *sorted(cuts), lane.length]
    pieces = []
    for start, end in pairwise(stops):
        points = shapely.get_coordinates(shapely.ops.substring(lane, start, end)).copy()
        points[0], points[-1] = np.round(points[0], 2), np.round(points[-1], 2)
        line = shapely.LineString(points)
        pieces.append(Extra(line, "motorway", EXPRESSWAY, oneway=True, width_m=_CARRIAGEWAY_M))
    return pieces
