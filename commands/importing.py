"""``cli.py import``: a user's list into the register, rehearsed first."""

import argparse
from pathlib import Path

from desks.build_report import fault_line
from desks.folder import NETWORK, read_about, read_part
from desks.ground import road_lines
from desks.register.current import register_of
from desks.register.datum import PLACES
from desks.register.opening import open_register
from desks.register.rehearsal import Rehearsal, rehearsal_document, rehearse
from desks.register.taking_in import stocktake_of, take_in
from desks.stocktake import Stocktake
from geodata.faults import Fault, UserError
from geodata.opening import split_layer
from geodata.store import Author
from language import Catalogue, say
from layers import CATALOG, layer
from routing import RoadNetwork

from .printing import print_json, print_lines, slip

COMMAND = "import"
TERMINAL = "terminal"
"""Who writes from a terminal when nobody is named."""
DATUMS = {"wgs84": "WGS 84", "gcj02": "GCJ-02", "bd09": "BD-09", "cgcs2000": "CGCS2000"}
VERDICTS = {
    "undetermined": say("Undetermined"),
    "mixed": say("Mixed"),
    "swapped": say("Swapped axes"),
}
WEIGHTS = {"auto": say("by rule"), "confirm": say("confirm"), "decide": say("decide")}
"""What a weight asks of who imports, as page 登记 words it."""


def import_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``import`` takes."""
    parser.add_argument("folder", type=Path)
    parser.add_argument("file", metavar="FILE[:LAYER]")
    parser.add_argument("--layer", required=True, metavar="KEY", help="cli.py build --list")
    parser.add_argument("--datum", default="wgs84", help="what the file declares, as for build")
    parser.add_argument("--rehearse", action="store_true", help="say everything, write nothing")
    parser.add_argument("--whole", action="store_true", help="all rows or none")
    who_options(parser)
    parser.set_defaults(run=_import)


def who_options(parser: argparse.ArgumentParser) -> None:
    """Declare who changes the register, and why: both stand in its history."""
    parser.add_argument("--who", default=TERMINAL)
    parser.add_argument("--why", default="")


def author_of(options: argparse.Namespace, what: str) -> Author:
    """Return the author that the options name."""
    return Author(options.who, options.why or what)


def _import(options: argparse.Namespace, catalogue: Catalogue) -> None:
    known = {spec.key for spec in CATALOG}
    if options.layer not in known:
        problem = say("There is no layer '{key}'.", key=options.layer)
        raise UserError([slip("--layer", options.layer, problem, COMMAND)])
    path, sheet = split_layer(options.file)
    if not path.is_file():
        problem = say("There is no such file.")
        raise UserError([Fault(str(path), problem, say("Look at its name and folder."))])
    with open_register(options.folder) as store:
        network = read_part(options.folder / NETWORK, RoadNetwork.load)
        roads = road_lines(network, str(read_about(options.folder)["crs"]))
        current = register_of(store, options.layer, roads=roads, others=PLACES)
        spec = layer(options.layer)
        rehearsal = rehearse(current, spec, path, datum=options.datum, layer=sheet)
        taken = stocktake_of(store, rehearsal)
        written = None
        if not options.rehearse:
            author = author_of(options, COMMAND)
            written = len(take_in(store, rehearsal, author, whole=options.whole).events)
    if options.format == "json":
        document = rehearsal_document(rehearsal, catalogue)
        if taken is not None:
            document["stock_movements"] = len(taken.movements)
        print_json(document if written is None else {**document, "events": written})
    else:
        print_lines(_lines(rehearsal, taken, written, catalogue))


def _lines(
    rehearsal: Rehearsal, taken: Stocktake | None, written: int | None, catalogue: Catalogue
) -> list[str]:
    datum = rehearsal.datum
    said = [
        say(
            "{file}: {read} rows read, {good} good, {left} left out",
            file=rehearsal.file,
            read=rehearsal.rows_read,
            good=rehearsal.rows_good,
            left=rehearsal.rows_left_out,
        ),
        say(
            "datum: {verdict} (declared {declared}, confidence {confidence})",
            verdict=_named(datum.verdict, catalogue),
            declared=_named(datum.declared, catalogue),
            confidence=f"{datum.confidence:.3f}",
        ),
        datum.reason,
        *(() if datum.unseen is None else (datum.unseen,)),
        say(
            "{added} new, {changed} changed, {same} as they were, {absent} not in the file",
            added=rehearsal.added,
            changed=rehearsal.changed,
            same=rehearsal.same,
            absent=len(rehearsal.absent),
        ),
    ]
    if taken is not None:
        said.append(say("{count} entries of the ledger from the stock", count=len(taken.movements)))
    lines = [catalogue.word(sentence) for sentence in said]
    for defect in rehearsal.defects:
        fault = Fault(
            rehearsal.file, defect.problem, defect.mend, defect.row, defect.column, defect.value,
            defect.sheet,
        )  # fmt: skip
        weight = catalogue.word(WEIGHTS[defect.weight])
        lines.append(f"[{weight}] {fault_line(fault, catalogue)}")
    end = say("Nothing was written: this is a rehearsal.")
    if written is not None:
        end = say("{events} changes are in the register.", events=written)
    return [*lines, catalogue.word(end)]


def _named(datum: str, catalogue: Catalogue) -> str:
    """Return a datum as surveyors write it, or a verdict in words."""
    if datum in VERDICTS:
        return catalogue.word(VERDICTS[datum])
    return DATUMS.get(datum, datum.removeprefix("projected:"))
