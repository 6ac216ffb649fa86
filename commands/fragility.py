"""``cli.py fragility``: which single road, bridge or place, if lost, costs most."""

import argparse
from pathlib import Path
from typing import get_args

from desks.onemap import load_onemap
from desks.planning.answers import Share
from desks.planning.fragility import fragility
from desks.planning.fragility_document import fragility_document, fragility_lines
from desks.planning.services import service_of
from geodata.faults import UserError
from language import Catalogue, say

from .briefing import day_of
from .printing import print_json, print_lines, slip

WORST = "100"
_MOST_DIGITS = 9


def fragility_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``fragility`` takes."""
    parser.add_argument("folder", type=Path)
    parser.add_argument("--service", default="shelter", metavar="SERVICE", help="such as shelter")
    parser.add_argument("--within", default=None, metavar="REACH", help="such as 500m or 10min")
    parser.add_argument("--share", choices=get_args(Share), default="night")
    parser.add_argument("--by", choices=("coverage", "arrival"), default="coverage")
    parser.add_argument("--worst", default=WORST, metavar="N", help="how many; 0 for all")
    parser.add_argument("--as-of", default="", metavar="DATE")
    parser.set_defaults(run=_fragility)


def _fragility(options: argparse.Namespace, catalogue: Catalogue) -> None:
    service, worst = service_of(options.service, options.within), _count(options.worst)
    onemap = load_onemap(options.folder, as_of=day_of(options.as_of, "--as-of", "fragility"))
    found = fragility(onemap, service, share=options.share)
    ordered = found.losses if options.by == "coverage" else found.by_arrival
    losses = ordered[:worst] if worst else ordered
    if options.format == "json":
        print_json(fragility_document(onemap, found, losses, catalogue))
        return
    print_lines(fragility_lines(onemap, found, losses, catalogue))


def _count(text: str) -> int:
    """Return the number.

    Raises:
        UserError: for anything but digits.

    """
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        problem = say("It is not a whole number.")
        raise UserError([slip("--worst", text, problem, "fragility")])
    return int(text)
