"""Reports of an incident: 首报, 续报, 终报, when each is due and what it says (row S2-9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from desks.stock import CHINA
from geodata.faults import Fault, UserError
from language import Sentence, say

from .case import Case
from .journal import OpenIncident, told
from .reporting_rules import ReportingRules, Stage, reporting_rules
from .wind import last_wind, wind_said

NAMED = 3
"""Teams, decisions and cautions that a report names; the rest is counted."""


@dataclass(frozen=True)
class Due:
    """One report that is to be made: until when, and whether that has passed."""

    stage: Stage
    due: datetime
    late: bool


def stage(key: str) -> Stage:
    """Return the stage of that key: first, further or final.

    Raises:
        UserError: for a key that the rule pack does not have.

    """
    stages = reporting_rules().stages
    if key in stages:
        return stages[key]
    mend = say("Use one of {keys}.", keys=", ".join(stages))
    raise UserError([Fault("--stage", say("There is no such stage."), mend, value=key[:60])])


def due_reports(
    incident: OpenIncident, now: datetime, rules: ReportingRules | None = None
) -> tuple[Due, ...]:
    """Return the reports still to be made, the most urgent first; on time at the very minute.

    A further report is due only between the first and the close; a final one once it is closed.
    """
    pack = rules or reporting_rules()
    found = []
    for one in pack.stages.values():
        start = _start(incident, one)
        if start is not None:
            due = start + timedelta(minutes=one.within_min)
            found.append(Due(one, due, now > due))
    return tuple(sorted(found, key=lambda due: due.due))


def _start(incident: OpenIncident, of: Stage) -> datetime | None:
    """Return when the clock of the stage began to run, ``None`` where it is not running."""
    made = [at for key, at in incident.reports if key == of.key]
    if made and not of.repeats:
        return None
    if of.after == "opened":
        return incident.opened
    if of.after == "closed":
        return incident.closed
    if incident.closed is not None or not incident.reports:
        return None
    return max(at for _, at in incident.reports)


def report_text(case: Case, of: Stage, author: str = "") -> str:
    """Return the report as plain text in the language of the case, one matter a line.

    The matters are those of the rule pack's list of contents; what is not known is said so.
    """
    title = of.title_zh if case.chinese else of.title_en
    mark = f"【{case.word(say('Exercise'))}】" if case.is_drill else ""
    head = f"{mark}{case.district} {case.title} {title}"
    matters = [
        _numbered(number, case.word(told_of))
        for number, told_of in enumerate(_matters(case), start=1)
    ]
    foot = say(
        "Written {time} by {author}; register {stamp}, speed model {version}.",
        time=f"{case.at.astimezone(CHINA):%Y-%m-%d %H:%M}",
        author=author or "—",
        stamp=case.brief.stamp,
        version=case.brief.speed_model,
    )
    rules = reporting_rules()
    basis = f"{of.source} {of.clause}".strip()
    ruled = say(
        "Due by {basis}; contents by {source}. Neither text was verified.",
        basis=basis,
        source=f"{rules.contents_source} {rules.contents_clause}".strip(),
    )
    verified = [] if of.verified else [case.word(ruled)]
    return "\n".join([head, *matters, case.word(foot), *verified])


def _numbered(number: int, text: str) -> str:
    return f"{number}. {text}"


def _matters(case: Case) -> Iterator[Sentence]:
    """Yield unit, time and place, what happened, casualties, harm, measures, calls, gaps."""
    yield say(
        "Time and place: {time}, {where}.",
        time=f"{case.happened:%Y-%m-%d %H:%M}",
        where=case.where or "—",
    )
    yield from _unit(case)
    yield _what(case)
    yield from _casualties(case)
    yield from harm(case)
    wind = last_wind(case.log, case.at)
    if wind is not None:
        yield wind_said(wind, case.at)
    yield from _measures(case)
    yield from _informed(case)
    for caution in case.brief.cautions[:NAMED]:
        yield say("To note: {caution}", caution=case.word(caution.text))
    rest = len(case.brief.cautions) - NAMED
    if rest > 0:
        yield say("{count} further cautions stand in the brief.", count=rest)


def _unit(case: Case) -> Iterator[Sentence]:
    firm = next((a for a in case.brief.escalation if a.level == "enterprise"), None)
    if firm is None or firm.missing is not None or not firm.name:
        yield say("Unit: not known.")
    else:
        yield say("Unit: {name}.", name=firm.name)


def _what(case: Case) -> Sentence:
    quantity = case.brief.incident.quantity_t
    said = case.incident.said if case.incident and case.incident.said else "—"
    if quantity is None:
        return say("What happened: {title}; how much is not known. Told by the caller: {said}",
                   title=case.title, said=said)  # fmt: skip
    return say("What happened: {title}, {quantity} t. Told by the caller: {said}",
               title=case.title, quantity=f"{quantity:g}", said=said)  # fmt: skip


def _casualties(case: Case) -> Iterator[Sentence]:
    incident = case.incident
    if incident is None or (incident.hurt_people is None and incident.dead_people is None):
        yield say("Dead and injured: not known yet.")
        return
    unknown = case.word(say("not known"))
    dead, hurt = incident.dead_people, incident.hurt_people
    yield say(
        "Dead: {dead}; injured: {hurt}.",
        dead=unknown if dead is None else dead,
        hurt=unknown if hurt is None else hurt,
    )


def harm(case: Case) -> Iterator[Sentence]:
    """Yield how far harm reaches and how many are in it, or that it is not known."""
    zone = case.brief.zones.protective
    if zone is None:
        yield say("How far harm reaches is not known.")
        return
    reach = say(
        "Harm ({level}) reaches {reach_m} m by {source}.",
        level=case.level(zone.level),
        reach_m=round(zone.reach_m),
        source=zone.source,
    )
    yield reach
    exposure = case.brief.exposure
    if exposure is None or exposure.people_now is None:
        yield say("How many people are in it is not known.")
    else:
        guide = exposure.guide
        yield say(
            "{people:,} people are in it now, {receptors} schools, hospitals, homes and crowded"
            " places.",
            people=exposure.people_now,
            receptors=len(exposure.receptors) - (guide.receptors if guide is not None else 0),
        )
        if guide is not None:
            yield guide.said
            yield guide.rule


def _measures(case: Case) -> Iterator[Sentence]:
    decided = [entry for entry in case.log if entry.kind == "decision"]
    for entry in decided[-NAMED:]:
        yield say(
            "Decided {time}: {text} ({who})",
            time=f"{entry.at.astimezone(CHINA):%H:%M:%S}",
            text=entry.text,
            who=entry.who,
        )
    if not decided:
        yield say("No decision has been entered yet.")
    coming = [team for team in case.brief.responders if team.reachable and team.fit][:NAMED]
    if coming:
        yield say("Fit teams nearest in time: {names}.", names="、".join(t.name for t in coming))
    else:
        yield say("No fit team can come.")
    level = case.brief.response_level
    if level is not None and level.level:
        yield say(
            "Proposed response level: {level} ({rule})",
            level=level.level,
            rule=case.word(level.rule),
        )
    evacuation = case.brief.evacuation
    if evacuation is not None and evacuation.demand_people:
        yield evacuation.said


def _informed(case: Case) -> Iterator[Sentence]:
    calls = told(case.log)
    if not case.brief.calls and not calls:
        return
    sent = sum(call.sent is not None for call in calls)
    answered = sum(call.acknowledged is not None for call in calls)
    yield say(
        "Bodies to be told: {all}; called: {sent}; answered: {answered}.",
        all=max(len(case.brief.calls), len(calls)),
        sent=sent,
        answered=answered,
    )
