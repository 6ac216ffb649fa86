"""The tools of page 规划 beside the table: reasons, mends, what is fragile, the report."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from desks.onemap import OneMap
from desks.planning.answers import Coverage, Covered, Definition, Reason, Service, Share
from desks.planning.fragility import Fragility, fragility
from desks.planning.nameless import loss_names
from desks.planning.reasons import reasons
from language import Sentence
from ui.live_panel import live_panel
from ui.panels.markup import View
from ui.panels.planning_bar import DRAFT
from ui.panels.planning_figures import Loss, apart_said
from ui.panels.planning_reasons import mends_card
from ui.panels.planning_report import candidate_list, losses_card, plan_list

from . import register_hand as hand
from .planning_desk import Answered, own
from .planning_mends import mends_asked, save_form
from .planning_report import report_tool
from .planning_sites import sites_tool, wait_for_sites
from .planning_upload import all_sites, upload

SEEN = "planning_fragile"
FIRST, MOST_LINES = 3, 40
MOST_NAMED = 400
"""So many losses have their names in words; the card lists a hundred, roads of one name as one."""

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
    return fragile(*_fragility(onemap, service, shown.asked.share, onemap.stamp), shown.desk.view)


@st.cache_resource(max_entries=16, show_spinner=False)
def _fragility(
    _onemap: OneMap, service: Service, share: Share, stamp: str
) -> tuple[Fragility, tuple[Sentence, ...]]:
    """Return the losses, and what the worst of them are called."""
    del stamp
    found = fragility(_onemap, service, share=share)
    return found, loss_names(_onemap, found.losses[:MOST_NAMED])


def fragile(found: Fragility, called: Sequence[Sentence], view: View) -> Fragile:
    """Return the losses as they are listed, roads of one name together, and as lines.

    ``called`` are the names of the worst; those after them have their own or a number.
    """
    said = {"road": view.text("road"), "bridge": view.text("bridge"), "place": view.text("place")}
    worst = [(one, max(one.people_lost, one.room_lost or 0)) for one in found.losses]
    costly = [(one, people) for one, people in worst if people > 0]
    names = {one.id: view.word(name) for one, name in zip(found.losses, called, strict=False)
             if one.kind != "place"}  # fmt: skip
    seen: dict[tuple[str, str], Loss] = {}
    for one, people in costly:
        name = one.name or names.get(one.id, one.id)
        key = (one.kind, name)
        seen.setdefault(key, Loss(name, said[one.kind], people, found.people))
    lines = [
        ("pl-first" if row < FIRST else "pl-second",
         f"{one.name or names.get(one.id, one.id)} −{people:,}",
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
            upload(shown.desk, shown.found.service)
            save_form(shown)
        elif looking == "fragile":
            said = apart_said(view) if shown.found.service.all_of else ""
            card = losses_card(fragile_found(shown).losses, view, instead=said)
            live_panel(card, key="pl_mends")
        else:
            live_panel(_mends(shown, unit), key="pl_mends")
            save_form(shown)


def _mends(shown: Answered, unit: Covered) -> Markup:
    """Return the cheapest mends of the unit, the plan in hand and the sites that may serve."""
    view, onemap, service = shown.desk.view, shown.desk.onemap, shown.found.service
    held = all_sites(onemap, service)
    records = onemap.records.get(service.layer)
    names = {} if records is None else dict(zip(records.ids, records.names, strict=True))
    plan = plan_list(shown.changes, view, is_draft=shown.asked.plan == DRAFT, names=names)
    taken = frozenset(one.id for one in shown.changes)
    sites = candidate_list(held.sites, held.left_out, taken, view)
    found = mends_asked(shown, unit.code)
    names = {one.code: one.name for one in shown.found.communities}
    return mends_card(found, unit, shown.by, view, more=plan + sites, names=names)
