"""Road networks out of users' files: every format into one frame, with a report of what came in."""

from pathlib import Path

import geopandas as gpd

from language import say

from .faults import Fault, UserError
from .opening import FORMATS, open_vector, vector_layers
from .road_classes import ROAD_CLASSES
from .roads_clip import clip_roads
from .roads_graphml import read_graphml
from .roads_lines import read_rows
from .roads_osm import read_osm
from .roads_report import Refused, RoadsReport, Shares
from .roads_schema import RoadSchema, describe_schema, guess_schema, load_schema, schema_of

__all__ = [
    "ROAD_CLASSES",
    "Refused",
    "RoadSchema",
    "RoadsReport",
    "Shares",
    "clip_roads",
    "load_schema",
    "read_roads",
    "schema_of",
]


def read_roads(
    path: Path,
    *,
    schema: RoadSchema | None = None,
    layer: str | None = None,
    crs: str | None = None,
) -> tuple[gpd.GeoDataFrame, RoadsReport]:
    """Return the roads of a file in WGS 84 (the roads frame of docs/design.md) and the report.

    The suffix decides: .osm and .osm.pbf, .graphml of osmnx, else lines in a vector file
    (``opening.FORMATS``), where ``layer`` and ``schema`` count. What the schema leaves unsaid is
    guessed, and the guess is in the report. ``crs`` (EPSG:n) holds in place of the coordinate
    system that a vector file states. Rows keep the file's order.

    Raises:
        UserError: if the file cannot be read or no road is left.

    """
    suffix = path.suffix.lower()
    if suffix in (".osm", ".pbf", ".graphml") and (schema is not None or layer is not None):
        problem = say("OSM and GraphML files have no layers and their own schema.")
        mend = say("Leave out the layer and the schema file.")
        raise UserError([Fault(path.name, problem, mend)])
    if suffix in (".osm", ".pbf", ".graphml") and crs is not None:
        problem = say("OSM and GraphML files state their own coordinate system.")
        raise UserError([Fault(path.name, problem, say("Leave out the datum."), value=crs)])
    if suffix in (".osm", ".pbf"):
        return _read_osm(path)
    if suffix == ".graphml":
        return _read_graph(path)
    return _read_lines(path, schema, layer, crs)


def _read_graph(path: Path) -> tuple[gpd.GeoDataFrame, RoadsReport]:
    found = read_graphml(path)
    read = found.read
    report = RoadsReport(
        file=path.name,
        format="GraphML",
        layer="",
        lines_read=found.edges,
        pieces=len(read.frame),
        shares=_shares(read.frame),
        refused=read.refused,
        guessed=describe_schema(found.schema),
        notes=read.notes,
        unknown_classes=read.unknown_classes,
        unread=read.unread,
    )
    return read.frame, report


def _read_osm(path: Path) -> tuple[gpd.GeoDataFrame, RoadsReport]:
    found = read_osm(path)
    read = found.read
    report = RoadsReport(
        file=path.name,
        format="OSM PBF" if path.suffix.lower() == ".pbf" else "OSM XML",
        layer="",
        lines_read=found.ways,
        pieces=len(read.frame),
        shares=_shares(read.frame),
        refused=read.refused,
        notes=read.notes,
        ways_cut=found.ways_cut,
        absent_nodes=found.absent_nodes,
        unknown_classes=read.unknown_classes,
        unread=read.unread,
    )
    return read.frame, report


def _read_lines(
    path: Path, schema: RoadSchema | None, layer: str | None, crs: str | None
) -> tuple[gpd.GeoDataFrame, RoadsReport]:
    name = layer or _line_layer(path)
    rows = open_vector(path, name)
    if crs is not None:
        rows = rows.set_crs(crs, allow_override=True)
    whole = guess_schema(rows, schema)
    read = read_rows(rows, whole, path.name)
    report = RoadsReport(
        file=path.name,
        format=FORMATS[path.suffix.lower()],
        layer=name or "",
        lines_read=len(rows),
        pieces=len(read.frame),
        shares=_shares(read.frame),
        refused=read.refused,
        guessed=describe_schema(whole),
        notes=read.notes,
        unknown_classes=read.unknown_classes,
        unread=read.unread,
    )
    return read.frame, report


def _line_layer(path: Path) -> str | None:
    """Return the only layer of lines; ``None`` where the file itself has to say.

    Raises:
        UserError: if there are several layers of lines, or none among several.

    """
    layers = vector_layers(path)
    lines = [name for name, kind in layers if kind and "LineString" in kind]
    if len(lines) == 1:
        return lines[0]
    if lines:
        problem = say("The file holds several layers of lines: {layers}.", layers=", ".join(lines))
        mend = say("Name one as {file}:{layer}.", file=path.name, layer=lines[0])
        raise UserError([Fault(path.name, problem, mend)])
    return None


def _shares(frame: gpd.GeoDataFrame) -> Shares:
    return Shares(
        oneway=float((frame["oneway"] != 0).mean()),
        speed=float(frame["speed_kmh"].notna().mean()),
        width=float(frame["width_m"].notna().mean()),
        name=float((frame["name"] != "").mean()),
    )
