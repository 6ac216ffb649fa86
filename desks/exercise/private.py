"""Control's folder for its owner alone: what others could read is closed to them, and said."""

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_IRWXG, S_IRWXO, S_IRWXU, S_ISDIR, S_ISLNK

from language import Sentence, say

from .folder import Control

OTHERS = S_IRWXG | S_IRWXO
NAMED = 3
"""So many files are named; of the rest their number is told."""


def close_to_others(control: Control) -> tuple[Sentence, ...]:
    """Return what was open to others in control's folder: closed now, or impossible to close.

    A folder that came from a stick, a backup or an older program is open to everybody on the
    machine; what was read meanwhile nobody knows. Links are left alone; where a system has no such
    rights, nothing is said.
    """
    if os.name != "posix":
        return ()
    opened = [path for path in _every(control.folder) if _is_open(path)]
    left = [path for path in opened if not _closed(path)]
    closed = [path for path in opened if path not in left]
    said = []
    if closed:
        said.append(
            say(
                "Others on this machine could read {count} files of control's folder ({names});"
                " they are closed to them now. What was read before, nobody knows.",
                count=len(closed),
                names=_names(control.folder, closed),
            )
        )
    if left:
        said.append(
            say(
                "Others on this machine can read {count} files of control's folder ({names}), and"
                " this disk does not let it be changed: keep the folder on another one.",
                count=len(left),
                names=_names(control.folder, left),
            )
        )
    return tuple(said)


def _every(folder: Path) -> Iterator[Path]:
    """Yield the folder and everything in it; what is gone meanwhile is no fault."""
    yield folder
    for where, folders, files in os.walk(folder):
        yield from (Path(where, name) for name in (*folders, *files))


def _mode(path: Path) -> int:
    """Return the mode of the file itself, 0 for a link or where there is none any more."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return 0
    return 0 if S_ISLNK(mode) else mode


def _is_open(path: Path) -> bool:
    return bool(_mode(path) & OTHERS)


def _closed(path: Path) -> bool:
    """Take the rights of others away; return whether they are gone."""
    mode = _mode(path)
    try:
        path.chmod(mode & S_IRWXU | (S_IRWXU if S_ISDIR(mode) else 0))
    except OSError:
        return False
    return not _is_open(path)


def _names(folder: Path, found: list[Path]) -> str:
    names = [path.relative_to(folder).as_posix()[:60] for path in found[:NAMED]]
    return ", ".join([*names, *(["…"] if len(found) > NAMED else [])])
