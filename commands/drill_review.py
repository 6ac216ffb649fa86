"""``cli.py drill review|paper|count``: what the log says of a drill, as text, JSON or paper."""

import argparse
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from desks.exercise.acting import LOG
from desks.exercise.course import course_of
from desks.exercise.envelope import SEALED, read_envelope
from desks.exercise.folder import Control
from desks.exercise.log import entries, open_log
from desks.exercise.printed import head_of_seal
from desks.exercise.review import (
    INDICATOR_SAID,
    Review,
    count_people,
    finding_id,
    proposal_said,
    review_of,
)
from desks.exercise.review_document import review_document
from desks.exercise.standing import voids
from desks.folder import read_about
from geodata.faults import Fault, UserError
from geodata.writing import write_file
from language import LANGUAGES, Catalogue, say
from reports.drill_report import drill_paper, measured, result_said
from reports.drill_seal_page import heads_page, seal_page
from reports.drill_track import minutes
from reports.edition import Edition
from reports.page import write_page
from reports.paper import Paper
from reports.pdf import write_pdf
from reports.word import write_word
from reports.workbook import write_workbook

from .drill_step import Steps, control_of, drill_step
from .printing import print_json, print_lines, slip

WRITERS: Mapping[str, Callable[[Paper, Path], object]] = {
    "docx": write_word,
    "pdf": write_pdf,
    "html": write_page,
    "xlsx": write_workbook,
}
PARTS_OF = re.escape(b"[Content_Types].xml")
STARTS: Mapping[str, bytes] = {
    "docx": rb"PK.{28}" + PARTS_OF, "xlsx": rb"PK.{28}" + PARTS_OF, "pdf": rb"%PDF",
    "html": rb'<!doctype html>\n<html lang="[\w-]+"><head><meta ',
    "json": rb'\{\s+"format": \d+,\s+"exercise": true,\s+"drill"',
}  # fmt: skip
"""How a file begins that a paper may take the place of; packages, envelopes and pools do not."""

LONGEST_START = 80


def review_options(steps: Steps, _: argparse.ArgumentParser) -> None:
    """Declare what ``drill review`` takes: its formats are its own."""
    step = steps.add_parser(
        "review", help="expected and real times, indicators, after-action report"
    )
    step.add_argument("control", type=Path)
    step.add_argument("--lang", choices=LANGUAGES, default="zh")
    step.add_argument("--number", required=True, metavar="N")
    step.add_argument("--out", type=Path, metavar="FILE")
    step.add_argument("--format", default="", choices=("", "text", "json", *WRITERS))
    step.add_argument("--issuer", default="", metavar="NAME")
    step.add_argument("--secrecy", default="", metavar="MARK")
    step.set_defaults(run=_review)


def paper_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare what ``drill paper`` takes."""
    step = drill_step(steps, shared, "paper", "the page of the seal, or of the heads")
    step.add_argument("--what", required=True, choices=("seal", "heads"))
    step.add_argument("--out", type=Path, required=True, metavar="FILE")
    step.set_defaults(run=_paper)


def count_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare what ``drill count`` takes."""
    step = drill_step(steps, shared, "count", "people assembled or led out")
    step.add_argument("--people", required=True, metavar="COUNT")
    step.add_argument("--by", required=True, metavar="NAME", help="who counted")
    step.set_defaults(run=_count)


def report_of(control: Control, number: str, edition: Edition) -> Paper:
    """Return the after-action report of a drill.

    Raises:
        UserError: where it was not opened, or a file cannot be read or believed.

    """
    about = read_about(control.district)
    names = (str(about["name_zh"]), str(about["name_en"]))
    sample = bool(about.get("sample"))
    return drill_paper(review_of(control, number), edition, district=names, sample=sample)


def seal_of(control: Control, number: str, words: Catalogue) -> bytes:
    """Return the page of the seal of a drill as PDF.

    Raises:
        UserError: where it is not sealed, or the envelope was changed.

    """
    folder = control.drill(number)
    path = folder / SEALED
    if not path.is_file():
        mend = say("Seal it before the draw.")
        raise UserError([Fault(number, say("The drill is not sealed yet."), mend)])
    with open_log(folder / LOG) as log:
        found = entries(log)
    envelope = read_envelope(path.read_bytes())
    return seal_page(envelope, words, voided=len(voids(found)), head=head_of_seal(found))


def heads_of(control: Control, number: str, words: Catalogue) -> bytes:
    """Return the page of the heads of a drill's log as PDF.

    Raises:
        UserError: where there is no log, or it is damaged.

    """
    with open_log(control.drill(number) / LOG) as log:
        printed = course_of(entries(log)).printed
    return heads_page(number, printed, words)


def _review(options: argparse.Namespace, catalogue: Catalogue) -> None:
    control = control_of(options)
    kind = options.format or (options.out.suffix[1:].lower() if options.out else "text")
    if kind not in ("text", "json", *WRITERS) or (kind == "text" and options.out):
        told = say("Give a file that ends in {kinds}.", kinds=", ".join(("json", *WRITERS)))
        raise UserError([slip("--out", str(options.out)[:60], told, "drill review")])
    if kind in WRITERS and options.out is None:
        told = say("This format needs a file.")
        raise UserError([slip("--out", "", told, "drill review")])
    if kind in WRITERS:
        edition = Edition(catalogue, issuer=options.issuer, secrecy=options.secrecy)
        _require_ours(options.out, kind)
        WRITERS[kind](report_of(control, options.number, edition), options.out)
        print_lines([str(options.out)])
        return
    review = review_of(control, options.number)
    if kind == "text":
        print_lines(_lines(review, catalogue))
        return
    document = review_document(review, catalogue)
    if options.out is None:
        print_json(document)
        return
    _require_ours(options.out, kind)
    with write_file(options.out) as fresh:
        text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
        fresh.write_text(f"{text}\n", encoding="utf-8")
    print_lines([str(options.out)])


def _require_ours(path: Path, kind: str) -> None:
    """Refuse to replace what is no such paper: a register, a key, a list.

    Raises:
        UserError: where something else lies there.

    """
    if path.is_file():
        with path.open("rb") as stream:
            begins = stream.read(LONGEST_START)
        if not begins or re.match(STARTS[kind], begins, re.DOTALL):
            return
    elif not path.exists():
        return
    problem = say("Something else lies there, so it is not replaced.")
    raise UserError([Fault(str(path)[:300], problem, say("Give another name."))])


def _lines(review: Review, catalogue: Catalogue) -> list[str]:
    word = catalogue.word
    lines = []
    for one in review.indicators:
        told = "; ".join(word(measured(measure)) for measure in one.measures) or "—"
        lines.append(f"{word(INDICATOR_SAID[one.key])}: {told}")
    for node in review.nodes:
        figures = f"{minutes(node.at_ms)} / {minutes(node.limit_ms)}"
        lines.append(f"{node.node.title}: {figures} {word(result_said(node))}")
    lines += [f"? {finding_id(one)} {word(proposal_said(one))}" for one in review.proposed]
    lines += [word(one) for one in review.unjudged]
    return lines


def _paper(options: argparse.Namespace, catalogue: Catalogue) -> None:
    control = control_of(options)
    make = seal_of if options.what == "seal" else heads_of
    _require_ours(options.out, "pdf")
    made = make(control, options.number, catalogue)
    with write_file(options.out) as fresh:
        fresh.write_bytes(made)
    if options.format == "json":
        print_json({"file": str(options.out)})
        return
    print_lines([str(options.out)])


def _count(options: argparse.Namespace, catalogue: Catalogue) -> None:
    text = options.people
    if not (text.isascii() and text.isdigit() and len(text) <= 7):  # noqa: PLR2004 - a million
        told = say("This is no whole number.")
        raise UserError([slip("--people", text[:60], told, "drill count")])
    entry = count_people(control_of(options), options.number, int(text), options.by)
    if options.format == "json":
        print_json({"people": int(text), "head": entry.hash})
        return
    print_lines([catalogue.word(say("{people} people, counted by {who}.", people=int(text),
                                    who=options.by))])  # fmt: skip
