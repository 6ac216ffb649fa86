"""A verification campaign: who checks what by when, and the page on which it is ticked off."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .acts import button, segments
from .markup import View, icon, joined, tag

SHOWN = 100
"""Tasks drawn at once: nobody checks more in a walk."""


@dataclass(frozen=True)
class Round:
    """One campaign: its name, the last day, and how many of its tasks are done or late."""

    id: str
    name: str
    due: str
    tasks: int
    done: int
    overdue: int


@dataclass(frozen=True)
class TaskLine:
    """One record to check: where, why, by whom until when, and whether that was done."""

    id: str
    layer: str
    name: str
    where: str
    why: str
    who: str
    due: str
    done: str
    overdue: bool


def rounds(found: Sequence[Round], chosen: str, view: View) -> Markup:
    """Return the campaigns with their progress; the chosen one is framed."""
    if not found:
        return Markup('<section class="rounds card"><p class="empty">{}</p></section>').format(
            view.text("No campaign is running. Start one below: it makes a task of every record "
                      "that is stale or lacks something.")
        )  # fmt: skip
    return Markup('<section class="rounds card">{}</section>').format(
        joined(_round(one, view, chosen=one.id == chosen) for one in found)
    )


def _round(one: Round, view: View, *, chosen: bool) -> Markup:
    share = 100 * one.done / one.tasks if one.tasks else 100
    late = (
        tag("▲ " + view.text("{count} overdue", count=one.overdue), "warn") if one.overdue else ""
    )
    return Markup(
        '<div class="round" data-act="round" data-value="{}" tabindex="0"{}><b>{}</b>'
        '<span class="meter"><i style="width:{:.1f}%"></i></span><span>{}</span>{}</div>'
    ).format(
        one.id,
        Markup(' aria-selected="true"') if chosen else "",
        one.name,
        share,
        view.text(
            "{done} of {tasks} done · until {due}", done=one.done, tasks=one.tasks, due=one.due
        ),
        late,
    )


def tasks(
    lines: Sequence[TaskLine],
    who: str,
    people: Sequence[str],
    view: View,
    *,
    may: bool,
) -> Markup:
    """Return the tasks, the open ones first, each with one large press to tick it off."""
    options = [("", view.text("Everyone")), *((one, one) for one in people)]
    shown = [line for line in lines if who in {"", line.who}]
    more = len(shown) - SHOWN
    body = (
        joined(_task(line, view, may=may) for line in shown[:SHOWN])
        if shown
        else Markup('<p class="empty">{}</p>').format(view.text("Nothing is left to check here."))
    )
    return Markup(
        '<section class="tasks card"><header><h2>{}<span class="n">{}</span></h2>{}</header>'
        '<div class="scroll" data-keep="tasks">{}</div></section>'
    ).format(
        view.text("To check"),
        view.text("{count} open", count=sum(not line.done for line in shown)),
        segments("who", options, who) if len(people) > 1 else "",
        body
        + (
            Markup('<p class="rest">{}</p>').format(
                view.text("{count:,} more follow when these are done.", count=more)
            )
            if more > 0
            else Markup("")
        ),
    )


def _task(line: TaskLine, view: View, *, may: bool) -> Markup:
    if line.done:
        act = tag("✓ " + line.done, "ok")
    else:
        right = button(
            "tick", "✓ " + view.text("It is right"), value=line.id, kind="tick", off=not may
        )
        gone = button(
            "gone", view.text("No longer there"), value=line.id, kind="quiet", off=not may
        )
        act = Markup('<span class="acts">{}{}</span>').format(right, gone)
    due = tag("▲ " + line.due, "warn") if line.overdue else Markup("{}").format(line.due)
    return Markup(
        '<div class="task{}">{}<div><b>{}</b><span>{}</span><span class="mut">{}</span></div>'
        '<div class="by"><span>{}</span><span>{}</span></div>{}</div>'
    ).format(
        " done" if line.done else "",
        icon(line.layer),
        line.name,
        line.where,
        line.why,
        line.who,
        due,
        act,
    )
