"""A drill while it runs: begun, released, paused, stamped, ended; it resumes by itself.

A drill is its log and its opened scenario: whoever calls these after a crash goes on where it
stood, and two directors may call them at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import time

from geodata.faults import Fault, UserError
from language import Sentence, say

from . import json_checks as must
from .acting import LOG, Beat, Decide, Desk, Wanted, act, at_desk, late_said, record
from .clock import clock_text
from .course import Course, Pause, Phase, Printed, Released, Stamp, course_of, stamp_of
from .directors import beside
from .due import Waiting, ran, waiting
from .folder import Control
from .log import Entry, entries, open_log
from .opened import read_opened, require_logged, scenario_digest
from .scenario import Scenario

__all__ = [
    "Beat",
    "Released",
    "RunState",
    "Stamp",
    "abort",
    "add_inject",
    "beat",
    "end",
    "note",
    "pause",
    "release_now",
    "resume",
    "stamp",
    "start",
    "state",
    "tick",
]

DIRECTOR = "导调"
"""Who acts where nobody is named."""

ORDERED, ADDED = "导调下达：", "临时导调信息："
"""How the log words what a director orders beside the scenario."""

AHEAD = timedelta(seconds=5)
"""So far a stamp may lie ahead of our clock: offsets of devices are measured to about a second."""

_DAY_MS = 86_400_000
_LOOK = say("Look at the run board.")


@dataclass(frozen=True)
class RunState:
    """How a drill stands, from its log and the opened scenario alone.

    ``t0`` is the moment it began, ``None`` not yet; ``by`` who began it, ``why`` it was aborted,
    ``over`` when it ended or was.
    """

    drill: str
    type: str
    commitment: str
    scenario: Scenario
    entries: tuple[Entry, ...]
    phase: Phase
    t0: datetime | None
    by: str
    why: str
    over: datetime | None
    pauses: tuple[Pause, ...]
    released: tuple[Released, ...]
    waiting: tuple[Waiting, ...]
    stamps: tuple[Stamp, ...]
    printed: tuple[Printed, ...]
    said: tuple[Sentence, ...]

    @property
    def paused(self) -> bool:
        """Return whether the drill stands still and may go on."""
        return self.phase == "paused"

    def ran(self, now: datetime) -> timedelta:
        """Return how long the drill has run, pauses left out; 0 before T0, still once over."""
        if self.t0 is None:
            return timedelta()
        return ran(self.t0, self.pauses, min(now, self.over or now))


def state(control: Control, number: str) -> RunState:
    """Return how the drill stands.

    Raises:
        UserError: where it was not opened, or its log or scenario cannot be read or believed.

    """
    opened = read_opened(control, number)
    with open_log(control.drill(number) / LOG) as log:
        found = entries(log)
    require_logged(opened, found)
    course = course_of(found)
    return RunState(
        **{name: getattr(opened, name) for name in ("drill", "type", "commitment", "scenario")},
        **{name: getattr(course, name) for name in _OF_COURSE},
        entries=found,
        waiting=waiting(opened.scenario, course),
        said=late_said(course.released),
    )


_OF_COURSE = ("phase", "t0", "by", "why", "over", "pauses", "released", "stamps", "printed")


def start(control: Control, number: str, now: datetime, *, who: str = DIRECTOR) -> Beat:
    """Begin the drill at this very moment, tell the players that it runs; return the head to print.

    Raises:
        UserError: where it was not opened, has begun, was aborted, or the log cannot be written.

    """

    def decide(desk: Desk, course: Course, _: str) -> Wanted:
        _require(desk, course, "opened")
        digest = scenario_digest(desk.opened.scenario)
        return "started", {"t0": desk.now.isoformat(), "scenario": digest}, ""

    return act(control, number, now, who, decide)


def tick(
    control: Control, number: str, now: datetime, *, who: str = DIRECTOR
) -> tuple[Released, ...]:
    """Release what is due and read the answers back; return what was released now.

    Again at the same moment it changes nothing. Where the players cannot be reached it waits;
    ``beat`` tells why.

    Raises:
        UserError: where the drill was not opened, or its log cannot be read.

    """
    return beat(control, number, now, who=who).released


def beat(control: Control, number: str, now: datetime, *, who: str = DIRECTOR) -> Beat:
    """Return what one tick did, and everything that must be said of it.

    Raises:
        UserError: where the drill was not opened, or its log cannot be read.

    """
    other = beside(control.drill(number), who, time())
    done = act(control, number, now, who, None)
    if other is None:
        return done
    return Beat(done.released, done.answered, done.printed, done.faults, (other, *done.said))


def release_now(
    control: Control, number: str, key: str, now: datetime, *, who: str = DIRECTOR
) -> Beat:
    """Release an inject before its time, or one that waits for a hand.

    Raises:
        UserError: where the drill does not run, or there is no such inject left.

    """

    def decide(desk: Desk, course: Course, _: str) -> Wanted | None:
        _require(desk, course, "running")
        left = {one.inject.key: one for one in waiting(desk.opened.scenario, course)}
        done = next((one for one in course.released if one.key == key), None)
        if done is not None:
            problem = say("It was released at {at} already.", at=clock_text(done.at))
            raise UserError([Fault("--inject", problem, _LOOK, value=key)])
        if key not in left:
            problem = say(
                "There is no such inject; those left: {keys}.", keys=", ".join(left) or "—"
            )
            raise UserError([Fault("--inject", problem, _LOOK, value=key[:60])])
        if course.order(key) is not None:
            return None
        told = {"text": f"{ORDERED}{key}", "release": key, "at": desk.now.isoformat()}
        return "noted", told, ""

    return act(control, number, now, who, decide)


def add_inject(
    control: Control, number: str, told: tuple[str, str], now: datetime, *, who: str = DIRECTOR
) -> Beat:
    """Release an inject that stands in no scenario, marked as added by hand.

    ``told`` is its text and to whom it goes.

    Raises:
        UserError: where the drill does not run, or a text is none.

    """
    text, to = told
    checks = {"--text": must.text(4_000, lines=True)(text), "--to": must.text(200)(to)}
    _raise_all(checks)

    def decide(desk: Desk, course: Course, _: str) -> Wanted:
        _require(desk, course, "running")
        taken = {one.key for one in (*desk.opened.scenario.injects, *course.added)}
        count = len(course.added) + 1
        key = next(
            k for n in range(count, count + len(taken) + 1) if (k := f"added-{n}") not in taken
        )
        added = {"key": key, "text": text, "to": to}
        return "noted", {"text": f"{ADDED}{key}", "added": added, "at": desk.now.isoformat()}, ""

    return act(control, number, now, who, decide)


def pause(control: Control, number: str, now: datetime, *, who: str = DIRECTOR) -> Beat:
    """Let the drill stand still; what was due until now is released first.

    Raises:
        UserError: where it does not run.

    """
    first = act(control, number, now, who, None)
    second = act(control, number, now, who, _turn("paused", "running"))
    return Beat(*(tuple(getattr(first, f)) + tuple(getattr(second, f)) for f in _FIELDS))


_FIELDS = ("released", "answered", "printed", "faults", "said")


def resume(control: Control, number: str, now: datetime, *, who: str = DIRECTOR) -> Beat:
    """Let a paused drill go on.

    Raises:
        UserError: where it is not paused; what was aborted for a real emergency stays aborted.

    """
    return act(control, number, now, who, _turn("resumed", "paused"))


def abort(control: Control, number: str, why: str, now: datetime, *, who: str = DIRECTOR) -> Beat:
    """Break the drill off for good, as for a real emergency; the log is written before all else.

    Raises:
        UserError: where it is over, or no reason is given.

    """
    _raise_all({"--why": must.text(500, lines=True)(why)})
    return act(control, number, now, who, _turn("aborted", "opened", "running", "paused", why=why))


def end(control: Control, number: str, now: datetime, *, who: str = DIRECTOR) -> Beat:
    """End the drill and return the head to print; what still waits is released no more.

    Raises:
        UserError: where it has not begun or is over.

    """
    return act(control, number, now, who, _turn("ended", "running", "paused"))


def stamp(
    control: Control, number: str, made: Stamp, *, now: datetime | None = None, who: str = ""
) -> Entry:
    """Return the entry of a stamp; the same stamp again is the entry that is there.

    Raises:
        UserError: for an unknown node, a time before T0 or ahead of our clock, a drill that has
            not begun or was frozen.

    """
    _raise_all(
        {
            "--evaluator": must.text(80)(made.evaluator),
            "source": must.text(200, least=0)(made.source),
            "offset_ms": must.whole(-_DAY_MS, _DAY_MS)(made.offset_ms),
        }
    )
    desk_now = (now or datetime.now(tz=UTC)).astimezone(UTC)

    def decide(desk: Desk, course: Course, _: str) -> Wanted | None:
        _require_open(desk, course)
        if course.t0 is None:
            raise UserError([Fault(desk.opened.drill, say("The drill has not begun."), _LOOK)])
        faults = list(_stamp_faults(desk, course.t0, made))
        if faults:
            raise UserError(faults)
        if made in course.stamps:
            return None
        own = [s for s in course.stamps if (s.evaluator, s.node) == (made.evaluator, made.node)]
        key = f"{made.evaluator}:{made.node}:{len(own) + 1}"
        return "stamped", _stamped(made), key

    with at_desk(control, number, desk_now, who or made.evaluator) as desk:
        written = record(desk, decide)
        found = desk.read()[1] if written is None else (written,)
    return next(e for e in found if e.kind == "stamped" and stamp_of(e) == made)


def note(control: Control, number: str, text: str, now: datetime, *, who: str = DIRECTOR) -> Entry:
    """Return the entry of a remark for the review.

    Raises:
        UserError: for no text, or where the log cannot be written.

    """
    _raise_all({"--text": must.text(4_000, lines=True)(text)})

    def decide(desk: Desk, course: Course, _: str) -> Wanted:
        _require_open(desk, course)
        return "noted", {"text": text, "at": desk.now.isoformat()}, ""

    with at_desk(control, number, now, who) as desk:
        written = record(desk, decide)
    assert written is not None  # noqa: S101 - decide always returns an entry to be
    return written


def _turn(kind: str, *phases: Phase, why: str = "") -> Decide:
    """Return what turns a drill that is in one of the phases into another."""

    def decide(desk: Desk, course: Course, _: str) -> Wanted:
        _require(desk, course, *phases)
        return kind, {"at": desk.now.isoformat(), **({"why": why} if why else {})}, ""

    return decide


def _require(desk: Desk, course: Course, *phases: Phase) -> None:
    """Refuse what a drill in another phase does not allow.

    Raises:
        UserError: saying in which phase it is.

    """
    _require_open(desk, course)
    if course.phase in phases:
        return
    when = clock_text(course.t0) if course.t0 else ""
    told = {
        "opened": say("The drill has not begun."),
        "running": say("The drill runs since {at}; {who} began it.", at=when, who=course.by),
        "paused": say("The drill is paused."),
        "ended": say("The drill has ended."),
        "aborted": say("The drill was aborted and stays so: {why}", why=course.why),
    }
    raise UserError([Fault(desk.opened.drill, told[course.phase], _LOOK)])


def _require_open(desk: Desk, course: Course) -> None:
    if course.frozen:
        problem = say("The log is frozen: the review has begun.")
        raise UserError([Fault(desk.opened.drill, problem, _LOOK)])


def _stamp_faults(desk: Desk, t0: datetime, made: Stamp) -> Iterator[Fault]:
    """Yield what is wrong with a stamp of a running drill."""
    nodes = [node.key for node in desk.opened.scenario.nodes]
    if made.node not in nodes:
        problem = say("There is no such node; there are: {keys}.", keys=", ".join(nodes))
        yield Fault("--node", problem, _LOOK, value=made.node[:60])
    if made.at.utcoffset() is None or made.raw.utcoffset() is None:
        problem = say("The time does not say its time zone.")
        yield Fault("--at", problem, _CLOCK, value=made.at.isoformat())
        return
    if made.at < t0:
        problem = say("The stamp is earlier than the start of the drill, {at}.", at=clock_text(t0))
        yield Fault("--at", problem, _CLOCK, value=clock_text(made.at))
    if made.at > desk.now + AHEAD:
        problem = say("The stamp lies in the future; it is {at} now.", at=clock_text(desk.now))
        yield Fault("--at", problem, _CLOCK, value=clock_text(made.at))


_CLOCK = say("Measure the offset of the device's clock again.")


def _stamped(made: Stamp) -> dict[str, str | int]:
    """Return what the log says of a stamp."""
    return {
        "node": made.node,
        "at": made.at.astimezone(UTC).isoformat(),
        "raw": made.raw.isoformat(),
        "offset_ms": made.offset_ms,
        "evaluator": made.evaluator,
        "source": made.source,
    }


def _raise_all(problems: Mapping[str, Sentence | None]) -> None:
    """Raise every problem there is.

    Raises:
        UserError: where there is one.

    """
    faults = [Fault(name, told, _TYPE) for name, told in problems.items() if told is not None]
    if faults:
        raise UserError(faults)


_TYPE = say("Type it anew.")
