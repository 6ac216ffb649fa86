"""The tools of page 规划 beside the table: reasons, mends, what is fragile, the report."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from desks.onemap import OneMap
from desks.planning.answers import Coverage, Covered, Definition, Reason, Service, Share
from desks.planning.fragility import Fragility, fragility
from desks.planning.reasons import reasons
from ui.live_panel import live_panel
from ui.panels.markup import View
from ui.panels.planning_bar import DRAFT
from ui.panels.planning_figures import Loss
from ui.panels.planning_reasons import mends_card
from ui.panels.planning_report import candidate_list, losses_card, plan_list

from . import register_hand as hand
from .planning_desk import Answered, own
from .planning_mends import candidate_sites, mends_asked, save_form
from .planning_report import report_tool
from .planning_sites import sites_tool, wait_for_sites

SEEN = "planning_fragile"
FIRST, MOST_LINES = 3, 40

Line = tuple[str, str, Sequence[tuple[float, float]]]


@dataclass(frozen=True)
class Fragile:
    """The single losses, worst first, and those of them that are roads as lines in metres."""

    losses: tuple[Loss, ...] = ()
    lines: tuple[Line, ...] = ()


def reasons_of(shown: Answered) -> tuple[Reason, ...]:
    """Return why communities are not covered, of the answer that is shown."""
    onemap, found, by = shown.desk.onemap, shown.found, shown.by
    key = (*shown.key, by)
    if shown.is_shared:
        return _reasons(onemap, found, by, key)
    return own(("reasons", *key), lambda: why_not(onemap, found, by))


@st.cache_resource(max_entries=24, show_spinner=False)
def _reasons(_onemap: OneMap, _found: Coverage, by: Definition, key: object) -> tuple[Reason, ...]:
    del key
    return why_not(_onemap, _found, by)


def why_not(onemap: OneMap, found: Coverage, by: Definition) -> tuple[Reason, ...]:
    """Return the reasons by the definition; for the circle those of the strictest one."""
    return reasons(onemap, found, None if by == "circle" else by)


def fragile_found(shown: Answered) -> Fragile:
    """Return the single losses of today's places; no plan and no incident changes them."""
    onemap, service = shown.desk.onemap, shown.found.service
    if service.all_of:
        return Fragile()
    found = _fragility(onemap, service, shown.asked.share, onemap.stamp)
    return fragile(found, shown.desk.view)


@st.cache_resource(max_entries=16, show_spinner=False)
def _fragility(_onemap: OneMap, service: Service, share: Share, stamp: str) -> Fragility:
    del stamp
    return fragility(_onemap, service, share=share)


def fragile(found: Fragility, view: View) -> Fragile:
    """Return the losses as they are listed, roads of one name together, and as lines."""
    said = {"road": view.text("road"), "bridge": view.text("bridge"), "place": view.text("place")}
    worst = [(one, max(one.people_lost, one.room_lost or 0)) for one in found.losses]
    costly = [(one, people) for one, people in worst if people > 0]
    seen: dict[tuple[str, str], Loss] = {}
    for one, people in costly:
        name = one.name or one.id
        key = (one.kind, name)
        seen.setdefault(key, Loss(name, said[one.kind], people, found.people))
    lines = [
        ("pl-first" if row < FIRST else "pl-second", f"{one.name or one.id} −{people:,}",
         [(float(x), float(y)) for x, y in one.line_m])
        for row, (one, people) in enumerate(costly[:MOST_LINES])
        if one.kind != "place" and len(one.line_m) > 1
    ]  # fmt: skip
    return Fragile(tuple(seen.values()), tuple(lines))


def wait_for_losses(shown: Answered) -> None:
    """Work the losses out, where they were asked for, before anything is drawn, and say so."""
    with st.container(key="pl_wait"):
        if shown.asked.looking == "fragile":
            with st.spinner(shown.desk.view.text("Closing every road and place in turn…")):
                fragile_found(shown)
        wait_for_sites(shown)


def losses_of(shown: Answered) -> tuple[Loss, ...] | None:
    """Return the worst losses where this viewer asked for them, ``None`` where not yet."""
    if shown.found.service.all_of:
        return ()
    wanted = st.session_state.get(SEEN, frozenset())
    key = (shown.found.service, shown.asked.share)
    if shown.asked.looking == "fragile":
        st.session_state[SEEN] = {*wanted, key}
    elif key not in wanted:
        return None
    return fragile_found(shown).losses


def tool(shown: Answered, unit: Covered) -> None:
    """Draw what the bar opened: report, new places, fragile points; else the mends of the unit."""
    view, looking = shown.desk.view, shown.asked.looking
    with st.container(key="pl_tool"):
        hand.said_line()
        if looking == "report":
            report_tool(shown)
        elif looking == "site":
            sites_tool(shown)
            save_form(shown)
        elif looking == "fragile":
            live_panel(losses_card(fragile_found(shown).losses, view), key="pl_mends")
        else:
            live_panel(_mends(shown, unit), key="pl_mends")
            save_form(shown)


def _mends(shown: Answered, unit: Covered) -> Markup:
    """Return the cheapest mends of the unit, the plan in hand and the sites that may serve."""
    view, onemap, service = shown.desk.view, shown.desk.onemap, shown.found.service
    held = candidate_sites(onemap, service)
    plan = plan_list(shown.changes, view, is_draft=shown.asked.plan == DRAFT)
    taken = frozenset(one.id for one in shown.changes)
    sites = candidate_list(held.sites, held.left_out, taken, view)
    found = () if service.all_of else mends_asked(shown, unit.code)
    return mends_card(found, unit, shown.by, view, more=plan + sites)
