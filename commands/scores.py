"""``cli.py scores`` and ``cli.py answering``: how good the register is, and who answers."""

import argparse
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desks.command.asking import Asked, incident_of
from desks.onemap import OneMap, load_onemap
from desks.register.answering import answering, answering_document, answering_lines
from desks.register.capability import capability, capability_document, capability_lines
from desks.register.claims import claims_document, claims_lines, compare, read_claims
from desks.register.filing import upkeep_document, upkeep_lines
from desks.register.indicators import indicators, indicators_document, indicators_lines
from desks.register.ledger import read_ledger
from desks.register.opening import open_register
from desks.register.truth import truth, truth_document, truth_lines
from desks.stock import CHINA
from language import Catalogue

from .briefing import day_of
from .printing import print_json, print_lines

SCORES = ("truth", "indicators", "capability", "upkeep", "claims")


def score_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``scores`` takes."""
    parser.add_argument("folder", type=Path)
    parser.add_argument("--of", choices=SCORES, required=True)
    parser.add_argument("--as-of", default="", metavar="DATE")
    parser.set_defaults(run=_scores)


def answering_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``answering`` takes."""
    parser.add_argument("folder", type=Path)
    parser.add_argument("--at", required=True, metavar="LON,LAT")
    parser.add_argument("--as-of", default="", metavar="DATE")
    parser.set_defaults(run=_answering)


def _scores(options: argparse.Namespace, catalogue: Catalogue) -> None:
    as_of = day_of(options.as_of, "--as-of", "scores")
    onemap = load_onemap(options.folder, as_of=as_of)
    document, lines = _of(options.of, options.folder, onemap, catalogue)
    if options.format == "json":
        print_json(document)
    else:
        print_lines(lines)


def _of(
    what: str, folder: Path, onemap: OneMap, catalogue: Catalogue
) -> tuple[dict[str, Any], Iterable[str]]:
    """Return a score as JSON and as lines."""
    if what == "truth":
        scores = truth(onemap)
        return truth_document(scores, catalogue), truth_lines(scores, catalogue)
    if what == "capability":
        able = capability(onemap)
        return capability_document(onemap, able, catalogue), capability_lines(able, catalogue)
    if what == "upkeep":
        return upkeep_document(onemap, catalogue), upkeep_lines(onemap, catalogue)
    with open_register(folder) as store:
        if what == "claims":
            compared = compare(onemap, read_claims(store))
            return claims_document(compared, catalogue), claims_lines(compared, catalogue)
        six = indicators(onemap, movements=read_ledger(store).movements)
    document = indicators_document(onemap, six, catalogue)
    return document, indicators_lines(onemap, six, catalogue)


def _answering(options: argparse.Namespace, catalogue: Catalogue) -> None:
    onemap = load_onemap(options.folder, as_of=day_of(options.as_of, "--as-of", "answering"))
    now = datetime.now(tz=UTC).astimezone(CHINA)
    found = answering(onemap, incident_of(onemap, Asked(at=options.at), now).at)
    if options.format == "json":
        print_json(answering_document(onemap, found, catalogue))
    else:
        print_lines(answering_lines(found, catalogue))
