"""``cli.py hazards``: grades, colours, dossiers, distances and the risk report of a district."""

import argparse
from pathlib import Path

from desks.hazards.choosing import chosen
from desks.hazards.document import hazards_document, hazards_lines
from desks.hazards.grades import graded
from desks.hazards.overrides import override_grade, read_overrides, withdraw_override
from desks.hazards.report import risk_report
from desks.onemap import OneMap, load_onemap
from desks.parts import end_of_day
from desks.register.counts import units_of
from desks.register.opening import open_register
from geodata.faults import UserError
from geodata.store import Author, Store
from language import Catalogue, say
from risk.four_colours import COLOURS

from .briefing import day_of
from .importing import TERMINAL
from .printing import print_json, print_lines, slip, write_paper


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
    _check_filters(options, onemap)
    with open_register(options.folder) as store:
        _override(options, store)
        found = graded(onemap, read_overrides(store, as_of=end_of_day(as_of)))
    if options.report is not None:
        write_paper(options.report, risk_report(onemap, found, catalogue))
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


def _check_filters(options: argparse.Namespace, onemap: OneMap) -> None:
    """Refuse a layer or a subdistrict that is none: an empty list would read as “no hazards”.

    Raises:
        UserError: with every one of them.

    """
    layers = {spec.key for spec in onemap.layers_for("hazard")}
    units = {code for code, _ in units_of(onemap)}
    faults = [
        slip("--layer", key[:60], say("There is no such layer of hazards."), "hazards")
        for key in options.layer
        if key not in layers
    ]
    faults += [
        slip("--subdistrict", code[:60], say("No subdistrict has this code."), "hazards")
        for code in options.subdistrict
        if code not in units
    ]
    if faults:
        raise UserError(faults)


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
        hazard = _named(options.withdraw, "--withdraw", options.withdraw)
        if not withdraw_override(store, author, hazard):
            problem = say("No override is in force there.")
            raise UserError([slip("--withdraw", options.withdraw[:60], problem, "hazards")])


def _named(text: str, option: str, given: str) -> tuple[str, str]:
    key, _, record = text.partition(":")
    if not key or not record:
        problem = say("This is no hazard with its level, such as hazard:H1=2.")
        raise UserError([slip(option, given[:60], problem, "hazards")])
    return key, record
