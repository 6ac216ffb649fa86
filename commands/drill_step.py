"""What every step of ``cli.py drill`` takes: control's folder and the number of a drill."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from desks.build_report import plain_line
from desks.exercise.folder import Control, open_control
from desks.exercise.private import close_to_others
from language import Catalogue


class Steps(Protocol):
    """Where a step adds its parser; argparse has no public name for it."""

    def add_parser(
        self,
        name: str,
        *,
        parents: Sequence[argparse.ArgumentParser] = ...,
        help: str | None = ...,  # noqa: A002 - argparse's own name
    ) -> argparse.ArgumentParser:
        """Return the parser of a new step."""
        ...


def control_step(
    steps: Steps, shared: argparse.ArgumentParser, name: str, told: str
) -> argparse.ArgumentParser:
    """Return the parser of a step that works in control's folder."""
    step = steps.add_parser(name, parents=[shared], help=told)
    step.add_argument("control", type=Path)
    return step


def drill_step(
    steps: Steps, shared: argparse.ArgumentParser, name: str, told: str
) -> argparse.ArgumentParser:
    """Return the parser of a step that works on one drill of control's folder."""
    step = control_step(steps, shared, name, told)
    step.add_argument("--number", required=True, metavar="N", help="the drill's number")
    return step


def control_of(options: argparse.Namespace) -> Control:
    """Return control's folder, closed to everybody but its owner; what was open is told on stderr.

    Raises:
        UserError: where it is none.

    """
    control = open_control(options.control)
    words = Catalogue.load(options.lang)
    for one in close_to_others(control):
        print(plain_line(words.word(one)), file=sys.stderr)
    return control
