"""What the report of page 规划 will hold, and the plan in hand as a list."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from markupsafe import Markup

from desks.planning.answers import Coverage, Service
from desks.planning.candidates import Candidate, LeftOut
from desks.planning.variants import Change

from .acts import button
from .markup import View, joined, tag
from .planning_figures import Loss
from .planning_parts import picked_unit, reach_said, service_title
from .planning_reasons import cost_said

MOST_CANDIDATES = 40
MOST_LOSSES = 100


def report_card(
    found: Coverage, unit: str, view: View, *, plan: tuple[str, Service] | None = None,
    left_out: str = "",
) -> Markup:  # fmt: skip
    """Return what the report speaks of: service, reach, share of people, area.

    ``plan`` is the saved plan that it is of with the service it asks for; ``left_out`` names the
    plan that is shown while the report says nothing of it.
    """
    whole = picked_unit(found, unit)
    about = view.text(
        "{service}, {reach}: {people:,} people, four definitions, rules with clauses, maps",
        service=service_title(found.service, view), reach=reach_said(found.service, view),
        people=whole.people,
    ) if plan is None else view.text(
        "{service}, {reach}: what the plan {plan} changes and costs, people and rules today and"
        " with it, maps; every page says that it is not built",
        service=service_title(plan[1], view), reach=reach_said(plan[1], view), plan=plan[0],
    )  # fmt: skip
    return Markup(
        '<section class="pl-mends card"><header><h2>{}<span class="n">{}</span></h2></header>'
        '<div class="scroll"><p>{}</p><p class="note">{}</p>{}</div></section>'
    ).format(
        view.text("Report of coverage"), whole.name or view.text("whole district"), about,
        view.text("The gate looks at it first: what is missing or stale makes it a draft."),
        Markup('<p class="note">▲ {}</p>').format(view.text(
            "{plan} is shown, but the report is not of it; a draft must be saved first.",
            plan=left_out
        )) if left_out else "",
    )  # fmt: skip


def losses_card(losses: Sequence[Loss], view: View, *, instead: str = "") -> Markup:
    """Return every single loss that costs coverage, worst first; what is cut off is counted.

    ``instead`` says why there can be none.
    """
    rows = joined(
        Markup(
            '<li><span>{} {}</span><b>−{}.{} %</b><span class="mut">−{}</span></li>'
        ).format(
            tag(one.kind), one.name, *_cut(one), f"{one.people:,}"
        )
        for one in losses[:MOST_LOSSES]
    )  # fmt: skip
    more = len(losses) - MOST_LOSSES
    return Markup(
        '<section class="pl-mends card"><header><h2>{}<span class="n">{}</span></h2></header>'
        '<div class="scroll" data-keep="losses"><ol class="pl-loss full">{}</ol>{}</div></section>'
    ).format(
        view.text("Fragile points"), view.text("one lost, coverage lost"),
        rows
        or Markup('<li class="mut">{}</li>').format(
            instead or view.text("No single loss costs anybody.")
        ),
        Markup('<p class="rest">{}</p>').format(
            view.text("{count} more cost less.", count=more)) if more > 0 else "",
    )  # fmt: skip


def _cut(one: Loss) -> tuple[int, int]:
    return divmod(one.people * 1000 // one.whole if one.whole else 0, 10)


def plan_list(
    changes: Sequence[Change], view: View, *, is_draft: bool,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Markup:  # fmt: skip
    """Return the plan that is shown, each change with a button that takes it out of a draft.

    ``names`` are those of the places on file by their ids: a change of one knows its id alone.
    """
    if not changes:
        return Markup("")
    said = {"add": view.text("new"), "move": view.text("moved"), "close": view.text("closed"),
            "resize": view.text("room")}  # fmt: skip
    return Markup('<ul class="pl-plan">{}</ul>').format(
        joined(
            Markup('<li>{} <b>{}</b> <span class="mut">{}</span>{}</li>').format(
                tag(said[one.kind], "ac"), one.name or names.get(one.id) or one.id,
                _planned(one, view),
                button("drop", view.text("take out"), value=one.id, kind="quiet")
                if is_draft else "",
            )
            for one in changes
        )
    )  # fmt: skip


def _planned(one: Change, view: View) -> str:
    """Return room and cost of a change, as far as the plan states them."""
    said = [] if one.capacity_people is None else [
        view.text("{people:,} people", people=one.capacity_people)
    ]  # fmt: skip
    return " · ".join(said if one.cost_cny is None else [*said, cost_said(one.cost_cny, view)])


def candidate_list(
    sites: Sequence[Candidate], left_out: Sequence[LeftOut], taken: frozenset[str], view: View
) -> Markup:
    """Return the sites on file that may serve, each to put into the plan; who may not, and why."""
    if not sites and not left_out:
        return Markup("")
    free = [one for one in sites if one.id not in taken]
    rows = joined(
        Markup('<li><span><b>{}</b> <span class="mut">{} · {}</span></span>{}</li>').format(
            one.name or one.id,
            view.text("{people:,} people", people=one.capacity) if one.capacity >= 0
            else view.text("not bounded"),
            cost_said(one.cost_cny, view),
            button("add", view.text("Put into plan"), value=one.id),
        )
        for one in free[:MOST_CANDIDATES]
    )  # fmt: skip
    out = joined(
        Markup("<li><b>{}</b> {}</li>").format(one.name or one.id, view.word(one.why))
        for one in left_out
    )
    more = len(free) - MOST_CANDIDATES
    return Markup(
        '<details class="pl-sites" open><summary>{}</summary><ul>{}</ul>{}</details>{}'
    ).format(
        view.text("{count} candidate sites on file", count=len(sites)), rows,
        Markup('<p class="rest">{}</p>').format(view.text("{count} more", count=more))
        if more > 0 else "",
        Markup('<details class="pl-sites"><summary>{}</summary><ul>{}</ul></details>').format(
            view.text("{count} sites cannot serve", count=len(left_out)), out) if left_out else "",
    )  # fmt: skip
