"""The log of an incident, the reports that are due, and the board of what is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from desks.command.journal import Entry, OpenIncident
from desks.command.reporting import Due
from desks.stock import CHINA
from language import Sentence, say

from .acts import button
from .markup import View, dotted, joined, tag
from .tile import every

SHOWN = 4
HEAD_SIGNS = 8

KINDS: Mapping[str, Sentence] = {
    "intake": say("Report taken"),
    "note": say("Noted"),
    "decision": say("Decision"),
    "call": say("Called"),
    "report": say("Report"),
    "bulletin": say("Bulletin"),
    "wind": say("Wind"),
    "live": say("Live now"),
    "arrived": say("On site"),
    "close": say("Case closed"),
}
STATES: Mapping[str, Sentence] = {
    "sent": say("told"),
    "acknowledged": say("answered"),
    "unanswered": say("no answer"),
}


@dataclass(frozen=True)
class Log:
    """What the log tile draws: the incident where it was taken down, its lines, what is due.

    ``head`` is the end of the chain; ``why_not`` says why this viewer writes nothing, "" if so.
    """

    incident: OpenIncident | None
    entries: tuple[Entry, ...] = ()
    due: tuple[Due, ...] = ()
    head: str = ""
    why_not: str = ""


def log_tile(log: Log, view: View) -> Markup:
    """Return the newest lines of the log, decisions bold, and the report that is due next."""
    newest = sorted(log.entries, key=lambda entry: (entry.at, entry.id), reverse=True)
    rows = [line(entry, view) for entry in newest]
    body = (
        joined(rows[:SHOWN])
        if rows
        else Markup('<p class="empty">{}</p>').format(
            log.why_not or view.text("Not taken down yet: take the report to begin the log.")
        )
    )
    head = view.text("append-only · head {head}", head=log.head[:HEAD_SIGNS]) if rows else ""
    return Markup(
        '<section class="card tile log"><header><h3>{}</h3><span class="n">{}</span>{}</header>'
        '<div class="rows">{}</div>{}</section>'
    ).format(
        view.text("Log"),
        head,
        every(view.text("Log"), rows, view, SHOWN),
        body,
        _due(log, view),
    )


def line(entry: Entry, view: View) -> Markup:
    """Return one line: time, what, who; a decision is bold, what was altered is said so."""
    kind = view.word(KINDS[entry.kind])
    said = entry.text.splitlines()[0] if entry.text else ""
    if entry.kind == "call" and entry.state in STATES:
        said = f"{said} {view.word(STATES[entry.state])}"
    strong = entry.kind in {"decision", "close"}
    what = Markup("<b>{}</b> {}").format(kind, said) if strong else f"{kind} {said}"
    altered = tag(view.text("altered afterwards"), "bad") if entry.altered else ""
    return Markup(
        '<div class="li"><span class="mut">{}</span><span class="f" title="{}">{}</span>{}'
        '<span class="mut">{}</span></div>'
    ).format(clock(entry.at), entry.text, what, altered, entry.who)


def clock(at: datetime) -> str:
    """Return the time on this machine's wall, as the page's own clock has it: 14:23:01."""
    return at.astimezone(CHINA).strftime("%H:%M:%S")


def _due(log: Log, view: View) -> Markup:
    if log.incident is None or not log.due:
        return Markup("")
    due = log.due[0]
    name = due.stage.title_zh if view.words.language == "zh" else due.stage.title_en
    by = view.text("by {time}", time=due.due.astimezone(CHINA).strftime("%H:%M"))
    mark = "" if due.stage.verified else " ▲"
    made = "" if log.why_not else button("report", view.text("made"), value=due.stage.key)
    return Markup('<div class="foot"><b class="{}">{}{} {}{}</b>{}</div>').format(
        "bad" if due.late else "warn", "✕ " if due.late else "◐ ", name, by, mark, made
    )


def board_table(incidents: Sequence[OpenIncident], titles: Mapping[str, str], view: View) -> Markup:
    """Return the open incidents, the newest first, each one press away; ``titles`` of kinds."""
    rows = joined(_row(one, titles, view) for one in incidents)
    head = (
        view.text("{count} going on", count=len(incidents))
        if incidents
        else view.text("no incident is open")
    )
    return Markup('<section class="board"><h2>{}<span class="n">{}</span></h2>{}</section>').format(
        view.text("Open incidents"), head, rows
    )


def _row(one: OpenIncident, titles: Mapping[str, str], view: View) -> Markup:
    drill = tag(view.text("Exercise"), "drill") if one.drill else ""
    what = dotted((titles.get(one.kind, one.kind), one.place or one.said))
    reach = (
        Markup(' data-act="open" data-value="{}" tabindex="0" role="button"').format(one.id)
        if one.at_deg is not None
        else Markup("")
    )
    away = "" if one.at_deg is not None else tag(view.text("no position"), "warn")
    return Markup(
        '<div class="li"{reach}>{drill}<b>{time}</b><span class="f" title="{what}">{what}</span>'
        '{away}<span class="mut">{by}</span></div>'
    ).format(
        reach=reach, drill=drill, time=one.time.astimezone(CHINA).strftime("%m-%d %H:%M"),
        what=what, away=away, by=one.opened_by,
    )  # fmt: skip
