"""The sealed envelope as it lies on the disk: public, signed, every byte accounted for.

Canonical JSON and a line feed. ``payload`` is age ciphertext to a one-time key; each of the three
pairs of officers has that key wrapped for both: no single one opens it, every pair does.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from geodata.chain import canonical
from geodata.faults import Fault, UserError
from language import Sentence, say

from .folder import NUMBER
from .officers import OFFICES, Officer, officer_of, require_apart
from .scenario import DRILL_TYPES

FORMAT = 1
SIGNED_HEAD = b"shouwang drill 1\n"
SEALED = "sealed.json"
PAIRS: tuple[tuple[int, int], ...] = tuple(combinations(range(len(OFFICES)), 2))
MOST_BYTES = 64_000_000

_LINES = frozenset(
    {"format", "drill", "type", "sealed_at", "commitment", "payload", "recipients", "wraps",
     "signer", "signature"}
)  # fmt: skip
_DIGEST, _SIGNATURE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{128}")
_DAMAGED = say("The envelope is damaged or was changed.")


@dataclass(frozen=True)
class Envelope:
    """A sealed drill: ``wraps`` are in the order of PAIRS, ``signer`` and ``signature`` hex."""

    drill: str
    type: str
    sealed_at: str
    commitment: str
    payload: bytes
    recipients: tuple[Officer, ...]
    wraps: tuple[bytes, ...]
    signer: str = ""
    signature: str = ""


def signed(envelope: Envelope, key: Ed25519PrivateKey) -> Envelope:
    """Return the envelope with the signature of control's key."""
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    unsigned = replace(envelope, signer=public.hex())
    return replace(unsigned, signature=key.sign(_signed_bytes(unsigned)).hex())


def envelope_bytes(envelope: Envelope) -> bytes:
    """Return the file: the same bytes for the same envelope."""
    return (canonical(_document(envelope)) + "\n").encode()


def read_envelope(data: bytes) -> Envelope:
    """Return the envelope of a file whose every byte is as it was signed.

    Who signed it stands in it: hold ``signer`` against what is known from paper or log.

    Raises:
        UserError: where it is no envelope, was cut off or changed.

    """
    try:
        document = json.loads(data.decode("utf-8")) if len(data) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        raise damaged() from None
    if not isinstance(document, dict) or document.keys() != _LINES:
        raise damaged()
    if document["format"] != FORMAT:
        problem = say("The envelope is of another version of this program.")
        raise UserError([Fault(SEALED, problem, say("Open it with the program that sealed it."))])
    envelope = _envelope(document)
    if envelope_bytes(envelope) != data or not _is_signed(envelope):
        raise damaged()
    return envelope


def _envelope(told: Mapping[str, Any]) -> Envelope:
    texts = ("drill", "type", "sealed_at", "commitment", "payload", "signer", "signature")
    plain = {name: told[name] for name in texts}
    rows, wraps = told["recipients"], told["wraps"]
    whole = all(isinstance(value, str) for value in plain.values())
    if not (whole and isinstance(rows, list) and _are_wraps(wraps) and _is_plain(plain)):
        raise damaged()
    officers = tuple(officer_of(row) for row in rows)
    require_apart(officers)
    if tuple(one.office for one in officers) != OFFICES:
        raise damaged()
    data = tuple(_from_base64(wrap["data"]) for wrap in wraps)
    return Envelope(
        **{**plain, "payload": _from_base64(plain["payload"])}, recipients=officers, wraps=data
    )


def _is_plain(told: Mapping[str, str]) -> bool:
    try:
        moment = datetime.fromisoformat(told["sealed_at"])
    except ValueError:
        return False
    digits = all(_DIGEST.fullmatch(told[name]) for name in ("commitment", "signer"))
    named = NUMBER.fullmatch(told["drill"]) and told["type"] in DRILL_TYPES
    signature = _SIGNATURE.fullmatch(told["signature"])
    return bool(digits and named and signature and moment.utcoffset() is not None)


def _are_wraps(wraps: object) -> bool:
    return (
        isinstance(wraps, list)
        and all(isinstance(wrap, dict) and wrap.keys() == {"pair", "data"} for wrap in wraps)
        and [wrap["pair"] for wrap in wraps] == [list(pair) for pair in PAIRS]
        and all(isinstance(wrap["data"], str) for wrap in wraps)
    )


def _document(envelope: Envelope) -> dict[str, Any]:
    wraps = [
        {"pair": list(pair), "data": _base64(data)}
        for pair, data in zip(PAIRS, envelope.wraps, strict=True)
    ]
    return {
        **vars(envelope),
        "format": FORMAT,
        "payload": _base64(envelope.payload),
        "recipients": [vars(officer) for officer in envelope.recipients],
        "wraps": wraps,
    }


def _signed_bytes(envelope: Envelope) -> bytes:
    told = {name: value for name, value in _document(envelope).items() if name != "signature"}
    return SIGNED_HEAD + canonical(told).encode()


def _is_signed(envelope: Envelope) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(envelope.signer))
        key.verify(bytes.fromhex(envelope.signature), _signed_bytes(envelope))
    except (InvalidSignature, ValueError):
        return False
    return True


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise damaged() from None


def damaged(problem: Sentence = _DAMAGED) -> UserError:
    """Return the fault of an envelope that is not as it was sealed."""
    mend = say("Take the copy that was made when it was sealed.")
    return UserError([Fault(SEALED, problem, mend)])
