"""What every step of ``cli.py drill`` takes: control's folder and the number of a drill."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


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
