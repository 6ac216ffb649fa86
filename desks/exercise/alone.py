"""One writer at a time in control's folder, also across programs: look, then write, undisturbed."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from geodata.faults import Fault, UserError
from language import say

from .folder import Control

LOCK = "writing.lock"
WAIT_S = 30.0


@contextmanager
def alone(control: Control) -> Iterator[None]:
    """Let nobody else in until the block ends; a program that dies keeps nobody out.

    The file is an empty SQLite database, whose lock every system knows; it is not entered twice.

    Raises:
        UserError: where somebody else does not come to an end, or the folder cannot be written.

    """
    place = control.folder / LOCK
    try:
        os.close(os.open(place, os.O_WRONLY | os.O_CREAT, 0o600))
        lock = sqlite3.connect(place, timeout=WAIT_S, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        problem = say("This place cannot be written; nothing was changed.")
        mend = say("Give a folder you may write to.")
        raise UserError([Fault(str(control.folder)[:300], problem, mend)]) from error
    with closing(lock):
        try:
            lock.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            problem = say("Somebody else is writing in control's folder; nothing was changed.")
            mend = say("Try again in a moment.")
            raise UserError([Fault(str(control.folder)[:300], problem, mend)]) from error
        yield
