"""Findings of drills as tracked items: found, given to somebody by a day, closed (row S4-6, 闭环).

They stand in each drill's log. A late or missed node only proposes one: a person accepts it with
an owner and a day, or says why it is none. A drill with untracked findings is not archived.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from desks.stock import CHINA
from geodata.faults import Fault, UserError
from geodata.store import StaleEdit
from language import Sentence, say

from . import json_checks as must
from .acting import LOG
from .course import OVER, moment_of
from .days import due_problem
from .folder import Control
from .log import Entry, entries, head, open_log, write
from .packaging import PACKAGE

TRIES = 20
"""So often an entry is made anew because another one wrote at the same moment."""

_Decide = Callable[[Sequence[Entry]], tuple[str, dict[str, object], str]]
_AGAIN = say("Look at the list of findings.")


@dataclass(frozen=True)
class Finding:
    """One finding: ``owner`` and ``due`` (ISO date) "" until somebody is named.

    ``how``, ``by`` and ``closed`` tell how, by whom and when it was closed; ``is_none`` that a
    person said it is no finding.
    """

    drill: str
    id: str
    text: str
    owner: str
    due: str
    found: datetime
    found_by: str
    how: str = ""
    by: str = ""
    closed: datetime | None = None
    is_none: bool = False

    @property
    def tracked(self) -> bool:
        """Return whether somebody has it by a day, or nobody needs to."""
        return self.is_none or bool(self.owner and self.due)

    def overdue(self, day: date) -> bool:
        """Return whether it was open after its day."""
        late = bool(self.due) and date.fromisoformat(self.due) < day
        return late and (self.closed is None or self.closed.astimezone(CHINA).date() > day)


def findings_of(found: Sequence[Entry], drill: str) -> tuple[Finding, ...]:
    """Return a drill's findings as they stand, in the order in which they were first written."""
    held: dict[str, Finding] = {}
    for entry in found:
        if entry.kind == "found":
            held[entry.key] = _found(entry, held.get(entry.key), drill)
        elif entry.kind == "closed" and entry.key in held:
            how, by = (str(entry.told.get(name) or "") for name in ("how", "by"))
            is_none = entry.told.get("is_none") is True
            held[entry.key] = replace(
                held[entry.key], how=how, by=by, closed=entry.at, is_none=is_none
            )
    return tuple(held.values())


def _found(entry: Entry, before: Finding | None, drill: str) -> Finding:
    """Return a finding as newly told; told again it is open again."""
    text, owner, due = (str(entry.told.get(name) or "") for name in ("text", "owner", "due"))
    first = before or Finding(drill, entry.key, text, owner, _day(due), entry.at, entry.who)
    return replace(first, text=text, owner=owner, due=_day(due), closed=None, how="", by="",
                   is_none=False)  # fmt: skip


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _due_problem(text: str) -> Sentence | None:
    if not text:
        return None
    if not _day(text):
        return say("It is no day, as 2026-12-31 is.")
    return due_problem(date.fromisoformat(text), datetime.now(tz=CHINA).date())


def find(
    control: Control, number: str, text: str, *, whose: tuple[str, str], by: str, id_: str = ""
) -> Finding:
    """Return a new finding, or the one of that id told anew.

    ``whose`` is who mends it and by which day (ISO), "" where that comes later.

    Raises:
        UserError: for texts that are none, a day that is none, or a drill that is archived.

    """
    owner, due = whose
    _require(
        ("--text", must.text(1_000, lines=True)(text)),
        ("--owner", must.text(80, least=0)(owner)),
        ("--by", must.text(80)(by)),
        ("--finding", must.key(empty=True)(id_)),
        ("--due", _due_problem(due)),
    )

    def decide(found: Sequence[Entry]) -> tuple[str, dict[str, object], str]:
        _require_open(number, found)
        starts = (moment_of(entry) for entry in found if entry.kind == "started")
        begun = next((at.astimezone(CHINA).date() for at in starts), None)
        if begun and due and date.fromisoformat(due) < begun:
            problem = say("The day lies before the drill.")
            raise UserError([Fault("--due", problem, say("Give a later day."), value=due)])
        taken = {entry.key for entry in found if entry.kind == "found"}
        count = sum(key.startswith("F-") for key in taken) + 1
        key = id_ or next(k for n in range(count, count + len(taken) + 1)
                          if (k := f"F-{n}") not in taken)  # fmt: skip
        return "found", {"text": text, "owner": owner, "due": _day(due)}, key

    return _written(control, number, by, decide)


def close(control: Control, number: str, id_: str, *, how: str, by: str) -> Finding:
    """Return the finding closed; an archived drill's findings close too.

    Raises:
        UserError: where there is none, it is closed already, or nobody says how and who.

    """
    _require(("--how", must.text(1_000, lines=True)(how)), ("--by", must.text(80)(by)))

    def decide(found: Sequence[Entry]) -> tuple[str, dict[str, object], str]:
        held = {one.id: one for one in findings_of(found, number)}
        one = held.get(id_)
        if one is None:
            problem = say("There is no such finding; there are: {keys}.",
                          keys=", ".join(held) or "—")  # fmt: skip
            raise UserError([Fault("--finding", problem, _AGAIN, value=id_[:60])])
        if one.closed is not None:
            raise UserError([Fault("--finding", say("It is closed already."), _AGAIN, value=id_)])
        return "closed", {"how": how, "by": by}, id_

    return _written(control, number, by, decide)


def dismiss(control: Control, number: str, id_: str, text: str, *, why: str, by: str) -> Finding:
    """Return what was proposed, closed at once as no finding, with who says so and why.

    Raises:
        UserError: where it stands already, or nobody says why and who.

    """
    _require(("--how", must.text(1_000, lines=True)(why)), ("--by", must.text(80)(by)))
    with open_log(control.drill(number) / LOG) as log:
        if any(one.id == id_ for one in findings_of(entries(log), number)):
            problem = say("It is a finding already: close it.")
            raise UserError([Fault("--finding", problem, _AGAIN, value=id_[:60])])
    find(control, number, text, whose=("", ""), by=by, id_=id_)

    def decide(_: Sequence[Entry]) -> tuple[str, dict[str, object], str]:
        return "closed", {"how": why, "by": by, "is_none": True}, id_

    return _written(control, number, by, decide)


def write_archived(control: Control, number: str, by: str, more: Sequence[Fault] = ()) -> Entry:
    """Return the entry that archives a drill; ``more`` are further reasons against it.

    Raises:
        UserError: naming every finding without owner or day, a drill that is not over, was not
            frozen, or whose package is not there.

    """
    _require(("--by", must.text(80)(by)))
    with open_log(control.drill(number) / LOG) as log:
        found, seen = entries(log), head(log)
        _require_open(number, found)
        faults = [*_untracked(findings_of(found, number)), *more]
        if not any(entry.kind in OVER for entry in found):
            problem = say("The drill is not over.")
            faults.append(Fault(number, problem, say("End it first, or abort it.")))
        elif not any(entry.kind == "frozen" for entry in found):
            problem = say("It was never frozen: there is no package that proves it.")
            faults.append(Fault(number, problem, _FREEZE))
        elif not (control.drill(number) / PACKAGE).is_file():
            problem = say("{file} is not in the drill's folder.", file=PACKAGE)
            faults.append(Fault(number, problem, _FREEZE))
        if faults:
            raise UserError(faults)
        return write(log, by, "archived", {}, after=seen)


_FREEZE = say("Freeze it first: drill freeze, or the page's last step.")


def _untracked(held: Sequence[Finding]) -> Iterator[Fault]:
    mend = say("Name who mends it, and by which day.")
    for one in held:
        if one.tracked:
            continue
        name = one.text[:80]
        problem = say("{finding}: no owner, no day.", finding=name)
        if one.owner:
            problem = say("{finding}: no day.", finding=name)
        elif one.due:
            problem = say("{finding}: no owner.", finding=name)
        yield Fault(one.id, problem, mend)


def all_findings(control: Control) -> tuple[Finding, ...]:
    """Return the findings of all drills, drill by drill.

    Raises:
        UserError: where a log cannot be read.

    """
    made: list[Finding] = []
    for number in control.drills:
        path = control.drill(number) / LOG
        if path.is_file():
            with open_log(path) as log:
                made += findings_of(entries(log), number)
    return tuple(made)


def overdue(control: Control, day: date) -> tuple[Finding, ...]:
    """Return what was overdue on a day across all drills, the oldest day first.

    Raises:
        UserError: where a log cannot be read.

    """
    late = [one for one in all_findings(control) if one.overdue(day)]
    return tuple(sorted(late, key=lambda one: (one.due, one.drill, one.id)))


def _written(control: Control, number: str, by: str, decide: _Decide) -> Finding:
    """Return the finding as the log has it after what was decided on the newest log."""
    with open_log(control.drill(number) / LOG) as log:
        for left in reversed(range(TRIES)):
            seen = head(log)
            kind, told, key = decide(entries(log))
            try:
                write(log, by, kind, told, key=key, after=seen)
                break
            except StaleEdit:
                if not left:
                    raise
        held = {one.id: one for one in findings_of(entries(log), number)}
    return held[key]


def _require_open(number: str, found: Sequence[Entry]) -> None:
    if any(entry.kind == "archived" for entry in found):
        problem = say("The drill is archived; nothing is added to it.")
        raise UserError([Fault(number, problem, say("Its findings can still be closed."))])


def _require(*problems: tuple[str, Sentence | None]) -> None:
    mend = say("Type it anew.")
    faults = [Fault(name, told, mend) for name, told in problems if told is not None]
    if faults:
        raise UserError(faults)
