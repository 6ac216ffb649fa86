"""Evaluators: who was handed a page, and what they bring back, merged into the drill's log.

A file counts once however often it comes, in any order with others; what several evaluators timed
stands side by side. A later file of the same device adds to an earlier one. Files are kept as they
came, in ``evaluators/`` of the drill.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geodata.faults import Fault, UserError
from geodata.writing import write_file
from language import Sentence, say

from .acting import LOG
from .course import Course, Stamp, course_of
from .evaluator_file import (
    EvaluatorFile,
    Pressed,
    Written,
    moment,
    name_problem,
    read_evaluator_file,
    require_of,
)
from .folder import Control
from .log import Entry, open_log, write
from .opened import scenario_digest
from .running import RunState, stamp, state

__all__ = [
    "EvaluatorFile",
    "Merged",
    "counting",
    "hand_out",
    "merge",
    "read_evaluator_file",
]

KEPT = "evaluators"


@dataclass(frozen=True)
class Merged:
    """What came of a file: the stamps that are new in the log, how many were there already.

    ``lines`` counts new remarks and photographs. ``faults`` are the stamps that the drill does not
    take, one by one; ``said`` what must be known of the file's clock and writer.
    """

    evaluator: str
    stamps: tuple[Stamp, ...]
    known: int
    lines: int
    faults: tuple[Fault, ...]
    said: tuple[Sentence, ...]


def hand_out(control: Control, number: str, evaluator: str, page: str) -> Entry:
    """Return the log's line that this page went to this evaluator: by name and by its hash.

    Raises:
        UserError: for a name that cannot be one, or where the log cannot be written.

    """
    problem = name_problem(evaluator)
    if problem is not None:
        raise UserError([Fault("--evaluator", problem, say("Give another."), value=evaluator[:60])])
    told = {"evaluator": evaluator, "offset_ms": None, "file": _sha256(page.encode())}
    with open_log(control.drill(number) / LOG) as log:
        return write(log, evaluator, "handed_out", told, key=evaluator)


def merge(control: Control, number: str, file: EvaluatorFile) -> Merged:
    """Return what of the file is new in the drill's log; again it is nothing.

    Raises:
        UserError: for a file of another drill or scenario, one that contradicts an earlier file of
            the same device, a drill that has not begun or is frozen, or where all its stamps fail.

    """
    before = state(control, number)
    require_of(file, before.drill, before.scenario, scenario_digest(before.scenario))
    _require_begun(before)
    said = (*file.said, *_stranger(file, before.entries))
    if _is_within(control, number, file, before.entries):
        return Merged(file.evaluator, (), len(file.stamps), 0, (), said)
    made = [stamp_from(file, one) for one in file.stamps]
    fresh = [one for one in made if one not in before.stamps]
    taken, faults = _stamped(control, number, fresh)
    if faults and not taken and len(fresh) == len(made):
        raise UserError(faults)
    lines = _note(control, number, file, before)
    return Merged(file.evaluator, taken, len(made) - len(fresh), lines, tuple(faults), said)


def _stranger(file: EvaluatorFile, entries: Sequence[Entry]) -> tuple[Sentence, ...]:
    """Return what is said of a file whose evaluator was handed no page."""
    if any(e.kind == "handed_out" and e.key == file.evaluator for e in entries):
        return ()
    name = file.evaluator
    return (say("No page was handed out to {name}: ask who wrote this file.", name=name),)


def counting(entries: Sequence[Entry]) -> tuple[Stamp, ...]:
    """Return the stamps that count: of each device its last word on a node, not taken back.

    Several evaluators, and several devices of one, stand side by side.
    """
    last: dict[tuple[str, str, str], Stamp] = {}
    for one in course_of(entries).standing:
        last[one.evaluator, one.source.partition(":")[0], one.node] = one
    return tuple(last.values())


def stamp_from(file: EvaluatorFile, one: Pressed) -> Stamp:
    """Return a press as the drill's log has it, corrected by the offset of its moment."""
    offset = file.offset_of(one)
    return Stamp(
        node=one.node,
        at=moment(one.raw_ms + offset),
        raw=moment(one.raw_ms),
        offset_ms=offset,
        evaluator=file.evaluator,
        source=f"{file.copy[:8]}:{one.number}",
    )


def _require_begun(before: RunState) -> None:
    frozen = any(entry.kind == "frozen" for entry in before.entries)
    if before.t0 is None or frozen:
        problem = say("The drill is frozen.") if frozen else say("The drill has not begun.")
        mend = say("Hand files in after T0 and before the review is frozen.")
        raise UserError([Fault(before.drill, problem, mend)])


def _is_within(
    control: Control, number: str, file: EvaluatorFile, entries: Sequence[Entry]
) -> bool:
    """Return whether a file of the same device that is in the log already holds all of this one.

    Raises:
        UserError: where the two contradict each other.

    """
    within = False
    for earlier in _earlier(control, number, file, entries):
        short, long = sorted((file.links, earlier.links), key=len)
        if long[: len(short)] != short:
            problem = say("An earlier file of the same device says otherwise: one was changed.")
            mend = say("Ask the evaluator for the hash that the device shows.")
            raise UserError([Fault(file.evaluator, problem, mend)])
        within = within or len(earlier.links) >= len(file.links)
    return within


def _earlier(
    control: Control, number: str, file: EvaluatorFile, entries: Sequence[Entry]
) -> Iterator[EvaluatorFile]:
    """Yield the files of the same device that are in the log, as they were kept."""
    for entry in entries:
        if entry.kind == "handed_in" and entry.told.get("copy") == file.copy:
            path = control.drill(number) / KEPT / f"{str(entry.told.get('file'))[:16]}.json"
            if path.is_file():
                yield read_evaluator_file(path.read_bytes())


def _keep(control: Control, number: str, file: EvaluatorFile) -> None:
    folder = control.drill(number) / KEPT
    folder.mkdir(exist_ok=True, mode=0o700)
    path = folder / f"{file.sha256[:16]}.json"
    if not path.is_file():
        with write_file(path) as fresh:
            fresh.write_bytes(file.raw)
            fresh.chmod(0o600)


def _stamped(
    control: Control, number: str, fresh: Sequence[Stamp]
) -> tuple[tuple[Stamp, ...], list[Fault]]:
    """Write each stamp; return those that stand now, and why others do not."""
    taken: list[Stamp] = []
    faults: list[Fault] = []
    for one in fresh:
        try:
            stamp(control, number, one)
        except UserError as error:
            faults += error.faults
        else:
            taken.append(one)
    return tuple(taken), faults


def _note(control: Control, number: str, file: EvaluatorFile, before: RunState) -> int:
    """Write remarks, what was taken back or stands again, and last that the file is in.

    Return how many remarks there were.
    """
    known = {entry.key for entry in before.entries if entry.kind in ("noted", "handed_in")}
    count = 0
    with open_log(control.drill(number) / LOG) as log:
        for line in file.lines:
            key = f"{file.evaluator}:{file.copy[:8]}:{line.number}"
            if key not in known:
                write(log, file.evaluator, "noted", _noted(file, line), key=key)
                count += 1
        for act, source in _turned(file, course_of(before.entries)):
            told = {"text": f"{_SIGNS[act]} {source}", "evaluator": file.evaluator, act: source}
            write(log, file.evaluator, "noted", told, key=f"{file.evaluator}:{source}:{act}")
        _keep(control, number, file)
        write(log, file.evaluator, "handed_in", _handed_in(file), key=file.evaluator)
    return count


def _turned(file: EvaluatorFile, before: Course) -> Iterator[tuple[str, str]]:
    """Yield each press of the log that the device has taken back since, or that stands again.

    A press stands again where what had replaced it was taken back.
    """
    held = {one.source for one in before.stamps if one.evaluator == file.evaluator}
    gone = {source for evaluator, source in before.undone if evaluator == file.evaluator}
    device = file.copy[:8]
    undone = [f"{device}:{number}" for number in file.undone]
    yield from (("undone", source) for source in undone if source in held - gone)
    counts = [f"{device}:{one.number}" for one in file.stamps]
    yield from (("stands", source) for source in counts if source in gone)


_SIGNS = {"undone": "⌫", "stands": "↩"}


def _noted(file: EvaluatorFile, line: Written) -> dict[str, str]:
    told = {
        "text": line.text or f"▣ {line.photo[:16]}",
        "evaluator": file.evaluator,
        "seen": file.corrected(line.at_ms).isoformat(),
    }
    return {**told, "photo": line.photo} if line.photo else told


def _handed_in(file: EvaluatorFile) -> dict[str, str | int | None]:
    last = file.handed_in or file.handed_out
    return {
        "evaluator": file.evaluator,
        "offset_ms": None if last is None else last.offset_ms,
        "file": file.sha256,
        "copy": file.copy,
        "links": len(file.links),
        "head": file.links[-1],
    }


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
