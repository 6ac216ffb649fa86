"""``cli.py drill``: compose, seal, draw, open, run and review an exercise without the screen."""

import argparse
from collections.abc import Callable
from typing import Any

Step = Callable[[Any, argparse.ArgumentParser], None]

STEPS: tuple[Step, ...] = ()
"""Each step is a file of its own: it adds its parser to the first, whose parent is the second."""


def drill_options(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the steps of ``drill``."""
    steps = parser.add_subparsers(required=True, metavar="STEP")
    for add in STEPS:
        add(steps, shared)
