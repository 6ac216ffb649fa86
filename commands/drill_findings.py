"""``cli.py drill find|close|dismiss|archive|findings``: what a drill found, until it is mended."""

import argparse
from datetime import date, datetime

from desks.exercise.days import known_problem
from desks.exercise.findings import Finding, all_findings, close, dismiss, find, overdue
from desks.exercise.folder import Control
from desks.exercise.review import archive, finding_id, proposal_said, review_of
from desks.exercise.review_document import finding_rows
from desks.stock import CHINA
from geodata.faults import UserError
from language import Catalogue, say

from .drill_step import Steps, control_of, control_step, drill_step
from .printing import print_json, print_lines, slip


def find_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare what ``drill find`` takes."""
    step = _step(steps, shared, "find", "write a finding, or accept a proposed one")
    step.add_argument("--finding", default="", metavar="ID", help="one that is there, or proposed")
    step.add_argument("--text", default="")
    step.add_argument("--owner", default="", metavar="NAME", help="who mends it")
    step.add_argument("--due", default="", metavar="DATE", help="by which day")
    step.set_defaults(run=_find)


def close_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare what ``drill close`` takes."""
    step = _step(steps, shared, "close", "close a finding")
    step.add_argument("--finding", required=True, metavar="ID")
    step.add_argument("--how", required=True)
    step.set_defaults(run=_close)


def dismiss_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare what ``drill dismiss`` takes."""
    step = _step(steps, shared, "dismiss", "say why a proposed finding is none")
    step.add_argument("--finding", required=True, metavar="ID")
    step.add_argument("--how", required=True, metavar="WHY")
    step.set_defaults(run=_dismiss)


def archive_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare what ``drill archive`` takes."""
    _step(steps, shared, "archive", "archive a drill whose findings are all tracked").set_defaults(
        run=_archive
    )


def findings_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare what ``drill findings`` takes."""
    step = control_step(steps, shared, "findings", "the findings of all drills")
    step.add_argument("--overdue", action="store_true", help="only what was not closed by its day")
    step.add_argument("--on", default="", metavar="DATE", help="overdue on that day, else today")
    step.set_defaults(run=_findings)


def _step(
    steps: Steps, shared: argparse.ArgumentParser, name: str, told: str
) -> argparse.ArgumentParser:
    step = drill_step(steps, shared, name, told)
    step.add_argument("--by", required=True, metavar="NAME", help="who says so")
    return step


def _find(options: argparse.Namespace, catalogue: Catalogue) -> None:
    control = control_of(options)
    text = options.text or _text(control, options, catalogue)
    made = find(control, options.number, text, whose=(options.owner, options.due),
                by=options.by, id_=options.finding)  # fmt: skip
    _print([made], options, catalogue)


def _text(control: Control, options: argparse.Namespace, catalogue: Catalogue) -> str:
    """Return the text of a finding that is there, or of a proposed one."""
    review = review_of(control, options.number)
    held = {one.id: one.text for one in review.findings}
    asked = {finding_id(one): one for one in review.proposed}
    if options.finding in held:
        return held[options.finding]
    if options.finding in asked:
        return catalogue.word(proposal_said(asked[options.finding]))
    raise UserError(
        [slip("--text", "", say("Say what was found, or name one that is proposed."), "drill find")]
    )


def _close(options: argparse.Namespace, catalogue: Catalogue) -> None:
    control = control_of(options)
    made = close(control, options.number, options.finding, how=options.how, by=options.by)
    _print([made], options, catalogue)


def _dismiss(options: argparse.Namespace, catalogue: Catalogue) -> None:
    control = control_of(options)
    text = _text(control, options, catalogue)
    made = dismiss(control, options.number, options.finding, text, why=options.how, by=options.by)
    _print([made], options, catalogue)


def _archive(options: argparse.Namespace, catalogue: Catalogue) -> None:
    entry = archive(control_of(options), options.number, options.by)
    if options.format == "json":
        print_json({"archived": entry.at.isoformat(), "head": entry.hash})
        return
    print_lines([catalogue.word(say("Archived.")), entry.hash])


def _findings(options: argparse.Namespace, catalogue: Catalogue) -> None:
    control = control_of(options)
    late = options.overdue or options.on
    found = overdue(control, _day(options.on)) if late else all_findings(control)
    _print(found, options, catalogue)


def _day(text: str) -> date:
    return asked_day(text, "drill findings") or datetime.now(tz=CHINA).date()


def asked_day(text: str, command: str) -> date | None:
    """Return the day of ``--on``, ``None`` for "".

    Raises:
        UserError: where the text is no day, or one of another century.

    """
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        told = say("It is no day, as 2026-12-31 is.")
        raise UserError([slip("--on", text[:60], told, command)]) from None
    problem = None if day is None else known_problem(day)
    if problem is not None:
        raise UserError([slip("--on", text, problem, command)])
    return day


def _print(
    found: "list[Finding] | tuple[Finding, ...]", options: argparse.Namespace, catalogue: Catalogue
) -> None:
    if options.format == "json":
        print_json({"findings": finding_rows(found)})
        return
    print_lines(_line(one, catalogue) for one in found)
    if not found:
        print_lines([catalogue.word(say("None."))])


def _line(one: Finding, catalogue: Catalogue) -> str:
    state = say("open")
    if one.closed is not None:
        state = say("closed: {how} ({by})", how=one.how, by=one.by)
    parts = (one.drill, one.id, one.due or "—", one.owner or "—", one.text, catalogue.word(state))
    return "  ".join(parts)
