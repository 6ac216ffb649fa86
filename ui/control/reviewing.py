"""Step five: frozen and revealed, judged by four indicators, findings that must be closed."""

from datetime import datetime

from markupsafe import Markup

from desks.exercise.log import Entry
from ui.panels.markup import View, joined, tag

from . import fields
from .composing import heading, told_card
from .knowing import Known
from .track import four, track


def review_work(known: Known, view: View, now: datetime) -> Markup:
    """Return findings and papers left, indicators and node times right."""
    t = view.text
    if known.stage != "review":
        told = [
            t("The log is frozen, the whole pool revealed, and the package can be checked by"
              " anybody: python verify_drill.py package.zip --key FINGERPRINT"),
            t("The after-action report sets expected beside real times, node by node."),
            t("A drill is archived once every finding has an owner, a date and is closed."),
        ]  # fmt: skip
        return Markup('<div class="ec-two">{}</div>').format(told_card(t("After the drill"), told))
    now_ms = known.ran_ms(_over(known, now))
    return Markup(
        '<div class="ec-run"><section class="card">{}{}</section><section class="card ec-times">{}'
        '<div class="pad"><h2>{}<span class="n">{}</span></h2>{}</div></section></div>'
    ).format(
        _papers(known, view),
        _findings(known, view),
        four(known, view, now_ms),
        t("Node times"),
        t("grey band: expected to P90 · tick: P50 · ◆ stamped"),
        track(known, view, now_ms),
    )


def _over(known: Known, now: datetime) -> datetime:
    over = known.last("ended", "aborted")
    return over.at if over is not None else now


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
        '<div class="ec-go">{}{}{}</div>'
    ).format(
        fields.button("paper", t("After-action report"), value="report", kind="primary"),
        fields.button("package", t("Package to verify")),
        archived,
    )


def _findings(known: Known, view: View) -> Markup:
    t = view.text
    closed = {one.key: one for one in known.of("closed")}
    latest = {one.key: one for one in known.of("found")}
    rows = joined(_finding(one, closed.get(key), view) for key, one in latest.items())
    if not latest:
        rows = Markup('<li class="mut">{}</li>').format(t("No finding yet."))
    form = Markup("")
    if known.last("archived") is None:
        form = _finding_form(view)
    open_ = len(latest.keys() - closed.keys())
    return Markup(
        '<h2>{}<span class="n">{}</span></h2><ul class="ec-findings" data-keep="findings">{}</ul>{}'
    ).format(
        t("Findings"), t("{open} of {count} findings open", open=open_, count=len(latest)),
        rows, form,
    )  # fmt: skip


def _finding_form(view: View) -> Markup:
    t = view.text
    text, owner, due = t("Finding"), t("Who mends it"), t("Mend by")
    return fields.form(
        "find",
        fields.labelled(text, fields.line("text", label=text, most=400), wide=True),
        fields.labelled(owner, fields.line("owner", label=owner, most=80)),
        fields.labelled(due, fields.line("due", label=due, kind="date")),
        fields.button("find", t("Add the finding"), kind="primary"),
        kind="ec-line",
    )


def _finding(entry: Entry, closed: Entry | None, view: View) -> Markup:
    t, told = view.text, entry.told
    who = Markup("<small>{} · {}</small>").format(
        str(told.get("owner") or "") or t("no owner"), str(told.get("due") or "") or t("no date")
    )
    if closed is not None:
        state = tag(t("closed: {how}", how=str(closed.told.get("how") or "")[:120]), "ok")
    else:
        state = fields.form(
            f"close-{entry.key}",
            fields.line("how", label=t("How it was closed"), most=200, hint=t("How it was closed")),
            fields.button("close", t("Close the finding"), value=entry.key, kind="small"),
            kind="ec-line tight",
        )  # fmt: skip
    return Markup("<li><p>{}</p>{}{}</li>").format(str(told.get("text") or ""), who, state)
