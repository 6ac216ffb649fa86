"""Page 规划: where coverage is true, where not and why, and what the cheapest mend is."""

import streamlit as st
from markupsafe import Markup

from desks.onemap import OneMap
from desks.planning.answers import DEFINITIONS, Covered
from desks.planning.services import services
from geodata.faults import UserError
from ui import day
from ui.live_panel import Act, live_panel, pending_act
from ui.map.planning import PlanEvents, pending_plan, planning_map
from ui.panels import planning_figures as figures
from ui.panels.faults import fault_list
from ui.panels.planning_bar import DRAFT, Offered, choice_bar, plan_said
from ui.panels.planning_cards import Before, caution_line, four_cards
from ui.panels.planning_parts import LOOKINGS, SHARES, Choice, service_title, worst_first
from ui.panels.planning_reasons import reasons_card
from ui.panels.planning_table import unit_table

from .planning_beside import beside_tool
from .planning_desk import (
    Answered,
    answer,
    asked,
    choose,
    draft,
    move,
    pack_titles,
    packs_asked,
    service_asked,
)
from .planning_map import Picture, plan_map
from .planning_mends import saved_plans, take_mend
from .planning_sites import VERBS, proposed, take_sites
from .planning_tools import fragile_found, losses_of, reasons_of, tool, wait_for_losses
from .register_desk import Desk, at_desk

MAP = "pl_map"
LOOK = "planning_look"
PANELS = ("pl_bar", "pl_cards", "pl_units", "pl_figures", "pl_why", "pl_mends")
FIELDS = {one: one for one in ("service", "within", "pack", "plan", "beside")}
CHOSEN = {"share": SHARES, "by": DEFINITIONS}
LONGEST = 60


def planning(onemap: OneMap) -> None:
    """Draw the page, or say in a sentence why it cannot be."""
    at_desk(onemap, _page)


@st.fragment
def _page(desk: Desk) -> None:
    for key in PANELS:
        _take(desk, pending_act(key))
    _moved(desk, pending_plan(MAP))
    wanted = asked()
    with st.container(key="pl_page"):
        live_panel(_bar(desk, wanted), key="pl_bar")
        try:
            shown = answer(desk, wanted)
        except UserError as error:
            title = desk.view.text("Coverage cannot be worked out")
            st.html(fault_list(title, error.faults, desk.view))
            return
        _drawn(shown)


def _bar(desk: Desk, wanted: Choice) -> Markup:
    view = desk.view
    unverified = sum(not rule.verified for pack in packs_asked(wanted) for rule in pack.rules)
    offered = Offered(
        services(), pack_titles(view), day=desk.today.isoformat(), latest=day.today().isoformat(),
        unverified=unverified, has_draft=bool(draft(wanted.service)),
        plans=saved_plans(desk, wanted),
    )  # fmt: skip
    return choice_bar(wanted, service_asked(wanted), offered, view)


def _drawn(shown: Answered) -> None:
    view, found, by = shown.desk.view, shown.found, shown.by
    against = plan_said(shown.asked.beside, view) if shown.asked.beside else ""
    before = Before(shown.before.totals, against) if shown.before else None
    cards = four_cards(found, found.totals, by, view, before=before, incident=shown.incident)
    live_panel(cards + caution_line(found, view), key="pl_cards")
    wait_for_losses(shown)
    picked = _in_hand(shown)
    with st.container(key="pl_body"):
        with st.container(key="pl_left"):
            _table(shown, picked)
        with st.container(key="pl_right"):
            with st.container(key="pl_top"):
                picture = _picture(shown, picked)
                planning_map(plan_map(shown.desk.onemap, picture, view), key=MAP)
                live_panel(_figures(shown), key="pl_figures")
            with st.container(key="pl_low"):
                why = reasons_of(shown)
                hand = (picked.code, shown.asked.community)
                live_panel(reasons_card(found, why, by, hand, shown.judged, view), key="pl_why")
                tool(shown, _mended(shown, picked))


def _table(shown: Answered, picked: Covered) -> None:
    """Draw the subdistricts, red first, or plan beside plan where that was opened."""
    if shown.asked.looking == "compare":
        beside_tool(shown, picked.code)
        return
    today = None if shown.asked.beside else shown.before
    view, judged = shown.desk.view, shown.judged
    live_panel(
        unit_table(shown.found, shown.by, judged, picked.code, view, before=today), key="pl_units"
    )


def _in_hand(shown: Answered) -> Covered:
    """Return the picked subdistrict, the reddest where none is, the whole where that is asked."""
    if shown.asked.unit == "*":
        return shown.found.totals
    rows = worst_first(shown.found.subdistricts, shown.by)
    return next((one for one in rows if one.code == shown.unit), rows[0] if rows else
                shown.found.totals)  # fmt: skip


def _mended(shown: Answered, picked: Covered) -> Covered:
    """Return the unit whose mends are shown: the picked community, else the subdistrict."""
    mine = (one for one in shown.found.communities if one.code == shown.asked.community)
    return next(mine, picked)


def _picture(shown: Answered, picked: Covered) -> Picture:
    is_draft = shown.asked.plan == DRAFT
    movable = frozenset(one.id for one in shown.changes if one.kind == "add" and is_draft)
    look = bool(st.session_state.get(LOOK))
    return Picture(
        shown.found, shown.by, unit=picked.code, inside=bool(shown.unit),
        community=shown.asked.community, movable=movable,
        lines=fragile_found(shown).lines if shown.asked.looking == "fragile" else (), look=look,
        proposed=proposed(shown),
    )  # fmt: skip


def _figures(shown: Answered) -> Markup:
    view, found = shown.desk.view, shown.found
    title = service_title(found.service, view)
    rooms = figures.fullness(found, _groups(shown), title)
    return Markup('<div class="pl-figures">{}{}{}</div>').format(
        figures.histogram(found, view),
        figures.capacity_bars(rooms, found, view),
        figures.losses_list(losses_of(shown), view, apart=bool(found.service.all_of)),
    )


def _groups(shown: Answered) -> list[str]:
    """Return whether each place is indoors or outdoors, where the layer says so."""
    found, onemap = shown.found, shown.desk.onemap
    records = onemap.records.get(found.service.layer)
    column = records.columns.get("space") if records is not None else None
    if records is None or column is None:
        return []
    kinds = dict(zip(records.ids, column, strict=True))
    view = shown.desk.view
    new = view.text("new")
    return [view.choice(str(kinds[key] or "")) if key in kinds else new for key in found.places.ids]


def _take(desk: Desk, act: Act | None) -> None:
    if act is None:
        return
    if act.verb in FIELDS:
        choose(**{FIELDS[act.verb]: act.text[:LONGEST]})
        if act.verb == "service":
            choose(within="", by="", community="", plan="", beside="")
    elif act.verb in CHOSEN:
        if act.value in CHOSEN[act.verb]:
            choose(**{act.verb: act.value})
    elif act.verb == "unit":
        choose(unit=act.value[:LONGEST] or "*", community="")
        st.session_state[LOOK] = True
    elif act.verb == "asof":
        _as_of(act.text)
    elif act.verb in VERBS:
        take_sites(desk, act)
    elif act.verb in {"mend", "take", "add", "drop"}:
        take_mend(desk, act)
    else:
        _toggle(act)


def _toggle(act: Act) -> None:
    """Open or pick what was pressed; pressed again it is closed or let go."""
    if act.verb == "community":
        choose(community="" if asked().community == act.value else act.value[:LONGEST])
    elif act.verb == "looking" and act.value in LOOKINGS:
        choose(looking="" if asked().looking == act.value else act.value)


def _as_of(text: str) -> None:
    """Have every page show that day; what is no day, or has not come, changes nothing."""
    try:
        asked_day = day.read_day(text[:10])
    except UserError:
        return
    if asked_day == day.today():
        day.back()
    else:
        day.show(asked_day)
    st.rerun()


def _moved(desk: Desk, events: PlanEvents) -> None:
    if events.picked:
        _pick(desk, events.picked)
    if events.moved is not None:
        place_id, at = events.moved
        move(asked().service, place_id, at)


def _pick(desk: Desk, code: str) -> None:
    """Keep the unit that was picked on the map: a subdistrict, or a community of the picked one."""
    units = desk.onemap.records.get("subdistrict")
    if units is not None and code in units.ids:
        choose(unit=code, community="")
        st.session_state[LOOK] = True
    else:
        choose(community=code)
