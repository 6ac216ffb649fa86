"""Mends and candidates of page 规划: found when asked for, put into this viewer's plan, saved."""

import streamlit as st

from desks.onemap import OneMap
from desks.planning.answers import Mend, Service, Share
from desks.planning.coverage import coverage
from desks.planning.joint import parts_of
from desks.planning.joint_mends import mended
from desks.planning.mends import unverified
from desks.planning.proposals import change_of
from desks.planning.services import service_of
from desks.planning.variant_files import list_variants, save_variant
from desks.planning.variants import Change, variant_of
from geodata.faults import UserError
from ui.live_panel import Act
from ui.panels.planning_bar import DRAFT
from ui.panels.planning_parts import Choice

from . import register_hand as hand
from .planning_desk import (
    Answered,
    asked,
    choose,
    own,
    put,
    service_asked,
    take_out,
)
from .planning_upload import all_sites, candidate_sites, site_list
from .register_desk import Desk

ASKED = "planning_mended"
SHOWN = "planning_mends_shown"


def mends_asked(shown: Answered, unit: str) -> tuple[Mend, ...] | None:
    """Return the cheapest mends of the unit where this viewer asked for them, else ``None``."""
    wanted: set[object] = st.session_state.get(ASKED, set())
    service = shown.found.service
    if (service, shown.asked.share, unit) not in wanted or not unit:
        return None if unit else ()
    onemap = shown.desk.onemap
    try:
        found = _found(onemap, service, shown.asked.share, unit)
    except UserError:
        return ()
    st.session_state[SHOWN] = found
    return found


def _found(onemap: OneMap, service: Service, share: Share, unit: str) -> tuple[Mend, ...]:
    """Return the mends; what rests on the viewer's own list is kept in their session alone."""
    held = site_list()
    if held is None:
        return _mends(onemap, service, share, unit, onemap.stamp)
    key = ("mends", onemap.stamp, service, share, unit, held.key)
    return own(key, lambda: mended(
        onemap, coverage(onemap, service, share=share), unit,
        candidates=all_sites(onemap, service),
    ))  # fmt: skip


@st.cache_resource(max_entries=64, show_spinner=False)
def _mends(
    _onemap: OneMap, service: Service, share: Share, unit: str, stamp: str
) -> tuple[Mend, ...]:
    del stamp
    today = coverage(_onemap, service, share=share)
    return mended(_onemap, today, unit, candidates=candidate_sites(_onemap, service))


def take_mend(desk: Desk, act: Act) -> None:
    """Do what a hand did in the card of mends: ask, put into the plan, take out of it."""
    service = service_asked(asked())
    if act.verb == "mend":
        key = (service, asked().share, act.value)
        st.session_state[ASKED] = {*st.session_state.get(ASKED, set()), key}
    elif act.verb == "add":
        _add(desk.onemap, service, [act.value], [])
    elif act.verb == "drop":
        take_out(service.key, act.value)
    elif act.value.isdecimal():
        held: tuple[Mend, ...] = st.session_state.get(SHOWN, ())
        if int(act.value) < len(held):
            one = held[int(act.value)]
            _add(desk.onemap, service, one.adds, one.verifies)
            if one.resizes:
                put(service.key, [Change("resize", k, capacity_people=n) for k, n in one.resizes])


def _add(
    onemap: OneMap, service: Service, adds: list[str] | tuple[str, ...],
    verifies: list[str] | tuple[str, ...],
) -> None:  # fmt: skip
    sites = {one.id: one for one in all_sites(onemap, service).sites}
    changes = [change_of(onemap, sites[key]) for key in adds if key in sites]
    serves = {key: sites[key].serves for key in adds if key in sites}
    if verifies:
        parts = parts_of(service) or (service,)
        waiting = {
            one.id: (one, part.key)
            for part in parts
            for one in unverified(onemap, coverage(onemap, part))
        }
        known = [key for key in verifies if key in waiting]
        changes += [Change("resize", k, capacity_people=waiting[k][0].capacity) for k in known]
        serves |= {key: (waiting[key][1],) for key in known}
    if changes:
        put(service.key, changes, serves)


def saved_plans(desk: Desk, wanted: Choice) -> tuple[str, ...]:
    """Return the names of the saved plans of the service."""
    plans, _ = list_variants(desk.onemap.folder)
    return tuple(one.name for one in plans if one.service == wanted.service)


def save_form(shown: Answered) -> None:
    """Draw the field that gives the draft a name, for who may write what the plan is about."""
    desk, service = shown.desk, shown.found.service
    view = desk.view
    if service.all_of and shown.asked.plan == DRAFT:
        st.caption(view.text("A plan is saved for each kind by itself: choose it under Resource."))
    if shown.asked.plan != DRAFT or service.all_of or not desk.may(service.layer, "write"):
        return
    with st.form("pl_save", border=False), st.container(horizontal=True, key="pl_save_row"):
        title = view.text("Name of the plan")
        name = st.text_input(title, max_chars=60, placeholder=title, label_visibility="collapsed")
        done = st.form_submit_button(view.text("Save plan"))
    if not done:
        return
    try:
        made = variant_of(
            desk.onemap, name.strip(), service_of(service.key), shown.asked.share, shown.changes
        )
        save_variant(desk.onemap.folder, made)
    except UserError as error:
        hand.say_refused(desk, error)
    else:
        hand.say_done(view.text("Written: {name}", name=made.name))
        choose(plan=made.name)
    st.rerun()
