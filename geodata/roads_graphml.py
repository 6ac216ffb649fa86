"""GraphML of osmnx: the edges of a graph as roads, each road once."""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree.ElementTree import ParseError

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from language import Sentence, say

from .faults import Fault, UserError
from .opening import local_file
from .roads_access import accessible
from .roads_frame import WGS84, Read
from .roads_lines import read_rows
from .roads_report import Refused
from .roads_schema import RoadSchema
from .roads_values import FloatArray, cell_text, items, read_class

MAX_BYTES = 400_000_000
SCHEMA = RoadSchema(
    road_class="highway", oneway="direction", speed=("maxspeed",), width="width",
    height="maxheight", weight="maxweight", name="name", source_id="osmid", from_node="u",
    to_node="v", both=("0",), forward=("1",), backward=("-1",),
)  # fmt: skip
"""What the edges' attributes mean; ``direction``, ``u`` and ``v`` are worked out here."""

_OWN = ("u", "v", "direction")
_ACCESS = ("access", "vehicle", "motor_vehicle", "foot", "emergency")
_SUSPECT = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)|\x00", re.IGNORECASE)
_YES = frozenset(("true", "1", "yes"))
_TOUCH_DEG = 1e-9

Texts = Mapping[str, str]


@dataclass(frozen=True)
class GraphRead:
    """The roads of a graph, which attributes it has and how many edges."""

    read: Read
    schema: RoadSchema
    edges: int


@dataclass(frozen=True)
class _Edge:
    """An edge with its points from tail to head, and what it says of itself."""

    tail: str
    head: str
    xy: FloatArray
    texts: Texts


@dataclass(frozen=True)
class _Road:
    """An edge with the direction that all edges on its line leave it: 0, 1 or -1."""

    edge: _Edge
    direction: int


def read_graphml(path: Path) -> GraphRead:
    """Return the roads of a GraphML graph as osmnx writes it; an edge without line is straight.

    In a directed graph the edges say the direction: two opposite edges on one line are one
    two-way road, a lone edge is one-way unless its ``oneway`` says no. Equal edges count once.
    Edges with ``access=no`` follow ``accessible``.

    Raises:
        UserError: if the file is damaged or unsafe, if nodes have no coordinates, or if no road
            is left.

    """
    graph = _graph(path)
    crs, notes = _crs(graph, path)
    edges, broken = _edges(graph)
    open_edges, closed = _sorted_out(edges)
    roads, counts = (_once if graph.is_directed() else _as_told)(open_edges)
    if not roads:
        problem = say("No road is left of {count} edges.", count=graph.number_of_edges())
        mend = say("The nodes need x and y, the edges must join them: export it again.")
        raise UserError([Fault(path.name, problem, mend)])
    rows = _rows(roads, crs)
    schema = _present(rows)
    read = read_rows(rows, schema, path.name)
    refused = tuple(
        Refused.of(reason, ids)
        for reason, ids in (
            (say("A node has no coordinates or the line cannot be read."), broken),
            (say("It is closed to vehicles and walkers."), closed),
        )
        if ids
    )
    whole = replace(read, refused=(*refused, *read.refused), notes=(*notes, *counts, *read.notes))
    return GraphRead(whole, schema, graph.number_of_edges())


def _graph(path: Path) -> "nx.MultiGraph[str]":
    data = local_file(path, max_bytes=MAX_BYTES).read_bytes()
    if _SUSPECT.search(data):
        problem = say("The file declares entities or is not in UTF-8; it is refused.")
        raise UserError([Fault(path.name, problem, say("Export it again with osmnx."))])
    try:
        graph = nx.read_graphml(io.BytesIO(data), node_type=str, force_multigraph=True)
    except (ParseError, nx.NetworkXError, ValueError, KeyError) as error:
        problem = say("The file cannot be read as GraphML: {detail}", detail=str(error)[:300])
        raise UserError([Fault(path.name, problem, say("Export it again with osmnx."))]) from error
    return nx.MultiDiGraph(graph) if graph.is_directed() else nx.MultiGraph(graph)


def _crs(graph: "nx.MultiGraph[str]", path: Path) -> tuple[str | CRS, tuple[Sentence, ...]]:
    said = cell_text(graph.graph.get("crs"))
    if not said:
        return WGS84, (say("The graph names no coordinate system: taken as WGS 84."),)
    try:
        return CRS.from_user_input(said), ()
    except CRSError as error:
        problem = say("The coordinate system '{crs}' is not known.", crs=said[:80])
        raise UserError([Fault(path.name, problem, say("Write it as EPSG:n."))]) from error


def _edges(graph: "nx.MultiGraph[str]") -> tuple[list[_Edge], list[str]]:
    """Return the edges that have a line, and the ids of the others."""
    places = {str(node): _place(data) for node, data in graph.nodes(data=True)}
    told = [
        (str(tail), str(head), {str(key): cell_text(value) for key, value in data.items()})
        for tail, head, data in graph.edges(data=True)
    ]
    lines = shapely.from_wkt(
        [texts.get("geometry") or None for *_, texts in told], on_invalid="ignore"
    )
    edges, broken = [], []
    for (tail, head, texts), line in zip(told, lines, strict=True):
        start, end = places[tail], places[head]
        readable = not texts.get("geometry") or isinstance(line, shapely.LineString)
        if start is None or end is None or not readable:
            broken.append(_name(tail, head, texts))
            continue
        points = np.array([start, end]) if line is None else shapely.get_coordinates(line)
        edges.append(_Edge(tail, head, _joined(points, start, end), texts))
    return edges, broken


def _name(tail: str, head: str, texts: Texts) -> str:
    return ";".join(items(texts.get("osmid", ""))) or f"{tail}-{head}"


def _place(data: Mapping[str, object]) -> tuple[float, float] | None:
    try:
        x, y = float(cell_text(data.get("x"))), float(cell_text(data.get("y")))
    except ValueError:
        return None
    return (x, y) if np.isfinite([x, y]).all() else None


def _joined(points: FloatArray, tail: tuple[float, float], head: tuple[float, float]) -> FloatArray:
    """Return the points from tail to head: turned where they run back, led to the very nodes."""
    ends = np.array([tail, head])
    if not len(points):
        return ends
    given, back = (float(np.abs(points[[0, -1]] - to).sum()) for to in (ends, ends[::-1]))
    points = points[::-1] if back < given else points
    lead = [tail] if np.abs(points[0] - tail).max() > _TOUCH_DEG else []
    trail = [head] if np.abs(points[-1] - head).max() > _TOUCH_DEG else []
    return np.array([*lead, *points, *trail])


def _sorted_out(edges: Iterable[_Edge]) -> tuple[list[_Edge], list[str]]:
    """Return the edges that somebody may use, and the ids of the others."""
    kept, closed = [], []
    for edge in edges:
        tags = {key: _strictest(edge.texts[key]) for key in _ACCESS if edge.texts.get(key)}
        road_class = read_class(edge.texts.get("highway", ""), {})
        left = accessible(road_class or "unknown", tags)
        if left is None:
            closed.append(_name(edge.tail, edge.head, edge.texts))
        elif left == (road_class or "unknown"):
            kept.append(edge)
        else:
            kept.append(replace(edge, texts={**edge.texts, "highway": left}))
    return kept, closed


def _strictest(text: str) -> str:
    values = items(text)
    return "no" if "no" in values else (values[0] if values else "")


def _once(edges: Iterable[_Edge]) -> tuple[list[_Road], tuple[Sentence, ...]]:
    """Return one road for all edges on a line between two nodes of a directed graph."""
    first: dict[tuple[str, str, bytes], _Edge] = {}
    ways: dict[tuple[str, str, bytes], set[bool]] = {}
    twice = 0
    for edge in edges:
        there, back = edge.xy.tobytes(), edge.xy[::-1].tobytes()
        low, high = sorted((edge.tail, edge.head))
        key = (low, high, min(there, back))
        along = there <= back
        twice += along in ways.setdefault(key, set())
        ways[key].add(along)
        first.setdefault(key, edge)
    roads = []
    alone = 0
    for key, edge in first.items():
        open_back = len(ways[key]) == 1 and edge.texts.get("oneway", "").casefold() in (
            "false",
            "no",
        )
        alone += open_back
        roads.append(_Road(edge, 0 if len(ways[key]) > 1 or open_back else 1))
    counts = (
        (say("{count} edges are equal to another one and count once.", count=twice), twice),
        (
            say("{count} edges without an opposite say they are two-way: kept so.", count=alone),
            alone,
        ),
    )
    return roads, tuple(sentence for sentence, count in counts if count)


def _as_told(edges: Iterable[_Edge]) -> tuple[list[_Road], tuple[Sentence, ...]]:
    """Return the edges of an undirected graph, directed as ``oneway`` and ``from`` tell."""
    roads = []
    for edge in edges:
        oneway = edge.texts.get("oneway", "").casefold() in _YES
        along = edge.texts.get("from", edge.tail) == edge.tail
        roads.append(_Road(edge, (1 if along else -1) if oneway else 0))
    return roads, (say("The graph is undirected."),)


def _rows(roads: Iterable[_Road], crs: str | CRS) -> gpd.GeoDataFrame:
    wanted = [name for name in SCHEMA.columns if name not in _OWN]
    told = [
        {name: road.edge.texts.get(name, "") for name in wanted}
        | {"u": road.edge.tail, "v": road.edge.head, "direction": road.direction}
        | {"name": road.edge.texts.get("name") or road.edge.texts.get("ref", "")}
        | {"osmid": _name(road.edge.tail, road.edge.head, road.edge.texts)}
        for road in roads
    ]
    return gpd.GeoDataFrame(told, geometry=[shapely.LineString(r.edge.xy) for r in roads], crs=crs)


def _present(rows: gpd.GeoDataFrame) -> RoadSchema:
    """Return the schema with the attributes that some edge has."""
    gone = {name for name in SCHEMA.columns if name not in _OWN and not (rows[name] != "").any()}
    return replace(
        SCHEMA,
        road_class="" if "highway" in gone else "highway",
        speed=() if "maxspeed" in gone else ("maxspeed",),
        width="" if "width" in gone else "width",
        height="" if "maxheight" in gone else "maxheight",
        weight="" if "maxweight" in gone else "maxweight",
        name="" if "name" in gone else "name",
        source_id="" if "osmid" in gone else "osmid",
    )
