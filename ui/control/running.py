"""Step four: the injects that are left, who acknowledged, what leaks are looked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from desks.exercise.acting import LATE_MS
from desks.exercise.clock import clock_text
from desks.exercise.course import Released
from desks.exercise.due import Waiting, waiting
from desks.exercise.evaluators import counting
from desks.exercise.log import Entry
from desks.exercise.scenario import Trigger
from ui.panels.markup import View, duration, joined, tag

from . import fields
from .knowing import Known
from .steps import muted
from .track import four, track

UNANSWERED_S = 60
"""An inject without an answer so long after its release is one to look at."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at so that nothing leaks, and what was found."""

    good: bool
    said: str


def run_work(known: Known, checks: Sequence[Check], view: View, now: datetime) -> Markup:
    """Return injects left, node times right."""
    now_ms = known.ran_ms(now)
    return Markup(
        '<div class="ec-run"><section class="card">{}{}<div class="ec-below">{}{}</div></section>'
        '<section class="card ec-times">{}<div class="pad"><h2>{}<span class="n">{}</span>'
        '<span class="n right">{}</span></h2>{}</div></section></div>'
    ).format(
        _head(known, view),
        _injects(known, view, now),
        _evaluators(known, view),
        _leaks(checks, view),
        four(known, view, now_ms),
        view.text("Node times"),
        view.text("grey band: expected to P90 · tick: P50 · ◆ stamped"),
        view.text("violet line: now"),
        track(known, view, now_ms),
    )


def _head(known: Known, view: View) -> Markup:
    scenario, course, t = known.scenario, known.course, view.text
    answered = sum(one.answered is not None for one in course.released)
    whole = len(scenario.injects) + len(course.added) if scenario else 0
    told = t(
        "{out} of {count} out · {answered} acknowledged",
        out=len(course.released), count=whole, answered=answered,
    )  # fmt: skip
    add = _add(view) if known.running else Markup("")
    where = ""
    if scenario is not None:
        where = f"{scenario.title} · {scenario.place} · {scenario.hour:02d}:00"
    stays = t("Injects go out while this page is in view, or while drill run runs in a terminal.")
    return Markup(
        '<h2>{}<span class="n">{}</span><span class="sp"></span>{}</h2>'
        '<p class="ec-where" title="{}">{}</p>{}'
    ).format(t("Injects"), told, add, where, where, muted(stays) if known.running else "")


def _add(view: View) -> Markup:
    """Return the form of an inject that stands in no scenario."""
    text, to = view.text("What is told"), view.text("To whom")
    form = fields.form(
        "add",
        fields.labelled(text, fields.line("text", label=text, most=400), wide=True),
        fields.labelled(to, fields.line("to", label=to, most=80)),
        fields.button("add", view.text("Send now"), kind="primary"),
        kind="ec-line",
    )
    return Markup(
        '<details class="ec-add" data-open="add"><summary class="bt small">＋ {}</summary>{}'
        "</details>"
    ).format(view.text("Add an inject"), form)


def _injects(known: Known, view: View, now: datetime) -> Markup:
    scenario, t = known.scenario, view.text
    if scenario is None:
        return Markup('<p class="empty">{}</p>').format(
            t("The scenario shows here once two keys have opened it.")
        )
    heads = joined(
        Markup("<th>{}</th>").format(one)
        for one in (
            t("At"),
            t("Triggered by"),
            t("Inject"),
            t("State"),
            t("Sent at"),
            t("Players' answer"),
            "",
        )
    )
    triggers = {one.key: one.trigger for one in scenario.injects}
    rows = [_out(one, triggers.get(one.key), known, view, now) for one in known.course.released]
    rows += [_left(one, known, view) for one in waiting(scenario, known.course)]
    return Markup(
        '<div class="ec-scroll" data-keep="injects"><table class="ec-injects"><thead><tr>{}</tr>'
        "</thead><tbody>{}</tbody></table></div>"
    ).format(heads, joined(rows))


def _by(trigger: Trigger | None, view: View) -> tuple[str, str]:
    """Return when an inject comes, and what brings it, in two short words."""
    if trigger is None:
        return "", view.text("added")
    minutes = (
        f"T+{trigger.after_s // 60}"
        if trigger.after_s % 60 == 0
        else "T+" + duration(trigger.after_s)
    )
    if trigger.kind == "clock":
        return minutes, view.text("by clock")
    if trigger.kind == "hand":
        return "", view.text("director")
    return "＋" + duration(trigger.after_s), view.text("condition")


def _out(one: Released, trigger: Trigger | None, known: Known, view: View, now: datetime) -> Markup:
    t = view.text
    when, by = _by(trigger, view)
    if trigger is None or trigger.kind != "clock":
        when = "T+" + duration((known.ran_ms(one.at) or 0) // 1000)
    waits_s = int((now - one.at).total_seconds())
    if one.answered is not None:
        answer = tag(t("answered {time}", time=clock_text(one.answered)), "ok")
    elif known.running:
        answer = Markup('<span class="tag warn">{} <span data-from="{}"></span></span>').format(
            t("no answer yet"), round(one.at.timestamp() * 1000)
        )
    else:
        answer = tag(t("no answer yet"), "warn")
    slow = one.answered is None and known.running and waits_s >= UNANSWERED_S
    late = one.late_ms // 1000 if one.late_ms > LATE_MS else 0
    more = Markup(' <span class="warn">▲ {}</span>').format(signed_late(late, view)) if late else ""
    return Markup(
        '<tr class="{}"><td><b>{}</b></td><td>{}</td><td>{}<small>{}</small></td><td>{}</td>'
        '<td class="mut">{}{}</td><td>{}</td><td></td></tr>'
    ).format("now" if slow else "", when, tag(by), one.text, one.to, t("sent"),
             clock_text(one.at), more, answer)  # fmt: skip


def signed_late(seconds: int, view: View) -> str:
    """Return by how much an inject came too late."""
    return view.text("{time} late", time=duration(seconds))


def _left(one: Waiting, known: Known, view: View) -> Markup:
    t, inject = view.text, one.inject
    when, by = _by(None if one.added else inject.trigger, view)
    state = t("still waits")
    if inject.trigger.kind == "node" and one.due is None:
        state = t("waits for: {node}", node=_node_title(known, inject.trigger.node))
    elif inject.trigger.kind == "hand" and one.due is None:
        state = t("by the director")
    due = clock_text(one.due) if one.due is not None else ""
    send = Markup("")
    if known.running:
        send = fields.button("release", t("Send now"), value=inject.key, kind="small")
    return Markup(
        "<tr><td><b>{}</b></td><td>{}</td><td>{}<small>{}</small></td><td>{}</td>"
        '<td class="mut">{}</td><td></td><td>{}</td></tr>'
    ).format(when, tag(by), inject.text, inject.to, state, due, send)


def _node_title(known: Known, key: str) -> str:
    nodes = known.scenario.nodes if known.scenario else ()
    return next((node.title for node in nodes if node.key == key), key)


def _evaluators(known: Known, view: View) -> Markup:
    t = view.text
    counts: dict[str, int] = {}
    for stamp in counting(known.entries):
        counts[stamp.evaluator] = counts.get(stamp.evaluator, 0) + 1
    back = {str(one.told.get("evaluator") or one.key): one for one in known.of("handed_in")}
    out = {str(one.told.get("evaluator") or one.key): one for one in known.of("handed_out")}
    names = list(dict.fromkeys((*out, *counts)))
    rows = joined(
        _evaluator(name, counts.get(name, 0), (out.get(name), back.get(name)), view)
        for name in names
    )
    if not names:
        rows = Markup('<li class="mut">{}</li>').format(t("No page handed out yet."))
    hand = fields.form(
        "evaluator",
        fields.line("evaluator", label=t("Name and post"), most=60, hint=t("Name and post")),
        fields.button("hand_out", t("Hand out a page"), kind="small"),
        kind="ec-line tight",
    )  # fmt: skip
    take = fields.form(
        "handed",
        fields.file(
            "files", t("Choose files…"), label=t("Evaluators' files"), accept=".json", many=True
        ),
        fields.button("hand_in", t("Take in"), kind="small"),
        kind="ec-line tight",
    )
    return Markup('<div class="ec-well"><h3>{}</h3><ul>{}</ul>{}{}</div>').format(
        t("Evaluators"), rows, hand, take
    )


def _evaluator(
    name: str, count: int, known: tuple[Entry | None, Entry | None], view: View
) -> Markup:
    out, back = known
    said = view.text("{count} stamps", count=count)
    if back is not None:
        state = view.text("file taken in {time}", time=clock_text(back.at, "%H:%M"))
    elif out is not None:
        state = view.text("out since {time}, its file not in yet", time=clock_text(out.at, "%H:%M"))
    else:
        state = view.text("at control")
    return Markup("<li><b>{}</b> · {} · {}</li>").format(name, state, said)


def _leaks(checks: Sequence[Check], view: View) -> Markup:
    rows = joined(
        Markup('<li class="{}">{} {}</li>').format(
            "" if one.good else "bad",
            Markup('<b class="ok">✓</b>') if one.good else Markup('<b class="bad">✕</b>'),
            one.said,
        )
        for one in checks
    )
    return Markup('<div class="ec-well"><h3>{}</h3><ul>{}</ul></div>').format(
        view.text("Nothing leaks"), rows
    )
