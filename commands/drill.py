"""``cli.py drill``: compose, seal, draw, open, run and review an exercise without the screen."""

import argparse
from collections.abc import Callable

from .drill_compose import adversary_options, compose_options
from .drill_draw import draw_options
from .drill_evaluators import hand_in_options, hand_out_options
from .drill_findings import (
    archive_options,
    close_options,
    dismiss_options,
    find_options,
    findings_options,
)
from .drill_freeze import freeze_options
from .drill_learn import calendar_options, inspect_options, learn_options
from .drill_review import count_options, paper_options, review_options
from .drill_run import run_options
from .drill_seal import head_options, new_options, officer_options, open_options, seal_options
from .drill_step import Steps

Step = Callable[[Steps, argparse.ArgumentParser], None]

STEPS: tuple[Step, ...] = (
    new_options,
    officer_options,
    compose_options,
    seal_options,
    draw_options,
    open_options,
    head_options,
    run_options,
    hand_out_options,
    hand_in_options,
    count_options,
    review_options,
    freeze_options,
    paper_options,
    find_options,
    close_options,
    dismiss_options,
    findings_options,
    archive_options,
    learn_options,
    calendar_options,
    inspect_options,
    adversary_options,
)
"""Each step is a file of its own: it adds its parser to the first, whose parent is the second."""


def drill_options(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the steps of ``drill``."""
    steps = parser.add_subparsers(required=True, metavar="STEP")
    for add in STEPS:
        add(steps, shared)
