"""Step one: what kind of drill is wanted; the composer finds the scenarios, this page none."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ui.panels.markup import View, joined

from . import fields
from .fields import Option
from .knowing import Known
from .steps import hashed, muted

POOLS = ("6", "8", "12", "16", "24", "48")
SIZE, TYPE = "12", "double_blind"


@dataclass(frozen=True)
class Offered:
    """What may be wished for in this district, and what the form begins with.

    ``avoid`` is what a drill must not touch; days are ISO dates.
    """

    number: str
    first: str
    last: str
    types: Sequence[Option]
    classes: Sequence[Option]
    avoid: Sequence[Option]


def compose_work(known: Known, offered: Offered, view: View) -> Markup:
    """Return the form of the wish beside what is done with it."""
    title = heading(view.text("What is wanted"), view.text("the composer searches the register"))
    return Markup('<div class="ec-two"><section class="card">{}{}</section>{}</div>').format(
        title, _wish(offered, view), _told(known, view)
    )


def _wish(offered: Offered, view: View) -> Markup:
    t = view.text
    sizes = [(one, one) for one in POOLS]
    number, kind, size = t("Drill number"), t("Type of drill"), t("Scenarios in the pool")
    boxes = (
        fields.labelled(number, fields.line("number", offered.number, label=number, most=40),
                        hint=t("letters, digits, hyphens")),
        fields.labelled(kind, fields.select("type", offered.types, TYPE, label=kind)),
        _pair(t("Window of days"), ("first", "last"), (offered.first, offered.last), "date"),
        _pair(t("Hours of the day"), ("hour_from", "hour_until"), ("8", "18"), "number"),
        _pair(t("First team's P90, minutes"), ("p90_from", "p90_until"), ("9", "15"), "number"),
        fields.labelled(size, fields.select("size", sizes, SIZE, label=size)),
    )  # fmt: skip
    return fields.form(
        "compose",
        Markup('<div class="ec-grid">{}</div>').format(joined(boxes)),
        group(
            t("Class of hazard"), fields.chips("classes", offered.classes, ()),
            t("none ticked: all"),
        ),
        group(t("Leave out"), fields.chips("avoid", offered.avoid, [k for k, _ in offered.avoid])),
        Markup('<div class="ec-go">{}{}</div>').format(
            fields.button("compose", t("Compose the pool"), kind="primary"),
            muted(t("Takes up to a minute; the page waits.")),
        ),
    )  # fmt: skip


def _pair(label: str, names: tuple[str, str], told: tuple[str, str], kind: str) -> Markup:
    low, high = (
        fields.line(name, value, label=label, kind=kind)
        for name, value in zip(names, told, strict=True)
    )
    return fields.labelled(label, low, Markup("<em>–</em>"), high)


def group(label: str, inside: Markup, hint: str = "") -> Markup:
    """Return a group of chips under its name."""
    said = Markup("<small>{}</small>").format(hint) if hint else Markup("")
    return Markup(
        '<div class="ec-group" role="group" aria-label="{0}"><b>{0}</b>{1}{2}</div>'
    ).format(label, inside, said)


def _told(known: Known, view: View) -> Markup:
    t = view.text
    lines = [
        t("The pool is drawn up by the program from the register, the roads and the brief that"
          " commanders use; nobody picks a scenario."),
        t("It is locked at once. This page shows how many scenarios it has, never what is in them,"
          " until one is drawn and opened."),
        t("Composing again before the sealing replaces the draft; the log keeps that it was."),
    ]  # fmt: skip
    done = known.last("composed")
    proof = Markup("")
    if done is not None:
        proof = hashed(t("Register at"), str(done.told.get("map_stamp") or ""))
    if known.voided:
        lines.insert(0, t("The draw was void: compose and seal anew under the same number."))
    return told_card(t("What happens"), lines, proof)


def heading(title: str, more: str) -> Markup:
    """Return the heading of a card with what is said beside it."""
    return Markup('<h2>{}<span class="n">{}</span></h2>').format(title, more)


def told_card(title: str, lines: Sequence[str], *more: Markup) -> Markup:
    """Return a quiet card of sentences beside the work."""
    return Markup('<aside class="card ec-told"><h3>{}</h3><ul>{}</ul>{}</aside>').format(
        title, joined(Markup("<li>{}</li>").format(line) for line in lines), joined(more)
    )
