"""The drawn scenario as it lies in the drill's folder once the drill was opened.

``opened.json`` is canonical JSON: drill, type, t0, commitment, scenario. It says what runs, so it
is held against the log before it is believed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from geodata.chain import canonical
from geodata.faults import Fault, UserError
from geodata.machine import machine_fault
from language import Sentence, say

from .folder import Control
from .log import Entry
from .pool_reading import MOST_BYTES, read_pool
from .scenario import FORMAT, Scenario

OPENED = "opened.json"
_LINES = ("drill", "type", "t0", "commitment", "scenario")
_SEALED = say("The drill has not been opened yet.")
_OPEN = say("Open it first: two of the three keys, after the draw.")
_SWAPPED = say("The opened scenario is not the one that the log names.")
_ASIDE = say("Put the file back as it was opened; the log stands.")


@dataclass(frozen=True)
class Opened:
    """What was drawn and opened: ``t0`` is the sealed T0 (ISO), not the moment it began."""

    drill: str
    type: str
    t0: str
    commitment: str
    scenario: Scenario


def opened_path(control: Control, number: str) -> Path:
    """Return where the opened scenario of a drill lies, there or not."""
    return control.drill(number) / OPENED


def read_opened(control: Control, number: str) -> Opened:
    """Return the drawn scenario of a drill.

    Raises:
        UserError: where it was not opened, or the file cannot be believed.

    """
    path = opened_path(control, number)
    if not path.is_file():
        raise UserError([Fault(number, _SEALED, _OPEN)])
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _fault(say("The document is too large."))
        told = json.loads(path.read_bytes().decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        problem = say("The file cannot be read: {detail}.", detail=str(error)[:60])
        raise machine_fault(OPENED, error) or _fault(problem) from error
    if not isinstance(told, dict) or any(name not in told for name in _LINES):
        raise _fault(say("A line is missing: {names}.", names=", ".join(_LINES)))
    if told["drill"] != number:
        raise _fault(_SWAPPED)
    scenario = scenario_of(told)
    return Opened(number, told["type"], told["t0"], str(told["commitment"])[:64], scenario)


def scenario_of(told: Mapping[str, Any]) -> Scenario:
    """Return the one scenario of an opened document, every value looked at.

    Raises:
        UserError: with every fault.

    """
    pool: dict[str, Any] = {
        **{name: told.get(name) for name in ("drill", "type", "t0")},
        "format": FORMAT,
        "seed": "0" * 64,
        "map_stamp": "-",
        "speed_model": "-",
        "asked": {},
        "scenarios": [told.get("scenario")],
    }
    return read_pool(pool).scenarios[0]


def scenario_digest(scenario: Scenario) -> str:
    """Return 64 hex digits over everything that the scenario says."""
    return hashlib.sha256(canonical(asdict(scenario)).encode()).hexdigest()


def require_logged(opened: Opened, entries: Sequence[Entry]) -> None:
    """Refuse a scenario other than the log names: by number and commitment, once begun by digest.

    Raises:
        UserError: where they differ, or the log knows of no opening.

    """
    found = {entry.kind: entry for entry in entries if entry.kind in _NAMING}
    named = found.get("opened")
    if named is None:
        raise UserError([Fault(opened.drill, _SEALED, _OPEN)])
    wanted = (
        (named.told.get("scenario"), opened.scenario.number),
        (_told(found, "sealed", "commitment"), opened.commitment),
        (_told(found, "started", "scenario"), scenario_digest(opened.scenario)),
    )
    if any(told is not None and told != held for told, held in wanted):
        raise _fault(_SWAPPED)


_NAMING = ("opened", "sealed", "started")


def _told(found: Mapping[str, Entry], kind: str, name: str) -> object:
    return found[kind].told.get(name) if kind in found else None


def _fault(problem: Sentence) -> UserError:
    return UserError([Fault(OPENED, problem, _ASIDE)])
