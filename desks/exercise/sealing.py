"""Sealing: pool and T0 under three keys of which two open, committed to, signed, announced.

The order survives a crash and a second director: the envelope lies beside its name, then the log
binds it, then it takes its name, the players are told number, day and hash, and the draft is gone.
``seal`` again finishes what a crash left.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desks import outbox
from desks.folder import read_about, register_place
from desks.stock import CHINA
from geodata.faults import Fault, UserError
from geodata.store import Author, Store, open_store
from geodata.writing import write_file
from language import Sentence, say

from . import keys
from .drafts import destroy_draft, pool_text
from .envelope import PAIRS, SEALED, Envelope, damaged, envelope_bytes, read_envelope, signed
from .folder import Control, bytes_of
from .log import Entry
from .officers import OFFICERS, OFFICES, Officer, require_apart
from .padding import NONCE_BYTES, padded
from .scenario import Pool
from .standing import begin, current, require_unsealed

CONTROL = "control"
"""Who announces to the players and seals in the log."""


DRAWN_TYPES = frozenset({"double_blind", "surprise"})
"""What is set beforehand cannot be blind: these are sealed with two scenarios at least."""


def seal(
    control: Control,
    pool: Pool,
    officers: Sequence[Officer],
    key: Ed25519PrivateKey,
    *,
    at: datetime,
    log: Path | Store,
) -> Envelope:
    """Return the envelope: logged, in the drill's folder, announced; the draft is destroyed.

    Raises:
        UserError: where the drill is sealed already (what a crash left of it is finished first),
            the officers are not three, T0 is over, somebody else writes, or the disk is full; where
            the players know the number from another control folder.

    """
    with begin(log, at) as turn:
        now = current(turn.entries)
        if now:
            finish_sealing(control, pool.drill, now[0])
        require_unsealed(turn.entries, pool.drill)
        _require_ours(control, pool.drill, turn.entries)
        envelope = sealed_envelope(pool, officers, key, at=at)
        data = envelope_bytes(envelope)
        digest = hashlib.sha256(data).hexdigest()
        waiting = _beside(control, pool.drill, digest)
        with write_file(waiting) as path:
            path.write_bytes(data)
            path.chmod(0o600)
        told = {"commitment": envelope.commitment, "envelope": digest, "signer": envelope.signer}
        try:
            entry = turn.write(CONTROL, "sealed", told)
        except UserError:
            waiting.unlink()
            raise
        finish_sealing(control, pool.drill, entry)
    return envelope


def sealed_envelope(
    pool: Pool, officers: Sequence[Officer], key: Ed25519PrivateKey, *, at: datetime
) -> Envelope:
    """Return the signed envelope of a pool; nothing is written.

    Raises:
        UserError: where the officers are not three different ones, T0 is over, or the pool could
            not be read again.

    """
    ordered = _three(officers)
    text = pool_text(pool)
    if pool.type in DRAWN_TYPES and len(pool.scenarios) == 1:
        problem = say("A pool of one scenario leaves nothing to draw: who composed it knows it.")
        raise _fault(pool.drill, problem, say("Compose at least two scenarios."))
    if datetime.fromisoformat(pool.t0) <= at:
        problem = say("T0 is over: a drill is sealed before it begins.")
        raise _fault(pool.drill, problem, say("Compose it with a later T0."))
    nonce, identity = secrets.token_bytes(NONCE_BYTES), keys.new_identity()
    payload = keys.encrypted(padded(nonce, text), keys.recipient_of(identity))
    wraps = tuple(_wrapped(identity, ordered[i], ordered[j]) for i, j in PAIRS)
    unsigned = Envelope(
        drill=pool.drill,
        type=pool.type,
        sealed_at=at.astimezone(UTC).isoformat(timespec="seconds"),
        commitment=hashlib.sha256(nonce + text).hexdigest(),
        payload=payload,
        recipients=ordered,
        wraps=wraps,
    )
    return signed(unsigned, key)


def _wrapped(identity: str, one: Officer, other: Officer) -> bytes:
    """Return the one-time key locked for one officer and, around that, for the other."""
    return keys.encrypted(keys.encrypted(identity.encode(), one.recipient), other.recipient)


def _three(officers: Sequence[Officer]) -> tuple[Officer, ...]:
    require_apart(officers)
    ordered = tuple(sorted(officers, key=lambda one: OFFICES.index(one.office)))
    if tuple(one.office for one in ordered) != OFFICES:
        problem = say("Three officers hold a key each; {count} are named.", count=len(ordered))
        raise _fault(OFFICERS, problem, say("Name them with: python cli.py drill officer"))
    return ordered


def finish_sealing(control: Control, number: str, entry: Entry) -> None:
    """Do what is left of a sealing that stands in the log: envelope, notice, draft.

    Raises:
        UserError: where the envelope that the log names is nowhere, or the players' register cannot
            be written.

    """
    place, wanted = control.drill(number) / SEALED, str(entry.told["envelope"])
    held = _digest(place)
    if held != wanted:
        waiting = _beside(control, number, wanted)
        if _digest(waiting) != wanted:
            raise damaged(say("The envelope that the log names is not in the drill's folder."))
        if held:
            # that of a draw that was voided: it stays as evidence
            place.replace(_beside(control, number, held))
        waiting.replace(place)
    _announce(control, read_envelope(bytes_of(place)))
    destroy_draft(control, number)


def _require_ours(control: Control, number: str, found: Sequence[Entry]) -> None:
    """Refuse a number under which the players were told of a sealing that is not in this log.

    What they answered to that drill would be taken for answers to this one.
    """
    ours = {entry.told["commitment"] for entry in found if entry.kind == "sealed"}
    with open_store(_players(control)) as players:
        others = {one.commitment for one in outbox.notices(players) if one.drill == number} - ours
    if others:
        problem = say("The players know this number from another control folder.")
        raise _fault(number, problem, say("Give another drill a new number."))


def _players(control: Control) -> Path | str:
    return register_place(control.district, read_about(control.district))


def _announce(control: Control, envelope: Envelope) -> None:
    """Tell the players number, day and hash, and nothing that they know already."""
    day = datetime.fromisoformat(envelope.sealed_at).astimezone(CHINA).date().isoformat()
    notice = outbox.Notice(envelope.drill, day, envelope.commitment)
    with open_store(_players(control)) as players:
        known = {(one.drill, one.commitment) for one in outbox.notices(players)}
        if (notice.drill, notice.commitment) not in known:
            outbox.publish(players, Author(CONTROL, ""), notice)


def _beside(control: Control, number: str, digest: str) -> Path:
    return control.drill(number) / f"sealed-{digest[:16]}.json"


def _digest(place: Path) -> str:
    return hashlib.sha256(bytes_of(place)).hexdigest() if place.is_file() else ""


def _fault(about: str, problem: Sentence, mend: Sentence) -> UserError:
    return UserError([Fault(about[:60], problem, mend)])
