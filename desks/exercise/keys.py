"""Age identities (X25519, https://age-encryption.org/v1) in files for their owner alone."""

import time
from pathlib import Path

import pyrage

from geodata.faults import Fault, UserError
from geodata.key_files import SHORTEST_PASSPHRASE, is_text, read_secret, write_once
from language import Sentence, say

_OTHER = say("Give another file.")

# Before it locks or opens, age measures the machine for a millisecond. A busy one seems many times
# slower than it is: it would lock too weakly, and refuse a sound key as too much work to open.
_LEAST_WORK_LOG2 = 18
"""Rounds of scrypt, as a power of two: what age itself sets where it does not measure."""
_LOCKINGS, _OPENINGS = 10, 20
_PAUSE_S = 0.05
_TOO_MUCH = "Excessive work"


def new_identity() -> str:
    """Return a new secret key as text (``AGE-SECRET-KEY-1…``)."""
    return str(pyrage.x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """Return the public part (``age1…``) of a secret key.

    Raises:
        UserError: where the text is no age identity.

    """
    return str(_identity(identity).to_public())


def is_recipient(text: str) -> bool:
    """Return whether the text is the public part of a key, written as age writes it."""
    try:
        return str(pyrage.x25519.Recipient.from_str(text)) == text
    except (pyrage.RecipientError, UnicodeEncodeError):
        return False


def encrypted(data: bytes, recipient: str) -> bytes:
    """Return the data so that only the recipient's secret key opens it."""
    return bytes(pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(recipient)]))


def decrypted(data: bytes, identity: str) -> bytes | None:
    """Return what the secret key opens; ``None`` where it does not fit, or the data was changed.

    Raises:
        UserError: where the text is no age identity.

    """
    try:
        return bytes(pyrage.decrypt(data, [_identity(identity)]))
    except pyrage.DecryptError:
        return None


def _identity(text: str) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(text)
    except (pyrage.IdentityError, UnicodeEncodeError):
        raise _fault(Path("key"), say("This is no key of an officer.")) from None


def write_locked(path: Path, identity: str, passphrase: str) -> None:
    """Write the secret key to a new file that its passphrase opens (scrypt, about a second a try).

    Raises:
        UserError: where a file lies there, the passphrase is short or no text, or the disk is full.

    """
    if not is_text(passphrase):
        raise _fault(path, say("The passphrase is not text in UTF-8."), say("Try again."))
    if len(passphrase) < SHORTEST_PASSPHRASE:
        least = say("It needs at least {count} characters.", count=SHORTEST_PASSPHRASE)
        raise _fault(path, say("The passphrase is too short."), least)
    if path.exists():
        raise _fault(path, say("A file lies there already; a key is never written over."))
    write_once(path, _locked(identity.encode(), passphrase))


def _locked(data: bytes, passphrase: str) -> bytes:
    """Return the data locked, by the strongest of a few tries where each was weak."""
    tries = []
    for _ in range(_LOCKINGS):
        tries.append(bytes(pyrage.passphrase.encrypt(data, passphrase)))
        if _work_log2(tries[-1]) >= _LEAST_WORK_LOG2:
            break
    return max(tries, key=_work_log2)


def _work_log2(locked: bytes) -> int:
    """Return how often scrypt goes round, as a power of two: the last word of age's second line."""
    return int(locked.split(b"\n", 2)[1].rsplit(b" ", 1)[1])


def read_locked(path: Path, passphrase: str) -> str:
    """Return the secret key of an officer's file.

    Raises:
        UserError: where it is no such file, others may read it, or the passphrase does not open it.

    """
    return unlocked(read_key_file(path), passphrase, path)


def unlocked(data: bytes, passphrase: str, path: Path) -> str:
    """Return the secret key that an officer's file holds; ``path`` is what the file is called.

    Raises:
        UserError: where it is no such file, or the passphrase does not open it.

    """
    if not is_text(passphrase):
        raise _fault(path, say("The passphrase does not open this key."), say("Try again."))
    try:
        identity = _opened(data, passphrase).decode("ascii")
    except (pyrage.DecryptError, UnicodeDecodeError) as error:
        if _TOO_MUCH in str(error):
            problem = say("Opening this key is more work than this machine does just now.")
            mend = say("Close other programs and try again, or open it on a faster machine.")
            raise _fault(path, problem, mend) from None
        problem = say("The passphrase does not open this key, or the file was changed.")
        raise _fault(path, problem, say("Try again.")) from None
    _identity(identity)
    return identity


def _opened(data: bytes, passphrase: str) -> bytes:
    """Return what the passphrase opens, tried again while the machine only seems too slow for it.

    Raises:
        pyrage.DecryptError: where it does not open.

    """
    left = _OPENINGS
    while True:
        left -= 1
        try:
            return bytes(pyrage.passphrase.decrypt(data, passphrase))
        except pyrage.DecryptError as error:
            if not left or _TOO_MUCH not in str(error):
                raise
        time.sleep(_PAUSE_S)


def read_key_file(path: Path) -> bytes:
    """Return what an officer's key file holds.

    Raises:
        UserError: as ``read_secret`` does.

    """
    return read_secret(path, none=say("This is no key of an officer."), mend=_OTHER)


def _fault(path: Path, problem: Sentence, mend: Sentence | None = None) -> UserError:
    return UserError([Fault(str(path)[:300], problem, mend or _OTHER)])
