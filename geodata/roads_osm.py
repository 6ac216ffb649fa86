"""OpenStreetMap files, clipped ones too, as pieces of road between junctions."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

from language import Sentence, say

from .faults import Fault, UserError
from .opening import local_file
from .roads_access import accessible, one_way
from .roads_frame import Read, frame_of, objects, read_figures, without_flat
from .roads_report import Refused
from .roads_values import (
    NO_ROAD,
    read_class,
    read_metres,
    read_speed_kmh,
    read_tonnes,
    road_name,
)

NOT_ROADS = dict.fromkeys(
    ("construction", "proposed", "planned", "razed", "abandoned", "demolished", "dismantled",
     "disused", "platform", "elevator", "rest_area", "services", "bus_guideway", "via_ferrata",
     "bus_stop", "traffic_signals", "no"),
    NO_ROAD,
)  # fmt: skip
"""Values of ``highway`` that nobody drives or walks along today."""

_PASSABLE = frozenset(
    ("no", "toll_booth", "kerb", "entrance", "border_control", "height_restrictor")
)
_GATED = frozenset(("private", "customers", "destination", "delivery", "permit", "residents"))
_WIDTHS = ("maxwidth:physical", "maxwidth", "width")
_HEIGHTS = ("maxheight:physical", "maxheight")

LongArray = NDArray[np.int64]


@dataclass(frozen=True)
class _Way:
    source_id: str
    refs: tuple[int, ...]
    tags: Mapping[str, str]
    road_class: str


@dataclass(frozen=True)
class _Nodes:
    """Ids in rising order with their degrees, and which carry a barrier."""

    ids: LongArray
    lon_lat: NDArray[np.float64]
    barriers: frozenset[int]

    def find(self, refs: LongArray) -> LongArray:
        """Return the position of each id, -1 where the node is absent."""
        if not len(self.ids):
            return np.full(len(refs), -1)
        at = np.minimum(np.searchsorted(self.ids, refs), len(self.ids) - 1)
        return np.where(self.ids[at] == refs, at, -1)


@dataclass(frozen=True)
class OsmRead:
    """The roads of an OSM file and what was mended on the way."""

    read: Read
    ways: int
    ways_cut: int
    absent_nodes: int


def read_osm(path: Path) -> OsmRead:
    """Return the roads of an .osm or .osm.pbf file, split at every node that two ways share.

    Ways are cut at nodes that the extract does not hold. Rules: ``motorway`` and roundabouts are
    one-way unless tagged otherwise; ``access=no`` is left out unless walkers or emergency vehicles
    are let in; ``motor_vehicle=no`` becomes "pedestrian"; private roads are kept, as a rescue team
    may enter. The name is ``name:zh``, else ``name``, else the number of the road.

    Raises:
        UserError: if the file is damaged or holds no road.

    """
    source = osmium.io.File(
        str(local_file(path)), "pbf" if path.suffix.lower() == ".pbf" else "osm"
    )
    try:
        found = {way.source_id: way for way in _ways(source)}
        refs = np.unique(np.array([ref for w in found.values() for ref in w.refs], np.int64))
        nodes = _nodes(source, refs)
    except (RuntimeError, osmium.InvalidLocationError, UnicodeDecodeError) as error:
        problem = say("The file cannot be read as OSM: {detail}", detail=str(error)[:300])
        raise UserError([Fault(path.name, problem, say("Download or export it again."))]) from error
    ways, refused = _sorted_out(list(found.values()))
    absent, cut = _clipped(list(found.values()), nodes)
    pieces = _pieces(ways, nodes)
    used = {number for number, _ in pieces}
    lost = [way.source_id for number, way in enumerate(ways) if number not in used]
    if lost:
        lone = Refused.of(say("Fewer than two neighbouring nodes are in the file."), lost)
        refused = (*refused, lone)
    if not pieces:
        problem = say("No road is left of {count} ways.", count=len(found))
        raise UserError([Fault(path.name, problem, say("The extract must hold ways and nodes."))])
    read = _frame(ways, pieces, nodes)
    whole = replace(read, refused=(*refused, *read.refused), notes=(*_private(ways), *read.notes))
    return OsmRead(whole, len(found), cut, absent)


def _ways(source: osmium.io.File) -> Iterator[_Way]:
    tagged = osmium.filter.KeyFilter("highway")
    for way in osmium.FileProcessor(source, osmium.osm.WAY).with_filter(tagged):
        if isinstance(way, osmium.osm.Way) and way.visible:
            tags = {tag.k: tag.v for tag in way.tags}
            name = read_class(tags["highway"], NOT_ROADS) or ""
            yield _Way(str(way.id), tuple(node.ref for node in way.nodes), tags, name)


def _nodes(source: osmium.io.File, refs: LongArray) -> _Nodes:
    wanted = osmium.filter.IdFilter(refs.tolist())
    ids, places, barriers = [], [], []
    for node in osmium.FileProcessor(source, osmium.osm.NODE).with_filter(wanted):
        if not (isinstance(node, osmium.osm.Node) and node.visible and node.location.valid()):
            continue
        ids.append(node.id)
        places.append((node.location.lon, node.location.lat))
        if node.tags.get("barrier", "no") not in _PASSABLE:
            barriers.append(node.id)
    order = np.argsort(np.array(ids, np.int64), kind="stable")
    lon_lat = np.array(places, np.float64).reshape(-1, 2)
    return _Nodes(np.array(ids, np.int64)[order], lon_lat[order], frozenset(barriers))


def _sorted_out(found: Sequence[_Way]) -> tuple[list[_Way], tuple[Refused, ...]]:
    """Return the ways that somebody may use, with the class their access leaves them."""
    kept, none, closed = [], [], []
    for way in found:
        name = accessible(way.road_class or "unknown", way.tags)
        if way.road_class == NO_ROAD:
            none.append(way.source_id)
        elif name is None:
            closed.append(way.source_id)
        else:
            kept.append(_Way(way.source_id, way.refs, way.tags, name if way.road_class else ""))
    reasons = (
        (say("It is no road: building site, platform, lift or the like."), none),
        (say("It is closed to vehicles and walkers."), closed),
    )
    return kept, tuple(Refused.of(reason, ids) for reason, ids in reasons if ids)


def _pieces(ways: Sequence[_Way], nodes: _Nodes) -> list[tuple[int, LongArray]]:
    """Return number of the way and positions of the nodes of each piece, in the ways' order.

    Ways are cut at absent nodes and at nodes that are used more than once.
    """
    spots = [_without_repeats(nodes.find(np.array(way.refs, np.int64))) for way in ways]
    whole = np.concatenate([*spots, np.zeros(0, np.int64)])
    used = np.bincount(whole[whole >= 0], minlength=len(nodes.ids))
    pieces = []
    for number, at in enumerate(spots):
        for run in np.split(at, np.flatnonzero(at < 0)):
            present = run[run >= 0]
            inner = np.flatnonzero(used[present[1:-1]] > 1) + 1
            cuts = [0, *inner.tolist(), len(present) - 1]
            pieces += [
                (number, present[first : last + 1])
                for first, last in itertools.pairwise(cuts)
                if last > first
            ]
    return pieces


def _without_repeats(at: LongArray) -> LongArray:
    return at[np.flatnonzero(np.diff(at, prepend=-2))] if len(at) else at


def _clipped(ways: Sequence[_Way], nodes: _Nodes) -> tuple[int, int]:
    """Return how many nodes that ways name are absent, and how many ways name one."""
    absent = set()
    cut = 0
    for way in ways:
        missing = [
            way.refs[at] for at in np.flatnonzero(nodes.find(np.array(way.refs, np.int64)) < 0)
        ]
        absent.update(missing)
        cut += bool(missing)
    return len(absent), cut


def _frame(ways: Sequence[_Way], pieces: Sequence[tuple[int, LongArray]], nodes: _Nodes) -> Read:
    of = np.array([number for number, _ in pieces])
    points = nodes.lon_lat[np.concatenate([at for _, at in pieces])]
    lines = shapely.linestrings(
        points, indices=np.repeat(np.arange(len(pieces)), [len(at) for _, at in pieces])
    )
    columns, unread = _columns(ways)
    ends = {
        "from_node": objects(str(nodes.ids[at[0]]) for _, at in pieces),
        "to_node": objects(str(nodes.ids[at[-1]]) for _, at in pieces),
    }
    frame = frame_of(lines, {key: cells[of] for key, cells in columns.items()} | ends)
    unknown = Counter(way.tags["highway"][:40] for way in ways if not way.road_class)
    frame, flat = without_flat(frame)
    return Read(frame, flat, _barriers(pieces, nodes), unknown, unread)


def _columns(ways: Sequence[_Way]) -> tuple[dict[str, NDArray[np.generic]], dict[str, int]]:
    """Return what the tags say, one cell for each way, and how many figures make no sense."""
    tags = [way.tags for way in ways]
    classes = [way.road_class or "unknown" for way in ways]
    figures, unread = read_figures(
        {
            "speed_kmh": ("maxspeed", [_speed(tag) for tag in tags], read_speed_kmh),
            "width_m": ("width", [_first(tag, *_WIDTHS) for tag in tags], read_metres),
            "height_m": ("maxheight", [_first(tag, *_HEIGHTS) for tag in tags], read_metres),
            "weight_t": ("maxweight", [_first(tag, "maxweight") for tag in tags], read_tonnes),
        }
    )
    oneway = [one_way(tag, name) for tag, name in zip(tags, classes, strict=True)]
    return figures | {
        "road_class": objects(classes),
        "oneway": np.array(oneway, np.int8),
        "name": objects(road_name(_first(tag, "name:zh", "name", "ref")) for tag in tags),
        "source_id": objects(way.source_id for way in ways),
    }, unread


def _speed(tags: Mapping[str, str]) -> str:
    """Return the limit, or those of the two directions, of which the lower counts."""
    directions = (tags.get("maxspeed:forward", ""), tags.get("maxspeed:backward", ""))
    return tags.get("maxspeed") or ";".join(filter(None, directions))


def _first(tags: Mapping[str, str], *keys: str) -> str:
    return next((tags[key] for key in keys if tags.get(key)), "")


def _private(ways: Sequence[_Way]) -> tuple[Sentence, ...]:
    count = sum(way.tags.get("access") in _GATED for way in ways)
    if not count:
        return ()
    return (
        say(
            "{count} ways are private or for residents only: kept, gates may be locked.",
            count=count,
        ),
    )


def _barriers(pieces: Sequence[tuple[int, LongArray]], nodes: _Nodes) -> tuple[Sentence, ...]:
    on_road = {int(ref) for _, at in pieces for ref in nodes.ids[at]} & nodes.barriers
    if not on_road:
        return ()
    return (
        say(
            "{count} gates, bollards or other barriers stand on roads: they are not held against "
            "vehicles.",
            count=len(on_road),
        ),
    )
