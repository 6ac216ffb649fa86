"""What control's screen knows of one drill: its log, and once it is opened the drawn scenario.

Nothing of a sealed pool is ever read for the screen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from desks.exercise.course import Course, course_of
from desks.exercise.due import MS, ran
from desks.exercise.evaluators import counting
from desks.exercise.log import Entry
from desks.exercise.scenario import Node, Scenario
from desks.exercise.standing import current, voids
from geodata.chain import GENESIS
from ui.panels.markup import View

Stage = Literal["compose", "seal", "draw", "run", "review"]
STAGES: tuple[Stage, ...] = ("compose", "seal", "draw", "run", "review")
Room = Literal["keys", "calendar", "inspect", "learn"]
ROOMS: tuple[Room, ...] = ("keys", "calendar", "inspect", "learn")
"""What control has beside its drills."""

OVER = ("ended", "aborted")


@dataclass(frozen=True)
class Known:
    """One drill as its log tells it; ``scenario`` is ``None`` until it is opened.

    ``draft`` is whether a composed pool waits to be sealed; ``officers`` are name and office of
    who holds the three keys; ``intact`` is whether the chain of the log holds.
    """

    number: str
    entries: tuple[Entry, ...] = ()
    scenario: Scenario | None = None
    draft: bool = False
    officers: tuple[tuple[str, str], ...] = ()
    intact: bool = True

    def of(self, *kinds: str) -> tuple[Entry, ...]:
        """Return the lines of these kinds since the drill was sealed last, with what preceded."""
        sealed = current(self.entries)
        since = sealed[0].number if sealed else 0
        drawn = ("committed", "revealed", "drawn", "opened", "sealed")
        return tuple(
            one
            for one in self.entries
            if one.kind in kinds and (one.number >= since or one.kind not in drawn)
        )

    def last(self, *kinds: str) -> Entry | None:
        """Return the latest line of these kinds, ``None`` where there is none."""
        found = self.of(*kinds)
        return found[-1] if found else None

    @property
    def sealed(self) -> Entry | None:
        """Return the line of the sealing that holds now."""
        now = current(self.entries)
        return now[0] if now else None

    @property
    def voided(self) -> tuple[Entry, ...]:
        """Return the draws that were void."""
        return voids(self.entries)

    @property
    def stage(self) -> Stage:
        """Return the step at which the drill stands."""
        if self.sealed is None:
            return "seal" if self.draft else "compose"
        if self.last("opened") is None:
            return "draw"
        return "review" if self.last(*OVER) is not None else "run"

    @cached_property
    def course(self) -> Course:
        """Return how the drill went so far."""
        return course_of(self.entries)

    @property
    def t0(self) -> datetime | None:
        """Return when the drill began, ``None`` while it has not."""
        return self.course.t0

    @property
    def paused(self) -> bool:
        """Return whether the drill stands still."""
        return self.course.phase == "paused"

    @property
    def running(self) -> bool:
        """Return whether the drill began and is not over."""
        return self.course.phase in ("running", "paused")

    def ran_ms(self, at: datetime) -> int | None:
        """Return for how many milliseconds it had run at a moment, ``None`` before it began."""
        course = self.course
        return None if course.t0 is None else ran(course.t0, course.pauses, at) // MS

    @property
    def clock_from_ms(self) -> int | None:
        """Return the moment (Unix ms) from which a clock of the running drill counts.

        That is T0 and every pause after it; ``None`` before T0 and while it stands still.
        """
        if not self.running or self.paused:
            return None
        now = self.entries[-1].at
        ran_ms = self.ran_ms(now)
        return None if ran_ms is None else round(now.timestamp() * 1000) - ran_ms

    @property
    def first_head(self) -> str:
        """Return the head with which the log began: of its first line."""
        return self.entries[0].hash if self.entries else GENESIS

    @property
    def head(self) -> str:
        """Return the head of the log as it stands."""
        return self.entries[-1].hash if self.entries else GENESIS


@dataclass(frozen=True)
class Timed:
    """A node and when it was stamped first, milliseconds after T0; ``None`` not yet."""

    node: Node
    at_ms: int | None

    def late(self, now_ms: int | None) -> bool:
        """Return whether it is, or by now must be, later than its P90, without one its latest."""
        limit = self.node.p90_ms if self.node.p90_ms is not None else self.node.latest_ms
        at = self.at_ms if self.at_ms is not None else now_ms
        return limit is not None and at is not None and at > limit


def timed(known: Known) -> tuple[Timed, ...]:
    """Return every node of the scenario with the first moment it was stamped at."""
    if known.scenario is None:
        return ()
    first: dict[str, int] = {}
    for stamp in counting(known.entries):
        ms = known.ran_ms(stamp.at)
        if ms is not None:
            first[stamp.node] = min(ms, first.get(stamp.node, ms))
    return tuple(Timed(node, first.get(node.key)) for node in known.scenario.nodes)


def short(digits: str) -> str:
    """Return the beginning and end of a hash, as it is compared by eye."""
    return f"{digits[:4]} {digits[4:8]} {digits[8:12]} … {digits[-4:]}" if digits else ""


def listed(names: Iterable[str], view: View) -> str:
    """Return names one after another, as the reader's language parts them."""
    return ("、" if view.words.language == "zh" else ", ").join(names)
