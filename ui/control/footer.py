"""The log's line at the foot: how long it is, where it began and stands, and the papers of it."""

from collections.abc import Sequence

from markupsafe import Markup

from ui.panels.markup import View, joined, tag

from . import fields
from .knowing import Known, short


def footer(
    known: Known, drills: Sequence[str], players: str, view: View, director: str = ""
) -> Markup:
    """Return the line of the log; ``players`` is the address of the players' screen, "" none.

    ``director`` says who directs.
    """
    t = view.text
    whole = tag("✓ " + t("unbroken"), "ok") if known.intact else tag("✕ " + t("broken"), "bad")
    line = Markup("")
    if known.entries:
        line = Markup(
            '<span>{}</span><span class="mut">{}</span><span class="hash" title="{}">{}</span>'
            '<span class="mut">{}</span><span class="hash" title="{}">{}</span>{}'
        ).format(
            t("entries: {count}", count=len(known.entries)),
            t("head at the start"), known.first_head, short(known.first_head),
            t("head now"), known.head, short(known.head), whole,
        )  # fmt: skip
    acts = Markup("")
    if known.sealed is not None:
        acts += fields.button("paper", t("Print the head"), value="heads")
    if players:
        acts += Markup('<button type="button" class="bt" data-address="{}">{}</button>').format(
            players, t("The players' screen (to look at)")
        )
    return Markup(
        '<div class="ec-foot" role="contentinfo"><b>{}</b>{}{}{}<span class="sp"></span>{}</div>'
    ).format(t("Drill log"), _drills(known, drills, view), director, line, acts)


def _drills(known: Known, drills: Sequence[str], view: View) -> Markup:
    """Return the choice of the drill that this page shows."""
    t = view.text
    rows = [
        fields.button("drill", number, value=number, kind="small", off=number == known.number)
        for number in reversed(drills)
    ]
    rows.append(fields.button("drill", "＋ " + t("New drill"), value="", kind="small"))
    return Markup(
        '<details class="ec-drills" data-open="drills"><summary class="bt small">{}</summary>'
        "<div>{}</div></details>"
    ).format(known.number or t("New drill"), joined(rows))
