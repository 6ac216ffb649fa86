"""The only writer of district folders: a user's own files in, one whole folder out, or nothing."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.basemap import write_basemap
from geodata.crs import Bounds, district_crs
from geodata.datum import DATUMS, checked_datum, to_wgs84
from geodata.faults import Fault, UserError
from geodata.features import Features, read_features
from geodata.roads import read_roads
from geodata.roads_report import RoadsReport
from geodata.roads_schema import load_schema
from geodata.writing import write_folder, write_parquet
from language import Catalogue, Sentence, say
from layers import CATALOG, layer
from layers.rows import LayerRows, read_layer
from routing import Locator, NetworkReport, RoadNetwork, SpeedModel, build_network
from routing.speeds import DEFAULT_FILE

from .build_checks import check_extent, check_same_place, far_from_roads
from .build_report import BuildReport, FileReport, build_document
from .carrying import carried
from .folder import (
    BASEMAP,
    DISTRICT,
    FORMAT,
    NETWORK,
    REGISTER,
    REPORT,
    SEARCH,
    SPEED_MODEL,
)
from .founding import Founding, found_register, spare_register
from .ground import ground_digest
from .joining import Joined, join_layers
from .search_table import road_search

BACKDROP = ("water", "green", "industry")
UNITS = ("subdistrict", "community")
SHIFTED = ("gcj02", "bd09")
WGS84 = "EPSG:4326"
WHOLE_EXTENT_CODE = "0"
STAMP_DIGITS = 16

WHOLE_EXTENT_MARGIN_M = 1_000.0
"""Without subdistricts the one unit reaches this far beyond the roads."""

Progress = Callable[[Sentence, float], None]
T = TypeVar("T")


def silent(_said: Sentence, _share: float) -> None:
    """Take a word of progress and do nothing."""


@dataclass(frozen=True)
class Source:
    """One file of the user: its path, the layer or sheet in it, and the datum it is in."""

    path: Path
    layer: str | None = None
    datum: str = "wgs84"


@dataclass(frozen=True)
class Sources:
    """All files of a district by role; ``layers`` by catalogue key, ``backdrop`` by its name.

    ``as_of`` is the date of the registers; without it the newest date of verification counts.
    """

    roads: Source
    roads_schema: Path | None = None
    layers: Mapping[str, Source] = field(default_factory=dict)
    backdrop: Mapping[str, Source] = field(default_factory=dict)
    name_zh: str = ""
    name_en: str = ""
    as_of: date | None = None
    sample: bool = False


@dataclass(frozen=True)
class _Read:
    """Everything read, before anything is joined: roads and backdrop in WGS 84."""

    roads: gpd.GeoDataFrame
    roads_report: RoadsReport
    layers: Mapping[str, LayerRows]
    backdrop: Mapping[str, Features]


@dataclass(frozen=True)
class _District:
    """Everything a folder holds, ready to be written."""

    sources: Sources
    crs: str
    as_of: date | None
    read: _Read
    network: RoadNetwork
    network_report: NetworkReport
    joined: Mapping[str, Joined]
    whole_extent: bool


def build_district(
    target: Path, sources: Sources, *, progress: Progress = silent, language: str = "zh"
) -> BuildReport:
    """Return the report of the district folder written from the user's files.

    ``language`` is that of the report in the folder.

    The folder appears whole or not at all; an old district stays until the new one is complete,
    and its edited speed model, saved plans and readings are kept. The same files give the same
    bytes.

    Raises:
        UserError: with every fault of every file at once, or where the old district was written to
            meanwhile; nothing is written then.

    """
    spare_register(target)
    with ExitStack() as still, write_folder(target, marker=DISTRICT) as folder:
        read = _read_all(sources, progress)
        progress(say("Compiling the road network"), 0.45)
        district = _district(_named(target, sources), read)
        progress(say("Writing layers and base map"), 0.65)
        model = _speed_model(target)
        stamp = _write(folder, district, model)
        report = _report(district, stamp, own_model=model != DEFAULT_FILE)
        document = build_document(report, Catalogue.load(language))
        text = json.dumps(document, ensure_ascii=False, indent=1)
        (folder / REPORT).write_text(text + "\n", encoding="utf-8")
        still.enter_context(carried(target, folder))
    progress(say("The district is built"), 1.0)
    return report


def _named(target: Path, sources: Sources) -> Sources:
    """Return the sources with both names filled in."""
    name_zh = _one_line(sources.name_zh) or _one_line(sources.name_en) or target.name
    name_en = _one_line(sources.name_en) or name_zh
    return replace(sources, name_zh=name_zh, name_en=name_en)


def _one_line(text: str) -> str:
    return "".join(c for c in text if c.isprintable()).strip()[:80]


def _read_all(sources: Sources, progress: Progress) -> _Read:
    """Return every file read.

    Raises:
        UserError: with the faults of all files.

    """
    faults = [*_unknown_keys(sources)]
    progress(say("Reading roads"), 0.0)
    roads = _attempt(faults, sources.roads.path, lambda: _read_roads(sources))
    near_deg = _bounds_deg(roads[0]) if roads is not None else None
    layers: dict[str, LayerRows] = {}
    known = [spec for spec in CATALOG if spec.key in sources.layers]
    for number, spec in enumerate(known):
        source = sources.layers[spec.key]
        share = 0.15 + 0.25 * number / len(known)
        progress(say("Reading {file}", file=source.path.name), share)
        rows = _attempt(faults, source.path, partial(_read_layer, spec.key, source, near_deg))
        if rows is not None:
            layers[spec.key] = rows
    backdrop: dict[str, Features] = {}
    for key in BACKDROP:
        if key in sources.backdrop:
            shown = sources.backdrop[key]
            shapes = _attempt(faults, shown.path, partial(_read_backdrop, shown))
            if shapes is not None:
                backdrop[key] = shapes
    if faults or roads is None:
        raise UserError(faults)
    return _Read(roads[0], roads[1], layers, backdrop)


def _attempt(faults: list[Fault], path: Path, read: Callable[[], T]) -> T | None:
    """Return what is read, or None with the faults added, so that all files are looked at."""
    if path.is_dir():
        mend = say("Name one file in it.")
        faults.append(Fault(str(path), say("This is a folder, not a file."), mend))
        return None
    try:
        return read()
    except UserError as error:
        faults.extend(error.faults)
        return None


def _unknown_keys(sources: Sources) -> Iterator[Fault]:
    known = [spec.key for spec in CATALOG]
    for key in sources.layers:
        if key not in known:
            yield Fault(
                "--layer",
                say("There is no layer '{key}'.", key=key),
                say("Use one of: {known}.", known=", ".join(known)),
                value=key,
            )
    for key in sources.backdrop:
        if key not in BACKDROP:
            yield Fault(
                "--backdrop",
                say("There is no backdrop '{key}'.", key=key),
                say("Use one of: {known}.", known=", ".join(BACKDROP)),
                value=key,
            )


def _read_layer(key: str, source: Source, near_deg: Bounds | None) -> LayerRows:
    return read_layer(
        layer(key), source.path, datum=source.datum, layer=source.layer, near_deg=near_deg
    )


def _read_backdrop(source: Source) -> Features:
    return read_features(source.path, layer=source.layer, datum=source.datum)


def _read_roads(sources: Sources) -> tuple[gpd.GeoDataFrame, RoadsReport]:
    source = sources.roads
    schema = load_schema(sources.roads_schema) if sources.roads_schema else None
    datum = checked_datum(source.datum)
    stated = datum if datum not in DATUMS else None
    frame, report = read_roads(source.path, schema=schema, layer=source.layer, crs=stated)
    if datum in SHIFTED:
        frame = frame.set_geometry(_shifted(frame.geometry, datum))
    check_extent(frame, source.path.name)
    return frame, report


def _shifted(shapes: gpd.GeoSeries, datum: str) -> gpd.GeoSeries:
    def move(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], datum))

    return gpd.GeoSeries(shapely.transform(np.asarray(shapes.array), move), shapes.index, WGS84)


def _bounds_deg(frame: gpd.GeoDataFrame) -> Bounds:
    west, south, east, north = (float(value) for value in frame.total_bounds)
    return west, south, east, north


def _district(sources: Sources, read: _Read) -> _District:
    units = read.layers.get("subdistrict")
    drawn = units is not None and not units.frame.geometry.is_empty.all()
    crs = district_crs(_bounds_deg(units.frame if units is not None and drawn else read.roads))
    roads_file = sources.roads.path.name
    if units is not None and drawn:
        ours = sources.layers["subdistrict"].path.name
        check_same_place(_bounds_deg(read.roads), _bounds_deg(units.frame), roads_file, ours)
    roads_m = read.roads.to_crs(crs)
    network, network_report = _network(roads_m, roads_file)
    frames = {key: rows.frame for key, rows in read.layers.items()}
    if not drawn:
        frames["subdistrict"] = _whole_extent(roads_m)
    files = {key: source.path.name for key, source in sources.layers.items()}
    joined = join_layers(frames, read.layers, files, crs)
    as_of = sources.as_of or _newest(frames)
    return _District(sources, crs, as_of, read, network, network_report, joined, not drawn)


def _network(roads_m: gpd.GeoDataFrame, file: str) -> tuple[RoadNetwork, NetworkReport]:
    """Return the compiled roads, with the name of their file in every fault."""
    try:
        return build_network(roads_m)
    except UserError as error:
        raise UserError(replace(f, file=f.file or file) for f in error.faults) from error


def _whole_extent(roads_m: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the one unit of a district without subdistricts: a box around the roads."""
    box = shapely.box(*roads_m.total_bounds).buffer(WHOLE_EXTENT_MARGIN_M, join_style="mitre")
    unit = gpd.GeoDataFrame(
        {
            "code": [WHOLE_EXTENT_CODE],
            "name": ["全域"],
            "residents_day": pd.array([pd.NA], dtype="Int64"),
            "residents_night": pd.array([pd.NA], dtype="Int64"),
            "source": [""],
        },
        geometry=[box],
        crs=roads_m.crs,
    )
    return unit.to_crs(WGS84)


def _newest(frames: Mapping[str, gpd.GeoDataFrame]) -> date | None:
    """Return the newest date of verification in any layer, None where no row has one."""
    dates = [
        str(value)
        for frame in frames.values()
        if "last_verified" in frame.columns
        for value in frame["last_verified"]
        if value
    ]
    return date.fromisoformat(max(dates)) if dates else None


def _speed_model(target: Path) -> Path:
    """Return the speed model to use: that of the old district, which its user may have edited.

    Raises:
        UserError: where the old district's model cannot be used.

    """
    kept = target / SPEED_MODEL
    if not kept.is_file():
        return DEFAULT_FILE
    SpeedModel.load(kept)
    return DEFAULT_FILE if kept.read_bytes() == DEFAULT_FILE.read_bytes() else kept


def _write(folder: Path, district: _District, speed_model: Path) -> str:
    """Write every file but the report and return 16 hex digits over roads, map and factors."""
    (folder / SPEED_MODEL).write_bytes(speed_model.read_bytes())
    district.network.save(folder / NETWORK)
    write_parquet(road_search(district.read.roads), folder / SEARCH)
    write_basemap(folder / BASEMAP, _drawn(district))
    about: dict[str, object] = {
        "format": FORMAT,
        "name_zh": district.sources.name_zh,
        "name_en": district.sources.name_en,
        "crs": district.crs,
        "sample": district.sources.sample,
        "whole_extent": district.whole_extent,
        "founded": found_register(folder / REGISTER, _founding(district, speed_model)),
    }
    if district.as_of is not None:
        about["as_of"] = district.as_of
    lines = [f"{key} = {_toml(value)}\n" for key, value in about.items()]
    (folder / DISTRICT).write_text("".join(lines), encoding="utf-8")
    made = hashlib.sha256(ground_digest(folder, district.crs).encode())
    made.update(speed_model.read_bytes())
    return made.hexdigest()[:STAMP_DIGITS]


def _founding(district: _District, speed_model: Path) -> Founding:
    drawn = {k: rows for k, rows in district.read.layers.items() if k != "subdistrict"}
    whole = district.joined["subdistrict"].frame if district.whole_extent else None
    return Founding(
        drawn if district.whole_extent else district.read.layers,
        whole,
        speed_model.read_text(encoding="utf-8"),
        district.as_of,
    )


def _toml(value: object) -> str:
    """Return a text, number, date or truth as TOML writes it."""
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def _drawn(district: _District) -> dict[str, gpd.GeoDataFrame]:
    """Return what the base map draws; the border of a whole extent is none."""
    frames = {"roads": district.read.roads}
    frames |= {key: features.frame for key, features in district.read.backdrop.items()}
    for key in UNITS:
        if key in district.read.layers:
            frames[key] = district.joined[key].frame
    return frames


def _report(district: _District, stamp: str, *, own_model: bool) -> BuildReport:
    return BuildReport(
        name_zh=district.sources.name_zh,
        name_en=district.sources.name_en,
        crs=district.crs,
        as_of=district.as_of.isoformat() if district.as_of else "",
        stamp=stamp,
        files=tuple(_file_reports(district)),
        network=(*district.network_report.sentences, *_dropped(district.network_report)),
        cautions=tuple(_cautions(district, own_model=own_model)),
    )


def _dropped(report: NetworkReport) -> Iterator[Sentence]:
    """Yield the lines that became no road, by their ids."""
    if report.zero_length:
        yield say("Lines of no length: {ids}.", ids=", ".join(report.zero_length))
    if report.no_line:
        yield say("Rows without a single line: {ids}.", ids=", ".join(report.no_line))


def _file_reports(district: _District) -> Iterator[FileReport]:
    roads = district.read.roads_report
    yield FileReport(
        "roads", roads.file, roads.lines_read, roads.lines_read - roads.lines_refused,
        said=roads.sentences(),
    )  # fmt: skip
    locator = Locator(district.network)
    limit_m = SpeedModel.default().access_limit_m
    for key, rows in district.read.layers.items():
        joined = district.joined[key]
        file = district.sources.layers[key].path.name
        off = _off_network(rows, file, (joined, locator, limit_m))
        parent_refused = [f for f in rows.refused if not _is_child(rows, f)]
        yield FileReport(
            role=key,
            file=file,
            rows_read=len(rows.frame) + len(parent_refused),
            rows_kept=len(rows.frame),
            notices=(*rows.notices, *joined.notices, *off),
            refused=rows.refused,
        )
    for key, features in district.read.backdrop.items():
        count = len(features.frame)
        yield FileReport(key, features.file, count, count, notices=features.notices)


def _is_child(rows: LayerRows, fault: Fault) -> bool:
    titles = {
        title
        for child in rows.spec.children
        for title in (child.title_zh, child.title_en, child.key)
    }
    return fault.sheet in titles


def _off_network(
    rows: LayerRows, file: str, near: tuple[Joined, Locator, float]
) -> Iterator[Fault]:
    """Yield the rows that no road comes near: they stay on the map and cannot be timed."""
    joined, locator, limit_m = near
    if rows.spec.arrives != "road":
        return
    placed = np.flatnonzero(~shapely.is_empty(joined.points_m))
    snaps = locator.snap(shapely.get_coordinates(joined.points_m[placed]), limit_m=limit_m)
    for place in np.flatnonzero(~snaps.on_network):
        row = placed[place]
        distance_m = float(snaps.distance_m[place])
        yield Fault(
            file,
            say(
                "{name} lies {distance_m} m from the nearest road: off the network.",
                name=str(rows.frame["name"].iloc[row]),
                distance_m=round(distance_m) if np.isfinite(distance_m) else "—",
            ),
            say("It is kept and never timed; check its position and datum."),
            row=rows.rows[row],
        )


def _far_files(district: _District) -> Iterator[str]:
    files = {
        key: district.sources.layers[key].path.name
        for key, rows in district.read.layers.items()
        if rows.spec.arrives == "road"
    }
    limit_m = SpeedModel.default().access_limit_m
    yield from far_from_roads(district.joined, files, Locator(district.network), limit_m)


def _cautions(district: _District, *, own_model: bool) -> Iterator[Sentence]:
    if "subdistrict" in district.read.layers and district.whole_extent:
        yield say(
            "No subdistrict of {file} has an area: there is one unit, the whole extent.",
            file=district.sources.layers["subdistrict"].path.name,
        )
    elif district.whole_extent:
        yield say("No subdistricts were given: there is one unit, the whole extent.")
    yield from (
        say("No row of {file} lies near a road: are they of one district?", file=file)
        for file in _far_files(district)
    )
    if district.as_of is None:
        yield say("No record has a date of verification.")
    elif district.sources.as_of is None:
        yield say(
            "The registers count as of {date}, the newest date of verification in them.",
            date=district.as_of.isoformat(),
        )
    if own_model:
        yield say("The edited speed model of the old district was kept.")
    if not any(spec.ranked and spec.key in district.joined for spec in CATALOG):
        yield say("No layer of teams was given: a brief can name nobody.")
