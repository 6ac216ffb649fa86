"""``cli.py drill hand-out|hand-in``: a page for an evaluator, and what comes back of it."""

import argparse
from pathlib import Path
from typing import Any

from desks.exercise.evaluator_file import MOST_BYTES
from desks.exercise.evaluators import Merged, hand_out, merge, read_evaluator_file
from desks.exercise.running import state
from geodata.faults import Fault, UserError
from language import Catalogue, say
from reports.evaluator_page import evaluator_page

from .drill_step import Steps, control_of, drill_step
from .printing import print_json, print_lines, write_paper


def hand_out_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare ``drill hand-out``."""
    told = "write the page of one evaluator: one HTML file that needs no network"
    step = drill_step(steps, shared, "hand-out", told)
    step.add_argument("--evaluator", required=True, help="name and post")
    step.add_argument("--out", type=Path, required=True, help="the HTML file")
    step.set_defaults(run=_hand_out)


def hand_in_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare ``drill hand-in``."""
    told = "merge what evaluators' pages saved; twice counts once"
    step = drill_step(steps, shared, "hand-in", told)
    step.add_argument("files", type=Path, nargs="+")
    step.set_defaults(run=_hand_in)


def _hand_out(options: argparse.Namespace, catalogue: Catalogue) -> None:
    control = control_of(options)
    now = state(control, options.number)
    page = evaluator_page(
        now.scenario, options.evaluator, catalogue.language, drill=options.number, t0=now.t0
    )
    write_paper(options.out, page)
    entry = hand_out(control, options.number, options.evaluator, page)
    if options.format == "json":
        print_json({"evaluator": options.evaluator, "file": entry.told["file"]})
        return
    file = str(options.out)
    said = say("Handed out to {evaluator}: {file}", evaluator=options.evaluator, file=file)
    print_lines([catalogue.word(said)])


def _hand_in(options: argparse.Namespace, catalogue: Catalogue) -> None:
    """Merge each file; what is wrong with one keeps no other out.

    Raises:
        UserError: with the faults of every file that was not taken.

    """
    control = control_of(options)
    done: list[tuple[Path, Merged]] = []
    faults: list[Fault] = []
    for path in options.files:
        try:
            file = read_evaluator_file(_bytes(path))
            done.append((path, merge(control, options.number, file)))
        except UserError as error:
            faults += error.faults
    _print(options, done, catalogue)
    if faults:
        raise UserError(faults)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError as error:
        problem = say("The file cannot be read: {detail}.", detail=error.strerror or "")
        raise UserError([Fault(str(path), problem, say("Give another name."))]) from None


def _print(
    options: argparse.Namespace, done: list[tuple[Path, Merged]], catalogue: Catalogue
) -> None:
    if options.format == "json":
        print_json([_document(path, one, catalogue) for path, one in done])
        return
    for path, one in done:
        said = say(
            "{file}: {evaluator}, {new} new stamps, {known} known, {lines} lines",
            file=path.name, evaluator=one.evaluator, new=len(one.stamps), known=one.known,
            lines=one.lines,
        )  # fmt: skip
        left = [say("Not taken: {told}", told=catalogue.word(f.problem)) for f in one.faults]
        print_lines(catalogue.word(sentence) for sentence in (said, *one.said, *left))


def _document(path: Path, one: Merged, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "file": path.name,
        "evaluator": one.evaluator,
        "stamps": [
            {"node": s.node, "at": s.at.isoformat(), "offset_ms": s.offset_ms} for s in one.stamps
        ],
        "known": one.known,
        "lines": one.lines,
        "refused": [catalogue.word(fault.problem) for fault in one.faults],
        "said": [catalogue.word(sentence) for sentence in one.said],
    }
