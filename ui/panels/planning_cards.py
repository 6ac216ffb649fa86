"""The four definitions side by side: no percentage is read without its method and its people."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from desks.planning.answers import DEFINITIONS, Coverage, Covered, Definition
from language import Sentence

from .markup import View, joined
from .planning_parts import covered_by, definition_said, definition_title, percent, tenths


@dataclass(frozen=True)
class Before:
    """The unit in the plan that another is held against, and that plan's name, "" for today."""

    unit: Covered
    plan: str = ""


def four_cards(
    found: Coverage, unit: Covered, by: Definition, view: View, *,
    before: Before | None = None, incident: str = "",
) -> Markup:  # fmt: skip
    """Return the cards of a unit, always ①②③④; the one that sorts the table has the ground.

    ``before`` is the unit in the plan that the shown one is held against; ``incident`` names the
    chosen one.
    """
    return Markup('<section class="pl-cards" aria-label="{}">{}</section>').format(
        view.text("Four definitions of coverage"),
        joined(
            _card(found, unit, d, view, chosen=d == by, beside=(before, incident))
            for d in DEFINITIONS
        ),
    )


def _card(
    found: Coverage, unit: Covered, by: Definition, view: View, *,
    chosen: bool, beside: tuple[Before | None, str],
) -> Markup:  # fmt: skip
    before, incident = beside
    service = found.service
    said = incident if by == "safe" and incident else definition_said(by, service, view)
    head = Markup('<span class="k"><b>{}</b><span class="mut">{}</span></span>').format(
        definition_title(by, service, view), said
    )
    held = covered_by(unit, by)
    if held is None:
        return Markup('<div class="pl-card off">{}<b class="na">{}</b><p>{}</p></div>').format(
            head, view.text("not applicable"), _reason(unit.counts[by].reason, view)
        )
    return Markup(
        '<div class="pl-card" role="button" tabindex="0" data-act="by" data-value="{}" '
        'aria-pressed="{}">{}<span class="v">{}<small>{}</small>{}</span>'
        '<span class="pl-meter" style="--p:{}%"><i></i></span>'
        '<span class="d"><span>{}</span><span class="mut">{}</span></span></div>'
    ).format(
        by, "true" if chosen else "false", head, percent(held, unit.people),
        "%" if unit.people else "", _delta(held, before, by, view),
        (tenths(held, unit.people) or 0) / 10,
        view.text("{covered:,} / {people:,} people", covered=held, people=unit.people),
        view.text("short {people:,}", people=unit.people - held),
    )  # fmt: skip


def _delta(held: int, before: Before | None, by: Definition, view: View) -> Markup:
    was = None if before is None else covered_by(before.unit, by)
    if before is None or was is None:
        return Markup("")
    change = signed(held - was)
    said = (
        view.text("{change} against {plan}", change=change, plan=before.plan)
        if before.plan else view.text("{change} against today", change=change)
    )  # fmt: skip
    return Markup('<em class="delta" title="{}">{}</em>').format(said, said)


def signed(people: int) -> str:
    """Return a difference of people with its sign, ``±0`` where nothing changes."""
    return f"＋{people:,}" if people > 0 else f"−{-people:,}" if people else "±0"


def _reason(reason: Sentence | None, view: View) -> str:
    return view.word(reason) if reason is not None else ""


def caution_line(found: Coverage, view: View) -> Markup:
    """Return who is in no sum and what else a reader must know, and how every figure came about."""
    cautions = [view.word(one) for one in _cautions(found)]
    if found.demand.missing:
        units = [found.demand.units[row] for row in found.demand.missing]
        names = [one.name or one.code for one in units]
        cautions.insert(0, view.text(
            "{count} communities without a figure of residents are in no sum: {names}",
            count=len(names), names=_listed(names, view)))  # fmt: skip
    method = joined(Markup("<li>{}</li>").format(view.word(one)) for one in found.method)
    count = (
        Markup("<b>▲ {}</b>").format(view.text("Cautions: {count}", count=len(cautions)))
        if cautions else Markup("")
    )  # fmt: skip
    return Markup(
        '<details class="pl-method"><summary>{}<span class="all">{}</span>'
        '<span class="more">{}</span></summary><ul>{}</ul><ol>{}</ol></details>'
    ).format(
        count, " · ".join(cautions), view.text("Method"),
        joined(Markup("<li>▲ {}</li>").format(one) for one in cautions), method,
    )  # fmt: skip


def _cautions(found: Coverage) -> Sequence[Sentence]:
    return (*found.cautions, *(one for one in found.places.cautions if one not in found.cautions))


def _listed(names: Sequence[str], view: View) -> str:
    return ("、" if view.words.language == "zh" else ", ").join(names)
