"""Control's one way to the players: their register is open only while this writes or reads it.

What stands in the log is what the players shall see. What they altered or lost is put back, what
they answered is taken into the log, and nothing else of theirs is believed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from desks import outbox
from desks.register.opening import open_register
from desks.stock import CHINA
from geodata.store import Author, Store
from language import Sentence, say

from .clock import SLACK
from .course import Course, Released, time_of
from .folder import Control
from .log import Entry
from .opened import Opened

WHY = "exercise"
"""Why control writes to the players' register: stands in their chain."""

LONGEST = 200


@dataclass(frozen=True)
class Answer:
    """An acknowledgement as the players wrote it; ``at`` is "" where their time is not believed.

    ``claimed`` is then what they wrote, "" where it is no time at all.
    """

    key: str
    at: str
    by: str
    claimed: str = ""


def open_players(control: Control) -> Store:
    """Return the players' register; whoever opens it closes it at once.

    Raises:
        UserError: where it is missing, busy, damaged or out of reach.

    """
    return open_register(control.district)


def notice_of(opened: Opened, course: Course, entries: Sequence[Entry]) -> outbox.Notice:
    """Return what the players may know of the drill as it stands now."""
    sealed = next((e for e in reversed(entries) if e.kind in ("sealed", "opened")), None)
    day = next((e for e in reversed(entries) if e.kind == "sealed"), sealed)
    return outbox.Notice(
        drill=opened.drill,
        sealed_on=day.at.astimezone(CHINA).date().isoformat() if day else "",
        commitment=opened.commitment,
        state="sealed" if course.phase == "opened" else course.phase,
        started=course.t0.isoformat() if course.t0 else "",
    )


def publish(players: Store, who: str, notice: outbox.Notice) -> None:
    """Write the notice as it shall stand; the day of sealing stays as it was announced.

    Raises:
        UserError: where the register cannot be written.

    """
    known = next((one for one in outbox.notices(players) if one.drill == notice.drill), None)
    if known is not None and known.commitment == notice.commitment and known.sealed_on:
        notice = outbox.Notice(**{**vars(notice), "sealed_on": known.sealed_on})
    outbox.publish(players, Author(who, WHY), notice)


def put(players: Store, who: str, drill: str, one: Released) -> bool:
    """Put an inject before the players and return whether anything had to be written.

    Raises:
        UserError: where the register cannot be written.

    """
    told = outbox.Released(drill, one.key, one.text, one.to, one.at.isoformat())
    return outbox.release(players, Author(who, WHY), told)


def answers(
    there: Mapping[str, outbox.Released], course: Course, now: datetime
) -> tuple[Answer, ...]:
    """Return the acknowledgements of released injects that the log does not hold yet.

    Their time is believed between the release and now: who writes to the players' register could
    answer before there was a question, or have answered long ago.
    """
    return tuple(
        _answer(one, told, now)
        for one in course.released
        if one.answered is None and (told := there.get(one.key)) is not None and told.answered
    )


def _answer(one: Released, told: outbox.Released, now: datetime) -> Answer:
    at, by = time_of(told.answered), _plain(told.by)
    if at is None:
        return Answer(one.key, "", by)
    if one.at - SLACK <= at <= now + SLACK:
        return Answer(one.key, told.answered, by)
    return Answer(one.key, "", by, at.isoformat())


def got_at(told: outbox.Released | None, due: datetime, now: datetime) -> datetime | None:
    """Return when the players got what control released before a crash, ``None`` if not sensible.

    The time on their side is believed between due and now only.
    """
    at = time_of(told.at) if told is not None else None
    return at if at is not None and min(due, now) <= at <= now else None


def foreign(there: Mapping[str, outbox.Released], known: Sequence[str]) -> tuple[Sentence, ...]:
    """Return a sentence for each inject on the players' side that control never released."""
    strange = sorted(key for key in there if key not in known)
    return tuple(
        say("The players' register holds an inject that was never released: {key}.", key=key[:60])
        for key in strange
    )


def _plain(text: str) -> str:
    """Return what a player wrote as text that the log can hold."""
    return text[:LONGEST].encode("utf-8", "replace").decode("utf-8")
