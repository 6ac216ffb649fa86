"""``cli.py why`` and ``cli.py firms``: why people are not covered, which firms have no help."""

import argparse
from pathlib import Path
from typing import get_args

from desks.onemap import load_onemap
from desks.planning.answers import Share
from desks.planning.coverage import coverage
from desks.planning.firms import firms_without
from desks.planning.gaps_document import (
    firm_lines,
    firms_document,
    reason_lines,
    reasons_document,
)
from desks.planning.reasons import ByWays, reasons
from desks.planning.services import service_of
from language import Catalogue

from .briefing import day_of
from .printing import print_json, print_lines


def why_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``why`` takes."""
    parser.add_argument("folder", type=Path)
    parser.add_argument("--layer", default="shelter", metavar="SERVICE", help="such as shelter")
    parser.add_argument("--within", default=None, metavar="REACH", help="such as 500m or 10min")
    parser.add_argument("--share", choices=get_args(Share), default="night")
    # Without an incident nobody can say who is safe.
    definitions = [name for name in get_args(ByWays) if name != "safe"]
    parser.add_argument("--definition", choices=definitions, default=None)
    parser.add_argument("--as-of", default="", metavar="DATE")
    parser.set_defaults(run=_why)


def firms_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``firms`` takes."""
    parser.add_argument("folder", type=Path)
    parser.add_argument("--as-of", default="", metavar="DATE")
    parser.set_defaults(run=_firms)


def _why(options: argparse.Namespace, catalogue: Catalogue) -> None:
    service = service_of(options.layer, options.within)
    onemap = load_onemap(options.folder, as_of=day_of(options.as_of, "--as-of", "why"))
    found = coverage(onemap, service, share=options.share)
    told = reasons(onemap, found, options.definition)
    if options.format == "json":
        print_json(reasons_document(found, told, onemap.stamp, catalogue))
        return
    print_lines(reason_lines(found, told, catalogue))


def _firms(options: argparse.Namespace, catalogue: Catalogue) -> None:
    onemap = load_onemap(options.folder, as_of=day_of(options.as_of, "--as-of", "firms"))
    found = firms_without(onemap)
    if options.format == "json":
        print_json(firms_document(found, onemap.stamp, catalogue))
        return
    print_lines(firm_lines(found, catalogue))
