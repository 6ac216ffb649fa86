"""A verification campaign: who checks what by when, ticked off into the register (row S0-7).

Campaigns and tasks are features of the store's layers ``campaign`` and ``task``. A tick sets the
record's date of verification and closes the task in one transaction: both or neither.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal

import shapely

from desks.onemap import OneMap
from geodata.faults import Fault, UserError
from geodata.store import WHOLE, Author, Change, Event, Feature, Scope, Store
from geodata.store.records import Value
from language import Catalogue, Sentence, say
from layers import layer

from .counts import units_of
from .doubts import missing
from .scoring import share
from .wording import YEAR_DAYS

CAMPAIGN, TASK = "campaign", "task"
Reason = Literal["never", "stale", "gaps"]
Outcome = Literal["confirmed", "corrected", "gone"]
OUTCOMES: Mapping[Outcome, Sentence] = MappingProxyType(
    {
        "confirmed": say("it is right"),
        "corrected": say("it was corrected"),
        "gone": say("it is no longer there"),
    }
)


@dataclass(frozen=True)
class Campaign:
    """One campaign: its title and its first and last day as ISO dates."""

    id: str
    title: str
    started: str
    due: str


@dataclass(frozen=True)
class Task:
    """One record to check: where, why, by whom until when; ``done_on`` "" while it is open.

    ``gaps`` are the keys of its empty columns, ``age_days`` the days since it was verified.
    """

    id: str
    campaign: str
    layer: str
    record: str
    name: str
    code: str
    subdistrict: str
    reason: Reason
    age_days: int | None
    gaps: tuple[str, ...]
    who: str
    due: str
    at_deg: tuple[float, float] | None = None
    done_on: str = ""
    done_by: str = ""
    outcome: str = ""
    note: str = ""

    def overdue(self, on: date) -> bool:
        """Return whether the task is open after its last day."""
        return not self.done_on and self.due < on.isoformat()


@dataclass(frozen=True)
class Check:
    """What somebody found on the spot, on which day."""

    on: date
    outcome: Outcome = "confirmed"
    note: str = ""


@dataclass(frozen=True)
class Progress:
    """How far a campaign is, in whole or for one subdistrict or person (``key``)."""

    key: str
    tasks: int
    done: int
    overdue: int

    @property
    def share(self) -> float | None:
        """Return what is done, 0 to 100; ``None`` without tasks."""
        return share(self.done, self.tasks)


def make_tasks(
    onemap: OneMap,
    campaign: Campaign,
    checkers: Mapping[str, str],
    *,
    layers: Sequence[str] = (),
    days: int = YEAR_DAYS,
) -> tuple[Task, ...]:
    """Return a task for every record that is stale on the campaign's first day or lacks a cell.

    ``checkers`` say by code of the subdistrict who checks there, "" for what lies in none; without
    one nobody is named. ``layers`` narrow it; layers for officials are never among them.
    """
    names = dict(units_of(onemap))
    first = date.fromisoformat(campaign.started)
    found: list[Task] = []
    for key, records in onemap.records.items():
        spec = layer(key)
        dated = "last_verified" in {column.key for column in spec.columns}
        if not dated or spec.officials or (layers and key not in layers):
            continue
        for row, record in enumerate(records.ids):
            gaps = missing(spec, records, row)
            age = _age(records.text("last_verified", row), first)
            reason = _reason(age, gaps, days)
            if reason is None:
                continue
            code = records.text("subdistrict_code", row)
            at = onemap.to_degrees(*map(float, records.xy_m[row])) if records.placed[row] else None
            found.append(
                Task(
                    id=f"{campaign.id}|{key}|{record}",
                    campaign=campaign.id,
                    layer=key,
                    record=record,
                    name=records.names[row],
                    code=code,
                    subdistrict=names.get(code, ""),
                    reason=reason,
                    age_days=age,
                    gaps=gaps,
                    who=checkers.get(code, ""),
                    due=campaign.due,
                    at_deg=at,
                )
            )
    return tuple(found)


def _age(last_verified: str, on: date) -> int | None:
    return (on - date.fromisoformat(last_verified)).days if last_verified else None


def _reason(age: int | None, gaps: tuple[str, ...], days: int) -> Reason | None:
    if age is None:
        return "never"
    if age > days:
        return "stale"
    return "gaps" if gaps else None


def why(task: Task) -> Sentence:
    """Return why the record is to be checked."""
    if task.reason == "never":
        return say("It was never verified.")
    if task.reason == "stale":
        return say("It was last verified {days} days ago.", days=task.age_days or 0)
    return say("{count} cells are empty.", count=len(task.gaps))


def open_first(tasks: Iterable[Task], on: date) -> tuple[Task, ...]:
    """Return the tasks: overdue, then open by their last day, then done; then by subdistrict."""
    return tuple(
        sorted(tasks, key=lambda t: (bool(t.done_on), not t.overdue(on), t.due, t.code, t.id))
    )


def progress(tasks: Iterable[Task], on: date) -> Progress:
    """Return how far the tasks are on that day."""
    return _progress("", list(tasks), on)


def progress_by(tasks: Iterable[Task], column: str, on: date) -> tuple[Progress, ...]:
    """Return how far they are by ``code``, ``subdistrict``, ``who`` or ``layer``, in that order."""
    every = list(tasks)
    keys = sorted({str(getattr(task, column)) for task in every})
    return tuple(
        _progress(key, [t for t in every if getattr(t, column) == key], on) for key in keys
    )


def _progress(key: str, tasks: list[Task], on: date) -> Progress:
    counted = Counter("done" if t.done_on else "late" if t.overdue(on) else "open" for t in tasks)
    return Progress(key, len(tasks), counted["done"], counted["late"])


def start_campaign(
    store: Store, author: Author, campaign: Campaign, tasks: Sequence[Task], *, scope: Scope = WHOLE
) -> tuple[Event, ...]:
    """Enter the campaign with all its tasks, or nothing.

    Raises:
        UserError: without a title, with a last day before the first, without tasks, or with tasks
            of another campaign; and where the store refuses.

    """
    faults = list(_faults(campaign, tasks))
    if faults:
        raise UserError(faults)
    props: dict[str, Value] = {
        "title": campaign.title,
        "started": campaign.started,
        "due": campaign.due,
    }
    changes = [Change("add", CAMPAIGN, campaign.id, props=props, shape=None)]
    changes += [_adding(task) for task in tasks]
    return store.edit(author, changes, scope=scope)


def _faults(campaign: Campaign, tasks: Sequence[Task]) -> Iterator[Fault]:
    mend = say("Correct it and start the campaign again.")
    if not campaign.title.strip() or not campaign.id.strip():
        yield Fault(CAMPAIGN, say("The campaign has no title."), mend, column="title")
    if not _ordered(campaign.started, campaign.due):
        problem = say("The last day must be a date and not before the first.")
        yield Fault(CAMPAIGN, problem, mend, column="due", value=campaign.due)
    if not tasks:
        problem = say("There is nothing to check: no record is stale or lacks a cell.")
        yield Fault(CAMPAIGN, problem, mend)
    for task in tasks:
        if task.campaign != campaign.id:
            problem = say("This task belongs to another campaign.")
            yield Fault(CAMPAIGN, problem, mend, value=task.id)


def _ordered(first: str, last: str) -> bool:
    try:
        return date.fromisoformat(first) <= date.fromisoformat(last)
    except ValueError:
        return False


def _adding(task: Task) -> Change:
    props: dict[str, Value] = {
        "campaign": task.campaign,
        "layer": task.layer,
        "record": task.record,
        "name": task.name,
        "subdistrict_code": task.code,
        "subdistrict": task.subdistrict,
        "reason": task.reason,
        "age_days": task.age_days,
        "gaps": list(task.gaps),
        "who": task.who,
        "due": task.due,
    }
    filled = {key: value for key, value in props.items() if value not in ("", None, [])}
    shape = shapely.Point(task.at_deg) if task.at_deg else None
    return Change("add", TASK, task.id, props=filled, shape=shape)


def tick(
    store: Store,
    author: Author,
    task_id: str,
    check: Check,
    *,
    scope: Scope = WHOLE,
) -> tuple[Event, ...]:
    """Close a task, and set the record's date of verification with it unless it is gone.

    A record that was verified later already keeps its date.

    Raises:
        StaleEdit: where somebody changed the task or the record at the same moment.
        UserError: where there is no such open task, its record is not there, or rights lack.

    """
    if check.outcome not in OUTCOMES:
        problem = say("There is no such outcome.")
        raise UserError([Fault(TASK, problem, _LOOK_AGAIN, value=check.outcome)])
    task = store.find(TASK, task_id, scope=scope)
    if task is None or task.props.get("done_on"):
        problem = say("There is no such open task.") if task is None else say("It is done already.")
        raise UserError([Fault(TASK, problem, _LOOK_AGAIN, value=task_id)])
    done: dict[str, Value] = {
        "done_on": check.on.isoformat(),
        "done_by": author.who,
        "outcome": check.outcome,
    }
    if check.note.strip():
        done["note"] = check.note.strip()
    changes = [Change("set", TASK, task.id, task.version, done)]
    if check.outcome != "gone":
        changes += _verified(store, task, check.on, scope)
    return store.edit(author, changes, scope=scope)


_LOOK_AGAIN = say("Load the campaign again.")


def _verified(store: Store, task: Feature, on: date, scope: Scope) -> list[Change]:
    key, record = str(task.props.get("layer", "")), str(task.props.get("record", ""))
    found = store.find(key, record, scope=scope)
    if found is None:
        problem = say("The record to check is no longer in the register.")
        mend = say("Close the task as gone.")
        raise UserError([Fault(TASK, problem, mend, value=record)])
    if str(found.props.get("last_verified") or "") >= on.isoformat():
        return []
    return [Change("set", key, record, found.version, {"last_verified": on.isoformat()})]


def read_campaigns(
    store: Store, *, scope: Scope = WHOLE, as_of: datetime | None = None
) -> tuple[Campaign, ...]:
    """Return the campaigns, the newest first."""
    found = [
        Campaign(
            one.id,
            str(one.props.get("title", "")),
            str(one.props.get("started", "")),
            str(one.props.get("due", "")),
        )
        for one in store.read(CAMPAIGN, scope=scope, as_of=as_of)
    ]
    return tuple(sorted(found, key=lambda one: (one.started, one.id), reverse=True))


def read_tasks(
    store: Store, campaign: str, *, scope: Scope = WHOLE, as_of: datetime | None = None
) -> tuple[Task, ...]:
    """Return the tasks of a campaign in the order of their making."""
    found = store.read(TASK, scope=scope, as_of=as_of)
    return tuple(task_of(one) for one in found if one.props["campaign"] == campaign)


def task_of(feature: Feature) -> Task:
    """Return the task that a feature of the layer ``task`` holds."""
    props = feature.props
    text = {key: str(props.get(key) or "") for key in _TEXTS}
    age, gaps = props.get("age_days"), props.get("gaps") or ()
    reason: Reason = next((r for r in _REASONS if r == props.get("reason")), "gaps")
    place = feature.shape if isinstance(feature.shape, shapely.Point) else None
    return Task(
        id=feature.id,
        code=str(props.get("subdistrict_code") or ""),
        reason=reason,
        age_days=age if isinstance(age, int) else None,
        gaps=tuple(gaps) if isinstance(gaps, list | tuple) else (),
        at_deg=(place.x, place.y) if place is not None and not place.is_empty else None,
        **text,
    )


_REASONS: tuple[Reason, ...] = ("never", "stale", "gaps")
_TEXTS = ("campaign", "layer", "record", "name", "subdistrict", "who", "due", "done_on", "done_by",
          "outcome", "note")  # fmt: skip


def campaign_document(
    campaign: Campaign, tasks: Sequence[Task], on: date, catalogue: Catalogue
) -> dict[str, Any]:
    """Return the campaign as docs/schemas/campaign.schema.json states it, worded."""
    whole = progress(tasks, on)
    return {
        "format": 1,
        "id": campaign.id,
        "title": campaign.title,
        "started": campaign.started,
        "due": campaign.due,
        "on": on.isoformat(),
        "tasks": whole.tasks,
        "done": whole.done,
        "overdue": whole.overdue,
        "by_subdistrict": [
            {"name": one.key, "tasks": one.tasks, "done": one.done, "overdue": one.overdue}
            for one in progress_by(tasks, "subdistrict", on)
        ],
        "list": [_task(task, on, catalogue) for task in open_first(tasks, on)],
    }


def _task(task: Task, on: date, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "id": task.id,
        "layer": task.layer,
        "record": task.record,
        "name": task.name,
        "subdistrict": task.subdistrict,
        "why": catalogue.word(why(task)),
        "who": task.who,
        "due": task.due,
        "overdue": task.overdue(on),
        "done_on": task.done_on,
        "done_by": task.done_by,
        "outcome": task.outcome,
        "note": task.note,
    }


def campaign_lines(
    campaign: Campaign, tasks: Sequence[Task], on: date, catalogue: Catalogue
) -> Iterator[str]:
    """Yield the campaign for a terminal: how far it is by subdistrict, then what is open."""
    for one in (progress(tasks, on), *progress_by(tasks, "subdistrict", on)):
        said = say(
            "{name}: {done} of {tasks} checked, {overdue} overdue",
            name=one.key or campaign.title,
            done=one.done,
            tasks=one.tasks,
            overdue=one.overdue,
        )
        yield catalogue.word(said)
    for task in open_first(tasks, on):
        if not task.done_on:
            mark = "▲ " if task.overdue(on) else ""
            rest = f"{task.due} {task.who or '—'}: {catalogue.word(why(task))}"
            yield f"{mark}{task.name} [{task.layer} {task.record}] {rest}"
