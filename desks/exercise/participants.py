"""The public draw: all commit, then all reveal; whoever does not is named and voids it.

Every step is a line of the drill's log. The result is known only when the envelope is opened: the
sealed seed is part of it.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from geodata.faults import Fault, UserError
from geodata.store import Store
from language import Sentence, say

from .drawing import SECRET_BYTES, commit_of, joined
from .log import Entry
from .officers import name_problem, plain_name, same_name
from .standing import Turn, begin, current, voids

FEWEST = 2
"""With one participant the draw would be what that one and the composer make of it."""

MOST = 100
LONGEST_VALUE = 200

_DRAW, _DICE = "draw", "dice"
_HEX = re.compile(r"[0-9a-f]{64}")
_SEAL_ANEW = say("Compose and seal the drill again; then everyone commits anew.")


@dataclass(frozen=True)
class Draw:
    """How the draw of what is sealed now stands, names in the order in which they committed.

    ``commits`` and ``values`` are by name; ``order`` is () until all have revealed.
    """

    commits: Mapping[str, str]
    values: Mapping[str, str]
    order: tuple[str, ...]
    voids: int

    @property
    def missing(self) -> tuple[str, ...]:
        """Return who committed and has not revealed."""
        return tuple(name for name in self.commits if name not in self.values)


def draw_of(found: Sequence[Entry]) -> Draw:
    """Return how the draw stands by the lines of the log."""
    now = current(found)
    commits = {e.key: str(e.told["commit"]) for e in now if e.kind == "committed"}
    values = {e.key: str(e.told["value"]) for e in now if e.kind == "revealed"}
    done = any(entry.kind == "drawn" for entry in now)
    return Draw(commits, values, tuple(commits) if done else (), len(voids(found)))


def commit(log: Path | Store, name: str, committed: str, *, at: datetime) -> Draw:
    """Return the draw after a participant has committed (64 hex digits of ``commit_of``).

    Raises:
        UserError: where nothing is sealed, the name is odd or committed already, the commitment is
            none or another's, or somebody has revealed already.

    """
    with begin(log, at) as turn:
        _commit(turn, name, committed)
        return draw_of(turn.entries)


def _commit(turn: Turn, name: str, committed: str) -> None:
    draw = _open_draw(turn)
    told = name.strip()
    problem = name_problem(name)
    if problem is None and any(same_name(told, one) for one in draw.commits):
        problem = say("A participant of this name has committed already.")
    if problem is None and draw.values:
        problem = say("Somebody has revealed already, so that nobody may commit any more.")
    if problem is None and not _HEX.fullmatch(committed):
        problem = say("A commitment has 64 digits of 0-9 and a-f.")
    if problem is None and committed in draw.commits.values():
        problem = say("This is the commitment of another participant.")
    if problem is None and len(draw.commits) >= MOST:
        problem = say("A draw has at most {most} participants.", most=MOST)
    if problem is not None:
        raise _fault(told, problem, say("Look at the list of who has committed."))
    turn.write(told, "committed", {"name": told, "commit": committed}, key=told)


def reveal(log: Path | Store, name: str, nonce: str, value: str, *, at: datetime) -> Draw:
    """Return the draw after a participant has revealed; the last one completes it.

    ``nonce`` is 64 hex digits. The same again, after a crash, writes what is missing.

    Raises:
        UserError: where the participant has not committed, committed to something else, or fewer
            than two have committed.

    """
    with begin(log, at) as turn:
        _reveal(turn, name, nonce, value)
        return draw_of(turn.entries)


def _reveal(turn: Turn, name: str, nonce: str, value: str) -> None:
    draw = _open_draw(turn)
    told = next((one for one in draw.commits if same_name(one, name)), "")
    problem = value_problem(value)
    if not told:
        problem = say("Nobody of this name has committed.")
    elif len(draw.commits) < FEWEST:
        problem = say("Fewer than {least} have committed; all commit before the first reveals.",
                      least=FEWEST)  # fmt: skip
    elif problem is None and not _is_kept(draw.commits[told], nonce, value):
        problem = say("This is not what was committed to: value or nonce is another one.")
    if problem is not None:
        raise _fault(name, problem, say("Type value and nonce as they were when committing."))
    if told not in draw.values:
        line = {"name": told, "nonce": nonce, "value": value}
        turn.write(told, "revealed", line, key=told)
    complete(turn)


def _is_kept(committed: str, nonce: str, value: str) -> bool:
    return _HEX.fullmatch(nonce) is not None and committed == commit_of(bytes.fromhex(nonce), value)


def complete(turn: Turn) -> None:
    """Write that the draw is complete where everyone has revealed and it is not written yet."""
    draw = draw_of(turn.entries)
    if draw.order or draw.missing or len(draw.commits) < FEWEST:
        return
    order = list(draw.commits)
    digest = hashlib.sha256(joined([draw.values[name] for name in order])).hexdigest()
    turn.write("control", "drawn", {"values order": order, "digest_input": digest})


def throw(log: Path | Store, values: Mapping[str, str], *, at: datetime) -> Draw:
    """Return the draw after dice that several persons threw at once before witnesses.

    What fell is written as commitments and reveals in one go; nobody can commit in between.

    Raises:
        UserError: where anybody has committed already, fewer than two threw, or as ``commit``.

    """
    with begin(log, at) as turn:
        draw = _open_draw(turn)
        problem = next(filter(None, map(value_problem, values.values())), None)
        names = sorted(map(plain_name, values))
        problem = next(filter(None, map(name_problem, values)), problem)
        if len(set(names)) < len(names):
            problem = say("Two have the same name.")
        if draw.commits:
            problem = say("Somebody has committed already: dice are thrown by all at once.")
        elif len(values) < FEWEST:
            problem = say("At least {least} persons throw at once.", least=FEWEST)
        if problem is not None:
            raise _fault(_DICE, problem, say("Give one line for each: the name, then what fell."))
        nonces = {name: secrets.token_bytes(SECRET_BYTES) for name in values}
        for name, value in values.items():
            _commit(turn, name, commit_of(nonces[name], value))
        for name, value in values.items():
            _reveal(turn, name, nonces[name].hex(), value)
        return draw_of(turn.entries)


def void(log: Path | Store, who: str, *, at: datetime) -> tuple[str, ...]:
    """Return who did not reveal: the draw is void, and only a new seal leads to a new one.

    Raises:
        UserError: where nobody committed, or everyone revealed.

    """
    with begin(log, at) as turn:
        draw = _open_draw(turn)
        if not draw.missing:
            problem = say("There is nobody who committed and did not reveal.")
            raise _fault(who, problem, say("A draw that is complete stands."))
        told = {"names": list(draw.missing), "count": draw.voids + 1}
        turn.write(who, "voided", told)
        return draw.missing


def value_problem(value: str) -> Sentence | None:
    """Return why nobody can commit to this, ``None`` where it is a value."""
    if not value or len(value) > LONGEST_VALUE or not value.isprintable():
        return say("A value has 1 to {most} signs that can be seen.", most=LONGEST_VALUE)
    return None


def _open_draw(turn: Turn) -> Draw:
    """Return the draw that goes on.

    Raises:
        UserError: where nothing is sealed, or the draw is over.

    """
    now = current(turn.entries)
    if not now and voids(turn.entries):
        raise _fault(_DRAW, say("The draw was voided; a new draw needs a new seal."), _SEAL_ANEW)
    if not now:
        raise _fault(_DRAW, say("The drill is not sealed yet."), say("Seal it before the draw."))
    if any(entry.kind in ("drawn", "opened", "aborted") for entry in now):
        raise _fault(_DRAW, say("The draw is over; it is never repeated."), _SEAL_ANEW)
    return draw_of(turn.entries)


def _fault(about: str, problem: Sentence, mend: Sentence) -> UserError:
    shown = "".join(sign if sign.isprintable() else "?" for sign in about[:60])
    return UserError([Fault(shown, problem, mend)])
