"""``cli.py brief``: who comes, and when."""

import argparse
from datetime import UTC, date, datetime
from pathlib import Path

from desks.command import SituationBrief, brief_document, situation_brief
from desks.command.asking import Asked, incident_of
from desks.command.lines import brief_lines
from desks.onemap import OneMap, load_onemap
from geodata.faults import UserError
from language import Catalogue, say
from risk import INCIDENT_KINDS

from .printing import print_json, print_lines, slip


def brief_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``brief`` takes."""
    incident_options(parser)
    parser.set_defaults(run=_brief)


def incident_options(parser: argparse.ArgumentParser) -> None:
    """Declare the district and the incident that a command asks about."""
    parser.add_argument("folder", type=Path)
    parser.add_argument("--at", required=True, metavar="LON,LAT")
    parser.add_argument("--kind", default="unspecified", help=", ".join(INCIDENT_KINDS))
    parser.add_argument("--hour", default="", metavar="0-23")
    parser.add_argument("--time", default="", metavar="ISO")
    parser.add_argument("--close", action="append", default=[], type=Path, metavar="FILE.geojson")
    parser.add_argument("--close-road", action="append", default=[], metavar="NAME")
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
    asked = Asked(
        at=options.at,
        kind=options.kind,
        hour=options.hour,
        time=options.time,
        closures=tuple(options.close),
        closed_roads=tuple(options.close_road),
    )
    incident = incident_of(onemap, asked, datetime.now(tz=UTC).astimezone())
    return onemap, situation_brief(onemap, incident)


def _brief(options: argparse.Namespace, catalogue: Catalogue) -> None:
    onemap, brief = asked_brief(options, "brief")
    if options.format == "json":
        print_json(brief_document(onemap, brief, catalogue))
    else:
        print_lines(brief_lines(onemap, brief, catalogue))
