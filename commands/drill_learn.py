"""``cli.py drill learn|calendar|inspect``: what drills teach, who must drill, who is inspected."""

import argparse
import json
import os
import secrets
import sys
from datetime import datetime
from pathlib import Path

from desks.exercise.calendar import drill_calendar
from desks.exercise.calendar_archive import archived_drills
from desks.exercise.calendar_document import calendar_document, calendar_lines
from desks.exercise.calendar_rules import load_drill_rules
from desks.exercise.drawing import SECRET_BYTES
from desks.exercise.folder import MARKER, open_control
from desks.exercise.inspections import (
    Wanted,
    announce,
    announcement_document,
    check,
    draw,
    read_announcement,
    result_document,
)
from desks.exercise.learning import Proposal, proposal
from desks.exercise.learning_document import proposal_document, proposal_lines
from desks.exercise.learning_stamps import Gathered, gather
from desks.exercise.learning_taking import accept, learned_from, refuse
from desks.onemap import load_onemap
from desks.register.opening import open_register
from desks.stock import CHINA
from geodata.faults import UserError
from language import Catalogue, say
from routing import SpeedModel

from .drill_findings import asked_day
from .drill_step import Steps, control_of, control_step
from .importing import author_of, who_options
from .printing import print_json, print_lines, slip

LEARN, CALENDAR, INSPECT = "drill learn", "drill calendar", "drill inspect"
LONGEST_LINE, LONGEST_FILE = 1_000, 32_000_000
LEAST_DIGITS = 8


def learn_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare ``drill learn``: nothing is in force before a person accepts it by its digest."""
    step = control_step(steps, shared, "learn", "a new version of the speed model")
    decision = step.add_mutually_exclusive_group()
    decision.add_argument("--accept", default="", metavar="DIGEST", help="as the proposal says")
    decision.add_argument("--refuse", default="", metavar="DIGEST", help="with --why")
    who_options(step)
    step.set_defaults(run=_learn)


def calendar_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare ``drill calendar``; a district's folder alone has no archive of control."""
    step = steps.add_parser("calendar", parents=[shared], help="who must drill by when")
    step.add_argument("folder", type=Path, help="control's folder, or a district's")
    step.add_argument("--on", default="", metavar="DATE", help="not today")
    step.set_defaults(run=_calendar)


def inspect_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare ``drill inspect``: announce, draw from values on stdin, check."""
    acts = steps.add_parser("inspect", help="who is inspected, by whom").add_subparsers(
        required=True, metavar="ACT"
    )
    act = acts.add_parser("announce", parents=[shared], help="pool and commitment, to publish")
    act.add_argument("folder", type=Path, help="the district's")
    act.add_argument("--layer", required=True, metavar="KEY")
    act.add_argument("--where", action="append", default=[], metavar="COLUMN=TEXT")
    act.add_argument("--count", type=int, required=True)
    act.add_argument("--inspector", action="append", default=[], metavar="NAME")
    act.add_argument("--each", type=int, default=0, help="inspectors for each body")
    act.add_argument("--seed", type=Path, required=True, help="a new file, kept closed")
    act.set_defaults(run=_announce)
    act = acts.add_parser("draw", parents=[shared], help="from the values, a line each on stdin")
    act.add_argument("announcement", type=Path)
    act.add_argument("--seed", type=Path, required=True)
    act.set_defaults(run=_draw)
    act = acts.add_parser("check", parents=[shared], help="reckon a published result again")
    act.add_argument("result", type=Path)
    act.set_defaults(run=_check)


def _learn(options: argparse.Namespace, catalogue: Catalogue) -> None:
    control = control_of(options)
    onemap = load_onemap(control.district)
    with open_register(control.district) as store:
        known = learned_from(store, onemap.speed_model.version)
    gathered = gather(onemap, control, known)
    made = proposal(onemap.speed_model, gathered.drives)
    _print_proposal(options, made, gathered, catalogue)
    asked = options.accept or options.refuse
    if not asked:
        return
    if len(asked) < LEAST_DIGITS or not made.digest.startswith(asked):
        problem = say("This is not the digest of the proposal as it stands now.")
        raise UserError([slip("--accept", asked[:64], problem, LEARN)])
    if options.refuse:
        refuse(control.district, made, author_of(options, ""))
        done = say("Refused, and the register says by whom and why.")
    else:
        accept(control.district, made, author_of(options, LEARN))
        version = SpeedModel.load(control.district / "speed_model.toml").version
        done = say("In force now: {version}", version=version)
    if options.format != "json":
        print_lines([catalogue.word(done)])


def _print_proposal(
    options: argparse.Namespace, made: Proposal, gathered: Gathered, catalogue: Catalogue
) -> None:
    passed = [(number, catalogue.word(why)) for number, why in gathered.passed_over]
    if options.format == "json":
        over = [{"drill": number, "why": why} for number, why in passed]
        print_json({**proposal_document(made, catalogue), "passed_over": over})
        return
    print_lines(proposal_lines(made, catalogue))
    print_lines(f"{number}: {why}" for number, why in passed)
    if made.changes:
        print_lines([catalogue.word(say("To accept it: --accept {digest}",
                                        digest=made.digest[:16]))])  # fmt: skip


def _calendar(options: argparse.Namespace, catalogue: Catalogue) -> None:
    on = asked_day(options.on, CALENDAR) or datetime.now(tz=CHINA).date()
    control = open_control(options.folder) if (options.folder / MARKER).is_file() else None
    onemap = load_onemap(control.district if control else options.folder)
    rules = load_drill_rules()
    archived, unread = archived_drills(onemap, control, rules) if control else ((), ())
    calendar = drill_calendar(onemap, on, archived=archived, rules=rules)
    said = [(number, catalogue.word(why)) for number, why in unread]
    if options.format == "json":
        over = [{"drill": number, "why": why} for number, why in said]
        print_json({**calendar_document(calendar, catalogue), "unread": over})
        return
    print_lines(calendar_lines(calendar, catalogue))
    print_lines(f"{number}: {why}" for number, why in said)


def _announce(options: argparse.Namespace, _catalogue: Catalogue) -> None:
    where = dict(_pair(text) for text in options.where)
    wanted = Wanted(options.layer, where, options.count, tuple(options.inspector), options.each)
    seed = secrets.token_bytes(SECRET_BYTES)
    made = announce(load_onemap(options.folder), wanted, seed)
    try:
        handle = os.open(options.seed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        problem = say("The file is there already; a seed serves one draw.")
        raise UserError([slip("--seed", str(options.seed), problem, INSPECT)]) from None
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(seed.hex() + "\n")
    print_json(announcement_document(made))


def _pair(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not equals:
        problem = say("Write it as COLUMN=TEXT.")
        raise UserError([slip("--where", text, problem, INSPECT)])
    return column, value


def _draw(options: argparse.Namespace, catalogue: Catalogue) -> None:
    made = read_announcement(_read(options.announcement))
    values: list[str] = []
    while line := sys.stdin.readline(LONGEST_LINE).strip():
        values.append(line)
    try:
        seed = bytes.fromhex(options.seed.read_text(encoding="ascii").strip())
    except ValueError:
        problem = say("This is no seed.")
        raise UserError([slip("--seed", str(options.seed), problem, INSPECT)]) from None
    chosen = draw(made, seed, values)
    if options.format == "json":
        print_json(result_document(made, seed, values, chosen))
        return
    print_lines(f"{one.id} {one.name}: {'、'.join(one.inspectors)}" for one in chosen)
    told = say("Thrown at once before witnesses, from {count} values. Publish the JSON:"
               " anyone can reckon it again.", count=len(values))  # fmt: skip
    print_lines([catalogue.word(told)])


def _check(options: argparse.Namespace, catalogue: Catalogue) -> None:
    chosen = check(_read(options.result))
    if options.format == "json":
        print_json({"sound": True, "chosen": [one.id for one in chosen]})
        return
    print_lines([catalogue.word(say("The result follows from seed and values: {count} bodies.",
                                    count=len(chosen)))])  # fmt: skip


def _read(path: Path) -> object:
    """Return the JSON of a file.

    Raises:
        UserError: where it is none.

    """
    try:
        with path.open(encoding="utf-8") as stream:
            return json.loads(stream.read(LONGEST_FILE))
    except (ValueError, RecursionError):
        problem = say("The file is no JSON.")
        raise UserError([slip("file", str(path), problem, INSPECT)]) from None
