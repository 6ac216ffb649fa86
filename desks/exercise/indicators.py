"""The rules by which a drill is judged, from ``indicators.toml``; invented ones are not verified.

The four are 响应快速、协作紧密、处置高效、保障有力 (row S3-6); how they count is a house rule.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from geodata.faults import Fault, UserError
from language import Sentence, say

from .scenario import INDICATORS

TABLE = Path(__file__).with_name("indicators.toml")
COUNTS = ("nodes", "answers")
LONGEST_S = 86_400


@dataclass(frozen=True)
class Rule:
    """What one indicator counts, and where that stands."""

    key: str
    counts: tuple[str, ...]
    source: str
    verified: bool


@dataclass(frozen=True)
class Judging:
    """All rules: an answer is in time up to ``answer_ms``; ``apart_ms`` is too far apart.

    ``unverified`` names the sources that nobody held against a standard.
    """

    version: str
    answer_ms: int
    apart_ms: int
    rules: tuple[Rule, ...]
    unverified: tuple[str, ...]


@cache
def judging(path: Path = TABLE) -> Judging:
    """Return the rules of the table.

    Raises:
        UserError: where it cannot be read, or a line cannot be meant.

    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        rules = tuple(_rule(row) for row in told["indicator"])
        limits = [_seconds(told["acknowledge"]["within_s"]), _seconds(told["apart"]["seconds"])]
        cited = [(one.source, one.verified) for one in rules]
        cited += [_cited(told[name]) for name in ("acknowledge", "apart")]
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = say("The file cannot be read: {detail}.", detail=str(error)[:60])
        raise _fault(path, problem) from error
    if tuple(rule.key for rule in rules) != INDICATORS:
        raise _fault(path, say("There must be these four: {keys}.", keys=", ".join(INDICATORS)))
    unverified = tuple(dict.fromkeys(source for source, sure in cited if not sure))
    return Judging(str(told["version"]), limits[0] * 1000, limits[1] * 1000, rules, unverified)


def _cited(told: dict[str, Any]) -> tuple[str, bool]:
    return str(told["source"]), told["verified"] is True


def _rule(told: dict[str, Any]) -> Rule:
    counts = tuple(told["counts"])
    if not counts or not set(counts) <= set(COUNTS):
        raise ValueError(", ".join(map(str, counts)))
    return Rule(str(told["key"]), counts, str(told["source"]), told["verified"] is True)


def _seconds(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= LONGEST_S:
        raise ValueError(value)
    return value


def _fault(path: Path, problem: Sentence) -> UserError:
    return UserError([Fault(path.name, problem, say("Put the file back as it came."))])
