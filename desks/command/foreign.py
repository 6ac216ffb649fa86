"""Zones of harm that another program computed, brought in as a file by hand."""

from dataclasses import replace
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

import shapely

from desks.onemap import OneMap
from geodata.faults import Fault, UserError
from language import Sentence, say
from risk.drawn import plain_name
from risk.zone_files import ForeignZones, read_zones

from .situation import ForeignZone

ENDINGS = ("kml", "geojson", "json")
MOST_BYTES = 20_000_000
MOST_ZONES = 50


def foreign_zones(
    onemap: OneMap, name: str, content: bytes
) -> tuple[tuple[ForeignZone, ...], tuple[Fault, ...]]:
    """Return the zones of a file in metres of the district's CRS, and what of it was left out.

    The file's name is text: of it only the ending decides, and only over the format.

    Raises:
        UserError: where the file cannot be read, is too large, holds no area or too many, or where
            an area does not meet the district.

    """
    source = plain_name(PurePath(name.replace("\\", "/")).name) or "?"
    ending = PurePath(source).suffix.lower().removeprefix(".")
    faults = _outside_faults(source, ending, content)
    if faults:
        raise UserError(faults)
    with TemporaryDirectory(prefix="shouwang-zones-") as folder:
        path = Path(folder) / f"zones.{ending}"
        path.write_bytes(content)
        try:
            found = read_zones(path, onemap.crs)
        except UserError as error:
            raise UserError([_named(fault, source) for fault in error.faults]) from error
    zones = _taken(source, found)
    faults = _zone_faults(onemap, source, zones)
    if faults:
        raise UserError(faults)
    return zones, tuple(_named(fault, source) for fault in found.notices)


def zones_of_file(onemap: OneMap, path: Path) -> tuple[ForeignZone, ...]:
    """Return the zones of a file on this machine in metres of the district's CRS.

    Raises:
        UserError: where the file cannot be read or holds no area.

    """
    return _taken(plain_name(path.name) or "?", read_zones(path, onemap.crs))


def _taken(source: str, found: ForeignZones) -> tuple[ForeignZone, ...]:
    named = [(_name_there(zone.assumptions), zone.shape) for zone in found.zones]
    return tuple(
        ForeignZone(source, name, shape, tuple(found.told.get(name, ()))) for name, shape in named
    )


def _name_there(assumptions: tuple[Sentence, ...]) -> str:
    """Return the name that the zone has in its file, "" where it has none."""
    return next((str(said.values["name"]) for said in assumptions if "name" in said.values), "")


def _named(fault: Fault, source: str) -> Fault:
    """Return the fault with the file's own name in the place of ours."""
    return replace(fault, file=source)


def _outside_faults(source: str, ending: str, content: bytes) -> list[Fault]:
    if ending not in ENDINGS:
        mend = say("Use one of: {known}.", known=", ".join(ENDINGS))
        return [Fault(source, say("This is no zone file."), mend)]
    if len(content) > MOST_BYTES:
        problem = say("The file is larger than {most} MB.", most=MOST_BYTES // 1_000_000)
        return [Fault(source, problem, _ONE_INCIDENT)]
    return []


def _zone_faults(onemap: OneMap, source: str, zones: tuple[ForeignZone, ...]) -> list[Fault]:
    faults = []
    if len(zones) > MOST_ZONES:
        problem = say("The file holds more than {most} zones.", most=MOST_ZONES)
        faults.append(Fault(source, problem, _ONE_INCIDENT))
    ground = shapely.box(*onemap.extent_m)
    faults += [
        Fault(
            source,
            say("The zone '{name}' does not meet the district.", name=zone.name or source),
            say("Look at the coordinates: degrees of WGS 84, longitude first."),
        )
        for zone in zones[:MOST_ZONES]
        if not shapely.intersects(ground, zone.shape)
    ]
    return faults


_ONE_INCIDENT = say("Export the zones of one incident.")
