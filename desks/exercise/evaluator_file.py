"""What an evaluator's page wrote: read as hostile input, every fault at once, nothing believed.

The file holds a chain of links as ``geodata/chain.py`` makes them, and photographs by their hash.
A whole chain shows that no line was changed, left out or put in after it was written; it proves
so to whoever noted the page's last hash at hand-in, for a chain without a key can be made anew.

The device's clock is compared with control's at hand-out and at hand-in (the evaluator presses when
control's clock shows a time typed before). Between the two the offset is taken to drift evenly;
where only one was made it holds throughout. A press is good to a few tenths of a second, so is the
offset; several presses are taken by their median.
"""

import base64
import binascii
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from geodata.chain import GENESIS, link_hash
from geodata.faults import Fault, UserError
from language import Sentence, say

from . import json_checks as must
from .folder import NUMBER
from .scenario import Scenario

FORMAT = 1
KIND = "shouwang evaluator"
MOST_BYTES = 8_000_000
MOST_LINKS = 2_000
MOST_PHOTOS = 40
MOST_PHOTO_BYTES = 120_000
MOST_SIGNS = 1_000
MOST_PARTS = 12
MOST_SAID = 20
"""So many faults are told; a file with more is no file of ours."""

DRIFTED_MS = 5_000
_FIRST_MS, _LAST_MS = 946_684_800_000, 4_102_444_800_000
_DAY_MS = 86_400_000
_BEYOND = 2**53
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAME = re.compile(r"[^:/\\\s](?:[^:/\\\n]{0,58}[^:/\\\s])?")
_HEX_64, _HEX_32 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{32}")
_HIDING = frozenset({"Cc", "Cf", "Cs", "Co"})
"""Signs that steer, turn or hide writing. Signs newer than our table of them are let in: a phone
may know more of them than this machine, and no stamp shall be lost for one."""

_MS = must.whole(_FIRST_MS, _LAST_MS)


def _text(least: int) -> must.Check:
    """Return a check for a line as the page writes it."""

    def check(value: object) -> Sentence | None:
        good = (
            isinstance(value, str)
            and least <= len(value) <= MOST_SIGNS
            and not any(unicodedata.category(sign) in _HIDING for sign in value)
        )
        return None if good else say("It is no text of at most {most} signs.", most=MOST_SIGNS)

    return check


def name_problem(value: object) -> Sentence | None:
    """Return what is wrong with an evaluator's name: it becomes a part of keys and file names."""
    good = _text(1)(value) is None and isinstance(value, str) and _NAME.fullmatch(value)
    told = say("A name has at most 60 signs, without colon and slash, and no space at its ends.")
    return None if good else told


_HASH = must.matching(_HEX_64, "64 hex digits")
_HEAD: Mapping[str, must.Check] = {"n": must.whole(1, MOST_LINKS), "at": _MS}
_LINES: Mapping[str, Mapping[str, must.Check]] = {
    "begun": {
        "drill": must.matching(NUMBER, "2026-03"),
        "scenario": must.whole(0, 1_000_000),
        "digest": _HASH,
        "evaluator": name_problem,
        "copy": must.matching(_HEX_32, "32 hex digits"),
    },
    "clock": {"when": must.one_of(("out", "in")), "shown": _MS},
    "stamp": {"node": must.key()},
    "change": {"node": must.key(), "to": _MS, "why": _text(0)},
    "undo": {"of": must.whole(1, MOST_LINKS)},
    "line": {"text": _text(1)},
    "photo": {"sha256": _HASH, "bytes": must.whole(1, MOST_PHOTO_BYTES)},
    "t0": {"to": _MS},
    "handed_in": {},
}
_AGAIN = say("Save the file anew from the evaluator's page.")


@dataclass(frozen=True)
class Measured:
    """One comparison of clocks: the device's time, and by how much control's was ahead of it."""

    at_ms: int
    offset_ms: int


@dataclass(frozen=True)
class Pressed:
    """A node as the evaluator left it, by the device's clock; ``typed`` is by control's."""

    number: int
    node: str
    raw_ms: int
    typed: bool


@dataclass(frozen=True)
class Written:
    """A line or a photograph (``photo`` its SHA-256, "" none), on the device's clock."""

    number: int
    at_ms: int
    text: str
    photo: str = ""


@dataclass(frozen=True)
class EvaluatorFile:
    """One evaluator's file, read: what counts in it, and what must be said of it.

    ``links`` are the hashes of the chain in order, ``copy`` the one device that wrote it;
    ``handed_out`` and ``handed_in`` the comparisons of clocks, ``None`` where none was made.
    ``undone`` are the numbers of presses that were taken back or replaced.
    """

    drill: str
    scenario: int
    digest: str
    evaluator: str
    copy: str
    links: tuple[str, ...]
    handed_out: Measured | None
    handed_in: Measured | None
    stamps: tuple[Pressed, ...]
    lines: tuple[Written, ...]
    undone: tuple[int, ...]
    photos: Mapping[str, bytes]
    said: tuple[Sentence, ...]
    raw: bytes

    @property
    def sha256(self) -> str:
        """Return the hash of the file as it came."""
        return hashlib.sha256(self.raw).hexdigest()

    def offset_ms(self, at_ms: int) -> int:
        """Return by how much control's clock was ahead of the device's then; 0 if never compared.

        Between hand-out and hand-in linear, before and after as at the nearer of the two.
        """
        first, then = self.handed_out, self.handed_in
        if first is None or then is None or then.at_ms <= first.at_ms:
            one = then or first
            return 0 if one is None else one.offset_ms
        passed = min(max(at_ms, first.at_ms), then.at_ms) - first.at_ms
        whole = then.at_ms - first.at_ms
        drift = then.offset_ms - first.offset_ms
        return first.offset_ms + (2 * drift * passed + whole) // (2 * whole)

    def offset_of(self, one: Pressed) -> int:
        """Return by how much a press is corrected: what was typed is by control's clock."""
        return 0 if one.typed else self.offset_ms(one.raw_ms)

    def corrected(self, at_ms: int) -> datetime:
        """Return a device's time by control's clock (UTC)."""
        return moment(at_ms + self.offset_ms(at_ms))


def moment(ms: int) -> datetime:
    """Return the UTC moment of so many milliseconds after 1970, exactly."""
    return _EPOCH + timedelta(milliseconds=ms)


def read_evaluator_file(raw: bytes) -> EvaluatorFile:
    """Return what the file says.

    Raises:
        UserError: with every fault: no such file, too large, a broken chain, a line that is none.

    """
    told = _json(raw)
    bodies, links = _chain(told["chain"])
    photos = _photos(told["photos"], bodies)
    first = bodies[0]
    live, undone = _live(bodies)
    return EvaluatorFile(
        drill=first["drill"],
        scenario=first["scenario"],
        digest=first["digest"],
        evaluator=first["evaluator"],
        copy=first["copy"],
        links=links,
        handed_out=_measured(bodies, "out"),
        handed_in=_measured(bodies, "in"),
        stamps=_stamps(live),
        lines=tuple(_written(body) for body in live if body["kind"] in ("line", "photo")),
        undone=undone,
        photos=photos,
        said=tuple(_cautions(bodies, live, photos)),
        raw=raw,
    )


def require_of(file: EvaluatorFile, drill: str, scenario: Scenario, digest: str) -> None:
    """Refuse a file of another drill or of another scenario.

    Raises:
        UserError: with each that differs.

    """
    faults = []
    theirs = say("Hand it in to the drill that it was handed out for.")
    if file.drill != drill:
        problem = say("The file is of drill {other}.", other=file.drill)
        faults.append(_fault(problem, theirs, file.evaluator))
    if (file.scenario, file.digest) != (scenario.number, digest):
        problem = say("The file is of another scenario, {other}.", other=file.scenario)
        faults.append(_fault(problem, theirs, file.evaluator))
    if faults:
        raise UserError(faults)


def _json(raw: bytes) -> dict[str, Any]:
    """Return the outer object, its two parts of the right kind."""
    if len(raw) > MOST_BYTES:
        raise UserError([_fault(say("The file is larger than {most} bytes.", most=MOST_BYTES))])
    try:
        told = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_once,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError):
        raise UserError([_fault(say("This is no evaluator's file, or it is cut off."))]) from None
    good = (
        isinstance(told, dict)
        and set(told) == {"format", "kind", "chain", "photos"}
        and told["kind"] == KIND
        and isinstance(told["chain"], list)
        and isinstance(told["photos"], dict)
    )
    if not good:
        raise UserError([_fault(say("This is no evaluator's file, or it is cut off."))])
    if told["format"] != FORMAT or isinstance(told["format"], bool):
        raise UserError([_fault(say("The file is of another version of the page."))])
    if not 1 <= len(told["chain"]) <= MOST_LINKS:
        raise UserError(
            [_fault(say("The file has no line, or more than {most}.", most=MOST_LINKS))]
        )
    return dict(told)


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError(pairs)
    return dict(pairs)


def _no_number(text: str) -> float:
    raise ValueError(text)


def _chain(chain: Sequence[object]) -> tuple[tuple[Mapping[str, Any], ...], tuple[str, ...]]:
    """Return the bodies and the hashes of a whole chain of known lines."""
    faults: list[Fault] = []
    bodies: list[Mapping[str, Any]] = []
    links: list[str] = []
    for number, link in enumerate(chain, start=1):
        problem = _link_problem(link, number, links[-1] if links else GENESIS)
        if problem is not None:
            # What follows a broken link rests on it: nothing more can be said of the rest.
            faults.append(_fault(problem, row=number))
            break
        assert isinstance(link, dict)  # noqa: S101 - _link_problem looked
        bodies.append(link["body"])
        links.append(link["hash"])
        faults += [
            _fault(why, row=number, column=name) for name, why in _wrong(link["body"], number)
        ]
    if not faults:
        faults += _astray(bodies)
    if faults:
        raise UserError(faults[:MOST_SAID])
    return tuple(bodies), tuple(links)


def _link_problem(link: object, number: int, previous: str) -> Sentence | None:
    """Return why a link does not follow from the one before, ``None`` where it does."""
    good = (
        isinstance(link, dict)
        and set(link) == {"seq", "previous", "body", "hash"}
        and _is_flat(link["body"])
        and (link["seq"], link["previous"]) == (number, previous)
        and not isinstance(link["seq"], bool)
        and link["hash"] == link_hash(previous, link["body"])
    )
    return None if good else say("The chain is broken here: the file was changed.")


def _is_flat(body: object) -> bool:
    """Return whether it is an object of a few texts and whole numbers, which can be hashed."""
    return (
        isinstance(body, dict)
        and len(body) <= MOST_PARTS
        and all(
            (isinstance(value, int) and not isinstance(value, bool) and abs(value) < _BEYOND)
            or (isinstance(value, str) and not any(map(_is_half, value)))
            for value in (*body.keys(), *body.values())
        )
    )


def _is_half(sign: str) -> bool:
    return unicodedata.category(sign) == "Cs"


def _wrong(body: Mapping[str, Any], number: int) -> Iterator[tuple[str, Sentence]]:
    """Yield each value of a line that is not what its kind has."""
    kind = body.get("kind")
    checks = _LINES.get(kind) if isinstance(kind, str) else None
    if checks is None or (kind == "begun") != (number == 1):
        yield "kind", say("No such line stands here.")
        return
    checks = {**_HEAD, **checks}
    if set(body) != {*checks, "kind"}:
        yield "kind", say("The line has other parts than its kind has.")
        return
    for name, check in checks.items():
        problem = check(body[name])
        if problem is not None:
            yield name, problem
    if body["n"] != number:
        yield "n", say("The line is numbered wrongly.")
    moments = kind == "clock" and not any(_MS(body[name]) for name in ("at", "shown"))
    if moments and abs(body["shown"] - body["at"]) > _DAY_MS:
        yield "shown", say("The clocks differ by more than a day.")


def _astray(bodies: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    """Yield each line that takes back or corrects what was not there."""
    undone: set[int] = set()
    stamped: set[str] = set()
    for body in bodies:
        number = body["n"]
        if body["kind"] == "stamp":
            stamped.add(body["node"])
        elif body["kind"] == "change" and body["node"] not in stamped:
            yield _fault(say("It corrects what was not timed."), row=number)
        elif body["kind"] == "undo":
            of = body["of"]
            good = of < number and of not in undone and bodies[of - 1]["kind"] in _UNDOABLE
            if not good:
                yield _fault(say("It takes back what was not there."), row=number)
            undone.add(of)


_UNDOABLE = ("stamp", "change", "line", "photo")


def _live(
    bodies: Sequence[Mapping[str, Any]],
) -> tuple[tuple[Mapping[str, Any], ...], tuple[int, ...]]:
    """Return the lines that count, and the numbers of presses that count no more."""
    taken = {body["of"] for body in bodies if body["kind"] == "undo"}
    live = tuple(body for body in bodies if body["n"] not in taken)
    counting = {one.number for one in _stamps(live)}
    gone = (b["n"] for b in bodies if b["kind"] in ("stamp", "change") and b["n"] not in counting)
    return live, tuple(gone)


def _stamps(live: Sequence[Mapping[str, Any]]) -> tuple[Pressed, ...]:
    """Return the last word on each node, in the order of those words."""
    found: dict[str, Pressed] = {}
    for body in live:
        if body["kind"] in ("stamp", "change"):
            typed = body["kind"] == "change"
            raw = body["to"] if typed else body["at"]
            found[body["node"]] = Pressed(body["n"], body["node"], raw, typed)
    return tuple(sorted(found.values(), key=lambda one: one.number))


def _written(body: Mapping[str, Any]) -> Written:
    return Written(body["n"], body["at"], body.get("text", ""), body.get("sha256", ""))


def _measured(bodies: Sequence[Mapping[str, Any]], when: str) -> Measured | None:
    """Return the medians of the comparisons made then."""
    found = [body for body in bodies if body["kind"] == "clock" and body["when"] == when]
    if not found:
        return None
    at = _middle([body["at"] for body in found])
    return Measured(at, _middle([body["shown"] - body["at"] for body in found]))


def _middle(values: Sequence[int]) -> int:
    """Return the median, of two middle ones their mean rounded up where it lies between."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half] + 1) // 2


def _photos(held: Mapping[str, object], bodies: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """Return the photographs by hash; each must be the JPEG that a line names."""
    named = {body["sha256"]: body["bytes"] for body in bodies if body["kind"] == "photo"}
    faults: list[Fault] = []
    found: dict[str, bytes] = {}
    if len(held) > MOST_PHOTOS:
        faults.append(_fault(say("There are more than {most} photos.", most=MOST_PHOTOS)))
    for name, text in list(held.items())[:MOST_PHOTOS]:
        data = _bytes(text)
        good = (
            data.startswith(b"\xff\xd8\xff")
            and named.get(name) == len(data)
            and hashlib.sha256(data).hexdigest() == name
        )
        if good:
            found[name] = data
        else:
            problem = say("A photo is not the one that the chain names.")
            faults.append(_fault(problem, value=name[:16]))
    if faults:
        raise UserError(faults[:MOST_SAID])
    return found


def _bytes(text: object) -> bytes:
    if not isinstance(text, str) or len(text) > 2 * MOST_PHOTO_BYTES:
        return b""
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return b""


def _cautions(
    bodies: Sequence[Mapping[str, Any]],
    live: Sequence[Mapping[str, Any]],
    photos: Mapping[str, bytes],
) -> Iterator[Sentence]:
    """Yield what whoever reads the stamps must know."""
    first, then = _measured(bodies, "out"), _measured(bodies, "in")
    if first is None and then is None:
        yield say("The device's clock was never compared: its times are taken as they are.")
    elif first is None or then is None:
        yield say("The device's clock was compared only once: a drift would not be seen.")
    elif abs(then.offset_ms - first.offset_ms) > DRIFTED_MS:
        drift = abs(then.offset_ms - first.offset_ms) // 1000
        yield say("The device's clock was off by {seconds} s more at hand-in.", seconds=drift)
    times = [body["at"] for body in bodies]
    back = sum(later < earlier for earlier, later in pairwise(times))
    if back:
        yield say("The device's clock was set back {count} times.", count=back)
    lacking = sum(b["kind"] == "photo" and b["sha256"] not in photos for b in live)
    if lacking:
        yield say("{count} photos are named and not in the file.", count=lacking)


def _fault(
    problem: Sentence,
    mend: Sentence = _AGAIN,
    value: str = "",
    *,
    row: int | None = None,
    column: str = "",
) -> Fault:
    return Fault("evaluator", problem, mend, row=row, column=column, value=value)
