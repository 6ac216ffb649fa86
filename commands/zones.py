"""``cli.py zones``: how far the harm of a release reaches; needs no district."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime

from geodata.crs import projection
from language import LANGUAGES, Catalogue
from risk import INCIDENT_KINDS, zones
from risk.erg_tables import CONTAINERS
from risk.stated import Placed, Stated, release_of
from risk.zone_document import Document, substance_document, zones_collection, zones_document

from .printing import print_json, print_lines

_OPTIONS = (
    ("substance", "NAME", "name, formula, CAS or UN number"),
    ("quantity-t", "TONNES", ""),
    ("wind-from", "DEGREES", "where the wind blows from, clockwise from north"),
    ("wind-ms", "M/S", "at 10 m"),
    ("cloud", "0-8", "eighths of the sky"),
    ("stability", "A-F", "Pasquill class, where somebody states it"),
    ("air-c", "°C", "temperature of the air"),
    ("container", "KIND", ", ".join(CONTAINERS)),
    ("hole-mm", "MM", "diameter of the hole"),
    ("hour", "0-23", "of today"),
    ("time", "ISO", ""),
)


def zone_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``zones`` takes, its own formats included."""
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="language of the answer")
    parser.add_argument("--format", choices=("text", "json", "geojson"), default="text")
    parser.add_argument("--at", required=True, metavar="LON,LAT")
    parser.add_argument("--kind", default="hazmat_leak", help=", ".join(INCIDENT_KINDS))
    for name, shown, told in _OPTIONS:
        parser.add_argument(f"--{name}", default="", metavar=shown, help=told or None)
    parser.add_argument("--rural", action="store_true", help="open country, not a town")
    parser.set_defaults(run=_zones)


def _zones(options: argparse.Namespace, catalogue: Catalogue) -> None:
    texts = {
        name.replace("-", "_"): getattr(options, name.replace("-", "_")) for name, *_ in _OPTIONS
    }
    stated = Stated(at=options.at, kind=options.kind, rural=options.rural, **texts)
    placed = release_of(stated, datetime.now(tz=UTC).astimezone())
    found = zones(placed.release)
    plane = projection(placed.crs)
    if options.format == "geojson":
        print_json(zones_collection(found, plane, catalogue))
        return
    document = {**_asked(placed), **zones_document(found, plane, catalogue)}
    if options.format == "json":
        print_json(document)
    else:
        print_lines(_lines(document, catalogue))


def _asked(placed: Placed) -> Document:
    release = placed.release
    return {
        "at": {"lon_deg": release.lon_deg, "lat_deg": release.lat_deg},
        "time": release.time.isoformat(),
        "kind": release.kind,
        "substance": substance_document(release.substance),
        "quantity_t": release.quantity_t,
        "container": release.container,
        "hole_mm": release.hole_mm,
        "is_urban": release.is_urban,
    }


def _lines(document: Document, catalogue: Catalogue) -> Iterator[str]:
    model, told = "", set[str]()
    for zone in document["zones"]:
        if zone["model"] != model:
            model, told = zone["model"], set()
            mark = "* " if model == document["governing"] else ""
            yield f"{mark}{zone['title']} ({zone['source']})"
        yield from (f"    {said}" for said in zone["assumptions"] if said not in told)
        told.update(zone["assumptions"])
        threshold = "" if zone["threshold"] is None else f" {zone['threshold']:g} {zone['unit']}"
        spread = "" if zone["spread_m"] is None else f" … {zone['spread_m']:.0f} m"
        unverified = "" if zone["verified"] else f" ({catalogue.text('not verified')})"
        yield f"  {zone['reach_m']:>8.0f} m{spread}  {zone['level_name']}{threshold}{unverified}"
    yield from document["notes"]
