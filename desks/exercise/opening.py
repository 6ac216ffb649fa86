"""Opening: two of three keys, not before T0 without that standing in the log, once and for all."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from geodata.chain import canonical
from geodata.faults import Fault, UserError
from geodata.key_files import write_once
from geodata.writing import write_file
from language import Sentence, say

from . import keys
from .drafts import LOG, keep_revealed, pool_text, read_revealed
from .drawing import drawn
from .envelope import PAIRS, SEALED, Envelope, damaged, read_envelope
from .folder import Control, bytes_of
from .log import Entry, entries, open_log
from .opened import OPENED
from .padding import unpadded
from .participants import Draw, complete, draw_of
from .pool_reading import pool_of_bytes
from .scenario import Pool, Scenario
from .standing import Turn, begin, current

REFUSED = "T0之前试图启封，已拒绝"
"""How the log words a try to open before T0: evaluators read it in the report."""

_AGE_LINE = re.compile(r"[\x21-\x7e]+")


class Stamped(Protocol):
    """What a map is asked for: the stamp of everything its answers rest on."""

    @property
    def stamp(self) -> str:
        """Return the stamp."""


@dataclass(frozen=True)
class Unsealed:
    """What was sealed, proven against the commitment, and the 32 bytes of its nonce."""

    pool: Pool
    nonce: bytes


@dataclass(frozen=True)
class Result:
    """What the draw gave: the place in the pool (0-based), and digests passed over before."""

    index: int
    counter: int
    scenario: Scenario


def unseal(envelope: Envelope, identities: Sequence[str]) -> Unsealed:
    """Return what two of the three secret keys open.

    Raises:
        UserError: where fewer than two fit, a key is none of the three, or what comes out is not
            what the envelope commits to.

    """
    held = _held(envelope, identities)
    i, j = sorted(held)[:2]
    inner = keys.decrypted(envelope.wraps[PAIRS.index((i, j))], held[j])
    identity = keys.decrypted(inner, held[i]) if inner is not None else None
    if identity is None or not _AGE_LINE.fullmatch(identity.decode("ascii", "replace")):
        raise damaged()
    payload = keys.decrypted(envelope.payload, identity.decode())
    parts = unpadded(payload) if payload is not None else None
    if parts is None or hashlib.sha256(b"".join(parts)).hexdigest() != envelope.commitment:
        raise damaged(say("What was sealed is not what was committed to."))
    pool = pool_of_bytes(parts[1])
    if (pool.drill, pool.type) != (envelope.drill, envelope.type) or pool_text(pool) != parts[1]:
        raise damaged(say("What was sealed is of another drill."))
    return Unsealed(pool, parts[0])


def _held(envelope: Envelope, identities: Sequence[str]) -> dict[int, str]:
    """Return the secret keys by the place of their officer."""
    places = {one.recipient: at for at, one in enumerate(envelope.recipients)}
    held = {places.get(keys.recipient_of(one), -1): one for one in identities}
    if -1 in held:
        problem = say("One of the keys is none of the three with which this drill was sealed.")
        raise _fault(envelope.drill, problem, say("Give the keys of the officers of that day."))
    if len(held) < 2:  # noqa: PLR2004 - two of three
        problem = say("Two different keys of the three are needed.")
        raise _fault(envelope.drill, problem, say("Call a second officer."))
    return held


def sealed_of(control: Control, number: str, found: Sequence[Entry]) -> Envelope:
    """Return the envelope of a drill, which is the one that its log names.

    Raises:
        UserError: where the drill is not sealed, or the envelope is damaged or another one.

    """
    now = current(found)
    if not now:
        raise _fault(number, say("The drill is not sealed."), say("Seal it before the draw."))
    try:
        data = bytes_of(control.drill(number) / SEALED)
    except FileNotFoundError:
        raise damaged(say("The envelope is missing.")) from None
    envelope, told = read_envelope(data), now[0].told
    if envelope.drill != number:
        raise damaged(say("This is the envelope of drill {other}.", other=envelope.drill))
    if envelope.signer != told["signer"]:
        raise damaged(say("The envelope is signed by another key than the log names."))
    if hashlib.sha256(data).hexdigest() != told["envelope"]:
        raise damaged(say("This is another envelope than the log names."))
    return envelope


def open_drill(
    control: Control,
    number: str,
    identities: Sequence[str],
    onemap: Stamped,
    *,
    at: datetime,
    early: bool = False,
) -> Scenario:
    """Return the drawn scenario; the log tells who opened, when, and whether the map is another.

    Its times stay those that were sealed. Opened already, it is read again and nothing is written
    but what a crash left out.

    Raises:
        UserError: where it is not sealed or drawn, the keys do not open it, or T0 has not come and
            ``early`` is not given; that two tried stands in the log.

    """
    with begin(control.drill(number) / LOG, at) as turn:
        envelope = sealed_of(control, number, turn.entries)
        complete(turn)
        unsealed = unseal(envelope, identities)
        result = result_of(unsealed.pool, _complete(turn, number, unsealed.pool))
        if not opened_entry(turn.entries):
            names = _names(envelope, identities)
            _require_due(turn, unsealed.pool, names, early=early)
            told = _told(turn, unsealed, result, onemap.stamp)
            turn.write(", ".join(names), "opened", {"officers": names, **told})
        _keep(control, envelope, unsealed, result.scenario)
    return result.scenario


def _complete(turn: Turn, number: str, pool: Pool) -> Draw:
    draw = draw_of(turn.entries)
    if not opened_entry(turn.entries) and any(e.kind == "aborted" for e in current(turn.entries)):
        raise _fault(number, say("This drill was aborted."), say("Compose another one."))
    if draw.missing:
        problem = say("Not everyone has revealed: {names}.", names=", ".join(draw.missing))
        raise _fault(number, problem, say("Wait for them, or void the draw."))
    if not draw.order and len(pool.scenarios) > 1:
        raise _fault(number, say("There was no draw yet."), say("Hold the draw first."))
    return draw


def result_of(pool: Pool, draw: Draw) -> Result:
    """Return what a complete draw gives; a pool of one scenario needs none."""
    values = [draw.values[name] for name in draw.order]
    index, counter = (0, 0)
    if values:
        index, counter = drawn(bytes.fromhex(pool.seed), values, len(pool.scenarios))
    return Result(index, counter, pool.scenarios[index])


def _require_due(turn: Turn, pool: Pool, names: Sequence[str], *, early: bool) -> None:
    if early or not _is_early(turn, pool):
        return
    # how long there is still to go would tell T0
    turn.write(", ".join(names), "noted", {"text": REFUSED})
    problem = say("It is too early to open this drill; that you tried stands in the log.")
    raise _fault(pool.drill, problem, say("Come again at T0; nothing here says when that is."))


def _is_early(turn: Turn, pool: Pool) -> bool:
    return turn.at < datetime.fromisoformat(pool.t0)


def _told(turn: Turn, unsealed: Unsealed, result: Result, stamp: str) -> dict[str, object]:
    pool = unsealed.pool
    return {
        "scenario": result.scenario.number,
        "index": result.index,
        "counter": result.counter,
        "seed": pool.seed,
        "nonce": unsealed.nonce.hex(),
        "envelope": current(turn.entries)[0].told["envelope"],
        "map_stamp_now": stamp,
        "map_changed": stamp != pool.map_stamp,
        "at": turn.at.isoformat(),
        "t0": pool.t0,
        "early": _is_early(turn, pool),
    }


def _names(envelope: Envelope, identities: Sequence[str]) -> list[str]:
    return [envelope.recipients[at].name for at in sorted(_held(envelope, identities))]


def _keep(control: Control, envelope: Envelope, unsealed: Unsealed, drawn_one: Scenario) -> None:
    """Write the drawn scenario in clear, and the whole pool locked for the review."""
    pool = unsealed.pool
    told = {
        "drill": pool.drill,
        "type": pool.type,
        "t0": pool.t0,
        "commitment": envelope.commitment,
        "scenario": asdict(drawn_one),
    }
    _write_private(control.drill(pool.drill) / OPENED, (canonical(told) + "\n").encode())
    keep_revealed(control, pool.drill, unsealed.nonce, pool_text(pool))


def _write_private(place: Path, data: bytes) -> None:
    with write_file(place) as path:
        write_once(path, data)


def revealed(control: Control, number: str) -> Unsealed:
    """Return pool and nonce of a drill that was opened, for its package, without the officers.

    Raises:
        UserError: where it was not opened, or what was kept is not what was committed to.

    """
    with open_log(control.drill(number) / LOG) as log:
        found = entries(log)
    if opened_entry(found) is None:
        problem = say("The drill has not been opened yet.")
        raise _fault(number, problem, say("Open it first: two of the three keys, after the draw."))
    wanted = current(found)[0].told["commitment"]
    nonce, text = read_revealed(control, number)
    if hashlib.sha256(nonce + text).hexdigest() != wanted:
        raise damaged(say("What was sealed is not what was committed to."))
    return Unsealed(pool_of_bytes(text), nonce)


def opened_entry(found: Sequence[Entry]) -> Entry | None:
    """Return the line that tells of the opening of what is sealed now."""
    return next((entry for entry in current(found) if entry.kind == "opened"), None)


def map_changed(found: Sequence[Entry]) -> Sentence | None:
    """Return that the register is another than the one of the sealed times, ``None`` if not."""
    entry = opened_entry(found)
    if entry is None or not entry.told["map_changed"]:
        return None
    return say(
        "The district's data changed since this drill was composed (now {stamp}): the expected"
        " times are those of then and were not computed anew.",
        stamp=str(entry.told["map_stamp_now"])[:16],
    )


def _fault(about: str, problem: Sentence, mend: Sentence) -> UserError:
    return UserError([Fault(about[:60], problem, mend)])
