"""New places of page 规划: asked for, shown by number on the map, taken as this viewer's draft."""

from collections.abc import Mapping

import streamlit as st

from desks.onemap import OneMap
from desks.planning.answers import Service, Share
from desks.planning.candidates import Candidates
from desks.planning.coverage import coverage
from desks.planning.joint_siting import sited
from desks.planning.proposals import changes_of
from desks.planning.services import services
from desks.planning.siting import Chosen, Siting
from desks.planning.spots import PREFIX, spots_of
from desks.planning.variants import Change
from geodata.faults import UserError
from language import Sentence, say
from ui.live_panel import Act, live_panel
from ui.panels.planning_parts import AMONG, COUNTS, FEWEST, ROOMS, Choice, service_title
from ui.panels.planning_sites import Sought, ranked, sites_card

from .planning_desk import (
    Answered,
    asked,
    choose,
    draft,
    keep_draft,
    kinds,
    own,
    put,
    service_asked,
)
from .planning_map import Proposed
from .planning_upload import candidate_sites, listed_sites, site_list
from .register_desk import Desk

SITED = "planning_sited"
VERBS = frozenset({"count", "among", "room", "locate", "takeall"})


def take_sites(desk: Desk, act: Act) -> None:
    """Do what a hand did in the card of new places: say what is asked, ask, take the answer."""
    offered = {"count": COUNTS, "among": AMONG, "room": ROOMS}
    if act.verb in offered:
        if act.text in offered[act.verb]:
            choose(**{act.verb: act.text})
        return
    wanted, service = asked(), service_asked(asked())
    if act.verb == "locate":
        question, times = _key(wanted, service), st.session_state.setdefault(SITED, {})
        times[question] = times.get(question, 0) + 1
        return
    found = _found(desk.onemap, wanted, service)
    if isinstance(found, Siting) and found.chosen:
        new = changes_of(desk.onemap, found)
        ids = frozenset(one.id for one in new)
        for key in kinds(service.key):
            keep_draft(key, _by_hand(key, ids))
        put(service.key, new, {one.site.id: one.site.serves for one in found.chosen})


def siting_of(shown: Answered) -> Siting | Sentence | None:
    """Return the places that were asked for, why there are none, ``None`` where nobody asked."""
    return _found(shown.desk.onemap, shown.asked, shown.found.service)


def wait_for_sites(shown: Answered) -> None:
    """Work the places out, where they were asked for, before anything is drawn, and say so."""
    if shown.asked.looking == "site":
        with st.spinner(shown.desk.view.text("Looking for the best places…")):
            siting_of(shown)


def proposed(shown: Answered) -> tuple[Proposed, ...]:
    """Return the places for the map while the card is open, but for those in the plan shown."""
    found = siting_of(shown) if shown.asked.looking == "site" else None
    if not isinstance(found, Siting):
        return ()
    view, there = shown.desk.view, frozenset(shown.found.places.ids)
    return tuple(
        Proposed(number, one.site.id, _said(one, view.text(
            "takes in {people:,} people", people=one.people)), one.site.at)
        for number, one in enumerate(ranked(found.chosen), start=1)
        if one.site.id not in there
    )  # fmt: skip


def sites_tool(shown: Answered) -> None:
    """Draw the card."""
    view, service = shown.desk.view, shown.found.service
    on_file = len(candidate_sites(shown.desk.onemap, service).sites)
    named = tuple((key, service_title(services()[key], view)) for key in service.all_of)
    listed = len(listed_sites(shown.desk.onemap, service).sites)
    kind = Sought(service_title(service, view), on_file, service.has_capacity, named, listed)
    wanted = _meant(shown.asked, {"spots": 1, "sites": on_file, "file": listed})
    taken = frozenset(one.id for one in shown.changes)
    live_panel(sites_card(wanted, siting_of(shown), kind, view, taken=taken), key="pl_mends")


def _said(one: Chosen, people: str) -> str:
    return f"{one.site.name or one.site.id}: {people}"


def _by_hand(service: str, new: frozenset[str]) -> tuple[Change, ...]:
    """Return what else stands in the draft; spots of an earlier answer give way to these."""
    return tuple(
        one for one in draft(service) if one.id not in new and not one.id.startswith(PREFIX)
    )


def _key(wanted: Choice, service: Service) -> tuple[object, ...]:
    held = site_list() if wanted.among == "file" else None
    key = "" if held is None else held.key
    return service, wanted.share, wanted.count, wanted.among, wanted.room, key


def _meant(wanted: Choice, held: Mapping[str, int]) -> Choice:
    """Return the choice; where there are no such sites only spots can be meant."""
    return wanted if held[wanted.among] else choose(among="spots")


def _found(onemap: OneMap, wanted: Choice, service: Service) -> Siting | Sentence | None:
    times = st.session_state.get(SITED, {}).get(_key(wanted, service))
    if times is None:
        return None
    key = ("sited", onemap.stamp, times, *_key(wanted, service))
    try:
        return own(key, lambda: _worked_out(onemap, wanted, service))
    except UserError as error:
        return error.faults[0].problem if error.faults else say("It cannot be worked out.")


def _worked_out(onemap: OneMap, wanted: Choice, service: Service) -> Siting:
    """Return the answer; one that time cut off stays with this viewer until asked again."""
    if wanted.among == "file":
        return _of_list(onemap, wanted, service)
    asked_for = (service, wanted.share, (wanted.count, wanted.among, wanted.room), onemap.stamp)
    found = _sited(onemap, *asked_for)
    if found.is_cut_off:
        _sited.clear(onemap, *asked_for)
    return found


def _of_list(onemap: OneMap, wanted: Choice, service: Service) -> Siting:
    """Return the best of the viewer's own list, which nobody else is shown."""
    sites, count = listed_sites(onemap, service), wanted.count
    return sited(onemap, service, sites, share=wanted.share,
                 count=None if count == FEWEST else int(count))  # fmt: skip


@st.cache_resource(max_entries=24, show_spinner=False)
def _sited(
    _onemap: OneMap, service: Service, share: Share, how: tuple[str, str, str], stamp: str
) -> Siting:
    del stamp
    count, among, room = how
    sites = _candidates(_onemap, service, share, among, int(room))
    return sited(
        _onemap, service, sites, share=share, count=None if count == FEWEST else int(count)
    )


def _candidates(
    onemap: OneMap, service: Service, share: Share, among: str, room: int
) -> Candidates:  # fmt: skip
    if among == "sites":
        return candidate_sites(onemap, service)
    today = coverage(onemap, service, share=share)
    return spots_of(onemap, today, room or today.totals.people)
