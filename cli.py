"""The terminal's door: the same questions as the screen, the same answers."""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from commands.briefing import brief_options
from commands.building import build_options, sample_options
from commands.coverage import coverage_options
from commands.coverage_all import coverage_all_options
from commands.drill import drill_options
from commands.fragility import fragility_options
from commands.gaps import firms_options, why_options
from commands.grade import grade_options
from commands.hazards import hazards_options
from commands.importing import import_options
from commands.key import key_options
from commands.papers import (
    board_options,
    cap_options,
    card_options,
    incident_report_options,
    sheet_options,
)
from commands.reading import require_readable
from commands.register import register_options
from commands.report import report_options
from commands.scores import answering_options, score_options
from commands.siting import mend_options, site_options, variant_options
from commands.watch import watch_options
from commands.zones import zone_options
from desks.build_report import fault_line
from geodata.faults import Fault, UserError
from language import LANGUAGES, Catalogue, say

USER_FAULT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: 0, 2 with one line per fault on stderr, or the command's own."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    parser, joined = _parser(), _with_places(given)
    for argument in joined:
        if argument.startswith("--") and argument.endswith("=--"):
            # argparse would take it for an empty list, whatever the option's type
            parser.error(f"no value: {argument[:60]}")
    options = parser.parse_args(joined)
    catalogue = Catalogue.load(options.lang)
    try:
        require_readable(options)
        code: int | None = options.run(options, catalogue)
    except UserError as error:
        for fault in error.faults:
            print(fault_line(fault, catalogue), file=sys.stderr)
        return USER_FAULT
    except BrokenPipeError:
        # the reader of a pipe has seen enough; what is left to flush goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        problem = say("The system refuses this: {detail}.", detail=error.strerror or str(error))
        mend = say("Give another file or folder, or look at its disk and rights.")
        place = Path(str(error.filename or ""))
        print(fault_line(Fault(str(place)[:300], problem, mend), catalogue), file=sys.stderr)
        return USER_FAULT
    return code or 0


def _with_places(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with a place west or south joined to its option.

    What begins with a minus, such as -71.3,-29.9, would be taken for an option.
    """
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] == "--at":
            joined[-1] = f"--at={argument}"
        else:
            joined.append(argument)
    return joined


@cache
def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--lang", choices=LANGUAGES, default="zh", help="language of the answer")
    shared.add_argument("--format", choices=("text", "json"), default="text")
    parser = argparse.ArgumentParser(prog="cli.py", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, told: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, parents=[shared], help=told)

    sample_options(command("sample", "make a made-up district"))
    build_options(command("build", "build your own district"))
    brief_options(command("brief", "who comes, and when"))
    zone_options(commands.add_parser("zones", help="how far the harm of a release reaches"))
    grade_options(command("grade", "a stock by GB 18218-2018, step by step"))
    sheet_options(command("sheet", "the situation of an incident on one A4 page"))
    incident_report_options(
        command("incident-report", "a report or a warning bulletin of an incident")
    )
    report_options(commands.add_parser("report", help="coverage, risks or registers as papers"))
    cap_options(command("cap", "a public warning as CAP 1.2"))
    card_options(command("card", "a source of risk or a plan on one A5 page"))
    board_options(command("board", "the open incidents and when their reports are due"))
    hazards_options(command("hazards", "grades, colours, dossiers and the risk report"))
    coverage_options(command("coverage", "who is covered by shelters, teams, depots, and how"))
    why_options(command("why", "why people of a community are not covered"))
    firms_options(command("firms", "large firms without team or agreement, and who is nearest"))
    coverage_all_options(command("coverage-all", "many districts, here or on a Dask cluster"))
    fragility_options(command("fragility", "which lost road, bridge or place costs most"))
    site_options(command("site", "fewest new places for everyone, or most people for a number"))
    mend_options(command("mend", "the cheapest changes that turn a community green"))
    variant_options(commands.add_parser("variant", help="plans beside today's"), shared)
    import_options(command("import", "a list into the register, rehearsed first"))
    answering_options(command("answering", "who answers for a place, at four levels"))
    score_options(command("scores", "how far the register can be trusted, and what it can do"))
    watch_options(command("watch", "early warning: readings in, signals out; off until started"))
    key = commands.add_parser("key", help="the key that signs reports, and its fingerprint")
    key_options(key, shared)
    register = commands.add_parser("register", help="prove, copy, exchange, look into the register")
    register_options(register, shared)
    drill = commands.add_parser("drill", help="exercises: sealed, drawn in public, run, reviewed")
    drill_options(drill, shared)
    return parser


if __name__ == "__main__":
    sys.exit(main())
