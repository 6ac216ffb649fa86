"""``cli.py drill draw``: commit, reveal, throw or void before witnesses; the result once opened."""

import argparse
import secrets
import sys
from pathlib import Path

from desks.exercise.drawing import SECRET_BYTES, commit_of
from desks.exercise.log import entries, head, open_log
from desks.exercise.opening import opened_entry
from desks.exercise.participants import Draw, commit, draw_of, reveal, throw, value_problem, void
from desks.exercise.printed import note_draw
from geodata.faults import UserError
from language import Catalogue, say
from reports.signing import grouped

from .drill_seal import clock, log_of, paper_lines
from .drill_step import Steps, control_of, drill_step
from .key import passphrase_of
from .printing import print_json, print_lines, slip

LONGEST_LINE = 1_000
CHANCE_BYTES = 16
"""What a participant's value holds of chance: fewer could be searched by who knows the seed."""


def draw_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare ``drill draw``; values and nonces are asked for, never given as options."""
    acts = steps.add_parser("draw", help="the public draw").add_subparsers(
        required=True, metavar="ACT"
    )
    make = acts.add_parser("make", parents=[shared], help="a commitment, on one's own machine")
    make.set_defaults(run=_make)
    for name, run, told in (
        ("commit", _commit, "hand in a commitment (asked for)"),
        ("reveal", _reveal, "tell nonce and value (asked for)"),
        ("dice", _dice, "what all threw at once, a line each: NAME VALUE"),
        ("void", _void, "name who does not reveal; the draw is void"),
        ("result", _result, "how the draw stands, and what was drawn once it is opened"),
    ):
        act = drill_step(acts, shared, name, told)
        if name in ("commit", "reveal"):
            act.add_argument("--name", required=True, help="the participant")
        act.set_defaults(run=run)


def _make(options: argparse.Namespace, catalogue: Catalogue) -> None:
    """Print the commitment to what is typed unseen and to chance, so that nobody can guess it."""
    typed = passphrase_of(catalogue.word(say("Any words of yours (none: leave empty): ")))
    value = " ".join([*typed.split(), secrets.token_hex(CHANCE_BYTES)])
    problem = value_problem(value)
    if problem is not None:
        raise UserError([slip("value", "", problem, "drill draw")])
    nonce = secrets.token_bytes(SECRET_BYTES)
    committed = commit_of(nonce, value)
    if options.format == "json":
        print_json({"commitment": committed, "nonce": nonce.hex(), "value": value})
        return
    print_lines(
        [catalogue.word(say("Hand in this commitment:")), committed,
         catalogue.word(say("Keep to yourself until all have committed, nonce and value:")),
         nonce.hex(), value]
    )  # fmt: skip


def _commit(options: argparse.Namespace, catalogue: Catalogue) -> None:
    log = log_of(control_of(options), options.number)
    committed = _asked(catalogue.word(say("Commitment: ")))
    _print(options, commit(log, options.name, committed, at=clock()), log, catalogue)


def _reveal(options: argparse.Namespace, catalogue: Catalogue) -> None:
    log = log_of(control_of(options), options.number)
    nonce = _asked(catalogue.word(say("Nonce: ")))
    value = passphrase_of(catalogue.word(say("Value: ")))
    _drawn(options, reveal(log, options.name, nonce, value, at=clock()), log, catalogue)


def _asked(prompt: str) -> str:
    """Return the digits that are typed, without the blanks between them."""
    return "".join(passphrase_of(prompt).split()).lower()


def _dice(options: argparse.Namespace, catalogue: Catalogue) -> None:
    log = log_of(control_of(options), options.number)
    if sys.stdin.isatty():
        print_lines([catalogue.word(say("A line each, NAME VALUE; an empty line ends:"))])
    values: dict[str, str] = {}
    while line := sys.stdin.readline(LONGEST_LINE).strip():
        name, _, value = line.rpartition(" ")
        if name.strip() in values:
            problem = say("Two have the same name.")
            raise UserError([slip("dice", name[:60], problem, "drill draw")])
        values[name.strip()] = value
    _drawn(options, throw(log, values, at=clock()), log, catalogue)


def _drawn(options: argparse.Namespace, draw: Draw, log: Path, catalogue: Catalogue) -> None:
    """Print how the draw stands; once it is complete, the head that belongs on paper now."""
    _print(options, draw, log, catalogue, paper=note_draw(log, at=clock()) or "")


def _void(options: argparse.Namespace, catalogue: Catalogue) -> None:
    log = log_of(control_of(options), options.number)
    names = void(log, "control", at=clock())
    with open_log(log) as store:
        count = draw_of(entries(store)).voids
    if options.format == "json":
        print_json({"drill": options.number, "names": names, "voids": count})
        return
    told = say("Did not reveal: {names}. The draw is void, the {count}. of this drill.",
               names=", ".join(names), count=count)  # fmt: skip
    print_lines([catalogue.word(told), catalogue.word(say("A new draw needs a new seal."))])


def _result(options: argparse.Namespace, catalogue: Catalogue) -> None:
    log = log_of(control_of(options), options.number)
    with open_log(log) as store:
        draw = draw_of(entries(store))
    _print(options, draw, log, catalogue)


def _print(
    options: argparse.Namespace, draw: Draw, log: Path, catalogue: Catalogue, *, paper: str = ""
) -> None:
    """Print how the draw stands and the head of the log; the scenario only once it is opened."""
    with open_log(log) as store:
        found, digits = entries(store), paper or head(store)
    entry = opened_entry(found)
    opened = {key: entry.told[key] for key in ("scenario", "index", "counter")} if entry else None
    if options.format == "json":
        print_json(
            {"drill": options.number, "committed": draw.commits, "revealed": draw.values,
             "missing": draw.missing, "complete": bool(draw.order), "voids": draw.voids,
             "opened": opened, "head": digits}
        )  # fmt: skip
        return
    lines = [f"{name}  {draw.commits[name][:16]}…  {draw.values.get(name, '')}"
             for name in draw.commits]  # fmt: skip
    if draw.order:
        lines.append(catalogue.word(say("The draw is complete; the sealed seed decides it.")))
    if draw.voids:
        lines.append(catalogue.word(say("Voided before: {count}", count=draw.voids)))
    if opened:
        drawn = say("Drawn: scenario {number}.", number=int(opened["scenario"]))
        lines.append(catalogue.word(drawn))
    plain = [f"{catalogue.word(say('Head of the log'))}  {grouped(digits)}"]
    print_lines([*lines, *(paper_lines(digits, catalogue) if paper else plain)])
