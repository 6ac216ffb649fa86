"""``cli.py brief``: who comes, and when."""

import argparse
from datetime import UTC, date, datetime
from pathlib import Path

from desks.command import Incident, SituationBrief, brief_document, situation_brief
from desks.command.asking import Asked, incident_of
from desks.command.lines import brief_lines
from desks.onemap import OneMap, load_onemap
from desks.stock import CHINA
from geodata.faults import UserError
from language import Catalogue, say
from risk import INCIDENT_KINDS
from risk.erg_tables import CONTAINERS
from risk.stated import Stated

from .printing import print_json, print_lines, slip


def brief_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``brief`` takes."""
    incident_options(parser)
    parser.set_defaults(run=_brief)


def incident_options(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Declare the district and the incident that a command asks about."""
    parser.add_argument("folder", type=Path)
    parser.add_argument("--at", required=required, default="", metavar="LON,LAT")
    parser.add_argument("--kind", default="unspecified", help=", ".join(INCIDENT_KINDS))
    parser.add_argument("--hour", default="", metavar="0-23")
    parser.add_argument("--time", default="", metavar="ISO")
    parser.add_argument("--close", action="append", default=[], type=Path, metavar="FILE.geojson")
    parser.add_argument("--close-road", action="append", default=[], metavar="NAME")
    parser.add_argument("--substance", default="", metavar="NAME", help="or formula, CAS, UN")
    parser.add_argument("--quantity-t", default="", metavar="TONNES")
    parser.add_argument("--container", default="", help=", ".join(CONTAINERS))
    parser.add_argument("--wind-from", default="", metavar="DEGREES", help="clockwise from north")
    parser.add_argument("--wind-ms", default="", metavar="M/S", help="at 10 m")
    parser.add_argument("--cloud", default="", metavar="0-8", help="eighths of the sky")
    parser.add_argument("--withdraw", action="append", default=[], metavar="LAYER:ID")
    parser.add_argument("--zone", action="append", default=[], type=Path, metavar="FILE")
    parser.add_argument("--flood", action="append", default=[], type=Path, metavar="FILE")
    parser.add_argument("--as-of", default="", metavar="DATE", help="the register of that day")


def day_of(text: str, option: str, command: str) -> date | None:
    """Return the day that an option names, ``None`` for "".

    Raises:
        UserError: where the text is no day.

    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        problem = say("This is no date like 2026-09-16.")
        raise UserError([slip(option, text, problem, command)]) from None


def asked_brief(options: argparse.Namespace, command: str) -> tuple[OneMap, SituationBrief]:
    """Return the district and the brief of the incident that was asked about.

    Raises:
        UserError: with every fault of the options, and as ``situation_brief`` does.

    """
    onemap = load_onemap(options.folder, as_of=day_of(options.as_of, "--as-of", command))
    return onemap, situation_brief(onemap, asked_incident(onemap, options))


def asked_incident(onemap: OneMap, options: argparse.Namespace) -> Incident:
    """Return the incident that the options name.

    Raises:
        UserError: with every fault of the options.

    """
    asked = Asked(
        at=options.at,
        kind=options.kind,
        hour=options.hour,
        time=options.time,
        closures=tuple(options.close),
        closed_roads=tuple(options.close_road),
        matter=Stated(
            at=options.at,
            substance=options.substance,
            quantity_t=options.quantity_t,
            container=options.container,
            wind_from=options.wind_from,
            wind_ms=options.wind_ms,
            cloud=options.cloud,
        ),
        withdrawn=tuple(options.withdraw),
        zones=tuple(options.zone),
        floods=tuple(options.flood),
    )
    return incident_of(onemap, asked, datetime.now(tz=UTC).astimezone(CHINA))


def _brief(options: argparse.Namespace, catalogue: Catalogue) -> None:
    onemap, brief = asked_brief(options, "brief")
    if options.format == "json":
        print_json(brief_document(onemap, brief, catalogue))
    else:
        print_lines(brief_lines(onemap, brief, catalogue))
