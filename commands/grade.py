"""``cli.py grade``: whether a stock is a major hazard source, and of which level."""

import argparse

from desks.hazards.grade_document import grade_document, grade_lines
from geodata.faults import Fault, UserError
from language import Catalogue, say
from risk.gb18218 import grade
from risk.gb18218_parts import Stored

from .printing import print_json, print_lines, slip


def grade_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``grade`` takes."""
    parser.add_argument(
        "--stock",
        action="append",
        default=[],
        required=True,
        metavar="NAME=TONNES",
        help="of one unit, such as 液氯=6, LPG=40, W5.3:120 or 涂料@W5.3=120; many times",
    )
    parser.add_argument(
        "--people", default="", metavar="N", help="permanent residents within 500 m of the boundary"
    )
    parser.set_defaults(run=_grade)


def _grade(options: argparse.Namespace, catalogue: Catalogue) -> None:
    """Print the grade.

    Raises:
        UserError: with every option that cannot be meant.

    """
    faults: list[Fault] = []
    stocks = [stock for text in options.stock if (stock := _stored(text, faults)) is not None]
    people = _people(options.people, faults)
    if faults:
        raise UserError(faults)
    found = grade(stocks, people)
    if options.format == "json":
        print_json(grade_document(found, catalogue))
    else:
        print_lines(grade_lines(found, catalogue))


def _stored(text: str, faults: list[Fault]) -> Stored | None:
    """Return what a ``--stock`` names; a text that cannot be meant joins the faults."""
    plain = text.replace("＝", "=").replace("：", ":")
    what, _, tonnes = plain.rpartition("=" if "=" in plain else ":")
    try:
        quantity_t = float(tonnes)
    except ValueError:
        what = ""
    if not what.strip() or "=" in what:
        problem = say("This is no substance with its tonnes, such as 液氯=6.")
        faults.append(slip("--stock", text[:60], problem, "grade"))
        return None
    return Stored(what.strip(), quantity_t)


def _people(text: str, faults: list[Fault]) -> int | None:
    if not text:
        return None
    if text.isdecimal() and text.isascii():
        return int(text[:12])
    faults.append(slip("--people", text[:60], say("This is no whole number from 0 up."), "grade"))
    return None
