"""The office's own key: made on this machine, its fingerprint on paper.

Ed25519 (RFC 8032). SM2 is not offered: no kept library of ours signs with it. The key file is PEM
(PKCS #8). With a passphrase the first line holds the salt from which scrypt (RFC 7914) makes the
password of the PEM, since PKCS #8 alone would stretch it by 2,048 rounds only.
"""

import hashlib
import re
import secrets
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from geodata.faults import Fault, UserError
from geodata.key_files import SHORTEST_PASSPHRASE, is_text, read_secret, write_once
from language import Sentence, say

NO_KEY = say("This file is no Ed25519 key.")
MAKE_ONE = say("Make one with: python cli.py key new FILE")

_HEAD = "shouwang-key scrypt "
_SALT = re.compile(rb"shouwang-key scrypt ([0-9a-f]{32})\n")
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**16, 8, 1
"""64 MiB and about 0.3 s a try (RFC 7914, 2)."""

_GROUP = 4


def new_key(path: Path, passphrase: str) -> Ed25519PrivateKey:
    """Return a new key, written to a file that only its owner may read; "" leaves it open.

    Raises:
        UserError: where a file lies there, the passphrase is short, or it cannot be written.

    """
    if not is_text(passphrase):
        raise _fault(path, say("The passphrase is not text in UTF-8."), say("Try again."))
    if passphrase and len(passphrase) < SHORTEST_PASSPHRASE:
        least = say("It needs at least {count} characters.", count=SHORTEST_PASSPHRASE)
        raise _fault(path, say("The passphrase is too short."), least)
    key = Ed25519PrivateKey.generate()
    salt = secrets.token_bytes(16)
    head = f"{_HEAD}{salt.hex()}\n".encode() if passphrase else b""
    locked: KeySerializationEncryption = NoEncryption()
    if passphrase:
        locked = BestAvailableEncryption(_stretched(passphrase, salt))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)
    write_once(path, head + pem)
    return key


def is_locked(path: Path) -> bool:
    """Return whether the key file asks for a passphrase.

    Raises:
        UserError: where it is no key file of ours, or others may read it.

    """
    return _SALT.match(_key_file(path)) is not None


def read_key(path: Path, passphrase: str = "") -> Ed25519PrivateKey:
    """Return the key of a file.

    Raises:
        UserError: where it is no key file, others may read it, or the passphrase does not open it.

    """
    data = _key_file(path)
    salt = _SALT.match(data)
    if not is_text(passphrase):
        raise _fault(path, say("The passphrase does not open this key."), say("Try again."))
    password = _stretched(passphrase, bytes.fromhex(salt[1].decode())) if salt else None
    try:
        key = load_pem_private_key(data[salt.end() if salt else 0 :], password)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if salt:
            raise _fault(
                path, say("The passphrase does not open this key."), say("Try again.")
            ) from None
        raise _no_key(path) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(path)
    return key


def _key_file(path: Path) -> bytes:
    """Return what the file holds.

    Raises:
        UserError: where it is too long for a key, or others may read it.

    """
    data = read_secret(path, none=NO_KEY, mend=MAKE_ONE)
    if b"PRIVATE KEY-----" not in data:
        raise _no_key(path)
    return data


def _no_key(path: Path) -> UserError:
    return _fault(path, NO_KEY, MAKE_ONE)


def _stretched(passphrase: str, salt: bytes) -> bytes:
    kdf = Scrypt(salt=salt, length=32, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P)
    return kdf.derive(passphrase.encode()).hex().encode()


def public_bytes(key: Ed25519PublicKey) -> bytes:
    """Return the 32 bytes of the public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return SHA-256 of the public key as 64 hex digits: what stands on paper."""
    return hashlib.sha256(public_bytes(key)).hexdigest()


def grouped(digits: str) -> str:
    """Return the digits in groups of four, as they are read aloud and typed."""
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def _fault(path: Path, problem: Sentence, mend: Sentence) -> UserError:
    return UserError([Fault(str(path), problem, mend)])
