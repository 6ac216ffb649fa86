"""Who directs, by name, and who runs a drill at this moment: whoever comes second is told.

Both may run it all the same.
"""

import json
import os
import platform
from contextlib import suppress
from pathlib import Path

from geodata.faults import Fault, UserError
from geodata.writing import write_file
from language import Sentence, say

from . import json_checks as must
from .folder import Control

NAMED = "director.json"
LONGEST_NAME = 80
RUNNER = "runner.json"
FRESH_S = 10.0
"""Whoever was not heard of for so long runs it no longer."""

AGAIN_S = 3.0
"""Who runs the drill says so again after that time."""

MOST_BYTES = 1_000


def named_director(control: Control) -> str:
    """Return who directs, as asked once and kept in control's folder; "" where nobody was named."""
    try:
        text = (control.folder / NAMED).read_bytes()
        told = json.loads(text) if len(text) < MOST_BYTES else None
    except (OSError, ValueError, RecursionError):
        return ""
    name = told.get("name") if isinstance(told, dict) else None
    return name if isinstance(name, str) and must.text(LONGEST_NAME)(name) is None else ""


def name_director(control: Control, name: str) -> None:
    """Keep who directs: what they do stands in the logs under this name.

    Raises:
        UserError: for a text that is no name, or where it cannot be written.

    """
    problem = must.text(LONGEST_NAME)(name)
    if problem is not None:
        raise UserError([Fault("director", problem, say("Type it anew."), value=name[:60])])
    with write_file(control.folder / NAMED) as fresh:
        fresh.write_text(json.dumps({"name": name}), encoding="utf-8")
        fresh.chmod(0o600)


def beside(folder: Path, who: str, now_s: float) -> Sentence | None:
    """Return who else runs the drill of this folder, ``None`` for nobody; say that we do.

    ``now_s`` is in seconds since 1970, as the times of files are. It is a courtesy and no lock:
    a drill goes on where the file cannot be written.
    """
    path = folder / RUNNER
    own = {"who": who, "host": platform.node(), "process": os.getpid()}
    found, age_s = _read(path, now_s)
    other = bool(found) and found != own and age_s < FRESH_S
    if not other and (found != own or age_s >= AGAIN_S):
        with suppress(UserError, OSError), write_file(path) as fresh:
            fresh.write_text(json.dumps(own), encoding="utf-8")
            fresh.chmod(0o600)
            os.utime(fresh, (now_s, now_s))
    if not other:
        return None
    return say(
        "{who} runs this drill on {host}; both may, nothing is released twice.",
        who=str(found.get("who"))[:80],
        host=str(found.get("host"))[:80],
    )


def _read(path: Path, now_s: float) -> tuple[dict[str, object], float]:
    """Return what the file says and its age in seconds; nothing where it is none of ours."""
    try:
        age_s = abs(now_s - path.stat().st_mtime)
        text = path.read_bytes()
        told = json.loads(text) if len(text) < MOST_BYTES else None
    except (OSError, ValueError, RecursionError):
        return {}, FRESH_S
    return (told, age_s) if isinstance(told, dict) else ({}, FRESH_S)
