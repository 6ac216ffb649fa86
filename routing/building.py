"""From a frame of road lines to the compiled network, and what was found on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.faults import Fault, UserError
from geodata.road_classes import ROAD_CLASSES
from language import Sentence, say

from .arrays import BoolArray, FloatArray, IntArray, LongArray
from .network import RoadNetwork, compile_network
from .table import Primary, RoadTable

SAME_NODE_M = 0.01
"""Where a file states no nodes, positions equal when rounded to this are one node."""

ENDS_APART_M = 1.0
FASTEST_KMH = 200.0
_HILBERT_BITS = 16

COLUMNS = (
    "road_class",
    "oneway",
    "speed_kmh",
    "width_m",
    "height_m",
    "weight_t",
    "name",
    "source_id",
    "from_node",
    "to_node",
)


@dataclass(frozen=True)
class NetworkReport:
    """What building found: counts, island sizes from the largest, and ids of dropped lines.

    ``crossings`` counts pairs of pieces that cross without a common vertex: bridges, or faults
    of the file; they are never joined. ``ends_apart`` counts nodes of the file whose lines end
    more than a metre apart; ``limits_ignored`` counts speeds and limits that are no such thing.
    """

    lines: int
    pieces: int
    nodes: int
    arcs: int
    island_nodes: tuple[int, ...]
    zero_length: tuple[str, ...]
    no_line: tuple[str, ...]
    lines_split: int
    crossings: int
    ends_apart: int
    limits_ignored: int
    unnamed_share: float
    unknown_class: int

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Return the report in words; what did not occur is left out."""
        said = [
            say(
                "{lines} road lines became {pieces} pieces between {nodes} nodes.",
                lines=self.lines,
                pieces=self.pieces,
                nodes=self.nodes,
            ),
        ]
        if len(self.island_nodes) > 1:
            said.append(
                say(
                    "{count} parts are cut off from the main network, {nodes} nodes in all; "
                    "they were kept and not joined.",
                    count=len(self.island_nodes) - 1,
                    nodes=sum(self.island_nodes[1:]),
                )
            )
        said += [sentence for count, sentence in self._counted() if count]
        said.append(
            say("{percent} % of the pieces have no name.", percent=round(100 * self.unnamed_share))
        )
        return tuple(said)

    def _counted(self) -> Iterator[tuple[int, Sentence]]:
        count = len(self.zero_length)
        yield count, say("{count} lines of no length were dropped.", count=count)
        count = len(self.no_line)
        yield count, say("{count} rows are no single line and were dropped.", count=count)
        count = self.lines_split
        yield count, say("{count} lines were split where another one meets them.", count=count)
        count = self.crossings
        yield count, say("{count} crossings without a common vertex were not joined.", count=count)
        count = self.ends_apart
        yield count, say("{count} nodes join lines that end more than 1 m apart.", count=count)
        count = self.limits_ignored
        yield count, say("{count} speeds or limits were not usable and were ignored.", count=count)
        count = self.unknown_class
        yield count, say("{count} pieces are of unknown class.", count=count)


class _Vertices(NamedTuple):
    """The points of all lines in order: position, the line it is of, and its 1 cm square."""

    xy_m: FloatArray
    line: LongArray
    square: LongArray


class _Pieces(NamedTuple):
    """Pieces as first and last vertex (inclusive) and the line each is of."""

    first: LongArray
    last: LongArray
    line: LongArray


def build_network(roads: gpd.GeoDataFrame) -> tuple[RoadNetwork, NetworkReport]:
    """Return the network of a roads frame in a metric CRS, and the report on it.

    Ends of lines are nodes: by the file's ids where it states them, else by position. Lines
    without ids are split at each vertex that another one has too, exactly to 1 cm; where a file
    states its nodes it is believed. Parallel pieces, self loops and islands are kept. A piece of
    no length between one and the same node is dropped and reported; between two nodes it stays.
    The same frame gives the same network.

    Raises:
        UserError: if no road is left.
        ValueError: for a frame without the contract's columns or a metric CRS.

    """
    _check_frame(roads)
    shapes = roads.geometry.to_numpy()
    is_line = shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING
    is_line &= ~shapely.is_empty(shapes) & np.isfinite(shapely.length(shapes))
    kept = roads[is_line]
    vertices = _vertices(kept)
    pieces = _pieces(vertices, _free(kept))
    lines_split = int(np.count_nonzero(np.bincount(pieces.line, minlength=len(kept)) > 1))
    start, end = _nodes(kept, vertices, pieces)
    dropped = (start == end) & _no_length(vertices, pieces)
    kept_pieces = _Pieces(*(column[~dropped] for column in pieces))
    if not len(kept_pieces.line):
        problem = say("No road is left to build a network from.")
        raise UserError([Fault("", problem, say("Give a file with lines of roads."))])
    primary, ignored, apart = _assemble(
        kept, vertices, kept_pieces, (start[~dropped], end[~dropped])
    )
    network = compile_network(primary)
    source = kept["source_id"].to_numpy(object)
    report = NetworkReport(
        lines=len(roads),
        pieces=network.road_count,
        nodes=network.node_count,
        arcs=network.arc_count,
        island_nodes=tuple(int(size) for size in np.bincount(network.island)),
        zero_length=tuple(dict.fromkeys(str(source[i]) for i in pieces.line[dropped])),
        no_line=tuple(str(i) for i in roads["source_id"].to_numpy(object)[~is_line]),
        lines_split=lines_split,
        crossings=_crossings(network),
        ends_apart=apart,
        limits_ignored=ignored,
        unnamed_share=float(np.mean(network.road_name == 0)),
        unknown_class=int(np.count_nonzero(network.road_class == ROAD_CLASSES.index("unknown"))),
    )
    return network, report


def _check_frame(roads: gpd.GeoDataFrame) -> None:
    """Pass a frame that keeps the contract.

    Raises:
        ValueError: for one that does not.

    """
    missing = [column for column in COLUMNS if column not in roads.columns]
    if missing:
        msg = f"the roads frame lacks {missing}"
        raise ValueError(msg)
    if roads.crs is None or not roads.crs.is_projected:
        msg = "the roads frame must be in a metric CRS"
        raise ValueError(msg)


def _free(roads: gpd.GeoDataFrame) -> BoolArray:
    """Return the lines for which the file states no node, so that positions decide."""
    stated = (roads["from_node"] != "") | (roads["to_node"] != "")
    return ~stated.to_numpy(bool)


def _vertices(roads: gpd.GeoDataFrame) -> _Vertices:
    """Return the vertices, those left out that repeat the one before; a line keeps two."""
    xy_m, line = shapely.get_coordinates(roads.geometry.to_numpy(), return_index=True)
    cell = np.rint((xy_m - xy_m.min(axis=0, initial=np.inf)) / SAME_NODE_M).astype(np.int64)
    square = (cell[:, 0] << 32) | cell[:, 1]
    new_line = np.ones(len(line), np.bool_)
    new_line[1:] = line[1:] != line[:-1]
    fresh = new_line.copy()
    fresh[1:] |= square[1:] != square[:-1]
    last = np.roll(new_line, -1)
    alone = np.bincount(line[fresh], minlength=len(roads)) == 1
    fresh |= last & alone[line]
    return _Vertices(xy_m[fresh], line[fresh], square[fresh])


def _pieces(vertices: _Vertices, free: BoolArray) -> _Pieces:
    """Return the pieces: whole lines, those without stated nodes split at shared vertices."""
    line, square = vertices.line, vertices.square
    is_first = np.ones(len(line), np.bool_)
    is_first[1:] = line[1:] != line[:-1]
    is_last = np.roll(is_first, -1)
    rows = np.flatnonzero(free[line])
    _, group, count = np.unique(square[rows], return_inverse=True, return_counts=True)
    shared = np.zeros(len(line), np.bool_)
    shared[rows] = count[group] > 1
    inner = shared & ~is_first & ~is_last
    first = np.flatnonzero(is_first | inner)
    last = np.flatnonzero(is_last | inner)
    return _Pieces(first, last, line[first])


def _nodes(
    roads: gpd.GeoDataFrame, vertices: _Vertices, pieces: _Pieces
) -> tuple[LongArray, LongArray]:
    """Return a provisional number of the node at the start and at the end of each piece."""
    sides = []
    for column, vertex in (("from_node", pieces.first), ("to_node", pieces.last)):
        stated = roads[column].to_numpy(object)[pieces.line]
        sides.append(
            pd.DataFrame(
                {
                    "id": stated.astype(str),
                    "square": np.where(stated == "", vertices.square[vertex], -1),
                }
            )
        )
    ends = pd.concat(sides, ignore_index=True)
    number = ends.groupby(["id", "square"], sort=False).ngroup().to_numpy().astype(np.int64)
    start, end = np.split(number, 2)
    return start, end


def _no_length(vertices: _Vertices, pieces: _Pieces) -> BoolArray:
    """Return the pieces whose vertices were one, but that a line keeps two."""
    square = vertices.square
    same: BoolArray = (square[pieces.first] == square[pieces.last]) & (
        pieces.last - pieces.first == 1
    )
    return same


def _lengths(vertices: _Vertices, pieces: _Pieces) -> FloatArray:
    """Return the length of each piece in metres; a vertex splits no sum of two pieces."""
    step = vertices.xy_m[1:] - vertices.xy_m[:-1]
    along = np.concatenate([[0.0], np.sqrt(step[:, 0] ** 2 + step[:, 1] ** 2)])
    # steps from first + 1 to last, in order; the step onto a line's first vertex is in none
    index = _runs(pieces.first + 1, pieces.last)
    piece = np.repeat(np.arange(len(pieces.first)), pieces.last - pieces.first)
    total = np.bincount(piece, weights=along[index], minlength=len(pieces.first))
    return total.astype(np.float64)


def _runs(first: LongArray, last: LongArray) -> LongArray:
    """Return the whole numbers of all runs from first to last (inclusive), one after another."""
    count = last - first + 1
    start = np.cumsum(count) - count
    run: LongArray = np.arange(int(count.sum())) + np.repeat(first - start, count)
    return run


def _assemble(
    roads: gpd.GeoDataFrame,
    vertices: _Vertices,
    pieces: _Pieces,
    ends: tuple[LongArray, LongArray],
) -> tuple[Primary, int, int]:
    """Return nodes and pieces in their final order, the limits ignored and the nodes apart."""
    number, first_met, code = np.unique(
        np.concatenate(ends), return_index=True, return_inverse=True
    )
    end_xy_m = vertices.xy_m[np.concatenate([pieces.first, pieces.last])]
    node_xy_m = end_xy_m[first_met]
    gap = end_xy_m - node_xy_m[code]
    far = np.sqrt(gap[:, 0] ** 2 + gap[:, 1] ** 2) > ENDS_APART_M
    order = np.lexsort((first_met, _hilbert(node_xy_m)))
    new = np.empty(len(number), np.int32)
    new[order] = np.arange(len(number), dtype=np.int32)
    start, end = new[code[: len(pieces.line)]], new[code[len(pieces.line) :]]
    by_place = np.lexsort((np.arange(len(start)), end, start))
    sorted_pieces = _Pieces(*(column[by_place] for column in pieces))
    names, table, ignored = _table(roads, vertices, sorted_pieces, (start[by_place], end[by_place]))
    primary = Primary(str(roads.crs), names, node_xy_m[order], table)
    return primary, ignored, len(np.unique(code[far]))


def _table(
    roads: gpd.GeoDataFrame,
    vertices: _Vertices,
    pieces: _Pieces,
    ends: tuple[IntArray, IntArray],
) -> tuple[tuple[str, ...], RoadTable, int]:
    """Return the names, the pieces as a table and how many figures were ignored."""
    line = pieces.line
    spoken = roads["name"].to_numpy(object)[line].astype(str)
    names = ("", *sorted(set(spoken.tolist()) - {""}))
    code = {name: i for i, name in enumerate(names)}
    class_code = {name: i for i, name in enumerate(ROAD_CLASSES)}
    columns, ignored = _figures(roads)
    size = pieces.last - pieces.first + 1
    table = RoadTable(
        start=ends[0],
        end=ends[1],
        oneway=roads["oneway"].to_numpy(np.int8)[line],
        length_m=_lengths(vertices, pieces),
        road_class=np.array([class_code[c] for c in roads["road_class"]], np.uint8)[line],
        name=np.array([code[name] for name in spoken], np.int32),
        xy_m=vertices.xy_m[_runs(pieces.first, pieces.last)],
        first_point=np.concatenate([[0], np.cumsum(size)]).astype(np.int32),
        **{column: values[line] for column, values in columns.items()},
    )
    return names, table, ignored


def _figures(roads: gpd.GeoDataFrame) -> tuple[dict[str, FloatArray], int]:
    """Return speed and limits per line, NaN for those that cannot be, and how many these were."""
    columns, ignored = {}, 0
    for name in ("speed_kmh", "width_m", "height_m", "weight_t"):
        values = roads[name].to_numpy(np.float64).copy()
        odd = ~np.isnan(values) & ~(np.isfinite(values) & (values > 0))
        if name == "speed_kmh":
            odd |= values > FASTEST_KMH
        values[odd] = np.nan
        ignored += int(np.count_nonzero(odd))
        columns[name] = values
    return columns, ignored


def _crossings(network: RoadNetwork) -> int:
    """Return how many pairs of pieces cross in their interior."""
    left, right = network.line_tree.query(network.lines, predicate="crosses")
    return int(np.count_nonzero(left < right))


def _hilbert(xy_m: FloatArray) -> LongArray:
    """Return the place of each point (n, 2) along a Hilbert curve of 2^16 x 2^16 cells.

    The conversion of Hamilton (2006) as given in "Hilbert curve", Wikipedia, over whole arrays.
    """
    low = xy_m.min(axis=0, initial=np.inf)
    size = float(np.ptp(xy_m, axis=0).max()) or 1.0
    side = (1 << _HILBERT_BITS) - 1
    x, y = ((xy_m - low) / size * side).astype(np.int64).T
    place = np.zeros(len(xy_m), np.int64)
    half = 1 << (_HILBERT_BITS - 1)
    while half:
        right, upper = (x & half) > 0, (y & half) > 0
        place += half * half * ((3 * right) ^ upper)
        flip = right & ~upper
        x, y = np.where(flip, side - x, x), np.where(flip, side - y, y)
        x, y = np.where(upper, x, y), np.where(upper, y, x)
        half >>= 1
    return place
