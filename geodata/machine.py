"""What the machine refuses to read, told apart from a file that is damaged."""

import errno
import os
import re
import sqlite3

from language import say

from .faults import Fault, UserError

_OF_CONTENT = frozenset({0, errno.EINVAL})
"""No number, or a place in the file that cannot be: what the bytes say."""
_RUST = re.compile(r"\(os error (\d+)\)")

SQLITE_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
SQLITE_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
"""Kinds of SQLite's errors: somebody else holds the file; its content is at fault."""


def sqlite_kind(error: object) -> int:
    """Return the kind of SQLite's error: Python tells it more exactly, the lowest byte is it."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def machine_fault(file: str, error: BaseException) -> UserError | None:
    """Return that the machine did not let the file be read, None where its content is at fault.

    Rights, too many open files, a disk that fails: a file told as damaged for these would be built
    again or thrown away.
    """
    number = _number(error)
    if number in _OF_CONTENT:
        return None
    problem = say("This machine cannot read the file now: {detail}.", detail=os.strerror(number))
    mend = say("Look at its rights, its disk and the number of open files, then try again.")
    return UserError([Fault(file, problem, mend)])


def _number(error: BaseException) -> int:
    """Return the system's number of the error, 0 without one; Rust writes it into the text."""
    if not isinstance(error, OSError):
        return 0
    written = _RUST.search(str(error))
    return error.errno or (int(written[1]) if written else 0)
