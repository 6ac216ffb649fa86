"""Who runs a drill at this moment: whoever comes second is told, and may run it all the same."""

import json
import os
import platform
from contextlib import suppress
from pathlib import Path

from geodata.faults import UserError
from geodata.writing import write_file
from language import Sentence, say

RUNNER = "runner.json"
FRESH_S = 10.0
"""Whoever was not heard of for so long runs it no longer."""

AGAIN_S = 3.0
"""Who runs the drill says so again after that time."""

MOST_BYTES = 1_000


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
