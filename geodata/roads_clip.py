"""Roads cut at the edge of an area."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Polygon

from .roads_values import FloatArray

_CUT_END = "cut:{row}:{part}:{end}"
"""The id of an end that the cut made: no other line has it, so nothing is joined there by guess."""


def clip_roads(frame: gpd.GeoDataFrame, polygon: Polygon | MultiPolygon) -> gpd.GeoDataFrame:
    """Return the parts of the roads inside the polygon, border included, in the frame's order.

    The polygon is in the frame's CRS. Lines keep their direction and attributes; a line that
    leaves and comes back is two pieces. In a frame with node ids each end made by the cut gets an
    id of its own; islands that come about stay islands.
    """
    shapely.prepare(polygon)
    lines = np.asarray(frame.geometry.array, dtype=object)
    whole = shapely.covers(polygon, lines)
    crossing = np.flatnonzero(shapely.intersects(polygon, lines) & ~whole)
    rows = [*np.flatnonzero(whole).tolist()]
    parts = [lines[row] for row in rows]
    starts, stops = ([str(node) for node in frame[name]] for name in ("from_node", "to_node"))
    nodes = [(starts[row], stops[row]) for row in rows]
    for row in crossing.tolist():
        runs = _runs(shapely.get_coordinates(lines[row]), polygon)
        for number, (line, is_start, is_end) in enumerate(runs):
            rows.append(row)
            parts.append(line)
            made = [_CUT_END.format(row=row, part=number, end=end) for end in ("a", "b")]
            first, last = starts[row], stops[row]
            nodes.append((first if is_start or not first else made[0],
                          last if is_end or not last else made[1]))  # fmt: skip
    order = np.argsort(np.array(rows, np.int64), kind="stable")
    cut = frame.iloc[np.array(rows, np.int64)[order]].reset_index(drop=True)
    ends = np.array(nodes, dtype=object).reshape(-1, 2)[order]
    cut = cut.assign(from_node=ends[:, 0], to_node=ends[:, 1])
    return cut.set_geometry(gpd.GeoSeries([parts[at] for at in order.tolist()], crs=frame.crs))


def _runs(
    points: FloatArray, polygon: Polygon | MultiPolygon
) -> list[tuple[LineString, bool, bool]]:
    """Return the parts of a line inside, in its direction, and whether each has the line's ends.

    Segment by segment: an overlay of the whole line would cut it where it crosses itself, and
    make a junction of a flyover.
    """
    segments = [LineString(points[at : at + 2]) for at in range(len(points) - 1)]
    inside = shapely.intersection(np.array(segments, dtype=object), polygon)
    runs: list[list[FloatArray]] = []
    tip: FloatArray | None = None
    for start, part in zip(points[:-1], inside, strict=True):
        pieces = _pieces(part, start)
        if not pieces or (tip is not None and (tip != start).any()):
            tip = None
        for piece in pieces:
            if tip is not None and (piece[0] == tip).all():
                runs[-1].append(piece[1:])
            else:
                runs.append([piece])
            tip = piece[-1]
    found = []
    for run in runs:
        xy = np.vstack(run)
        ends = (bool((xy[0] == points[0]).all()), bool((xy[-1] == points[-1]).all()))
        found.append((LineString(xy), *ends))
    return found


def _pieces(inside: shapely.Geometry, start: NDArray[np.float64]) -> list[FloatArray]:
    """Return the lines of a segment's part inside, nearest to its start first, running from it."""
    lines = [
        part for part in shapely.get_parts(inside) if isinstance(part, LineString) and part.length
    ]
    found = []
    for line in lines:
        xy = shapely.get_coordinates(line)
        away = np.hypot(*(xy - start).T)
        found.append((float(away.min()), xy if away[0] <= away[-1] else xy[::-1]))
    return [xy for _, xy in sorted(found, key=lambda item: item[0])]
