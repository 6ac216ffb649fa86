"""Files that hold a secret: written once, for their owner alone, never over another."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from language import Sentence, say

from .faults import Fault, UserError

LONGEST_FILE = 10_000
"""Bytes; whatever is longer is no key."""

SHORTEST_PASSPHRASE = 12
"""Characters; a key file that is copied can be tried against as long as its thief likes."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
_NO_PLACE = frozenset({errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP,
                       errno.ENAMETOOLONG, errno.EINVAL}) | _FORBIDDEN  # fmt: skip
_OWNER = say("Allow its owner alone: chmod 600 FILE")

_LOOK = say("Look whether the stick is in and how many files are open, then try again.")


def write_once(path: Path, data: bytes) -> None:
    """Write a secret to a new file that its owner alone may read; it is on the disk afterwards.

    Raises:
        UserError: where a file lies there, the place cannot be written, the disk is full or fails.

    """
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        problem = say("A file lies there already; a key is never written over.")
        raise _fault(path, problem, say("Give another name.")) from None
    except (OSError, ValueError) as error:
        raise _unwritten(path, error) from error
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(number)
    except OSError as error:
        # half a key opens nothing, and would for ever keep the name
        with suppress(OSError):  # a stick that was pulled out takes it along
            path.unlink(missing_ok=True)
        raise _unwritten(path, error) from error


def read_secret(path: Path, *, none: Sentence, mend: Sentence) -> bytes:
    """Return what a file of keys holds; ``none`` says that it is no key, ``mend`` where one is.

    Raises:
        UserError: where there is none, it is too long for one, others may read it, or the disk
            fails.

    """
    try:
        if not path.is_file():
            raise _fault(path, say("There is no such key file."), mend)
        if os.name == "posix" and path.stat().st_mode & _OTHERS:
            raise _fault(path, say("Others on this machine may read this key."), _OWNER)
        with path.open("rb") as stream:
            data = stream.read(LONGEST_FILE + 1)
    except OSError as error:
        raise _unread(path, error) from error
    if len(data) > LONGEST_FILE:
        raise _fault(path, none, mend)
    return data


def is_text(passphrase: str) -> bool:
    """Return whether it has no bytes that the terminal could not read."""
    return not any("\ud800" <= sign <= "\udfff" for sign in passphrase)


def _unwritten(path: Path, error: OSError | ValueError) -> UserError:
    """Return why a key was not written: a full disk, a place that is none, or the machine."""
    number = error.errno if isinstance(error, OSError) else errno.EINVAL
    if number in _FULL:
        problem = say("The disk is full; nothing was changed.")
        return _fault(path, problem, say("Free some space and try again."))
    if number in _NO_PLACE:
        problem = say("This place cannot be written; nothing was changed.")
        return _fault(path, problem, say("Give a folder you may write to."))
    problem = say("The key was not written: {detail}.", detail=os.strerror(number or 0))
    return _fault(path, problem, _LOOK)


def _unread(path: Path, error: OSError) -> UserError:
    """Return why a key was not read: its rights, or the machine."""
    if error.errno in _FORBIDDEN:
        return _fault(path, say("This key cannot be read."), _OWNER)
    problem = say("This key cannot be read: {detail}.", detail=os.strerror(error.errno or 0))
    return _fault(path, problem, _LOOK)


def _fault(path: Path, problem: Sentence, mend: Sentence) -> UserError:
    return UserError([Fault(str(path)[:300], problem, mend)])
