"""How a drill went so far: its log read as facts, in the order in which they became known.

Moments are those of the drill's clock, which the entries tell under ``at``; an entry that tells
none happened when it was written.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from .log import Entry
from .scenario import Inject, Trigger

Phase = Literal["opened", "running", "paused", "ended", "aborted"]
OVER: tuple[Phase, ...] = ("ended", "aborted")

Pause = tuple[datetime, datetime | None]
"""From when until when the drill stood still, ``None`` while it does."""


@dataclass(frozen=True)
class Stamp:
    """When a node was reached, as one evaluator saw it.

    ``at`` is corrected by ``offset_ms``, ``raw`` what the device showed; ``source`` names the
    device or file, ``evaluator`` the person.
    """

    node: str
    at: datetime
    raw: datetime
    offset_ms: int
    evaluator: str
    source: str


@dataclass(frozen=True)
class Released:
    """One inject as the players got it: when it was due, when it came, how much later.

    ``late_ms`` counts running time only. ``added`` is one that stands in no scenario. ``answered``
    is the players' time of the acknowledgement, ``None`` nobody yet.
    """

    key: str
    text: str
    to: str
    trigger: str
    due: datetime
    at: datetime
    late_ms: int
    added: bool = False
    answered: datetime | None = None
    by: str = ""


@dataclass(frozen=True)
class Printed:
    """A head for paper: what it closes (seal, start, end), the number of its entry, and when."""

    what: str
    head: str
    number: int
    at: datetime


@dataclass(frozen=True)
class Course:
    """The facts of a drill: ``added`` injects and ``ordered`` releases are the directors' own.

    ``undone`` names the stamps, by evaluator and source, that their evaluator took back or
    replaced, and that do not stand again since.

    ``floor`` is the latest moment that an entry tells: the drill's clock never runs behind it.
    ``over`` is when it ended or was aborted.
    """

    phase: Phase = "opened"
    t0: datetime | None = None
    scenario_digest: str = ""
    by: str = ""
    why: str = ""
    floor: datetime | None = None
    over: datetime | None = None
    frozen: bool = False
    pauses: tuple[Pause, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    undone: frozenset[tuple[str, str]] = frozenset()
    added: tuple[Inject, ...] = ()
    ordered: Mapping[str, datetime] | None = None
    released: tuple[Released, ...] = ()
    printed: tuple[Printed, ...] = ()

    def order(self, key: str) -> datetime | None:
        """Return when a director ordered the release of an inject, ``None`` for never."""
        return (self.ordered or {}).get(key)

    def reached(self, node: str) -> datetime | None:
        """Return when a node was first reached by the stamps that stand, ``None`` for not yet."""
        return min((one.at for one in self.standing if one.node == node), default=None)

    @property
    def standing(self) -> tuple[Stamp, ...]:
        """Return the stamps that their evaluator did not take back, in the order of the log."""
        return tuple(s for s in self.stamps if (s.evaluator, s.source) not in self.undone)

    def has(self, key: str) -> bool:
        """Return whether the inject was released."""
        return any(one.key == key for one in self.released)


def course_of(entries: Sequence[Entry]) -> Course:
    """Return what the entries say, one after another."""
    course = Course()
    for entry in entries:
        course = _after(course, entry)
    return course


def time_of(text: object) -> datetime | None:
    """Return an ISO time with its offset as UTC, ``None`` for what is none."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
        return None if found is None or found.utcoffset() is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _after(course: Course, entry: Entry) -> Course:
    """Return the course with what one entry adds; most kinds are the business of others."""
    at = moment_of(entry)
    if _keeps_time(entry):
        course = replace(course, floor=max(at, course.floor or at))
    fold = _FOLDS.get(entry.kind)
    return course if fold is None else fold(course, entry, at)


def moment_of(entry: Entry) -> datetime:
    """Return when an entry's act was done by the drill's clock (UTC)."""
    told = entry.told.get("t0" if entry.kind == "started" else "at")
    return time_of(told) or entry.at.astimezone(UTC)


def stamp_of(entry: Entry) -> Stamp:
    """Return the stamp that an entry ``stamped`` holds."""
    told = entry.told
    at = time_of(told.get("at")) or entry.at
    offset = told.get("offset_ms")
    return Stamp(
        node=str(told.get("node") or ""),
        at=at,
        raw=time_of(told.get("raw")) or at,
        offset_ms=offset if isinstance(offset, int) else 0,
        evaluator=str(told.get("evaluator") or ""),
        source=str(told.get("source") or ""),
    )


def _keeps_time(entry: Entry) -> bool:
    """Return whether the entry tells the drill's own clock, not a player's or a device's."""
    if entry.kind == "noted":
        return bool(entry.told.get("release") or entry.told.get("added"))
    return entry.kind in ("started", "released", *_TURNS)


def _started(course: Course, entry: Entry, at: datetime) -> Course:
    digest = str(entry.told.get("scenario") or "")
    return replace(course, phase="running", t0=at, scenario_digest=digest, by=entry.who)


def _turned(course: Course, entry: Entry, at: datetime) -> Course:
    """Return the course with its phase turned; what is over stays over."""
    if course.phase in OVER:
        return course
    pauses = course.pauses
    if pauses and pauses[-1][1] is None:
        pauses = (*pauses[:-1], (pauses[-1][0], at))
    if entry.kind == "paused":
        pauses = (*pauses, (at, None))
    why = str(entry.told.get("why") or "")
    phase = _TURNS[entry.kind]
    over = at if phase in OVER else None
    return replace(course, phase=phase, pauses=pauses, why=why, over=over)


def _released(course: Course, entry: Entry, at: datetime) -> Course:
    told = entry.told
    late = told.get("late_ms")
    due = time_of(told.get("due"))
    late_ms = late if isinstance(late, int) else 0
    if "at" not in told and due is not None:
        at = due + timedelta(milliseconds=late_ms)
    one = Released(
        key=entry.key,
        text=str(told.get("text") or ""),
        to=str(told.get("to") or ""),
        trigger=str(told.get("trigger") or ""),
        due=due or at,
        at=at,
        late_ms=late_ms,
        added=bool(told.get("added")),
    )
    return replace(course, released=(*course.released, one))


def _stamped(course: Course, entry: Entry, _: datetime) -> Course:
    return replace(course, stamps=(*course.stamps, stamp_of(entry)))


def _printed(course: Course, entry: Entry, at: datetime) -> Course:
    page = Printed(str(entry.told.get("what")), str(entry.told.get("head")), entry.number, at)
    return replace(course, printed=(*course.printed, page))


def _frozen(course: Course, _entry: Entry, _: datetime) -> Course:
    return replace(course, frozen=True)


def _answered(course: Course, entry: Entry, _: datetime) -> Course:
    """Return the course with the first answer to the inject that the entry names."""
    at, by = time_of(entry.told.get("at")) or entry.at, str(entry.told.get("by") or "")
    told = tuple(
        replace(one, answered=at, by=by) if one.key == entry.key and one.answered is None else one
        for one in course.released
    )
    return replace(course, released=told)


def _noted(course: Course, entry: Entry, at: datetime) -> Course:
    """Return the course with what a director added to the scenario or ordered beside it."""
    added, ordered = entry.told.get("added"), entry.told.get("release")
    evaluator = str(entry.told.get("evaluator") or "")
    undone, stands = entry.told.get("undone"), entry.told.get("stands")
    if isinstance(undone, str):
        return replace(course, undone=course.undone | {(evaluator, undone)})
    if isinstance(stands, str):
        return replace(course, undone=course.undone - {(evaluator, stands)})
    orders = dict(course.ordered or {})
    if isinstance(added, Mapping) and all(isinstance(added.get(k), str) for k in _ADDED):
        inject = Inject(added["key"], Trigger("hand"), added["text"], added["to"])
        orders.setdefault(inject.key, at)
        return replace(course, added=(*course.added, inject), ordered=orders)
    if isinstance(ordered, str):
        orders.setdefault(ordered, at)
        return replace(course, ordered=orders)
    return course


_ADDED = ("key", "text", "to")

_TURNS: Mapping[str, Phase] = {
    "paused": "paused", "resumed": "running", "aborted": "aborted", "ended": "ended",
}  # fmt: skip

_FOLDS: Mapping[str, Callable[[Course, Entry, datetime], Course]] = {
    **dict.fromkeys(_TURNS, _turned),
    "started": _started,
    "stamped": _stamped,
    "released": _released,
    "acknowledged": _answered,
    "noted": _noted,
    "printed": _printed,
    "frozen": _frozen,
}
