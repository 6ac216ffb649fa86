"""``cli.py report``: the papers of a district, in every format, for the office or for everyone."""

import argparse
import importlib
import importlib.util
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desks.hazards.grades import graded
from desks.hazards.overrides import read_overrides
from desks.onemap import OneMap, load_onemap
from desks.parts import end_of_day
from desks.planning.answers import Coverage, Share
from desks.planning.packs import pack_of
from desks.planning.services import service_of
from desks.planning.variant_files import load_variant, variant_bytes
from desks.register.opening import open_register
from geodata.faults import Fault, UserError
from language import LANGUAGES, Catalogue, Sentence, say
from reports.coverage_report import Planned, coverage_paper
from reports.datums import EXPORT_DATUMS
from reports.edition import Edition
from reports.gate import gate
from reports.gathering import Question, planned_of
from reports.inventory import inventory_paper
from reports.map_drawing import Sketch, Sketches, draw_map
from reports.package import package, write_package
from reports.paper import FORMATS, Audience, Format, Paper
from reports.risk_report import risk_paper
from reports.signing import fingerprint, grouped

from .briefing import asked_incident, day_of, incident_options
from .key import opened_key
from .printing import print_lines, slip

KINDS = ("coverage", "risk", "inventory")
DATUMS = tuple(EXPORT_DATUMS)
SIDE_BY_SIDE = 3
PLAN_FILE = "plan.json"
"""The plan in the package, whose SHA-256 every format of the report states."""

_WRITERS: dict[Format, tuple[str, str]] = {
    "docx": ("reports.word", "write_word"),
    "xlsx": ("reports.workbook", "write_workbook"),
    "pdf": ("reports.pdf", "write_pdf"),
    "gpkg": ("reports.geopackage", "write_geopackage"),
    "html": ("reports.web_map", "write_web_map"),
}

_ASKED: dict[Format, tuple[str, ...]] = {
    "docx": ("sketch",),
    "pdf": ("sketch",),
    "gpkg": ("datum",),
}


def report_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``report`` takes, its own formats included."""
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="language of the papers")
    incident_options(parser, required=False)
    parser.add_argument("--paper", choices=KINDS, default=KINDS[0])
    parser.add_argument("--rules", action="append", default=[], metavar="PACK")
    parser.add_argument("--service", action="append", default=[], metavar="SERVICE")
    parser.add_argument("--share", choices=get_args(Share), help="else the plan's, or night")
    parser.add_argument("--plan", default="", metavar="NAME", help="the district with a saved plan")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--format", default=",".join(FORMATS), help=", ".join(FORMATS))
    parser.add_argument("--audience", choices=get_args(Audience), default="internal")
    parser.add_argument("--subdistrict", action="append", default=[], metavar="CODE")
    parser.add_argument("--against", default="", metavar="DATE", help="what differs from that day")
    parser.add_argument("--export-datum", choices=DATUMS, default=DATUMS[0])
    for name, shown in (("issuer", "NAME"), ("secrecy", "MARK"), ("review-no", "审图号")):
        parser.add_argument(f"--{name}", default="", metavar=shown)
    parser.add_argument("--sign", type=Path, metavar="KEYFILE", help="all of it as one signed ZIP")
    parser.set_defaults(run=_report)


@dataclass(frozen=True, eq=False)
class Ready:
    """A paper after the gate, the coverages that its headline follows from, and its plan's file."""

    paper: Paper
    coverages: tuple[Coverage, ...] = ()
    plan: bytes = b""


@dataclass(frozen=True)
class Written:
    """One file that was written, and what its writer had to say."""

    path: Path
    notes: tuple[Sentence, ...] = ()


def _report(options: argparse.Namespace, catalogue: Catalogue) -> int:
    formats = _formats(options.format)
    key = None if options.sign is None else opened_key(options.sign, catalogue)
    ready = asked_paper(options, catalogue)
    paper = ready.paper
    _make_folder(options.out)
    lacking = False
    files: list[Path] = []
    for kind, written in zip(
        formats, write_formats(paper, formats, options.out, options.export_datum), strict=True
    ):
        if written is None:
            lacking = True
            said = say("{format} cannot be written by this version.", format=kind)
            print_lines([catalogue.word(said)])
            continue
        files.append(written.path)
        print_lines([str(written.path)])
        print_lines(catalogue.word(note) for note in written.notes)
    if key is not None:
        print_lines(_signed(ready, files, key, catalogue))
    if paper.defects:
        print_lines([catalogue.word(say("A draft: {count} defects.", count=len(paper.defects)))])
        print_lines(f"- {catalogue.word(defect)}" for defect in paper.defects)
    return 1 if lacking else 0


def _make_folder(folder: Path) -> None:
    """Make the folder of the papers where there is none.

    Raises:
        UserError: where a file lies there or above it, or nothing may be written there.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        problem = say("This is a file, not a folder.")
        raise UserError([Fault(str(folder), problem, say("Give another folder."))]) from error
    except OSError as error:
        problem = say("This place cannot be written; nothing was changed.")
        mend = say("Give a folder you may write to.")
        raise UserError([Fault(str(folder), problem, mend)]) from error


def _signed(
    ready: Ready, files: Sequence[Path], key: Ed25519PrivateKey, catalogue: Catalogue
) -> list[str]:
    """Write the signed package beside the files, and return where it lies and who signed it."""
    paper, held = ready.paper, {path.name: path.read_bytes() for path in files}
    if ready.plan and paper.audience == "internal":
        # costs and room of what is planned are nothing for the public
        held[PLAN_FILE] = ready.plan
    path = files[0].with_suffix(".zip") if files else Path()
    if not files:
        return [catalogue.word(say("Nothing was written, so that nothing is signed."))]
    write_package(path, package(paper, held, ready.coverages, key))
    said = say("Signed; fingerprint of the key, for paper: {fingerprint}",
               fingerprint=grouped(fingerprint(key.public_key())))  # fmt: skip
    return [str(path), catalogue.word(said)]


def _formats(text: str) -> tuple[Format, ...]:
    """Return the formats in the order given, each once.

    Raises:
        UserError: with every format that there is none of.

    """
    asked = dict.fromkeys(part.strip().lower() for part in text.split(","))
    faults = [
        slip("--format", part[:60], say("There is no such format."), "report")
        for part in asked
        if part not in FORMATS
    ]
    if faults:
        raise UserError(faults)
    return tuple(cast("Format", part) for part in asked)


def asked_paper(options: argparse.Namespace, catalogue: Catalogue) -> Ready:
    """Return the paper that the options ask for, after the gate.

    Raises:
        UserError: with what cannot be meant, and as the desks do.

    """
    edition = Edition(
        catalogue,
        options.audience,
        issuer=options.issuer,
        subdistricts=tuple(dict.fromkeys(options.subdistrict)),
        review_no=options.review_no,
        secrecy=options.secrecy,
    )
    _require_possible(options)
    as_of = day_of(options.as_of, "--as-of", "report")
    onemap = load_onemap(options.folder, as_of=as_of)
    if options.paper == "inventory":
        return Ready(gate(inventory_paper(onemap, edition), onemap))
    if options.paper == "risk":
        with open_register(options.folder) as store:
            found = graded(onemap, read_overrides(store, as_of=end_of_day(as_of)))
        return Ready(gate(risk_paper(onemap, found, edition), onemap))
    paper, planned = coverage_of(options, onemap, edition)
    proposed = planned.proposed
    plan = b"" if proposed is None else variant_bytes(proposed.variant)
    return Ready(gate(paper, onemap), planned.coverages, plan)


def _require_possible(options: argparse.Namespace) -> None:
    """Refuse a plan where no report can be of one.

    Raises:
        UserError: with every option that does not go with it.

    """
    if not options.plan:
        return
    faults = []
    if options.paper != KINDS[0]:
        problem = say("Only the report of coverage can be of a plan.")
        faults.append(slip("--paper", options.paper, problem, "report"))
    if options.against:
        problem = say("A plan is held against today: it cannot be held against another day too.")
        faults.append(slip("--against", options.against[:60], problem, "report"))
    if faults:
        raise UserError(faults)


def coverage_of(
    options: argparse.Namespace, onemap: OneMap, edition: Edition
) -> tuple[Paper, Planned]:
    """Return the report of coverage that the options ask for, and what it rests on."""
    plan = load_variant(options.folder, options.plan) if options.plan else None
    question = Question(
        services=tuple(service_of(name) for name in options.service),
        share=options.share or ("night" if plan is None else plan.share),
        packs=tuple(pack_of(name) for name in options.rules),
        incident=asked_incident(onemap, options) if options.at else None,
        plan=plan,
    )
    against = day_of(options.against, "--against", "report")
    before = load_onemap(options.folder, as_of=against) if against else None
    planned = planned_of(
        onemap, question, before=before, before_day=options.against, edition=edition
    )
    return coverage_paper(onemap, planned, edition), planned


def write_formats(
    paper: Paper, formats: Sequence[Format], folder: Path, datum: str
) -> list[Written | None]:
    """Return what ``write_format`` does for each format, several at a time.

    Typesetting does not hold the interpreter: while one paper is set another one is filled in.

    Raises:
        UserError: as ``write_format`` does, with every format that cannot be written.

    """
    sketch = Sketches()
    with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as hands:
        asked = [hands.submit(write_format, paper, kind, folder, datum, sketch) for kind in formats]
    wrong = [error for one in asked if (error := one.exception()) is not None]
    for error in wrong:
        if not isinstance(error, UserError):
            raise error
    faults = [fault for error in wrong if isinstance(error, UserError) for fault in error.faults]
    if faults:
        raise UserError(dict.fromkeys(faults))
    return [one.result() for one in asked]


def write_format(
    paper: Paper, kind: Format, folder: Path, datum: str, sketch: Sketch = draw_map
) -> Written | None:
    """Return the file of that format, ``None`` where this version has no writer of it.

    Raises:
        UserError: where it cannot be written, or something else lies there.

    """
    module, name = _WRITERS[kind]
    if importlib.util.find_spec(module) is None:
        return None
    write: Callable[..., Any] = getattr(importlib.import_module(module), name)
    path = folder / f"{paper.stem}.{kind}"
    if path.exists() and not path.is_file():
        problem = say("This is no file, so it is not replaced.")
        raise UserError([Fault(str(path), problem, say("Give another folder."))])
    ways: dict[str, Any] = {"datum": datum, "sketch": sketch}
    told = write(paper, path, **{name: ways[name] for name in _ASKED.get(kind, ())})
    return Written(path, told if isinstance(told, tuple) else ())
