"""Step five: frozen and revealed, judged by four indicators, findings that must be closed."""

from markupsafe import Markup

from desks.exercise.findings import Finding
from desks.exercise.review import Indicator, Review, finding_id
from desks.exercise.review_nodes import NodeTime
from ui.panels.markup import View, duration, joined, tag

from . import fields
from .composing import heading, told_card
from .knowing import Known
from .track import indicator_titles, track


def review_work(known: Known, review: Review | None, view: View) -> Markup:
    """Return findings and papers left, indicators and node times right; ``None`` before the end."""
    t = view.text
    if review is None:
        told = [
            t("The log is frozen, the whole pool revealed, and the package can be checked by"
              " anybody: {command}", command="python verify_drill.py package.zip --key …"),
            t("The after-action report sets expected beside real times, node by node."),
            t("A drill is archived once every finding has an owner and a date."),
        ]  # fmt: skip
        return Markup('<div class="ec-two">{}</div>').format(told_card(t("After the drill"), told))
    return Markup(
        '<div class="ec-run"><section class="card">{}{}{}</section>'
        '<section class="card ec-times">{}<div class="pad">{}{}</div></section></div>'
    ).format(
        _papers(known, view),
        _findings(known, review, view),
        _unjudged(review, view),
        _four(review, view),
        heading(t("Node times"), t("grey band: expected to P90 · tick: P50 · ◆ stamped")),
        track(known, view, review.ran_ms),
    )


def _papers(known: Known, view: View) -> Markup:
    t = view.text
    asked = t("Passphrase of control's key")
    nothing = t("nothing can be added to the drill afterwards")
    if known.last("frozen") is None:
        return heading(t("Freeze and reveal"), nothing) + fields.form(
            "freeze",
            fields.labelled(asked, fields.passphrase("passphrase", label=asked)),
            fields.button("freeze", t("Freeze and reveal"), kind="primary"),
            kind="ec-line",
        )
    archived = tag(t("archived"), "ok")
    if known.last("archived") is None:
        archived = fields.button("archive", t("Archive"))
    return heading(t("Frozen and revealed"), nothing) + Markup(
        '<div class="ec-go">{}{}{}{}</div>'
    ).format(
        fields.button("paper", t("After-action report"), value="report", kind="primary"),
        fields.button("paper", t("the same as Word"), value="word"),
        fields.button("package", t("Package to verify")),
        archived,
    )


def _four(review: Review, view: View) -> Markup:
    """Return the four indicators as the review judges them."""
    return Markup('<div class="ec-four">{}</div>').format(
        joined(_indicator(one, view) for one in review.indicators)
    )


def _indicator(one: Indicator, view: View) -> Markup:
    """Return an indicator: its first measure large, a second one below, or why there is none."""
    words, title = _measures(view), indicator_titles(view)[one.key]
    if not one.measures:
        none = Markup('<span class="none">{}</span>').format(view.text("not judged"))
        why = view.word(one.why) if one.why else ""
        return Markup('<div title="{}"><b>{}</b><p class="v">{}</p></div>').format(why, title, none)
    first, *more = one.measures
    big = Markup("{}<small> / {} {}</small>").format(first.good, first.whole, words[first.what])
    rest = " · ".join(f"{m.good} / {m.whole} {words[m.what]}" for m in more)
    return Markup('<div><b>{}</b><p class="v">{}</p><small>{}</small></div>').format(
        title, big, rest
    )


def _measures(view: View) -> dict[str, str]:
    return {"nodes": view.text("in the band"), "answers": view.text("answered in time")}


def _unjudged(review: Review, view: View) -> Markup:
    if not review.unjudged:
        return Markup("")
    rows = joined(Markup("<li>{}</li>").format(view.word(one)) for one in review.unjudged)
    return Markup(
        '<details class="ec-unjudged" data-open="unjudged"><summary>{}</summary><ul>{}</ul>'
        "</details>"
    ).format(view.text("{count} things not judged", count=len(review.unjudged)), rows)


def _findings(known: Known, review: Review, view: View) -> Markup:
    t = view.text
    over = known.last("archived") is not None
    rows = [_proposed(one, view) for one in review.proposed if not over]
    rows += [_finding(one, view, over=over) for one in review.findings]
    if not rows:
        rows = [Markup('<li class="mut">{}</li>').format(t("No finding yet."))]
    open_ = sum(one.closed is None for one in review.findings)
    said = t("{open} of {count} findings open", open=open_, count=len(review.findings))
    if review.proposed and not over:
        said += " · " + t("{count} to decide", count=len(review.proposed))
    return Markup('{}<ul class="ec-findings" data-keep="findings">{}</ul>{}').format(
        heading(t("Findings"), said), joined(rows), "" if over else _form("find", "", view)
    )


def _form(name: str, value: str, view: View) -> Markup:
    """Return the fields of a finding; one that is proposed has its text already."""
    t = view.text
    text, owner, due = t("Finding"), t("Who mends it"), t("Mend by")
    told = fields.labelled(text, fields.line("text", label=text, most=400), wide=True)
    return fields.form(
        name,
        Markup("") if value else told,
        fields.labelled(owner, fields.line("owner", label=owner, most=80)),
        fields.labelled(due, fields.line("due", label=due, kind="date")),
        fields.button("find", t("Add the finding"), value=value, kind="" if value else "primary"),
        kind="ec-line",
    )


def _proposed(one: NodeTime, view: View) -> Markup:
    """Return a node that came late or never, to be accepted as a finding or not."""
    t, id_ = view.text, finding_id(one)
    said = t("{node}: not stamped", node=one.node.title)
    if one.at_ms is not None:
        at = duration(one.at_ms // 1000)
        said = t("{node}: late, at {time}", node=one.node.title, time=at)
    why = t("Why it is none")
    none = fields.form(
        f"dismiss-{id_}",
        fields.line("why", label=why, most=200, hint=why),
        fields.button("dismiss", t("No finding"), value=id_, kind="small"),
        kind="ec-line tight",
    )
    return Markup(
        '<li><details data-open="{}"><summary><b class="warn">▲</b> {} <span class="mut">{}</span>'
        "</summary>{}{}</details></li>"
    ).format(id_, said, t("decide"), _form(f"find-{id_}", id_, view), none)


def _finding(one: Finding, view: View, *, over: bool) -> Markup:
    t = view.text
    if one.is_none:
        said = t("no finding: {why}", why=one.how)
        return Markup('<li class="mut"><p>{}</p><small>{}</small></li>').format(one.text, said)
    who = Markup("<small>{} · {}</small>").format(
        one.owner or t("no owner"), one.due or t("no date")
    )
    if one.closed is not None:
        closed = tag("✓ " + t("closed by {who}: {how}", who=one.by, how=one.how), "ok")
        return Markup("<li><p>{}</p>{} {}</li>").format(one.text, who, closed)
    how, by = t("How it was closed"), t("Who says so")
    form = fields.form(
        f"close-{one.id}",
        fields.line("how", label=how, most=400, hint=how),
        fields.line("by", label=by, most=80, hint=by),
        fields.button("close", t("Close the finding"), value=one.id, kind="small"),
        kind="ec-line tight",
    )
    late = Markup("")
    if not one.tracked and not over:
        late = tag("▲ " + t("nobody has it yet"), "warn") + _assign(one, view)
    return Markup("<li><p>{}</p>{} {}{}</li>").format(one.text, who, late, form)


def _assign(one: Finding, view: View) -> Markup:
    """Return the fields that give a finding to somebody by a day."""
    t = view.text
    owner, due = t("Who mends it"), t("Mend by")
    return fields.form(
        f"assign-{one.id}",
        fields.line("owner", one.owner, label=owner, most=80, hint=owner),
        fields.line("due", one.due, label=due, kind="date"),
        fields.button("assign", t("Give it to them"), value=one.id, kind="small"),
        kind="ec-line tight",
    )
