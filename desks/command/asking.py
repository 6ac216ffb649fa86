"""From what a person typed to an incident: every slip gets its sentence, all at once."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from desks.onemap import OneMap
from geodata.coordinates import is_swapped, on_globe, parse_angle
from geodata.faults import Fault, UserError
from geodata.features import read_features
from language import Sentence, say
from risk import incident_kind
from risk.stated import Stated, matter_of
from risk.weather import local_zone

from .foreign import zones_of_file
from .situation import Closures, ForeignZone, Incident, Point

NEAR_DEG = 0.5
"""Coordinates are taken for swapped where turning them brings them this near to the district."""

LAST_HOUR = 23
SHOWN = 60
REACH_DEG = 5.0
"""How far beyond the district an area may reach: farther off the metric plane folds up."""

DEGREES = "EPSG:4326"
AREA = 2
"""The dimension of polygons."""

HOUR = re.compile(r"\d{1,2}")


@dataclass(frozen=True)
class Asked:
    """What was typed: ``at`` "LON,LAT", the kind, the hour or an ISO time, closures.

    ``matter`` are the texts on substance and air; ``withdrawn`` are teams as "LAYER:ID"; ``zones``
    and ``floods`` are files of areas.
    """

    at: str
    kind: str = "unspecified"
    hour: str = ""
    time: str = ""
    closures: Sequence[Path] = ()
    closed_roads: Sequence[str] = ()
    matter: Stated | None = None
    withdrawn: Sequence[str] = ()
    zones: Sequence[Path] = ()
    floods: Sequence[Path] = ()


def incident_of(onemap: OneMap, asked: Asked, now: datetime) -> Incident:
    """Return the incident that was asked for, at ``now`` where no time is given.

    Hours are the district's own, whatever clock the machine or the stated time goes by.

    Raises:
        UserError: with every fault of what was typed.

    """
    faults: list[Fault] = []
    at = _place(onemap, asked.at, faults)
    time = _local(onemap, _time(asked, _local(onemap, now), faults))
    polygons, flooded = (
        tuple(area for path in paths for area in areas_of(onemap, path, faults))
        for paths in (asked.closures, asked.floods)
    )
    foreign = tuple(zone for path in asked.zones for zone in _zones_in(onemap, path, faults))
    faults += _unknown_roads(onemap, asked.closed_roads)
    matter = matter_of(asked.matter or Stated(at=asked.at), faults)
    withdrawn = tuple(_team(onemap, text, faults) for text in asked.withdrawn)
    try:
        incident_kind(asked.kind)
    except UserError as error:
        faults.extend(error.faults)
    if faults or at is None:
        raise UserError(faults)
    return Incident(
        at=at,
        time=time,
        kind=asked.kind,
        closures=Closures(polygons, tuple(asked.closed_roads)),
        substance=matter.substance,
        quantity_t=matter.quantity_t,
        container=matter.container,
        wind_from_deg=None if matter.wind_from_deg is None else matter.wind_from_deg % 360,
        wind_ms=matter.wind_ms,
        cloud_oktas=matter.cloud_oktas,
        withdrawn=withdrawn,
        flooded=flooded,
        foreign=foreign,
    )


def _team(onemap: OneMap, text: str, faults: list[Fault]) -> tuple[str, str]:
    """Return layer and id of a ranked team; a fault where the district has none such."""
    key, _, record_id = text.partition(":")
    ranked = [spec.key for spec in onemap.layers_for("responder") if spec.ranked]
    if key in ranked and record_id in onemap.records[key].ids:
        return key, record_id
    problem = say("There is no such team.")
    mend = say(
        "Write layer and id like team:TEAM-0003; layers are {layers}.", layers=", ".join(ranked)
    )
    faults.append(Fault("--withdraw", problem, mend, value=text[:60]))
    return "", ""


def _place(onemap: OneMap, text: str, faults: list[Fault]) -> Point | None:
    mend = say("Write longitude, comma, latitude in degrees, such as 113.0123,23.0045.")
    plain = unicodedata.normalize("NFKC", text).replace("、", ",")
    parts = [part.strip() for part in plain.split(",")]
    angles = [parse_angle(part) for part in parts if part]
    if len(parts) != 2 or len(angles) != 2 or any(angle is None for angle in angles):  # noqa: PLR2004 - a pair
        faults.append(Fault("--at", say("This is no position."), mend, value=text[:60]))
        return None
    lon_deg, lat_deg = (angle.value for angle in angles if angle is not None)
    problem = _impossible(onemap, lon_deg, lat_deg)
    if problem is not None:
        faults.append(Fault("--at", problem, mend, value=text[:60]))
        return None
    at = onemap.to_metres(lon_deg, lat_deg)
    if not np.isfinite(at).all():
        problem = say("The position lies on another part of the globe than the district.")
        faults.append(Fault("--at", problem, mend, value=text[:60]))
        return None
    return at


def _impossible(onemap: OneMap, lon_deg: float, lat_deg: float) -> Sentence | None:
    west, south = onemap.to_degrees(*onemap.extent_m[:2])
    east, north = onemap.to_degrees(*onemap.extent_m[2:])
    near = (west - NEAR_DEG, south - NEAR_DEG, east + NEAR_DEG, north + NEAR_DEG)
    if is_swapped(lon_deg, lat_deg, near):
        return say("Longitude and latitude stand in each other's place.")
    if not on_globe(lon_deg, lat_deg):
        return say("The position lies off the globe.")
    return None


def _time(asked: Asked, now: datetime, faults: list[Fault]) -> datetime:
    if asked.hour and asked.time:
        problem = say("Both an hour and a time are given.")
        faults.append(Fault("--hour", problem, say("Give one of the two."), value=asked.hour))
        return now
    if asked.time:
        try:
            return datetime.fromisoformat(asked.time)
        except ValueError:
            mend = say("Write it like 2026-09-16T14:22.")
            faults.append(Fault("--time", say("This is no time."), mend, value=asked.time[:60]))
            return now
    if not asked.hour:
        return now
    if not HOUR.fullmatch(asked.hour) or int(asked.hour) > LAST_HOUR:
        mend = say("Write a whole number from 0 to 23.")
        faults.append(Fault("--hour", say("This is no hour."), mend, value=asked.hour[:60]))
        return now
    return now.replace(hour=int(asked.hour), minute=0, second=0, microsecond=0)


def _local(onemap: OneMap, time: datetime) -> datetime:
    """Return the time on the district's clock; a time without a zone is on it already."""
    west, south, east, north = onemap.extent_m
    middle = onemap.to_degrees((west + east) / 2, (south + north) / 2)
    try:
        return time if time.tzinfo is None else time.astimezone(local_zone(*middle))
    except OverflowError:
        return time


def areas_of(onemap: OneMap, path: Path, faults: list[Fault]) -> list[shapely.Polygon]:
    """Return the areas of a file in metres of the map; faults are added to the list."""
    try:
        frame = read_features(path).frame
    except UserError as error:
        faults.extend(error.faults)
        return []
    shapes = np.asarray(frame.geometry.array)
    is_area = shapely.get_dimensions(shapes) == AREA
    areas = shapely.get_parts(shapes[is_area])
    if not len(areas) or not is_area.all():
        problem = say("Not every shape of the file is an area.")
        faults.append(Fault(path.name, problem, say("Draw each one as a polygon.")))
        return []
    series = gpd.GeoSeries(areas, crs=frame.crs)
    if not _near(onemap, series.to_crs(DEGREES).total_bounds):
        problem = say("An area lies on another part of the globe than the district, or reaches it.")
        faults.append(Fault(path.name, problem, say("Look at the coordinates.")))
        return []
    return list(np.asarray(series.to_crs(onemap.crs).array))


def _zones_in(onemap: OneMap, path: Path, faults: list[Fault]) -> tuple[ForeignZone, ...]:
    """Return the zones of a file with what it says of them; faults are added to the list."""
    return zones_of_file(onemap, path) if areas_of(onemap, path, faults) else ()


def _near(onemap: OneMap, bounds_deg: NDArray[np.float64]) -> bool:
    """Return whether the bounds lie where the district's metres still are metres."""
    west, south, east, north = onemap.extent_m
    low, high = onemap.to_degrees(west, south), onemap.to_degrees(east, north)
    begin = bounds_deg[:2] >= np.subtract(low, REACH_DEG)
    end = bounds_deg[2:] <= np.add(high, REACH_DEG)
    return bool(begin.all() and end.all())


def _unknown_roads(onemap: OneMap, names: Sequence[str]) -> list[Fault]:
    known = set(onemap.network.names) - {""}
    mend = say("Give the name exactly as the map shows it.")
    return [
        Fault(
            "--close-road",
            say("No road is called {name}.", name=name[:SHOWN]),
            mend,
            value=name[:SHOWN],
        )
        for name in names
        if name not in known
    ]
