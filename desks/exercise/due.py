"""Which injects are due: by the clock, by a node or by hand. A pause stops all clocks of a drill.

Nothing here reads a clock or a disk: the same log and moment give the same answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .course import Course, Pause, course_of
from .log import Entry
from .scenario import Inject, Scenario

MS = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Waiting:
    """One inject that was not released: when it is due, ``None`` while nobody can tell.

    ``by_hand`` says that a director added it or ordered it before its time.
    """

    inject: Inject
    due: datetime | None
    added: bool = False
    by_hand: bool = False


def ran(t0: datetime, pauses: Sequence[Pause], at: datetime) -> timedelta:
    """Return how long the drill had run at a moment, pauses left out; negative before T0."""
    still = timedelta()
    for begun, over in pauses:
        end = at if over is None else min(over, at)
        still += max(end - begun, timedelta())
    return at - t0 - still


def moment(t0: datetime, pauses: Sequence[Pause], running: timedelta) -> datetime | None:
    """Return the first moment at which the drill has run so long, ``None`` while it stands still.

    The inverse of ``ran``: what falls on the beginning of a pause falls due before it.
    """
    at = t0 + running
    for begun, over in pauses:
        if begun >= at:
            break
        if over is None:
            return None
        at += over - begun
    return at


def waiting(scenario: Scenario, course: Course) -> tuple[Waiting, ...]:
    """Return every inject that was not released, in the order in which they are due."""
    found = [one for one in _known(scenario, course) if not course.has(one.inject.key)]
    never = datetime.max.replace(tzinfo=None if course.t0 is None else course.t0.tzinfo)
    return tuple(sorted(found, key=lambda one: one.due or never))


def due(scenario: Scenario, entries: Sequence[Entry], now: datetime) -> tuple[Waiting, ...]:
    """Return the injects that are due and not released, the longest overdue first.

    None is due before the drill has started, while it is paused and once it is over.
    """
    return due_in(scenario, course_of(entries), now)


def due_in(scenario: Scenario, course: Course, now: datetime) -> tuple[Waiting, ...]:
    """Return the same from the facts of a log."""
    if course.phase != "running":
        return ()
    return tuple(o for o in waiting(scenario, course) if o.due is not None and o.due <= now)


def late_ms(course: Course, due_at: datetime, at: datetime) -> int:
    """Return by how much running time something came after it was due, in whole milliseconds."""
    if course.t0 is None:
        return 0
    running = [ran(course.t0, course.pauses, when) for when in (due_at, at)]
    return max(0, (running[1] - running[0]) // MS)


def _known(scenario: Scenario, course: Course) -> Iterator[Waiting]:
    for inject in scenario.injects:
        planned, ordered = _planned(inject, course), course.order(inject.key)
        by_hand = ordered is not None and (planned is None or ordered < planned)
        yield Waiting(inject, ordered if by_hand else planned, by_hand=by_hand)
    for inject in course.added:
        yield Waiting(inject, course.order(inject.key), added=True, by_hand=True)


def _planned(inject: Inject, course: Course) -> datetime | None:
    """Return when the inject is due by its own trigger, ``None`` while that cannot be told."""
    trigger, t0 = inject.trigger, course.t0
    if t0 is None or trigger.kind == "hand":
        return None
    since = timedelta()
    if trigger.kind == "node":
        seen = course.reached(trigger.node)
        if seen is None:
            return None
        since = max(ran(t0, course.pauses, seen), timedelta())
    return moment(t0, course.pauses, since + timedelta(seconds=trigger.after_s))
