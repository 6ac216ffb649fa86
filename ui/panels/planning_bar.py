"""The bar of page 规划: which resource, which people, which rules, as of when, which plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from desks.planning.answers import Service

from .acts import button, segments, select
from .markup import View, joined, tag
from .planning_parts import MM_PER_M, SHARES, Choice, reach_said, service_title

REACHES_M = (200, 300, 500, 1000, 2000)
REACHES_MIN = (3, 5, 8, 10, 15, 30)
TODAY = ""
DRAFT = "*"
"""The plan that this viewer is making; no saved plan can have this name."""


@dataclass(frozen=True)
class Offered:
    """What may be chosen: services, packs as (key, title), saved plans, the day as ISO text.

    ``unverified`` counts the rules of the chosen packs that nobody held against their source.
    """

    services: Mapping[str, Service]
    packs: Sequence[tuple[str, str]] = ()
    plans: Sequence[str] = ()
    day: str = ""
    latest: str = ""
    unverified: int = 0
    has_draft: bool = False


def choice_bar(asked: Choice, service: Service, offered: Offered, view: View) -> Markup:
    """Return the bar; every choice is a named field, what is pressed says so."""
    return Markup(
        '<div class="pl-bar">{}{}{}{}{}{}<span class="pl-space"></span>{}{}</div>'
    ).format(
        _field(view.text("Resource"), _services(asked, offered, view)),
        _packs(asked, offered, view),
        segments("share", _shares(view), asked.share),
        _field(view.text("Within"), _reaches(asked, service, view)),
        _field(view.text("As of"), _day(offered, view)),
        "",
        _field(view.text("Plan"), _plans(asked, offered, view)),
        _tools(asked, view),
    )


def _field(title: str, control: Markup) -> Markup:
    return Markup('<label class="pl-field"><i>{}</i>{}</label>').format(title, control)


def _services(asked: Choice, offered: Offered, view: View) -> Markup:
    options = [(key, service_title(one, view)) for key, one in offered.services.items()]
    return select("service", options, asked.service, label=view.text("Resource"))


def _packs(asked: Choice, offered: Offered, view: View) -> Markup:
    if not offered.packs:
        return Markup("")
    label = view.text("Rules")
    options = [("", view.text("all rule packs")), *offered.packs]
    trust = view.text("▲ {count} rules not verified", count=offered.unverified)
    return Markup("{}{}").format(
        _field(label, select("pack", options, asked.pack, label=label)),
        tag(trust, "warn") if offered.unverified else "",
    )


def _shares(view: View) -> list[tuple[str, str]]:
    said = {"day": view.text("Day"), "night": view.text("Night"),
            "elderly": view.text("60 and over")}  # fmt: skip
    return [(key, said[key]) for key in SHARES]


def _reaches(asked: Choice, service: Service, view: View) -> Markup:
    if service.within_mm is not None:
        steps = [(f"{m}m", f"{m} m") for m in REACHES_M]
    else:
        steps = [(f"{n}min", view.text("{minutes} min", minutes=str(n))) for n in REACHES_MIN]
    if asked.within and asked.within not in dict(steps):
        steps.append((asked.within, reach_said(service, view)))
    declared = reach_said(service, view) if not asked.within else view.text("as declared")
    first = view.text("{reach} (declared)", reach=declared) if not asked.within else declared
    return select("within", [("", first), *steps], asked.within, label=view.text("Within"))


def _day(offered: Offered, view: View) -> Markup:
    return Markup(
        '<input class="sel" type="date" data-act="asof" value="{}" max="{}" aria-label="{}">'
    ).format(offered.day, offered.latest, view.text("As of"))


def _plans(asked: Choice, offered: Offered, view: View) -> Markup:
    held = plan_choices(offered.plans, view, has_draft=offered.has_draft)
    return select("plan", held, asked.plan, label=view.text("Plan"))


def plan_choices(plans: Sequence[str], view: View, *, has_draft: bool) -> list[tuple[str, str]]:
    """Return the plans to choose from: today, this viewer's draft, the saved ones."""
    drafts = [(DRAFT, view.text("my draft"))] if has_draft else []
    return [(TODAY, view.text("as it is")), *drafts, *((name, name) for name in plans)]


def plan_said(plan: str, view: View) -> str:
    """Return what a plan is called on the page."""
    return {TODAY: view.text("as it is"), DRAFT: view.text("my draft")}.get(plan, plan)


def _tools(asked: Choice, view: View) -> Markup:
    titles = (
        ("site", view.text("New places")),
        ("compare", view.text("Compare")),
        ("fragile", view.text("Fragile points")),
    )
    pressed = joined(
        Markup(
            '<button type="button" class="bt{}" data-act="looking" data-value="{}" '
            'aria-pressed="{}">{}</button>'
        ).format(
            " on" if asked.looking == key else "", key,
            "true" if asked.looking == key else "false", title,
        )
        for key, title in titles
    )  # fmt: skip
    report = button("looking", view.text("Make report"), value="report", kind="primary")
    return Markup("{}{}").format(pressed, report)


def metres_said(millimetres: int) -> str:
    """Return a distance in whole metres, cut."""
    return f"{millimetres // MM_PER_M:,} m"
