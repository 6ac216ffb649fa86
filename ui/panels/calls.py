"""Who is to be told, by when, and who has been; beside it the plans that apply and whom to ask."""

from collections.abc import Sequence

from markupsafe import Markup

from desks.command.answers import Call, PlanCard
from desks.command.situation import Nearby, SituationBrief

from .acts import button
from .levels import level_lines
from .markup import Told, View, dotted, duration, joined, phone
from .on_site import on_site_opener
from .sums import near
from .tile import opener, tile


def calls_tile(brief: SituationBrief, view: View, *, may_tell: bool = False) -> Markup:
    """Return the call tree with its times, and one step away plans, experts and levels.

    Where the viewer ``may_tell``, a press keeps when a body was told, and when it answered.
    """
    sent = sum(bool(_told(call, view).sent) for call in brief.calls)
    return tile(
        view.text("Call tree"),
        f"{sent}/{len(brief.calls)}",
        [
            _call(call, view, may_tell=may_tell)
            for call in sorted(brief.calls, key=lambda call: call.order)
        ],
        view.text("No department is registered in this district"),
        view,
        _foot(brief, view, may_tell=may_tell),
    )


def _told(call: Call, view: View) -> Told:
    return view.told.get((call.layer, call.id), Told())


def _call(call: Call, view: View, *, may_tell: bool) -> Markup:
    """Return one body: told and answered ✓, told ◐, not told ○, not on file ▲."""
    if call.missing is not None:
        return Markup(
            '<div class="li"><b class="warn">▲</b><span class="f warn" title="{0}">{0}</span></div>'
        ).format(view.word(call.missing))
    told = _told(call, view)
    state, mark = ("ok", "✓") if told.acknowledged else ("warn", "◐") if told.sent else ("mut", "○")
    time = told.acknowledged or told.sent or _deadline(call)
    return Markup(
        '<div class="li"><b class="{state}">{mark}</b><span class="f two"><span title="{task}">'
        '{name}</span><span class="mut">{task}</span></span><span class="mut" title="{deadline}">'
        "{time}</span>{tell}{phone}</div>"
    ).format(
        state=state, mark=mark, name=call.name, task=view.choice(call.task) if call.task else "",
        time=time, phone=phone(view, (call.layer, call.id)),
        tell=_tell(call, told, view) if may_tell else "",
        deadline=view.text("within {minutes} min", minutes=call.within_min)
        if call.within_min is not None
        else "",
    )  # fmt: skip


def _tell(call: Call, told: Told, view: View) -> Markup:
    """Return the next press: told, then acknowledged; nothing once it has answered."""
    value = f"{call.layer}|{call.id}"
    if told.acknowledged:
        return Markup("")
    if told.sent:
        return button("acknowledged", view.text("mark answered"), value=value)
    return button("sent", view.text("mark told"), value=value)


def _deadline(call: Call) -> str:
    return f"≤{call.within_min}′" if call.within_min is not None else ""


def _foot(brief: SituationBrief, view: View, *, may_tell: bool) -> Markup:
    pieces = (
        on_site_opener(brief, view, may_tell=may_tell) if may_tell or view.arrived else "",
        _plans(brief.plan_cards, view),
        _experts(near(brief, "adviser"), view),
        _levels(brief, view),
    )
    return Markup('<div class="foot">{}</div>').format(joined(piece for piece in pieces if piece))


def _plans(plans: Sequence[PlanCard], view: View) -> Markup:
    if not plans:
        return Markup("")
    rows = [
        Markup(
            '<div class="li"><span class="f" title="{0}">{0} <span class="mut">{1}</span></span>'
            '</div><div class="li again"><span class="f mut">{2}</span></div>'
        ).format(
            plan.name,
            dotted((plan.kind, plan.level, plan.issuer, _valid(plan, view))),
            view.word(plan.why),
        )
        for plan in plans
    ]
    title = view.text("Plans {count}", count=len(plans))
    return opener(title, title, rows)


def _levels(brief: SituationBrief, view: View) -> Markup:
    rows = level_lines(brief, view)
    if not rows:
        return Markup("")
    title = view.text("Who answers")
    return opener(title, title, rows)


def _valid(plan: PlanCard, view: View) -> str:
    return view.text("valid until {date}", date=plan.expiry) if plan.expiry else ""


def _experts(rows: Sequence[Nearby], view: View) -> Markup:
    if not rows:
        return Markup("")
    lines = [
        Markup(
            '<div class="li"><span class="f">{} <span class="mut">{}</span></span>{}{}</div>'
        ).format(
            row.name,
            view.word(row.why) if row.why else "",
            duration(row.travel_s) if row.travel_s is not None else "",
            phone(view, (row.layer, row.id)),
        )
        for row in rows
    ]
    title = view.text("Experts {count}", count=len(rows))
    return opener(title, title, lines)
