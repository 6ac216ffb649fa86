"""``cli.py hazards``: grades, colours, dossiers, distances and the risk report of a district."""

import argparse
from pathlib import Path

from desks.hazards.choosing import chosen
from desks.hazards.document import hazards_document, hazards_lines
from desks.hazards.grades import graded
from desks.hazards.overrides import read_overrides
from desks.hazards.report import risk_report
from desks.onemap import load_onemap
from desks.parts import end_of_day
from desks.register.opening import open_register
from geodata.writing import write_file
from language import Catalogue
from risk.four_colours import COLOURS

from .briefing import day_of
from .printing import print_json, print_lines


def hazards_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``hazards`` takes."""
    parser.add_argument("folder", type=Path)
    parser.add_argument("--layer", action="append", default=[], help="only of this layer")
    parser.add_argument("--colour", action="append", default=[], choices=COLOURS)
    parser.add_argument("--level", action="append", default=[], type=int, choices=range(5))
    parser.add_argument("--declared", action="append", default=[], metavar="GRADE")
    parser.add_argument("--subdistrict", action="append", default=[], metavar="CODE")
    parser.add_argument("--report", type=Path, metavar="FILE.html", help="write the risk report")
    parser.add_argument("--as-of", default="", metavar="DATE", help="the register of that day")
    parser.set_defaults(run=_hazards)


def _hazards(options: argparse.Namespace, catalogue: Catalogue) -> None:
    as_of = day_of(options.as_of, "--as-of", "hazards")
    onemap = load_onemap(options.folder, as_of=as_of)
    with open_register(options.folder) as store:
        found = graded(onemap, read_overrides(store, as_of=end_of_day(as_of)))
    if options.report is not None:
        with write_file(options.report) as path:
            path.write_text(risk_report(onemap, found, catalogue), encoding="utf-8")
    shown = chosen(
        found,
        layers=options.layer,
        colours=options.colour,
        levels=options.level,
        declared=options.declared,
        subdistricts=options.subdistrict,
    )
    if options.format == "json":
        print_json(hazards_document(onemap, found, shown, catalogue))
    else:
        print_lines(hazards_lines(onemap, found, shown, catalogue))
