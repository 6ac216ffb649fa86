"""``cli.py hazards``: grades, colours, dossiers, distances and the risk report of a district."""

import argparse
from pathlib import Path

from desks.hazards.choosing import chosen
from desks.hazards.document import hazards_document, hazards_lines
from desks.hazards.grades import graded
from desks.hazards.overrides import override_grade, read_overrides, withdraw_override
from desks.hazards.report import risk_report
from desks.onemap import load_onemap
from desks.parts import end_of_day
from desks.register.opening import open_register
from geodata.faults import UserError
from geodata.store import Author, Store
from geodata.writing import write_file
from language import Catalogue, say
from risk.four_colours import COLOURS

from .briefing import day_of
from .importing import TERMINAL
from .printing import print_json, print_lines, slip


def hazards_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``hazards`` takes."""
    parser.add_argument("folder", type=Path)
    parser.add_argument("--layer", action="append", default=[], help="only of this layer")
    parser.add_argument("--colour", action="append", default=[], choices=COLOURS)
    parser.add_argument("--level", action="append", default=[], type=int, choices=range(5))
    parser.add_argument("--declared", action="append", default=[], metavar="GRADE")
    parser.add_argument("--subdistrict", action="append", default=[], metavar="CODE")
    parser.add_argument("--report", type=Path, metavar="FILE.html", help="write the risk report")
    parser.add_argument("--set", default="", metavar="LAYER:ID=0-4", help="override a level")
    parser.add_argument("--withdraw", default="", metavar="LAYER:ID", help="as computed again")
    parser.add_argument("--who", default=TERMINAL)
    parser.add_argument("--why", default="", help="the reason of an override; required with --set")
    parser.add_argument("--as-of", default="", metavar="DATE", help="the register of that day")
    parser.set_defaults(run=_hazards)


def _hazards(options: argparse.Namespace, catalogue: Catalogue) -> None:
    as_of = day_of(options.as_of, "--as-of", "hazards")
    onemap = load_onemap(options.folder, as_of=as_of)
    with open_register(options.folder) as store:
        _override(options, store)
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


def _override(options: argparse.Namespace, store: Store) -> None:
    """Set or withdraw the override that the options name.

    Raises:
        UserError: for an option that cannot be meant, or where the desk refuses it.

    """
    author = Author(options.who, options.why)
    if options.set:
        place, _, level = options.set.rpartition("=")
        hazard = _named(place, "--set", options.set)
        if not level.isascii() or not level.isdecimal():
            problem = say("This is no hazard with its level, such as hazard:H1=2.")
            raise UserError([slip("--set", options.set[:60], problem, "hazards")])
        override_grade(store, author, hazard, int(level[:3]))
    if options.withdraw:
        withdraw_override(store, author, _named(options.withdraw, "--withdraw", options.withdraw))


def _named(text: str, option: str, given: str) -> tuple[str, str]:
    key, _, record = text.partition(":")
    if not key or not record:
        problem = say("This is no hazard with its level, such as hazard:H1=2.")
        raise UserError([slip(option, given[:60], problem, "hazards")])
    return key, record
