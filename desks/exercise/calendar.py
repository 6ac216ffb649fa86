"""Who must drill by when, who is overdue on any day, and when the next drill is due.

Rows S0-12 (firms yearly), S1-27 (school x plan x drills) and S3-10 (schools yearly) of the plans.
Drills held stand in the register, in the table of the firm or school, and in the archives of
exercise control. A duty is met once in each period of the calendar, so that whoever drilled last
year has until the end of this one.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desks.onemap import OneMap
from desks.records import Records
from language import Sentence, say

from .calendar_rules import DISTRICT, DRILLS, DrillRule, load_drill_rules


@dataclass(frozen=True)
class Held:
    """One drill that was held, or a plan that was never tried (``day`` is ``None``).

    ``subject`` is "" where it is not said; ``plan_issued`` the day of the plan, "" not on file.
    """

    layer: str
    id: str
    subject: str
    day: date | None
    plan_issued: str = ""
    drill: str = ""


@dataclass(frozen=True)
class Duty:
    """One duty of one body on the day asked: when it drilled last, when it must next.

    ``times`` counts the drills of the running period. ``due`` is the last day on which the duty
    can be met in time, ``None`` where nothing was ever held. ``plan`` is the day of the plan, ""
    where the rule asks for one and none is on file, ``None`` where it asks for none.
    """

    rule: str
    layer: str
    id: str
    name: str
    subject: str
    times: int
    last: date | None
    due: date | None
    overdue: bool
    plan: str | None
    why: Sentence


@dataclass(frozen=True)
class Calendar:
    """Every duty of the district on a day: overdue first, then by the day on which it is due."""

    on: date
    rules: tuple[DrillRule, ...]
    duties: tuple[Duty, ...]
    cautions: tuple[Sentence, ...]

    @property
    def overdue(self) -> tuple[Duty, ...]:
        """Return the duties that were not met in time."""
        return tuple(duty for duty in self.duties if duty.overdue)


def drill_calendar(
    onemap: OneMap,
    on: date,
    *,
    archived: Sequence[Held] = (),
    rules: tuple[DrillRule, ...] | None = None,
) -> Calendar:
    """Return every duty as it stands on that day; drills of later days do not count yet."""
    rules = rules or load_drill_rules()
    held: dict[tuple[str, str], list[Held]] = defaultdict(list)
    for one in (*held_in_register(onemap), *archived):
        if one.day is None or one.day <= on:
            held[one.layer, one.id].append(one)
    duties = [
        _duty(rule, body, subject, held.get((rule.layer, body[0]), []), on)
        for rule in rules
        for body in _bodies(onemap, rule)
        for subject in rule.subjects or ("",)
    ]
    duties.sort(key=lambda one: (not one.overdue, one.due or date.min, one.rule, one.id))
    return Calendar(on, rules, tuple(duties), tuple(_cautions(onemap, rules)))


def held_in_register(onemap: OneMap) -> Iterator[Held]:
    """Yield what the tables of firms, schools and others say of plans and drills."""
    for key, columns in onemap.child_values.items():
        layer, _, child = key.partition(".")
        if child != DRILLS:
            continue
        parent = next(iter(columns))
        lines = zip(
            *(columns[name] for name in (parent, "subject", "held", "plan_issued")), strict=True
        )
        for id_, subject, day, issued in lines:
            yield Held(layer, _text(id_), _text(subject), _day(_text(day)), _text(issued))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _bodies(onemap: OneMap, rule: DrillRule) -> list[tuple[str, str]]:
    """Return (id, name) of every row that the rule binds, in the order of the register."""
    if rule.layer == DISTRICT:
        return [("", onemap.name_zh)]
    records = onemap.records.get(rule.layer)
    if records is None:
        return []
    return [
        (records.ids[row], records.names[row])
        for row in range(len(records.ids))
        if _bound(records, row, rule.where)
    ]


def _bound(records: Records, row: int, where: Mapping[str, tuple[str, ...]]) -> bool:
    return all(records.text(column, row) in values for column, values in where.items())


def _duty(
    rule: DrillRule, body: tuple[str, str], subject: str, held: Sequence[Held], on: date
) -> Duty:
    """Return how one body stands to one rule, for one subject ("" any)."""
    own = [one for one in held if subject in ("", one.subject)]
    days = sorted(one.day for one in own if one.day is not None)
    last = days[-1] if days else None
    due = None if last is None else rule.last_day(rule.number(last) + 1)
    overdue = due is None or on > due
    issued = [one.plan_issued for one in own if one.plan_issued <= on.isoformat()]
    plan = max(issued, default="") if rule.plan else None
    return Duty(
        rule=rule.key,
        layer=rule.layer,
        id=body[0],
        name=body[1],
        subject=subject,
        times=sum(rule.number(day) == rule.number(on) for day in days),
        last=last,
        due=due,
        overdue=overdue,
        plan=plan,
        why=_why(last, due, plan, overdue=overdue),
    )


def _why(last: date | None, due: date | None, plan: str | None, *, overdue: bool) -> Sentence:
    if last is None or due is None:
        if plan == "":
            return say("Neither a plan nor a drill is on file.")
        return say("No drill is on file.")
    days = {"last": last.isoformat(), "due": due.isoformat()}
    if overdue:
        return say("Last drilled on {last}; was due by {due}.", **days)
    if plan == "":
        return say("Last drilled on {last}, without a plan on file; next by {due}.", **days)
    return say("Last drilled on {last}; next by {due}.", **days)


def _cautions(onemap: OneMap, rules: Sequence[DrillRule]) -> Iterator[Sentence]:
    for rule in rules:
        if rule.layer != DISTRICT and rule.layer not in onemap.records:
            yield say("{rule}: the register has no such bodies.", rule=rule.title)
        if not rule.verified:
            yield say("{rule}: not verified ({source}).", rule=rule.title, source=rule.source)


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix: whether a plan is on file, drills of the period, overdue or not."""

    plan: bool
    times: int
    overdue: bool


def matrix(calendar: Calendar, rule: str) -> dict[tuple[str, str], dict[str, Cell]]:
    """Return for each body (id, name) of a rule its subjects with plan and drills (row S1-27)."""
    rows: dict[tuple[str, str], dict[str, Cell]] = {}
    for duty in sorted(calendar.duties, key=lambda one: one.id):
        if duty.rule == rule:
            cell = Cell(bool(duty.plan), duty.times, duty.overdue)
            rows.setdefault((duty.id, duty.name), {})[duty.subject] = cell
    return rows
