"""One act of a running drill on the disk: into the log, to the players, and back into the log.

Order of writing, so that no crash loses or doubles anything: what a director wants stands in the
log first; then the players get it; then the log says that they have it. Every entry rests on the
log as it was read, so that of two directors one looks again.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from desks import outbox
from geodata.faults import Fault, UserError
from geodata.store import StaleEdit, Store
from language import Sentence, say

from .clock import SLACK, passing_s, set_back
from .course import OVER, Course, Printed, Released, course_of
from .due import Waiting, due_in, late_ms, waiting
from .folder import Control
from .log import Entry, entries, head, open_log, write
from .opened import Opened, read_opened, require_logged
from .players import Answer, answers, foreign, got_at, notice_of, open_players, publish, put

LATE_MS = 2_000
"""What comes later than this is said."""

TRIES = 100
"""So often an entry is made anew because another one wrote at the same moment."""

WAITED_S = 1.0
"""Whatever took longer than this waited for a busy register, and came so much later."""

PUT_BACK = "参演侧改动或丢失，已恢复："
LOG = "log.sqlite"


@dataclass(frozen=True)
class Beat:
    """What came of one act: what the players got and answered, heads for paper, what went wrong.

    ``faults`` did not stop the drill: what could not be written is written by a later beat.
    """

    released: tuple[Released, ...] = ()
    answered: tuple[Released, ...] = ()
    printed: tuple[Printed, ...] = ()
    faults: tuple[Fault, ...] = ()
    said: tuple[Sentence, ...] = ()


Read = tuple[str, tuple[Entry, ...], Course]
"""A head, the entries up to it or beyond, and what they say."""


@dataclass
class Desk:
    """What every act works on: the drill's log and scenario, who acts and when (UTC).

    ``kept`` is what was read last: the log is read again only once its head is another.
    """

    control: Control
    log: Store
    opened: Opened
    who: str
    now: datetime
    began_s: float
    kept: Read | None = None

    def moment(self) -> datetime:
        """Return when something came that was begun now: later only where it had to wait."""
        waited_s = passing_s() - self.began_s
        return self.now if waited_s < WAITED_S else self.now + timedelta(seconds=waited_s)

    def read(self) -> Read:
        """Return what the log says now.

        Raises:
            UserError: where they are not of this scenario, or cannot be read.

        """
        seen = head(self.log)
        if self.kept is None or self.kept[0] != seen:
            found = entries(self.log)
            require_logged(self.opened, found)
            self.kept = seen, found, course_of(found)
        return self.kept


Wanted = tuple[str, Mapping[str, Any], str]
"""Kind, what is told, key of an entry to be."""

Decide = Callable[[Desk, Course, str], Wanted | None]
"""What is to be written on this course and head, ``None`` for nothing; refuses by a UserError."""


@contextmanager
def at_desk(control: Control, number: str, now: datetime, who: str) -> Iterator[Desk]:
    """Yield the desk of an opened drill; its clock never stands before what the log tells.

    Raises:
        UserError: where the drill was not opened, or log or scenario cannot be read or believed.

    """
    opened = read_opened(control, number)
    with open_log(control.drill(number) / LOG) as log:
        desk = Desk(control, log, opened, who, now.astimezone(UTC), passing_s())
        floor = desk.read()[2].floor
        desk.now = max(desk.now, floor or desk.now)
        yield desk


def record(desk: Desk, decide: Decide) -> Entry | None:
    """Return the entry that was decided on the newest log, ``None`` where nothing was to be said.

    Nothing is said any more once the log is frozen, also where that happened just now.

    Raises:
        UserError: as ``decide`` does, and where the log cannot be written.

    """
    for left in reversed(range(TRIES)):
        seen, _, course = desk.read()
        wanted = decide(desk, course, seen)
        if wanted is None or course.frozen:
            return None
        kind, told, key = wanted
        try:
            return write(desk.log, desk.who, kind, told, key=key, after=seen)
        except StaleEdit:
            if not left:
                raise
    return None


def act(control: Control, number: str, now: datetime, who: str, decide: Decide | None) -> Beat:
    """Write what was decided, if anything, and bring log and players to where they belong.

    Raises:
        UserError: as ``decide`` and ``at_desk`` do; what fails later is among the faults.

    """
    with at_desk(control, number, now, who) as desk:
        if decide is not None:
            record(desk, decide)
        course = desk.read()[2]
        if course.frozen or course.phase == "opened":
            return Beat()
        done = _Done()
        try:
            _print_heads(desk, done)
            with open_players(control) as players:
                _meet(desk, players, done)
        except UserError as error:
            done.faults.extend(error.faults)
        behind = desk.now - now
        if behind > SLACK:
            done.said.append(set_back(behind))
        return done.beat()


class _Done:
    """What an act has done so far: kept also where it then fails."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.released: list[Released] = []
        self.answered: list[Released] = []
        self.printed: list[Printed] = []
        self.faults: list[Fault] = []
        self.said: list[Sentence] = []

    def beat(self) -> Beat:
        """Return it as it is now."""
        late = late_said(self.released)
        return Beat(
            tuple(self.released),
            tuple(self.answered),
            tuple(self.printed),
            tuple(self.faults),
            (*late, *self.said),
        )


def quoted(key: str) -> str:
    """Return the key of an inject as a sentence names it: it is no word to be translated."""
    return f"“{key}”"


def late_said(released: "list[Released] | tuple[Released, ...]") -> tuple[Sentence, ...]:
    """Return a sentence for each inject that came late."""
    return tuple(
        say(
            "{key} was released {seconds} s late.",
            key=quoted(one.key),
            seconds=round(one.late_ms / 1000),
        )
        for one in released
        if one.late_ms > LATE_MS
    )


def _print_heads(desk: Desk, done: _Done) -> None:
    """Write the heads that paper must bear by now: after the start and after the end."""
    for what in ("start", "end"):
        entry = record(desk, partial(_head, what=what))
        if entry is not None:
            page = Printed(what, str(entry.told["head"]), entry.number, entry.at)
            done.printed.append(page)


def _head(_: Desk, course: Course, seen: str, *, what: str) -> Wanted | None:
    """Return the entry for a head that is due for paper and was not printed yet."""
    there = any(page.what == what for page in course.printed)
    come = course.t0 is not None if what == "start" else course.phase in OVER
    return ("printed", {"head": seen, "what": what}, "") if come and not there else None


def _meet(desk: Desk, players: Store, done: _Done) -> None:
    """Bring the players' register to what the log says, and their answers into the log."""
    there = {one.key: one for one in outbox.released(players, desk.opened.drill)}
    _, found, course = desk.read()
    publish(players, desk.who, notice_of(desk.opened, course, found))
    _put_back(desk, players, course, there, done)
    for one in _ripe(desk, course, there):
        _release(desk, players, one, there, done)
    _, _, course = desk.read()
    for answer in answers(there, course, desk.now):
        _take_answer(desk, answer, done)
    done.said.extend(foreign(there, [one.key for one in course.released]))
    _, found, after = desk.read()
    if after.phase != course.phase:
        publish(players, desk.who, notice_of(desk.opened, after, found))


def _put_back(
    desk: Desk,
    players: Store,
    course: Course,
    there: Mapping[str, outbox.Released],
    done: _Done,
) -> None:
    """Put before the players again what the log says they have and their register has not."""
    for one in course.released:
        if _stands(one.text, one.to, there.get(one.key)):
            continue
        if put(players, desk.who, desk.opened.drill, one):
            told = say(
                "{key} was altered or lost on the players' side and put back.", key=quoted(one.key)
            )
            body = {"text": f"{PUT_BACK}{one.key}", "put_back": one.key, "at": desk.now.isoformat()}
            record(desk, partial(_noted, body=body))
            done.said.append(told)


def _noted(_desk: Desk, _course: Course, _seen: str, *, body: Mapping[str, Any]) -> Wanted:
    return "noted", body, ""


def _ripe(desk: Desk, course: Course, there: Mapping[str, outbox.Released]) -> tuple[Waiting, ...]:
    """Return what is due, and what the players have though a crash kept it out of the log."""
    ripe = {one.inject.key for one in due_in(desk.opened.scenario, course, desk.now)}
    return tuple(
        one
        for one in waiting(desk.opened.scenario, course)
        if one.inject.key in ripe
        or (course.t0 and _stands(one.inject.text, one.inject.to, there.get(one.inject.key)))
    )


def _stands(text: str, to: str, told: outbox.Released | None) -> bool:
    return told is not None and (told.text, told.to) == (text, to)


def _release(
    desk: Desk,
    players: Store,
    one: Waiting,
    there: Mapping[str, outbox.Released],
    done: _Done,
) -> None:
    """Put one inject before the players, then say in the log that they have it."""
    inject, course = one.inject, desk.read()[2]
    if course.has(inject.key):
        return
    told = there.get(inject.key)
    got = None
    if _stands(inject.text, inject.to, told):
        got = got_at(told, one.due or course.t0 or desk.now, desk.now)
    at = got or desk.now
    made = _made(one, course, at)
    put(players, desk.who, desk.opened.drill, made)
    if got is None and (after := desk.moment()) != at:
        made = _made(one, course, after)
    body = _told(made)

    def decide(_: Desk, course: Course, _seen: str) -> Wanted | None:
        return None if course.has(inject.key) else ("released", body, inject.key)

    if record(desk, decide) is not None:
        done.released.append(made)


def _made(one: Waiting, course: Course, at: datetime) -> Released:
    """Return the inject as released at a moment."""
    inject, due_at = one.inject, min(one.due or at, at)
    return Released(
        key=inject.key,
        text=inject.text,
        to=inject.to,
        trigger="hand" if one.by_hand else inject.trigger.kind,
        due=due_at,
        at=at,
        late_ms=late_ms(course, due_at, at),
        added=one.added,
    )


def _told(made: Released) -> dict[str, Any]:
    """Return what the log says of a released inject."""
    plain = {name: getattr(made, name) for name in ("text", "to", "trigger", "late_ms")}
    times = {"due": made.due.isoformat(), "at": made.at.isoformat()}
    return {**plain, **times, **({"added": True} if made.added else {})}


def _not_believed(answer: Answer) -> Sentence:
    return say(
        "{key} was acknowledged at a time before its release or ahead of now: ours stands.",
        key=answer.key,
    )


def _take_answer(desk: Desk, answer: Answer, done: _Done) -> None:
    """Write an acknowledgement into the log, once, with the players' time where it can be."""
    told = {"at": answer.at or desk.now.isoformat(), "by": answer.by}
    told |= {"claimed": answer.claimed} if answer.claimed else {}

    def decide(_: Desk, course: Course, _seen: str) -> Wanted | None:
        new = any(one.key == answer.key and one.answered is None for one in course.released)
        return ("acknowledged", told, answer.key) if new else None

    if record(desk, decide) is not None:
        if answer.claimed:
            done.said.append(_not_believed(answer))
        course = desk.read()[2]
        done.answered.extend(one for one in course.released if one.key == answer.key)
